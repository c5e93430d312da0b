"""The shipped world made quiet, short or quarter by quarter, for laws about whole runs."""

from dataclasses import replace

import numpy as np

from model.now import Now
from model.parameters import PARAMETERS
from model.setting import prepare
from model.simulation import opening
from model.step import advance

# What moves without a shock: growth, noise, slow anchors, ordinary investment, fading grievance.
MOTION = (
    "markets.trend",
    "markets.gdp_noise",
    "markets.price_noise",
    "threat.noise",
    "alignment.noise",
    "alignment.anchor_drift",
    "adaptation.widening",
    "grievance.retention_unsettled",
)
EVERYTHING = "2027Q4"  # later than any fact in the tables
FEW = {"clearing.sweeps_withheld": 60.0}  # an opening in a quarter of the time, where no digit of a loss matters
QUIET = {name: PARAMETERS[name].switch for name in MOTION}


def lasting(world, quarters, *edits):
    """The world over some quarters with some edits, every link keeping the capacity of the first quarter."""
    capacity = np.repeat(world.links.capacity[:1], quarters, axis=0)
    return replace(world, quarters=quarters, edits=edits, links=replace(world.links, capacity=capacity))


def opened(world, runs=1, parameters=None, seed=1):
    """Setting, state and base of a block; `runs` is how many, or their numbers."""
    numbers = np.arange(runs) if isinstance(runs, int) else np.asarray(runs)
    setting = prepare(world, numbers, seed, dict(parameters or {}))
    return setting, *opening(setting)


def quarters(setting, state, base, frozen=frozenset()):
    """Each quarter's state before, state after and view."""
    for index in range(setting.world.quarters):
        now = Now(setting, base, index)
        before, state = state, advance(state, now, frozen)
        yield before, state, now


def fields(record):
    """Arrays of a state by name, those of its parts included."""
    for name, value in vars(record).items():
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", part) for key, part in value.items())
        else:
            yield from ((f"{name}.{key}", part) for key, part in vars(value).items())


def agents(tables, *roles):
    """Countries that act, by role."""
    countries = tables["countries"]
    return countries.loc[countries["role"].isin(roles), "id"].tolist()
