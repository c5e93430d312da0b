"""Named: what becomes of each pair of states that the words of a question name, where nothing told says it.

A question after dependence or alignment names whose and on or with whom. That
an effect is small is an answer too.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from analysis import words
from analysis.amounts import said
from analysis.asked import question
from analysis.bases import built_on
from analysis.chances import condition, counted, few
from analysis.clocks import effects_of
from analysis.peaks import EFFECTS, Effect
from analysis.selection import Selection
from analysis.tables import at_peak
from model.measures import MEASURES

STEMS = {"loss": "depend", "alignment": "align"}
"""How words after a measure begin."""
TRACE = 20.0
"""What reaches less far than the least effect that is told, divided by this, is only said to be small."""
MOST = 6
"""The most pairs that are told, the largest effects."""


def pairs(selection: Selection, scenario: str, known: Iterable[pd.Series]) -> str:
    """Effects at their largest on what stands between states that a question names, as a sentence; or nothing.

    `known` are rows of numbers that findings tell already.
    """
    resolved, base = selection.resolved[scenario], selection.base(scenario)
    if resolved.question == selection.resolved[base].question:
        return ""
    asked, told = resolved.question.casefold(), [row for row in known if row.get("scenario") == scenario]
    wanted = [e for e in EFFECTS if STEMS.get(e.measure, "\n") in asked and selection.has(e.measure)]
    parts = [part for effect in wanted if (part := _of(selection, scenario, effect, told))]
    if not parts:
        return ""
    where = f"{built_on(selection, scenario)}{condition(selection, scenario)}"
    rare = few(len(selection.touched(scenario)), counted(selection, scenario))
    return f"{words.capital(f'{where}what else {selection.doer(scenario)} asks about')}: {'; '.join(parts)}{rare}."


def _of(selection: Selection, scenario: str, effect: Effect, told: list[pd.Series]) -> str:
    """The pairs of one measure that are not told, largest effect first, in words."""
    rows = [row for row in _rows(selection, scenario, effect) if not any(_same(effect, row, one) for one in told)]
    first = sorted(rows, key=lambda row: -abs(row["mean"]))[:MOST]
    least = effect.smallest / TRACE
    texts = [_text(effect, row) for row in first if _size(effect, row) >= least]
    if still := [_whom(effect, row) for row in first if _size(effect, row) < least]:
        texts.append(f"by less than {least:g}: {words.listing(still)}")
    return f"{effect.kind} ({effect.unit}) {', '.join(texts)}" if texts else ""


def _rows(selection: Selection, scenario: str, effect: Effect) -> Iterator[pd.Series]:
    """The effect on each pair that the question names, at its peak."""
    change, named = selection.effect(scenario, effect.measure), question(selection, scenario).worded
    places = [[label for label in change[dim].values.tolist() if label in named] for dim in _dims(effect)]
    some = change.sel(dict(zip(_dims(effect), places, strict=True)))
    if some.size:
        table = at_peak(effects_of(selection, scenario, some).dropna(subset="mean"))
        yield from (row for _, row in table.iterrows())


def _dims(effect: Effect) -> tuple[str, ...]:
    return MEASURES[effect.measure].dimensions


def _same(effect: Effect, row: pd.Series, told: pd.Series) -> bool:
    """Whether what is told is this effect."""
    return "commodity" not in told and all(told.get(dim) == row[dim] for dim in _dims(effect))


def _size(effect: Effect, row: pd.Series) -> float:
    """How far the interval of an effect reaches from zero, in the unit said."""
    return effect.factor * max(abs(float(row["mean_low"])), abs(float(row["mean_high"])))


def _whom(effect: Effect, row: pd.Series) -> str:
    """A pair, as “Armenia on Russia”."""
    return words.whom(effect.measure, {dim: str(row[dim]) for dim in _dims(effect)})


def _text(effect: Effect, row: pd.Series) -> str:
    """One pair with its effect and when that is largest."""
    mean, low, high = (effect.factor * float(row[end]) for end in ("mean", "mean_low", "mean_high"))
    return f"{_whom(effect, row)} {said(mean, low, high)} {words.when(str(row['time']))}"
