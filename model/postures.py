"""Postures: states of mind of the poles, each of which scales what its pole does (theory 7.17)."""

import numpy as np

from model.arrays import Array
from model.now import Now
from model.state import State


def lever(effects: Array, posture: Array) -> Array:
    """What each pole does in the posture it holds, (P, ..., R).

    `effects` (P, ..., posture) are a lever's effects in each posture, `posture`
    (P, R) the number of that held.

    ODD 7.1.
    """
    held = posture.astype(np.intp)
    return np.stack([effect[..., now] for effect, now in zip(effects, held, strict=True)])


def turned(posture: Array, chances: Array, luck: Array, pace: Array | float) -> Array:
    """Posture of each pole a quarter later, a Markov chain, (P, R).

    `chances` (P, posture, posture) of turning from one to another within a
    quarter, zero on the diagonal, all multiplied by `pace`; `luck` (P, R)
    uniform. A pole that turns to nothing keeps its posture: the mean stay in k
    is one over the sum of its row.

    ODD 7.1.
    """
    held = posture.astype(np.intp)
    rows = np.stack([chance[now] for chance, now in zip(chances, held, strict=True)])
    reached = np.cumsum(rows, axis=-1) * np.reshape(pace, (-1, 1))
    found = (reached <= luck[..., None]).sum(axis=-1)
    return np.where(found < chances.shape[-1], found, held).astype(np.float64)


def next_posture(state: State, now: Now) -> Array:
    """Posture of each pole by its own chain, but for events, (P, R)."""
    held = state.own["posture.state"]
    if not now.index:
        return held
    chances, pace = now.world.politics.turning, now.value("postures.pace")
    return turned(held, chances, now.setting.luck.postures[now.index], pace)
