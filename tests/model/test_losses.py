import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq

from model import freight, losses
from model.arrays import frozen
from scenarios.compiling.paths import build_reserve
from tests.strategies import Network, column, freight_cases, networks

shares = st.floats(0.0, 1.0)
some = st.floats(0.01, 0.99)


def one(value):
    return np.array([[float(value)]])


def fraction_lost(served, nest, blocked):
    """Lost share of the surplus without a cap."""
    lost = losses.market_loss(one(1.0), one(nest), one(served), one(blocked), one(nest))
    return lost[0, 0] / freight.surplus(one(1.0), one(nest), one(served))[0, 0]


def market(served, nest=0.5, theta=1.0, potential=1.0, rent_kept=0.0, carried=None):
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
    closed = losses.market_loss(potential, mu, before.served, blocked, mu / case.given.theta)
    solved = freight.surplus(potential, mu, before.served) - freight.surplus(potential, mu, after.served)
    assert_allclose(closed, solved, rtol=1e-10, atol=1e-12 * float((potential / mu).max()))
    assert_allclose(losses.served_after(before.served, blocked, mu / case.given.theta), after.served, rtol=1e-10)


@given(some, some, st.floats(0.1, 1.0))
def test_a_small_dependence_is_hirschmans_share(served, theta, nest):
    blocked = 1e-7
    lost = losses.market_loss(one(3.0), one(nest * theta), one(served), one(blocked), one(nest))[0, 0]
    assert lost == pytest.approx(3.0 / theta * served * blocked, rel=1e-5)


