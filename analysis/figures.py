"""Figures: the exhibits of a report, each a drawing with its words and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import style, tables, words
from analysis.charts.corridors import stack
from analysis.charts.fans import against, difference, fan
from analysis.charts.panels import Margins, bounded, head, key, key_height, panels, widen
from analysis.charts.ranking import ranked
from analysis.peaks import EFFECTS, Effect, told
from analysis.selection import Selection
from model.measures import MEASURES
from scenarios import Scenario

MOST_SERIES = 12
CORRIDORS_SHOWN = 7
RANKED_SHOWN = 8
CORRIDOR_MOVES = 1.0
"""Percentage points by which the share of a corridor must move for a scenario to have a panel."""
LINE = 0.16
"""Inches that each further line of a title takes."""
_CORRIDOR_LETTERS = 26
_HEADING_LETTERS = 24


@dataclass(frozen=True)
class Exhibit:
    """A figure, its file name, its heading, what to see in it, and the table it was drawn from."""

    name: str
    heading: str
    caption: str
    figure: Figure
    table: pd.DataFrame


@dataclass(frozen=True)
class Series:
    """One measure at one place."""

    measure: str
    where: Mapping[str, str]

    @property
    def heading(self) -> str:
        """Words above a panel."""
        if {"market", "link"} & set(self.where):
            text = f"{words.topic(self.measure, self.where)}: {words.whom(self.measure, self.where)}"
            return next(
                lines
                for wide in count(_HEADING_LETTERS)
                if (lines := fill(text, wide, break_long_words=False)).count("\n") <= 1
            )
        return f"{words.topic(self.measure, self.where)}\n{words.whom(self.measure, self.where)}"


@dataclass(frozen=True)
class Gallery:
    """What every exhibit needs: the selection, its scenarios and their colours."""

    selection: Selection
    scenarios: Mapping[str, Scenario]
    colours: Mapping[str, str]

    @property
    def titles(self) -> dict[str, str]:
        """Scenario titles to colours, for legends."""
        return {self.scenarios[s].title: self.colours[s] for s in self.selection.scenarios}

    @property
    def base(self) -> str:
        """Title of the scenario that the others are compared with."""
        return self.scenarios[self.selection.baseline].title

    @property
    def changed(self) -> dict[str, str]:
        """Titles of the scenarios that are compared with another one, to colours."""
        return {self.scenarios[s].title: self.colours[s] for s in self.selection.changed}

    @property
    def pairing(self) -> str:
        """What luck the differences are taken with."""
        return words.pairing([self.scenarios[s].title for s in self.selection.changed if not self.selection.paired(s)])

    def untouched(self, *scenarios: str) -> str:
        """That means are over all runs though some scenarios, any unless named, leave part of them as they were."""
        chosen = scenarios or self.selection.changed
        part = {s: self.selection.touched[s] for s in chosen if 0.0 < self.selection.touched.get(s, 1.0) < 1.0}
        return words.untouched({self.scenarios[s].title: share for s, share in part.items()})

    @property
    def moments(self) -> str:
        """At which quarters values stand, where not all were recorded."""
        plans = (part.batch.manifest["plan"] for part in self.selection.parts.values())
        return (
            " Values are those of the last quarter of each year." if any(p["every"] == "annual" for p in plans) else ""
        )


def gallery(selection: Selection, colours: Mapping[str, str] | None = None) -> Gallery:
    """The gallery of a selection; scenarios have the colours of the palette unless others are given."""
    palette = style.scenario_colours(selection.scenarios, selection.baseline)
    return Gallery(selection, selection.resolved, palette | dict(colours or {}))


def asked(view: Gallery) -> tuple[Series, ...]:
    """Series that the scenarios' claims speak of, each once; the baseline's come last; else the largest effects."""
    found: dict[tuple[object, ...], Series] = {}
    for name in (*view.selection.changed, view.selection.baseline):
        for claim in view.scenarios[name].expect:
            series = Series(claim.measure, dict(claim.where))
            if _is_there(view.selection, series):
                found.setdefault((series.measure, *series.where.items()), series)
    return tuple(found.values())[:MOST_SERIES] or largest(view)


def _is_there(selection: Selection, series: Series) -> bool:
    if not selection.has(series.measure):
        return False
    values = selection.values(selection.baseline, series.measure)
    known = all(d in values.dims and label in values[d].values for d, label in series.where.items())
    return known and set(series.where) == set(values.dims) - {"run", "time"}


def largest(view: Gallery, each: int = 3) -> tuple[Series, ...]:
    """The largest effects, or the first cells when there is nothing to compare."""
    found = []
    for measure in ("loss", "alignment", "corridor_flow"):
        if not view.selection.has(measure):
            continue
        if view.selection.changed:
            table = tables.ranked(tables.at_peak(tables.changes(view.selection, measure, {})), each)
        else:
            table = tables.levels_at(view.selection, measure, view.selection.ends[1]).nlargest(each, "median")
        dims = [cell for cell in tables.cells(table) if cell != "scenario"]
        found += [Series(measure, {d: str(row[d]) for d in dims}) for _, row in table.iterrows()]
    return tuple({str(series): series for series in found}.values())


def fans(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series in every scenario, with its spread over runs."""
    figure, axes = _small_multiples(view, len(chosen))
    parts = []
    for axis, series in zip(axes, chosen, strict=True):
        table = tables.levels(view.selection, series.measure, series.where)
        against(axis, table, view.colours, view.selection.baseline)
        head(bounded(axis, table.attrs["unit"]), series.heading, words.unit(table.attrs["unit"], series.where))
        if series.measure == "alignment":
            middle = float(table["median"].mean())
            bounded(widen(axis, middle - style.SMALLEST_RANGE, middle + style.SMALLEST_RANGE), table.attrs["unit"])
        parts.append(_labelled(table, series))
    caption = (
        f"Lines and dark bands: mean of all runs and its 95 % interval; light band: 95 % of the runs of “{view.base}”. "
        f"{_ALIKE}{view.untouched()} Median and spread of every scenario stand in the CSV file.{view.moments}"
    )
    key(figure, view.titles, dashed=view.base)
    return Exhibit("fans", "What the scenarios ask about", caption, figure, _together(parts))


