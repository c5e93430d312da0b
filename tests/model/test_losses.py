import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq

from model import freight, losses
from model.arrays import frozen
from tests.strategies import Network, column, freight_cases

shares = st.floats(0.0, 1.0)
some = st.floats(0.01, 0.99)


def one(value):
    return np.array([[float(value)]])


def market_loss(potential, mu, served, blocked, nest):
    """Surplus lost without a capacity cap, USD (eq. 9): -(Q/mu) ln(1 - s + s (1-X)^k)."""
    return -(potential / mu) * np.log((1.0 - served) + served * (1.0 - blocked) ** nest)


def fraction_lost(served, nest, blocked):
    """Lost share of the surplus without a cap."""
    lost = market_loss(one(1.0), one(nest), one(served), one(blocked), one(nest))
    return lost[0, 0] / freight.surplus(one(1.0), one(nest), one(served))[0, 0]


def market(served, nest=0.5, theta=1.0, potential=1.0, rent_kept=0.0, carried=None):  # noqa: PLR0913
    """A market whose choice gives `served`; `carried` below it when capacity binds."""
    outside = np.log(served / (1.0 - served)) / (nest * theta)
    return losses.Market(
        potential=one(potential),
        mu=one(nest * theta),
        theta=one(theta),
        carried=one(served if carried is None else carried),
        cost=one(0.0),
        outside=one(outside),
        rent_kept=rent_kept,
    )


def capped(view, blocked, reserve):
    return losses.capped_market_loss(view, one(blocked), one(reserve))[0, 0]


# --- one-sided markets ---------------------------------------------------------------------------


@given(freight_cases(limited=False), st.integers(0, 2))
def test_the_closed_form_equals_removing_the_routes_and_solving_again(case, controller):
    power = case.routes.power[:, controller]
    before, after = case.solve(), case.solve(allowed=case.given.allowed * (1.0 - power)[:, None])
    blocked = column(np.bincount(case.routes.market, before.share[:, 0] * power))
    assume((blocked < 1.0 - 1e-3).all())  # nearer to one, 1 - X has lost its digits
    assume((before.served < 1.0 - 1e-3).all())  # and so has 1 - s
    potential, mu = case.given.potential, case.given.mu
    closed = market_loss(potential, mu, before.served, blocked, mu / case.given.theta)
    solved = freight.surplus(potential, mu, before.served) - freight.surplus(potential, mu, after.served)
    assert_allclose(closed, solved, rtol=1e-10, atol=1e-12 * float((potential / mu).max()))
    assert_allclose(losses.served_after(before.served, blocked, mu / case.given.theta), after.served, rtol=1e-10)


@given(some, some, st.floats(0.1, 1.0))
def test_a_small_dependence_is_hirschmans_share(served, theta, nest):
    blocked = 1e-7
    lost = market_loss(one(3.0), one(nest * theta), one(served), one(blocked), one(nest))[0, 0]
    assert lost == pytest.approx(3.0 / theta * served * blocked, rel=1e-5)


