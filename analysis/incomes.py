"""Incomes: what scenarios do to the GDP of each country, in per cent, where it is more than noise."""

from collections.abc import Iterator

import pandas as pd

from analysis import style
from analysis.charts.fans import difference
from analysis.charts.panels import Margins, head, key, key_height, panels
from analysis.ensemble import effects, simultaneous
from analysis.figures import Exhibit, Gallery
from analysis.peaks import certain
from analysis.selection import Selection

SMALLEST = 0.05
"""The least effect on GDP, in per cent, that has a panel."""


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """GDP of the countries where a scenario moves it, as a difference in per cent; none where none does."""
    table = changes(view.selection)
    if table.empty:
        return
    countries = list(dict.fromkeys(table["country"]))
    drawn = {view.scenarios[s].title: view.colours[s] for s in dict.fromkeys(table["scenario"])}
    space = Margins(left=0.6, across=0.6, down=0.62, top=0.6 + key_height(drawn))
    figure, axes = panels(len(countries), 3, 1.15, space)
    for axis, country in zip(axes, countries, strict=True):
        part = table[table["country"] == country]
        head(difference(axis, part, view.colours), style.title(country), "GDP, change in %")
    caption = (
        f"Differences from “{view.base}”, {view.pairing}: GDP in per cent, of countries where some scenario moves it "
        f"by {SMALLEST:g} % or more and certainly in sign, and of the scenarios that do. Line and dark band: mean and "
        "its 95 % interval; light band: 95 % of the runs. Scales differ between countries."
        f"{view.untouched()}{view.moments}"
    )
    yield Exhibit("gdp", "What it does to GDP", caption, key(figure, drawn), table)


def changes(selection: Selection) -> pd.DataFrame:
    """Differences of GDP in per cent over time, of the scenarios and countries where they are more than noise."""
    if not selection.has("gdp"):
        return pd.DataFrame()
    parts = [_moved(selection, scenario) for scenario in selection.changed]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _moved(selection: Selection, scenario: str) -> pd.DataFrame:
    """The countries whose GDP one scenario moves."""
    table = effects(selection.relative(scenario, "gdp"))
    table.insert(0, "scenario", scenario)
    clear = certain(table) & (table["mean"].abs() >= SMALLEST)
    if not selection.paired(scenario):
        clear &= simultaneous(table)
    return table[table["country"].isin(table.loc[clear, "country"])].assign(unit="%")
