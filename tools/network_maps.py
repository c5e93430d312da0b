"""Drawings of the network for docs/network.md, one for each layer and two close-ups.

from network_maps import DRAWINGS, draw
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from map_labels import Name, place
from map_places import BENDS, SEAS, SEAWARD, STATES, VIA, Point
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from sea_lanes import lanes

from analysis.geography import draw_basemap, project
from model.quarters import parse_quarter
from scenarios.compiling.links import dated_capacity
from scenarios.rows import Row, rows

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

AT, QUARTERS = "2025Q1", 4.0
DPI = 150
WIDTH = 13.0  # inches
HEAD, FOOT = 0.82, 0.98  # inches above and below the map

INK, SOFT = "#1f1f1f", "#6a6a6a"
LINE_NAME = "#7a2048"
PLANNED, CLOSED, IDLE = "#d1325c", "#a80f0f", "#8a8a8a"
MODES: dict[str, tuple[str, str, float]] = {
    "rail": ("railway", "#2f3142", 1.5),
    "road": ("road", "#b0702a", 1.2),
    "sea": ("sea", "#2a7fb8", 0.9),
    "ferry": ("rail or road ferry", "#0b8f8a", 1.7),
    "pipeline": ("pipeline", "#333a3f", 1.6),
    "tanker": ("tanker", "#2a7fb8", 1.3),
    "rail_tank": ("tank wagons by rail", "#b0702a", 1.3),
    "swap": ("exchange (swap)", "#7a4fa3", 1.4),
    "lng": ("liquefied gas", "#2a7fb8", 1.4),
    "grid": ("power line", "#c47a00", 1.5),
    "hvdc": ("direct-current line", "#7a4fa3", 1.8),
    "fibre": ("optical fibre on land", "#2e6f57", 1.5),
    "cable": ("sea cable", "#2a7fb8", 1.5),
}
NAMES_BY_LAYER = {("gas", "grid"): "national grid", ("oil", "road"): "tank lorries by road"}
STATUS = {
    "candidate": (PLANNED, (0, (4.5, 2.2))),
    "closed": (CLOSED, (0, (1, 1.4))),
    "idle": (IDLE, (0, (6, 1.8, 1, 1.8))),
}
STATUS_NAMES = {"candidate": "planned or announced", "closed": "closed", "idle": "idle"}
CORRIDORS = {
    "northern": ("northern, by Russia", "#4d4d4d"),
    "middle": ("middle, by the Caspian", "#d97706"),
    "southern": ("southern, by Iran", "#15803d"),
    "instc_west": ("north–south, western branch", "#9d174d"),
    "instc_caspian": ("north–south, by the Caspian", "#8b5cf6"),
    "instc_east": ("north–south, eastern branch", "#1d4ed8"),
    "cku": ("China–Kyrgyzstan–Uzbekistan", "#a21caf"),
    "trans_afghan": ("trans-Afghan", "#854d0e"),
    "lars": ("Lars road", "#155e75"),
    "black_sea": ("Black Sea", "#14b8a6"),
    "zangezur": ("Syunik (Zangezur)", "#ff4d4d"),
    "crossroads": ("Crossroads of Peace", "#65a30d"),
    "ocean": ("ocean", "#60a5fa"),
    "domestic": ("domestic and other", "#b7b0a5"),
}
WORLD_ARROW = 26.0  # points


@dataclass(frozen=True)
class Drawing:
    """One picture: which links, what part of the map, words, and the nodes to name, most important first."""

    name: str
    layers: tuple[str, ...]
    box: Box
    title: str
    subtitle: str
    labels: tuple[str, ...]
    by_capacity: bool = False
    by_corridor: bool = False
    sizes: tuple[float, ...] = ()
    unit: str = ""
    hidden: tuple[str, ...] = ()
    """States not to name, where they would crowd the nodes."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Names of lines by link, written at the middle of the link."""
    renamed: Mapping[str, str] = field(default_factory=dict)


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
    _legend(figure, drawing, shown)
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


def capacity_width(drawing: Drawing, capacity: float) -> float:
    """Points for a capacity; the largest size of the legend is 7 points wide."""
    return float(np.clip(7.0 * np.sqrt(capacity / drawing.sizes[-1]), 0.8, 8.5))


def _draw_link(axis: Axes, drawing: Drawing, row: Row, atlas: Atlas, width: float) -> None:
    """One link as a line; ports and borders become marks, world markets arrows."""
    path = atlas.paths[row.id]
    if row.mode in {"port", "border"}:
        axis.plot(*path.T, color=STATUS[row.status][0] if row.status in STATUS else INK, linewidth=1.1, zorder=3.5)
        return
    if "WLD" in (atlas.nodes["country"][row.tail], atlas.nodes["country"][row.head]):
        _draw_arrow(axis, row, atlas)
        return
    colour = _corridor(row.corridor)[1] if drawing.by_corridor else MODES[row.mode][1]
    style: object = "-"
    if row.status in STATUS:
        planned, style = STATUS[row.status]
        colour = colour if drawing.by_corridor else planned
        width = min(width, 2.2) if row.status != "candidate" else 1.9
    order = {"sea": 2.0, "tanker": 2.2}.get(row.mode, 3.0) + {"candidate": 1.0, "closed": 1.0, "idle": -0.4}.get(
        row.status, 0.0
    )
    if drawing.by_corridor and row.corridor in {"domestic", "ocean"}:
        order -= 0.8
    alpha = 0.55 if row.mode == "sea" and row.corridor == "ocean" else 1.0
    axis.plot(
        *path.T, color="white", linewidth=width + 1.1, alpha=0.6 * alpha, zorder=order - 0.05, solid_capstyle="round"
    )
    axis.plot(
        *path.T, color=colour, linewidth=width, linestyle=style, alpha=alpha, zorder=order, solid_capstyle="round"
    )


