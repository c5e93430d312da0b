"""Effects of an event with a drawn date are told by the time since it comes."""

from types import SimpleNamespace

import numpy as np
import pytest

from analysis import clocks, figures, ranks, reasons, style
from analysis.ensemble import certain
from analysis.peaks import EFFECTS, told
from analysis.selection import select
from analysis.sentences import sentences
from model import draws
from model.events import NEVER
from model.quarters import parse_quarter
from scenarios.schema import Event

LASTS = "while “start” lasts"


@pytest.fixture
def selection(dated):
    """A new one for each test, since it keeps what is found of it."""
    return select(dated)


@pytest.fixture
def all_touched(selection, monkeypatch):
    """As if each run recorded something of the event."""
    monkeypatch.setattr(type(selection), "touched", lambda *_: np.arange(40))


@pytest.fixture(scope="module")
def begins():
    """The quarter in which the event begins in each run."""
    luck = draws.uniforms(1, "events", "start", np.arange(40), 2)[1]
    return parse_quarter("2026Q1") + np.floor(32 * luck).astype(int)


def test_no_quarter_of_the_calendar_shows_what_all_runs_have_at_other_times(selection):
    table = told(selection, "pushed", EFFECTS[0])
    assert set(table[certain(table)]["time"]) == {LASTS}


@pytest.mark.usefixtures("all_touched")
def test_while_it_lasts_is_what_was_recorded_of_it_in_the_runs_that_recorded_it(selection, begins):
    (look,) = (look for look in clocks.looks(selection, "pushed") if look.name == LASTS)
    assert look.runs.tolist() == np.flatnonzero(begins % 4 >= 2).tolist()  # those in force in a last quarter
    seen = look.of(selection.effect("pushed", "loss"))
    assert seen.sel(country="KAZ", controller="RUS").values == pytest.approx(1.0)
    assert seen["time"].values.tolist() == [LASTS]


@pytest.mark.usefixtures("all_touched")
def test_years_after_are_counted_from_the_quarter_in_which_it_comes(selection, begins):
    looks = {look.name: look for look in clocks.looks(selection, "pushed")}
    times = np.array([parse_quarter(time) for time in selection.parts["pushed"].times])
    for years, name in ((1, "a year after “start” comes"), (2, "2 years after “start” comes")):
        look = looks[name]
        gap = (look.picks * times).sum(axis=1) - begins[look.runs]
        assert (look.picks.sum(axis=1) == 1).all()
        assert (np.clip(gap, 4 * years - 3, 4 * years) == gap).all()
        assert look.runs.tolist() == np.flatnonzero(begins + 4 * years <= times[-1]).tolist()


@pytest.mark.usefixtures("all_touched")
def test_a_moment_that_few_runs_reach_is_not_looked_at(selection, begins):
    names = [look.name for look in clocks.looks(selection, "pushed")]
    reached = [n for n in clocks.YEARS_AFTER if (begins + 4 * n <= parse_quarter("2035Q4")).mean() >= 0.9]
    assert len(reached) < len(clocks.YEARS_AFTER)
    after = ["a year" if n == 1 else f"{n} years" for n in reached]
    assert names == [*(f"{text} after “start” comes" for text in after), LASTS]


@pytest.mark.usefixtures("all_touched")
def test_a_moment_is_told_only_where_the_calendar_shows_clearly_less(selection, monkeypatch):
    change = selection.effect("pushed", "loss").sel(country=["KAZ"], controller=["RUS"])
    steady = (0.0 * change + 1.0 + 0.001 * change["run"]).assign_attrs(change.attrs)  # every quarter, every run
    monkeypatch.setattr(clocks, "views", lambda *_: [2.0 * steady.isel(time=[0]).assign_coords(time=[LASTS]), steady])
    assert LASTS in set(clocks.effects_of(selection, "pushed", steady)["time"])
    monkeypatch.setattr(clocks, "views", lambda *_: [1.05 * steady.isel(time=[0]).assign_coords(time=[LASTS]), steady])
    assert LASTS not in set(clocks.effects_of(selection, "pushed", steady)["time"])


