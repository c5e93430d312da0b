"""The map under a network drawing: Natural Earth land and borders in a conic projection.

`project` turns degrees into map units (1 is the Earth's radius), `draw_basemap` draws the
land on a matplotlib axis, `frame` sets what part is seen. Data: see basemap/SOURCE.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path

Floats = npt.NDArray[np.float64]

SEA, LAND, SHORE, BORDER = "#e6eff4", "#ece8e0", "#aebbc3", "#ffffff"
REGION = (6.0, 17.0, 126.0, 67.0)
"""West, south, east, north of the model's network: the Rhine to the Amur, Mumbai to Yamal."""

# Lambert conformal conic on the sphere: two standard parallels enclose the middle of the network.
# Snyder (1987), Map Projections: A Working Manual, US Geological Survey Professional Paper 1395, eq. 15-1 to 15-4.
_MERIDIAN, _PARALLELS = 60.0, (30.0, 55.0)
_LOW, _HIGH = np.radians(_PARALLELS)
_CONE = np.log(np.cos(_LOW) / np.cos(_HIGH)) / np.log(np.tan(np.pi / 4 + _HIGH / 2) / np.tan(np.pi / 4 + _LOW / 2))
_SCALE = np.cos(_LOW) * np.tan(np.pi / 4 + _LOW / 2) ** _CONE / _CONE


@dataclass(frozen=True)
class Basemap:
    """Projected shapes: land and countries as paths, borders as lines; the box in degrees."""

    box: tuple[float, float, float, float]
    land: tuple[Path, ...]
    countries: Mapping[str, tuple[Path, ...]]
    borders: tuple[Floats, ...]


def project(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Map coordinates of degrees east and north; north is up on the 60th meridian, in Earth radii.

    >>> x, y = project(60, 0)
    >>> abs(float(x)) < 1e-12
    True
    """
    phi = np.radians(np.asarray(lat, dtype=np.float64))
    radius = _SCALE / np.tan(np.pi / 4 + phi / 2) ** _CONE
    angle = _CONE * np.radians(np.asarray(lon, dtype=np.float64) - _MERIDIAN)
    return radius * np.sin(angle), _SCALE - radius * np.cos(angle)


@cache
def basemap() -> Basemap:
    """Read and project the shipped geometry, once a process."""
    land, borders = _read("land.json"), _read("borders.json")
    west, south, east, north = land["box"]
    return Basemap(
        box=(west, south, east, north),
        land=tuple(map(_path, land["polygons"])),
        countries={code: tuple(map(_path, row["polygons"])) for code, row in borders["countries"].items()},
        borders=tuple(map(_projected, borders["lines"])),
    )


def draw_basemap(axis: Axes, *, highlight: Mapping[str, str] | None = None) -> Axes:
    """Draw sea, land, coasts and borders behind everything else, and return the axis.

    highlight: fill colour by country code, for the countries that shall stand out.
    """
    shapes = basemap()
    axis.set_facecolor(SEA)
    axis.add_collection(PathCollection(shapes.land, facecolor=LAND, edgecolor=SHORE, linewidth=0.5, zorder=0.1))
    for code, colour in (highlight or {}).items():
        axis.add_collection(PathCollection(shapes.countries[code], facecolor=colour, edgecolor="none", zorder=0.2))
    axis.add_collection(LineCollection(shapes.borders, color=BORDER, linewidth=0.9, capstyle="round", zorder=0.3))
    return frame(axis)


def frame(axis: Axes, box: tuple[float, float, float, float] = REGION) -> Axes:
    """Show the part of the map around a box of degrees (west, south, east, north), to scale and without ticks."""
    west, south, east, north = box
    lon, lat = np.linspace(west, east, 50), np.linspace(south, north, 50)
    around_lon = np.concatenate([lon, lon, np.full(50, west), np.full(50, east)])
    around_lat = np.concatenate([np.full(50, south), np.full(50, north), lat, lat])
    x, y = project(around_lon, around_lat)
    axis.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), aspect="equal", xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    return axis


def _read(name: str) -> dict[str, Any]:
    """One shipped file."""
    text = (files("analysis") / "basemap" / name).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _projected(line: Sequence[Sequence[float]]) -> Floats:
    """A line of degrees as an (n, 2) array of map coordinates."""
    lon, lat = np.asarray(line, dtype=np.float64).T
    return np.column_stack(project(lon, lat))


def _path(polygon: Sequence[Sequence[Sequence[float]]]) -> Path:
    """One polygon with its holes as a path."""
    return Path.make_compound_path(*(Path(_projected(ring), closed=True) for ring in polygon))
