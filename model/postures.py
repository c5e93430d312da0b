"""Postures: states of mind of the poles, each of which scales what its pole does (theory 7.17)."""

import numpy as np

from model.arrays import Array


def lever(effects: Array, posture: Array) -> Array:
    """What each pole does in the posture it holds, (P, ..., R).

    `effects` (P, ..., posture) are a lever's effects in each posture, `posture`
    (P, R) the number of that held.
    """
    held = posture.astype(np.intp)
    return np.stack([effect[..., now] for effect, now in zip(effects, held, strict=True)])
