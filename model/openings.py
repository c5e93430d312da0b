"""Openings: how far pairs of states and new projects have opened."""

import numpy as np

from model.arrays import Array, Mask, Sparse

OPEN, CLOSED, TENSE, HOT = 0, 1, 2, 3
SHUT_LOG = -20.0  # ln of an openness that counts as none
LONG_AGO = 1e9  # quarters: pairs open at the start have been open for good, so that no openness is left to come


def ramp(clock: Array, quarters: Array) -> Array:
    """Share of a project's capacity in force `clock` quarters after it opens: linear, then 1."""
    return np.clip((clock + 1.0) / np.maximum(quarters, 1.0), 0.0, 1.0)


def shut(state: Array) -> Mask:
    """Whether the border of a pair is shut: closed, or the pair at war."""
    closed: Mask = (state == CLOSED) | (state == HOT)
    return closed


def openness(state: Array, clock: Array, opening: Array | float) -> Array:
    """How far the border of a pair is open: 1 - exp(-t / tau) since it was last shut, 0 while it is, (Y, R).

    `clock` counts quarters since then. Pairs never shut since the start
    carry a large clock.

    ODD 7.4.
    """
    return np.where(shut(state), 0.0, 1.0 - np.exp(-(clock + 1.0) / opening))


def gated(gate: Sparse, share: Array) -> Array:
    """Openness of links behind pairs of states, (E, Y) x (Y, R) -> (E, R); several pairs multiply."""
    closed_log = gate @ np.log(np.maximum(share, 1e-12))
    return np.where(closed_log < SHUT_LOG, 0.0, np.exp(closed_log))


def thaw(share: Array, start: Array, barrier: Array | float) -> Array:
    """Trade between a pair relative to the start, (Y, R): (1 - b (1 - o)) / (1 - b (1 - o0)).

    A shut border costs a pair the share `barrier` of its trade beyond what
    the detour costs (Glick & Taylor 2010 find more for belligerents); the
    trade returns with the openness `share` of the border.
    """
    return (1.0 - barrier * (1.0 - share)) / (1.0 - barrier * (1.0 - start))
