import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from model.adaptation import expanded, next_exposure, next_reallocation, reallocation, trade_pull

unit = st.floats(0.0, 1.0)
gross = hnp.arrays(float, (2, 4, 1), elements=st.floats(0.0, 20.0))
pulls = hnp.arrays(float, (2, 4, 3), elements=st.floats(0.2, 5.0))


@given(gross, pulls, st.floats(0.0, 50.0))
def test_what_one_partner_gains_the_others_lose(trade, pull, elsewhere):
    """Trade with the poles, moved, and with the rest of the world add up to what they did."""
    total = trade.sum(axis=1) + elsewhere
    factor = reallocation(trade, total, pull)
    after = (trade * pull * factor[:, None]).sum(axis=1) + elsewhere * factor
    assert_allclose(after, np.broadcast_to(total, after.shape), rtol=1e-12, atol=1e-300)


@given(gross, st.floats(0.0, 50.0))
def test_without_pull_nothing_is_reallocated(trade, elsewhere):
    assert_allclose(reallocation(trade, trade.sum(axis=1) + elsewhere, np.ones((2, 4, 3))), 1.0, rtol=1e-12)


def test_a_doubled_pull_on_a_fifth_of_trade_takes_a_sixth_from_the_others():
    factor = reallocation(
        np.array([20.0, 0.0]).reshape(1, 2, 1), np.array([[100.0]]), np.array([2.0, 1.0]).reshape(1, 2, 1)
    )
    assert factor[0, 0] == pytest.approx(1.0 / 1.2)


def test_partners_that_exceed_a_total_leave_no_rest():
    factor = reallocation(np.full((1, 2, 1), 30.0), np.array([[50.0]]), np.array([2.0, 1.0]).reshape(1, 2, 1))
    assert factor[0, 0] == pytest.approx(60.0 / 90.0)


def test_what_moved_to_others_while_a_way_was_shut_is_not_bought_on_top_once_it_is_open():
    factor, path = np.ones(1), []
    for target in (1.3,) * 8 + (1.0,) * 4 + (0.8,) * 8:
        factor = next_reallocation(factor, np.full(1, target), 0.1)
        path.append(factor[0])
    assert_allclose(path[:8], 1.0 + 0.3 * (1.0 - 0.9 ** np.arange(1, 9)))
    assert path[8:12] == [1.0] * 4
    assert_allclose(path[12:], 1.0 - 0.2 * (1.0 - 0.9 ** np.arange(1, 9)))


def widened(loads, pace=0.01, capacity=10.0):
    """Capacity factors quarter by quarter of one link under given loads."""
    growth, busy, path = np.ones((1, 1)), np.zeros((1, 1)), []
    for load in loads:
        growth, busy = expanded(growth, busy, np.full((1, 1), load), np.full((1, 1), capacity), pace)
        path.append(growth[0, 0])
    return path


def test_a_link_busy_for_a_year_widens_by_its_pace_until_it_is_no_longer_busy():
    path = widened([9.0] * 7 + [7.9] + [9.0] * 4)
    assert_allclose(path, [1.0] * 4 + [1.01, 1.01**2, 1.01**3] + [1.01**3] * 5)


@pytest.mark.parametrize("capacity", [np.inf, 0.0])
def test_a_link_without_limit_or_without_capacity_never_widens(capacity):
    assert_allclose(widened([9.0] * 8, capacity=capacity), 1.0)


@given(unit, unit, st.floats(0.0, 1.0))
def test_exposure_approaches_its_target_geometrically(start, goal, speed):
    exposure = np.full((1, 1, 1), start)
    for quarter in range(1, 12):
        exposure = next_exposure(exposure, np.full((1, 1, 1), goal), speed)
        assert exposure[0, 0, 0] == pytest.approx(goal + (start - goal) * (1.0 - speed) ** quarter, abs=1e-12)


def test_pull_falls_with_cost_and_rises_with_size_and_alignment():
    at = lambda **change: trade_pull(  # noqa: E731
        *(
            np.full((1, 1, 1), change.get(name, base))
            for name, base in (("size", 1.0), ("cost", 0.0), ("alignment", 0.0))
        ),
        4.0,
        0.13,
    )[0, 0, 0]
    assert at() == 1.0
    assert at(size=1.5) == pytest.approx(1.5)
    assert at(cost=0.1) == pytest.approx(np.exp(-0.4))
    assert at(alignment=0.5) == pytest.approx(np.exp(0.065))
