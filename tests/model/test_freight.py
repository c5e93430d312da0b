from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from scipy.special import softmax

from model import freight
from tests.strategies import Network, column, freight_case, freight_cases, networks


def incidence(network):
    """(H, E) 0/1 incidence of routes over links, written without the kernels."""
    return np.array([[e in path for e in range(len(network.cost))] for path in network.paths], dtype=float)


def link_load(case, outcome):
    return incidence(case.network).T @ outcome.flow


def market_volume(case, outcome):
    return (case.given.potential * outcome.served)[:, 0]


FACTORS = st.sampled_from([0.1, 0.9, 1000.0])

# --- limits --------------------------------------------------------------------------------------


@given(freight_cases(limited=False))
def test_with_one_nest_routes_and_outside_option_share_by_softmax(case):
    case = replace(case, given=replace(case.given, mu=case.given.theta))
    solved = case.solve()
    cost = incidence(case.network) @ np.array(case.network.cost)
    days = incidence(case.network) @ np.array(case.network.days)
    for w, theta in enumerate(case.given.theta[:, 0]):
        own = case.routes.market == w
        utility = case.routes.log_size[own, 0] - theta * (cost + 0.1 * days)[own]
        shares = softmax(np.append(utility, -theta * case.given.outside[w, 0]))
        assert_allclose(solved.flow[own, 0] / case.given.potential[w, 0], shares[:-1], rtol=1e-12, atol=1e-15)
        assert_allclose(1.0 - solved.served[w, 0], shares[-1], rtol=1e-9, atol=1e-15)


def test_when_the_cheap_route_is_full_the_rest_takes_the_next_and_nothing_is_shed():
    network = Network(((0,), (1,)), (0, 0), (5.0, 100.0), (1.0, 2.0), (0.0, 0.0), np.zeros((2, 1)))
    case = freight_case(network, theta=[20.0], mu=[20.0], outside=[50.0], potential=[10.0])
    assert_allclose(case.solve(sweeps=400).flow[:, 0], [5.0, 5.0], rtol=1e-6)


def cheapest_cost(network, potential, outside):
    """Cost of the linear programme: route under capacity or stay outside."""
    uses = incidence(network)
    markets = np.eye(len(potential))
    cost = np.concatenate([uses @ np.array(network.cost), outside])
    carry = np.hstack([markets[list(network.market)].T, markets])
    load = np.hstack([uses.T, np.zeros((uses.shape[1], len(potential)))])
    return linprog(cost, A_ub=load, b_ub=network.capacity, A_eq=carry, b_eq=potential).fun


def crowded_network(seed):
    """Twelve links, five markets, four routes each, demand near what the links can carry."""
    rng = np.random.default_rng(seed)
    paths, market = [], []
    for w in range(5):
        for _ in range(4):
            paths.append(tuple(rng.choice(12, size=rng.integers(1, 4), replace=False)))
            market.append(w)
    capacity, cost = rng.uniform(4.0, 20.0, 12), rng.uniform(1.0, 5.0, 12)
    network = Network(tuple(paths), tuple(market), tuple(capacity), tuple(cost), (0.0,) * 12, np.zeros((12, 1)))
    return network, rng.uniform(4.0, 12.0, 5)


def gap_to_cheapest(seed):
    network, potential = crowded_network(seed)
    cost = incidence(network) @ np.array(network.cost)
    outside = np.full(5, 4.0 * cost.mean())
    theta = np.full(5, 30.0 / cost.mean())
    case = freight_case(network, theta=theta, mu=theta, outside=outside, potential=potential, size=np.ones(20))
    flow = case.solve(sweeps=400).flow[:, 0]
    shed = potential - np.bincount(network.market, flow)
    return (flow @ cost + shed @ outside) / cheapest_cost(network, potential, outside) - 1.0


def test_sharp_choice_under_hard_capacity_costs_what_the_linear_programme_costs():
    gaps = [gap_to_cheapest(seed) for seed in range(10)]
    assert min(gaps) >= -1e-9
    assert np.mean(gaps) <= 0.02


