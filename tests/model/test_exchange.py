from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize

from model import calibration, exchange
from tests.duals import dual, dual_point, residual, solve_dual
from tests.strategies import Network, column, exchange_case, exchange_cases, three_by_three

FACTORS = st.sampled_from([0.1, 0.9, 1000.0])


def ends_of(case, side):
    """(mu, q0, p0) of each source or sink."""
    return np.hstack([getattr(case.given, f"{side}_{name}") for name in ("mu", "quantity", "price")])


def test_at_convergence_with_a_full_link_the_dual_residual_vanishes():
    case = three_by_three()
    solved = case.solve(sweeps=1500)
    trunk = case.pairs.routes.segments.of_link[9]
    assert solved.price[trunk, 0] > 0.1
    assert solved.load[trunk, 0] == pytest.approx(6.0, rel=1e-9)
    assert residual(case, solved) <= 1e-9


def test_prices_with_a_full_link_minimise_the_convex_dual():
    case = three_by_three()
    best = solve_dual(case)
    solved = case.solve(sweeps=1500)
    value, _ = dual(case)
    assert value(dual_point(case, solved))[0] == pytest.approx(best.fun, rel=1e-10)
    assert_allclose(dual_point(case, solved), best.x, atol=1e-4)


def converged(case):
    """Solved until the dual residual is small; corners far from any base flow need thousands of sweeps."""
    solved = case.solve(sweeps=300)
    for _ in range(20):
        if residual(case, solved) <= 1e-7:
            return solved
        solved = case.solve(sweeps=300, start=solved)
    return solved


@settings(max_examples=8)
@given(exchange_cases())
def test_prices_converge_to_the_minimum_of_the_convex_dual_on_any_network(case):
    value, _ = dual(case)
    early, late = case.solve(sweeps=30), converged(case)
    assert residual(case, late) <= max(1e-7, 0.1 * residual(case, early))
    assert value(dual_point(case, late))[0] <= solve_dual(case).fun * (1.0 + 1e-4)


@pytest.mark.parametrize("nest", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("capacity", [np.inf, 6.0])
def test_ten_sweeps_after_an_opening_leave_a_thousandth(nest, capacity):
    case = three_by_three(capacity=capacity, nest=nest)
    shut = case.given.allowed.copy()
    shut[4] = 0.0
    before = case.solve(sweeps=2000, allowed=shut)
    exact, quick = case.solve(sweeps=2000), case.solve(sweeps=10, start=before)
    assert np.abs(quick.flow - exact.flow).sum() / exact.flow.sum() <= 1e-3


# --- laws ----------------------------------------------------------------------------------------


@given(exchange_cases())
def test_what_is_sold_is_what_is_bought(case):
    solved = case.solve(sweeps=30)
    assert solved.source_quantity.sum() == pytest.approx(solved.sink_quantity.sum(), rel=1e-12)
    assert_allclose(np.bincount(case.pairs.source, solved.flow[:, 0]), solved.source_quantity[:, 0], rtol=1e-12)
    assert_allclose(np.bincount(case.pairs.sink, solved.flow[:, 0]), solved.sink_quantity[:, 0], rtol=1e-12)


@settings(max_examples=15)
@given(exchange_cases(limited=False))
def test_flows_meet_supply_and_demand_at_the_prices(case):
    solved = case.solve(sweeps=400)
    assert_allclose(solved.source_quantity, exchange.supply(case.given, solved.source_price), rtol=1e-6)
    assert_allclose(solved.sink_quantity, exchange.demand(case.given, solved.sink_price), rtol=1e-6)


@given(exchange_cases(), st.integers(1, 40))
def test_no_segment_carries_more_than_its_capacity(case, sweeps):
    solved = case.solve(sweeps)
    assert (solved.load <= case.given.capacity * (1.0 + 1e-12)).all()
    assert_allclose(solved.load, case.pairs.routes.uses.toarray().T @ solved.flow, rtol=1e-12, atol=1e-12)


@settings(max_examples=8)
@given(exchange_cases(limited=False), st.data())
def test_when_a_supplier_lapses_prices_rise_and_every_other_supplier_sells_more(case, data):
    gone = data.draw(st.integers(0, len(case.given.source_mu) - 1))
    left = case.without(gone, np.ones(len(case.pairs.routes)))
    before, after = case.solve(sweeps=400), case.solve(sweeps=400, allowed=left)
    others = np.arange(len(case.given.source_mu)) != gone
    assert after.source_quantity[gone, 0] == 0.0
    assert after.source_price[gone, 0] == case.given.source_price[gone, 0]
    if others.any():
        assert (after.sink_price > before.sink_price - 1e-6).all()
        assert (after.source_quantity[others] > before.source_quantity[others] * (1.0 - 1e-6)).all()


def test_the_lapse_of_a_supplier_has_a_size():
    case = three_by_three(capacity=np.inf)
    before, after = case.solve(), case.solve(allowed=case.without(0, np.ones(9)))
    assert (after.sink_price - before.sink_price > 1.0).all()
    assert (after.source_quantity[1:] / before.source_quantity[1:] > 1.05).all()


@settings(max_examples=6)
@given(exchange_cases(), st.data())
def test_withholding_from_one_source_never_makes_it_sell_more(case, data):
    source = data.draw(st.integers(0, len(case.given.source_mu) - 1))
    share = data.draw(
        st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=len(case.pairs.routes), max_size=len(case.pairs.routes))
    )
    before = converged(case)
    after = converged(replace(case, given=replace(case.given, allowed=case.without(source, share))))
    assert after.source_quantity[source, 0] <= before.source_quantity[source, 0] * (1.0 + 1e-3)


