"""Two-sided clearing: oil and gas sources and sinks meet at a price.

One spatial equilibrium per commodity, solved for all commodities at once
because their routes never share a segment (theory 7.2, eqs. 2a, 2b).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from model import capacity as hard
from model.acceleration import Anderson, Sweep, settled
from model.arrays import TINY, Array, Indices, Mask, Sparse, compressed, rows_of, spread_rows, stacked, summing
from model.curvature import Pattern, pattern
from model.network import Routes, remembered

LARGEST_EXPONENT = 600.0
ROUNDING = 1e-12  # of a base price, by which a price may seem to be above another


@dataclass(frozen=True)
class Commodity:
    """Routes and prices of one commodity.

    `routes` (H,) are those among all, `cells` (N,) among the prices of
    sources, sinks and segments below each other. `kind` (N, 1) is +1 for a
    source, -1 for a sink, 0 for a segment. `signs` (H, N) says how each price
    moves the worth of a route: -1, +1, -1; `by_unknown` (N, H) is its
    transpose, and `products` (K, H) sums over routes what two prices move
    together, for the pairs of prices of a `pattern` that share a route.
    """

    routes: Indices
    cells: Indices
    kind: Array
    signs: Sparse
    by_unknown: Sparse
    products: Sparse
    pattern: Pattern


@dataclass(frozen=True)
class Pairs:
    """Fixed structure: routes are contiguous by pair, a pair joins a source and a sink.

    `source` and `sink` (H,) give each route's ends; `from_source` (A, H) and
    `to_sink` (D, H) sum routes by end; `source_commodity` (A,) and
    `sink_commodity` (D,) number the goods of ends,
    whose prices shift together.
    """

    routes: Routes
    source: Indices
    sink: Indices
    from_source: Sparse
    to_sink: Sparse
    source_commodity: Indices
    sink_commodity: Indices

    def part(self, rows: Indices) -> "Pairs":
        """The same ends joined by some of the routes alone."""
        return remembered(self._parts, rows, self._taken)

    @cached_property
    def _parts(self) -> dict[bytes, "Pairs"]:
        """Parts taken before, by their rows."""
        return {}

    def _taken(self, rows: Indices) -> "Pairs":
        source, sink = self.source[rows], self.sink[rows]
        return replace(
            self,
            routes=self.routes.part(rows),
            source=source,
            sink=sink,
            from_source=summing(source, self.from_source.shape[0]),
            to_sink=summing(sink, self.to_sink.shape[0]),
        )

    @cached_property
    def systems(self) -> tuple[Indices, int]:
        """Commodity of each source, sink and segment, below each other, and their number."""
        used = summing(self.source_commodity[self.source], self.commodities) @ self.routes.uses
        segment = np.asarray(used.toarray().argmax(axis=0), dtype=np.intp)
        return np.concatenate([self.source_commodity, self.sink_commodity, segment]), self.commodities

    @cached_property
    def of_commodity(self) -> list[Commodity]:
        """What belongs to each commodity."""
        group, commodities = self.systems
        sizes = self.from_source.shape[0], self.to_sink.shape[0], len(self.routes.segments)
        kind = np.repeat([1.0, -1.0, 0.0], sizes)[:, None]
        signs = sp.hstack([-self.from_source.T, self.to_sink.T, -self.routes.uses]).toarray()
        found = []
        for commodity in range(commodities):
            cells = np.flatnonzero(group == commodity)
            routes = np.flatnonzero(self.source_commodity[self.source] == commodity)
            own = signs[np.ix_(routes, cells)]
            shared = pattern(abs(own).T @ abs(own) > 0.0)
            both = (own[:, shared.row] * own[:, shared.column]).T
            sums = compressed(own), compressed(own.T), compressed(both)
            found.append(Commodity(routes, cells, kind[cells], *sums, pattern=shared))
        return found

    @cached_property
    def by_commodity(self) -> Sparse:
        """Sums of sources and sinks, below each other, over commodities."""
        return summing(np.concatenate([self.source_commodity, self.sink_commodity]), self.commodities)

    @property
    def commodities(self) -> int:
        """Number of commodities."""
        return 1 + int(max(self.source_commodity.max(), self.sink_commodity.max()))


@dataclass(frozen=True)
class Conditions:
    """What a solve takes as given this quarter, run axis last (R or 1).

    Segments: `capacity`, `cost`, `steepness`. Routes: `attraction` =
    ln(M PS) - c, `allowed`. Ends: `theta`, `mu` (1/USD), `quantity` q0
    (unit/quarter) and `price` p0 (USD/unit) of sources and sinks;
    `source_limit` is the most a source can put out (unit/quarter, inf: no limit),
    `source_reserve` the price (USD/unit) below which it keeps what nobody takes.
    """

    capacity: Array
    cost: Array
    steepness: Array
    attraction: Array
    allowed: Array
    source_theta: Array
    sink_theta: Array
    source_mu: Array
    sink_mu: Array
    source_quantity: Array
    sink_quantity: Array
    source_price: Array
    sink_price: Array
    source_limit: Array
    source_reserve: Array


@dataclass(frozen=True)
class Outcome:
    """Solved flows (H, R), loads and shadow prices (S, R), prices and quantities (A, R), (D, R).

    `source_rent` (A, R) is what a source at its limit, or one that keeps some
    of what it has, earns on each unit above its supply curve.
    """

    flow: Array
    load: Array
    price: Array
    source_price: Array
    sink_price: Array
    source_quantity: Array
    sink_quantity: Array
    source_rent: Array


def level(pairs: Pairs, given: Conditions) -> Array:
    """Exponent of each route's flow at base end prices while no segment is full, (H, R); the same in every sweep."""
    gap = given.sink_price[pairs.sink] - given.source_price[pairs.source]
    free: Array = gap - pairs.routes.uses @ given.cost
    return given.attraction + given.source_theta[pairs.source] * free


