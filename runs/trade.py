"""Trade between pairs of states in the base quarter: what an event on `trade` may bar."""

import pandas as pd

from model.axes import Axis
from model.quarters import PER_YEAR
from runs.flows import Case
from scenarios.compiling.axes import TRADE_POLE
from scenarios.compiling.trade import Deal, deals
from scenarios.table_units import LAYER_UNIT

KEYS = ["seller", "buyer", "layer", "commodity"]


def base_trade(case: Case) -> pd.DataFrame:
    """Volume a year by seller, buyer, layer and commodity in the words of events; that of oil and gas is the layer."""
    world = case.world
    freight, exchange = deals(case.network.reach, case.network.trade)
    volumes = [*(PER_YEAR * world.freight.volume), *(PER_YEAR * world.exchange.flow)]
    rows = [
        _row(deal, world.axes["goods"], volume) for deal, volume in zip([*freight, *exchange], volumes, strict=True)
    ]
    table = pd.DataFrame(rows, columns=[*KEYS, "volume"])
    traders = set(world.axes["trader"])
    abroad = table[(table["seller"] != table["buyer"]) & table["seller"].isin(traders) & table["buyer"].isin(traders)]
    whole = abroad[abroad["volume"] > 0.0].groupby(KEYS, as_index=False)[["volume"]].sum()
    return whole.assign(unit=whole["layer"].map(LAYER_UNIT))


def _row(deal: Deal, goods: Axis, volume: float) -> tuple[str, str, str, str, float]:
    """Seller, buyer, layer, the closest word for the goods, and volume."""
    seller, buyer = (TRADE_POLE.get(end, end) for end in (deal.seller, deal.buyer))
    return seller, buyer, deal.goods[0], [word for word in deal.goods if word in goods][-1], volume
