"""Requests made in Python: whatever is of the wrong kind or misspelt is a message that says what is wanted."""

from pathlib import Path

import numpy as np
import pytest
from engine_double import ENGINE, RECORD, variants

import multivector as mv
from runs.launch import Options, draft, launch
from runs.problems import BatchError

RANGE = mv.Range("alignment.half_life", 1, 8)
NAMED = "is wanted: what mv.load takes, not what it gives"
SAMPLES = "mv.fixed({name: value}), mv.grid, mv.sobol and others make one"


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    options, ready = Options(workers=1, record=RECORD, out=tmp_path_factory.mktemp("api"), name="b"), variants(0, 1)
    return launch(ready, draft(ready, 3, 1, None, options), options, ENGINE)


def refused(ask):
    with pytest.raises(BatchError) as raised:
        ask()
    return str(raised.value)


def test_star_imports_every_public_name_and_nothing_else():
    found = {}
    exec("from multivector import *", found)  # noqa: S102 - that is what is tested
    assert set(found) - {"__builtins__"} == set(mv.__all__) == set(dir(mv))
    assert "run" in mv.__all__


def test_a_batch_is_opened_by_text_by_path_or_as_it_is(batch):
    for given in (str(batch.folder), batch.folder, batch):
        assert mv.open_batch(given).scenarios == ("baseline", "second")
    assert mv.Batch(str(batch.folder)) == batch


def test_no_batch_there_is_said_at_once(tmp_path):
    assert refused(lambda: mv.Batch(tmp_path)) == f"{tmp_path}/manifest.json: not there; is {tmp_path} a batch folder?"


@pytest.mark.parametrize("ask", [mv.Batch, mv.open_batch, mv.compare, lambda it: mv.rerun(it, "baseline", 0)])
def test_what_is_no_path_is_no_batch(ask):
    assert refused(lambda: ask(3)) == "batch 3: a path is wanted"


def test_a_misspelt_scenario_or_measure_is_answered_with_the_nearest(batch):
    place = batch.folder
    assert refused(lambda: batch.dataset("basline")) == f"{place}: no scenario 'basline'; did you mean baseline?"
    assert refused(lambda: batch.frame("Flw")) == f"{place}: no measure 'Flw'; did you mean flow?"
    assert refused(lambda: batch.dataset("baseline", 3)) == "measures 3: a list of names is wanted"


def test_one_measure_needs_no_list(batch):
    assert list(batch.dataset("baseline", "flow")) == list(batch.dataset("baseline", ["flow"])) == ["flow"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scenarios": 3}, f"scenarios 3: a library name, a path, or a list of them {NAMED}"),
        ({"scenarios": [3]}, f"scenario 3: a library name or a path {NAMED}"),
        ({"runs": "3"}, "runs '3': a whole number is wanted"),
        ({"runs": 3.0}, "runs 3.0: a whole number is wanted"),
        ({"seed": 1.5}, "seed 1.5: a whole number is wanted"),
        ({"until": 2030}, "until 2030: a quarter such as 2030Q4 is wanted"),
        ({"sample": {"p": 2.0}}, f"sample {{'p': 2.0}}: {SAMPLES}"),
        ({"options": {"out": "x"}}, "options {'out': 'x'}: mv.Options(...) is wanted"),
    ],
)
def test_a_batch_asked_for_with_the_wrong_kind_of_argument_is_refused(given, message):
    assert refused(lambda: mv.run(**{"scenarios": "baseline"} | given)) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"workers": 0}, "workers 0: must be at least 1"),
        ({"workers": "2"}, "workers '2': a whole number is wanted"),
        ({"block": 0}, "block 0: must be at least 1"),
        ({"every": "anual"}, "every: no interval 'anual'; did you mean annual?"),
        ({"record": "flow"}, "record 'flow': a tuple of measures is wanted"),
        ({"out": 3}, "out 3: a path is wanted"),
        ({"name": 3}, "name 3: a plain folder name is wanted"),
    ],
)
def test_options_are_held_to_their_kinds(given, message):
    assert refused(lambda: mv.Options(**given)) == message


def test_every_wrong_argument_of_a_batch_is_named_at_once():
    with pytest.raises(BatchError) as raised:
        mv.run(["baselin", "basel"], runs=0, seed="x", sample=mv.fixed({"foo": 1.0}), until="2030")
    first, second, third, *rest = str(raised.value).splitlines()
    assert first == "runs 0: out of range; allowed: 1 to 10000000 of each scenario and point"
    assert second == "seed 'x': a whole number is wanted"
    assert third == "foo: no such parameter; `multivector show parameters` lists them"
    assert [line for line in rest if not line.startswith("  '")] == [
        "1 problem in basel",
        "1 problem in baselin",
        "1 problem in the request",
        "  until: '2030' is not a quarter; write it like 2030Q4",
    ]


