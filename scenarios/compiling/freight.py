"""One-sided markets (freight, power, fibre) as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.arrays import Array, Indices, Sparse, compressed, frozen
from model.axes import Axis
from model.quarters import PER_QUARTER
from model.world import Freight
from scenarios.compiling.axes import TRADE_POLE
from scenarios.compiling.paths import (
    Atlas,
    Wish,
    barred_soil,
    build_routes,
    route_power,
    search,
    soil_gates,
    touching,
)
from scenarios.routes import Route
from scenarios.rows import Row, rows
from scenarios.table_units import MONEY

MOST_ROUTES = {"freight": 10, "power": 6, "fibre": 4}
BULK = (
    "grain", "grain_and_flour", "ores_concentrates", "coal_and_ores", "coal", "power_coal", "fertiliser",
    "base_metals", "ferro_alloys", "copper_concentrate", "mixed_russian_goods", "mixed_regional_goods", "polymers",
    "aluminium", "electricity", "data", "farm_goods", "iranian_goods", "cotton_yarn",
)  # fmt: skip
INCIDENCE = 0.5  # split of freight surplus between exporter and importer


@dataclass(frozen=True)
class Rules:
    """What shapes routes beyond the network.

    `members`, who acts on a state's soil; pairs of states that bar each
    other's transit while closed (`banned`) and those that do now (`closed`);
    `corridors` and the `constants` of their routes.
    """

    members: Mapping[str, tuple[str, ...]]
    banned: tuple[str, ...]
    closed: tuple[str, ...]
    corridors: pd.DataFrame
    constants: pd.DataFrame


@dataclass(frozen=True)
class Reach:
    """Markets that can be reached at all, with their routes."""

    markets: pd.DataFrame
    routes: tuple[tuple[Route, ...], ...]
    parties: tuple[tuple[str, ...], ...]
    """States at the two ends of each route, who earn no transit fees on it and let nothing pass by it."""

    @property
    def flat(self) -> list[Route]:
        """All routes, market by market."""
        return [route for found in self.routes for route in found]

    @property
    def market(self) -> Indices:
        """Market of each route, (H,)."""
        return np.repeat(np.arange(len(self.routes)), [len(found) for found in self.routes]).astype(np.intp)


def reachable(markets: pd.DataFrame, world: Atlas, closed: Sequence[tuple[str, str]]) -> Reach:
    """Routes of every market; markets out of reach even with every project are left out."""
    wishes = [
        Wish(m.layer, m.origins, m.outlets, MOST_ROUTES[m.layer], barred_soil(_parties(m), closed))
        for m in rows(markets)
    ]
    routes = search(world, wishes)
    kept = [bool(found) for found in routes]
    parties = (_ends(m, route, world) for m, found in zip(rows(markets), routes, strict=True) for route in found)
    return Reach(markets[kept].reset_index(drop=True), tuple(found for found in routes if found), tuple(parties))


def build_freight(reach: Reach, world: Atlas, axes: Mapping[str, Axis], rules: Rules) -> Freight:
    """Arrays of all one-sided markets."""
    markets, links, flat = reach.markets, world.links, reach.flat
    market = reach.market
    power = _end_power(route_power(flat, world.power), markets, market, axes["controller"])
    today = (links["status"] == "operating").to_numpy()
    position = {link: e for e, link in enumerate(links["id"])}
    marks = touching(flat, [[position[link] for link in row] for row in rules.corridors["links"]])
    length = np.maximum(links["length_km"].fillna(0.0).to_numpy(dtype=float), 0.0)
    routes = build_routes(flat, market, power, length, today)
    owners, cargo = _share(markets, axes["country"]), [markets["commodity"][w] for w in market]
    return Freight(
        routes=routes,
        volume=frozen(PER_QUARTER * markets["base_volume"].to_numpy(dtype=float)),
        served=frozen(markets["served_share"].fillna(0.8)),
        margin=frozen(markets["margin"]),
        unit_value=frozen(markets["unit_value"].fillna(0.0)),
        bulk=frozen(markets["commodity"].isin(BULK)),
        sells=frozen(markets["side"] == "supply"),
        money=frozen(markets["layer"].map(MONEY)),
        layer=axes["layer"].positions(tuple(markets["layer"])),
        corridors=compressed(marks),
        constant=frozen(route_constants(marks, cargo, rules.constants, axes["corridor"])),
        incidence=_incidence(markets, axes["country"]),
        exporter=_economy(markets, axes, exporter=True),
        importer=_economy(markets, axes, exporter=False),
        trade=_trade(markets, axes["country"]),
        pair=_pairs(markets, axes["dyad"]),
        fees=transit_fees(flat, links, reach.parties, axes["country"]),
        owner=compressed(owners),
        owners=frozen(owners.T[market]),
        gate=soil_gates(flat, reach.parties, links["territories"].tolist(), axes["dyad"], rules.banned),
        partner=_partners(markets, axes, rules.members),
        affinity=_affinity(markets, axes, rules.members),
        watch=frozen(_watch(markets)),
    )


def route_constants(marks: Array, commodity: Sequence[str], constants: pd.DataFrame, corridors: Axis) -> Array:
    """Alternative-specific constant of each route, USD per unit, (H,): the sum over the corridors it uses."""
    box = np.array(["container" in name for name in commodity])
    total = np.zeros(marks.shape[1])
    for row in rows(constants):
        cargo = {"container": box, "other": ~box}.get(row.cargo, np.ones_like(box))
        total += row.constant * marks[corridors.at(row.corridor)] * cargo
    return total


def pole_of(partner: str, members: Mapping[str, tuple[str, ...]], poles: Axis) -> str | None:
    """Pole a trade partner belongs to, None for a state of no pole."""
    named = TRADE_POLE.get(partner, partner)
    if named in poles:
        return named
    return next((name for name in members.get(named, ()) if name in poles), None)


def _parties(market: Row) -> tuple[str, ...]:
    """The states at the two ends of a market as its row names them; the partner may be none."""
    return (*str(market.owner).split(";"), str(market.partner))


def _ends(market: Row, route: Route, world: Atlas) -> tuple[str, ...]:
    """The states at the two ends of a route: those of its market, and where that has no partner those it leads to."""
    if market.partner:
        return _parties(market)
    named = {*market.origins, *market.outlets}
    passed = [str(node) for e in route for node in world.links.loc[e, ["from", "to"]]]
    return (*_parties(market), *sorted({world.country[node] for node in passed if node in named}))


def _share(markets: pd.DataFrame, countries: Axis) -> Array:
    """Which markets are a country's own, (C, W)."""
    marks = np.zeros((len(countries), len(markets)))
    for w, market in enumerate(rows(markets)):
        for state in str(market.owner).split(";"):
            if state in countries and market.side != "transit":
                marks[countries.at(state), w] = 1.0
    return marks


