"""Slow adaptation: trade exposure follows costs and alignment (theory 7.10)."""

import numpy as np

from model.arrays import Array

BUSY_SHARE = 0.8
LAG = 4.0  # quarters from a bottleneck to the first new capacity


def reallocation(gross: Array, total: Array, pull: Array) -> Array:
    """Factor that keeps a country's total trade when partners' pulls change, (C, R).

    r = total / (sum over poles of gross_p pull_p + rest): what one partner
    gains the others lose. `gross` (C, P, 1) are all imports (or exports) from
    each pole, routed or not, `total` (C, 1) from the world; partners outside
    the poles have pull 1.
    """
    rest = np.maximum(total - gross.sum(axis=1), 0.0)
    pulled = (gross * pull).sum(axis=1) + rest
    return np.where(pulled > 0.0, (gross.sum(axis=1) + rest) / np.where(pulled > 0.0, pulled, 1.0), 1.0)


def next_reallocation(factor: Array, target: Array, speed: Array | float) -> Array:
    """Reallocation after one quarter, f <- f + nu (f* - f), but never on the other side of 1 nor beyond f* from it.

    Who found other partners while a way was shut does not buy from them on
    top of the old ones once it is open again.
    """
    moved = factor + speed * (target - factor)
    return np.clip(moved, np.minimum(target, 1.0), np.maximum(target, 1.0))


def expanded(growth: Array, busy: Array, load: Array, capacity: Array, pace: Array | float) -> tuple[Array, Array]:
    """Capacity factor of soft bottlenecks and how long they have been busy, (E, R) both.

    Ordinary investment adds `pace` a quarter once a link has run above four
    fifths of its capacity for a year (theory 7.10).

    ODD 7.11.
    """
    full = (load > BUSY_SHARE * capacity) & np.isfinite(capacity) & (capacity > 0.0)
    lasting = np.where(full, busy + 1.0, 0.0)
    return growth * (1.0 + pace * (lasting > LAG)), lasting


def next_exposure(exposure: Array, target: Array, speed: Array | float) -> Array:
    """Exposure after one quarter, x <- x + nu (x* - x), in [0, 1], (C, P, R).

    ODD 7.11.
    """
    return np.clip(exposure + speed * (target - exposure), 0.0, 1.0)


def trade_pull(size: Array, cost: Array, alignment: Array, elasticity: Array | float, affinity: Array | float) -> Array:
    """(Y_p / Y_p0) exp(-eps dlncost + zeta dA), (C, P, R); every argument is relative to the base quarter."""
    return size * np.exp(-elasticity * cost + affinity * alignment)