def reach(pairs: Pairs, given: Conditions, price: Array, free: Array) -> Array:
    """Flow of each route at base end prices and shadow prices of segments, (H, R); 0 when barred; `free` is its level.

    Prices enter as differences from the base, so that no exponential
    overflows however sharp the choice.
    """
    exponent: Array = free - given.source_theta[pairs.source] * (pairs.routes.uses @ price)
    np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT, out=exponent)
    return given.allowed * np.exp(exponent, out=exponent)


def flows(pairs: Pairs, given: Conditions, source: Array, sink: Array, shadow: Array) -> Array:
    """Flow of each route at some prices, (H, R): reach, draw and offer with one exponent, however large the parts."""
    exponent: Array = level(pairs, given) - given.source_theta[pairs.source] * (pairs.routes.uses @ shadow)
    exponent = exponent + (given.source_theta * (given.source_price - source))[pairs.source]
    exponent += (given.sink_theta * (sink - given.sink_price))[pairs.sink]
    np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT, out=exponent)
    return given.allowed * np.exp(exponent, out=exponent)


def draw(given: Conditions, price: Array) -> Array:
    """exp(theta (p_d - p0_d)): how much harder each sink pulls than at base, (D, R)."""
    rise = given.sink_theta * (price - given.sink_price)
    pulled: Array = np.exp(np.clip(rise, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    return pulled


def offer(given: Conditions, price: Array) -> Array:
    """exp(-theta (p_a - p0_a)): how much harder each source sells than at base, (A, R)."""
    rise = given.source_theta * (given.source_price - price)
    return np.exp(np.clip(rise, -LARGEST_EXPONENT, LARGEST_EXPONENT))


def clear_sources(pairs: Pairs, given: Conditions, drawn: Array) -> Array:
    """Source prices that sell exactly what is supplied, (A, R).

    p_a = p0_a + ln(B_a / q0_a) / (theta + mu), B_a the sales at the base
    price; a source at its limit charges what holds its sales there,
    p0_a + ln(B_a / limit_a) / theta, and none sells below its reserve price.
    `drawn` (H, R) is reach times draw.
    """
    sales = np.maximum(pairs.from_source @ drawn, TINY)
    free = np.log(sales / given.source_quantity) / (given.source_theta + given.source_mu)
    full = (np.log(sales) - np.log(given.source_limit)) / given.source_theta
    change = np.maximum(free, full)
    return np.where(sales > TINY, np.maximum(given.source_price + change, given.source_reserve), given.source_price)


def clear_sinks(pairs: Pairs, given: Conditions, offered: Array) -> Array:
    """Sink prices that buy exactly what is demanded, (D, R); `offered` (H, R) is reach times offer."""
    found = pairs.to_sink @ offered
    change = np.log(np.maximum(found, TINY) / given.sink_quantity) / (given.sink_theta + given.sink_mu)
    return np.where(found > TINY, given.sink_price - change, given.sink_price)


def supply(given: Conditions, price: Array) -> Array:
    """q_a = q0 exp(mu (p - p0)) up to the source's limit, (A, R) (eq. 2b)."""
    exponent = given.source_mu * (price - given.source_price)
    wanted = given.source_quantity * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    return np.minimum(wanted, given.source_limit)


def keeps(given: Conditions, price: Array) -> Mask:
    """Which sources sell at their reserve price, and so keep what nobody takes at it, (A, R)."""
    return np.asarray(price <= given.source_reserve + ROUNDING * np.abs(given.source_price))


def scarcity(given: Conditions, price: Array, sold: Array) -> Array:
    """Price of sources above that at which they first sell as much, USD per unit, (A, R).

    p - p0 - ln(q / q0) / mu of those that sell all they have and of those that keep some at their reserve price.
    """
    most = np.where(keeps(given, price), np.maximum(sold, TINY), given.source_limit)
    room = np.log(most) - np.log(given.source_quantity)
    return np.maximum(price - given.source_price - room / given.source_mu, 0.0)


def demand(given: Conditions, price: Array) -> Array:
    """q_d = q0 exp(-mu (p - p0)), (D, R) (eq. 2b)."""
    exponent = -given.sink_mu * (price - given.sink_price)
    return given.sink_quantity * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))


