"""Slow adaptation: trade exposure follows costs and alignment (theory 7.10)."""

import numpy as np

from model.arrays import Array


def exposure_target(base: Array, pull: Array) -> Array:
    """x* in proportion to base exposure times `pull`, its total unchanged, (C, P, R).

    `base` (C, P, R) are shares toward poles; the rest of a country's trade
    has pull 1, so what one pole gains the other partners lose.
    """
    total = base.sum(axis=1, keepdims=True)
    return base * pull * _renormaliser(base, pull, total)


def _renormaliser(base: Array, pull: Array, total: Array) -> Array:
    """(total + rest) / (sum of pulled shares + rest), with rest = 1 - total."""
    rest = np.maximum(1.0 - total, 0.0)
    return (total + rest) / ((base * pull).sum(axis=1, keepdims=True) + rest)


def next_exposure(exposure: Array, target: Array, speed: Array | float) -> Array:
    """x <- x + nu (x* - x), in [0, 1], (C, P, R)."""
    return np.clip(exposure + speed * (target - exposure), 0.0, 1.0)


def trade_pull(
    size: Array, cost: Array, alignment: Array, elasticity: Array | float, affinity: Array | float
) -> Array:
    """(Y_p / Y_p0) exp(-eps dlncost + zeta dA), (C, P, R); every argument is relative to the base quarter."""
    return size * np.exp(-elasticity * cost + affinity * alignment)
