"""Rankings: the largest effects, longest first, each bar below its name and beside its amount."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import style
from analysis.amounts import BRACKETS
from analysis.charts.panels import NOTE, Head, Margins, Sheet, inside, panels, widen, wrapped
from model.arrays import Array

BARS = f"Bar: mean; thick line and {BRACKETS}; thin line: 95 % of the runs."
"""What a ranking shows, for its caption."""
COLUMNS = 2
AMOUNT, _GAP = 1.5, 0.1
"""Inches at the right of the bars for their amounts, and what stays free beside these."""
SPACE = Margins(left=0.2, right=AMOUNT, bottom=0.4)
"""Margins of panels with a ranking."""
_LABEL, _LINE, _BAR, _BETWEEN = 8.0, 0.135, 0.15, 0.09
"""Points: the letters of a name; inches: a line of it or of an amount, a bar, what stays free below."""
LONG_LABELS = 0.1
"""Below, ticks take so many digits that two stand on either side of zero at most."""


def rankings(
    heads: Sequence[Head], tables: Sequence[pd.DataFrame], top: float = 0.0, least: float = style.SMALLEST_RANGE
) -> Sheet:
    """A ranking below each head, as high as its bars need, with `top` inches left free above all."""
    lifted = [replace(head, lift=_BETWEEN) for head in heads]
    sheet, axes = panels(lifted, COLUMNS, list(map(height, tables)), replace(SPACE, top=SPACE.top + top))
    for axis, table in zip(axes, tables, strict=True):
        ranked(axis, table, least)
    return sheet


def ranked(axis: Axes, table: pd.DataFrame, least: float = style.SMALLEST_RANGE) -> Axes:
    """Bars of `mean` with the interval of the mean and, thin, 95 % of the runs, on an axis from `least` to each side.

    Column `label` names the bars and stands above them, where it is not empty; column `said` is the amount in words at
    the right; column `colour`, where there is one, is that of the bars, which else go by their sign.
    """
    names, bars = _heights(table)
    ends = np.cumsum(names + bars)
    places = ends - bars + _BAR / 2
    signs = [style.RISE if mean > 0 else style.FALL for mean in table["mean"]]
    colours = table["colour"].tolist() if "colour" in table else signs
    axis.barh(places, table["mean"], color=colours, height=_BAR, alpha=0.75)
    axis.hlines(places, table["low"], table["high"], color=style.INK, lw=0.7)
    axis.hlines(places, table["mean_low"], table["mean_high"], color=style.INK, lw=2.4)
    axis.vlines(np.zeros_like(places), places - 0.7 * _BAR, places + 0.7 * _BAR, color=style.INK, lw=0.8)
    _written(axis, table, places)
    axis.set(ylim=(ends[-1], 0.0), yticks=[])
    axis.grid(visible=False)
    axis.spines["left"].set_visible(False)
    widen(axis, -least, least, "x")
    few = max(map(abs, axis.get_xlim())) < LONG_LABELS
    axis.xaxis.set_major_locator(MaxNLocator(2 if few else 4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3 - few))
    return axis


def height(table: pd.DataFrame) -> float:
    """Inches that a ranking takes with all its names and amounts."""
    return float(sum(part.sum() for part in _heights(table)))


def _heights(table: pd.DataFrame) -> tuple[Array, Array]:
    """Inches that each name takes, and each bar with its amount beside and what stays free below."""
    names, amounts = (np.array([len(text.splitlines()) for text in texts]) for texts in _texts(table))
    return _LINE * names, _BAR + _LINE * (amounts - 1) + _BETWEEN


def _texts(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Names in lines as wide as the bars, off the amounts, and amounts in lines as wide as their room."""
    names = [wrapped(" ".join(label.split()), inside(COLUMNS, SPACE), _LABEL) for label in table["label"]]
    whole = (text.replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}") for text in table["said"])
    return names, [wrapped(text, AMOUNT - _GAP, NOTE) for text in whole]


def _written(axis: Axes, table: pd.DataFrame, places: Array) -> None:
    """Names above the bars and amounts beside them."""
    for name, amount, place in zip(*_texts(table), places, strict=True):
        axis.annotate(
            name, (0, place - _BAR / 2), (0, 1.5), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="bottom", fontsize=_LABEL,
        )  # fmt: skip
        axis.annotate(
            amount, (1, place - _BAR / 2), (6, 1), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="top", fontsize=NOTE,
        )  # fmt: skip
