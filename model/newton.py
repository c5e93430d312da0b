"""Newton's method for two-sided clearing, in runs in which sweeps have not settled it.

Sweeps lower the price of a line that has room again by little steps; where
several lines of one way were full it takes them thousands. The same
equilibrium is the least of a convex function of all prices, whose slopes are
what is left between both sides of each end and line (theory 7.2, eqs. 2a and
2b). Newton's method finds it in a few steps. Prices of room stay above zero, and those of sources above what they
keep their goods for, by projection, after Bertsekas (1982), doi 10.1137/0320018.
"""

from dataclasses import dataclass, replace

import numpy as np

from model import exchange
from model.arrays import Array, Indices, Mask, merge, mix, only, stacked
from model.curvature import Curvature, curvature
from model.exchange import (
    LARGEST_EXPONENT,
    Commodity,
    Conditions,
    Outcome,
    Pairs,
    demand,
    keeps,
    level,
    outcome,
    supply,
)

SWEEPS = 5
UNSETTLED = 1e-4  # of what an end trades, or of the exponent of a flow by the price of a line and its empty share
MOST_STEPS = 1000  # where prices are far off each step takes one from the exponent of a flow
SETTLED = 1e-9  # of what is sold, bought or has room: what may be left between the two sides of each
GIVING = 1e-8  # of its room, by which a full line gives way, by the exponent of what it asks: equals in a row ask alike
EMPTY = 0.01  # of its size, which a line, or a source at its limit, is thought to trade at least: else no slope is left
DECREASE = 1e-4  # of what the slope promises, from which on a step is taken
HAIR = 1e-12  # of the lowest value of a price, by which it may seem to be above that
ROUNDING = 1e-12  # of the potential, by which it may seem to rise next to its least
SHORTEST = 1e-9
MOST_SETS = 200  # of prices at nothing that are tried in a step
TRIES = 3.0  # all at once, before they are changed one by one


@dataclass(frozen=True)
class System:
    """One commodity in runs R.

    Unknowns N are prices of sources and sinks above their base and prices of
    room, USD per unit. `free` (H, R) is the exponent of a route's flow when
    all are nothing, `allowed` (H, R or 1), `theta` (1, R or 1) 1/USD. By unknown,
    (N, R): `quantity`, unit/quarter, and `mu`, 1/USD, of ends, nothing for
    room; `limit`, the most that a source puts out or a line carries;
    `lowest`, what a price of a source or of room cannot be below.
    """

    shape: Commodity
    free: Array
    allowed: Array
    theta: Array
    quantity: Array
    mu: Array
    limit: Array
    lowest: Array

    def flow(self, prices: Array) -> Array:
        """Flows of routes at some prices, unit/quarter, (H, R)."""
        exponent = self.free + self.theta * mix(self.shape.signs, prices)
        return np.asarray(self.allowed * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT)))

    def wanted(self, prices: Array) -> Array:
        """What ends would put out or take in at some prices without limits; nothing for room, (N, R)."""
        exponent = self.shape.kind * self.mu * prices
        return np.asarray(self.quantity * np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT)))

    def most(self) -> Array:
        """The limit of sources, inf for all else, (N, R)."""
        return np.where(self.shape.kind > 0.0, self.limit, np.inf)

    def room(self) -> Array:
        """What lines have room for; nothing for ends, (N, R)."""
        return np.where(self.shape.kind == 0.0, self.limit, 0.0)

    def size(self) -> Array:
        """What slopes are measured by: what ends trade at base prices, what lines have room for, (N, R)."""
        return np.where(self.shape.kind == 0.0, self.limit, self.quantity)

    def held(self, prices: Array) -> Array:
        """Prices none of which is below its lowest; those next to it are set to it, which rounding may not reach."""
        near = HAIR * np.abs(np.where(np.isfinite(self.lowest), self.lowest, 0.0))
        return np.where(prices - self.lowest <= near, self.lowest, prices)

    def potential(self, prices: Array, flow: Array) -> Array:
        """The convex function whose least is the equilibrium, USD a quarter, (R,)."""
        room, wanted, most = self.shape.kind == 0.0, self.wanted(prices), self.most()
        over = np.log(np.maximum(wanted / most, 1.0))  # mu times what a source at its limit earns beyond
        ends = np.where(room, 0.0, np.minimum(wanted, most) * (1.0 + over) / np.where(room, 1.0, self.mu))
        held = np.where(room, prices * (1.0 + GIVING * self.theta * prices / 2.0), 0.0) * self.room()
        return np.asarray((flow / self.theta).sum(axis=0) + (ends + held).sum(axis=0))

    def slope(self, prices: Array, flow: Array) -> Array:
        """Its gradient: put out less sold, bought less taken in, room less load, unit/quarter, (N, R)."""
        room = self.room() * (1.0 + GIVING * self.theta * prices)
        own = self.shape.kind * np.minimum(self.wanted(prices), self.most())
        return np.asarray(mix(self.shape.by_unknown, flow) + own + room)

    def curvature(self, prices: Array, flow: Array) -> Curvature:
        """Its Hessian, more where little else is traded."""
        found, shape = mix(self.shape.products, self.theta * flow), self.shape.pattern
        room, diagonal, wanted = self.shape.kind == 0.0, found[shape.diagonal], self.wanted(prices)
        own = np.where(wanted < self.most(), self.mu * wanted, 0.0)
        empty = np.where(own > 0.0, 0.0, np.maximum(EMPTY * self.theta * self.size() - diagonal, 0.0))
        found[shape.diagonal] += np.where(room, GIVING * self.theta * self.room(), own) + empty
        return curvature(shape, found)

    def of(self, runs: Indices | Mask) -> "System":
        """The system of some runs."""
        names = ("free", "allowed", "theta", "quantity", "mu", "limit", "lowest")
        return replace(self, **{name: getattr(self, name)[:, runs] for name in names})


