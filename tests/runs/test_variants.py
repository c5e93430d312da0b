"""Which scenarios a batch gets, and into how many blocks it is cut."""

import pytest

from runs import launch
from runs.planning import BLOCKS_A_WORKER, block_size
from runs.problems import BatchError
from runs.sample import fixed
from runs.variants import Variant, apart, common_seed, fitting, omissions, paired, prepare, remark
from scenarios import ScenarioError

MINE = "scenario: mine\ntitle: M\nquestion: Q?\n"


def test_the_root_of_what_a_scenario_extends_joins_the_batch_once(capsys):
    assert paired(["cpc-blocked", "peace-deal"]) == ("baseline", "cpc-blocked", "peace-deal")
    said = capsys.readouterr().err
    assert said == "baseline joins the batch, so that there is something to compare with, run by run\n"


def test_nothing_joins_a_batch_that_has_its_baseline(capsys):
    assert paired(["peace-deal", "baseline"]) == ("peace-deal", "baseline")
    assert capsys.readouterr().err == ""


def test_a_chain_is_followed_through_neighbours_to_its_root(tmp_path):
    (tmp_path / "root.yaml").write_text(MINE.replace("mine", "root"))
    (tmp_path / "middle.yaml").write_text(MINE.replace("mine", "middle") + "extends: root.yaml\n")
    (tmp_path / "mine.yaml").write_text(MINE + "extends: middle.yaml\n")
    found = paired([tmp_path / "mine.yaml"])
    assert found == (tmp_path / "root.yaml", tmp_path / "mine.yaml")
    (tmp_path / "library.yaml").write_text(MINE + "extends: peace-deal\n")
    assert paired([str(tmp_path / "library.yaml")])[0] == "baseline"


def test_a_file_is_known_by_its_name_alone_and_the_library_by_none(tmp_path):
    (tmp_path / "own.yaml").write_text(MINE + "extends: baseline\n")
    assert [variant.file for variant in prepare([tmp_path / "own.yaml", "baseline"])] == ["own.yaml", ""]


def test_an_earlier_end_leaves_out_the_claims_that_look_beyond_it_and_names_them():
    calm, peace = prepare(["baseline", "peace-deal"], until="2033Q4")
    assert peace.world.quarters == 36
    assert calm.beyond == ("V024",)
    assert peace.beyond == (
        *("V039", "less-dependence-on-georgia", "V040"),
        *("V039-alignment", "V040-azerbaijan", "V040-uzbekistan"),
    )
    assert "border-opens" in peace.text
    assert "V039" not in peace.text


@pytest.mark.parametrize(
    ("asked", "own", "seed"),
    [
        (None, {"calm": None}, 1),
        (None, {"calm": None, "mine": 7, "yours": 7}, 7),
        (None, {"mine": 0}, 0),
        (3, {"mine": 7, "yours": 8}, 3),
        (0, {"mine": 7}, 0),
    ],
)
def test_a_batch_has_one_seed_the_one_asked_for_or_else_that_of_its_files(asked, own, seed):
    assert common_seed(asked, own) == seed


def test_files_with_other_seeds_make_no_batch_and_each_seed_is_named_with_its_first_file():
    said = (
        r"^seeds of the scenarios differ, 7 \(a\), 8 \(b\): "
        r"a batch has one, so that runs pair; choose it with --seed$"
    )
    with pytest.raises(BatchError, match=said):
        common_seed(None, {"a": 7, "calm": None, "b": 8, "c": 7})


def test_one_line_names_what_is_left_out_of_each_scenario():
    variants = [
        Variant(name, None, "", beyond=beyond) for name, beyond in (("x", ("a", "b")), ("y", ()), ("z", ("c",)))
    ]
    said = "claims that look beyond the last quarter are left out: a, b (x); c (z)"
    assert (omissions(variants), omissions(variants[1:2])) == (said, "")


def test_a_file_that_ends_before_its_own_claim_is_still_refused(tmp_path):
    claim = "{claim: c, measure: gdp, where: {country: KAZ}, by: 2035Q4, relation: rises, size: 1}"
    path = tmp_path / "short.yaml"
    path.write_text(f"{MINE}until: 2030Q4\nexpect:\n  - {claim}\n")
    with pytest.raises(ScenarioError, match=r"by: '2035Q4' lies outside the run; allowed: 2025Q1 to 2030Q4"):
        prepare([path])