def balance(
    pairs: Pairs, given: Conditions, source_price: Array, sink_price: Array, live: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Shift all prices of a commodity together so that supply meets demand.

    One Newton step, in each sweep; flows do not move, since only price
    differences enter. Speeds convergence when supply and demand are far
    stiffer than route choice. `live` marks sources and sinks with an open
    route; the others neither sell nor buy and keep their prices.
    """
    sold, bought = live[0] * supply(given, source_price), live[1] * demand(given, sink_price)
    elastic = given.source_mu * sold * (sold < given.source_limit)
    gap = pairs.by_commodity @ np.concatenate([-sold, bought])
    slope = pairs.by_commodity @ np.concatenate([elastic, given.sink_mu * bought])
    shift = gap / np.maximum(slope, TINY)
    source_price = np.maximum(source_price + live[0] * shift[pairs.source_commodity], given.source_reserve)
    return source_price, sink_price + live[1] * shift[pairs.sink_commodity]


def _any(sums: Sparse, allowed: Array) -> Array:
    """1 where an end has an open route, else 0."""
    return np.asarray(sums @ allowed > 0.0, dtype=np.float64)


def within_limits(pairs: Pairs, given: Conditions, flow: Array) -> Array:
    """Flows scaled so that no source sells more than its limit, (H, R); a converged solve hardly moves."""
    sold = pairs.from_source @ flow
    scaled: Array = flow * np.minimum(given.source_limit / np.maximum(sold, TINY), 1.0)[pairs.source]
    return scaled


def source_surplus(solved: Outcome, mu: Array) -> Array:
    """Surplus of sources, q / mu and the rent of those at their limit, USD per quarter, (A, R)."""
    return solved.source_quantity * (1.0 / mu + solved.source_rent)


def solve(pairs: Pairs, given: Conditions, start: Outcome, sweeps: int, *, mixed: bool = True) -> Outcome:
    """Prices and shadow prices by `sweeps` alternating updates from the prices of `start`, `mixed` every few of them.

    Flows are f_h = M PS m exp{theta (p_d - p_a - g - lambda) - c} (eq. 2a).
    Routes shut in every run are left out: they change nothing.

    ODD 7.5.
    """
    live = (given.allowed > 0.0).any(axis=1)
    live[0] = True  # sparse products want a row
    rows = np.flatnonzero(live)
    by_route = {name: rows_of(getattr(given, name), rows) for name in ("attraction", "allowed")}
    part = pairs.part(rows)
    solved = _solve(part, replace(given, **by_route), start, sweeps, _mixture(pairs) if mixed else None)
    return replace(solved, flow=spread_rows(solved.flow, rows, len(live)))


def _solve(pairs: Pairs, given: Conditions, start: Outcome, sweeps: int, mixture: Anderson | None) -> Outcome:
    """The sweeps, over all routes handed in; the first sets out from prices that may be alike in all runs."""
    prices = stacked(start.source_price, start.sink_price, start.price)
    source, sink, shadow = _parts(pairs, settled(_sweep(pairs, given), prices, sweeps, mixture))
    return outcome(pairs, given, np.maximum(source, given.source_reserve), sink, shadow)


def _parts(pairs: Pairs, prices: Array) -> tuple[Array, Array, Array]:
    """Prices of sources (A, R) and sinks (D, R) and shadow prices of segments (S, R), from all below each other."""
    sources, ends = pairs.from_source.shape[0], pairs.from_source.shape[0] + pairs.to_sink.shape[0]
    return prices[:sources], prices[sources:ends], prices[ends:]


def _mixture(pairs: Pairs) -> Anderson:
    """Mixture of all prices, none of a segment below zero."""
    group, groups = pairs.systems
    segment = np.arange(len(group)) >= len(group) - len(pairs.routes.segments)
    return Anderson(group, groups, lowest=np.where(segment, 0.0, -np.inf)[:, None])


def _sweep(pairs: Pairs, given: Conditions) -> Sweep:
    """Each side's prices at the other's, both shifted together, then what full segments ask; (A + D + S, R)."""
    routes, free = pairs.routes, level(pairs, given)
    live = (_any(pairs.from_source, given.allowed), _any(pairs.to_sink, given.allowed))
    shadow = hard.Shadow(routes, given.capacity, given.steepness, given.allowed)

    def sweep(prices: Array, number: int) -> Array:
        _, sink, price = _parts(pairs, prices)
        reached = reach(pairs, given, price, free)
        source = clear_sources(pairs, given, reached * draw(given, sink)[pairs.sink])
        offered = reached * offer(given, source)[pairs.source]
        sink = clear_sinks(pairs, given, offered)
        load = routes.carries @ (offered * draw(given, sink)[pairs.sink])  # the shift of prices leaves it as it is
        return np.concatenate([*balance(pairs, given, source, sink, live), shadow.next(price, load, number)])

    return sweep


def outcome(pairs: Pairs, given: Conditions, source: Array, sink: Array, shadow: Array) -> Outcome:
    """What moves at some prices, fitted under capacities and limits."""
    routes, asked = pairs.routes, flows(pairs, given, source, sink, shadow)
    asked = hard.fit(asked, given.capacity, routes)
    flow = within_limits(pairs, given, asked)
    sold, bought = pairs.from_source @ flow, pairs.to_sink @ flow
    rent = scarcity(given, source, sold)
    return Outcome(flow, routes.carries @ flow, shadow, source, sink, sold, bought, rent)
