"""The few array helpers every kernel uses."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Sparse = sp.csr_array
Mask = npt.NDArray[np.bool_]
Record = TypeVar("Record", bound="DataclassInstance")

TINY = 1e-300


def frozen(values: npt.ArrayLike) -> Array:
    """Read-only float64 copy."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def grouped_sum(values: Array, start: Indices) -> Array:
    """Sums over consecutive groups of rows, (rows, R) -> (groups, R).

    `start` holds the first row of each group; no group may be empty. Every
    column is summed in the same order whatever the number of columns.
    """
    return np.add.reduceat(values, start, axis=0)


def grouped_min(values: Array, start: Indices) -> Array:
    """Minima over consecutive groups of rows, (rows, R) -> (groups, R)."""
    return np.minimum.reduceat(values, start, axis=0)


def sparse(rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike, shape: tuple[int, int]) -> Sparse:
    """Compressed rows with sorted columns, so that sums have one fixed order."""
    coordinates: tuple[Any, Any] = (np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64))
    matrix = sp.csr_array((np.asarray(values, dtype=np.float64), coordinates), shape=shape)
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def summing(group: Indices, groups: int) -> Sparse:
    """Matrix that sums rows by group number, (groups, N)."""
    return sparse(group, np.arange(len(group)), np.ones(len(group)), (groups, len(group)))


def compressed(dense: Array) -> Sparse:
    """A dense matrix as compressed rows, its zeros left out."""
    rows, columns = np.nonzero(dense)
    return sparse(rows, columns, dense[rows, columns], (dense.shape[0], dense.shape[1]))


def mix(weights: Sparse, values: Array) -> Array:
    """Weighted sums over the first axis, (M, N) x (N, ..., R) -> (M, ..., R).

    Unlike a BLAS product, every column is summed in the same order however
    many columns there are.
    """
    flat = weights @ values.reshape(len(values), -1)
    return np.asarray(flat).reshape(weights.shape[0], *values.shape[1:])


def total(values: Array) -> Array:
    """Sums over the second axis, (C, P, R) -> (C, R), in its order however many runs there are."""
    summed: Array = grouped_sum(values.swapaxes(0, 1), np.zeros(1, dtype=np.intp))[0]
    return summed


def reduce_rows(ufunc: np.ufunc, values: Array, matrix: Sparse, empty: float, of: Mask | None = None) -> Array:
    """Reduce `values` (N, R) over the stored columns of each row of `matrix` (M, N) -> (M, R).

    `of` (N,) marks the columns that count, all of them unless given. Rows
    without any get `empty`.
    """
    columns, ends = matrix.indices, matrix.indptr
    if of is not None:
        counts = of[columns]
        columns, ends = columns[counts], np.concatenate([[0], np.cumsum(counts)])[ends]
    filled = np.diff(ends) > 0
    reduced = np.full((matrix.shape[0], values.shape[1]), empty)
    if filled.any():
        reduced[filled] = ufunc.reduceat(values[columns], ends[:-1][filled], axis=0)
    return reduced


def stacked(*parts: Array) -> Array:
    """Parts (N, R or 1) below each other, (sum of N, R); one that is alike in all runs is repeated."""
    runs = max(part.shape[-1] for part in parts)
    return np.concatenate([np.broadcast_to(part, (len(part), runs)) for part in parts])


def rows_of(values: Array, rows: Indices) -> Array:
    """Some rows of an array; a single row that serves all stays."""
    return values if len(values) == 1 else values[rows]


def spread_rows(values: Array, rows: Indices, length: int) -> Array:
    """`values` (N, R) as the rows of an array (length, R) that is 0 elsewhere."""
    whole = np.zeros((length, values.shape[1]))
    whole[rows] = values
    return whole


def only(record: Record, runs: Indices, whole: int) -> Record:
    """A record of run-last arrays restricted to some of its `whole` runs; what does not vary is kept."""
    picked = {}
    for name, values in vars(record).items():
        varies = isinstance(values, np.ndarray) and values.ndim > 0 and values.shape[-1] == whole
        picked[name] = values[..., runs] if varies else values
    return replace(record, **picked)


def merge(record: Record, part: Record, runs: Indices) -> Record:
    """A record with some runs replaced by `part`."""
    merged = {}
    for name, values in vars(record).items():
        merged[name] = values.copy()
        merged[name][..., runs] = getattr(part, name)
    return replace(record, **merged)
