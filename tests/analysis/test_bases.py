"""What each scenario of a batch is compared with."""

from types import SimpleNamespace

import pytest

from analysis import bases, maps, report
from analysis.bases import chosen
from analysis.figures import gallery


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
