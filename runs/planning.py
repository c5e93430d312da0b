"""Plans: which runs of which variants a batch consists of, before anything is computed.

A plan is data: it can be counted, printed, compared and cut into blocks. The
identity of a block is a hash of its content, so a finished block is recognised
wherever and whenever it was computed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from model.draws import uniforms
from model.measures import MEASURES
from model.parameters import SOLVER
from runs.distributions import draw
from runs.limits import check_sizes
from runs.problems import BatchError
from runs.requests import whole
from runs.sample import Array, Sample

Every = Literal["annual", "quarterly"]
BLOCK, SMALL_BLOCK = 128, 8
BLOCKS_A_WORKER = 3


def digest_of(content: object) -> str:
    """SHA-256 of content written as canonical JSON, in hexadecimal."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """A variant as the plan knows it: name, hash of its world, its own parameters."""

    name: str
    digest: str
    distributions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """What identifies the entry, as plain data."""
        laws = {name: dict(law) for name, law in self.distributions.items()}
        return {"name": self.name, "digest": self.digest, "sample": laws, "parameters": dict(self.settings)}


def block_size(total: int, workers: int) -> int:
    """Runs in a block: few enough that a batch stopped early keeps work, enough that a block pays.

    >>> block_size(600, 2), block_size(200, 2), block_size(20, 2)
    (100, 33, 8)
    """
    return min(BLOCK, max(SMALL_BLOCK, total // (BLOCKS_A_WORKER * workers)))


class Named(Protocol):
    """Whatever can enter a plan: a variant with its entry."""

    @property
    def entry(self) -> Entry:
        """The plan's view of it."""
        ...


@dataclass(frozen=True)
class Block:
    """A task: some runs of one variant at one point, with all that decides their result.

    `runs` (R,) ascending; `parameters` name → (R,). Equal identity, equal bits.
    """

    entry: Entry
    point: int
    runs: npt.NDArray[np.int64]
    parameters: dict[str, Array]
    seed: int
    model: str
    record: tuple[str, ...]
    every: Every

    @cached_property
    def identity(self) -> str:
        """Hash of everything that decides the block's bits."""
        values = {name: sha256(array.tobytes()).hexdigest() for name, array in self.parameters.items()}
        content = {"world": self.entry.digest, "runs": sha256(self.runs.tobytes()).hexdigest(), "parameters": values}
        rest = {"seed": self.seed, "model": self.model, "record": list(self.record), "every": self.every}
        return digest_of(content | rest)

    @property
    def name(self) -> str:
        """File name of the block, without its ending."""
        return f"{self.entry.name}-{self.point:04d}-{self.runs[0]:07d}-{self.runs[-1]:07d}"

    def __len__(self) -> int:
        """Number of runs."""
        return len(self.runs)

    def part(self, chosen: slice) -> "Block":
        """The same block with some of its runs only."""
        parameters = {name: values[chosen] for name, values in self.parameters.items()}
        return Block(
            self.entry, self.point, self.runs[chosen], parameters, self.seed, self.model, self.record, self.every
        )


