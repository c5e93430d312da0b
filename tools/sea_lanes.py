"""Ways by water for the network drawings: shortest paths over a coarse raster of the sea.

The model knows a sea leg by its two ports and its length only; a straight line between them would cross land.
Nothing but the drawings uses these lanes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from PIL import Image, ImageDraw
from scipy.sparse.csgraph import connected_components, dijkstra

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]

STEP = 0.2  # degrees a cell
WEST, SOUTH, EAST, NORTH = -24.0, 0.4, 158.0, 72.0
COAST_COST = 2.5  # a cell beside land costs so much more, which keeps lanes off the shore
REACH = 1.0  # degrees from a port to its nearest sea cell
SMALLEST_SEA = 500  # cells; bays cut off by the raster are no ports
SMOOTHING = 9  # cells averaged to round the corners of the raster
STRAITS: tuple[tuple[Point, ...], ...] = (
    ((32.55, 31.6), (32.3, 30.6), (32.55, 29.6)),  # Suez
    ((26.0, 40.0), (26.7, 40.4), (27.6, 40.7), (28.9, 40.9), (29.1, 41.4)),  # Dardanelles, Bosporus
    ((36.4, 44.9), (36.6, 45.5)),  # Kerch
    ((-6.2, 35.9), (-4.8, 36.0)),  # Gibraltar
    ((43.1, 12.9), (43.6, 12.3)),  # Bab-el-Mandeb
    ((100.2, 3.4), (102.5, 1.7), (103.8, 1.1), (105.0, 1.4)),  # Malacca
    ((1.0, 50.7), (2.2, 51.4)),  # Dover
    ((10.8, 57.9), (11.2, 56.5), (10.9, 55.2), (11.6, 54.5), (13.0, 54.7)),  # Great Belt
    ((28.0, 59.9), (29.8, 60.0)),  # Kronstadt
)
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class Sea:
    """Raster of the sea: cells by row and column from the south-west, and a graph of their distances."""

    wet: npt.NDArray[np.bool_]
    graph: sp.csr_array


@cache
def sea() -> Sea:
    """Raster the shipped coastline and join neighbouring cells of water."""
    wet = _raster()
    beside = wet & ~_eroded(wet)
    cost = np.where(beside, COAST_COST, 1.0)
    rows, columns = wet.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    latitude = np.radians(SOUTH + STEP * np.arange(rows))
    parts = [_edges(wet, cost, number, latitude, shift) for shift in NEIGHBOURS]
    tail, head, length = (np.concatenate([part[i] for part in parts]) for i in range(3))
    graph = sp.csr_array((length, (tail.astype(int), head.astype(int))), shape=(wet.size, wet.size))
    _, pool = connected_components(graph, directed=False)
    open_water = np.bincount(pool)[pool].reshape(wet.shape) >= SMALLEST_SEA
    return Sea(wet & open_water, graph)


def lanes(pairs: Iterable[tuple[Point, Point]]) -> dict[tuple[Point, Point], Floats]:
    """Points (n, 2) of each way from port to port in degrees; a straight line where no water joins them."""
    wanted = list(dict.fromkeys(pairs))
    found = {}
    for start in dict.fromkeys(start for start, _ in wanted):
        ends = [end for first, end in wanted if first == start]
        for end, points in zip(ends, _from(start, ends), strict=True):
            found[start, end] = points
    return found


def _from(start: Point, ends: list[Point]) -> list[Floats]:
    """Ways from one port to several."""
    origin = _cell(start)
    if origin is None:
        return [np.array([start, end]) for end in ends]
    _, previous = dijkstra(sea().graph, directed=False, indices=np.array([origin]), return_predecessors=True)
    return [_trace(start, end, previous[0]) for end in ends]


def _trace(start: Point, end: Point, previous: npt.NDArray[np.int32]) -> Floats:
    cell = _cell(end)
    if cell is None or previous[cell] < 0:
        return np.array([start, end])
    cells = [cell]
    while previous[cells[-1]] >= 0:
        cells.append(int(previous[cells[-1]]))
    columns = sea().wet.shape[1]
    inner = [(WEST + STEP * (c % columns), SOUTH + STEP * (c // columns)) for c in reversed(cells)]
    return _smooth(np.array([start, *inner, end]))


def _smooth(points: Floats) -> Floats:
    """Moving average that keeps both ends."""
    half = SMOOTHING // 2
    for _ in range(2):
        padded = np.concatenate([np.repeat(points[:1], half, axis=0), points, np.repeat(points[-1:], half, axis=0)])
        kernel = np.full(SMOOTHING, 1.0 / SMOOTHING)
        inner = np.column_stack([np.convolve(padded[:, k], kernel, mode="valid") for k in (0, 1)])
        points = np.concatenate([points[:1], inner[1:-1], points[-1:]])
    return points


def _cell(port: Point) -> int | None:
    """Number of the sea cell nearest to a port, None when all are out of reach."""
    wet = sea().wet
    rows, columns = np.nonzero(wet)
    distance = np.hypot((WEST + STEP * columns - port[0]) * np.cos(np.radians(port[1])), SOUTH + STEP * rows - port[1])
    best = int(distance.argmin())
    return int(rows[best] * wet.shape[1] + columns[best]) if distance[best] <= REACH else None


def _raster() -> npt.NDArray[np.bool_]:
    """Cells of water, south row first, straits opened."""
    size = (round((EAST - WEST) / STEP) + 1, round((NORTH - SOUTH) / STEP) + 1)
    image = Image.new("1", size, 1)
    pencil = ImageDraw.Draw(image)
    land = json.loads((files("analysis") / "basemap" / "land.json").read_text(encoding="utf-8"))
    for polygon in land["polygons"]:
        for hole, ring in enumerate(polygon):
            pencil.polygon([_pixel(point) for point in ring], fill=min(hole, 1))
    for strait in STRAITS:
        pencil.line([_pixel(point) for point in strait], fill=1, width=1)
    return np.array(image)


def _pixel(point: Point) -> tuple[float, float]:
    return (point[0] - WEST) / STEP, (point[1] - SOUTH) / STEP


def _eroded(wet: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Cells of water whose four neighbours are water too."""
    inner = wet.copy()
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inner &= np.roll(wet, step, axis=axis)
    return inner


def _edges(
    wet: npt.NDArray[np.bool_],
    cost: Floats,
    number: npt.NDArray[np.intp],
    latitude: Floats,
    shift: tuple[int, int],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Joins of each cell with the one a shift away."""
    down, right = shift
    here, there = _window(down, right)
    both = wet[here] & wet[there]
    stretch = np.hypot(down, right * np.cos(latitude))[: both.shape[0], None]
    length = stretch * 0.5 * (cost[here] + cost[there])
    return number[here][both], number[there][both], length[both]


def _window(down: int, right: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Two overlapping windows of a grid, one shifted against the other."""
    rows = (slice(None, -1), slice(1, None)) if down else (slice(None), slice(None))
    if not right:
        return (rows[0], slice(None)), (rows[1], slice(None))
    left, ahead = slice(None, -1), slice(1, None)
    return ((rows[0], left), (rows[1], ahead)) if right > 0 else ((rows[0], ahead), (rows[1], left))


def length_km(points: Floats) -> float:
    """Length of a line of degrees on the sphere."""
    total = 0.0
    for (lon, lat), (to_lon, to_lat) in pairwise(np.radians(points)):
        half = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
        total += 2 * 6371.0 * float(np.arcsin(np.sqrt(half)))
    return total
