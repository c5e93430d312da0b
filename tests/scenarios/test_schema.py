"""The schema: what a scenario may say, and that results cannot be written."""

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from model.events import PARAMETER, TARGETS
from model.measures import MEASURES
from scenarios import Event, Scenario, check_scenario, load_tables
from scenarios.fields import read_date, read_distribution, read_duration, write_date
from scenarios.schema import RESULTS, TARGET_KEYS
from scenarios.states import STATE_VALUES

SMALL = Path(__file__).parent / "tables"
TEXTS = {"scenario": "x", "title": "X", "question": "What?"}


def test_every_target_of_the_model_has_its_key():
    assert {target.partition(".")[0] for target in TARGETS} | {PARAMETER.strip(".")} == set(TARGET_KEYS)


def test_results_are_no_keys_of_an_event():
    assert not set(RESULTS) & set(Event.model_fields)
    assert {"alignment", "dependence", "flow"} <= set(RESULTS) & set(MEASURES)


def test_a_scenario_cannot_change():
    scenario = Scenario.model_validate(TEXTS)
    with pytest.raises(ValidationError, match="frozen"):
        scenario.title = "other"


def test_the_mappings_of_a_scenario_cannot_change_either():
    scenario = Scenario.model_validate({**TEXTS, "parameters": {"a": 1}})
    with pytest.raises(TypeError, match="cannot change"):
        scenario.parameters["a"] = 2
    with pytest.raises(TypeError, match="cannot change"):
        scenario.sample.update({})
    assert scenario.parameters == {"a": 1}


@pytest.mark.parametrize(
    ("written", "ordinals"),
    [
        ("2030Q1", (8120, 8120)),
        ({"uniform": ["2029Q1", "2032Q4"]}, (8116, 8131)),
        ({"triangular": ["2029Q1", "2030Q1", "2032Q4"]}, (8116, 8131)),
        ({"choice": ["2030Q3", "2029Q1", "2030Q3"]}, (8116, 8122)),
    ],
)
def test_a_date_is_a_quarter_or_a_window(written, ordinals):
    window = read_date(written)
    assert (window.first, window.last) == ordinals
    assert write_date(window) == written


@pytest.mark.parametrize(
    ("written", "chances"),
    [
        ({"uniform": ["2029Q1", "2029Q4"]}, ()),
        ({"choice": ["2029Q1"]}, ()),
        ({"choice": ["2029Q4", "2029Q1", "2029Q2", "2029Q1"]}, (0.5, 0.25, 0.0, 0.25)),
        ({"triangular": ["2029Q1", "2029Q3", "2029Q4"]}, (2 / 15, 4 / 15, 6 / 15, 3 / 15)),
        ({"triangular": ["2029Q1", "2029Q1", "2029Q2"]}, (2 / 3, 1 / 3)),
    ],
)
def test_a_date_says_how_likely_each_of_its_quarters_is(written, chances):
    window = read_date(written)
    assert window.chances == pytest.approx(chances)
    later = window.later(3)
    assert (later.first, later.last, later.chances) == (window.first + 3, window.last + 3, window.chances)


@pytest.mark.parametrize(
    "written",
    [
        *(2030, "2030", "2030Q0", None, [], {}, True, {"uniform": "2030Q1"}, {"normal": ["2029Q1", "2030Q1"]}),
        *({"choice": []}, {"choice": "2030Q1"}, {"triangular": ["2029Q1", "2030Q1"]}),
        {"uniform": ["2029Q1", "2030Q1"], "choice": ["2029Q1"]},
    ],
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValueError, match="is not a"):
        read_date(written)


@pytest.mark.parametrize(
    ("written", "quarters"),
    [("8 quarters", 8), ("1 quarter", 1), ("2 years", 8), ("1 year", 4), ("18 months", 6), (3, 3)],
)
def test_a_duration_counts_quarters(written, quarters):
    assert read_duration(written) == quarters


@pytest.mark.parametrize("written", [0, -1, True, 1.5, "0 quarters", "two years", "8", None, [8]])
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(ValueError, match="is not a duration"):
        read_duration(written)


@pytest.mark.parametrize(
    "written",
    [
        {"uniform": [2, 10]},
        {"normal": [0, 1]},
        {"lognormal": [2, 0.5]},
        {"triangular": [1, 2, 3]},
        {"choice": [1]},
    ],
)
def test_distributions_keep_kind_and_numbers(written):
    ((kind, values),) = written.items()
    found = read_distribution(written)
    assert (found.kind, found.values) == (kind, tuple(values))


