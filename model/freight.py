"""One-sided clearing: freight, power and fibre choose routes by nested logit.

Each market has a potential volume, an outside option and up to a dozen
routes (theory 7.4, eqs. 1-6).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model import capacity as hard
from model.acceleration import Anderson, Sweep, settled
from model.arrays import TINY, Array, Mask, rows_of, spread_rows, stacked, summing
from model.network import Routes, transit_time

LARGEST_EXPONENT = 600.0
DAMPING = 0.8  # of the way to a new assignment in a sweep
UNSETTLED = 0.02  # of the exponent of a flow, by the price of a line and its empty share


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


def choose(routes: Routes, given: Conditions, cost: Array) -> tuple[Array, Array, Array]:
    """Route shares (H, R), served share (W, R) and logsum cost (W, R) (eqs. 3-5)."""
    best = attraction(routes, given, cost)
    exponent = routes.log_size - given.theta[routes.market] * cost - best[routes.market]
    weight = weigh(given, exponent)
    total = routes.market_sum(weight)
    served, logsum = serve(given, total, best)
    return weight / np.maximum(total, TINY)[routes.market], served, logsum


def weigh(given: Conditions, exponent: Array) -> Array:
    """Weight of routes beside the most attractive of their market, (H, R); 0 when barred. Overwrites `exponent`."""
    np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT, out=exponent)
    weight: Array = given.allowed * np.exp(exponent, out=exponent)
    return weight


def serve(given: Conditions, total: Array, best: Array) -> tuple[Array, Array]:
    """Served share of potential demand and logsum cost, (W, R), from the summed weights of routes (eqs. 4, 5)."""
    logsum = -(np.log(np.maximum(total, TINY)) + best) / given.theta
    dearer = np.clip(given.mu * (logsum - given.outside), -LARGEST_EXPONENT, LARGEST_EXPONENT)
    return np.where(total > 0.0, 1.0 / (1.0 + np.exp(dearer)), 0.0), logsum


def solve(  # noqa: PLR0913 - what it starts from, what is given, and how it is solved
    routes: Routes, given: Conditions, load: Array, price: Array, sweeps: int, *, mixed: bool = True
) -> Outcome:
    """Equilibrium by `sweeps` damped steps, each with one shadow-price update, `mixed` every few of them.

    Starts from last quarter's `load` and `price` (S, R). The last assignment
    is fitted under capacity, so loads never exceed it.

    ODD 7.5.
    """
    rows = routes.live(given.allowed)  # the others change nothing
    part = routes.part(rows)
    some = replace(given, **{name: rows_of(getattr(given, name), rows) for name in ("extra", "day_value", "allowed")})
    sweep = _sweep(part, some, attraction(part, some, route_cost(part, some, load, price)))
    known = settled(sweep, stacked(load, price), sweeps, _mixture(routes, given) if mixed else None)
    solved = _finish(part, some, *np.split(known, 2))
    flow, share = (spread_rows(values, rows, len(routes)) for values in (solved.flow, solved.share))
    return replace(solved, flow=flow, share=share)


def unsettled(given: Conditions, solved: Outcome) -> Mask:
    """Runs in which a line that is not full asks a price that steers, (R,)."""
    limited = np.isfinite(given.capacity) & (given.capacity > 0.0)
    empty = np.where(limited, 1.0 - solved.load / np.where(limited, given.capacity, 1.0), 0.0)
    return np.asarray((given.steepness * solved.price * empty > UNSETTLED).any(axis=0))


def _sweep(routes: Routes, given: Conditions, best: Array) -> Sweep:
    """Loads and shadow prices below each other, (2 S, R): an assignment, damped, and what full segments ask."""
    assigned = _assignment(routes, given, best)
    shadow = hard.Shadow(routes, given.capacity, given.steepness, given.allowed)

    def sweep(known: Array, number: int) -> Array:
        load, price = known[: len(routes.segments)], known[len(routes.segments) :]
        load = load + DAMPING * (routes.carries @ assigned(load, price) - load)
        return np.concatenate([load, shadow.next(price, load, number)])

    return sweep


def _assignment(routes: Routes, given: Conditions, best: Array) -> Callable[[Array, Array], Array]:
    """Flow of routes, (H, R), as a function of loads and prices (S, R).

    Only shadow prices and delays on what congests differ from sweep to sweep.
    `best` (W, R) is the attraction found at an earlier, similar cost.
    """
    nothing = np.zeros((len(routes.segments), 1))
    theta, slow = given.theta[routes.market], np.flatnonzero((given.resistance > 0.0).any(axis=1))
    level = routes.log_size - theta * route_cost(routes, given, nothing, nothing) - best[routes.market]
    slowed, resistance = routes.uses[:, slow], given.resistance[slow]

    def assigned(load: Array, price: Array) -> Array:
        delay = transit_time(np.zeros((1, 1)), resistance, load[slow], given.alpha)
        weight = weigh(given, level - theta * (routes.uses @ price + given.day_value * (slowed @ delay)))
        total = routes.market_sum(weight)
        served, _ = serve(given, total, best)
        return weight * (given.potential * served / np.maximum(total, TINY))[routes.market]

    return assigned


def _mixture(routes: Routes, given: Conditions) -> Anderson:
    """Mixture of loads and prices where lines congest.

    Capacity, where there is one, and the price that changes choice by a
    factor e make both alike. Wires, which run empty or full, are left as they
    settle: there a mixture overshoots. What has no limit slows nothing, so
    its load has no say.
    """
    limited = np.isfinite(given.capacity) & (given.capacity > 0.0)
    size = np.where(limited, 1.0 / np.where(limited, given.capacity, 1.0), 0.0)
    system, count = routes.systems
    congests = (summing(system, count) @ (given.resistance > 0.0).astype(np.float64))[system] > 0.0
    mixes = np.tile(congests & limited, (2, 1))
    return Anderson(np.tile(system, 2), count, scale=stacked(size, given.steepness), lowest=0.0, mixes=mixes)


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
