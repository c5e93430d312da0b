"""Sentences: the findings of a batch in plain words, each made from a number with its interval."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis import style, tables
from analysis.claims import read_scenario
from analysis.ensemble import effects
from analysis.metrics import without_self
from analysis.selection import Selection

HOW_MANY = 5
STATES = tuple(sorted((c for members in style.REGIONS.values() for c in members), key=style.name))
"""The full agents; observers and partners such as Hungary are no part of the region."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the row of numbers it was made from."""

    text: str
    numbers: pd.Series


@dataclass(frozen=True)
class Effect:
    """How effects on one measure are put into words."""

    measure: str
    dimensions: tuple[str, ...]
    words: Callable[[pd.Series], str]
    """What changed, in words that can begin a sentence."""
    kind: str
    unit: str
    smallest: float
    """In the unit said; what is smaller is no effect."""
    factor: float = 1.0
    digits: int = 2


EFFECTS = (
    Effect(
        "loss",
        ("country", "controller"),
        lambda row: f"what {style.name(row['country'])} would lose if {style.name(row['controller'])} withheld",
        "dependence",
        "percentage points of GDP",
        0.1,
    ),
    Effect(
        "alignment",
        ("country", "pole"),
        lambda row: f"{style.name(row['country'])}'s alignment with {style.name(row['pole'])}",
        "alignment",
        "on a scale from −1 to 1",
        0.01,
        digits=3,
    ),
    Effect(
        "export_share",
        ("country", "pole", "commodity"),
        lambda row: f"the share of {style.name(row['pole'])} in {_owner(row['country'])} {row['commodity']} exports",
        "energy exports",
        "percentage points",
        1.0,
        factor=100.0,
        digits=1,
    ),
    Effect(
        "corridor_flow",
        ("corridor",),
        lambda row: f"freight through {style.name(row['corridor'])}",
        "freight corridors",
        "Mt a year",
        0.05,
    ),
)


def sentences(selection: Selection) -> tuple[Sentence, ...]:
    """At most five sentences: the largest dependence, then the largest effects; without comparison, levels."""
    found = [*_largest_loss(selection), *_effects(selection), *_drift(selection), *_corridor(selection)]
    return tuple(found[:HOW_MANY])


def _owner(country: str) -> str:
    return f"{style.name(country)}'s"


def number(value: float, digits: int = 2) -> str:
    """A number for running text, with a true minus sign and three digits at least.

    >>> number(-0.01234, 3), number(12.345)
    ('−0.012', '12.35')
    """
    return f"{value:.{digits}f}".replace("-", "−")


def year(quarter: str) -> str:
    """The year of a quarter at its end, the quarter itself otherwise.

    >>> year("2040Q4"), year("2025Q1")
    ('the end of 2040', '2025Q1')
    """
    return f"the end of {quarter[:4]}" if quarter.endswith("Q4") else quarter


def scenario_title(selection: Selection, scenario: str) -> str:
    """Heading of a scenario."""
    return read_scenario(selection.batch, scenario).title


def _last(selection: Selection) -> str:
    return str(selection.batch.dictionary["scenarios"][selection.baseline]["times"][-1])


def _first(selection: Selection) -> str:
    return str(selection.batch.dictionary["scenarios"][selection.baseline]["times"][0])


def _largest_loss(selection: Selection) -> Iterator[Sentence]:
    """The largest dependence on a pole at the start."""
    if not selection.has("loss"):
        return
    table = tables.levels_at(selection, "loss", _first(selection))
    table = _in_region(table[table["country"] != table["controller"]])
    table = table[table["controller"].isin(set(style.POLE_COLOUR))]
    if table.empty:
        return
    row = table.nlargest(1, "median").iloc[0]
    yield Sentence(
        f"At the start, {_first(selection)}, the largest dependence on a pole is that of "
        f"{style.name(row['country'])} on "
        f"{style.name(row['controller'])}: {number(row['median'], 1)} % of GDP would be lost if it withheld"
        f"{_spread(row, 1)}. Compared are {', '.join(map(style.name, STATES[:-1]))} and {style.name(STATES[-1])}.",
        row,
    )


