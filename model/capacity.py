"""Hard capacity: shadow prices that move excess to the next route, then one final pass.

Source: theory 7.4, checked there against linear programmes.
"""

import numpy as np

from model.arrays import Array, reduce_rows
from model.network import Routes

STEP = 0.7
LARGEST_LOG_RATIO = 3.0
CROWDING_EVERY = 5  # sweeps between counts of busy segments, which change slowly


def pressure(load: Array, capacity: Array) -> Array:
    """ln(v / C) clipped to [-3, 3], (S, R); an empty segment counts as -3.

    Unlimited and closed segments exert none and are left at -3.
    """
    ratio = load / np.where(capacity > 0.0, capacity, np.inf)
    floor = np.exp(-LARGEST_LOG_RATIO)
    excess: Array = np.log(np.clip(ratio, floor, 1.0 / floor))
    return excess


def crowding(routes: Routes, busy: Array, allowed: Array) -> Array:
    """n_e: most busy segments on one open route through e, at least 1, (S, R) -> (S, R).

    `allowed` (H, R or 1) is 0 for a route that is shut. Dividing the step by
    n_e keeps full segments in series from cycling.
    """
    if not busy.any():
        return np.ones_like(busy)
    on_route = (routes.uses @ busy) * (allowed > 0.0)
    return np.maximum(reduce_rows(np.maximum, on_route, routes.carries, 1.0), 1.0)


def busy(price: Array, load: Array, capacity: Array) -> Array:
    """1 for segments with a price or an excess, else 0, (S, R)."""
    return ((price > 0.0) | (load > capacity)).astype(np.float64)


def update(price: Array, load: Array, capacity: Array, steepness: Array, crowded: Array) -> Array:
    """One shadow-price step, USD per unit, (S, R).

    lambda <- max(0, lambda + 0.7 / n_e * clip(ln v/C, -3, 3) / theta), with
    `steepness` (S, R or 1) the largest theta among the routes of a segment
    and `crowded` n_e.
    """
    step = STEP / crowded * pressure(load, capacity) / steepness
    return np.where(np.isfinite(capacity), np.maximum(0.0, price + step), 0.0)


def fit(flow: Array, capacity: Array, routes: Routes) -> Array:
    """Scale flows proportionally so that no segment carries more than it can, (H, R).

    The scale of a route is the smallest C / v among its segments, with v the
    load of the very flows being scaled; hence the result never exceeds C.
    """
    load = routes.carries @ flow
    over = load > capacity
    full = np.flatnonzero(over.any(axis=1))
    if not len(full):
        return flow
    scale = np.ones_like(flow)
    for segment in full:  # few: cheaper than a pass over all that routes use
        carried = routes.carries.indices[routes.carries.indptr[segment] : routes.carries.indptr[segment + 1]]
        room = np.where(over[segment], capacity[segment] / np.where(over[segment], load[segment], 1.0), 1.0)
        scale[carried] = np.minimum(scale[carried], room)
    return flow * scale
