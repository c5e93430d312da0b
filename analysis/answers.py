"""Answers: what was found of a claim, whatever its measure, as a sentence with value, unit, baseline and interval."""

import pandas as pd
import xarray as xr

from analysis import words
from analysis.chances import few
from analysis.claims import PAIRED, Finding, by_run, moment_of
from analysis.clocks import effects_of
from analysis.ensemble import certain
from analysis.moments import in_words
from analysis.selection import Selection, unpaired
from analysis.tables import at_peak
from model.measures import MEASURES
from scenarios import Claim

_INTERVAL = "95 % interval of the mean"
_SCALES = {
    "index [-1, 1]": "on a scale from −1 to 1",
    "index [0, 1]": "on a scale from 0 to 1",
    "share": "as a share",
    "degree": "as a degree from 0 to 1",
    "state": "as a state from 0, open, to 3, hot",
    "stage": "as a stage from 0, proposed, to 3, operating",
}
"""What is said of numbers that have no unit."""
_BARE = (
    *("gdp", "transit_rent", "corridor_flow", "visibility", "export_share", "export_volume", "supply_volume"),
    *("import_exposure", "export_exposure"),
)
"""Measures whose phrase wants no article."""


def answer(selection: Selection, finding: Finding) -> str:
    """What was found of a claim, as a sentence; empty for one that was not tested."""
    claim = finding.claim
    if not finding.runs:
        return ""
    said = _change(selection, finding) if claim.relation in PAIRED else _level(selection, finding)
    every = selection.values(finding.scenario, claim.measure).sizes["run"]
    return f"{_when(claim)}, {said}{few(finding.runs, every)}."


def _when(claim: Claim) -> str:
    """When a claim looks, at the head of a sentence."""
    if claim.by is not None:
        return words.capital(words.when(claim.by))
    moment = in_words(claim)
    return words.capital(moment) if claim.after is not None else f"On average {moment.replace('during', 'over')}"


def _change(selection: Selection, finding: Finding) -> str:
    """By how much a scenario moves what is claimed, between which levels, and when it does so most."""
    claim, title = finding.claim, selection.resolved[finding.scenario].title
    base = selection.resolved[claim.against].title
    ours, theirs = (words.plain(level) for level in _levels(selection, finding))
    what, unit = _the(claim), _unit(claim)
    points = unit.replace("% of", "percentage points of")
    if abs(finding.mean) <= words.LEAST:
        return f"“{title}” leaves {what} where it is in “{base}”, at {theirs} {unit}{_largest(selection, finding)}"
    verb = "raises" if finding.mean > 0 else "lowers"
    low, high = (words.short(end) for end in (finding.mean_low, finding.mean_high))
    doubt = ", which leaves the sign open" if finding.mean_low < 0 < finding.mean_high else ""
    return (
        f"“{title}” {verb} {what} by {words.plain(abs(finding.mean))} {points} ({_INTERVAL} {low} to {high}{doubt}), "
        f"from {theirs} in “{base}” to {ours}{_largest(selection, finding)}"
    )


def _level(selection: Selection, finding: Finding) -> str:
    """The level of what is claimed, and that of the baseline."""
    claim, title = finding.claim, selection.resolved[finding.scenario].title
    mean, low, high = (words.plain(value) for value in (finding.mean, finding.mean_low, finding.mean_high))
    what = f"{_the(claim)} {mean} {_unit(claim)}"
    said = f"in “{title}”: {what} ({_INTERVAL} {low} to {high})"
    base = selection.base(finding.scenario)
    if base == finding.scenario:
        return said
    before = _at_moment(selection, finding, base).mean()
    return f"{said}, against {words.plain(float(before))} in “{selection.resolved[base].title}”"


def _the(claim: Claim) -> str:
    """What is claimed about, with its article."""
    said = words.phrase(claim.measure, claim.where)
    return said if claim.measure in _BARE else f"the {said}"


def _levels(selection: Selection, finding: Finding) -> tuple[float, float]:
    """Means of what is claimed in the scenario and in what it is compared with, in the runs that count."""
    claim = finding.claim
    sides = (finding.scenario, claim.against)
    values = [_at_moment(selection, finding, side) for side in sides]
    if not unpaired(*(selection.parts[s] for s in sides)):
        runs = by_run(selection, finding.scenario, claim)["run"]
        values = [side.sel(run=runs) for side in values]
    ours, theirs = (float(side.mean()) for side in values)
    return ours, theirs


def _at_moment(selection: Selection, finding: Finding, scenario: str) -> xr.DataArray:
    """What is claimed in a scenario at the moment that the finding is about, (run,)."""
    values = selection.values(scenario, finding.claim.measure).sel(finding.claim.where)
    return moment_of(selection, finding.scenario, finding.claim, values)


def _largest(selection: Selection, finding: Finding) -> str:
    """When the effect is certain and largest on the clock of a drawn date, as a clause; empty where by the calendar."""
    claim = finding.claim
    if claim.against != selection.base(finding.scenario) or claim.lasting or claim.after:
        return ""
    change = selection.effect(finding.scenario, claim.measure).sel(claim.where)
    table = effects_of(selection, finding.scenario, change)
    table.insert(0, "claim", claim.claim)
    peak = at_peak(table[certain(table)])
    return "".join(_on_its_clock(row) for _, row in peak.iterrows() if not words.is_quarter(str(row["time"])))


def _on_its_clock(row: pd.Series) -> str:
    """An effect at a moment on a clock, with its interval."""
    mean, low, high = (words.short(float(row[name])) for name in ("mean", "mean_low", "mean_high"))
    return f"; its largest effect, {row['time']}, is {mean} ({low} to {high})"


def _unit(claim: Claim) -> str:
    """The unit of a claim, or the scale of what has none."""
    unit = MEASURES[claim.measure].unit
    return _SCALES.get(unit, words.unit(unit, claim.where))
