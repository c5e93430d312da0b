"""Sentences: the findings of a batch in plain words, each made from a number with its interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import style, tables
from analysis.ensemble import effects
from analysis.selection import Selection
from analysis.words import number, year

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
    words: str
    """What changed, with the dimensions of the measure in braces."""
    kind: str
    unit: str
    smallest: float
    """In the unit said; what is smaller is no effect."""
    factor: float = 1.0
    digits: int = 2

    def large(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Which effects of a table are large enough to speak of."""
        return self.factor * table["mean"].abs() >= self.smallest

    def said(self, row: pd.Series) -> str:
        """What changed in one row of a table."""
        return self.words.format(**{str(name): style.name(str(label)) for name, label in row.items()})


EFFECTS = (
    Effect(
        measure="loss",
        words="{country}'s dependence on {controller} (the loss if withheld)",
        kind="dependence",
        unit="percentage points of GDP",
        smallest=0.1,
    ),
    Effect(
        measure="alignment",
        words="{country}'s alignment with {pole}",
        kind="alignment",
        unit="on a scale from −1 to 1",
        smallest=0.01,
        digits=3,
    ),
    Effect(
        measure="export_share",
        words="the share of {pole} in {country}'s {commodity} exports",
        kind="energy exports",
        unit="percentage points",
        smallest=0.5,
        factor=100.0,
        digits=1,
    ),
    Effect(
        measure="corridor_flow",
        words="freight through {corridor}",
        kind="freight corridors",
        unit="Mt a year",
        smallest=0.05,
    ),
)


def sentences(selection: Selection) -> tuple[Sentence, ...]:
    """At most five sentences: the largest dependence, then the largest effects; without comparison, levels."""
    found = [*_largest_loss(selection), *_effects(selection), *_drift(selection), *_corridor(selection)]
    return tuple(found[:HOW_MANY])


def _largest_loss(selection: Selection) -> Iterator[Sentence]:
    """The largest dependence on a pole at the start."""
    if not selection.has("loss", "alignment"):
        return
    first, _ = selection.ends
    table = _in_region(tables.levels_at(selection, "loss", first))
    row = table[table["controller"].isin(selection.poles)].nlargest(1, "median").iloc[0]
    country, pole = style.name(row["country"]), style.name(row["controller"])
    yield Sentence(
        f"In {first}, {country} would lose {number(row['median'], 1)} % of GDP{_spread(row, 1)} if {pole} withheld "
        f"trade, transit, money and protection: the largest dependence on a pole among the states of the "
        f"{', '.join(style.REGIONS)}.",
        row,
    )


def _effects(selection: Selection) -> Iterator[Sentence]:
    """One effect on each measure at the end, one that passed on the way, or that there is none."""
    if not selection.changed:
        return
    recorded = [effect for effect in EFFECTS if selection.has(effect.measure)]
    last = selection.ends[1]
    clear = {effect: _clear(tables.changes_at(selection, effect.measure, last), effect) for effect in recorded}
    heard = speakers(clear, selection.changed)
    for effect, table in clear.items():
        if table.empty:
            yield _passing(selection, effect)
            continue
        row = (table[table["scenario"] == heard[effect]] if effect in heard else table).iloc[0]
        reach = f"{'the' if row.name == table.index[0] else 'its'} largest effect on {effect.kind}"
        yield Sentence(f"By {year(last)}, {_effect_text(selection, effect, row)}, {reach}.", row)


def _passing(selection: Selection, effect: Effect) -> Sentence:
    """The largest effect on a measure at any time, when none is left at the end; or that there is none."""
    every = _in_region(tables.changes(selection, effect.measure, {}))
    clear = _clear(every, effect)
    if clear.empty:
        return Sentence(_silence(selection, effect, every), every.iloc[0])
    row = clear.iloc[0]
    when, end = year(str(row["time"])), year(selection.ends[1])
    text = f"By {when}, {_effect_text(selection, effect, row)}, the largest effect on {effect.kind}; it fades by {end}."
    return Sentence(text, row)


