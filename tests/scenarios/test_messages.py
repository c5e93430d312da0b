"""Every mistake has its exact message, and every check is seen to fire."""

import os
import re
from pathlib import Path

import pytest

from model.measures import MEASURES
from scenarios import Scenario, ScenarioError, check_scenario, examine, load_scenario, load_tables
from scenarios.cautions import CAUTIONS
from scenarios.checks import CHECKS
from scenarios.compiling.axes import build_axes
from scenarios.problems import Problem, listing, nearest, render, showing
from scenarios.read import examine_shipped
from scenarios.tables import shipped_tables
from scenarios.vocabulary import vocabulary

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
DOUBTFUL = sorted((HERE / "doubtful").glob("*.yaml"))


@pytest.fixture(scope="module")
def tables():
    return load_tables([HERE / "tables"])


@pytest.fixture(scope="module")
def more_tables():
    return load_tables([HERE / "tables", HERE / "doubtful" / "tables"])


def without_folder(text):
    return re.sub(r"(in |of )\S*/(broken|doubtful)/", r"\1", text)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_scenario_gives_its_exact_message(path, tables):
    text = without_folder(render(examine(path, tables).problems))
    assert text + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_text_belongs_to_a_broken_scenario():
    assert {path.stem for path in (HERE / "broken").glob("*.txt")} == {path.stem for path in BROKEN}


def test_every_registered_check_is_seen_to_fire(tables):
    fired = {problem.check for path in BROKEN for problem in examine(path, tables).problems}
    assert set(CHECKS) <= fired


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_broken_file_named_after_a_check_fires_only_that_check(name, tables):
    problems = examine(HERE / "broken" / f"{name}.yaml", tables).problems
    assert {problem.check for problem in problems} == {name}


@pytest.mark.parametrize("path", DOUBTFUL, ids=lambda path: path.stem)
def test_a_doubtful_scenario_is_accepted_with_its_exact_warning(path, more_tables):
    found = examine(path, more_tables)
    assert isinstance(found.scenario, Scenario)
    text = without_folder(render(found.warnings, "warning"))
    assert text + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_registered_caution_is_seen_to_fire_alone_in_the_file_named_after_it(more_tables):
    fired = {path.stem: {problem.check for problem in examine(path, more_tables).warnings} for path in DOUBTFUL}
    assert fired == {name: {name} for name in CAUTIONS}


def test_five_mistakes_give_five_located_messages(tables):
    problems = examine(HERE / "broken" / "five-mistakes.yaml", tables).problems
    assert len(problems) == 5
    assert len({problem.line for problem in problems}) == 5


def test_loading_a_broken_scenario_raises_all_problems_as_text(tables):
    path = HERE / "broken" / "five-mistakes.yaml"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, tables)
    assert caught.value.problems == examine(path, tables).problems
    assert without_folder(str(caught.value)) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_name_that_is_no_scenario_suggests_the_nearest():
    text = render(examine("trans-caspian-gaz").problems)
    assert text.startswith("1 problem in trans-caspian-gaz\n  'trans-caspian-gaz' is not a scenario of the library;")
    assert text.endswith("Did you mean 'trans-caspian-gas'?")


@pytest.mark.parametrize(("until", "doubts"), [(None, set()), ("2026Q2", {"event-late"}), ("soon", set())])
def test_doubts_are_about_a_run_to_the_last_quarter_asked_for(until, doubts):
    assert {warning.check for warning in examine_shipped("cpc-blocked", until=until).warnings} == doubts


NAMED = "scenario: {}\ntitle: M\nquestion: Q?\nextends: baseline\n"


def test_a_scenario_is_found_by_its_bare_name_in_the_library_and_then_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("circ2", "peace-deal"):
        (tmp_path / f"{name}.yaml").write_text(NAMED.format("circ2"))
    assert examine("circ2").accepted().scenario == "circ2"
    assert examine("peace-deal").accepted().scenario == "peace-deal"


