"""Names beside points: each at the nearest spot where it hides nothing, with a thin line when that is further off."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from analysis import style
from analysis.charts.panels import width
from model.arrays import Array

SIZE = 7.5
"""Points: the letters of a name."""
_TALL, _DOT = 9.0, 3.5
"""Points: the height of a name, and what a dot covers to each side."""
NEAR = 11.0
"""Points: a name further from its dot has a line to it."""
_SPOTS = [
    (dx, dy) for far in (1, 2, 3) for dx, dy in (
        (6 * far, 0), (-6 * far, 0), (4 * far, 8 * far), (-4 * far, 8 * far), (4 * far, -8 * far), (-4 * far, -8 * far)
    )
]  # fmt: skip
"""Where a name may begin or, to the left, end: points right of and above its dot, the nearest first."""


class Stripes:
    """Thick lines that a name must not lie on: ends in points of print, (line, 2, 2), and widths in points."""

    def __init__(self, ends: Sequence[Array] = (), widths: Sequence[float] = ()) -> None:
        self.lines = [(Path(end), wide / 2) for end, wide in zip(ends, widths, strict=True)]

    def hide(self, room: Bbox) -> bool:
        """Whether a room lies on one of them."""
        return any(line.intersects_bbox(room.padded(half), filled=False) for line, half in self.lines)


def written(
    axis: Axes, names: Sequence[str], points: Array, *, stripes: Stripes | None = None, taken: Iterable[Bbox] = ()
) -> Iterator[int]:
    """Write names beside points (N, 2), as far as there is a spot for each; yields the places of those that were.

    A spot is free when it is on the axis and hides no point, no name, no stripe and nothing that is `taken`, in
    points of print.
    """
    printed = axis.transData.transform(points) * 72 / axis.figure.dpi
    sheet = Bbox(axis.transAxes.transform([(0, 0), (1, 1)]) * 72 / axis.figure.dpi)
    dots = [Bbox([spot - _DOT, spot + _DOT]) for spot in printed]
    used, thick = list(taken), stripes or Stripes()
    for i, (name, point) in enumerate(zip(names, points, strict=True)):
        rooms = {offset: _room(name, printed[i], offset) for offset in _SPOTS}
        others = [*used, *dots[:i], *dots[i + 1 :]]
        free = (
            o for o, room in rooms.items() if _inside(room, sheet) and not _hides(room, others) and not thick.hide(room)
        )
        offset = next(free, None)
        if offset is not None:
            used.append(rooms[offset])
            _write(axis, name, point, offset)
            yield i


def _write(axis: Axes, name: str, point: Array, offset: tuple[float, float]) -> None:
    """One name, with a line to its dot when it is far."""
    right = offset[0] > 0
    line = {"arrowstyle": "-", "lw": 0.6, "color": style.INK, "shrinkA": 0, "shrinkB": 1, "relpos": (1 - right, 0.5)}
    axis.annotate(
        name, (point[0], point[1]), offset, textcoords="offset points", va="center", ha="left" if right else "right",
        fontsize=SIZE, zorder=6, path_effects=[withStroke(linewidth=2.2, foreground="white", alpha=0.85)],
        arrowprops=line if np.hypot(*offset) > NEAR else None,
    )  # fmt: skip


def _room(name: str, spot: Array, offset: tuple[float, float]) -> Bbox:
    """What a name covers in print when it begins, or to the left ends, at an offset from a spot."""
    across, up = spot + np.array(offset)
    wide = 72 * width(name, SIZE)
    left = across if offset[0] > 0 else across - wide
    return Bbox.from_extents(left - 1, up - _TALL / 2, left + wide + 1, up + _TALL / 2)


def _inside(room: Bbox, sheet: Bbox) -> bool:
    return bool(sheet.x0 < room.x0 and room.x1 < sheet.x1 and sheet.y0 < room.y0 and room.y1 < sheet.y1)


def _hides(room: Bbox, taken: Iterable[Bbox]) -> bool:
    return any(room.overlaps(other) for other in taken)
