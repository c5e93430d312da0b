"""Ensemble: what many runs say together, as tables with a unit.

Two kinds of interval, never mixed:

- *runs*: quantiles over runs. 95 % of the runs lie between `low` and `high`,
  half of them between `lower` and `upper`.
- *mean*: the 95 % interval of the mean over runs, mean ± t · s / √n with
  Student's t for n - 1 degrees of freedom; `mean_low` and `mean_high`. It
  narrows with more runs, the first does not.

Differences are taken run by run before either is computed: the same run has
the same luck in both scenarios, so the luck cancels.
"""

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import stdtrit

from model.arrays import Array

QUANTILES = {"low": 0.025, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.975}
CONFIDENCE = 0.95


def bands(values: xr.DataArray) -> pd.DataFrame:
    """Quantiles over runs with the mean and its interval: a row for each time and label."""
    cells = values.transpose("run", ...).values
    lows, means, highs = mean_interval(cells)
    columns = dict(zip(QUANTILES, quantiles(cells, tuple(QUANTILES.values())), strict=True))
    columns |= {"mean": means, "mean_low": lows, "mean_high": highs}
    return _table(values, columns)


def effects(difference: xr.DataArray) -> pd.DataFrame:
    """Paired differences: the columns of `bands`, and the shares of runs that rise and fall."""
    cells = difference.transpose("run", ...).values
    table = bands(difference)
    table["share_up"] = (cells > 0).mean(axis=0).ravel()
    table["share_down"] = (cells < 0).mean(axis=0).ravel()
    table["runs"] = len(cells)
    return table


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


def mean_interval(values: Array) -> tuple[Array, Array, Array]:
    """Lower end, mean and upper end of the 95 % interval of the mean over the first axis; nan ends for one run.

    >>> low, mean, high = mean_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(float(mean - low), 3)  # 4.303 / sqrt(3)
    2.484
    """
    count = len(values)
    mean = values.mean(axis=0)
    if count == 1:
        return np.full_like(mean, np.nan), mean, np.full_like(mean, np.nan)
    half = stdtrit(count - 1, 0.5 + CONFIDENCE / 2) * values.std(axis=0, ddof=1) / np.sqrt(count)
    return mean - half, mean, mean + half


def difference_interval(ours: Array, theirs: Array) -> tuple[float, float, float]:
    """Lower end, mean and upper end of the 95 % interval of a difference of means of unpaired runs (Welch).

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
    return mean - half, mean, mean + half


def simultaneous(table: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of a table of `effects` whose interval leaves zero out even when the chance of 5 % is for all rows at once.

    Bonferroni's correction. Where runs do not pair, luck alone moves some of thousands of cells by two standard errors.
    """
    freedom = (table["runs"] - 1).clip(lower=1)
    wider = stdtrit(freedom, 1 - (1 - CONFIDENCE) / 2 / max(len(table), 1)) / stdtrit(freedom, 0.5 + CONFIDENCE / 2)
    return table["mean"].abs() > wider * (table["mean_high"] - table["mean_low"]) / 2


def _table(values: xr.DataArray, columns: dict[str, Array]) -> pd.DataFrame:
    """Columns of equal shape as a tidy table: labels first, then numbers; the unit in `attrs`."""
    dims = [dim for dim in values.transpose("run", ...).dims if dim != "run"]
    shape = tuple(values.sizes[dim] for dim in dims)
    labels = np.meshgrid(*(values[dim].values for dim in dims), indexing="ij") if dims else []
    table = pd.DataFrame(
        {dim: label.ravel() for dim, label in zip(dims, labels, strict=True)}
        | {name: np.reshape(cells, shape).ravel() for name, cells in columns.items()}
    )
    table.attrs["unit"] = values.attrs.get("units", "")
    return table
