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
from analysis.clocks import apart, by_event
from analysis.keeping import kept
from analysis.moments import Quarters
from analysis.selection import RUNS_A_POINT, Runs, Selection
from model.events import NEVER, Schedule, schedule
from model.quarters import format_quarter, parse_quarter

Window: TypeAlias = tuple[int, int]
"""First and last quarter (ordinals)."""


@kept
def of_runs(selection: Selection, scenario: str, *, touched: bool = False) -> Mapping[str, tuple[Window, ...]]:
    """The windows of each event that a scenario changes, by its name, in all its runs or in those `touched`."""
    runs = selection.touched(scenario) if touched else _every(selection, scenario)
    seed, resolved = selection.parts[scenario].seed, selection.resolved[scenario]
    quarters = np.arange(parse_quarter(selection.ends[0]), parse_quarter(selection.last(scenario)) + 1)
    found: dict[str, tuple[Window, ...]] = {}
    for name, edits in by_event(resolved, apart(selection, scenario)).items():
        plan = schedule(edits, seed, runs % RUNS_A_POINT)
        if some := _stretches(quarters[_mixed(plan, quarters)]):
            found[name] = some
    return found


def _mixed(plan: Schedule, quarters: Quarters) -> npt.NDArray[np.bool_]:
    """Where some of the runs to which an event comes are before, in or after it and others not, (quarters,).

    Also where it holds in some and never comes to others.
    """
    begins, ends = plan.begins.min(axis=0)[:, None], plan.ends.max(axis=0)[:, None]
    comes, holds = begins[:, 0] < NEVER, (begins <= quarters) & (quarters < ends)
    if not comes.any():
        return np.zeros(len(quarters), dtype=bool)
    stage = ((begins <= quarters).astype(int) + (ends <= quarters))[comes]
    return np.asarray((stage.min(axis=0) < stage.max(axis=0)) | (holds.any(axis=0) & ~comes.all()))


def _stretches(quarters: Quarters) -> tuple[Window, ...]:
    """First and last of each stretch of quarters (ordinals, ascending) without a gap.

    >>> _stretches(np.array([3, 4, 5, 9])), _stretches(np.array([], dtype=np.int64))
    (((3, 5), (9, 9)), ())
    """
    parts = np.split(quarters, np.flatnonzero(np.diff(quarters) > 1) + 1)
    return tuple((int(part[0]), int(part[-1])) for part in parts if len(part))


def shaded(shown: Iterable[tuple[Axes, Selection, Sequence[str]]], *, touched: bool = False) -> str:
    """Shades the windows of the scenarios of each panel in the runs it has, and says how to read that, as a sentence.

    Empty where nothing is shaded.
    """
    found: dict[str, tuple[Window, ...]] = {}
    for axis, selection, scenarios in shown:
        mine = dict(_windows(selection, scenarios, touched=touched))
        for first, last in _joined(each for windows in mine.values() for each in windows):
            shade(axis, first / 4, (last + 1) / 4)
        found |= {name: _joined((*found.get(name, ()), *windows)) for name, windows in mine.items()}
    return _READ.format(parts=words.listing([_said(*each) for each in found.items()])) if found else ""


def _joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows as few as cover the same quarters.

    >>> _joined([(1, 3), (2, 5), (8, 9), (6, 6)])
    ((1, 6), (8, 9))
    """
    covered = {quarter for first, last in windows for quarter in range(first, last + 1)}
    return _stretches(np.array(sorted(covered), dtype=np.int64))


def _said(name: str, windows: Iterable[Window]) -> str:
    """An event with the quarters of its windows."""
    spans = [f"{format_quarter(first)} to {format_quarter(last)}" for first, last in windows]
    return f"{name} ({words.listing(spans)})"


_READ = (
    " Shaded is when part of the runs may be before, in or after {parts}: a single run jumps when that comes or ends, "
    "and means and bands over these quarters mix such runs."
)


def _windows(
    selection: Selection, scenarios: Iterable[str], *, touched: bool
) -> Iterator[tuple[str, tuple[Window, ...]]]:
    """Names and windows of the events of several scenarios; of those that share a name all windows."""
    found: dict[str, tuple[Window, ...]] = {}
    for scenario in scenarios:
        for name, windows in of_runs(selection, scenario, touched=touched).items():
            found[name] = (*found.get(name, ()), *windows)
    yield from found.items()


def _every(selection: Selection, scenario: str) -> Runs:
    """All runs of a scenario that a selection holds."""
    return np.asarray(selection.values(scenario, selection.measures[0])["run"].values, dtype=np.int64)
