"""Dependence: what each country would lose if a controller withheld (theory 7.5).

Closed forms every quarter; large cells are corrected by the ratio found when
the withdrawal was solved in full (withholding.py).
"""

from dataclasses import dataclass, replace

import numpy as np

from model.arrays import TINY, Array, Indices, Mask, mix, spread_rows
from model.axes import CHANNELS
from model.clearing import source_limit
from model.contracts import capacity, limits
from model.exchange import Outcome as ExchangeOutcome
from model.exchange import source_surplus
from model.freight import Outcome as FreightOutcome
from model.freight import surplus
from model.losses import (
    ALMOST_NONE,
    End,
    Market,
    attainable,
    capped_market_loss,
    dependence_index,
    end_loss,
    export_loss,
    headroom,
    import_loss,
)
from model.markets import on_sale, price_factors, sink_growth
from model.network import Routes
from model.now import Now
from model.rents import scarcity_rent, transit_rent
from model.state import State
from model.trade import trade_share
from model.world import Exchange, World


@dataclass(frozen=True)
class NetworkLoss:
    """Network part of dependence, million USD a quarter; `transit` (C, K, R) is signed.

    `parts` (1 + commodities, C, K, R) is the surplus of one-sided markets and
    then of the sources and sinks of each commodity: they are corrected apart.
    """

    parts: Array
    transit: Array

    @property
    def surplus(self) -> Array:
        """Surplus of all parts before any correction, (C, K, R)."""
        whole: Array = np.add.reduce(self.parts, axis=0)
        return whole

    def corrected(self, correction: Array, output: Array) -> Array:
        """Surplus of all parts, each corrected, losses alone, million USD a quarter, (C, K, R).

        `correction` (2, parts, C, K, R): the ratio of the full solve to the closed form, and the closed form where it
        was found, as a share of `output` (C, 1, R). A ratio above one says that the closed form misses so much there,
        not that it misses as many times more where it is larger.
        """
        (ratio, seen), parts = correction, np.maximum(self.parts, 0.0)
        missed = np.maximum(ratio - 1.0, 0.0) * np.minimum(parts, seen * output)
        whole: Array = np.add.reduce(np.minimum(ratio, 1.0) * parts + missed, axis=0)
        return whole


@dataclass(frozen=True)
class Stake:
    """What a withdrawal is held against, whoever withdraws: markets and ends as they trade.

    `*_room` (H, R): most each route could carry with its share of capacity,
    unit per quarter; `buying_room` also of what its source could put out
    more, which holds nobody who sells.
    """

    market: Market
    source: End
    sink: End
    freight_room: Array
    selling_room: Array
    buying_room: Array


def dependence(state: State, now: Now) -> State:
    """Losses by controller and channel, visibility and transit fees of this quarter.

    ODD 7.6.
    """
    poles = np.arange(len(now.world.axes["pole"]))
    network = network_loss(state, now, poles)
    channels = pole_channels(state, now, network)
    rent = transit_rent(state, now)
    return replace(
        state,
        loss_channel=channels,
        loss=total_loss(channels),
        visibility=visibility(state, now),
        rent=rent,
        surplus=network.surplus,
        gain=gain(state, now),
    )


def all_controllers(state: State, now: Now) -> Array:
    """Loss toward every controller, share of GDP, (C, K, R).

    Pole columns carry all channels, the others the network and transit only;
    a country depends on itself by nobody's measure, so those cells are 0.
    """
    axes = now.world.axes
    others = np.arange(len(axes["pole"]), len(axes["controller"]))
    network = network_loss(state, now, others)
    output = country_gdp(state, now)[:, None]
    surplus = network.corrected(now.base.correction(state, now)[:, :, :, others], output)
    loss = (surplus + np.maximum(network.transit, 0.0)) / output
    whole: Array = np.concatenate([state.loss, loss], axis=1) * foreign(now)[:, :, None]
    return whole


def foreign(now: Now) -> Mask:
    """Whether a controller is another than the country itself, (C, K)."""
    axes = now.world.axes
    return np.array([[country != controller for controller in axes["controller"]] for country in axes["country"]])


