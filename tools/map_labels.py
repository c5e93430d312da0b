"""Names on a drawing without overlap: each tries places around its point and takes the clearest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

Floats = npt.NDArray[np.float64]

HALO = withStroke(linewidth=2.4, foreground="#ffffffd8")
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (5.0, 9.0, 15.0, 23.0)  # points from the node
LEADER = 12.0  # beyond this distance a thin line joins name and node
LINE_WEIGHT, DISTANCE_WEIGHT = 1.0, 0.9
CROWDED = 18.0  # the name of a state or sea that would cost more is left out
MARGIN = 2.0  # pixels between two names


@dataclass(frozen=True)
class Name:
    """A text to place at a point of the map."""

    text: str
    x: float
    y: float
    size: float = 7.6
    colour: str = "#1f1f1f"
    italic: bool = False
    fixed: bool = False
    """Centred on its point, for seas and states."""


def place(axis: Axes, names: Iterable[Name], busy: Floats) -> list[str]:
    """Draw names in order and return those for which there was no room; `busy` (n, 2) are map points of lines."""
    canvas = cast("FigureCanvasAgg", axis.figure.canvas)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    lines = axis.transData.transform(busy)
    frame = axis.get_window_extent(renderer)
    taken: list[Bbox] = []
    missed = []
    for name in names:
        box = _place(axis, name, lines, [*taken], frame)
        if box is None:
            missed.append(name.text)
        else:
            taken.append(box)
    return missed


def _place(axis: Axes, name: Name, lines: Floats, taken: Sequence[Bbox], frame: Bbox) -> Bbox | None:
    canvas = cast("FigureCanvasAgg", axis.figure.canvas)
    text = _text(axis, name, (0.0, 0.0))
    size = text.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]
    text.remove()
    per_point = axis.figure.dpi / 72.0
    anchor = axis.transData.transform((name.x, name.y))
    best: tuple[float, tuple[float, float], Bbox] | None = None
    for distance, (right, up) in _offsets(name):
        reach = distance * per_point * (0.75 if right and up else 1.0)
        centre = (
            anchor[0] + right * (reach + size.width / 2),
            anchor[1] + up * (reach + size.height / 2),
        )
        box = Bbox.from_bounds(centre[0] - size.width / 2, centre[1] - size.height / 2, size.width, size.height)
        if _clear(box, taken, frame):
            cost = LINE_WEIGHT * _covered(lines, box) + DISTANCE_WEIGHT * distance
            if best is None or cost < best[0]:
                best = (cost, centre, box)
    if best is None or (name.fixed and best[0] > CROWDED):
        return None
    _, centre, box = best
    x, y = axis.transData.inverted().transform(centre)
    _text(axis, name, (x, y))
    gap = np.hypot(
        max(abs(centre[0] - anchor[0]) - size.width / 2, 0), max(abs(centre[1] - anchor[1]) - size.height / 2, 0)
    )
    if gap > LEADER * per_point:
        axis.plot([name.x, x], [name.y, y], color="#555555", linewidth=0.5, zorder=7.5)
    return box


def _offsets(name: Name) -> list[tuple[float, tuple[int, int]]]:
    if name.fixed:
        return [(0.0, (0, 0)), *((distance, way) for distance in (6.0, 14.0) for way in DIRECTIONS)]
    return [(distance, way) for distance in DISTANCES for way in DIRECTIONS]


def _text(axis: Axes, name: Name, at: tuple[float, float]) -> Text:
    return axis.text(
        *at,
        name.text,
        fontsize=name.size,
        color=name.colour,
        style="italic" if name.italic else "normal",
        ha="center",
        va="center",
        linespacing=0.95,
        path_effects=[HALO],
        zorder=8.0,
        clip_on=True,
    )


def _clear(box: Bbox, taken: Sequence[Bbox], frame: Bbox) -> bool:
    inside = box.x0 > frame.x0 and box.x1 < frame.x1 and box.y0 > frame.y0 and box.y1 < frame.y1
    return inside and not any(box.overlaps(other) for other in (b.padded(MARGIN) for b in taken))


def _covered(lines: Floats, box: Bbox) -> int:
    x, y = lines[:, 0], lines[:, 1]
    return int(((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)).sum())
