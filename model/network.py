"""Routes over segments: the fixed structure both clearing systems share.

A segment is a maximal set of links that every route uses together or not at
all, so links in series are contracted exactly: their costs and times add, the
smallest capacity binds, and congestion adds as sum of t0 / C^4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.sparse.csgraph import connected_components

from model.arrays import Array, Indices, Sparse, grouped_min, grouped_sum, summing

MOST_PARTS = 64  # kept at a time: as many as sets of routes that are open together
Part = TypeVar("Part")


def remembered(parts: dict[bytes, Part], rows: Indices, taken: Callable[[Indices], Part]) -> Part:
    """The part of some rows, as `taken` makes it, from `parts` if it is there."""
    known = parts.get(rows.tobytes())
    if known is None:
        if len(parts) >= MOST_PARTS:
            parts.clear()
        known = parts[rows.tobytes()] = taken(rows)
    return known


@dataclass(frozen=True)
class Segments:
    """Links grouped into segments.

    `links` (L,) lists link positions segment by segment; `start` (S,) is the
    first of each segment in that list; `of_link` (E,) is the segment of a
    link, -1 for a link no route uses. The last `agreed` segments have no
    links: they are what seller and buyer may trade, free of cost and, unless
    something says otherwise, without limit.
    """

    links: Indices
    start: Indices
    of_link: Indices
    agreed: int = 0

    def __len__(self) -> int:
        """Number of segments."""
        return len(self.start) + self.agreed

    def total(self, values: Array) -> Array:
        """Sum of link values over each segment, (E, R) -> (S, R)."""
        return self._with_agreed(grouped_sum(values[self.links], self.start), 0.0)

    def smallest(self, values: Array) -> Array:
        """Minimum of link values over each segment, (E, R) -> (S, R)."""
        return self._with_agreed(grouped_min(values[self.links], self.start), np.inf)

    def _with_agreed(self, values: Array, fill: float) -> Array:
        return np.concatenate([values, np.full((self.agreed, values.shape[1]), fill)])

    def to_links(self, values: Array) -> Array:
        """Segment values on their links, (S, R) -> (E, R), zero where unused."""
        spread = values[np.maximum(self.of_link, 0)]
        return np.where((self.of_link >= 0)[:, None], spread, 0.0)


@dataclass(frozen=True)
class Routes:
    """Routes of one clearing system, contiguous by market.

    `uses` (H, S) and its transpose `carries` (S, H) are incidence matrices;
    `market` (H,) the market of a route and `start` (W,) its first route;
    `log_size` (H, 1) the log path-size factor; `power` (H, K) the share of a
    route that each controller can shut.
    """

    uses: Sparse
    carries: Sparse
    market: Indices
    start: Indices
    log_size: Array
    power: Array
    segments: Segments

    def __len__(self) -> int:
        """Number of routes."""
        return len(self.market)

    def part(self, rows: Indices) -> "Routes":
        """Some of the routes, ascending, over the same segments; a market without any of them is left out."""
        return remembered(self._parts, rows, self._taken)

    @cached_property
    def _parts(self) -> dict[bytes, "Routes"]:
        """Parts taken before, by their rows."""
        return {}

    def _taken(self, rows: Indices) -> "Routes":
        uses = self.uses[rows]
        carries = uses.T.tocsr()
        carries.sort_indices()
        market = self.market[rows]
        return Routes(
            uses=uses,
            carries=carries,
            market=np.cumsum(np.diff(market, prepend=market[:1]) != 0),
            start=np.flatnonzero(np.diff(market, prepend=-1)),
            log_size=self.log_size[rows],
            power=self.power[rows],
            segments=self.segments,
        )

    def held(self, controller: int) -> tuple[Indices, Indices, "Routes"]:
        """Markets in which a controller can shut a route, the rows of their routes, and these as a part."""
        return self._held[controller]

    @cached_property
    def _held(self) -> list[tuple[Indices, Indices, "Routes"]]:
        found = []
        for power in self.power.T:
            markets = np.unique(self.market[power > 0.0])
            rows = np.flatnonzero(np.isin(self.market, markets))
            found.append((markets, rows, self._taken(rows)))
        return found

    @cached_property
    def systems(self) -> tuple[Indices, int]:
        """Number of the system of each segment and how many there are; no route joins two of them.

        Segments that share no route with another make up one more.
        """
        count, system = connected_components(self.carries @ self.uses, directed=False)
        alone = np.bincount(system, minlength=count) == 1
        number = np.where(alone, 0, np.cumsum(~alone))
        return np.asarray(number[system], dtype=np.intp), int(number.max()) + 1

    def live(self, allowed: Array) -> Indices:
        """Routes that are allowed in some run, (H, R) -> rows; of a market without any the first, so that it stays."""
        used = (allowed > 0.0).any(axis=1)
        used[self.start[~np.logical_or.reduceat(used, self.start)]] = True
        return np.flatnonzero(used)

    def open(self, capacity: Array) -> Array:
        """1 for a route whose segments all have capacity, else 0, (S, R) -> (H, R)."""
        return np.asarray((self.uses @ (capacity <= 0.0).astype(np.float64) == 0.0), dtype=np.float64)

    def tightest(self, values: Array) -> Array:
        """Smallest segment value on each route, (S, R) -> (H, R); inf on a route without segments."""
        order, places = self._by_length
        found = np.full((len(self), values.shape[1]), np.inf)
        for segments in places:  # several times faster than `reduceat` over rows
            longer = found[: len(segments)]
            np.minimum(longer, values[segments], out=longer)
        smallest = np.empty_like(found)
        smallest[order] = found
        return smallest

    @cached_property
    def _by_length(self) -> tuple[Indices, list[Indices]]:
        """Routes, the longest first, and the first, second, ... segments of those of them that have as many."""
        length = np.diff(self.uses.indptr)
        order = np.argsort(-length, kind="stable")
        counts = [np.count_nonzero(length > place) for place in range(length.max())]
        first, segments = self.uses.indptr[order], self.uses.indices.astype(np.intp)
        return order, [segments[first[:count] + place] for place, count in enumerate(counts)]

    def market_sum(self, values: Array) -> Array:
        """Sum of route values by market, (H, R) -> (W, R), one by one: routes left out for being shut change no bit."""
        return np.asarray(self._by_market @ values)

    @cached_property
    def _by_market(self) -> Sparse:
        return summing(self.market, len(self.start))

    def market_largest(self, values: Array) -> Array:
        """Largest route value by market, (H, R) -> (W, R)."""
        return np.maximum.reduceat(values, self.start, axis=0)


def transit_time(free: Array, resistance: Array, load: Array, alpha: Array | float) -> Array:
    """Congested time of segments, days, (S, R).

    t = t0 + alpha v^4 sum(t0 / C^4): the BPR curve with beta = 4
    (theory 7.4, eq. 2), exact for links in series.
    """
    squared = load * load
    return free + alpha * resistance * squared * squared


def resistance(segments: Segments, days: Array, capacity: Array, congestible: Array) -> Array:
    """Sum over a segment's congestible links of t0 / C^4, (E, R) inputs -> (S, R)."""
    limited = (congestible > 0.0) & np.isfinite(capacity) & (capacity > 0.0)
    safe = np.where(limited, capacity, 1.0)
    return segments.total(np.where(limited, days / (safe * safe) ** 2, 0.0))


def path_size(uses: Sparse, market: Indices, length: Array) -> Array:
    """Path-size factors of routes within their market, (H,), in (0, 1].

    PS_h = sum_e (l_e / L_h) / (number of the market's routes using e)
    (Ben-Akiva & Bierlaire 1999); a route of zero length counts as distinct.
    """
    by_market = Sparse((np.ones(len(market)), (market, np.arange(len(market)))), shape=(market.max() + 1, len(market)))
    sharing = (by_market @ uses).toarray()
    weight = uses.multiply(length[None, :]).tocsr()
    total = np.asarray(weight.sum(axis=1)).ravel()
    size = np.ones(len(market))
    for route in np.flatnonzero(total > 0.0):
        row = slice(weight.indptr[route], weight.indptr[route + 1])
        size[route] = (weight.data[row] / sharing[market[route], weight.indices[row]]).sum() / total[route]
    return size
