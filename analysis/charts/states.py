"""States: in how many of the runs something is in which state, as time goes on."""

import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import time_axis
from analysis.selection import years


def state_shares(axis: Axes, table: pd.DataFrame) -> Axes:
    """Shares of the runs in per cent (column `share`) stacked over time, in the order of the states of the table."""
    names = list(dict.fromkeys(table["state"]))
    wide = table.pivot_table(index="time", columns="state", values="share", sort=False)[names]
    moments = years(wide.index)
    colours = [style.STATE_COLOUR.get(name, style.RULE) for name in names]
    axis.stackplot(moments, wide.to_numpy().T, colors=colours, labels=names, edgecolor="white", lw=0.3, step="post")
    time_axis(axis, moments.min(), moments.max()).set(ylim=(0, 100), yticks=(0, 50, 100))
    return axis