def _corridor(name: str) -> tuple[str, str]:
    return CORRIDORS.get(name, CORRIDORS["domestic"])


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


def mark(mode: str, status: str) -> dict[str, Any]:
    """Marker style of a port or border."""
    face = {"operating": "#ffffff", "candidate": PLANNED, "closed": CLOSED, "idle": IDLE}[status]
    if mode == "port":
        face = {"operating": "#2a7fb8"}.get(status, face)
        return {"marker": "s", "markersize": 5.2, "color": face, "markeredgecolor": "white", "markeredgewidth": 0.8}
    if status == "closed":
        return {
            "marker": "X",
            "markersize": 7.0,
            "color": face,
            "markeredgecolor": "white",
            "markeredgewidth": 0.7,
            "linestyle": "",
        }
    edge = "#1f1f1f" if status == "operating" else "white"
    return {
        "marker": "D",
        "markersize": 4.2,
        "color": face,
        "markeredgecolor": edge,
        "markeredgewidth": 0.8,
        "linestyle": "",
    }


def _words(figure: Figure, axis: Axes, drawing: Drawing, atlas: Atlas) -> None:
    """Names of nodes, then of states and seas where there is room."""
    figure.canvas.draw()
    busy = np.concatenate([path for path in atlas.paths.values() if np.isfinite(path).all()])
    places = atlas.nodes
    names = []
    for node in drawing.labels:
        x, y = project(places["lon"][node], places["lat"][node])
        names.append(Name(drawing.renamed.get(node) or short(places["name"][node]), float(x), float(y)))
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


def _legend(figure: Figure, drawing: Drawing, links: pd.DataFrame) -> None:
    """Keys under the map: modes or corridors, states, marks, widths."""
    handles = [*_line_keys(drawing, links), *_status_keys(drawing, links), *_mark_keys(links), *_size_keys(drawing)]
    columns = int(np.ceil(len(handles) / 3))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.006, 0.19 / figure.get_figheight()),
        ncols=columns,
        frameon=False,
        fontsize=8.6,
        handlelength=2.6,
        columnspacing=2.0,
        labelspacing=0.45,
    )


def _line_keys(drawing: Drawing, links: pd.DataFrame) -> list[Line2D]:
    if drawing.by_corridor:
        present = set(links["corridor"]) | {"domestic"}
        return [
            Line2D([], [], color=c, linewidth=2.4, label=label)
            for key, (label, c) in CORRIDORS.items()
            if key in present
        ]
    present = set(links["mode"])
    keys = []
    for mode, (label, colour, width) in MODES.items():
        if mode in present:
            named = next(
                (NAMES_BY_LAYER[layer, mode] for layer in drawing.layers if (layer, mode) in NAMES_BY_LAYER), label
            )
            keys.append(Line2D([], [], color=colour, linewidth=max(width, 1.4), label=named))
    if "outlet" in present:
        keys.append(
            Line2D(
                [],
                [],
                color=MODES["tanker"][1],
                marker=">",
                linewidth=1.4,
                markersize=4,
                label="to or from the world market",
            )
        )
    return keys


def _status_keys(drawing: Drawing, links: pd.DataFrame) -> list[Line2D]:
    present = [status for status in STATUS if (links["status"] == status).any()]
    lines = links[~links["mode"].isin(("port", "border"))]
    return [
        Line2D(
            [],
            [],
            color=INK if drawing.by_corridor else STATUS[s][0],
            linestyle=STATUS[s][1],
            linewidth=1.9,
            label=STATUS_NAMES[s],
        )
        for s in present
        if (lines["status"] == s).any()
    ]


def _mark_keys(links: pd.DataFrame) -> list[Line2D]:
    keys = []
    for mode, status in dict.fromkeys(zip(links["mode"], links["status"], strict=True)):
        if mode in {"port", "border"}:
            words = {"operating": "", "candidate": ", planned", "closed": ", closed", "idle": ", idle"}[status]
            name = {"port": "port", "border": "border crossing"}[mode]
            keys.append((mode, status, Line2D([], [], label=name + words, **{**mark(mode, status), "linestyle": ""})))
    return [
        key
        for _, _, key in sorted(
            keys, key=lambda k: (k[0] == "port", ("operating", "candidate", "closed", "idle").index(k[1]))
        )
    ]


def _size_keys(drawing: Drawing) -> list[Line2D]:
    return [
        Line2D(
            [], [], color="#555555", linewidth=capacity_width(drawing, size), label=f"capacity {size:g} {drawing.unit}"
        )
        for size in drawing.sizes
    ]
