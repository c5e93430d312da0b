"""Drawings of the network for docs/network.md: paths, lines, marks and names on the basemap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from drawings import Box, Drawing
from map_keys import INK, LINE_NAME, MODES, SOFT, STATUS, capacity_width, family, legend, mark
from map_labels import Name, place
from map_places import BENDS, RENAMED, SEAS, SEAWARD, STATES, VIA, Point
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sea_lanes import lanes

from analysis.geography import draw_basemap, project
from model.quarters import parse_quarter
from scenarios.compiling.links import dated_capacity
from scenarios.rows import Row, rows

Floats = npt.NDArray[np.float64]

AT, QUARTERS = "2025Q1", 4.0
DPI = 150
WIDTH = 13.0  # inches
HEAD, FOOT = 0.82, 0.98  # inches above and below the map

WORLD_ARROW = 26.0  # points


@dataclass(frozen=True)
class Atlas:
    """Links of a drawing with a path in map units each, and where nodes lie."""

    links: pd.DataFrame
    paths: Mapping[str, Floats]
    nodes: pd.DataFrame


def draw(drawing: Drawing, links: pd.DataFrame, nodes: pd.DataFrame, capacities: pd.DataFrame) -> Figure:
    """The figure of a drawing; tables as a run of its date sees them."""
    figure, axis = _stage(drawing)
    places = nodes.set_index("id")
    shown = links[links["layer"].isin(drawing.layers)].rename(columns={"from": "tail", "to": "head"})
    atlas = Atlas(shown, paths(shown, places), places)
    width = _widths(drawing, shown, capacities)
    for row in rows(shown):
        _draw_link(axis, drawing, row, atlas, width[row.id])
    _draw_knots(axis, atlas)
    _words(figure, axis, drawing, atlas)
    legend(figure, drawing, shown)
    return figure


def _stage(drawing: Drawing) -> tuple[Figure, Axes]:
    """An empty map of the right shape with its title and source."""
    west, east, south, north = _limits(drawing.box)
    height = WIDTH * (north - south) / (east - west)
    figure = Figure(figsize=(WIDTH, height + HEAD + FOOT), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    total = height + HEAD + FOOT
    axis = figure.add_axes((0.0, FOOT / total, 1.0, height / total))
    draw_basemap(axis)
    axis.set(xlim=(west, east), ylim=(south, north))
    figure.text(0.012, 1 - 0.30 / total, drawing.title, fontsize=17, weight="bold", color=INK, va="center")
    figure.text(0.012, 1 - 0.62 / total, drawing.subtitle, fontsize=10, color=SOFT, va="center")
    source = (
        "Source: scenarios/data (links.csv, nodes.csv, capacities.csv), each row with its publisher; known at 2025Q1. "
        "Basemap: Natural Earth, public domain. Links on land are drawn straight or with a few bends."
    )
    figure.text(0.012, 0.11 / total, source, fontsize=7.6, color=SOFT, va="center")
    return figure, axis


def _limits(box: Box) -> tuple[float, float, float, float]:
    """Map units of a box: its width along the middle parallel, its height along the middle meridian."""
    west, south, east, north = box
    x, _ = project([west, east], [(south + north) / 2] * 2)
    _, y = project([(west + east) / 2] * 2, [south, north])
    return float(x[0]), float(x[1]), float(y[0]), float(y[1])


def paths(links: pd.DataFrame, places: pd.DataFrame) -> dict[str, Floats]:
    """Path of each link in map units: lanes at sea, straight lines on land, bows where several join two nodes."""
    point = {
        node: (float(lon), float(lat))
        for node, lon, lat in zip(places.index, places["lon"], places["lat"], strict=True)
    }
    wet = links[links["mode"].isin(("sea", "ferry", "tanker"))]
    legs = [(point[a], point[b]) for a, b in zip(wet["tail"], wet["head"], strict=True)]
    legs += [pair for stops in VIA.values() for pair in pairwise(stops)]
    water = lanes(legs)
    alike = links.groupby([links[["tail", "head"]].min(axis=1), links[["tail", "head"]].max(axis=1)])["id"]
    rank, many = alike.cumcount(), alike.transform("count")
    found = {}
    for link, start, end, k, n in zip(links["id"], links["tail"], links["head"], rank, many, strict=True):
        a, b = point[start], point[end]
        if link in VIA:
            first, last = VIA[link]
            degrees = np.concatenate([[a], water[first, last], [b]])
            found[link] = np.column_stack(project(*degrees.T))
        elif (a, b) in water and link in set(wet["id"]):
            found[link] = np.column_stack(project(*water[a, b].T))
        elif link in BENDS:
            found[link] = np.column_stack(project(*_dense([a, *BENDS[link], b]).T))
        else:
            side = 1.0 if start < end else -1.0
            found[link] = _bow(np.column_stack(project(*np.array([a, b]).T)), side * (k - (n - 1) / 2))
    return found


def _dense(corners: Sequence[Point]) -> Floats:
    """A line through corners with points along every side."""
    sides = [np.linspace(start, end, 12, endpoint=False) for start, end in pairwise(corners)]
    return np.concatenate([*sides, [corners[-1]]])


def _bow(ends: Floats, step: float) -> Floats:
    """A line between two points, bent aside by so many steps."""
    share = np.linspace(0.0, 1.0, 25)[:, None]
    along = ends[1] - ends[0]
    aside = np.array([-along[1], along[0]])
    bent: Floats = ends[0] + share * along + 0.09 * step * 4 * share * (1 - share) * aside
    return bent


def _widths(drawing: Drawing, links: pd.DataFrame, capacities: pd.DataFrame) -> dict[str, float]:
    """Line width of each link in points: its mode's, or by capacity at the start."""
    base = {row.id: MODES.get(row.mode, ("", "", 1.3))[2] for row in rows(links)}
    if not drawing.by_capacity:
        return base
    own = capacities[capacities["link"].isin(links["id"])].reset_index(drop=True)
    known = dict(zip(links["id"], QUARTERS * dated_capacity(links, own, parse_quarter(AT), 1)[0], strict=True))
    return {link: capacity_width(drawing, known[link]) if 0 < known[link] < np.inf else base[link] for link in base}