@given(some, some, shares)
def test_one_nest_gives_the_gains_from_trade_formula(served, theta, blocked):
    lost = losses.market_loss(one(2.0), one(theta), one(served), one(blocked), one(1.0))[0, 0]
    assert lost == pytest.approx(-2.0 / theta * np.log(1.0 - served * blocked), rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(
    ("blocked", "fraction"), [(0.25, 0.06), (0.5, 0.13), (0.75, 0.26), (0.9, 0.41), (0.99, 0.72), (0.0, 0.0), (1.0, 1.0)]
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
    free = losses.market_loss(view.potential, view.mu, view.carried, one(blocked), one(nest))[0, 0]
    assert capped(view, blocked, np.inf) == pytest.approx(free, rel=1e-9, abs=1e-11)


@given(some, st.floats(0.05, 1.0), st.floats(0.1, 10.0), shares, shares, shares, shares)
def test_a_capped_loss_lies_between_nothing_and_the_whole_benefit(served, nest, theta, carried, blocked, room, kept):
    view = market(served, nest, theta, rent_kept=kept, carried=served * carried)
    lost = capped(view, blocked, room * served * carried)
    willing = view.outside - np.log(served * carried / (1.0 - served * carried)) / view.mu if carried > 0 else 0.0
    rent = kept * served * carried * np.maximum(willing, 0.0)
    whole = freight.surplus(view.potential, view.mu, view.carried) + rent
    assert 0.0 <= lost <= float(np.squeeze(whole)) + 1e-9 / (nest * theta)


@given(some, st.floats(0.05, 1.0), st.floats(0.1, 10.0), shares, shares, shares)
def test_the_cap_formula_itself_is_never_negative(served, nest, theta, carried, blocked, room):
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


@given(some, st.floats(0.05, 1.0), some, some, some)
def test_more_unblocked_capacity_never_raises_the_loss(served, nest, blocked, one_room, other_room):
    less, more = sorted((one_room, other_room))
    assert capped(market(served, nest), blocked, more) <= capped(market(served, nest), blocked, less) + 1e-12


# --- oil and gas ends ----------------------------------------------------------------------------


def end(blocked, reserve=np.inf, kept=0.0, quantity=10.0, mu=0.1, theta=0.5):
    return losses.end_loss(one(quantity), one(mu), one(theta), one(blocked), one(reserve), kept)[0, 0]


@given(st.floats(0.0, 0.999), st.floats(0.01, 2.0), st.floats(0.05, 5.0))
def test_a_source_sells_less_as_its_price_falls_until_the_other_routes_take_it(blocked, mu, theta):
    """Oracle: the source's own market solved by bisection, partners' prices fixed (eq. 9')."""
    fall = brentq(lambda p: mu * p - np.log1p(-blocked) + theta * p, -2e3, 1e-9)
    after = 10.0 * np.exp(mu * fall)
    assert end(blocked, mu=mu, theta=theta) == pytest.approx((10.0 - after) / mu, rel=1e-6, abs=1e-7)


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
def test_an_end_never_gains_from_withholding_nor_loses_more_than_its_surplus(blocked, room, kept, quantity, mu, theta):
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


# --- reserve capacity ----------------------------------------------------------------------------


def spare_case(network, owners):
    routes = network.routes()
    limit = routes.segments.smallest(column(network.capacity))
    owner = np.array(owners)[routes.market]
    return routes, limit, owner, build_reserve(routes, owner, np.isfinite(limit[:, 0]))


@given(networks(), st.integers(1, 6))
def test_spare_flow_offered_to_one_owner_fits_under_capacity(network, passes):
    routes, limit, owner, reserve = spare_case(network, range(network.market[-1] + 1))
    taken = losses.spare_on_routes(reserve, np.ones((len(routes), 1)), limit, passes)
    for state in set(owner):
        own = np.where((owner == state)[:, None] & np.isfinite(taken), taken, 0.0)
        assert (routes.carries @ own <= limit * (1.0 + 1e-12)).all()
    crosses_a_limit = routes.uses @ np.isfinite(limit).astype(float) > 0.0
    assert (np.isfinite(taken) == crosses_a_limit).all()


@given(networks(), st.data())
def test_a_closed_route_is_offered_nothing(network, data):
    routes, limit, _, reserve = spare_case(network, range(network.market[-1] + 1))
    shut = data.draw(st.integers(0, len(routes) - 1))
    usable = np.ones((len(routes), 1))
    usable[shut] = 0.0
    assert losses.spare_on_routes(reserve, usable, limit)[shut, 0] == 0.0


@given(networks())
def test_more_passes_never_offer_less(network):
    routes, limit, _, reserve = spare_case(network, range(network.market[-1] + 1))
    usable = np.ones((len(routes), 1))
    few, many = (losses.spare_on_routes(reserve, usable, limit, passes) for passes in (1, 3))
    assert (many >= few).all()


def most_flow(branches, trunk):
    """Maximum flow over branches that share a trunk, by networkx."""
    graph = nx.DiGraph()
    graph.add_edge("trunk", "sink", capacity=trunk)
    for number, width in enumerate(branches):
        graph.add_edge("source", number, capacity=width)
        graph.add_edge(number, "trunk")
    return nx.maximum_flow_value(graph, "source", "sink")


@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), st.integers(1, 60))
def test_branches_of_a_trunk_are_offered_what_the_maximum_flow_carries(branches, trunk):
    """Three passes suffice for three branches; more branches come close from below."""
    links = len(branches) + 1
    network = Network(
        paths=tuple((b, links - 1) for b in range(len(branches))),
        market=(0,) * len(branches),
        capacity=(*map(float, branches), float(trunk)),
        cost=(1.0,) * links,
        days=(0.0,) * links,
        power=np.zeros((links, 1)),
    )
    _, limit, _, reserve = spare_case(network, [0])
    offered = losses.spare_on_routes(reserve, np.ones((len(branches), 1)), limit).sum()
    assert offered == pytest.approx(most_flow(branches, trunk), rel=1e-9)


@given(networks(), st.data())
def test_a_limited_segment_without_limit_today_leaves_no_nan(network, data):
    routes, limit, _, reserve = spare_case(network, range(network.market[-1] + 1))
    usable = column(data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=len(routes), max_size=len(routes))))
    taken = losses.spare_on_routes(reserve, usable, np.full_like(limit, np.inf))
    assert_array_equal(taken, np.where(usable > 0.0, np.inf, 0.0))


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
