"""Responses: what the varied parameters of a batch do to the outcomes that its scenarios ask about.

To effects, which are paired differences of the same run at the same parameters,
and to outcomes as they are. Runs with the same value of a parameter are put
together, whatever the other parameters are; where nearly every run has a value
of its own, runs with neighbouring values are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis import style, tables, words
from analysis.amounts import BRACKETS, said
from analysis.chances import where_come
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.charts.ranking import rankings
from analysis.charts.response import curve
from analysis.clocks import Picks
from analysis.ensemble import QUANTILES, bounds, difference_interval, mean_interval, quantiles
from analysis.figures import Exhibit, Gallery, Series, asked, largest
from analysis.press import Press
from analysis.selection import RUNS_A_POINT, Runs, Selection, at
from model.arrays import Array
from model.measures import MEASURES, Bounds
from model.quarters import parse_quarter

MOST_VALUES, GROUPS = 12, 8
"""Values that stand for themselves, and groups that more of them are put into."""
MOST_CURVES, MOST_BARS, MOST_SERIES = 3, 10, 9
TORNADO_SPANS = style.SMALLEST_RANGE / 5
"""Half of what an axis with bars of parameters spans at least."""
LEAST_BEND = 0.01
"""The share of an outcome, or effect, by which a parameter must move it for the curve to be drawn."""
_WHEN = "when its claim looks (over a span its mean), else when a scenario moves it most (see above each panel)"
Outcome: TypeAlias = "pd.Series[float]"
Span: TypeAlias = tuple[str, str]
"""First and last quarter that are looked at."""


@dataclass(frozen=True)
class Subject:
    """What parameters are asked about: effects of scenarios (`change`) or outcomes as they are, and what both go by."""

    change: bool
    file: str
    one: str
    many: str

    def scenarios(self, selection: Selection) -> tuple[str, ...]:
        """Scenarios that have it: of effects those that are compared with another one."""
        return selection.changed if self.change else selection.scenarios

    def unit(self, series: Series) -> str:
        """Unit of it."""
        unit = MEASURES[series.measure].unit
        return f"effect, {words.change_unit(unit, series.where)}" if self.change else words.unit(unit, series.where)

    def titles(self, view: Gallery) -> dict[str, str]:
        """Titles of the scenarios that have it, to their colours."""
        names = self.scenarios(view.selection)
        return {view.scenarios[name].title: view.colours[name] for name in names}

    def pairing(self, view: Gallery) -> str:
        """What an effect is, as a sentence after another; nothing for outcomes."""
        paired = "the same run at the same parameters in both, of the runs that the scenario touches"
        return f" An effect is the difference from {view.references}, {paired}." if self.change else ""

    def band(self, view: Gallery) -> str:
        """What the light band of a curve is; effects have none."""
        return "" if self.change else f"; light band: 95 % of the runs of {view.reference}"

    def bounds(self, measure: str) -> Bounds:
        """Where its values can lie."""
        return bounds(MEASURES[measure].unit, change=self.change)


EFFECT = Subject(change=True, file="effect-", one="effect", many="effects")
LEVEL = Subject(change=False, file="", one="outcome", many="outcomes")


def varied(selection: Selection) -> tuple[str, ...]:
    """Parameters that take more than one value over the runs of some scenario."""
    return tuple(dict.fromkeys(name for s in selection.scenarios for name in map(str, selection.parts[s].parameters)))


def shown(view: Gallery, press: Press) -> str:
    """What parameters do to the effects of scenarios, where runs pair, then to the outcomes themselves; HTML."""
    return "".join(
        press.shown(exhibits) + (f"<p>{escape(_unmoved(still, subject))}</p>" if still else "")
        for subject in (EFFECT, LEVEL)
        if subject.scenarios(view.selection)
        for exhibits, still in [examined(view, subject)]
    )


def examined(view: Gallery, subject: Subject) -> tuple[list[Exhibit], list[str]]:
    """What each parameter moves most, when there are several, with a curve of those that do; and those that do not."""
    chosen = outcomes(view)
    table = responses(view.selection, chosen, subject)
    moved = swings(view.selection, chosen, subject)
    if moved.empty:  # only what the others are compared with has parameters that vary
        return [], []
    order = _by_strength(moved)
    rows = {name: table[table["parameter"] == name] for name in order}
    bent = {name: [series for series in chosen if _bends(_of(rows[name], series), series)] for name in order}
    exhibits = [_tornado(view, chosen, moved, order, subject)] if len(order) > 1 else []
    exhibits += [_curves(view, bent[name], rows[name], name, subject) for name in order[:MOST_CURVES] if bent[name]]
    return exhibits, [name for name in order if not bent[name]]


def _unmoved(still: list[str], subject: Subject) -> str:
    """That some parameters move nothing, as a sentence."""
    named = still if len(still) <= MOST_BARS else [*still[:MOST_BARS], f"{len(still) - MOST_BARS} more parameters"]
    return f"No {subject.one} shown here moves by {100 * LEAST_BEND:g} % over {words.listing(named)}."


def outcomes(view: Gallery) -> tuple[Series, ...]:
    """What the scenarios ask about and the largest effects, each once: when its claim looks, where it has one."""
    found: dict[tuple[str, str, str], Series] = {}
    for series in (*asked(view), *largest(view, each=2)):
        found.setdefault(series.cell, series)
    return tuple(found.values())[:MOST_SERIES]


def _bends(part: pd.DataFrame, series: Series) -> bool:
    """Whether an outcome, or effect, moves over a parameter by as much as can be seen, in some scenario."""
    means = part.groupby("scenario")["mean"]
    spans = means.max() - means.min()
    return bool((spans > np.maximum(series.least, LEAST_BEND * means.agg(lambda m: m.abs().max()))).any())


def responses(selection: Selection, chosen: Sequence[Series], subject: Subject = LEVEL) -> pd.DataFrame:
    """Outcomes, or effects on them, when the effects peak, by value of each parameter.

    Mean with its interval, 95 % of the runs and their number.
    """
    rows = [
        front | {"value": value} | _statistics(part, subject.bounds(str(front["measure"])))
        for front, groups in _grouped(selection, chosen, subject)
        for value, part in groups.items()
    ]
    return pd.DataFrame(rows)


def swings(selection: Selection, chosen: Sequence[Series], subject: Subject = LEVEL) -> pd.DataFrame:
    """What each outcome, or effect, gains from the lowest to the highest value, or group of values, of each parameter.

    The same run is compared with itself where it was run at both; else the groups are unpaired.
    """
    rows = []
    for front, groups in _grouped(selection, chosen, subject):
        low, high = (groups[value] for value in (min(groups), max(groups)))
        paired = low.index.equals(high.index)
        least, most = subject.bounds(str(front["measure"]))
        within = least - most, most - least
        ends = (
            mean_interval(_array(high - low), within)
            if paired
            else difference_interval(_array(high), _array(low), within)
        )
        names = ("mean_low", "mean", "mean_high")
        rows.append(
            front | {"lowest": min(groups), "highest": max(groups)} | dict(zip(names, map(float, ends), strict=True))
        )
    return pd.DataFrame(rows)


def _grouped(
    selection: Selection, chosen: Sequence[Series], subject: Subject
) -> Iterator[tuple[dict[str, object], dict[float, Outcome]]]:
    """Outcomes, or effects, of each series in each scenario by value of each parameter."""
    spans = [series.span or (peak := peak_time(selection, series), peak) for series in chosen]
    for scenario in subject.scenarios(selection):
        parameters = selection.parts[scenario].parameters
        for series, span in zip(chosen, spans, strict=True):
            outcome = _outcome(selection, scenario, series, span, subject)
            front = _front(scenario, series, span)
            for name in map(str, parameters):
                yield front | {"parameter": name}, by_value(outcome, parameters[name])


def _outcome(selection: Selection, scenario: str, series: Series, span: Span, subject: Subject) -> Outcome:
    """A series over a span by run and point: of a scenario, or what it has more than what it is compared with."""
    found = _seen(selection, scenario, series, span)
    if subject.change:
        found = (found - _seen(selection, selection.base(scenario), series, span)).dropna()
    return found[_count(selection, scenario, series, found.index.to_numpy(), subject)]


def _seen(selection: Selection, scenario: str, series: Series, span: Span) -> Outcome:
    """A series of a scenario by run and point: the mean over what was recorded in a span, or at its one quarter."""
    values, (first, last) = selection.parts[scenario].at_points(series.measure).sel(series.where), span
    times = [
        str(t) for t in values["time"].values if parse_quarter(first) <= parse_quarter(str(t)) <= parse_quarter(last)
    ]
    seen = values.sel(time=times).mean("time") if first != last and times else at(values, last)
    return pd.Series(seen.values, index=pd.Index(seen["run"].values, name="run"))


def _count(selection: Selection, scenario: str, series: Series, runs: Runs, subject: Subject) -> Picks:
    """Which runs, of all points, count for a series: those of its event, else for effects those that are touched."""
    given = series.given
    if given is not None and given.scenario in selection.scenarios:
        only = where_come(selection, given.scenario, given.event, given.until).only[scenario]
    elif subject.change:
        only = selection.touched(scenario)
    else:
        return np.ones(len(runs), dtype=bool)
    return np.asarray(np.isin(runs % RUNS_A_POINT if selection.points else runs, only), dtype=bool)


def peak_time(selection: Selection, series: Series) -> str:
    """The quarter in which the mean effect of some scenario on an outcome is largest; the last one without effects."""
    if selection.changed:
        table = tables.changes(selection, series.measure, series.where)
        if table["mean"].abs().max() > tables.FLOOR:
            return tables.peak(table)
    return selection.ends[1]


def _front(scenario: str, series: Series, span: Span) -> dict[str, object]:
    measure, where, given = series.cell
    unit = words.unit(MEASURES[measure].unit, series.where)
    return {
        "scenario": scenario,
        "measure": measure,
        "where": where,
        "given": given,
        "unit": unit,
        "time": _named(span),
    }


def _named(span: Span) -> str:
    """A quarter, or two with a dash between."""
    return "–".join(dict.fromkeys(span))


def by_value(outcome: Outcome, parameter: Outcome) -> dict[float, Outcome]:
    """Mean outcome of each run by value of a parameter; many values in groups of neighbours, at their mean.

    Runs of several points are one run: other parameters are averaged over.
    """
    known = parameter.reindex(outcome.index)
    if known.nunique() > MOST_VALUES:
        known = known.groupby(pd.qcut(known, GROUPS, labels=False)).transform("mean")
    runs = outcome.index.to_numpy() % RUNS_A_POINT
    means = outcome.groupby([known.to_numpy(), runs]).mean()
    return {float(str(value)): means.loc[value] for value in means.index.unique(0)}


def _statistics(outcome: Outcome, within: Bounds) -> dict[str, float]:
    low, mean, high = mean_interval(_array(outcome), within)
    least, most = quantiles(_array(outcome), (QUANTILES["low"], QUANTILES["high"]))
    found = {"mean": mean, "mean_low": low, "mean_high": high, "low": least, "high": most, "runs": len(outcome)}
    return {name: float(np.asarray(value)) for name, value in found.items()}


def _array(outcome: Outcome) -> Array:
    return np.asarray(outcome, dtype=np.float64)


def _by_strength(moved: pd.DataFrame) -> list[str]:
    """Parameters, first those that move some outcome most, as a share of what any parameter moves it."""
    size = moved["mean"].abs()
    share = size / size.groupby([moved["measure"], moved["where"]]).transform("max").clip(lower=1e-12)
    strength = share.groupby(moved["parameter"]).mean().sort_values(ascending=False, kind="stable")
    return [str(name) for name in strength.index]


def _tornado(
    view: Gallery, chosen: Sequence[Series], moved: pd.DataFrame, order: list[str], subject: Subject
) -> Exhibit:
    """Which parameter moves an outcome, or an effect, most."""
    shown, titles = order[:MOST_BARS], subject.titles(view)
    parts = [_of(moved, series) for series in chosen]
    heads = [
        _headed(series, part, f"change, {_change_unit(series)}") for series, part in zip(chosen, parts, strict=True)
    ]
    figure = rankings(heads, [_bars(view, part, shown) for part in parts], key_height(titles), TORNADO_SPANS)
    ends = moved.groupby("parameter")[["lowest", "highest"]].first().astype(float)
    spans = "; ".join(f"{name} {low:.3g} to {high:.3g}" for name, low, high in ends.loc[shown].itertuples())
    caption = (
        f"What each {subject.one}, {_WHEN}, gains when a parameter goes from its lowest to its highest value (or "
        f"eighth of the values), the others averaged over: {spans}.{subject.pairing(view)} "
        f"Bar: mean; line and {BRACKETS}."
    )
    heading = f"Which parameter moves an {subject.one} most"
    return Exhibit(f"{subject.file}tornado", heading, caption, key(figure, titles), moved)


def _bars(view: Gallery, part: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """What each parameter does to one outcome: a bar a scenario, the first of them with the name of the parameter."""
    rows = part.set_index("parameter").loc[shown].reset_index()
    amounts = map(said, rows["mean"], rows["mean_low"], rows["mean_high"])
    names = rows["parameter"].where(~rows["parameter"].duplicated(), "")
    colours = rows["scenario"].map(view.colours)
    return rows.assign(label=names, said=list(amounts), colour=colours, low=rows["mean_low"], high=rows["mean_high"])


def _curves(view: Gallery, chosen: Sequence[Series], table: pd.DataFrame, parameter: str, subject: Subject) -> Exhibit:
    """Every outcome, or effect, over one parameter, all scenarios that have it."""
    titles = subject.titles(view)
    parts = [_of(table, series) for series in chosen]
    heads = [_headed(series, part, subject.unit(series)) for series, part in zip(chosen, parts, strict=True)]
    space = Margins(left=0.66, bottom=0.5, top=0.1 + key_height(titles))
    figure, axes = panels(heads, 3, [1.2] * len(heads), space)
    for axis, series, part in zip(axes, chosen, parts, strict=True):
        if subject.change:
            axis.axhline(0.0, color=style.INK, lw=0.8)
        within = subject.bounds(series.measure)
        curve(axis, part, view.colours, view.selection.baseline, within=within)
    caption = (
        f"{words.capital(subject.many)} over {parameter}, {_WHEN}.{subject.pairing(view)} Lines and dark bands: "
        f"means and their 95 % intervals{subject.band(view)}. Other varied parameters are averaged over; "
        f"{subject.many} that it moves by less than {100 * LEAST_BEND:g} % are left out.{view.moments}"
    )
    heading = f"Response of {subject.many} to {parameter}"
    return Exhibit(f"{subject.file}response-{parameter}", heading, caption, key(figure, titles), table)


def _headed(series: Series, part: pd.DataFrame, unit: str) -> Head:
    """What a panel of an outcome is about, in which unit, and when."""
    time = str(part["time"].iloc[0])
    return Head(series.heading, f"{unit}, {words.moment(time) if words.is_quarter(time) else time}")


def _change_unit(series: Series) -> str:
    return words.change_unit(MEASURES[series.measure].unit, series.where)


def _of(table: pd.DataFrame, series: Series) -> pd.DataFrame:
    """The rows of one series."""
    measure, where, given = series.cell
    return table[(table["measure"] == measure) & (table["where"] == where) & (table["given"] == given)]
