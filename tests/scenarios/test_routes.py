"""Routes: the search on a small map, and what holds for every route of the shipped network."""

from collections import Counter

import numpy as np
import pytest

from scenarios.compile import MOST_ROUTES, closed_pairs, shut_links
from scenarios.compiling.freight import MOST_ROUTES as MOST_BY_LAYER
from scenarios.compiling.paths import DAY_WEIGHT, DETOUR, SLACK, STRONG
from scenarios.routes import Graph, Query, Variants, find_routes, shortest

# --- a small map: four places in a square, a planned bridge across


def square(*, gate=True, weight=(1.0, 1.0, 1.5, 1.5, 1.0)):
    """0 -> 1 -> 3 by links 0 and 1; 0 -> 2 -> 3 by links 2 and 3; 0 -> 3 by link 4, planned."""
    tail, head = np.array([0, 1, 0, 2, 0]), np.array([1, 3, 2, 3, 3])
    return Graph(4, tail, head, np.arange(5), np.array(weight), np.full(5, gate))


TODAY = np.array([True, True, True, True, False])
BRIDGE = np.array([False, False, False, False, True])
NOBODY = np.zeros(5, dtype=bool)
ACROSS = Query((0,), (3,), 3.0, 5)


def test_the_cheapest_route_comes_first_and_a_planned_link_has_one_of_its_own():
    routes = find_routes(square(), ACROSS, Variants(TODAY, (), (BRIDGE,)))
    assert routes == ((4,), (0, 1), (2, 3))


def test_a_planned_link_is_no_way_today():
    assert shortest(square(), ACROSS, square().weight, TODAY) == (0, 1)
    assert find_routes(square(), ACROSS, Variants(TODAY, (), ())) == ((0, 1), (2, 3))


def test_of_links_side_by_side_the_cheapest_is_taken_and_of_equals_the_first():
    """Links 1 and 2 join the same places at one price, links 0 and 3 are dearer."""
    ends = np.zeros(4, dtype=int), np.ones(4, dtype=int)
    graph = Graph(2, *ends, np.array([3, 2, 1, 0]), np.array([5.0, 1.0, 1.0, 5.0]), np.ones(4, dtype=bool))
    there = Query((0,), (1,), 9.0, 5)
    assert shortest(graph, there, graph.weight, np.ones(4, dtype=bool)) == (1,)
    assert shortest(graph, there, graph.weight, np.array([True, False, False, True])) == (0,)
    assert shortest(graph, there, np.array([5.0, 4.0, 1.0, 5.0]), np.ones(4, dtype=bool)) == (2,)


def test_a_route_out_of_reach_of_a_controller_is_found_first():
    """With room for two, the way around a controller of link 0 is kept."""
    blocked = np.array([True, False, False, False, False])
    routes = find_routes(square(), Query((0,), (3,), 2.0, 2), Variants(TODAY, (blocked,), ()))
    assert routes == ((0, 1), (2, 3))


def test_routes_much_dearer_than_the_best_are_left_out():
    assert find_routes(square(weight=(1.0, 1.0, 9.0, 9.0, 1.0)), ACROSS, Variants(TODAY, (), ())) == ((0, 1),)


def test_no_way_at_all_is_no_routes():
    assert find_routes(square(), Query((3,), (0,), 2.0, 5), Variants(TODAY, (), (BRIDGE,))) == ()
    assert shortest(square(), Query((3,), (0,), 2.0, 5), square().weight, TODAY) is None


def test_a_layer_without_links_leads_nowhere():
    none, nothing = np.array([], dtype=int), Graph(4, *[np.array([], dtype=int)] * 3, np.array([]), np.array([]))
    assert find_routes(nothing, ACROSS, Variants(none.astype(bool), (), ())) == ()


def test_origin_and_outlet_in_one_place_need_no_link():
    assert shortest(square(), Query((1,), (1, 3), 2.0, 5), square().weight, TODAY) == ()


# --- the shipped network


@pytest.fixture(scope="module")
def found(network):
    """Every market's routes as (layer, origins, outlets, parties, routes)."""
    reach, trade = network.reach, network.trade
    rows = [
        (m.layer, m.origins, m.outlets, [*m.owner.split(";"), m.partner], routes)
        for m, routes in zip(reach.markets.itertuples(), reach.routes, strict=True)
    ]
    for (a, d), routes in zip(trade.pairs, trade.routes, strict=True):
        source, sink = trade.sources.iloc[a], trade.sinks.iloc[d]
        rows.append((source["layer"], source["origins"], sink["outlets"], [source["owner"], sink["owner"]], routes))
    return rows


def test_routes_fit_the_budget(network, found):
    assert network.routes == sum(len(routes) for *_, routes in found)
    assert 500 < network.routes <= MOST_ROUTES


