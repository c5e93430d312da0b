"""Curvature: the Hessians of many runs by the entries that may be other than nothing, and Newton's steps from them."""

from dataclasses import dataclass, replace

import numpy as np

from model.arrays import Array, Indices, Mask, grouped_sum

SPECK = 1e-14  # of curvature, so that none is singular
BUCKET = 16  # free unknowns are solved for in such steps of their number, so that a run is solved alike in any block


@dataclass(frozen=True)
class Pattern:
    """Entries K of a symmetric matrix (N, N) that may be other than nothing, its diagonal among them, by rows.

    `row` and `column` (K,) say where an entry stands, `diagonal` (N,) which
    entries are the diagonal, `start` (N,) which is the first of each row.
    """

    row: Indices
    column: Indices
    diagonal: Indices
    start: Indices


def pattern(filled: Mask) -> Pattern:
    """The entries of a matrix (N, N) that are filled, and its diagonal."""
    row, column = np.nonzero(filled | np.eye(len(filled), dtype=bool))
    return Pattern(row, column, np.flatnonzero(row == column), np.searchsorted(row, np.arange(len(filled))))


@dataclass(frozen=True)
class Curvature:
    """Hessians of runs R: entries (K, R) as they are after each unknown is measured in units of its `scale` (N, R).

    In these units the diagonal is one; flows may be apart by eighty powers of ten.
    """

    pattern: Pattern
    entries: Array
    scale: Array

    def of(self, runs: Indices | Mask) -> "Curvature":
        """The Hessians of some runs."""
        return replace(self, entries=self.entries[:, runs], scale=self.scale[:, runs])

    def bent(self, step: Array) -> Array:
        """How a step (N, R) changes slopes, (N, R)."""
        parts = self.entries * (step / self.scale)[self.pattern.column]
        return np.asarray(grouped_sum(parts, self.pattern.start) / self.scale)

    def step(self, slope: Array, given: Array, held: Mask) -> Array:
        """Newton's step in the unknowns that are not held, what is `given` (N, R) in the others, (N, R)."""
        if given.any():
            slope = slope + self.bent(given)
        found, count = given.copy(), BUCKET * -(-(~held).sum(axis=0) // BUCKET)
        for size in np.unique(count):
            runs = np.flatnonzero(count == size)
            step = self.of(runs).moved(slope[:, runs], held[:, runs], int(size))
            found[:, runs] = np.where(held[:, runs], given[:, runs], step)
        return found

    def moved(self, slope: Array, held: Mask, size: int) -> Array:
        """Newton's step in up to `size` unknowns that are not held, which a matrix has in its first rows, (N, R).

        Ones stand on its diagonal in the rows that are left.
        """
        free, runs, pattern = ~held, held.shape[1], self.pattern
        place = np.cumsum(free, axis=0) - 1
        entry, run = np.nonzero(free[pattern.row] & free[pattern.column])
        first = run * size + place[pattern.row[entry], run]
        matrix, wanted = np.tile(np.eye(size), (runs, 1, 1)), np.zeros((runs, size))
        matrix.reshape(-1)[first * size + place[pattern.column[entry], run]] = self.entries[entry, run]
        unknown, run = np.nonzero(free)
        wanted[run, place[unknown, run]] = (self.scale * slope)[unknown, run]
        moved = np.zeros_like(slope)
        moved[unknown, run] = np.linalg.solve(matrix, wanted[..., None])[run, place[unknown, run], 0]
        return -self.scale * moved


def curvature(shape: Pattern, entries: Array) -> Curvature:
    """Hessians with some entries (K, R); a row without any stands for an unknown that does not move."""
    diagonal = entries[shape.diagonal]
    scale = 1.0 / np.sqrt(np.where(diagonal > 0.0, diagonal, 1.0))
    entries = entries * scale[shape.row] * scale[shape.column]
    entries[shape.diagonal] = 1.0 + SPECK
    return Curvature(shape, entries, scale)
