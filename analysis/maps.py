"""Maps: the exhibits drawn on the basemap, flows by layer and their changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import accuracy, style, tables, words
from analysis.amounts import figures
from analysis.asked import added, links_of
from analysis.charts.network import Box, network, network_difference, place_names, width_key
from analysis.charts.panels import Sheet, Tile
from analysis.figures import Exhibit, Gallery
from analysis.geography import project
from scenarios import Tables
from scenarios.table_units import LAYER_UNIT

HUNDRED = 100
NAMES_AN_INCH = 1.8
SLIM = 3.75
"""Inches across a map for a narrow screen."""
LAYERS = ("freight", "oil", "gas", "power")
BOX: dict[str, Box] = {
    "freight": (18.0, 24.0, 118.0, 58.0),
    "oil": (26.0, 32.0, 92.0, 56.0),
    "gas": (16.0, 26.0, 112.0, 67.0),
    "power": (38.0, 30.0, 80.0, 50.0),
}
"""What part of the map a layer shows, in degrees."""
WORTH_A_MAP = 0.03
"""A change is drawn when it is at least this share of the layer's largest flow."""
SAID = 0.05
"""The least change, in the unit of a layer, that is said in one decimal."""
SAME_PICTURE = 0.05
"""Two maps are one when no change differs by more, as a share of the largest."""
_UNFITTED = {
    "gas": " By which line gas goes is not fitted to what was observed, nor at which of its places a market burns it: "
    "multivector show flows holds both."
}
VISIBLE = 0.01
"""Changes below this share of the largest one are left out of a map of changes."""


@dataclass(frozen=True)
class Ground:
    """The network under the flows: links with the coordinates of their ends."""

    links: pd.DataFrame

    @classmethod
    def of(cls, found: Tables) -> "Ground":
        """The links of a table set."""
        return cls(tables.places(found["nodes"], found["links"]))


def flow_maps(view: Gallery, ground: Ground) -> list[Exhibit]:
    """One map a layer: flows of the baseline at the end."""
    quarter = view.selection.ends[1]
    base = view.selection.baseline
    table = tables.link_flows(view.selection, base, quarter, ground.links)
    made = []
    asked = asked_layers(view, *(view.selection.changed or [base]))
    for layer in sorted(LAYERS, key=lambda layer: layer not in asked):
        part = _seen(_between_places(table[table["layer"] == layer]), BOX[layer])
        widest = _within(part, BOX[layer])["flow"].max()
        if not widest > 0:
            continue
        top = _within(part, BOX[layer]).nlargest(1, "flow").iloc[0]
        heading = f"{layer.capitalize()} flows by {words.year(quarter)}"
        carried = words.number(top["flow"], 0 if top["flow"] >= HUNDRED else 1)
        caption = (
            f"{view.reference}, mean of the runs. The widest line on the map, {_way(top)}, carries "
            f"{carried} {LAYER_UNIT[layer]}. Grey lines carry nothing. Lines join places, they are not tracks."
            f"{_UNFITTED.get(layer, '')}"
        )
        drawn = (_flows(layer, part, widest, wide) for wide in (style.WIDTH, SLIM))
        made.append(Exhibit(f"map-{layer}", heading, caption, next(drawn), part, next(drawn)))
    return made


def _flows(layer: str, part: pd.DataFrame, widest: float, wide: float) -> Sheet:
    """The map of the flows of a layer, some inches wide."""
    figure, axis = sheet(BOX[layer], wide)
    network(axis, part, BOX[layer], style.LAYER_COLOUR[layer], widest)
    width_key(axis, _marks(widest), widest, style.LAYER_COLOUR[layer], LAYER_UNIT[layer])
    place_names(axis, _places(part, "flow"), part, widest, _most_names(wide))
    return figure


