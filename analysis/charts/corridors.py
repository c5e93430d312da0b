"""Corridors: how freight divides over them."""

import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import time_axis, widen
from analysis.selection import years

WORTH_A_LINE = 0.1
"""The share of the largest change that a corridor must have for a line."""


def stack(axis: Axes, table: pd.DataFrame) -> Axes:
    """Mean shares in per cent (column `mean`) stacked over time, the first corridor of the table at the bottom."""
    names = list(dict.fromkeys(table["corridor"]))
    wide = table.pivot_table(index="time", columns="corridor", values="mean")[names]
    moments = years(wide.index)
    colours = [style.corridor_colour(name) for name in names]
    axis.stackplot(moments, wide.to_numpy().T, colors=colours, labels=names, edgecolor="white", lw=0.3)
    time_axis(axis, moments.min(), moments.max()).set(ylim=(0, 100), yticks=(0, 25, 50, 75, 100))
    return axis


def gaps(axis: Axes, table: pd.DataFrame, least: float) -> Axes:
    """Mean changes of shares in percentage points (column `mean`) over time, the axis over no less than `least`.

    Of each corridor that moves by at least `WORTH_A_LINE` of what moves most.
    """
    wide = table.pivot_table(index="time", columns="corridor", values="mean", sort=False)
    moments, most = years(wide.index), wide.abs().max()
    axis.axhline(0, color=style.INK, lw=0.8)
    for name in wide.columns[most >= WORTH_A_LINE * most.max()]:
        axis.plot(moments, wide[name], color=style.corridor_colour(str(name)), lw=style.LINE, label=name)
    return time_axis(widen(axis, -least, least), moments.min(), moments.max())
