"""Responses: an outcome over a parameter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, StrMethodFormatter

from analysis import style
from analysis.charts.lines import together
from analysis.charts.panels import bounded, widen
from model.measures import ANYWHERE, Bounds

BELOW = 0.2
"""Where the name of a parameter stands below its axis, as a share of the height of a panel."""
MOST_TICKS = 5
"""Values that each have a tick."""


def curve(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], base: str, *, within: Bounds = ANYWHERE) -> Axes:
    """Means with 95 % intervals over column `value` of a parameter, and 95 % of the runs of scenario `base`.

    Not past `within`; ticks stand at the values that were run, where they are few.
    """
    parts = {str(scenario): part for scenario, part in table.groupby("scenario", sort=False)}
    for scenario, part in parts.items():
        if scenario == base:
            axis.fill_between(part["value"], part["low"], part["high"], color=colours[base], alpha=style.BAND, lw=0)
        ends = part["mean_low"], part["mean_high"]
        axis.fill_between(part["value"], *ends, color=colours[scenario], alpha=style.INNER, lw=0)
        axis.plot(part["value"], part["mean"], "o", color=colours[scenario], ms=2.8)
    middle = sum(axis.get_ylim()) / 2
    bounded(widen(axis, middle - style.NOISE, middle + style.NOISE), within)
    values = np.unique(table["value"])
    axis.xaxis.set_major_locator(FixedLocator(values.tolist()) if len(values) <= MOST_TICKS else MaxNLocator(4))
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:.3g}"))
    axis.set_xlabel(str(table["parameter"].iloc[0]))
    axis.xaxis.set_label_coords(0.5, -BELOW)
    axis.yaxis.set_major_locator(MaxNLocator(4))
    means = {s: np.interp(values, part["value"], part["mean"], np.nan, np.nan) for s, part in parts.items()}
    return together(axis, values, means, colours)
