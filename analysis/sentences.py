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
    factor: float = 1.0
    digits: int = 2


EFFECTS = (
    Effect(
        "loss",
        ("country", "controller"),
        lambda row: f"what {style.name(row['country'])} would lose if {style.name(row['controller'])} withheld",
        "dependence",
        "percentage points of GDP",
    ),
    Effect(
        "alignment",
        ("country", "pole"),
        lambda row: f"{style.name(row['country'])}'s alignment with {style.name(row['pole'])}",
        "alignment",
        "on a scale from −1 to 1",
        digits=3,
    ),
    Effect(
        "export_share",
        ("country", "pole", "commodity"),
        lambda row: f"the share of {style.name(row['pole'])} in {_owner(row['country'])} {row['commodity']} exports",
        "energy exports",
        "percentage points",
        factor=100.0,
        digits=1,
    ),
    Effect(
        "corridor_flow",
        ("corridor",),
        lambda row: f"freight on the {style.name(row['corridor'])} corridor",
        "freight corridors",
        "Mt a year",
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
    """The largest dependence at the start."""
    if not selection.has("loss"):
        return
    table = tables.levels_at(selection, "loss", _first(selection))
    table = _in_region(table[table["country"] != table["controller"]])
    row = table.nlargest(1, "median").iloc[0]
    yield Sentence(
        f"At the start, {_first(selection)}, the largest dependence in the region is that of "
        f"{style.name(row['country'])} on "
        f"{style.name(row['controller'])}: {number(row['median'], 1)} % of GDP would be lost if it withheld "
        f"(95 % of runs: {number(row['low'], 1)} to {number(row['high'], 1)}).",
        row,
    )


def _effects(selection: Selection) -> Iterator[Sentence]:
    """The largest effect on each measure; the last one from a scenario not named before, when there is one."""
    silent = list(selection.changed)
    for left, effect in zip(range(len(EFFECTS), 0, -1), EFFECTS, strict=True):
        table = _effect_table(selection, effect)
        alone = len(silent) == left
        best = tables.ranked(table[table["scenario"].isin(silent)] if alone and silent else table, 1)
        if len(best):
            row = best.iloc[0]
            yield Sentence(_effect_text(selection, effect, row, alone=alone and bool(silent)), row)
            silent = [scenario for scenario in silent if scenario != row["scenario"]]


def _effect_table(selection: Selection, effect: Effect) -> pd.DataFrame:
    if not selection.changed or not selection.has(effect.measure):
        return pd.DataFrame({"scenario": [], "mean": []})
    metric = without_self if {"pole", "controller"} & set(effect.dimensions) else tables.same
    return _in_region(tables.changes_at(selection, effect.measure, _last(selection), metric))


def _in_region(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the states the study is about, without observers and partners, when any of them is there."""
    if "country" not in table:
        return table
    inside = table["country"].isin({country for members in style.REGIONS.values() for country in members})
    return table[inside] if inside.any() else table


def _effect_text(selection: Selection, effect: Effect, row: pd.Series, *, alone: bool) -> str:
    mean, low, high = (effect.factor * row[column] for column in ("mean", "mean_low", "mean_high"))
    verb = "raises" if mean > 0 else "lowers"
    size, ends = number(abs(mean), effect.digits), sorted((abs(low), abs(high)))
    interval = " to ".join(number(end, effect.digits) for end in ends)
    if low < 0 < high:
        interval = f"{number(low, effect.digits)} to {number(high, effect.digits)}, so no clear change"
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
            f"{style.name(numbers['pole'])} {verb} by {number(abs(numbers['mean']), 3)} until {year(_last(selection))} "
            f"(95 % of runs: {number(numbers['low'], 3)} to {number(numbers['high'], 3)}).",
            numbers,
        )


def _corridor(selection: Selection) -> Iterator[Sentence]:
    """The corridor with most freight at the end."""
    if not selection.has("corridor_flow"):
        return
    row = tables.levels_at(selection, "corridor_flow", _last(selection)).nlargest(1, "median").iloc[0]
    yield Sentence(
        f"The {style.name(row['corridor'])} corridor carries most freight by {year(_last(selection))}: "
        f"{number(row['median'], 1)} Mt a year (95 % of runs: {number(row['low'], 1)} to {number(row['high'], 1)}).",
        row,
    )
