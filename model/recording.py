"""Recording: the registered measures, read off a state."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from model.arrays import TINY, Array, mix
from model.dependence import all_controllers, country_gdp, index
from model.indices import autonomy, hedging, regional_mean
from model.links import dyad_openness
from model.markets import price_factors
from model.measures import MEASURES
from model.now import Now
from model.quarters import PER_YEAR
from model.rents import link_flow, scarcity_rent, shadow_prices
from model.state import State

GRAIN = 2.0**-20
"""What is recorded of a term of alignment is a multiple of this, a millionth: nobody reads more, and it takes half the
room in a batch."""


def record(state: State, now: Now, names: tuple[str, ...] | None = None) -> dict[str, Array]:
    """Values of the named measures (all when None), each (dims..., R)."""
    wanted = names or tuple(MEASURES)
    shared = _Shared(state, now)
    return {name: READERS[name](shared) for name in wanted}


class _Shared:
    """A state, its quarter, and what several measures need, computed once."""

    def __init__(self, state: State, now: Now) -> None:
        self.state = state
        self.now = now

    @property
    def active(self) -> Array:
        """0 where a country is the pole itself, (C, P)."""
        return self.now.world.politics.active

    @cached_property
    def loss(self) -> Array:
        """Loss toward every controller, share of GDP, (C, K, R)."""
        return all_controllers(self.state, self.now)

    @cached_property
    def dependence(self) -> Array:
        """Dependence on every controller, (C, K, R)."""
        return index(self.loss, self.now)

    @cached_property
    def autonomy(self) -> Array:
        """One minus the largest dependence on a pole, (C, R)."""
        return autonomy(self.on_poles(self.dependence), self.active)

    @cached_property
    def hedging(self) -> Array:
        """Spread of positive alignments over the poles, (C, R)."""
        return hedging(self.state.alignment, self.active)

    @cached_property
    def sold(self) -> tuple[Array, Array]:
        """Oil and gas exported to each pole, (C, P, commodity, R), and to all buyers, (C, commodity, R), a quarter."""
        return exports(self.state, self.now)

    @cached_property
    def taken(self) -> tuple[Array, Array]:
        """Oil and gas taken from each supplier, (C, supplier, commodity, R), and in all, a quarter."""
        return supplies(self.state, self.now)

    def on_poles(self, values: Array) -> Array:
        """Columns of the poles, which come first among controllers, (C, K, R) -> (C, P, R)."""
        return values[:, : self.active.shape[1]]

    def regional(self, values: Array) -> Array:
        """Mean over the countries of each region, (C, R) or (C, P, R)."""
        counted = self.active if values.ndim == self.active.ndim + 1 else np.ones(len(values))
        return regional_mean(self.now.world.politics.regions, values, counted)


def _market_volume(s: _Shared) -> Array:
    carried = s.state.potential * s.state.freight.served
    return PER_YEAR * np.concatenate([carried, s.state.exchange.source_quantity, s.state.exchange.sink_quantity])


def _price(s: _Shared) -> Array:
    """Clearing prices at what the world pays now for each commodity; freight has none."""
    blank = np.full_like(s.state.potential, np.nan)
    sources, sinks = price_factors(s.state, s.now)
    ends = [sources * s.state.exchange.source_price, sinks * s.state.exchange.sink_price]
    return np.concatenate([blank, *ends])


def exports(state: State, now: Now) -> tuple[Array, Array]:
    """Oil and gas exported to each pole, (C, P, commodity, R), and to all buyers, (C, commodity, R), unit a quarter."""
    system = now.world.exchange
    pairs, flow = system.pairs, state.exchange.flow
    sold, total = [], []
    for commodity in range(pairs.commodities):
        mine = system.exported[:, None] * (pairs.source_commodity[pairs.source] == commodity)[:, None] * flow
        total.append(mix(system.source_owner, pairs.from_source @ mine))
        buyers = [pairs.from_source @ (mine * buys[pairs.sink][:, None]) for buys in system.sold_to]
        sold.append(np.stack([mix(system.source_owner, part) for part in buyers], axis=1))
    return np.stack(sold, axis=2), np.stack(total, axis=1)


def _export_share(s: _Shared) -> Array:
    """Share of a country's oil and gas exports sold to each pole; 0 without exports."""
    sold, total = s.sold
    return sold / np.maximum(total, TINY)[:, None]


