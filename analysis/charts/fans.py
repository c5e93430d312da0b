"""Fans: how values spread over runs as time goes on."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import time_axis, widen
from analysis.selection import years


def fan(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], by: str = "scenario") -> Axes:
    """Median, middle half and 95 % of the runs over time, for each label of column `by`."""
    for label, part in _parts(table, by):
        moments, colour = years(part["time"]), colours[label]
        axis.fill_between(moments, part["low"], part["high"], color=colour, alpha=style.BAND, lw=0)
        axis.fill_between(moments, part["lower"], part["upper"], color=colour, alpha=style.INNER, lw=0)
        axis.plot(moments, part["median"], color=colour, lw=style.LINE, label=label)
    return _framed(axis, table)


def against(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], base: str) -> Axes:
    """The fan of scenario `base`, its median in dashes, over the medians of the others: equal ones show in the gaps."""
    for label, part in _parts(table[table["scenario"] != base], "scenario"):
        axis.plot(years(part["time"]), part["median"], color=colours[label], lw=style.LINE, label=label)
    fan(axis, table[table["scenario"] == base], colours)
    axis.get_lines()[-1].set_dashes(style.DASHES)
    return axis


def difference(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str]) -> Axes:
    """Mean paired difference with its 95 % interval, and 95 % of the runs, around a line at zero."""
    axis.axhline(0, color=style.INK, lw=0.8)
    for label, part in _parts(table, "scenario"):
        moments, colour = years(part["time"]), colours[label]
        axis.fill_between(moments, part["low"], part["high"], color=colour, alpha=style.BAND, lw=0)
        axis.fill_between(moments, part["mean_low"], part["mean_high"], color=colour, alpha=0.45, lw=0)
        axis.plot(moments, part["mean"], color=colour, lw=style.LINE, label=label)
    return _framed(axis, table)


def _parts(table: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    return [(str(label), table[table[by] == label]) for label in dict.fromkeys(table[by])]


def _framed(axis: Axes, table: pd.DataFrame) -> Axes:
    moments = years(table["time"].unique())
    middle = sum(axis.get_ylim()) / 2
    widen(axis, middle - style.NOISE, middle + style.NOISE)
    return time_axis(axis, moments.min(), moments.max())
