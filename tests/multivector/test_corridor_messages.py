"""What a CorridorModel says to a request, a name or a decision that makes no sense."""

import math

import numpy as np
import pytest

import multivector as mv
from runs.problems import BatchError

LISTED = "`multivector show parameters` lists them"
COUNTRIES = "ARM, AZE, GEO, IRN, KAZ, KGZ, TJK, TKM, TUR, UZB, HUN, PAK, TRNC"
BEHAVIOUR = "a subclass of mv.CountryAgent for each country by name is wanted"


@pytest.fixture
def model():
    return mv.CorridorModel("baseline", until="2025Q4")


def deciding(decision):
    """A model in which Kazakhstan decides so."""
    odd = type("Odd", (mv.CountryAgent,), {"decide": lambda _: decision})
    return mv.CorridorModel("baseline", until="2025Q4", behaviour={"KAZ": odd})


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ({"WEST": 1.5}, "'WEST': 1.5"),
        ({"EU": 0.1}, "'EU': 0.1"),
        ({"RUS": math.nan}, "'RUS': nan"),
        ({"RUS": "x"}, "'RUS': 'x'"),
        ({"RUS": None}, "'RUS': None"),
        ({"RUS": np.zeros(2)}, "'RUS': array([0., 0.])"),
    ],
)
def test_a_decision_that_makes_no_sense_is_named(decision, said):
    model = deciding(decision)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole text follows
        model.step()
    wanted = f"KAZ in 2025Q1: decide() gave {said}; allowed: -1 to 1 for RUS, CHN, TUR, WEST"
    assert str(raised.value) == wanted


@pytest.mark.parametrize(
    ("decision", "said"), [("x", "'x'"), (None, "None"), (0.3, "0.3"), (np.zeros(4), "array([0., 0., 0., 0.])")]
)
def test_a_decision_that_names_no_poles_is_told_how_to(decision, said):
    model = deciding(decision)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole text follows
        model.step()
    assert str(raised.value) == (
        f"KAZ in 2025Q1: decide() gave {said}, no mapping; allowed: -1 to 1 for RUS, CHN, TUR, WEST, "
        "such as {'RUS': 0.2}"
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda model: model.country("KAS"), "no country 'KAS'; did you mean KAZ?"),
        (lambda model: model.pole("EU"), "no pole 'EU'; there are RUS, CHN, TUR, WEST"),
        (lambda model: model.measure("alignmet"), "no measure 'alignmet'; did you mean alignment?"),
        (lambda model: model.country("KAZ").measure("los"), "no measure 'los'; did you mean loss?"),
        (lambda model: model.country("KAZ").alignment["Rus"], "no pole 'Rus'; did you mean RUS?"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(model, ask, message):
    with pytest.raises(KeyError) as raised:
        ask(model)
    assert raised.value.args == (message,)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"run": -1}, "run -1: out of range; runs count from 0"),
        ({"run": "1"}, "run '1': a whole number is wanted"),
        ({"seed": "x"}, "seed 'x': a whole number is wanted"),
        ({"alignment.half_life": "x"}, "alignment.half_life 'x': a number is wanted"),
        ({"untill": "2026Q4"}, "untill: no such parameter; `multivector show parameters` lists them"),
        ({"behaviour": ["KAZ"]}, f"behaviour ['KAZ']: {BEHAVIOUR}"),
        ({"behaviour": {"KAZ": "Still"}}, f"behaviour of KAZ 'Still': {BEHAVIOUR}"),
        (
            {"alignment.halflife": 2.0},
            f"alignment.halflife: no such parameter; did you mean alignment.half_life? {LISTED}",
        ),
        (
            {"behaviour": {"KAS": mv.CountryAgent}},
            f"behaviour: no country 'KAS'; did you mean KAZ? Allowed: {COUNTRIES}",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(given, message):
    with pytest.raises(BatchError) as raised:
        mv.CorridorModel("baseline", **given)
    assert str(raised.value) == message


def test_a_loaded_scenario_is_answered_with_what_to_give_instead():
    loaded = mv.load("baseline")
    for ask in (mv.CorridorModel, lambda found: mv.run([found])):
        with pytest.raises(BatchError) as raised:
            ask(loaded)
        assert str(raised.value).endswith(": a library name or a path is wanted: what mv.load takes, not what it gives")
