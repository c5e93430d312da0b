"""Ranks: the largest effects of a scenario over all measures, told in units of their spread over runs.

An effect of one standard deviation is as large as what luck does to a run. The
deviation is that of the levels, of the scenario and of what it is compared
with together, in the quarter in which it is largest; what has none, since a
scenario alone decides it, has no rank.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from analysis import accuracy, style, words
from analysis.amounts import said
from analysis.charts.ranking import BARS, rankings
from analysis.clocks import looks, views
from analysis.ensemble import QUANTILES, bounds, mean_interval, off_zero, ordered, quantiles, simultaneous
from analysis.figures import Exhibit, Gallery, Series
from analysis.peaks import EFFECTS
from analysis.repeats import once
from analysis.selection import Selection
from analysis.tables import SAME
from model.arrays import TINY, Array
from model.measures import MEASURES, Bounds

HARDLY_LUCK = 50.0  # standard deviations: an effect beyond is put in by the scenario, and luck is no measure of it
TOLD_OTHERWISE = (
    *("dependence", "loss_channel", "alignment_term", "shadow_price"),
    *("project_stage", "membership", "pole_posture", "dyad_state"),
)
"""Measures that say again, or in parts, what another one says, and states, whose numbers have no size."""
WORTH_A_RANK = 0.01
"""The least effect on measures that no sentence speaks of: this share of the largest level of the measure, or of
the layer, for links and markets, and no less than what lies flat on a chart."""
VOLUMES = ("flow", "market_volume")
"""Measures in units of volume, of which what the solver leaves behind has no rank either."""
SHOWN, MOST_A_MEASURE, KEPT = 10, 3, 200
_COLUMNS = ("scenario", "measure", "where", "label", "time", "mean", "mean_low", "mean_high", "low", "high", "said")


def exhibits(view: Gallery, first: Collection[str] = ()) -> Iterator[Exhibit]:
    """The largest effects of every scenario that has some, a panel each, and the amounts behind them.

    Effects on the measures in `first` come before all others.
    """
    known = {s: _leading(ranking(view.selection, s), first) for s in view.selection.changed}
    found = {scenario: table for scenario, table in known.items() if len(table)}
    if not found:
        return
    shown = {s: table.groupby("measure", sort=False).head(MOST_A_MEASURE).head(SHOWN) for s, table in found.items()}
    heads = [view.headed(s, note="change in standard deviations over runs") for s in shown]
    figure = rankings(heads, list(shown.values()))
    still = words.listing([words.quoted(view.scenarios[s].title) for s in known if s not in found])
    table = pd.concat([rows.head(KEPT) for rows in found.values()], ignore_index=True)
    caption = (
        f"Changes ({view.pairing}) over all measures at the time each is largest, at most {MOST_A_MEASURE} of a "
        "measure, in units of the standard deviation of the level over runs: at 1 the scenario does as much as luck "
        f"does; at the right the mean in its own unit. {BARS} Left out: what has no luck, intervals of "
        f"the mean that hold zero, and changes too small to speak of{still and f', as all of {still}'}."
        f"{_dates(view, list(shown))}{view.among(table)}"
    )
    yield Exhibit("ranked-effects", "Largest effects over all measures", caption, figure, table)


def _dates(view: Gallery, scenarios: Sequence[str]) -> str:
    """That the luck of some scenarios has drawn dates in it, where others stand beside them, as a sentence."""
    drawn = [words.quoted(view.scenarios[s].title) for s in scenarios if looks(view.selection, s)]
    if not drawn or len(scenarios) == 1:
        return ""
    return (
        f" The dates that runs draw are part of the luck of {words.listing(drawn)}: in standard deviations, effects "
        "look smaller than the same ones at a set date, and do not compare with those of another scenario."
    )


def _leading(table: pd.DataFrame, first: Collection[str]) -> pd.DataFrame:
    """A ranking with the rows of some measures first."""
    return table.iloc[np.argsort(~table["measure"].isin(first), kind="stable")]


def ranking(selection: Selection, scenario: str) -> pd.DataFrame:
    """Effects over all measures at their peaks, largest first and each once, with a label and the amount in words.

    `mean`, `mean_low`, `mean_high`, `low` and `high` are in units of `sd`; `sd` and `effect` are in `unit`.
    """
    parts = [_of_measure(selection, scenario, name) for name in selection.measures if _tells(name)]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=list(_COLUMNS))])
    order = np.argsort(-table["mean"].abs().to_numpy(dtype=float), kind="stable")
    table = table.iloc[order]
    return once(table, table["sd"].to_numpy(dtype=float)).reset_index(drop=True) if len(table) else table


def _tells(measure: str) -> bool:
    """Whether a measure says something that no other one says."""
    known = MEASURES.get(measure)
    return measure not in TOLD_OTHERWISE and (known is None or "region" not in known.dimensions)


def series(table: pd.DataFrame, most: int) -> tuple[Series, ...]:
    """What the first rows of a ranking are about, at most one series of a measure and place."""
    rows = zip(table["measure"], table["where"], strict=True)
    return tuple(Series(m, dict(part.split("=") for part in where.split())) for m, where in rows)[:most]


def _of_measure(selection: Selection, scenario: str, measure: str) -> pd.DataFrame:
    """Effects on the cells of one measure that are worth a rank, each at its peak."""
    change = ordered(selection.effect(scenario, measure), "run", "time")
    ours, theirs = (_like(selection.values(s, measure), change) for s in (scenario, selection.base(scenario)))
    if selection.paired(scenario):  # whether an event comes at all is no luck of the level
        ours = ours[np.isin(selection.values(scenario, measure)["run"], selection.touched(scenario))]
    sd = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / 2).max(axis=0)
    floor = _floor(measure, change, np.abs(theirs.mean(axis=0)).max(axis=0))
    peaks = pd.concat([_peaks(seen, sd, floor) for seen in views(selection, scenario, change)])
    peaks = peaks[off_zero(peaks) if selection.paired(scenario) else simultaneous(peaks)]
    sizes = peaks["effect"].abs().round(SAME).to_numpy()
    table = peaks.iloc[np.argsort(sizes, kind="stable")].groupby("cell").tail(1).sort_values("cell", ignore_index=True)
    places = [_place(change, cell) for cell in table.pop("cell")]
    table = _named(table, scenario, measure, places, str(change.attrs["units"]))
    return table[[len({*place.values()}) == len(place) for place in places]]  # what a state gets of itself is the rest


def _peaks(change: xr.DataArray, sd: Array, floor: Array | float) -> pd.DataFrame:
    """Each cell (counted through) that moves enough, at the time at which it moves most."""
    cells = change.values.reshape(*change.shape[:2], -1)
    size = np.abs(cells.mean(axis=0)).round(SAME)
    kept = np.flatnonzero((size.max(axis=0) > floor) & (sd > TINY) & (size.max(axis=0) < HARDLY_LUCK * sd))
    times = len(size) - 1 - size[::-1, kept].argmax(axis=0)
    table = _in_deviations(cells[:, times, kept], sd[kept], bounds(str(change.attrs["units"]), change=True))
    table.insert(0, "time", change["time"].values[times])
    return table.assign(cell=kept)


def _like(values: xr.DataArray, change: xr.DataArray) -> Array:
    """Levels at the times and labels of a change, (run, time, cell)."""
    other = {dim: index for dim, index in change.indexes.items() if not index.equals(values.indexes[dim])}
    cells = ordered(values, "run", "time").sel({dim: other[dim] for dim in other if dim != "run"}).values
    return np.asarray(cells.reshape(*cells.shape[:2], -1), dtype=np.float64)


def _floor(measure: str, change: xr.DataArray, size: Array) -> Array | float:
    """The least change of each cell that is an effect: what sentences name, or a share of the largest alike."""
    known = [effect.smallest / effect.factor for effect in EFFECTS if effect.measure == measure]
    if known:
        return known[0]
    kinds = _kinds(change, len(size))
    alike = pd.Series(size).groupby(kinds).transform("max").to_numpy(dtype=float)
    settled = kinds.map(accuracy.least if measure in VOLUMES else lambda _: 0.0).to_numpy(dtype=float)
    return np.asarray(np.maximum(np.maximum(WORTH_A_RANK * alike, settled), style.NOISE), dtype=np.float64)


def _kinds(change: xr.DataArray, cells: int) -> "pd.Series[str]":
    """The kind of each cell: of links and markets the layer, all others alike."""
    dim = next((str(dim) for dim in change.dims if dim in {"link", "market"}), None)
    return pd.Series([words.layer(dim, str(label)) for label in change[dim].values] if dim else [""] * cells)


def _in_deviations(changes: Array, sd: Array, within: Bounds) -> pd.DataFrame:
    """Mean, its interval and the range of 95 % of the runs in standard deviations; changes (run, cell)."""
    low, mean, high = mean_interval(changes, within)
    least, most = quantiles(changes, (QUANTILES["low"], QUANTILES["high"]))
    ends = {"mean": mean, "mean_low": low, "mean_high": high, "low": least, "high": most}
    scaled = {name: values / sd for name, values in ends.items()}
    return pd.DataFrame(scaled | {"sd": sd, "effect": mean, "runs": len(changes)})


def _place(change: xr.DataArray, cell: np.intp) -> dict[str, str]:
    """The labels of a cell by dimension."""
    dims = change.dims[2:]
    where = np.unravel_index(cell, change.shape[2:]) if dims else ()
    return {str(dim): str(change[dim].values[i]) for dim, i in zip(dims, where, strict=True)}


def _named(table: pd.DataFrame, scenario: str, measure: str, places: list[dict[str, str]], unit: str) -> pd.DataFrame:
    """The table with what each row is about, and its amount in words."""
    units = [words.change_unit(unit, place) for place in places]
    labels = [
        f"{words.topic(measure, place)}: {words.whom(measure, place)}, {words.moment(t)}"
        for place, t in zip(places, table["time"], strict=True)
    ]
    ends = (table["effect"], table["mean_low"] * table["sd"], table["mean_high"] * table["sd"])
    front = {
        "scenario": scenario,
        "measure": measure,
        "where": [" ".join(f"{dim}={label}" for dim, label in place.items()) for place in places],
        "label": labels,
    }
    return pd.DataFrame(
        front | {c: table[c] for c in table} | {"unit": units, "said": list(map(said, *ends, units))}, index=table.index
    )