@pytest.mark.parametrize(
    "written",
    [
        {"uniform": [10, 2]},
        {"uniform": [2]},
        {"normal": [0, 0]},
        {"lognormal": [-1, 1]},
        {"triangular": [1, 4, 3]},
        {"choice": []},
        {"uniform": [2, True]},
        {"uniform": [0, float("nan")]},
        {"beta": [1, 2]},
        {"uniform": [1, 2], "normal": [1, 2]},
        "uniform",
        3,
    ],
)
def test_what_is_no_distribution_is_refused(written):
    with pytest.raises(ValueError, match=r"is not|holds no numbers"):
        read_distribution(written)


@pytest.mark.parametrize(
    ("target", "operations"),
    [
        ({"link": "F1", "property": "capacity"}, {"set": 0.5}),
        ({"link": ["F1", "F2"], "property": "open"}, {"multiply": 0.5}),
        ({"link": "F1", "property": "cost"}, {"add": 3}),
        ({"link": "F1", "property": "days"}, {"add": -3}),
        ({"market": "gas_a", "property": "volume"}, {"multiply": 0.5}),
        ({"market": "gas_a", "property": "price"}, {"set": 300}),
        *(({"project": "undersea_gas"}, {"becomes": word}) for word in STATE_VALUES["project"]),
        *(({"dyad": "AAA-BBB"}, {"becomes": word}) for word in STATE_VALUES["dyad"]),
        *(
            ({"membership": {"country": "AAA", "institution": "CLUB"}}, {"becomes": word})
            for word in STATE_VALUES["membership"]
        ),
        *(
            ({key: {"country": "AAA", "pole": "DDD"}}, {"set": 0.5})
            for key in ("offer", "threat", "aggression", "grievance", "affinity")
        ),
        ({"coercion": {"country": "AAA", "pole": "DDD"}}, {"set": 2}),
        ({"grievance": {"country": "AAA", "pole": "DDD"}, "property": "accounted"}, {"set": 1}),
        ({"offer": {"country": ["AAA", "BBB"], "pole": "DDD"}}, {"multiply": 2, "over": "2 years"}),
        ({"rivalry": {"pair": ["CCC", "DDD"]}}, {"add": 0.1}),
        ({"gdp": "AAA"}, {"multiply": 0.95}),
        ({"gdp": ["AAA", "BBB"]}, {"multiply": 0.95}),
        ({"price": ["oil", "gas"]}, {"multiply": 0.95}),
        ({"parameter": "alignment.half_life"}, {"set": 4}),
    ],
)
def test_every_cause_can_be_changed(target, operations):
    event = {"at": "2030Q1", "for": "2 years", **target, **operations}
    scenario = Scenario.model_validate({**TEXTS, "events": [event]})
    assert check_scenario(scenario, load_tables([SMALL])) == ()


def test_checking_a_scenario_made_in_code_names_it_instead_of_a_file():
    scenario = Scenario.model_validate({**TEXTS, "events": [{"at": "2030Q1", "gdp": "AAX", "add": 1}]})
    (problem,) = check_scenario(scenario, load_tables([SMALL]))
    assert (problem.file, problem.line, problem.path, problem.check) == ("x", 0, "events[0].gdp", "event-words")
    assert (
        problem.sentence()
        == "events[0].gdp: 'AAX' is not a country; `multivector show countries` lists them. Did you mean 'AAA'?"
    )


def test_a_scenario_survives_pickling_and_editors_get_a_schema():
    scenario = Scenario.model_validate({**TEXTS, "parameters": {"alignment.half_life": 3}})
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301
    schema = Scenario.model_json_schema()
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert {"for", "set", "property"} <= set(schema["$defs"]["Event"]["properties"])


@pytest.mark.parametrize("text", ["A\x01B", "A\x00", "\x7f"])
def test_a_text_that_no_page_can_show_is_refused(text):
    with pytest.raises(ValueError, match=r"has a control character \(U\+00(01|00|7F)\)"):
        Scenario.model_validate(TEXTS | {"title": text})


def test_a_whole_number_of_quarters_is_written_as_such():
    events = [{"id": "a", "at": "2027Q1", "for": 4, "gdp": "KAZ", "add": 1}]
    events.append({"follows": "a", "after": 2, "over": "1 year", "price": "oil", "add": 1})
    scenario = Scenario.model_validate({"scenario": "x", "title": "X", "question": "?", "events": events})
    first, then = scenario.written()["events"]
    assert (first["for"], then["after"], then["over"]) == ("4 quarters", "2 quarters", "4 quarters")
    assert Scenario.model_validate(scenario.written()) == scenario
