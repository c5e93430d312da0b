"""Whether what one scenario does is another where a second one has come: against numbers made up, and a real batch."""

from types import SimpleNamespace

import pytest

from analysis import together
from analysis.together import Pair
from scenarios import Scenario
from tests.selections import values

CUT = {"at": "2027Q1", "price": ["oil"], "set": 0.5}
ROAD = {"at": "2026Q1", "gdp": ["KAZ"], "multiply": 1.1}
COUNTRIES = ["KAZ", "UZB"]


def scenario(name, *events, question="?"):
    return Scenario(scenario=name, title=name.capitalize(), question=question, extends="baseline", events=events)


def batch(stored, **scenarios):
    known = {"baseline": Scenario(scenario="baseline", title="Base", question="?")} | scenarios

    def difference(scenario, _, where=None, *, against=None):
        return (stored[scenario] - stored[against or "baseline"]).sel(where or {})

    return SimpleNamespace(
        resolved=known,
        changed=tuple(scenarios),
        baseline="baseline",
        base=lambda _: "baseline",
        batches=False,
        difference=difference,
        has=lambda measure: measure == "gdp",
        known={},
    )


def four(kazakh, uzbek):
    """A batch of four scenarios with the products of both countries under the cut, the road, and both."""
    stored = {"baseline": values([[0.0, 0.0]] * 4, country=COUNTRIES)}
    for name, one, other in zip(("cut", "road", "both"), kazakh, uzbek, strict=True):
        stored[name] = values([[one + luck, other] for luck in (0.0, 0.02, 0.04, 0.06)], country=COUNTRIES)
    cut = scenario("cut", CUT, question="What does the cut cost Kazakhstan and Uzbekistan?")
    return batch(stored, cut=cut, road=scenario("road", ROAD), both=scenario("both", ROAD, CUT))


def test_the_pair_is_two_scenarios_and_the_one_that_has_both_and_the_later_is_asked_about():
    assert list(together.pairs(four((0, 0, 0), (0, 0, 0)))) == [Pair("cut", "road", "both")]


@pytest.mark.parametrize("others", [{}, {"more": scenario("more", ROAD, CUT, CUT | {"at": "2029Q1"})}])
def test_without_a_scenario_that_has_just_both_there_is_no_pair(others):
    found = batch({}, cut=scenario("cut", CUT), road=scenario("road", ROAD), **others)
    assert list(together.pairs(found)) == []


def test_one_that_builds_on_the_other_makes_no_pair():
    assert list(together.pairs(batch({}, cut=scenario("cut", CUT), both=scenario("both", CUT, ROAD)))) == []


def test_the_change_is_the_difference_of_differences():
    """By hand: the cut takes 2 alone and 5.5 - 4 = 1.5 the other way round where the road has come."""
    selection = four((-2.0, 4.0, 2.5), (-1.0, 1.0, 0.0))
    table = together.changed(selection, Pair("cut", "road", "both")).set_index("label")
    kazakh = table.loc["GDP of Kazakhstan"]
    assert (kazakh["alone"], kazakh["beside"], kazakh["change"]) == pytest.approx((-1.97, -1.5, 0.47))
    assert kazakh["change_low"] < 0.47 < kazakh["change_high"]
    assert kazakh["certain"]


def test_a_state_that_is_named_stands_there_though_nothing_changes_and_is_not_told():
    selection = four((-2.0, 4.0, 2.5), (-1.0, 1.0, 0.0))
    pair = Pair("cut", "road", "both")
    table = together.changed(selection, pair).set_index("label")
    uzbek = table.loc["GDP of Uzbekistan"]
    assert (uzbek["change"], uzbek["certain"]) == (0.0, False)
    assert together.told(selection, pair) == (
        "Where “Road” has come, “Cut” does otherwise: GDP of Kazakhstan −1.50 instead of −1.97 bn USD a year (2026)."
    )


def test_where_nothing_changes_that_is_said():
    selection = four((-2.0, 4.0, 2.0), (-1.0, 1.0, 0.0))
    assert together.told(selection, Pair("cut", "road", "both")) == (
        "Where “Road” has come, “Cut” does what it does without: no effect differs by a tenth, certain in sign."
    )
