"""How often poles coerce, by the record, and what they have to gain from it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.arrays import Array, frozen
from model.axes import Axis
from model.quarters import parse_quarter
from scenarios.rows import rows
from scenarios.tables import Tables

FIRST = "2000Q1"
"""Quarter from which on the table of episodes is meant to be whole."""
SUCCESS, WEIGHT = 0.35, 20.0
"""Share of targets that comply in studies of sanctions, 0.25 to 0.45, and the episodes it is worth."""


@dataclass(frozen=True)
class Record:
    """What the episodes of a table come to: see world.Politics."""

    begins: Array
    climbs: Array
    releases: Array
    success: Array


def record_of_coercion(episodes: pd.DataFrame, at: str, poles: Axis, countries: int) -> Record:
    """Chances a quarter that coercion begins (P,), climbs and falls by a rung, and that it succeeds, all by the record.

    A pole begins at the rate (n + 1) / (T + D) of n episodes in T quarters of all its pairs, D the mean time between
    two in one pair; rungs and outcomes, of which there are few, are those of all poles together.
    """
    quarters = float(parse_quarter(at) - parse_quarter(FIRST)) * countries
    begun = np.array([float((episodes["pole"] == pole).sum()) for pole in poles])
    mean = quarters * len(poles) / max(float(begun.sum()), 1.0)
    stays = [
        parse_quarter(row.to or at) + 1.0 - parse_quarter(row[episodes.columns.get_loc("from")])
        for row in rows(episodes)
    ]
    highest = episodes["highest"].to_numpy(dtype=float)
    under = max(float(np.sum(stays)), 1.0)
    complied = float((episodes["outcome"] == "complied").sum())
    return Record(
        begins=frozen((begun + 1.0) / (quarters + mean)),
        climbs=frozen((float((highest - 1.0).sum()) + 1.0) / (under + 1.0)),
        releases=frozen((float(highest.sum()) + 1.0) / (under + 1.0)),
        success=frozen((complied + WEIGHT * SUCCESS) / (len(episodes) + WEIGHT)),
    )


def concerned(tables: Tables, axes: Mapping[str, Axis], column: str, axis: str) -> Array:
    """1 where a project names a state or a pole in a column, (axis, J)."""
    marks = np.zeros((len(axes[axis]), len(axes["project"])))
    for row in rows(tables["projects"]):
        for name in getattr(row, column):
            if name in axes[axis]:
                marks[axes[axis].at(name), axes["project"].at(row.id)] = 1.0
    return frozen(marks)
