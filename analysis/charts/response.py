"""Responses: an outcome over a parameter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style
from analysis.charts.lines import together
from analysis.charts.panels import bounded, widen
from analysis.ensemble import ANYWHERE, Bounds


def curve(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], base: str, *, within: Bounds = ANYWHERE) -> Axes:
    """Means with 95 % intervals over column `value`, and 95 % of the runs of scenario `base`; not past `within`."""
    parts = {str(scenario): part for scenario, part in table.groupby("scenario", sort=False)}
    for scenario, part in parts.items():
        if scenario == base:
            axis.fill_between(part["value"], part["low"], part["high"], color=colours[base], alpha=style.BAND, lw=0)
        ends = part["mean_low"], part["mean_high"]
        axis.fill_between(part["value"], *ends, color=colours[scenario], alpha=style.INNER, lw=0)
        axis.plot(part["value"], part["mean"], "o", color=colours[scenario], ms=2.8)
    middle = sum(axis.get_ylim()) / 2
    bounded(widen(axis, middle - style.NOISE, middle + style.NOISE), within)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    means = {scenario: part["mean"].to_numpy() for scenario, part in parts.items()}
    return together(axis, np.unique(table["value"]), means, colours)
