"""Tables: what each chart and sentence is drawn from, over the scenarios of a batch.

Every table is tidy, begins with `scenario` and has its unit in `attrs["unit"]`.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import xarray as xr

from analysis import metrics
from analysis.clocks import effects_of, seen
from analysis.ensemble import bands, certain, effects
from analysis.selection import Selection, at

FLOOR = 1e-9
SAME = 9
"""Decimals to which two effects are of one size: the later of them is the peak."""


def levels(selection: Selection, measure: str, where: Mapping[str, str | list[str]] | None = None) -> pd.DataFrame:
    """Quantiles over runs of a measure in every scenario."""
    chosen = {s: selection.values(s, measure).sel(where or {}, drop=True) for s in selection.scenarios}
    return _joined({scenario: bands(values) for scenario, values in chosen.items()})


def labelled(scenario: str, values: xr.DataArray) -> pd.DataFrame:
    """Quantiles over runs of some values of one scenario."""
    return _joined({scenario: bands(values)})


def changes(selection: Selection, measure: str, where: Mapping[str, str | list[str]]) -> pd.DataFrame:
    """Paired differences of a measure in every changed scenario."""
    chosen = {s: selection.difference(s, measure, where) for s in selection.changed}
    return _joined({scenario: effects(values) for scenario, values in chosen.items()})


def change(selection: Selection, scenario: str, measure: str) -> pd.DataFrame:
    """Paired differences of a measure in the runs that one scenario touches, at every label and time (`effects_of`)."""
    return _joined({scenario: effects_of(selection, scenario, selection.effect(scenario, measure))})


def levels_at(selection: Selection, measure: str, quarter: str, scenario: str | None = None) -> pd.DataFrame:
    """Quantiles over runs of all labels at one quarter, in one scenario (the baseline unless named)."""
    chosen = scenario or selection.baseline
    return _joined({chosen: bands(at(selection.values(chosen, measure), quarter))})


def ranked(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """The rows with the largest mean effects, largest first, leaving out what does not move."""
    order = table["mean"].abs().sort_values(ascending=False, kind="stable").index
    kept = table.loc[order]
    kept = kept[kept["mean"].abs() > FLOOR].head(most)
    kept.attrs = dict(table.attrs)
    return kept


def at_peak(table: pd.DataFrame) -> pd.DataFrame:
    """The row of each cell of a table of paired differences at the time of its largest mean effect."""
    known = table.dropna(subset="mean")
    sizes = known["mean"].abs().round(SAME)[::-1]
    return known.loc[sizes.groupby([known[cell] for cell in cells(known)]).idxmax().sort_values()]


def peak(table: pd.DataFrame) -> str:
    """The time of the largest mean effect in a table of paired differences."""
    sizes = table.groupby("time", sort=False)["mean"].agg(lambda means: means.abs().max()).round(SAME)
    return str(sizes[::-1].idxmax())


def cells(table: pd.DataFrame) -> list[str]:
    """The columns of a table of paired differences that name a cell, the time apart."""
    return [column for column in table.columns[: table.columns.get_loc("low")] if column != "time"]


def matrix(table: pd.DataFrame, rows: str, columns: str, value: str = "mean") -> pd.DataFrame:
    """A column of a table as rows by columns, in the order of first occurrence."""
    wide = table.pivot_table(index=rows, columns=columns, values=value, sort=False, dropna=False)
    return wide.reindex(index=list(dict.fromkeys(table[rows])), columns=list(dict.fromkeys(table[columns])))


def corridor_shares(selection: Selection, most: int, asked: Collection[str] = ()) -> pd.DataFrame:
    """Shares of some corridors, largest first, the others in one row `other`, with quantiles over runs.

    Those asked for are among them, then those that scenarios move most, half of all, then the largest.
    """
    found = {}
    for scenario in selection.scenarios:
        shares = metrics.corridor_shares(selection.values(scenario, "corridor_flow"))
        found[scenario] = shares
    size = xr.concat([s.mean(("run", "time")) for s in found.values()], dim="s").max("s")
    means = {scenario: shares.mean("run") for scenario, shares in found.items()}
    moves = [abs(means[s] - means[selection.base(s)]).max("time") for s in selection.scenarios]
    moved = xr.concat(moves, dim="s").max("s")
    by_size, by_move = ([str(v["corridor"].values[i]) for i in np.argsort(-v.values)] for v in (size, moved))
    kept = list(dict.fromkeys([*asked, *by_move[: max(most // 2, 1)], *by_size]))[:most]
    order = [*sorted(kept, key=by_size.index), *(name for name in by_size if name not in kept)]
    return _joined({scenario: bands(_grouped(shares, order, most)) for scenario, shares in found.items()})


def _grouped(shares: xr.DataArray, order: list[str], most: int) -> xr.DataArray:
    """The first corridors of an order, and the sum of the rest."""
    kept = shares.sel(corridor=order[:most])
    if len(order) <= most:
        return kept
    rest = shares.sel(corridor=order[most:]).sum("corridor").expand_dims(corridor=["other"])
    return xr.concat([kept, rest], dim="corridor").transpose(*shares.dims).assign_attrs(shares.attrs)


def link_flows(selection: Selection, scenario: str, quarter: str, places: pd.DataFrame) -> pd.DataFrame:
    """Mean flow of every drawn link at a quarter."""
    flow = at(selection.values(scenario, "flow"), quarter).mean("run")
    table = pd.DataFrame({"scenario": scenario, "link": flow["link"].values, "flow": flow.values})
    return table.merge(places, on="link")


def link_changes(selection: Selection, scenario: str, places: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """When a scenario changes the flow on a drawn link most (`at_largest`), and what all change then.

    Columns are the mean flow, its mean change in the runs touched and the interval of that mean.
    """
    links = list(places["link"])
    time, found = at_largest(selection, scenario, selection.effect(scenario, "flow", {"link": links}))
    flow = seen(selection, scenario, selection.values(scenario, "flow").sel(link=links), time).mean("run")
    table = found[["link", "mean", "mean_low", "mean_high"]]
    table = table.rename(columns={"mean": "change", "mean_low": "change_low", "mean_high": "change_high"})
    table.insert(1, "flow", flow.values)
    table.insert(0, "scenario", scenario)
    return time, table.merge(places, on="link")


def at_largest(selection: Selection, scenario: str, change: xr.DataArray) -> tuple[str, pd.DataFrame]:
    """The time at which a change (run, time, …) is largest and certain, and the effects on all its cells then.

    The time is a quarter or a moment on a clock (`effects_of`); where no change is certain, that of the largest.
    """
    found = effects_of(selection, scenario, change)
    sure = found[certain(found)]
    time = peak(found if sure.empty else sure)
    return time, effects(seen(selection, scenario, change, time))


def places(nodes: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Links with the coordinates of their ends, without those inside a place or to the world market, which has none."""
    spots = (
        nodes[nodes["country"] != "WLD"].set_index("id")[["name", "lat", "lon"]].astype({"lat": float, "lon": float})
    )
    table = links[["id", "name", "layer", "mode", "direction", "from", "to"]].rename(
        columns={"id": "link", "name": "link_name"}
    )
    table = table.merge(spots, left_on="from", right_index=True)
    table = table.merge(spots.add_prefix("to_"), left_on="to", right_index=True)
    apart = (table["lat"] - table["to_lat"]).abs() + (table["lon"] - table["to_lon"]).abs() > FLOOR
    return table[apart].reset_index(drop=True)


def _joined(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several scenarios under one another."""
    rows = []
    for scenario, part in parts.items():
        part.insert(0, "scenario", scenario)
        rows.append(part)
    if not rows:
        return pd.DataFrame({"scenario": []})
    table = pd.concat(rows, ignore_index=True)
    table.attrs = dict(rows[0].attrs)
    return table