@given(some, some, shares)
def test_one_nest_gives_the_gains_from_trade_formula(served, theta, blocked):
    lost = market_loss(one(2.0), one(theta), one(served), one(blocked), one(1.0))[0, 0]
    assert lost == pytest.approx(-2.0 / theta * np.log(1.0 - served * blocked), rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(
    ("blocked", "fraction"),
    [(0.25, 0.06), (0.5, 0.13), (0.75, 0.26), (0.9, 0.41), (0.99, 0.72), (0.0, 0.0), (1.0, 1.0)],
)
def test_the_loss_is_convex_in_the_blocked_share(blocked, fraction):
    assert fraction_lost(0.9, 0.5, blocked) == pytest.approx(fraction, abs=0.005)


@given(some, some, shares, shares)
def test_more_control_never_lowers_the_loss(served, nest, one_share, other_share):
    less, more = sorted((one_share, other_share))
    assert fraction_lost(served, nest, more) >= fraction_lost(served, nest, less) - 1e-12


@pytest.mark.parametrize(("nest", "fraction"), [(0.5, 0.34), (1.0, 0.65)])
def test_kazakh_oil_loses_a_third_or_two_thirds_when_choice_is_free(nest, fraction):
    assert fraction_lost(0.98, nest, 0.94) == pytest.approx(fraction, abs=0.005)


@pytest.mark.parametrize(("room", "fraction"), [(0.10, 0.97), (0.20, 0.94), (0.30, 0.91), (0.45, 0.85)])
def test_kazakh_oil_loses_nearly_all_when_other_pipes_are_small(room, fraction):
    view = market(0.98)
    surplus = freight.surplus(view.potential, view.mu, view.carried)[0, 0]
    assert capped(view, 0.94, room * 0.98) / surplus == pytest.approx(fraction, abs=0.005)


@given(some, st.floats(0.05, 1.0), st.floats(0.1, 10.0), some)
def test_without_a_binding_cap_both_closed_forms_agree(served, nest, theta, blocked):
    view = market(served, nest, theta)
    free = market_loss(view.potential, view.mu, view.carried, one(blocked), one(nest))[0, 0]
    assert capped(view, blocked, np.inf) == pytest.approx(free, rel=1e-9, abs=1e-11)


@given(some, st.floats(0.05, 1.0), st.floats(0.1, 10.0), shares, shares, shares, shares)
def test_a_capped_loss_lies_between_nothing_and_the_whole_benefit(served, nest, theta, carried, blocked, room, kept):  # noqa: PLR0913
    view = market(served, nest, theta, rent_kept=kept, carried=served * carried)
    lost = capped(view, blocked, room * served * carried)
    share = served * carried  # may round to nothing where neither is
    willing = view.outside - np.log(share / (1.0 - share)) / view.mu if share > 0.0 else 0.0
    rent = kept * share * np.maximum(willing, 0.0)
    whole = freight.surplus(view.potential, view.mu, view.carried) + rent
    assert 0.0 <= lost <= float(np.squeeze(whole)) + 1e-9 / (nest * theta)


@given(some, st.floats(0.05, 1.0), st.floats(0.1, 10.0), shares, shares, shares)
def test_the_cap_formula_itself_is_never_negative(served, nest, theta, carried, blocked, room):  # noqa: PLR0913
    """Eq. 10 for every share of rent kept, without the kernel's floor at zero."""
    before = served * max(carried, 1e-6)
    after = min(losses.served_after(one(served), one(blocked), one(nest))[0, 0], room * before)
    mu, kept_cost = nest * theta, -np.log(max(1.0 - blocked, 1e-12)) / theta
    outside = np.log(served / (1.0 - served)) / mu

    def benefit(share, cost, kept):
        if share <= 0.0:
            return 0.0
        willing = outside - np.log(share / (1.0 - share)) / mu
        return -np.log1p(-share) / mu + kept * share * (willing - cost)

    for kept in (0.0, 0.33, 1.0):
        lost = benefit(before, 0.0, kept) - benefit(after, kept_cost, kept)
        assert lost >= -1e-9 / mu
        view = market(served, nest, theta, rent_kept=kept, carried=before)
        expected = lost if blocked > 0.0 else 0.0
        assert capped(view, blocked, room * before) == pytest.approx(expected, rel=1e-6, abs=1e-8 / mu)


@given(some, st.floats(0.05, 1.0), shares, shares, shares)
def test_nothing_blocked_loses_nothing_even_where_capacity_binds(served, nest, carried, room, kept):
    assert capped(market(served, nest, rent_kept=kept, carried=served * carried), 0.0, room) == 0.0


@given(st.floats(0.1, 0.9), st.floats(0.01, 0.3), shares)
def test_where_capacity_binds_a_small_withdrawal_costs_only_rent(served, blocked, kept):
    """Volume stays at the cap; the cost of what is carried rises by -ln(1 - X) / theta and eats rent."""
    view = market(served, nest=0.5, theta=2.0, rent_kept=kept, carried=0.3 * served)
    expected = kept * 0.3 * served * -np.log1p(-blocked) / 2.0
    assert capped(view, blocked, np.inf) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(some, st.floats(0.05, 1.0), some, some, some)
def test_more_unblocked_capacity_never_raises_the_loss(served, nest, blocked, one_room, other_room):
    less, more = sorted((one_room, other_room))
    assert capped(market(served, nest), blocked, more) <= capped(market(served, nest), blocked, less) + 1e-12


# --- oil and gas ends ----------------------------------------------------------------------------


def end(blocked, reserve=np.inf, kept=0.0, quantity=10.0, mu=0.1, theta=0.5):  # noqa: PLR0913
    return losses.end_loss(losses.End(one(quantity), one(mu), one(theta), kept), one(blocked), one(reserve))[0, 0]


@given(st.floats(0.0, 0.999), st.floats(0.01, 2.0), st.floats(0.05, 5.0))
def test_a_source_sells_less_as_its_price_falls_until_the_other_routes_take_it(blocked, mu, theta):
    """Oracle: the source's own market solved by bisection, partners' prices fixed (eq. 9')."""
    fall = brentq(lambda p: mu * p - np.log1p(-blocked) + theta * p, -2e3, 1e-9)
    after = 10.0 * np.exp(mu * fall)
    assert end(blocked, mu=mu, theta=theta) == pytest.approx((10.0 - after) / mu, rel=1e-6, abs=1e-7)


@given(st.floats(0.0, 0.999), st.floats(0.05, 2.0), st.floats(0.05, 5.0), st.floats(0.0, 4.0))
def test_a_source_at_its_limit_loses_rent_before_it_loses_sales(blocked, mu, theta, rent):
    """Oracle: supply 10 e^(mu p) up to 10 meets demand 10 (1-X) e^(-theta (p - rent)), solved by bisection."""
    excess = lambda p: mu * min(p, 0.0) - np.log1p(-blocked) + theta * (p - rent)  # noqa: E731 - ln supply over demand
    price = brentq(excess, -2e3, rent + 1e-9)
    left = 10.0 * np.exp(mu * min(price, 0.0)) * (1.0 / mu + max(price, 0.0))
    loss = losses.end_loss(losses.End(one(10.0), one(mu), one(theta), 0.0, one(rent)), one(blocked), one(np.inf))
    assert loss[0, 0] == pytest.approx(10.0 * (1.0 / mu + rent) - left, rel=1e-6, abs=1e-6)


@given(st.floats(0.01, 0.99), shares, st.floats(0.01, 2.0), st.floats(0.05, 5.0), shares)
def test_a_capped_source_pays_the_shadow_price_of_the_cap(blocked, room, mu, theta, kept):
    """Oracle: quantity and price at the cap, and the shadow price that keeps flows there (eq. 10')."""
    free = 10.0 * (1.0 - blocked) ** (mu / (mu + theta))
    least = 10.0 * (1.0 - blocked)
    reserve = least + room * (10.0 - least)
    after = min(free, reserve)
    price_change = np.log(after / 10.0) / mu
    shadow = (np.log((1.0 - blocked) * 10.0 / after) - theta * price_change) / theta
    assert shadow >= -1e-9
    expected = (10.0 - after) / mu - kept * after * shadow
    assert expected >= -1e-7
    assert end(blocked, reserve, kept, mu=mu, theta=theta) == pytest.approx(expected, rel=1e-7, abs=1e-6)


@given(shares, st.floats(0.0, 20.0), shares, st.floats(0.0, 20.0), st.floats(0.01, 2.0), st.floats(0.05, 5.0))
def test_an_end_never_gains_from_withholding_nor_loses_more_than_its_surplus(blocked, room, kept, quantity, mu, theta):  # noqa: PLR0913
    assert 0.0 <= end(blocked, room, kept, quantity, mu, theta) <= quantity / mu * (1.0 + 1e-9)


@given(st.floats(0.0, 20.0), shares)
def test_an_end_with_everything_blocked_loses_its_whole_surplus(room, kept):
    assert end(1.0, 0.0, kept) == pytest.approx(100.0, rel=1e-9)
    assert end(1.0, room, kept) == pytest.approx(100.0, rel=1e-9)


def test_an_end_with_nothing_blocked_loses_nothing():
    assert end(0.0) == 0.0
    assert end(0.0, 0.0) == 0.0


@given(st.floats(0.01, 0.99), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_an_end_with_more_unblocked_capacity_never_loses_more(blocked, one_room, other_room):
    less, more = sorted((one_room, other_room))
    assert end(blocked, more) <= end(blocked, less) + 1e-9


# --- headroom ------------------------------------------------------------------------------------


@given(freight_cases())
def test_pro_rata_growth_fills_no_segment_beyond_its_capacity(case):
    solved = case.solve()
    growth = losses.headroom(case.routes, case.given.capacity, solved.load)
    grown = np.where(np.isfinite(growth), losses.attainable(solved.flow, growth), 0.0)
    assert (case.routes.carries @ grown <= case.given.capacity * (1.0 + 1e-9)).all()
    assert (losses.attainable(solved.flow, growth) >= solved.flow * (1.0 - 1e-12)).all()


@given(freight_cases())
def test_a_route_is_unlimited_exactly_where_it_meets_no_limit(case):
    solved = case.solve()
    growth = losses.headroom(case.routes, case.given.capacity, solved.load)
    crosses_a_limit = case.routes.uses @ np.isfinite(case.given.capacity).astype(float) > 0.0
    assert_array_equal(np.isfinite(growth), crosses_a_limit)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4), st.integers(80, 160))