@dataclass(frozen=True)
class Change:
    """What some scenarios, in which it looks the same, change in a layer at a quarter or a moment on a clock."""

    layer: str
    time: str
    part: pd.DataFrame
    scenarios: tuple[str, ...]

    @property
    def sure(self) -> "pd.Series[float]":
        """The changes whose interval leaves zero out, nought for the others."""
        return _sure(self.part)

    def same(self, other: "Change") -> bool:
        """Whether another one has the same picture."""
        if (self.layer, self.time, len(self.part)) != (other.layer, other.time, len(other.part)):
            return False
        ours, theirs = (one.part.set_index("link")["change"] for one in (self, other))
        return bool((ours - theirs).abs().max() <= SAME_PICTURE * ours.abs().max())


def change_maps(view: Gallery, changes: Sequence[Change]) -> list[Exhibit]:
    """Maps of what scenarios change, each picture once."""
    drawn: list[Change] = []
    for change in changes:
        twin = next((i for i, other in enumerate(drawn) if _alike(view, other, change)), None)
        if twin is None:
            drawn.append(change)
        else:
            drawn[twin] = replace(drawn[twin], scenarios=drawn[twin].scenarios + change.scenarios)
    return [_change_map(view, change) for change in drawn]


def _alike(view: Gallery, one: Change, other: Change) -> bool:
    """Whether one picture stands for both: the same changes from the same scenario."""
    first, second = (view.selection.base(change.scenarios[0]) for change in (one, other))
    return first == second and one.same(other)


def changes(view: Gallery, ground: Ground, *scenarios: str) -> list[Change]:
    """What scenarios change that is worth a map, each layer at the time of its largest change.

    Of each scenario first the layers that its events and claims are about, then those it changes most. What is asked
    about, else the first, has a map if some changes are certain and print as any, the others when they are worth one.
    """
    return [change for scenario in scenarios for change in _changes(view, ground, scenario)]


def _changes(view: Gallery, ground: Ground, scenario: str) -> list[Change]:
    """What one scenario changes, a layer each, those that answer its question first."""
    found = {layer: _peak_of(view, ground, scenario, layer) for layer in LAYERS}
    moved = {layer: _moved(part) for layer, (_, part) in found.items() if _certain(part) >= _least(layer)}
    asked = asked_layers(view, scenario)
    order = sorted(moved, key=lambda layer: (layer not in asked, -moved[layer]))
    worth = [layer for layer in order if layer in {*asked, order[0]} or moved[layer] >= WORTH_A_MAP]
    return [Change(layer, *found[layer], (scenario,)) for layer in worth]


def _least(layer: str) -> float:
    """The least change on a line for which a layer has a map."""
    return max(SAID, accuracy.least(layer))


def without(view: Gallery, changes: Sequence[Change]) -> str:
    """Which layers that scenarios ask about have no map of changes, and why; empty when all have one."""
    drawn = {(scenario, change.layer) for change in changes for scenario in change.scenarios}
    said = [
        f"no change of {layer} on a line is certain and as large as {_least(layer):g} {LAYER_UNIT[layer]} in "
        f"{words.quoted(view.scenarios[scenario].title)}"
        for scenario in view.selection.changed
        for layer in LAYERS
        if layer in asked_layers(view, scenario) and (scenario, layer) not in drawn
    ]
    return f"Asked about, without a map of changes: {'; '.join(said)}." if said else ""


def asked_layers(view: Gallery, *scenarios: str) -> set[str]:
    """Layers that the events and claims of some scenarios are about."""
    found = set()
    for scenario in (added(view.scenarios, name, view.selection.base(name)) for name in scenarios):
        for claim in scenario.expect:
            found |= {claim.where.get("commodity", ""), "freight" if "corridor" in claim.measure else ""}
            found |= {words.layer(dimension, label) for dimension, label in claim.where.items()}
        for event in scenario.events:
            named = {"link": links_of(event), "market": event.market, "contract": event.contract}
            found |= {words.layer(key, label) for key, labels in named.items() for label in labels}
    return found & set(LAYERS)


