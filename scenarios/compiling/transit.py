"""Whose goods pass over which soil and links, which events may bar, as arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from model.arrays import Array, frozen
from model.axes import ALL_GOODS, Axis
from model.world import Relations, Transit
from scenarios.compiling.exchange import Trade
from scenarios.compiling.freight import Reach
from scenarios.compiling.trade import counted, deals, marks
from scenarios.routes import Route

Members = Mapping[str, tuple[str, ...]]
Parties = Sequence[tuple[str, ...]]


def build_transit(
    reach: Reach, trade: Trade, links: pd.DataFrame, axes: Mapping[str, Axis], members: Members
) -> Transit:
    """Routes of one-sided markets, and of oil and gas, that events on transit may bar."""

    def related(routes: Sequence[Route], parties: Parties, goods: Sequence[tuple[str, ...]]) -> Relations:
        whose = marks([_words(states, members) for states in parties], axes["party"])
        which = marks([(ALL_GOODS, *words) for words in goods], axes["goods"])
        return Relations((frozen(_over(routes, parties, links, axes["way"])), frozen(whose), frozen(which)))

    freight, exchange = deals(reach, trade)
    return Transit(
        freight=related(reach.flat, reach.parties, [deal.goods for deal in freight]),
        exchange=related(trade.flat, [trade.parties[n] for n in trade.pair], [exchange[n].goods for n in trade.pair]),
    )


def _over(routes: Sequence[Route], parties: Parties, links: pd.DataFrame, ways: Axis) -> Array:
    """Marks of links and soil that routes pass over, (way, H); that of a party to the trade is gone to, not over."""
    territories, ids = links["territories"].tolist(), links["id"].tolist()
    over = np.zeros((len(ways), len(routes)))
    for h, (route, states) in enumerate(zip(routes, parties, strict=True)):
        soil = {state for e in route for state in territories[e]}.difference(states)
        over[ways.positions((*sorted(soil), *(ids[e] for e in route))), h] = 1.0
    return over


def _words(states: tuple[str, ...], members: Members) -> tuple[str, ...]:
    """Words for the parties to a trade: all, each, and the poles they belong to."""
    return (ALL_GOODS, *(word for state in states for word in counted(state, members)))
