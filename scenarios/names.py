"""Names: what states and poles are called, and whom a pole stands for."""

from collections.abc import Iterator

from scenarios.compiling.axes import TRADE_POLE
from scenarios.rows import rows
from scenarios.tables import Tables


def state_names(tables: Tables) -> dict[str, str]:
    """Code of each state, or word of each pole, by that word and by all it is called, in small letters."""
    called = {str(row.pole): tuple(map(str, row.also_called)) for row in rows(tables["poles"]) if row.also_called}
    found = {name.casefold(): pole for pole, names in called.items() for name in names}
    found |= {pole.casefold(): pole for pole in tables.values("poles", "pole")}
    for row in rows(tables["countries"]):
        found |= {str(name).casefold(): str(row.id) for name in (row.id, row.name, *row.also_called)}
    return found


def poles_of(tables: Tables) -> dict[str, str]:
    """Pole of each state that belongs to one, and of partners of trade that stand for one."""
    return {**TRADE_POLE, **{str(row.member): str(row.pole) for row in rows(tables["poles"])}}


def standing_for(tables: Tables, name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """State or pole that a name means, with the codes under which tables may have it: its own, then those of its pole.

    >>> from scenarios.tables import shipped_tables
    >>> [(word, sorted(codes)[:2]) for word, codes in standing_for(shipped_tables(), "Turkey")]
    [('TUR', ['TUR'])]
    """
    state = state_names(tables).get(name.casefold())
    if state is None:
        return
    poles = poles_of(tables)
    pole = poles.get(state, state)
    if state != pole:
        yield state, frozenset({state})
    yield pole, frozenset({pole, *(member for member, belongs in poles.items() if belongs == pole)})
