"""Fit of the freight constants: one per corridor and cargo, against one published total each."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from model.arrays import frozen
from model.world import World
from runs.base import base_state
from runs.flows import Case, last_published, observed_flow
from scenarios.compiling.freight import route_constants

STEP = {"container": 150.0, "other": 25.0, "all": 25.0}  # USD/t for a flow e times too large: about one over theta
LARGEST_STEP = 40.0
LARGEST = 250.0  # a constant beyond this explains nothing: the market has no other way
DAMPING = 0.7
CLOSE = 0.003
MOST_ROUNDS = 40


def with_constants(case: Case, constants: pd.DataFrame) -> World:
    """The world with other freight constants."""
    freight, markets = case.world.freight, case.network.reach.markets
    commodity = [str(markets["commodity"].iloc[w]) for w in freight.routes.market]
    values = route_constants(freight.corridors.toarray(), commodity, constants, case.world.axes["corridor"])
    return replace(case.world, freight=replace(freight, constant=frozen(values)))


def targets(case: Case, constants: pd.DataFrame) -> pd.DataFrame:
    """The last published total of each constant's observation, with how it counts, in the order of the constants."""
    return last_published(case).set_index("observation").loc[list(constants["observation"])]


def fit(case: Case, report: Callable[[int, pd.DataFrame], None] | None = None) -> pd.DataFrame:
    """Constants under which the base carries the published totals, with `observed`, `modelled` and `rounds`.

    Damped fixed point from the constants of the tables: a total twice too
    large makes its corridor dearer. Stops when the logarithms of all totals agree within `CLOSE`.
    """
    constants = case.tables["freight_constants"].astype({"constant": float})
    wanted = targets(case, constants)
    for round_ in range(MOST_ROUNDS):
        world = with_constants(case, constants)
        state, _ = base_state(world)
        modelled = np.array([observed_flow(case, state, row) for _, row in wanted.iterrows()])
        result = constants.assign(observed=wanted["volume"].to_numpy(), modelled=modelled, rounds=round_)
        if report:
            report(round_, result)
        excess = np.log(np.maximum(modelled, 1e-3) / result["observed"].to_numpy())
        if np.abs(excess).max() < CLOSE:
            break
        step = np.clip(DAMPING * constants["cargo"].map(STEP) * excess, -LARGEST_STEP, LARGEST_STEP)
        constants = constants.assign(constant=(constants["constant"] + step).clip(-LARGEST, LARGEST))
    return result
