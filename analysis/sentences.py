"""Sentences: the findings of a batch in plain words, each made from a number with its interval."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis import fortunes, named, tables, together, unheard, words
from analysis.amounts import decimals, sizes
from analysis.answers import TWICE, answer, as_claimed
from analysis.asked import CLAIMED, ELSEWHERE, KIN, SAME_COUNTRY, question, untold
from analysis.bases import built_on
from analysis.beside import CORRIDORS, goes_with
from analysis.chances import condition, counted, few, kinds, said_once
from analysis.claims import examine
from analysis.clocks import differing, runs_of, unbegun
from analysis.ensemble import FEW, certain
from analysis.gains import gains
from analysis.keeping import kept
from analysis.levels import levels
from analysis.peaks import EFFECTS, Effect, told
from analysis.repeats import once
from analysis.selection import Selection
from analysis.spans import over_points
from analysis.ties import loosened
from analysis.totals import lasting, over_events
from analysis.words import capital, listing, number, when, year
from model.measures import MEASURES
from model.quarters import parse_quarter

Spoken: TypeAlias = tuple[Effect, pd.Series]
"""An effect, and the row of numbers of one place at its peak."""
HOW_MANY = 9
"""The most sentences on one scenario; two more for each other one."""
MEASURES_ASKED = 2
"""The most measures that effects do not tell of on which a claim is answered."""
SET = ("dyad_openness", "dyad_state", "project_stage", "membership", "pole_posture", "contract_volume")
"""Measures of what events themselves change: that they do is no finding."""
WHY = ("loss", "alignment")
"""Measures of which all that a scenario claims is explained."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the row of numbers it was made from, empty when it says that there is none."""

    text: str
    numbers: pd.Series


def sentences(selection: Selection) -> tuple[Sentence, ...]:
    """A level of the baseline, an effect of each scenario, what other claims asked, who gains; nine for one scenario.

    Without effects, levels.
    """
    standing = [Sentence(*level) for level in levels(selection)]
    fates, found = list(_fortunes(selection))[:1], list(of_effects(selection))
    heard = max(len(selection.changed), 1)
    asked = [*found[:heard], *_answers(selection, found), *found[heard:]]
    about = [*asked[: HOW_MANY + 2 * (heard - 1) - 1 - len(fates)], *fates]
    told = [*standing[: 1 if about else HOW_MANY], *about]
    told += list(_pairs(selection, [one.numbers for one in about]))
    told += [Sentence(together.told(selection, pair), pd.Series()) for pair in together.pairs(selection)]
    texts = _named_once(selection, said_once(one.text for one in told))
    return tuple(replace(one, text=text) for one, text in zip(told, texts, strict=True))


def _named_once(selection: Selection, texts: Iterable[str]) -> Iterator[str]:
    """Texts in which the only scenario that changes anything is named by its title the first time alone."""
    only = selection.doer(selection.changed[0]) if len(selection.changed) == 1 else ""
    known = False
    for text in texts:
        yield capital(text.replace(only, "the scenario")) if only and known else text
        known |= bool(only) and only in text


def _pairs(selection: Selection, known: Sequence[pd.Series]) -> Iterator[Sentence]:
    """What becomes of the pairs of states that questions name and nothing told speaks of, a sentence a scenario."""
    for scenario in selection.changed:
        if text := named.pairs(selection, scenario, known):
            yield Sentence(text, pd.Series({"scenario": scenario}))


def _answers(selection: Selection, known: Sequence[Sentence]) -> Iterator[Sentence]:
    """What each scenario asks that no effect tells, and its first claims on measures that effects do not tell of."""
    for scenario in selection.changed:
        silent = unheard.found(selection, scenario, [one.numbers for one in known])
        findings = [silent] if silent else []
        known_measures = {*(effect.measure for effect in EFFECTS), *SET}
        for claim in untold(selection, scenario, known_measures)[:MEASURES_ASKED]:
            found = examine(selection, scenario, claim)
            findings += [] if found.mean_low < 0 < found.mean_high else [found]
        said = {answer(selection, one): pd.Series({"scenario": scenario, **one.claim.where}) for one in findings}
        yield from (Sentence(text, numbers) for text, numbers in said.items() if text)


