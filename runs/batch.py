"""Batch: a stored batch as labelled arrays and tables, read no further than asked."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import NoneType
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from model.axes import absent
from runs import corrected, shapes, store
from runs.packing import column_names
from runs.problems import BatchError
from runs.requests import held_to, place
from runs.sample import Array


@dataclass(frozen=True)
class Batch:
    """A batch folder, a path, opened for reading; it may still be growing. BatchError when there is none."""

    folder: Path

    def __post_init__(self) -> None:
        """Read the manifest at once, so that a folder that is no batch is refused here."""
        object.__setattr__(self, "folder", place("batch", self.folder))
        _ = self.manifest

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was computed, with what, when."""
        return store.read_manifest(self.folder)

    @cached_property
    def dictionary(self) -> dict[str, Any]:
        """Measures with dimensions and units; labels and times by scenario."""
        return store.read_dictionary(self.folder)

    @cached_property
    def receipts(self) -> tuple[store.Receipt, ...]:
        """Stored blocks at the time of the first look."""
        return tuple(store.receipts(self.folder))

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def commands(self) -> str:
        """The command that began it and those that went on with it, in their order, each once."""
        calls = [self.manifest, *self.manifest.get("continued", ())]
        return ", then ".join(dict.fromkeys(shlex.join(call["command"]) for call in calls))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios in order of the plan."""
        return tuple(entry["name"] for entry in self.manifest["plan"]["scenarios"])

    @property
    def measures(self) -> tuple[str, ...]:
        """Recorded measures."""
        return tuple(self.dictionary["measures"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The run table: scenario, point, run, status (planned, finished, failed), stage, reason, parameters."""
        table = self._run_table()
        states = store.statuses(self.folder)
        keys = list(zip(table["scenario"], table["point"], table["run"], strict=True))
        found = [states.get(key, store.Status()) for key in keys]
        return table.assign(**{name: [getattr(state, name) for state in found] for name in store.Status._fields})

    def _run_table(self) -> pd.DataFrame:
        """The run table as stored; BatchError when it is missing or damaged."""
        path = self.folder / "runs.parquet"
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError) as reason:
            msg = f"{path}: cannot be read ({reason}); repeat the command that made the batch"
            raise BatchError(msg) from reason

    @property
    def data(self) -> Path | None:
        """Folder of the corrected tables it was computed with; None when it was the shipped ones alone."""
        return corrected.kept(self.folder)

    def text(self, scenario: str) -> str:
        """A scenario as it was resolved, YAML; BatchError when it is missing or damaged."""
        path = self.file(scenario)
        try:
            return path.read_text(encoding="utf-8")
        except OSError as reason:
            raise shapes.damaged(path, str(reason.strerror)) from None
        except UnicodeDecodeError as reason:
            raise shapes.damaged(path, str(reason)) from None

    def file(self, scenario: str) -> Path:
        """Where a scenario stands as it was resolved."""
        return self.folder / "scenarios" / f"{self.known(scenario)}.yaml"

    def dataset(self, scenario: str, measures: str | Sequence[str] | None = None) -> xr.Dataset:
        """Finished runs of a scenario as labelled arrays (run, time, …), read when used.

        `measures`, a name or several, are all that were recorded unless named; dimensions after
        time, and units, are those of docs/measures.md and stand in the
        attributes. With several parameter points the arrays are (point, run,
        time, …), missing values where a run failed. Parameters are
        coordinates. Raises BatchError for an unknown scenario or measure, or
        when no run is finished.
        """
        held_to("measures", measures, (Sequence, NoneType), "a list of names is wanted")
        named = (measures,) if isinstance(measures, str) else measures
        wanted = [self._measure(name) for name in (self.measures if named is None else named)]
        pieces = [r for r in self.receipts if r.scenario == self.known(scenario) and r.finished]
        if not pieces:
            msg = f"{self.folder}: no finished run of {scenario}; repeat the command that began the batch"
            raise BatchError(msg)
        layout = self._layouts.setdefault(
            scenario, _Layout(self.folder, tuple(pieces), self.dictionary["scenarios"][scenario])
        )
        variables = {name: layout.variable(name, self.dictionary["measures"][name]) for name in wanted}
        attributes = {"scenario": scenario, "batch": self.name}
        found = xr.Dataset(variables, coords=layout.coordinates(), attrs=attributes)
        found = found.assign_coords(self._parameters(scenario, found))
        return found.isel(point=0, drop=True) if found.sizes["point"] == 1 else found

    def frame(self, measure: str, scenario: str | None = None) -> pd.DataFrame:
        """One measure as a tidy table: scenario, point if there are several, run, time, a column a dimension, value.

        Of one scenario, or of all; `value` is in the unit of the measure.
        Raises BatchError as `dataset` does.
        """
        chosen = self.scenarios if scenario is None else (scenario,)
        parts = []
        for name in chosen:
            array = self.dataset(name, [measure])[measure].reset_coords(drop=True)
            table = array.rename("value").to_dataframe().reset_index()
            table.insert(0, "scenario", name)
            parts.append(table.dropna(subset=["value"]) if "point" in array.dims else table)
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def _layouts(self) -> dict[str, "_Layout"]:
        """Layouts by scenario, kept with their open files."""
        return {}

    def _parameters(self, scenario: str, found: xr.Dataset) -> dict[str, tuple[tuple[str, ...], Array]]:
        """Parameters as coordinates (point, run)."""
        here = self.runs[self.runs["scenario"] == scenario]
        columns = [name for name in here.columns if name not in store.RUN_COLUMNS]
        names = [name for name in columns if here[name].notna().any()]
        if not names:
            return {}
        rows = here.set_index(["point", "run"])
        cells = pd.MultiIndex.from_product([found["point"].values, found["run"].values])
        shape = (found.sizes["point"], found.sizes["run"])
        values = rows[names].reindex(cells)
        return {name: (("point", "run"), values[name].to_numpy(dtype=float).reshape(shape)) for name in names}

    def known(self, scenario: str) -> str:
        """The name of a scenario of this batch; BatchError when it has none of that name."""
        if scenario not in self.scenarios:
            msg = f"{self.folder}: {absent('scenario', scenario, self.scenarios, 'it has')}"
            raise BatchError(msg)
        return scenario

    def meant(self, word: str) -> str:
        """The scenario of this batch that its name, or the file that it was read from, means; BatchError for none."""
        of_file = {file: name for name, file in self.manifest.get("files", {}).items()}
        return self.known(of_file.get(Path(word).name, word))

    def _measure(self, name: str) -> str:
        if name not in self.measures:
            msg = f"{self.folder}: {absent('measure', name, self.measures, 'it recorded')}"
            raise BatchError(msg)
        return name