def test_words_of_the_data_and_a_wrong_shape_are_named_together(tmp_path):
    path = tmp_path / "two.yaml"
    event = "{at: 2027Q1, link: F9999, property: open, set: 0}"
    path.write_text(f"{MINE}start: soon\nseed: none\nevents:\n  - {event}\n")
    with pytest.raises(ScenarioError) as caught:
        paired([path])
    assert [problem.path for problem in caught.value.problems] == ["start", "seed", "events[0].link"]


@pytest.mark.parametrize(("total", "workers"), [(64, 2), (200, 2), (400, 8), (600, 2), (6000, 16)])
def test_every_worker_has_several_blocks(total, workers):
    assert total // block_size(total, workers) >= BLOCKS_A_WORKER * workers


def test_a_lone_name_or_path_is_one_scenario(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(launch, "prepare", lambda names, **_: asked.append(tuple(names)) or ())
    monkeypatch.setattr(launch, "draft", lambda *_: None)
    monkeypatch.setattr(launch, "launch", lambda *_: None)
    (tmp_path / "mine.yaml").write_text(MINE)
    for scenarios in ("cpc-blocked", tmp_path / "mine.yaml", ["cpc-blocked"]):
        launch.run(scenarios)
    assert asked == [("baseline", "cpc-blocked"), (tmp_path / "mine.yaml",), ("baseline", "cpc-blocked")]


SHORT = "“shut” takes 3 quarters, of which annual records hold at most 1"


@pytest.mark.parametrize(
    ("reasons", "asked", "every", "said"),
    [
        (("", ""), None, "annual", ""),
        (("", SHORT), None, "quarterly", f"{SHORT}: values of every quarter are kept"),
        ((SHORT,), "quarterly", "quarterly", ""),
        ((SHORT,), "annual", "annual", f"{SHORT}; they are asked for"),
    ],
)
def test_every_quarter_is_kept_where_annual_records_are_too_coarse(reasons, asked, every, said):
    ready = tuple(Variant(f"s{n}", None, "", fine=fine) for n, fine in enumerate(reasons))
    assert (asked or fitting(ready)) == every
    assert remark(ready, asked) == said


SCENARIO = "scenario: s\ntitle: T\nquestion: Q?\nextends: baseline\nevents:\n"
GDP = "measure: gdp, where: {country: KAZ}, relation: falls, size: 1"
EVENTS = (
    "  - {id: long, at: 2027Q1, for: 5 years, link: F019a, property: open, set: 0}",
    "  - {id: shock, at: 2027Q1, grievance: {country: KAZ, pole: RUS}, set: 0.3}",
    "  - {id: short, at: 2027Q1, for: 17 quarters, link: F019a, property: open, set: 0}",
    "  - {id: blink, at: 2027Q1, for: 1 quarter, link: F019a, property: open, set: 0}",
)
SPAN = f"  - {{claim: c, {GDP}, during: [2027Q1, 2029Q4]}}"
LATER = f"  - {{claim: d, {GDP}, given: long, after: 1 year}}"


@pytest.mark.parametrize(
    ("events", "claims", "fine"),
    [
        (EVENTS[:2], (), ""),
        (EVENTS[:3], (), "“short” takes 17 quarters, of which annual records hold at most 5"),
        (EVENTS[:3], (SPAN, LATER), "“c” takes 12 quarters, of which annual records hold at most 3"),
        (EVENTS, (SPAN,), "“blink” takes 1 quarter, of which annual records hold at most 1"),
        (EVENTS[:2], (LATER,), "“d” looks a year after “long” comes, at a quarter that annual records may lack"),
    ],
)
def test_annual_records_are_too_coarse_for_what_is_short_and_for_some_time_after_an_event(
    tmp_path, events, claims, fine
):
    (tmp_path / "s.yaml").write_text(SCENARIO + "\n".join([*events, "expect:" * bool(claims), *claims]) + "\n")
    assert prepare([tmp_path / "s.yaml"])[0].fine == fine


def test_one_line_names_the_parameters_of_which_a_scenario_has_values_of_its_own(tmp_path):
    own = "extends: baseline\nparameters: {routing.theta_gas: 9}\nsample: {alignment.half_life: {uniform: [2, 4]}}\n"
    (tmp_path / "mine.yaml").write_text(MINE + own)
    found = prepare(["baseline", tmp_path / "mine.yaml"])
    said = "set or sampled otherwise than in baseline, so that effects are those of this too: {} (mine)"
    assert apart(launch.draft(found, 4, 1)) == said.format("alignment.half_life, routing.theta_gas")
    given = fixed({"routing.theta_gas": 7.0})
    assert apart(launch.draft(found, 4, 1, given)) == said.format("alignment.half_life")
    assert apart(launch.draft(found[:1], 4, 1)) == ""
