"""The schema for editors: every word that a file may use and none else, where it may stand."""

import re

import pytest

from scenarios.editor import KINDS, editor_schema
from scenarios.fields import DATES, SHAPES
from scenarios.schema import Claim, Event, Membership, Rivalry, Scenario, Toward, Trade
from scenarios.tables import shipped_tables
from scenarios.vocabulary import vocabulary

MODELS = {model.__name__: model for model in (Claim, Event, Membership, Rivalry, Toward, Trade)}


@pytest.fixture(scope="module")
def words():
    return vocabulary(shipped_tables())


@pytest.fixture(scope="module")
def schema(words):
    return editor_schema(words)


def enums(node):
    """Every list of words within a part of the schema."""
    if isinstance(node, dict):
        found = [node["enum"]] if "enum" in node else []
        return found + [each for key, inner in node.items() if key != "enum" for each in enums(inner)]
    return [each for inner in node for each in enums(inner)] if isinstance(node, list) else []


@pytest.mark.parametrize("model", sorted(KINDS))
def test_each_key_offers_the_words_of_its_kind(schema, words, model):
    for key, kind in KINDS[model].items():
        offered = enums(schema["$defs"][model]["properties"][key])
        assert offered
        if kind in words.words:
            assert all(each == list(words.words[kind]) for each in offered)


def test_parameters_and_samples_are_named_by_parameters(schema, words):
    for key in ("parameters", "sample"):
        assert schema["properties"][key]["propertyNames"]["enum"] == list(words.words["parameter"])


def test_every_key_is_explained_and_no_other_is_allowed(schema):
    parts = {**schema["$defs"], "Scenario": schema}
    for name, model in {**MODELS, "Scenario": Scenario}.items():
        keys = {field.alias or key for key, field in model.model_fields.items()}
        assert set(parts[name]["properties"]) == keys
        assert parts[name]["additionalProperties"] is False
        assert all(each.get("description") for each in parts[name]["properties"].values())


def test_dates_and_distributions_have_the_shapes_that_reading_takes(schema):
    date = schema["$defs"]["Event"]["properties"]["at"]["anyOf"][1]["properties"]
    assert [re.findall(r"\w+", example)[0] for example in DATES] == list(date)
    assert list(schema["properties"]["sample"]["additionalProperties"]["properties"]) == list(SHAPES)
