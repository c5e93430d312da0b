"""What a scenario asks about, and what is its own."""

import pandas as pd
import pytest

from analysis.answers import as_claimed
from analysis.asked import CLAIMED, ELSEWHERE, SAME_COUNTRY, SAME_MEASURE, WORDED, Question, links_of, states, worded
from analysis.bases import beyond
from analysis.claims import examine
from analysis.figures import gallery
from analysis.levels import _largest_loss, _nearness
from analysis.peaks import EFFECTS
from analysis.report import _built
from analysis.selection import select
from analysis.sentences import _fortunes, _others, of_effects, speakers
from scenarios import Claim
from scenarios.schema import Event
from scenarios.tables import shipped_tables

CLAIM = Claim(
    claim="c",
    measure="dependence",
    where={"country": "KAZ", "controller": "RUS"},
    by="2030Q4",
    relation="falls",
    size=0.1,
)


@pytest.mark.parametrize(
    ("measure", "row", "near"),
    [
        ("loss", {"country": "KAZ", "controller": "RUS"}, CLAIMED),
        ("loss", {"country": "KAZ", "controller": "CHN"}, SAME_MEASURE),
        ("alignment", {"country": "KAZ", "pole": "RUS"}, SAME_COUNTRY),
        ("alignment", {"country": "GEO", "pole": "RUS"}, SAME_COUNTRY),
        ("loss", {"country": "ARM", "controller": "RUS"}, ELSEWHERE),
    ],
)
def test_an_effect_is_the_nearer_the_more_of_it_a_claim_or_an_event_names(measure, row, near):
    asked = Question((CLAIM,), frozenset({"KAZ", "GEO"}))
    assert asked.nearness(measure, pd.Series(row)) == near


def test_states_that_the_question_names_together_come_after_the_place_of_a_claim():
    asked = Question(
        (CLAIM,), frozenset(), frozenset(worded("Does Armenia's dependence on Iran fall, or Georgian fees?"))
    )
    assert asked.worded == {"ARM", "IRN", "GEO"}
    near = {controller: {"country": "ARM", "controller": controller} for controller in ("IRN", "RUS")}
    assert asked.nearness("loss", pd.Series(near["IRN"])) == WORDED
    assert asked.nearness("loss", pd.Series(near["RUS"])) == SAME_COUNTRY
    assert asked.nearness("loss", pd.Series({"country": "KAZ", "controller": "RUS"})) == CLAIMED > WORDED > SAME_MEASURE


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"link": "G029a", "property": "open", "set": 0}, {"RUS", "GEO"}),
        ({"contract": "gazprom_botas_blue_stream", "set": 0}, {"RUS", "TUR"}),
        ({"dyad": "ARM-TUR", "becomes": "open"}, {"ARM", "TUR"}),
        ({"coercion": {"country": ["GEO", "ARM"], "pole": "RUS"}, "set": 1}, {"GEO", "ARM", "RUS"}),
        ({"trade": {"seller": "RUS", "buyer": "ARM"}, "set": 0}, {"RUS", "ARM"}),
    ],
)
def test_an_event_names_states_by_what_it_changes(event, named):
    assert named <= set(states(Event.model_validate({"at": "2026Q1"} | event)))


@pytest.fixture
def built(make):
    """A batch in which one scenario has the event of another and one more, and nearly its effect."""
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0), "further": ("A push further", 1.2)}
    return select(make("built", pushes=pushes, chance=0.5))


def test_a_scenario_that_builds_on_another_is_credited_with_what_it_adds(built, monkeypatch):
    more = Event.model_validate({"at": "2027Q1", "dyad": "ARM-TUR", "becomes": "open"})
    resolved = built.resolved["further"]
    monkeypatch.setitem(built.resolved, "further", resolved.model_copy(update={"events": (*resolved.events, more)}))
    monkeypatch.setattr(type(built), "resolved", built.resolved)
    assert beyond(built).bases == {"further": "pushed"}
    said = [sentence.text for sentence in of_effects(beyond(built))]
    (mine,) = [text for text in said if "“A push further” raises" in text]
    assert "beyond “A push”, which it builds on, " in mine
    assert " by 0.20" in mine


