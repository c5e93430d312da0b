"""Indices: single numbers that sum up a country's stance, and means over regions.

`active` (C, P) is 0 where a country is the pole itself; such a cell never counts.
"""

import numpy as np

from model.arrays import Array, Sparse, mix


def autonomy(dependence: Array, active: Array) -> Array:
    """One minus the largest dependence on a pole, (C, P, R) -> (C, R): 1 is beholden to nobody."""
    return np.asarray(1.0 - (dependence * active[:, :, None]).max(axis=1))


def hedging(alignment: Array, active: Array) -> Array:
    """Entropy of positive alignments over its largest value, (C, P, R) -> (C, R).

    Positive alignments count as shares of their sum. 1 leans to all poles
    alike; 0 leans to one, or to none.
    """
    leaning = np.maximum(alignment, 0.0) * active[:, :, None]
    total = _sum_of_poles(leaning)
    shares = leaning / np.where(total > 0.0, total, 1.0)[:, None]
    surprise = -shares * np.log(np.where(shares > 0.0, shares, 1.0))
    most = np.log(np.maximum(active.sum(axis=1), 2.0))
    return np.asarray(_sum_of_poles(surprise) / most[:, None])


def regional_mean(regions: Sparse, values: Array, active: Array) -> Array:
    """Mean over the countries of each region (G, C) in which a cell counts, (C, ..., R) -> (G, ..., R); 0 over none.

    `active` has the shape of `values` without the runs.
    """
    counted = mix(regions, active[..., None])
    return np.asarray(mix(regions, values * active[..., None]) / np.maximum(counted, 1.0))


def _sum_of_poles(values: Array) -> Array:
    """Sum over poles, (C, P, R) -> (C, R), in the same order whatever the number of runs."""
    total = np.zeros((values.shape[0], values.shape[2]))
    for pole in range(values.shape[1]):
        total += values[:, pole]
    return total
