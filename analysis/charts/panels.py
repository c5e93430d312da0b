"""Panels: figures made of equal parts, and what every part has."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator

from analysis import style
from model.measures import Bounds

TITLE, NOTE = 9.0, 7.5
"""Points: the letters of the title of a panel, and of what stands below it in small ones."""
_SAMPLE, _ROW, _LEGEND = 0.48, 0.19, 8.5
"""Inches: the sample of a legend with its gaps, a row; points: its letters."""
_LINE, _SMALL_LINE, _ASIDE = 0.16, 0.135, 0.1
"""Inches: a line of a title, one of a note, and how far they may stand over their panel."""
_HINTED = 1.04
"""How much wider letters become on a screen's grid."""
_Part = TypeVar("_Part")
_BREAKS = re.compile(r"[^ \-–/]+[ \-–/]*|[ \-–/]+")
"""Words, each with the space, hyphen or stroke after which a line may end."""


@dataclass(frozen=True)
class Margins:
    """Space in inches above all panels, and at the sides of and below each of them."""

    left: float = 0.5
    right: float = 0.1
    top: float = 0.1
    bottom: float = 0.36


@dataclass(frozen=True)
class Tile:
    """What one panel takes of a sheet, in inches from its upper left corner."""

    left: float
    top: float
    wide: float
    tall: float


class Sheet(Figure):
    """A figure of panels that a page may put below one another: `tiles` says what each of its axes takes."""

    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Head:
    """What stands above a panel: its title and, below it in small letters, a unit or another note."""

    title: str
    note: str = ""
    colour: str = style.INK
    """Colour of the title."""
    note_colour: str = style.FAINT
    lift: float = 0.0
    """Inches left free between it and the panel, as for labels there."""

    def within(self, wide: float) -> "Head":
        """The same with lines that are no wider, in inches."""
        title, note = wrapped(self.title, wide, TITLE, bold=True), wrapped(self.note, wide, NOTE)
        return replace(self, title=title, note=note)

    @property
    def above(self) -> float:
        """Inches from the panel to the foot of the title."""
        return self.lift + 0.05 + (_SMALL_LINE * (self.note.count("\n") + 1) + 0.02 if self.note else 0.0)

    @property
    def tall(self) -> float:
        """Inches it takes above the panel."""
        return self.above + (_LINE * (self.title.count("\n") + 1) if self.title else 0.0)


def panels(
    heads: Sequence[Head], columns: int, heights: Sequence[float], margins: Margins | None = None
) -> tuple[Sheet, list[Axes]]:
    """A sheet with a panel below each head, as high as `heights` says in inches, row by row in columns of equal width.

    Panels of a row begin at the same height; the row is as tall as its tallest panel and its longest head.
    """
    space = margins or Margins()
    wide = inside(columns, space)
    fitted = [head.within(wide + _ASIDE) for head in heads]
    tops = [max(head.tall for head in _row_of(fitted, i, columns)) for i in range(len(heads))]
    tiles = tuple(_tiles(tops, heights, columns, space))
    tall = max(tile.top + tile.tall for tile in tiles)
    sheet = Sheet(figsize=(style.WIDTH, tall))
    sheet.tiles = tiles
    axes = []
    for head, top, height, tile in zip(fitted, tops, heights, tiles, strict=True):
        x, y = tile.left + space.left, tall - tile.top - top - height
        axes.append(sheet.add_axes((x / style.WIDTH, y / tall, wide / style.WIDTH, height / tall)))
        _headed(axes[-1], head)
    return sheet, axes


def inside(columns: int, margins: Margins) -> float:
    """Inches across a panel between its margins."""
    return style.WIDTH / columns - margins.left - margins.right


def _tiles(tops: Sequence[float], heights: Sequence[float], columns: int, space: Margins) -> Iterator[Tile]:
    """The tile of each panel, those of a row at one height."""
    wide, down = style.WIDTH / columns, space.top
    needs = [top + height + space.bottom for top, height in zip(tops, heights, strict=True)]
    for i, need in enumerate(needs):
        yield Tile(i % columns * wide, down, wide, need)
        if i % columns == columns - 1:
            down += max(_row_of(needs, i, columns))


