"""Supply contracts as arrays: which pairs of source and sink each is about, and how much of their trade it holds."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import hstack, vstack

from model.arrays import Array, Indices, Mask, Sparse, compressed, frozen
from model.axes import Axis
from model.quarters import PER_QUARTER, parse_quarter
from model.world import Contracts, Exchange
from scenarios.compiling.exchange import Trade
from scenarios.compiling.freight import pole_of
from scenarios.rows import rows


def build_contracts(  # noqa: PLR0913 - two parts of the world, a table, and what names mean
    trade: Trade,
    exchange: Exchange,
    table: pd.DataFrame,
    axes: Mapping[str, Axis],
    members: Mapping[str, tuple[str, ...]],
    start: int,
) -> Contracts:
    """Contracts in force at the `start` (ordinal), and those that begin later."""
    starts, expires = (frozen([parse_quarter(str(text)) for text in table[name]]) for name in ("starts", "expires"))
    volume = frozen(PER_QUARTER * table["volume"].astype(float))
    at_start = frozen(np.where((starts <= start) & (start <= expires), volume, 0.0))
    about = _about(trade, table, axes["link"])
    spread, excludes = _spread(about, exchange.flow), _excludes(trade, table, exchange.flow)
    return Contracts(
        starts=starts,
        expires=expires,
        volume=volume,
        at_start=at_start,
        prior=frozen(np.where(_followed(table, starts, expires), 0.0, table["renewal_prior"].astype(float))),
        about=compressed(about),
        routes=compressed(about[:, exchange.pair]),
        spread=spread,
        excludes=compressed(excludes),
        pairs=np.flatnonzero((spread @ at_start > 0.0) | excludes.any(axis=1)),
        affinity=_affinity(table, axes, members),
    )


def _about(trade: Trade, table: pd.DataFrame, links: Axis) -> Array:
    """1 where a contract is about a pair: its parties, its layer, and its market or a route over its link, (K, N).

    A pair of the same parties at whose places no contract is made hangs on all
    of theirs: gas of another field would else come in place of what is cut.
    """
    marks = np.zeros((len(table), len(trade.pairs)))
    for n, ((a, d), found) in enumerate(zip(trade.pairs, trade.routes, strict=True)):
        seller, buyer = trade.parties[n]
        places = {
            trade.sources["id"][a],
            trade.sinks["id"][d],
            *(links.labels[link] for path in found for link in path),
        }
        here = table["link_or_market"].map(lambda named, places=places: not places.isdisjoint(named))
        deal = (table["seller"] == seller) & (table["buyer"] == buyer) & (table["layer"] == trade.sources["layer"][a])
        marks[:, n] = here & deal if (here & deal).any() else deal
    return marks


def _spread(about: Array, flow: Array) -> Sparse:
    """How a contract is shared out among its pairs, as they trade at base, (N, K); nothing where none trades."""
    weight = about * flow
    total = weight.sum(axis=1, keepdims=True)
    return compressed((weight / np.where(total > 0.0, total, 1.0)).T)


def _excludes(trade: Trade, table: pd.DataFrame, flow: Array) -> Array:
    """1 where an exclusive contract is with the buyer of a pair that has another seller and some base trade, (N, K).

    Pairs without base trade need a link that is not there: who builds it has settled with the holder of the contract.
    """
    marks = np.zeros((len(trade.pairs), len(table)))
    exclusive = table["exclusive"].astype(float).to_numpy() > 0.0
    for n, ((a, _), (seller, buyer)) in enumerate(zip(trade.pairs, trade.parties, strict=True)):
        rival = (table["buyer"] == buyer) & (table["seller"] != seller) & (table["layer"] == trade.sources["layer"][a])
        marks[n] = rival & exclusive & (flow[n] > 0.0)
    return marks


def _followed(table: pd.DataFrame, starts: Array, expires: Array) -> Mask:
    """Contracts that another of the same parties and place follows as they expire: that one is their renewal, (K,)."""
    same = np.ones((len(table), len(table)), dtype=np.bool_)
    for column in ("seller", "buyer", "layer", "link_or_market"):
        values = table[column].to_numpy()
        same &= values[:, None] == values[None, :]
    return np.asarray((same & (starts[None, :] == expires[:, None] + 1.0)).any(axis=1), dtype=np.bool_)


def _affinity(table: pd.DataFrame, axes: Mapping[str, Axis], members: Mapping[str, tuple[str, ...]]) -> Sparse:
    """Which alignment moves a renewal: that of either party toward the other's pole, their mean if both, (K, C * P)."""
    countries, poles = axes["country"], axes["pole"]
    cells = np.zeros((len(table), len(countries) * len(poles)))
    for k, contract in enumerate(rows(table)):
        for country, partner in ((contract.seller, contract.buyer), (contract.buyer, contract.seller)):
            pole = pole_of(str(partner), members, poles)
            if country in countries and pole and country != pole:
                cells[k, countries.at(country) * len(poles) + poles.at(pole)] = 1.0
    return compressed(cells / np.maximum(cells.sum(axis=1, keepdims=True), 1.0))


def with_agreements(exchange: Exchange, pairs: Indices) -> Exchange:
    """Oil and gas with one more segment for each of some pairs, on all of the pair's routes."""
    routes = exchange.pairs.routes
    mine = compressed((exchange.pair[:, None] == pairs[None, :]).astype(np.float64))
    uses, carries = hstack([routes.uses, mine], format="csr"), vstack([routes.carries, mine.T], format="csr")
    segments = replace(routes.segments, agreed=len(pairs))
    limited = replace(routes, uses=uses, carries=carries, segments=segments)
    return replace(exchange, pairs=replace(exchange.pairs, routes=limited))
