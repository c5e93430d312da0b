"""Rents of full links: shared by links of one way, and nobody's while an event narrows the link."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from model.events import Edit
from model.links import _passable, narrowed
from model.rents import scarcity_rent, shadow_prices
from tests.worlds import lasting, opened, quarters


def test_links_of_one_way_that_are_full_together_earn_no_more_than_one_of_them(baseline_world):
    """Two Turkmen parts of a gas line: whether one is the narrower or both are alike, Turkmenistan earns the same."""
    *_, (_, state, now) = quarters(*opened(lasting(baseline_world, 1), 1))
    segments, earns = baseline_world.exchange.pairs.routes.segments, baseline_world.links.earns.toarray()
    alike = next(
        links
        for segment in range(len(segments.start))
        if len(links := np.flatnonzero(segments.of_link == segment)) == 2
        and earns[:, links[0]].any()
        and (earns[:, links[0]] == earns[:, links[1]]).all()
    )
    price, load = (np.zeros_like(state.exchange.price) for _ in range(2))
    price[segments.of_link[alike[0]]], load[segments.of_link[alike[0]]] = 7.0, 2.0
    found = []
    for second in (1.0, 2.0):
        capacity = np.full_like(state.capacity, 1e9)
        capacity[alike, 0] = 1e8, second * 1e8
        full = replace(state, capacity=capacity, exchange=replace(state.exchange, price=price, load=load))
        found.append(scarcity_rent(full, now)[:, 0] - scarcity_rent(replace(full, exchange=none(state)), now)[:, 0])
    assert found[0].sum() > 0.0
    assert_allclose(found[0], found[1])


def test_a_link_without_bound_that_is_shut_is_narrowed_and_one_that_was_shut_is_not(baseline_world):
    room, share = np.array([[np.inf], [np.inf], [5.0]]), np.array([[0.0], [1.0], [0.5]])
    assert _passable(room, share)[:, 0].tolist() == [0.0, np.inf, 2.5]
    edit = Edit("shut", "link.open", ("P_ALAT",), "set", 0.0, (baseline_world.start,) * 2)
    *_, (_, state, now) = quarters(*opened(lasting(baseline_world, 1, edit), 1))
    found = narrowed(state, now)[:, 0]
    assert found[baseline_world.axes["link"].at("P_ALAT")]
    assert found.sum() == 1


def none(state):
    """Oil and gas that asks no price of room anywhere."""
    return replace(state.exchange, price=np.zeros_like(state.exchange.price))


def test_a_link_earns_nobody_anything_while_an_event_narrows_it(baseline_world):
    """Half the Russian pipe to Armenia is dear; its rent would make Georgia richer by gas that is withheld."""
    begin, found = baseline_world.start + 1, {}
    for value in (0.3, 1.25):  # bcm a quarter, of which 0.6 go
        edit = Edit("pipe", "link.capacity", ("G029b",), "set", value, (begin, begin))
        *_, (_, state, now) = quarters(*opened(lasting(baseline_world, 3, edit), 1))
        e = baseline_world.axes["link"].at("G029b")
        found[value] = narrowed(state, now)[e, 0], shadow_prices(state, baseline_world)[e, 0], scarcity_rent(state, now)
    assert [found[value][0] for value in (0.3, 1.25)] == [True, False]
    assert found[0.3][1] > 100.0
    assert found[1.25][1] < 10.0
    georgia = baseline_world.axes["country"].at("GEO")
    assert found[0.3][2][georgia, 0] < found[1.25][2][georgia, 0] + 1.0
