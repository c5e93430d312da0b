"""Levels: what stands in the baseline and how it drifts, in plain words."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis import style, tables, words
from analysis.asked import question
from analysis.ensemble import effects
from analysis.selection import Selection
from analysis.words import number, year

Level: TypeAlias = tuple[str, pd.Series]
"""A sentence and the row of numbers it was made from."""
MOST = 6
STATES = tuple(sorted((c for members in style.REGIONS.values() for c in members), key=style.name))
"""The full agents; observers and partners such as Hungary are no part of the region."""


def levels(selection: Selection) -> list[Level]:
    """A large dependence at the start, the largest drifts of alignment, the corridor with most freight."""
    return [*_largest_loss(selection), *_drift(selection), *_corridor(selection)]


def _largest_loss(selection: Selection) -> Iterator[Level]:
    """The largest dependence at the start on a pole, or on a state that a question names, nearest to what it asks.

    The first scenario that names a country asks; none where they ask of others.
    """
    if not selection.has("loss", "alignment"):
        return
    first, _ = selection.ends
    table = _in_region(tables.levels_at(selection, "loss", first))
    worded = {state for scenario in selection.changed for state in question(selection, scenario).worded}
    known = table["controller"].isin({*selection.poles, *worded})
    table = table[known & (table["median"] > 0.0)].sort_values("median", ascending=False)
    named = next((near for s in selection.changed if max(near := _nearness(selection, s, table))), None)
    if selection.changed and named is None:
        return
    row = table.iloc[0 if named is None else int(np.argmax(named))]
    country, pole = style.name(row["country"]), style.name(row["controller"])
    rank = _rank(selection, table, row)
    text = (
        f"In {first}, {country} would lose {number(row['median'], 1)} % of GDP{_spread(row, 1)} if {pole} withheld "
        f"trade, transit, money and protection{rank}."
    )
    yield text, row


def _rank(selection: Selection, table: pd.DataFrame, row: pd.Series) -> str:
    """That a dependence on a pole is the largest of all, or of its country, as a clause."""
    poles = table[table["controller"].isin(selection.poles)]
    if poles.empty or row["controller"] not in selection.poles:
        return ""
    if row.name == poles.index[0]:
        return f": the largest dependence on a pole among the states of the {', '.join(style.REGIONS)}"
    largest = row.name == poles.index[poles["country"] == row["country"]][0]
    return ": its largest dependence on a pole" if largest else ""


def _drift(selection: Selection) -> Iterator[Level]:
    """How far alignment drifts in the baseline over the whole horizon."""
    if not selection.has("alignment"):
        return
    values = selection.values(selection.baseline, "alignment")
    table = effects((values.isel(time=-1) - values.isel(time=0)).assign_attrs(values.attrs))
    for _, numbers in tables.ranked(_in_region(table), MOST).iterrows():
        verb = "rises" if numbers["mean"] > 0 else "falls"
        text = (
            f"In “{selection.resolved[selection.baseline].title}”, {style.name(numbers['country'])}'s alignment with "
            f"{style.name(numbers['pole'])} {verb} by {number(abs(numbers['mean']), 3)} until "
            f"{year(selection.ends[1])}{_spread(numbers, 3)}."
        )
        yield text, numbers


def _corridor(selection: Selection) -> Iterator[Level]:
    """The corridor with most freight at the end."""
    if not selection.has("corridor_flow"):
        return
    end = selection.ends[1]
    row = tables.levels_at(selection, "corridor_flow", end).nlargest(1, "median").iloc[0]
    most = words.said("corridor", row["corridor"])
    yield (
        f"Most freight by {year(end)} goes through {most}: {number(row['median'], 1)} Mt a year{_spread(row, 1)}.",
        row,
    )


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


def _nearness(selection: Selection, scenario: str, table: pd.DataFrame) -> list[int]:
    """How near each dependence of a table is to what a scenario asks; of those alike, that of states in its words."""
    asked = question(selection, scenario)
    return [
        3 * asked.nearness("loss", row) + (row["country"] in asked.worded) + (row["controller"] in asked.worded)
        for _, row in table.iterrows()
    ]
