"""Withholding solved in full: side by side is one by one, and nothing withheld costs nothing."""

from dataclasses import replace

import numpy as np
import pytest

from model.dependence import NetworkLoss
from model.now import Now
from model.setting import prepare
from model.simulation import opening
from model.withholding import correction, exchange_losses, freight_losses
from tests.worlds import FEW

CELLS = [("KAZ", "RUS"), ("TKM", "CHN"), ("ARM", "RUS")]


@pytest.fixture(scope="module")
def base(baseline_world):
    """The opening of three runs with different stiffness, so that runs differ too."""
    setting = prepare(baseline_world, np.arange(3), 0, FEW | {"routing.theta_gas": np.array([4.0, 6.0, 9.0])})
    state, found = opening(setting.without_edits())
    return state, Now(setting, found, 0)


def positions(world, cells):
    countries, poles = zip(*cells, strict=True)
    return world.axes["country"].positions(countries), world.axes["pole"].positions(poles)


def test_cells_side_by_side_are_each_cell_alone(base):
    state, now = base
    country, pole = positions(now.world, CELLS)
    together = exchange_losses(state, now, country, pole)
    for n in range(len(CELLS)):
        alone = exchange_losses(state, now, country[n : n + 1], pole[n : n + 1])
        for all_cells, one in zip(together, alone, strict=True):
            np.testing.assert_array_equal(all_cells[:, n], one[:, 0])
    assert (together[0].max(axis=(0, 2)) > 0.0).all()


def test_runs_side_by_side_are_each_run_alone(base):
    state, now = base
    country, pole = positions(now.world, CELLS)
    whole = freight_losses(state, now, pole), *exchange_losses(state, now, country, pole)
    for run in range(3):
        setting = prepare(now.world, np.array([run]), 0, FEW | {"routing.theta_gas": (4.0, 6.0, 9.0)[run]})
        single, found = opening(setting.without_edits())
        view = Now(setting, found, 0)
        parts = freight_losses(single, view, pole), *exchange_losses(single, view, country, pole)
        for all_runs, one in zip(whole, parts, strict=True):
            np.testing.assert_array_equal(all_runs[..., run], one[..., 0])


def test_a_pole_that_controls_nothing_takes_nothing(base):
    state, now = base
    market, system = now.world.freight, now.world.exchange
    powerless = replace(
        now.world,
        freight=replace(market, routes=replace(market.routes, power=np.zeros_like(market.routes.power))),
        exchange=replace(
            system,
            pairs=replace(
                system.pairs,
                routes=replace(system.pairs.routes, power=np.zeros_like(system.pairs.routes.power)),
            ),
        ),
    )
    idle = Now(replace(now.setting, world=powerless), now.base, 0)
    country, pole = positions(now.world, CELLS)
    for lost, scale in (
        (freight_losses(state, idle, pole), freight_losses(state, now, pole)),
        *zip(exchange_losses(state, idle, country, pole), exchange_losses(state, now, country, pole), strict=True),
    ):
        assert np.abs(lost).max() < 1e-3 * scale.max()  # what further sweeps settle


@pytest.mark.parametrize(
    ("closed", "said"),
    [(2.0, 6.0), (1.0, 3.0), (20.0, 24.0), (0.0, 0.0), (-5.0, 0.0)],  # found three times as large at 2 % of 100
)
def test_a_ratio_above_one_adds_no_more_than_where_it_was_found(closed, said):
    cell = np.full((1, 1, 1, 1), closed)
    correction = np.stack([np.full_like(cell, 3.0), np.full_like(cell, 0.02)])
    found = NetworkLoss(cell, np.zeros((1, 1, 1))).corrected(correction, np.full((1, 1, 1), 100.0))
    np.testing.assert_allclose(found, said)


def test_a_threshold_no_cell_reaches_leaves_the_closed_form(base):
    state, now = base
    high = replace(now.setting, parameters=now.setting.parameters | {"dependence.resolve_above": 10.0})
    assert (correction(state, Now(high, now.base, 0))[0] == 1.0).all()


def test_stranded_gas_serves_buyers_at_home_and_stranded_oil_does_not(base):
    """What Uzbekistan cannot sell to China its own buyers have cheaper; its loss is not its whole output made cheap."""
    state, now = base
    system = now.world.exchange
    country, pole = positions(now.world, [("UZB", "CHN"), ("KAZ", "RUS"), ("AZE", "TUR")])
    sold, bought = exchange_losses(state, now, country, pole)
    gas = system.serves_home[system.pairs.sink_commodity] > 0.0
    home = system.sink_owner.toarray()[country] > 0.0
    assert (sold >= 0.0).all()
    assert (bought[~gas] >= 0.0).all()
    assert bought[gas & home[0], 0].sum() < 0.0
    given = replace(now.world, exchange=replace(system, serves_home=np.zeros_like(system.serves_home)))
    elsewhere = replace(now, setting=replace(now.setting, world=given))
    for kept, clipped in zip((sold, bought), exchange_losses(state, elsewhere, country, pole), strict=True):
        np.testing.assert_array_equal(np.maximum(kept, 0.0), clipped)
