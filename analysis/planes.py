"""Planes: how the alignment of each country moves between two poles and two others."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style, tables
from analysis.charts.names import written
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.charts.plane import path
from analysis.figures import Exhibit, Gallery
from analysis.levels import STATES
from analysis.selection import Selection

APART = 0.01
"""A scenario's path is drawn when it leaves that of the baseline by more, on the scale from −1 to 1."""


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """Paths of the mean over runs on the planes of the rival poles, when the batch has these poles."""
    known = [plane for plane in style.PLANES if set(plane) <= set(view.selection.poles)]
    if not known:
        return
    table = paths(view.selection)
    wide = table.pivot_table(index=["scenario", "country", "time"], columns="pole", values="mean", sort=False)
    drawn = {title: colour for title, colour in view.titles.items() if colour in _colours(view, wide)}
    heads = [
        Head(f"{style.title(up)} (up) and {style.name(across)} (across)", "alignment, index [−1, 1]")
        for across, up in known
    ]
    figure, axes = panels(heads, 2, [3.1] * len(heads), Margins(top=0.1 + key_height(drawn)))
    for axis, plane in zip(axes, known, strict=True):
        _plane(axis, view, wide.dropna(subset=list(plane)), plane)
    first, last = view.selection.ends
    caption = (
        f"Mean alignment over the runs, from {first} (empty dot) to {last} (full dot), of the states of the region "
        f"that are no pole. Of a scenario only paths that leave that of {view.reference} by more than {APART:g} "
        "are drawn. The planes are cut where no state stands."
    )
    yield Exhibit("alignment-paths", "Paths of alignment between rival poles", caption, key(figure, drawn), table)


def _colours(view: Gallery, wide: pd.DataFrame) -> set[str]:
    """Colours of the scenarios that have a path."""
    return {view.colours[str(scenario)] for scenario in wide.index.unique("scenario")}


def _plane(axis: Axes, view: Gallery, wide: pd.DataFrame, plane: tuple[str, str]) -> None:
    """All paths on one plane, with the names of the countries at the ends of the baseline's."""
    across, up = plane
    for (scenario, _), part in wide.groupby(level=["scenario", "country"], sort=False):
        path(axis, part[across].to_numpy(), part[up].to_numpy(), view.colours[str(scenario)])
    axis.margins(0.24, 0.08)
    axis.axhline(0, color=style.RULE, lw=0.9, zorder=1)
    axis.axvline(0, color=style.RULE, lw=0.9, zorder=1)
    ends = wide.loc[view.selection.baseline].groupby(level="country", sort=False).last()
    axis.autoscale_view()
    list(written(axis, [style.name(str(country)) for country in ends.index], ends[[across, up]].to_numpy()))
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.yaxis.set_major_locator(MaxNLocator(5))


def paths(selection: Selection) -> pd.DataFrame:
    """Mean alignment by time, country and pole; of a scenario the countries that leave the baseline's path."""
    table = tables.levels(selection, "alignment")
    table = table[table["country"].isin(STATES) & ~table["country"].isin(selection.poles)]
    means = table.set_index(["country", "pole", "time"])["mean"]
    kept = []
    for scenario, part in table.groupby("scenario", sort=False):
        own = part.set_index(["country", "pole", "time"])["mean"]
        base = means[(table["scenario"] == selection.base(str(scenario))).to_numpy()]
        gap = (own - base.reindex(own.index)).abs().groupby(level="country", sort=False).max()
        kept.append(part if scenario == selection.baseline else part[part["country"].isin(gap.index[gap > APART])])
    return pd.concat(kept, ignore_index=True)
