"""Bases: what each scenario of a batch is compared with."""

from collections.abc import Mapping
from dataclasses import replace

from analysis import words
from analysis.keeping import kept
from analysis.selection import Selection, select
from runs.batch import Batch
from runs.problems import BatchError


def chosen(batch: Batch, against: str | None = None) -> Selection:
    """Selection for a report: all compared with `against`; without it with the baseline, or what they build on.

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
    return known if against else beyond(known)


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
    """On which scenario of the batch each is built: the one with most events of those whose events it has and more."""
    known = selection.resolved[selection.baseline].events
    own = {s: [e for e in selection.resolved[s].events if e not in known] for s in selection.changed}
    found = {}
    for scenario, events in own.items():
        bases = [s for s in own if own[s] and len(own[s]) < len(events) and all(e in events for e in own[s])]
        if bases:
            found[scenario] = max(bases, key=lambda s: len(own[s]))
    return found