def _peak_of(view: Gallery, ground: Ground, scenario: str, layer: str) -> tuple[str, pd.DataFrame]:
    """The time at which a scenario changes a layer most, and the changes seen then."""
    sides = (view.selection.values(s, "flow") for s in (scenario, view.selection.base(scenario)))
    known = set.intersection(*(set(flow["link"].to_numpy().tolist()) for flow in sides))
    links = _seen(ground.links[(ground.links["layer"] == layer) & ground.links["link"].isin(known)], BOX[layer])
    time, table = tables.link_changes(view.selection, scenario, links)
    return time, _between_places(table)


def _change_map(view: Gallery, change: Change) -> Exhibit:
    """One map, named after the first of its scenarios."""
    layer, time, part = change.layer, change.time, change.part
    sure = part.assign(change=_sure(part))
    ups, downs = sure.nlargest(1, "change").iloc[0], sure.nsmallest(1, "change").iloc[0]
    said = [
        f"{_way(row)} {_change(row)} {LAYER_UNIT[layer]}"
        for row, sign in ((ups, 1), (downs, -1))
        if sign * row["change"] >= _least(layer)
    ]
    largest = f" Largest: {'; '.join(said)}." if said else ""
    titles = [view.scenarios[scenario].title for scenario in change.scenarios]
    others, base = words.listing(list(map(words.quoted, titles[1:]))), view.base_of(change.scenarios[0])
    told = pd.DataFrame({"scenario": change.scenarios, "time": time})
    caption = (
        f"{words.quoted(titles[0])} minus {base} {words.when(time)}, when {layer} changes most; mean change, "
        f"{view.pairing}: blue more, orange less.{largest} Changes with an interval that holds zero "
        "are left out. Width is in proportion to the change; of two opposite one-way lines the one that changes more "
        "is seen."
        f"{others and f' The map of {others} is the same.'}"
        f"{_UNFITTED.get(layer, '')}{view.among(told)}"
    )
    heading = f"{words.listing(titles)}: where {layer} moves, {words.moment(time)}"
    drawn = (_changes_drawn(layer, part, wide) for wide in (style.WIDTH, SLIM))
    return Exhibit(f"map-{layer}-{change.scenarios[0]}", heading, caption, next(drawn), part, next(drawn))


def _changes_drawn(layer: str, part: pd.DataFrame, wide: float) -> Sheet:
    """The map of the changes in a layer, some inches wide."""
    figure, axis = sheet(BOX[layer], wide)
    change, widest = _sure(part), _certain(part)
    shown = part.assign(flow=change.where(change.abs() >= VISIBLE * widest, 0.0))
    network_difference(axis, shown, BOX[layer], widest)
    width_key(axis, _marks(widest), widest, style.FAINT, LAYER_UNIT[layer])
    place_names(axis, _places(shown.assign(flow=shown["flow"].abs()), "flow"), shown, widest, _most_names(wide))
    return figure


def _way(row: pd.Series) -> str:
    """The two ends of a line, with an arrow when it runs one way; a power line by its name, as grids have no places."""
    if row["layer"] == "power":
        return str(row["link_name"])
    return f"{row['name']}{' → ' if row['direction'] == 'forward' else '–'}{row['to_name']}"


def _change(row: pd.Series) -> str:
    """A change with the interval of its mean."""
    return "{} ({})".format(*figures(row["change"], row["change_low"], row["change_high"]))


def _certain(part: pd.DataFrame) -> float:
    """The largest change whose interval leaves zero out."""
    return float(_sure(part).abs().max())


def _sure(part: pd.DataFrame) -> "pd.Series[float]":
    """The changes whose interval leaves zero out, nought for the others."""
    return part["change"].where((part["change_low"] > 0) | (part["change_high"] < 0), 0.0)


