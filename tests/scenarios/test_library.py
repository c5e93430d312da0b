"""The shipped scenarios: each asks its question first and states claims with sizes."""

from itertools import combinations

import pytest

from model.measures import MEASURES
from scenarios import Scenario, compile_events, library_names, load_scenario
from scenarios.files import LIBRARY, read_document
from scenarios.overlay import origins


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_opens_with_its_question(name):
    first = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")
    assert load_scenario(name).question.endswith("?")


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_is_called_like_its_file_and_claims_something(name):
    scenario = load_scenario(name)
    assert scenario.scenario == name
    assert scenario.expect
    assert all(claim.against in library_names() for claim in scenario.expect)


@pytest.mark.parametrize("name", library_names())
def test_a_library_scenario_written_and_read_again_is_the_same(name):
    scenario = load_scenario(name)
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


VERSIONS = {"trans-caspian-gas", "trans-caspian-gas-leg-only"}  # of one project: nobody lays them over each other


@pytest.mark.parametrize("pair", [pair for pair in combinations(library_names(), 2) if set(pair) != VERSIONS])
def test_two_library_scenarios_can_be_laid_over_each_other(tmp_path, pair):
    path = scenario_file(tmp_path, "both", f"extends: [{', '.join(pair)}]")
    assert read_document(path).problems == ()
    assert len(load_scenario(path).events) == sum(len(load_scenario(name).events) for name in pair)


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
    for claim in load_scenario(name).expect:
        unit = MEASURES[claim.measure].unit
        smallest = 0.005 if unit.startswith(("index", "share")) else 0.01
        largest = 1.0 if unit.startswith(("index", "share")) else 20.0
        assert smallest <= claim.size <= largest, claim.claim
        if claim.measure == "market_volume" and volumes[claim.where["market"]] > 0:
            assert 0.01 <= claim.size / volumes[claim.where["market"]] <= 1, claim.claim
        if claim.range is not None:
            assert claim.size < claim.range[1] - claim.range[0], claim.claim
