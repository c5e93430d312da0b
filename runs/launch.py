"""Launch: plan, compute what is missing, store, and open the batch."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import NoReturn, get_args

import numpy as np
import numpy.typing as npt

from model.axes import absent
from model.measures import MEASURES
from runs import corrected, manifest, requests, shelf, store
from runs.batch import Batch, open_batch
from runs.execution import cores, local
from runs.failures import Tally
from runs.limits import check_sizes
from runs.lock import hold
from runs.parameters import check_sample
from runs.planning import Every, Plan, block_size, digest_of, plan
from runs.problems import BatchError, Cancelled, Faults, Interrupted
from runs.progress import bar
from runs.requests import held_to, place, whole
from runs.sample import Sample
from runs.stopping import stoppable
from runs.variants import DEFAULT_SEED, Variant, common_seed, fitting, paired, prepare
from runs.worker import Engine
from scenarios.problems import ScenarioError, showing

HEADLINE = ("baseline", "trans-caspian-gas", "peace-deal")


@dataclass(frozen=True)
class Options:
    """How a batch is computed and where it goes; none of it but `record` and `every` touches a result.

    Without a `name` the folder is found, or named, by the plan's identity; without a `block`, its
    number of runs follows from the size of the batch. Unless told how often by `every`, values of
    the last quarter of each year and of the run are kept, and of every quarter where an event or the span of a claim
    lasts less than five years or a claim looks some time after an event.
    """

    workers: int | None = None
    block: int | None = None
    record: tuple[str, ...] = tuple(MEASURES)
    every: Every | None = None
    out: Path = Path("results")
    name: str | None = None
    progress: bool = False

    def __post_init__(self) -> None:
        """Hold what is given to what it may be; BatchError otherwise."""
        faults = Faults()
        with faults:
            object.__setattr__(self, "out", place("out", self.out))
        faults.each(self._hold_count, ("workers", "block"))
        for hold_part in (self._hold_every, self._hold_record, self._hold_name):
            with faults:
                hold_part()
        faults.settle()

    def _hold_count(self, what: str) -> None:
        count = getattr(self, what)
        if count is not None and whole(what, count) < 1:
            msg = f"{what} {count}: must be at least 1"
            raise BatchError(msg)

    def _hold_every(self) -> None:
        if self.every is not None and self.every not in get_args(Every):
            msg = f"every: {absent('interval', self.every, get_args(Every))}"
            raise BatchError(msg)

    def _hold_record(self) -> None:
        held_to("record", self.record, (tuple, list), "a tuple of measures is wanted")
        for name in self.record:
            if name not in MEASURES:
                msg = f"record: {absent('measure', name, MEASURES)} {showing('measures')} lists them"
                raise BatchError(msg)

    def _hold_name(self) -> None:
        held_to("name", self.name, (str, NoneType), "a plain folder name is wanted")
        if self.name is not None and (Path(self.name).name != self.name or self.name.startswith(".")):
            msg = f"--name {self.name}: a plain folder name is wanted; the place goes to --out"
            raise BatchError(msg)


def run(  # noqa: PLR0913 - the facts of a request, each with its option in the command
    scenarios: str | Path | Sequence[str | Path] = HEADLINE,
    runs: int = 200,
    seed: int | None = None,
    sample: Sample | None = None,
    options: Options | None = None,
    *,
    until: str | None = None,
    data: str | Path | None = None,
) -> Batch:
    """Batch of one scenario or several, computed as far as it is not stored yet, opened for reading.

    `scenarios` are library names or paths of files; what they extend joins them,
    so that each is paired with its baseline run by run. `runs` is the number of
    runs of each scenario at each point of the `sample`. `seed` decides all luck
    (the one that the scenarios name, or 1, unless given). `until` is another last quarter, such
    as 2030Q4; claims that look beyond it are left out. `data` is a folder of
    corrected tables, laid over the shipped ones and kept in the batch.

    Raises ScenarioError or BatchError for a request that makes no sense, Interrupted
    when the batch stopped early; what is stored then stays and the same call resumes.
    """
    faults = Faults((BatchError, ScenarioError))
    with faults:
        held_to("options", options, (Options, NoneType), "mv.Options(...) is wanted")
    with faults:
        check_sizes(runs, DEFAULT_SEED if seed is None else seed)
    with faults:
        check_sample(Sample() if sample is None else sample)
    with faults:
        held_to("until", until, (str, NoneType), "a quarter such as 2030Q4 is wanted")
        folder = None if data is None else place("data", data)
        asked = _several(scenarios)
        chosen = paired(asked, folder, until)
    faults.settle()
    variants = prepare(chosen, until=until, data=folder)
    luck = common_seed(seed, {variant.name: variant.seed for variant in variants[-len(asked) :]})
    return launch(variants, draft(variants, runs, luck, sample, options), options or Options())


def _several(scenarios: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """Scenarios asked for as a list; BatchError when they are something else."""
    wanted = "a library name, a path, or a list of them is wanted: what mv.load takes, not what it gives"
    held_to("scenarios", scenarios, (str, PathLike, Sequence), wanted)
    listed = [scenarios] if isinstance(scenarios, str | PathLike) else scenarios
    for name in listed:
        requests.scenario(name)
    return [name if isinstance(name, str) else Path(name) for name in listed]


def draft(
    variants: Sequence[Variant], runs: int, seed: int, sample: Sample | None = None, options: Options | None = None
) -> Plan:
    """Plan of the variants under the options, with the model's present version."""
    chosen = options or Options()
    made = plan(variants, runs, seed, model=manifest.model_version(), sample=sample)
    block = block_size(made.size, chosen.workers or cores()) if chosen.block is None else chosen.block
    return replace(made, block=block, record=tuple(chosen.record), every=chosen.every or fitting(variants))