def test_a_sharp_choice_clears_where_prices_differ_by_transport_cost():
    """Spatial price equilibrium: the oracle maximises surplus less transport cost over flows."""
    theta, mu = 60.0, 0.2
    network = Network(
        ((0,), (1,), (2,), (3,)),
        (0, 1, 2, 3),
        (np.inf, 4.0, np.inf, np.inf),
        (1.0, 2.0, 3.0, 1.5),
        (0.0,) * 4,
        np.zeros((4, 1)),
    )
    source, sink = [(mu, 10.0, 5.0), (mu, 10.0, 6.0)], [(mu, 10.0, 9.0), (mu, 10.0, 8.0)]
    case = exchange_case(network, [(0, 0), (0, 1), (1, 0), (1, 1)], theta=theta, source=source, sink=sink)
    solved = case.solve(sweeps=4000)

    def loss(flow):
        sold, bought = np.array([flow[:2].sum(), flow[2:].sum()]), np.array([flow[0] + flow[2], flow[1] + flow[3]])
        area = lambda q: (q * np.log(np.maximum(q, 1e-12) / 10.0) - q) / mu  # noqa: E731
        return flow @ network.cost + (area(sold) + sold * [5.0, 6.0]).sum() + (area(bought) - bought * [9.0, 8.0]).sum()

    best = minimize(loss, np.full(4, 3.0), bounds=[(0.0, limit) for limit in (99.0, 4.0, 99.0, 99.0)], tol=1e-14)
    assert loss(solved.flow[:, 0]) == pytest.approx(best.fun, rel=5e-3)
    gap = solved.sink_price[case.pairs.sink] - solved.source_price[case.pairs.source] - solved.price
    used = solved.flow[:, 0] > 0.1
    assert used.sum() >= 2
    assert_allclose(gap[used, 0], np.array(network.cost)[used], atol=4.0 / theta)
    assert (gap[~used, 0] <= np.array(network.cost)[~used] + 4.0 / theta).all()


@pytest.mark.parametrize("theta", [0.5, 10.0, 100.0])
def test_one_pair_clears_where_supply_meets_demand(theta):
    """10 e^(0.1 (p_a - 5)) = 10 e^(-0.3 (p_d - 9)) = e^(theta (p_d - p_a - 2)), solved by hand."""
    network = Network(((0,),), (0,), (np.inf,), (2.0,), (0.0,), np.zeros((1, 1)))
    case = exchange_case(network, [(0, 0)], theta=theta, source=[(0.1, 10.0, 5.0)], sink=[(0.3, 10.0, 9.0)])
    solved = case.solve(sweeps=3000)
    log_growth = (2.0 - np.log(10.0) / theta) / (10.0 + 10.0 / 3.0 + 1.0 / theta)
    assert solved.flow[0, 0] == pytest.approx(10.0 * np.exp(log_growth), rel=1e-9)
    assert solved.source_price[0, 0] == pytest.approx(5.0 + 10.0 * log_growth, rel=1e-9)
    assert solved.sink_price[0, 0] == pytest.approx(9.0 - log_growth / 0.3, rel=1e-9)


# --- invariances ---------------------------------------------------------------------------------


@given(exchange_cases(), FACTORS)
def test_counting_money_in_another_currency_leaves_every_flow(case, rate):
    per_money = ("source_theta", "sink_theta", "source_mu", "sink_mu", "steepness")
    money = ("cost", "source_price", "sink_price")
    changed = {name: getattr(case.given, name) / rate for name in per_money}
    changed |= {name: getattr(case.given, name) * rate for name in money}
    other = replace(case, given=replace(case.given, **changed))
    before, after = case.solve(40), other.solve(40)
    assert_allclose(after.flow, before.flow, rtol=1e-7, atol=1e-10)
    assert_allclose(after.sink_price, before.sink_price * rate, rtol=1e-7, atol=1e-9 * rate)


