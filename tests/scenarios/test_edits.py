"""Edits: words become numbers, and what shares an id shares its luck."""

import pytest

from model.events import TARGETS, Edit
from model.quarters import parse_quarter
from scenarios import Scenario, compile_events
from scenarios.edits import MOMENTARY

TEXTS = {"scenario": "x", "title": "X", "question": "What?"}
Q = parse_quarter("2030Q1")


def compiled(*events):
    return compile_events(Scenario.model_validate({**TEXTS, "events": list(events)}))


def test_no_events_give_no_edits():
    assert compiled() == ()


@pytest.mark.parametrize(
    ("event", "target", "where", "operation", "value"),
    [
        ({"link": "F1", "property": "open", "set": 0}, "link.open", ("F1",), "set", 0),
        ({"market": "m", "property": "price", "multiply": 2}, "market.price", ("m",), "multiply", 2),
        ({"project": "p", "becomes": "operating"}, "project.stage", ("p",), "set", 3),
        ({"dyad": "A-B", "becomes": "closed"}, "dyad.state", ("A-B",), "set", 1),
        (
            {"membership": {"country": "A", "institution": "I"}, "becomes": "member"},
            "membership.state",
            ("A", "I"),
            "set",
            1,
        ),
        ({"coercion": {"pole": "P", "country": "A"}, "add": 0.2}, "coercion.level", ("A", "P"), "add", 0.2),
        ({"grievance": {"pole": "P", "country": "A"}, "set": 0.2}, "grievance.incident", ("A", "P"), "set", 0.2),
        ({"rivalry": {"pair": ["Q", "P"]}, "set": 1}, "rivalry.level", ("P", "Q"), "set", 1),
        ({"offer": {"pole": "P", "country": "A"}, "set": 0.02}, "offer.level", ("A", "P"), "set", 0.005),
        ({"offer": {"pole": "P", "country": "A"}, "add": -0.02}, "offer.level", ("A", "P"), "add", -0.005),
        ({"offer": {"pole": "P", "country": "A"}, "multiply": 2}, "offer.level", ("A", "P"), "multiply", 2),
        ({"link": "F1", "property": "capacity", "set": 8}, "link.capacity", ("F1",), "set", 2),
        ({"link": "F1", "property": "capacity", "multiply": 8}, "link.capacity", ("F1",), "multiply", 8),
        ({"market": "m", "property": "volume", "add": 8}, "market.volume", ("m",), "add", 2),
        ({"trade": {"seller": "A", "buyer": "B"}, "set": 0}, "trade.open", ("A", "B", "all"), "set", 0),
        (
            {"trade": {"seller": "A", "buyer": "B", "commodity": "gas"}, "multiply": 0.5},
            *("trade.open", ("A", "B", "gas"), "multiply", 0.5),
        ),
        ({"gdp": "A", "multiply": 0.9}, "gdp.level", ("A",), "multiply", 0.9),
        ({"parameter": "a.b", "set": 0}, "parameter.a.b", (), "set", 0),
    ],
)
def test_words_become_numbers(event, target, where, operation, value):
    (edit,) = compiled({"at": "2030Q1", **event})
    lasting = 1 if target in MOMENTARY else None
    assert edit == Edit("event 0", target, where, operation, value, (Q, Q), lasting, 1.0)
    assert len(edit.where) == len(TARGETS.get(target, ()))


def test_chance_window_and_duration_are_kept():
    event = {"id": "e", "at": {"uniform": ["2030Q1", "2031Q4"]}, "probability": 0.8, "for": "2 years"}
    (edit,) = compiled({**event, "gdp": "A", "add": 1})
    assert (edit.id, edit.at, edit.duration, edit.probability) == ("e", (Q, Q + 7), 8, 0.8)


def test_a_list_gives_one_edit_each_with_the_same_luck():
    edits = compiled({"id": "e", "at": "2030Q1", "link": ["L1", "L2"], "property": "open", "set": 0})
    assert [edit.where for edit in edits] == [("L1",), ("L2",)]
    assert {edit.id for edit in edits} == {"e"}


def test_an_event_that_follows_shares_luck_and_keeps_its_lag():
    lead = {"id": "decision", "at": {"uniform": ["2030Q1", "2031Q4"]}, "probability": 0.5, "project": "p"}
    then = {"id": "opening", "follows": "decision", "after": "4 years", "project": "p", "becomes": "operating"}
    first, second = compiled({**lead, "becomes": "committed"}, then)
    assert (second.id, second.probability) == (first.id, first.probability) == ("decision", 0.5)
    assert second.at == (first.at[0] + 16, first.at[1] + 16)


