"""Orders: what the words of a command line mean."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.parameters import SOLVER
from runs import sample as designs
from runs.limits import check_sizes
from runs.parameters import check_sample, check_values
from runs.priors import from_priors
from runs.problems import BatchError

DRAWN = ("lhs", "sobol")
"""Designs that give each run values of its own."""


@dataclass(frozen=True)
class Design:
    """The words of --design, --vary, --set and --sample."""

    kind: str = "grid"
    vary: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    source: str = "off"


def sample(design: Design, *, runs: int, seed: int) -> designs.Sample:
    """Sample that a design asks for; BatchError when it asks for nonsense or unknown parameters."""
    check_sizes(runs, seed)
    ranges = tuple(designs.parse_range(text) for text in design.vary)
    settings = dict(designs.parse_setting(text) for text in design.settings)
    _distinct([r.name for r in ranges] + [text.partition("=")[0] for text in design.settings])
    stated = [*settings.items(), *((r.name, end) for r in ranges for end in (r.low, r.high))]
    for name, value in stated:  # before anything is drawn: a message names what was written
        check_values(name, np.array([value]))
    _whole(design.kind, ranges)
    made = _made(design.kind, ranges, settings, runs=runs, seed=seed)
    check_sample(made)
    return from_priors(made) if design.source == "prior" else made


def _whole(kind: str, ranges: tuple[designs.Range, ...]) -> None:
    """BatchError for a setting of the solver that would differ within a block of runs or be no whole number."""
    for asked in (asked for asked in ranges if asked.name in SOLVER):
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


def _made(
    kind: str, ranges: tuple[designs.Range, ...], settings: dict[str, float], *, runs: int, seed: int
) -> designs.Sample:
    if kind == "grid":
        return designs.grid(ranges, settings)
    if kind in DRAWN:
        if not ranges:
            msg = f"--design {kind}: nothing to vary; add --vary NAME=LOW:HIGH"
            raise BatchError(msg)
        _countless(kind, ranges)
        draw = designs.latin_hypercube if kind == "lhs" else designs.sobol
        return draw(ranges, settings, runs=runs, seed=seed)
    if not Path(kind).is_file():
        msg = f"--design {kind}: neither grid, lhs or sobol nor a file; a CSV of points is meant"
        raise BatchError(msg)
    if ranges:
        msg = f"--design {kind}: a file of points leaves nothing to --vary; drop one of the two"
        raise BatchError(msg)
    return designs.from_file(Path(kind), settings, check_values)


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
