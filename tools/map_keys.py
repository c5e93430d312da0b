"""What lines, marks and colours of a network drawing mean, and the legend that says so."""

from typing import Any

import numpy as np
import pandas as pd
from drawings import Drawing
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

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
FAMILIES = {
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


def family(name: str) -> tuple[str, str]:
    """Words and colour of a family of routes; of the domestic ones where it has none of its own."""
    return FAMILIES.get(name, FAMILIES["domestic"])


def capacity_width(drawing: Drawing, capacity: float) -> float:
    """Points for a capacity; the largest size of the legend is 7 points wide."""
    return float(np.clip(7.0 * np.sqrt(capacity / drawing.sizes[-1]), 0.8, 8.5))


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


def legend(figure: Figure, drawing: Drawing, links: pd.DataFrame) -> None:
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
    if drawing.by_family:
        present = set(links["route_family"]) | {"domestic"}
        return [
            Line2D([], [], color=c, linewidth=2.4, label=label)
            for key, (label, c) in FAMILIES.items()
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
            color=INK if drawing.by_family else STATUS[s][0],
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
