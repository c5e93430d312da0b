"""Sampling designs: which parameter values each point and each run receives.

A grid or a file gives *points*; every point is run with the same luck. Latin
hypercube and Sobol designs give every run its own values, as do the `sample`
distributions of a scenario. Values never depend on how runs are cut in blocks.
"""

# ruff: noqa: PLC0415 - workers read this file and need no scipy.stats

import csv
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from reprlib import repr as shortened

import numpy as np
import numpy.typing as npt

from runs.limits import MOST_POINTS, check_sizes
from runs.problems import BatchError, Faults
from runs.requests import held_to, number, place, whole

Array = npt.NDArray[np.float64]
Check = Callable[[str, Array], None]
"""What raises BatchError for an unknown parameter or values (N,) that it cannot have."""
DEFAULT_GRID = 5


@dataclass(frozen=True)
class Table:
    """Named columns of values, (rows, names)."""

    names: tuple[str, ...] = ()
    values: Array = field(default_factory=lambda: np.empty((1, 0)))

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.values)

    def row(self, index: int) -> dict[str, float]:
        """Values of one row by name."""
        return {name: float(value) for name, value in zip(self.names, self.values[index], strict=True)}


@dataclass(frozen=True)
class Sample:
    """Parameters of a batch: `points` crossed with all runs, `runs` one row a run.

    `recipe` says how the run table was drawn: two samples with the same recipe
    agree on every run they share.
    """

    points: Table = field(default_factory=Table)
    runs: Table = field(default_factory=Table)
    recipe: str = "replicates"
    design: str = "grid"
    """What laid the values out, for people: grid, lhs, sobol or the name of a file."""
    laws: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Distributions by parameter, drawn in every run; whatever else gives a parameter wins over its law."""

    def __post_init__(self) -> None:
        """BatchError for what is no table."""
        for what in ("points", "runs"):
            wanted = "a table is wanted; mv.fixed({name: value}), mv.grid, mv.sobol and others make one"
            held_to(what, getattr(self, what), Table, wanted)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters that the sample sets."""
        return tuple(dict.fromkeys(self.points.names + self.runs.names))

    def __str__(self) -> str:
        """Design, points, varied and set parameters in words; nothing when no parameter is given.

        >>> str(grid((Range("a", 0, 1, 3),), {"b": 2.0}))
        'grid of 3 points over a with b = 2'
        """
        number = len(self.points)
        varied = [n for n, column in zip(self.points.names, self.points.values.T, strict=True) if np.ptp(column)]
        given = ", ".join(f"{n} = {value:g}" for n, value in self.points.row(0).items() if n not in varied)
        layout = [f"{self.design} of {number} points over {', '.join(varied)}"] if number > 1 else []
        spread = [f"{self.design} over {', '.join(self.runs.names)}"] if self.runs.names else []
        drawn = [f"{len(self.laws)} parameters drawn from their priors"] if self.laws else []
        return " ".join([*drawn, *layout, *spread, *([f"with {given}"] if given else [])])

    def content(self) -> dict[str, object]:
        """What identifies the sample, as plain data."""
        points = [self.points.row(i) for i in range(len(self.points))]
        laws = {name: dict(law) for name, law in self.laws.items()}
        return {"points": points, "run_parameters": list(self.runs.names), "recipe": self.recipe, "laws": laws}


@dataclass(frozen=True)
class Range:
    """A parameter and the interval it is varied over; `count` points on a grid."""

    name: str
    low: float
    high: float
    count: int | None = None

    def __post_init__(self) -> None:
        """BatchError for what is no range."""
        held_to("range", self.name, str, "the name of a parameter is wanted")
        low, high = number(f"{self.name}: low", self.low), number(f"{self.name}: high", self.high)
        points = DEFAULT_GRID if self.count is None else whole(f"{self.name}: count", self.count)
        if not (self.name and math.isfinite(low) and math.isfinite(high) and low < high and points > 1):
            msg = f"{self.name}={low:g}:{high:g}:{points}: needs a name, LOW below HIGH and at least 2 points"
            raise BatchError(msg)