def _fortunes(selection: Selection) -> Iterator[Sentence]:
    """Who gains and who loses by each scenario, beyond the one it builds on; the first asks the question."""
    for scenario in selection.changed:
        table = gains(selection, scenario)
        if len(table) and (said := fortunes.told(selection, scenario, table)):
            yield Sentence(" ".join(said), table.iloc[0])


def of_effects(selection: Selection) -> Iterator[Sentence]:
    """Effects of scenarios, each beyond the one it builds on: those asked about, others, and where there is none."""
    absent, clear = _clear_effects(selection)
    yield from (_absent(selection, scenario) for scenario in absent)
    begun = tuple(scenario for scenario in selection.changed if scenario not in absent)
    heard = speakers(clear, begun)
    for effect, row in heard:
        yield _told(selection, effect, clear[effect], row)
    loud = {row["scenario"] for _, row in heard}
    yield from _mute(selection, [scenario for scenario in begun if clear and scenario not in loud])
    for effect, row in _once([*heard, *_others(clear, heard)])[len(heard) :]:
        yield _told(selection, effect, clear[effect], row)
    yield from (_silence(selection, effect) for effect in _asked(selection, clear) if clear[effect].empty)


def _asked(selection: Selection, effects: Iterable[Effect]) -> list[Effect]:
    """Effects on dependence and alignment, and on other measures that claims ask about."""
    claims = [claim for scenario in selection.changed for claim in question(selection, scenario).claims]
    measures = {*WHY, *(KIN.get(claim.measure, claim.measure) for claim in claims)}
    return [effect for effect in effects if effect.measure in measures]


def leading(selection: Selection) -> Iterator[tuple[str, Effect, pd.Series]]:
    """The effect each scenario is heard on, other dependences and alignments it claims, its largest; at their peaks."""
    absent, clear = _clear_effects(selection)
    begun = tuple(scenario for scenario in selection.changed if scenario not in absent)
    heard = speakers(clear, begun)
    others = [(effect, row) for effect, table in clear.items() if effect.measure in WHY for _, row in table.iterrows()]
    claimed = [(effect, row) for effect, row in others if row["near"] == CLAIMED]
    anywhere = speakers({effect: table.assign(near=ELSEWHERE) for effect, table in clear.items()}, begun)
    for scenario in begun:
        every = [s for s in (*heard, *claimed, *anywhere) if s[1]["scenario"] == scenario]
        yield from ((scenario, effect, row) for effect, row in {(e, row.name): (e, row) for e, row in every}.values())


def same(selection: Selection, scenario: str, spoken: Spoken) -> Spoken | None:
    """The effect of another scenario, or of the same in another batch, on the same place; None where none is told."""
    effect, row = spoken
    found = largest(told(selection, scenario, effect))
    for dim in MEASURES[effect.measure].dimensions:
        found = found[found[dim] == row[dim]]
    return None if found.empty else (effect, found.iloc[0])


@kept
def _clear_effects(selection: Selection) -> tuple[list[str], dict[Effect, pd.DataFrame]]:
    """Scenarios of which nothing comes, and clear effects on each measure of the others."""
    absent = [scenario for scenario in selection.changed if unbegun(selection, scenario)]
    begun = tuple(scenario for scenario in selection.changed if scenario not in absent)
    known = [effect for effect in EFFECTS if begun and selection.has(effect.measure)]
    return absent, {effect: _clear(selection, begun, effect) for effect in known}


