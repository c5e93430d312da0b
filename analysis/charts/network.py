"""Network: flows on the map, line width in proportion to flow."""

from collections.abc import Iterable
from itertools import islice

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from analysis import style
from analysis.charts.names import Stripes, written
from analysis.charts.panels import inches
from analysis.geography import draw_basemap, frame, project
from model.arrays import Array

Box = tuple[float, float, float, float]

WIDEST, NARROWEST = 9.0, 0.5
IDLE = "#8E9AA3"
_DOT, _READ_THROUGH = 6.0, 1.6
"""Points: places no further apart are one in print; lines no wider can be read through."""


def network(axis: Axes, table: pd.DataFrame, box: Box, colour: str, widest: float) -> Axes:
    """Flows of one layer: columns lon, lat, to_lon, to_lat, flow; idle links are thin and grey."""
    base(axis, box)
    idle, busy = table[table["flow"] <= 0], table[table["flow"] > 0].sort_values("flow")
    axis.add_collection(LineCollection(_lines(idle), colors=IDLE, linewidths=0.5, alpha=0.8, zorder=1))
    widths = line_width(busy["flow"].to_numpy(), widest, slimness(axis))
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
    widths = line_width(moved["size"].to_numpy(), widest, slimness(axis))
    axis.add_collection(
        LineCollection(_lines(moved), colors=colours, linewidths=widths, alpha=0.9, capstyle="round", zorder=2)
    )
    return axis


def line_width(flow: Array, widest: float, slimness: float = 1.0) -> list[float]:
    """Widths in points in proportion to flow, the widest line for `widest`; none thinner than can be seen.

    On a narrow sheet they are all narrower, by `slimness`.
    """
    most = WIDEST * slimness
    return [float(width) for width in np.clip(most * flow / max(widest, 1e-12), NARROWEST, most)]


def slimness(axis: Axes) -> float:
    """How much narrower lines are on a sheet than on one as wide as a page."""
    return float(np.sqrt(inches(axis)[0] / style.WIDTH))


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


def place_names(axis: Axes, places: pd.DataFrame, lines: pd.DataFrame, widest: float, most: int) -> Axes:
    """Names of places (columns name, lon, lat, most important first) off the thick ones of the lines, with their dots.

    Of places that lie on one another in print the first is named; a name without a free spot is left out.
    """
    points = np.column_stack(project(places["lon"], places["lat"]))
    kept = _apart(axis.transData.transform(points) * 72 / axis.figure.dpi)[: 2 * most]
    names = [str(places["name"].iloc[i]) for i in kept]
    tried = written(axis, names, points[kept], stripes=_stripes(axis, lines, widest), taken=_taken(axis))
    dots = points[kept][list(islice(tried, most))]
    axis.plot(*dots.T, "o", ms=2.6, mfc="white", mec=style.INK, mew=0.7, zorder=4)
    return axis


def _apart(printed: Array) -> list[int]:
    """Places, the first of those that lie on one another, by their points of print (N, 2)."""
    kept: list[int] = []
    for i, spot in enumerate(printed):
        if all(np.abs(spot - printed[j]).max() > _DOT for j in kept):
            kept.append(i)
    return kept


def _stripes(axis: Axes, lines: pd.DataFrame, widest: float) -> Stripes:
    """The lines that are too thick to be read through."""
    widths = np.array(line_width(lines["flow"].abs().to_numpy(), widest, slimness(axis)))
    thick = lines[widths > _READ_THROUGH]
    ends = [axis.transData.transform(end) * 72 / axis.figure.dpi for end in _lines(thick)]
    return Stripes(ends, widths[widths > _READ_THROUGH].tolist())


def _taken(axis: Axes) -> list[Bbox]:
    """Where the legend of a map stands, in points."""
    legend = axis.get_legend()
    if legend is None:
        return []
    box = legend.get_window_extent()
    return [Bbox(box.get_points() * 72 / axis.figure.dpi)]


def width_key(axis: Axes, marks: Iterable[float], widest: float, colour: str, unit: str) -> Axes:
    """Legend of line widths."""
    handles = [
        Line2D(
            [], [], color=colour, lw=line_width(np.array([mark]), widest, slimness(axis))[0], label=f"{mark:g} {unit}"
        )
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
