"""Statecraft: what poles offer within a budget, whom they coerce, and how the targets answer (theory 7.6).

Poles see what has happened so far; a target answers within the quarter, and
what is closed is closed from the next quarter on.
"""

from dataclasses import dataclass, replace

import numpy as np

from model.alignment import rivalry_load
from model.arrays import TINY, Array
from model.dependence import index
from model.now import Now
from model.parameters import OFFER_SCALE
from model.postures import lever
from model.state import State

STRONGEST = 3.0  # rung of full closure
RAREST, SUREST = 1e-4, 0.95  # chances of a rung within a quarter
HALVINGS = 50  # of the bracket in which an intercept is sought
BRACKET = 30.0
UNDER_WAY = (1.0, 2.0)  # stages of a project: committed, building


@dataclass(frozen=True)
class Opening:
    """What statecraft compares with: score of offers (C, P, R), intercepts of coercion and of compliance (P, R)."""

    offer_score: Array
    escalation: Array
    compliance: Array


def logistic(value: Array) -> Array:
    """1 / (1 + exp(-x))."""
    found: Array = 1.0 / (1.0 + np.exp(-value))
    return found


def logit(share: Array) -> Array:
    """The inverse of `logistic`."""
    found: Array = np.log(share / (1.0 - share))
    return found


def opened(state: State, now: Now) -> Opening:
    """Scores at the base state, and intercepts with which the mean chance over countries is that of the record."""
    politics = now.world.politics
    success = np.broadcast_to(politics.success, politics.begins.shape)
    return Opening(
        offer_score=offer_score(state, now),
        escalation=intercept(pressure(state, now), politics.begins, politics.active),
        compliance=intercept(yielding(state, now, 1.0 / STRONGEST), success, politics.active),
    )


def intercept(score: Array, mean: Array, active: Array) -> Array:
    """A such that the mean over active countries of logistic(a + score) is `mean` (P,), by halving, (P, R)."""
    mask = active[:, :, None]
    low = np.full(score.shape[1:], -BRACKET)
    high = -low
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        found = sum(logistic(middle + score) * mask) / sum(mask)
        low, high = np.where(found < mean[:, None], middle, low), np.where(found < mean[:, None], high, middle)
    found_at: Array = 0.5 * (low + high)
    return found_at


def statecraft(state: State, now: Now) -> State:
    """Offers and rungs of this quarter, and the answers of targets.

    ODD 7.8.
    """
    held = state.own["coercion.level"]
    clock = np.where(state.coercion > 0.0, state.coerced + 1.0, 0.0)
    on = np.asarray(now.value("statecraft.coercion"))
    luck = now.setting.luck.coercion[now.index]
    asked = (clock == np.asarray(now.value("statecraft.patience"))) & (on > 0.0)
    yields = asked & (luck < compliance(state, now))
    moved = held + np.where(asked | (now.index == 0), 0.0, rungs(held, luck, *hazards(state, now)))
    answer = now.value("statecraft.backlash") * (asked & ~yields)
    return replace(
        state,
        own=state.own | {"coercion.level": np.where(yields, 0.0, moved)},
        offers=np.maximum(now.edited("offer.level", offers(state, now)), 0.0),
        coerced=clock,
        complied=yields.astype(np.float64),
        backlash=now.value("statecraft.memory") * state.backlash + answer,
        paused=paused(state, now, yields),
        alignment_history=np.concatenate([state.alignment_history[1:], state.alignment[None]]),
    )


def rungs(level: Array, luck: Array, up: Array, down: Array) -> Array:
    """Rungs climbed, 1, 0 or -1: up when luck is below one chance, down when it is above one minus the other."""
    climbs = (luck < up) & (level < STRONGEST)
    falls = ~climbs & (luck >= 1.0 - down) & (level > 0.0)
    return climbs.astype(np.float64) - falls


def hazards(state: State, now: Now) -> tuple[Array, Array]:
    """Chances that each pole climbs and falls by a rung within a quarter, each (C, P, R) (eq. 16)."""
    politics, begun = now.world.politics, state.own["coercion.level"] > 0.0
    first = now.base.statecraft.escalation
    further = logit(politics.climbs)
    up = logistic(np.where(begun, further, first) + pressure(state, now))
    down = logistic(
        logit(politics.releases)
        + now.value("statecraft.own_cost") * own_cost(state, now)
        + now.value("statecraft.settled") * state.settled
    )
    pace, active = now.value("statecraft.coercion"), politics.active[:, :, None]
    keen = lever(politics.escalation, state.posture)
    return active * pace * np.clip(keen * up, RAREST, SUREST), active * pace * np.clip(down, RAREST, SUREST)


