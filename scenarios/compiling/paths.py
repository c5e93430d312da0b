"""Routes of all markets, and their incidence over contracted segments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.arrays import Array, Indices, Mask, Sparse, frozen, sparse
from model.axes import Axis
from model.network import Routes, Segments, path_size
from scenarios.compiling.axes import EXCHANGE_LAYERS
from scenarios.routes import Graph, Query, Route, Variants, find_routes

GATES = ("border", "port", "sea", "ferry", "tanker", "rail_tank", "lng", "swap", "outlet", "hvdc", "cable")
DISTINCT_LAYERS = (*EXCHANGE_LAYERS, "power")  # every line has a capacity of its own, so every link tells routes apart
SLACK = {"gas": 40.0}  # USD per 1000 m3: half a country's width by pipe
DAY_WEIGHT = 15.0  # USD per tonne and day while searching for routes
DETOUR = {"freight": 1.6, "oil": 6.0, "gas": 6.0, "power": 6.0, "fibre": 3.0}
SPECK = 1e-5  # USD per unit, far below any difference of tariffs
STRONG = 0.5  # control above this counts as the power to shut a link


@dataclass(frozen=True)
class Wish:
    """Whose routes to find: layer, origins and outlets (node ids), how many at most, and whose soil is barred today."""

    layer: str
    origins: tuple[str, ...]
    outlets: tuple[str, ...]
    most: int
    barred: tuple[str, ...] = ()


@dataclass(frozen=True)
class Atlas:
    """Links as a graph, ready for searching."""

    links: pd.DataFrame
    node: Mapping[str, int]
    country: Mapping[str, str]
    power: Array
    additions: tuple[Mask, ...]


def atlas(links: pd.DataFrame, nodes: pd.DataFrame, power: Array, bundles: Sequence[Sequence[str]]) -> Atlas:
    """Graph of all layers; `bundles` are sets of links that come into use together."""
    ids = links["id"].to_numpy()
    masks = tuple(np.isin(ids, list(bundle)) for bundle in bundles)
    idle = (links["status"] == "idle").to_numpy()
    country = dict(zip(nodes["id"], nodes["country"], strict=True))
    return Atlas(links, {n: i for i, n in enumerate(nodes["id"])}, country, power, (*masks, idle))


def search(world: Atlas, wishes: Sequence[Wish]) -> list[tuple[Route, ...]]:
    """Routes of each wish as link positions, cheapest first; () when out of reach."""
    graphs = {layer: _graph(world, layer) for layer in dict.fromkeys(wish.layer for wish in wishes)}
    variants = {layer: _variants(world, layer) for layer in graphs}
    soil = {states: _soil(world, states) for states in dict.fromkeys(wish.barred for wish in wishes)}
    return [
        find_routes(
            graphs[wish.layer],
            Query(
                tuple(world.node[n] for n in wish.origins),
                tuple(world.node[n] for n in wish.outlets),
                DETOUR[wish.layer],
                wish.most,
                SLACK.get(wish.layer, 0.0),
            ),
            _without(variants[wish.layer], soil[wish.barred]),
        )
        for wish in wishes
    ]


def _graph(world: Atlas, layer: str) -> Graph:
    links = world.links
    here = np.flatnonzero(links["layer"] == layer)
    tail = links["from"].map(world.node).to_numpy()
    head = links["to"].map(world.node).to_numpy()
    back = here[(links["direction"] == "both").to_numpy()[here]]
    time = DAY_WEIGHT * links["days"].to_numpy(dtype=float)
    return Graph(
        nodes=len(world.node),
        tail=np.concatenate([tail[here], head[back]]).astype(np.intp),
        head=np.concatenate([head[here], tail[back]]).astype(np.intp),
        link=np.concatenate([here, back]).astype(np.intp),
        weight=links["tariff"].to_numpy(dtype=float) + time + tie_breaks(links["id"]),
        gate=(links["mode"].isin(GATES) | (links["status"] != "operating")).to_numpy() | (layer in DISTINCT_LAYERS),
    )


def tie_breaks(names: Iterable[str]) -> Array:
    """A speck of cost by name, USD, so that equal routes rank alike whatever the order of rows."""
    return np.array([SPECK * crc32(name.encode()) / 2**32 for name in names])


def _variants(world: Atlas, layer: str) -> Variants:
    here = (world.links["layer"] == layer).to_numpy()
    today = (world.links["status"] == "operating").to_numpy()
    blocked = tuple(column >= STRONG for column in world.power.T if (column[here] >= STRONG).any())
    return Variants(today, blocked, tuple(mask for mask in world.additions if (mask & here & ~today).any()))


def _soil(world: Atlas, states: tuple[str, ...]) -> Mask:
    """Links that cross the soil of some states, (E,)."""
    return np.array([bool(set(territories) & set(states)) for territories in world.links["territories"]])


def _without(variants: Variants, barred: Mask) -> Variants:
    """The same search with some links out of use today and back as one addition."""
    if not barred.any():
        return variants
    reopened = variants.today & barred
    return Variants(variants.today & ~barred, variants.blocked, (reopened, *variants.additions))


def barred_soil(owners: Sequence[str], closed: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """States whose border with one of the parties to a trade is closed."""
    return tuple(sorted({b for a, b in (*closed, *(pair[::-1] for pair in closed)) if a in owners}))


def soil_gates(
    routes: Sequence[Route],
    owners: Sequence[tuple[str, ...]],
    territories: Sequence[tuple[str, ...]],
    dyads: Axis,
    banned: Sequence[str],
) -> Sparse:
    """Pairs of states that must be open for the parties to a trade to take a route over their soil, (H, Y)."""
    marks = []
    for h, (route, states) in enumerate(zip(routes, owners, strict=True)):
        crossed = {state for e in route for state in territories[e]}
        pairs = {"-".join(sorted((own, other))) for own in states for other in crossed if own != other}
        marks += [(h, dyads.at(pair)) for pair in sorted(pairs) if pair in banned]
    rows, columns = ([m[0] for m in marks], [m[1] for m in marks])
    return sparse(rows, columns, np.ones(len(marks)), (len(routes), len(dyads)))


def contract(routes: Sequence[Route], links: int) -> tuple[Segments, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Segments of links that occur on the same routes, and the incidence as (route, segment) pairs."""
    users: dict[int, list[int]] = {}
    for h, route in enumerate(routes):
        for e in route:
            users.setdefault(e, []).append(h)
    groups: dict[tuple[int, ...], list[int]] = {}
    for e in sorted(users):
        groups.setdefault(tuple(users[e]), []).append(e)
    members = list(groups.values())
    start = np.cumsum([0, *map(len, members)])[:-1]
    of_link = np.full(links, -1, dtype=np.intp)
    for s, group in enumerate(members):
        of_link[group] = s
    rows = [h for key in groups for h in key]
    columns = [s for s, key in enumerate(groups) for _ in key]
    flat = np.array([e for group in members for e in group], dtype=np.intp)
    return Segments(flat, start.astype(np.intp), of_link), np.array(rows), np.array(columns)


