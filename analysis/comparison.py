"""Comparison: stored batches side by side, the first of which the others are compared with.

Where the runs of two batches have the same luck (the same seed), differences
are taken run by run; otherwise they are unpaired, and said to be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import xarray as xr

from analysis import manifests, verdicts
from analysis.bases import chosen
from analysis.claims import Finding, findings_of
from analysis.ensemble import effects
from analysis.selection import Part, Selection, finished, unpaired
from model.axes import absent
from model.measures import MEASURES
from runs.batch import Batch, open_batch
from runs.problems import BatchError
from runs.shelf import notes

_UNNAMED = re.compile(r"\d{8}-\d{4}-[0-9a-f]{8}")
"""Names that batches get when users give none."""


@dataclass(frozen=True)
class Effects(Part):
    """A scenario minus the baseline of its batch, run by run, in place of its values."""

    base: Part = field(kw_only=True)

    def values(self, measure: str) -> xr.DataArray:
        """The difference of a measure as (run, time, …) at the runs and labels that both have."""
        ours = super().values(measure)
        return (ours - self.base.values(measure)).assign_attrs(ours.attrs)


@dataclass(frozen=True)
class Comparison:
    """Batches by the name that a reader knows them by; the others are compared with the first."""

    batches: Mapping[str, Batch]

    @cached_property
    def parts(self) -> dict[tuple[str, str], Part]:
        """Every scenario with finished runs, by batch and name."""
        every = {(label, s): Part(batch, s) for label, batch in self.batches.items() for s in batch.scenarios}
        return {key: part for key, part in every.items() if finished(part)}

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios of any batch."""
        return tuple(dict.fromkeys(scenario for _, scenario in self.parts))

    def selection(self, scenario: str) -> Selection:
        """One scenario in all batches that have it, the first of them compared with; BatchError when none has it."""
        parts = {label: part for (label, name), part in self.parts.items() if name == scenario}
        if not parts:
            msg = f"no batch has a finished run of {scenario!r}; they have {', '.join(self.scenarios)}"
            raise BatchError(msg)
        return Selection(parts, next(iter(parts)), titles={label: label for label in parts}, batches=True)

    def own_effects(self, scenario: str) -> Selection | None:
        """A scenario in every batch that has it, compared with the baseline of the same batch; None for a baseline."""
        bases = {label: chosen(batch).baseline for label, batch in self.batches.items()}
        labels = [label for label, base in bases.items() if (label, scenario) in self.parts and scenario != base]
        if not labels:
            return None
        names = {label: f"{bases[label]} of {label}" for label in labels}
        parts = {name: self.parts[label, bases[label]] for label, name in names.items()}
        parts |= {label: self.parts[label, scenario] for label in labels}
        own = names | {name: name for name in names.values()}
        return Selection(parts, names[labels[0]], own, {label: label for label in parts}, batches=True)

    def effects_apart(self, scenario: str) -> Selection | None:
        """The effects of a scenario in the batches that have it; None for fewer than two."""
        own = self.own_effects(scenario)
        if own is None or len(labels := own.changed) < 2:  # noqa: PLR2004 - that is what comparing needs
            return None
        parts = {s: Effects(own.parts[s].batch, scenario, base=own.parts[own.base(s)]) for s in labels}
        return Selection(parts, labels[0], titles={label: label for label in labels})

    def differences(self) -> pd.DataFrame:
        """What is not the same in the manifests and scenario texts: `what`, and a column a batch."""
        return _titled(manifests.differences(self.batches), "What differs")

    def pairing(self) -> pd.DataFrame:
        """Whether the runs of each scenario pair with those of the first batch that has it: `reason` if not."""
        rows = []
        for scenario in self.scenarios:
            first, *others = (key for key in self.parts if key[1] == scenario)
            reasons = [unpaired(self.parts[key], self.parts[first]) for key in others]
            rows += [
                {"scenario": scenario, "batch": key[0], "with": first[0], "paired": not reason, "reason": reason}
                for key, reason in zip(others, reasons, strict=True)
            ]
        return pd.DataFrame(rows, columns=["scenario", "batch", "with", "paired", "reason"])

    @cached_property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """The claims of each batch, tested on it."""
        return {label: findings_of(self.whole(label)) for label in self.batches}

    def verdicts(self) -> pd.DataFrame:
        """Verdicts of all claims: `scenario`, `claim`, `says`, and verdict with mean in a column a batch.

        A claim whose question was changed between batches has a row for each.
        """
        rows: dict[tuple[str, ...], dict[str, str]] = {}
        for label, found in self.findings.items():
            for row in verdicts.frame(found).to_dict("records"):
                names = {key: row[key] for key in ("scenario", "claim", "says")}
                kept = rows.setdefault(tuple(names.values()), names)
                points = f"; {row['at the points']}" if row.get("at the points") else ""
                kept[label] = f"{row['verdict']}: {row['mean (95 % interval)']}{points}"
        columns = ["scenario", "claim", "says", *self.batches]
        return _titled(pd.DataFrame(list(rows.values()), columns=columns).fillna(manifests.NOTHING), "Claims")

    def effects(self, measure: str, scenario: str = "baseline", **where: str) -> pd.DataFrame:
        """Differences of a measure in one scenario from the first batch, over time and whatever `where` leaves open.

        Columns: `batch`, `time`, labels, `mean` with its 95 % interval `mean_low` to `mean_high`, quantiles over runs
        `low` to `high`, shares of runs that rise and fall, `runs`, and whether they are `paired`. The unit of the
        measure is in `attrs["unit"]`. BatchError for a scenario or measure that the batches do not have.
        """
        selection = self.selection(scenario)
        if not selection.has(measure):
            msg = f"no measure {measure!r} in all batches; they have {', '.join(selection.measures)}"
            raise BatchError(msg)
        _check_labels(selection, measure, where)
        parts = []
        for label in selection.changed:
            table = effects(selection.difference(label, measure, where))
            table.insert(0, "batch", label)
            parts.append(table.assign(paired=selection.paired(label)))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["batch"])

    def whole(self, label: str) -> Selection:
        """All scenarios of one batch, with the parts that are read already."""
        usual = chosen(self.batches[label])
        return Selection({name: part for (b, name), part in self.parts.items() if b == label}, usual.baseline)


