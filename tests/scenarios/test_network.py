"""The shipped network: connected, split where it must be, with routes for every market, and projects as bundles."""

import sys
from itertools import chain

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from scenarios.compile import MOST_ROUTES
from tests.worlds import agents

LAYERS = ("freight", "oil", "gas", "power", "fibre")
STRONG = 0.5


@pytest.fixture(scope="module")
def operating(network):
    return (network.links["status"] == "operating").to_numpy()


def open_routes(routes, operating):
    return [route for route in routes if operating[list(route)].all()]


def power_over(network, route):
    return {
        controller
        for controller in network.axes["controller"]
        if network.atlas.power[list(route), network.axes["controller"].at(controller)].max() >= STRONG
    }


def ends_of(market, network):
    states = {*market.owner.split(";"), *market.partner.split(";")}
    poles = {pole for state in states for pole in network.members.get(state, ())}
    return states | poles | ({"WEST"} if states & {"EU27", "USA"} else set())


# --- network ---------------------------------------------------------------------------------------


def test_no_node_is_unused(late):
    links = late["links"]
    assert set(late["nodes"]["id"]) - {*links["from"], *links["to"]} == set()


def test_all_freight_links_form_one_network(tables):
    links = tables["links"][tables["links"]["layer"] == "freight"]
    assert parts(links) == 1


def parts(links):
    number = {node: i for i, node in enumerate(dict.fromkeys([*links["from"], *links["to"]]))}
    ends = (links["from"].map(number), links["to"].map(number))
    return connected_components(sp.coo_array((np.ones(len(links)), ends), shape=(len(number),) * 2), directed=False)[0]


CAPITALS = (
    *("AM_YEREVAN", "AZ_BAKU", "GE_TBILISI", "IR_TEHRAN", "KZ_ASTANA", "KG_BISHKEK", "TJ_DUSHANBE", "TM_ASHGABAT"),
    *("TR_ANKARA", "UZ_TASHKENT", "HU_BUDAPEST", "AZ_NAKHCHIVAN"),
)


def test_every_capital_reaches_the_great_ends_by_links_in_use(tables):
    links = tables["links"]
    links = links[(links["layer"] == "freight") & (links["status"] == "operating")]
    number = {node: i for i, node in enumerate(tables["nodes"]["id"])}
    ends = (links["from"].map(number), links["to"].map(number))
    graph = sp.coo_array((np.ones(len(links)), ends), shape=(len(number),) * 2)
    part = connected_components(graph, directed=False)[1]
    ends = ("RU_MOSCOW", "CN_XIAN", "DE_DUISBURG", "TR_ISTANBUL")
    assert len({part[number[node]] for node in (*CAPITALS, *ends)}) == 1


@pytest.mark.parametrize(
    ("parts_of", "total"),
    [(("F007a", "F007b"), 836), (("F079a", "F079b", "F079c"), 42), (("O001a", "O001b", "O001c"), 1511)],
)
def test_parts_of_a_split_line_sum_to_its_published_length(tables, parts_of, total):
    lengths = tables["links"].set_index("id")["length_km"]
    assert lengths[list(parts_of)].sum() == pytest.approx(total, abs=1.0)


def test_ports_and_borders_are_links_of_their_own(tables):
    links, country = tables["links"], tables["nodes"].set_index("id")["country"]
    freight = links[links["layer"] == "freight"]
    borders = freight[freight["mode"] == "border"]
    assert (borders["from"].map(country) != borders["to"].map(country)).all()
    inland = freight[freight["mode"].isin(("rail", "road"))]
    abroad = inland[inland["from"].map(country) != inland["to"].map(country)]
    without_customs = {"RUS", "BLR", *tables["poles"].loc[tables["poles"]["pole"] == "WEST", "member"]}
    assert {*abroad["from"].map(country), *abroad["to"].map(country)} <= without_customs
    afloat = freight[freight["mode"].eq("sea")]
    assert all(node.endswith("_SEA") for node in (*afloat["from"], *afloat["to"]))
    assert freight["mode"].eq("port").sum() >= 20


def test_every_link_that_is_not_in_use_has_something_that_opens_it(late):
    links = late["links"]
    shut = set(links.loc[links["status"].isin(("candidate", "closed")), "id"])
    opened = late["project_links"]
    by_project = set(opened.loc[opened["change"] == "opens", "link"])
    assert shut - by_project - set(late["dyad_links"]["link"]) == set()


def test_capacity_carries_what_was_observed(tables):
    rows = tables["capacities"].dropna(subset=["nameplate", "observed"])
    effective = rows[["nameplate"]].assign(used=rows["observed"] / 0.95).max(axis=1)
    assert (rows["observed"] <= effective).all()


def test_control_is_whole_on_own_soil_unless_a_reason_says_otherwise(network, tables):
    coded = set(zip(tables["control"]["link"], tables["control"]["controller"], strict=True))
    for e, link in enumerate(network.links.itertuples()):
        for state in link.territories:
            for controller in network.members.get(state, ()):
                if (link.id, controller) not in coded:
                    assert network.atlas.power[e, network.axes["controller"].at(controller)] == 1.0


