"""Answers: what was found of a claim, whatever its measure, as a sentence with value, unit, baseline and interval."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd
import xarray as xr

from analysis import words
from analysis.amounts import decimals, figures, sizes
from analysis.amounts import said as with_interval
from analysis.asked import question
from analysis.chances import few
from analysis.claims import PAIRED, WORTH_A_NUMBER, Finding, by_extreme, by_run, chosen, examine, moment_of, rises
from analysis.clocks import effects_of
from analysis.ensemble import certain
from analysis.moments import in_words, looked_at
from analysis.selection import Selection
from analysis.tables import at_peak
from analysis.ties import loosened
from analysis.totals import over
from model.measures import MEASURES
from scenarios import Claim

APART = 0.1
"""Two figures of one effect that differ by more than this share are both said."""
TWICE = 2.0
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
INSTEAD = {"supply_volume": ("supplier", "then comes from"), "export_volume": ("pole", "then goes to")}
"""Measures of what is bought from one, or sold to one, of several: the dimension of these, and what is said of them."""
OTHERS_NAMED = 2
_DEPENDENCE = ("loss", "dependence")
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
    values = selection.values(finding.scenario, claim.measure)
    when = moment(claim)
    if by_extreme(claim):
        when = f"at its {'highest' if rises(values.sel(claim.where), claim) else 'lowest'} {in_words(claim)}"
    every = values.sizes["run"]
    return f"{words.capital(when)}, {_given(finding, every)}{said}{few(finding.runs, every)}."


def _given(finding: Finding, every: int) -> str:
    """In which runs what was found of a claim is told, as a clause; empty when in all."""
    event = finding.claim.given
    if event is None or finding.claim.after or finding.runs == every:
        return ""
    return f"in the {finding.runs} of {every} runs in which “{event}” has come, "


def moment(claim: Claim) -> str:
    """When a claim looks, as a clause."""
    if claim.by is not None:
        return words.when(claim.by)
    said = in_words(claim)
    return said if claim.after is not None else f"on average {said.replace('during', 'over')}"


def _change(selection: Selection, finding: Finding) -> str:
    """By how much a scenario moves what is claimed, between which levels, and when it does so most."""
    claim, title = finding.claim, selection.resolved[finding.scenario].title
    base = selection.resolved[claim.against].title
    ours, theirs = (words.plain(level) for level in _levels(selection, finding))
    what, unit, points = subject(claim), scale(claim), scale(claim, change=True)
    if abs(finding.mean) <= words.LEAST:
        return f"“{title}” leaves {what} where it is in “{base}”, at {theirs} {unit}{_largest(selection, finding)}"
    reached = f" to {ours}" if ours != theirs else ""
    levels = f"from {theirs} in “{base}”{reached}{_less_to_lose(selection, finding)}{_in_all(selection, finding)}"
    levels += _largest(selection, finding) + _instead(selection, finding)
    return f"“{title}” {_amount(finding, what, points)}, {levels}"


def _instead(selection: Selection, finding: Finding) -> str:
    """Who sells or buys more where one does less, or the reverse, as a clause."""
    dim, verb = INSTEAD.get(finding.claim.measure, ("", ""))
    found = [each for each in _of_others(selection, finding, dim) if each.mean * finding.mean < 0] if dim else []
    clear = [each for each in found if not each.mean_low < 0 < each.mean_high]
    most = sorted(clear, key=lambda each: -abs(each.mean))[:OTHERS_NAMED]
    others = [
        f"{words.said(dim, each.claim.where[dim])} {with_interval(each.mean, each.mean_low, each.mean_high)}"
        for each in most
        if abs(each.mean) > APART * abs(finding.mean)
    ]
    return f"; {'less' if finding.mean > 0 else 'more'} {verb} {words.listing(others)}" if others else ""


def _of_others(selection: Selection, finding: Finding, dim: str) -> Iterator[Finding]:
    """The same claim about all others along a dimension, where there is a value."""
    claim = finding.claim
    for label in selection.values(finding.scenario, claim.measure)[dim].values:
        if label != claim.where[dim]:
            other = claim.model_copy(update={"where": {**claim.where, dim: str(label)}})
            found = examine(selection, finding.scenario, other)
            if found.runs:
                yield found


def _amount(finding: Finding, what: str, unit: str) -> str:
    """What a scenario does to what is claimed, in as many digits as its interval supports; no mean of an open sign."""
    least = finding.claim.size / WORTH_A_NUMBER
    if max(abs(finding.mean_low), abs(finding.mean_high)) < least:
        return f"moves {what} by less than {least:g} {unit}"
    found = (finding.mean, finding.mean_low, finding.mean_high)
    if finding.mean_low < 0 < finding.mean_high:
        _, ends = figures(finding.mean_low, *found[1:])
        return f"moves {what} by {ends} {unit} ({_INTERVAL}, which leaves the sign open)"
    verb = "raises" if finding.mean > 0 else "lowers"
    size, ends = sizes(*found, decimals(*found, finding.mark))
    return f"{verb} {what} by {size} {unit} ({_INTERVAL} {ends})"


def _in_all(selection: Selection, finding: Finding) -> str:
    """What an effect while an event lasts adds up to, as a clause, where it is one by the year."""
    claim = finding.claim
    if claim.lasting is None or finding.mean_low < 0 < finding.mean_high:
        return ""
    change = chosen(selection, finding.scenario, claim)
    total = over(change, looked_at(selection, finding.scenario, claim, change), scale(claim, change=True))
    return total and f"; {total}"


def _less_to_lose(selection: Selection, finding: Finding) -> str:
    """That a country depends less on another because they trade less, as a clause, where that is so."""
    claim = finding.claim
    if claim.measure not in _DEPENDENCE or finding.mean_high >= 0:
        return ""

    def levels(measure: str, where: Mapping[str, str]) -> tuple[float, float]:
        other = claim.model_copy(update={"measure": measure, "where": dict(where)})
        return _levels(selection, replace(finding, claim=other))

    country, controller = (claim.where[dim] for dim in MEASURES[claim.measure].dimensions)
    return loosened(selection, country, controller, levels)


def _level(selection: Selection, finding: Finding) -> str:
    """The level of what is claimed, and that of the baseline."""
    claim, title = finding.claim, selection.resolved[finding.scenario].title
    mean, ends = figures(finding.mean, finding.mean_low, finding.mean_high, finding.mark, signed=False)
    what = f"{subject(claim)} {mean} {scale(claim)}"
    said = f"in “{title}”: {what} ({_INTERVAL} {ends})"
    base = selection.base(finding.scenario)
    if base == finding.scenario:
        return said
    before = _at_moment(selection, finding, base).mean()
    return f"{said}, against {words.plain(float(before))} in “{selection.resolved[base].title}”"


def subject(claim: Claim) -> str:
    """What is claimed about, with its article."""
    said = words.phrase(claim.measure, claim.where)
    return said if claim.measure in _BARE else f"the {said}"


def _levels(selection: Selection, finding: Finding) -> tuple[float, float]:
    """Means of what is claimed in the scenario and in what it is compared with, in the runs that count."""
    claim = finding.claim
    sides = (finding.scenario, claim.against)
    runs = by_run(selection, finding.scenario, claim)["run"]
    ours, theirs = (float(_at_moment(selection, finding, side).sel(run=runs).mean()) for side in sides)
    return ours, theirs


def _at_moment(selection: Selection, finding: Finding, scenario: str) -> xr.DataArray:
    """What is claimed in a scenario at the moment that the finding is about, (run,)."""
    values = selection.values(scenario, finding.claim.measure).sel(finding.claim.where)
    return moment_of(selection, finding.scenario, finding.claim, values)


def as_claimed(selection: Selection, measure: str, row: pd.Series, factor: float) -> str:
    """What an effect is when its claim looks, as a clause, where that differs by a tenth from the one told.

    A claim that counts more runs than those an effect is told of is diluted by runs that are left out of it; one
    against another scenario is about another effect. What is left of the effect at the end has been told.
    """
    scenario = str(row["scenario"])
    where, base = {dim: str(row[dim]) for dim in MEASURES[measure].dimensions}, selection.base(scenario)
    for claim in question(selection, scenario).claims:
        if (claim.measure, claim.where, claim.against) == (measure, where, base) and claim.relation in PAIRED:
            found = examine(selection, scenario, claim)
            known = claim.by == selection.ends[1] and found.runs == row["runs"]
            apart = abs(found.mean - row["mean"]) > APART * abs(row["mean"])
            if 0 < found.runs <= row["runs"] and apart and not known:
                size = math.copysign(claim.size, found.mean)
                mean, _ = figures(*(factor * end for end in (found.mean, found.mean_low, found.mean_high, size)))
                fewer = f" in {found.runs} runs" if found.runs < row["runs"] else ""
                return f"; {moment(claim)}, when its claim looks, it is {mean}{fewer}"
    return ""


def _largest(selection: Selection, finding: Finding) -> str:
    """When the effect is certain and largest, as a clause, where that is another one than that of the claim."""
    claim = finding.claim
    if claim.against != selection.base(finding.scenario):
        return ""
    change = selection.effect(finding.scenario, claim.measure, claim.where)
    table = effects_of(selection, finding.scenario, change)
    table.insert(0, "claim", claim.claim)
    peak = at_peak(table[certain(table)])
    return "".join(_at_peak(row, finding.mark) for _, row in peak.iterrows() if _is_another(row, finding))


def _is_another(row: pd.Series, finding: Finding) -> bool:
    """Whether an effect is one on a clock, or differs from that of a claim by a tenth.

    Of a claim that counts from an event itself: whether it goes the other way, or is twice as large; a residue of less
    than a tenth, which alone may be certain in sign where runs divide, is neither.
    """
    if abs(row["mean"]) < APART * abs(finding.mean):
        return False
    if finding.claim.lasting or finding.claim.after:
        return bool(row["mean"] * finding.mean < 0 or abs(row["mean"]) > TWICE * abs(finding.mean))
    return not words.is_quarter(str(row["time"])) or abs(row["mean"] - finding.mean) > APART * abs(row["mean"])


def _at_peak(row: pd.Series, mark: float | None) -> str:
    """An effect at its peak, told apart from what a claim is about, with its interval."""
    mean, ends = figures(row["mean"], row["mean_low"], row["mean_high"], mark)
    return f"; its largest effect certain in sign, {words.when(str(row['time']))}, is {mean} ({ends})"


def scale(claim: Claim, *, change: bool = False) -> str:
    """The unit of a claim, or of a change of it, or the scale of what has none."""
    unit = MEASURES[claim.measure].unit
    said = words.change_unit if change else words.unit
    return _SCALES.get(unit, said(unit, claim.where))