def test_every_market_has_a_route_and_none_too_many(found):
    for layer, *_, routes in found:
        assert 1 <= len(routes) <= MOST_BY_LAYER.get(layer, 6)
        assert len(set(routes)) == len(routes)


def test_every_route_leads_from_an_origin_to_an_outlet_past_no_place_twice(network, found):
    links = network.links
    tail, head = links["from"].tolist(), links["to"].tolist()
    both = (links["direction"] == "both").tolist()
    for _layer, origins, outlets, _owners, routes in found:
        for route in routes:
            assert any(walks(route, origin, outlets, (tail, head, both)) for origin in origins), route


def walks(route, origin, outlets, ends):
    """Whether links in order lead from an origin to an outlet without passing a place twice."""
    tail, head, both = ends
    place, passed = origin, {origin}
    for link in route:
        if tail[link] == place:
            place = head[link]
        elif both[link] and head[link] == place:
            place = tail[link]
        else:
            return False
        if place in passed:
            return False
        passed.add(place)
    return place in outlets


def test_a_route_dearer_than_the_detour_allows_leads_around_whoever_can_shut_the_best_of_today(network, found):
    links, strong = network.links, network.atlas.power >= STRONG
    weight = links["tariff"].to_numpy(dtype=float) + DAY_WEIGHT * links["days"].to_numpy(dtype=float)
    today, long = (links["status"] == "operating").to_numpy(), 0
    for layer, *_, routes in found:
        cost = [weight[list(route)].sum() for route in routes]
        limit = DETOUR[layer] * min(cost) + SLACK.get(layer, 0.0) + 1e-3
        for route in (route for c, route in zip(cost, routes, strict=True) if c > limit):
            long += 1
            best = min((c, other) for c, other in zip(cost, routes, strict=True) if today[list(other)].all())[1]
            assert today[list(route)].all()
            assert (strong[list(best)].any(axis=0) & ~strong[list(route)].any(axis=0)).any(), route
    assert 5 < long < 30


def test_lorries_reach_nakhchivan_by_georgia_and_turkiye(network):
    reach = network.reach
    routes = reach.routes[reach.markets["id"].tolist().index("bulk_nakhchivan_land")]
    ids = network.links["id"].tolist()
    assert any("B_DILUCU" in {ids[e] for e in route} for route in routes)


def test_every_link_of_a_route_is_of_its_layer(network, found):
    layers = network.links["layer"].tolist()
    for layer, *_, routes in found:
        assert {layers[link] for route in routes for link in route} <= {layer}


# Opened links that lie on no route: no market of the tables would use them at any price it accepts.
UNREACHED = {
    "E011",  # CASA-1000: Kyrgyz and Tajik power has no Pakistani market in the tables
    "E012",
    "G037",  # Russian gas to northern Iran
    "NE_GYU_KARS",  # line across the closed border of Armenia and Türkiye
}


def test_every_link_that_a_project_or_a_peace_opens_is_on_a_route(network, tables, found):
    used = {link for *_, routes in found for route in routes for link in route}
    changes = tables["project_links"]
    opened = set(changes.loc[changes["change"] == "opens", "link"]) | shut_links(tables)
    position = {link: n for n, link in enumerate(network.links["id"])}
    assert {link for link in opened if position[link] not in used} == UNREACHED


def test_closed_pairs_bar_each_other_while_closed(network, tables, found, baseline_world):
    """A route of Armenian cargo over Azerbaijani soil hangs on their peace, and the other way round."""
    pairs = closed_pairs(tables)
    assert ("ARM", "AZE") in pairs
    territories = network.links["territories"].tolist()
    gates = Counter()
    layers = (baseline_world.freight.gate, baseline_world.exchange.gate)
    marked = np.concatenate([gate.toarray() for gate in layers])
    flat = [(owners, route) for *_, owners, routes in found for route in routes]
    assert len(flat) == len(marked)
    for row, (owners, route) in enumerate(flat):
        soil = {state for link in route for state in territories[link]}
        for one, other in (*pairs, *(pair[::-1] for pair in pairs)):
            if one in owners and other in soil:
                dyad = baseline_world.axes["dyad"].at("-".join(sorted((one, other))))
                assert marked[row, dyad] > 0.0
                gates[one, other] += 1
    assert gates["ARM", "AZE"] > 0


def test_armenian_cargo_has_ways_today_that_avoid_azerbaijan(network):
    links, reach = network.links, network.reach
    territories, status = links["territories"].tolist(), links["status"].tolist()
    for market, routes in zip(reach.markets.itertuples(), reach.routes, strict=True):
        if "ARM" in market.owner.split(";") and market.layer == "freight":
            today = [r for r in routes if all(status[e] == "operating" for e in r)]
            free = [r for r in today if not any("AZE" in territories[e] for e in r)]
            assert free, market.id