def test_scenarios_of_equal_events_are_built_on_none(built):
    assert beyond(built).bases == {}
    assert _built(gallery(built)) == ""


def test_a_page_says_what_effects_of_a_scenario_that_builds_on_another_are(built, monkeypatch):
    more = Event.model_validate({"at": "2027Q1", "dyad": "ARM-TUR", "becomes": "open"})
    resolved = built.resolved["further"]
    monkeypatch.setitem(built.resolved, "further", resolved.model_copy(update={"events": (*resolved.events, more)}))
    monkeypatch.setattr(type(built), "resolved", built.resolved)
    assert _built(gallery(built)) == (
        "“A push further” builds on “A push”: effects on this page are differences from “Base”, and so those of all "
        "together. multivector report built --against pushed shows what “A push further” adds."
    )
    added = gallery(beyond(built))
    assert _built(added) == (
        "“A push further” builds on “A push”: effects on this page are what each adds to that. "
        "multivector report built --against baseline shows the effects of all together."
    )
    assert added.compared.startswith("Differences from “Base” and of “A push further” from “A push”, ")


def test_links_of_an_event_are_those_it_names_and_those_of_its_project():
    building = Event(at="2026Q1", project="trans_caspian_gas", becomes="building")
    shut = Event(at="2026Q1", link="P_POTI", property="open", set=0)
    rows = shipped_tables()["project_links"]
    pipes = rows.loc[rows["project"] == "trans_caspian_gas", "link"].tolist()
    assert pipes
    assert list(links_of(building)) == pipes
    assert list(links_of(shut)) == ["P_POTI"]


def test_what_claims_name_is_told_before_what_is_larger_elsewhere():
    """Of one measure too: a scenario is heard on one effect, and its other claims are still answered first."""
    loss = EFFECTS[0]
    rows = [("GEO", "AZE", 9.7, ELSEWHERE), ("ARM", "RUS", 5.1, CLAIMED), ("ARM", "IRN", 1.1, CLAIMED)]
    table = pd.DataFrame(rows, columns=["country", "controller", "mean", "near"]).assign(scenario="shut")
    heard = speakers({loss: table}, ("shut",))
    assert [row["controller"] for _, row in heard] == ["RUS"]
    assert [row["controller"] for _, row in _others({loss: table}, heard)] == ["IRN", "AZE"]


def test_a_corridor_that_moves_further_is_told_beside_the_one_that_is_claimed_and_not_again():
    corridors = next(effect for effect in EFFECTS if effect.measure == "corridor_flow")
    rows = [("georgian_ports", -3.6, ELSEWHERE), ("middle", -1.2, CLAIMED)]
    table = pd.DataFrame(rows, columns=["corridor", "mean", "near"]).assign(scenario="shut")
    heard = speakers({corridors: table}, ("shut",))
    assert [row["corridor"] for _, row in heard] == ["middle"]
    assert _others({corridors: table}, heard) == []


def test_the_first_scenario_asks_and_gains_are_told_beyond_what_it_builds_on(built, monkeypatch):
    more = Event.model_validate({"at": "2027Q1", "dyad": "ARM-TUR", "becomes": "open"})
    resolved = built.resolved["further"]
    monkeypatch.setitem(built.resolved, "further", resolved.model_copy(update={"events": (*resolved.events, more)}))
    monkeypatch.setattr(type(built), "resolved", built.resolved)
    table = pd.DataFrame([{"unit": "% of GDP", "mean": 1.0}])
    asked = []
    monkeypatch.setattr("analysis.sentences.gains", lambda *_: table)
    monkeypatch.setattr("analysis.fortunes.told", lambda one, s, _: asked.append((s, one.base(s))) or (s,))
    assert [sentence.text for sentence in _fortunes(beyond(built))] == ["pushed", "further"]
    assert asked == [("pushed", "baseline"), ("further", "pushed")]


def test_the_level_told_is_of_what_the_first_scenario_asks(built, monkeypatch):
    """The claim is on Kazakhstan and Russia, whatever is larger elsewhere."""
    said = [text for text, _ in _largest_loss(built)]
    assert len(said) == 1
    assert "Kazakhstan would lose" in said[0]
    assert "if Russia withheld" in said[0]
    for name, one in built.resolved.items():
        monkeypatch.setitem(built.resolved, name, one.model_copy(update={"expect": (), "events": ()}))
    assert list(_largest_loss(built)) == []


