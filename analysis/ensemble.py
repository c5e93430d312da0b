"""Ensemble: what many runs say together, as tables with a unit.

Two kinds of interval, never mixed:

- *runs*: quantiles over runs. 95 % of the runs lie between `low` and `high`,
  half of them between `lower` and `upper`.
- *mean*: the 95 % interval of the mean over runs, mean ± t · s / √n with
  Student's t for n - 1 degrees of freedom; `mean_low` and `mean_high`. It
  narrows with more runs, the first does not. It is cut at the bounds of a
  measure that has some, such as a share: the mean cannot lie beyond them, so
  what is left covers it as often as the whole.

Differences are taken run by run before either is computed: the same run has
the same luck in both scenarios, so the luck cancels.
"""

import math

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import stdtrit

from model.arrays import Array
from model.measures import ANYWHERE, BOUNDS, Bounds

QUANTILES = {"low": 0.025, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.975}
CONFIDENCE = 0.95
AGREE = 0.9
"""The share of the runs touched that must move the same way for a sign to be certain."""
FEW = 10
"""Fewer runs than this are counted, not told as a share."""
ENOUGH = math.ceil(math.log(1 - CONFIDENCE) / math.log(AGREE))
"""Runs that, when all agree, tell with 95 % confidence that nine of ten do: were it fewer, all of n would agree with a
chance of less than 0.9 to the power of n, and that is below 5 % from 29 runs on."""


def bounds(unit: str, *, change: bool = False) -> Bounds:
    """Where values of a unit can lie, or the changes between two of them.

    >>> bounds("share"), bounds("share", change=True), bounds("% of GDP")
    ((0.0, 1.0), (-1.0, 1.0), (-inf, inf))
    """
    low, high = BOUNDS.get(unit, ANYWHERE)
    return (low - high, high - low) if change else (low, high)


def bands(values: xr.DataArray, *, change: bool = False) -> pd.DataFrame:
    """Quantiles over runs with the mean and its interval, of values or changes: a row for each time and label."""
    values = ordered(values, "run")
    cells = values.values
    lows, means, highs = mean_interval(cells, bounds(values.attrs.get("units", ""), change=change))
    columns = dict(zip(QUANTILES, quantiles(cells, tuple(QUANTILES.values())), strict=True))
    columns |= {"mean": means, "mean_low": lows, "mean_high": highs}
    return _table(values, columns)


def effects(difference: xr.DataArray) -> pd.DataFrame:
    """Paired differences: the columns of `bands`, and the shares of runs that rise and fall."""
    difference = ordered(difference, "run")
    cells = difference.values
    table = bands(difference, change=True)
    table["share_up"] = (cells > 0).mean(axis=0).ravel()
    table["share_down"] = (cells < 0).mean(axis=0).ravel()
    table["runs"] = len(cells)
    return table


def ordered(values: xr.DataArray, *first: str) -> xr.DataArray:
    """Values with some dimensions first; the same object where they are, as transposing has its price."""
    return values if values.dims[: len(first)] == first else values.transpose(*first, ...)


def quantiles(values: Array, levels: tuple[float, ...]) -> list[Array]:
    """Quantiles over the first axis by linear interpolation.

    >>> [float(q) for q in quantiles(np.array([1.0, 2.0, 3.0]), (0.25, 0.5))]
    [1.5, 2.0]
    """
    ordered = np.sort(values, axis=0)
    places = np.array(levels) * (len(values) - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, len(values) - 1)
    return [
        ordered[i] + (place - i) * (ordered[j] - ordered[i]) for place, i, j in zip(places, below, above, strict=True)
    ]


def mean_interval(values: Array, within: Bounds = ANYWHERE) -> tuple[Array, Array, Array]:
    """Lower end, mean and upper end of the 95 % interval of the mean over the first axis; nan ends for one run.

    No end lies outside `within`, where the values do.

    >>> low, mean, high = mean_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(float(mean - low), 3)  # 4.303 / sqrt(3)
    2.484
    """
    count = len(values)
    mean = values.mean(axis=0)
    if count == 1:
        return np.full_like(mean, np.nan), mean, np.full_like(mean, np.nan)
    half = stdtrit(count - 1, 0.5 + CONFIDENCE / 2) * values.std(axis=0, ddof=1) / np.sqrt(count)
    return np.maximum(mean - half, within[0]), mean, np.minimum(mean + half, within[1])


def difference_interval(ours: Array, theirs: Array, within: Bounds = ANYWHERE) -> tuple[float, float, float]:
    """Lower end, mean and upper end of the 95 % interval of a difference of means of unpaired runs (Welch).

    No end lies outside `within`, where the differences do.

    >>> low, mean, high = difference_interval(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    >>> mean, round(mean - low, 3)  # t of 4 degrees of freedom times sqrt(2 / 3)
    (1.0, 2.267)
    """
    mean = float(ours.mean() - theirs.mean())
    if min(len(ours), len(theirs)) == 1:
        return np.nan, mean, np.nan
    first, second = ours.var(ddof=1) / len(ours), theirs.var(ddof=1) / len(theirs)
    if first + second == 0:
        return mean, mean, mean
    freedom = (first + second) ** 2 / (first**2 / (len(ours) - 1) + second**2 / (len(theirs) - 1))
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2) * np.sqrt(first + second))
    return max(mean - half, within[0]), mean, min(mean + half, within[1])


def simultaneous(table: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of a table of `effects` whose interval leaves zero out even when the chance of 5 % is for all rows at once.

    Bonferroni's correction. Where runs do not pair, luck alone moves some of thousands of cells by two standard errors.
    """
    freedom = (table["runs"] - 1).clip(lower=1)
    wider = stdtrit(freedom, 1 - (1 - CONFIDENCE) / 2 / max(len(table), 1)) / stdtrit(freedom, 0.5 + CONFIDENCE / 2)
    ends = (table["mean"] - table["mean_low"], table["mean_high"] - table["mean"])
    half = np.maximum(*ends)  # the longer one, since the other may be cut at a bound
    return table["mean"].abs() > wider * half


def certain(table: pd.DataFrame) -> "pd.Series[bool]":
    """Which effects have a sign beyond doubt: 95 % interval of the mean off zero, and nine runs of ten agree.

    Of a table of `effects` on the runs that a scenario touches (`Selection.effect`): the others cannot agree.
    """
    away = (table["mean_low"] > 0) | (table["mean_high"] < 0)
    return away & (table["share_up"].where(table["mean"] > 0, table["share_down"]) >= AGREE)


def off_zero(table: pd.DataFrame) -> "pd.Series[bool]":
    """Which effects have an interval of the mean that leaves zero out, or, of a single run, none."""
    return ~((table["mean_low"] <= 0) & (table["mean_high"] >= 0))


def _table(values: xr.DataArray, columns: dict[str, Array]) -> pd.DataFrame:
    """Columns of equal shape as a tidy table: labels first, then numbers; the unit in `attrs`."""
    dims = [dim for dim in values.dims if dim != "run"]
    shape = tuple(values.sizes[dim] for dim in dims)
    places = np.indices(shape).reshape(len(dims), math.prod(shape))
    table = pd.DataFrame(
        {dim: values.get_index(dim)[at] for dim, at in zip(dims, places, strict=True)}
        | {name: np.reshape(cells, shape).ravel() for name, cells in columns.items()}
    )
    table.attrs["unit"] = values.attrs.get("units", "")
    return table
