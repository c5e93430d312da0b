"""A claim may look at the time of an event, which differs from run to run."""

import numpy as np
import pytest

from analysis import figures, mixtures
from analysis.answers import answer
from analysis.claims import by_run, examine
from analysis.moments import delay, last_quarter
from analysis.selection import select
from model import draws
from model.events import Edit
from model.quarters import parse_quarter
from scenarios import Claim

PLACE = {"country": "KAZ", "controller": "RUS"}
PUSHED = 2
"""Quarters that the push lasts."""
YEARLY = np.array([parse_quarter(f"{year}Q4") for year in range(2025, 2036)])


@pytest.fixture(scope="module")
def selection(dated):
    return select(dated)


@pytest.fixture(scope="module")
def begins():
    """The quarter in which the event begins in each run."""
    luck = draws.uniforms(1, "events", "start", np.arange(40), 2)[1]
    return parse_quarter("2026Q1") + np.floor(32 * luck).astype(int)


def claim(**more):
    plain = {"claim": "c", "measure": "loss", "where": PLACE, "relation": "rises", "size": 0.5}
    return Claim.model_validate(plain | more)


WHILE = claim(**{"while": "start"})


def test_while_an_event_lasts_a_claim_holds_that_no_quarter_of_the_calendar_shows(selection, begins):
    found = examine(selection, "pushed", WHILE)
    assert by_run(selection, "pushed", WHILE)["run"].values.tolist() == np.flatnonzero(begins % 4 >= 2).tolist()
    assert (found.verdict, found.mean, found.share) == ("holds", pytest.approx(1.0), 1.0)
    for year in (2027, 2030, 2033):
        assert examine(selection, "pushed", claim(by=f"{year}Q4")).verdict != "holds"


@pytest.mark.parametrize(("where", "quarters"), [("KAZ", 0), ("TJK", 0), ("UZB", 1)])
def test_product_follows_an_event_by_a_quarter_but_one_on_itself_at_once(where, quarters):
    edits = (
        Edit("r", "remittances.level", ("TJK", "RUS"), "multiply", 0.3, (0, 0), 4),
        Edit("e", "gdp.level", ("KAZ",), "multiply", 0.9, (0, 0), 1),
        Edit("f", "link.open", ("L",), "set", 0.0, (0, 0)),
    )
    assert delay(edits, "gdp", (where,)) == quarters
    assert delay(edits, "loss", (where, "RUS")) == 0


@pytest.mark.parametrize("lag", [1, 2, 6])
def test_some_time_after_an_event_is_that_very_quarter_in_the_runs_that_recorded_it(selection, begins, lag):
    after = claim(given="start", after=lag)
    counted = np.flatnonzero(np.isin(begins + lag, YEARLY))
    change = by_run(selection, "pushed", after)
    assert change["run"].values.tolist() == counted.tolist()
    assert change.values == pytest.approx(float(lag < PUSHED))


def test_a_level_is_looked_for_in_the_time_of_the_event(selection):
    base = selection.values("baseline", "loss").sel(PLACE).max()
    level = {"level": float(base) + 0.01, "size": 0.01}
    for relation, verdict in (("reaches", "holds"), ("never", "fails")):
        about = claim(**{"while": "start", "relation": relation} | level)
        assert examine(selection, "pushed", about).verdict == verdict
    for after, share in (("1 year", 1.0), ("2 quarters", 0.0)):  # the first is recorded where the coming is
        since = claim(given="start", after=after, relation="reaches", **level)
        assert examine(selection, "pushed", since).share == share
    high = {"relation": "between", "range": [float(base), 9.0], "size": 0.01}
    assert examine(selection, "pushed", claim(**{"while": "start"} | high)).verdict == "holds"


def test_an_event_that_no_run_has_recorded_leaves_the_claim_untested(selection):
    found = examine(selection, "pushed", claim(given="start", after="20 years"))
    assert (found.verdict, found.reason) == ("not tested", "2046Q1 lies outside the run")
    found = examine(selection, "pushed", claim(given="nothing", after="1 year"))
    assert (found.verdict, found.reason) == ("not tested", "0 runs count; two are needed")


def test_a_span_without_a_record_leaves_the_claim_untested(selection):
    found = examine(selection, "pushed", claim(during=["2030Q1", "2030Q3"]))
    assert (found.verdict, found.reason) == ("not tested", "0 runs count; two are needed")


def test_what_is_found_on_the_clock_of_an_event_says_so_and_names_no_other_moment(selection):
    said = answer(selection, examine(selection, "pushed", WHILE))
    head = "On average while “start” lasts, “A push & a shove” raises the dependence of Kazakhstan on Russia by 1.00 "
    assert said.startswith(head)
    assert "largest effect" not in said
    after = answer(selection, examine(selection, "pushed", claim(given="start", after="1 year")))
    assert after.startswith("A year after “start” comes, “")


def test_the_last_quarter_of_a_claim_on_a_clock_is_that_of_the_latest_run_in_the_run(selection):
    scenario = selection.resolved["pushed"]
    assert last_quarter(scenario, WHILE) == "2034Q1"
    assert last_quarter(scenario, claim(given="start", after="2 years")) == "2035Q4"
    assert last_quarter(scenario.model_copy(update={"until": "2030Q4"}), WHILE) == "2030Q4"


def test_a_panel_of_a_claim_while_an_event_lasts_counts_the_runs_in_which_it_has_come(selection, monkeypatch):
    resolved = {s: t.model_copy(update={"expect": (WHILE,)}) for s, t in selection.resolved.items()}
    monkeypatch.setattr(figures.Gallery, "counted", lambda _, series: (selection, series.given and series.given.event))
    (series,) = figures.claimed(figures.Gallery(selection, resolved, {}))
    assert series.given.event == "start"


def test_runs_that_divide_while_an_event_lasts_are_told_apart(selection):
    assert mixtures.remark(selection, examine(selection, "pushed", WHILE)) == ""