def paired(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series as a difference from the baseline, run by run."""
    figure, axes = _small_multiples(view, len(chosen))
    parts = []
    for axis, series in zip(axes, chosen, strict=True):
        table = tables.changes(view.selection, series.measure, series.where)
        unit = words.unit(table.attrs["unit"], series.where)
        head(difference(axis, table, view.colours), series.heading, f"change, {unit}")
        if series.measure == "alignment":
            widen(axis, -style.SMALLEST_RANGE, style.SMALLEST_RANGE)
        parts.append(_labelled(table, series))
    caption = (
        f"Differences from “{view.base}”, {view.pairing}. Line and dark band: mean and its 95 % interval; light band: "
        f"95 % of the runs. A dark band that leaves zero behind is an effect. {_ALIKE}{view.untouched()}{view.moments}"
    )
    return Exhibit("differences", "What the scenarios change", caption, key(figure, view.changed), _together(parts))


_ALIKE = "What coincides with another line lies over it in dashes."


def _small_multiples(view: Gallery, count: int) -> tuple[Figure, list[Axes]]:
    """Three panels a row below the legend of the scenarios."""
    space = Margins(left=0.7, across=0.68, down=0.82, top=0.7 + key_height(view.titles))
    return panels(count, 3, 1.35, space)


def by_pole(view: Gallery, measure: str) -> Exhibit:
    """A panel a country, a line a pole, in the baseline: alignment, or loss in per cent of GDP."""
    dimension = "pole" if measure == "alignment" else "controller"
    poles = list(view.selection.poles)
    table = tables.labelled(
        view.selection.baseline, view.selection.values(view.selection.baseline, measure).sel({dimension: poles})
    )
    countries = list(dict.fromkeys(table["country"]))
    colours = {pole: style.pole_colour(pole, poles) for pole in poles}
    figure, axes = panels(len(countries), 4, 1.05, Margins(top=0.68, down=0.5, across=0.46, left=0.46))
    for axis, country in zip(axes, countries, strict=True):
        fan(axis, table[(table["country"] == country) & table["median"].notna()], colours, by=dimension)
        head(axis, style.title(country))
        if measure == "alignment":
            axis.axhline(0, color=style.FAINT, lw=0.7)
            axis.set(ylim=(-1.02, 1.02), yticks=(-1, 0, 1))
        else:
            axis.set_ylim(0, None)
    key(figure, {style.title(pole): colour for pole, colour in colours.items()})
    heading, caption = _BY_POLE[measure]
    return Exhibit(f"{measure}-by-country", heading, caption.format(base=view.base), figure, table)


_BY_POLE = {
    "alignment": (
        "Alignment of each country with each pole",
        (
            "“{base}”: −1 opposed, 0 neutral, 1 aligned. Line: median run; bands: half and 95 % of the runs. "
            "The numbers are an index made of votes, arms, institutions and trade: read them as direction and order of "
            "magnitude. Alignment is not dependence: the two may move apart."
        ),
    ),
    "loss": (
        "Dependence of each country on each pole",
        (
            "“{base}”: per cent of GDP lost if the pole withheld trade, transit, money and protection. Scales differ "
            "between countries. Line: median run; bands: half and 95 % of the runs."
        ),
    ),
}


def corridors(view: Gallery) -> Exhibit:
    """Freight by corridor, stacked to a hundred per cent: the baseline, and a panel for each scenario that moves it."""
    table = tables.corridor_shares(view.selection, CORRIDORS_SHOWN)
    names = list(dict.fromkeys(table["corridor"]))
    colours = {words.place("corridor", name): style.corridor_colour(name) for name in names}
    shown, still = _moving(view, table)
    titles = {scenario: title(view, scenario, _CORRIDOR_LETTERS) for scenario in shown}
    more = LINE * max(text.count("\n") for text in titles.values())
    space = Margins(top=0.5 + more + key_height(colours), down=0.6 + more, left=0.42)
    figure, axes = panels(len(shown), min(3, len(shown)), 2.0, space)
    for axis, scenario in zip(axes, shown, strict=True):
        stack(axis, table[table["scenario"] == scenario])
        axis.set_title(titles[scenario], color=view.colours[scenario])
    key(figure, colours, lines=False)
    caption = (
        "Shares of the corridors in all freight that uses one, per cent, mean of the runs. A shipment that follows two "
        f"corridors counts in both.{still}{view.untouched()}{view.moments}"
    )
    return Exhibit("corridors", "How freight divides over the corridors", caption, figure, table)


def _moving(view: Gallery, table: pd.DataFrame) -> tuple[list[str], str]:
    """The baseline and the scenarios in which the share of a corridor moves visibly, and a word on the others."""
    means = table.pivot_table(index=["corridor", "time"], columns="scenario", values="mean", sort=False)
    apart = {s: float((means[s] - means[view.selection.base(s)]).abs().max()) for s in view.selection.scenarios}
    shown = [s for s, most in apart.items() if s == view.selection.baseline or most >= CORRIDOR_MOVES]
    rest = words.listing([f"“{view.scenarios[s].title}”" for s in apart if s not in shown])
    return shown, f" In {rest} no share moves by {CORRIDOR_MOVES:g} percentage point or more." if rest else ""


def title(view: Gallery, scenario: str, letters: int, after: str = "") -> str:
    """The title of a scenario above a panel, as many lines of some letters as it needs, and what comes after it."""
    return fill(view.scenarios[scenario].title + after, letters)


def ranking(view: Gallery, scenario: str) -> list[Exhibit]:
    """The largest effects of one scenario on each measure that has some; nothing where none has."""
    known = [effect for effect in EFFECTS if view.selection.has(effect.measure)]
    every = {effect: _largest_of(view.selection, scenario, effect) for effect in known}
    found = {effect: table for effect, table in every.items() if len(table)}
    if not found:
        return []
    figure, axes = panels(len(found), 2, 1.6, Margins(left=2.35, across=2.35, top=0.5, down=0.7))
    for axis, (effect, table) in zip(axes, found.items(), strict=True):
        unit = effect.unit.replace("on a scale from −1 to 1", "index")
        head(ranked(axis, table, RANKED_SHOWN), effect.kind.capitalize(), unit)
    heading = f"Largest effects of “{view.scenarios[scenario].title}”"
    least = words.listing([f"{effect.smallest:g} ({effect.kind})" for effect in known])
    caption = (
        f"Changes ({view.pairing}) at the time each is largest, smaller ones than {least} left out; what is left of "
        f"them by {words.year(view.selection.ends[1])} stands in the CSV file. Shares of exports are shown where the "
        "volume sold moves the same way. Bar: mean; thick line: its 95 % interval; thin line: 95 % of the runs."
        f"{view.untouched(scenario)}"
    )
    return [Exhibit(f"effects-{scenario}", heading, caption, figure, pd.concat(found.values(), ignore_index=True))]


def _largest_of(selection: Selection, scenario: str, effect: Effect) -> pd.DataFrame:
    """The largest effects of one scenario on one measure, each at its peak, in the unit said and with its name."""
    table = tables.ranked(tables.at_peak(told(selection, scenario, effect)), RANKED_SHOWN)
    numbers = ["mean", "mean_low", "mean_high", "low", "lower", "median", "upper", "high", "left"]
    table[numbers] *= effect.factor
    return table.assign(
        measure=effect.measure, unit=effect.unit, label=[_label(effect.measure, row) for _, row in table.iterrows()]
    )


def _label(measure: str, row: pd.Series) -> str:
    """Name of a row of a ranking, and when its effect is largest."""
    where = {d: str(row[d]) for d in MEASURES[measure].dimensions}
    place = words.whom(measure, where)
    return ", ".join([place, *([row["commodity"]] if "commodity" in row else []), words.moment(str(row["time"]))])


def hedging(view: Gallery) -> Exhibit:
    """Hedging and autonomy of each region over time, all scenarios."""
    parts = {name: tables.levels(view.selection, f"regional_{name}") for name in ("hedging", "autonomy")}
    regions = list(parts["hedging"]["region"].unique())
    margins = Margins(left=0.7, across=0.68, top=0.55 + key_height(view.titles), down=0.7)
    figure, axes = panels(2 * len(regions), len(regions), 1.2, margins)
    cells = product(parts.items(), regions)
    for axis, ((text, table), region) in zip(axes, cells, strict=True):
        against(axis, table[table["region"] == region], view.colours, view.selection.baseline)
        head(bounded(axis, table.attrs["unit"]), style.title(region), f"{text}, index [0, 1]")
    caption = (
        "Mean over the countries of each region. Hedging: entropy of positive alignments, 1 leans to all poles alike, "
        "0 to one or none. "
        "Autonomy: one minus the largest dependence index. Lines and dark bands: mean of all runs and its 95 % "
        f"interval; light band: 95 % of the runs of “{view.base}”. {_ALIKE}{view.untouched()}{view.moments}"
    )
    table = pd.concat([part.assign(metric=name) for name, part in parts.items()])
    key(figure, view.titles, dashed=view.base)
    return Exhibit("hedging", "Hedging and autonomy by region", caption, figure, table)


def _labelled(table: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A table with the series it shows and its unit as columns, for the CSV file."""
    place = " ".join(f"{dimension}={label}" for dimension, label in series.where.items())
    return table.assign(measure=series.measure, where=place, unit=table.attrs["unit"])


def _together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    first = ["scenario", "measure", "where", "unit"]
    return table[first + [column for column in table.columns if column not in first]]