def solve(pairs: Pairs, given: Conditions, start: Outcome, *, mixed: bool = True, least: float = UNSETTLED) -> Outcome:
    """Prices and flows after a few sweeps from `start`, cleared in the runs that these leave further off than `least`.

    ODD 7.5.
    """
    solved = exchange.solve(pairs, given, start, SWEEPS, mixed=mixed)
    every = solved.flow.shape[1]
    for commodity, runs in enumerate(unsettled(pairs, given, solved, least)):
        if len(runs):
            part = clear(pairs, only(given, runs, every), only(solved, runs, every), commodity)
            solved = merge(solved, part, runs)
    return solved


def unsettled(pairs: Pairs, given: Conditions, solved: Outcome, least: float = UNSETTLED) -> list[Indices]:
    """Runs, by commodity, in which an end does not balance or a line that is not full asks a price that steers.

    `least` is how far off they are: the share of what an end trades, or of the exponent of a flow.
    """
    live = stacked(pairs.from_source @ given.allowed, pairs.to_sink @ given.allowed) > 0.0
    moved = stacked(solved.source_quantity, solved.sink_quantity)
    wanted = stacked(supply(given, solved.source_price), demand(given, solved.sink_price))
    kept = np.concatenate([keeps(given, solved.source_price), np.zeros_like(solved.sink_price, dtype=bool)])
    gap = np.where(kept, np.maximum(moved - wanted, 0.0), np.abs(moved - wanted))
    ends = np.where(live, gap / stacked(given.source_quantity, given.sink_quantity), 0.0)
    limited = np.isfinite(given.capacity) & (given.capacity > 0.0)
    empty = np.where(limited, 1.0 - solved.load / np.where(limited, given.capacity, 1.0), 0.0)
    strays = stacked(ends, given.steepness * solved.price * empty) > least
    return [np.flatnonzero(strays[commodity.cells].any(axis=0)) for commodity in pairs.of_commodity]


def clear(pairs: Pairs, given: Conditions, start: Outcome, commodity: int) -> Outcome:
    """`start` (every run R) with one commodity cleared.

    ODD 7.5.
    """
    shape = pairs.of_commodity[commodity]
    ends = pairs.from_source.shape[0], pairs.from_source.shape[0] + pairs.to_sink.shape[0]
    known = stacked(start.source_price, start.sink_price, start.price)
    base = stacked(given.source_price, given.sink_price, np.zeros_like(start.price))
    system, fixed = _system(pairs, given, shape, known.shape[1])
    known[shape.cells] = base[shape.cells] + settle(system, (known - base)[shape.cells], fixed)
    return outcome(pairs, given, *np.split(known, ends))


def _system(pairs: Pairs, given: Conditions, shape: Commodity, runs: int) -> tuple[System, Mask]:
    """The system of a commodity, and which of its prices cannot move, (N, R): ends and lines no open route uses."""
    sizes = pairs.from_source.shape[0], pairs.to_sink.shape[0], len(pairs.routes.segments)

    def every(*parts: Array | float) -> Array:
        spread = [np.broadcast_to(part, (size, runs)) for part, size in zip(parts, sizes, strict=True)]
        return np.concatenate(spread)[shape.cells]

    def of_routes(values: Array) -> Array:
        return np.broadcast_to(values, (len(pairs.routes), runs))[shape.routes]

    limited = (np.isfinite(given.capacity) & (given.capacity > 0.0)).astype(np.float64)
    system = System(
        shape=shape,
        free=of_routes(level(pairs, given)),
        allowed=of_routes(given.allowed),
        theta=every(given.source_theta, 0.0, 0.0)[:1],
        quantity=every(given.source_quantity, given.sink_quantity, 0.0),
        mu=every(given.source_mu, given.sink_mu, 0.0),
        limit=every(given.source_limit, np.inf, np.where(limited > 0.0, given.capacity, 1.0)),
        lowest=every(given.source_reserve - given.source_price, -np.inf, 0.0),
    )
    reached = mix(abs(shape.by_unknown), system.allowed) > 0.0
    return system, ~reached | (every(1.0, 1.0, limited) == 0.0)