def speakers(clear: Mapping[Effect, pd.DataFrame], scenarios: tuple[str, ...]) -> list[Spoken]:
    """The effect on which each scenario that has one is heard, one after the other.

    A scenario takes what is nearest to its question, then, if possible, a measure that is left, then that on which it
    comes nearest the largest effect of all. `clear`: effects on each measure, largest first, and how `near` each is.
    """
    heard: list[Spoken] = []
    for scenario in scenarios:
        own = {effect: _nearest(table[table["scenario"] == scenario]) for effect, table in clear.items()}
        mine = {effect: row for effect, row in own.items() if row is not None}
        ranks = {
            effect: (row["near"], effect not in dict(heard), abs(row["mean"] / clear[effect]["mean"].iloc[0]))
            for effect, row in mine.items()
        }
        if ranks:
            effect = max(ranks, key=ranks.__getitem__)
            heard.append((effect, mine[effect]))
    return heard


def _nearest(table: pd.DataFrame) -> pd.Series | None:
    """Of effects, largest first, the largest of those nearest to the question."""
    return None if table.empty else table.iloc[int(table["near"].argmax())]


def _others(clear: Mapping[Effect, pd.DataFrame], heard: Sequence[Spoken]) -> list[Spoken]:
    """What follows what scenarios are heard on: what else they claim, other measures, larger effects elsewhere.

    One on a measure already told that is twice as large as what is told of it comes right after what is claimed, but
    of corridors: what is told of one names those that move further.
    """
    named = {effect: table[table["near"] == CLAIMED] for effect, table in clear.items()}
    known = {(effect, row.name) for effect, row in heard}
    ranked = [(n, e, row) for e, table in named.items() for n, (_, row) in enumerate(table.iterrows())]
    in_turn = sorted(ranked, key=lambda each: each[0])  # the first of each measure before the second of any
    claimed = [(e, row) for _, e, row in in_turn if (e, row.name) not in known]
    said = known | {(effect, row.name) for effect, row in claimed}
    spoken = [*heard, *claimed]
    sizes = {effect: max(abs(row["mean"]) for one, row in spoken if one == effect) for effect, _ in spoken}
    alone = {effect: size for effect, size in sizes.items() if effect.measure != CORRIDORS}
    larger = [(e, clear[e].iloc[0]) for e, size in alone.items() if abs(clear[e].iloc[0]["mean"]) > TWICE * size]
    left = [effect for effect in clear if effect not in [e for e, _ in heard]]
    others = [(effect, row) for effect in left if (row := _nearest(clear[effect])) is not None]
    first = {effect: clear[effect].iloc[0] for effect, _ in heard if effect in alone}
    largest_of = [(effect, row) for effect, row in first.items() if (effect, row.name) not in said]
    asked = sorted(
        (other for other in others if other[1]["near"] > SAME_COUNTRY), key=lambda spoken: -spoken[1]["near"]
    )
    elsewhere = sorted((other for other in others if other not in asked), key=lambda spoken: -spoken[1]["near"])
    nearest_first = [*claimed, *larger, *asked, *largest_of, *elsewhere]
    return list({(effect.measure, row.name): (effect, row) for effect, row in nearest_first}.values())


def _once(spoken: Sequence[Spoken]) -> list[Spoken]:
    """What is told without what says again something told before; each scenario is heard whatever it says."""
    if not spoken:
        return []
    table = pd.DataFrame([row for _, row in spoken]).reset_index(drop=True)
    return [spoken[place] for place in once(table, np.array([effect.factor for effect, _ in spoken])).index]


def _absent(selection: Selection, scenario: str) -> Sentence:
    """That nothing of what a scenario adds comes before the batch ends."""
    end, title = selection.last(scenario), words.quoted(selection.resolved[scenario].title)
    text = f"{title} begins after the last quarter recorded of it, {end}."
    if min(min(edit.at) for edit in differing(selection, scenario)) <= parse_quarter(end):
        every = counted(selection, scenario)
        runs = f"any of its {every} runs" if every > 1 else "its only run"
        text = f"By {end} nothing of what {title} adds comes in {runs}."
    return Sentence(text, pd.Series({"scenario": scenario, "time": end}))


