"""Rankings: the largest effects, longest first."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style
from analysis.charts.panels import NOTE, room_left, widen, wrapped

_LABEL, _GAP = 8.0, 0.12
"""Points: the letters of a label; inches: what stays free beside it."""
AMOUNT = 1.35


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
    axis.set_yticks(places, [lettered(label, room_left(axis)) for label in table["label"]])
    axis.set_ylim(rows - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.xaxis.set_major_locator(MaxNLocator(3))
    axis.spines["left"].set_visible(False)
    return widen(axis, -style.SMALLEST_RANGE, style.SMALLEST_RANGE, "x")


def lettered(label: str, room: float) -> str:
    """A label in lines that have room, in inches, at the left of a ranking."""
    return wrapped(" ".join(label.split()), room - _GAP, _LABEL)


def row_height(labels: Iterable[str], room: float, said: Iterable[str] = ()) -> float:
    """Inches that each row of a ranking needs for its label and, if any, the amount said at its right."""
    lines = [lettered(label, room) for label in labels] + [_beside(text) for text in said]
    return 0.08 + 0.13 * max(text.count("\n") + 1 for text in lines)


def _beside(text: str) -> str:
    """An amount in lines that have room at the right of a ranking."""
    return wrapped(text, AMOUNT - 0.15, NOTE)


def amounts(axis: Axes, texts: Iterable[str]) -> Axes:
    """Amounts in words at the right of the bars of a ranking, first above, in the room of `AMOUNT` inches."""
    for place, text in enumerate(texts):
        axis.annotate(
            _beside(text), (1, place), (6, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=NOTE, color=style.FAINT,
        )  # fmt: skip
    return axis
