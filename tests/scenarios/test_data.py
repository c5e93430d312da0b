"""The shipped tables: complete, sourced, connected, and blind to what was not yet known."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from model.measures import MEASURES
from model.quarters import parse_quarter
from model.simulation import simulate
from scenarios import load_scenario
from scenarios.compile import MOST_ROUTES, compile_scenario
from scenarios.table_schemas import SCHEMAS
from scenarios.tables import SHIPPED, load_tables
from tests.worlds import FEW

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("freight", "oil", "gas", "power", "fibre")
EVERYTHING = "2027Q4"  # later than any fact in the tables
STRONG = 0.5


@pytest.fixture(scope="module")
def late():
    return load_tables(at=EVERYTHING)


@pytest.fixture(scope="module")
def operating(network):
    return (network.links["status"] == "operating").to_numpy()


def agents(tables, *roles):
    countries = tables["countries"]
    return countries.loc[countries["role"].isin(roles), "id"].tolist()


def raw(name):
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


# --- loading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["2013Q1", "2018Q3", "2022Q1", "2025Q1", EVERYTHING])
def test_the_shipped_tables_load_without_a_problem_at_any_start(at):
    assert len(load_tables(at=at)["links"]) > 500


def test_no_row_later_than_its_run_is_seen(tables):
    for name in tables:
        frame = tables[name]
        if "known_from" in frame:
            late = [known for known in frame["known_from"] if known and parse_quarter(known) > parse_quarter("2025Q1")]
            assert late == [], name


def test_the_base_run_holds_no_volume_of_2025_or_later(tables):
    for name in ("observed_flows", "pair_flows", "market_years", "trade", "markets", "openness", "prices", "arms"):
        assert tables[name]["year"].max() <= 2024, name


def test_votes_and_arms_of_2024_are_held_out(late):
    indicators = late["alignment_indicators"]
    held = indicators[indicators["indicator"].isin(("contested_votes", "arms_share"))]
    assert held["year"].max() == 2023
    assert late["arms"]["year"].max() == 2023


def test_facts_wait_for_their_date():
    before, after = load_tables(at="2025Q2"), load_tables(at="2025Q3")
    assert "D006" not in set(before["links"]["id"])  # fibre of the Syunik route, named in August 2025
    assert "D006" in set(after["links"]["id"])
    assert load_tables(at="2024Q4")["observed_flows"]["year"].max() == 2023
    assert after["observed_flows"]["year"].max() == 2024


def test_a_pair_is_in_the_state_it_had_at_the_start():
    states = {
        at: load_tables(at=at)["dyads"].set_index("id")["state"] for at in ("2013Q1", "2020Q3", "2022Q1", "2025Q1")
    }
    assert [states[at]["ARM-AZE"] for at in states] == ["closed", "hot", "closed", "closed"]
    assert [states[at]["TJK-UZB"] for at in states] == ["tense", "open", "open", "open"]
    assert [states[at]["RUS-UKR"] for at in states] == ["open", "hot", "hot", "hot"]
    assert states["2025Q1"]["KGZ-TJK"] == "closed"  # reopened on 13 March 2025, inside the first quarter


def test_rows_known_later_change_nothing(tmp_path, tables):
    """Every number of every dated table halved, in rows that become public in 2031."""
    for name, schema in SCHEMAS.items():
        rows = raw(name)
        if "known_from" in rows[0]:
            _write(tmp_path / f"{name}.csv", schema, [_spoilt(row, schema) for row in rows])
    spoilt = load_tables((SHIPPED, tmp_path), at="2025Q1")
    for name in tables:
        pd.testing.assert_frame_equal(spoilt[name], tables[name], obj=name)
    capacities = load_tables((SHIPPED, tmp_path), at="2031Q1")["capacities"].set_index(["link", "from_quarter"])
    assert capacities["nameplate"]["O001c", "2001Q4"] == 14.1  # half of 28.2


def _spoilt(row, schema):
    numbers = {column.name for column in (*schema.columns, *schema.extra) if column.kind == "number"}
    return {k: f"{float(v) / 2}" if k in numbers and v else v for k, v in row.items()} | {"known_from": "2031Q1"}


def _write(path, schema, rows):
    by_key = {tuple(row[column] for column in schema.key): row for row in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(by_key.values())


# --- sources ---------------------------------------------------------------------------------------


def test_every_row_of_every_table_names_its_source_and_standing(late):
    without = {"expert", "dyad_links", "observations", "corridors", "freight_constants", "poles"}
    for name in late:
        frame = late[name]
        if name not in without:
            assert frame["source"].str.strip().ne("").all(), name
            if name != "links":
                assert frame["confidence"].isin(("read", "recalled", "derived", "expert")).all(), name
    for name in ("expert", "dyad_links", "corridors", "freight_constants", "control"):
        assert late[name]["reason"].str.strip().ne("").all(), name


@pytest.mark.parametrize("quantity", ["length_km", "days", "tariff"])
def test_a_number_of_a_link_says_how_well_it_is_known(late, quantity):
    links = late["links"]
    stem = quantity.removesuffix("_km")
    known = links[quantity].notna()
    assert links.loc[known, f"{stem}_confidence"].ne("").all()
    assert links.loc[~known, f"{stem}_confidence"].eq("").all()


def test_every_expert_cell_of_every_agent_and_pole_is_there(tables):
    expert = tables["expert"]
    poles = dict.fromkeys(tables["poles"]["pole"])
    wanted = {(agent, pole) for agent in agents(tables, "full", "light") for pole in poles if agent != pole}
    for quantity in ("threat", "affinity", "credibility", "security_reliance", "strategic_value", "grievance", "will"):
        rows = expert[expert["quantity"] == quantity]
        assert wanted <= set(zip(rows["country"], rows["partner"], strict=True)), quantity
    assert ((expert["low"] <= expert["central"]) & (expert["central"] <= expert["high"])).all()


def test_rivalry_of_the_poles_is_complete_and_symmetric(tables):
    rows = tables["expert"][tables["expert"]["quantity"] == "rivalry"]
    cells = rows.set_index(["country", "partner"])["central"].to_dict()
    poles = dict.fromkeys(tables["poles"]["pole"])
    assert set(cells) == {(a, b) for a in poles for b in poles if a != b}
    assert all(cells[a, b] == cells[b, a] for a, b in cells)


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


# --- splitting a link ------------------------------------------------------------------------------

SPLIT = {"freight": "F001a", "oil": "O001b", "gas": "G001a"}


def halved(tables, link):
    """The tables with one link cut in the middle by a new node: two parts of half its length, time and tariff."""
    frames = {name: tables[name] for name in tables}
    parts = (f"{link}_1", f"{link}_2")
    links = frames["links"]
    at = int(links.index[links["id"] == link][0])
    whole = links.loc[at].copy()
    half = {name: whole[name] / 2 for name in ("length_km", "days", "tariff")}
    ends = ((whole["from"], f"{link}_MIDDLE"), (f"{link}_MIDDLE", whole["to"]))
    new = pd.DataFrame(
        [{**whole, **half, "id": part, "from": a, "to": b} for part, (a, b) in zip(parts, ends, strict=True)]
    )
    frames["links"] = pd.concat([links[:at], new.astype(links.dtypes), links[at + 1 :]], ignore_index=True)
    nodes = frames["nodes"]
    middle = nodes[nodes["id"] == whole["from"]].assign(id=f"{link}_MIDDLE")
    frames["nodes"] = pd.concat([nodes, middle], ignore_index=True)
    for name in ("capacities", "control", "openness", "project_links", "dyad_links"):
        frames[name] = _doubled(frames[name], link, parts)
    for name in ("observations", "corridors"):
        column = frames[name]["links"]
        frames[name]["links"] = [tuple(parts[0] if item == link else item for item in items) for items in column]
    return replace(tables, frames=MappingProxyType(frames))


def _doubled(frame, link, parts):
    named = frame[frame["link"] == link]
    return pd.concat([frame[frame["link"] != link], *(named.assign(link=part) for part in parts)], ignore_index=True)


def test_splitting_a_link_changes_no_result(tables, network):
    """One link of each layer cut at once."""
    scenario = load_scenario("baseline").model_copy(update={"until": "2025Q4", "parameters": FEW})
    cut = tables
    for link in SPLIT.values():
        cut = halved(cut, link)
    world, other = compile_scenario(scenario, tables, network), compile_scenario(scenario, cut)
    expected, found = (simulate(each, np.arange(2), seed=1) for each in (world, other))
    kept = tuple(name for name in world.axes["link"] if name not in SPLIT.values())
    here, there = world.axes["link"].positions(kept), other.axes["link"].positions(kept)
    for name, values in expected.measures.items():
        again = found.measures[name]
        by_link = "link" in MEASURES[name].dimensions
        pair = (again[:, there], values[:, here]) if by_link else (again, values)
        np.testing.assert_allclose(*pair, rtol=1e-8, atol=1e-10, err_msg=name)


# --- documents -------------------------------------------------------------------------------------


def test_the_network_page_shows_the_tables_as_they_are():
    """On failure: python tools/document_network.py."""
    done = subprocess.run(
        (sys.executable, "tools/document_network.py", "--check"),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "up to date", done.stderr


def test_drawings_are_light():
    pictures = sorted((ROOT / "docs" / "images").glob("network-*.png"))
    assert {layer for layer in LAYERS if ROOT / "docs" / "images" / f"network-{layer}.png" in pictures} == set(LAYERS)
    assert [path.name for path in pictures if path.stat().st_size > 400_000] == []


def test_the_sources_page_knows_every_table(late):
    page = (SHIPPED / "SOURCES.md").read_text(encoding="utf-8")
    assert [name for name in late if f"`{name}" not in page and f"{name}.csv" not in page] == []
