"""Heat maps: a value in every cell of two lists of names, printed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from analysis import style

_DARK = 0.45
"""Below this luminance a cell takes white letters."""


def heat(
    axis: Axes,
    matrix: pd.DataFrame,
    colours: Colormap,
    limits: tuple[float, float],
    spell: Callable[[float], str] = "{:.1f}".format,
) -> Axes:
    """Cells coloured between two limits with their values; an unknown cell stays empty."""
    cells = matrix.to_numpy(dtype=float)
    shown = np.clip((cells - limits[0]) / (limits[1] - limits[0]), 0, 1)
    rows, columns = cells.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    axis.pcolormesh(*edges, np.ma.masked_invalid(shown), cmap=colours, vmin=0, vmax=1, edgecolor="white", lw=1.0)
    for (row, column), value in np.ndenumerate(cells):
        if np.isfinite(value):
            ink = "white" if _luminance(colours(float(shown[row, column]))) < _DARK else style.INK
            axis.text(column, row, spell(value), ha="center", va="center", fontsize=7.5, color=ink)
    return _labelled(axis, matrix)


def _labelled(axis: Axes, matrix: pd.DataFrame) -> Axes:
    """Names at the left and above, no lines."""
    axis.set(xlim=(-0.5, len(matrix.columns) - 0.5), ylim=(len(matrix) - 0.5, -0.5))
    axis.set_xticks(range(len(matrix.columns)), [style.title(str(label)) for label in matrix.columns])
    axis.set_yticks(range(len(matrix)), [style.title(str(label)) for label in matrix.index])
    axis.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    axis.spines[:].set_visible(False)
    axis.grid(visible=False)
    return axis


def _luminance(colour: tuple[float, float, float, float]) -> float:
    """Relative brightness of a colour, ITU-R BT.709 weights."""
    red, green, blue, _ = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
