"""Laws of overlays: identity, associativity, later wins, every value knows its origin."""

from hypothesis import given
from hypothesis import strategies as st

from scenarios.overlay import Node, dotted, inherited, origins, overlay

names = st.sampled_from(["a", "b", "c", "d"])
numbers = st.integers(0, 9)


def node(value, file="f", line=1):
    if isinstance(value, dict):
        return Node({key: node(item, file, line) for key, item in value.items()}, file, line)
    if isinstance(value, list):
        return Node(tuple(node(item, file, line) for item in value), file, line)
    return Node(value, file, line)


@st.composite
def documents(draw):
    ids = draw(st.lists(names, unique=True, max_size=3))
    named = [{"id": name, "set": draw(numbers)} for name in ids]
    nameless = [{"set": draw(numbers)} for _ in range(draw(st.integers(0, 2)))]
    fixed = draw(st.dictionaries(names, numbers, max_size=3))
    sampled = {key: {"uniform": [0, 1]} for key in draw(st.lists(names, unique=True, max_size=2)) if key not in fixed}
    parts = {
        "events": [*named, *nameless],
        "parameters": fixed,
        "sample": sampled,
        "until": draw(numbers),
        "expect": [draw(numbers)],
    }
    return {key: parts[key] for key in draw(st.lists(st.sampled_from(sorted(parts)), unique=True))}


def merged(*parts):
    return overlay(*map(node, parts)).plain()


@given(documents())
def test_an_empty_overlay_changes_nothing(document):
    assert merged(document, {}) == document
    assert merged({}, document) == document
    assert overlay(node(document)) == node(document)


@given(documents(), documents(), documents())
def test_overlaying_is_associative(a, b, c):
    left = overlay(overlay(node(a), node(b)), node(c)).plain()
    right = overlay(node(a), overlay(node(b), node(c))).plain()
    assert without_empty(left) == without_empty(right)


def without_empty(document):
    return {key: value for key, value in document.items() if value not in ({}, [])}


@given(documents(), documents())
def test_the_later_overlay_wins(a, b):
    result = merged(a, b)
    for key in ("until", "expect"):
        if key in b:
            assert result[key] == b[key]
    assert result.get("parameters", {}).items() >= b.get("parameters", {}).items()
    for event in b.get("events", []):
        assert event in result["events"]


@given(documents(), documents())
def test_no_parameter_is_fixed_and_sampled_after_an_overlay(a, b):
    result = merged(a, b)
    assert not set(result.get("parameters", {})) & set(result.get("sample", {}))


def test_events_follow_in_order_and_the_same_id_takes_its_old_place():
    base = {"events": [{"id": "x", "set": 1}, {"set": 2}]}
    over = {"events": [{"id": "y", "set": 3}, {"id": "x", "set": 4}]}
    assert merged(base, over) == {"events": [{"id": "x", "set": 4}, {"set": 2}, {"id": "y", "set": 3}]}


def test_a_distribution_replaces_another_whole():
    base = {"sample": {"a": {"uniform": [0, 1]}}}
    assert merged(base, {"sample": {"a": {"normal": [0, 1]}}}) == {"sample": {"a": {"normal": [0, 1]}}}


def test_every_value_knows_the_file_and_line_that_set_it():
    base = node({"until": 1, "parameters": {"a": 1, "b": 2}}, "base.yaml", 3)
    over = node({"parameters": {"b": 5}}, "over.yaml", 7)
    found = origins(overlay(base, over))
    assert found["until"] == "base.yaml:3"
    assert found["parameters.a"] == "base.yaml:3"
    assert found["parameters.b"] == "over.yaml:7"


def test_overlaying_leaves_its_parts_as_they_were():
    base, over = node({"parameters": {"a": 1}}), node({"sample": {"a": {"uniform": [0, 1]}}})
    overlay(base, over)
    assert base == node({"parameters": {"a": 1}})
    assert over == node({"sample": {"a": {"uniform": [0, 1]}}})


def test_texts_and_claims_are_not_inherited():
    document = {"scenario": "x", "title": "X", "question": "?", "extends": "y", "expect": [1], "until": 3}
    assert inherited(node(document)).plain() == {"until": 3}


def test_places_are_written_with_dots_and_brackets():
    assert dotted(("events", 0, "at")) == "events[0].at"
    assert dotted(("parameters", "routing.theta_gas")) == "parameters.routing.theta_gas"
