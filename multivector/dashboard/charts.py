"""What the dashboard draws: figures of a model in the quarter it shows and of its past."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType

from analysis import style, words
from analysis.charts.network import base
from analysis.geography import basemap
from analysis.selection import years
from model.measures import MEASURES
from multivector.dashboard.shown import ShownModel

BOX = (24.0, 23.5, 84.0, 54.5)
"""What part of the map is seen, in degrees: from the Danube to the Tarim."""
SIZE = (6.8, 3.6)
BESIDE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"GEO": (-13, 9), "ARM": (-15, -5), "AZE": (19, 1), "KGZ": (14, 4), "TJK": (10, -7), "TRNC": (0, -9)}
)
"""Where the value of a small country stands, points right and up of its middle."""
UNSEEN = "#C9C9C9"
"""Fill of the pole itself."""
CORRIDORS, YEARS = 10, 4
"""Bars of a figure, and years that a course has room for at least."""


def leaning_map(model: ShownModel, pole: str) -> Figure:
    """Countries filled by their alignment with a pole, the figure written on each."""
    figure, axis = _sheet()
    axis.set_position((0.0, 0.0, 0.9, 0.88))
    base(axis, BOX)
    for country, value in model.pole(pole).alignment.items():
        _paint(axis, country, UNSEEN if np.isnan(value) else style.RISES((value + 1.0) / 2.0), _signed(value))
    scale = ScalarMappable(Normalize(-1.0, 1.0), style.RISES)
    bar = figure.colorbar(scale, cax=figure.add_axes((0.92, 0.12, 0.02, 0.68)), ticks=[-1, 0, 1])
    bar.outline.set_visible(False)
    _head(figure, f"Alignment with {style.name(pole)}, {model.quarter}", f"{model.world.scenario}, run {model.run}")
    return figure


def _paint(axis: Axes, country: str, colour: ColorType, text: str) -> None:
    """Paint a country under the borders and write its value in the middle of its largest part."""
    parts = basemap().countries[country]
    axis.add_collection(PathCollection(parts, facecolor=colour, edgecolor="none", zorder=0.2))
    largest = max((part.get_extents() for part in parts), key=lambda extent: extent.width * extent.height)
    middle = ((largest.x0 + largest.x1) / 2, (largest.y0 + largest.y1) / 2)
    aside, halo = BESIDE.get(country, (0, 0)), [withStroke(linewidth=2.2, foreground="white", alpha=0.9)]
    axis.annotate(text, middle, aside, textcoords="offset points", ha="center", va="center", size=8, path_effects=halo)


def _signed(value: float) -> str:
    """A value as text with its sign; nothing for a country that is the pole itself.

    >>> _signed(-0.256), _signed(float("nan"))
    ('−0.26', '')
    """
    return "" if np.isnan(value) else f"{value:+.2f}".replace("-", "−")


def course(model: ShownModel, country: str, measure: str) -> Figure:
    """A remembered measure of a country toward each pole, from the base quarter to the one shown."""
    figure, axis = _sheet()
    past = tuple(model.past)
    moments = years([quarter for quarter, _ in past])
    low = -1.0 if measure == "alignment" else 0.0
    axis.set(ylim=(low, 1.0), ylabel=f"index [{low:.0f}, 1]".replace("-", "−"))
    axis.set_xlim(moments[0], max(moments[-1], moments[0] + YEARS))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    labels, row = model.world.axes[MEASURES[measure].dimensions[1]], model.world.axes["country"].at(country)
    ends: dict[str, float] = {}
    for pole in model.world.axes["pole"]:
        if pole != country:
            values = [float(seen[measure][row, labels.at(pole)]) for _, seen in past]
            axis.plot(moments, values, color=style.pole_colour(pole), lw=style.LINE, marker="o", ms=2.2)
            ends[pole] = values[-1]
    _name_ends(axis, ends, moments[-1])
    preposition = "with" if measure == "alignment" else "on"
    _head(figure, f"{style.title(country)}: {measure} {preposition} the poles", f"to {past[-1][0]}")
    return figure


def _name_ends(axis: Axes, ends: dict[str, float], last: float) -> None:
    """Names of the lines at their ends, pushed apart where they would overlap."""
    low, high = axis.get_ylim()
    gap, below = 0.06 * (high - low), -np.inf
    for pole in sorted(ends, key=lambda name: ends[name]):
        below = max(ends[pole], below + gap)
        colour = style.pole_colour(pole)
        axis.annotate(style.title(pole), (last, below), (6, 0), textcoords="offset points", color=colour, va="center")


def corridors(model: ShownModel) -> Figure:
    """Freight of the corridors largest in the base quarter, in the quarter shown, with a mark where each began."""
    figure, axis = _sheet()
    axis.set_position((0.3, 0.12, 0.64, 0.76))
    largest = np.argsort(model.start)[-CORRIDORS:]
    places, names = np.arange(len(largest)), model.world.axes["corridor"].labels
    axis.barh(places, model.measure("corridor_flow")[largest], color=style.LAYER_COLOUR["freight"], height=0.62)
    axis.plot(model.start[largest], places, "|", color=style.INK, ms=13, mew=1.6)
    axis.set_yticks(places, [words.place("corridor", names[corridor]) for corridor in largest])
    axis.grid(visible=False, axis="y")
    axis.grid(visible=True, axis="x")
    axis.set_xlabel("Mt a year")
    _head(figure, f"Freight by corridor, {model.quarter}", "the mark is the base quarter")
    return figure


def _sheet() -> tuple[Figure, Axes]:
    """A figure of the size of a quarter of the page."""
    figure = Figure(figsize=SIZE)
    return figure, figure.add_axes((0.09, 0.08, 0.77, 0.8))


def _head(figure: Figure, text: str, note: str) -> None:
    """What a figure shows, and in grey what else must be known of it."""
    figure.text(0.01, 0.985, text, ha="left", va="top", weight="bold", size=11)
    figure.text(0.99, 0.98, note, ha="right", va="top", color=style.FAINT)
