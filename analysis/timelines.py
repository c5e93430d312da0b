"""Timelines: projects, memberships, postures and pairs of states, in how many of the runs each is in which state."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from analysis import style, words
from analysis.charts.panels import Head, Margins, key, key_height, panels
from analysis.charts.states import state_shares
from analysis.figures import Exhibit, Gallery
from analysis.selection import Selection
from scenarios.states import POSTURES, STATE_VALUES

SHOWN = 12
FEWEST = 10.0
"""Per cent of the runs in which what moves by chance must move to be shown."""
SLACK = 1e-9
"""Share of its volume by which a contract in full may seem to fall short."""


@dataclass(frozen=True)
class Kind:
    """How the states of a measure are read from its values, what its timelines are called and their files."""

    states: tuple[str, ...]
    read: Callable[[xr.DataArray], xr.DataArray]
    """Values to the place of their state in `states`."""
    heading: str
    name: str


def _numbered(kind: str) -> tuple[tuple[str, ...], Callable[[xr.DataArray], xr.DataArray]]:
    """States whose numbers are recorded, and the place of each."""
    numbers = np.array(list(STATE_VALUES[kind].values()))
    return tuple(STATE_VALUES[kind]), lambda values: values.copy(data=np.searchsorted(numbers, values.values))


def _held(values: xr.DataArray) -> xr.DataArray:
    """Place of the posture that a pole holds."""
    return values.argmax("posture")


CONTRACT_STATES = ("not begun", "in force", "reduced", "lapsed")


def contract_state(volume: xr.DataArray) -> xr.DataArray:
    """Place in `CONTRACT_STATES` of the volume of contracts in force, against the most it has been in the run."""
    most = np.maximum.accumulate(volume.values, axis=volume.get_axis_num("time"))
    full, some, begun = volume.values >= most * (1.0 - SLACK), volume.values > 0.0, most > 0.0
    return volume.copy(data=np.select([~begun, full, some], [0, 1, 2], default=3))


_KINDS = {
    "project_stage": Kind(*_numbered("project"), "Projects", "projects"),
    "contract_volume": Kind(CONTRACT_STATES, contract_state, "Supply contracts", "contracts"),
    "membership": Kind(*_numbered("membership"), "Memberships", "memberships"),
    "pole_posture": Kind(POSTURES, _held, "Postures of poles", "postures"),
    "dyad_state": Kind(*_numbered("dyad"), "Pairs of states", "pairs"),
}


def exhibits(view: Gallery) -> list[Exhibit]:
    """Timelines of what moves; none of a measure that was not recorded, or where nothing moves."""
    found = ((measure, table(view.selection, measure)) for measure in _KINDS if view.selection.has(measure))
    return [_exhibit(view, measure, rows) for measure, rows in found if len(rows)]


def table(selection: Selection, measure: str) -> pd.DataFrame:
    """Share of the runs in each state, per cent, where scenarios depart from the baseline; alone, where it changes."""
    scenarios = [s for s in selection.scenarios if selection.base(s) != s] or list(selection.scenarios)
    parts = [part for scenario in scenarios for part in _moving(selection, scenario, measure)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _moving(selection: Selection, scenario: str, measure: str) -> Iterator[pd.DataFrame]:
    """Tables of the cells that move in one scenario."""
    shares, base = state_share(selection.values(scenario, measure), _KINDS[measure]), selection.base(scenario)
    before = shares if base == scenario else state_share(selection.values(base, measure), _KINDS[measure])
    shares, before = xr.align(shares, before, join="inner")  # one of them may end earlier
    moves, chance = (abs(part - part.isel(time=0)).max(("time", "state")) for part in (shares, before))
    # What moves in the baseline too moves by chance; else an event moves it, however rarely it comes.
    apart = moves if base == scenario else abs(shares - before).max(("time", "state"))
    moved = (moves > 0) & (apart > 0) & (apart >= FEWEST * (chance > 0))
    dims = [str(dim) for dim in moved.dims]
    for places in np.argwhere(moved.values):
        where = {dim: str(moved[dim].values[i]) for dim, i in zip(dims, places, strict=True)}
        rows = shares.sel(where, drop=True).to_series().rename("share").reset_index()
        rows["base_share"] = before.sel(where, drop=True).to_series().to_numpy()
        rows.insert(0, "scenario", scenario)
        yield rows.assign(measure=measure, where=" ".join(where.values()), label=_label(where))


def state_share(values: xr.DataArray, kind: Kind) -> xr.DataArray:
    """Per cent of the runs in each state: (time, …, state)."""
    places = kind.read(values)
    parts = [100.0 * (places == place).mean("run") for place in range(len(kind.states))]
    return xr.concat(parts, dim="state").assign_coords(state=list(kind.states)).transpose("time", ..., "state")


def _label(where: dict[str, str]) -> str:
    """What a timeline is about, in words."""
    names = [words.place(dimension, label) for dimension, label in where.items()]
    return " in ".join(names)


def _exhibit(view: Gallery, measure: str, rows: pd.DataFrame) -> Exhibit:
    """A panel for each timeline: what a scenario does to a thing."""
    kind = _KINDS[measure]
    groups = list(rows.groupby(["where", "scenario"], sort=False))
    shown = groups[:SHOWN]
    present = rows.loc[rows["share"] > 0, "state"].unique()
    colours = {state: style.STATE_COLOUR[state] for state in kind.states if state in present}
    heads = [
        Head(part["label"].iloc[0], view.scenarios[str(s)].title, note_colour=view.colours[str(s)])
        for (_, s), part in shown
    ]
    figure, axes = panels(heads, 3, [0.85] * len(heads), Margins(top=0.1 + key_height(colours), left=0.42))
    for axis, (_, part) in zip(axes, shown, strict=True):
        state_shares(axis, part)
    key(figure, colours, lines=False)
    left = f" {len(groups) - SHOWN} more stand in the CSV file." if len(groups) > SHOWN else ""
    caption = (
        f"Per cent of the runs in each state; dashes: where the states meet in {view.reference}. "
        f"A change stands midway between the two records between which it came. Shown is what a "
        f"scenario changes in that one; of a baseline alone, what changes in it over time; and of what "
        f"moves by chance, what does in a tenth of the runs at least.{left}{view.moments}"
    )
    return Exhibit(f"timelines-{kind.name}", kind.heading, caption, figure, rows)
