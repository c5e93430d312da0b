"""A small stand-in for the model: test double only, cheap and exactly reproducible."""

import sys
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from model.axes import Axis
from model.draws import uniforms
from model.measures import MEASURES
from model.quarters import format_quarter, parse_quarter
from model.trajectory import Trajectory
from runs.worker import Engine

AXES = {
    "country": Axis("country", ("KAZ", "TKM", "UZB")),
    "pole": Axis("pole", ("RUS", "CHN")),
    "controller": Axis("controller", ("RUS", "CHN", "KAZ")),
    "link": Axis("link", ("F001", "G005", "O002", "P_AKTAU")),
}
RECORD = ("alignment", "dependence", "flow")


class DoubleDiverged(Exception):  # noqa: N818 - named like the model's own
    """What the stand-in raises for a run that fails."""

    stage = "markets"


@dataclass(frozen=True)
class DoubleWorld:
    """A world with nothing but a level and the runs that fail in it."""

    scenario: str
    level: float = 0.0
    failing: tuple[int, ...] = ()
    axes: dict[str, Axis] = field(default_factory=lambda: dict(AXES))

    def digest(self) -> str:
        return sha256(repr((self.scenario, self.level, self.failing)).encode()).hexdigest()


def simulate(  # noqa: PLR0913 - the model's signature
    world: DoubleWorld,
    runs: npt.NDArray[np.int64],
    seed: int,
    parameters: dict[str, npt.NDArray[np.float64]],
    record: tuple[str, ...],
    every: str,
) -> Trajectory:
    """Level plus luck plus parameters, per cell; the luck of a run does not depend on the block."""
    lost = np.intersect1d(runs, np.array(world.failing, dtype=np.int64))
    if len(lost):
        message = f"run {lost[0]} left the admissible range"
        raise DoubleDiverged(message)
    quarters = map(format_quarter, range(parse_quarter("2025Q1"), parse_quarter("2027Q4") + 1))
    times = tuple(q for q in quarters if every == "quarterly" or q.endswith("Q4"))
    push = sum(parameters.values(), start=np.zeros(len(runs)))
    measures = {name: _values(world, name, times, push + uniforms(seed, "double", name, runs, 1)[0]) for name in record}
    return Trajectory(times, world.axes, runs, measures)


def _values(
    world: DoubleWorld, name: str, times: tuple[str, ...], luck: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    shape = (len(times), *(len(world.axes[d]) for d in MEASURES[name].dimensions))
    cells = np.arange(np.prod(shape), dtype=float).reshape(shape)
    return world.level + cells[..., None] + luck


def simulate_with_a_bug(world, *_):
    return world.nothing_of_that_name


def fail_naming_heavy_modules(_world, *_):
    heavy = ("pandas", "pyarrow", "xarray", "mesa", "matplotlib", "pydantic", "typer", "rich", "ruamel")
    found = [name for name in heavy if name in sys.modules]
    raise DoubleDiverged("heavy: " + (", ".join(found) or "none"))


ENGINE = Engine(simulate, DoubleDiverged)


def variants(*levels: float, failing: tuple[int, ...] = ()):
    """Variants baseline, second, third … with the given levels; the listed runs fail in all."""
    from runs.variants import Variant  # here, since workers import this file too

    names = ("baseline", "second", "third")
    worlds = [DoubleWorld(name, level, failing) for name, level in zip(names, levels, strict=False)]
    return tuple(Variant(world.scenario, world, f"scenario: {world.scenario}\n") for world in worlds)