def _draw_link(axis: Axes, drawing: Drawing, row: Row, atlas: Atlas, width: float) -> None:
    """One link as a line; ports and borders become marks, world markets arrows."""
    path = atlas.paths[row.id]
    if row.mode in {"port", "border"}:
        axis.plot(*path.T, color=STATUS[row.status][0] if row.status in STATUS else INK, linewidth=1.1, zorder=3.5)
        return
    if "WLD" in (atlas.nodes["country"][row.tail], atlas.nodes["country"][row.head]):
        _draw_arrow(axis, row, atlas)
        return
    colour = family(row.route_family)[1] if drawing.by_family else MODES[row.mode][1]
    style: object = "-"
    if row.status in STATUS:
        planned, style = STATUS[row.status]
        colour = colour if drawing.by_family else planned
        width = min(width, 2.2) if row.status != "candidate" else 1.9
    order = {"sea": 2.0, "tanker": 2.2}.get(row.mode, 3.0) + {"candidate": 1.0, "closed": 1.0, "idle": -0.4}.get(
        row.status, 0.0
    )
    if drawing.by_family and row.route_family in {"domestic", "ocean"}:
        order -= 0.8
    alpha = 0.55 if row.mode == "sea" and row.route_family == "ocean" else 1.0
    axis.plot(
        *path.T, color="white", linewidth=width + 1.1, alpha=0.6 * alpha, zorder=order - 0.05, solid_capstyle="round"
    )
    axis.plot(
        *path.T, color=colour, linewidth=width, linestyle=style, alpha=alpha, zorder=order, solid_capstyle="round"
    )


