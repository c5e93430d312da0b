"""Responses: an outcome over a parameter, and how far each parameter moves it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style
from analysis.charts.panels import widen


def curve(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], base: str) -> Axes:
    """Means with their 95 % intervals over column `value`; of scenario `base`, dashed on top, also 95 % of the runs."""
    for scenario in sorted(table["scenario"].unique(), key=lambda name: name == base):
        part, colour = table[table["scenario"] == scenario], colours[scenario]
        if scenario == base:
            axis.fill_between(part["value"], part["low"], part["high"], color=colour, alpha=style.BAND, lw=0)
        axis.fill_between(part["value"], part["mean_low"], part["mean_high"], color=colour, alpha=style.INNER, lw=0)
        dashes = style.DASHES if scenario == base else (None, None)
        axis.plot(part["value"], part["mean"], color=colour, lw=style.LINE, dashes=dashes)
        axis.plot(part["value"], part["mean"], "o", color=colour, ms=2.8)
    middle = sum(axis.get_ylim()) / 2
    widen(axis, middle - style.NOISE, middle + style.NOISE)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    return axis


def tornado(axis: Axes, table: pd.DataFrame, colours: Mapping[str, str], parameters: list[str]) -> Axes:
    """Bars of `mean` with its interval: what each parameter, from low to high, does to an outcome in each scenario."""
    scenarios = list(dict.fromkeys(table["scenario"]))
    tall = 0.76 / len(scenarios)
    for i, scenario in enumerate(scenarios):
        part = table[table["scenario"] == scenario]
        places = np.array([parameters.index(name) for name in part["parameter"]]) + tall * (
            i - (len(scenarios) - 1) / 2
        )
        axis.barh(places, part["mean"], tall, color=colours[str(scenario)], alpha=0.85)
        axis.hlines(places, part["mean_low"], part["mean_high"], color=style.INK, lw=1.2)
    axis.axvline(0, color=style.INK, lw=0.8)
    axis.set_yticks(range(len(parameters)), parameters)
    axis.set_ylim(len(parameters) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis.set_major_locator(MaxNLocator(3))
    axis.spines["left"].set_visible(False)
    return widen(axis, -style.NOISE, style.NOISE, "x")
