import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model import capacity as hard
from tests.strategies import Network, column, freight_case, freight_cases, networks


def chain(capacity, demand):
    """One market, one route over links in series that other markets keep apart, plus a dear free way."""
    links = len(capacity)
    paths = (tuple(range(links)), (links,), *((e,) for e in range(links)))
    markets = links + 1
    network = Network(
        paths,
        (0, 0, *range(1, markets)),
        (*capacity, np.inf),
        (*[1.0] * links, 9.0),
        (0.0,) * (links + 1),
        np.zeros((links + 1, 1)),
    )
    wants = [demand, *[1e-3] * links]
    return freight_case(network, theta=[2.0] * markets, mu=[2.0] * markets, outside=[30.0] * markets, potential=wants)


@given(networks(), st.data())
def test_flows_fitted_under_capacity_never_exceed_it_and_only_shrink(network, data):
    routes = network.routes()
    limit = routes.segments.smallest(column(network.capacity))
    flow = column(data.draw(st.lists(st.floats(0.0, 100.0), min_size=len(routes), max_size=len(routes))))
    fitted = hard.fit(flow, limit, routes)
    assert (routes.carries @ fitted <= limit * (1.0 + 1e-12)).all()
    assert (fitted <= flow).all()
    untouched = routes.uses @ (routes.carries @ flow > limit).astype(float) == 0.0
    assert_array_equal(fitted[untouched], flow[untouched])


def test_fitting_scales_by_the_tightest_segment():
    network = Network(((0, 1), (1,)), (0, 1), (2.0, 6.0), (1.0, 1.0), (0.0, 0.0), np.zeros((2, 1)))
    fitted = hard.fit(column([4.0, 8.0]), column([2.0, 6.0]), network.routes())
    assert_allclose(fitted[:, 0], [2.0, 4.0])  # half by the first link; half by the second


def test_pressure_is_the_logarithm_of_use_within_bounds():
    load, limit = column([2.0, 1.0, 0.0, 1e9, 5.0, 5.0]), column([1.0, 2.0, 1.0, 1.0, np.inf, 0.0])
    expected = [np.log(2.0), -np.log(2.0), -3.0, 3.0, -3.0, -3.0]
    assert_allclose(hard.pressure(load, hard.room(limit))[:, 0], expected, atol=1e-12)


def test_a_price_step_is_seven_tenths_of_the_pressure_over_theta_and_crowding():
    network = Network(((0, 1, 2), (2, 3), (4,)), (0, 1, 2), (1.0,) * 5, (1.0,) * 5, (0.0,) * 5, np.zeros((5, 1)))
    routes = network.routes()
    many = np.ones((len(routes.segments), 1))
    shadow = hard.Shadow(routes, many, 0.5 * many, np.ones((3, 1)))
    crowded = hard.crowding(routes, many, np.ones((3, 1)))
    assert crowded.max() > 1.0
    assert_allclose(shadow.next(many, 2.0 * many, 0), 1.0 + 0.7 / crowded * np.log(2.0) / 0.5)


def test_busy_segments_are_counted_again_every_few_sweeps():
    routes = Network(((0, 1), (0,), (1,)), (0, 1, 2), (1.0,) * 2, (1.0,) * 2, (0.0,) * 2, np.zeros((2, 1))).routes()
    one = np.ones((2, 1))
    shadow = hard.Shadow(routes, one, one, np.ones((3, 1)), every=2)
    full, half = 2.0 * one, column([2.0, 0.5])
    rises = [shadow.next(0.0 * one, load, number)[0, 0] for number, load in enumerate((half, full, full))]
    assert_allclose(rises, 0.7 * np.log(2.0) / np.array([1.0, 1.0, 2.0]))


@given(st.floats(0.0, 5.0), st.floats(0.0, 50.0), st.floats(0.1, 5.0))
def test_a_shadow_price_is_never_negative_and_unlimited_links_have_none(price, load, theta):
    routes = Network(((0,),), (0,), (1.0,), (1.0,), (0.0,), np.zeros((1, 1))).routes()

    def after(capacity):
        shadow = hard.Shadow(routes, column([capacity]), column([theta]), column([1.0]))
        return shadow.next(column([price]), column([load]), 0)[0, 0]

    assert after(1.0) >= 0.0
    assert after(np.inf) == 0.0


def test_crowding_counts_the_busy_segments_of_the_fullest_route_through_a_segment():
    network = Network(((0, 1, 2), (2, 3), (4,)), (0, 1, 2), (1.0,) * 5, (1.0,) * 5, (0.0,) * 5, np.zeros((5, 1)))
    routes = network.routes()
    segment = routes.segments.of_link
    busy = np.zeros((len(routes.segments), 1))
    busy[segment[[0, 2, 3]]] = 1.0  # links 0 and 1 are one segment
    crowded = hard.crowding(routes, busy, np.ones((3, 1)))
    assert_array_equal(crowded[segment[[0, 2, 3, 4]], 0], [2.0, 2.0, 2.0, 1.0])
    shut = hard.crowding(routes, busy, column([0.0, 1.0, 1.0]))
    assert_array_equal(shut[segment[[0, 2, 3, 4]], 0], [1.0, 2.0, 2.0, 1.0])


@pytest.mark.parametrize("links", [2, 3, 5])
def test_full_links_in_series_do_not_cycle(links):
    case = chain([5.0] * links, 10.0)
    loads = [case.solve(sweeps).flow[0, 0] for sweeps in (200, 201, 202, 203)]
    assert np.ptp(loads) <= 1e-3 * 5.0
    assert loads[0] == pytest.approx(5.0, rel=5e-3)
    assert case.solve(200).flow[:2].sum() == pytest.approx(10.0, rel=1e-6)


def test_what_a_full_link_cannot_take_goes_to_the_next_route_before_it_leaves_the_market():
    free, tight = chain([100.0], 10.0).solve(200), chain([4.0], 10.0).solve(200)
    assert free.flow[0, 0] == pytest.approx(10.0, rel=1e-6)
    assert_allclose(tight.flow[:2, 0], [4.0, 6.0], rtol=1e-2)
    assert tight.served[0, 0] == pytest.approx(1.0, abs=1e-9)


@given(freight_cases(alpha=0.15))
def test_the_shadow_price_of_a_link_that_never_fills_stays_zero(case):
    wide = case.given.capacity.copy()
    wide[:] = case.given.potential.sum() * 2.0
    assert_array_equal(case.solve(30, capacity=wide).price, 0.0)
