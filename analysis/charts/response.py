"""Responses: an outcome over a parameter, and how far each parameter moves it."""

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
