"""Calibration: constants that make the base quarter exact.

Observed volumes are reproduced by construction; what that costs in free
constants is counted here and printed. Shadow prices of links that are full
at base are part of the base, so nothing moves when nothing happens.
"""

from dataclasses import dataclass

import numpy as np

from model import capacity as hard
from model import freight
from model.arrays import TINY, Array, Indices, Mask, Sparse, grouped_sum, reduce_rows
from model.network import Routes, resistance
from model.openings import gated
from model.setting import Setting
from model.state import State
from model.world import Exchange

FREIGHT_SWEEPS = 2500  # to a few parts in ten million; full power lines settle slowest
EXCHANGE_SWEEPS = 200


@dataclass(frozen=True)
class FreightBase:
    """Constants of one-sided markets and the base equilibrium, (…, R or 1).

    Markets: `theta`, `mu` (1/USD), `outside` g0 and logsum `cost` (USD/unit),
    `potential` (unit/quarter). Routes: `day_value` (USD/unit/day). Segments:
    `steepness` (1/USD), `load` (unit/quarter), shadow `price` (USD/unit).
    """

    theta: Array
    mu: Array
    outside: Array
    potential: Array
    day_value: Array
    steepness: Array
    load: Array
    price: Array
    cost: Array


@dataclass(frozen=True)
class ExchangeBase:
    """Constants of oil and gas and the base equilibrium, (…, R or 1).

    Ends: `*_theta`, `*_mu` (1/USD) and `*_quantity` (unit/quarter) of sources
    and sinks. Routes: `attraction` = ln(M PS) - c. Pairs: `constant` c.
    Segments: `steepness` (1/USD) and shadow `price` (USD/unit).
    """

    source_theta: Array
    sink_theta: Array
    source_mu: Array
    sink_mu: Array
    source_quantity: Array
    sink_quantity: Array
    attraction: Array
    constant: Array
    steepness: Array
    price: Array


def freight_base(setting: Setting, state: State, openness: Array) -> FreightBase:
    """Outside options that carry exactly the base volumes, with congestion and full links.

    `state` holds the capacity, cost and days of links at base, projects
    that already operate included; `openness` (Y, R or 1) of pairs.
    """
    market, routes = setting.world.freight, setting.world.freight.routes
    given, reachable = _choice(setting, state, openness)
    load, price = _assign(setting, given, reachable)
    _, _, logsum = freight.choose(routes, given, freight.route_cost(routes, given, load, price))
    mu = _mu(setting, given.theta)
    served = market.served[:, None]
    return FreightBase(
        theta=given.theta,
        mu=mu,
        outside=logsum + np.log(served / (1.0 - served)) / mu,
        potential=market.volume[:, None] / served,
        day_value=given.day_value,
        steepness=given.steepness,
        load=load,
        price=price,
        cost=logsum,
    )


def _choice(setting: Setting, state: State, openness: Array) -> tuple[freight.Conditions, Mask]:
    """Route choice at base with nobody staying outside, and which markets have an open route, (W, R or 1).

    A market without one is given all its routes, so that its constants exist
    on the day one opens.
    """
    world, market, routes = setting.world, setting.world.freight, setting.world.freight.routes
    segments, limit = routes.segments, routes.segments.smallest(state.capacity)
    usable = routes.open(limit) * gated(market.gate, openness)
    reachable = routes.market_sum(usable) > 0.0
    allowed = np.where(reachable[routes.market], usable, 1.0)
    day_value = _day_value(setting)
    cost, days = segments.total(state.cost), segments.total(state.days)
    theta = _theta(setting, allowed, routes.uses @ cost + day_value * (routes.uses @ days))
    given = freight.Conditions(
        capacity=limit,
        cost=cost,
        days=days,
        resistance=resistance(segments, state.days, state.capacity, world.links.congestible[:, None]),
        steepness=steepest(routes.carries, theta[routes.market]),
        extra=market.constant[:, None],
        day_value=day_value,
        allowed=allowed,
        theta=theta,
        mu=np.ones_like(theta),
        outside=np.full_like(theta, np.inf),
        potential=market.volume[:, None],
        alpha=setting.value("routing.congestion"),
    )
    return given, reachable


def _day_value(setting: Setting) -> Array:
    """USD per unit and day for each route, (H, R or 1) (eq. 2)."""
    market = setting.world.freight
    slow = np.atleast_1d(setting.value("routing.day_value_bulk"))
    fast = np.atleast_1d(setting.value("routing.day_value_container"))
    rate = np.where(market.bulk[:, None] > 0.0, slow[None, :], fast[None, :])
    return (rate * market.unit_value[:, None])[market.routes.market]


