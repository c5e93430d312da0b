"""What each scenario of a batch is compared with."""

from types import SimpleNamespace

import pytest

from analysis import bases, maps, report
from analysis.bases import _bases, chosen
from analysis.figures import gallery
from scenarios import Scenario


@pytest.fixture
def built(make, monkeypatch):
    """A batch of which one scenario is taken to build on another."""
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0), "further": ("A push further", 1.2)}
    monkeypatch.setattr(bases, "_bases", lambda _: {"further": "pushed"})
    return make("stacked", pushes=pushes)


def test_unless_asked_for_otherwise_a_scenario_is_compared_with_what_it_builds_on(built):
    assert chosen(built).bases == {"further": "pushed"}
    assert chosen(built, "baseline").bases == chosen(built, "pushed").bases == {}
    assert chosen(built, "pushed").baseline == "pushed"


def test_beside_a_scenario_on_which_others_build_those_that_do_not_have_no_effect(monkeypatch):
    """The baseline lacks the push: that is no effect of the baseline."""
    parts = {"baseline": [], "pushed": ["push"], "further": ["push", "more"], "other": ["else"]}
    monkeypatch.setattr(bases, "_parts", lambda scenario: parts[scenario])

    def beside(baseline):
        known = {"resolved": {s: s for s in parts}, "baseline": baseline}
        return bases._beside(SimpleNamespace(**known, changed=tuple(s for s in parts if s != baseline)))

    assert beside("pushed") == {"baseline": "baseline", "other": "other"}
    assert beside("further") == beside("baseline") == {}


def test_a_report_against_the_baseline_leaves_the_usual_one_alone(built):
    folders = [report._folder(chosen(built, against)) for against in (None, "baseline", "pushed")]
    assert folders == ["report", "report-against-baseline", "report-against-pushed"]


def test_own_parameters_are_those_beyond_what_a_scenario_builds_on(built, monkeypatch):
    asked = []
    monkeypatch.setattr(report, "own_parameters", lambda _, name, base: asked.append((name, base)) or ())
    assert report._own(gallery(chosen(built))) == ""
    assert asked == [("pushed", "baseline"), ("further", "pushed")]


@pytest.mark.parametrize(("other", "alike"), [("pushed", True), ("further", False)])
def test_one_map_stands_for_two_only_where_both_are_compared_with_the_same(other, alike):
    view = SimpleNamespace(selection=SimpleNamespace(base={"twin": "a", "pushed": "a", "further": "b"}.get))
    first, second = (SimpleNamespace(scenarios=(name,), same=lambda _: True) for name in ("twin", other))
    assert maps._alike(view, first, second) == alike


def event(link):
    return {"at": "2027Q1", "link": link, "property": "open", "set": 0}


def found(scenarios):
    """What each of some scenarios, given by what they have beyond the baseline, is found to build on."""
    plain = {"scenario": "baseline", "title": "Base", "question": "?"}
    texts = {name: plain | {"scenario": name} | own for name, own in {"baseline": {}, **scenarios}.items()}
    resolved = {name: Scenario.model_validate(text) for name, text in texts.items()}
    return _bases(SimpleNamespace(resolved=resolved, baseline="baseline", changed=tuple(scenarios)))


A, B, C = ({"events": [event(link)]} for link in "ABC")
LATE = {"events": [event("B") | {"at": "2029Q1"}]}
BOTH, ALL = {"events": [event("A"), event("B")]}, {"events": [event("A"), event("B"), event("C")]}


@pytest.mark.parametrize(
    ("scenarios", "built"),
    [
        ({"a": A, "both": BOTH, "all": ALL}, {"both": "a", "all": "both"}),
        ({"all": ALL, "both": BOTH, "a": A}, {"both": "a", "all": "both"}),
        ({"a": A, "b": B, "all": ALL}, {"all": "a"}),  # of two that begin at the same time the first of the batch
        ({"b": B, "a": A, "all": ALL}, {"all": "b"}),
        ({"late": LATE, "a": A, "all": {"events": [A["events"][0], LATE["events"][0]]}}, {"all": "a"}),
        ({"a": A, "b": B, "both": BOTH, "all": ALL}, {"both": "a", "all": "both"}),
        ({"a": A, "b": B}, {}),
        ({"a": A, "same": A}, {}),
        ({"a": A, "set": A | {"parameters": {"dependence.kappa": 0.5}}}, {"set": "a"}),
        ({"set": {"parameters": {"dependence.kappa": 0.5}}, "a": A | {"parameters": {"dependence.kappa": 0.6}}}, {}),
    ],
)
def test_a_scenario_builds_on_the_one_that_has_all_that_others_of_its_own_have(scenarios, built):
    assert found(scenarios) == built
