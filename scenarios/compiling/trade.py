"""Relations of sellers and buyers, which embargoes bar, as arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.arrays import Mask, frozen
from model.axes import ALL_GOODS, Axis
from model.world import Relations, TradeRelations
from scenarios.compiling.axes import TRADE_POLE
from scenarios.compiling.exchange import Trade
from scenarios.compiling.freight import Reach, sender_and_taker
from scenarios.rows import Row, rows


@dataclass(frozen=True)
class Deal:
    """One relation: its seller, its buyer, and every word for what is traded."""

    seller: str
    buyer: str
    goods: tuple[str, ...] = ()


def build_trade(
    reach: Reach,
    trade: Trade,
    bans: pd.DataFrame,
    axes: Mapping[str, Axis],
    members: Mapping[str, tuple[str, ...]],
) -> TradeRelations:
    """Relations on the network by market and pair, and those off it by country and pole."""
    freight, exchange = deals(reach, trade)
    cells = [(country, pole) for country in axes["country"] for pole in axes["pole"]]
    return TradeRelations(
        freight=_relations(freight, axes, members),
        exchange=_relations(exchange, axes, members),
        imports=_relations((Deal(pole, country) for country, pole in cells), axes, members),
        exports=_relations((Deal(country, pole) for country, pole in cells), axes, members),
        banned=tuple((str(ban.seller), str(ban.buyer), str(ban.commodity)) for ban in rows(bans)),
    )


def deals(reach: Reach, trade: Trade) -> tuple[list[Deal], list[Deal]]:
    """What each route of a one-sided market, and each pair of oil and gas, is to an embargo."""
    layers, markets = [trade.sources["layer"][a] for a, _ in trade.pairs], list(rows(reach.markets))
    routed = [(markets[w], states) for w, states in zip(reach.market, reach.parties, strict=True)]
    return (
        [Deal(*_ends(market, states), (market.layer, market.commodity)) for market, states in routed],
        [Deal(*ends, (layer,)) for ends, layer in zip(trade.parties, layers, strict=True)],
    )


def _ends(market: Row, states: tuple[str, ...]) -> tuple[str, str]:
    """Who sends and who takes the goods of a market; where it names no partner, the one to which a route leads."""
    sender, taker = sender_and_taker(market)
    led = next((state for state in states if state and state not in market.owner.split(";")), "")
    return sender or led, taker or led


def banned_pairs(relations: TradeRelations, axes: Mapping[str, Axis]) -> Mask:
    """Pairs of oil and gas that are barred from the start, (N,)."""
    barred = np.zeros(relations.exchange.marks[0].shape[1], dtype=np.bool_)
    for seller, buyer, goods in relations.banned:
        place = axes["trader"].at(seller), axes["trader"].at(buyer), axes["goods"].at(goods)
        barred |= relations.exchange.of(*place)
    return barred


def _relations(every: Iterable[Deal], axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]]) -> Relations:
    """Marks of some deals, those within one state left out."""
    listed = list(every)
    abroad = np.array([deal.seller != deal.buyer for deal in listed], dtype=np.float64)
    seller, buyer = (
        frozen(abroad * marks([counted(state, members) for state in states], axes["trader"]))
        for states in ([deal.seller for deal in listed], [deal.buyer for deal in listed])
    )
    return Relations((seller, buyer, frozen(marks([(ALL_GOODS, *deal.goods) for deal in listed], axes["goods"]))))


def counted(state: str, members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A state and the poles it belongs to."""
    return (TRADE_POLE.get(state, state), *members.get(state, ()))


def marks(words: list[tuple[str, ...]], axis: Axis) -> np.ndarray:
    """1 where a word of a column is on the axis, (axis, N)."""
    return np.array([[float(label in names) for names in words] for label in axis])
