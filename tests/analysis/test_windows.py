"""Where runs are of several kinds, charts over the calendar are shaded and say so."""

import numpy as np
import pytest

from analysis import figures, windows
from analysis.selection import select
from model import draws
from model.quarters import format_quarter, parse_quarter
from scenarios.schema import Event


@pytest.fixture
def view(dated):
    return figures.gallery(select(dated))


@pytest.fixture(scope="module")
def begins():
    """The quarter in which the event, of half a year, begins in each run."""
    luck = draws.uniforms(1, "events", "start", np.arange(40), 2)[1]
    return parse_quarter("2026Q1") + np.floor(32 * luck).astype(int)


def shades(exhibit):
    """The decimal years between which each panel is shaded."""
    return [[(p.get_x(), p.get_x() + p.get_width()) for p in axis.patches] for axis in exhibit.figure.axes]


def test_a_window_goes_from_the_first_run_in_which_an_event_comes_to_the_last_in_which_it_ends(view, begins):
    assert windows.of_runs(view.selection, "pushed") == {"“start”": ((begins.min(), begins.max() + 1),)}


@pytest.mark.parametrize("drawn", [figures.fans, figures.paired])
def test_lines_over_the_calendar_are_shaded_where_runs_are_of_several_kinds(view, begins, drawn):
    exhibit = drawn(view, figures.asked(view))
    edges = (begins.min() / 4, (begins.max() + 2) / 4)
    assert shades(exhibit) == [[pytest.approx(edges)]] * len(exhibit.figure.axes)
    span = f"{format_quarter(begins.min())} to {format_quarter(begins.max() + 1)}"
    assert (
        f"Shaded is when part of the runs may be before, in or after “start” ({span}): a single run jumps when that "
        "comes or ends, and means and bands over these quarters mix such runs."
    ) in exhibit.caption


def test_an_event_that_comes_for_sure_on_one_date_has_no_window(view, monkeypatch):
    text = view.selection.resolved["pushed"]
    event = text.events[0].model_copy(update={"at": type(text.events[0].at)(first=8110, last=8110)})
    fixed = {"pushed": text.model_copy(update={"events": (event,)}), "baseline": view.selection.resolved["baseline"]}
    monkeypatch.setitem(vars(view.selection), "resolved", fixed)
    exhibit = figures.paired(view, figures.asked(view))
    assert not any(shades(exhibit))
    assert "Shaded" not in exhibit.caption


def test_what_follows_an_event_has_a_window_of_its_own(view, begins, monkeypatch):
    text = view.selection.resolved["pushed"]
    later = Event.model_validate({"follows": "start", "after": "2 years", "project": "p", "becomes": "operating"})
    both = {name: one.model_copy() for name, one in view.selection.resolved.items()}
    both["pushed"] = text.model_copy(update={"events": (*text.events, later)})
    monkeypatch.setitem(vars(view.selection), "resolved", both)
    last = parse_quarter(view.selection.ends[1])
    assert windows.of_runs(view.selection, "pushed") == {
        "“start”": ((begins.min(), begins.max() + 1),),
        "what follows “start”": ((begins.min() + 8, min(begins.max() + 7, last)),),
    }


def test_no_quarter_in_which_all_runs_are_in_an_event_is_shaded(view, begins, monkeypatch):
    """Of a long event that ends within the horizon in some runs alone."""
    text = view.selection.resolved["pushed"]
    event = text.events[0].model_copy(update={"duration": 34})
    both = view.selection.resolved | {"pushed": text.model_copy(update={"events": (event,)})}
    monkeypatch.setitem(vars(view.selection), "resolved", both)
    last = parse_quarter(view.selection.ends[1])
    first, second = windows.of_runs(view.selection, "pushed")["“start”"]
    assert first == (begins.min(), begins.max() - 1)
    assert second == (begins.min() + 34, last)
    caption = figures.paired(view, figures.asked(view)).caption
    assert f"“start” ({_span(*first)} and {_span(*second)})" in caption


def test_quarters_in_which_an_event_holds_in_some_runs_and_never_comes_to_others_are_shaded(view, monkeypatch):
    text = view.selection.resolved["pushed"]
    window = type(text.events[0].at)(first=8110, last=8110)
    event = text.events[0].model_copy(update={"at": window, "duration": 6, "probability": 0.5})
    both = view.selection.resolved | {"pushed": text.model_copy(update={"events": (event,)})}
    monkeypatch.setitem(vars(view.selection), "resolved", both)
    assert windows.of_runs(view.selection, "pushed") == {"“start”": ((8110, 8115),)}


def _span(first, last):
    return f"{format_quarter(first)} to {format_quarter(last)}"
