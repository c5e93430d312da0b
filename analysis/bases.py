"""Bases: what each scenario of a batch is compared with."""

from collections.abc import Mapping
from dataclasses import replace

from analysis import words
from analysis.keeping import kept
from analysis.selection import Selection, select
from model.quarters import parse_quarter
from runs.batch import Batch
from runs.problems import BatchError
from scenarios import Scenario
from scenarios.subject import begins


def chosen(batch: Batch, against: str | None = None) -> Selection:
    """Selection for a report: all compared with `against`; without it with the baseline, or what they build on.

    Beside a scenario on which others build those that do not are compared with nothing: what they lack is no effect.

    Where the baseline has no finished run, the first scenario that has some stands for it. BatchError when no run is
    finished, or none of a scenario that was asked for.
    """
    selection = select(batch, against or "baseline")
    if not selection.scenarios:
        msg = f"{batch.folder}: no finished run to report; repeat the command that began the batch"
        raise BatchError(msg)
    if against is not None and against not in selection.scenarios:
        msg = f"{batch.folder}: no finished run of {against!r}; it has {', '.join(selection.scenarios)}"
        raise BatchError(msg)
    known = selection if selection.baseline in selection.scenarios else select(batch, selection.scenarios[0])
    return replace(known, bases=_beside(known)) if against else beyond(known)


@kept
def beyond(selection: Selection) -> Selection:
    """The same selection with each scenario that builds on another one of its batch compared with that one."""
    found = _bases(selection)
    return replace(selection, bases=found) if found else selection


def built_on(selection: Selection, scenario: str, *, many: bool = False) -> str:
    """In which batch, or beyond which scenario when another than most, an effect is told, at the head of a clause."""
    base = selection.base(scenario)
    if selection.batches or base == selection.baseline:
        return selection.where(scenario)
    return f"beyond {words.quoted(selection.resolved[base].title)}, which {'they build' if many else 'it builds'} on, "


def _bases(selection: Selection) -> Mapping[str, str]:
    """On which scenario of the batch each is built: it has all of that one's own, and more.

    Of several the largest: one that has all of another stands for both. Of those that know nothing of each other the
    one that begins first, so that what is told is what the rest adds where that one has come.
    """
    own = {s: own_parts(selection, s) for s in selection.changed}
    found: dict[str, str] = {}
    for scenario, mine in own.items():
        bases = [s for s in own if 0 < len(own[s]) < len(mine) and _holds(mine, own[s])]
        largest = [s for s in bases if not any(len(own[s]) < len(own[b]) and _holds(own[b], own[s]) for b in bases)]
        if largest:
            found[scenario] = min(largest, key=lambda s: begin(selection.resolved[s]))
    return found


def begin(scenario: Scenario) -> int:
    """The first quarter in which an event of a scenario may come; its first quarter where it has parameters alone."""
    windows = [window for event in scenario.events if (window := begins(event, scenario.events))]
    return min((window.first for window in windows), default=parse_quarter(str(scenario.start)))


def _beside(selection: Selection) -> Mapping[str, str]:
    """Themselves, for the scenarios that do not build on what a selection is compared with where others do."""
    parts = _parts(selection.resolved[selection.baseline])
    lack = [s for s in selection.changed if not _holds(_parts(selection.resolved[s]), parts)]
    return {s: s for s in lack} if len(lack) < len(selection.changed) else {}


def own_parts(selection: Selection, scenario: str) -> list[object]:
    """The events, parameters and distributions of a scenario that the baseline has not."""
    ours, theirs = (_parts(selection.resolved[s]) for s in (scenario, selection.baseline))
    return [part for part in ours if part not in theirs]


def _parts(resolved: Scenario) -> list[object]:
    """What a scenario changes: its events, and parameters and distributions by name."""
    return [*resolved.events, *resolved.parameters.items(), *resolved.sample.items()]


def _holds(parts: list[object], others: list[object]) -> bool:
    """Whether others are among some parts."""
    return all(other in parts for other in others)