def folder_of(drafted: Plan, options: Options) -> Path:
    """Folder of a plan's batch: the named one, the one that holds the plan's family in bits of this machine, or new."""
    if options.name is not None:
        return options.out / options.name
    mark = digest_of({"family": drafted.family, "arithmetic": manifest.arithmetic()})[:8]
    found = sorted(options.out.glob(f"*-{mark}"))
    return found[0] if found else options.out / f"{datetime.now(UTC):%Y%m%d-%H%M}-{mark}"


def refuse(drafted: Plan, options: Options) -> None:
    """BatchError when the batch of a plan could not be stored where the options say; leaves nothing behind."""
    folder = folder_of(drafted, options)
    try:
        TemporaryDirectory(prefix=".multivector-", dir=standing(folder)).cleanup()
    except OSError as reason:
        _refuse_place(folder, reason.strerror)
    store.admitted(folder, drafted)


def standing(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _refuse_place(folder: Path, reason: str | None) -> NoReturn:
    msg = f"{folder}: nothing can be written there ({reason}); choose another --out"
    raise BatchError(msg) from None


def launch(variants: Sequence[Variant], drafted: Plan, options: Options, engine: Engine | None = None) -> Batch:
    """Compute and store whatever of the plan is not stored yet; `engine` is the model unless given."""
    folder = folder_of(drafted, options)
    with _swept(folder), _writable(folder), _made(folder), hold(folder):
        files = {variant.name: variant.file for variant in variants if variant.file}
        store.begin(folder, drafted, {variant.name: variant.text for variant in variants}, files)
        try:
            corrected.keep(folder, variants[0].data)
            _compute(folder, variants, drafted, options, engine)
        except KeyboardInterrupt:
            raise Cancelled(_kept(folder, drafted)) from None
        finally:
            store.finish(folder, drafted)
    return open_batch(folder)


@contextmanager
def _swept(folder: Path) -> Iterator[None]:
    """Leave no batch behind that was stopped before any block of it was stored."""
    try:
        yield
    except (Cancelled, KeyboardInterrupt):
        if not any(store.receipts(folder)):
            with suppress(BatchError, OSError):  # what a batch has not put there stays
                shelf.delete(folder) if (folder / "manifest.json").exists() else store.withdraw(folder)
        raise


def _kept(folder: Path, drafted: Plan) -> str:
    """What a plan that is stopped has stored, in words."""
    stored = drafted.size - _missing(store.finished(folder, drafted), drafted)
    blocks = sum(1 for _ in store.receipts(folder))
    if not blocks:
        return "stopped; nothing is stored yet, the same command begins anew"
    return (
        f"stopped; {stored} of {drafted.size} runs (blocks: {blocks}) are stored in {folder}, the same command resumes"
    )


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make the folder of a batch; BatchError where none can be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        _refuse_place(folder, reason.strerror)
    yield


def _missing(done: Mapping[tuple[str, int], npt.NDArray[np.int64]], drafted: Plan) -> int:
    """Number of runs of a plan that are not among those stored, by scenario and point."""
    return drafted.size - sum(int((runs < drafted.runs).sum()) for runs in done.values())


def _compute(folder: Path, variants: Sequence[Variant], drafted: Plan, options: Options, engine: Engine | None) -> None:
    """Run the missing blocks and commit each as it comes."""
    done = store.finished(folder, drafted)
    missing = _missing(done, drafted)
    if missing < drafted.size:
        sys.stderr.write(f"{drafted.size - missing} of {drafted.size} runs are stored already\n")
    if not missing:
        return
    store.work(folder)
    worlds = {variant.entry.digest: variant.world for variant in variants}
    workers = min(options.workers or cores(), -(-missing // drafted.block))
    tally = _tally(folder)
    with (
        stoppable() as stopped,
        bar(missing, visible=options.progress) as advance,
        local(engine, worlds, workers, stopped) as mapped,
    ):
        for outcome in mapped(drafted.blocks(done)):
            tally.add(store.commit(folder, outcome))
            advance(len(outcome.block))
        if stopped():
            raise KeyboardInterrupt


def _tally(folder: Path) -> Tally:
    """Tally of what is stored already."""
    tally = Tally()
    for receipt in store.receipts(folder):
        tally.add(receipt)
    return tally


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turn a full disk, and a place that may not be written, into a message."""
    try:
        yield
    except OSError as reason:
        if reason.errno in (ENOSPC, EDQUOT):
            msg = f"{folder}: the disk is full; make room and repeat the command, stored blocks stay"
            raise Interrupted(msg) from reason
        if reason.errno in (EACCES, EPERM, EROFS):
            msg = f"{reason.filename or folder}: cannot be written ({reason.strerror}); choose another --out"
            raise BatchError(msg) from reason
        raise
