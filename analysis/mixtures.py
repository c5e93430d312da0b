"""Mixtures: why the runs of a claim do not agree, from the numbers.

A claim is a mixture where the event behind it makes no difference in part of
the runs: it has not come there, a contract that a scenario ends has lapsed
anyway. What is blamed must part the runs: their means on either side differ by
more than both intervals and by a good part of the size that the claim names.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import xarray as xr

from analysis import words
from analysis.chances import comings
from analysis.claims import DIVIDED, MOST_RUNS, PAIRED, Finding, by_run, stays
from analysis.ensemble import mean_interval
from analysis.moments import last_quarter
from analysis.selection import Selection, at
from model.arrays import Array
from model.quarters import parse_quarter
from scenarios.schema import Event

Cause: TypeAlias = tuple[xr.DataArray, str]
ALIKE = 1e-9
"""A difference below this is none."""
WORTH_A_WORD = 0.5
"""The share of the size of a claim by which two kinds of runs must differ for what parts them to be said."""
WIDE = 20.0
"""How many times what most runs stay within the size of a claim that nothing changes may be without a word."""
_STATES = {"contract": "contract_volume", "project": "project_stage", "dyad": "dyad_state"}
"""Measures that tell the state of what an event may be about."""
_VERBS = {"rises": ("rise", "fall"), "falls": ("fall", "rise")}


def remark(selection: Selection, finding: Finding) -> str:
    """Why the runs of a claim divide, in sentences; empty where they do not."""
    claim = finding.claim
    if not finding.runs or claim.relation not in PAIRED:
        return ""
    change = by_run(selection, finding.scenario, claim)
    change = change.where(abs(change) > ALIKE, 0.0)
    alike, causes = change == 0.0, [*_events(selection, finding, change)]
    if _divide(finding, change) or 0 < int(alike.sum()) < len(alike):
        causes += [*_anyway(selection, finding, change), *_contracts(selection, finding, change), (alike, "")]
    said = (_shares(finding, change), next(_parting(finding, change, causes), ""), _wide(finding, change))
    return " ".join(filter(None, said))


def _wide(finding: Finding, change: xr.DataArray) -> str:
    """That a claim that nothing changes would hold, too, with a far smaller size, as a sentence."""
    size, most = finding.claim.size, float(abs(change).quantile(MOST_RUNS))
    if finding.claim.relation != "unchanged" or finding.verdict != "holds" or most * WIDE >= size:
        return ""
    moved = f"moves by less than {words.plain(most)}" if most else "does not move"
    return f"In 90 % of the runs it {moved}: a size of {size:g} tests little."


def _divide(finding: Finding, change: xr.DataArray) -> bool:
    """Whether the runs of a claim are of several kinds about its size."""
    return finding.verdict in DIVIDED and not stays(np.asarray(change, dtype=np.float64), finding.claim.size)


def _shares(finding: Finding, change: xr.DataArray) -> str:
    """How the runs of a claim that are not of one kind divide about its size."""
    claim = finding.claim
    if not _divide(finding, change):
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
    need = (
        "the 95 % interval of the mean reaches across the size"
        if enough
        else "a verdict on them needs 90 % of one kind"
    )
    return f"Of the runs {words.listing(shares)}; {need}."


def _parting(finding: Finding, change: xr.DataArray, causes: Iterable[Cause]) -> Iterator[str]:
    """What parts the runs in two kinds whose means differ, in sentences."""
    for runs, cause in causes:
        inside, outside = (np.asarray(change[part], dtype=np.float64) for part in (runs, ~runs))
        if len(inside) and len(outside) and _apart(inside, outside, WORTH_A_WORD * finding.claim.size):
            yield f"In {_per_cent(runs)} of the runs {_halves(cause, inside, outside)}."


def _halves(cause: str, inside: Array, outside: Array) -> str:
    """What holds in part of the runs with the means there and in the others."""
    if not inside.any():
        where = f"{cause} and " if cause else ""
        return f"{where}it does not move; in the others the mean is {_mean(outside)}"
    others = _mean(outside) if outside.any() else "it does not move"
    return f"{cause}: the mean there is {_mean(inside)}, in the others {others}"


def _apart(inside: Array, outside: Array, least: float) -> bool:
    """Whether two means differ by `least` and their 95 % intervals do not meet."""
    (low, mean, high), (other_low, other, other_high) = (_interval(values) for values in (inside, outside))
    return abs(mean - other) >= least and (low > other_high or high < other_low)


def _interval(values: Array) -> tuple[float, float, float]:
    """The 95 % interval of a mean, without ends for one run; where nothing differs, nothing, however few the runs."""
    if not values.any():
        return 0.0, 0.0, 0.0
    low, mean, high = (float(end) for end in mean_interval(values))
    return low, mean, high


def _events(selection: Selection, finding: Finding, change: xr.DataArray) -> Iterator[Cause]:
    """Each event of the scenario alone that has come in part of the runs by then."""
    until = parse_quarter(last_quarter(selection.resolved[finding.scenario], finding.claim))
    for name, runs in comings(selection, finding.scenario, finding.claim.against, until).items():
        yield change["run"].isin(runs), f"“{name}” has come by then"


def _anyway(selection: Selection, finding: Finding, change: xr.DataArray) -> Iterator[Cause]:
    """That what the scenario does has come, or not, in what it is compared with too, in part of the runs.

    Each thing that it does alone comes first, since a claim is about few of them, then any of them.
    """
    base = finding.claim.against
    quarter = last_quarter(selection.resolved[finding.scenario], finding.claim)
    known = {
        f"“{name}”": runs.reset_coords(drop=True).sel(run=change["run"])  # labels of a pair say nothing of a project
        for name, runs in _same(selection, finding.scenario, base, quarter)
        if bool(runs.any())
    }
    any_of = {" or ".join(known): xr.concat(known.values(), dim="target").any("target")} if known else {}
    for names, runs in (known | any_of).items():
        yield runs, f"{names} is by then as in “{selection.resolved[base].title}” anyway"


def _contracts(selection: Selection, finding: Finding, change: xr.DataArray) -> Iterator[Cause]:
    """That a contract of a state that a claim names has lapsed by chance in part of the runs, whatever the scenario."""
    if not selection.has("contract_volume"):
        return
    claim, named = finding.claim, set(finding.claim.where.values())
    quarter = last_quarter(selection.resolved[finding.scenario], claim)
    volume = at(selection.values(claim.against, "contract_volume"), quarter).sel(run=change["run"])
    rows = words.tables()["contracts"]
    for row in rows[rows["id"].isin(volume["contract"].values.tolist())].to_dict("records"):
        if named & {row["seller"], row["buyer"]}:
            where = f"has lapsed by then in “{selection.resolved[claim.against].title}”"
            yield volume.sel(contract=row["id"], drop=True) <= ALIKE, f"“{row['name']}” {where}"


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
    for pole in event.posture:
        yield "pole_posture", {"pole": pole, "posture": event.becomes or ""}
    for key, measure in _STATES.items():
        for label in getattr(event, key):
            yield measure, {key: label}


def _per_cent(runs: xr.DataArray) -> str:
    return f"{100 * float(runs.mean()):.0f} %"


def _mean(values: Array) -> str:
    return words.short(float(values.mean()))
