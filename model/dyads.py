"""Pairs of states: they quarrel, shut their border, fight and make peace by chance (theory 7.10, 7.17).

A chain of four states in continuous time, observed each quarter. Every rate of
the tables is multiplied by exp of loads times covariates, all of which are
counted from the start, so that the rates of the tables are those of the start.
"""

from collections.abc import Sequence

import numpy as np

from model.arrays import Array, Mask, mix
from model.markets import alignment_change
from model.now import Now
from model.openings import HOT
from model.quarters import PER_YEAR
from model.state import State

COVARIATES = ("war", "guarantor", "grievance", "trade", "agreement", "price", "mediation")
LARGEST_PRESSURE = 3.0  # |sum of loads times covariates| that counts, and |ln| of trade over that of the start


def next_dyad(state: State, now: Now) -> Array:
    """State of each pair without events in the next quarter, (Y, R).

    ODD 7.10.
    """
    held, pace = state.own["dyad.state"], now.value("dyads.pace")
    if not np.any(pace):
        return held
    chance = chances(hazards(held, covariates(state, now), now), pace)
    return drawn(held, chance * allowed(state, now), now.setting.luck.dyads[now.index])


def hazards(held: Array, measured: Sequence[Array], now: Now) -> Array:
    """Rate a year from the state that each pair holds to each other, (becomes, Y, R).

    `measured` are the covariates in their order, (Y, R) each.
    """
    facts, pair, place = now.world.dyads, np.arange(len(held))[:, None], held.astype(np.intp)
    loads = facts.loads[:, :, pair, place]
    pressure = sum(load * values for load, values in zip(loads, measured, strict=True))
    risen: Array = facts.rates[:, pair, place] * np.exp(np.clip(pressure, -LARGEST_PRESSURE, LARGEST_PRESSURE))
    return risen


def chances(rates: Array, pace: Array | float) -> Array:
    """Probability of each change within a quarter, (becomes, Y, R); `rates` a year, `pace` a factor on all.

    Some change comes with 1 - exp(-total / 4), and it is one or other as their rates.
    """
    total = sum(rates)
    leaving = -np.expm1(-pace * total / PER_YEAR)
    chance: Array = rates * (leaving / np.where(total > 0.0, total, 1.0))
    return chance


def drawn(held: Array, chance: Array, luck: Array) -> Array:
    """State of each pair after a change or none, (Y, R); `chance` (becomes, Y, R), `luck` uniform (Y, R)."""
    edges = np.cumsum(chance, axis=0)
    becomes = (luck >= edges).astype(np.intp)
    return np.where(luck < edges[-1], sum(becomes), held)


def allowed(state: State, now: Now) -> Mask:
    """Whether a pair may become a state: some need another pair to be in a state first, (becomes, Y, R)."""
    free = np.ones((now.world.dyads.rates.shape[0], *state.dyad.shape), dtype=bool)
    for pair, becomes, needed, wanted in now.world.dyads.order:
        free[becomes, pair] &= state.dyad[needed] == wanted
    return free


def covariates(state: State, now: Now) -> tuple[Array, ...]:
    """What moves the rates, (Y, R) each in the order of COVARIATES, all counted from the start.

    War fades as exp(-years since / memory). Guarantor and grievance are how
    near each side stands to the other's guarantors and what it holds against
    them; trade is ln of what the pair trades by land; agreement, what both
    belong to; price, |ln| of a world price; mediation, nearness to a mediator.
    """
    facts, politics = now.world.dyads, now.world.politics
    fading = PER_YEAR * now.value("dyads.war_memory")
    nearer = alignment_change(state, now)
    held_against = (state.grievance - politics.grievance[:, :, None]).reshape(len(nearer), -1)
    return (
        np.exp(-state.dyad_war / fading) - np.exp(-facts.war[:, None] / fading),
        mix(facts.guarantors, nearer),
        mix(facts.guarantors, held_against),
        trade_growth(state, now),
        agreement(state, now) - facts.agreement[:, None],
        mix(facts.prices, np.abs(np.log(state.world_price))),
        mix(facts.mediators, nearer),
    )


def trade_growth(state: State, now: Now) -> Array:
    """How each pair's trade by land has grown since the base quarter, as ln, (Y, R); 0 where there was none."""
    traded, freight = now.world.dyads.trade, now.world.freight
    base = mix(traded, freight.volume[:, None])
    grown = mix(traded, state.potential * state.freight.served) / np.where(base > 0.0, base, 1.0)
    most = np.exp(LARGEST_PRESSURE)
    return np.where(base > 0.0, np.log(np.clip(grown, 1.0 / most, most)), 0.0)


def agreement(state: State, now: Now) -> Array:
    """Institutions that both sides belong to, by the product of their degrees, (Y, R); a pole's is the load on it."""
    politics = now.world.politics
    ties = np.broadcast_to(politics.loads.T[:, :, None], (*politics.loads.T.shape, now.runs))
    degree = np.concatenate([state.membership, ties, np.zeros((1, *ties.shape[1:]))])
    one, other = now.world.dyads.sides.T
    shared: Array = sum(np.moveaxis(degree[one] * degree[other], 1, 0), start=np.zeros((len(one), now.runs)))
    return shared


def war_clock(state: State) -> Array:
    """Quarters since each pair was last at war, (Y, R)."""
    return np.where(state.dyad == HOT, 0.0, state.dyad_war + 1.0)


def war_threat(state: State, now: Now) -> Array:
    """How far wars make each pole a threat: its own, and those of whom it guarantees, (C, P, R)."""
    at_war = (state.dyad == HOT).astype(np.float64)
    return mix(now.world.dyads.threatens, at_war).reshape(state.threat.shape)