def test_runs_with_other_luck_have_no_common_clock(selection, monkeypatch):
    monkeypatch.setattr(type(selection), "paired", lambda *_: False)
    assert clocks.looks(selection, "pushed") == ()


def test_a_date_that_is_not_drawn_has_no_clock(selection, monkeypatch):
    text = selection.resolved["pushed"]
    event = text.events[0].model_copy(update={"at": type(text.events[0].at)(first=8110, last=8110)})
    fixed = {"pushed": text.model_copy(update={"events": (event,)}), "baseline": selection.resolved["baseline"]}
    monkeypatch.setitem(vars(selection), "resolved", fixed)
    assert clocks.looks(selection, "pushed") == ()


def test_an_event_on_both_sides_has_a_clock_only_where_nothing_else_differs(dated, selection, monkeypatch):
    text = selection.resolved["pushed"]
    other = text.events[0].model_copy(update={"id": "other"})
    both = {"pushed": text, "baseline": text}
    monkeypatch.setitem(vars(selection), "resolved", both)
    assert {look.name for look in clocks.looks(selection, "pushed")} >= {LASTS}
    more = {"pushed": text.model_copy(update={"events": (*text.events, other)}), "baseline": text}
    another = select(dated)
    monkeypatch.setitem(vars(another), "resolved", more)
    names = [look.name for look in clocks.looks(another, "pushed")]
    assert names
    assert all("“other”" in name for name in names)


def followed(selection, monkeypatch, **follower):
    """Names of the moments where another event follows the one with a drawn date, which then sets for good."""
    text = selection.parts["pushed"].resolved
    first = text.events[0].model_copy(update={"duration": None})
    change = {"link": "O001b", "property": "capacity", "multiply": 0.7}
    change = {} if "grievance" in follower else change
    both = (first, Event.model_validate({"follows": "start"} | change | follower))
    resolved = selection.resolved | {"pushed": text.model_copy(update={"events": both})}
    monkeypatch.setitem(vars(selection), "resolved", resolved)
    selection.known.clear()
    return [look.name for look in clocks.looks(selection, "pushed")]


@pytest.mark.usefixtures("all_touched")
def test_what_follows_an_event_has_a_clock_of_its_own(selection, monkeypatch):
    """Nothing lasts for a while but what follows; once that has come in all runs, it is told by its own clock."""
    names = followed(selection, monkeypatch, id="cut", **{"after": "1 year", "for": "2 years"})
    since = "a year after “cut” comes, 2 years after “start”"
    assert {since, "while “cut” lasts", "a year after “start” comes"} <= set(names)
    assert {LASTS, "2 years after “start” comes"}.isdisjoint(names)
    later = followed(selection, monkeypatch, id="cut", **{"after": "5 quarters", "for": "2 years"})
    assert "a year after “start” comes" in later
    assert "2 years after “start” comes" not in later


@pytest.mark.usefixtures("all_touched")
def test_what_follows_takes_years_of_an_event_and_not_the_time_in_which_it_lasts(selection, monkeypatch):
    text = selection.resolved["pushed"]
    later = {"follows": "start", "after": "1 quarter", "for": "3 years", "id": "cut", "link": "O001b"}
    both = (text.events[0], Event.model_validate(later | {"property": "capacity", "multiply": 0.7}))
    resolved = selection.resolved | {"pushed": text.model_copy(update={"events": both})}
    monkeypatch.setitem(vars(selection), "resolved", resolved)
    names = [look.name for look in clocks.looks(selection, "pushed")]
    assert {LASTS, "while “cut” lasts", "a year after “cut” comes, 5 quarters after “start”"} <= set(names)
    assert "a year after “start” comes" not in names


@pytest.mark.usefixtures("all_touched")
def test_what_follows_without_a_name_lends_that_of_the_first_none_of_its_time(selection, monkeypatch):
    names = followed(selection, monkeypatch, **{"after": "3 quarters", "for": "2 years"})
    assert "while what follows “start” lasts" in names
    assert LASTS not in names


