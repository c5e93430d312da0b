"""Network: flows on the map, line width in proportion to flow."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from analysis import style
from analysis.geography import draw_basemap, frame, project
from model.arrays import Array

Box = tuple[float, float, float, float]

WIDEST, NARROWEST = 9.0, 0.5
IDLE = "#8E9AA3"
_DOT, _LETTER, _LINE = 4.0, 4.2, 11.0
"""Points: the dot of a place with the gap to its name, a letter in the mean, the height of dot and name."""


def network(axis: Axes, table: pd.DataFrame, box: Box, colour: str, widest: float) -> Axes:
    """Flows of one layer: columns lon, lat, to_lon, to_lat, flow; idle links are thin and grey."""
    base(axis, box)
    idle, busy = table[table["flow"] <= 0], table[table["flow"] > 0].sort_values("flow")
    axis.add_collection(LineCollection(_lines(idle), colors=IDLE, linewidths=0.5, alpha=0.8, zorder=1))
    widths = line_width(busy["flow"].to_numpy(), widest)
    axis.add_collection(
        LineCollection(_lines(busy), colors=colour, linewidths=widths, alpha=0.85, capstyle="round", zorder=2)
    )
    return axis


def network_difference(axis: Axes, table: pd.DataFrame, box: Box, widest: float) -> Axes:
    """Change of flow, column `flow`: blue where it rises, orange where it falls."""
    base(axis, box)
    axis.add_collection(LineCollection(_lines(table), colors=IDLE, linewidths=0.4, alpha=0.7, zorder=1))
    moved = table[table["flow"] != 0].assign(size=table["flow"].abs()).sort_values("size")
    colours = [style.RISE if flow > 0 else style.FALL for flow in moved["flow"]]
    widths = line_width(moved["size"].to_numpy(), widest)
    axis.add_collection(
        LineCollection(_lines(moved), colors=colours, linewidths=widths, alpha=0.9, capstyle="round", zorder=2)
    )
    return axis


def line_width(flow: Array, widest: float) -> list[float]:
    """Widths in points in proportion to flow, the widest line for `widest`; none thinner than can be seen."""
    return [float(width) for width in np.clip(WIDEST * flow / max(widest, 1e-12), NARROWEST, WIDEST)]


def base(axis: Axes, box: Box) -> Axes:
    """Land, sea and borders of a box, cut off at its edge so that the file stays small."""
    draw_basemap(axis)
    frame(axis, box)
    (left, right), (low, high) = axis.get_xlim(), axis.get_ylim()
    edge = Bbox.from_extents(left, low, right, high)
    for shapes in list(axis.collections):
        if isinstance(shapes, PathCollection):
            shapes.set_paths([_cut(path, edge) for path in shapes.get_paths() if path.intersects_bbox(edge)])
        elif isinstance(shapes, LineCollection):
            shapes.set_segments([p.vertices for p in shapes.get_paths() if p.intersects_bbox(edge, filled=False)])
    return axis


def _cut(path: Path, edge: Bbox) -> Path:
    return path.clip_to_bbox(edge)


def _lines(table: pd.DataFrame) -> list[Array]:
    """Links as straight lines on the map, (2, 2) each."""
    start = np.column_stack(project(table["lon"], table["lat"]))
    end = np.column_stack(project(table["to_lon"], table["to_lat"]))
    return list(np.stack([start, end], axis=1))


def place_names(axis: Axes, places: pd.DataFrame, most: int = 16) -> Axes:
    """Names of places (columns name, lon, lat, most important first) as far as they do not overlap."""
    x, y = project(places["lon"], places["lat"])
    sheet = Bbox(np.column_stack([axis.get_xlim(), axis.get_ylim()]))
    point = sheet.width / (72 * style.WIDTH)
    taken: list[Bbox] = []
    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.85)]
    for name, east, north in zip(places["name"], x, y, strict=True):
        room = _room(name, east, north, point)
        if len(taken) < most and _holds(sheet, room) and not any(room.overlaps(other) for other in taken):
            taken.append(room)
            axis.plot(east, north, "o", ms=2.6, mfc="white", mec=style.INK, mew=0.7, zorder=4)
            axis.annotate(
                name, (east, north), (3.5, 2.5), textcoords="offset points", fontsize=7, zorder=5, path_effects=halo
            )
    return axis


def _room(name: str, east: float, north: float, point: float) -> Bbox:
    """What a dot and the name at its upper right cover, when a point of print is `point` wide on the map."""
    return Bbox.from_extents(
        east - _DOT * point, north - _DOT * point, east + (_DOT + _LETTER * len(name)) * point, north + _LINE * point
    )


def _holds(sheet: Bbox, room: Bbox) -> bool:
    return sheet.xmin < room.xmin and room.xmax < sheet.xmax and sheet.ymin < room.ymin and room.ymax < sheet.ymax


def width_key(axis: Axes, marks: Iterable[float], widest: float, colour: str, unit: str) -> Axes:
    """Legend of line widths."""
    handles = [
        Line2D([], [], color=colour, lw=line_width(np.array([mark]), widest)[0], label=f"{mark:g} {unit}")
        for mark in marks
    ]
    axis.legend(
        handles=handles,
        loc="lower left",
        frameon=True,
        framealpha=0.85,
        edgecolor="none",
        fontsize=7.5,
        labelspacing=0.7,
    )
    return axis
