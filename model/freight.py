"""One-sided clearing: freight, power and fibre choose routes by nested logit.

Each market has a potential volume, an outside option and up to a dozen
routes (theory 7.4, eqs. 1-6).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model import capacity as hard
from model.acceleration import Anderson
from model.arrays import TINY, Array, Mask
from model.network import Routes, transit_time

LARGEST_EXPONENT = 600.0
DAMPING = 0.8  # of the way to a new assignment in a sweep


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


def solve(  # noqa: PLR0913 - what it starts from, what is given, and how it is solved
    routes: Routes, given: Conditions, load: Array, price: Array, sweeps: int, *, mixed: bool = True
) -> Outcome:
    """Equilibrium by `sweeps` damped steps, each with one shadow-price update, `mixed` every few of them.

    Starts from last quarter's `load` and `price` (S, R). The last assignment
    is fitted under capacity, so loads never exceed it.
    """
    settle = _sweeps(routes, given, attraction(routes, given, route_cost(routes, given, load, price)))
    load, price = settle(load, price, 0)
    mixture = _Mixture.of(routes, given, load) if mixed else None
    for sweep in range(1, sweeps):
        after = settle(load, price, sweep)
        load, price = mixture.next((load, price), after, sweeps - 1 - sweep) if mixture else after
    return _finish(routes, given, load, price)


def _sweeps(routes: Routes, given: Conditions, best: Array) -> Callable[[Array, Array, int], tuple[Array, Array]]:
    """A sweep as a function of loads, prices and its number: assignment, damped, and what full segments ask."""
    crowded: Array = np.ones((1, 1))

    def settle(load: Array, price: Array, number: int) -> tuple[Array, Array]:
        nonlocal crowded
        share, served, _cost = choose(routes, given, route_cost(routes, given, load, price), best)
        flow = (given.potential * served)[routes.market] * share
        load = load + DAMPING * (routes.carries @ flow - load)
        if number % hard.CROWDING_EVERY == 0:
            crowded = hard.crowding(routes, hard.busy(price, load, given.capacity), given.allowed)
        return load, hard.update(price, load, given.capacity, given.steepness, crowded)

    return settle


@dataclass(frozen=True)
class _Mixture:
    """Loads and prices of sweeps, mixed where lines congest.

    `unit` (2 S, R) makes both alike: capacity where there is one, and the
    price that changes choice by a factor e. Wires, which run empty or full,
    are left as they settle: there a mixture overshoots. What has no limit
    slows nothing, so its load has no say.
    """

    unit: Array
    counts: Mask
    congests: Mask
    mixture: Anderson

    @staticmethod
    def of(routes: Routes, given: Conditions, load: Array) -> "_Mixture":
        """For the systems of some routes."""
        limited = np.isfinite(given.capacity) & (given.capacity > 0.0)
        parts = np.where(limited, given.capacity, 1.0), 1.0 / given.steepness
        unit = np.concatenate([np.broadcast_to(part, load.shape) for part in parts])
        system, count = routes.systems
        congests = np.isin(system, system[(given.resistance > 0.0).any(axis=1)])[:, None]
        counts = np.concatenate([np.broadcast_to(limited, load.shape), np.ones(load.shape, dtype=bool)])
        return _Mixture(unit, counts, congests & limited, Anderson(np.concatenate([system, system]), count))

    def next(self, before: tuple[Array, Array], after: tuple[Array, Array], left: int) -> tuple[Array, Array]:
        """Loads and prices to go on from."""
        known = [np.where(self.counts, np.concatenate(values) / self.unit, 0.0) for values in (before, after)]
        ahead = self.mixture.next(known[0], known[1], left)
        load, price = np.split(np.maximum(ahead * self.unit, 0.0), 2)
        return np.where(self.congests, load, after[0]), np.where(self.congests, price, after[1])


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