def _effects(selection: Selection) -> Iterator[Sentence]:
    """The largest clear effect on each measure; the last from a scenario not named before, when there is one."""
    silent = list(selection.changed)
    for left, effect in zip(range(len(EFFECTS), 0, -1), EFFECTS, strict=True):
        table = _effect_table(selection, effect)
        if table.empty:
            continue
        clear = _clear(table, effect)
        own = clear[clear["scenario"].isin(silent)]
        alone = len(silent) == left and not own.empty
        best = tables.ranked(own if alone else clear, 1)
        if best.empty:
            row = table.iloc[int(table["mean"].abs().argmax())]
            yield Sentence(_silence(selection, effect, table), row)
            continue
        row = best.iloc[0]
        yield Sentence(_effect_text(selection, effect, row, alone=alone), row)
        silent = [scenario for scenario in silent if scenario != row["scenario"]]


def _clear(table: pd.DataFrame, effect: Effect) -> pd.DataFrame:
    """Effects large enough to speak of whose interval of the mean leaves zero behind."""
    away = (table["mean_low"] > 0) | (table["mean_high"] < 0)
    return table[away & _large(table, effect)]


def _large(table: pd.DataFrame, effect: Effect) -> "pd.Series[bool]":
    return effect.factor * table["mean"].abs() >= effect.smallest


def _silence(selection: Selection, effect: Effect, table: pd.DataFrame) -> str:
    """What is said when no effect is both large enough and clear."""
    if _large(table, effect).any():
        return (
            f"No clear effect on {effect.kind} by {year(_last(selection))}: of those above {effect.smallest:g} "
            f"{effect.unit}, each has an interval of the mean that contains 0."
        )
    return f"No effect on {effect.kind} above {effect.smallest:g} {effect.unit} by {year(_last(selection))}."


def _spread(row: pd.Series, digits: int) -> str:
    """Where 95 % of the runs lie, in brackets; nothing when both ends read the same."""
    low, high = number(row["low"], digits), number(row["high"], digits)
    return "" if low == high else f" (95 % of runs: {low} to {high})"


def _effect_table(selection: Selection, effect: Effect) -> pd.DataFrame:
    if not selection.changed or not selection.has(effect.measure):
        return pd.DataFrame({"scenario": [], "mean": []})
    metric = without_self if {"pole", "controller"} & set(effect.dimensions) else tables.same
    return _in_region(tables.changes_at(selection, effect.measure, _last(selection), metric))


def _in_region(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the states the study is about, without observers and partners, when any of them is there."""
    if "country" not in table:
        return table
    inside = table["country"].isin(STATES)
    return table[inside] if inside.any() else table


def _effect_text(selection: Selection, effect: Effect, row: pd.Series, *, alone: bool) -> str:
    mean, low, high = (effect.factor * row[column] for column in ("mean", "mean_low", "mean_high"))
    verb = "raises" if mean > 0 else "lowers"
    size, ends = number(abs(mean), effect.digits), sorted((abs(low), abs(high)))
    interval = " to ".join(number(end, effect.digits) for end in ends)
    share = row["share_up"] if mean > 0 else row["share_down"]
    reach = f"{'its' if alone else 'the'} largest effect on {effect.kind}"
    return (
        f"By {year(_last(selection))}, “{scenario_title(selection, row['scenario'])}” {verb} "
        f"{effect.words(row)} by {size} {effect.unit} (95 % interval of the mean {interval}; the same direction in "
        f"{100 * share:.0f} % of {int(row['runs'])} paired runs), {reach}."
    )


def _drift(selection: Selection) -> Iterator[Sentence]:
    """How far alignment drifts in the baseline over the whole horizon."""
    if not selection.has("alignment"):
        return
    values = without_self(selection.values(selection.baseline, "alignment"))
    table = effects((values.isel(time=-1) - values.isel(time=0)).assign_attrs(values.attrs))
    for _, numbers in tables.ranked(_in_region(table), HOW_MANY).iterrows():
        verb = "rises" if numbers["mean"] > 0 else "falls"
        yield Sentence(
            f"In “{scenario_title(selection, selection.baseline)}”, {style.name(numbers['country'])}'s alignment with "
            f"{style.name(numbers['pole'])} {verb} by {number(abs(numbers['mean']), 3)} until {year(_last(selection))}"
            f"{_spread(numbers, 3)}.",
            numbers,
        )


def _corridor(selection: Selection) -> Iterator[Sentence]:
    """The corridor with most freight at the end."""
    if not selection.has("corridor_flow"):
        return
    row = tables.levels_at(selection, "corridor_flow", _last(selection)).nlargest(1, "median").iloc[0]
    yield Sentence(
        f"Most freight by {year(_last(selection))} goes through {style.name(row['corridor'])}: "
        f"{number(row['median'], 1)} Mt a year{_spread(row, 1)}.",
        row,
    )
