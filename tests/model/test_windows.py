"""Edits that hold for a while hold against the model and then release, leaving no trace but their consequences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.events import Edit
from tests.worlds import FEW, lasting, opened, quarters

STILL = {"threat.noise": 0.0, "markets.price_noise": 0.0} | FEW


def states(world, *edits):
    """State after each of eight quarters of one run under some edits."""
    yield from (after for _, after, _ in quarters(*opened(lasting(world, 8, *edits), parameters=STILL)))


def window(world, target, where, operation, value):
    """An edit from the second quarter for four."""
    return Edit("e", target, where, operation, value, (world.start + 1, world.start + 1), duration=4)


def cell(world, country, pole):
    """Position of a country and pole."""
    return world.axes["country"].at(country), world.axes["pole"].at(pole)


def test_coercion_for_a_year_ends_after_a_year(baseline_world):
    place = cell(baseline_world, "KAZ", "RUS")
    edit = window(baseline_world, "coercion.level", ("KAZ", "RUS"), "set", 3.0)
    assert_array_equal([s.coercion[place][0] for s in states(baseline_world, edit)], [0, 3, 3, 3, 3, 0, 0, 0])


def test_a_border_open_for_a_year_closes_again(baseline_world):
    pair = baseline_world.axes["dyad"].at("ARM-TUR")
    edit = window(baseline_world, "dyad.state", ("ARM-TUR",), "set", 0.0)
    assert_array_equal([s.dyad[pair, 0] for s in states(baseline_world, edit)], [1, 0, 0, 0, 0, 1, 1, 1])


def test_a_price_raised_by_a_fifth_stays_a_fifth_higher_and_falls_back(baseline_world):
    edit = window(baseline_world, "price.level", ("gas",), "multiply", 1.2)
    gas = baseline_world.axes["world_price"].at("gas")
    assert_allclose(
        [s.world_price[gas, 0] for s in states(baseline_world, edit)], [1, 1.2, 1.2, 1.2, 1.2, 1, 1, 1], rtol=1e-12
    )


@pytest.mark.parametrize("added", [0.1, 5.0])
def test_a_raised_threat_neither_piles_up_nor_leaves_its_range(baseline_world, added):
    place = cell(baseline_world, "KAZ", "CHN")
    rest = baseline_world.politics.threat[place]
    edit = window(baseline_world, "threat.level", ("KAZ", "CHN"), "add", added)
    shown = np.array([s.threat[place][0] for s in states(baseline_world, edit)])
    assert_allclose(shown[1:5], min(rest + added, 1.0), rtol=1e-9)
    assert_allclose(shown[[0, 5, 6, 7]], rest, rtol=1e-9)


def test_output_cut_for_a_year_comes_back(baseline_world):
    country = baseline_world.axes["country"].at("GEO")
    edit = window(baseline_world, "gdp.level", ("GEO",), "multiply", 0.9)
    plain = np.array([s.gdp[country, 0] for s in states(baseline_world)])
    shocked = np.array([s.gdp[country, 0] for s in states(baseline_world, edit)])
    assert_allclose(shocked / plain, [1, 0.9, 0.9, 0.9, 0.9, 1, 1, 1], rtol=1e-3)
