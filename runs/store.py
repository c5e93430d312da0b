"""The store: a batch folder that explains itself and is consistent at every moment.

    manifest.json            what was computed, with what, when
    dictionary.json          measures (dimensions, unit, description), labels, times
    scenarios/<name>.yaml    each scenario as resolved
    notes.json               label and note, if a user gave any
    runs.parquet             the run table: scenario, point, run, status, stage and reason of a failure, parameters
    blocks/<block>.parquet   recorded values: one row a run and time, one column a measure and labels
    blocks/<block>.json      the block's receipt: checksum, identity, runs, failures

A file is written under a temporary name and renamed. The receipt is renamed
last: a block without one does not exist, and one with a wrong checksum is
computed again.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from model.measures import MEASURES
from runs import lock, manifest, shapes
from runs.packing import Packed, packed
from runs.planning import Block, Plan
from runs.problems import BatchError
from runs.worker import Outcome

TEMPORARY = ".part"
Key = tuple[str, int, int]
"""A run in a batch: scenario, point, run."""
RUN_COLUMNS = ("scenario", "point", "run", "status", "stage", "reason")
"""Columns of the run table that are no parameters."""


@dataclass(frozen=True)
class Receipt:
    """Proof of a stored block. `checksum` is None when all its runs failed and nothing was stored."""

    name: str
    scenario: str
    point: int
    identity: str
    runs: tuple[int, ...]
    failed: dict[int, str]
    checksum: str | None
    size: int
    seconds: float
    stages: dict[int, str] = field(default_factory=dict)
    """Process of the model in which each failed run failed."""

    @property
    def finished(self) -> tuple[int, ...]:
        """Runs whose values are stored, ascending."""
        return tuple(run for run in self.runs if run not in self.failed)


class Status(NamedTuple):
    """How a run stands: planned, finished or failed; where in the model and why it failed."""

    status: str = "planned"
    stage: str | None = None
    reason: str | None = None


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: object) -> None:
    """Write plain data as JSON, whole or not at all."""
    write(path, json.dumps(content, indent=1, ensure_ascii=False).encode())


def read_json(path: Path) -> dict[str, Any]:
    """Plain data of a JSON file; BatchError when it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: not there; is {path.parent} a batch folder?"
        raise BatchError(msg) from None
    except (OSError, ValueError) as reason:
        msg = f"{path}: cannot be read ({reason})"
        raise BatchError(msg) from None
    if not isinstance(content, dict):
        msg = f"{path}: not a JSON object; the file is damaged"
        raise BatchError(msg)
    return content


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of a batch; BatchError when it is missing or damaged, or has another format."""
    path = folder / "manifest.json"
    content = read_json(path)
    if content.get("format") != manifest.FORMAT:
        msg = f"{folder}: format {content.get('format')!r}; this version reads {manifest.FORMAT}"
        raise BatchError(msg)
    return shapes.hold_to(shapes.Manifest, path, content)


def read_dictionary(folder: Path) -> dict[str, Any]:
    """Data dictionary of a batch; BatchError when it is missing or damaged."""
    path = folder / "dictionary.json"
    return shapes.hold_to(shapes.Dictionary, path, read_json(path))


def begin(folder: Path, plan: Plan, texts: Mapping[str, str], files: Mapping[str, str] | None = None) -> None:
    """Make a folder ready for a plan's blocks, or check that it holds the same plan with fewer or more runs.

    `texts` are the scenarios as resolved, `files` the names of those that were read from a user's file, both by name.
    """
    fresh = admitted(folder, plan)
    for part in (folder, folder / "blocks", folder / "scenarios"):
        part.mkdir(parents=True, exist_ok=True)
        for leftover in part.glob(f"*{TEMPORARY}"):
            leftover.unlink()
    for name, text in texts.items():
        write(folder / "scenarios" / f"{name}.yaml", text.encode())
    write_json(folder / "manifest.json", {"files": dict(files or {})} | fresh)
    if not (folder / "dictionary.json").exists():
        _write_dictionary(folder, plan)
    if fresh["runs"] == plan.runs:
        write_run_table(folder, plan)  # before anything is computed: a kill leaves a table of all that is planned


def withdraw(folder: Path) -> None:
    """Take away a folder that was being made ready when it was stopped; BatchError when it holds anything else."""
    _refuse_strangers(folder)
    for part in ("blocks", "scenarios"):
        shutil.rmtree(folder / part, ignore_errors=True)
    for leftover in folder.glob(f"*{TEMPORARY}"):
        leftover.unlink()
    folder.rmdir()


def admitted(folder: Path, plan: Plan) -> dict[str, Any]:
    """Manifest of a plan in a folder, new or continued; BatchError when the folder holds anything else."""
    _refuse_strangers(folder)
    fresh = manifest.describe(plan)
    return _continued(folder, fresh) if (folder / "manifest.json").exists() else fresh


def _refuse_strangers(folder: Path) -> None:
    """BatchError when a folder without manifest holds anything a batch would not have put there."""
    if folder.is_dir() and not (folder / "manifest.json").exists():
        ours = {"blocks", "scenarios", lock.NAME, f"manifest.json{TEMPORARY}"}
        strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours)
        if strangers:
            msg = f"{folder}: holds other files ({', '.join(strangers[:3])}); choose another --name"
            raise BatchError(msg)


def _continued(folder: Path, fresh: dict[str, Any]) -> dict[str, Any]:
    """Manifest of a batch that goes on; BatchError when the folder holds another one."""
    old = read_manifest(folder)
    if old["family"] != fresh["family"]:
        changed = [key for key, value in fresh["plan"].items() if old["plan"].get(key) != value]
        msg = f"{folder}: holds another batch (different {', '.join(changed) or 'content'}); choose another --name"
        raise BatchError(msg)
    if old["arithmetic"] != fresh["arithmetic"]:
        msg = f"{folder}: begun with another numpy build or processor, so bits may differ; choose another --name"
        raise BatchError(msg)
    grown = ("runs", "identity", "block", "status") if fresh["runs"] > old["runs"] else ()
    return old | {key: fresh[key] for key in grown}


def work(folder: Path) -> None:
    """Note that a batch is computed now, by the command that makes it, or once blocks are stored one that goes on."""
    content, call = read_json(folder / "manifest.json"), manifest.call()
    stored = any(True for _ in receipts(folder))
    noted = {"continued": [*content.get("continued", ()), call]} if stored else call
    write_json(folder / "manifest.json", content | noted | {"status": "running", "finished": None})


def commit(folder: Path, outcome: Outcome) -> Receipt:
    """Store a block: values first, then the receipt that makes them count."""
    block = outcome.block
    found = packed(outcome.trajectory) if outcome.trajectory else outcome.packed
    content = found.content if found else b""
    if found:
        _note_labels(folder, block.entry.name, found)
        write(folder / "blocks" / f"{block.name}.parquet", content)
    receipt = Receipt(
        name=block.name,
        scenario=block.entry.name,
        point=block.point,
        identity=block.identity,
        runs=tuple(map(int, block.runs)),
        failed={failure.run: failure.reason for failure in outcome.failures},
        checksum=sha256(content).hexdigest() if content else None,
        size=len(content),
        seconds=round(outcome.seconds, 3),
        stages={failure.run: failure.stage for failure in outcome.failures},
    )
    write_json(folder / "blocks" / f"{block.name}.json", asdict(receipt))
    return receipt


def _write_dictionary(folder: Path, plan: Plan) -> None:
    """Start the data dictionary: the measures of the plan; scenarios join with their first block."""
    rows = {name: asdict(MEASURES[name]) for name in plan.record}
    write_json(folder / "dictionary.json", {"measures": rows, "scenarios": {}})


def _note_labels(folder: Path, scenario: str, found: Packed) -> None:
    """Add a scenario's labels and times to the data dictionary, before its first block counts."""
    known = read_dictionary(folder)
    if scenario in known["scenarios"]:
        return
    used = sorted({dimension for name in found.measures for dimension in MEASURES[name].dimensions})
    axes = {name: list(found.axes[name].labels) for name in used}
    known["scenarios"][scenario] = {"times": list(found.times), "axes": axes}
    write_json(folder / "dictionary.json", known)