@pytest.mark.usefixtures("all_touched")
def test_what_acts_for_a_moment_has_no_time_in_which_it_lasts(selection, monkeypatch):
    blame = {"grievance": {"country": "KAZ", "pole": "RUS"}, "property": "incident", "set": 0.3}
    names = followed(selection, monkeypatch, id="blame", **blame | {"after": "5 quarters"})
    assert any("“blame”" in name for name in names)
    assert not any(name.startswith("while") for name in names)


@pytest.mark.usefixtures("all_touched")
def test_what_comes_in_the_same_quarter_is_told_by_the_first(selection, monkeypatch):
    names = followed(selection, monkeypatch, id="cut")
    assert names
    assert all("“start”" in name and "cut" not in name for name in names)


def test_what_part_of_the_runs_recorded_is_said_to_be_theirs(selection, begins, all_touched):  # noqa: ARG001
    share = 100 * np.isin(begins % 4, (2, 3)).mean()
    assert (
        f"{LASTS}, in the {share:.0f} % of the runs in which that was recorded, “A push" in sentences(selection)[1].text
    )


def test_what_both_sides_date_otherwise_goes_by_the_date_of_the_scenario(dated, selection, monkeypatch):
    text = selection.resolved["pushed"]
    window = text.events[0].at.model_copy(update={"first": text.events[0].at.first - 8})
    earlier = text.model_copy(update={"events": (text.events[0].model_copy(update={"at": window}),)})
    alone = [look.picks.tolist() for look in clocks.looks(select(dated), "pushed")]
    monkeypatch.setitem(vars(selection), "resolved", {"pushed": text, "baseline": earlier})
    assert [look.picks.tolist() for look in clocks.looks(selection, "pushed")] == alone


def test_finding_bars_ranks_and_reasons_tell_the_same(selection):
    said = sentences(selection)[1].text
    assert said.startswith(
        f"At its largest, {LASTS}, in the 42 % of the runs in which anything differs from “Base”, “A push & a shove” "
        "raises Kazakhstan's dependence on Russia (the loss if withheld) by 1.00 "
    )
    assert "; it has faded by the end of 2033; beside it that on China +1.00" in said
    view = figures.gallery(selection)
    with style.look():
        (bars,) = figures.ranking(view, "pushed")
        (ranked,) = ranks.exhibits(view)
        why = list(reasons.exhibits(view))
    for table in (bars.table, ranked.table):
        assert set(table["time"]) == {LASTS}
        assert table["label"].str.endswith(LASTS).all()
    told = (
        "Quarters are of the calendar; “while it lasts” and “after it comes” count from the date that each run draws."
    )
    assert told in bars.caption
    assert told in ranked.caption
    assert "do not compare" not in ranked.caption  # it stands alone
    assert all(exhibit.caption.startswith("While “start” lasts, ") for exhibit in why)


def test_standard_deviations_of_a_scenario_that_draws_its_date_are_said_to_compare_with_no_others(monkeypatch):
    view = SimpleNamespace(
        selection=None, scenarios={name: SimpleNamespace(title=name.capitalize()) for name in ("drawn", "dated", "set")}
    )
    monkeypatch.setattr(ranks, "looks", lambda _, s: ("while it lasts",) if s != "set" else ())
    said = (
        " The dates that runs draw are part of the luck of “Drawn”: in standard deviations, effects look smaller than "
        "the same ones at a set date, and do not compare with those of another scenario."
    )
    assert ranks._dates(view, ["drawn", "set"]) == said
    assert ranks._dates(view, ["drawn", "dated"]) == said.replace("“Drawn”: ", "“Drawn” and “Dated”: ")
    assert ranks._dates(view, ["set", "set"]) == ranks._dates(view, ["drawn"]) == ""


def test_an_event_follows_the_first_of_its_date_by_a_gap_where_both_come():
    plan = SimpleNamespace(begins=np.array([[8, 9, NEVER]]))
    later, never = (SimpleNamespace(begins=np.array([row])) for row in ([11, 12, NEVER], [NEVER] * 3))
    assert [clocks._gap(other, plan) for other in (later, plan, never)] == [3, 0, 0]
    assert clocks._gap(SimpleNamespace(begins=np.array([[11, 15, NEVER]])), plan) == 0