def test_every_wrong_option_is_named_at_once():
    assert refused(lambda: mv.Options(workers=0, block=0, every="x", name="a/b")).splitlines() == [
        "workers 0: must be at least 1",
        "block 0: must be at least 1",
        "every: no interval 'x'; there are annual, quarterly",
        "--name a/b: a plain folder name is wanted; the place goes to --out",
    ]


def test_a_misspelt_measure_to_record_is_answered_with_the_nearest():
    said = "record: no measure 'alignmet'; did you mean alignment? `multivector show measures` lists them"
    assert refused(lambda: Options(record=("alignmet",))) == said


def test_numbers_and_paths_of_other_libraries_are_taken():
    made = Options(out="there", workers=np.int64(2))
    assert made.out == Path("there")
    assert draft(variants(0), np.int64(3), np.int64(1), None, Options(record=["flow"])).content()["record"] == ["flow"]
    assert mv.fixed({"p": np.float32(0.5)}).points.values.tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: mv.Range("p", "1", 8), "p: low '1': a number is wanted"),
        (lambda: mv.Range("p", 8, 1), "p=8:1:5: needs a name, LOW below HIGH and at least 2 points"),
        (lambda: mv.Range("p", 1, 8, 1), "p=1:8:1: needs a name, LOW below HIGH and at least 2 points"),
        (lambda: mv.Range("p", 1, 8, 2.5), "p: count 2.5: a whole number is wanted"),
        (lambda: mv.grid("p"), "ranges 'p': a list of mv.Range is wanted"),
        (lambda: mv.grid([("p", 1, 8)]), "ranges ('p', 1, 8): mv.Range(name, low, high) is wanted"),
        (lambda: mv.sobol((RANGE,), runs="4", seed=1), "runs '4': a whole number is wanted"),
        (
            lambda: mv.latin_hypercube((RANGE,), runs=0, seed=1),
            "runs 0: out of range; allowed: 1 to 10000000 of each scenario and point",
        ),
        (lambda: mv.sobol((), runs=4, seed=1), "ranges: none; give one mv.Range(name, low, high) at least"),
        (lambda: mv.fixed({"p": "two"}), "p 'two': a number is wanted"),
        (lambda: mv.fixed([1]), "settings [1]: a mapping of parameters to numbers is wanted"),
        (lambda: mv.fixed({3: 1.0}), "settings 3: the name of a parameter is wanted"),
        (lambda: mv.grid([RANGE], 3), "settings 3: a mapping of parameters to numbers is wanted"),
        (lambda: mv.grid([RANGE], {"p": "b"}), "p 'b': a number is wanted"),
        (lambda: mv.from_file("points.csv", 3), "settings 3: a mapping of parameters to numbers is wanted"),
        (lambda: mv.from_file(3), "file 3: a path is wanted"),
        (
            lambda: mv.Sample(points=3),
            "points 3: a table is wanted; mv.fixed({name: value}), mv.grid, mv.sobol and others make one",
        ),
        (lambda: mv.from_priors("x"), f"sample 'x': {SAMPLES}"),
    ],
)
def test_samples_are_made_of_ranges_and_numbers(ask, message):
    assert refused(ask) == message


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: mv.load(3), "scenario: '3' is not a library name or a path"),
        (lambda: mv.load("baseline", 3), "tables: '3' is not a set of tables; a folder of corrected ones goes to data"),
        (lambda: mv.load("baseline", data=3), "data: '3' is not a folder"),
        (lambda: mv.compile_scenario("baseline"), "scenario: 'baseline' is not a scenario as mv.load gives it"),
        (
            lambda: mv.compile_scenario(mv.load("baseline"), "x"),
            "tables: 'x' is not a set of tables; a folder of corrected ones goes to data",
        ),
        (
            lambda: mv.compile_scenario(mv.load("baseline"), network=3),
            "network: '3' is not a network that was built of tables",
        ),
    ],
)
def test_a_scenario_is_read_and_compiled_of_what_it_is_made_of(ask, message):
    with pytest.raises(mv.ScenarioError) as raised:
        ask()
    assert str(raised.value) == f"1 problem in the request\n  {message}"


def test_a_comparison_is_written_of_one():
    assert refused(lambda: mv.write_comparison(3, "x")) == "comparison 3: what mv.compare gives is wanted"


@pytest.mark.parametrize(("given", "what"), [({"run": "0"}, "run '0'"), ({"run": 0, "point": 0.5}, "point 0.5")])
def test_a_run_and_a_point_are_whole_numbers(batch, given, what):
    assert refused(lambda: mv.rerun(batch, "baseline", **given)) == f"{what}: a whole number is wanted"