def parse_range(text: str) -> Range:
    """Range written as NAME=LO:HI or NAME=LO:HI:N; BatchError otherwise."""
    name, _, rest = text.partition("=")
    try:
        low, high, count = _bounds(*rest.split(":"))
    except (ValueError, TypeError):
        how = "NAME=LOW:HIGH or NAME=LOW:HIGH:POINTS, or list points in a table for --design FILE.csv"
        msg = f"--vary {text}: not a range; write {how}"
        raise BatchError(msg) from None
    try:
        return Range(name, low, high, count)
    except BatchError:
        msg = f"--vary {text}: needs a name, LOW below HIGH and at least 2 points"
        raise BatchError(msg) from None


def _bounds(low: str, high: str, count: str | None = None) -> tuple[float, float, int | None]:
    return float(low), float(high), None if count is None else int(count)


def parse_setting(text: str) -> tuple[str, float]:
    """Name and value written as NAME=VALUE; BatchError otherwise."""
    name, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not name or not math.isfinite(number):
        msg = f"--set {text}: not a setting; write NAME=VALUE with a finite number"
        raise BatchError(msg)
    return name, number


def fixed(settings: Mapping[str, float]) -> Sample:
    """One point with the given values."""
    return Sample(points=_table([_numbers(settings)]))


def _numbers(settings: Mapping[str, float] | None) -> dict[str, float]:
    """Numbers by name; BatchError for what is none."""
    given = {} if settings is None else settings
    held_to("settings", given, Mapping, "a mapping of parameters to numbers is wanted")
    for name in given:
        held_to("settings", name, str, "the name of a parameter is wanted")
    return {name: number(name, value) for name, value in given.items()}


def grid(ranges: Sequence[Range], settings: Mapping[str, float] | None = None) -> Sample:
    """Points for every combination of evenly spaced values of the ranges, each run with the same luck.

    `settings` are values that all points share. BatchError for too many points.
    """
    _check(ranges)
    _refuse_many(math.prod(r.count or DEFAULT_GRID for r in ranges))
    steps = [np.linspace(r.low, r.high, r.count or DEFAULT_GRID) for r in ranges]
    names = [r.name for r in ranges]
    shared = _numbers(settings)
    rows = [{**shared, **dict(zip(names, map(float, values), strict=True))} for values in itertools.product(*steps)]
    return Sample(points=_table(rows))


def latin_hypercube(
    ranges: Sequence[Range], settings: Mapping[str, float] | None = None, *, runs: int, seed: int
) -> Sample:
    """One value per run and parameter, each parameter's strata filled once.

    Adding runs draws a different design, so the recipe names their number.
    """
    from scipy.stats import qmc

    _check(ranges, runs, seed)
    unit = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng([seed, 1])).random(runs)
    recipe = f"lhs {runs} seed {seed} {_spell(ranges)}"
    return Sample(fixed(settings or {}).points, _scaled(ranges, unit), recipe, "lhs")


def sobol(ranges: Sequence[Range], settings: Mapping[str, float] | None = None, *, runs: int, seed: int) -> Sample:
    """Scrambled Sobol points, one a run; more runs extend the same sequence."""
    from scipy.stats import qmc

    _check(ranges, runs, seed)
    power = max(runs - 1, 1).bit_length()
    unit = qmc.Sobol(len(ranges), rng=np.random.default_rng([seed, 2])).random_base2(power)[:runs]
    recipe = f"sobol seed {seed} {_spell(ranges)}"
    return Sample(fixed(settings or {}).points, _scaled(ranges, unit), recipe, "sobol")


def from_file(file: str | Path, settings: Mapping[str, float] | None = None, check: Check | None = None) -> Sample:
    """Points from a CSV file whose header names parameters.

    BatchError with the line of every bad cell, of every name that `check` refuses, and of every value.
    """
    path, shared, faults = place("file", file), _numbers(settings), Faults()
    reader = csv.reader(StringIO(_text(path), newline=""))
    names = [name.strip() for name in next(reader, [])]
    with faults:
        _refuse_twice(path, [*names, *shared])
    known = _known(f"{path}:1", names, check, faults)
    rows = []
    for cells in filter(None, reader):
        row = _row(f"{path}:{reader.line_num}", names, cells, known, faults)
        rows.append({**shared, **row})
    with faults:
        _refuse_odd_number(path, len(rows))
    faults.settle()
    return Sample(points=_table(rows), design=path.name)


