"""Transit: states and links let pass whose goods events leave open, and their own trade goes on."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from model.clearing import exchange_conditions, freight_conditions
from model.events import Edit
from model.rents import shadow_prices
from model.trade import transit_share
from tests.worlds import lasting, opened, quarters

SHUT, HALF = 0.0, 0.5


def after(world, *cells, value=SHUT):
    """State and moment two quarters after the goods of some cells were barred."""
    edits = [Edit(str(n), "transit.open", cell, "set", value, (world.start + 1,) * 2) for n, cell in enumerate(cells)]
    *_, (_, state, now) = quarters(*opened(lasting(world, 3, *edits), 1))
    return state, now


def volumes(world, flow):
    """Volume of each one-sided market, by its id."""
    carried = np.bincount(world.freight.routes.market, flow[:, 0], len(world.freight.volume))
    return dict(zip(world.axes["market"].labels, carried, strict=False))


@pytest.fixture(scope="module")
def quiet(baseline_world):
    return after(baseline_world)[0]


@pytest.fixture(scope="module")
def shut(baseline_world):
    return after(baseline_world, ("IRN", "all", "all"))


def crossing(state):
    """Routes over the soil of a state whose trade is that of others, and those of its own, told from the tables."""
    from scenarios.compile import shipped_network

    network = shipped_network()
    links, reach = network.links, network.reach
    kinds = defaultdict(list)
    for h, (route, parties) in enumerate(zip(reach.flat, reach.parties, strict=True)):
        if any(state in links["territories"].iloc[e] for e in route):
            kinds[state in parties].append(h)
    return kinds[False], kinds[True]


def test_nothing_of_others_passes_a_state_that_is_shut_and_its_own_trade_goes_on(quiet, shut):
    others, own = crossing("IRN")
    state, _ = shut
    assert len(others) > 50
    assert quiet.freight.flow[others].sum() > 1.0
    assert state.freight.flow[others].sum() == 0.0
    assert state.freight.flow[own].sum() > 0.9 * quiet.freight.flow[own].sum()


def test_what_has_other_ways_takes_them(baseline_world, quiet, shut):
    was, now = (volumes(baseline_world, state.freight.flow) for state in (quiet, shut[0]))
    assert 0.0 < now["bulk_nakhchivan_land"] < 0.5 * was["bulk_nakhchivan_land"]  # lorries by Georgia and Türkiye
    georgia = baseline_world.axes["link"].at("B_DILUCU")
    segments = baseline_world.freight.routes.segments
    assert segments.to_links(shut[0].freight.load)[georgia, 0] > 0.0


def test_power_sold_to_a_state_is_no_transit_through_it(baseline_world, quiet, shut):
    """Turkmen power exports have no partner in the table: those to Tehran end in Iran."""
    was, now = (volumes(baseline_world, state.freight.flow) for state in (quiet, shut[0]))
    assert now["power_tkm_export"] == pytest.approx(was["power_tkm_export"], rel=0.01)


def test_only_the_goods_of_a_party_are_barred(baseline_world):
    state, now = after(baseline_world, ("GEO", "ARM", "freight"))
    parties = baseline_world.axes["party"]
    routes = baseline_world.transit.freight
    barred = transit_share(routes, now)[:, 0] == 0.0
    _, party, _ = routes.marks
    armenian = party[parties.at("ARM")] > 0.0
    assert barred.any()
    assert not barred[~armenian].any()
    assert state.freight.flow[barred].sum() == 0.0
    assert transit_share(baseline_world.transit.exchange, now).min() == 1.0  # freight alone


def test_a_link_that_lets_nobody_pass_is_one_that_is_shut(baseline_world):
    """Bit for bit in what clearing takes as given, of goods and of gas."""
    for link, conditions in (("F088b", freight_conditions), ("G002c", exchange_conditions)):
        *_, (_, state, now) = quarters(*opened(lasting(baseline_world, 3), 1))
        begin = baseline_world.start + 1
        barred = lasting(baseline_world, 3, Edit("a", "transit.open", (link, "all", "all"), "set", 0.0, (begin,) * 2))
        *_, (_, _, then) = quarters(*opened(barred, 1))
        e = baseline_world.axes["link"].at(link)
        held = state.capacity.copy()
        held[e] = 0.0
        without = conditions(replace(state, capacity=held), now)
        assert_array_equal(conditions(state, then).allowed, without.allowed)


def test_several_that_leave_a_part_multiply(baseline_world):
    _, now = after(baseline_world, ("IRN", "all", "gas"), ("IRN", "TKM", "all"), value=HALF)
    routes, axes = baseline_world.transit.exchange, baseline_world.axes
    share = transit_share(routes, now)[:, 0]
    both = routes.of(axes["way"].at("IRN"), axes["party"].at("TKM"), axes["goods"].at("gas"))
    assert both.any()
    assert_array_equal(share[both], HALF * HALF)


def test_nothing_is_barred_where_no_event_bars_it(baseline_world):
    _, now = after(baseline_world)
    for routes in (baseline_world.transit.freight, baseline_world.transit.exchange):
        assert_array_equal(transit_share(routes, now), 1.0)


def test_a_link_that_nothing_may_pass_asks_no_price_however_full_it_was(baseline_world):
    """The swap to Türkiye was full and dear; in the quarters in which it is barred nobody would pay for more room."""
    begin, prices = baseline_world.start + 1, []
    edits = [
        Edit("open", "link.open", ("G008",), "set", 1.0, (begin,) * 2),
        Edit("narrow", "link.capacity", ("G008",), "set", 0.05, (begin,) * 2),
        Edit("barred", "transit.open", ("IRN", "all", "gas"), "set", SHUT, (begin + 2,) * 2),
    ]
    for _, state, _ in quarters(*opened(lasting(baseline_world, 5, *edits), 1)):
        prices.append(shadow_prices(state, baseline_world)[baseline_world.axes["link"].at("G008"), 0])
    assert min(prices[1:3]) > 50.0
    assert prices[3:] == [0.0, 0.0]
