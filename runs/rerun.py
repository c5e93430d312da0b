"""Rerun: one run of a stored batch computed again, and held against what is stored."""

# ruff: noqa: PLC0415 - the compiler loads only where a world is made

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from runs import manifest, store
from runs.batch import Batch, open_batch
from runs.planning import Block, Entry
from runs.problems import BatchError
from runs.requests import whole
from runs.sample import Array
from runs.worker import Outcome, World, compute, kernels


@dataclass(frozen=True)
class Rerun:
    """A run computed again.

    `differing` names the measures whose bits are not those in the batch,
    `changed` what is not as it was when the batch was computed; `stored` is
    the status of the run in the batch.
    """

    outcome: Outcome = field(repr=False)
    stored: store.Status
    differing: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def status(self) -> store.Status:
        """How the run ended this time."""
        for failure in self.outcome.failures:
            return store.Status("failed", failure.stage, failure.reason)
        return store.Status("finished")

    @property
    def same(self) -> bool:
        """Whether the run came out as it is stored, to the bit; true of a run that is not stored."""
        return self.stored.status == "planned" or (self.status == self.stored and not self.differing)


def rerun(batch: Batch | str | Path, scenario: str, run: int, point: int = 0, *, world: World = None) -> Rerun:
    """One run of a batch again, with its parameters and luck; BatchError when the batch has no such run.

    `batch` may be the path of its folder, `scenario` the file that the scenario was read from.
    `world` is compiled from the stored scenario and tables unless given.
    """
    opened = open_batch(batch)
    name = opened.meant(scenario)
    block = _block(opened, name, whole("run", run), whole("point", point))
    compiled = _world(opened.text(name), opened.data) if world is None else world
    outcome = compute(kernels(), compiled, block)
    stored = store.statuses(opened.folder).get((name, point, run), store.Status())
    return Rerun(outcome, stored, tuple(_differing(opened, outcome, stored)), tuple(_changed(opened, compiled, block)))


def _world(text: str, data: Path | None) -> World:
    """World of a scenario as a batch keeps it, resolved, with the corrected tables that the batch keeps."""
    from scenarios.compile import compile_scenario, shipped_network
    from scenarios.schema import Scenario
    from scenarios.tables import shipped_tables

    scenario = Scenario.model_validate(YAML(typ="safe", pure=True).load(text))
    start = str(scenario.start)
    return compile_scenario(scenario, shipped_tables(start, data), shipped_network(start, data))


def _block(batch: Batch, scenario: str, run: int, point: int) -> Block:
    """The block of one run, as the batch planned it."""
    plan = batch.manifest["plan"]
    entry = next(entry for entry in plan["scenarios"] if entry["name"] == scenario)
    planned = Entry(scenario, entry["digest"])
    values = _parameters(batch, scenario, run, point)
    runs = np.array([run], dtype=np.int64)
    return Block(planned, point, runs, values, plan["seed"], plan["model"], tuple(plan["record"]), plan["every"])


def _parameters(batch: Batch, scenario: str, run: int, point: int) -> dict[str, Array]:
    """Parameters of one run, (1,) each."""
    table = batch.runs
    row = table[(table["scenario"] == scenario) & (table["point"] == point) & (table["run"] == run)]
    if row.empty:
        last = int(table["point"].max()), int(table["run"].max())
        msg = f"{batch.folder}: no run {run} at point {point}; it has points 0 to {last[0]} and runs 0 to {last[1]}"
        raise BatchError(msg)
    known = row.drop(columns=list(store.RUN_COLUMNS)).iloc[0].dropna()
    return {str(name): np.array([value], dtype=float) for name, value in known.items()}


def _differing(batch: Batch, outcome: Outcome, stored: store.Status) -> Iterator[str]:
    """Measures whose bits are not those that are stored."""
    if outcome.trajectory is None or stored.status != "finished":
        return
    block = outcome.block
    found = batch.dataset(block.entry.name).sel(run=int(block.runs[0]))
    kept = found.sel(point=block.point) if "point" in found.dims else found
    for name, values in outcome.trajectory.measures.items():
        if values[..., 0].tobytes() != np.ascontiguousarray(kept[name].values).tobytes():
            yield name


def _changed(batch: Batch, world: World, block: Block) -> Iterator[str]:
    """What is not as it was when the batch was computed."""
    if block.model != manifest.model_version():
        yield "the model"
    if block.entry.digest != world.digest():
        yield "the data or the scenario language"
    if batch.manifest["arithmetic"] != manifest.arithmetic():
        yield "numpy or the processor"