def _incidence(markets: pd.DataFrame, countries: Axis) -> Sparse:
    """Split of each market's surplus over countries, (C, W): half exporter, half importer."""
    shares = np.zeros((len(countries), len(markets)))
    for w, market in enumerate(rows(markets)):
        ends = str(market.owner).split(";") if market.side == "transit" else [str(market.owner), str(market.partner)]
        for end in ends:
            if end in countries:
                shares[countries.at(end), w] += INCIDENCE
    return compressed(shares)


def _end_power(power: Array, markets: pd.DataFrame, market: Indices, controllers: Axis) -> Array:
    """A market of a pole can be withheld by it whatever the route (theory 7.4)."""
    power = power.copy()
    for w, row in enumerate(rows(markets)):
        label = TRADE_POLE.get(str(row.partner), str(row.partner))
        if label in controllers:
            power[market == w, controllers.at(label)] = 1.0
    return power


def sender_and_taker(market: Row) -> tuple[str, str]:
    """The state that sends a market's goods and the one that takes them; the partner may be unknown."""
    states = str(market.owner).split(";")
    owner, other = (states[0], states[-1]) if market.side == "transit" else (states[0], str(market.partner))
    return (other, owner) if market.side == "demand" else (owner, other)


def _economy(markets: pd.DataFrame, axes: Mapping[str, Axis], *, exporter: bool) -> Indices:
    """Economy that exports or imports, as a position; the owner stands in for outsiders, -1 for none."""
    economy = axes["economy"]
    found = []
    for market in rows(markets):
        sends, takes = sender_and_taker(market)
        owner = str(market.owner).split(";")[0]
        found.append(_economy_of(sends if exporter else takes, owner, economy))
    return np.array(found, dtype=np.intp)


