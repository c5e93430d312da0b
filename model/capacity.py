"""Hard capacity: shadow prices that move excess to the next route, then one final pass.

Source: theory 7.4, checked there against linear programmes.
"""

import numpy as np

from model.arrays import Array, reduce_rows
from model.network import Routes

STEP = 0.7
LARGEST_LOG_RATIO = 3.0
CROWDING_EVERY = 5  # sweeps between counts of busy segments, which change slowly


class Shadow:
    """Shadow prices in one solve: what full segments ask, sweep by sweep.

    `capacity` and `steepness` (S, R or 1), the latter the largest theta among
    the routes of a segment; `allowed` (H, R or 1) is 0 for a route that is
    shut. Busy segments are counted every few sweeps.
    """

    def __init__(
        self, routes: Routes, capacity: Array, steepness: Array, allowed: Array, *, every: int = CROWDING_EVERY
    ) -> None:
        self._routes, self._capacity, self._steepness, self._allowed = routes, capacity, steepness, allowed
        self._room, self._limited, self._every = room(capacity), np.isfinite(capacity), every
        self._pace = np.zeros((1, 1))

    def next(self, price: Array, load: Array, number: int) -> Array:
        """Prices after the sweep of some number, from those before and the loads, USD per unit, (S, R)."""
        if number % self._every == 0:
            crowded = crowding(self._routes, busy(price, load, self._capacity), self._allowed)
            self._pace = STEP / (crowded * self._steepness)
        return np.where(self._limited, update(price, pressure(load, self._room), self._pace), 0.0)


def room(capacity: Array) -> Array:
    """Capacity of segments, inf for a closed one: nothing presses on it."""
    return np.where(capacity > 0.0, capacity, np.inf)


def pressure(load: Array, room: Array) -> Array:
    """ln(v / C) clipped to [-3, 3], (S, R); an empty segment and one without a limit count as -3."""
    floor = np.exp(-LARGEST_LOG_RATIO)
    ratio: Array = np.clip(load / room, floor, 1.0 / floor)
    return np.log(ratio, out=ratio)


def update(price: Array, pressure: Array, pace: Array) -> Array:
    """One shadow-price step, USD per unit, (S, R).

    lambda <- max(0, lambda + 0.7 / n_e * clip(ln v/C, -3, 3) / theta), with
    0.7 / (n_e theta) as `pace`.
    """
    return np.maximum(0.0, price + pace * pressure)


def crowding(routes: Routes, busy: Array, allowed: Array) -> Array:
    """n_e: most busy segments on one open route through e, at least 1, (S, R) -> (S, R).

    `allowed` (H, R or 1) is 0 for a route that is shut. Dividing the step by
    n_e keeps full segments in series from cycling.
    """
    if not busy.any():
        return np.ones_like(busy)
    on_route = (routes.uses @ busy) * (allowed > 0.0)
    several = (on_route > 1.0).any(axis=1)
    return np.maximum(reduce_rows(np.maximum, on_route, routes.carries, 1.0, several), 1.0)


def busy(price: Array, load: Array, capacity: Array) -> Array:
    """1 for segments with a price or an excess, else 0, (S, R)."""
    return ((price > 0.0) | (load > capacity)).astype(np.float64)


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