def test_sharp_choice_takes_the_shortest_path():
    network = Network(
        ((0, 1), (2,), (0, 3)), (0, 0, 0), (np.inf,) * 4, (1.0, 2.0, 3.5, 2.5), (0.0,) * 4, np.zeros((4, 1))
    )
    case = freight_case(network, theta=[200.0], mu=[200.0], outside=[10.0], potential=[7.0], size=[1.0, 1.0, 1.0])
    assert_allclose(case.solve().flow[:, 0], [7.0, 0.0, 0.0], atol=1e-12)


def test_a_barred_route_does_not_blur_a_sharp_choice_among_the_others():
    network = Network(((0,), (1,), (2,)), (0, 0, 0), (np.inf,) * 3, (1.0, 10.0, 12.0), (0.0,) * 3, np.zeros((3, 1)))
    case = freight_case(network, theta=[100.0], mu=[100.0], outside=[20.0], potential=[7.0])
    assert_allclose(case.solve(allowed=column([0.0, 1.0, 1.0])).flow[:, 0], [0.0, 7.0, 0.0], atol=1e-12)


# --- conservation and capacity -------------------------------------------------------------------


@given(freight_cases(alpha=0.15))
def test_carried_and_outside_volumes_sum_to_the_potential(case):
    solved = case.solve()
    carried = np.bincount(case.routes.market, solved.flow[:, 0])
    assert_allclose(carried, market_volume(case, solved), rtol=1e-12)
    assert (solved.served >= 0.0).all()
    assert (solved.served <= 1.0).all()
    assert_allclose(np.bincount(case.routes.market, solved.share[:, 0]), 1.0, rtol=1e-12)


@given(freight_cases(alpha=0.15), st.integers(1, 30))
def test_a_link_never_carries_more_than_its_capacity(case, sweeps):
    load = link_load(case, case.solve(sweeps))[:, 0]
    assert (load <= np.array(case.network.capacity) * (1.0 + 1e-12)).all()


@given(freight_cases(alpha=0.15))
def test_the_load_of_a_segment_is_the_flow_over_each_of_its_links(case):
    solved = case.solve()
    assert_allclose(case.routes.segments.to_links(solved.load), link_load(case, solved), rtol=1e-12, atol=1e-12)


@given(freight_cases())
def test_a_closed_link_carries_nothing_and_a_market_without_open_route_is_not_served(case):
    capacity = case.given.capacity.copy()
    capacity[0] = 0.0
    allowed = case.routes.open(capacity)
    solved = case.solve(capacity=capacity, allowed=allowed)
    assert solved.load[0, 0] == 0.0
    dead = np.bincount(case.routes.market, allowed[:, 0]) == 0.0
    assert_array_equal(solved.served[dead, 0], 0.0)


def test_congestion_follows_the_bpr_curve():
    network = Network(((0,),), (0,), (10.0,), (1.0,), (4.0,), np.zeros((1, 1)))
    case = freight_case(network, theta=[0.5], mu=[0.5], outside=[5.0], potential=[12.0], alpha=0.15, day_value=0.5)
    solved = case.solve(400)
    volume = solved.load[0, 0]
    cost = 1.0 + 0.5 * 4.0 * (1.0 + 0.15 * (volume / 10.0) ** 4)
    assert solved.price[0, 0] == 0.0
    assert volume == pytest.approx(12.0 / (1.0 + np.exp(0.5 * (cost - 5.0))), rel=1e-10)


# --- invariances ---------------------------------------------------------------------------------


def cut_in_two(network, link):
    """The same network with one link replaced by two in series."""
    new = len(network.cost)
    paths = tuple(tuple(f for e in path for f in ((e, new) if e == link else (e,))) for path in network.paths)
    halve = lambda values: (*(v / 2 if e == link else v for e, v in enumerate(values)), values[link] / 2)  # noqa: E731
    return replace(
        network,
        paths=paths,
        capacity=(*network.capacity, network.capacity[link]),
        cost=halve(network.cost),
        days=halve(network.days),
        power=np.vstack([network.power, network.power[link]]),
    )


