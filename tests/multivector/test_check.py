"""What `check` and `show` say of a user's scenarios and tables."""

import json
import pickle
import shutil
from io import StringIO
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import multivector as mv
from model.measures import MEASURES
from model.simulation import simulate
from multivector import show
from runs.variants import prepare
from scenarios import examine, library_names, load_scenario, load_tables
from scenarios.compile import compile_scenario
from scenarios.horizon import ending
from scenarios.idle import CONSTANT, idle
from scenarios.tables import SHIPPED, shipped_tables
from scenarios.vocabulary import vocabulary
from tests.worlds import FEW

MISTAKEN = "scenario: mine\ntitle: M\nquestion: Q?\nevents:\n- {at: 2027Q1, gdp: KAS, multiply: 1}\n"


def test_checking_hears_every_scenario_and_tells_mistakes_from_doubts(command, tmp_path):
    (tmp_path / "wrong.yaml").write_text(MISTAKEN + "- {at: 2027Q1, gdp: UZB, multiply: 1}\n")
    (tmp_path / "idle.yaml").write_text(MISTAKEN.replace("KAS", "KAZ"))
    code, out, err = command("check", "wrong.yaml", "baseline", "idle.yaml")
    assert (code, out) == (2, "baseline: good\nidle.yaml: good\n")
    idle = "  line 5  events[0].multiply: '1' changes nothing\n"
    wrong = "  line 5  events[0].gdp: 'KAS' is not a country; `multivector show countries` lists them."
    wrong += " Did you mean 'KAZ'?\n"
    warned = "1 warning in {}.yaml\n" + idle
    other = warned.format("wrong").replace("line 5  events[0]", "line 6  events[1]")
    assert err == other + "1 problem in wrong.yaml\n" + wrong + warned.format("idle")


@pytest.mark.parametrize(
    "event",
    [
        "offer: {country: KGZ, pole: CHINA}, set: -0.5",
        "project: nowhere, becomes: building",
        "membership: {country: KGZ, institution: NONE}, becomes: none",
        "gdp: KAS, multiply: 1",
    ],
)
def test_an_event_with_a_mistake_is_not_doubted_as_well(command, tmp_path, event):
    (tmp_path / "mine.yaml").write_text(f"scenario: mine\ntitle: M\nquestion: Q?\nevents:\n- {{at: 2027Q1, {event}}}\n")
    code, _, err = command("check", "mine.yaml")
    assert (code, "warning" in err) == (2, False)


@pytest.mark.parametrize("where", ["country: KG, pole: CHN, commodity: oil", "country: KGZ, pole: CH, commodity: gas"])
def test_a_claim_with_a_mistake_is_not_doubted_as_well(command, tmp_path, where):
    claim = f"{{claim: c, measure: export_share, where: {{{where}}}, by: 2030Q4, relation: falls, size: 1}}"
    (tmp_path / "mine.yaml").write_text(f"scenario: mine\ntitle: M\nquestion: Q?\nexpect:\n- {claim}\n")
    code, _, err = command("check", "mine.yaml")
    assert (code, "warning" in err) == (2, False)


