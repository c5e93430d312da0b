"""Spans: what an effect is at the points of the parameters that a batch varies, where figures are means over these."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import xarray as xr

from analysis import words
from analysis.clocks import seen
from analysis.selection import RUNS_A_POINT, Selection

MOST_NAMED = 4
"""Points that are named one by one; of more, the number is said."""
Change: TypeAlias = Callable[[Selection, str], xr.DataArray]
"""How the effect of a scenario is taken in a selection."""
LEAST_SPREAD = 0.1
"""Effects at points that lie within this share of the largest are alike."""


def point_names(selection: Selection) -> dict[int, str]:
    """What sets each point apart, by its number: the values of the parameters that vary."""
    part = selection.parts[selection.baseline]
    values = part.parameters.groupby(part.parameters.index // RUNS_A_POINT).first()
    rows = zip(values.index, values.to_dict("records"), strict=True)
    return {int(n): ", ".join(f"{name} = {value:g}" for name, value in row.items()) for n, row in rows}


def at_points(names: Sequence[str]) -> str:
    """Some points in words: a parameter that is alone is named once.

    >>> at_points(["p = 4", "p = 8"]), at_points(["p = 4, q = 1"]), at_points(["p = 1"] * 9)
    ('at p = 4 and 8', 'at p = 4, q = 1', 'at 9 points')
    """
    if len(names) > MOST_NAMED:
        return f"at {len(names)} points"
    alone = {name.split(" = ")[0] for name in names} if not any(", " in name for name in names) else set()
    if len(alone) == 1:
        return f"at {next(iter(alone))} = {words.listing([name.split(' = ')[1] for name in names])}"
    return f"at {'; at '.join(names)}"


def ends(means: Mapping[str, float], places: int, *, signed: bool = True) -> str:
    """The smallest and the largest of the means at points, with these named; that they are alike where they are.

    >>> ends({"p = 4": -1.13, "p = 8": -0.49, "p = 12": -0.23}, 2), ends({"p = 4": 1.0, "p = 8": 1.01}, 2)
    ('from −0.23 at p = 12 to −1.13 at p = 4', 'about the same size at each point')
    >>> ends({"p = 4": 0.46, "p = 8": 0.04, "p = 12": -0.15}, 2)
    'from −0.15 at p = 12 to +0.46 at p = 4'
    """
    mixed = min(means.values()) < 0.0 < max(means.values())
    order = sorted(means, key=lambda name: means[name] if mixed else abs(means[name]))
    low, high = means[order[0]], means[order[-1]]
    if abs(high - low) <= LEAST_SPREAD * abs(high):
        return "about the same size at each point"
    first, last = (words.number(value, places, signed=signed) for value in (low, high))
    return f"from {first} at {order[0]} to {last} at {order[-1]}"


def over_points(selection: Selection, row: pd.Series, change: Change, places: int, factor: float = 1.0) -> str:
    """What an effect told is at the points, as a clause; where each run has a point of its own, 95 % of the runs."""
    scenario, time = str(row["scenario"]), str(row["time"])
    ours, theirs = (selection.parts[s] for s in (scenario, selection.base(scenario)))
    if not ours.points or ours.points != theirs.points:
        return "" if ours.parameters.empty or ours.points else _range(row, factor, places)
    names, means = point_names(selection), {}
    for point in ours.points:
        effect = change(selection.at_point(point), scenario)
        where = {dim: row[dim] for dim in map(str, effect.dims) if dim not in {"run", "time"}}
        means[names[point]] = factor * float(seen(selection.at_point(point), scenario, effect.sel(where), time).mean())
    return ends(means, places)


def _range(row: pd.Series, factor: float, places: int) -> str:
    """Between what 95 % of the runs lie, as a clause."""
    low, high = sorted((factor * float(row[name]) for name in ("low", "high")), key=np.abs)
    first, last = (words.number(value, places, signed=True) for value in (low, high))
    return f"95 % of the runs, whose parameters differ, {first} to {last}"