def _mute(selection: Selection, scenarios: Sequence[str]) -> Iterator[Sentence]:
    """That scenarios have no effect to tell, or none that the one they build on has not."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for scenario in scenarios:
        rare = few(len(selection.touched(scenario)), counted(selection, scenario))
        groups.setdefault((built_on(selection, scenario), selection.last(scenario), rare), []).append(scenario)
    for (_, end, rare), alike in groups.items():
        where = built_on(selection, alike[0], many=len(alike) > 1)
        names = listing(list(filter(None, map(selection.doer, alike))))
        has = f"{names} {'has' if len(alike) == 1 else 'have'} no effect" if names else "no level differs by an amount"
        text = f"{where}{has} large enough to tell (of alignment {_least('alignment')}) and certain in sign"
        yield Sentence(f"{capital(text)} until {year(end)}{rare}.", pd.Series({"scenario": " ".join(alike)}))


def _least(measure: str) -> str:
    """From which size on effects on a measure are told."""
    return next(f"{effect.smallest:g}" for effect in EFFECTS if effect.measure == measure)


def _clear(selection: Selection, scenarios: tuple[str, ...], effect: Effect) -> pd.DataFrame:
    """Effects that are large and certain in sign, on observers and partners too, each at its peak, largest first."""
    parts = [told(selection, scenario, effect) for scenario in scenarios]
    table = largest(pd.concat(parts, ignore_index=True))
    asked = {scenario: question(selection, scenario) for scenario in scenarios}
    near = [asked[row["scenario"]].nearness(effect.measure, row) for _, row in table.iterrows()]
    table = table.assign(near=near, unit=effect.unit)
    kept = once(table.sort_values("near", ascending=False, kind="stable"))
    return table[table.index.isin(kept.index)]


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Effects certain in sign, each at its peak, largest first."""
    peaks = tables.at_peak(table[certain(table)])
    return tables.ranked(peaks, len(peaks))


def _told(selection: Selection, effect: Effect, table: pd.DataFrame, row: pd.Series) -> Sentence:
    """An effect at its peak, and what is left of it at the end; `table` has all effects on the measure in order."""
    peak, end = str(row["time"]), selection.last(str(row["scenario"]))
    grows = abs(row["left"]) > abs(row["mean"])
    at = capital(when(peak)) if grows or peak == end else f"At its largest, {when(peak)}"
    rest = "" if peak == end else f"; {remains(effect, row, end)}"
    rank = "certain in sign by then" if grows and peak != end else _rank(selection, effect, table, row)
    claimed = as_claimed(selection, effect.measure, row, effect.factor)
    return Sentence(
        f"{at}, {effect_text(selection, effect, row)}, {rank}{rest}{claimed}{goes_with(selection, effect, row)}.", row
    )


def _rank(selection: Selection, effect: Effect, table: pd.DataFrame, row: pd.Series) -> str:
    """Whether an effect is the largest on its measure, or that of its scenario; `table` has all in order."""
    mine = table.index[table["scenario"] == row["scenario"]]
    if row.name not in {table.index[0], mine[0]}:
        return "certain in sign"
    alike = all(selection.base(scenario) == selection.baseline for scenario in selection.changed)
    whose = "the" if row.name == table.index[0] and alike else "its"
    return f"{whose} largest {_change_of(selection, effect)} certain in sign"


def _change_of(selection: Selection, effect: Effect) -> str:
    """What a change of a measure is called: an effect, or a difference where one scenario stands in two batches."""
    kind = "effect on" if any(map(selection.doer, selection.changed)) else "difference in"
    return f"{kind} {effect.kind}"


