"""Windows: the stretch of the calendar in which an event holds in some of the runs shown and not in others.

There a single run jumps when its event comes or ends, and a mean or a band over
runs mixes those before, in and after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from analysis import words
from analysis.charts.panels import shade
from analysis.clocks import apart
from analysis.keeping import kept
from analysis.selection import RUNS_A_POINT, Runs, Selection
from model.events import schedule
from model.quarters import format_quarter, parse_quarter

Window: TypeAlias = tuple[int, int]
"""First and last quarter (ordinals)."""


@kept
def of_runs(selection: Selection, scenario: str, *, touched: bool = False) -> Mapping[str, Window]:
    """The window of each event that a scenario changes, by its name, in all its runs or in those `touched`.

    What follows an event counts with it.
    """
    runs = selection.touched(scenario) if touched else _every(selection, scenario)
    plan = schedule(apart(selection, scenario), selection.parts[scenario].seed, runs % RUNS_A_POINT)
    first, last = parse_quarter(selection.ends[0]), parse_quarter(selection.last(scenario))
    quarters = np.arange(first, last + 1)
    holds = (plan.begins[..., None] <= quarters) & (quarters < plan.ends[..., None])
    found: dict[str, Window] = {}
    for edit, some in zip(plan.edits, _in_part(holds), strict=True):
        if some.any():
            mine = quarters[some]
            found[edit.id] = whole(found.get(edit.id), (int(mine[0]), int(mine[-1])))
    return found


def whole(one: Window | None, other: Window) -> Window:
    """The window from the first quarter of two to the last; the other where there is no one."""
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))


def _in_part(holds: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """When edits that hold or not (edit, run, quarter) do so in some runs and not in others: (edit, quarter)."""
    return np.asarray(holds.any(axis=1) & ~holds.all(axis=1))


def shaded(shown: Iterable[tuple[Axes, Selection, Sequence[str]]], *, touched: bool = False) -> str:
    """Shades the windows of the scenarios of each panel in the runs it has, and says how to read that, as a sentence.

    Empty where nothing is shaded.
    """
    found: dict[str, Window] = {}
    for axis, selection, scenarios in shown:
        for name, (first, last) in _windows(selection, scenarios, touched=touched):
            shade(axis, first / 4, (last + 1) / 4)
            found[name] = whole(found.get(name), (first, last))
    parts = [f"“{name}” ({format_quarter(first)} to {format_quarter(last)})" for name, (first, last) in found.items()]
    return _READ.format(parts=words.listing(parts)) if parts else ""


_READ = (
    " Shaded is when part of the runs may be before, in or after {parts}: a single run jumps when that comes or ends, "
    "and means and bands over these quarters mix such runs."
)


def _windows(selection: Selection, scenarios: Iterable[str], *, touched: bool) -> Iterator[tuple[str, Window]]:
    """Names and windows of the events of several scenarios."""
    for scenario in scenarios:
        yield from of_runs(selection, scenario, touched=touched).items()


def _every(selection: Selection, scenario: str) -> Runs:
    """All runs of a scenario that a selection holds."""
    return np.asarray(selection.values(scenario, selection.measures[0])["run"].values, dtype=np.int64)
