"""Mixtures: why the runs of a claim do not agree, from the numbers.

A claim is a mixture where the event behind it makes no difference in part of
the runs: a contract that a scenario ends has lapsed there anyway, or a drawn
date has not come.
"""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from analysis import words
from analysis.claims import MOST_RUNS, PAIRED, Finding, by_run, last_quarter
from analysis.selection import Selection, at
from scenarios.schema import Event

ALIKE = 1e-9
"""A difference below this is none."""
_STATES = {"contract": "contract_volume", "project": "project_stage", "dyad": "dyad_state"}
"""Measures that tell the state of what an event may be about."""
_VERBS = {"rises": ("rise", "fall"), "falls": ("fall", "rise")}


def remark(selection: Selection, finding: Finding) -> str:
    """Why the runs of a claim divide, in sentences; empty where they do not."""
    claim = finding.claim
    if not finding.runs or claim.relation not in PAIRED or not selection.paired(finding.scenario):
        return ""
    change = by_run(selection, finding.scenario, claim)
    alike = abs(change) <= ALIKE
    if finding.verdict != "undecided" and not 0 < int(alike.sum()) < len(alike):
        return ""
    said = [_shares(finding, change), _nothing(change, alike), _anyway(selection, finding, change)]
    return " ".join(filter(None, said))


def _shares(finding: Finding, change: xr.DataArray) -> str:
    """How the runs of an undecided claim divide about its size."""
    claim = finding.claim
    if finding.verdict != "undecided":
        return ""
    up, down = _VERBS.get(claim.relation, _VERBS["rises"])
    gain = -change if claim.relation == "falls" else change
    parts = [
        (f"{up} by more than {claim.size:g}", gain > claim.size),
        ("stay within it", abs(gain) <= claim.size),
        (f"{down} by more than {claim.size:g}", gain < -claim.size),
    ]
    shares = [f"{_per_cent(runs)} {text}" for text, runs in parts if bool(runs.any())]
    enough = max(float(runs.mean()) for _, runs in parts) >= MOST_RUNS
    need = "the 95 % interval of the mean reaches across the size" if enough else "a verdict needs 90 % of one kind"
    return f"Of the runs {words.listing(shares)}; {need}."


def _nothing(change: xr.DataArray, alike: xr.DataArray) -> str:
    """That part of the runs does not differ at all."""
    if not bool(alike.any()):
        return ""
    return f"In {_per_cent(alike)} of the runs nothing differs; in the others the mean is {_mean(change[~alike])}."


def _anyway(selection: Selection, finding: Finding, change: xr.DataArray) -> str:
    """That what the scenario does has come, or not, in what it is compared with too, in part of the runs."""
    base = finding.claim.against
    quarter = last_quarter(finding.claim)
    same = {name: runs for name, runs in _same(selection, finding.scenario, base, quarter) if bool(runs.any())}
    if not same:
        return ""
    runs = xr.concat(same.values(), dim="target").any("target").sel(run=change["run"])
    if not 0 < int(runs.sum()) < len(runs):
        return ""
    names = " or ".join(f"“{name}”" for name in same)
    return (
        f"In {_per_cent(runs)} of the runs {names} is by then as in “{selection.resolved[base].title}” "
        f"anyway: the mean there is {_mean(change[runs])}, in the others {_mean(change[~runs])}."
    )


def _same(selection: Selection, scenario: str, base: str, quarter: str) -> Iterator[tuple[str, xr.DataArray]]:
    """What the events of a scenario alone are about, by name, and the runs in which its state is that of the base."""
    known = selection.resolved[base].events
    for event in selection.resolved[scenario].events:
        if event not in known:
            for measure, where in _about(event):
                if selection.has(measure):
                    ours, theirs = (at(selection.values(s, measure).sel(where), quarter) for s in (scenario, base))
                    yield ", ".join(words.place(d, label) for d, label in where.items()), abs(ours - theirs) <= ALIKE


def _about(event: Event) -> Iterator[tuple[str, dict[str, str]]]:
    """Measure and place of each state that an event is about."""
    if event.membership is not None:
        for country in event.membership.country:
            yield "membership", {"country": country, "institution": event.membership.institution}
    for key, measure in _STATES.items():
        for label in getattr(event, key):
            yield measure, {key: label}


def _per_cent(runs: xr.DataArray) -> str:
    return f"{100 * float(runs.mean()):.0f} %"


def _mean(change: xr.DataArray) -> str:
    return words.short(float(np.mean(change.values)))