def remains(effect: Effect, row: pd.Series, end: str) -> str:
    """What is left at the `end` of an effect that was largest before, or when it has faded."""
    left = effect.factor * row["left"]
    digits = decimals(*_scaled(effect, row))
    if effect.faded(row["left"], row["mean"]):
        return f"it has faded {when(row['gone'])}"
    if left * row["mean"] < 0:
        return f"it has turned to {number(left, digits, signed=True)} {when(end)}"
    if abs(row["left"]) > abs(row["mean"]):
        return f"it is larger, {number(abs(left), digits)}, but no longer certain in sign, {when(end)}"
    now, largest = (number(abs(value), digits) for value in (left, effect.factor * row["mean"]))
    return f"it is as large still {when(end)}" if now == largest else f"{now} is left {when(end)}"


def _silence(selection: Selection, effect: Effect) -> Sentence:
    """That no effect on a measure is both large enough and certain in sign at any time."""
    end = max((selection.last(scenario) for scenario in selection.changed), key=parse_quarter)
    text = (
        f"No {_change_of(selection, effect)} above {effect.smallest:g} {effect.unit} is certain in sign at any time "
        f"until {year(end)}."
    )
    return Sentence(text, pd.Series(dtype=float))


def effect_text(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """Who changes what by how much, with the interval and the runs."""
    mean, low, high = _scaled(effect, row)
    places = decimals(mean, low, high)
    size, interval = sizes(mean, low, high, places)
    share = row["share_up"] if mean > 0 else row["share_down"]
    scenario = str(row["scenario"])
    count, every = int(row["runs"]), counted(selection, scenario)
    part = f"{100 * share:.0f} %" if count >= FEW else f"{share * count:.0f}"
    runs = f"{part} of {count} {_runs(selection, scenario)}{few(count, every)}"
    seen = runs_of(selection, scenario, str(row["time"]))
    where = built_on(selection, scenario) + condition(selection, scenario, seen)
    several = kinds(selection, scenario, seen, str(row["time"]))
    points = over_points(selection, row, lambda s, name: s.effect(name, effect.measure), places, effect.factor)
    spread = points and f"; {points}"
    return (
        f"{where}{_moved(selection, scenario, effect.said(row), up=mean > 0)} by {size} "
        f"{effect.unit} (95 % interval of the mean {interval}; the same direction in {runs}{several}{spread})"
        f"{_in_all(selection, effect, row)}{_less_to_lose(selection, effect, row)}"
    )


def _in_all(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """What an effect by the year adds up to while the events of its scenario last, as a clause; or nothing."""
    where = {dim: str(row[dim]) for dim in MEASURES[effect.measure].dimensions}
    scenario = str(row["scenario"])
    total = over_events(selection, scenario, selection.effect(scenario, effect.measure, where), effect.unit)
    return total and f", {total}{lasting(selection, scenario)}"


def _less_to_lose(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """That a country depends less on another because they trade less, as a clause, where that is so."""
    scenario, time = str(row["scenario"]), str(row["time"])
    if effect.measure != "loss" or row["mean"] > 0 or not selection.paired(scenario):
        return ""

    def levels(measure: str, where: Mapping[str, str]) -> tuple[float, float]:
        ours, theirs = (float(level.sel(where)) for level in fortunes.levels(selection, scenario, measure, time))
        return ours, theirs

    return loosened(selection, str(row["country"]), str(row["controller"]), levels)


def _moved(selection: Selection, scenario: str, what: str, *, up: bool) -> str:
    """Who raises or lowers something; what is higher or lower, where one scenario stands in two batches."""
    doer = selection.doer(scenario)
    return f"{doer} {'raises' if up else 'lowers'} {what}" if doer else f"{what} is {'higher' if up else 'lower'}"


def _scaled(effect: Effect, row: pd.Series) -> tuple[float, float, float]:
    """Mean and interval of an effect in the unit that is said."""
    mean, low, high = (effect.factor * float(row[column]) for column in ("mean", "mean_low", "mean_high"))
    return mean, low, high


def _runs(selection: Selection, scenario: str) -> str:
    """What runs that are set against each other are called."""
    return "paired runs" if selection.paired(scenario) else "pairs of runs with different luck"
