"""Claims: the hypotheses of a scenario, tested on its runs.

A claim becomes one number a run, its effect, in the unit of the measure:

- falls, rises, unchanged: the paired difference with the scenario compared
  with, at the quarter asked for or averaged over the span, which may follow
  an event and so differ from run to run;
- between: how far inside the range the value lies, negative outside;
- reaches, before, never: how far the value gets past its level.

*Holds* when at least 90 % of the runs and the whole 95 % interval of the mean
lie beyond `size` in the right direction; *fails* when they do so in the
opposite one; *negligible* when they stay within `size` and do not surely move
as claimed by a tenth of it; *not met* when they surely do, or divide, or miss a level by less
than the margin, and yet the whole interval of the mean lies short of what is
claimed; else *undecided*.
Against a level or a range, `size` is the margin a failure needs.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from analysis import words
from analysis.chances import fired
from analysis.ensemble import bounds, mean_interval
from analysis.moments import Records, in_words, last_quarter, looked_at, within
from analysis.selection import Selection
from analysis.spans import point_names
from model.arrays import Array
from model.measures import MEASURES
from model.quarters import format_quarter, parse_quarter
from scenarios import Claim
from scenarios.moments import settled

AT_LEVEL = 1e-9
"""What counts as past a level: a value that gets to it has reached it."""
WORTH_A_NUMBER = 10
"""An effect within this part of the size that counts is none worth a number or a word."""
MOST_RUNS = 0.9
FEWEST_RUNS = 2
NOT_MET, UNDECIDED = "not met", "undecided"
DIVIDED = (NOT_MET, UNDECIDED)
"""Verdicts on claims whose runs need not agree."""
BY_POINT = "by point"
"""The verdict where points of the parameters have several."""
PAIRED = ("falls", "rises", "unchanged")
USUAL = Claim.model_fields["against"].default
"""What a claim is compared with unless it says so."""


@dataclass(frozen=True)
class Finding:
    """A claim, its verdict and the numbers behind it; `reason` says why it was not tested."""

    scenario: str
    claim: Claim
    verdict: str
    runs: int = 0
    mean: float = float("nan")
    mean_low: float = float("nan")
    mean_high: float = float("nan")
    share: float = float("nan")
    reason: str = ""
    points: Mapping[str, "Finding"] = field(default_factory=dict)
    """Findings at each point of the parameters by its name, when the numbers are means over several."""

    @property
    def mark(self) -> float | None:
        """What the mean is told apart from: the size, or the level, that decides."""
        size = math.copysign(self.claim.size, self.mean)
        return size if self.claim.relation in PAIRED else self.claim.level


def findings_of(selection: Selection) -> tuple[Finding, ...]:
    """Findings for every claim of every scenario of a batch, in order."""
    return tuple(
        _at_points(selection, examine(selection, scenario, claim))
        for scenario in selection.scenarios
        for claim in selection.resolved[scenario].expect
    )


def _at_points(selection: Selection, finding: Finding) -> Finding:
    """A finding with those at each point of the parameters, whose verdict it takes: one for all, or none."""
    if not selection.points or not finding.runs:
        return finding
    names = point_names(selection)
    found = {names[n]: examine(selection.at_point(n), finding.scenario, finding.claim) for n in selection.points}
    verdicts = {one.verdict for one in found.values()}
    return replace(finding, verdict=verdicts.pop() if len(verdicts) == 1 else BY_POINT, points=found)


def examine(selection: Selection, scenario: str, claim: Claim) -> Finding:
    """One claim tested; a claim about something that was not stored is *not tested*."""
    reason = next(_obstacles(selection, scenario, claim), None)
    if reason is not None:
        return Finding(scenario, claim, "not tested", reason=reason)
    values = chosen(selection, scenario, claim)
    if values.isnull().any():
        return Finding(scenario, claim, "not tested", reason="there is no value")
    shown = moment_of(selection, scenario, claim, values)
    if shown.sizes["run"] < FEWEST_RUNS:
        return Finding(scenario, claim, "not tested", reason=_too_few(shown.sizes["run"]))
    return _finding(scenario, claim, _effect(selection, scenario, claim, values), shown.values)


def _too_few(runs: int) -> str:
    """Why so many runs test nothing.

    >>> _too_few(0), _too_few(1)
    ('0 runs count; two are needed', '1 run counts; two are needed')
    """
    return f"{runs} run{' counts' if runs == 1 else 's count'}; two are needed"


def by_run(selection: Selection, scenario: str, claim: Claim) -> xr.DataArray:
    """The paired difference that a claim is about, (run,), in the runs that count."""
    return moment_of(selection, scenario, claim, chosen(selection, scenario, claim))


def verdict(effect: Array, *, size: float, floor: float | None = None) -> str:
    """Verdict on effects by run, positive as claimed; `floor` is what holding needs where `size` is a mere margin."""
    enough = size if floor is None else floor
    low, _, high = mean_interval(effect)
    if (effect > enough).mean() >= MOST_RUNS and low > enough:
        return "holds"
    if (effect < -size).mean() >= MOST_RUNS and high < -size:
        return "fails"
    some = size / WORTH_A_NUMBER
    as_claimed = low > some and (effect > some).mean() >= MOST_RUNS
    if floor is None and not as_claimed and stays(effect, size):
        return "negligible"
    return NOT_MET if high < enough else UNDECIDED


def stays(effect: Array, size: float) -> bool:
    """Whether effects by run, and the interval of their mean, stay within a size."""
    low, _, high = mean_interval(effect)
    return bool((np.abs(effect) <= size).mean() >= MOST_RUNS and low >= -size and high <= size)


def unchanged(difference: Array, *, size: float) -> str:
    """Verdict on the claim that nothing changes by more than `size`."""
    if stays(difference, size):
        return "holds"
    if "holds" in {verdict(difference, size=size), verdict(-difference, size=size)}:
        return "fails"
    low, _, high = mean_interval(difference)
    return NOT_MET if low > size or high < -size else UNDECIDED


def wording(claim: Claim) -> str:
    """What a claim says, in words and numbers.

    >>> claim = Claim(claim="x", measure="gdp", where={"country": "KAZ"}, by="2030Q4", relation="falls", size=1)
    >>> wording(claim)
    'GDP of Kazakhstan, bn USD/y: falls by more than 1, by 2030Q4'
    >>> wording(claim.model_copy(update={"against": "war", "given": "ban"}))
    'GDP of Kazakhstan, bn USD/y: falls by more than 1, by 2030Q4, against “war”, given that “ban” has come'
    """
    relation = _RELATION[claim.relation].format(size=claim.size, level=claim.level, range=claim.range)
    beside = f", against “{claim.against}”" if claim.relation in PAIRED and claim.against != USUAL else ""
    given = f", given that “{claim.given}” has come" if claim.given and claim.after is None else ""
    return f"{words.measure(claim.measure, claim.where)}: {relation}, {in_words(claim)}{beside}{given}"


_RELATION = {
    "falls": "falls by more than {size:g}",
    "rises": "rises by more than {size:g}",
    "unchanged": "changes by no more than {size:g}",
    "between": "lies between {range[0]:g} and {range[1]:g}",
    "reaches": "reaches {level:g}",
    "before": "reaches {level:g} before that",
    "never": "never reaches {level:g}",
}


def _obstacles(selection: Selection, scenario: str, claim: Claim) -> Iterator[str]:
    """Why a claim cannot be tested on this batch."""
    if claim.measure not in selection.measures:
        yield f"{claim.measure} was not recorded"
        return
    if claim.relation in PAIRED and claim.against not in selection.scenarios:
        yield f"{claim.against} is not in the batch"
    if claim.relation in PAIRED and claim.against == scenario:
        yield "a scenario is not compared with itself"
    values = selection.values(scenario, claim.measure)
    for dimension, label in claim.where.items():
        if dimension not in values.dims or label not in values[dimension].values:
            yield f"no {dimension} {label} in the batch"
    if missing := set(values.dims) - {"run", "time"} - set(claim.where):
        yield f"where says nothing about {', '.join(sorted(map(str, missing)))}"
    first, last = (parse_quarter(str(values["time"].values[i])) for i in (0, -1))
    window = settled(claim, selection.resolved[scenario].events)
    if window is not None and (window.last < first or (claim.during is None and window.first > last)):
        yield f"{format_quarter(window.first)} lies outside the run"


def chosen(selection: Selection, scenario: str, claim: Claim) -> xr.DataArray:
    """(run, time) of the value, or of the paired difference, in the runs that count."""
    if claim.relation in PAIRED:
        values = selection.difference(scenario, claim.measure, claim.where, against=claim.against)
    else:
        values = selection.values(scenario, claim.measure).sel(claim.where)
    if claim.condition is not None:
        until = parse_quarter(last_quarter(selection.resolved[scenario], claim))
        come = fired(selection, scenario, claim.condition, until)
        values = values.sel(run=np.intersect1d(come, values["run"].values))
    return values.transpose("run", "time")


def moment_of(selection: Selection, scenario: str, claim: Claim, values: xr.DataArray) -> xr.DataArray:
    """Mean of values (run, time) over what a claim of a scenario looks at, (run,), in the runs that recorded it.

    Of a claim told `by_extreme`, what comes nearest to its level or goes furthest beyond.
    """
    if by_extreme(claim):
        reached = _seen(values, within(selection, scenario, claim, values))
        return reached.max("time") if rises(values, claim) else reached.min("time")
    return _seen(values, looked_at(selection, scenario, claim, values)).mean("time")


def _effect(selection: Selection, scenario: str, claim: Claim, values: xr.DataArray) -> Array:
    """Effect by run, positive where the claim is right."""
    records = looked_at(selection, scenario, claim, values)
    if claim.relation in PAIRED:
        change = _seen(values, records).mean("time").values
        return -change if claim.relation == "falls" else change
    if claim.range is not None:
        low, high = claim.range
        level = _seen(values, records).mean("time")
        return np.asarray(np.minimum(level - low, high - level), dtype=np.float64) + AT_LEVEL
    return _beyond(values, within(selection, scenario, claim, values), claim)


def _beyond(values: xr.DataArray, records: Records, claim: Claim) -> Array:
    """How far values (run, time) get past the level of a claim, (run,); negative for one that never does."""
    level, mark = _seen(values, records), claim.level or 0.0
    gap = level - mark if rises(values, claim) else mark - level
    past = np.asarray(gap.max("time").values, dtype=np.float64) + AT_LEVEL
    if claim.relation == "never":  # once there it was there: no margin makes it less so
        return np.where(past > 0.0, -claim.size - past, -past)
    return past


def by_extreme(claim: Claim) -> bool:
    """Whether a claim is told by the highest or lowest value of its span: that a level is reached in it or not."""
    return claim.level is not None and claim.during is not None


def rises(values: xr.DataArray, claim: Claim) -> bool:
    """Whether values (run, time) reach the level of a claim from below."""
    return float(values.isel(time=0).median()) <= (claim.level or 0.0)


def _seen(values: xr.DataArray, records: Records) -> xr.DataArray:
    """Values (run, time) at some records alone, in the runs that have one."""
    return values.where(xr.DataArray(records, dims=("run", "time"))).isel(run=np.flatnonzero(records.any(axis=1)))


def _finding(scenario: str, claim: Claim, effect: Array, shown: Array) -> Finding:
    within = bounds(MEASURES[claim.measure].unit, change=claim.relation in PAIRED)
    low, mean, high = (float(end) for end in mean_interval(shown, within))
    floor = None if claim.relation in PAIRED else 0.0
    if claim.relation == "unchanged":
        said, share = unchanged(effect, size=claim.size), float((np.abs(effect) <= claim.size).mean())
    else:
        said = verdict(effect, size=claim.size, floor=floor)
        share = float((effect > (claim.size if floor is None else floor)).mean())
    return Finding(scenario, claim, said, len(effect), mean, low, high, share)
