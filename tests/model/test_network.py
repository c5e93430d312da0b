import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model.network import path_size, resistance, transit_time
from tests.strategies import Network, column, networks


def path_sizes(network, length):
    """Path size by its definition, link by link, over plain link sequences."""
    sizes = []
    for path, market in zip(network.paths, network.market, strict=True):
        rivals = [p for p, m in zip(network.paths, network.market, strict=True) if m == market]
        total = sum(length[e] for e in path)
        sizes.append(sum(length[e] / total / sum(e in p for p in rivals) for e in path))
    return sizes


@given(networks())
def test_segments_partition_the_used_links_into_sets_that_routes_use_together(network):
    routes = network.routes()
    segments = routes.segments
    used = {e for path in network.paths for e in path}
    assert sorted(segments.links) == sorted(used)
    assert {e for e, s in enumerate(segments.of_link) if s >= 0} == used
    uses = routes.uses.toarray()
    for h, path in enumerate(network.paths):
        assert {e for e in used if uses[h, segments.of_link[e]] == 1.0} == set(path)
    assert_array_equal(routes.carries.toarray(), uses.T)


@given(networks())
def test_no_two_segments_serve_the_same_routes(network):
    columns = network.routes().uses.toarray().T
    assert len(np.unique(columns, axis=0)) == len(columns)


@given(networks(), st.data())
def test_live_routes_are_those_allowed_in_some_run_and_one_of_each_market(network, data):
    routes = network.routes()
    runs = st.lists(st.sampled_from([0.0, 0.5]), min_size=2, max_size=2)
    allowed = np.array(data.draw(st.lists(runs, min_size=len(routes), max_size=len(routes))))
    live = routes.live(allowed)
    assert set(np.flatnonzero(allowed.any(axis=1))) <= set(live)
    spare = [route for route in live if not allowed[route].any()]
    assert spare == [start for start in routes.start if not allowed[routes.market == routes.market[start]].any()]
    assert_array_equal(routes.part(live).market, routes.market[live])


@given(networks(), st.data())
def test_route_sums_over_segments_equal_sums_over_links(network, data):
    links = len(network.cost)
    values = np.array(data.draw(st.lists(st.floats(0.0, 10.0), min_size=links, max_size=links)))
    routes = network.routes()
    expected = [values[list(path)].sum() for path in network.paths]
    assert_allclose((routes.uses @ routes.segments.total(values[:, None]))[:, 0], expected, rtol=1e-12, atol=1e-12)


@given(networks())
def test_a_segment_is_as_narrow_as_its_narrowest_link(network):
    segments = network.routes().segments
    limit = segments.smallest(column(network.capacity))[:, 0]
    for s in range(len(segments)):
        own = [c for e, c in enumerate(network.capacity) if segments.of_link[e] == s]
        assert limit[s] == min(own)


@given(networks())
def test_a_route_is_open_exactly_when_all_its_links_have_capacity(network):
    capacity = np.array(network.capacity)
    capacity[::2] = 0.0
    routes = network.routes()
    expected = [float((capacity[list(path)] > 0.0).all()) for path in network.paths]
    assert_array_equal(routes.open(routes.segments.smallest(capacity[:, None]))[:, 0], expected)


@given(networks())
def test_values_of_segments_reach_their_links_and_no_unused_link(network):
    segments = network.routes().segments
    values = np.arange(1.0, len(segments) + 1.0)[:, None]
    spread = segments.to_links(values)[:, 0]
    for e, value in enumerate(spread):
        assert value == (segments.of_link[e] + 1.0 if segments.of_link[e] >= 0 else 0.0)


@given(networks(), st.data())
def test_path_size_follows_its_definition(network, data):
    links = len(network.cost)
    length = np.array(data.draw(st.lists(st.integers(1, 900), min_size=links, max_size=links)), dtype=float)
    routes = network.routes()
    span = np.add.reduceat(length[routes.segments.links], routes.segments.start)
    size = path_size(routes.uses, routes.market, span)
    assert_allclose(size, path_sizes(network, length), rtol=1e-12)
    assert (size > 0.0).all()
    assert (size <= 1.0 + 1e-12).all()


def test_a_route_alone_has_size_one_and_twins_have_one_half():
    network = Network(((0, 1), (2,), (2,), (3,)), (0, 1, 1, 1), (1.0,) * 4, (1.0,) * 4, (0.0,) * 4, np.zeros((4, 1)))
    assert_allclose(np.exp(network.routes().log_size[:, 0]), [1.0, 0.5, 0.5, 1.0])


def test_routes_without_length_count_as_distinct():
    network = Network(((0,), (0,)), (0, 0), (1.0,), (1.0,), (0.0,), np.zeros((1, 1)))
    routes = network.routes()
    assert_array_equal(path_size(routes.uses, routes.market, np.zeros(1)), 1.0)


@given(networks())
def test_a_controller_blocks_a_route_by_the_strongest_hold_on_any_of_its_links(network):
    expected = [[max(network.power[e, k] for e in path) for k in range(3)] for path in network.paths]
    assert_array_equal(network.routes().power, expected)


@given(st.lists(st.tuples(st.floats(0.1, 9.0), st.floats(1.0, 50.0)), min_size=1, max_size=5), st.floats(0.0, 60.0))
def test_congestion_of_links_in_series_is_the_sum_of_their_bpr_curves(links, load):
    days, capacity = column([d for d, _ in links]), column([c for _, c in links])
    network = Network(
        (tuple(range(len(links))),),
        (0,),
        (1.0,) * len(links),
        (1.0,) * len(links),
        (0.0,) * len(links),
        np.zeros((len(links), 1)),
    )
    segments = network.routes().segments
    jam = resistance(segments, days, capacity, np.ones_like(days))
    time = transit_time(segments.total(days), jam, column([load]), 0.15)[0, 0]
    assert time == pytest.approx(sum(d * (1.0 + 0.15 * (load / c) ** 4) for d, c in links), rel=1e-12)


def test_links_without_limit_without_capacity_or_not_congestible_never_jam():
    network = Network(((0,), (1,), (2,)), (0, 0, 0), (1.0,) * 3, (1.0,) * 3, (0.0,) * 3, np.zeros((3, 1)))
    jam = resistance(network.routes().segments, column([2.0] * 3), column([np.inf, 0.0, 5.0]), column([1.0, 1.0, 0.0]))
    assert_array_equal(jam, 0.0)