def receipts(folder: Path) -> Iterator[Receipt]:
    """Receipts of the folder's blocks by name; an unreadable one is as good as absent."""
    for path in sorted((folder / "blocks").glob("*.json")):
        try:
            content = read_json(path)
            failed, stages = (
                {int(run): str(said) for run, said in content.get(key, {}).items()} for key in ("failed", "stages")
            )
            runs = tuple(int(run) for run in content["runs"])
            receipt = Receipt(**content | {"runs": runs, "failed": failed, "stages": stages})
        except (BatchError, KeyError, TypeError, ValueError, AttributeError):
            continue
        if receipt.name == path.stem and runs:
            yield receipt


def block_path(folder: Path, receipt: Receipt) -> Path:
    """File that holds a block's values."""
    return folder / "blocks" / f"{receipt.name}.parquet"


def sound(folder: Path, receipt: Receipt) -> bool:
    """Whether a block's file is there with the checksum of its receipt."""
    if receipt.checksum is None:
        return True
    path = block_path(folder, receipt)
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == receipt.checksum


def sorted_out(folder: Path, plan: Plan) -> tuple[dict[tuple[str, int], npt.NDArray[np.int64]], tuple[Receipt, ...]]:
    """Runs already stored, by scenario and point, and the blocks that are damaged or of another plan."""
    entries = {entry.name: entry for entry in plan.entries}
    done: dict[tuple[str, int], list[int]] = {}
    useless = []
    for receipt in receipts(folder):
        entry = entries.get(receipt.scenario)
        if entry is not None and _matches(plan, receipt) and sound(folder, receipt):
            done.setdefault((receipt.scenario, receipt.point), []).extend(receipt.runs)
        else:
            useless.append(receipt)
    return {key: np.array(sorted(runs), dtype=np.int64) for key, runs in done.items()}, tuple(useless)


