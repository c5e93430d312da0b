"""Clearing: this quarter's flows and prices of all layers."""

from dataclasses import replace

import numpy as np

from model import exchange, freight, newton
from model.arrays import Array, Mask, merge, mix, only
from model.contracts import capacity as exchange_capacity
from model.contracts import limits
from model.links import dyad_openness
from model.network import resistance
from model.now import Now
from model.openings import gated
from model.state import State
from model.trade import trade_share, transit_share

TRACE = 1e-9  # unit per quarter, where logarithms want something
ROUNDS = 2  # of solving on, at most
CLOSURE = np.array([0.0, 0.0, 0.3, 1.0])  # share of a route shut at coercion levels 0 to 3


def clearing(state: State, now: Now) -> State:
    """Solve both systems from last quarter's loads and prices.

    Of freight, power and fibre, runs with a structural event this quarter or
    in which ways opened or shut are solved on, and so are those in which a
    line that is not full asks a price that steers; each run's arithmetic is
    the same whatever its block.
    """
    changed = state.structural | state.rerouted
    return replace(state, freight=_freight(state, now, changed), exchange=_exchange(state, now))


def _freight(state: State, now: Now, changed: Mask) -> freight.Outcome:
    """One-sided markets of this quarter; `changed` runs (R,) are solved on at least once."""
    routes, given = now.world.freight.routes, freight_conditions(state, now)
    short, long = sweeps(now, "clearing.sweeps"), sweeps(now, "clearing.sweeps_structural")
    solved, going = freight.solve(routes, given, state.freight.load, state.freight.price, short), changed
    for _ in range(ROUNDS):
        runs = np.flatnonzero(going | freight.unsettled(given, solved))
        if not len(runs):
            break
        load, price = solved.load[:, runs], solved.price[:, runs]
        rest = freight.solve(routes, only(given, runs, now.runs), load, price, long - short, mixed=False)
        solved, going = merge(solved, rest, runs), np.zeros_like(changed)
    return solved


def _exchange(state: State, now: Now) -> exchange.Outcome:
    """Oil and gas of this quarter."""
    return newton.solve(now.world.exchange.pairs, exchange_conditions(state, now), state.exchange)


def sweeps(now: Now, name: str) -> int:
    """A number of sweeps, the same for all runs of a block."""
    return int(np.max(now.value(name)))


def closure(coercion: Array) -> Array:
    """Share of what a pole controls that it shuts at each level of coercion."""
    shut: Array = CLOSURE[np.clip(coercion, 0.0, 3.0).astype(np.intp)]
    return shut


def allowed(owners: Array, power: Array, coercion: Array) -> Array:
    """Share of each route coercion leaves usable, (H, R).

    prod over (owner, pole) of 1 - closure(level) power; `owners` (H, C) marks
    the routes of a country's markets, `power` (H, K) what poles can shut.
    """
    shut = closure(coercion)
    usable = np.ones((len(power), coercion.shape[-1]))
    for country, pole in zip(*np.nonzero(shut.max(axis=-1) > 0.0), strict=True):
        share, closed = owners[:, country] * power[:, pole], shut[country, pole]
        where = np.ix_(np.flatnonzero(share), np.flatnonzero(closed))
        usable[where] *= 1.0 - share[where[0]] * closed[where[1]]
    return usable


def freight_conditions(state: State, now: Now) -> freight.Conditions:
    """What one-sided clearing takes as given now."""
    market, base, segments = now.world.freight, now.base.freight, now.world.freight.routes.segments
    capacity = segments.smallest(state.capacity)
    barred = allowed(market.owners, market.routes.power, state.coercion)
    return freight.Conditions(
        capacity=capacity,
        cost=segments.total(state.cost),
        days=segments.total(state.days),
        resistance=resistance(segments, state.days, state.capacity, now.world.links.congestible[:, None]),
        steepness=base.steepness,
        extra=market.constant[:, None],
        day_value=base.day_value,
        allowed=market.routes.open(capacity)
        * barred
        * gated(market.gate, dyad_openness(state, now))
        * trade_share(now.world.trade.freight, now)
        * transit_share(now.world.transit.freight, now),
        theta=base.theta,
        mu=base.mu,
        outside=base.outside,
        potential=state.potential,
        alpha=now.value("routing.congestion"),
    )


def exchange_conditions(state: State, now: Now) -> exchange.Conditions:
    """What two-sided clearing takes as given now; a source or sink whose volume an edit made 0 shuts its routes."""
    system, base = now.world.exchange, now.base.exchange
    routes, (most, ways) = system.pairs.routes, limits(state, now)
    running = (state.source_quantity > 0.0)[system.pairs.source] & (state.sink_quantity > 0.0)[system.pairs.sink]
    capacity = exchange_capacity(state, now, most)
    return exchange.Conditions(
        capacity=capacity,
        cost=routes.segments.total(state.cost),
        steepness=base.steepness,
        attraction=base.attraction,
        allowed=running
        * ways[system.pair]
        * routes.open(capacity)
        * allowed(system.owners, routes.power, state.coercion)
        * gated(system.gate, dyad_openness(state, now))
        * trade_share(now.world.trade.exchange, now)[system.pair]
        * transit_share(now.world.transit.exchange, now),
        source_theta=base.source_theta,
        sink_theta=base.sink_theta,
        source_mu=base.source_mu,
        sink_mu=base.sink_mu,
        source_quantity=np.maximum(state.source_quantity, TRACE),
        sink_quantity=np.maximum(state.sink_quantity, TRACE),
        source_price=state.source_price,
        sink_price=state.sink_price,
        source_limit=source_limit(state, now),
        source_reserve=now.value("markets.reserve_price") * state.source_price,
    )


def source_limit(state: State, now: Now) -> Array:
    """Most that oil and gas sources can put out this quarter, unit per quarter, (A, R); inf where not scarce."""
    spare = now.world.exchange.source_spare[:, None]
    limited = np.isfinite(spare) & (now.value("markets.field_limits") > 0.0)
    quantity = np.maximum(state.source_quantity, TRACE)
    return np.where(limited, quantity * (1.0 + np.where(limited, spare, 0.0)), np.inf)


def transport_cost(state: State, now: Now) -> Array:
    """Logsum cost of each market without what a bar on its trade adds, USD per unit, (W, R).

    A ban makes no road longer: the other way between the two costs what it
    did. Trade that is barred altogether shows no cost, so that of the base
    quarter stands. Where a market trades with several, what is left of those
    that are barred least counts.
    """
    base, routes = now.base.freight, now.world.freight.routes
    share = np.maximum.reduceat(trade_share(now.world.trade.freight, now), routes.start)
    known = state.freight.cost + np.log(np.where(share > 0.0, share, 1.0)) / base.theta
    return np.where(share > 0.0, known, base.cost)


def delivered_cost(state: State, now: Now) -> Array:
    """Log delivered-cost factor between countries and poles, (C, P, R).

    Volume-weighted mean of ln(1 + I_w / unit value) over the markets of a
    country with a pole (theory 7.17).
    """
    market = now.world.freight
    value = np.maximum(market.unit_value[:, None], 1.0)
    factor = np.log1p(np.maximum(transport_cost(state, now), 0.0) / value)
    countries, poles = len(now.world.axes["country"]), len(now.world.axes["pole"])
    return mix(market.partner, factor).reshape(countries, poles, -1)
