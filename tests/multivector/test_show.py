"""What `multivector show` says: every topic, entries by id and name, scenarios with events and claims."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from model.simulation import simulate
from multivector import cli, show
from runs.flows import load_case
from runs.link_facts import link_loads
from runs.trade import goods_on
from runs.variants import prepare
from scenarios.tables import shipped_tables
from scenarios.vocabulary import TOPICS, vocabulary
from tests.worlds import FEW


def test_every_topic_can_be_shown_and_every_topic_that_a_message_names_exists():
    assert set(get_args(cli.Topic)) == set(show.TOPICS)
    assert set(TOPICS.values()) <= set(show.TOPICS)


OF_STATES = {"country", "controller", "trader", "supplier", "traded commodity", "party", "state or link"}


@pytest.mark.parametrize("kind", sorted(set(TOPICS) - OF_STATES))
def test_a_topic_lists_every_word_of_its_kind(kind):
    (table,) = show.TOPICS[TOPICS[kind]](None)
    column = "id" if "id" in table else "name"
    assert set(vocabulary(shipped_tables()).words[kind]) <= set(table[column])


@pytest.mark.parametrize(
    ("topic", "name", "entry"),
    [
        ("links", "blue stream", "G011"),
        ("links", "g011", "G011"),
        ("links", "Port Kavkaz", "P_KAVKAZ"),
        ("dyads", "AZE-ARM", "ARM-AZE"),
        ("corridors", "Middle Corridor", "middle"),
        ("projects", "Reopening of the Gyumri-Kars railway", "kars_gyumri"),
    ],
)
def test_an_entry_is_found_by_its_id_by_its_name_or_the_other_way_round(topic, name, entry):
    first, *_ = show.TOPICS[topic](name)
    assert first.set_index("field").loc["id", "value"] == entry


def test_a_part_of_a_name_lists_the_entries_whose_names_contain_it():
    (found,) = show.links("stream")
    assert "Blue Stream" in set(found["name"])
    assert list(found.columns) == [*show.LINK_COLUMNS, "capacity", "flow", "unit"]


@pytest.mark.parametrize("layer", ["freight", "oil", "gas", "power", "fibre"])
def test_what_pairs_send_over_a_link_adds_up_to_its_flow(layer):
    case = load_case()
    loads = link_loads(case)
    links = loads[loads["id"].map(case.tables["links"].set_index("id")["layer"]) == layer].nlargest(3, "flow")
    for link, flow in zip(links["id"], links["flow"], strict=True):
        found = goods_on(case, link)
        assert found["flow"].sum() == pytest.approx(flow)
        assert found["share"].sum() == pytest.approx(1.0)
        assert found["share"].is_monotonic_decreasing


def test_a_link_is_shown_with_whose_goods_cross_it_and_an_empty_one_without():
    titles = {link: [table.attrs.get("title", "") for table in show.links(link)] for link in ("O001c", "F066a")}
    assert "Whose goods cross it then, Mt/y" in titles["O001c"]
    assert "Whose goods cross it then, Mt/y, the 12 largest of 25" in titles["F066a"]
    cpc = next(table for table in show.links("O001c") if table.attrs.get("title") == "Whose goods cross it then, Mt/y")
    assert tuple(cpc.iloc[0][["seller", "buyer", "commodity"]]) == ("KAZ", "WLD", "oil")
    assert not any("Whose" in table.attrs.get("title", "") for table in show.links("NE_ZANGEZUR"))


def test_a_part_of_an_id_lists_the_entries_whose_ids_contain_it():
    (found,) = show.markets("gas_src")
    ids = shipped_tables()["markets"]["id"]
    assert list(found["id"]) == list(ids[ids.str.contains("gas_src")])


def test_a_corridor_a_project_or_a_route_family_means_its_links():
    tables = shipped_tables()
    (found,) = show.links("tripp")
    assert set(tables["project_links"].query("project == 'zangezur_rail'")["link"]) <= set(found["id"])
    (corridor,) = tables["corridors"].query("id == 'georgian_ports'")["links"]
    (found,) = show.links("georgian_ports")
    assert set(found["id"]) == set(corridor)
    (found,) = show.links("instc_caspian")
    assert set(tables["links"].query("route_family == 'instc_caspian'")["id"]) <= set(found["id"])


@pytest.mark.parametrize(("kind", "column"), [("rail", "mode"), ("gas", "layer")])
def test_links_of_a_state_are_narrowed_to_a_layer_or_mode(kind, column):
    (whole,), (found,) = show.links("Iran"), show.links(f"Iran {kind}")
    assert list(found["id"]) == list(whole.loc[whole[column] == kind, "id"])


def test_a_name_that_ends_with_a_layer_is_a_name_first():
    first, *_ = show.links("Sarakhs–Mashhad–Tehran rail")
    assert first.set_index("field").loc["id", "value"] == "F064"


def test_a_list_of_links_has_the_flow_and_capacity_that_each_shows_alone():
    (listed,) = show.links("Sarakhs")
    for row in listed.iloc[:2].itertuples():
        _, facts, *_ = show.links(row.id)
        alone = facts.set_index("fact")["value"]
        assert (row.capacity, row.flow) == (alone["capacity"], alone["flow"])


PORTS = dict(zip(shipped_tables()["nodes"]["id"], shipped_tables()["nodes"]["country"], strict=True))
OF_STATES = {
    "links": lambda row: row["territories"] if row["mode"] != "outlet" else (PORTS[row["from"]],),
    "markets": lambda row: (*row["owner"], *row["partner"]),
    "contracts": lambda row: (row["seller"], row["buyer"]),
    "dyads": lambda row: (row["a"], row["b"]),
}


@pytest.mark.parametrize("topic", sorted(OF_STATES))
@pytest.mark.parametrize("name", ["TUR", "tur", "Türkiye", "Turkey"])
def test_a_state_means_its_own_rows_in_every_topic_by_code_and_by_any_name(topic, name):
    (found,) = show.TOPICS[topic](name)
    whole = shipped_tables()[topic]
    assert sorted(found["id"]) == sorted(
        whole.loc[["TUR" in OF_STATES[topic](row) for _, row in whole.iterrows()], "id"]
    )
    assert "TUR" in found.attrs["title"]


NOT_OF_STATES = {"scenario", "scenarios", "data", "parameters", "measures", "postures"}


@pytest.mark.parametrize("topic", sorted(set(show.TOPICS) - NOT_OF_STATES))
def test_a_code_and_a_name_of_a_state_show_the_same_in_every_topic_that_is_of_states(topic):
    by_code, *by_name = ([*show.TOPICS[topic](name)] for name in ("KGZ", "kgz", "Kyrgyzstan", "Kyrgyz Republic"))
    assert all("KGZ" in table.attrs["title"] for table in by_code)
    for tables in by_name:
        for table, same in zip(tables, by_code, strict=True):
            pd.testing.assert_frame_equal(table, same)


def test_corridors_and_series_of_a_state_are_those_of_its_links_markets_and_parties():
    assert set(show.corridors("KGZ")[0]["id"]) == {"cku"}
    assert {"georgian_ports", "btk", "lars", "armenia_georgia"} <= set(show.corridors("Georgia")[0]["id"])
    series = set(show.flows("Georgia")[0]["series"])
    assert {"poti_batumi", "aze_georgia", "gas_src_rus_cis to gas_snk_geo"} <= series
    assert not {"cpc_total", "gas_src_rus_cis to gas_snk_kgz"} & series


def test_the_network_of_a_state_counts_the_links_on_its_soil():
    assert show.network("Georgia")[0]["links"].sum() == len(show.links("Georgia")[0])


def test_projects_of_a_state_are_those_it_decides_on_and_those_on_its_soil():
    tables = shipped_tables()
    soil = dict(zip(tables["links"]["id"], tables["links"]["territories"], strict=True))
    parts = tables["project_links"]
    crossing = set(parts.loc[["ARM" in soil[link] for link in parts["link"]], "project"])
    table = tables["projects"]
    deciding = ["ARM" in (*row.sponsors, *row.opposed_by, *row.consents) for row in table.itertuples()]
    (found,) = show.projects("Armenia")
    assert set(found["id"]) == crossing | set(table.loc[deciding, "id"])
    assert crossing - set(table.loc[deciding, "id"]) or set(table.loc[deciding, "id"]) - crossing


def test_a_project_says_when_it_is_reached_in_full_and_that_nobody_lends_for_it():
    _, links = show.projects("trans_caspian_gas")
    (ramp,) = shipped_tables()["projects"].query("id == 'trans_caspian_gas'")["ramp_quarters"]
    full = f"Links it changes, in full {ramp:g} quarters after an event has it operating"
    paid = "its cost is nobody's loan: what a pole gives or lends for it is an `offer` of its own"
    assert links.attrs["title"] == f"{full}; {paid}"


def test_countries_say_that_what_goes_by_the_network_is_no_import():
    said = (
        "other trade under imports and exports: where all goes by the network imports are 0. A negative transit is a "
    )
    (of_one,), (*_, by_channel) = show.countries("KGZ"), show.countries(None)
    for table in (of_one, by_channel):
        assert said + "gain, left out of the loss." in table.attrs["title"]
        china = table.query("country == 'KGZ' and controller == 'CHN'").iloc[0]
        assert china["imports"] == 0.0
        assert china["freight"] > 0.0
    columns = ["freight", "oil", "gas", "power", "imports", "exports", "remittances", "finance", "security"]
    told = of_one[columns].sum(axis=1) + of_one["transit"].clip(lower=0.0)
    np.testing.assert_allclose(told, of_one["loss"])


GIVEN = {
    "offer": ("offer countries", "moves alignment, no debt or project", "share of the country's GDP a year"),
    "remittances": ("let workers send home", "moves dependence and product", "share of the country's GDP"),
    "debt": ("are owed", "moves dependence; what is lent adds no product", "share of the country's GDP"),
    "security": (
        *("give in arms, bases and pacts", "moves dependence and alignment"),
        "share of what a country relies on",
    ),
}


@pytest.mark.parametrize(("name", "column", "code"), [("Kyrgyzstan", "country", "KGZ"), ("China", "pole", "CHN")])
def test_what_a_pole_gives_is_what_an_event_starts_from(name, column, code):
    held = vocabulary(shipped_tables()).values
    for (key, (given, moved, unit)), found in zip(GIVEN.items(), show.offers(name), strict=True):
        today = {pair[1:]: value for pair, value in held.items() if pair[0] == f"{key}.level"}
        shown = dict(zip(zip(found["country"], found["pole"], strict=True), found["today"], strict=True))
        assert shown == {pair: value for pair, value in today.items() if code in pair}
        assert shown
        assert set(found[column]) == {code}
        assert (found["low"] <= found["today"]).all()
        assert (found["today"] <= found["high"]).all()
        assert found["source"].str.len().all()
        assert set(found["unit"]) == {unit}
        assert found.attrs["title"] == f"What poles {given} today, to or by {code}; an event on `{key}` {moved}"


def test_an_offer_moves_alignment_alone_and_trade_by_way_of_it(tmp_path):
    event = "events:\n- {at: 2025Q2, offer: {country: KGZ, pole: CHN}, set: 0.2}\n"
    (tmp_path / "s.yaml").write_text(f"scenario: s\ntitle: T\nquestion: Q?\n{event}")
    plain, given = (prepare([each], until="2025Q4")[0].world for each in ("baseline", tmp_path / "s.yaml"))
    deaf = dict.fromkeys(("markets.alignment_trade", "markets.renewal_alignment", "adaptation.alignment_trade"), 0.0)
    deaf |= {"arms.alignment": 0.0}
    moved = []
    for law in ({}, deaf):
        before, after = (simulate(world, np.arange(1), 1, FEW | law).measures for world in (plain, given))
        moved.append({name for name in before if not np.array_equal(before[name], after[name], equal_nan=True)})
    assert {"alignment", "gdp", "flow"} <= moved[0]
    assert moved[1] == {"alignment", "alignment_term", "hedging", "regional_alignment", "regional_hedging"}


def test_institutions_of_a_state_are_those_it_is_in():
    (found,) = show.institutions("Hungary")
    members = shipped_tables()["memberships"]
    assert set(found["id"]) == set(members.loc[members["country"] == "HUN", "institution"])


@pytest.mark.parametrize("name", ["WEST", "EU", "European Union", "USA", "United States", "the west"])
def test_the_west_trades_by_any_name_of_it(name):
    sells, buys = show.trade(name)
    assert set(sells["seller"]) == {"WEST"}
    assert set(buys["buyer"]) == {"WEST"}


def test_trade_of_a_pole_names_its_members_that_have_rows_of_their_own():
    for table, verb in zip(show.trade("WEST"), ("sells", "buys"), strict=True):
        said = f"WEST {verb}; an event on WEST means DEU, HUN too, with rows of its own"
        assert table.attrs["title"] == said
    assert show.trade("Iran")[0].attrs["title"] == "IRN sells"


def test_a_state_without_rows_of_its_own_means_those_of_its_pole():
    (found,) = show.links("USA")
    members = set(shipped_tables()["poles"].query("pole == 'WEST'")["member"])
    assert found.attrs["title"].startswith("Links on the soil of WEST")
    assert all(members & set(states) for states in found["territories"])


QUESTION = """\
scenario: mine
title: Mine
question: What if?
extends: baseline
sample:
  routing.theta_gas: {uniform: [4, 8]}