def _row_of(parts: Sequence[_Part], i: int, columns: int) -> Sequence[_Part]:
    """The parts in the same row as part `i`."""
    start = i - i % columns
    return parts[start : start + columns]


def _headed(axis: Axes, head: Head) -> None:
    """The title and the note above a panel."""
    for side in (axis.xaxis, axis.yaxis):
        side.set_label_coords(0, 0)  # no axis has a label; matplotlib need not measure all ticks to place it
    axis.set_title(head.title, y=1.0, pad=72 * head.above, fontsize=TITLE, color=head.colour)
    axis.annotate(
        head.note, (0, 1), (0, 3.5 + 72 * head.lift), xycoords="axes fraction", textcoords="offset points",
        fontsize=NOTE, color=head.note_colour, va="bottom",
    )  # fmt: skip


def wrapped(text: str, wide: float, size: float, *, bold: bool = False) -> str:
    r"""A text in lines of at most some inches, broken at spaces, hyphens and strokes; a longer word stays whole.

    >>> wrapped("Dependence of Kazakhstan on Makhachkala-Novorossiysk", 1.3, 9.0)
    'Dependence of\nKazakhstan on\nMakhachkala-\nNovorossiysk'
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, wide, size, bold=bold))


def _lines(text: str, wide: float, size: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in _BREAKS.findall(text):
        if line and width((line + word).rstrip(), size, bold=bold) > wide:
            yield line.rstrip()
            line = ""
        line += word
    yield line.rstrip()


@cache
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Inches that a line takes in letters of some points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return _HINTED * float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def inches(axis: Axes) -> tuple[float, float]:
    """Width and height of the sheet that an axis is on."""
    wide, tall = axis.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    return float(wide), float(tall)


def time_axis(axis: Axes, first: float, last: float) -> Axes:
    """Whole years below a panel."""
    axis.set_xlim(first, last)
    axis.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    return axis


def shade(axis: Axes, first: float, last: float) -> None:
    """A stretch of time, in decimal years, behind what a panel shows."""
    axis.axvspan(first, last, color=style.SHADE, lw=0, zorder=0)


def widen(axis: Axes, low: float, high: float, which: str = "y") -> Axes:
    """Let an axis reach from `low` to `high` at least, so that noise stays small."""
    seen = axis.get_ylim() if which == "y" else axis.get_xlim()
    axis.set(**{f"{which}lim": (min(low, *seen), max(high, *seen))})
    return axis


def bounded(axis: Axes, within: Bounds) -> Axes:
    """Let the upright axis end where values do."""
    low, high = axis.get_ylim()
    axis.set_ylim(max(within[0], low), min(within[1], high))
    return axis


def key_columns(names: Collection[str]) -> int:
    """Columns that a legend of some names has room for."""
    widest = _SAMPLE + max((width(name, _LEGEND) for name in names), default=0.0)
    return max(1, min(4, len(names), int(style.WIDTH / widest)))


def key_height(names: Collection[str]) -> float:
    """Inches that a legend of some names takes at the top of a figure."""
    lines = max((_in_key(name).count("\n") + 1 for name in names), default=1)
    return (_ROW + _SMALL_LINE * (lines - 1)) * -(-len(names) // key_columns(names)) + 0.05


def _in_key(name: str) -> str:
    """A name in as many lines as it needs in a legend."""
    return wrapped(name, style.WIDTH - _SAMPLE - 0.1, _LEGEND)


def key(figure: Sheet, colours: Mapping[str, str], *, lines: bool = True) -> Sheet:
    """Legend at the top left: a line or a patch for each name."""
    handles = [
        Line2D([], [], color=colour, lw=2.2, label=_in_key(text)) if lines else Patch(color=colour, label=_in_key(text))
        for text, colour in colours.items()
    ]
    height = figure.get_size_inches()[1]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1 - 0.02 / height), ncols=key_columns(colours),
        handlelength=2.0, columnspacing=1.4, borderaxespad=0.1,
    )  # fmt: skip
    return figure
