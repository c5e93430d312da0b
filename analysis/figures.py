"""Figures: the exhibits of a report, each a drawing with its words and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import chances, clocks, style, tables, windows, words
from analysis.amounts import said
from analysis.charts.fans import against, difference, means
from analysis.charts.lines import ALIKE, alike
from analysis.charts.panels import Head, Margins, Sheet, key, key_height, panels
from analysis.charts.ranking import BARS, rankings
from analysis.claims import FEWEST_RUNS
from analysis.ensemble import AGREE, bounds, off_zero
from analysis.moments import last_quarter, span_of
from analysis.peaks import EFFECTS, Effect, told
from analysis.selection import Selection
from model.arrays import Array
from model.measures import MEASURES
from model.quarters import format_quarter, parse_quarter
from scenarios import Claim, Scenario

MOST_SERIES = 12
RANKED_SHOWN = 8
STILL = "no change"
"""What the line at zero of a difference goes by."""
GIVEN = " A panel that names an event counts only the runs in which it has come, as the claim about it does."


@dataclass(frozen=True)
class Exhibit:
    """A figure, its file name, its heading, what to see in it, and the table it was drawn from."""

    name: str
    heading: str
    caption: str
    figure: Sheet
    table: pd.DataFrame
    slim: Sheet | None = None
    """The same for a narrow screen, where the panels cannot stand below one another."""


@dataclass(frozen=True)
class Given:
    """That an event of a scenario has come by a quarter (ordinal)."""

    scenario: str
    event: str
    until: int


@dataclass(frozen=True)
class Series:
    """One measure at one place; in the runs in which an event has come, where one is `given`."""

    measure: str
    where: Mapping[str, str]
    given: Given | None = None
    span: tuple[str, str] | None = None
    """First and last quarter that the claim about it looks at, where these are of the calendar."""

    @property
    def cell(self) -> tuple[str, str, str]:
        """Measure, place and given event as they stand in a table: what a panel is about, whenever it looks."""
        where = " ".join(f"{dimension}={label}" for dimension, label in self.where.items())
        return self.measure, where, self.given.event if self.given else ""

    @property
    def least(self) -> float:
        """Half of what an upright axis spans at least, in the unit of the measure."""
        return style.SMALLEST_RANGE if self.measure == "alignment" else style.NOISE

    @property
    def heading(self) -> str:
        """Words above a panel."""
        if {"market", "link"} & set(self.where):
            return f"{words.topic(self.measure, self.where)}: {words.whom(self.measure, self.where)}"
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
    def reference(self) -> str:
        """The same in running text."""
        return words.quoted(self.base)

    def base_of(self, scenario: str) -> str:
        """What a scenario is compared with, in running text."""
        return words.quoted(self.scenarios[self.selection.base(scenario)].title)

    @property
    def changed(self) -> dict[str, str]:
        """Titles of the scenarios that are compared with another one, to colours."""
        return {self.scenarios[s].title: self.colours[s] for s in self.selection.changed}

    @property
    def pairing(self) -> str:
        """What luck the differences are taken with, and over how many runs where these are not as many everywhere."""
        loose = [self.scenarios[s].title for s in self.selection.changed if not self.selection.paired(s)]
        runs = {s: chances.counted(self.selection, s) for s in self.selection.changed}
        return words.pairing(loose) + (f", over {self._counts(runs)}" if self.uneven else "")

    @property
    def compared(self) -> str:
        """What differences are taken from, and with what luck."""
        own = self.selection.batches and self.selection.bases
        said = "The scenario minus the baseline of the same batch" if own else f"Differences from {self.references}"
        return f"{said}, {self.pairing}"

    @property
    def references(self) -> str:
        """What scenarios are compared with in running text, with the one that each builds on where some do."""
        bases = {} if self.selection.batches else self.selection.bases
        titles = {name: words.quoted(self.scenarios[name].title) for name in bases}
        return words.listing([self.reference, *(f"of {titles[name]} from {self.base_of(name)}" for name in bases)])

    @property
    def uneven(self) -> str:
        """How many runs each scenario has, as a sentence; empty where all have as many."""
        measure = self.selection.measures[0]
        runs = {s: self.selection.values(s, measure).sizes["run"] for s in self.selection.scenarios}
        return f" There are {self._counts(runs)}." if len(set(runs.values())) > 1 else ""

    def _counts(self, runs: Mapping[str, int]) -> str:
        """Numbers of runs by scenario, in words."""
        return words.listing([f"{n} runs of {words.quoted(self.scenarios[s].title)}" for s, n in runs.items()])

    def among(self, table: pd.DataFrame) -> str:
        """From when the times of a table are counted, in which runs its scenarios are told, where that is not plain."""
        return clocks.note(table["time"]) + chances.among(self.selection, table["scenario"].unique())

    def headed(self, scenario: str, after: str = "", note: str = "") -> Head:
        """The title of a scenario above a panel, in its colour, what comes after it and a note below."""
        return Head(self.scenarios[scenario].title + after, note, self.colours[scenario])

    def counted(self, series: Series) -> tuple[Selection, str]:
        """The selection in the runs that count for a series, and which these are if not all."""
        if series.given is None or series.given.scenario not in self.selection.scenarios:
            return self.selection, ""
        scenario, event, until = series.given.scenario, series.given.event, series.given.until
        part = chances.where_come(self.selection, scenario, event, until)
        runs, every = (one.values(scenario, series.measure).sizes["run"] for one in (part, self.selection))
        title = self.selection.parts[scenario].resolved.title  # in a comparison it goes by the name of its batch
        when = f"“{event}” of “{title}” has come by {words.year(format_quarter(until))}"
        if runs == every:
            return self.selection, ""
        if runs < FEWEST_RUNS:
            return self.selection, f"all runs: in {runs} of {every} {when}"
        return part, f"the {runs} of {every} runs in which {when}"

    def noted(self, note: str, which: str, lines: Mapping[str, Array]) -> str:
        """A note below a title, with which runs count and the scenarios whose lines are the same throughout."""
        named = {s: self.scenarios[s].title if s in self.scenarios else s for s in lines}
        same = [" = ".join(named[s] for s in group) for group in alike(lines)]
        return "\n".join(filter(None, [note, which, *same]))

    def untouched(self, *scenarios: str) -> str:
        """That means are over all runs though some scenarios, any unless named, leave part of them as they were."""
        chosen = scenarios or self.selection.changed
        part = {s: self.selection.part_touched(s) for s in chosen if s in self.selection.changed}
        return words.untouched({self.scenarios[s].title: share for s, share in part.items() if share < 1.0})

    @property
    def moments(self) -> str:
        """By what time lines go: the last quarters that were recorded where not all were, and the calendar."""
        plans = (part.batch.manifest["plan"] for part in self.selection.parts.values())
        annual = any(plan["every"] == "annual" for plan in plans)
        drawn = any(clocks.looks(self.selection, scenario) for scenario in self.selection.changed)
        kept = " Values are those of the last quarter of each year and of the run." if annual else ""
        return f"{kept}{' Time is that of the calendar, not from the date that each run draws.' if drawn else ''}"


def gallery(selection: Selection, colours: Mapping[str, str] | None = None) -> Gallery:
    """The gallery of a selection; scenarios have the colours of the palette unless others are given."""
    palette = style.scenario_colours(selection.scenarios, selection.baseline)
    return Gallery(selection, selection.resolved, palette | dict(colours or {}))


def asked(view: Gallery) -> tuple[Series, ...]:
    """Series that the scenarios' claims speak of, each once, or the baseline's own; else the largest effects."""
    return claimed(view) or largest(view)


def claimed(view: Gallery) -> tuple[Series, ...]:
    """The first series that the claims of the scenarios, or of a baseline that is alone, speak of."""
    return _every_claimed(view)[:MOST_SERIES]


def _every_claimed(view: Gallery) -> tuple[Series, ...]:
    """All that claims speak of, each once in the same runs."""
    found: dict[tuple[object, ...], Series] = {}
    for name in view.selection.changed or (view.selection.baseline,):
        for claim in view.scenarios[name].expect:
            given = _given(name, view.scenarios[name], claim)
            series = Series(claim.measure, dict(claim.where), given, span_of(claim))
            if _is_there(view.selection, series):
                part, which = view.counted(series)
                kept = series if which else replace(series, given=None)
                runs = tuple((scenario, some.tobytes()) for scenario, some in part.only.items())
                found.setdefault((*kept.cell[:2], runs, kept.given is None), kept)
    return tuple(found.values())


def _given(label: str, scenario: Scenario, claim: Claim) -> Given | None:
    """Given which event a claim of a scenario counts its runs."""
    if claim.condition is None:
        return None
    return Given(label, claim.condition, parse_quarter(last_quarter(scenario, claim)))


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


def _left_out(view: Gallery, chosen: Sequence[Series]) -> str:
    """How many series that claims speak of are not among those drawn, as a sentence."""
    more = len(_every_claimed(view)) - len(chosen) if chosen == claimed(view) else 0
    return f" Claims speak of {more} more, which have no panel: their verdicts stand above." if more > 0 else ""


def fans(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series in every scenario, with its spread over runs."""
    counted = [view.counted(series) for series in chosen]
    every = [tables.levels(part, s.measure, s.where) for s, (part, _) in zip(chosen, counted, strict=True)]
    heads = [
        Head(s.heading, view.noted(words.unit(t.attrs["unit"], s.where), which, means(t)))
        for s, t, (_, which) in zip(chosen, every, counted, strict=True)
    ]
    figure, axes = _small_multiples(view, heads)
    parts = []
    for axis, series, table in zip(axes, chosen, every, strict=True):
        within = bounds(table.attrs["unit"])
        against(axis, table, view.colours, view.selection.baseline, within=within, least=series.least)
        parts.append(_labelled(table, series))
    mixed = windows.shaded((axis, part, view.selection.changed) for axis, (part, _) in zip(axes, counted, strict=True))
    caption = (
        f"Lines and dark bands: mean of all runs and its 95 % interval; light band: 95 % of the runs of "
        f"{view.reference}. {ALIKE}{_runs(view, chosen)} Median and spread of every scenario stand in the CSV file."
        f"{view.moments}{mixed}{view.uneven}{_left_out(view, chosen)}"
    )
    key(figure, view.titles)
    return Exhibit("fans", "What the scenarios ask about", caption, figure, _together(parts))


