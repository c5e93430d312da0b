"""Bench: what storing a batch costs, side by side with the bare kernels."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd

from runs.execution import cores, serial
from runs.launch import Options, draft, launch
from runs.planning import Plan
from runs.variants import Variant, prepare
from runs.worker import Engine


def measure(scenario: str, *, runs: int, repeats: int) -> pd.DataFrame:
    """Median runs a second of each way to compute the same runs, ratio to the bare kernels, spread."""
    return compare(prepare([scenario]), runs=runs, repeats=repeats)


def compare(variants: tuple[Variant, ...], *, runs: int, repeats: int, engine: Engine | None = None) -> pd.DataFrame:
    """The same for given variants; `engine` is the model unless given."""
    plan = draft(variants, runs, seed=1)
    ways: dict[str, partial[float]] = {"bare kernels, 1 process": partial(_bare, variants, plan, engine)}
    for workers in sorted({1, cores()}):
        ways[f"stored batch, {workers} worker(s)"] = partial(_stored, variants, plan, workers, engine)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            seconds[name].append(way())
    return _table(seconds, plan.size)


def _bare(variants: tuple[Variant, ...], plan: Plan, engine: Engine | None) -> float:
    started = perf_counter()
    with serial(engine, {v.entry.digest: v.world for v in variants}) as mapped:
        for _ in mapped(plan.blocks()):
            pass
    return perf_counter() - started


def _stored(variants: tuple[Variant, ...], plan: Plan, workers: int, engine: Engine | None) -> float:
    with TemporaryDirectory() as folder:
        started = perf_counter()
        launch(variants, plan, replace(Options(), workers=workers, out=Path(folder), name="bench"), engine)
        return perf_counter() - started


def _table(seconds: dict[str, list[float]], runs: int) -> pd.DataFrame:
    base = median(next(iter(seconds.values())))
    rows = [
        {
            "way": name,
            "runs/s": round(runs / median(times), 1),
            "ratio to bare": round(base / median(times), 3),
            "spread": round((max(times) - min(times)) / median(times), 3),
        }
        for name, times in seconds.items()
    ]
    return pd.DataFrame(rows)