def test_the_beginning_of_a_name_of_a_state_means_it(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(MISTAKEN.replace("KAS", "KYR"))
    assert command("check", "mine.yaml")[2].endswith("Did you mean 'KGZ'?\n")


def test_an_event_on_links_that_carry_nothing_is_doubted_link_by_link(command, tmp_path):
    event = "- {at: 2027Q1, link: %s, property: open, set: 0}\n"
    head = "scenario: mine\ntitle: M\nquestion: Q?\nevents:\n"
    (tmp_path / "mine.yaml").write_text(head + event % "P_BURGAS" + event % "[F066a, O019]")
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    said = "is used by no route of a market: the event changes nothing there"
    first, second = f"  line 5  events[0].link: 'P_BURGAS' {said}", f"  line 6  events[1].link[1]: 'O019' {said}"
    assert err == f"2 warnings in mine.yaml\n{first}\n{second}\n"


def test_an_event_on_trade_that_there_is_not_is_doubted_pair_by_pair(command, tmp_path):
    event = "- {at: 2027Q1, trade: {seller: %s, buyer: ARM, commodity: %s}, set: 0}\n"
    head = "scenario: mine\ntitle: M\nquestion: Q?\nevents:\n"
    (tmp_path / "mine.yaml").write_text(head + event % ("RUS", "[gas, uranium]") + event % ("[RUS, TRNC]", "all"))
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    said = "is no trade of the base quarter: the event changes nothing there"
    lines = [f"  line {line}  events[{line - 5}].trade: '{word}' {said}\n" for line, word in IDLE_TRADE]
    assert err == "2 warnings in mine.yaml\n" + "".join(lines)


def test_a_factor_of_what_is_nothing_is_doubted_unless_an_event_gives_it_a_value(command, tmp_path):
    event = "- {at: %s, remittances: {country: [KAZ, TJK], pole: %s}, %s}\n"
    head = "scenario: mine\ntitle: M\nquestion: Q?\nevents:\n"
    grown = event % ("2027Q1", "CHN", "multiply: 2") + event % ("2027Q1", "RUS", "multiply: 0.5")
    (tmp_path / "mine.yaml").write_text(head + grown)
    code, out, err = command("check", "mine.yaml")
    assert (code, out) == (0, "mine.yaml: good\n")
    said = "is nothing today, of which any part is nothing too: the event changes nothing there"
    lines = [f"  line 5  events[0].remittances: '{country} CHN' {said}\n" for country in ("KAZ", "TJK")]
    assert err == "2 warnings in mine.yaml\n" + "".join(lines)
    (tmp_path / "mine.yaml").write_text(head + event % ("2026Q1", "CHN", "set: 0.01") + grown)
    assert "is nothing today" not in command("check", "mine.yaml")[2]


IDLE_TRADE = ((5, "RUS ARM uranium"), (6, "TRNC ARM all"))


CLAIMS = (
    ("flow", "{link: P_BURGAS}", "rises", "is used by no route of a market"),
    ("flow", "{link: P_BURGAS}", "never, level: 1", ""),
    ("project_stage", "{project: trans_caspian_gas}", "falls", ""),
    ("membership", "{country: IRN, institution: NATO}", "rises", "changes by events alone, and none changes it here"),
    ("membership", "{country: UZB, institution: WTO}", "rises", ""),
    ("dyad_openness", "{dyad: ARM-TUR}", "unchanged", ""),
    ("dyad_openness", "{dyad: ARM-AZE}", "rises", ""),
    ("supply_share", "{country: HUN, supplier: PAK, commodity: gas}", "rises", "is trade for which there is no line"),
    ("supply_share", "{country: HUN, supplier: RUS, commodity: gas}", "rises", ""),
    ("export_volume", "{country: AZE, pole: CHN, commodity: gas}", "rises", "is trade for which there is no line"),
    ("export_volume", "{country: AZE, pole: TUR, commodity: gas}", "rises", ""),
)


HEAD = "scenario: mine\ntitle: M\nquestion: Q?\nextends: baseline\n"


def test_a_claim_on_what_nothing_moves_is_doubted(command, tmp_path):
    claim = "- {claim: c%i, measure: %s, where: %s, by: 2035Q4, relation: %s, size: 0.1}\n"
    claims = "".join(claim % (i, *words[:3]) for i, words in enumerate(CLAIMS))
    event = "- {at: 2027Q1, dyad: ARM-AZE, becomes: open}\n"
    (tmp_path / "mine.yaml").write_text(f"{HEAD}events:\n{event}expect:\n{claims}")
    code, _, err = command("check", "mine.yaml")
    said = [line.partition("' ")[2] for line in err.splitlines()[1:] if " expect[" in line]
    assert (code, said) == (0, [f"{why}: the difference is 0 in every run" for *_, why in CLAIMS if why])


def test_a_claim_on_a_project_is_doubted_where_projects_move_by_events_alone(command, tmp_path):
    where = "measure: project_stage, where: {project: trans_caspian_gas}"
    claim = f"- {{claim: c, {where}, by: 2035Q4, relation: falls, size: 1}}\n"
    (tmp_path / "mine.yaml").write_text(f"{HEAD}parameters: {{projects.decisions: 0}}\nexpect:\n{claim}")
    code, _, err = command("check", "mine.yaml")
    assert code == 0
    assert "changes by events alone, and none changes it here: the difference is 0 in every run" in err


OUTLETS = (
    ("KAZ", "WEST", "oil", "oil_snk_wld_cpc, oil_snk_wld_ustluga, oil_snk_wld_novorossiysk"),
    ("AZE", "WEST", "oil", "oil_snk_wld_ceyhan, oil_snk_wld_batumi"),
    ("AZE", "WEST", "gas", ""),
)


def test_a_claim_on_exports_that_go_to_the_world_market_is_answered_with_the_markets_to_ask(command, tmp_path):
    claim = "- {claim: c%s, measure: export_volume, where: {country: %s, pole: %s, commodity: %s}, by: 2030Q4, %s}\n"
    level = "relation: between, range: [0, 5], size: 1"
    claims = "".join(claim % (i, *words[:3], level) for i, words in enumerate(OUTLETS))
    (tmp_path / "mine.yaml").write_text(f"scenario: mine\ntitle: M\nquestion: Q?\nexpect:\n{claims}")
    code, _, err = command("check", "mine.yaml")
    why = "leaves out the world market, which is of no pole and takes more: ask `market_volume` of"
    said = [line.partition("where: ")[2] for line in err.splitlines()[1:]]
    assert (code, said) == (0, [f"'{' '.join(words)}' {why} {names}" for *words, names in OUTLETS if names])


def test_what_is_told_to_be_constant_is_the_same_in_every_run_and_quarter():
    (variant,) = prepare(["peace-deal"], until="2027Q4")
    found = simulate(variant.world, np.arange(3), 1, FEW).measures
    for measure, constant in CONSTANT.items():
        axes = [variant.world.axes[axis] for axis in MEASURES[measure].dimensions]
        for place in product(*axes):
            if constant(dict(zip(MEASURES[measure].dimensions, place, strict=True)), variant.world):
                values = found[measure][:, *(axis.at(label) for axis, label in zip(axes, place, strict=True))]
                assert np.ptp(values) == 0.0, (measure, place)


def test_no_library_scenario_changes_a_link_or_trade_that_there_is_not(library_world):
    for name in library_names():
        assert list(idle(examine(name), library_world(name))) == []


def test_a_run_says_what_may_not_be_meant_and_goes_on(command, tmp_path):
    (tmp_path / "idle.yaml").write_text(MISTAKEN.replace("KAS", "KAZ") + "until: 2027Q1\n")
    code, _, err = command("run", "idle.yaml", "--dry-run")
    fine = "“gdp” takes 1 quarter, of which annual records hold at most 1: values of every quarter are kept\n"
    assert (code, err) == (0, f"1 warning in idle.yaml\n  line 5  events[0].multiply: '1' changes nothing\n{fine}")


SHORT = """scenario: mine
title: M
question: Q?
extends: baseline
events:
- {id: hit, at: 2030Q1, for: 5 years, over: 2 years, gdp: KAZ, multiply: 0.9}
expect:
- {claim: soon, measure: gdp, where: {country: KAZ}, by: 2030Q4, relation: falls, size: 1}
- {claim: far, measure: gdp, where: {country: KAZ}, by: 2033Q4, relation: falls, size: 1}
"""


def test_checking_to_another_last_quarter_says_what_a_run_to_it_would(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(SHORT)
    late = "leaves no time for all of the change by the last quarter, 2030Q4; it takes 8 quarters, until 2031Q4"
    left = "claims that look beyond the last quarter are left out: {}far (mine)\n"
    doubt = f"1 warning in mine.yaml\n  line 6  events[0].at: '2030Q1' {late}\n"
    said = doubt + left.format("")
    assert command("check", "mine.yaml") == (0, "mine.yaml: good\n", "")
    assert command("check", "mine.yaml", "--until", "2030Q4") == (0, "mine.yaml: good\n", said)
    joins = "baseline joins the batch, so that there is something to compare with, run by run\n"
    run = f"{joins}{doubt}{left.format('')}"  # no claim of the baseline, which nobody asked for
    assert command("run", "mine.yaml", "--until", "2030Q4", "--dry-run")[2] == run


def test_a_last_quarter_that_is_none_is_told_beside_the_mistakes_of_the_file(command, tmp_path):
    (tmp_path / "mine.yaml").write_text(SHORT.replace("gdp: KAZ", "gdp: KAS"))
    code, out, err = command("check", "mine.yaml", "--until", "2030")
    assert (code, out) == (2, "")
    assert err.splitlines()[::2] == ["1 problem in mine.yaml", "1 problem in the request"]
    assert err.endswith("  until: '2030' is not a quarter; write it like 2030Q4\n")


def test_the_schema_for_editors_is_printed_with_the_words_of_the_data(command):
    code, out, _ = command("check", "--schema")
    schema = json.loads(out)
    assert code == 0
    assert "trans_caspian_gas" in schema["$defs"]["Event"]["properties"]["project"]["anyOf"][0]["enum"]
    assert schema["$defs"]["Toward"]["properties"]["pole"]["enum"] == ["RUS", "CHN", "TUR", "WEST"]


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """Folder of a user's table in which the border of Armenia with Türkiye is open."""
    folder = tmp_path_factory.mktemp("laid") / "mine"
    folder.mkdir()
    table = shipped_tables()["dyads"].assign(state="open", source="a newspaper", bars_transit="no")
    table[table["id"] == "ARM-TUR"].to_csv(folder / "dyads.csv", index=False)
    return folder


@pytest.fixture
def border(laid, command, monkeypatch):  # noqa: ARG001 - the command chooses a folder first
    """Name of that folder in the working folder."""
    monkeypatch.chdir(laid.parent)
    return laid.name


def test_tables_of_a_user_are_laid_over_the_shipped_ones_and_named(command, border, tmp_path):
    code, out, err = command("check", "baseline", "--data", border)
    assert (code, out, err) == (0, "baseline: good\n", "rows from mine: 1 of dyads\n")
    short = tmp_path / "short.yaml"
    short.write_text("scenario: short\ntitle: S\nquestion: Q?\nuntil: 2025Q2\n")
    assert command("run", str(short), "--dry-run", "--data", border)[2] == "rows from mine: 1 of dyads\n"
    said = command("show", "data", "dyads", "--data", border, "--origin", "--csv")[1]
    table = pd.read_csv(StringIO(said))
    mine = table.set_index("id").loc["ARM-TUR"]
    assert (mine["state"], mine["source"], mine["from"]) == ("open", "a newspaper", "mine/dyads.csv:2")
    assert table["from"].str.startswith("mine").sum() == 1


def test_a_run_is_computed_with_the_tables_of_a_user_and_says_so(border):
    folder = Path(border)
    (variant,) = prepare(["baseline"], data=folder)
    tables = load_tables([SHIPPED, folder])
    assert variant.world.digest() == compile_scenario(load_scenario("baseline"), tables).digest()
    assert variant.world.digest() != prepare(["baseline"])[0].world.digest()
    assert variant.text.startswith(f"# rows from {folder}: 1 of dyads\nscenario: baseline\n")


def test_a_scenario_is_compiled_with_the_tables_it_was_read_with(border):
    folder = Path(border)
    mine, shipped = mv.load("baseline", data=folder), mv.load("baseline")
    world = mv.compile_scenario(mine)
    assert world.digest() == mv.compile_scenario(shipped, data=folder).digest()
    assert world.digest() != mv.compile_scenario(shipped).digest()
    assert world.digest() == mv.compile_scenario(mv.load("baseline", load_tables([SHIPPED, folder]))).digest()
    for copied in (ending(mine, "2030Q4")[0], pickle.loads(pickle.dumps(mine))):  # noqa: S301 - made a moment ago
        dyads = copied.tables["dyads"]
        assert dyads.loc[dyads["id"] == "ARM-TUR", "state"].item() == "open"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("open", "opne"), "1 problem in mine/dyads.csv\n  line 2  dyads.state: 'opne' is not a valid word; allowed: "),
        (("a newspaper", ""), "1 problem in mine/dyads.csv\n  line 2  dyads.source: is missing"),
    ],
)
def test_tables_of_a_user_are_held_to_what_the_shipped_ones_are(command, laid, tmp_path, change, message):
    path = Path(shutil.copytree(laid, tmp_path / "mine"), "dyads.csv")
    path.write_text(path.read_text().replace(*change))
    code, out, err = command("check", "baseline", "--data", "mine")
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_folder_without_tables_is_refused(command, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = command("check", "baseline", "--data", "empty")
    assert code == 2
    assert err.startswith("1 problem in empty\n  holds no table; allowed: countries, ")


def test_a_scenario_is_shown_with_the_file_and_line_of_every_value(command, tmp_path):
    (tmp_path / "base.yaml").write_text("scenario: base\ntitle: B\nquestion: Q?\nparameters:\n  routing.theta_gas: 5\n")
    lines = [
        "scenario: mine",
        "title: M",
        "question: Q?",
        "extends: base.yaml",
        "events:",
        "- {at: 2027Q1, gdp: KAZ, add: 1}",
    ]
    (tmp_path / "mine.yaml").write_text("\n".join(lines))
    code, out, _ = command("show", "scenario", "mine.yaml", "--origin", "--csv")
    assert code == 0
    assert sorted(out.splitlines()[1:]) == [
        *("events[0].add,1,mine.yaml:6", "events[0].at,2027Q1,mine.yaml:6", "events[0].gdp,KAZ,mine.yaml:6"),
        *("extends,base.yaml,mine.yaml:4", "parameters.routing.theta_gas,5,base.yaml:5", "question,Q?,mine.yaml:3"),
        *("scenario,mine,mine.yaml:1", "start,2025Q1,default", "title,M,mine.yaml:2", "until,2040Q4,default"),
    ]


def test_the_data_are_shown_with_their_rows_standing_sources_and_hash():
    (table,) = show.data(None)
    links = table.set_index("table").loc["links"]
    shipped = shipped_tables()["links"]
    assert links["rows"] == len(shipped)
    assert links["read"] == (shipped["confidence"] == "read").sum()
    assert links["sources"] == shipped["source"].nunique()
    assert len(set(table["hash"])) == len(table)
    assert list(show.data("links")[0]["id"]) == list(shipped["id"])


@pytest.mark.parametrize("name", ["IRN", "irn", "Iran"])
def test_links_are_found_by_the_state_whose_soil_they_lie_on_its_borders_first(name):
    (found,) = show.links(name)
    soil = shipped_tables()["links"]["territories"]
    outlets = found["mode"] == "outlet"  # of its ports, without a territory
    assert len(found[~outlets]) == sum("IRN" in each for each in soil)
    crosses = [len(each) > 1 for each in found["territories"]]
    assert crosses == sorted(crosses, reverse=True)
    assert {"F066a", "F094"} <= set(found["id"][crosses])


def test_trade_is_listed_in_the_words_of_events_and_by_state():
    (table,) = show.trade(None)
    words = vocabulary(shipped_tables()).words
    assert {*table["seller"], *table["buyer"]} <= set(words["trader"])
    assert {*table["layer"], *table["commodity"]} <= set(words["traded commodity"])
    sold, bought = show.trade("Armenia")
    assert set(sold["seller"]) == set(bought["buyer"]) == {"ARM"}
    assert len(sold) + len(bought) == ((table["seller"] == "ARM") | (table["buyer"] == "ARM")).sum()
    gas = bought.set_index(["seller", "commodity"]).loc[("RUS", "gas")]
    assert 1.5 < gas["volume"] < 3.0  # bcm a year: what Armenia buys of Russia


def test_scenarios_of_one_title_are_named(command, tmp_path):
    for name in ("a", "b", "c"):
        title = "Deal" if name < "c" else "Other"
        (tmp_path / f"{name}.yaml").write_text(f"scenario: {name}\ntitle: {title}\nquestion: Q?\nextends: baseline\n")
    code, _, err = command("run", "a.yaml", "b.yaml", "c.yaml", "--runs", "2", "--dry-run")
    said = [line for line in err.splitlines() if "is the title of" in line]
    assert (code, said) == (0, ["“Deal” is the title of a, b: give each its own, by which reports call it"])