def _trade(markets: pd.DataFrame, countries: Axis) -> Indices:
    """Position of a freight market on (imports, exports) x countries by its owner, -1 for the rest."""
    found = []
    for market in rows(markets):
        own = market.layer == "freight" and market.side != "transit" and str(market.owner) in countries
        side = 0 if market.side == "demand" else len(countries)
        found.append(side + countries.at(str(market.owner)) if own else -1)
    return np.array(found, dtype=np.intp)


def _pairs(markets: pd.DataFrame, dyads: Axis) -> Indices:
    """The pair of states whose trade a market is, -1 where the table has no such pair."""
    names = ["-".join(sorted((str(m.owner), str(m.partner)))) for m in rows(markets)]
    return np.array([dyads.at(name) if name in dyads else -1 for name in names], dtype=np.intp)


def _economy_of(state: str, fallback: str, economy: Axis) -> int:
    for name in (f"country:{state}", f"pole:{TRADE_POLE.get(state, state)}", f"country:{fallback}", f"pole:{fallback}"):
        if name in economy:
            return economy.at(name)
    return -1


def transit_fees(
    routes: Sequence[Route],
    links: pd.DataFrame,
    parties: Sequence[tuple[str, ...]],
    countries: Axis,
) -> Sparse:
    """Tariffs of a route on the soil of each country that it only passes through, USD per unit, (C, H)."""
    territories, tariff = links["territories"].tolist(), links["tariff"].to_numpy(dtype=float)
    fees = np.zeros((len(countries), len(routes)))
    for h, (route, states) in enumerate(zip(routes, parties, strict=True)):
        for e in route:
            for state in territories[e]:
                if state in countries and state not in states:
                    fees[countries.at(state), h] += tariff[e] / len(territories[e])
    return compressed(fees)


def _partners(markets: pd.DataFrame, axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]]) -> Sparse:
    """Volume weights of a country's freight markets with a pole, rows summing to 1, (C * P, W)."""
    weights = _cells(markets, axes, members) * markets["base_volume"].fillna(0.0).to_numpy(dtype=float)
    total = weights.sum(axis=1, keepdims=True)
    return compressed(weights / np.where(total > 0.0, total, 1.0))


def _affinity(markets: pd.DataFrame, axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]]) -> Sparse:
    """Which alignment moves a market's demand, (W, C * P)."""
    return compressed(_cells(markets, axes, members).T)


def _cells(markets: pd.DataFrame, axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]]) -> Array:
    countries, poles = axes["country"], axes["pole"]
    cells = np.zeros((len(countries) * len(poles), len(markets)))
    for w, market in enumerate(rows(markets)):
        pole = pole_of(str(market.partner), members, poles)
        owner = str(market.owner)
        if market.layer == "freight" and pole and owner in countries and owner != pole:
            cells[countries.at(owner) * len(poles) + poles.at(pole), w] = 1.0
    return cells


def _watch(markets: pd.DataFrame) -> Array:
    """Weight of a market in what others can see: half freight by volume, half fibre, per owner."""
    weight = np.zeros(len(markets))
    for layer in ("freight", "fibre"):
        here = (markets["layer"] == layer).to_numpy()
        volume = markets["base_volume"].fillna(0.0).to_numpy(dtype=float) * here
        total = pd.Series(volume).groupby(markets["owner"].to_numpy()).transform("sum").to_numpy()
        weight += 0.5 * volume / np.where(total > 0.0, total, 1.0)
    return weight