def test_edits_keep_the_order_of_the_file():
    edits = compiled(*({"at": "2030Q1", "gdp": name, "add": 1} for name in "CAB"))
    assert [edit.where for edit in edits] == [("C",), ("A",), ("B",)]


def test_a_shock_lasts_one_quarter_unless_it_says_otherwise():
    once, longer = compiled(
        {"at": "2030Q1", "grievance": {"country": "A", "pole": "P"}, "set": 0.3},
        {"at": "2030Q1", "for": "1 year", "gdp": "A", "multiply": 0.99},
    )
    assert (once.duration, longer.duration) == (1, 4)


def test_an_event_that_names_several_countries_changes_each_of_them_alike():
    event = {"at": "2030Q1", "offer": {"country": ["AAA", "BBB"], "pole": "DDD"}, "multiply": 2}
    edits = compiled(event)
    assert [edit.where for edit in edits] == [("AAA", "DDD"), ("BBB", "DDD")]
    assert len({(edit.id, edit.target, edit.value) for edit in edits}) == 1
    assert [edit.where for edit in compiled({"at": "2030Q1", "gdp": ["AAA", "BBB"], "add": 1})] == [("AAA",), ("BBB",)]


def test_time_to_reach_a_change_and_chances_of_its_date_go_to_the_model_and_to_what_follows():
    date = {"choice": ["2030Q1", "2030Q3"]}
    lead = {"id": "cut", "at": date, "link": "F1", "property": "open", "set": 0, "over": "2 years"}
    then = {"follows": "cut", "after": 1, "link": "F2", "property": "open", "set": 0}
    first, second = compiled(lead, then)
    assert (first.over, second.over) == (8, 1)
    assert first.chances == second.chances == (0.5, 0.0, 0.5)
    assert second.at == (first.at[0] + 1, first.at[1] + 1)


def test_trade_is_barred_from_each_seller_to_each_buyer_in_each_commodity_but_to_nobody_itself():
    trade = {"seller": ["A", "B"], "buyer": ["A", "B", "C"], "commodity": ["oil", "gas"]}
    edits = compiled({"at": "2030Q1", "trade": trade, "set": 0})
    pairs = [("A", "B"), ("A", "C"), ("B", "A"), ("B", "C")]
    assert [edit.where for edit in edits] == [(*pair, goods) for pair in pairs for goods in ("oil", "gas")]


def test_an_event_may_follow_one_that_follows_another_with_both_lags_and_one_luck():
    lead = {"id": "war", "at": {"uniform": ["2030Q1", "2031Q4"]}, "probability": 0.5, "gdp": "A", "add": 1}
    then = {"id": "aid", "follows": "war", "after": "1 year", "gdp": "B", "add": 1}
    last = {"follows": "aid", "after": 2, "gdp": "C", "add": 1}
    *_, edit = compiled(last, then, lead)[::-1]  # whatever their order in the file
    assert (edit.where, edit.id, edit.probability, edit.conditions) == (("C",), "war", 0.5, ())
    assert edit.at == (Q + 6, Q + 6 + 7)


def test_what_follows_by_chance_depends_on_the_luck_of_every_event_before_it():
    lead = {"id": "war", "at": "2030Q1", "gdp": "A", "add": 1}
    then = {"id": "aid", "follows": "war", "probability": 0.4, "gdp": "B", "add": 1}
    last = {"id": "loan", "follows": "aid", "probability": 0.5, "gdp": "C", "add": 1}
    war, aid, loan = compiled(lead, then, last)
    assert (war.conditions, aid.conditions, loan.conditions) == ((), (("aid", 0.4),), (("aid", 0.4), ("loan", 0.5)))
    assert (war.certain, aid.certain, loan.likelihood) == (True, False, 0.2)


@pytest.mark.parametrize(
    "event",
    [
        {"gdp": "A", "multiply": 0.9},
        {"grievance": {"country": "A", "pole": "P"}, "set": 0.3},
        {"leader": "A", "becomes": "new"},
        {"promise": {"country": "A", "pole": "P"}, "set": 0},
        {"demonstration": "P", "set": 1},
    ],
)
def test_what_acts_anew_in_each_quarter_lasts_one(event):
    (edit,) = compiled({"at": "2030Q1", **event})
    assert edit.duration == 1
