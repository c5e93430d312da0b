"""Perceived threat and grievance (theory 7.6 eq. 14 and 7.17)."""

import numpy as np

from model.arrays import Array, Sparse, mix

Retention = tuple[Array | float, Array | float]


def next_threat(threat: Array, resting: Array, persistence: Array | float, pressure: Array, noise: Array) -> Array:
    """Theta <- clip(rest + rho (Theta - rest) + pressure + noise, 0, 1), (C, P, R).

    `pressure` gathers own coercion and aggression seen elsewhere.

    ODD 7.7.
    """
    return np.clip(resting + persistence * (threat - resting) + pressure + noise, 0.0, 1.0)


def observed_aggression(similarity: Sparse, aggression: Array) -> Array:
    """Sum over j != i of sim_ij agg_jp, (C, P, R); `similarity` (C, C) has a zero diagonal."""
    return mix(similarity, aggression)


def next_credibility(credibility: Array, kept: Array, similarity: Sparse, update: Array | float) -> Array:
    """Cr <- Cr + alpha w (kept - Cr), (C, P, R): what a guarantor does in a crisis, seen by all in it and like it.

    `kept` is the share of a promise that a pole keeps to a country in a crisis
    of this quarter, below zero where there is none; w is 1 in one's own crisis
    and `similarity` (C, C) in that of others. Several crises act one by one in
    the order of the countries.

    ODD 7.7.
    """
    weight = similarity.toarray() + np.eye(len(credibility))
    for other in np.flatnonzero((kept >= 0.0).any(axis=(1, 2))):
        pace = update * np.where(kept[other] >= 0.0, 1.0, 0.0)
        credibility = credibility + pace * weight[:, other, None, None] * (kept[other] - credibility)
    return credibility


def next_grievance(grievance: Array, settled: Array, incident: Array, accounted: Array, retention: Retention) -> Array:
    """G <- rho G + (1-G) incident - acc G, (C, P, R), in [0, 1].

    `retention` is (unsettled, settled) quarterly persistence: half-lives of
    8.6 years and 3 quarters by default.

    ODD 7.7.
    """
    unsettled, closed = retention
    kept = np.where(settled > 0.0, closed, unsettled)
    return np.clip(kept * grievance + (1.0 - grievance) * incident - accounted * grievance, 0.0, 1.0)
