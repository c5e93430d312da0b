"""Orders of arms, lock-in and the fame of what did well (theory 7.17); soft power beside it."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.events import Edit
from model.procurement import next_stock, order_shares
from model.simulation import simulate
from model.soft_power import next_soft_power
from tests.worlds import lasting

QUARTERS = 13
QUIET = {"leaders.pace": 0.0, "postures.pace": 0.0}
START = np.array([[[0.5], [0.3]]])
REST = np.array([[0.2]])


def run(world, measure, *edits, **parameters):
    still = replace(lasting(world, QUARTERS, *edits), parameters=QUIET | parameters)
    return simulate(still, np.arange(2), 0, record_measures=(measure,), every="quarterly").measures[measure]


def test_where_nothing_has_changed_orders_are_the_stock():
    np.testing.assert_allclose(order_shares(START, REST, np.zeros_like(START)), START)


def test_orders_are_a_softmax_over_poles_and_all_others():
    utility = np.array([[[1.0], [-0.5]]])
    weights = np.array([0.5 * np.e, 0.3 * np.exp(-0.5), 0.2])
    np.testing.assert_allclose(order_shares(START, REST, utility)[0, :, 0], (weights / weights.sum())[:2])


def test_half_of_the_stock_is_renewed_in_the_half_life_of_its_turnover():
    stock = START
    for _ in range(35):
        stock = next_stock(stock, np.zeros_like(START), 0.02, np.zeros((1, 1)))
    np.testing.assert_allclose(stock, START * 0.98**35)
    assert abs(np.log(2) / -np.log(0.98) - 34.3) < 0.1


@given(st.floats(0, 0.03), st.floats(0, 4), st.floats(-5, 5))
def test_shares_stay_shares(turnover, alarm, utility):
    orders = order_shares(START, REST, np.array([[[utility], [0.0]]]))
    stock = next_stock(START, orders, turnover, np.full((1, 1), alarm))
    assert (stock >= 0.0).all()
    assert stock.sum() <= 1.0 + 1e-12


def test_arms_that_did_well_are_ordered_and_make_reliance(baseline_world):
    shown = Edit("war", "demonstration.level", ("TUR",), "set", 1.0, (baseline_world.start + 1,) * 2, 4)
    cell = (-1, baseline_world.axes["country"].at("KGZ"), baseline_world.axes["pole"].at("TUR"))
    ours, theirs = (run(baseline_world, "arms_share", *edits)[cell] for edits in ((shown,), ()))
    assert (ours > theirs + 0.01).all()
    quiet = run(baseline_world, "arms_share", shown, **{"arms.demonstration": 0.0})[cell]
    np.testing.assert_array_equal(quiet, run(baseline_world, "arms_share", **{"arms.demonstration": 0.0})[cell])


def test_arms_at_the_start_are_at_rest(baseline_world):
    off = {"arms.alignment": 0.0, "arms.alarm": 0.0}
    found = run(baseline_world, "arms_share", **off)
    np.testing.assert_allclose(found, np.broadcast_to(found[0], found.shape), atol=1e-12)


def test_a_threat_makes_countries_order_more():
    orders = np.array([[[0.0], [1.0]]])
    calm, alarmed = (next_stock(START, orders, 0.02, np.full((1, 1), rise)) for rise in (0.0, 1.0))
    np.testing.assert_allclose(alarmed - START, 2.0 * (calm - START))


def test_soft_power_builds_up_and_fades_exponentially():
    stock, start = np.zeros((1, 1, 1)), np.full((1, 1, 1), 0.002)
    for _ in range(10):
        stock = next_soft_power(stock, start + 0.0025, start, 0.005, 0.01)
    np.testing.assert_allclose(stock, 0.5 * (1.0 - 0.99**10))
    np.testing.assert_allclose(next_soft_power(stock, start, start, 0.005, 0.01), 0.99 * stock)
    np.testing.assert_array_equal(next_soft_power(0.0 * stock, start, start, 0.005, 0.01), 0.0 * stock)


def test_offers_leave_more_behind_than_they_bring_at_once(baseline_world):
    more = Edit("o", "offer.level", ("KGZ", "TUR"), "add", 0.01, (baseline_world.start + 1,) * 2)
    cell = (-1, baseline_world.axes["country"].at("KGZ"), baseline_world.axes["pole"].at("TUR"))
    with_it, without = (run(baseline_world, "alignment", more, **{"soft_power.weight": w})[cell] for w in (0.3, 0.0))
    assert (with_it > without).all()