def supplies(state: State, now: Now) -> tuple[Array, Array]:
    """Oil and gas that countries take from each supplier, (C, supplier, commodity, R), and in all, unit a quarter."""
    system, flow = now.world.exchange, state.exchange.flow
    pairs, supplier = system.pairs, system.supplier[system.pairs.source]
    taken, total = [], []
    for commodity in range(pairs.commodities):
        mine = (pairs.source_commodity[pairs.source] == commodity)[:, None] * flow
        suppliers = range(len(now.world.axes["supplier"]))
        parts = [pairs.to_sink @ (mine * (supplier == one)[:, None]) for one in suppliers]
        taken.append(np.stack([mix(system.sink_owner, part) for part in parts], axis=1))
        total.append(mix(system.sink_owner, pairs.to_sink @ mine))
    return np.stack(taken, axis=2), np.stack(total, axis=1)


def _supply_share(s: _Shared) -> Array:
    """Share of each supplier in what a country takes, (C, supplier, commodity, R); 0 where nothing is taken."""
    taken, total = s.taken
    return taken / np.maximum(total, TINY)[:, None]


def _corridor_share(s: _Shared) -> Array:
    """Share of a country's freight on the routes of each corridor, (C, corridor, R); 0 without freight."""
    freight, flow = s.now.world.freight, s.state.freight.flow
    by_corridor = [mix(freight.corridors, owner[:, None] * flow) for owner in freight.owners.T]
    cargo = (freight.layer == s.now.world.axes["layer"].at("freight"))[:, None]
    total = mix(freight.owner, freight.routes.market_sum(flow) * cargo)
    return np.stack(by_corridor) / np.maximum(total, TINY)[:, None]


def _corridor_flow(s: _Shared) -> Array:
    freight = s.now.world.freight
    return PER_YEAR * mix(freight.corridors, s.state.freight.flow)


def _posture(s: _Shared) -> Array:
    """1 in the posture that each pole holds, (P, posture, R)."""
    numbers = np.arange(len(s.now.world.axes["posture"]), dtype=np.float64)
    held: Array = np.where(s.state.posture[:, None] == numbers[:, None], 1.0, 0.0)
    return held


READERS: dict[str, Callable[[_Shared], Array]] = {
    "alignment": lambda s: s.state.alignment,
    "alignment_term": lambda s: GRAIN * np.rint(s.state.added / GRAIN),
    "dependence": lambda s: s.dependence,
    "loss": lambda s: 100.0 * s.loss,
    "loss_channel": lambda s: 100.0 * s.state.loss_channel,
    "threat": lambda s: s.state.threat,
    "grievance": lambda s: s.state.grievance,
    "credibility": lambda s: s.state.credibility,
    "arms_share": lambda s: s.state.arms,
    "coercion": lambda s: s.state.coercion,
    "visibility": lambda s: s.state.visibility,
    "flow": lambda s: PER_YEAR * link_flow(s.state, s.now.world),
    "shadow_price": lambda s: shadow_prices(s.state, s.now.world),
    "market_volume": _market_volume,
    "price": _price,
    "supply_share": _supply_share,
    "supply_volume": lambda s: PER_YEAR * s.taken[0],
    "contract_volume": lambda s: PER_YEAR * s.state.contract,
    "export_share": _export_share,
    "export_volume": lambda s: PER_YEAR * s.sold[0],
    "corridor_flow": _corridor_flow,
    "corridor_share": _corridor_share,
    "transit_rent": lambda s: PER_YEAR * s.state.rent / 1000.0,
    "scarcity_rent": lambda s: PER_YEAR * scarcity_rent(s.state, s.now) / 1000.0,
    "trade_gain": lambda s: 100.0 * s.state.gain / country_gdp(s.state, s.now),
    "import_exposure": lambda s: s.state.imports,
    "export_exposure": lambda s: s.state.exports,
    "gdp": lambda s: PER_YEAR * country_gdp(s.state, s.now) / 1000.0,
    "autonomy": lambda s: s.autonomy,
    "hedging": lambda s: s.hedging,
    "regional_alignment": lambda s: s.regional(s.state.alignment),
    "regional_dependence": lambda s: s.regional(s.on_poles(s.dependence)),
    "regional_loss": lambda s: s.regional(100.0 * s.on_poles(s.loss)),
    "regional_autonomy": lambda s: s.regional(s.autonomy),
    "regional_hedging": lambda s: s.regional(s.hedging),
    "membership": lambda s: s.state.membership,
    "pole_posture": _posture,
    "dyad_state": lambda s: s.state.dyad,
    "dyad_openness": lambda s: dyad_openness(s.state, s.now),
    "project_stage": lambda s: s.state.project,
}