def _check_labels(selection: Selection, measure: str, where: Mapping[str, str]) -> None:
    """BatchError for a dimension that a measure has not, or a label that is not on it."""
    values = selection.values(selection.baseline, measure)
    for dimension, label in where.items():
        known = MEASURES[measure].dimensions
        labels = values[dimension].values.tolist() if dimension in known else []
        if label not in labels:
            wrong = absent(dimension, label, labels) if labels else absent("dimension", dimension, known)
            msg = f"{measure}: {wrong}"
            raise BatchError(msg)


def compare(*batches: Batch | str | Path) -> Comparison:
    """Comparison of stored batches, or of the folders that hold them, with the first of them.

    BatchError for fewer than two, for one named twice, and for a folder without a batch or without finished runs.

    >>> import multivector as mv
    >>> both = mv.compare("results/before", "results/after")  # doctest: +SKIP
    >>> both.effects("loss", "peace-deal", country="ARM", controller="RUS")  # doctest: +SKIP
    """
    opened = [batch if isinstance(batch, Batch) else open_batch(batch) for batch in batches]
    places = [batch.folder.resolve() for batch in opened]
    if len(places) < 2:  # noqa: PLR2004 - that is what comparing needs
        msg = "compare: name at least two batches; `multivector batches` lists them"
        raise BatchError(msg)
    if twice := [str(place) for place in places if places.count(place) > 1]:
        msg = f"compare: {twice[0]} is named twice; name different batches"
        raise BatchError(msg)
    for batch in opened:
        chosen(batch)
    return Comparison(dict(zip(_labels(opened), opened, strict=True)))


def _labels(batches: list[Batch]) -> list[str]:
    """Labels of batches: the names that users gave if all have one, else what differs.

    Of equal ones the batch is named, with its folder before it or a number behind where that is equal too.
    """
    called = [_called(batch) for batch in batches]
    names = called if all(called) else manifests.told_apart(batches)
    names = [name if names.count(name) == 1 else batch.name for name, batch in zip(names, batches, strict=True)]
    long = [f"{batch.folder.resolve().parent.name}-{name}" for batch, name in zip(batches, names, strict=True)]
    wanted = [name if names.count(name) == 1 else far for name, far in zip(names, long, strict=True)]
    return [name if wanted.count(name) == 1 else f"{name}-{i}" for i, name in enumerate(wanted, 1)]


def _called(batch: Batch) -> str:
    """The label of a batch, or the name that a user gave; empty for one named by date and hash."""
    return notes(batch.folder).label or ("" if _UNNAMED.fullmatch(batch.name) else batch.name)


def _titled(table: pd.DataFrame, title: str) -> pd.DataFrame:
    table.attrs["title"] = title
    return table
