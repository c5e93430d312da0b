import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from model.adaptation import expanded, next_exposure, reallocation, trade_pull

unit = st.floats(0.0, 1.0)
bases = hnp.arrays(float, (2, 4, 3), elements=st.floats(0.0, 0.24))
pulls = hnp.arrays(float, (2, 4, 3), elements=st.floats(0.2, 5.0))


def exposure_target(base, pull):
    """Where shares of all trade, one in total, tend under `pull`."""
    return base * pull * reallocation(base, np.ones((len(base), 1)), pull)[:, None]


def test_a_bottleneck_widens_only_after_a_year_above_four_fifths():
    growth, busy = np.ones((2, 1)), np.zeros((2, 1))
    for _ in range(6):
        growth, busy = expanded(growth, busy, np.array([[0.9], [0.7]]), np.ones((2, 1)), 0.01)
    assert_allclose(growth, [[1.01**2], [1.0]])


@given(bases, pulls)
def test_what_one_pole_gains_the_other_partners_lose(base, pull):
    """Shares of poles and of the rest of the world still sum to one."""
    target = exposure_target(base, pull)
    rest = 1.0 - base.sum(axis=1)
    scale = (base * pull).sum(axis=1) + rest
    assert_allclose(target.sum(axis=1) + rest / scale, 1.0, rtol=1e-12)
    assert (target >= 0.0).all()
    assert (target.sum(axis=1) <= 1.0 + 1e-12).all()


@given(bases, pulls)
def test_shares_move_in_proportion_to_their_pull(base, pull):
    target = exposure_target(base, pull)
    assert_allclose(target[:, 0] * base[:, 1] * pull[:, 1], target[:, 1] * base[:, 0] * pull[:, 0], atol=1e-12)


@given(bases)
def test_without_pull_exposure_rests_at_its_base(base):
    target = exposure_target(base, np.ones_like(base))
    assert_allclose(target, base, rtol=1e-12, atol=1e-15)
    assert_allclose(next_exposure(base, target, 0.06), base, rtol=1e-12, atol=1e-15)


def test_a_doubled_pull_on_a_fifth_of_trade_takes_a_third():
    target = exposure_target(np.array([0.2, 0.0]).reshape(1, 2, 1), np.array([2.0, 1.0]).reshape(1, 2, 1))
    assert target[0, 0, 0] == pytest.approx(0.4 / 1.2)


@given(unit, unit, st.floats(0.0, 1.0))
def test_exposure_approaches_its_target_geometrically(start, goal, speed):
    exposure = np.full((1, 1, 1), start)
    for quarter in range(1, 12):
        exposure = next_exposure(exposure, np.full((1, 1, 1), goal), speed)
        assert exposure[0, 0, 0] == pytest.approx(goal + (start - goal) * (1.0 - speed) ** quarter, abs=1e-12)


def test_pull_falls_with_cost_and_rises_with_size_and_alignment():
    at = lambda **change: trade_pull(  # noqa: E731
        *(np.full((1, 1, 1), change.get(name, base)) for name, base in (("size", 1.0), ("cost", 0.0), ("alignment", 0.0))),
        4.0,
        0.13,
    )[0, 0, 0]
    assert at() == 1.0
    assert at(size=1.5) == pytest.approx(1.5)
    assert at(cost=0.1) == pytest.approx(np.exp(-0.4))
    assert at(alignment=0.5) == pytest.approx(np.exp(0.065))
