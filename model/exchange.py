"""Two-sided clearing: oil and gas sources and sinks meet at a price.

One spatial equilibrium per commodity, solved for all commodities at once
because their routes never share a segment (theory 7.2, eqs. 2a, 2b).
"""

from dataclasses import dataclass

import numpy as np

from model import capacity as hard
from model.arrays import TINY, Array, Indices, Sparse
from model.network import Routes

LARGEST_EXPONENT = 600.0


@dataclass(frozen=True)
class Pairs:
    """Fixed structure: routes are contiguous by pair, a pair joins a source and a sink.

    `source` and `sink` (H,) give each route's ends; `from_source` (A, H) and
    `to_sink` (D, H) sum routes by end; `source_commodity` (A,) and
    `sink_commodity` (D,) group ends whose prices shift together.
    """

    routes: Routes
    source: Indices
    sink: Indices
    from_source: Sparse
    to_sink: Sparse
    source_commodity: Indices
    sink_commodity: Indices
    commodities: int


@dataclass(frozen=True)
class Conditions:
    """What a solve takes as given this quarter, run axis last (R or 1).

    Segments: `capacity`, `cost`, `steepness`. Routes: `attraction` =
    ln(M PS) - c, `allowed`. Ends: `theta`, `mu` (1/USD), `quantity` q0
    (unit/quarter) and `price` p0 (USD/unit) of sources and sinks.
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


@dataclass(frozen=True)
class Outcome:
    """Solved flows (H, R), loads and shadow prices (S, R), prices (A, R), (D, R)."""

    flow: Array
    load: Array
    price: Array
    source_price: Array
    sink_price: Array
    source_quantity: Array
    sink_quantity: Array


def potential(pairs: Pairs, given: Conditions, price: Array) -> Array:
    """Log of each route's flow at zero end prices, (H, R); -inf when barred."""
    theta = given.source_theta[pairs.source]
    with np.errstate(divide="ignore"):
        return given.attraction - theta * (pairs.routes.uses @ (given.cost + price)) + np.log(given.allowed)


def flows(pairs: Pairs, given: Conditions, log_potential: Array, source_price: Array, sink_price: Array) -> Array:
    """f_h = M PS m exp{theta (p_d - p_a - g - lambda) - c}, (H, R) (eq. 2a)."""
    theta = given.source_theta[pairs.source]
    exponent = log_potential + theta * (sink_price[pairs.sink] - source_price[pairs.source])
    return np.exp(np.minimum(exponent, LARGEST_EXPONENT))


def clear_sources(pairs: Pairs, given: Conditions, log_potential: Array, sink_price: Array) -> Array:
    """Source prices that sell exactly what is supplied, (A, R)."""
    theta = given.source_theta
    reach = pairs.from_source @ np.exp(
        np.minimum(log_potential + theta[pairs.source] * sink_price[pairs.sink], LARGEST_EXPONENT)
    )
    price = (np.log(np.maximum(reach, TINY) / given.source_quantity) + given.source_mu * given.source_price) / (
        theta + given.source_mu
    )
    return np.where(reach > TINY, price, given.source_price)


def clear_sinks(pairs: Pairs, given: Conditions, log_potential: Array, source_price: Array) -> Array:
    """Sink prices that buy exactly what is demanded, (D, R)."""
    theta = given.sink_theta
    own_theta = given.source_theta[pairs.source]
    reach = pairs.to_sink @ np.exp(
        np.minimum(log_potential - own_theta * source_price[pairs.source], LARGEST_EXPONENT)
    )
    price = (given.sink_mu * given.sink_price - np.log(np.maximum(reach, TINY) / given.sink_quantity)) / (
        theta + given.sink_mu
    )
    return np.where(reach > TINY, price, given.sink_price)


def supply(given: Conditions, price: Array) -> Array:
    """q_a = q0 exp(mu (p - p0)), (A, R) (eq. 2b)."""
    exponent = given.source_mu * (price - given.source_price)
    return given.source_quantity * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))


def demand(given: Conditions, price: Array) -> Array:
    """q_d = q0 exp(-mu (p - p0)), (D, R) (eq. 2b)."""
    exponent = -given.sink_mu * (price - given.sink_price)
    return given.sink_quantity * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))


def balance(
    pairs: Pairs, given: Conditions, source_price: Array, sink_price: Array, live: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Shift all prices of a commodity together so that supply meets demand.

    Two Newton steps; flows do not move, since only price differences enter.
    Speeds convergence when supply and demand are far stiffer than route
    choice. `live` marks sources and sinks with an open route; the others
    neither sell nor buy.
    """
    for _ in range(2):
        sold, bought = live[0] * supply(given, source_price), live[1] * demand(given, sink_price)
        gap = _by(pairs.sink_commodity, bought, pairs.commodities) - _by(pairs.source_commodity, sold, pairs.commodities)
        slope = _by(pairs.sink_commodity, given.sink_mu * bought, pairs.commodities) + _by(
            pairs.source_commodity, given.source_mu * sold, pairs.commodities
        )
        shift = gap / np.maximum(slope, TINY)
        source_price = source_price + shift[pairs.source_commodity]
        sink_price = sink_price + shift[pairs.sink_commodity]
    return source_price, sink_price


def _by(group: Indices, values: Array, groups: int) -> Array:
    """Sum rows by group number, (N, R) -> (groups, R), in row order."""
    total = np.zeros((groups, values.shape[1]))
    for row, where in enumerate(group):
        total[where] += values[row]
    return total


def _any(sums: Sparse, allowed: Array) -> Array:
    """1 where an end has an open route, else 0."""
    return np.asarray(sums @ allowed > 0.0, dtype=np.float64)


def solve(pairs: Pairs, given: Conditions, start: Outcome, sweeps: int) -> Outcome:
    """Prices and shadow prices by `sweeps` alternating updates from the prices of `start`."""
    routes = pairs.routes
    price, source_price, sink_price = start.price, start.source_price, start.sink_price
    live = (_any(pairs.from_source, given.allowed), _any(pairs.to_sink, given.allowed))
    crowded: Array = np.ones((1, 1))
    for sweep in range(sweeps):
        log_potential = potential(pairs, given, price)
        source_price = clear_sources(pairs, given, log_potential, sink_price)
        sink_price = clear_sinks(pairs, given, log_potential, source_price)
        source_price, sink_price = balance(pairs, given, source_price, sink_price, live)
        load = routes.carries @ flows(pairs, given, log_potential, source_price, sink_price)
        if sweep % hard.CROWDING_EVERY == 0:
            crowded = hard.crowding(routes, hard.busy(price, load, given.capacity))
        price = hard.update(price, load, given.capacity, given.steepness, crowded)
    log_potential = potential(pairs, given, price)
    flow = hard.fit(flows(pairs, given, log_potential, source_price, sink_price), given.capacity, routes)
    sold, bought = pairs.from_source @ flow, pairs.to_sink @ flow
    return Outcome(flow, routes.carries @ flow, price, source_price, sink_price, sold, bought)
