"""Contrasts: how the effects of a scenario differ between batches, in sentences; what its claims name first."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from analysis import words
from analysis.amounts import decimals, ends
from analysis.answers import moment, scale, subject
from analysis.chances import condition, counted, few
from analysis.claims import PAIRED, USUAL, WORTH_A_NUMBER, Finding, by_run
from analysis.clocks import seen
from analysis.comparison import Comparison
from analysis.ensemble import FEW, difference_interval, mean_interval
from analysis.peaks import EFFECTS, Effect, told
from analysis.repeats import once
from analysis.selection import Selection
from analysis.sentences import largest
from model.measures import MEASURES
from scenarios import Claim

MOST_CLAIMS, MOST = 3, 4
"""The most sentences on what claims name, and on everything."""
SAME = 0.005
"""The share of an effect below which what it has more in another batch is no difference."""
SAME_EFFECTS = "has the same effects in all batches, in every run that they share."


@dataclass(frozen=True)
class Contrast:
    """The effect of a scenario in each batch by run, in a unit, on what and when; `paired` where runs are the same.

    `every` is how many runs of each batch can be compared, whether the scenario touches them or not.
    """

    what: str
    unit: str
    when: str
    by_batch: Mapping[str, xr.DataArray]
    paired: Mapping[str, bool]
    every: Mapping[str, int]

    def text(self, title: str) -> str:
        """The effect in the first batch, that in the others, and the difference with its interval."""
        first, *others = self.by_batch
        apart = {label: self._apart(first, label) for label in others}
        places = max(self._places(label, ends) for label, ends in apart.items())
        sizes = {label: self._size(label, places) for label in self.by_batch}
        said = [f"{sizes[label]} {words.within(label)} ({self._said(label, apart[label], places)})" for label in others]
        size = f"{sizes[first]} {self.unit} {words.within(first)}"
        return f"{words.capital(self.when)}, “{title}” changes {self.what} by {size}, by {words.listing(said)}."

    def _places(self, label: str, apart: tuple[float, float, float]) -> int:
        """Decimals that tell a difference apart, or, where there is none, the effect."""
        size = float(self.by_batch[label].mean())
        low, mean, high = (size, size, size) if _alike(apart, size) else apart
        return decimals(mean, low, high)

    def _size(self, label: str, places: int) -> str:
        return words.number(float(self.by_batch[label].mean()), places, signed=True)

    def alike(self) -> bool:
        """Whether the effect is the same in all batches."""
        first, *others = self.by_batch
        size = float(self.by_batch[first].mean())
        return all(_alike(self._apart(first, label), size) for label in others)

    def said_alike(self) -> str:
        """What changes, and by how much in the first batch."""
        first = next(iter(self.by_batch))
        size = float(self.by_batch[first].mean())
        return f"{self.what} ({self.when}: {self._size(first, decimals(size, size, size))} {self.unit})"

    def most(self) -> float:
        """The largest difference from the effect in the first batch, without its sign."""
        first, *others = self.by_batch
        return max(abs(self._apart(first, label)[1]) for label in others)

    def largest(self) -> float:
        """The largest of the effects, without its sign."""
        return max(abs(float(effect.mean())) for effect in self.by_batch.values())

    def _apart(self, first: str, label: str) -> tuple[float, float, float]:
        """Lower end, mean and upper end of the 95 % interval of what the effect has more than in the first batch."""
        ours, theirs = self.by_batch[label], self.by_batch[first]
        if self.paired[label]:
            low, mean, high = map(float, mean_interval((ours - theirs).to_numpy()))
            return low, mean, high
        return difference_interval(ours.to_numpy(), theirs.to_numpy())

    def _said(self, label: str, apart: tuple[float, float, float], places: int) -> str:
        """The difference from the first batch in words."""
        if _alike(apart, float(next(iter(self.by_batch.values())).mean())):
            return "no difference"
        low, mean, high = apart
        interval = f"95 % interval of the mean {ends(low, high, places, signed=True)}"
        if low <= 0 <= high:
            return f"no difference whose sign is certain: {interval}{self._luck(label)}"
        size = words.number(mean, places, signed=True)
        return f"a difference of {size}; {interval}{self._agreeing(label, mean)}"

    def _agreeing(self, label: str, mean: float) -> str:
        """In how many of the paired runs the difference has the same sign."""
        if not self.paired[label]:
            return self._luck(label)
        change = (self.by_batch[label] - next(iter(self.by_batch.values()))) * np.sign(mean)
        share, count = float((change > 0).mean()), change.sizes["run"]
        part = f"{100 * share:.0f} %" if count >= FEW else f"{share * count:.0f}"
        return f"; the same direction in {part} of {count} paired runs{few(count, self.every[label])}"

    def _luck(self, label: str) -> str:
        """How many runs stand on either side where these do not pair."""
        first = next(iter(self.by_batch.values()))
        runs = f"{first.sizes['run']} and {self.by_batch[label].sizes['run']} runs"
        return "" if self.paired[label] else f"; {runs} that do not pair, so luck differs too"


def _alike(apart: tuple[float, float, float], size: float) -> bool:
    """Whether a difference and its interval are nothing, or nothing worth a word beside effects of some size."""
    return max(map(abs, apart)) <= max(words.LEAST, SAME * abs(size))


def contrasts(comparison: Comparison, scenario: str) -> list[str]:
    """How the effects of a scenario differ between the batches: what its claims name, then what differs most."""
    apart = comparison.effects_apart(scenario)
    if apart is None:
        return []
    title = next(iter(apart.parts.values())).resolved.title
    if not any(_moves(apart, label) for label in apart.changed):
        return [f"“{title}” {SAME_EFFECTS}"]
    claimed = list(_claimed(comparison, apart, scenario))
    other = [one for one in claimed if not one.alike()][:MOST_CLAIMS]
    found = [*other, *(one for one in _largest(comparison, apart, scenario) if one.what not in _whats(claimed))]
    return [*dict.fromkeys([one.text(title) for one in found][:MOST]), *_alike_in_all(claimed, title)]


def _alike_in_all(claimed: list[Contrast], title: str) -> Iterator[str]:
    """Which effects that claims name do not differ between the batches, as a sentence."""
    if alike := [one.said_alike() for one in claimed if one.alike()]:
        yield f"What “{title}” changes alike in all batches, of what its claims name: {words.listing(alike)}."


def _whats(found: list[Contrast]) -> set[str]:
    return {one.what for one in found}


def _moves(selection: Selection, label: str) -> bool:
    """Whether any recorded effect of a batch differs from that in the first one."""
    return any(bool((abs(selection.difference(label, m)) > 0).any()) for m in selection.measures)


def _claimed(comparison: Comparison, apart: Selection, scenario: str) -> Iterator[Contrast]:
    """Contrasts of the effects that claims of a scenario are about, in the runs that count for them.

    What differs most comes first, by the size that counts for its claim; what is far below it in all is left out.
    """
    found: list[tuple[float, Contrast]] = []
    tested = {label: _tested(comparison, label, scenario) for label in apart.parts}
    first = next(iter(tested.values()))
    for name, finding in first.items():
        claim = finding.claim
        if all(name in other and other[name].claim == claim for other in tested.values()):
            changes = {label: by_run(comparison.whole(label), scenario, claim) for label in tested}
            when = f"{_beyond(comparison.whole(next(iter(tested))), claim)}{_when(claim)}"
            one = _contrast(apart, changes, subject(claim), scale(claim, change=True), when)
            if one.largest() > claim.size / WORTH_A_NUMBER:
                found.append((one.most() / claim.size, one))
    yield from (one for _, one in sorted(found, key=lambda weighed: -weighed[0]))


def _beyond(selection: Selection, claim: Claim) -> str:
    """Beyond which other scenario than usual a claim is told, at the head of a clause."""
    return "" if claim.against == USUAL else f"beyond {words.quoted(selection.resolved[claim.against].title)}, "


def _when(claim: Claim) -> str:
    """When a claim looks, and in which runs where not in all."""
    given = f", given that “{claim.given}” has come" if claim.given and claim.after is None else ""
    return f"{moment(claim)}{given}"


def _tested(comparison: Comparison, label: str, scenario: str) -> dict[str, Finding]:
    """Findings on the claims about a change by a scenario in one batch, by name."""
    own = (f for f in comparison.findings[label] if f.scenario == scenario and f.runs)
    return {f.claim.claim: f for f in own if f.claim.relation in PAIRED}


def _largest(comparison: Comparison, apart: Selection, scenario: str) -> Iterator[Contrast]:
    """Contrasts where effects differ most, one a measure, by what is told of it at all."""
    rows = []
    for effect in (effect for effect in EFFECTS if apart.has(effect.measure)):
        here = replace(effect, counted=_counts(comparison, scenario, effect))
        table = largest(pd.concat([told(apart, label, here) for label in apart.changed], ignore_index=True))
        rows += [(effect, row) for _, row in once(table.assign(unit=effect.unit)).head(1).iterrows()]
    for effect, row in sorted(rows, key=lambda one: -abs(one[0].factor * one[1]["mean"]) / one[0].smallest):
        yield _at_peak(apart, effect, row)


def _counts(comparison: Comparison, scenario: str, effect: Effect) -> Callable[[Selection, str], xr.DataArray] | None:
    """Where a difference of effects counts: where the effect does in either batch."""
    own, counted = comparison.own_effects(scenario), effect.counted
    if own is None or counted is None:
        return None
    return lambda apart, label: counted(own, label) | counted(own, apart.base(label))


def _at_peak(apart: Selection, effect: Effect, row: pd.Series) -> Contrast:
    """A contrast at the time at which the effects differ most, in the runs in which they do."""
    label, time = str(row["scenario"]), str(row["time"])
    where = {dim: row[dim] for dim in MEASURES[effect.measure].dimensions}
    runs = apart.touched(label) if apart.paired(label) else slice(None)
    changes = {
        one: effect.factor * seen(apart, label, apart.values(one, effect.measure).sel(where).sel(run=runs), time)
        for one in apart.parts
    }
    when = f"{condition(apart, label)}{words.when(time)}"
    return _contrast(apart, changes, effect.said(row), effect.unit, when)


def _contrast(apart: Selection, changes: Mapping[str, xr.DataArray], what: str, unit: str, when: str) -> Contrast:
    """A contrast with its effects in the same runs where these pair."""
    paired = {label: apart.paired(label) for label in apart.parts}
    if all(paired.values()):
        runs = sorted(set.intersection(*(set(change["run"].to_numpy().tolist()) for change in changes.values())))
        changes = {label: change.sel(run=runs) for label, change in changes.items()}
    every = {label: counted(apart, label) for label in apart.parts}
    return Contrast(what, unit, when, changes, paired, every)