def _draw_arrow(axis: Axes, row: Row, atlas: Atlas) -> None:
    """An arrow between a terminal and the world market, which has no place."""
    outward = atlas.nodes["country"][row.head] == "WLD"
    terminal = row.tail if outward else row.head
    here = np.array(project(atlas.nodes["lon"][terminal], atlas.nodes["lat"][terminal]))
    way = np.array(SEAWARD.get(terminal, (-0.7, -0.7)))
    tip, tail = (1, 0) if outward else (0.16, 1)
    ends = [(way[0] * WORLD_ARROW * share, way[1] * WORLD_ARROW * share) for share in (tip, tail)]
    _arrow(axis, here, ends)


def _arrow(axis: Axes, here: Floats, ends: Sequence[tuple[float, float]]) -> None:
    """Arrow whose head and tail lie so many points from a place."""
    scale = axis.figure.dpi / 72.0
    centre = axis.transData.transform(here)
    head, tail = (axis.transData.inverted().transform(centre + np.array(end) * scale) for end in ends)
    axis.annotate(
        "",
        xy=tuple(head),
        xytext=tuple(tail),
        arrowprops={"arrowstyle": "-|>", "color": MODES["tanker"][1], "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0},
        annotation_clip=True,
        zorder=5.5,
    )


def _draw_knots(axis: Axes, atlas: Atlas) -> None:
    """Nodes as dots, ports as squares, borders as diamonds."""
    links, places = atlas.links, atlas.nodes
    inland = sorted(
        set(links.loc[~links["mode"].isin(("port",)), "tail"]) | set(links.loc[~links["mode"].isin(("port",)), "head"])
    )
    land = [n for n in inland if places["country"][n] != "WLD" and not n.endswith("_SEA")]
    x, y = project(places["lon"][land], places["lat"][land])
    axis.plot(x, y, "o", color=INK, markersize=2.3, markeredgecolor="white", markeredgewidth=0.4, zorder=6.0)
    for row in rows(links[links["mode"].isin(("port", "border"))]):
        spot = atlas.paths[row.id].mean(axis=0) if row.mode == "border" else _harbour(row, atlas)
        axis.plot(*spot, zorder=6.5, **mark(row.mode, row.status))


def _harbour(row: Row, atlas: Atlas) -> Floats:
    """Where a port is drawn: at its land side."""
    land = row.head if row.tail.endswith("_SEA") else row.tail
    return np.array(project(atlas.nodes["lon"][land], atlas.nodes["lat"][land]))


def _words(figure: Figure, axis: Axes, drawing: Drawing, atlas: Atlas) -> None:
    """Names of nodes, then of states and seas where there is room."""
    figure.canvas.draw()
    busy = np.concatenate([path for path in atlas.paths.values() if np.isfinite(path).all()])
    places = atlas.nodes
    names = []
    for node in drawing.labels:
        x, y = project(places["lon"][node], places["lat"][node])
        names.append(Name(RENAMED.get(node) or short(places["name"][node]), float(x), float(y)))
    for link, text in drawing.lines.items():
        x, y = atlas.paths[link][len(atlas.paths[link]) // 2]
        names.append(Name(text, float(x), float(y), size=7.4, colour=LINE_NAME, italic=True))
    context = [
        *(_background(text, at, "#8d8577", 7.4) for text, at in STATES.items() if text not in drawing.hidden),
        *(_background(text, at, "#7f9fb3", 8.0) for text, at in SEAS.items()),
    ]
    missed = place(axis, [*_inside(names, axis), *_inside(context, axis)], busy)
    lost = [name.text for name in names if name.text in missed]
    if lost:
        print(f"{drawing.name}: no room for {', '.join(lost)}")


def _inside(names: Iterable[Name], axis: Axes) -> list[Name]:
    (west, east), (south, north) = axis.get_xlim(), axis.get_ylim()
    return [name for name in names if west < name.x < east and south < name.y < north]


def _background(text: str, at: Point, colour: str, size: float) -> Name:
    x, y = project(*at)
    return Name(text, float(x), float(y), size=size, colour=colour, fixed=True)


def short(name: str) -> str:
    """A node's name without what stands in brackets."""
    return name.partition(" (")[0].partition("/")[0]
