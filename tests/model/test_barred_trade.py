"""Bars on trade off the network: they cost at first what dependence says, and less as trade turns to others."""

from itertools import pairwise

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.axes import CHANNELS
from model.dependence import barred
from model.events import Edit
from tests.worlds import lasting, opened, quarters

QUARTERS = 9
ALL = "all"


def run(world, *edits):
    return [(state, now) for _, state, now in quarters(*opened(lasting(world, QUARTERS, *edits), 1))]


def ban(world, seller, buyer, value=0.0):
    return Edit(f"{seller} {buyer}", "trade.open", (seller, buyer, ALL), "set", value, (world.start + 1,) * 2)


@pytest.fixture(scope="module")
def quiet(baseline_world):
    return run(baseline_world)


def test_nothing_barred_costs_nothing(quiet):
    for state, now in quiet:
        assert_array_equal(barred(state, now), 0.0)


@pytest.mark.parametrize(("channel", "ends"), [("exports", ("ARM", "RUS")), ("imports", ("RUS", "ARM"))])
def test_in_the_first_quarter_a_ban_costs_what_dependence_says_of_that_channel(baseline_world, quiet, channel, ends):
    axes = baseline_world.axes
    cell = axes["country"].at("ARM"), axes["pole"].at("RUS"), CHANNELS.index(channel), 0
    state, now = run(baseline_world, ban(baseline_world, *ends))[1]
    country = axes["country"].at("ARM")
    assert state.loss_channel[cell] > 0.005
    cost = barred(state, now)[country, 0] / state.gdp[country, 0]
    pace = now.value("adaptation.trade_speed")  # by which the exposure has drained at the end of the quarter
    assert_allclose(cost, (1.0 - pace) * quiet[1][0].loss_channel[cell], rtol=0.01)
    others = [place for place in range(len(axes["country"])) if place != country]
    assert_array_equal(barred(state, now)[others], 0.0)


def test_the_cost_fades_as_trade_turns_to_others_and_half_a_ban_costs_half(baseline_world):
    country = baseline_world.axes["country"].at("ARM")
    whole, half = (
        [barred(*each)[country, 0] for each in run(baseline_world, ban(baseline_world, "ARM", "RUS", value))]
        for value in (0.0, 0.5)
    )
    assert all(later < earlier for earlier, later in pairwise(whole[1:]))
    assert half[1] == pytest.approx(0.5 * whole[1], rel=0.1)


def test_what_a_ban_costs_is_no_gain_and_product_follows(baseline_world, quiet):
    banned = run(baseline_world, ban(baseline_world, "ARM", "RUS"))
    country = baseline_world.axes["country"].at("ARM")
    (state, now), (before, _) = banned[1], quiet[1]
    assert state.gain[country, 0] - before.gain[country, 0] <= -0.95 * barred(state, now)[country, 0]
    assert banned[2][0].gdp[country, 0] < quiet[2][0].gdp[country, 0] - 0.5 * barred(state, now)[country, 0]