@given(freight_cases(alpha=0.15), st.data())
def test_cutting_a_link_in_two_leaves_flows_control_and_losses_as_they_were(case, data):
    link = data.draw(st.sampled_from(sorted({e for path in case.network.paths for e in path})))
    markets = {name: getattr(case.given, name)[:, 0] for name in ("theta", "mu", "outside", "potential")}
    size = np.exp(case.routes.log_size[:, 0])
    cut = freight_case(cut_in_two(case.network, link), **markets, alpha=0.15, size=size)
    whole = freight_case(case.network, **markets, alpha=0.15, size=size)
    before, after = whole.solve(), cut.solve()
    assert_allclose(after.flow, before.flow, rtol=1e-7, atol=1e-9)
    assert_array_equal(cut.routes.power, whole.routes.power)
    assert_allclose(after.served, before.served, rtol=1e-7)
    assert_allclose(after.share, before.share, rtol=1e-7, atol=1e-12)


@given(freight_cases(), st.data())
def test_doubling_a_route_at_half_its_size_changes_no_volume(case, data):
    twin = data.draw(st.integers(0, len(case.routes) - 1))
    order = sorted([*range(len(case.routes)), twin])
    network = case.network
    doubled = replace(
        network, paths=tuple(network.paths[h] for h in order), market=tuple(network.market[h] for h in order)
    )
    size = np.exp(case.routes.log_size[order, 0]) * np.where(np.array(order) == twin, 0.5, 1.0)
    markets = {name: getattr(case.given, name)[:, 0] for name in ("theta", "mu", "outside", "potential")}
    cloned = freight_case(doubled, **markets, size=size)
    assert_array_equal(cloned.routes.segments.of_link, case.routes.segments.of_link)
    before, after = case.solve(), cloned.solve()
    assert_allclose(after.load, before.load, rtol=1e-9, atol=1e-12)
    assert_allclose(after.served, before.served, rtol=1e-9, atol=1e-15)


@given(freight_cases(alpha=0.15), st.randoms(use_true_random=False))
def test_the_order_of_routes_and_markets_does_not_matter(case, random):
    network, markets = case.network, case.network.market[-1] + 1
    order = random.sample(range(markets), markets)
    routes = []
    for w in order:
        own = [h for h, market in enumerate(network.market) if market == w]
        routes += random.sample(own, len(own))
    moved = replace(
        network,
        paths=tuple(network.paths[h] for h in routes),
        market=tuple(w for w, old in enumerate(order) for _ in range(network.market.count(old))),
    )
    by_market = {name: getattr(case.given, name)[order, 0] for name in ("theta", "mu", "outside", "potential")}
    before, after = case.solve(), freight_case(moved, **by_market, alpha=0.15).solve()
    assert_allclose(after.flow, before.flow[routes], rtol=1e-8, atol=1e-10)
    assert_allclose(after.served, before.served[order], rtol=1e-8)


@given(freight_cases(alpha=0.15), FACTORS)
def test_counting_money_in_another_currency_leaves_every_flow(case, rate):
    before = case.solve()
    after = case.solve(
        cost=case.given.cost * rate,
        day_value=case.given.day_value * rate,
        outside=case.given.outside * rate,
        theta=case.given.theta / rate,
        mu=case.given.mu / rate,
        steepness=case.given.steepness / rate,
    )
    assert_allclose(after.flow, before.flow, rtol=1e-8, atol=1e-10)
    assert_allclose(after.price, before.price * rate, rtol=1e-7, atol=1e-9 * rate)


