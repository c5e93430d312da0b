"""Responses: what the varied parameters of a batch do to the outcomes that its scenarios ask about.

Runs with the same value of a parameter are put together, whatever the other
parameters are; where nearly every run has a value of its own, runs with
neighbouring values are.
"""

from collections.abc import Iterator, Sequence
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
from analysis.ensemble import QUANTILES, Bounds, bounds, difference_interval, mean_interval, quantiles
from analysis.figures import Exhibit, Gallery, Series, asked, largest
from analysis.selection import RUNS_A_POINT, Runs, Selection, at
from model.arrays import Array
from model.measures import MEASURES

MOST_VALUES, GROUPS = 12, 8
"""Values that stand for themselves, and groups that more of them are put into."""
MOST_CURVES, MOST_BARS, MOST_SERIES = 4, 10, 9
TORNADO_SPANS = style.SMALLEST_RANGE / 5
"""Half of what an axis with bars of parameters spans at least."""
_WHEN = "when its claim looks, else when a scenario moves it most (the date stands above each panel)"
Outcome: TypeAlias = "pd.Series[float]"


def varied(selection: Selection) -> tuple[str, ...]:
    """Parameters that take more than one value over the runs of some scenario."""
    return tuple(dict.fromkeys(name for s in selection.scenarios for name in map(str, selection.parts[s].parameters)))


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """What each parameter moves most, when there are several, and a response curve of those that move most."""
    chosen = outcomes(view)
    table = responses(view.selection, chosen)
    moved = swings(view.selection, chosen)
    order = _by_strength(moved)
    if len(order) > 1:
        yield _tornado(view, chosen, moved, order)
    for parameter in order[:MOST_CURVES]:
        rows = table[table["parameter"] == parameter]
        if moving := tuple(series for series in chosen if _bends(_of(rows, series), series)):
            yield _curves(view, moving, rows, parameter)


def outcomes(view: Gallery) -> tuple[Series, ...]:
    """What the scenarios ask about and the largest effects, each once: when its claim looks, where it has one."""
    found: dict[tuple[str, str, str], Series] = {}
    for series in (*asked(view), *largest(view, each=2)):
        found.setdefault(series.cell, series)
    return tuple(found.values())[:MOST_SERIES]


def _bends(part: pd.DataFrame, series: Series) -> bool:
    """Whether an outcome moves over a parameter by as much as can be seen, in some scenario."""
    means = part.groupby("scenario")["mean"]
    return bool((means.max() - means.min()).max() > series.least)


def responses(selection: Selection, chosen: Sequence[Series]) -> pd.DataFrame:
    """Outcomes, when the effects on them peak, by value of each parameter.

    Mean with its interval, 95 % of the runs and their number.
    """
    rows = [
        front | {"value": value} | _statistics(part, bounds(MEASURES[str(front["measure"])].unit))
        for front, groups in _grouped(selection, chosen)
        for value, part in groups.items()
    ]
    return pd.DataFrame(rows)


def swings(selection: Selection, chosen: Sequence[Series]) -> pd.DataFrame:
    """What each outcome gains from the lowest to the highest value, or group of values, of each parameter.

    The same run is compared with itself where it was run at both; else the groups are unpaired.
    """
    rows = []
    for front, groups in _grouped(selection, chosen):
        low, high = (groups[value] for value in (min(groups), max(groups)))
        paired = low.index.equals(high.index)
        within = bounds(MEASURES[str(front["measure"])].unit, change=True)
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
    selection: Selection, chosen: Sequence[Series]
) -> Iterator[tuple[dict[str, object], dict[float, Outcome]]]:
    """Outcomes of each series in each scenario by value of each parameter."""
    times = [series.by or peak_time(selection, series) for series in chosen]
    for scenario in selection.scenarios:
        parameters = selection.parts[scenario].parameters
        for series, time in zip(chosen, times, strict=True):
            values = at(selection.parts[scenario].at_points(series.measure).sel(series.where), time)
            values = values.sel(run=_count(selection, scenario, series, values["run"].to_numpy()))
            outcome = pd.Series(values.values, index=pd.Index(values["run"].values, name="run"))
            front = _front(scenario, series, str(values.attrs["units"]), time)
            for name in map(str, parameters):
                yield front | {"parameter": name}, by_value(outcome, parameters[name])