def _theta(setting: Setting, allowed: Array, cost: Array) -> Array:
    """theta_w = (theta g-bar) / mean cost of the market's open routes, (W, R)."""
    routes = setting.world.freight.routes
    mean = routes.market_sum(allowed * cost) / np.maximum(routes.market_sum(allowed + 0.0 * cost), TINY)
    return np.atleast_1d(setting.value("routing.theta_freight"))[None, :] / np.maximum(mean, 1.0)


def _mu(setting: Setting, theta: Array) -> Array:
    """Elasticity mu from the sourced margin where there is one, else from the nest ratio; never above theta."""
    market = setting.world.freight
    served, margin = market.served[:, None], market.margin[:, None]
    sourced = -np.log(1.0 - served) / (served * np.where(np.isnan(margin), 1.0, margin))
    prior = np.atleast_1d(setting.value("routing.nest_ratio"))[None, :] * theta
    return np.minimum(np.where(np.isnan(margin), prior, sourced), theta)


def _assign(setting: Setting, given: freight.Conditions, reachable: Mask) -> tuple[Array, Array]:
    """Loads and shadow prices that carry the base volumes, (S, R)."""
    routes = setting.world.freight.routes
    volume = given.potential * reachable
    load = np.zeros((len(routes.segments), given.theta.shape[1]))
    price = np.zeros_like(load)
    shadow = hard.Shadow(routes, given.capacity, given.steepness, given.allowed, every=1)
    for sweep in range(FREIGHT_SWEEPS):
        share, _, _ = freight.choose(routes, given, freight.route_cost(routes, given, load, price))
        target = routes.carries @ (volume[routes.market] * share)
        load = target if sweep == 0 else load + 0.5 * (target - load)
        price = shadow.next(price, load, sweep)
    return load, price


def steepest(carries: Sparse, theta: Array) -> Array:
    """Largest theta among the routes of each segment, (H, R) -> (S, R)."""
    return reduce_rows(np.maximum, theta, carries, 1.0)


def exchange_base(setting: Setting, state: State, openness: Array) -> ExchangeBase:
    """Pair constants that reproduce the base flows at the base prices (theory 7.2)."""
    system, pairs = setting.world.exchange, setting.world.exchange.pairs
    theta = commodity_theta(setting)
    paths = _paths(setting, state, openness, theta)
    price = _base_price(system, paths)
    sold, bought = _margins(system)
    mass = _mass(system, paths.first, sold, bought)
    constant = _constant(system, paths, price, mass)
    return ExchangeBase(
        source_theta=theta[pairs.source_commodity],
        sink_theta=theta[pairs.sink_commodity],
        source_mu=1.0 / system.source_margin[:, None],
        sink_mu=_sink_mu(setting),
        source_quantity=sold,
        sink_quantity=bought,
        attraction=pairs.routes.log_size + (np.log(mass) - constant)[system.pair],
        constant=constant,
        steepness=paths.steepness,
        price=price,
    )


@dataclass(frozen=True)
class _Paths:
    """Ways from sources to sinks at base.

    Routes (H, R or 1): `theta` and `usable`; `first` (N,) route of each pair.
    Segments (S, R or 1): `limit`, `cost` (USD/unit) and `steepness`.
    """

    theta: Array
    usable: Array
    first: Indices
    limit: Array
    cost: Array
    steepness: Array


def _paths(setting: Setting, state: State, openness: Array, theta: Array) -> _Paths:
    """Ways as links and pairs of states stand at base; `theta` by commodity."""
    system, pairs = setting.world.exchange, setting.world.exchange.pairs
    routes = pairs.routes
    limit = routes.segments.smallest(state.capacity)
    own = theta[pairs.source_commodity][pairs.source]
    return _Paths(
        theta=own,
        usable=routes.open(limit) * gated(system.gate, openness),
        first=np.flatnonzero(np.diff(system.pair, prepend=-1)),
        limit=limit,
        cost=routes.segments.total(state.cost),
        steepness=steepest(routes.carries, own),
    )


def _mass(system: Exchange, first: Indices, sold: Array, bought: Array) -> Array:
    """M of each pair: what its source sells times what its sink buys over the commodity's sales, (N, 1)."""
    pairs = system.pairs
    commodity = pairs.source_commodity[pairs.source[first]]
    total = np.bincount(pairs.source_commodity, sold[:, 0], pairs.commodities)
    mass: Array = sold[pairs.source[first]] * bought[pairs.sink[first]] / total[commodity][:, None]
    return mass


