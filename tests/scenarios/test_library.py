"""The shipped scenarios: each asks its question first and states claims with sizes."""

from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from model.measures import MEASURES
from scenarios import Scenario, compile_events, examine, library_names, load_scenario
from scenarios.files import LIBRARY, read_document
from scenarios.overlay import origins
from scenarios.tables import shipped_tables

DOCS = Path(__file__).parents[2] / "docs"
MEANT = {
    "kyrgyz-tajik-war": {
        "dyad-lines": "a war of weeks cuts no fibre",
        "dyad-lasting": "what it takes besides and how slowly it comes back is a part of the question",
    },
    "peace-stalls": {
        "dyad-lasting": "the borders are shut to the end, so that nothing comes back",
    },
}
"""Warnings that a library scenario means, each with why."""
NUMBERED = {
    "coverage_scenarios.csv": [f"SC{n:03}" for n in range(1, 49)],
    "coverage_claims.csv": [
        f"V{n:03}" for n in range(1, 57) if n not in {3, 11, 16, 21, 26, 30, 34, 38, 42, 43, 45, 50, 51, 53, 54}
    ],
}
"""Numbers of the lists that the library covers; numbers left out were struck from them."""


@cache
def examined(name):
    """A library scenario with its warnings, read once."""
    return examine(name, shipped_tables())


def shipped(name):
    """A library scenario, read once."""
    return examined(name).accepted()


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_opens_with_its_question(name):
    first = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")
    assert shipped(name).question.endswith("?")


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_is_called_like_its_file_and_claims_something(name):
    scenario = shipped(name)
    assert scenario.scenario == name
    assert scenario.expect
    assert all(claim.against in library_names() for claim in scenario.expect)


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_written_and_read_again_is_the_same(name):
    scenario = shipped(name)
    assert Scenario.model_validate(scenario.written()) == scenario


def test_the_headline_scenarios_are_shipped():
    assert {"baseline", "trans-caspian-gas", "peace-deal", "cpc-blocked"} <= set(library_names())
    assert {"gazprom-contracts-lapse", "china-demand-drop", "northern-corridor-closed"} <= set(library_names())
    assert {"russia-azerbaijan-rupture", "us-re-engages", "ots-institutionalises"} <= set(library_names())


def test_the_baseline_changes_nothing():
    assert compile_events(load_scenario("baseline")) == ()


def test_a_scenario_inherits_values_and_says_where_from():
    root = read_document("trans-caspian-gas").root
    assert root is not None
    found = origins(root)
    assert found["start"].endswith("baseline.yaml:5")
    assert "trans-caspian-gas.yaml:" in found["events[0].at"]


def test_the_leg_alone_and_the_bundle_are_decided_at_the_same_time():
    bundle, leg = (compile_events(load_scenario(f"trans-caspian-gas{end}")) for end in ("", "-leg-only"))
    assert [(edit.id, edit.at) for edit in bundle] == [(edit.id, edit.at) for edit in leg]


def test_a_file_extends_library_and_neighbours(tmp_path):
    (tmp_path / "mine.yaml").write_text("scenario: mine\ntitle: M\nquestion: Q?\nextends: peace-deal\nuntil: 2035Q4\n")
    event = "events:\n- at: 2030Q1\n  gdp: KAZ\n  multiply: 2\n"
    (tmp_path / "yours.yaml").write_text(f"scenario: yours\ntitle: Y\nquestion: Q?\nextends: mine.yaml\n{event}")
    scenario = load_scenario(tmp_path / "yours.yaml")
    assert scenario.until == "2035Q4"
    assert len(scenario.events) == len(load_scenario("peace-deal").events) + 1
    assert scenario.expect == ()


def test_an_event_with_the_same_id_is_replaced(tmp_path):
    path = tmp_path / "early.yaml"
    event = "events:\n- id: peace\n  at: 2026Q1\n  dyad: ARM-AZE\n  becomes: open\n"
    path.write_text(f"scenario: early\ntitle: E\nquestion: Q?\nextends: peace-deal\n{event}")
    changed, original = load_scenario(path).events, load_scenario("peace-deal").events
    assert len(changed) == len(original)
    assert changed[0] != original[0]
    assert changed[1:] == original[1:]


def scenario_file(folder, name, *lines):
    path = folder / f"{name}.yaml"
    path.write_text("\n".join([f"scenario: {name}", f"title: {name}", "question: Q?", *lines, ""]))
    return path


def test_several_bases_are_laid_over_each_other_in_their_order(tmp_path):
    scenario_file(tmp_path, "early", "extends: baseline", "until: 2035Q4", "parameters: {alignment.half_life: 2}")
    scenario_file(tmp_path, "late", "extends: baseline", "parameters: {alignment.half_life: 4}")
    one, other = (
        load_scenario(scenario_file(tmp_path, name, f"extends: [{bases}]"))
        for name, bases in (("one", "early.yaml, late.yaml"), ("other", "late.yaml, early.yaml"))
    )
    assert (one.parameters["alignment.half_life"], other.parameters["alignment.half_life"]) == (4, 2)
    assert one.until == other.until == "2035Q4"  # the baseline, which both extend, is laid once and lowest


