"""Estimates: how long the rest of a plan would take and how much room it needs, and from what that is known.

A block costs a fixed part and a part for each run. Both are fitted to blocks
of the same scenarios that earlier batches in the same place computed with the
same model on such a machine, or to a few runs computed for the purpose.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runs import manifest, store
from runs.batch import open_batch
from runs.execution import cores, serial
from runs.launch import Options, folder_of, standing
from runs.packing import encode
from runs.planning import Plan
from runs.problems import BatchError
from runs.shelf import batches
from runs.variants import Variant

FEW, MORE = 4, 16
"""Runs of the two blocks that are computed to measure; the first one twice, since its world is opened but once."""


@dataclass(frozen=True)
class Cost:
    """What a block of some runs took: seconds of one process, bytes."""

    runs: int
    seconds: float
    size: int


@dataclass(frozen=True)
class Estimate:
    """Runs and blocks to compute, the time with so many processes, bytes to store and free there, and the source."""

    runs: int
    blocks: int
    workers: int
    seconds: float
    size: float
    free: int
    source: str

    def __str__(self) -> str:
        """The estimate in words.

        >>> print(Estimate(400, 12, 2, 95.0, 8.1e7, 10**12, "known from 24 runs"))
        to compute: 400 runs, about 2 minutes (processes: 2) and 81 MB, the report not counted; known from 24 runs
        """
        if not self.runs:
            return "every run is stored already: nothing to compute"
        cost = f"about {_duration(self.seconds)} (processes: {self.workers}) and {self.size / 1e6:,.0f} MB"
        room = f" (only {self.free / 1e6:,.0f} MB are free there)" if self.size > self.free else ""
        return f"to compute: {self.runs} runs, {cost}{room}, the report not counted; {self.source}"


def _duration(seconds: float) -> str:
    """Seconds as a person says them."""
    for unit, length in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 1.0):.0f} s"


def estimate(variants: Sequence[Variant], drafted: Plan, options: Options) -> Estimate:
    """Estimate of what a plan still needs; computes a few runs when nothing is known, stores nothing."""
    folder = folder_of(drafted, options)
    done, _ = store.sorted_out(folder, drafted)
    sizes = np.array([len(block) for block in drafted.blocks(done)])
    known, opening = (list(_earlier(options.out, drafted)) if len(sizes) else []), 0.0  # opening is in stored blocks
    source = f"known from what the same scenarios cost in {options.out}"
    if len(sizes) and not known:
        known, opening = _measured(variants, drafted)
        source = f"known from a few runs of {drafted.entries[0].name} computed now"
    workers = min(options.workers or cores(), max(len(sizes), 1))
    seconds, size = (_total(known, sizes, what) for what in ("seconds", "size"))
    seconds += opening * workers * len(drafted.entries)
    free = shutil.disk_usage(standing(folder)).free
    return Estimate(int(sizes.sum()), len(sizes), workers, seconds / workers, size, free, source)


def _total(known: Sequence[Cost], sizes: "np.ndarray[tuple[int], np.dtype[np.int64]]", what: str) -> float:
    """Sum over blocks of a fixed part and a part for each run, least squares on what is known."""
    if not len(sizes):
        return 0.0
    runs = np.array([cost.runs for cost in known], dtype=float)
    spent = np.array([getattr(cost, what) for cost in known], dtype=float)
    if np.ptp(runs) == 0.0:
        return float(spent.sum() / runs.sum() * sizes.sum())
    each = max(float(np.polyfit(runs, spent, 1)[0]), 0.0)
    fixed = max(float((spent - each * runs).mean()), 0.0)
    return fixed * len(sizes) + each * float(sizes.sum())


def _earlier(out: Path, drafted: Plan) -> Iterator[Cost]:
    """Blocks of the plan's scenarios in the batches of a folder that were computed and recorded alike."""
    wanted = {entry.digest for entry in drafted.entries}
    for folder in batches(out):
        try:
            batch = open_batch(folder)
        except BatchError:
            continue
        plan = batch.manifest["plan"]
        alike = (plan["model"], plan["every"], plan["record"]) == (drafted.model, drafted.every, list(drafted.record))
        names = {entry["name"] for entry in plan["scenarios"] if entry["digest"] in wanted}
        if alike and bool(plan["sample"].get("laws")) == bool(drafted.sample.laws) and _here(batch.manifest):
            yield from (Cost(len(r.runs), r.seconds, r.size) for r in batch.receipts if r.scenario in names)


def _here(described: dict[str, object]) -> bool:
    """Whether a batch was computed with the arithmetic of this machine."""
    return described["arithmetic"] == manifest.arithmetic()


def _measured(variants: Sequence[Variant], drafted: Plan) -> tuple[list[Cost], float]:
    """What small blocks of the plan's first scenario take, and the seconds for which a worker opens its world.

    The first of all blocks opens it and is left out of the others.
    """
    entry = drafted.entries[0]
    blocks = [drafted.task(entry, 0, np.arange(min(runs, drafted.runs))) for runs in (FEW, FEW, MORE)]
    with serial(None, {variant.entry.digest: variant.world for variant in variants}) as mapped:
        outcomes = list(mapped(blocks))
    costs = [
        Cost(len(found.block), found.seconds, len(encode(found.trajectory)) if found.trajectory else 0)
        for found in outcomes[1:]
    ]
    return costs, max(outcomes[0].seconds - outcomes[1].seconds, 0.0)
