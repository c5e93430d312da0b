"""Trade between pairs of states in the base quarter: what an event on `trade` may bar, and whose goods cross a link."""

import numpy as np
import pandas as pd

from model.arrays import Array
from model.axes import Axis
from model.network import Routes
from model.quarters import PER_YEAR
from runs.flows import Case
from scenarios.compiling.axes import TRADE_POLE
from scenarios.compiling.trade import Deal, deals
from scenarios.table_units import LAYER_UNIT

KEYS = ["seller", "buyer", "layer", "commodity"]


def base_trade(case: Case) -> pd.DataFrame:
    """Volume a year by seller, buyer, layer and commodity in the words of events; that of oil and gas is the layer."""
    (state, _), world = case.base, case.world
    freight, exchange = deals(case.network.reach, case.network.trade)
    volumes = [*(PER_YEAR * state.freight.flow[:, 0]), *(PER_YEAR * world.exchange.flow)]
    rows = [
        _row(deal, world.axes["goods"], volume) for deal, volume in zip([*freight, *exchange], volumes, strict=True)
    ]
    table = pd.DataFrame(rows, columns=[*KEYS, "volume"])
    traders = set(world.axes["trader"])
    abroad = table[(table["seller"] != table["buyer"]) & table["seller"].isin(traders) & table["buyer"].isin(traders)]
    whole = abroad[abroad["volume"] > 0.0].groupby(KEYS, as_index=False)[["volume"]].sum()
    return whole.assign(unit=whole["layer"].map(LAYER_UNIT))


def traded(case: Case) -> dict[str, float]:
    """Contracts by id, to what their sellers and buyers trade a year at the base quarter, under them or not."""
    signed, flow = case.world.contracts, case.world.exchange.flow
    return dict(zip(case.world.axes["contract"].labels, (PER_YEAR * (signed.about @ flow)).tolist(), strict=True))


def goods_on(case: Case, link: str) -> pd.DataFrame:
    """Whose goods cross a link at the base quarter: seller, buyer, commodity, flow a year and its share, largest first.

    The flows add up to that of the link; goods that a state moves at home have it as seller and buyer.
    """
    (state, _), world = case.base, case.world
    freight, exchange = deals(case.network.reach, case.network.trade)
    routes, pairs = world.freight.routes, world.exchange.pairs.routes
    every = np.arange(len(freight))
    parts = (
        (freight, _crossing(routes, world.axes["link"].at(link), state.freight.flow), every),
        (exchange, _crossing(pairs, world.axes["link"].at(link), state.exchange.flow), world.exchange.pair),
    )
    rows = [
        _row(found[n], world.axes["goods"], volume)
        for found, crossing, deal_of in parts
        for n, volume in enumerate(np.bincount(deal_of, crossing, len(found)))
        if volume > 0.0
    ]
    table = pd.DataFrame(rows, columns=[*KEYS, "flow"]).drop(columns="layer")
    whole = table.groupby(["seller", "buyer", "commodity"], as_index=False)[["flow"]].sum()
    shares = whole.assign(share=whole["flow"] / whole["flow"].sum())
    return shares.sort_values("flow", ascending=False, ignore_index=True, kind="stable")


def _crossing(routes: Routes, link: int, flow: Array) -> Array:
    """What each route carries over a link, unit a year, (H,), given flows of routes (H, 1)."""
    segment = routes.segments.of_link[link]
    on = routes.carries[[segment]].toarray()[0] if segment >= 0 else np.zeros(len(flow))
    return np.asarray(PER_YEAR * on * flow[:, 0], dtype=np.float64)


def _row(deal: Deal, goods: Axis, volume: float) -> tuple[str, str, str, str, float]:
    """Seller, buyer, layer, the closest word for the goods, and volume."""
    seller, buyer = (TRADE_POLE.get(end, end) for end in (deal.seller, deal.buyer))
    return seller, buyer, deal.goods[0], [word for word in deal.goods if word in goods][-1], volume
