"""Effects of what comes by chance are told of the runs in which it comes."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from analysis import chances, figures, incomes, matrices, ranks, style
from analysis.answers import answer
from analysis.claims import examine, fired
from analysis.ensemble import effects
from analysis.peaks import EFFECTS, told
from analysis.selection import select
from analysis.sentences import _mute, sentences
from model.quarters import parse_quarter
from scenarios import Claim, Event


@pytest.fixture(scope="module")
def selection(chancy):
    return select(chancy)


@pytest.fixture(scope="module")
def come(selection):
    return fired(selection, "pushed", "start", parse_quarter("2035Q4"))


def test_the_runs_that_a_scenario_touches_are_those_in_which_its_event_comes(selection, come):
    assert selection.touched("pushed").tolist() == come.tolist()
    assert 10 < len(come) < 30


def test_a_scenario_that_touches_nothing_is_looked_at_in_all_runs(selection):
    assert len(selection.touched("still")) == 40
    assert chances.condition(selection, "still") == ""


def test_an_effect_by_chance_is_what_it_is_where_the_event_comes(selection, come):
    table = told(selection, "pushed", EFFECTS[0]).query("time.str.fullmatch('....Q.')")
    assert table["mean"].to_numpy() == pytest.approx(1.0)
    assert (table["runs"] == len(come)).all()


def test_an_event_by_chance_is_a_finding_and_says_in_which_runs(selection, come):
    said = [sentence.text for sentence in sentences(selection)]
    share = f"{100 * len(come) / 40:.0f}"
    first = said[1]
    assert "raises Kazakhstan's dependence on Russia" in first  # of all equal ones what a claim of its own names
    level = said[0]  # of the baseline, before all differences from it
    assert level.startswith("In 2025Q1, Kazakhstan would lose")
    assert level.endswith("trade, transit, money and protection.")
    assert all("A push" in text or "Stillness" in text for text in said[1:])
    assert f"in the {share} % of the runs in which “start” comes (50 % by its file), “A push & a shove” raises" in first
    runs = f"the same direction in 100 % of {len(come)} paired runs"
    assert f"by 1.00 percentage points of GDP (95 % interval of the mean within 0.01; {runs})" in first
    assert not any(text.startswith("No effect") for text in said)


def test_reasons_ranks_and_matrices_are_of_the_same_runs_and_say_so(selection, come):
    view = figures.gallery(selection)
    left_out = (
        f"“A push & a shove” in the {100 * len(come) / 40:.0f} % of the runs in which “start” comes (50 % by its file)."
    )
    with style.look():
        (matrix,) = matrices.effect_maps(view, "alignment")
        (ranked,) = ranks.exhibits(view)
        (effect,) = figures.ranking(view, "pushed")
    assert matrix.table["mean"].dropna().to_numpy() == pytest.approx(1.0)
    assert ranked.table["effect"].to_numpy(dtype=float) == pytest.approx(1.0)
    for exhibit in (matrix, ranked, effect):
        assert exhibit.caption.endswith(f"Runs in which nothing differs are left out: {left_out}")


def test_gdp_is_drawn_where_a_scenario_moves_it_by_chance(selection, monkeypatch):
    monkeypatch.setattr(type(selection), "has", lambda *_: True)
    values = {m: selection.values(m, "loss").sel(controller="RUS", drop=True) for m in ("baseline", "pushed")}
    monkeypatch.setattr(type(selection), "_beside", lambda _, s, *__: (values[s] + 9, values["baseline"] + 9))
    monkeypatch.setattr(type(selection), "changed", ("pushed",))
    assert set(incomes.changes(selection)["country"]) == {"ARM", "AZE", "GEO", "IRN", "KAZ", "TKM", "TUR", "UZB"}


def stand_in(touched, **come):
    """A selection of ten runs in which a scenario touches some and its events come in some."""
    runs = xr.DataArray(np.zeros(10), dims="run", coords={"run": np.arange(10)})
    titles = {"base": SimpleNamespace(title="Base"), "deal": SimpleNamespace(title="Deal", events=())}
    selection = SimpleNamespace(
        touched=lambda _: np.array(touched),
        paired=lambda _: True,
        difference=lambda *_: runs,
        measures=("loss",),
        base=lambda _: "base",
        resolved=titles,
    )
    return selection, {name: np.array(runs) for name, runs in come.items()}


@pytest.mark.parametrize(
    ("touched", "come", "said"),
    [
        ([1, 2], {"ban": [1, 2]}, "in the 20 % of the runs in which “ban” comes, "),
        ([1, 2, 3], {"ban": [1, 2], "war": [2, 3]}, "in the 30 % of the runs in which “ban” or “war” comes, "),
        ([1, 2, 3], {"war": [2, 3], "ban": [1, 2, 3]}, "in the 30 % of the runs in which “ban” comes, "),
        ([1, 2], {"ban": [1, 2, 3]}, "in the 20 % of the runs in which anything differs from “Base”, "),
        (list(range(10)), {"ban": [1]}, ""),
    ],
)
def test_runs_are_told_by_the_events_that_make_them(monkeypatch, touched, come, said):
    selection, events = stand_in(touched, **come)
    monkeypatch.setattr(chances, "_chances", lambda *_: events)
    assert chances.condition(selection, "deal") == said


def test_several_kinds_of_run_under_one_mean_are_said(monkeypatch):
    selection, events = stand_in([1, 2, 3, 4], ban=[1, 2, 3, 4], war=[3])
    monkeypatch.setattr(chances, "_chances", lambda *_: events)
    seen = selection.touched("deal")
    said = "; a mean over runs of several kinds: of these runs “war” in 25 %"
    assert chances.kinds(selection, "deal", seen, "while “ban” lasts") == said
    asked = []
    monkeypatch.setattr(chances, "_chances", lambda *given: asked.append(given[2]) or {"ban": events["ban"]})
    assert chances.kinds(selection, "deal", seen, "2027Q1") == ""
    assert asked == ["2027Q1"]  # what comes by then


def test_runs_that_do_not_pair_all_count(chancy, lucky):
    from analysis.comparison import compare

    selection = compare(chancy, lucky).selection("pushed")
    assert len(selection.touched("lucky")) == 30
    assert len(effects(selection.effect("lucky", "loss"))) > 0


@pytest.fixture
def small(make):
    """A batch of twelve runs in which a push comes by chance, and so in few."""
    return select(make("small", runs=12, chance=0.5))


def test_few_runs_are_counted_and_it_is_said_how_many_it_takes(small):
    count = len(small.touched("pushed"))
    assert 2 <= count < 10
    needed = f"{count} runs are few: it takes 29 that agree to tell that nine of ten do, in a batch of about "
    said = sentences(small)[1].text
    assert f"; the same direction in {count} of {count} paired runs; {needed}{-(-29 * 12 // count)})" in said


def test_that_nothing_is_certain_in_few_runs_is_said_to_tell_little(small):
    said = [sentence.text for sentence in _mute(small, ["pushed"])]
    count = len(small.touched("pushed"))
    what = "has no effect large enough to tell (of alignment 0.01) and certain in sign"
    start = f"“A push & a shove” {what} until the end of 2035; "
    assert [text.startswith(f"{start}{count} runs are few: it takes 29 that agree") for text in said] == [True]


def test_a_claim_on_few_runs_says_so(small):
    claim = next(claim for claim in small.resolved["pushed"].expect if claim.claim == "luck")
    said = answer(small, examine(small, "pushed", claim))
    assert f"; {len(small.touched('pushed'))} runs are few: it takes 29 that agree" in said


def test_claims_that_count_the_same_runs_have_one_panel(chance, monkeypatch):
    selection = select(chance)
    text = selection.resolved["pushed"]
    later = Event.model_validate({"id": "later", "follows": "start", "gdp": "KAZ", "multiply": 0.9})
    plain = {"measure": "loss", "where": {"country": "KAZ", "controller": "RUS"}, "by": "2035Q4", "relation": "rises"}
    claims = [plain | {"claim": name, "given": name, "size": 1} for name in ("start", "later")]
    expect = tuple(Claim.model_validate(claim) for claim in (*claims, plain | {"claim": "all", "size": 1}))
    pushed = text.model_copy(update={"events": (*text.events, later), "expect": expect})
    monkeypatch.setitem(vars(selection), "resolved", selection.resolved | {"pushed": pushed})
    found = figures.claimed(figures.gallery(selection))
    assert [series.given and series.given.event for series in found] == ["start", None]