def pressure(state: State, now: Now) -> Array:
    """What makes a pole coerce: dependence, lost alignment, contest, less own cost and whom it courts, (C, P, R)."""
    politics = now.world.politics
    lost = np.maximum(state.alignment_history[0] - state.alignment, 0.0)
    courted = np.maximum(rivalry_load(rivalry(now), state.alignment), 0.0)
    score: Array = (
        now.value("statecraft.dependence") * index(np.maximum(state.loss, 0.0), now)
        + now.value("statecraft.lost_alignment") * lost
        + now.value("statecraft.contest") * contest(state, now)
        - now.value("statecraft.own_cost") * own_cost(state, now)
        - now.value("statecraft.accommodation") * politics.strategic_value[:, :, None] * courted
    )
    return score


def rivalry(now: Now) -> Array:
    """Rivalry between poles in force, (P, P, R or 1)."""
    return now.edited("rivalry.level", now.world.politics.rivalry[:, :, None])


def contest(state: State, now: Now) -> Array:
    """Whether a project under way in a country is opposed by a pole with a market at stake, [0, 1], (C, P, R)."""
    politics = now.world.politics
    pending = np.isin(state.project, UNDER_WAY) & (state.paused <= 0.0)
    sales = stake(now)
    weight = sales / (sales + np.reshape(now.value("statecraft.stake_scale"), (1, -1)))
    found = np.zeros((*politics.active.shape, pending.shape[-1]))
    for j in np.flatnonzero(pending.any(axis=-1)):
        most = (politics.opposes[:, j, None] * weight[:, j])[None] * politics.consents[:, j, None, None]
        found = np.maximum(found, most * pending[j])
    return found


def stake(now: Now) -> Array:
    """Sales of each pole to the states that must consent to a project, share of its GDP, (P, J, 1)."""
    economy, politics = now.world.economy, now.world.politics
    countries = len(politics.active)
    sold = economy.gross_imports * economy.gdp[:countries, None] / economy.gdp[None, countries:]
    return np.asarray(sold.T @ politics.consents)[:, :, None]


def own_cost(state: State, now: Now) -> Array:
    """Index of what a pole loses by a break with a country, [0, 1], (C, P, R): what it sells there alone."""
    economy = now.world.economy
    countries = len(now.world.politics.active)
    sold = economy.gross_imports[:, :, None] * (state.gdp[:countries, None] / state.gdp[None, countries:])
    return index(sold * (1.0 - now.value("dependence.exports_reallocated")), now)


def yielding(state: State, now: Now, rung: Array | float) -> Array:
    """What makes a target comply at a share of the ladder, (C, P, R) (eq. 17)."""
    politics = now.world.politics
    support = np.maximum(state.alignment, 0.0) * state.offers / OFFER_SCALE
    others = sum(support.swapaxes(0, 1), np.zeros_like(support[:, 0]))[:, None] - support
    score: Array = (
        now.value("statecraft.cost_of_target") * index(np.maximum(state.loss, 0.0), now) * rung
        - now.value("statecraft.fear") * state.threat
        - now.value("statecraft.alternatives") * others
        - now.value("statecraft.will") * politics.will[:, :, None]
    )
    return score


def compliance(state: State, now: Now) -> Array:
    """Chance that a target complies when its time has come, (C, P, R)."""
    return logistic(now.base.statecraft.compliance + yielding(state, now, state.coercion / STRONGEST))


def paused(state: State, now: Now, yields: Array) -> Array:
    """Quarters for which contested projects still rest, (J, R)."""
    politics = now.world.politics
    left = np.maximum(state.paused - 1.0, 0.0)
    for country, pole in zip(*np.nonzero(yields.any(axis=-1)), strict=True):
        rests = (politics.opposes[pole] * politics.consents[country])[:, None] * yields[country, pole]
        left = np.where(rests > 0.0, now.value("statecraft.pause"), left)
    return left


def offer_score(state: State, now: Now) -> Array:
    """What draws a pole's offers besides standing value: alignment below the anchor, and rivals' offers, (C, P, R)."""
    gap = state.anchor - state.alignment
    contested = rivalry_load(rivalry(now), state.offers) / OFFER_SCALE
    score: Array = (
        now.value("statecraft.offers_to_lost") * gap + now.value("statecraft.offers_to_contested") * contested
    )
    return score


def offers(state: State, now: Now) -> Array:
    """Offers of each pole, shares of each country's GDP, (C, P, R), which sum to its budget (eq. 15)."""
    politics, gdp = now.world.politics, now.world.economy.gdp
    countries = len(politics.active)
    standing = politics.offers[:, :, None] * lever(politics.budget, state.posture)
    if not np.any(now.value("statecraft.offers")):
        return standing
    growth = (state.gdp / gdp[:, None])[countries:]
    money = standing * gdp[:countries, None, None]
    drawn = money * np.exp(now.value("statecraft.offers") * (offer_score(state, now) - now.base.statecraft.offer_score))
    shared = drawn / np.maximum(sum(drawn), TINY) * (sum(money) * growth)
    found: Array = shared / state.gdp[:countries, None]
    return np.where(np.asarray(now.value("statecraft.offers")) > 0.0, found, standing)