def test_a_file_extends_another_in_its_folder_by_its_bare_name(tmp_path):
    event = "events:\n  - {{id: {}, at: 2027Q1, gdp: KAZ, multiply: 0.9}}\n"
    (tmp_path / "lars-ban.yaml").write_text(NAMED.format("lars-ban") + event.format("ban"))
    upper = NAMED.format("more").replace("baseline", "lars-ban") + event.format("more")
    (tmp_path / "more.yaml").write_text(upper)
    found = examine(tmp_path / "more.yaml")
    assert [event.id for event in found.accepted().events] == ["ban", "more"]
    assert (found.base, found.warnings) == ("baseline", ())


def test_a_bare_name_that_means_two_scenarios_means_that_of_the_library_and_is_told(tmp_path):
    (tmp_path / "peace-deal.yaml").write_text(NAMED.format("peace-deal"))
    (tmp_path / "more.yaml").write_text(NAMED.format("more").replace("baseline", "peace-deal"))
    found = examine(tmp_path / "more.yaml")
    assert found.accepted().events
    said = "'peace-deal' means the scenario of the library; write peace-deal.yaml for the file beside this one"
    assert [warning.sentence() for warning in found.warnings] == [f"extends: {said}"]


def test_what_no_event_here_has_is_named_with_a_doubt_while_a_base_cannot_be_read(tmp_path):
    text = NAMED.format("more").replace("baseline", "lars-bann")
    text += "events:\n  - {follows: ban, gdp: KAZ, multiply: 0.9}\n"
    claim = "{claim: a, measure: gdp, where: {country: KAZ}, by: 2030Q4, relation: falls, size: 1, given: ban}"
    (tmp_path / "more.yaml").write_text(f"{text}expect:\n  - {claim}\n")
    said = "extends: 'lars-bann' is neither a library scenario nor a file beside this one"
    doubt = (
        "'ban' is not the id of an event here, as far as the file and its bases can be read; no event here has an id"
    )
    named = [f"events[0].follows: {doubt}", f"expect[0].given: {doubt}"]
    assert [problem.sentence() for problem in examine(tmp_path / "more.yaml").problems] == [said, *named]
    (tmp_path / "lars-bann.yaml").write_text("scenario: [")
    problem, *rest = examine(tmp_path / "more.yaml").problems
    assert (Path(problem.file).name, problem.message[:11]) == ("lars-bann.yaml", "is not YAML")
    assert [problem.sentence() for problem in rest] == named


