"""Entries: the rows of a table that a name means, by one rule for all that `multivector show` prints."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from model.measures import MEASURES
from model.parameters import PARAMETERS
from runs.problems import BatchError
from scenarios.names import standing_for, state_names
from scenarios.problems import VERY_CLOSE, likelihood, showing
from scenarios.tables import Tables, shipped_tables

FEW = 3
"""Entries that are suggested for a name that is none."""
NAMED = ("links", "corridors", "markets", "contracts", "projects", "dyads", "regions", "institutions")
"""Topics that are tables of entries with ids and names."""
MOST_LISTED = 12
"""Entries of a table that are listed instead, when none of them is like the name."""


@dataclass(frozen=True)
class Entries:
    """Rows that a name means; `every` one without a name. `state` is the state or pole whose rows they are."""

    rows: pd.DataFrame
    state: str = ""
    every: bool = False

    @property
    def several(self) -> bool:
        """Whether they are shown as a list."""
        return self.every or bool(self.state) or len(self.rows) > 1


def entries(table: pd.DataFrame, name: str | None, column: str = "id", states: Sequence[str] = ()) -> Entries:
    """Rows that a name means: an entry by id or name, a state's by code or name, those with it in names, ids or notes.

    `states` are the columns that hold codes of states, `part_of` one with names of what a row belongs to, which count
    as parts of its own. BatchError when the name means none.
    """
    if name is None:
        return Entries(table, every=True)
    key = name.casefold()
    ids, names = (table[c].astype(str).str.casefold() for c in (column, "name" if "name" in table else column))
    notes = table["note"].fillna("").str.casefold() if "note" in table else pd.Series("", table.index)
    belonging = table["part_of"].str.casefold() if "part_of" in table else names
    ways: tuple[Callable[[], Entries], ...] = (
        lambda: Entries(table[ids == key]),
        lambda: Entries(table[names == key]),
        lambda: of_state(table, name, states),
        lambda: Entries(table[names.str.contains(key, regex=False) | belonging.str.contains(key, regex=False)]),
        lambda: Entries(table[ids.str.contains(key, regex=False)]),
        lambda: Entries(table[notes.str.contains(rf"\b{re.escape(key)}\b")]),
    )
    found = next((found for way in ways if len((found := way()).rows)), None)
    if found is None:
        raise BatchError(_nothing(table, name, column, states))
    return found


def of_state(table: pd.DataFrame, name: str, columns: Sequence[str], tables: Tables | None = None) -> Entries:
    """Rows that have a state in one of some columns, or else its pole; none when the name is no state's."""
    for state, codes in standing_for(tables or shipped_tables(), name):
        having = [_codes(row) & codes for row in table[list(columns)].itertuples(index=False)]
        found = table[list(map(bool, having))]
        if len(found):
            return Entries(found, state)
    return Entries(table.iloc[:0])


def _codes(cells: Iterable[object]) -> frozenset[str]:
    """All codes in some cells, each of which holds one or several."""
    return frozenset(code for cell in cells for code in (cell if isinstance(cell, tuple) else (str(cell),)))


def _nothing(table: pd.DataFrame, name: str, column: str, states: Sequence[str]) -> str:
    """That a name means no entry, with the few it may mean."""
    known = next((state for state, _ in standing_for(shipped_tables(), name)), "") if states else ""
    if known:
        return f"{name}: nothing here is of {known}"
    marks = likelihood(name, _texts(table, column))
    called = likelihood(name, state_names(shipped_tables()) if states else {})
    marks |= {state: mark for state, mark in called.items() if mark >= VERY_CLOSE}
    if having := elsewhere(name):
        return f"{name}: no such {column}; {having}"
    near = sorted(marks, key=lambda word: (-marks[word], word))[:FEW]
    shown = ", ".join(_with_name(table, word, column) for word in near)
    if near:
        return f"{name}: no such {column}; did you mean {shown}? Without a name all are listed"
    words = list(dict.fromkeys(map(str, table[column])))
    rest = f"it can be {', '.join(words)}" if len(words) <= MOST_LISTED else "without a name all are listed"
    return f"{name}: no such {column}; {rest}"


def elsewhere(name: str) -> str:
    """The commands by which entries of other topics with a word in their id or name are shown; empty without any."""
    key, tables = name.casefold(), shipped_tables()
    words = {topic: [*tables[topic]["id"], *tables[topic].get("name", ())] for topic in NAMED}
    words |= {"parameters": list(PARAMETERS), "measures": list(MEASURES)}
    having = [topic for topic, known in words.items() if any(key in word.casefold() for word in known)]
    return f"try {' or '.join(showing(f'{topic} {name}') for topic in having)}" if having else ""


def _texts(table: pd.DataFrame, column: str) -> dict[str, str]:
    """Ids of a table by themselves and by their names, in small letters."""
    texts = {str(text).casefold(): str(word) for text, word in zip(table.get("name", ()), table[column], strict=False)}
    return texts | {str(word).casefold(): str(word) for word in table[column]}


def _with_name(table: pd.DataFrame, word: str, column: str) -> str:
    """An entry by its id, with its name when it has one."""
    named = table.loc[table[column].astype(str) == word, "name"] if "name" in table and column != "name" else ()
    return f"{word} ({next(iter(named))})" if len(named) else word