def open_batch(path: "str | Path | Batch") -> Batch:
    """Batch in a folder, or the batch itself; BatchError when there is none or its format is another."""
    return path if isinstance(path, Batch) else Batch(place("batch", path))


@dataclass(frozen=True)
class _Layout:
    """Where the values of one scenario lie: its blocks, labels and times."""

    folder: Path
    pieces: tuple[store.Receipt, ...]
    labels: dict[str, Any]

    @cached_property
    def points(self) -> list[int]:
        return sorted({piece.point for piece in self.pieces})

    @cached_property
    def runs(self) -> Array:
        return np.unique(np.concatenate([piece.finished for piece in self.pieces]))

    @property
    def times(self) -> list[str]:
        return list(self.labels["times"])

    def coordinates(self) -> dict[str, Any]:
        axes = {name: list(labels) for name, labels in self.labels["axes"].items()}
        return {"point": self.points, "run": self.runs, "time": self.times} | axes

    def variable(self, name: str, entry: dict[str, Any]) -> xr.Variable:
        labels = [tuple(self.labels["axes"][dimension]) for dimension in entry["dimensions"]]
        lazy = indexing.LazilyIndexedArray(_Stored(self, name, labels))
        stored = indexing.MemoryCachedArray(lazy)  # type: ignore[no-untyped-call]
        attributes = {"units": entry["unit"], "description": entry["description"]}
        return xr.Variable(("point", "run", "time", *entry["dimensions"]), stored, attributes)

    @cached_property
    def files(self) -> dict[str, pq.ParquetFile]:
        return {}

    def read(self, piece: store.Receipt, columns: list[str]) -> Array:
        """Columns of a block, (run, time, column)."""
        path = store.block_path(self.folder, piece)
        try:
            if piece.name not in self.files:
                self.files[piece.name] = pq.ParquetFile(path, pre_buffer=False)
            table = self.files[piece.name].read(columns=columns)
            values = np.stack([table.column(name).to_numpy() for name in columns], axis=-1)
            return values.reshape(len(piece.finished), len(self.times), len(columns))
        except (OSError, KeyError, ValueError) as reason:
            msg = f"{path}: damaged ({reason}); repeat the command that made the batch to compute it again"
            raise BatchError(msg) from reason


class _Stored(BackendArray):
    """One measure on disk as an array (point, run, time, …): reads only the blocks and columns indexed."""

    def __init__(self, layout: _Layout, measure: str, labels: list[tuple[str, ...]]) -> None:
        self.layout = layout
        self.columns = np.array(column_names(measure, labels)).reshape([len(part) for part in labels])
        self.shape = (len(layout.points), len(layout.runs), len(layout.times), *self.columns.shape)
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:  # noqa: ANN401 - xarray's own signature
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> Array:
        """Values at an outer index: one integer, slice or array a dimension."""
        wanted = [np.atleast_1d(np.arange(length)[part]) for length, part in zip(self.shape, key, strict=True)]
        points, runs, times, *rest = wanted
        columns = self.columns[np.ix_(*rest)] if rest else self.columns.reshape(1)
        found = np.full((len(points), len(runs), len(times), columns.size), np.nan)
        for piece in self.layout.pieces:
            self._fill(found, piece, wanted, list(columns.flat))
        single = tuple(axis for axis, part in enumerate(key) if np.ndim(part) == 0 and not isinstance(part, slice))
        return cast("Array", found.reshape([len(part) for part in wanted]).squeeze(axis=single))

    def _fill(self, found: Array, piece: store.Receipt, wanted: list[Array], columns: list[str]) -> None:
        """Put a block's share of the wanted values in place."""
        points, runs, times, *_ = wanted
        labels = self.layout.runs[runs]
        here = np.isin(labels, piece.finished)
        row = np.flatnonzero(points == self.layout.points.index(piece.point))
        if not len(row) or not here.any():
            return
        block = self.layout.read(piece, columns)
        chosen: Array = block[_span(np.searchsorted(piece.finished, labels[here]))][:, _span(times)]
        for one in row:
            found[one][_span(np.flatnonzero(here))] = chosen


def _span(positions: npt.NDArray[Any]) -> Any:  # noqa: ANN401 - indices or a slice of them
    """Positions that follow each other as a slice, which copies nothing."""
    following = slice(int(positions[0]), int(positions[0]) + len(positions)) if len(positions) else slice(0)
    return following if (np.diff(positions) == 1).all() else positions
