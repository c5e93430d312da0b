"""Ties: that a country depends less on another because they trade less, from the volumes recorded of oil and gas."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from analysis.selection import Selection
from analysis.words import listing

Levels: TypeAlias = Callable[[str, Mapping[str, str]], tuple[float, float]]
"""The means of a measure at some labels in a scenario and in what it is compared with."""
LESS, NONE = 0.5, 0.01
"""The shares of the volume before below which a country takes or sells less, and nothing."""
LEAST = 0.05
"""The least share of what a country takes or exports that counts: to lose a trickle leaves no less to lose."""
_TRADES = {
    "supply_volume": ("supplier", "takes", "from", "supply_share"),
    "export_volume": ("pole", "sells", "to", "export_share"),
}


def loosened(selection: Selection, country: str, controller: str, levels: Levels) -> str:
    """What a country that depends less on another has ceased to buy from or sell to it, as a clause; or nothing.

    Nothing is said where volumes were not recorded or fall by less than half: what lowers dependence is then open.
    """
    said = list(_lost(selection, country, controller, levels))
    return f", with less to lose since it then {listing(said)}" if said else ""


def _lost(selection: Selection, country: str, controller: str, levels: Levels) -> Iterator[str]:
    """Each trade in oil or gas between two states of which less than half is left."""
    for measure, (side, verb, way, share) in _TRADES.items():
        values = selection.values(selection.baseline, measure) if selection.has(measure, share) else None
        if values is None or country not in values["country"] or controller not in values[side]:
            continue
        for commodity in map(str, values["commodity"].values):
            where = {"country": country, side: controller, "commodity": commodity}
            ours, theirs = levels(measure, where)
            if levels(share, where)[1] >= LEAST and ours < LESS * theirs:
                yield f"{verb} {_how_much(ours / theirs)} {commodity} {way} it"


def _how_much(left: float) -> str:
    """What a share that is left of a volume is called.

    >>> _how_much(0.004), _how_much(0.3)
    ('no', '70 % less')
    """
    return "no" if left < NONE else f"{100 * (1 - left):.0f} % less"