def _known(where: str, names: Sequence[str], check: Check | None, faults: Faults) -> dict[str, Check | None]:
    """The names of a header that are parameters, each with what checks its values."""
    known = dict[str, Check | None]()
    for name in names:
        with faults:
            _located(where, check, name, np.empty(0))
            known[name] = check
    return known


def _row(
    where: str, names: Sequence[str], cells: Sequence[str], known: Mapping[str, Check | None], faults: Faults
) -> dict[str, float]:
    """Values of one line of a design file by name, without those that are none."""
    row = dict[str, float]()
    with faults:
        _refuse_odd_row(where, names, cells)
        for name, cell in zip(names, cells, strict=True):
            with faults:
                row[name] = _cell(where, name, cell)
                _located(where, known.get(name), name, np.array([row[name]]))
    return row


def _refuse_odd_row(where: str, names: Sequence[str], cells: Sequence[str]) -> None:
    """BatchError when a line of a design file has not one cell for each name."""
    if len(cells) != len(names):
        msg = f"{where}: {_counted(len(cells), 'cell')} for {_counted(len(names), 'name')}"
        msg += "; commas part them, and a number has a point"
        raise BatchError(msg)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _cell(where: str, name: str, cell: str) -> float:
    """The finite number in a cell of a design file."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        msg = f"{where}: {name} {shortened(cell)} is not a number; write it like 0.5"
        raise BatchError(msg)
    return value


def _located(where: str, check: Check | None, name: str, values: Array) -> None:
    """Check values of a parameter; the message of a BatchError begins with their place."""
    try:
        if check is not None:
            check(name, values)
    except BatchError as fault:
        msg = f"{where}: {fault}"
        raise BatchError(msg) from None


def _text(path: Path) -> str:
    """Text of a design file."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        msg = f"{path}: cannot be read ({reason})"
        raise BatchError(msg) from None


def _check(ranges: Sequence[Range], *sizes: int) -> None:
    """BatchError when ranges are of another kind, or runs and seed, where they matter, are none."""
    held_to("ranges", ranges, (list, tuple), "a list of mv.Range is wanted")
    for each in ranges:
        held_to("ranges", each, Range, "mv.Range(name, low, high) is wanted")
    if sizes:
        check_sizes(*sizes)
        if not ranges:
            msg = "ranges: none; give one mv.Range(name, low, high) at least"
            raise BatchError(msg)


def _refuse_twice(path: Path, names: Sequence[str]) -> None:
    """BatchError when a design file and the settings beside it give a parameter twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{path}: {', '.join(twice)} given more than once by its columns and --set; give each parameter once"
        raise BatchError(msg)


def _refuse_odd_number(path: Path, points: int) -> None:
    """BatchError when a design file has no points, or too many."""
    if not points:
        msg = f"{path}: no points; give a header of parameter names and at least one row"
        raise BatchError(msg)
    _refuse_many(points)


def _refuse_many(points: int) -> None:
    """BatchError when a design has too many points."""
    if points > MOST_POINTS:
        msg = f"{points} points: too many; allowed: up to {MOST_POINTS}"
        raise BatchError(msg)


def _table(rows: list[dict[str, float]]) -> Table:
    names = tuple(rows[0])
    values = np.array([[row[name] for name in names] for row in rows], dtype=float)
    return Table(names, values.reshape(len(rows), len(names)))


def _scaled(ranges: Sequence[Range], unit: Array) -> Table:
    low, high = np.array([r.low for r in ranges]), np.array([r.high for r in ranges])
    return Table(tuple(r.name for r in ranges), low + (high - low) * unit)


def _spell(ranges: Sequence[Range]) -> str:
    return " ".join(f"{r.name}={r.low!r}:{r.high!r}" for r in ranges)