@dataclass(frozen=True)
class Plan:
    """Variants by points by runs, with the seed, the model's version and what is recorded."""

    entries: tuple[Entry, ...]
    runs: int
    seed: int
    model: str
    sample: Sample = field(default_factory=Sample)
    record: tuple[str, ...] = tuple(MEASURES)
    every: Every = "annual"
    block: int = BLOCK

    @property
    def size(self) -> int:
        """Number of single runs planned."""
        return len(self.entries) * len(self.sample.points) * self.runs

    def content(self) -> dict[str, object]:
        """The plan as plain data, without the number of runs and the way they are cut."""
        return {
            "scenarios": [entry.content() for entry in self.entries],
            "seed": self.seed,
            "model": self.model,
            "sample": self.sample.content(),
            "record": list(self.record),
            "every": self.every,
        }

    @cached_property
    def family(self) -> str:
        """Identity of all plans that differ in nothing but the number of runs."""
        return digest_of(self.content())

    @cached_property
    def identity(self) -> str:
        """Identity of this plan."""
        return digest_of({"family": self.family, "runs": self.runs})

    def parameters(self, entry: Entry, point: int, runs: npt.NDArray[np.int64]) -> dict[str, Array]:
        """Values by name, (R,) each.

        From the priors, the scenario's own, its distributions, the run table, the point; last wins.
        """
        values = self._drawn(self.sample.laws, runs)
        values |= {name: np.full(len(runs), value, dtype=float) for name, value in entry.settings.items()}
        values |= self._drawn(entry.distributions, runs)
        values |= {name: self.sample.runs.values[runs, i] for i, name in enumerate(self.sample.runs.names)}
        row = self.sample.points.row(point).items()
        return values | {name: np.full(len(runs), value) for name, value in row}

    def _drawn(self, laws: Mapping[str, Mapping[str, object]], runs: npt.NDArray[np.int64]) -> dict[str, Array]:
        """A value of each law in each run, (R,); the same run draws the same in any scenario."""
        return {name: draw(law, uniforms(self.seed, "sample", name, runs, 1)[0]) for name, law in laws.items()}

    def cut(self, entry: Entry, point: int, runs: npt.NDArray[np.int64]) -> Iterator[Block]:
        """Blocks of at most `block` runs and nearly equal size."""
        for part in np.array_split(runs, -(-len(runs) // self.block)) if len(runs) else ():
            yield self.task(entry, point, part)

    def task(self, entry: Entry, point: int, runs: npt.NDArray[np.int64]) -> Block:
        """The block of exactly these runs."""
        values = self.parameters(entry, point, runs)
        return Block(entry, point, runs, values, self.seed, self.model, self.record, self.every)

    def blocks(self, done: Mapping[tuple[str, int], npt.NDArray[np.int64]] | None = None) -> Iterator[Block]:
        """Blocks still to compute, given the finished runs by scenario and point."""
        every = np.arange(self.runs, dtype=np.int64)
        for entry in self.entries:
            for point in range(len(self.sample.points)):
                finished = (done or {}).get((entry.name, point), every[:0])
                yield from self.cut(entry, point, np.setdiff1d(every, finished))

    def __str__(self) -> str:
        """One line that says how much there is to compute."""
        names = ", ".join(entry.name for entry in self.entries)
        named = ", ".join(filter(None, [names, str(self.sample)]))
        return f"{named}, {self.runs} runs each: {self.size} runs, seed {self.seed}, {self.identity[:12]}"


def plan(  # noqa: PLR0913 - the six facts of a plan
    scenarios: Sequence[Named], runs: int, seed: int, *, model: str, sample: Sample | None = None, block: int = BLOCK
) -> Plan:
    """Plan of all scenarios, points and runs 0 … runs - 1; BatchError when it makes no sense."""
    entries = tuple(scenario.entry for scenario in scenarios)
    names = [entry.name for entry in entries]
    chosen = sample or Sample()
    if not entries or len(set(names)) < len(names):
        msg = f"scenarios {', '.join(names) or '(none)'}: name at least one, each once"
        raise BatchError(msg)
    check_sizes(runs, seed)
    if block < 1:
        msg = f"block {block}: must be at least 1"
        raise BatchError(msg)
    if chosen.runs.names and len(chosen.runs) < runs:
        msg = f"sample: {len(chosen.runs)} rows for {runs} runs; draw at least one row a run"
        raise BatchError(msg)
    if solver := [name for name in chosen.runs.names if name in SOLVER]:
        msg = f"{solver[0]}: a setting of the solver cannot vary between runs; vary it on a grid, or set it"
        raise BatchError(msg)
    return Plan(entries, whole("runs", runs), whole("seed", seed), model, chosen, block=block)


def own_parameters(content: Mapping[str, Any], name: str, base: str) -> tuple[str, ...]:
    """Parameters that a scenario of a plan sets or draws itself, and not as `base` does, where the sample does not.

    What is compared run by run differs by them too, not by the events alone.
    """
    entries = {entry["name"]: entry["parameters"] | entry["sample"] for entry in content["scenarios"]}
    ours, theirs = entries[name], entries.get(base, {})
    sample = content["sample"]
    given = {*sample["points"][0], *sample["run_parameters"]}
    return tuple(sorted(key for key in {*ours, *theirs} - given if ours.get(key) != theirs.get(key)))
