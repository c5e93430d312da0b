"""Executors: ways to get blocks computed. All share one interface and give the same bits.

An executor maps blocks to outcomes in any order; the store files outcomes by
name, so the order cannot matter.
"""

import multiprocessing.resource_tracker
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from itertools import islice, takewhile

import loky.backend.resource_tracker
from loky import ProcessPoolExecutor

from runs.planning import Block
from runs.problems import Interrupted
from runs.stopping import Stopped
from runs.worker import Engine, Outcome, World, compute, compute_here, kernels, settle

Executor = Callable[[Iterable[Block]], Iterator[Outcome]]
GLANCE = 0.2
"""Seconds after which a driver that waits for blocks looks whether it was stopped."""
SINGLE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
ROOM = {"LOKY_MAX_MEMORY_LEAK_SIZE": "4e9"}
"""Bytes that a worker may grow by before the pool takes it for one that leaks and starts another, which opens its
worlds again. A worker holds one block and what the heap keeps of the last."""


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def local(
    engine: Engine | None, worlds: Mapping[str, World], workers: int, stopped: Stopped
) -> AbstractContextManager[Executor]:
    """Executor on this machine: in this process, or a pool of `workers` processes; once stopped, it begins no block."""
    return pool(engine, worlds, workers, stopped) if workers > 1 else serial(engine, worlds, stopped)


def _never() -> bool:
    """That nothing is to stop."""
    return False


@contextmanager
def serial(engine: Engine | None, worlds: Mapping[str, World], stopped: Stopped = _never) -> Iterator[Executor]:
    """Executor in this process, one block after the other."""
    chosen = engine or kernels()

    def mapped(blocks: Iterable[Block]) -> Iterator[Outcome]:
        for block in takewhile(lambda _: not stopped(), blocks):
            yield compute(chosen, worlds[block.entry.digest], block)

    yield mapped


@contextmanager
def pool(engine: Engine | None, worlds: Mapping[str, World], workers: int, stopped: Stopped) -> Iterator[Executor]:
    """Executor in a pool of processes; each receives the worlds once, then blocks.

    Leaving early, by an exception or Ctrl-C, ends the workers at once.
    """
    with interrupts_wait():
        processes = ProcessPoolExecutor(
            max_workers=workers,
            initializer=settle,
            initargs=(engine, dict(worlds), os.getpid()),
            env=SINGLE_THREAD | ROOM,
        )
        processes.submit(os.getpid)  # starts all workers and the thread that can end them
    finished = False
    try:
        yield lambda blocks: _as_completed(processes.submit, blocks, workers, stopped)
        finished = not stopped()
    finally:
        processes.shutdown(wait=True, kill_workers=not finished)


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a pool interrupted while it starts has workers that nobody ends.

    Processes started meanwhile never see it. Trackers of resources start
    before, since they let signals through again.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    for tracker in (multiprocessing.resource_tracker, loky.backend.resource_tracker):
        tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _as_completed(
    submit: Callable[[Callable[[Block], Outcome], Block], "Future[Outcome]"],
    blocks: Iterable[Block],
    workers: int,
    stopped: Stopped,
) -> Iterator[Outcome]:
    """Outcomes as they come, at most two blocks a worker in flight so that memory stays flat.

    Once stopped, those of the blocks that the workers are at: the first ones in flight, since they begin in order.
    Raises Interrupted when a worker process died.
    """
    waiting = iter(blocks)
    try:
        flying = [submit(compute_here, block) for block in islice(waiting, 2 * workers)]
        while flying:
            landed, _ = wait(flying, timeout=GLANCE, return_when=FIRST_COMPLETED)
            flying = [future for future in flying if future not in landed]
            if stopped():
                flying, waiting = flying[:workers], iter(())
            flying += [submit(compute_here, block) for block in islice(waiting, len(landed))]
            for future in landed:
                yield future.result()
    except BrokenExecutor as reason:
        msg = (
            f"a worker process died ({type(reason).__name__}), perhaps for lack of memory; "
            "what is stored stays: repeat the command, with fewer --workers if it happens again"
        )
        raise Interrupted(msg) from reason
