"""Routes: a dozen dissimilar ways from a market's origins to its outlets.

Enumerating all paths explodes, so the search asks for the routes that matter:
the cheapest one, the cheapest ones a controller cannot shut, the ones each
project or border opening would add, and then ever more dissimilar ones. Two
routes with the same gates (borders, ports, sea legs, closed or planned links)
count as one and the cheaper is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

from model.arrays import Array, Indices, Mask

DISSIMILAR_TRIES = 6
ADDED_TRIES = 3
EAGER = 0.7  # share of its cost at which a planned link is searched, so that near misses are found
PENALTY = 1.6
SPECK = 1e-6  # added to every cost: a step that costs nothing would be no way at all

Step = tuple[int, int]


@dataclass(frozen=True)
class Arcs:
    """A layer's arcs in order of tail, head and link, those of one step (tail to head) side by side.

    `link` (arcs,) is the link of each arc; `start` (steps,) its first arc,
    `tail`, `head` (steps,) its two ends, `slots` the arcs of each step.
    """

    link: Indices
    start: Indices
    tail: Indices
    head: Indices
    slots: Mapping[Step, slice]

    def matrix(self, cost: Array, nodes: int) -> sp.csr_array:
        """Cost of each step by its cheapest arc, (nodes, nodes); `cost` (arcs,) is inf where an arc is no way."""
        least = np.minimum.reduceat(cost, self.start)
        ways = np.isfinite(least)
        first = np.searchsorted(self.tail[ways], np.arange(nodes + 1))
        return sp.csr_array((least[ways] + SPECK, self.head[ways], first), shape=(nodes, nodes))

    def cheapest(self, step: Step, cost: Array) -> int:
        """Link of a step's cheapest arc, the first one of equals."""
        slot = self.slots[step]
        return int(self.link[slot][np.argmin(cost[slot])])


@dataclass(frozen=True)
class Graph:
    """Directed arcs of one layer.

    `tail`, `head` (arcs,) are node positions, `link` (arcs,) the link of an
    arc and `weight` (links,) its generalised cost; `gate` (links,) marks the
    links that tell routes apart.
    """

    nodes: int
    tail: Indices
    head: Indices
    link: Indices
    weight: Array
    gate: Mask

    @cached_property
    def arcs(self) -> Arcs:
        """The arcs in the order that every search uses."""
        order = np.lexsort((self.link, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        start = np.flatnonzero((np.diff(tail, prepend=-1) != 0) | (np.diff(head, prepend=-1) != 0))
        bounds = map(slice, start.tolist(), np.append(start, len(order))[1:].tolist())
        slots = dict(zip(zip(tail[start].tolist(), head[start].tolist(), strict=True), bounds, strict=True))
        return Arcs(self.link[order], start, tail[start], head[start], slots)


@dataclass(frozen=True)
class Query:
    """One market's search: where from, where to, how much dearer a route may be, how many to keep.

    A route may cost `detour` times the cheapest one plus `slack` USD per unit:
    next to a planned line of almost no length every other way is a detour. The
    best way of today around a controller may cost anything: it is what is left
    when that one shuts its own.
    """

    origins: tuple[int, ...]
    outlets: tuple[int, ...]
    detour: float
    most: int
    slack: float = 0.0


@dataclass(frozen=True)
class Variants:
    """Link masks to search on: today's network, blocked by each controller, with each addition."""

    today: Mask
    blocked: tuple[Mask, ...]
    additions: tuple[Mask, ...]


Route = tuple[int, ...]


def find_routes(graph: Graph, query: Query, variants: Variants) -> tuple[Route, ...]:
    """The routes that matter as tuples of link positions, cheapest first.

    Empty when the outlets cannot be reached even with every addition.
    """
    found: dict[frozenset[int], Route] = {}
    best = shortest(graph, query, graph.weight, variants.today)
    around = [] if best is None else list(_around(graph, query, variants, best, variants.today))
    wanted = [*([] if best is None else [best]), *around, *_candidates(graph, query, variants, best)]
    if not wanted:
        return ()
    limit = query.slack + query.detour * min(_cost(graph, route) for route in wanted)
    for route in wanted:
        signature = frozenset((*(e for e in route if graph.gate[e]), *_ends(graph, route)))
        kept = found.get(signature)
        near = route in around or _cost(graph, route) <= limit
        if near and (kept is None or _cost(graph, route) < _cost(graph, kept)):
            found[signature] = route
        if len(found) == query.most:
            break
    return tuple(sorted(found.values(), key=lambda route: (_cost(graph, route), route)))


def _ends(graph: Graph, route: Route) -> tuple[int, ...]:
    """Links at the two ends, which tell apart a market's origins and outlets (below zero: an arc, not a gate)."""
    return (-1 - route[0], -1 - route[-1]) if route and graph.gate.any() else ()


def _candidates(graph: Graph, query: Query, variants: Variants, best: Route | None) -> Iterator[Route]:
    """Routes beyond the best one of today and the ways around it, in order of importance, with repeats."""
    everything = np.logical_or.reduce((variants.today, *variants.additions))
    if best is not None:
        yield from _around(graph, query, variants, best, everything)
    for added in variants.additions:
        yield from _by_addition(graph, query, variants.today, added)
    yield from _dissimilar(graph, query, variants.today)
    yield from _dissimilar(graph, query, everything)


def _by_addition(graph: Graph, query: Query, today: Mask, added: Mask) -> Iterator[Route]:
    """Best routes over an addition: the cheapest, and the next one that goes on by other links."""
    new = added & ~today
    weight = np.where(new, EAGER, 1.0) * graph.weight
    for _ in range(ADDED_TRIES):
        route = shortest(graph, query, weight, today | added)
        if not route or not new[list(route)].any():
            return
        yield route
        weight[[link for link in route if not new[link]]] *= PENALTY


def _around(graph: Graph, query: Query, variants: Variants, best: Route, usable: Mask) -> Iterator[Route]:
    """Best routes over usable links out of reach of each controller that can shut the `best` one of today."""
    for blocked in variants.blocked:
        if any(blocked[e] for e in best):
            route = shortest(graph, query, graph.weight, usable & ~blocked)
            if route is not None:
                yield route


def _dissimilar(graph: Graph, query: Query, usable: Mask) -> Iterator[Route]:
    """Cheapest route, then again with the links already used made dearer."""
    weight = graph.weight.copy()
    for _ in range(DISSIMILAR_TRIES):
        route = shortest(graph, query, weight, usable)
        if route is None:
            return
        yield route
        weight[list(route)] *= PENALTY


def shortest(graph: Graph, query: Query, weight: Array, usable: Mask) -> Route | None:
    """Cheapest route over usable links from any origin to any outlet; () when they meet in one place, None if none."""
    arcs = graph.arcs
    cost = np.where(usable, weight, np.inf)[arcs.link]
    matrix = arcs.matrix(cost, graph.nodes)
    distance, previous, _ = dijkstra(matrix, indices=np.array(query.origins), return_predecessors=True, min_only=True)
    outlet = min(query.outlets, key=lambda node: (distance[node], node))
    if not np.isfinite(distance[outlet]):
        return None
    return tuple(arcs.cheapest(step, cost) for step in _steps(previous, outlet))


def _steps(previous: npt.NDArray[np.int32], outlet: int) -> list[Step]:
    """Steps from place to place that lead to an outlet, in order."""
    steps: list[Step] = []
    node = outlet
    while previous[node] >= 0:
        steps.append((int(previous[node]), node))
        node = int(previous[node])
    return steps[::-1]


def _cost(graph: Graph, route: Iterable[int]) -> float:
    return float(graph.weight[list(route)].sum())
