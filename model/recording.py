"""Recording: the registered measures, read off a state."""

from collections.abc import Callable

import numpy as np

from model.arrays import TINY, Array, mix
from model.dependence import all_controllers, country_gdp, index
from model.links import dyad_openness
from model.markets import price_factors
from model.measures import MEASURES
from model.now import Now
from model.quarters import PER_YEAR
from model.state import State


def record(state: State, now: Now, names: tuple[str, ...] | None = None) -> dict[str, Array]:
    """Values of the named measures (all when None), each (dims..., R)."""
    wanted = names or tuple(MEASURES)
    shared = _Shared(state, now)
    return {name: READERS[name](shared) for name in wanted}


class _Shared:
    """A state, its quarter, and the losses several measures need, computed once."""

    def __init__(self, state: State, now: Now) -> None:
        self.state = state
        self.now = now
        self._loss: Array | None = None

    @property
    def loss(self) -> Array:
        """Loss toward every controller, share of GDP, (C, K, R)."""
        if self._loss is None:
            self._loss = all_controllers(self.state, self.now)
        return self._loss


def _link_flow(s: _Shared) -> Array:
    world = s.now.world
    by_freight = world.freight.routes.segments.to_links(s.state.freight.load)
    by_exchange = world.exchange.pairs.routes.segments.to_links(s.state.exchange.load)
    return PER_YEAR * (by_freight + by_exchange)


def _shadow_price(s: _Shared) -> Array:
    """The price of a segment, shown on its tightest link."""
    world = s.now.world
    prices = np.zeros_like(s.state.capacity)
    for routes, solved in (
        (world.freight.routes, s.state.freight),
        (world.exchange.pairs.routes, s.state.exchange),
    ):
        tightest = routes.segments.to_links(routes.segments.smallest(s.state.capacity))
        here = routes.segments.to_links(solved.price)
        used = (routes.segments.of_link >= 0)[:, None]
        prices = np.where(used & (s.state.capacity <= tightest), here, prices)
    return prices


def _market_volume(s: _Shared) -> Array:
    carried = s.state.potential * s.state.freight.served
    return PER_YEAR * np.concatenate([carried, s.state.exchange.source_quantity, s.state.exchange.sink_quantity])


def _price(s: _Shared) -> Array:
    blank = np.full_like(s.state.potential, np.nan)
    sources, sinks = price_factors(s.state, s.now)
    return np.concatenate([blank, sources * s.state.exchange.source_price, sinks * s.state.exchange.sink_price])


def export_share(state: State, now: Now) -> Array:
    """Share of a country's oil and gas exports sold to each pole, (C, P, commodity, R); 0 without exports."""
    system = now.world.exchange
    pairs, flow = system.pairs, state.exchange.flow
    shares = []
    for commodity in range(pairs.commodities):
        mine = system.exported[:, None] * (pairs.source_commodity[pairs.source] == commodity)[:, None] * flow
        total = mix(system.source_owner, pairs.from_source @ mine)
        sold = [pairs.from_source @ (mine * buys[pairs.sink][:, None]) for buys in system.sold_to]
        to = np.stack([mix(system.source_owner, part) for part in sold], axis=1)
        shares.append(to / np.maximum(total, TINY)[:, None])
    return np.stack(shares, axis=2)


def _corridor_flow(s: _Shared) -> Array:
    freight = s.now.world.freight
    return PER_YEAR * mix(freight.corridors, s.state.freight.flow)


READERS: dict[str, Callable[[_Shared], Array]] = {
    "alignment": lambda s: s.state.alignment,
    "dependence": lambda s: index(s.loss, s.now),
    "loss": lambda s: 100.0 * s.loss,
    "loss_channel": lambda s: 100.0 * s.state.loss_channel,
    "threat": lambda s: s.state.threat,
    "grievance": lambda s: s.state.grievance,
    "visibility": lambda s: s.state.visibility,
    "flow": _link_flow,
    "shadow_price": _shadow_price,
    "market_volume": _market_volume,
    "price": _price,
    "export_share": lambda s: export_share(s.state, s.now),
    "contract_volume": lambda s: PER_YEAR * s.state.contract,
    "corridor_flow": _corridor_flow,
    "transit_rent": lambda s: PER_YEAR * s.state.rent / 1000.0,
    "import_exposure": lambda s: s.state.imports,
    "export_exposure": lambda s: s.state.exports,
    "gdp": lambda s: PER_YEAR * country_gdp(s.state, s.now) / 1000.0,
    "dyad_openness": lambda s: dyad_openness(s.state, s.now),
    "project_stage": lambda s: s.state.project,
}