@given(freight_cases(alpha=0.15), st.integers(-20, 20).map(lambda power: 2.0**power))
def test_counting_goods_in_another_unit_scales_every_flow(case, factor):
    """By powers of two, which scale without rounding: a solve that still swings would magnify any."""
    before = case.solve()
    after = case.solve(
        capacity=case.given.capacity * factor,
        potential=case.given.potential * factor,
        resistance=case.given.resistance / factor**4,
    )
    assert_allclose(after.flow, before.flow * factor, rtol=1e-8, atol=1e-10 * factor)
    assert_allclose(after.price, before.price, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("block", [1, 7, 64, 100, 256])
def test_a_run_has_the_same_bits_in_a_block_of_any_size(block):
    network, potential = crowded_network(3)
    cost = incidence(network) @ np.array(network.cost)
    case = freight_case(
        network,
        theta=[7.0 / cost.mean()] * 5,
        mu=[3.0 / cost.mean()] * 5,
        outside=[9.0] * 5,
        potential=potential,
        alpha=0.15,
    )
    rng = np.random.default_rng(0)
    wide = {
        "potential": column(potential) * rng.uniform(0.3, 1.5, (5, 256)),
        "cost": case.given.cost * rng.uniform(0.8, 1.2, (len(case.routes.segments), 256)),
    }
    whole = case.solve(10, **wide)
    first = {name: np.ascontiguousarray(values[:, 256 - block :]) for name, values in wide.items()}
    part = case.solve(10, **first)
    for name, values in vars(part).items():
        assert_array_equal(values, getattr(whole, name)[:, 256 - block :], err_msg=name)


def test_a_run_whose_roads_do_not_congest_has_the_same_bits_alone_as_beside_runs_whose_roads_do():
    """A road into a narrow bridge that a second market crosses too; without congestion nothing there is mixed."""
    paths, capacity = ((0, 1), (1,), (2,), (3,)), (20.0, 4.0, np.inf, np.inf)
    network = Network(paths, (0, 1, 2, 3), capacity, (1.0, 1.0, 3.0, 3.0), (1.0, 0.0, 1.0, 1.0), np.zeros((4, 1)))
    case = freight_case(network, theta=[2.0] * 4, mu=[0.5] * 4, outside=[9.0] * 4, potential=[8.0] * 4, alpha=0.15)
    congested = np.array([1.0, 0.0, 1.0, 0.0])
    wide = {"resistance": case.given.resistance * congested, "potential": column([8.0] * 4) * [1.0, 1.1, 1.2, 1.3]}
    whole = case.solve(20, **wide)
    for run in range(4):
        alone = case.solve(20, **{name: np.ascontiguousarray(values[:, [run]]) for name, values in wide.items()})
        for name, values in vars(alone).items():
            assert_array_equal(values, getattr(whole, name)[:, [run]], err_msg=f"{name} of run {run}")


# --- monotonicity --------------------------------------------------------------------------------


@given(freight_cases(limited=False), st.data())
def test_a_new_route_never_lowers_a_surplus(case, data):
    new = data.draw(st.integers(0, len(case.routes) - 1))
    allowed = case.given.allowed.copy()
    allowed[new] = 0.0
    before, after = case.solve(allowed=allowed), case.solve()
    assert (after.served >= before.served * (1.0 - 1e-12)).all()
    market = case.routes.market[new]
    others = (case.routes.market == market) & (np.arange(len(case.routes)) != new)
    if before.served[market] > 0.0:
        # The share left to the others, summed: one less the new route's share would lose every digit near 1.
        fall = -np.log(after.share[others].sum(axis=0)) / case.given.theta[market]
        assert_allclose(before.cost[market] - after.cost[market], fall, rtol=1e-6, atol=1e-11)


@given(freight_cases(limited=False), st.data(), st.floats(0.01, 20.0))
def test_a_higher_cost_never_raises_a_volume(case, data, rise):
    segment = data.draw(st.integers(0, len(case.routes.segments) - 1))
    cost = case.given.cost.copy()
    cost[segment] += rise
    assert (case.solve(cost=cost).served <= case.solve().served * (1.0 + 1e-12)).all()


@settings(max_examples=20)
@given(freight_cases())
def test_scarcity_has_a_price_only_where_a_link_is_full(case):
    solved = case.solve(sweeps=400)
    idle = solved.load < 0.95 * case.given.capacity
    assert_allclose(solved.price[idle] * case.given.steepness[idle], 0.0, atol=1e-3)


@given(st.floats(1.0, 1e4), st.floats(1e-3, 1.0), st.floats(0.01, 0.99))
def test_surplus_is_the_area_under_the_demand_for_transport(potential, mu, served):
    cost = np.linspace(0.0, 60.0 / mu, 200_001)
    start = -np.log(served / (1.0 - served)) / mu
    area = np.trapezoid(potential / (1.0 + np.exp(mu * (start + cost))), cost)
    assert freight.surplus(column([potential]), mu, column([served]))[0, 0] == pytest.approx(area, rel=1e-6)


@settings(max_examples=20)
@given(networks(limited=False))
def test_a_market_worth_nothing_to_its_route_stays_outside(network):
    markets = network.market[-1] + 1
    case = freight_case(
        network, theta=[1.0] * markets, mu=[1.0] * markets, outside=[-1e4] * markets, potential=[1.0] * markets
    )
    assert_allclose(case.solve().served, 0.0, atol=1e-200)
