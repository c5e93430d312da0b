"""Rents: what states earn by what passes over their soil, in fees and by links that are full."""

import numpy as np

from model import exchange, freight
from model.arrays import Array, mix
from model.links import narrowed
from model.network import Segments
from model.now import Now
from model.state import State
from model.world import World


def transit_rent(state: State, now: Now) -> Array:
    """Transit fees earned, million USD a quarter, (C, R).

    ODD 7.6.
    """
    market, system = now.world.freight, now.world.exchange
    money = market.money[market.routes.market][:, None]
    tariffs = mix(market.fees, money * state.freight.flow) + mix(system.fees, state.exchange.flow)
    return now.value("transit.fee_share") * tariffs


def scarcity_rent(state: State, now: Now) -> Array:
    """What states keep of the earnings of full links on their soil, million USD a quarter, (C, R).

    lambda_e v_e (theory 7.4) goes in equal parts to the states that a link
    touches; what they do not keep is the foreign owners'. Links of one way
    that are full together share. What a contract, or an event that narrows the
    link, leaves between the prices of seller and buyer is nobody's: who holds
    back is not known.

    ODD 7.6.
    """
    earned, free = np.zeros_like(state.capacity), ~narrowed(state, now)
    for segments, solved in _systems(state, now.world):
        narrow = tightest(segments, state.capacity)
        shared = solved.price * solved.load / np.maximum(segments.total(narrow), 1.0)
        earned += narrow * free * segments.to_links(shared)
    return now.value("dependence.rent_kept") * mix(now.world.links.earns, earned)


def tightest(segments: Segments, capacity: Array) -> Array:
    """1 for the links with the least capacity of their segment, else 0, (E, R)."""
    least = segments.to_links(segments.smallest(capacity))
    return np.asarray((segments.of_link >= 0)[:, None] & (capacity <= least), dtype=np.float64)


def link_flow(state: State, world: World) -> Array:
    """Flow on links, unit a quarter, (E, R)."""
    (freight, one), (exchange, two) = _systems(state, world)
    return freight.to_links(one.load) + exchange.to_links(two.load)


def shadow_prices(state: State, world: World) -> Array:
    """What full links ask, USD per unit, (E, R): the price of a segment on its tightest links, none where nothing goes.

    A clearing leaves the price of a way that is barred to all as it was.
    """
    asked = np.zeros_like(state.capacity)
    for segments, solved in _systems(state, world):
        asked += tightest(segments, state.capacity) * segments.to_links(np.where(solved.load > 0.0, solved.price, 0.0))
    return asked


def _systems(state: State, world: World) -> tuple[tuple[Segments, freight.Outcome], tuple[Segments, exchange.Outcome]]:
    """The two clearing systems, which share no link, with what cleared in them."""
    one, two = world.freight.routes.segments, world.exchange.pairs.routes.segments
    return (one, state.freight), (two, state.exchange)
