"""Selection: the scenarios an analysis looks at, of one stored batch or of several, each measure read once."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from analysis.keeping import kept
from analysis.words import quoted, within
from model.quarters import parse_quarter
from runs import shapes
from runs.batch import Batch
from runs.problems import BatchError
from scenarios import Scenario

Runs: TypeAlias = npt.NDArray[np.int64]
Where: TypeAlias = Mapping[str, str | list[str]]
"""The label that is looked at of some dimensions, or several."""
RUNS_A_POINT = 10**7
"""Runs of a parameter point n are numbered from n times this."""
_NO_PARAMETERS = {"scenario", "point", "run", "status", "reason"}


@dataclass(frozen=True)
class Part:
    """One scenario of one batch, at all points of its parameters or at one; what is read when asked for is kept."""

    batch: Batch
    scenario: str
    point: int | None = None
    _kept: dict[str, xr.DataArray] = field(default_factory=dict, repr=False, compare=False)
    _flat: dict[str, xr.DataArray] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def resolved(self) -> Scenario:
        """The scenario as it was resolved; BatchError when its file is damaged."""
        path, text = self.batch.file(self.scenario), self.batch.text(self.scenario)
        try:
            return Scenario.model_validate(YAML(typ="safe", pure=True).load(text))
        except YAMLError as reason:
            raise shapes.damaged(path, " ".join(str(reason).split())) from None
        except ValidationError as faults:
            raise shapes.damaged(path, shapes.faults_of(faults)) from None

    @property
    def times(self) -> tuple[str, ...]:
        """Recorded quarters."""
        return tuple(map(str, self.batch.dictionary["scenarios"][self.scenario]["times"]))

    @property
    def entry(self) -> Mapping[str, object]:
        """What the plan of the batch says of the scenario."""
        plan = self.batch.manifest["plan"]
        return next(dict(entry) for entry in plan["scenarios"] if entry["name"] == self.scenario)

    @property
    def seed(self) -> int:
        """Seed of its luck, which is that of its batch."""
        return int(self.batch.manifest["plan"]["seed"])

    def values(self, measure: str) -> xr.DataArray:
        """A measure as (run, time, …), nothing where a country meets itself; a run is its mean over parameter points.

        All points share the luck of a run, so they are no further runs; where each point has one run only, they are.
        """
        if measure not in self._kept:
            self._kept[measure] = (
                self._at_point(measure) if self.point is not None else _over_points(self._read(measure))
            )
        return self._kept[measure]

    def at_points(self, measure: str) -> xr.DataArray:
        """A measure as (run, time, …) with every point of every run, numbered as in `parameters`."""
        if measure not in self._flat:
            self._flat[measure] = self._read(measure)
        return self._flat[measure]

    def at(self, point: int) -> "Part":
        """The same at one point of the parameters."""
        return Part(self.batch, self.scenario, point, _flat=self._flat)

    @cached_property
    def points(self) -> tuple[int, ...]:
        """Numbers of the points that a run is the mean over; none where it is that of one point."""
        table = self.batch.runs[self.batch.runs["scenario"] == self.scenario]
        several = table["run"].nunique() not in (1, len(table))
        return tuple(sorted(map(int, table["point"].unique()))) if several else ()

    def _at_point(self, measure: str) -> xr.DataArray:
        """A measure at the point, with runs numbered as at any other."""
        values = self.at_points(measure)
        mine = values[values["run"].to_numpy() // RUNS_A_POINT == self.point]
        return mine.assign_coords(run=mine["run"].to_numpy() % RUNS_A_POINT)

    @cached_property
    def _stored(self) -> xr.Dataset:
        """All measures, none of them read yet."""
        return self.batch.dataset(self.scenario)

    def _read(self, measure: str) -> xr.DataArray:
        """A measure as it is stored, points and runs on one axis."""
        found = self._stored[measure].reset_coords(drop=True).compute()  # unlike load, leaves no copy in `_stored`
        return without_self(_flat(found)).assign_attrs(measure=measure)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Parameters that take more than one value over the runs: a column each, rows by number of run."""
        table = self.batch.runs[self.batch.runs["scenario"] == self.scenario]
        numbers = table["point"] * RUNS_A_POINT + table["run"]
        names = [name for name in table if name not in _NO_PARAMETERS and len(table[name].dropna().unique()) > 1]
        return table[names].set_index(pd.Index(numbers, name="run"))


