"""Incomes: what scenarios do to the GDP of each country, in per cent, where it is more than noise."""

from collections.abc import Iterator

import pandas as pd

from analysis import style, windows
from analysis.charts.fans import difference
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.clocks import effects_of
from analysis.ensemble import certain, effects, simultaneous
from analysis.figures import Exhibit, Gallery
from analysis.selection import Selection

SMALLEST = 0.05
"""The least effect on GDP, in per cent, that has a panel."""


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """GDP of the countries where a scenario moves it, as a difference in per cent; none where none does."""
    table = changes(view.selection)
    if table.empty:
        return
    countries = list(dict.fromkeys(table["country"]))
    heads = [Head(style.title(country), "GDP, change in %") for country in countries]
    figure, axes = panels(heads, 3, [1.15] * len(heads), Margins(left=0.6, top=0.1 + key_height(view.changed)))
    for axis, country in zip(axes, countries, strict=True):
        difference(axis, table[table["country"] == country], view.colours)
    mixed = windows.shaded(((axis, view.selection, view.selection.changed) for axis in axes), touched=True)
    caption = (
        f"{view.compared}: GDP in per cent, of countries where some scenario moves it "
        f"by {SMALLEST:g} % or more and certainly in sign, in every scenario. Line and dark band: mean and "
        "its 95 % interval; light band: 95 % of the runs. Scales differ between countries."
        f"{view.among(table)}{view.moments}{mixed}"
    )
    yield Exhibit("gdp", "What it does to GDP", caption, key(figure, view.changed), table)


def changes(selection: Selection) -> pd.DataFrame:
    """Differences of GDP in per cent over time, of all scenarios and the countries where one is more than noise."""
    if not selection.has("gdp") or not selection.changed:
        return pd.DataFrame()
    moves = {s: selection.relative(s, "gdp") for s in selection.changed}
    countries = set().union(*(_moved(selection, s, effects_of(selection, s, change)) for s, change in moves.items()))
    parts = {s: effects(change) for s, change in moves.items()}
    for scenario, part in parts.items():
        part.insert(0, "scenario", scenario)
    table = pd.concat(parts.values(), ignore_index=True)
    return table[table["country"].isin(countries)].assign(unit="%")


def _moved(selection: Selection, scenario: str, table: pd.DataFrame) -> set[str]:
    """The countries whose GDP one scenario moves."""
    clear = certain(table) & (table["mean"].abs() >= SMALLEST)
    if not selection.paired(scenario):
        clear &= simultaneous(table)
    return set(table.loc[clear, "country"])