def country_gdp(state: State, now: Now) -> Array:
    """GDP of countries, million USD a quarter, (C, R)."""
    return state.gdp[: len(now.world.axes["country"])]


def network_loss(state: State, now: Now, controllers: Indices) -> NetworkLoss:
    """Surplus and transit lost, toward some controllers, (C, K', R)."""
    market, system, held = now.world.freight, now.world.exchange, stake(state, now)
    parts, transit = [], []
    for controller in map(int, controllers):
        lost, freight_fees = _freight_loss(state, now, controller, held)
        sold, bought, exchange_fees = _exchange_loss(state, now, controller, held)
        parts.append(np.stack([mix(market.incidence, lost), *owned(system, sold, bought)]))
        transit.append(freight_fees + exchange_fees)
    return NetworkLoss(np.stack(parts, axis=2), np.stack(transit, axis=1))


def owned(system: Exchange, sold: Array, bought: Array) -> list[Array]:
    """What owners of sources (A, ..., R) and sinks (D, ..., R) lose in each commodity, (C, ..., R) each."""
    return [
        mix(system.source_owner, _where(system.pairs.source_commodity == commodity, sold))
        + mix(system.sink_owner, _where(system.pairs.sink_commodity == commodity, bought))
        for commodity in range(system.pairs.commodities)
    ]


def _where(rows: Mask, values: Array) -> Array:
    """`values` with all but some rows 0."""
    kept: Array = np.where(rows.reshape(-1, *[1] * (values.ndim - 1)), values, 0.0)
    return kept


def layer_losses(state: State, now: Now, controllers: Indices) -> Array:
    """Surplus lost by layer and controller before any correction, million USD a quarter, (layer, C, K', R)."""
    held, columns = stake(state, now), []
    for controller in map(int, controllers):
        markets, _ = _freight_loss(state, now, controller, held)
        sources, sinks, _ = _exchange_loss(state, now, controller, held)
        columns.append(by_layer(now.world, markets, sources, sinks))
    return np.stack(columns, axis=2)


def by_layer(world: World, markets: Array, sold: Array, bought: Array) -> Array:
    """What owners of markets (W, ..., R), sources (A, ..., R) and sinks (D, ..., R) lose, (layer, C, ..., R)."""
    market, layers = world.freight, world.axes["layer"]
    lost = np.stack([mix(market.incidence, _where(market.layer == n, markets)) for n in range(len(layers))])
    lost[layers.positions(tuple(world.axes["exchange"]))] += np.stack(owned(world.exchange, sold, bought))
    return lost


def stake(state: State, now: Now) -> Stake:
    """Markets, sources and sinks of this quarter before any withdrawal."""
    freight, exchange, kept = now.base.freight, now.base.exchange, now.value("dependence.rent_kept")
    routes, carried, traded = now.world.freight.routes, state.freight, state.exchange
    within = capacity(state, now, limits(state, now)[0])
    room = _room(now.world.exchange.pairs.routes, within, traded)
    return Stake(
        Market(state.potential, freight.mu, freight.theta, carried.served, carried.cost, freight.outside, kept),
        End(traded.source_quantity, exchange.source_mu, exchange.source_theta, kept, traded.source_rent),
        End(traded.sink_quantity, exchange.sink_mu, exchange.sink_theta, kept),
        freight_room=_room(routes, routes.segments.smallest(state.capacity), carried),
        selling_room=room,
        buying_room=np.minimum(room, attainable(traded.flow, _supply_growth(state, now))),
    )


def _room(routes: Routes, within: Array, solved: FreightOutcome | ExchangeOutcome) -> Array:
    """Pro rata room of every route, unit per quarter, (H, R); `within` (S, R) is the capacity of segments."""
    return attainable(solved.flow, headroom(routes, within, solved.load))


