"""Rankings: the largest effects, longest first."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style
from analysis.charts.panels import widen


def ranked(axis: Axes, table: pd.DataFrame, rows: int) -> Axes:
    """Bars of `mean` with the interval of the mean and, thin, 95 % of the runs; column `label` names the rows.

    There is room for `rows` bars.
    """
    places = np.arange(len(table))
    colours = [style.RISE if mean > 0 else style.FALL for mean in table["mean"]]
    axis.barh(places, table["mean"], color=colours, height=0.62, alpha=0.75)
    axis.hlines(places, table["low"], table["high"], color=style.INK, lw=0.7)
    axis.hlines(places, table["mean_low"], table["mean_high"], color=style.INK, lw=2.6)
    axis.axvline(0, color=style.INK, lw=0.8)
    axis.set_yticks(places, list(table["label"]))
    axis.set_ylim(rows - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis.set_major_locator(MaxNLocator(3))
    axis.spines["left"].set_visible(False)
    return widen(axis, -style.SMALLEST_RANGE, style.SMALLEST_RANGE, "x")


def amounts(axis: Axes, texts: Iterable[str]) -> Axes:
    """Amounts in words at the right of the bars of a ranking, first above."""
    for place, text in enumerate(texts):
        axis.annotate(
            text, (1, place), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=7.5, color=style.FAINT,
        )  # fmt: skip
    return axis