def _count(selection: Selection, scenario: str, series: Series, runs: Runs) -> Picks:
    """Which runs, of all points, count for a series."""
    if series.given is None or series.given.scenario not in selection.scenarios:
        return np.ones(len(runs), dtype=bool)
    given = series.given
    only = where_come(selection, given.scenario, given.event, given.until).only[scenario]
    return np.asarray(np.isin(runs % RUNS_A_POINT if selection.points else runs, only), dtype=bool)


def peak_time(selection: Selection, series: Series) -> str:
    """The quarter in which the mean effect of some scenario on an outcome is largest; the last one without effects."""
    if selection.changed:
        table = tables.changes(selection, series.measure, series.where)
        if table["mean"].abs().max() > tables.FLOOR:
            return tables.peak(table)
    return selection.ends[1]


def _front(scenario: str, series: Series, unit: str, time: str) -> dict[str, object]:
    measure, where, given = series.cell
    unit = words.unit(unit, series.where)
    return {"scenario": scenario, "measure": measure, "where": where, "given": given, "unit": unit, "time": time}


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


def _tornado(view: Gallery, chosen: Sequence[Series], moved: pd.DataFrame, order: list[str]) -> Exhibit:
    """Which parameter moves an outcome most."""
    shown = order[:MOST_BARS]
    parts = [_of(moved, series) for series in chosen]
    heads = [_headed(series, part, change=True) for series, part in zip(chosen, parts, strict=True)]
    figure = rankings(heads, [_bars(view, part, shown) for part in parts], key_height(view.titles), TORNADO_SPANS)
    ends = moved.groupby("parameter")[["lowest", "highest"]].first().astype(float)
    spans = "; ".join(f"{name} {low:.3g} to {high:.3g}" for name, low, high in ends.loc[shown].itertuples())
    caption = (
        f"What each outcome, {_WHEN}, gains when a parameter goes from its lowest to its highest value (or eighth of "
        f"the values), the others averaged over: {spans}. Bar: mean; line and {BRACKETS}."
    )
    return Exhibit("tornado", "Which parameter moves an outcome most", caption, key(figure, view.titles), moved)


def _bars(view: Gallery, part: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """What each parameter does to one outcome: a bar a scenario, the first of them with the name of the parameter."""
    rows = part.set_index("parameter").loc[shown].reset_index()
    amounts = map(said, rows["mean"], rows["mean_low"], rows["mean_high"])
    names = rows["parameter"].where(~rows["parameter"].duplicated(), "")
    colours = rows["scenario"].map(view.colours)
    return rows.assign(label=names, said=list(amounts), colour=colours, low=rows["mean_low"], high=rows["mean_high"])


def _curves(view: Gallery, chosen: Sequence[Series], table: pd.DataFrame, parameter: str) -> Exhibit:
    """Every outcome over one parameter, all scenarios."""
    parts = [_of(table, series) for series in chosen]
    heads = [_headed(series, part) for series, part in zip(chosen, parts, strict=True)]
    space = Margins(left=0.66, bottom=0.5, top=0.1 + key_height(view.titles))
    figure, axes = panels(heads, 3, [1.2] * len(heads), space)
    for axis, series, part in zip(axes, chosen, parts, strict=True):
        within = bounds(MEASURES[series.measure].unit)
        curve(axis, part, view.colours, view.selection.baseline, within=within)
    caption = (
        f"Outcomes over {parameter}, {_WHEN}. Lines and dark bands: means and their 95 % intervals; light band: 95 % "
        f"of the runs of {view.reference}. Other varied parameters are averaged over; outcomes that it "
        f"does not move are left out.{view.moments}"
    )
    heading = f"Response to {parameter}"
    return Exhibit(f"response-{parameter}", heading, caption, key(figure, view.titles), table)


def _headed(series: Series, part: pd.DataFrame, *, change: bool = False) -> Head:
    """What a panel of an outcome is about, in which unit, and when."""
    unit = MEASURES[series.measure].unit
    said = f"change, {words.change_unit(unit, series.where)}" if change else words.unit(unit, series.where)
    return Head(series.heading, f"{said}, {words.moment(str(part['time'].iloc[0]))}")


def _of(table: pd.DataFrame, series: Series) -> pd.DataFrame:
    """The rows of one series."""
    measure, where, given = series.cell
    return table[(table["measure"] == measure) & (table["where"] == where) & (table["given"] == given)]