def _supply_growth(state: State, now: Now) -> Array:
    """Factor by which each route's source could sell more, at least 1, (H, R)."""
    growth = source_limit(state, now) / np.maximum(state.exchange.source_quantity, ALMOST_NONE)
    return np.maximum(growth, 1.0)[now.world.exchange.pairs.source]


def _freight_loss(state: State, now: Now, controller: int, held: Stake) -> tuple[Array, Array]:
    """Surplus lost by market, million USD (W, R), and transit fees lost (C, R).

    Markets in which the controller can shut no route lose nothing and are left out.
    """
    market, solved, (markets, rows, routes) = (
        now.world.freight,
        state.freight,
        now.world.freight.routes.held(controller),
    )
    power, flow = routes.power[:, controller][:, None], solved.flow[rows]
    blocked = np.minimum(routes.market_sum(solved.share[rows] * power), 1.0)
    reserve = routes.market_sum((1.0 - power) * held.freight_room[rows])
    traded = held.market.some(markets)
    lost = market.money[markets][:, None] * capped_market_loss(traded, blocked, reserve)
    moved = np.zeros_like(solved.flow)
    moved[rows] = flow - _rerouted(flow, 1.0 - power, blocked, traded.mu / traded.theta, routes.market)
    fees = mix(market.fees, market.money[market.routes.market][:, None] * moved)
    return spread_rows(lost, markets, len(market.money)), now.value("transit.fee_share") * fees


def _rerouted(flow: Array, kept: Array, blocked: Array, nest: Array, group: Indices) -> Array:
    """Flow after withholding, uncapped: f (1-b)/(1-X) (1-X)^k, (H, R)."""
    open_share = np.maximum(1.0 - blocked, ALMOST_NONE)
    factor = open_share ** (np.broadcast_to(nest, open_share.shape) - 1.0)
    return flow * kept * np.minimum(factor[group], 10.0)


def _exchange_loss(state: State, now: Now, controller: int, held: Stake) -> tuple[Array, Array, Array]:
    """Surplus lost by sources (A, R) and sinks (D, R), million USD, and transit fees lost (C, R).

    What a source sells is worth its world price; what a sink would pay more
    for other supply does not hang on it.
    """
    system, pairs, flow = now.world.exchange, now.world.exchange.pairs, state.exchange.flow
    kept = 1.0 - pairs.routes.power[:, controller][:, None]
    unsold = _blocked(pairs.from_source @ (kept * flow), held.source)
    unbought = _blocked(pairs.to_sink @ (kept * flow), held.sink)
    nest = held.source.mu / (held.source.mu + held.source.theta)
    moved = flow - _rerouted(flow, kept, unsold, nest, pairs.source)
    return (
        price_factors(state, now)[0] * end_loss(held.source, unsold, pairs.from_source @ (kept * held.selling_room)),
        end_loss(held.sink, unbought, pairs.to_sink @ (kept * held.buying_room)),
        now.value("transit.fee_share") * mix(system.fees, moved),
    )


def _blocked(kept: Array, end: End) -> Array:
    """Share X of what ends trade that a controller can shut, given the flow it leaves them, (N, R)."""
    share = 1.0 - kept / np.maximum(end.quantity, ALMOST_NONE)
    return np.where(end.quantity > ALMOST_NONE, np.clip(share, 0.0, 1.0), 0.0)


def visibility(state: State, now: Now) -> Array:
    """Share of a country's freight and fibre flow that each pole can watch, (C, P, R) (eq. 12)."""
    market, routes = now.world.freight, now.world.freight.routes
    weight = market.watch[routes.market][:, None] * state.freight.share
    total = mix(market.owner, routes.market_sum(weight))
    whole = np.where(total > 0.0, np.maximum(total, ALMOST_NONE), np.inf)
    poles = routes.power[:, : len(now.world.axes["pole"])].T
    return np.stack([mix(market.owner, routes.market_sum(weight * p[:, None])) / whole for p in poles], axis=1)


