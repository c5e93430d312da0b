"""What a worker process does: simulate one block. Imports the kernels and nothing heavy."""

# ruff: noqa: PLC0415 - the model may be another engine, and what packs its results is no kernel

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

import numpy as np

from model.trajectory import Trajectory
from runs.planning import Block

if TYPE_CHECKING:
    from runs.packing import Packed

World = Any
"""A compiled world: opaque here, made by `scenarios` and read by `model` alone."""


@dataclass(frozen=True)
class Engine:
    """The simulator and the exception by which it says that a run failed, in its `stage` if it has one."""

    simulate: Callable[..., Trajectory]
    failure: type[Exception]


@dataclass(frozen=True)
class Failure:
    """A run that ended in an expected failure: in which process of the model, and why."""

    run: int
    stage: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What came of a block: its finished runs (None when there are none) and its failures.

    A pool worker has `packed` them, as the store keeps them, and sends nothing else.
    """

    block: Block
    trajectory: Trajectory | None
    failures: tuple[Failure, ...]
    seconds: float
    packed: "Packed | None" = None


def kernels() -> Engine:
    """The model itself."""
    from model.simulation import Diverged, simulate

    return Engine(simulate, Diverged)


def compute(engine: Engine, world: World, block: Block) -> Outcome:
    """Simulate a block; failed runs become rows, any other exception rises."""
    started = perf_counter()
    parts, failures = _attempt(engine, world, block)
    return Outcome(block, _joined(parts), failures, perf_counter() - started)


def _attempt(engine: Engine, world: World, block: Block) -> tuple[list[Trajectory], tuple[Failure, ...]]:
    """Trajectories and failures; a failing block is halved until the failing runs stand alone.

    Halving changes no result, because results do not depend on blocks.
    """
    try:
        return [engine.simulate(world, block.runs, block.seed, block.parameters, block.record, block.every)], ()
    except engine.failure as reason:
        if len(block) == 1:
            return [], (Failure(int(block.runs[0]), getattr(reason, "stage", ""), str(reason)),)
    middle = len(block) // 2
    left, lost = _attempt(engine, world, block.part(slice(None, middle)))
    right, missing = _attempt(engine, world, block.part(slice(middle, None)))
    return left + right, lost + missing


def _joined(parts: list[Trajectory]) -> Trajectory | None:
    """One trajectory from parts with different runs."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    measures = {name: np.concatenate([p.measures[name] for p in parts], axis=-1) for name in parts[0].measures}
    return Trajectory(parts[0].times, parts[0].axes, np.concatenate([p.runs for p in parts]), measures)


_desk: dict[str, Any] = {}
"""What a pool worker keeps between blocks: its engine and worlds, put there once by `settle`."""


def settle(engine: Engine | None, worlds: Mapping[str, World], driver: int) -> None:
    """Prepare a pool worker: keep engine (None: the model) and worlds by digest.

    Ctrl-C is left to the driver; when the driver (process id) dies, so does the worker.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        Thread(target=_follow, args=(driver,), daemon=True).start()
    _desk.update(engine=engine or kernels(), worlds=dict(worlds))


def _follow(driver: int) -> None:
    """End this process soon after its driver: a killed driver cannot tell it to."""
    while os.getppid() == driver:
        sleep(0.5)
    os._exit(1)


def compute_here(block: Block) -> Outcome:
    """Simulate a block in a pool worker prepared by `settle`, and pack what came of it."""
    found = compute(_desk["engine"], _desk["worlds"][block.entry.digest], block)
    if found.trajectory is None:
        return found
    from runs.packing import packed

    return replace(found, trajectory=None, packed=packed(found.trajectory))