SIZES = ("capacity", "source_quantity", "sink_quantity", "source_limit")


@given(exchange_cases(), FACTORS)
def test_counting_goods_in_another_unit_scales_every_flow(case, factor):
    scaled = {name: getattr(case.given, name) * factor for name in SIZES}
    scaled["attraction"] = case.given.attraction + np.log(factor)
    before, after = case.solve(40), case.solve(40, **scaled)
    assert_allclose(after.flow, before.flow * factor, rtol=1e-7, atol=1e-10 * factor)
    assert_allclose(after.sink_price, before.sink_price, rtol=1e-7, atol=1e-9)


@given(st.permutations(range(3)), st.permutations(range(3)))
def test_the_order_of_sources_and_sinks_does_not_matter(source_order, sink_order):
    case = three_by_three()
    ends = [(a, d) for a in range(3) for d in range(3)]
    routes = [3 * source_order[a] + sink_order[d] for a, d in ends]
    network = replace(case.network, paths=tuple(case.network.paths[h] for h in routes))
    sources, sinks = ends_of(case, "source")[source_order], ends_of(case, "sink")[sink_order]
    moved = exchange_case(network, ends, theta=0.5, source=sources, sink=sinks)
    before, after = case.solve(50), moved.solve(50)
    assert_allclose(after.flow, before.flow[routes], rtol=1e-9)
    assert_allclose(after.source_price, before.source_price[source_order], rtol=1e-9)
    assert_allclose(after.sink_price, before.sink_price[sink_order], rtol=1e-9)


@pytest.mark.parametrize("block", [1, 7, 64, 100, 256])
def test_a_run_has_the_same_bits_in_a_block_of_any_size(block):
    case = three_by_three()
    rng = np.random.default_rng(0)
    wide = {
        "source_quantity": case.given.source_quantity * rng.uniform(0.5, 1.5, (3, 256)),
        "sink_price": case.given.sink_price + rng.uniform(-2.0, 2.0, (3, 256)),
        "allowed": case.given.allowed * rng.choice([1.0, 0.3, 0.0], p=[0.8, 0.1, 0.1], size=(9, 256)),
    }
    whole = case.solve(10, start=case.start(256), **wide)
    picked = {name: np.ascontiguousarray(values[:, 256 - block :]) for name, values in wide.items()}
    part = case.solve(10, start=case.start(block), **picked)
    for name, values in vars(part).items():
        assert_array_equal(values, getattr(whole, name)[:, 256 - block :], err_msg=name)


def two_goods():
    """Two goods, each with two sellers and one buyer, every pair over a narrow link of its own."""
    network = Network(
        paths=tuple((link,) for link in range(4)),
        market=tuple(range(4)),
        capacity=(6.0, 5.0, 4.0, 3.0),
        cost=(1.0, 2.0, 1.5, 1.0),
        days=(0.0,) * 4,
        power=np.zeros((4, 1)),
    )
    sellers = [(0.05, 8.0, 10.0), (0.05, 6.0, 11.0), (0.05, 7.0, 9.0), (0.05, 5.0, 10.0)]
    return exchange_case(
        network,
        [(0, 0), (1, 0), (2, 1), (3, 1)],
        theta=0.5,
        source=sellers,
        sink=[(0.05, 12.0, 15.0), (0.05, 9.0, 14.0)],
        commodity=([0, 0, 1, 1], [0, 1]),
    )


def test_sources_sinks_and_segments_of_a_good_make_up_one_system():
    pairs = two_goods().pairs
    of_segment = np.argsort(pairs.routes.segments.of_link)  # the link of each segment
    assert_array_equal(pairs.systems[0], [0, 0, 1, 1, 0, 1, *np.array([0, 0, 1, 1])[of_segment]])
    assert pairs.systems[1] == 2


@pytest.mark.parametrize("sweeps", [10, 30])
def test_a_run_whose_lines_are_shut_has_the_same_bits_alone_as_beside_runs_whose_lines_are_open(sweeps):
    case = two_goods()
    rng = np.random.default_rng(4)
    allowed = rng.choice([1.0, 0.0], p=[0.6, 0.4], size=(4, 24))
    start = case.start(24)
    start = replace(start, price=start.price + rng.uniform(50.0, 300.0, start.price.shape))
    whole = case.solve(sweeps, start=start, allowed=allowed)
    for run in range(24):
        own = {name: np.ascontiguousarray(values[:, [run]]) for name, values in vars(start).items()}
        alone = case.solve(sweeps, start=replace(start, **own), allowed=np.ascontiguousarray(allowed[:, [run]]))
        for name, values in vars(alone).items():
            assert_array_equal(values, getattr(whole, name)[:, [run]], err_msg=f"{name} of run {run}")