def test_a_scenario_with_the_name_of_one_of_the_library_is_doubted(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(NAMED.format("peace-deal"))
    found = examine(path)
    assert found.accepted().scenario == "peace-deal"
    said = "'peace-deal' is the name of a scenario of the library too, and results are told apart by name"
    assert render(found.warnings, "warning") == f"1 warning in {path}\n  line 1  scenario: {said}"
    path.write_text(NAMED.format("my-deal"))
    assert examine(path).warnings == ()


def test_a_scenario_with_the_name_of_its_own_base_is_refused_and_one_of_its_own_root_is_not(tmp_path):
    (tmp_path / "root.yaml").write_text(NAMED.format("root").replace("extends: baseline\n", ""))
    upper = NAMED.format("root").replace("baseline", "root.yaml")
    (tmp_path / "upper.yaml").write_text(upper)
    (problem,) = examine(tmp_path / "upper.yaml").problems
    assert problem.sentence().startswith(
        "scenario: 'root' is the name of the scenario it is compared with, in root.yaml"
    )
    assert examine(tmp_path / "root.yaml").problems == ()


@pytest.mark.parametrize("name", ["nowhere.yaml", "folder/nowhere.yaml", "a\0b.yaml", "x" * 5000, "", ".", "/"])
def test_a_path_that_leads_nowhere_is_a_problem(name):
    found = examine(name)
    assert found.scenario is None
    assert len(found.problems) == 1


@pytest.mark.parametrize("name", ["/dev/null", "folder", "pipe.yaml"])
def test_what_is_there_and_no_file_is_told_so(tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    path = tmp_path / name
    assert render(examine(path).problems) == f"1 problem in {path}\n  is not a file"


def test_a_file_beyond_the_size_limit_is_refused(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * 300_000)
    assert [problem.message for problem in examine(path).problems] == ["is larger than 256 kB"]


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"\xff\xfe\x00scenario")
    assert examine(path).problems[0].sentence() == "is not text in UTF-8; save the file in that encoding"


def test_problems_are_sorted_by_place_and_grouped_by_file():
    problems = [
        Problem("b", 2, "x", "is wrong"),
        Problem("a", 9, "", "is bad", seen="z"),
        Problem("b", 1, "y", "is missing"),
    ]
    expected = "1 problem in a\n  line 9  'z' is bad\n2 problems in b\n  line 1  y: is missing\n  line 2  x: is wrong"
    assert str(ScenarioError(problems)) == expected


def test_long_lists_of_words_are_cut():
    assert listing("abcdefghijklmno") == "allowed: a, b, c, d, e, f, g, h, i, j, k, l and 3 more"


def test_no_list_is_cut_for_a_word_or_two():
    assert listing("abcdefghijklmn") == "allowed: a, b, c, d, e, f, g, h, i, j, k, l, m, n"


def test_what_is_left_of_a_list_that_is_cut_is_in_order():
    words = [f"{a}x{b}" for a in "cab" for b in "231456"]
    shown = listing(words, "cx1").removeprefix("allowed: ").partition(" and ")[0].split(", ")
    assert shown == sorted(shown)
    assert {f"cx{b}" for b in "123456"} <= set(shown)
    assert listing([]) == ""


def test_a_long_list_begins_with_the_words_nearest_to_the_one_seen_and_says_where_the_rest_is():
    words = [f"line_{i}" for i in range(20)] + ["gas_kaz_to_chn"]
    said = listing(words, "GAS_KAZ", showing("markets"))
    assert said.startswith("allowed: gas_kaz_to_chn, line_")
    assert said.endswith(" and 9 more; `multivector show markets` lists them all")
    assert listing(words[:3], "gas_kaz", showing("markets")) == "allowed: line_0, line_1, line_2"


def test_a_word_far_from_all_of_many_is_answered_with_a_dozen_and_the_command_that_has_the_rest():
    event = {"at": "2030Q1", "market": "turkmen_gas", "property": "volume", "multiply": 2}
    texts = {"scenario": "x", "title": "X", "question": "What?"}
    (problem,) = check_scenario(Scenario.model_validate({**texts, "events": [event]}), shipped_tables())
    rest = len(vocabulary(shipped_tables()).words["market"]) - 12
    assert problem.sentence().startswith("events[0].market: 'turkmen_gas' is not a market; allowed: ")
    assert problem.sentence().endswith(f" and {rest} more; `multivector show markets` lists them all")


@pytest.mark.parametrize(
    ("kind", "word", "meant"),
    [
        ("dyad", "AZE-ARM", "ARM-AZE"),
        ("dyad", "aze-arm", "ARM-AZE"),
        ("dyad", "Azerbaijan-Armenia", "ARM-AZE"),
        ("dyad", "armenia-azerbaijan", "ARM-AZE"),
        ("link", "Blue Stream", "G011"),
        ("link", "Blu Stream", "G011"),
        ("country", "Kazakhstan", "KAZ"),
        ("country", "kyrgystan", "KGZ"),
        ("country", "Turkey", "TUR"),
        ("dyad", "Turkey-Armenia", "ARM-TUR"),
        ("link", "B_KHORGOS", "F001b' or 'F004' or 'G015d"),
        ("link", "Altynkol", "F004' or 'F008"),
    ],
)
def test_a_name_or_a_pair_the_other_way_round_suggests_the_word_it_means(kind, word, meant):
    words = vocabulary(shipped_tables())
    assert words.meant(kind, word) == meant.split("' or '")
    key, change = {"country": ("gdp", "multiply"), "link": ("link", "set"), "dyad": ("dyad", "becomes")}[kind]
    event = {"at": "2030Q1", key: word, change: "open" if kind == "dyad" else 1.0}
    event |= {"property": "open"} if kind == "link" else {}
    scenario = Scenario.model_validate({"scenario": "x", "title": "X", "question": "What?", "events": [event]})
    (problem,) = check_scenario(scenario, shipped_tables())
    known = showing({"country": "countries"}.get(kind, f"{kind}s"))
    assert (
        problem.sentence() == f"events[0].{key}: '{word}' is not a {kind}; {known} lists them. Did you mean '{meant}'?"
    )


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        ("trader", "EU", "WEST"),
        ("trader", "European Union", "WEST"),
        ("trader", "USA", "WEST"),
        ("trader", "DEU", "DEU"),
        ("pole", "Germany", "WEST"),
        ("supplier", "Turkey", "TUR"),
        ("controller", "Russian Federation", "RUS"),
    ],
)
def test_a_state_that_is_no_word_of_its_own_leads_to_its_pole(kind, name, word):
    assert vocabulary(shipped_tables()).meant(kind, name) == [word]