def pole_channels(state: State, now: Now, network: NetworkLoss) -> Array:
    """Losses toward poles by channel, share of GDP, (C, P, channel, R).

    The network channel carries the re-solved correction; transit is signed.
    """
    output = country_gdp(state, now)[:, None]
    active = now.world.politics.active[:, :, None]
    poles = active.shape[1]
    by_name = {
        "network": network.corrected(now.base.correction(state, now)[:, :, :, :poles], output) / output,
        "transit": network.transit / output,
        "imports": import_loss(state.imports, now.value("dependence.trade_elasticity")),
        "exports": export_loss(state.exports, now.value("dependence.exports_reallocated")),
        "remittances": export_loss(state.remittances, now.value("dependence.remittances_replaced")),
        "finance": state.debt * now.value("dependence.debt_spread"),
        "security": state.security * now.value("dependence.security_loss"),
    }
    return np.stack([by_name[name] * active for name in CHANNELS], axis=2)


def total_loss(channels: Array) -> Array:
    """Sum over channels with transit counted only where it is a loss, share of GDP, (C, P, R)."""
    total = np.zeros((channels.shape[0], channels.shape[1], channels.shape[3]))
    for position, name in enumerate(CHANNELS):
        part = channels[:, :, position]
        total += np.maximum(part, 0.0) if name == "transit" else part
    return total


def gain(state: State, now: Now) -> Array:
    """Surplus and rent above the base quarter's, less what bars on other trade cost, million USD a quarter, (C, R).

    Sales of oil and gas count in USD; markets that grow with the economy
    count at base volumes and then in proportion to output, so that mere
    growth is no gain.
    """
    countries = len(now.world.axes["country"])
    growth = (state.output / now.world.economy.gdp[:, None])[:countries]
    above = seller_surplus(state, now) - now.base.sellers + growth * (other_surplus(state, now) - now.base.others)
    return np.asarray(above - barred(state, now))


def barred(state: State, now: Now) -> Array:
    """What events that bar trade off the network cost, million USD a quarter, (C, R).

    As much as the pole would take by withholding the part that is barred; it
    fades as the country turns to others and less of its trade is left to bar.

    ODD 7.6.
    """
    trade, cells = now.world.trade, now.world.politics.active.shape
    bought, sold = (1.0 - trade_share(part, now).reshape(*cells, -1) for part in (trade.imports, trade.exports))
    lost = import_loss(state.imports * bought, now.value("dependence.trade_elasticity"))
    lost += export_loss(state.exports * sold, now.value("dependence.exports_reallocated"))
    return np.asarray(country_gdp(state, now) * (lost * now.world.politics.active[:, :, None]).sum(axis=1))


def seller_surplus(state: State, now: Now) -> Array:
    """Surplus of a country's oil and gas sources at world prices of the quarter, million USD a quarter, (C, R)."""
    system, solved, mu = now.world.exchange, state.exchange, now.base.exchange.source_mu
    dearer = price_factors(state, now)[0] - 1.0
    return mix(system.source_owner, source_surplus(solved, mu) + solved.source_quantity * solved.source_price * dearer)


def other_surplus(state: State, now: Now) -> Array:
    """Surplus of a country's other markets and sinks, its fees and its full links' rent at base volumes, (C, R).

    A sink pays more when world prices are high, and its surplus falls by that.
    """
    market, system, base = now.world.freight, now.world.exchange, now.base
    freight = market.money[:, None] * surplus(on_sale(state, now), base.freight.mu, state.freight.served)
    dearer = price_factors(state, now)[1] - 1.0
    worth = 1.0 / base.exchange.sink_mu - state.exchange.sink_price * dearer
    bought = state.exchange.sink_quantity / sink_growth(state, now) * worth
    size = np.maximum(state.gdp / now.world.economy.gdp[:, None], TINY)[: len(now.world.axes["country"])]
    rents = transit_rent(state, now) + scarcity_rent(state, now)
    return mix(market.incidence, freight) + mix(system.sink_owner, bought) + rents / size


def index(loss: Array, now: Now) -> Array:
    """Dependence index of a loss, [0, 1]."""
    return dependence_index(loss, now.value("dependence.scale"))