def test_base_prices_and_flows_are_at_rest_when_constants_reproduce_them():
    """Equation 2a with c calibrated as in theory 7.2: nothing moves at the base, whatever the prices."""
    case = three_by_three(capacity=np.inf)
    flow = np.array([[5.0, 3.0, 2.0], [1.0, 4.0, 1.0], [2.0, 0.5, 6.0]]).reshape(-1, 1)
    gap = case.given.sink_price[case.pairs.sink] - case.given.source_price[case.pairs.source]
    attraction = np.log(flow) - 0.5 * (gap - case.pairs.routes.uses @ case.given.cost)
    quantity = {"source_quantity": case.pairs.from_source @ flow, "sink_quantity": case.pairs.to_sink @ flow}
    solved = case.solve(1, attraction=attraction, **quantity)
    assert_allclose(solved.flow, flow, rtol=1e-12)
    assert_allclose(solved.source_price, column([10.0, 11.0, 9.0]), rtol=1e-12)


@pytest.mark.parametrize("side", ["source", "sink"])
def test_an_end_without_open_route_neither_trades_nor_weighs_on_the_others(side):
    """Shutting an end off equals a system in which it is negligible; its price stays at the base."""
    case = three_by_three(capacity=np.inf)
    shut = np.where(getattr(case.pairs, side) == 1, 0.0, 1.0)[:, None] * case.given.allowed
    quantity = getattr(case.given, f"{side}_quantity") * column([1.0, 1e-12, 1.0])
    off, small = case.solve(600, allowed=shut), case.solve(600, **{f"{side}_quantity": quantity, "allowed": shut})
    assert_allclose(off.flow, small.flow, rtol=1e-9)
    assert getattr(off, f"{side}_quantity")[1, 0] == 0.0
    assert getattr(off, f"{side}_price")[1, 0] == getattr(case.given, f"{side}_price")[1, 0]
    live = [0, 2]
    assert_allclose(
        getattr(off, f"{side}_quantity")[live],
        getattr(exchange, {"source": "supply", "sink": "demand"}[side])(case.given, getattr(off, f"{side}_price"))[
            live
        ],
        rtol=1e-9,
    )


def test_two_commodities_clear_apart():
    """Joining two systems that share nothing leaves each as it was."""
    alone = three_by_three(capacity=np.inf)
    double = lambda values: np.vstack([values, values])  # noqa: E731
    network = alone.network
    both_network = replace(
        network,
        paths=(*network.paths, *(tuple(e + 10 for e in path) for path in network.paths)),
        market=tuple(range(18)),
        **{name: getattr(network, name) * 2 for name in ("capacity", "cost", "days")},
        power=double(network.power),
    )
    ends = [(a + 3 * k, d + 3 * k) for k in range(2) for a in range(3) for d in range(3)]
    larger = ends_of(alone, "source") * [1.0, 2.0, 1.0]
    goods = ([0, 0, 0, 1, 1, 1],) * 2
    sources, sinks = np.vstack([ends_of(alone, "source"), larger]), double(ends_of(alone, "sink"))
    solved = exchange_case(both_network, ends, theta=0.5, source=sources, sink=sinks, commodity=goods).solve(10)
    assert_allclose(solved.flow[:9], alone.solve(10).flow, rtol=1e-12)
    assert not np.allclose(solved.flow[9:], solved.flow[:9], rtol=1e-2)


def test_the_constant_of_a_pair_never_open_takes_after_sales_of_the_same_goods():
    """A source sold 24 of crude and 0.1 of fuel; another sold 0.5 of fuel to the buyer of fuel it now meets."""
    pairs = SimpleNamespace(
        source=np.array([0, 0, 1, 0]), sink=np.array([0, 1, 2, 2]), source_commodity=np.zeros(2, dtype=int)
    )
    system = SimpleNamespace(pairs=pairs, flow=np.array([24.0, 0.1, 0.5, 0.0]), sink_goods=np.array([0, 1, 1]))
    observed = np.array([[0.0], [13.0], [10.0], [99.0]])
    constant = calibration._unseen(system, np.arange(4), observed, observed < 50.0)
    assert constant[3, 0] == pytest.approx((0.1 * 13.0 + 0.5 * 10.0) / 0.6)
