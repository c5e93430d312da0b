"""Sentences: the findings of a batch in plain words, each made from a number with its interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import style, tables, words
from analysis.chances import condition, kinds
from analysis.ensemble import certain, effects
from analysis.peaks import EFFECTS, Effect, told
from analysis.selection import Selection
from analysis.words import number, year
from model.quarters import parse_quarter

HOW_MANY = 5
STATES = tuple(sorted((c for members in style.REGIONS.values() for c in members), key=style.name))
"""The full agents; observers and partners such as Hungary are no part of the region."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the row of numbers it was made from, empty when it says that there is none."""

    text: str
    numbers: pd.Series


def sentences(selection: Selection) -> tuple[Sentence, ...]:
    """At most five sentences: the largest dependence, then the largest effects; without comparison, levels."""
    about = list(of_effects(selection))
    before = list(_largest_loss(selection))[: max(HOW_MANY - len(about), 0)]
    found = [*before, *about, *_drift(selection), *_corridor(selection)]
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


def of_effects(selection: Selection) -> Iterator[Sentence]:
    """An effect of every scenario that has one, then one on every other measure, or that there is none."""
    late, clear, heard = _heard(selection)
    for scenario in late:
        yield _late(selection, scenario)
    others = sorted(
        ((effect, "") for effect in clear if effect not in dict(heard)), key=lambda pair: clear[pair[0]].empty
    )
    room = max(HOW_MANY - 1 - len(heard) - len(late), 0)
    for effect, scenario in sorted([*heard, *others[:room]], key=lambda pair: EFFECTS.index(pair[0])):
        table = clear[effect]
        mine = table[table["scenario"] == scenario] if scenario else table
        yield _silence(selection, effect) if mine.empty else _told(selection, effect, table, mine.iloc[0])


def leading(selection: Selection) -> Iterator[tuple[str, Effect, pd.Series]]:
    """The effect that each scenario is heard on, with its numbers at its peak."""
    _, clear, heard = _heard(selection)
    for effect, scenario in heard:
        table = clear[effect]
        yield scenario, effect, table[table["scenario"] == scenario].iloc[0]


def _heard(selection: Selection) -> tuple[list[str], dict[Effect, pd.DataFrame], list[tuple[Effect, str]]]:
    """Scenarios that begin late, clear effects on each measure of the others, and on which each of these is heard."""
    late = [scenario for scenario in selection.changed if begins_late(selection, scenario)]
    begun = tuple(scenario for scenario in selection.changed if scenario not in late)
    known = [effect for effect in EFFECTS if begun and selection.has(effect.measure)]
    clear = {effect: _clear(selection, begun, effect) for effect in known}
    return late, clear, speakers(clear, begun)


def speakers(clear: Mapping[Effect, pd.DataFrame], scenarios: tuple[str, ...]) -> list[tuple[Effect, str]]:
    """On which measure each scenario that has an effect is heard, one after the other.

    A scenario takes the measure, if possible of those left, on which it comes nearest the largest effect of all.
    `clear`: effects on each measure, largest first.
    """
    heard: list[tuple[Effect, str]] = []
    for scenario in scenarios:
        sizes = {
            effect: (effect not in dict(heard), (means / means.iloc[0])[table["scenario"] == scenario].max())
            for effect, table in clear.items()
            if scenario in set(table["scenario"])
            for means in [table["mean"].abs()]
        }
        if sizes:
            heard.append((max(sizes, key=sizes.__getitem__), scenario))
    return heard


def begins_late(selection: Selection, scenario: str) -> bool:
    """Whether all that a scenario adds to the baseline begins after the last recorded quarter."""
    known = selection.resolved[selection.baseline].events
    dates = [event.at.first for event in selection.resolved[scenario].events if event not in known and event.at]
    return bool(dates) and min(dates) > parse_quarter(selection.ends[1])


def _late(selection: Selection, scenario: str) -> Sentence:
    """That a scenario has not begun when the batch ends."""
    end = selection.ends[1]
    text = f"“{selection.resolved[scenario].title}” begins after the last quarter of this batch, {end}."
    return Sentence(text, pd.Series({"scenario": scenario, "time": end}))


def _clear(selection: Selection, scenarios: tuple[str, ...], effect: Effect) -> pd.DataFrame:
    """Effects that are large and certain in sign, on observers and partners too, each at its peak, largest first."""
    parts = [told(selection, scenario, effect) for scenario in scenarios]
    return largest(pd.concat(parts, ignore_index=True))


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Effects certain in sign, each at its peak, largest first."""
    peaks = tables.at_peak(table[certain(table)])
    return tables.ranked(peaks, len(peaks))


def _told(selection: Selection, effect: Effect, table: pd.DataFrame, row: pd.Series) -> Sentence:
    """An effect at its peak, and what is left of it at the end; `table` has all effects on the measure in order."""
    reach = "the" if row.name == table.index[0] else "its"
    peak, end = str(row["time"]), selection.ends[1]
    grows = abs(row["left"]) > abs(row["mean"])
    at_peak = f"By {year(peak)}" if grows else f"At its largest, by {year(peak)}"
    when = f"By {year(end)}" if peak == end else at_peak
    rest = "" if peak == end else f"; {remains(effect, row)} by {year(end)}"
    rank = f"{reach} largest effect on {effect.kind} certain in sign"
    return Sentence(f"{when}, {effect_text(selection, effect, row)}, {rank}{rest}.", row)


def remains(effect: Effect, row: pd.Series) -> str:
    """What is left at the end of an effect that was largest before."""
    left = effect.factor * row["left"]
    if abs(left) < effect.smallest:
        return "it has faded"
    if left * row["mean"] < 0:
        return f"it has turned to {number(left, effect.digits, signed=True)}"
    if abs(row["left"]) > abs(row["mean"]):
        return f"no longer counted as certain, it is {number(abs(left), effect.digits)}"
    return f"{number(abs(left), effect.digits)} is left"


def _silence(selection: Selection, effect: Effect) -> Sentence:
    """That no effect on a measure is both large enough and certain in sign at any time."""
    text = (
        f"No effect on {effect.kind} above {effect.smallest:g} {effect.unit} is certain in sign at any time until "
        f"{year(selection.ends[1])}."
    )
    return Sentence(text, pd.Series(dtype=float))


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


def effect_text(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """Who changes what by how much, with the interval and the runs."""
    mean, low, high = (effect.factor * row[column] for column in ("mean", "mean_low", "mean_high"))
    verb = "raises" if mean > 0 else "lowers"
    size, ends = number(abs(mean), effect.digits), sorted((abs(low), abs(high)))
    interval = " to ".join(number(end, effect.digits) for end in ends)
    share = 100 * (row["share_up"] if mean > 0 else row["share_down"])
    scenario = str(row["scenario"])
    runs = f"{share:.0f} % of {int(row['runs'])} {_runs(selection, scenario)}"
    where, several = condition(selection, scenario), kinds(selection, scenario)
    return (
        f"{where}“{selection.resolved[scenario].title}” {verb} {effect.said(row)} by {size} "
        f"{effect.unit} (95 % interval of the mean {interval}; the same direction in {runs}{several})"
    )


def _runs(selection: Selection, scenario: str) -> str:
    """What runs that are set against each other are called."""
    return "paired runs" if selection.paired(scenario) else "pairs of runs with different luck"


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
        f"Most freight by {year(end)} goes through {words.said('corridor', row['corridor'])}: "
        f"{number(row['median'], 1)} Mt a year{_spread(row, 1)}.",
        row,
    )