def paired(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series as a difference from the baseline, run by run."""
    counted = [(series, *view.counted(series)) for series in chosen]
    every = [(s, tables.changes(part, s.measure, s.where), which, part) for s, part, which in counted]
    moved = [found for found in every if found[1]["mean"].abs().max() > tables.FLOOR] or every[:1]
    kept = [series for series, *_ in moved]
    still = words.listing([words.phrase(series.measure, series.where) for series in chosen if series not in kept])
    heads = [
        Head(s.heading, view.noted(f"change, {words.change_unit(t.attrs['unit'], s.where)}", which, _from_zero(t)))
        for s, t, which, _ in moved
    ]
    figure, axes = _small_multiples(view, heads)
    parts = []
    for axis, (series, table, *_) in zip(axes, moved, strict=True):
        difference(axis, table, view.colours, least=series.least)
        parts.append(_labelled(table, series))
    mixed = windows.shaded((axis, part, view.selection.changed) for axis, (*_, part) in zip(axes, moved, strict=True))
    caption = (
        f"{view.compared}. Line and dark band: mean and its 95 % interval; light band: "
        f"95 % of the runs. A dark band that leaves zero behind is an effect. {ALIKE}"
        f"{still and f' Nothing changes: {still}.'}{_runs(view, kept)}{view.moments}{mixed}"
    )
    return Exhibit("differences", "What the scenarios change", caption, key(figure, view.changed), _together(parts))


def _runs(view: Gallery, chosen: Sequence[Series]) -> str:
    """Which runs the panels count: all, those that their titles name, or both."""
    part = [bool(series.given) for series in chosen]
    return ("" if all(part) else view.untouched()) + (GIVEN if any(part) else "")


def _from_zero(table: pd.DataFrame) -> dict[str, Array]:
    """The mean differences over time of each scenario, and what they would be without any."""
    changes = means(table)
    return {STILL: np.zeros_like(next(iter(changes.values())))} | changes


def _small_multiples(view: Gallery, heads: Sequence[Head]) -> tuple[Sheet, list[Axes]]:
    """Three panels a row below the legend of the scenarios."""
    return panels(heads, 3, [1.35] * len(heads), Margins(left=0.66, top=0.12 + key_height(view.titles)))


def moving(view: Gallery, table: pd.DataFrame, by: str, least: float) -> tuple[list[str], str]:
    """The baseline and the scenarios in which the mean of some cell moves visibly, and the titles of the others."""
    means = table.pivot_table(index=[by, "time"], columns="scenario", values="mean", sort=False)
    apart = {s: float((means[s] - means[view.selection.base(s)]).abs().max()) for s in view.selection.scenarios}
    shown = [s for s, most in apart.items() if s == view.selection.baseline or most >= least]
    return shown, words.listing([words.quoted(view.scenarios[s].title) for s in apart if s not in shown])


def ranking(view: Gallery, scenario: str) -> list[Exhibit]:
    """The largest effects of one scenario on each measure that has some; nothing where none has."""
    known = [effect for effect in EFFECTS if view.selection.has(effect.measure)]
    every = {effect: _largest_of(view.selection, scenario, effect) for effect in known}
    found = {effect: table for effect, table in every.items() if len(table)}
    if not found:
        return []
    heads = [Head(e.kind.capitalize(), e.unit.replace("on a scale from −1 to 1", "index")) for e in found]
    figure = rankings(heads, list(found.values()))
    heading = f"Largest effects of {words.quoted(view.scenarios[scenario].title)}"
    least = words.listing([f"{effect.smallest:g} ({effect.kind})" for effect in known])
    table = pd.concat(found.values(), ignore_index=True)
    caption = (
        f"Changes ({view.pairing}) at the time each is largest; left out are smaller ones than {least} and those whose "
        f"interval holds zero. What is left of them by {words.year(view.selection.ends[1])} stands in the CSV file. "
        "Shares of exports are shown where the "
        f"volume sold moves the same way. {BARS}{view.among(table)}"
    )
    return [Exhibit(f"effects-{scenario}", heading, caption, figure, table)]


def _largest_of(selection: Selection, scenario: str, effect: Effect) -> pd.DataFrame:
    """The largest effects of one scenario on one measure, each at its peak, in the unit said and with its name."""
    effects = told(selection, scenario, effect)
    table = tables.ranked(tables.at_peak(effects[off_zero(effects)]), RANKED_SHOWN)
    numbers = ["mean", "mean_low", "mean_high", "low", "lower", "median", "upper", "high", "left"]
    table[numbers] *= effect.factor
    labels = [_label(effect.measure, row) for _, row in table.iterrows()]
    amounts = list(map(said, table["mean"], table["mean_low"], table["mean_high"]))
    return table.assign(measure=effect.measure, unit=effect.unit, label=labels, said=amounts)


def _label(measure: str, row: pd.Series) -> str:
    """Name of a row of a ranking, and when its effect is largest."""
    where = {d: str(row[d]) for d in MEASURES[measure].dimensions}
    place = words.whom(measure, where)
    share = row["share_up"] if row["mean"] > 0 else row["share_down"]
    verb = "rises" if row["mean"] > 0 else "falls"
    divided = [] if share >= AGREE else [f"{verb} in {100 * share:.0f} % of runs"]
    return ", ".join(
        [place, *([row["commodity"]] if "commodity" in row else []), words.moment(str(row["time"])), *divided]
    )


def _labelled(table: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A table with the series it shows and its unit as columns, for the CSV file."""
    measure, place, given = series.cell
    return table.assign(measure=measure, where=place, given=given, unit=table.attrs["unit"])


def _together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    first = ["scenario", "measure", "where", "given", "unit"]
    return table[first + [column for column in table.columns if column not in first]]
