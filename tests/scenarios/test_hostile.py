"""Whatever a file holds, there is a scenario or there are problems, never a traceback."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scenarios import Scenario, ScenarioError, examine, load_tables
from scenarios.files import LIBRARY
from scenarios.read import examine_shipped

SMALL = Path(__file__).parent / "tables"
TABLES = load_tables([SMALL])
KEYS = [
    *("scenario", "title", "question", "extends", "start", "until", "seed", "events", "parameters", "sample", "expect"),
    *("over", "triangular", "choice", "offer", "gdp", "price", "where", "during", "probability", "normal", "lognormal"),
    *("id", "at", "for", "link", "property", "set", "add", "becomes", "project", "membership", "follows", "after"),
    *(
        "coercion",
        "country",
        "pole",
        "rivalry",
        "pair",
        "claim",
        "measure",
        "where",
        "by",
        "relation",
        "size",
        "uniform",
    ),
]
WORDS = ["F1", "AAA", "2030Q1", "2030q1", "open", "falls", "baseline", "x", "", "8 quarters", "alignment.half_life"]
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
documents = st.dictionaries(st.sampled_from(KEYS[:11]), trees, max_size=8)
LIBRARY_FILES = [YAML(typ="safe", pure=True).load(path) for path in sorted(LIBRARY.glob("*.yaml"))]
LIBRARY_TEXTS = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))]
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def examined(path, content):
    path.write_bytes(content)
    return examine(path, TABLES)


def decided(found):
    """Whether there is a scenario or there are problems, each with a sentence, and not both."""
    worded = all(problem.sentence() for problem in (*found.problems, *found.warnings))
    return worded and isinstance(found.scenario, Scenario) != bool(found.problems)


@quick
@given(document=documents)
def test_any_values_give_a_scenario_or_problems(tmp_path, document):
    assert decided(examined(tmp_path / "any.yaml", json.dumps(document).encode()))


@quick
@given(content=st.binary(max_size=200))
@example(b"- - - - : [")
@example(b"a: 0x\nb: 1_\nc: 1e9999\nd: 0o9\ne: 12:30:45")
@example(b"%YAML 9.9\n---\na: b")
@example(b"a: b\n---\nc: d")
@example(b"<<: {a: b}\n<<: [c]")
@example(b"a: " + b"9" * 5000)
@example(b"a: 2024-13-45\nb: 2001-12-14t21:59:43.10-05:00")
def test_any_bytes_give_a_scenario_or_problems(tmp_path, content):
    assert decided(examined(tmp_path / "any.yaml", content))


@quick
@given(
    text=st.sampled_from(LIBRARY_TEXTS), cut=st.integers(0, 3000), length=st.integers(0, 40), patch=st.text(max_size=8)
)
def test_a_mutated_library_file_gives_a_scenario_or_problems(tmp_path, text, cut, length, patch):
    mutated = text[:cut] + patch + text[cut + length :]
    assert decided(examined(tmp_path / "any.yaml", mutated.encode("utf-8", "replace")))


@settings(quick, max_examples=200)
@given(data=st.data())
@example(data=None)
def test_a_library_file_without_some_of_its_keys_gives_a_scenario_or_problems(tmp_path, data):
    """Keys of events and claims are left out, or stand under another name."""
    content = LOST if data is None else without(data, data.draw(st.sampled_from(LIBRARY_FILES)))
    path = tmp_path / "broken.yaml"
    path.write_text(json.dumps(content, default=str), encoding="utf-8")
    assert decided(examine_shipped(path))


LOST = {
    "scenario": "lost",
    "title": "T",
    "question": "Q?",
    "extends": "baseline",
    "events": [{"id": "closure", "at": "2027Q1", "transit": "IRN", "property": "open", "set": 0}],
    "expect": [
        {"claim": "a", "measure": "corridor_flow", "where": {"corridor": "middle"}, "while": "closure"}
        | {"relation": "rises", "size": 0.1}
    ],
}
"""A claim about an event whose target is no key."""


def without(data, file):
    """A file of which up to four keys of events and claims are gone or renamed."""
    content = deepcopy(file)
    parts = [part for key in ("events", "expect") for part in content.get(key, ())]
    for part in data.draw(st.lists(st.sampled_from(parts or [{}]), max_size=4)):
        if part:
            key = data.draw(st.sampled_from(sorted(part)))
            value, name = part.pop(key), data.draw(st.sampled_from(["", *KEYS]))
            part.update({name: value} if name else {})
    return content


@settings(quick, max_examples=100)
@given(
    name=st.sampled_from(sorted(path.name for path in SMALL.glob("*.csv"))),
    cut=st.integers(0, 900),
    length=st.integers(0, 30),
    patch=st.binary(max_size=8) | st.sampled_from([b",", b'"', b"\n", b";", b"2025Q1", b"-1", b"nan", b"F1", b">"]),
)
def test_a_mutated_table_gives_tables_or_problems(tmp_path, name, cut, length, patch):
    content = (SMALL / name).read_bytes()
    (tmp_path / name).write_bytes(content[:cut] + patch + content[cut + length :])
    with suppress(ScenarioError):
        assert len(load_tables([SMALL, tmp_path])["links"])
    (tmp_path / name).unlink()


@pytest.mark.parametrize("content", ["[" * 200_000, "a: " + "{b: " * 5000, "- " * 50_000, "? " * 3000])
def test_deep_texts_are_refused_quickly(tmp_path, content):
    found = examined(tmp_path / "deep.yaml", content.encode())
    assert decided(found)
    assert found.scenario is None


def test_a_bomb_of_aliases_is_refused(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 5)}]" for i in range(1, 10)]
    found = examined(tmp_path / "bomb.yaml", "\n".join(lines).encode())
    assert decided(found)
    assert any("more than 20000 values" in problem.message for problem in found.problems)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "sample: {alignment.half_life: {lognormal: [1, 1.0e+11]}}",
            "extends: [[baseline]]",
            "extends: {a: baseline}",
        ),
        *("extends: [baseline, 3, null]", "extends: []", f"extends: [{', '.join(['baseline'] * 30)}]"),
        *("events: [{at: {choice: [[2027Q1]]}, gdp: AAA, add: 1}]", "events: [{at: {triangular: [1, 2, 3]}}]"),
        *("events: [{id: a, at: {choice: [0001Q1, 9999Q4]}, gdp: AAA, add: 1}]", "events: [{offer: {country: []}}]"),
        *("events: [{at: 2027Q1, offer: {country: [[AAA]], pole: DDD}, set: 1}]", "events: [{over: for, for: over}]"),
    ],
)
def test_odd_values_under_known_keys_give_a_scenario_or_problems(tmp_path, line):
    assert decided(examined(tmp_path / "odd.yaml", f"scenario: x\ntitle: X\nquestion: Q?\n{line}\n".encode()))


def test_a_chain_of_bases_ends_and_bases_of_bases_are_read_once(tmp_path):
    for i in range(30):
        below = f"[s{i + 1}.yaml, s{i + 2}.yaml]" if i < 28 else "baseline"
        (tmp_path / f"s{i}.yaml").write_text(f"scenario: s{i}\ntitle: X\nquestion: Q?\nextends: {below}\n")
    problems = examine(tmp_path / "s0.yaml", TABLES).problems
    assert {problem.message for problem in problems} == {"makes a chain longer than 20"}
    assert isinstance(examine(tmp_path / "s12.yaml", TABLES).scenario, Scenario)


def test_no_code_runs(tmp_path):
    marker = tmp_path / "ran"
    text = f"seed: !!python/object/apply:os.system ['touch {marker}']\n"
    found = examined(tmp_path / "code.yaml", text.encode())
    assert decided(found)
    assert found.scenario is None
    assert not marker.exists()