def speakers(clear: Mapping[Effect, pd.DataFrame], scenarios: tuple[str, ...]) -> dict[Effect, str]:
    """Which scenario speaks on which measure, so that each is heard once before any is heard twice.

    A scenario takes the measure, of those left, on which it comes nearest the largest effect of all.
    `clear`: effects on each measure, largest first.
    """
    heard: dict[Effect, str] = {}
    for scenario in scenarios:
        sizes = {
            effect: (table["mean"].abs() / abs(table["mean"].iloc[0]))[table["scenario"] == scenario].max()
            for effect, table in clear.items()
            if effect not in heard and scenario in set(table["scenario"])
        }
        if sizes:
            heard[max(sizes, key=sizes.__getitem__)] = scenario
    return heard


def _clear(table: pd.DataFrame, effect: Effect) -> pd.DataFrame:
    """Effects in the region, largest first, large enough to speak of, whose interval of the mean leaves zero behind."""
    away = (table["mean_low"] > 0) | (table["mean_high"] < 0)
    return tables.ranked(_in_region(table[away & effect.large(table)]), len(table))


def _silence(selection: Selection, effect: Effect, table: pd.DataFrame) -> str:
    """What is said when no effect is both large enough and clear at any time."""
    end = year(selection.ends[1])
    if effect.large(table).any():
        return (
            f"No clear effect on {effect.kind} at any time until {end}: of those above {effect.smallest:g} "
            f"{effect.unit}, each has an interval of the mean that contains 0."
        )
    return f"No effect on {effect.kind} above {effect.smallest:g} {effect.unit} at any time until {end}."


def _spread(row: pd.Series, digits: int) -> str:
    """Where 95 % of the runs lie, in brackets; nothing when both ends read the same."""
    low, high = number(row["low"], digits), number(row["high"], digits)
    return "" if low == high else f" (95 % of runs: {low} to {high})"


def _in_region(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the states the study is about, without observers and partners, when any of them is there."""
    if "country" not in table:
        return table
    inside = table["country"].isin(STATES)
    return table[inside] if inside.any() else table


def _effect_text(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """Who changes what by how much, with the interval and the runs."""
    mean, low, high = (effect.factor * row[column] for column in ("mean", "mean_low", "mean_high"))
    verb = "raises" if mean > 0 else "lowers"
    size, ends = number(abs(mean), effect.digits), sorted((abs(low), abs(high)))
    interval = " to ".join(number(end, effect.digits) for end in ends)
    share = 100 * (row["share_up"] if mean > 0 else row["share_down"])
    return (
        f"“{selection.resolved[row['scenario']].title}” {verb} {effect.said(row)} by {size} {effect.unit} "
        f"(95 % interval of the mean {interval}; the same direction in {share:.0f} % of {int(row['runs'])} paired runs)"
    )


def _drift(selection: Selection) -> Iterator[Sentence]:
    """How far alignment drifts in the baseline over the whole horizon."""
    if not selection.has("alignment"):
        return
    values = selection.values(selection.baseline, "alignment")
    table = effects((values.isel(time=-1) - values.isel(time=0)).assign_attrs(values.attrs))
    for _, numbers in tables.ranked(_in_region(table), HOW_MANY).iterrows():
        verb = "rises" if numbers["mean"] > 0 else "falls"
        yield Sentence(
            f"In “{selection.resolved[selection.baseline].title}”, {style.name(numbers['country'])}'s alignment with "
            f"{style.name(numbers['pole'])} {verb} by {number(abs(numbers['mean']), 3)} until "
            f"{year(selection.ends[1])}{_spread(numbers, 3)}.",
            numbers,
        )


def _corridor(selection: Selection) -> Iterator[Sentence]:
    """The corridor with most freight at the end."""
    if not selection.has("corridor_flow"):
        return
    end = selection.ends[1]
    row = tables.levels_at(selection, "corridor_flow", end).nlargest(1, "median").iloc[0]
    yield Sentence(
        f"Most freight by {year(end)} goes through {style.name(row['corridor'])}: "
        f"{number(row['median'], 1)} Mt a year{_spread(row, 1)}.",
        row,
    )
