"""Corridors: how freight divides over them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import time_axis
from analysis.selection import years


def stack(axis: Axes, table: pd.DataFrame) -> Axes:
    """Mean shares (column `mean`) stacked over time, the first corridor of the table at the bottom."""
    names = list(dict.fromkeys(table["corridor"]))
    wide = table.pivot_table(index="time", columns="corridor", values="mean")[names]
    moments = years(wide.index)
    colours = [style.corridor_colour(name) for name in names]
    axis.stackplot(moments, wide.to_numpy().T, colors=colours, labels=names, edgecolor="white", lw=0.3)
    axis.set_ylim(0, float(np.max(wide.sum(axis=1))))
    return time_axis(axis, moments.min(), moments.max())