def settle(system: System, prices: Array, fixed: Mask) -> Array:
    """Prices (N, R) at which all clears, from others; those `fixed` (N, R) stay. Not a number where none are found.

    Runs leave one by one as they have settled, so that each is what it would be alone.
    """
    prices, going, size = _nearest(system, prices, fixed), np.arange(prices.shape[1]), system.size()
    for _ in range(MOST_STEPS):
        part, now = system.of(going), prices[:, going]
        flow = part.flow(now)
        slope = np.where(fixed[:, going], 0.0, part.slope(now, flow))
        off = np.where(now <= part.lowest, np.minimum(slope, 0.0), slope)
        more = (np.abs(off) / size[:, going]).max(axis=0) > SETTLED
        if not more.any():
            break
        going, part = going[more], part.of(more)
        now, flow, slope = now[:, more], flow[:, more], slope[:, more]
        prices[:, going] = _searched(part, now, flow, slope, _direction(part, now, flow, slope, fixed[:, going]))
    else:
        prices[:, going] = np.nan
    return prices


def _nearest(system: System, prices: Array, fixed: Mask) -> Array:
    """Where to set out from, (N, R): prices, or those of the base quarter in runs in which these lie lower.

    Where much was scarce and is no more, the last prices are so far off that a step from them may end anywhere.
    """
    known, base = (np.where(fixed, prices, system.held(tried)) for tried in (prices, np.zeros_like(prices)))
    better = system.potential(known, system.flow(known)) <= system.potential(base, system.flow(base))
    return np.where(better, known, base)


def _direction(system: System, prices: Array, flow: Array, slope: Array, fixed: Mask) -> Array:
    """Newton's step, in which no price ends below its lowest, (N, R).

    The least of the parabola that touches the potential, over prices not
    below that. Cutting a free step there instead would let a price of room a
    hair above nothing stop all others.
    """
    bend, above, size = system.curvature(prices, flow), prices - system.lowest, system.size()
    resting, step = ~fixed & (above <= 0.0) & (slope > 0.0), np.zeros_like(prices)
    going, least, tries = np.arange(prices.shape[1]), np.full(prices.shape[1], len(prices)), np.zeros(prices.shape[1])
    for _ in range(MOST_SETS):
        held = fixed[:, going] | resting[:, going]
        part = bend.step(slope[:, going], np.where(resting[:, going], -above[:, going], 0.0), held)
        bent = slope[:, going] + bend.bent(part)
        low = np.where(resting[:, going], bent / size[:, going], above[:, going] + part)
        step[:, going], wrong = part, ~fixed[:, going] & (low < -SETTLED)
        if not wrong.any():
            break
        swap, least[going], tries[going] = _swapped(wrong, least[going], tries[going])
        resting[:, going] ^= swap
        more = wrong.any(axis=0)
        going, bend = going[more], bend.of(more)
    return step


def _swapped(wrong: Mask, least: Indices, tries: Array) -> tuple[Mask, Indices, Array]:
    """Which prices to free or to set to nothing next: all that are wrong while these get fewer, else the last of them.

    Block pivoting after Judice and Pires (1994), doi 10.1016/0305-0548(94)90106-6, which ends always.
    """
    count = wrong.sum(axis=0)
    fewer = count < least
    tries = np.where(fewer, TRIES, tries - 1.0)
    last = wrong & (np.arange(len(wrong))[:, None] == len(wrong) - 1 - wrong[::-1].argmax(axis=0))
    return np.where(tries >= 0.0, wrong, last), np.minimum(count, least), tries


def _searched(system: System, prices: Array, flow: Array, slope: Array, step: Array) -> Array:
    """Prices along a step, none below its lowest, at the first half of it at which a run's potential falls, (N, R)."""
    before, found = system.potential(prices, flow), prices.copy()
    going, length = np.arange(prices.shape[1]), 1.0
    while len(going) and length > SHORTEST:
        part = system.of(going)
        tried = part.held(prices[:, going] + length * step[:, going])
        promised = (slope[:, going] * (tried - prices[:, going])).sum(axis=0)
        allowed = before[going] + DECREASE * promised + ROUNDING * np.abs(before[going])
        fell = part.potential(tried, part.flow(tried)) <= allowed
        found[:, going[fell]] = tried[:, fell]
        going, length = going[~fell], length / 2.0
    return found
