"""Anderson acceleration: the sweeps of a solver, with what the last few taught.

Prices that settle one by one, each at those of the others, creep where a
whole region must move together. Mixing the last sweeps so that their changes
cancel takes such moves in one step. It is for states near their equilibrium:
after a large shock a mixture may overshoot where lines fill or empty.
Source: Anderson (1965), doi 10.1145/321296.321305; type II with a ridge as in
Walker and Ni (2011), doi 10.1137/10078356X.
"""

from collections import deque
from itertools import islice, pairwise

import numpy as np

from model.arrays import TINY, Array, Indices, summing

MEMORY = 4  # sweeps that are mixed
EVERY = 3  # sweeps from one mixture to the next: in between, and at the end, prices settle as they are
RIDGE = 0.3  # of the sum of squares of remembered steps; a smaller one lets rounding grow from mixture to mixture
SETTLED = 2e-6  # of the unknowns: steps as small are left as they are, since a mixture of them is one of rounding


class Anderson:
    """What the last sweeps of unknowns (N, R) did, mixed apart for each group of rows and each run.

    `group` (N,) numbers groups of unknowns that do not touch each other,
    `groups` of them.
    """

    def __init__(self, group: Indices, groups: int) -> None:
        self._group, self._sums = group, summing(group, groups)
        self._results: deque[Array] = deque(maxlen=MEMORY)
        self._changes: deque[Array] = deque(maxlen=MEMORY)

    def next(self, before: Array, after: Array, left: int) -> Array:
        """Where to start the next sweep, (N, R), when one led from `before` to `after` and `left` are left to do."""
        if left < EVERY:  # no mixture comes any more
            return after
        self._results.append(after)
        self._changes.append(after - before)
        if left % EVERY or len(self._changes) < MEMORY:
            return after
        weight = self._weights()[:, self._group]
        mixed: Array = weight[0] * self._results[0]
        for share, result in zip(weight[1:], islice(self._results, 1, None), strict=True):
            mixed += share * result
        return mixed

    def _weights(self) -> Array:
        """Weights of the last sweeps, of sum one, under which their changes cancel best, (K, groups, R)."""
        steps = [after - before for before, after in pairwise(self._changes)]
        square, known = self._products(steps, steps), self._products(steps, [self._changes[-1]])
        small = SETTLED**2 * (self._sums @ self._results[-1] ** 2) + TINY
        ridge = RIDGE * np.trace(square, axis1=-2, axis2=-1) + small
        share = np.linalg.solve(square + ridge[..., None, None] * np.eye(len(steps)), known)[..., 0]
        # the last result less a share of each step between results, as weights of the results
        edge = np.zeros_like(share[..., :1])
        return np.moveaxis(np.diff(share, axis=-1, prepend=edge, append=edge + 1.0), -1, 0)

    def _products(self, left: list[Array], right: list[Array]) -> Array:
        """Inner products within groups, (groups, R, left, right)."""
        columns = [np.stack([self._sums @ (one * other) for one in left], axis=-1) for other in right]
        return np.stack(columns, axis=-1)
