"""Memberships: states join institutions, rise in them and leave them by chance (theory 7.8, 7.17).

Each state stands on a rung of each institution that is open to it: none,
observer, member. Once a year it may move to another, at the rate of the record
times exp of loads times covariates. No state is in two institutions that
exclude each other: it leaves the one before it joins the other.
"""

from collections.abc import Sequence

import numpy as np

from model.arrays import Array, Mask, mix
from model.dyads import chances, drawn
from model.now import Now
from model.openings import TENSE, shut
from model.politics import Memberships
from model.projects import LAST_OF_YEAR
from model.quarters import PER_YEAR
from model.state import State

DEGREES = np.array([0.0, 0.5, 1.0])
"""Degree of each rung: none, observer, member."""
UP, DOWN = 0, 1
COVARIATES = ("alignment", "peers", "ties", "tense", "shut", "change")
LARGEST_PRESSURE = 2.0  # |sum of loads times covariates over the mean of the start| that counts


def rung(degree: Array) -> Array:
    """Number of the rung that a degree in [0, 1] stands on; what lies between none and member is an observer's."""
    return np.where(degree >= 1.0, 2.0, np.where(degree > 0.0, 1.0, 0.0))


def next_membership(state: State, now: Now) -> Array:
    """Membership without events in the next quarter, (C, M, R): decided in the last quarter of a year.

    ODD 7.10.
    """
    held, pace = state.own["membership.state"], now.value("memberships.pace")
    if now.quarter % PER_YEAR != LAST_OF_YEAR or not np.any(pace):
        return held
    facts = now.world.memberships
    degree = held[facts.country, facts.institution]
    stands = rung(degree)
    measured = covariates(state.alignment, state.membership, state.membership_lagged, state.dyad, facts)
    chance = chances(hazards(stands, measured, facts), PER_YEAR * pace)
    found = drawn(stands, chance, now.setting.luck.memberships[now.index // int(PER_YEAR)])
    moved = held.copy()
    moved[facts.country, facts.institution] = np.where(found == stands, degree, DEGREES[found.astype(np.intp)])
    return permitted(held, moved, state.membership, facts)


def permitted(held: Array, moved: Array, shown: Array, facts: Memberships) -> Array:
    """Membership with the rises undone that something forbids, (C, M, R).

    None rises in an institution whose like it is in or was until now, by its own steps or by an event (`shown`), nor
    before it belongs to what the institution asks for.
    """
    before, after = (values[facts.country, facts.institution] for values in (held, moved))
    taken = np.maximum(np.maximum(held, moved), shown) > 0.0
    barred = facts.excludes @ _flat(taken) > 0.0
    lacking = facts.requires @ _flat(held == 0.0) > 0.0
    kept = moved.copy()
    kept[facts.country, facts.institution] = np.where((after > before) & (barred | lacking), before, after)
    return kept


def _flat(values: Array | Mask) -> Array:
    """Cells (C, M, R) in one row each, (C * M, R)."""
    return values.reshape(-1, values.shape[-1]).astype(np.float64)


def hazards(stands: Array, measured: Sequence[Array], facts: Memberships) -> Array:
    """Rate a year from the rung that each state stands on to each other, (becomes, N, R).

    `stands` are rungs, `measured` the covariates in their order, (N, R) each.
    """
    places = stands.astype(np.intp)
    rates = facts.rates[:, np.arange(len(places))[:, None], places]
    risen = [np.exp(pressure(step, measured, facts)) for step in (UP, DOWN)]
    rises = np.arange(len(DEGREES))[:, None, None] > places
    found: Array = rates * np.where(rises, risen[UP], risen[DOWN])
    return found


def pressure(step: int, measured: Sequence[Array], facts: Memberships) -> Array:
    """Sum of loads times covariates on the logarithm of rates up or down, from the mean of the start, (N, R)."""
    weighed = sum(load[:, None] * values for load, values in zip(facts.loads[step], measured, strict=True))
    clipped: Array = np.clip(weighed - facts.mean[step][:, None], -LARGEST_PRESSURE, LARGEST_PRESSURE)
    return clipped


def covariates(
    alignment: Array, membership: Array, lagged: Array, dyad: Array, facts: Memberships
) -> tuple[Array, ...]:
    """What moves the rates of each state and institution, (N, R) each in the order of COVARIATES.

    `alignment` (C, P, R) with the poles behind the institution; how many of the
    peers are in; ties, what the state has long been in of the same poles
    that is no security; members in quarrel with it or behind a shut border, who
    must all consent; change, how much of the last step is not yet settled.
    """
    held, place = _flat(membership), (facts.country, facts.institution)
    voices = np.concatenate([held, np.broadcast_to(facts.behind[:, None], (len(facts.behind), held.shape[1]))])
    voice = voices[facts.voice]
    return (
        mix(facts.pull, _flat(alignment)),
        mix(facts.peers, held),
        mix(facts.ties, _flat(lagged)),
        mix(facts.heard, voice * (dyad == TENSE)[facts.pair]),
        mix(facts.heard, voice * shut(dyad)[facts.pair]),
        np.abs(membership[place] - lagged[place]),
    )


def next_lagged(lagged: Array, membership: Array, years: Array | float) -> Array:
    """Membership as it has settled: it follows what is held with a mean lag in years, (C, M, R)."""
    return lagged + (membership - lagged) * -np.expm1(-1.0 / (PER_YEAR * years))
