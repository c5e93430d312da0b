"""Peaks: each effect at the time it is largest, how sure its sign is, and what is left of it at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
import xarray as xr

from analysis import tables, words
from analysis.ensemble import simultaneous
from analysis.exports import volume_follows
from analysis.keeping import kept
from analysis.selection import Selection

FADED = 0.1
"""The share of an effect that may be left when it has faded."""


@dataclass(frozen=True)
class Effect:
    """How effects on one measure are put into words."""

    measure: str
    words: str
    """What changed, with the dimensions of the measure in braces."""
    kind: str
    unit: str
    smallest: float
    """In the unit said; what is smaller is no effect."""
    factor: float = 1.0
    counted: Callable[[Selection, str], xr.DataArray] | None = None
    """Where a change in a scenario counts, by time and labels or some of these; everywhere unless given."""

    def large(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Which effects of a table are large enough to speak of."""
        return self.factor * table["mean"].abs() >= self.smallest

    def faded(self, left: float, mean: float) -> bool:
        """Whether so little is left of an effect that it is none."""
        return abs(left) < self._least(abs(mean))

    def gone(self, table: pd.DataFrame, cells: list[str]) -> pd.Series:
        """The first quarter of a table from which on the effect on each cell has faded, by cell, where there is one."""
        sizes = table["mean"].abs()
        least = sizes.groupby([table[cell] for cell in cells]).transform("max").map(self._least)
        by_quarter = table["time"].map(words.is_quarter)
        last = table[by_quarter & (sizes >= least)].groupby(cells)["time"].max()
        quarters = sorted(table["time"][by_quarter].unique())
        return last.map(dict(pairwise(quarters))).rename("gone")

    def _least(self, largest: float) -> float:
        """What of an effect of some size is more than nothing, in the unit of the measure."""
        return min(self.smallest / self.factor, FADED * largest)

    def said(self, row: pd.Series) -> str:
        """What changed in one row of a table."""
        return self.words.format(**{str(name): words.said(str(name), str(label)) for name, label in row.items()})


def from_another(selection: Selection, scenario: str) -> xr.DataArray:
    """Where oil or gas comes from another state, (country, supplier): what comes from its own fields is the rest."""
    share = selection.values(scenario, "supply_share")
    return share["country"] != share["supplier"]


EFFECTS = (
    Effect(
        measure="loss",
        words="{country}'s dependence on {controller} (the loss if withheld)",
        kind="dependence",
        unit="percentage points of GDP",
        smallest=0.1,
    ),
    Effect(
        measure="alignment",
        words="{country}'s alignment with {pole}",
        kind="alignment",
        unit="on a scale from −1 to 1",
        smallest=0.01,
    ),
    Effect(
        measure="export_share",
        words="the share of {pole} in {country}'s {commodity} exports",
        kind="energy exports",
        unit="percentage points",
        smallest=0.5,
        factor=100.0,
        counted=volume_follows,
    ),
    Effect(
        measure="trade_gain",
        words="what {country} gains from trade and transit",
        kind="gain from trade",
        unit="percentage points of GDP",
        smallest=0.05,
    ),
    Effect(
        measure="supply_share",
        words="the share of {supplier} in {country}'s {commodity} supply",
        kind="energy supply",
        unit="percentage points",
        smallest=0.5,
        factor=100.0,
        counted=from_another,
    ),
    Effect(
        measure="corridor_flow",
        words="freight through {corridor}",
        kind="freight corridors",
        unit="Mt a year",
        smallest=0.05,
    ),
)


@kept
def told(selection: Selection, scenario: str, effect: Effect) -> pd.DataFrame:
    """Effects of a scenario at every time that are large enough and count.

    With the mean `left` at the end, and the quarter from which on the effect on a cell is `gone`, the last if never.

    Where runs do not pair, only those that luck would not make anywhere in the table.
    """
    table = tables.change(selection, scenario, effect.measure).dropna(subset="mean")
    cells = tables.cells(table)
    end = table[table["time"] == selection.last(scenario)].set_index(cells)["mean"].rename("left")
    gone = effect.gone(table, cells)
    if not selection.paired(scenario):
        table = table[simultaneous(table)]
    table = table.join(end, on=cells).join(gone, on=cells).fillna({"gone": selection.last(scenario)})
    if effect.counted:
        counted = effect.counted(selection, scenario)
        table = table.join(counted.to_series().rename("counts"), on=[str(dim) for dim in counted.dims])
        table = table[table["counts"]].drop(columns="counts")
    return table[effect.large(table)]