def build_routes(routes: Sequence[Route], market: Indices, power: Array, length: Array, open_links: Mask) -> Routes:
    """Routes over segments; `market` (H,) contiguous, `power` (H, K), path size within each market.

    Path sizes count routes open at base among themselves, and a planned route
    together with them, so an unbuilt route never dilutes a live one.
    """
    segments, rows, columns = contract(routes, len(length))
    shape = (len(routes), len(segments))
    uses = sparse(rows, columns, np.ones(len(rows)), shape)
    carries = sparse(columns, rows, np.ones(len(rows)), shape[::-1])
    span = np.add.reduceat(length[segments.links], segments.start)
    live = np.array([bool(open_links[list(route)].all()) for route in routes])
    size = np.where(live, _size_of(uses, market, span, live), path_size(uses, market, span))
    start = np.flatnonzero(np.diff(market, prepend=-1))
    return Routes(uses, carries, market, start.astype(np.intp), frozen(np.log(size)[:, None]), frozen(power), segments)


def _size_of(uses: Sparse, market: Indices, span: Array, live: Mask) -> Array:
    size = np.ones(len(live))
    if live.any():
        size[live] = path_size(uses[live], market[live], span)
    return size


def route_power(routes: Sequence[Route], power: Array) -> Array:
    """b_hk: the most any link of a route lets a controller block, (H, K)."""
    return np.stack([power[list(route)].max(axis=0, initial=0.0) for route in routes])


def touching(routes: Sequence[Route], sets: Sequence[Sequence[int]]) -> Array:
    """1 where a route uses any link of a set, (sets, H)."""
    members = [frozenset(links) for links in sets]
    return np.array([[float(not member.isdisjoint(route)) for route in routes] for member in members])
