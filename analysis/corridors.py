"""Corridors: how freight divides over them, as the exhibit of a report."""

import pandas as pd

from analysis import style, tables, windows, words
from analysis.charts.corridors import gaps, stack
from analysis.charts.panels import Margins, key, key_height, panels
from analysis.figures import Exhibit, Gallery, claimed, moving
from analysis.selection import Selection

CORRIDORS_SHOWN = 7
CORRIDOR_MOVES = 1.0
"""Percentage points by which the share of a corridor must move for a scenario to have a panel."""


def exhibit(view: Gallery) -> Exhibit:
    """Freight by corridor: the baseline stacked to a hundred per cent, and what each scenario changes of the shares."""
    asked_for = dict.fromkeys(series.where["corridor"] for series in claimed(view) if "corridor" in series.where)
    table = tables.corridor_shares(view.selection, CORRIDORS_SHOWN, asked_for)
    base, apart = _gaps(view.selection, table)
    moved, rest = moving(view, table, "corridor", CORRIDOR_MOVES)
    shown = [scenario for scenario in moved if scenario != view.selection.baseline]
    still = f" In {rest} no share moves by {CORRIDOR_MOVES:g} percentage point or more." if rest else ""
    names = dict.fromkeys(table["corridor"])
    colours = {words.place("corridor", name): style.corridor_colour(name) for name in names}
    heads = [view.headed(view.selection.baseline, note="per cent of freight")]
    heads += [view.headed(scenario, note="change, percentage points") for scenario in shown]
    figure, axes = panels(heads, 2, [1.9] * len(heads), Margins(top=0.1 + key_height(colours), left=0.42))
    stack(axes[0], base)
    for axis, scenario in zip(axes[1:], shown, strict=True):
        gaps(axis, apart[apart["scenario"] == scenario], CORRIDOR_MOVES)
    mixed = windows.shaded((axis, view.selection, [s]) for axis, s in zip(axes[1:], shown, strict=True))
    key(figure, colours, lines=False)
    changes = "Change (a share rises, too, where others carry less): of what moves by a tenth or more of the largest. "
    caption = (
        "Shares in all freight that uses a corridor, mean of the runs: the corridors that claims name, those "
        f"that move most and the largest. {changes if shown else ''}A shipment that follows two "
        f"corridors counts in both.{still}{view.untouched()}{view.moments}{mixed}"
    )
    return Exhibit("corridors", "How freight divides over the corridors", caption, figure, table)


def _gaps(selection: Selection, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the baseline, and those of the others with what they have more than what they are compared with."""
    cells = ["corridor", "time"]
    means = table.set_index(["scenario", *cells])["mean"]
    rows = table[table["scenario"].isin(selection.changed)]
    known = means.reindex([(selection.base(str(s)), *cell) for s, *cell in rows[["scenario", *cells]].to_numpy()])
    apart = rows.assign(mean=rows["mean"] - known.to_numpy()).dropna(subset="mean")  # what ends earlier has fewer times
    return table[table["scenario"] == selection.baseline], apart
