"""Link state: capacity, cost and time in force (theory 7.17, last item)."""

from dataclasses import replace

import numpy as np

from model.arrays import Array, Mask
from model.now import Now
from model.openings import LONG_AGO, gated, openness, ramp, thaw
from model.state import State

OPERATING = 3
TRACE = 1e-9  # of a link's room, less than which is none


def dyad_openness(state: State, now: Now) -> Array:
    """Openness of each pair, (Y, R)."""
    return openness(state.dyad, state.dyad_clock, now.value("dyads.opening"))


def project_share(state: State, now: Now) -> Array:
    """Share of each project that is in use, (J, R)."""
    return np.where(state.project == OPERATING, ramp(state.project_clock, now.world.projects.ramp[:, None]), 0.0)


def built(state: State, now: Now) -> Array:
    """Capacity of links by the tables, what was widened and what projects add, unit/quarter, (E, R)."""
    facts = now.world.links
    found = facts.capacity[now.index][:, None] * state.expansion + facts.adds_capacity @ project_share(state, now)
    return np.asarray(found)


def narrowed(state: State, now: Now) -> Mask:
    """Links for which events leave less room than there would be without them, (E, R)."""
    opened, room = now.world.links.open[:, None], built(state, now)
    left = _passable(now.edited("link.capacity", room), now.edited("link.open", opened))
    return np.asarray(left < (1.0 - TRACE) * _passable(room, opened))


def _passable(room: Array, opened: Array) -> Array:
    """Room of links as far as they are open, nothing of one that is shut though it has no bound."""
    return np.where(opened > 0.0, room * np.where(opened > 0.0, opened, 1.0), 0.0)


def links(state: State, now: Now) -> State:
    """Capacity (unit/quarter), cost and days of every link this quarter, none below 0, (E, R).

    ODD 7.4.
    """
    facts = now.world.links
    share = project_share(state, now)
    capacity = np.maximum(now.edited("link.capacity", built(state, now)), 0.0)
    opened = np.clip(now.edited("link.open", facts.open[:, None]), 0.0, None)
    factor = opened * gated(facts.gate, dyad_openness(state, now))
    freight_rate = state.world_price[now.world.axes["world_price"].at("sea_freight")]
    tariff = facts.cost[:, None] * np.where(facts.ocean[:, None] > 0.0, freight_rate, 1.0)
    cost = now.edited("link.cost", tariff + facts.adds_cost @ share)
    days = now.edited("link.days", facts.days[:, None] + facts.adds_days @ share)
    capacity = np.where(factor > 0.0, capacity * np.where(factor > 0.0, factor, 1.0), 0.0)
    shape = (len(facts.cost), now.runs)
    spread = [
        np.ascontiguousarray(np.broadcast_to(v, shape))
        for v in (capacity, np.maximum(cost, 0.0), np.maximum(days, 0.0))
    ]
    return replace(state, capacity=spread[0], cost=spread[1], days=spread[2])


def border_thaw(state: State, now: Now) -> Array:
    """Trade of each pair of states relative to the start, (Y + 1, R); the last row, for no pair, is 1."""
    start = openness(now.world.dyad_state[:, None], np.full((1, 1), LONG_AGO), now.value("dyads.opening"))
    moved = thaw(dyad_openness(state, now), start, now.value("dyads.trade_barrier"))
    return np.concatenate([moved, np.ones((1, now.runs))])