def _constant(system: Exchange, paths: _Paths, price: Array, mass: Array) -> Array:
    """Constant c of each pair, (N, R): makes its base flow what was observed at base prices (eq. 2a)."""
    pairs, routes, first = system.pairs, system.pairs.routes, paths.first
    reach = grouped_sum(_weights(routes, paths.theta, paths.usable, paths.cost + price), first)
    barred = grouped_sum(_weights(routes, paths.theta, np.ones_like(paths.usable), paths.cost), first)
    open_pair = reach > 0.0
    theta = paths.theta[first]
    logsum = -np.log(np.where(open_pair, reach, barred)) / theta
    gap = system.sink_price[pairs.sink[first]] - system.source_price[pairs.source[first]]
    observed = theta * (gap[:, None] - logsum) + np.log(mass / np.maximum(system.flow, TINY)[:, None])
    seen = open_pair & (system.flow > 0.0)[:, None]
    return np.where(seen, observed, _unseen(system, first, observed, seen))


def commodity_theta(setting: Setting) -> Array:
    """Steepness theta of each commodity, 1/USD, (commodities, R): prior over the mean base price gap."""
    system, pairs = setting.world.exchange, setting.world.exchange.pairs
    first = np.flatnonzero(np.diff(system.pair, prepend=-1))
    gap = system.sink_price[pairs.sink[first]] - system.source_price[pairs.source[first]]
    commodity = pairs.source_commodity[pairs.source[first]]
    weight = np.bincount(commodity, system.flow, pairs.commodities)
    mean = np.bincount(commodity, system.flow * gap, pairs.commodities) / np.maximum(weight, TINY)
    scale = [np.atleast_1d(setting.value(f"routing.theta_{name}")) for name in setting.world.axes["exchange"]]
    return np.stack(np.broadcast_arrays(*scale)) / np.maximum(mean, 1.0)[:, None]


def _weights(routes: Routes, theta: Array, usable: Array, cost: Array) -> Array:
    """PS exp(-theta g) of usable routes, (H, R)."""
    weight: Array = usable * np.exp(
        np.maximum(routes.log_size - theta * (routes.uses @ cost), -freight.LARGEST_EXPONENT)
    )
    return weight


def _base_price(system: Exchange, paths: _Paths) -> Array:
    """Shadow prices under which the base pair flows fit on the network, (S, R)."""
    routes, limit = system.pairs.routes, paths.limit
    price = np.zeros((len(routes.segments), paths.theta.shape[1]))
    shadow = hard.Shadow(routes, limit, paths.steepness, paths.usable, every=1)
    for sweep in range(EXCHANGE_SWEEPS):
        weight = _weights(routes, paths.theta, paths.usable, paths.cost + price)
        total = grouped_sum(weight, paths.first)[system.pair]
        flow = system.flow[system.pair][:, None] * weight / np.maximum(total, TINY)
        load = routes.carries @ flow
        price = shadow.next(price, load, sweep)
    return price


def _margins(system: Exchange) -> tuple[Array, Array]:
    """Base quantities of sources and sinks: sums of base pair flows, (A, 1), (D, 1)."""
    pairs = system.pairs
    first = np.flatnonzero(np.diff(system.pair, prepend=-1))
    sold = np.bincount(pairs.source[first], system.flow, pairs.from_source.shape[0])
    bought = np.bincount(pairs.sink[first], system.flow, pairs.to_sink.shape[0])
    return (sold + system.source_unseen)[:, None], (bought + system.sink_unseen)[:, None]


def _unseen(system: Exchange, first: Indices, observed: Array, seen: Mask) -> Array:
    """Constant of a pair never open: flow-weighted mean of its source's and sink's, else of the commodity.

    Of a source that sells crude oil and products, only sales of the goods that the sink buys count.
    """
    pairs = system.pairs
    weight = np.where(seen, system.flow[:, None], 0.0)
    value = np.where(seen, observed, 0.0) * weight
    source, sink = pairs.source[first], pairs.sink[first]
    commodity = pairs.source_commodity[source]
    sale = source * (int(system.sink_goods.max()) + 1) + system.sink_goods[sink]
    local_weight = _total(sale, weight)[sale] + _total(sink, weight)[sink]
    local = _total(sale, value)[sale] + _total(sink, value)[sink]
    wide = _total(commodity, value)[commodity] / np.maximum(_total(commodity, weight)[commodity], TINY)
    return np.where(local_weight > 0.0, local / np.maximum(local_weight, TINY), wide)


def _total(group: Indices, values: Array) -> Array:
    """Sums by group number, (N, R) -> (groups, R)."""
    total = np.zeros((int(group.max()) + 1, values.shape[1]))
    np.add.at(total, group, values)
    return total


def _sink_mu(setting: Setting) -> Array:
    """mu_d = elasticity / p0; world-market outlets are price takers, (D, R)."""
    system = setting.world.exchange
    own = np.atleast_1d(setting.value("markets.sink_elasticity"))[None, :]
    taker = np.atleast_1d(setting.value("markets.outlet_elasticity"))[None, :]
    elasticity = np.where(system.outlet[:, None] > 0.0, taker, own)
    return elasticity / system.sink_price[:, None]