@dataclass(frozen=True)
class Selection:
    """Scenarios by label, and the label of the one that the others are compared with.

    `bases` names another one for some of them, as when each batch has a baseline of its own; `titles` are
    what a reader calls those that do not go by the title of their scenario, as where `batches` are compared;
    `only` are the runs of a scenario that count, where not all do.
    """

    parts: Mapping[str, Part]
    baseline: str
    bases: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    batches: bool = False
    only: Mapping[str, Runs] = field(default_factory=dict)
    known: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was found of it once (`keeping`)."""

    @property
    def batch(self) -> Batch:
        """The batch of the scenario that the others are compared with."""
        return self.parts[self.baseline].batch

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Labels of scenarios with finished runs, the baseline first."""
        ordered = sorted(self.parts, key=lambda label: label != self.baseline)
        return tuple(label for label in ordered if finished(self.parts[label]))

    def base(self, label: str) -> str:
        """Label of what a scenario is compared with."""
        return self.bases.get(label, self.baseline)

    @property
    def changed(self) -> tuple[str, ...]:
        """Scenarios that can be compared with another one."""
        known = self.scenarios
        return tuple(label for label in known if self.base(label) != label and self.base(label) in known)

    @cached_property
    def resolved(self) -> dict[str, Scenario]:
        """Every scenario with finished runs, as it was resolved, under the title that a reader knows it by."""
        found = {label: self.parts[label].resolved for label in self.scenarios}
        return {s: one.model_copy(update={"title": self.titles.get(s, one.title)}) for s, one in found.items()}

    def doer(self, label: str) -> str:
        """What makes an effect, in running text: a scenario; nothing where the same one stands in two batches."""
        if not self.batches:
            return quoted(self.resolved[label].title)
        one, other = self.parts[label], self.parts[self.base(label)]
        return "" if one.scenario == other.scenario else quoted(one.resolved.title)

    def where(self, label: str) -> str:
        """In which batch an effect is told, at the head of a clause; nothing for the scenarios of one batch."""
        return f"{within(label)}, " if self.batches else ""

    @cached_property
    def ends(self) -> tuple[str, str]:
        """First and last quarter recorded of all scenarios; BatchError when there is none."""
        return self._ends_of(self.scenarios)

    def last(self, label: str) -> str:
        """Last quarter recorded of a scenario and of what it is compared with, whatever others end."""
        return self._ends_of((label, self.base(label)))[1]

    def _ends_of(self, labels: Collection[str]) -> tuple[str, str]:
        """First and last quarter recorded of some scenarios."""
        times = [set(self.parts[label].times) for label in labels]
        common = sorted(set.intersection(*times), key=parse_quarter)
        if not common:
            msg = f"{', '.join(labels)}: no quarter was recorded in all of them"
            raise BatchError(msg)
        return common[0], common[-1]

    @cached_property
    def points(self) -> tuple[int, ...]:
        """Points of the parameters that figures are means over; none where there is one, or each run has its own."""
        return next((points for part in self.parts.values() if (points := part.points)), ())

    def at_point(self, point: int) -> "Selection":
        """The same selection at one point of the parameters."""
        return replace(self, parts={label: part.at(point) for label, part in self.parts.items()})

    @property
    def poles(self) -> tuple[str, ...]:
        """Poles in order of their axis."""
        return tuple(str(pole) for pole in self.values(self.baseline, "alignment")["pole"].values)

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that were recorded of all scenarios."""
        batches = [part.batch for part in self.parts.values()]
        return tuple(name for name in self.batch.measures if all(name in batch.measures for batch in batches))

    def has(self, *measures: str) -> bool:
        """Whether all these measures were recorded."""
        return set(measures) <= set(self.measures)

    def values(self, scenario: str, measure: str) -> xr.DataArray:
        """A measure as (run, time, …) in the runs that count, nothing where a country meets itself.

        A run is its mean over points.
        """
        values = self.parts[scenario].values(measure)
        return values.sel(run=np.isin(values["run"], self.only[scenario])) if scenario in self.only else values

    def paired(self, scenario: str) -> bool:
        """Whether the runs of a scenario have the same luck as those of what it is compared with."""
        return not unpaired(self.parts[scenario], self.parts[self.base(scenario)])

    def difference(
        self, scenario: str, measure: str, where: Where | None = None, *, against: str | None = None
    ) -> xr.DataArray:
        """Scenario minus its baseline (or `against`), run by run: same run, same luck, at some labels or all.

        Where the luck differs (`unpaired`) as many runs of both stand against each other in order: differences
        of independent draws, so that intervals include the luck.
        """
        ours, theirs = self._beside(scenario, measure, where, against)
        return ours.copy(data=ours.values - theirs.values)

    @kept
    def touched(self, scenario: str) -> Runs:
        """Runs in which anything recorded differs from what a scenario is compared with; all when nothing does in any.

        Where an event comes by chance the others are the same to the last bit and say nothing of what it does.
        All count, too, where runs do not pair.
        """
        runs = self.difference(scenario, self.measures[0])["run"].to_numpy()
        found = np.zeros(len(runs), dtype=bool)
        for measure in self.measures if self.paired(scenario) else ():
            found |= (abs(self.difference(scenario, measure)) > 0).any(self._labels_of(measure)).to_numpy()
            if found.all():
                break
        return np.asarray(runs[found] if found.any() else runs, dtype=np.int64)

    def part_touched(self, scenario: str) -> float:
        """Share of the runs that a scenario touches."""
        return len(self.touched(scenario)) / self.values(scenario, self.measures[0]).sizes["run"]

    def _labels_of(self, measure: str) -> list[str]:
        """Dimensions of a measure, the runs apart."""
        return [str(dim) for dim in self.values(self.baseline, measure).dims if dim != "run"]

    def effect(self, scenario: str, measure: str, where: Where | None = None) -> xr.DataArray:
        """Scenario minus its baseline in the runs that it touches: what it does where it does anything."""
        return in_runs(self.difference(scenario, measure, where), self.touched(scenario))

    def relative(self, scenario: str, measure: str) -> xr.DataArray:
        """The same effect in per cent of the baseline's value, run by run."""
        ours, theirs = self._beside(scenario, measure)
        change = (100.0 * (ours / theirs - 1.0)).assign_attrs(ours.attrs | {"units": "%"})
        return in_runs(change, self.touched(scenario))

    def _beside(
        self, scenario: str, measure: str, where: Where | None = None, against: str | None = None
    ) -> tuple[xr.DataArray, xr.DataArray]:
        """Values of a scenario and of what it is compared with, at the same runs, times and labels."""
        base = against or self.base(scenario)
        ours, theirs = (self.values(s, measure).sel(where or {}) for s in (scenario, base))
        if unpaired(self.parts[scenario], self.parts[base]):
            ours, theirs = _in_order(ours, theirs)
        if not _same_labels(ours, theirs):
            ours, theirs = xr.align(ours, theirs.transpose(*ours.dims), join="inner")
        return ours, theirs


