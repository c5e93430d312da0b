"""Timelines: projects, memberships and pairs of states, in how many of the runs each is in which state."""

from collections.abc import Iterator
from textwrap import shorten

import numpy as np
import pandas as pd
import xarray as xr

from analysis import style, words
from analysis.charts.panels import Margins, key, key_height, panels
from analysis.charts.states import state_shares
from analysis.figures import Exhibit, Gallery
from analysis.selection import Selection
from scenarios.states import STATE_VALUES

SHOWN = 12
_LETTERS = 30
_KINDS = {
    "project_stage": ("project", "Projects", "projects"),
    "membership": ("membership", "Memberships", "memberships"),
    "dyad_state": ("dyad", "Pairs of states", "pairs"),
}
"""What the states of a measure are called, its heading and the name of its files."""


def exhibits(view: Gallery) -> list[Exhibit]:
    """Timelines of what moves; none of a measure that was not recorded, or where nothing moves."""
    found = ((measure, table(view.selection, measure)) for measure in _KINDS if view.selection.has(measure))
    return [_exhibit(view, measure, rows) for measure, rows in found if len(rows)]


def table(selection: Selection, measure: str) -> pd.DataFrame:
    """Share of the runs in each state, per cent, of all that moves: where it changes, or departs from the baseline."""
    parts = [part for scenario in selection.scenarios for part in _moving(selection, scenario, measure)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _moving(selection: Selection, scenario: str, measure: str) -> Iterator[pd.DataFrame]:
    """Tables of the cells that move in one scenario."""
    states = STATE_VALUES[_KINDS[measure][0]]
    shares = state_share(selection.values(scenario, measure), states)
    base = selection.base(scenario)
    before = shares if base == scenario else state_share(selection.values(base, measure), states)
    apart = abs(shares - before).max(("time", "state")) > 0 if base != scenario else True
    moved = (shares != shares.isel(time=0)).any(("time", "state")) & apart
    dims = [str(dim) for dim in moved.dims]
    for places in np.argwhere(moved.values):
        where = {dim: str(moved[dim].values[i]) for dim, i in zip(dims, places, strict=True)}
        rows = shares.sel(where, drop=True).to_series().rename("share").reset_index()
        rows.insert(0, "scenario", scenario)
        yield rows.assign(measure=measure, where=" ".join(where.values()), label=_label(where))


def state_share(values: xr.DataArray, states: dict[str, float]) -> xr.DataArray:
    """Per cent of the runs in each state: (time, …, state)."""
    parts = [100.0 * (values == number).mean("run") for number in states.values()]
    return xr.concat(parts, dim="state").assign_coords(state=list(states)).transpose("time", ..., "state")


def _label(where: dict[str, str]) -> str:
    """What a timeline is about, in words."""
    names = [words.place(dimension, label) for dimension, label in where.items()]
    return shorten(" in ".join(names), _LETTERS, placeholder="…")


def _exhibit(view: Gallery, measure: str, rows: pd.DataFrame) -> Exhibit:
    """A panel for each timeline: what a scenario does to a thing."""
    kind, heading, name = _KINDS[measure]
    groups = list(rows.groupby(["where", "scenario"], sort=False))
    shown = groups[:SHOWN]
    present = rows.loc[rows["share"] > 0, "state"].unique()
    colours = {state: style.STATE_COLOUR[state] for state in STATE_VALUES[kind] if state in present}
    space = Margins(top=0.52 + key_height(colours), down=0.66, left=0.42, across=0.42)
    figure, axes = panels(len(shown), 3, 0.85, space)
    for axis, ((_, scenario), part) in zip(axes, shown, strict=True):
        state_shares(axis, part)
        axis.set_title(part["label"].iloc[0], pad=15, fontsize=8.5)
        title = shorten(view.scenarios[str(scenario)].title, 44, placeholder="…")
        axis.text(0, 1.04, title, transform=axis.transAxes, fontsize=7.5, color=view.colours[str(scenario)])
    key(figure, colours, lines=False)
    left = f" {len(groups) - SHOWN} more stand in the CSV file." if len(groups) > SHOWN else ""
    caption = (
        f"Per cent of the runs in each state. Shown are changes over time, of a scenario only where it departs from "
        f"“{view.base}”.{left}"
    )
    return Exhibit(f"timelines-{name}", heading, caption, figure, rows)
