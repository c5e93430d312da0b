"""Orders: what the words of a command line mean."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from model.axes import absent
from model.parameters import SOLVER
from runs import sample as designs
from runs.limits import check_sizes
from runs.parameters import check_sample, check_values
from runs.priors import from_priors
from runs.problems import BatchError, Faults

DRAWN = ("lhs", "sobol")
SOURCES = ("prior", "off")
"""Designs that give each run values of its own."""


@dataclass(frozen=True)
class Design:
    """The words of --design, --vary, --set and --sample."""

    kind: str = "grid"
    vary: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    source: str = "off"

    @property
    def drawn(self) -> bool:
        """Whether it gives each run values of its own."""
        return self.kind in DRAWN


def sample(design: Design, *, runs: int, seed: int) -> designs.Sample:
    """Sample that a design asks for; BatchError with every mistake when it asks for nonsense or unknown parameters."""
    faults = Faults()
    with faults:
        check_sizes(runs, seed)
    with faults:
        _known_source(design.source)
    ranges = tuple(faults.each(designs.parse_range, design.vary))
    settings = dict(faults.each(designs.parse_setting, design.settings))
    stated = [*settings.items(), *((r.name, end) for r in ranges for end in (r.low, r.high))]
    faults.each(_possible, stated)  # before anything is drawn: a message names what was written
    faults.each(partial(_whole, design.kind), (asked for asked in ranges if asked.name in SOLVER))
    with faults:
        _distinct([text.partition("=")[0] for text in (*design.vary, *design.settings)])
    with faults:
        _fitting(design, ranges)
    points = None
    with faults:
        points = None if design.drawn else _points(design.kind, ranges, settings)
    faults.settle()
    made = _drawn(design.kind, ranges, settings, runs=runs, seed=seed) if points is None else points
    check_sample(made)
    return from_priors(made) if design.source == "prior" else made


def _known_source(word: str) -> None:
    """BatchError unless a word says where all other parameters come from."""
    if word not in SOURCES:
        msg = f"--sample: {absent('source', word, SOURCES)}"
        raise BatchError(msg)


def _possible(stated: tuple[str, float]) -> None:
    """BatchError when there is no parameter of a name, or it cannot have a value."""
    name, value = stated
    check_values(name, np.array([value]))


def _whole(kind: str, asked: designs.Range) -> None:
    """BatchError for a setting of the solver that would differ within a block of runs or be no whole number."""
    name = f"--vary {asked.name}"
    if kind in DRAWN:
        why = "counts sweeps of the solver, which solves all runs of a block together"
        msg = f"{name}: {why}; --design {kind} cannot give each run its own: vary it on a grid, or --set it"
        raise BatchError(msg)
    points = designs.grid((asked,), {}).points.values
    if (points != np.round(points)).any():
        ends, every = f"{asked.low:g}:{asked.high:g}", int(asked.high - asked.low) + 1
        why = f"counts sweeps of the solver, and {len(points)} points of {ends} are not all whole numbers"
        msg = f"{name}: {why}; write {asked.name}={ends}:{every}, say"
        raise BatchError(msg)


def _fitting(design: Design, ranges: tuple[designs.Range, ...]) -> None:
    """BatchError when a kind of design does not go with what is varied."""
    if design.drawn:
        if not design.vary:
            msg = f"--design {design.kind}: nothing to vary; add --vary NAME=LOW:HIGH"
            raise BatchError(msg)
        _countless(design.kind, ranges)
    elif Path(design.kind).is_file() and design.vary:
        msg = f"--design {design.kind}: a file of points leaves nothing to --vary; drop one of the two"
        raise BatchError(msg)


def _points(kind: str, ranges: tuple[designs.Range, ...], settings: dict[str, float]) -> designs.Sample:
    """Sample of points that all runs share."""
    if kind == "grid":
        return designs.grid(ranges, settings)
    if not Path(kind).is_file():
        msg = f"--design {kind}: neither grid, lhs or sobol nor a file; a CSV of points is meant"
        raise BatchError(msg)
    return designs.from_file(kind, settings, check_values)


def _drawn(
    kind: str, ranges: tuple[designs.Range, ...], settings: dict[str, float], *, runs: int, seed: int
) -> designs.Sample:
    """Sample that gives each run values of its own."""
    draw = designs.latin_hypercube if kind == "lhs" else designs.sobol
    return draw(ranges, settings, runs=runs, seed=seed)


def _countless(kind: str, ranges: tuple[designs.Range, ...]) -> None:
    counted = [r.name for r in ranges if r.count is not None]
    if counted:
        msg = f"--design {kind}: gives each run its own value of {', '.join(counted)}; write NAME=LOW:HIGH, no POINTS"
        raise BatchError(msg)


def _distinct(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{', '.join(twice)}: given more than once by --vary and --set; give each parameter once"
        raise BatchError(msg)