def select(batch: Batch, against: str = "baseline") -> Selection:
    """Selection of a whole batch; without a scenario `against`, its first one is the baseline."""
    parts = {scenario: Part(batch, scenario) for scenario in batch.scenarios}
    return Selection(parts, against if against in parts else batch.scenarios[0])


def finished(part: Part) -> bool:
    """Whether any run of a scenario is finished."""
    return any(receipt.scenario == part.scenario and receipt.finished for receipt in part.batch.receipts)


def unpaired(ours: Part, theirs: Part) -> str:
    """Why the runs of two scenarios do not have the same luck; empty when they do.

    Luck is addressed by seed, process, entity and run, never by scenario, batch or parameter.
    """
    if ours.seed != theirs.seed:
        return f"seeds differ, {theirs.seed} and {ours.seed}"
    points, others = (part.batch.manifest["plan"]["sample"]["points"] for part in (ours, theirs))
    alike = points == others or len(points) == len(others) == 1
    return "" if alike else "the points of the designs differ"


def at(values: xr.DataArray, quarter: str) -> xr.DataArray:
    """Values at the last recorded quarter not after `quarter`; ValueError when there is none."""
    moments = [parse_quarter(str(time)) for time in values["time"].values]
    known = [position for position, moment in enumerate(moments) if moment <= parse_quarter(quarter)]
    if not known:
        msg = f"{quarter}: before the first recorded quarter, {values['time'].values[0]}"
        raise ValueError(msg)
    return values.isel(time=known[-1])


def in_runs(values: xr.DataArray, runs: Runs) -> xr.DataArray:
    """Values in some of their runs, not copied where these are all."""
    return values if np.array_equal(values["run"], runs) else values.sel(run=runs)


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


def _over_points(values: xr.DataArray) -> xr.DataArray:
    """Runs as their means over points; points as they are where each has one run only."""
    number = values["run"].to_numpy() % RUNS_A_POINT
    runs = np.unique(number)
    if len(runs) in (1, len(number)):
        return values
    parts = [values[number == run].mean("run", keep_attrs=True) for run in runs]
    return xr.concat(parts, pd.Index(runs, name="run")).assign_attrs(values.attrs)


def _in_order(ours: xr.DataArray, theirs: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """As many runs of both, numbered from nought; of the larger one runs spread evenly over its points."""
    count = min(ours.sizes["run"], theirs.sizes["run"])
    places = (np.arange(count) * values.sizes["run"] // count for values in (ours, theirs))
    first, second = (
        values.isel(run=place).assign_coords(run=np.arange(count))
        for values, place in zip((ours, theirs), places, strict=True)
    )
    return first, second


def _same_labels(ours: xr.DataArray, theirs: xr.DataArray) -> bool:
    return ours.dims == theirs.dims and all(ours.indexes[dim].equals(theirs.indexes[dim]) for dim in ours.dims)