def test_users_of_a_trunk_could_together_carry_what_the_maximum_flow_carries(loads, trunk):
    """Branches without limit: pro rata shares of the trunk add up to its capacity, by networkx too."""
    links = len(loads) + 1
    network = Network(
        paths=tuple((branch, links - 1) for branch in range(len(loads))),
        market=(0,) * len(loads),
        capacity=(*[np.inf] * len(loads), float(trunk)),
        cost=(1.0,) * links,
        days=(0.0,) * links,
        power=np.zeros((links, 1)),
    )
    routes = network.routes()
    flow = column(loads)
    growth = losses.headroom(routes, routes.segments.smallest(column(network.capacity)), routes.carries @ flow)
    graph = nx.DiGraph([("source", branch) for branch in range(len(loads))])
    graph.add_edges_from((branch, "trunk") for branch in range(len(loads)))
    graph.add_edge("trunk", "sink", capacity=trunk)
    assert losses.attainable(flow, growth).sum() == pytest.approx(nx.maximum_flow_value(graph, "source", "sink"))


def test_the_tightest_segment_of_a_route_sets_its_headroom():
    network = Network(((0, 1), (0, 2)), (0, 0), (12.0, 5.0, 9.0), (1.0,) * 3, (0.0,) * 3, np.zeros((3, 1)))
    routes = network.routes()
    flow = column([4.0, 2.0])
    growth = losses.headroom(routes, routes.segments.smallest(column(network.capacity)), routes.carries @ flow)
    assert_allclose(growth[:, 0], [1.25, 2.0])
    assert_allclose(losses.attainable(flow, growth)[:, 0], [5.0, 4.0])