# --- markets and routes ----------------------------------------------------------------------------


def test_there_are_markets_enough(tables):
    owners = chain.from_iterable(tables["markets"]["owner"])
    count = pd.Series(list(owners)).value_counts()
    assert len(tables["markets"]) >= 100
    assert {agent: int(count[agent]) for agent in agents(tables, "full") if count[agent] < 6} == {}


def test_every_full_agent_has_freight_links(tables):
    links = tables["links"]
    crossed = set(chain.from_iterable(links.loc[links["layer"] == "freight", "territories"]))
    assert set(agents(tables, "full")) - crossed == set()


def test_the_number_of_routes_fits_the_kernels(network, capsys):
    by_layer = dict.fromkeys(LAYERS, 0)
    for market, routes in zip(network.reach.markets.itertuples(), network.reach.routes, strict=True):
        by_layer[market.layer] += len(routes)
    for (source, _), routes in zip(network.trade.pairs, network.trade.routes, strict=True):
        by_layer[network.trade.sources["layer"][source]] += len(routes)
    with capsys.disabled():
        shares = ", ".join(f"{layer} {count}" for layer, count in by_layer.items())
        sys.stdout.write(f"\nroutes: {network.routes} ({shares})\n")
    assert sum(by_layer.values()) == network.routes
    assert network.routes <= MOST_ROUTES


def test_every_market_can_be_reached(network, tables):
    reached = {*network.reach.markets["id"], *network.trade.sources["id"], *network.trade.sinks["id"]}
    assert set(tables["markets"]["id"]) - reached == set()


def test_every_one_sided_market_has_a_route_in_2024(network, operating):
    reach = network.reach
    cut_off = [
        market.id
        for market, routes in zip(reach.markets.itertuples(), reach.routes, strict=True)
        if market.method != "candidate" and not open_routes(routes, operating)
    ]
    assert cut_off == []


def test_every_flow_of_oil_and_gas_in_2024_has_an_open_route(network, tables, operating):
    trade = network.trade
    joined = {
        (trade.sources["id"][source], trade.sinks["id"][sink])
        for (source, sink), routes in zip(trade.pairs, trade.routes, strict=True)
        if open_routes(routes, operating)
    }
    flows = tables["pair_flows"]
    carried = flows[(flows["year"] == 2024) & (flows["volume"] > 0)]
    assert set(zip(carried["source_market"], carried["sink_market"], strict=True)) - joined == set()


def test_a_market_that_a_third_state_can_cut_off_has_another_way(network):
    """Two candidates at least wherever somebody other than the two ends can shut the cheapest route."""
    reach = network.reach
    single = [
        market.id
        for market, routes in zip(reach.markets.itertuples(), reach.routes, strict=True)
        if power_over(network, routes[0]) - ends_of(market, network) and len(routes) < 2
    ]
    assert single == []


def test_base_flows_add_up_at_both_ends(tables):
    flows = tables["pair_flows"][tables["pair_flows"]["year"] == 2024]
    markets = tables["markets"].set_index("id")
    for end in ("source_market", "sink_market"):
        total = flows.groupby(end)["volume"].sum()
        stated = markets.loc[total.index, "base_volume"].astype(float)
        np.testing.assert_allclose(total, stated, rtol=0.002, atol=0.011)


def test_nakhchivan_is_reached_over_iran_today(network, operating):
    reach = network.reach
    row = reach.markets.index[reach.markets["id"] == "bulk_nakhchivan_land"][0]
    for route in open_routes(reach.routes[row], operating):
        crossed = set(chain.from_iterable(network.links["territories"][e] for e in route))
        assert "ARM" not in crossed
    best = open_routes(reach.routes[row], operating)[0]
    assert "IRN" in set(chain.from_iterable(network.links["territories"][e] for e in best))


def test_armenian_cargo_does_not_cross_azerbaijan_while_the_pair_is_closed(network, operating):
    reach = network.reach
    for market, routes in zip(reach.markets.itertuples(), reach.routes, strict=True):
        if market.owner == "ARM" and market.layer == "freight":
            ways = [
                set(chain.from_iterable(network.links["territories"][e] for e in route))
                for route in open_routes(routes, operating)
            ]
            assert any("AZE" not in crossed for crossed in ways), market.id


# --- projects --------------------------------------------------------------------------------------


def test_projects_are_bundles_of_links_that_exist(late):
    changed = late["project_links"]
    assert len(late["projects"]) >= 25
    assert set(late["projects"]["id"]) == set(changed["project"])
    assert set(changed["link"]) <= set(late["links"]["id"])


def test_a_trans_caspian_pipeline_is_more_than_its_leg(tables):
    links = tables["project_links"].groupby("project")["link"].apply(set)
    whole = next(links[name] for name in ("trans_caspian_gas", "tcgp") if name in links)
    assert len(whole) >= 5
    assert "G005" in whole