events:
  - {id: deal, at: {uniform: [2026Q1, 2026Q4]}, probability: 0.5, project: trans_caspian_gas, becomes: committed}
  - {follows: deal, after: 1 year, for: 2 years, offer: {country: KAZ, pole: CHN}, set: 0.01, note: Thanks.}
  - {at: 2027Q1, link: [F066a, F094], property: open, set: 0}
  - {at: 2027Q1, rivalry: {pair: [WEST, RUS]}, add: -0.1}
  - {at: 2027Q1, parameter: routing.congestion, multiply: 1.2}
  - {at: 2027Q1, gdp: KAZ, multiply: 0.97}
expect:
  - {claim: c, measure: gdp, where: {country: KAZ}, by: 2030Q4, relation: falls, size: 1, given: deal}
"""
EVENTS = [
    ("deal", "2026Q1 to 2026Q4", "project trans_caspian_gas", "becomes committed", "for good", 0.5, ""),
    ("", "2027Q1 to 2027Q4, 4 quarters after deal", "offer KAZ CHN", "set 0.01", "8 quarters", 0.5, "Thanks."),
    ("", "2027Q1", "open of link F066a, F094", "set 0", "for good", 1.0, ""),
    ("", "2027Q1", "rivalry RUS WEST", "add -0.1", "for good", 1.0, ""),
    ("", "2027Q1", "parameter routing.congestion", "multiply 1.2", "for good", 1.0, ""),
    ("", "2027Q1", "gdp KAZ", "multiply 0.97", "1 quarter", 1.0, ""),
]
FIELDS = {
    "scenario": "mine",
    "title": "Mine",
    "question": "What if?",
    "extends": "baseline",
    "start": "2025Q1",
    "until": "2040Q4",
    "sample.routing.theta_gas": "uniform [4.0, 8.0]",
}


def test_a_scenario_is_shown_with_its_events_and_claims(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(QUESTION)
    said, events, claims = show.scenarios(str(path))
    assert dict(zip(said["field"], said["value"], strict=True)) == FIELDS
    assert list(events.columns) == ["id", "when", "what", "change", "for", "probability", "note"]
    assert list(events.fillna("").itertuples(index=False, name=None)) == EVENTS
    says = "GDP of Kazakhstan, bn USD/y: falls by more than 1, by 2030Q4"
    claim = {"claim": "c", "says": f"{says}, given that “deal” has come"}
    assert claims.fillna("").to_dict("records") == [{**claim, "against": "baseline", "given": "deal", "note": ""}]


def test_a_pair_of_states_is_shown_with_all_links_over_its_border():
    *_, over = show.dyads("AZE-GEO")
    modes = dict(zip(over["id"], over["mode"], strict=True))
    assert (modes["F019a"], modes["NO_BAKU_TBILISI"], modes["O002"]) == ("border", "rail_tank", "pipeline")
    assert "F088b" not in modes


@pytest.mark.parametrize("name", ["contracts", "markets", "links", "dyads", "control"])
def test_a_table_printed_as_csv_is_one_to_start_from(name, tmp_path, capsys):
    shipped = shipped_tables()
    cli.app(["show", "data", name, "--csv"], standalone_mode=False)
    (tmp_path / f"{name}.csv").write_text(capsys.readouterr().out, encoding="utf-8")
    again = shipped_tables(data=tmp_path)[name]
    pd.testing.assert_frame_equal(again[shipped[name].columns], shipped[name], check_dtype=False)


def test_a_link_shows_what_it_can_carry_from_when_on():
    *_, dated = show.TOPICS["links"]("G019c")
    assert dated.attrs["title"].startswith("Capacity from its date on")
    assert dated.set_index("from_quarter").loc["2026Q1", "nameplate"] == 11.0
    shown = [table.attrs.get("title", "") for table in show.TOPICS["links"]("F091")]
    assert not any(title.startswith("Capacity from its date on") for title in shown)


def test_a_market_shows_the_price_at_which_it_starts():
    *_, facts = show.TOPICS["markets"]("gas_src_irn")
    assert facts.set_index("fact").loc["price", "value"] == pytest.approx(362.4, abs=0.1)
    *_, freight = show.TOPICS["markets"]("gen_arm_from_tur")
    assert freight["fact"].tolist() == ["market_volume"]


def test_several_scenarios_are_shown_one_after_the_other(capsys):
    cli.app(["show", "scenarios", "swap-dispute", "peace-deal"], standalone_mode=False)
    said = capsys.readouterr().out
    assert said.index("swap-dispute") < said.index("peace-deal")
