"""Fans: how values spread over runs as time goes on."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.lines import together
from analysis.charts.panels import bounded, time_axis, widen
from analysis.selection import years
from model.arrays import Array
from model.measures import ANYWHERE, Bounds


def fan(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], by: str = "scenario") -> Axes:
    """Median, middle half and 95 % of the runs over time, for each label of column `by`."""
    for label, part in _parts(table, by).items():
        moments, colour = years(part["time"]), colours[label]
        axis.fill_between(moments, part["low"], part["high"], color=colour, alpha=style.BAND, lw=0)
        axis.fill_between(moments, part["lower"], part["upper"], color=colour, alpha=style.INNER, lw=0)
        axis.plot(moments, part["median"], color=colour, lw=style.LINE, label=label)
    return _framed(axis, table)


def against(  # noqa: PLR0913 - one argument a choice
    axis: Axes,
    table: pd.DataFrame,
    colours: Mapping[str, str],
    base: str,
    *,
    within: Bounds = ANYWHERE,
    least: float = style.NOISE,
) -> Axes:
    """Means with their 95 % intervals, and 95 % of the runs of scenario `base`.

    The axis reaches no further than `within` and over no less than twice `least`.
    """
    own = table[table["scenario"] == base]
    axis.fill_between(years(own["time"]), own["low"], own["high"], color=colours[base], alpha=style.BAND, lw=0)
    _sure(axis, table, colours)
    middle = float(table["mean"].mean())
    _framed(widen(axis, middle - least, middle + least), table)
    return _means(bounded(axis, within), table, colours)


def difference(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], *, least: float = style.NOISE) -> Axes:
    """Mean paired difference with its 95 % interval, and 95 % of the runs, around a line at zero."""
    axis.axhline(0, color=style.INK, lw=0.8)
    for label, part in _parts(table, "scenario").items():
        axis.fill_between(years(part["time"]), part["low"], part["high"], color=colours[label], alpha=style.BAND, lw=0)
    _sure(axis, table, colours)
    return _means(_framed(widen(axis, -least, least), table), table, colours)


def means(table: pd.DataFrame) -> dict[str, Array]:
    """The means of each scenario of a table over all its times, (T,), nan where a scenario has none."""
    times = table["time"].unique()
    return {
        label: part.set_index("time")["mean"].reindex(times).to_numpy()
        for label, part in _parts(table, "scenario").items()
    }


def _sure(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str]) -> None:
    """The 95 % intervals of the means."""
    for label, part in _parts(table, "scenario").items():
        moments = years(part["time"])
        axis.fill_between(moments, part["mean_low"], part["mean_high"], color=colours[label], alpha=style.SURE, lw=0)


def _means(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str]) -> Axes:
    """The means as lines."""
    return together(axis, years(table["time"].unique()), means(table), colours)


def _parts(table: pd.DataFrame, by: str) -> dict[str, pd.DataFrame]:
    return {str(label): table[table[by] == label] for label in dict.fromkeys(table[by])}


def _framed(axis: Axes, table: pd.DataFrame) -> Axes:
    moments = years(table["time"].unique())
    middle = sum(axis.get_ylim()) / 2
    widen(axis, middle - style.NOISE, middle + style.NOISE)
    return time_axis(axis, moments.min(), moments.max())