def test_a_name_of_something_else_is_told_to_be_one():
    event = {"at": "2030Q1", "offer": {"country": "China", "pole": "Kazakhstan"}, "set": 0.1}
    texts = {"scenario": "x", "title": "X", "question": "What?"}
    problems = check_scenario(Scenario.model_validate({**texts, "events": [event]}), shipped_tables())
    country, pole = (problem.sentence() for problem in problems)
    assert country.startswith(
        "events[0].offer.country: 'China' is not a country; it is the pole CHN; allowed: ARM, AZE,"
    )
    assert pole == (
        "events[0].offer.pole: 'Kazakhstan' is not a pole; it is the country KAZ; allowed: CHN, RUS, TUR, WEST"
    )


def test_the_words_of_a_claim_are_the_labels_its_measure_has():
    words, axes = vocabulary(shipped_tables()).words, build_axes(shipped_tables())
    dimensions = {name for measure in MEASURES.values() for name in measure.dimensions} - {"market"}
    assert {name: words[name] for name in dimensions} == {name: tuple(axes[name]) for name in dimensions}


def test_the_nearest_word_ignores_case_and_far_words():
    assert nearest("kaz", ["KAZ", "KGZ"]) == "KAZ"
    assert nearest("entirely different", ["KAZ", "KGZ"]) == ""


BELOW = NAMED.format("below") + (
    "parameters: {routing.theta_oil: 8}\nsample: {routing.theta_gas: {uniform: [4, 10]}}\n"
    "events:\n- {id: one, at: 2026Q1, gdp: KAZ, multiply: 0.9}\n"
)
ABOVE = NAMED.format("above").replace("baseline", "below.yaml")
BOTH = "parameters: {routing.theta_freight: 8}\nsample: {routing.theta_freight: {uniform: [4, 10]}}\n"
REPLACED = "events:\n- {at: 2027Q1, gdp: UZB, multiply: 0.9}\n- {id: one, at: 2026Q1, gdp: KAX, multiply: 0.9}\n"


@pytest.mark.parametrize(
    ("more", "place"), [(BOTH, (6, "sample.routing.theta_freight")), (REPLACED, (7, "events[1].gdp"))]
)
def test_a_mistake_on_top_of_a_base_is_told_at_its_place_in_its_own_file(tmp_path, more, place):
    """What is fixed and sampled in one file, whatever the base does, and an event that replaces one of the base."""
    (tmp_path / "below.yaml").write_text(BELOW)
    (tmp_path / "above.yaml").write_text(ABOVE + more)
    assert [(problem.line, problem.path) for problem in examine_shipped(tmp_path / "above.yaml").problems] == [place]
