"""Planes: paths over two coordinates, each from an empty dot to a full one."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from analysis import style
from model.arrays import Array

_LETTER, _LINE, _DOT = 4.5, 9.0, 3.5
"""Points: width of a letter of a label, its height, and what a dot covers to each side."""
_SPOTS = [
    (dx, dy)
    for far in (1, 2, 3)
    for dx, dy in ((6, 0), (-6, 0), (4, 8 * far), (-4, 8 * far), (4, -8 * far), (-4, -8 * far))
]


def path(axis: Axes, x: Array, y: Array, colour: str) -> Axes:
    """A path from its first point, an empty dot, to its last, a full one."""
    axis.plot(x, y, color=colour, lw=1.1, solid_capstyle="round", zorder=3)
    axis.plot(x[0], y[0], "o", ms=3.4, mfc="white", mec=colour, mew=0.9, zorder=4)
    axis.plot(x[-1], y[-1], "o", ms=3.6, color=colour, zorder=5)
    return axis


def labels(axis: Axes, names: list[str], points: Array) -> Axes:
    """Names beside points (N, 2), each at the nearest spot that hides no point and no other name, with a thin line."""
    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.85)]
    printed = axis.transData.transform(points) * 72 / axis.figure.dpi
    taken = [Bbox([spot - _DOT, spot + _DOT]) for spot in printed]
    for name, point, spot in zip(names, points, printed, strict=True):
        dx, dy = next((s for s in _SPOTS if not _hides(_room(name, spot, s), taken)), _SPOTS[0])
        taken.append(_room(name, spot, (dx, dy)))
        line = {"arrowstyle": "-", "lw": 0.4, "color": style.FAINT, "shrinkA": 0, "shrinkB": 2}
        axis.annotate(
            name, tuple(point), (dx, dy), textcoords="offset points", va="center", ha="left" if dx > 0 else "right",
            fontsize=7.5, path_effects=halo, zorder=6, arrowprops=line,
        )  # fmt: skip
    return axis


def _room(name: str, spot: Array, offset: tuple[float, float]) -> Bbox:
    """What a name covers in print when it begins, or to the left ends, at an offset from a spot."""
    across, up = spot + np.array(offset)
    wide = _LETTER * len(name)
    left = across if offset[0] > 0 else across - wide
    return Bbox.from_extents(left, up - _LINE / 2, left + wide, up + _LINE / 2)


def _hides(room: Bbox, taken: list[Bbox]) -> bool:
    return any(room.overlaps(other) for other in taken)
