"""Batches side by side: what differs, what pairs, and what is said of it."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import ttest_1samp

from analysis import figures, ranks, style
from analysis.compare_page import write_comparison
from analysis.comparison import compare
from analysis.ensemble import effects, simultaneous
from analysis.peaks import EFFECTS, told
from analysis.selection import Part, unpaired
from model.parameters import PARAMETERS
from model.quarters import parse_quarter
from runs.problems import BatchError
from runs.sample import grid


@pytest.fixture(scope="module")
def both(before, after):
    return compare(before, after)


@pytest.fixture(scope="module")
def page(both, tmp_path_factory):
    return write_comparison(both, tmp_path_factory.mktemp("out"))


def place(comparison, scenario, **where):
    return comparison.effects("loss", scenario, country="KAZ", controller="RUS", **where)


def test_batches_with_one_seed_pair_and_a_difference_is_free_of_luck(both):
    table = place(both, "pushed")
    assert table["mean"].round(9).tolist() == [0.25, 0.25, 0.75, 0.75]  # the parameter, then the stronger push
    assert (table["mean_high"] - table["mean_low"]).max() < 1e-12
    assert (table["runs"] == 40).all()
    assert table["paired"].all()
    assert table.attrs["unit"] == "% of GDP"


def test_batches_with_two_seeds_do_not_pair_and_their_interval_includes_the_luck(before, lucky):
    comparison = compare(before, lucky)
    table = place(comparison, "baseline")
    ours, theirs = (batch.dataset("baseline")["loss"].sel(country="KAZ", controller="RUS") for batch in (lucky, before))
    spread = np.sqrt(ours.var("run", ddof=1) / 30 + theirs.var("run", ddof=1) / 30)
    half = (table["mean_high"] - table["mean_low"]) / 2
    assert not table["paired"].any()
    assert (table["runs"] == 30).all()
    assert half.to_numpy() == pytest.approx(2.045 * spread.values, rel=0.3)
    assert comparison.pairing()["reason"].tolist() == ["seeds differ, 1 and 2"] * 3


def test_other_points_do_not_pair_and_one_point_does(before, after, varied):
    parts = [Part(batch, "baseline") for batch in (before, after, varied)]
    assert unpaired(parts[1], parts[0]) == ""
    assert unpaired(parts[2], parts[0]) == "the points of the designs differ"


def test_luck_alone_makes_no_finding_however_many_places_are_looked_at(before, lucky):
    selection = compare(before, lucky).selection("baseline")
    for effect in EFFECTS[:2]:
        assert told(selection, "lucky", effect).empty


def test_an_effect_larger_than_luck_is_found_without_pairs(lucky, make):
    other = make("other", pushes={"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 3.0)}, seed=3)
    found = told(compare(lucky, other).selection("pushed"), "other", EFFECTS[0])
    assert set(found["time"]) == {"2030Q4", "2035Q4"}


def test_what_is_left_of_an_effect_is_told_though_it_may_be_luck_by_then(make):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 3.0)}
    other = make("over", pushes=pushes, seed=3, until=3)  # in 2030Q4 alone
    before = make("none", pushes={**pushes, "pushed": ("A push & a shove", 0.0)}, seed=1)
    found = told(compare(before, other).selection("pushed"), "over", EFFECTS[0])
    assert "2030Q4" in set(found["time"])
    assert found["left"].notna().all()


def test_bonferroni_is_students_interval_at_a_smaller_chance():
    columns = np.random.default_rng(1).normal(np.linspace(0, 1, 50), size=(20, 50))
    table = effects(xr.DataArray(columns, dims=("run", "cell"), coords={"cell": np.arange(50)}))
    chance = ttest_1samp(columns, 0).pvalue
    assert simultaneous(table).tolist() == (chance < 0.05 / 50).tolist()
    assert simultaneous(table.tail(1)).tolist() == (chance[-1:] < 0.05).tolist()
    assert 0 < (chance < 0.05 / 50).sum() < (chance < 0.05).sum()


def test_what_differs_is_named_and_what_does_not_is_not(both):
    table = both.differences().set_index("what")
    assert table.loc["parameters set"].tolist() == ["–", "p = 0.25"]
    assert table.loc["scenarios"].tolist() == ["baseline, pushed, still", "baseline, pushed"]
    assert {"seed", "data", "model source"}.isdisjoint(table.index)


def test_verdicts_stand_side_by_side(both):
    table = both.verdicts().set_index(["scenario", "claim"])
    assert table.loc[("pushed", "up"), ["before", "after"]].tolist() == [
        "holds: +1.00 (within 0.01)",
        "holds: +1.50 (within 0.01)",
    ]
    assert table.loc[("still", "up"), "after"] == "–"


def test_claims_that_differ_in_given_or_against_alone_are_claims_apart(both):
    table = both.verdicts()
    up, luck = (table[(table["scenario"] == "pushed") & (table["claim"] == name)] for name in ("up", "luck"))
    assert (len(up), len(luck)) == (1, 1)
    assert up["says"].item().endswith("rises by more than 0.5, by 2035Q4")
    assert luck["says"].item().endswith("rises by more than 0.5, by 2035Q4, given that “start” has come")
    assert luck["after"].item() == "holds: +1.50 (within 0.01)"


def test_a_name_that_two_claims_of_one_question_have_loses_none(both, monkeypatch):
    found = both.findings["before"]
    twin = next(f for f in found if (f.scenario, f.claim.claim) == ("pushed", "up"))
    other = replace(twin, claim=twin.claim.model_copy(update={"claim": "twin"}), mean=9.0)
    monkeypatch.setitem(both.findings, "before", (*found, other))
    table = both.verdicts().set_index(["scenario", "claim"])["before"]
    assert table["pushed", "up"].startswith("holds: +1.00")
    assert table["pushed", "twin"].startswith("holds: +9.00")


def test_each_batch_is_compared_with_its_own_baseline(both):
    own = both.own_effects("pushed")
    assert own.changed == ("before", "after")
    found = [own.difference(label, "loss").sel(country="KAZ", controller="RUS") for label in own.changed]
    assert [float(values.isel(time=-1).mean()) for values in found] == pytest.approx([1.0, 1.5])
    assert both.own_effects("baseline") is None


def test_the_page_has_a_part_for_each_scenario_and_its_files(page):
    text = page.read_text(encoding="utf-8")
    assert page.parent.name == "compare-before-after"
    assert re.findall(r'<section id="([^"]+)"', text) == [
        *("differs", "claims", "findings", "scenario-baseline", "scenario-pushed", "scenario-still", "limits")
    ]
    named = re.findall(r'href="([^"#]+)"', text)
    assert {"pushed-effects.csv", "pushed-differences.svg", "baseline-fans.csv"} <= set(named)
    assert all((page.parent / name).is_file() for name in named)
    assert not re.search(r"<script|<img|<link|@import|url\((?!#)", text)
    assert "Runs pair: the same run has the same luck in all batches" in text


def test_a_comparison_of_equal_batches_says_so(before, make, tmp_path):
    text = write_comparison(compare(before, make("again")), tmp_path).read_text(encoding="utf-8")
    assert text.count("In “again”, no recorded value differs in any run that both have.") == 3
    assert "No verdict on the 9 claims that several batches test differs between them." in text
    assert "Differences from “before”" not in text


def test_an_unpaired_page_says_why(before, lucky, tmp_path):
    text = write_comparison(compare(before, lucky), tmp_path).read_text(encoding="utf-8")
    said = "Some runs do not pair (lucky: seeds differ, 1 and 2): a run of the same number is another run there, "
    assert f"{said}and those differences are unpaired and include the luck." in text
    assert "unpaired for “lucky”, whose runs have other luck, which the intervals include" in text


def test_what_was_set_is_told_as_a_setting_and_a_scenario_as_a_scenario(make, tmp_path):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0)}
    sets = ((f"20260101-000{p}-0123abcd", grid((), {"p": float(p)})) for p in (1, 5))
    both = compare(*(make(name, pushes=pushes, runs=20, sample=sample) for name, sample in sets))
    text = write_comparison(both, tmp_path).read_text(encoding="utf-8")
    assert "“p = " not in text
    assert "<li>By the end of 2035, with p at 5, Armenia&#x27;s dependence on Russia" in text
    assert "(the loss if withheld) is higher by 4.00 percentage points" in text
    assert "changes alike in all batches, of what its claims name: the dependence of Kazakhstan on Russia (" in text
    assert ": +1.00 percentage points of GDP)" in text
    assert "How its effects differ from those with p at 1" in text


def test_numbers_of_runs_that_differ_are_said_beside_claims_and_charts(before, make, tmp_path):
    text = write_comparison(compare(before, make("few", runs=12)), tmp_path).read_text(encoding="utf-8")
    assert "taken run by run, in the runs that both have: numbers of runs differ.</p>" in text
    assert "of 40 runs as claimed" in text
    assert "of 12 runs as claimed" in text
    assert "run by run with the same luck, over 40 runs of “before” and 12 runs of “few”." in text


def test_batches_of_one_name_are_told_apart_by_their_folders(before, make):
    other = make("before", "later", runs=4)
    assert list(compare(before, other).batches) == [f"{before.folder.parent.name}-before", "later-before"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (compare, "compare: name at least two batches; `multivector batches` lists them"),
        (lambda b: compare(b, b), "compare: {} is named twice; name different batches"),
    ],
)
def test_one_batch_is_no_comparison(before, ask, message):
    with pytest.raises(BatchError, match=re.escape(message.format(before.folder.resolve()))):
        ask(before)


def test_batches_without_a_quarter_in_common_are_not_compared(before, make, monkeypatch):
    past = make("past", runs=2)
    selection = compare(before, past).selection("baseline")
    monkeypatch.setitem(past.dictionary["scenarios"]["baseline"], "times", ["2020Q1", "2020Q4"])
    with pytest.raises(BatchError, match=r"^before, past: no quarter was recorded in all of them$"):
        _ = selection.ends


def test_what_the_batches_lack_is_a_message(both):
    with pytest.raises(BatchError, match=r"^no measure 'gdp' in all batches; they have alignment, loss$"):
        both.effects("gdp")
    with pytest.raises(BatchError, match=r"^no batch has a finished run of 'x'; they have baseline, pushed, still$"):
        both.effects("loss", "x")


def test_the_effects_of_batches_differ_by_what_the_scenario_does_and_not_by_their_baselines(both, page):
    apart = both.effects_apart("pushed")
    gap = apart.difference("after", "loss").sel(country="KAZ", controller="RUS")
    assert gap.mean("run").values == pytest.approx([0.0, 0.0, 0.5, 0.5])  # a push of 1.5 against one of 1.0
    assert both.effects_apart("still") is None
    assert both.effects_apart("baseline") is None
    text = page.read_text(encoding="utf-8")
    assert "How its effects differ from those in “before”" in text
    assert "pushed-effects-apart.csv" in text
    assert "baseline-effects-apart.csv" not in text


def test_batches_that_nobody_named_go_by_what_differs(make):
    usual, set_to, lucky = (
        make("20260101-0000-0123abcd"),
        make("20260101-0001-0123abcd", sample=grid((), {"routing.theta_freight": 12.0})),
        make("20260101-0002-0123abcd", seed=2),
    )
    default = f"routing.theta_freight = {PARAMETERS['routing.theta_freight'].default:g}"
    assert list(compare(usual, set_to).batches) == [default, "routing.theta_freight = 12"]
    assert list(compare(usual, lucky).batches) == ["seed 1", "seed 2"]
    mine, own = make("mine", seed=2), make("own")
    assert list(compare(usual, mine).batches) == ["seed 1", "seed 2"]  # alike, though one has a name
    assert list(compare(own, mine).batches) == ["own", "mine"]
    again = make("20260101-0003-0123abcd", seed=2)
    assert list(compare(usual, mine, again).batches) == ["seed 1", "mine", "20260101-0003-0123abcd"]


def test_measures_that_claims_name_are_ranked_first(both):
    view = figures.gallery(both.selection("pushed"))
    with style.look():
        (usual,), (claimed,) = ranks.exhibits(view), ranks.exhibits(view, first={"loss"})
    measures = claimed.table["measure"].tolist()
    assert measures == sorted(measures, key=lambda name: name != "loss")
    assert sorted(claimed.table["label"]) == sorted(usual.table["label"])
    assert measures != usual.table["measure"].tolist()


def test_a_comparison_says_why_in_each_batch_that_holds_the_baseline(make, tmp_path):
    record = ("alignment", "loss", "flow")
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0)}
    more = make("more", "one", record=record, pushes=pushes | {"pushed": ("A push", 2.0)}, runs=12)
    path = write_comparison(compare(make("first", "two", record=record, pushes=pushes, runs=12), more), tmp_path)
    text = path.read_text(encoding="utf-8")
    said = [f"Why, in “{each}”: dependence, Armenia on Russia" for each in ("first", "more")]
    assert re.findall(r"<h3>(Why, in .*?)</h3>", text) == said
    for label, size in (("first", "1.00"), ("more", "2.00")):
        said = f"in “{label}”, “A push” raises .{{1,30}} dependence on .{{1,50}} by {size} percentage"
        assert re.search(rf"<figcaption>By the end of 2035, {said}", text)
    assert "which it builds on" not in text
    assert {p.name for p in path.parent.glob("*-why-*.csv")} == {"pushed-why-1.csv", "pushed-why-2.csv"}


def test_a_comparison_explains_the_same_effects_in_all_batches_or_says_that_one_is_too_small(make, tmp_path):
    record = ("alignment", "loss", "flow")
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0)}
    weak = make("weak", "one", record=record, pushes=pushes | {"pushed": ("A push", 0.09)}, runs=12)
    first = make("first", "two", record=record, pushes=pushes, runs=12)
    text = write_comparison(compare(first, weak), tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"<h3>(Why, in .*?)</h3>", text) == ["Why, in “first”: dependence, Armenia on Russia"]
    assert "Too small to tell, or not certain in sign: dependence, Armenia on Russia in “weak”." in text


def test_files_of_batches_that_go_by_a_parameter_have_names_for_any_shell(make, tmp_path):
    pushes = {"baseline": ("Base", 0.0)}
    record = ("alignment", "flow")
    points = enumerate((0.5, 5.0))
    both = compare(
        *(
            make(f"20260101-000{i}-0123abcd", record=record, pushes=pushes, runs=4, sample=grid((), {"p": p}))
            for i, p in points
        )
    )
    assert list(both.batches) == ["p = 0.5", "p = 5"]
    page = write_comparison(both, tmp_path)
    names = {path.name for path in page.parent.iterdir()}
    assert any(re.fullmatch(r"baseline-map-\w+-p-5\.csv", name) for name in names)
    assert [name for name in names if re.search(r"[^\w.-]", name)] == []
    named = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
    assert set(named) == names - {page.name}


def test_a_panel_names_the_scenario_whose_event_counts_and_not_its_batch(chancy, make):
    view = figures.gallery(compare(chancy, make("other", chance=0.5)).selection("pushed"))
    place = {"country": "KAZ", "controller": "RUS"}
    _, which = view.counted(figures.Series("loss", place, figures.Given("other", "start", parse_quarter("2035Q4"))))
    assert "in which “start” of “A push & a shove” has come by the end of 2035" in which


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"land": "KAZ"}, "loss: no dimension 'land'"),
        ({"country": "KAS"}, "loss: no country 'KAS'; did you mean KAZ?"),
    ],
)
def test_a_label_or_dimension_that_is_none_is_said_so(both, where, said):
    with pytest.raises(BatchError, match=re.escape(said)):
        both.effects("loss", "pushed", **where)
