"""Two-sided oil and gas: sources, sinks, pairs and their routes as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from model.arrays import Array, Indices, Mask, Sparse, compressed, frozen, summing
from model.axes import Axis
from model.exchange import Pairs
from model.quarters import PER_QUARTER
from model.world import Exchange
from scenarios.compiling.axes import EXCHANGE_LAYERS
from scenarios.compiling.freight import Rules, transit_fees
from scenarios.compiling.paths import Atlas, Wish, build_routes, route_power, search, soil_gates
from scenarios.routes import Route
from scenarios.rows import rows

MOST_ROUTES = 6
REPORTING_UNIT = 0.1  # Mt or bcm a year: the last printed digit of the published flows
SMALL_SHARE = 0.01
WORLD = "WLD"
REFINED = ("oil",)  # what is stranded would need refineries, of which the tables have no limits


@dataclass(frozen=True)
class Trade:
    """Sources and sinks, and the pairs that some route could join, with those routes."""

    sources: pd.DataFrame
    sinks: pd.DataFrame
    pairs: tuple[tuple[int, int], ...]
    routes: tuple[tuple[Route, ...], ...]

    @property
    def flat(self) -> list[Route]:
        """All routes, pair by pair."""
        return [route for found in self.routes for route in found]

    @property
    def pair(self) -> Indices:
        """Pair of each route, (H,)."""
        return np.repeat(np.arange(len(self.pairs)), [len(found) for found in self.routes]).astype(np.intp)

    @property
    def ends(self) -> tuple[Indices, Indices]:
        """Source and sink of each pair, (N,) both."""
        source, sink = np.array(self.pairs, dtype=np.intp).T
        return source, sink

    @cached_property
    def parties(self) -> list[tuple[str, str]]:
        """Owners of the source and the sink of each pair."""
        sellers, buyers = self.sources["owner"].tolist(), self.sinks["owner"].tolist()
        return [(sellers[a], buyers[d]) for a, d in self.pairs]


def substance(commodity: str) -> frozenset[str]:
    """Goods a market trades in: 'crude oil and products' trades in both."""
    words = commodity.replace("oil products", "products").replace("crude oil", "crude")
    return frozenset(part.strip() for part in words.split(" and "))


def tradable(markets: pd.DataFrame, world: Atlas) -> Trade:
    """Pairs of sources and sinks of one commodity that can be joined, ordered by source then sink."""
    sources = markets[markets["side"] == "source"].reset_index(drop=True)
    sinks = markets[markets["side"] == "sink"].reset_index(drop=True)
    candidates = [
        (a, d)
        for a, source in enumerate(rows(sources))
        for d, sink in enumerate(rows(sinks))
        if source.layer == sink.layer and substance(source.commodity) & substance(sink.commodity)
    ]
    wishes = [Wish(sources.layer[a], sources.origins[a], sinks.outlets[d], MOST_ROUTES) for a, d in candidates]
    found = search(world, wishes)
    kept = [(pair, routes) for pair, routes in zip(candidates, found, strict=True) if routes]
    return Trade(sources, sinks, tuple(pair for pair, _ in kept), tuple(routes for _, routes in kept))


def base_flows(trade: Trade, flows: pd.DataFrame, open_pair: Mask) -> Array:
    """Base flow of each pair, unit per quarter, (N,).

    An open pair never observed gets half the reporting unit, at most one per
    cent of the smaller of its ends; a pair without open route gets none.
    """
    seen = {(r.source_market, r.sink_market): r.volume for r in rows(flows)}
    names = [(trade.sources["id"][a], trade.sinks["id"][d]) for a, d in trade.pairs]
    observed = np.array([seen.get(name, 0.0) for name in names])
    source, sink = trade.ends
    sold = np.bincount(source, observed, len(trade.sources))[source]
    bought = np.bincount(sink, observed, len(trade.sinks))[sink]
    small = np.minimum(0.5 * REPORTING_UNIT, SMALL_SHARE * np.minimum(sold, bought))
    return frozen(PER_QUARTER * np.where(open_pair, np.where(observed > 0.0, observed, small), 0.0))


@dataclass(frozen=True)
class Observed:
    """What is known of the base quarter.

    Pair flows, unit a year; links in use, (E,); limits of sources; pairs that a ban bars, (N,).
    """

    flows: pd.DataFrame
    in_use: Mask
    fields: pd.DataFrame
    banned: Mask


def build_exchange(trade: Trade, world: Atlas, axes: Mapping[str, Axis], rules: Rules, observed: Observed) -> Exchange:
    """Arrays of oil and gas."""
    sources, sinks, pair, members = trade.sources, trade.sinks, trade.pair, rules.members
    source, sink = trade.ends
    pairs = _pairs(trade, world, axes, members, observed.in_use)
    soil = [trade.parties[n] for n in pair], world.links["territories"].tolist(), axes["dyad"]
    open_pair = _open_pairs(trade, observed.in_use, soil_gates(trade.flat, *soil, rules.closed)) & ~observed.banned
    flow = base_flows(trade, observed.flows, open_pair)
    owner_a, owner_d = _owners(sources, axes["country"]), _owners(sinks, axes["country"])
    return Exchange(
        pairs=pairs,
        pair=pair,
        flow=flow,
        source_unseen=_unseen(sources, source, flow),
        sink_unseen=_unseen(sinks, sink, flow),
        source_price=_netback(trade, flow, world, observed.in_use),
        sink_price=frozen(sinks["base_price"]),
        source_margin=frozen(sources["margin"]),
        source_spare=frozen(sources["id"].map(observed.fields.set_index("market")["spare"]).fillna(np.inf)),
        outlet=frozen(sinks["owner"] == WORLD),
        serves_home=frozen([layer not in REFINED for layer in EXCHANGE_LAYERS]),
        sink_goods=_goods(sinks),
        sink_economy=_sink_economy(sinks, members, axes["economy"]),
        source_owner=compressed(owner_a),
        sink_owner=compressed(owner_d),
        supplier=axes["supplier"].positions(tuple(sources["owner"])),
        sold_to=frozen(_pole_owners(sinks, members, axes["pole"])),
        exported=frozen([a != d or a == WORLD for a, d in soil[0]]),
        fees=transit_fees(trade.flat, world.links, soil[0], axes["country"]),
        owners=frozen(np.minimum(owner_a.T[pairs.source] + owner_d.T[pairs.sink], 1.0)),
        gate=soil_gates(trade.flat, *soil, rules.banned),
    )


def _pairs(
    trade: Trade, world: Atlas, axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]], in_use: Mask
) -> Pairs:
    """Routes and which ends they join."""
    sources, sinks, exchange = trade.sources, trade.sinks, axes["exchange"]
    source, sink = (end[trade.pair] for end in trade.ends)
    length = np.maximum(world.links["length_km"].fillna(0.0).to_numpy(dtype=float), 0.0)
    ends = [trade.parties[n] for n in trade.pair]
    power = _end_power(route_power(trade.flat, world.power), ends, members, axes["controller"])
    return Pairs(
        routes=build_routes(trade.flat, trade.pair, power, length, in_use),
        source=source,
        sink=sink,
        from_source=summing(source, len(sources)),
        to_sink=summing(sink, len(sinks)),
        source_commodity=exchange.positions(tuple(sources["layer"])),
        sink_commodity=exchange.positions(tuple(sinks["layer"])),
    )


def _open_pairs(trade: Trade, in_use: Mask, closed: Sparse) -> Mask:
    """Pairs with a route in use whose soil nobody bars to them, (N,); `closed` (H, Y) as from soil_gates."""
    live = np.array([bool(in_use[list(route)].all()) for route in trade.flat]) & ~(closed.sum(axis=1) > 0.0)
    return np.asarray(np.bincount(trade.pair, live, len(trade.pairs)) > 0.0, dtype=np.bool_)


def _owners(markets: pd.DataFrame, countries: Axis) -> Array:
    """Whose source or sink it is, (C, N)."""
    marks = np.zeros((len(countries), len(markets)))
    for n, owner in enumerate(markets["owner"]):
        if owner in countries:
            marks[countries.at(owner), n] = 1.0
    return marks


def _pole_owners(markets: pd.DataFrame, members: Mapping[str, tuple[str, ...]], poles: Axis) -> Array:
    """Which pole a source or sink belongs to, (P, N); world-market outlets belong to none."""
    marks = np.zeros((len(poles), len(markets)))
    for n, owner in enumerate(markets["owner"]):
        for pole in (owner, *members.get(owner, ())):
            if pole in poles:
                marks[poles.at(pole), n] = 1.0
    return marks


def _end_power(
    power: Array, ends: Sequence[tuple[str, str]], members: Mapping[str, tuple[str, ...]], controllers: Axis
) -> Array:
    """A controller can withhold its own sources and sinks whatever the route; `ends` are each route's owners."""
    power = power.copy()
    for h, owners in enumerate(ends):
        for owner in owners:
            for name in (owner, *members.get(owner, ())):
                if name in controllers:
                    power[h, controllers.at(name)] = 1.0
    return power


