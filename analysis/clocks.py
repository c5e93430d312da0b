"""Clocks: effects by the time since an event comes, where its date is drawn and so differs from run to run.

At any one quarter such an event is still to come in some runs and over in
others, so that no effect of it is certain there. Each drawn date has a clock:
besides the quarters of the calendar, runs are looked at while the event lasts
and whole years after it came. The same run has the same date and the
same luck on both sides, so that differences stay paired.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from analysis.ensemble import certain, effects, ordered
from analysis.keeping import kept
from analysis.moments import Quarters, last_of
from analysis.selection import RUNS_A_POINT, Runs, Selection, at, in_runs
from analysis.words import is_quarter
from model.events import NEVER, Edit, Schedule, schedule
from model.quarters import parse_quarter
from scenarios import Scenario
from scenarios.edits import MOMENTARY, compile_events, edits_of
from scenarios.fields import lag

A_YEAR = 4
YEARS_AFTER = (1, 2, 5, 10)
LEAST_DURING, LEAST_AFTER = 0.2, 0.9
"""The least share of the runs touched in which a moment must have been recorded to be looked at: while an event lasts,
which annual records often miss, and years after it came, which only the end of the horizon cuts off."""
FEWEST = 2
CLEARLY = 1.1
"""A moment is told instead of a quarter of the calendar when the effect is larger there by this factor."""
WHILE = "while"
Picks: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Look:
    """A moment on the clock of an event: in words, the runs that recorded it, and which of their records it is.

    `picks` is (run, record); where a run has several, their mean is looked at.
    """

    name: str
    runs: Runs
    picks: Picks

    @property
    def lasting(self) -> bool:
        """Whether it is the time in which the event lasts."""
        return self.name.startswith(WHILE)

    def of(self, change: xr.DataArray) -> xr.DataArray:
        """A change (run, time, …) at the moment: (run, 1, …), the time being its name."""
        mine = in_runs(ordered(change, "run", "time"), self.runs)
        run, record = self.picks.nonzero()
        weights = (1.0 / self.picks.sum(axis=1))[run].reshape(-1, *[1] * (mine.ndim - 2))
        cells = np.add.reduceat(weights * mine.values[run, record], np.searchsorted(run, np.arange(len(self.runs))))
        labels = {dim: mine.indexes[dim] for dim in mine.dims if dim != "time"} | {"time": [self.name]}
        return xr.DataArray(cells[:, None], labels, mine.dims, attrs=change.attrs)


def effects_of(selection: Selection, scenario: str, change: xr.DataArray) -> pd.DataFrame:
    """A table of `effects` of a change in the runs touched, at moments of every clock, then at every quarter.

    Moments at which an effect is not clearly larger than where it is certain by the calendar are left out.
    """
    *clocked, calendar = (effects(seen) for seen in views(selection, scenario, change))
    if not clocked:
        return calendar
    moments, sure = pd.concat(clocked, ignore_index=True), calendar[certain(calendar)]
    cells = [str(dim) for dim in change.dims if dim not in ("run", "time")]
    size = sure["mean"].abs()
    known = size.groupby([sure[cell] for cell in cells]).max().rename("known") if cells else size.max()
    before = moments.join(known, on=cells)["known"] if cells else known
    clearer = ~(moments["mean"].abs() < CLEARLY * before)
    table = pd.concat([moments[clearer], calendar], ignore_index=True)
    table.attrs = dict(calendar.attrs)
    return table


def views(selection: Selection, scenario: str, change: xr.DataArray) -> list[xr.DataArray]:
    """A change (run, time, …) at each moment of every clock, and last as it is, by the calendar."""
    return [*(look.of(change) for look in looks(selection, scenario)), change]


def seen(selection: Selection, scenario: str, change: xr.DataArray, time: str) -> xr.DataArray:
    """A change at one time of such a table, a quarter or a moment on a clock: (run, …)."""
    known = {look.name: look for look in looks(selection, scenario)}
    return known[time].of(change).isel(time=0) if time in known else at(change, time)


def runs_of(selection: Selection, scenario: str, time: str) -> Runs:
    """The runs looked at in an effect at one time of such a table."""
    known = {look.name: look.runs for look in looks(selection, scenario)}
    return known.get(time, selection.touched(scenario))


@kept
def looks(selection: Selection, scenario: str) -> tuple[Look, ...]:
    """The moments on the clocks of a scenario; none where runs do not pair or no date is drawn."""
    if not selection.paired(scenario):
        return ()
    drawn = [edit for edit in apart(selection, scenario) if min(edit.at) < max(edit.at)]
    return tuple(
        look
        for name in dict.fromkeys(edit.id for edit in drawn)
        for look in _of_date(selection, scenario, tuple(edit for edit in drawn if edit.id == name))
    )


def note(times: Iterable[str]) -> str:
    """That some times are counted in each run from a date of its own, as a sentence; empty where none is."""
    said = (
        " Quarters are of the calendar; “while it lasts” and “after it comes” count from the date that each run draws."
    )
    return "" if all(map(is_quarter, times)) else said


def apart(selection: Selection, scenario: str) -> tuple[Edit, ...]:
    """What events change in a scenario or what it is compared with but not in both; all where both have the same.

    What both date, but otherwise, goes by the date of the scenario.
    """
    changed = differing(selection, scenario)
    ours = compile_events(selection.resolved[scenario])
    dated = {edit.id for edit in changed if edit in ours}
    return tuple(edit for edit in changed if edit in ours or edit.id not in dated) or ours


def differing(selection: Selection, scenario: str) -> tuple[Edit, ...]:
    """What events change in a scenario or in what it is compared with, but not in both; its own first."""
    ours, theirs = (compile_events(selection.resolved[s]) for s in (scenario, selection.base(scenario)))
    return (*(edit for edit in ours if edit not in theirs), *(edit for edit in theirs if edit not in ours))


def by_events(selection: Selection, scenario: str) -> bool:
    """Whether a scenario differs from what it is compared with by events, and by nothing else in its file."""
    ours, theirs = selection.resolved[scenario], selection.resolved[selection.base(scenario)]
    alike = (ours.parameters, ours.sample) == (theirs.parameters, theirs.sample)
    return alike and bool(differing(selection, scenario))


def unbegun(selection: Selection, scenario: str) -> bool:
    """Whether a scenario differs by events alone, and none of these has come in any run by its last quarter."""
    if selection.batches or not by_events(selection, scenario):
        return False
    edits = differing(selection, scenario)
    runs = selection.values(scenario, selection.measures[0])["run"].to_numpy().astype(np.int64) % RUNS_A_POINT
    begins = schedule(edits, selection.parts[scenario].seed, runs).begins
    return bool((begins > parse_quarter(selection.last(scenario))).all())


def _of_date(selection: Selection, scenario: str, edits: tuple[Edit, ...]) -> Iterator[Look]:
    """The moments of one drawn date that were recorded in enough runs, each once.

    What follows an event comes on the same date and some quarters later: it has a clock of its own, which goes on from
    there in place of that of the event. Of events between the first and the last only the time in which they last is
    looked at.
    """
    runs, seed = selection.touched(scenario), selection.parts[scenario].seed
    quarters = np.array([parse_quarter(time) for time in _times(selection, scenario)])
    clocks = [(name, _plans(part, seed, runs)) for name, part in by_event(selection.resolved[scenario], edits).items()]
    clocks.sort(key=lambda clock: -int(_come(clock[1][0]).min()))
    seen: list[Picks] = []
    counted = {clocks[0][0], clocks[-1][0]}
    for name, (plan, ending) in clocks:
        later = [begins for begins in (_come(other) for _, (other, _) in clocks) if (begins > _come(plan)).any()]
        for text, picks, least in _moments(plan, ending, quarters, (clocks[-1][0], _gap(plan, clocks[-1][1][0]))):
            known = picks.any(axis=1)
            last = np.where(picks, quarters, 0).max(axis=1, keepdims=True)
            overtaken = name not in counted or any((begins <= last)[known].all() for begins in later)
            gone = overtaken and not text.startswith(WHILE)
            few = known.sum() < max(FEWEST, least * len(runs))
            if few or gone or any(np.array_equal(picks, one) for one in seen):
                continue
            seen.append(picks)
            yield Look(text.format(name=name), runs[known], picks[known])


def _plans(edits: tuple[Edit, ...], seed: int, runs: Runs) -> tuple[Schedule, Schedule]:
    """When the edits of an event hold, and those of them that end: neither what is for good nor what is of a moment."""
    ending = tuple(edit for edit in edits if edit.duration and (edit.duration > 1 or edit.target not in MOMENTARY))
    return schedule(edits, seed, runs % RUNS_A_POINT), schedule(ending, seed, runs % RUNS_A_POINT)


def _come(plan: Schedule) -> Quarters:
    """The quarter in which an event comes, (run, 1)."""
    return plan.begins.min(axis=0)[:, None]


def by_event(resolved: Scenario, edits: tuple[Edit, ...]) -> dict[str, tuple[Edit, ...]]:
    """Edits by what the event that makes them is called; one without a name goes by the first of its date."""
    known = {edit: event.id for event in resolved.events if event.id for edit in edits_of(resolved, event.id)}
    found: dict[str, tuple[Edit, ...]] = {}
    for edit in edits:
        alike = [other for other in edits if other.id == edit.id]
        first = next((known[other] for other in alike if other in known), edit.id)
        leads = edit.at == min(other.at for other in alike)
        name = f"“{known.get(edit, first)}”" if edit in known or leads else f"what follows “{first}”"
        found[name] = (*found.get(name, ()), edit)
    return found


def _times(selection: Selection, scenario: str) -> list[str]:
    """Quarters recorded of a scenario and of what it is compared with."""
    ours, theirs = (selection.parts[s].times for s in (scenario, selection.base(scenario)))
    return [time for time in ours if time in theirs]


def _gap(plan: Schedule, first: Schedule) -> int:
    """By how many quarters an event follows the first of its date; 0 where runs differ in that."""
    both = (_come(plan) < NEVER) & (_come(first) < NEVER)
    gaps = np.unique((_come(plan) - _come(first))[both])
    return int(gaps[0]) if len(gaps) == 1 else 0


def _moments(
    plan: Schedule, ending: Schedule, quarters: Quarters, lead: tuple[str, int]
) -> Iterator[tuple[str, Picks, float]]:
    """Each moment in words, the records that it is in each run, and the least share of runs that must have one.

    A run has none or one, and while the event lasts all of that time. `lead` is the first event of the date, and by
    how many quarters it was earlier: years are counted from it too. `ending` are those of the `plan` that end: what
    follows an event for good shares its date and goes on.
    """
    begins = _come(plan)
    for years in (years for years in YEARS_AFTER if begins.min() + A_YEAR * years <= quarters[-1]):
        after = "a year" if years == 1 else f"{years} years"
        since = f", {lag(lead[1] + A_YEAR * years)} after {lead[0]}" if lead[1] else ""
        yield (
            f"{after} after {{name}} comes{since}",
            _last_record(begins, begins + A_YEAR * years, quarters),
            LEAST_AFTER,
        )
    if ending.edits:
        first, last = ending.begins.min(axis=0)[:, None], np.where(ending.begins < NEVER, ending.ends, 0).max(axis=0)
        yield f"{WHILE} {{name}} lasts", (first <= quarters) & (quarters < last[:, None]), LEAST_DURING


def _last_record(begins: Quarters, moment: Quarters, quarters: Quarters) -> Picks:
    """The last record not after a moment (run, 1), in runs where the horizon holds it and the event has come."""
    return last_of((begins <= quarters) & (quarters <= moment) & (moment <= quarters[-1]))
