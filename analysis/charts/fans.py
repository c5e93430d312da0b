"""Fans: how values spread over runs as time goes on."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis import style
from analysis.charts.panels import time_axis, widen
from analysis.selection import years
from model.arrays import Array

SAME = 1e-9
"""Lines that differ by less, of a level or in its unit, are one line on paper."""


def fan(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], by: str = "scenario") -> Axes:
    """Median, middle half and 95 % of the runs over time, for each label of column `by`."""
    for label, part in _parts(table, by):
        moments, colour = years(part["time"]), colours[label]
        axis.fill_between(moments, part["low"], part["high"], color=colour, alpha=style.BAND, lw=0)
        axis.fill_between(moments, part["lower"], part["upper"], color=colour, alpha=style.INNER, lw=0)
        axis.plot(moments, part["median"], color=colour, lw=style.LINE, label=label)
    return _framed(axis, table)


def against(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], base: str) -> Axes:
    """Means with their 95 % intervals, that of scenario `base` in dashes on top with 95 % of its runs."""
    for label, part in _parts(table[table["scenario"] != base], "scenario"):
        _mean(axis, part, colours[label], label)
    own = table[table["scenario"] == base]
    axis.fill_between(years(own["time"]), own["low"], own["high"], color=colours[base], alpha=style.BAND, lw=0)
    _mean(axis, own, colours[base], base).set_dashes(style.DASHES)
    return _framed(axis, table)


def difference(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str]) -> Axes:
    """Mean paired difference with its 95 % interval, and 95 % of the runs, around a line at zero."""
    axis.axhline(0, color=style.INK, lw=0.8)
    for label, part in _parts(table, "scenario"):
        axis.fill_between(years(part["time"]), part["low"], part["high"], color=colours[label], alpha=style.BAND, lw=0)
        _mean(axis, part, colours[label], label)
    return _framed(axis, table)


def _mean(axis: Axes, part: pd.DataFrame, colour: str, label: str) -> Line2D:
    """The mean of the runs over its 95 % interval; where it is that of a line before, in dashes over it."""
    moments, means = years(part["time"]), part["mean"].to_numpy()
    twins = sum(_coincide(line, means) for line in axis.get_lines())
    axis.fill_between(moments, part["mean_low"], part["mean_high"], color=colour, alpha=style.SURE, lw=0)
    (line,) = axis.plot(moments, means, color=colour, lw=style.LINE, label=label)
    if twins:
        line.set_dashes((style.TWIN / 2**twins, style.TWIN * (1 - 2**-twins)))
    return line


def _coincide(line: Line2D, means: Array) -> bool:
    """Whether a line that is drawn already has these means."""
    before = np.asarray(line.get_ydata(), dtype=float)
    return before.shape == means.shape and np.allclose(before, means, rtol=SAME, atol=SAME)


def _parts(table: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    return [(str(label), table[table[by] == label]) for label in dict.fromkeys(table[by])]


def _framed(axis: Axes, table: pd.DataFrame) -> Axes:
    moments = years(table["time"].unique())
    middle = sum(axis.get_ylim()) / 2
    widen(axis, middle - style.NOISE, middle + style.NOISE)
    return time_axis(axis, moments.min(), moments.max())
