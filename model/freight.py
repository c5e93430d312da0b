"""One-sided clearing: freight, power and fibre choose routes by nested logit.

Each market has a potential volume, an outside option and up to a dozen
routes (theory 7.4, eqs. 1-6).
"""

from dataclasses import dataclass

import numpy as np

from model import capacity as hard
from model.arrays import TINY, Array
from model.network import Routes, transit_time

LARGEST_EXPONENT = 600.0


@dataclass(frozen=True)
class Conditions:
    """What a solve takes as given this quarter, run axis last (R or 1).

    Segments: `capacity`, `cost` (USD/unit), `days`, `resistance`. Routes:
    `extra` (USD/unit, constants and friction), `day_value` (USD/unit/day),
    `allowed` (share not barred by coercion, 0 when closed). Markets: `theta`,
    `mu` (1/USD), `outside` (g0, USD/unit), `potential` (unit/quarter).
    """

    capacity: Array
    cost: Array
    days: Array
    resistance: Array
    steepness: Array
    extra: Array
    day_value: Array
    allowed: Array
    theta: Array
    mu: Array
    outside: Array
    potential: Array
    alpha: Array | float


@dataclass(frozen=True)
class Outcome:
    """Solved flows, (H, R), (S, R) or (W, R).

    `share` is a route's share of its market's carried volume, `served` the
    carried share of potential demand, `cost` the logsum cost I.
    """

    flow: Array
    load: Array
    price: Array
    share: Array
    served: Array
    cost: Array


def route_cost(routes: Routes, given: Conditions, load: Array, price: Array) -> Array:
    """Generalised cost of routes, USD per unit, (H, R) (eq. 1)."""
    days = transit_time(given.days, given.resistance, load, given.alpha)
    cost: Array = routes.uses @ (given.cost + price) + given.day_value * (routes.uses @ days) + given.extra
    return cost


def attraction(routes: Routes, given: Conditions, cost: Array) -> Array:
    """Log weight of the most attractive open route of each market, (W, R); 0 when all are shut.

    Taken out of every weight, so that none underflows however sharp the choice.
    """
    exponent = routes.log_size - given.theta[routes.market] * cost
    best = routes.market_largest(np.where(given.allowed > 0.0, exponent, -np.inf))
    return np.where(np.isfinite(best), best, 0.0)


def choose(routes: Routes, given: Conditions, cost: Array, best: Array | None = None) -> tuple[Array, Array, Array]:
    """Route shares (H, R), served share (W, R) and logsum cost (W, R) (eqs. 3-5).

    `best` (W, R) may hold the attraction found at an earlier, similar cost.
    """
    best = attraction(routes, given, cost) if best is None else best
    exponent = routes.log_size - given.theta[routes.market] * cost - best[routes.market]
    weight = given.allowed * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    total = routes.market_sum(weight)
    logsum = -(np.log(np.maximum(total, TINY)) + best) / given.theta
    served = 1.0 / (1.0 + np.exp(np.clip(given.mu * (logsum - given.outside), -LARGEST_EXPONENT, LARGEST_EXPONENT)))
    served = np.where(total > 0.0, served, 0.0)
    share = weight / np.maximum(total, TINY)[routes.market]
    return share, served, logsum


def solve(routes: Routes, given: Conditions, load: Array, price: Array, sweeps: int) -> Outcome:
    """Equilibrium by `sweeps` damped steps, each with one shadow-price update.

    Starts from last quarter's `load` and `price` (S, R). The last assignment
    is fitted under capacity, so loads never exceed it.
    """
    crowded: Array = np.ones((1, 1))
    best = attraction(routes, given, route_cost(routes, given, load, price))
    for sweep in range(sweeps):
        share, served, _cost = choose(routes, given, route_cost(routes, given, load, price), best)
        flow = (given.potential * served)[routes.market] * share
        load = load + 0.5 * (routes.carries @ flow - load)
        if sweep % hard.CROWDING_EVERY == 0:
            crowded = hard.crowding(routes, hard.busy(price, load, given.capacity), given.allowed)
        price = hard.update(price, load, given.capacity, given.steepness, crowded)
    return _finish(routes, given, load, price)


def _finish(routes: Routes, given: Conditions, load: Array, price: Array) -> Outcome:
    share, served, cost = choose(routes, given, route_cost(routes, given, load, price))
    flow = hard.fit((given.potential * served)[routes.market] * share, given.capacity, routes)
    carried = routes.market_sum(flow)
    split = np.where(carried[routes.market] > 0.0, flow / np.maximum(carried, TINY)[routes.market], share)
    carried_share = np.minimum(carried / np.maximum(given.potential, TINY), 1.0)
    return Outcome(flow, routes.carries @ flow, price, split, carried_share, cost)


def surplus(potential: Array, mu: Array, served: Array) -> Array:
    """Market surplus, USD, (W, R): S = -(Q/mu) ln(1 - s) (eq. 7)."""
    return -(potential / mu) * np.log1p(-np.minimum(served, 1.0 - 1e-12))
