"""Anderson acceleration: the sweeps of a solver, with what the last few taught.

Prices that settle one by one, each at those of the others, creep where a
whole region must move together. Mixing the last sweeps so that their changes
cancel takes such moves in one step. It is for states near their equilibrium:
after a large shock a mixture may overshoot where lines fill or empty.
Source: Anderson (1965), doi 10.1145/321296.321305; type II with a ridge as in
Walker and Ni (2011), doi 10.1137/10078356X.
"""

from collections import deque
from collections.abc import Callable
from itertools import islice, pairwise

import numpy as np

from model.arrays import TINY, Array, Indices, Mask, summing

MEMORY = 4  # sweeps that are mixed
EVERY = 3  # sweeps from one mixture to the next: in between, and at the end, prices settle as they are
RIDGE = 0.3  # of the sum of squares of remembered steps; a smaller one lets rounding grow from mixture to mixture
SETTLED = 2e-6  # of the unknowns: steps as small are left as they are, since a mixture of them is one of rounding
Sweep = Callable[[Array, int], Array]
"""One pass of a solver: from unknowns (N, R) and its number to unknowns."""


class Anderson:
    """What the last sweeps of unknowns (N, R) did, mixed apart for each group of rows and each run.

    `group` (N,) numbers groups of unknowns that do not touch each other,
    `groups` of them. `scale` (N, R or 1) makes their steps alike in size; one
    whose scale is 0 has no say. No mixture goes below `lowest` (N, R or 1),
    and unknowns where `mixes` (N, R or 1) is false are left as they settle.
    """

    def __init__(
        self,
        group: Indices,
        groups: int,
        *,
        scale: Array | float = 1.0,
        lowest: Array | float = -np.inf,
        mixes: Mask | bool = True,
    ) -> None:
        self._group, self._sums = group, summing(group, groups)
        self._scale, self._lowest, self._mixes = scale, lowest, mixes
        self._results: deque[Array] = deque(maxlen=MEMORY)
        self._changes: deque[Array] = deque(maxlen=MEMORY)

    def next(self, before: Array, after: Array, left: int) -> Array:
        """Where to start the next sweep, (N, R), when one led from `before` to `after` and `left` are left to do."""
        if left < EVERY:  # no mixture comes any more
            return after
        self._results.append(after)
        self._changes.append((after - before) * self._scale)
        if left % EVERY or len(self._changes) < MEMORY:
            return after
        weight = self._weights()[:, self._group]
        mixed: Array = weight[0] * self._results[0]
        for share, result in zip(weight[1:], islice(self._results, 1, None), strict=True):
            mixed += share * result
        return np.where(self._mixes, np.maximum(mixed, self._lowest), after)

    def _weights(self) -> Array:
        """Weights of the last sweeps, of sum one, under which their changes cancel best, (K, groups, R)."""
        steps = [after - before for before, after in pairwise(self._changes)]
        square = self._squares(steps)
        known = np.stack([self._sums @ (step * self._changes[-1]) for step in steps], axis=-1)[..., None]
        small = SETTLED**2 * (self._sums @ (self._results[-1] * self._scale) ** 2) + TINY
        ridge = RIDGE * np.trace(square, axis1=-2, axis2=-1) + small
        share = np.linalg.solve(square + ridge[..., None, None] * np.eye(len(steps)), known)[..., 0]
        # the last result less a share of each step between results, as weights of the results
        edge = np.zeros_like(share[..., :1])
        return np.moveaxis(np.diff(share, axis=-1, prepend=edge, append=edge + 1.0), -1, 0)

    def _squares(self, steps: list[Array]) -> Array:
        """Inner products within groups of each two steps, (groups, R, steps, steps)."""
        found = np.empty((self._sums.shape[0], steps[0].shape[1], len(steps), len(steps)))
        for i, one in enumerate(steps):
            for j, other in enumerate(steps[: i + 1]):
                found[..., i, j] = found[..., j, i] = self._sums @ (one * other)
        return found


def settled(sweep: Sweep, start: Array, sweeps: int, mixture: Anderson | None) -> Array:
    """Unknowns (N, R) after some sweeps of a solver, mixed if there is a mixture.

    `start` may be alike in all runs, (N, 1).
    """
    values = sweep(start, 0)
    for number in range(1, sweeps):
        after = sweep(values, number)
        values = mixture.next(values, after, sweeps - 1 - number) if mixture else after
    return values
