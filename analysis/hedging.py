"""Hedging: how much the regions hedge and how free they are of the strongest pole, over time."""

from itertools import product

import pandas as pd

from analysis import style, tables, windows
from analysis.charts.fans import against
from analysis.charts.lines import ALIKE
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.ensemble import bounds
from analysis.figures import Exhibit, Gallery, moving

INDEX_MOVES = 0.005
"""By how much an index of a region must move for a scenario to have a line."""


def exhibits(view: Gallery) -> list[Exhibit]:
    """Hedging and autonomy of each region over time, all scenarios; nothing where none leaves the baseline."""
    parts = {name: tables.levels(view.selection, f"regional_{name}") for name in ("hedging", "autonomy")}
    both = pd.concat([part.assign(cell=name + part["region"]) for name, part in parts.items()])
    shown, rest = moving(view, both, "cell", INDEX_MOVES)
    if view.selection.changed and len(shown) == 1:
        return []
    still = f" In {rest} none moves by {INDEX_MOVES:g} or more." if rest else ""
    titles = {view.scenarios[s].title: view.colours[s] for s in shown}
    regions = list(both["region"].unique())
    cells = list(product(parts.items(), regions))
    heads = [Head(style.title(region), f"{name}, index [0, 1]") for (name, _), region in cells]
    space = Margins(left=0.66, top=0.1 + key_height(titles))
    figure, axes = panels(heads, 3, [1.2] * len(heads), space)
    for axis, ((_, table), region) in zip(axes, cells, strict=True):
        part = table[(table["region"] == region) & table["scenario"].isin(shown)]
        against(axis, part, view.colours, view.selection.baseline, within=bounds(table.attrs["unit"]))
    changed = [s for s in shown if s in view.selection.changed]
    mixed = windows.shaded((axis, view.selection, changed) for axis in axes)
    caption = (
        "Mean over the countries of each region. Hedging: entropy of positive alignments, 1 leans to all poles alike, "
        "0 to one or none. "
        "Autonomy: one minus the largest dependence index. Lines and dark bands: mean of all runs and its 95 % "
        f"interval; light band: 95 % of the runs of {view.reference}. {ALIKE}{still}{view.untouched()}"
        f"{view.moments}{mixed}"
    )
    table = pd.concat([part.assign(metric=name) for name, part in parts.items()])
    key(figure, titles)
    return [Exhibit("hedging", "Hedging and autonomy by region", caption, figure, table)]
