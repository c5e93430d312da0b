"""Selection: the part of a stored batch that an analysis looks at, read once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import xarray as xr
from ruamel.yaml import YAML

from model.quarters import parse_quarter
from runs.batch import Batch
from scenarios import Scenario

RUNS_A_POINT = 10**7
"""Runs of a parameter point n are numbered from n times this."""


@dataclass(frozen=True)
class Selection:
    """A batch and the scenario that the others are compared with; what is read when asked for is kept."""

    batch: Batch
    baseline: str
    _kept: dict[tuple[str, str], xr.DataArray] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios with finished runs, the baseline first."""
        done = {receipt.scenario for receipt in self.batch.receipts if receipt.finished}
        ordered = sorted(self.batch.scenarios, key=lambda scenario: scenario != self.baseline)
        return tuple(scenario for scenario in ordered if scenario in done)

    @property
    def changed(self) -> tuple[str, ...]:
        """Scenarios that can be compared with the baseline."""
        known = self.scenarios
        return tuple(s for s in known if s != self.baseline) if self.baseline in known else ()

    @cached_property
    def resolved(self) -> dict[str, Scenario]:
        """Every scenario with finished runs, as it was resolved."""
        read = YAML(typ="safe", pure=True).load
        return {name: Scenario.model_validate(read(self.batch.text(name))) for name in self.scenarios}

    @property
    def ends(self) -> tuple[str, str]:
        """First and last recorded quarter of the baseline."""
        times = self.batch.dictionary["scenarios"][self.baseline]["times"]
        return str(times[0]), str(times[-1])

    @property
    def poles(self) -> tuple[str, ...]:
        """Poles in order of their axis."""
        return tuple(str(pole) for pole in self.values(self.baseline, "alignment")["pole"].values)

    def has(self, *measures: str) -> bool:
        """Whether all these measures were recorded."""
        return set(measures) <= set(self.batch.measures)

    def values(self, scenario: str, measure: str) -> xr.DataArray:
        """A measure as (run, time, …), nothing where a country meets itself; parameter points count as further runs."""
        key = (scenario, measure)
        if key not in self._kept:
            found = self.batch.dataset(scenario, [measure])[measure].reset_coords(drop=True).load()
            self._kept[key] = without_self(_flat(found)).assign_attrs(scenario=scenario, measure=measure)
        return self._kept[key]

    def difference(self, scenario: str, measure: str, against: str | None = None) -> xr.DataArray:
        """Scenario minus baseline (or `against`), run by run: same run, same luck."""
        ours, theirs = self.values(scenario, measure), self.values(against or self.baseline, measure)
        if _same_labels(ours, theirs):
            return (ours - theirs).assign_attrs(ours.attrs)
        ours, theirs = xr.align(ours, theirs, join="inner")
        return (ours - theirs).assign_attrs(ours.attrs)


def select(batch: Batch, against: str = "baseline") -> Selection:
    """Selection of a whole batch; without a scenario `against`, its first one is the baseline."""
    return Selection(batch, against if against in batch.scenarios else batch.scenarios[0])


def at(values: xr.DataArray, quarter: str) -> xr.DataArray:
    """Values at the last recorded quarter not after `quarter`; ValueError when there is none."""
    moments = [parse_quarter(str(time)) for time in values["time"].values]
    known = [position for position, moment in enumerate(moments) if moment <= parse_quarter(quarter)]
    if not known:
        msg = f"{quarter}: before the first recorded quarter, {values['time'].values[0]}"
        raise ValueError(msg)
    return values.isel(time=known[-1])


def during(values: xr.DataArray, first: str, last: str) -> xr.DataArray:
    """Values at the recorded quarters of a span; ValueError when there is none."""
    moments = np.array([parse_quarter(str(time)) for time in values["time"].values])
    inside = (moments >= parse_quarter(first)) & (moments <= parse_quarter(last))
    if not inside.any():
        msg = f"{first} to {last}: no quarter of it was recorded"
        raise ValueError(msg)
    return values.isel(time=np.flatnonzero(inside))


def years(times: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Quarters as decimal years, at their middle.

    >>> years(["2025Q1", "2025Q4"]).tolist()
    [2025.125, 2025.875]
    """
    return np.array([(parse_quarter(str(time)) + 0.5) / 4 for time in np.atleast_1d(np.asarray(times, dtype=object))])


def without_self(values: xr.DataArray) -> xr.DataArray:
    """Values with nothing where a country meets itself: a pole that is an agent, or its own controller."""
    for other in {"pole", "controller"} & set(values.dims if "country" in values.dims else ()):
        values = values.where(values["country"] != values[other])
    return values


def _flat(values: xr.DataArray) -> xr.DataArray:
    """Points and runs as one run axis, without the runs that failed."""
    if "point" not in values.dims:
        return values
    numbers = values["point"].values[:, None] * RUNS_A_POINT + values["run"].values
    rest = values.dims[2:]
    cells = values.transpose("point", "run", *rest).values.reshape(numbers.size, *values.shape[2:])
    coords = {"run": numbers.ravel()} | {dim: values[dim].values for dim in rest}
    flat = xr.DataArray(cells, coords=coords, dims=("run", *rest), name=values.name, attrs=values.attrs)
    return flat.dropna("run", how="all")


def _same_labels(ours: xr.DataArray, theirs: xr.DataArray) -> bool:
    return ours.dims == theirs.dims and all(ours.indexes[dim].equals(theirs.indexes[dim]) for dim in ours.dims)