def test_a_closed_segment_leaves_no_headroom():
    network = Network(((0,), (1,)), (0, 0), (0.0, 5.0), (1.0,) * 2, (0.0,) * 2, np.zeros((2, 1)))
    routes = network.routes()
    assert losses.headroom(routes, column([0.0, 5.0]), column([0.0, 2.0]))[0, 0] == 0.0


# --- other channels ------------------------------------------------------------------------------


def test_losing_half_of_absorption_at_elasticity_five_costs_a_sixth():
    assert losses.import_loss(one(0.5), 5.0)[0, 0] == pytest.approx(0.15910, abs=1e-5)


def test_exports_that_find_other_buyers_are_not_lost():
    assert losses.export_loss(one(0.2), 0.5)[0, 0] == pytest.approx(0.1)
    assert losses.export_loss(one(0.2), 1.0)[0, 0] == 0.0


def test_dependence_is_two_thirds_at_its_scale_and_never_one():
    assert losses.dependence_index(one(0.15), 0.15)[0, 0] == pytest.approx(0.6321, abs=1e-4)
    assert losses.dependence_index(one(-0.3), 0.15)[0, 0] == 0.0
    assert losses.dependence_index(frozen([[5.0]]), 0.15)[0, 0] <= 1.0


def test_a_vanishing_load_leaves_finite_headroom():
    network = Network(((0,),), (0,), (5.0,), (1.0,), (0.0,), np.zeros((1, 1)))
    least = column([5e-324])
    growth = losses.headroom(network.routes(), column([5.0]), least)
    assert np.isfinite(growth).all()
    assert losses.attainable(least, growth)[0, 0] <= 1e-300
