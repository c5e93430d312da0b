"""Link state: capacity, cost and time in force (theory 7.17, last item)."""

from dataclasses import replace

import numpy as np

from model.arrays import Array, Sparse
from model.now import Now
from model.state import State

OPERATING = 3
OPEN, CLOSED = 0, 1


def ramp(clock: Array, quarters: Array) -> Array:
    """Share of a project's capacity in force `clock` quarters after it opens: linear, then 1."""
    return np.clip((clock + 1.0) / np.maximum(quarters, 1.0), 0.0, 1.0)


def openness(state: Array, clock: Array, opening: Array | float) -> Array:
    """How far the border of a pair is open: 1 - exp(-t / tau) once open, else 0, (Y, R).

    `clock` counts quarters in the present state. Pairs open since before the
    start carry a large clock.
    """
    return np.where(state == OPEN, 1.0 - np.exp(-(clock + 1.0) / opening), np.where(state == CLOSED, 0.0, 1.0))


def gated(gate: Sparse, share: Array) -> Array:
    """Openness of links behind pairs of states, (E, Y) x (Y, R) -> (E, R); several pairs multiply."""
    closed_log = gate @ np.log(np.maximum(share, 1e-12))
    return np.where(closed_log < -20.0, 0.0, np.exp(closed_log))


def dyad_openness(state: State, now: Now) -> Array:
    """Openness of each pair, (Y, R)."""
    return openness(state.dyad, state.dyad_clock, now.value("dyads.opening"))


def links(state: State, now: Now) -> State:
    """Capacity (unit/quarter), cost and days of every link this quarter, (E, R)."""
    facts = now.world.links
    share = np.where(state.project == OPERATING, ramp(state.project_clock, now.world.project_ramp[:, None]), 0.0)
    capacity = now.edited("link.capacity", facts.capacity[now.index][:, None] + facts.adds_capacity @ share)
    opened = np.clip(now.edited("link.open", facts.open[:, None]), 0.0, None)
    factor = opened * gated(facts.gate, dyad_openness(state, now))
    cost = now.edited("link.cost", facts.cost[:, None] + facts.adds_cost @ share)
    days = now.edited("link.days", facts.days[:, None] + facts.adds_days @ share)
    capacity = np.where(factor > 0.0, capacity * np.where(factor > 0.0, factor, 1.0), 0.0)
    shape = (len(facts.cost), now.runs)
    spread = [np.ascontiguousarray(np.broadcast_to(v, shape)) for v in (capacity, cost, np.maximum(days, 0.0))]
    return replace(state, capacity=spread[0], cost=spread[1], days=spread[2])