def _moved(part: pd.DataFrame) -> float:
    """The largest of these changes as a share of the largest flow."""
    return _certain(part) / float(max(part["flow"].max(), tables.FLOOR))


def _between_places(part: pd.DataFrame) -> pd.DataFrame:
    """Links of one layer that join the same two places, drawn as one; those that run one way by direction."""
    sums = [name for name in ("flow", "change", "change_low", "change_high") if name in part]
    north = part["lon"] + 1000 * part["lat"] <= part["to_lon"] + 1000 * part["to_lat"]
    kept = north | (part["direction"] == "forward")
    ends = ["name", "lat", "lon"]
    turned = part.copy()
    for end in ends:
        turned[end] = part[end].where(kept, part[f"to_{end}"])
        turned[f"to_{end}"] = part[f"to_{end}"].where(kept, part[end])
    keys = ["scenario", "layer", "direction", *ends, *(f"to_{end}" for end in ends)]
    grouped = turned.groupby(keys, as_index=False, sort=False)
    return grouped.agg({"link": " ".join, "link_name": "; ".join} | dict.fromkeys(sums, "sum"))


def _within(part: pd.DataFrame, box: Box) -> pd.DataFrame:
    """Rows with both ends in a box."""
    west, south, east, north = box
    inside = part["lon"].between(west, east) & part["to_lon"].between(west, east)
    return part[inside & part["lat"].between(south, north) & part["to_lat"].between(south, north)]


def _seen(part: pd.DataFrame, box: Box) -> pd.DataFrame:
    """Rows with an end in a box."""
    west, south, east, north = box
    start = part["lon"].between(west, east) & part["lat"].between(south, north)
    end = part["to_lon"].between(west, east) & part["to_lat"].between(south, north)
    return part[start | end].reset_index(drop=True)


def _places(part: pd.DataFrame, by: str) -> pd.DataFrame:
    """Places with their names, those with most traffic first."""
    ends = part.rename(columns={"to_name": "n", "to_lat": "a", "to_lon": "o"})
    rows = pd.concat(
        [part[["name", "lat", "lon", by]], ends[["n", "a", "o", by]].set_axis(["name", "lat", "lon", by], axis=1)]
    )
    rows = rows[rows[by] > 0]
    rows = rows.assign(name=rows["name"].map(_plain))
    return (
        rows.groupby(["lat", "lon"], as_index=False).agg({"name": "first", by: "sum"}).sort_values(by, ascending=False)
    )


def _plain(name: str) -> str:
    """A place's name without what stands in brackets or after a slash or comma.

    >>> _plain("Aktau (sea side)"), _plain("Baku/Alat")
    ('Aktau', 'Baku')
    """
    for mark in ("(", "/", ",", " - "):
        name = name.partition(mark)[0]
    return name.strip()


def _marks(widest: float) -> tuple[float, ...]:
    """Two round flows for the legend: near the widest, and a quarter of it."""
    step = 10 ** math.floor(math.log10(widest))
    top = step * max(m for m in (1, 2, 5) if m * step <= widest * (1 + 1e-9))
    return (top / 4, top)


def _most_names(wide: float) -> int:
    """How many places a map of some width has room to name."""
    return round(NAMES_AN_INCH * wide)


def sheet(box: Box, across: float = style.WIDTH) -> tuple[Sheet, Axes]:
    """A sheet of the shape of its map, some inches across."""
    west, south, east, north = box
    x, y = project(np.linspace(west, east, 60), np.full(60, south))
    upper_x, upper_y = project(np.linspace(west, east, 60), np.full(60, north))
    wide = max(x.max(), upper_x.max()) - min(x.min(), upper_x.min())
    tall = max(y.max(), upper_y.max()) - min(y.min(), upper_y.min())
    figure = Sheet(figsize=(across, across * tall / wide))
    figure.tiles = (Tile(0.0, 0.0, across, across * tall / wide),)
    return figure, figure.add_axes((0, 0, 1, 1))