def finished(folder: Path, plan: Plan) -> dict[tuple[str, int], npt.NDArray[np.int64]]:
    """Runs already stored, by scenario and point; damaged blocks and those of another plan are removed."""
    done, useless = sorted_out(folder, plan)
    for receipt in useless:
        discard(folder, receipt)
    return done


def _matches(plan: Plan, receipt: Receipt) -> bool:
    """Whether the plan would compute the same block; runs beyond its run table cannot be told."""
    entry = next(entry for entry in plan.entries if entry.name == receipt.scenario)
    runs = np.array(receipt.runs, dtype=np.int64)
    if receipt.point >= len(plan.sample.points):
        return False
    if plan.sample.runs.names and runs.max() >= len(plan.sample.runs):
        return True
    return plan.task(entry, receipt.point, runs).identity == receipt.identity


def discard(folder: Path, receipt: Receipt) -> None:
    """Remove a block: its receipt first, so that it never counts without its values."""
    (folder / "blocks" / f"{receipt.name}.json").unlink(missing_ok=True)
    block_path(folder, receipt).unlink(missing_ok=True)


def write_run_table(folder: Path, plan: Plan) -> None:
    """Write the run table as it stands: every planned run with its status and parameters."""
    states = statuses(folder)
    parts = [
        _run_rows(block, states)
        for entry in plan.entries
        for point in range(len(plan.sample.points))
        for block in [plan.task(entry, point, np.arange(plan.runs, dtype=np.int64))]
    ]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.concat_tables(parts, promote_options="default"), sink, compression="zstd")
    write(folder / "runs.parquet", bytes(sink.getvalue()))


def statuses(folder: Path) -> dict[Key, Status]:
    """Status of the runs that the folder knows."""
    return {(r.scenario, r.point, run): _status(r, run) for r in receipts(folder) for run in r.runs}


def _status(receipt: Receipt, run: int) -> Status:
    if run in receipt.failed:
        return Status("failed", receipt.stages.get(run), receipt.failed[run])
    return Status("finished")


def _run_rows(block: Block, states: Mapping[Key, Status]) -> pa.Table:
    """Rows of the run table for the runs of one variant at one point."""
    keys = [(block.entry.name, block.point, int(run)) for run in block.runs]
    found = [states.get(key, Status()) for key in keys]
    columns = {
        "scenario": pa.array([block.entry.name] * len(block), pa.string()),
        "point": pa.array(np.full(len(block), block.point)),
        "run": pa.array(block.runs),
        **{name: pa.array([getattr(state, name) for state in found], pa.string()) for name in Status._fields},
    }
    return pa.table(columns | {name: pa.array(values) for name, values in block.parameters.items()})


def finish(folder: Path, plan: Plan) -> None:
    """Close a batch that was computed: run table, time and status, which is complete once every planned run ended."""
    content = read_json(folder / "manifest.json")
    if content["status"] == "complete":
        return
    if content["runs"] == plan.runs:
        write_run_table(folder, plan)
    planned = len(plan.entries) * len(plan.sample.points) * content["runs"]
    status = "complete" if len(statuses(folder)) == planned else "interrupted"
    write_json(folder / "manifest.json", content | {"status": status, "finished": manifest.now()})