def _netback(trade: Trade, flow: Array, world: Atlas, in_use: Mask) -> Array:
    """Source price: flow-weighted delivered price less the cheapest open transport, USD per unit, (A,)."""
    tariff = world.links["tariff"].to_numpy(dtype=float)
    value, weight = np.zeros(len(trade.sources)), np.zeros(len(trade.sources))
    for n, ((a, d), found) in enumerate(zip(trade.pairs, trade.routes, strict=True)):
        costs = [tariff[list(route)].sum() for route in found if in_use[list(route)].all()]
        if costs and flow[n] > 0.0:
            value[a] += flow[n] * (float(trade.sinks["base_price"][d]) - min(costs))
            weight[a] += flow[n]
    given = trade.sources["base_price"].to_numpy(dtype=float)
    return frozen(np.where(weight > 0.0, value / np.where(weight > 0.0, weight, 1.0), given))


def _unseen(markets: pd.DataFrame, end: Indices, flow: Array) -> Array:
    """Potential of ends without base flow: the upper planning figure, unit per quarter; `end` (N,) of each pair."""
    seen = np.bincount(end, flow, len(markets))
    planned = markets["high"].fillna(markets["base_volume"]).fillna(0.0).to_numpy(dtype=float)
    return frozen(np.where(seen > 0.0, 0.0, PER_QUARTER * np.maximum(planned, 1e-6)))


def _goods(sinks: pd.DataFrame) -> Indices:
    """Number of the set of goods that each sink buys, (D,)."""
    sets = [substance(commodity) for commodity in sinks["commodity"]]
    known = list(dict.fromkeys(sets))
    return np.array([known.index(goods) for goods in sets], dtype=np.intp)


def _sink_economy(sinks: pd.DataFrame, members: Mapping[str, tuple[str, ...]], economy: Axis) -> Indices:
    """Economy whose growth moves a sink's demand, -1 for the world market."""
    found = []
    for owner in sinks["owner"]:
        names = [f"country:{owner}", *(f"pole:{pole}" for pole in (owner, *members.get(owner, ())))]
        found.append(next((economy.at(name) for name in names if name in economy), -1))
    return np.array(found, dtype=np.intp)
