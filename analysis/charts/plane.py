"""Planes: paths over two coordinates, each from an empty dot to a full one."""

from matplotlib.axes import Axes

from model.arrays import Array


def path(axis: Axes, x: Array, y: Array, colour: str) -> Axes:
    """A path from its first point, an empty dot, to its last, a full one."""
    axis.plot(x, y, color=colour, lw=1.1, solid_capstyle="round", zorder=3)
    axis.plot(x[0], y[0], "o", ms=3.4, mfc="white", mec=colour, mew=0.9, zorder=4)
    axis.plot(x[-1], y[-1], "o", ms=3.6, color=colour, zorder=5)
    return axis
