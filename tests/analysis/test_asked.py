"""What a scenario asks about, and what is its own."""

import pandas as pd
import pytest

from analysis.asked import CLAIMED, ELSEWHERE, SAME_COUNTRY, SAME_MEASURE, Question, beyond, links_of, states
from analysis.peaks import EFFECTS
from analysis.selection import select
from analysis.sentences import _others, of_effects, speakers
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
    said = [sentence.text for sentence in of_effects(built)]
    (mine,) = [text for text in said if "“A push further” raises" in text]
    assert "beyond “A push”, which it builds on, " in mine
    assert " by 0.20" in mine


def test_scenarios_of_equal_events_are_built_on_none(built):
    assert beyond(built).bases == {}


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
