"""States: in how many of the runs something is in which state, as time goes on."""

import pandas as pd
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import time_axis
from analysis.selection import years


def state_shares(axis: Axes, table: pd.DataFrame) -> Axes:
    """Shares of the runs in per cent (column `share`) stacked over time, in the order of the states of the table.

    A step stands midway between two records, since all that is known is that it came between them.
    Dashes stand where the states of what is compared with (column `base_share`) meet, unless all shares are the same.
    """
    names = list(dict.fromkeys(table["state"]))
    wide, base = (
        table.pivot_table(index="time", columns="state", values=value, sort=False)[names]
        for value in ("share", "base_share")
    )
    moments = years(wide.index)
    colours = [style.STATE_COLOUR.get(name, style.RULE) for name in names]
    axis.stackplot(moments, wide.to_numpy().T, colors=colours, labels=names, edgecolor="white", lw=0.3, step="mid")
    if not wide.equals(base):
        meets = base.cumsum(axis=1).iloc[:, :-1].to_numpy()
        axis.step(moments, meets, where="mid", color=style.INK, lw=0.9, dashes=style.DASHES)
    time_axis(axis, moments.min(), moments.max()).set(ylim=(0, 100), yticks=(0, 50, 100))
    return axis