def test_of_a_question_about_a_state_that_is_no_pole_it_is_told_who_depends_on_it(built, monkeypatch):
    """Iran is no pole; of the states that depend on it the one that a claim names is told, without a rank."""
    claim = built.resolved["pushed"].expect[0].model_copy(update={"where": {"country": "ARM", "controller": "IRN"}})
    asks = {"expect": (claim,), "question": "Who is hit when Iran closes its transit?"}
    monkeypatch.setitem(built.resolved, "pushed", built.resolved["pushed"].model_copy(update=asks))
    levels = [("ARM", "IRN", 2.0), ("AZE", "IRN", 3.0), ("ARM", "RUS", 9.0), ("GEO", "AZE", 5.0)]
    table = pd.DataFrame(levels, columns=["country", "controller", "median"])
    monkeypatch.setattr(
        "analysis.levels.tables.levels_at", lambda *_: table.assign(low=table["median"], high=table["median"])
    )
    assert [text for text, _ in _largest_loss(built)] == [
        "In 2025Q1, Armenia would lose 2.0 % of GDP if Iran withheld trade, transit, money and protection."
    ]


def test_of_states_that_a_scenario_touches_the_one_in_its_words_comes_first(monkeypatch):
    asked = Question((), frozenset({"AZE", "TKM"}), frozenset({"TKM"}))
    monkeypatch.setattr("analysis.levels.question", lambda *_: asked)
    rows = pd.DataFrame([("AZE", "TUR"), ("TKM", "CHN"), ("KAZ", "RUS")], columns=["country", "controller"])
    larger, worded, elsewhere = _nearness(None, "veto", rows)
    assert worded > larger > elsewhere == 0


def test_both_figures_of_one_effect_are_said_where_they_differ(built):
    row = pd.Series({"scenario": "pushed", "country": "KAZ", "controller": "RUS", "mean": 2.0, "runs": 40})
    fewer = examine(built, "pushed", built.resolved["pushed"].expect[1])  # given that the event has come
    text = f"; by the end of 2035, when its claim looks, it is +1.00 in {fewer.runs} runs"
    assert 0 < fewer.runs < 40
    assert as_claimed(built, "loss", row, 1.0) == text
    assert as_claimed(built, "loss", row.replace(40, fewer.runs - 1), 1.0) == ""  # diluted by runs that are left out
    assert as_claimed(built, "loss", row.replace(2.0, 1.05), 1.0) == ""


def _claims(selection, monkeypatch, scenario, **changes):
    """Its first claim alone, changed."""
    one = selection.resolved[scenario]
    claim = one.expect[0].model_copy(update=changes)
    monkeypatch.setitem(selection.resolved, scenario, one.model_copy(update={"expect": (claim,)}))
    monkeypatch.setattr(type(selection), "resolved", selection.resolved)


def test_what_is_left_at_the_end_is_told_once(built, monkeypatch):
    row = pd.Series({"scenario": "pushed", "country": "KAZ", "controller": "RUS", "mean": 2.0, "runs": 40})
    _claims(built, monkeypatch, "pushed", by="2035Q4")
    assert as_claimed(built, "loss", row, 1.0) == ""
    _claims(built, monkeypatch, "pushed", by="2030Q4")
    text = "; by the end of 2030, when its claim looks, it is +0.45"  # apart from the 0.5 claimed
    assert as_claimed(built, "loss", row, 1.0) == text


def test_a_claim_against_another_scenario_says_nothing_of_an_effect(built, monkeypatch):
    row = pd.Series({"scenario": "pushed", "country": "KAZ", "controller": "RUS", "mean": 2.0, "runs": 40})
    _claims(built, monkeypatch, "pushed", by="2030Q4", against="further")
    assert examine(built, "pushed", built.resolved["pushed"].expect[0]).runs == 40  # it has a figure of its own
    assert as_claimed(built, "loss", row, 1.0) == ""