def test_the_base_of_several_is_the_root_of_the_first(tmp_path):
    alone = scenario_file(tmp_path, "alone")
    path = scenario_file(tmp_path, "both", "extends: [peace-deal, alone.yaml]")
    assert read_document(path).base == "baseline"
    path = scenario_file(tmp_path, "both", "extends: [alone.yaml, peace-deal]")
    assert read_document(path).base == alone


@pytest.mark.parametrize("bases", ["peace-deal, early.yaml", "early.yaml, peace-deal"])
def test_an_event_replaced_by_what_extends_its_scenario_stays_replaced_beside_it(tmp_path, bases):
    event = "events: [{id: peace, at: 2026Q1, dyad: ARM-AZE, becomes: open}]"
    scenario_file(tmp_path, "early", "extends: peace-deal", event)
    found = load_scenario(scenario_file(tmp_path, "both", f"extends: [{bases}]"))
    assert len(found.events) == len(load_scenario("peace-deal").events)
    assert found.events[0].at.certain


VERSION = "trans-caspian-gas-leg-only"  # of a project with the same events: nobody lays both over each other


def test_library_scenarios_share_no_event_id_so_that_all_can_be_laid_over_each_other():
    files = {name: YAML(typ="safe").load(LIBRARY / f"{name}.yaml") for name in library_names()}
    taken = [
        (event["id"], name) for name, written in files.items() for event in written.get("events", ()) if name != VERSION
    ]
    for (one, name), (other, elsewhere) in combinations(taken, 2):
        assert one != other or name in files[elsewhere]["extends"] or elsewhere in files[name]["extends"], (one, name)


@pytest.mark.parametrize(
    "names", [("peace-deal", "cpc-blocked", "us-re-engages"), ("swap-dispute", "swap-sanctioned", "csto-fails")]
)
def test_library_scenarios_laid_over_each_other_keep_the_events_of_all(tmp_path, names):
    path = scenario_file(tmp_path, "all", f"extends: [{', '.join(names)}]")
    assert read_document(path).problems == ()
    ids = {event.id for name in names for event in shipped(name).events}
    assert Counter(event.id for event in load_scenario(path).events) == Counter(ids)


def test_a_library_scenario_warns_only_of_what_it_means():
    found = {name: {problem.check for problem in examined(name).warnings} for name in library_names()}
    assert {name: checks for name, checks in found.items() if checks} == {name: set(why) for name, why in MEANT.items()}


@pytest.mark.parametrize("page", NUMBERED)
def test_a_page_of_coverage_has_every_number_once_or_with_each_of_its_claims(page):
    table = pd.read_csv(DOCS / page, dtype=str, keep_default_na=False)
    assert table["id"].drop_duplicates().tolist() == NUMBERED[page]
    assert not table.duplicated([name for name in ("id", "file", "claim") if name in table]).any()
    assert ((table["file"] == "") == (table["reason"] != "")).all()
    assert set(table["file"]) - {""} <= set(library_names())


def test_claims_of_the_page_of_coverage_are_those_that_the_library_makes():
    table = pd.read_csv(DOCS / "coverage_claims.csv", dtype=str, keep_default_na=False)
    told = {(row.file, row.claim) for row in table[table["file"] != ""].itertuples()}
    made = {(name, claim.claim) for name in library_names() for claim in shipped(name).expect}
    assert told == {(name, claim) for name, claim in made if claim.partition("-")[0] in NUMBERED["coverage_claims.csv"]}
    assert all(claim.partition("-")[0] == number for number, claim in table[["id", "claim"]].to_numpy() if claim)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.yaml").write_text("scenario: o\ntitle: O\nquestion: Q?\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (inner / "mine.yaml").write_text("scenario: m\ntitle: M\nquestion: Q?\nextends: link.yaml\n")
    problems = read_document(inner / "mine.yaml").problems
    assert [problem.message for problem in problems] == ["lies outside the folder of this file"]


@pytest.mark.parametrize("name", library_names())
def test_a_claim_of_a_library_scenario_has_a_size_that_can_be_met_and_matters(name, tables):
    """No effect on an index or share can exceed one, none in a market a multiple of it, and none may be noise."""
    volumes = dict(zip(tables["markets"]["id"], tables["markets"]["base_volume"].astype(float), strict=True))
    for claim in shipped(name).expect:
        unit = MEASURES[claim.measure].unit
        smallest = 0.005 if unit.startswith(("index", "share")) else 0.01
        largest = 1.0 if unit.startswith(("index", "share")) else 20.0
        assert smallest <= claim.size <= largest, claim.claim
        if claim.measure == "market_volume" and volumes[claim.where["market"]] > 0:
            assert 0.01 <= claim.size / volumes[claim.where["market"]] <= 1, claim.claim
        if claim.range is not None:
            assert claim.size < claim.range[1] - claim.range[0], claim.claim
