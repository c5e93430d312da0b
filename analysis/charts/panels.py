"""Panels: figures made of equal parts, and what every part has."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis import style

_SAMPLE, _LETTER, _ROW = 0.48, 0.078, 0.19
"""Inches: the sample of a legend with its gaps, a letter in the mean, a row."""
_BOLD, _ASIDE = 0.0845, 0.1
"""Inches: a bold letter of nine points in the mean, and how far a title may stand over its panel."""


@dataclass(frozen=True)
class Margins:
    """Space in inches around and between panels."""

    left: float = 0.5
    right: float = 0.12
    top: float = 0.62
    bottom: float = 0.32
    across: float = 0.5
    down: float = 0.58


def panels(count: int, columns: int, height: float, margins: Margins | None = None) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels, `height` inches each, row by row."""
    space, rows = margins or Margins(), -(-count // columns)
    tall = space.top + rows * height + (rows - 1) * space.down + space.bottom
    wide = (style.WIDTH - space.left - space.right - (columns - 1) * space.across) / columns
    figure = Figure(figsize=(style.WIDTH, tall))
    axes = []
    for row, column in _cells(count, columns):
        x = space.left + column * (wide + space.across)
        y = tall - space.top - row * (height + space.down) - height
        axes.append(figure.add_axes((x / style.WIDTH, y / tall, wide / style.WIDTH, height / tall)))
        for side in (axes[-1].xaxis, axes[-1].yaxis):
            side.set_label_coords(0, 0)  # no axis has a label; matplotlib need not measure all ticks to place it
    return figure, axes


def _cells(count: int, columns: int) -> Iterator[tuple[int, int]]:
    yield from ((place // columns, place % columns) for place in range(count))


def head(axis: Axes, text: str, unit: str = "") -> Axes:
    """Title above a panel, smaller where it would leave it, and the unit of its values in small letters below."""
    wide = axis.get_position().width * style.WIDTH + _ASIDE
    letters = max(map(len, text.split("\n")))
    size = min(9.0, 9.0 * wide / (_BOLD * max(letters, 1)))
    axis.set_title(text, y=1.0, pad=15.5 if unit else 5, fontsize=size)
    if unit:
        axis.annotate(
            unit, (0, 1), (0, 3.5), xycoords="axes fraction", textcoords="offset points", fontsize=7.5,
            color=style.FAINT, va="bottom",
        )  # fmt: skip
    return axis


def time_axis(axis: Axes, first: float, last: float) -> Axes:
    """Whole years below a panel."""
    axis.set_xlim(first, last)
    axis.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    return axis


def widen(axis: Axes, low: float, high: float, which: str = "y") -> Axes:
    """Let an axis reach from `low` to `high` at least, so that noise stays small."""
    seen = axis.get_ylim() if which == "y" else axis.get_xlim()
    axis.set(**{f"{which}lim": (min(low, *seen), max(high, *seen))})
    return axis


def bounded(axis: Axes, unit: str) -> Axes:
    """Let the upright axis end where a share or an index does."""
    low, high = style.BOUNDS.get(unit, (-np.inf, np.inf))
    seen = axis.get_ylim()
    axis.set_ylim(max(low, seen[0]), min(high, seen[1]))
    return axis


def key_columns(names: Collection[str]) -> int:
    """Columns that a legend of some names has room for."""
    widest = _SAMPLE + _LETTER * max(map(len, names), default=0)
    return max(1, min(4, len(names), int(style.WIDTH / widest)))


def key_height(names: Collection[str]) -> float:
    """Inches that a legend of some names takes at the top of a figure."""
    return _ROW * -(-len(names) // key_columns(names))


def key(figure: Figure, colours: Mapping[str, str], *, lines: bool = True, dashed: str = "") -> Figure:
    """Legend at the top left: a line or a patch for each name, a dashed line for the name `dashed`."""
    handles = [
        Line2D([], [], color=colour, lw=2.2, label=text, dashes=style.DASHES if text == dashed else (None, None))
        if lines
        else Patch(color=colour, label=text)
        for text, colour in colours.items()
    ]
    height = figure.get_size_inches()[1]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1 - 0.02 / height), ncols=key_columns(colours),
        handlelength=2.0, columnspacing=1.4, borderaxespad=0.1,
    )  # fmt: skip
    return figure
