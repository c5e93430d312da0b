"""What poles do in each of their postures, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.arrays import Array
from model.axes import Axis
from model.quarters import parse_quarter
from scenarios.rows import Row, rows
from scenarios.states import POSTURES, STATE_VALUES
from scenarios.tables import Tables

OFFERS, ESCALATION, RHETORIC, AFFINITY = "offers", "escalation", "rhetoric", "affinity"
DEMAND = "{}_demand"
"""Lever by which a pole uses more or less of a commodity."""


@dataclass(frozen=True)
class Postures:
    """Posture of each pole at the start, coded, (P,), and what each does, relative to that: see world.Politics."""

    posture: Array
    budget: Array
    escalation: Array
    demand: Array
    warmth: Array
    turning: Array


def standing(dates: pd.DataFrame) -> dict[str, str]:
    """Posture that each pole holds by the tables: the last it took."""
    return {row.pole: row.posture for row in rows(dates.sort_values("since", kind="stable"))}


def build_postures(tables: Tables, axes: Mapping[str, Axis], identity: Array) -> Postures:
    """Postures as known at a quarter; `identity` (C, P), how a country takes a pole's talk of kinship, in [-1, 1]."""
    held, numbers = standing(tables["posture_dates"]), STATE_VALUES["posture"]
    start = np.array([numbers[held.get(pole, POSTURES[0])] for pole in axes["pole"]])
    levers = list(rows(tables["posture_levers"]))
    budget = _cells(levers, OFFERS, axes["pole"], 1.0)
    keen = _cells(levers, ESCALATION, axes["pole"], 1.0)
    used = [_cells(levers, DEMAND.format(each), axes["pole"], 1.0) for each in axes["commodity"]]
    demand, warmth = np.stack(used, axis=1), _warmth(levers, axes, identity)
    base = [_at(values, start) for values in (budget, keen, demand, warmth)]
    turning = turns(tables["posture_dates"], tables.at, axes["pole"])
    return Postures(start, budget / base[0], keen / base[1], demand / base[2], warmth - base[3], turning)


def turns(dates: pd.DataFrame, at: str, poles: Axis) -> Array:
    """Chances of turning from one posture to another within a quarter, by the record before a quarter, (P, K, K).

    Of n turns out of a posture in T quarters a pole leaves it at the rate (n + 1) / (T + D), where D is the mean stay
    in a posture over all poles: a record of one stay that lasts is drawn to the mean. It turns to each other posture
    of its own in proportion to how often it did, plus one.
    """
    stays, counts = _record(dates, at, poles)
    mean = stays.sum() / max(counts.sum(), 1.0)
    known = (stays > 0.0) | (counts.sum(axis=1) > 0.0)
    others = known[:, None, :] * known[:, :, None] * (1.0 - np.eye(len(POSTURES)))
    leaving = (counts.sum(axis=2) + 1.0) / (stays + mean)
    weights = (counts + 1.0) * others
    return leaving[..., None] * weights / np.maximum(weights.sum(axis=2, keepdims=True), 1.0)


def _record(dates: pd.DataFrame, at: str, poles: Axis) -> tuple[Array, Array]:
    """Quarters that each pole has been in each posture, (P, K), and its turns from one to another, (P, K, K)."""
    stays, counts = np.zeros((len(poles), len(POSTURES))), np.zeros((len(poles), len(POSTURES), len(POSTURES)))
    for p, pole in enumerate(poles):
        own = dates[dates["pole"] == pole].sort_values("since")
        held = [POSTURES.index(word) for word in own["posture"]]
        bounds = [*map(parse_quarter, own["since"]), parse_quarter(at)]
        np.add.at(stays[p], held, np.diff(bounds))
        np.add.at(counts[p], (held[:-1], held[1:]), 1.0)
    return stays, counts


def _cells(levers: list[Row], lever: str, poles: Axis, neutral: float) -> Array:
    """Values of a lever without direction, (P, posture); neutral where the tables have none."""
    cells = np.full((len(poles), len(POSTURES)), neutral)
    for row in levers:
        if row.lever == lever and row.pole in poles:
            cells[poles.at(row.pole), POSTURES.index(row.posture)] = row.value
    return cells


def _warmth(levers: list[Row], axes: Mapping[str, Axis], identity: Array) -> Array:
    """What postures add to affinities: talk of kinship, and the pole's own turn to another, (P, C, P, posture)."""
    countries, poles = axes["country"], axes["pole"]
    talk = _cells(levers, RHETORIC, poles, 0.0)
    warmth = np.zeros((len(poles), len(countries), len(poles), len(POSTURES)))
    for p in range(len(poles)):
        warmth[p, :, p] = identity[:, p, None] * talk[p]
    for row in levers:
        if row.lever == AFFINITY and row.pole in countries and row.toward in poles:
            cell = (poles.at(row.pole), countries.at(row.pole), poles.at(row.toward), POSTURES.index(row.posture))
            warmth[cell] += row.value
    return warmth


def _at(values: Array, start: Array) -> Array:
    """Values in the postures of the start, (P, ..., 1)."""
    return np.stack([effect[..., [int(now)]] for effect, now in zip(values, start, strict=True)])
