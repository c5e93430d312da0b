"""Editor: the JSON Schema of scenario files, by which an editor completes words and marks mistakes."""

from collections.abc import Mapping
from typing import Any

from scenarios.fields import ID_SCHEMA
from scenarios.schema import Scenario
from scenarios.states import STATE_VALUES
from scenarios.subject import properties
from scenarios.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
KINDS = {
    "Event": {
        **{
            key: key
            for key in ("link", "market", "contract", "project", "dyad", "price", "parameter", "property", "becomes")
        },
        "posture": "pole",
        "leader": "country",
        "demonstration": "pole",
        "gdp": "country",
    },
    "Toward": {"country": "country", "pole": "pole"},
    "Membership": {"country": "country", "institution": "institution"},
    "Trade": {"seller": "trader", "buyer": "trader", "commodity": "traded commodity"},
    "Transit": {"through": "state or link", "party": "party", "commodity": "traded commodity"},
    "Rivalry": {"pair": "pole"},
    "Claim": {"measure": "measure"},
}
"""Kind of the words under each key."""


def editor_schema(words: Vocabulary) -> Schema:
    """JSON Schema of a scenario file, with the words of the model and the data in it."""
    schema: Schema = {"$schema": DIALECT, **Scenario.model_json_schema(by_alias=True)}
    known = {**words.words, "property": _properties(), "becomes": _states()}
    for model, keys in KINDS.items():
        content = schema["$defs"][model]["properties"]
        content |= {key: _with(content[key], known.get(kind, ())) for key, kind in keys.items()}
    for key in ("parameters", "sample"):
        schema["properties"][key]["propertyNames"] = _among(known["parameter"])
    return schema


def _properties() -> tuple[str, ...]:
    """Everything that can change of a target."""
    return tuple(dict.fromkeys(name for key in ("link", "market", "grievance") for name in properties(key)))


def _states() -> tuple[str, ...]:
    """Every state of a project, pair, membership or posture."""
    return tuple(dict.fromkeys(word for states in STATE_VALUES.values() for word in states))


def _with(schema: Any, words: tuple[str, ...]) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """A schema in which every id is one of some words."""
    if isinstance(schema, Mapping):
        if words and ID_SCHEMA.items() <= schema.items():
            kept = {key: value for key, value in schema.items() if key not in ID_SCHEMA}
            return kept | _among(words)
        return {key: _with(value, words) for key, value in schema.items()}
    return [_with(item, words) for item in schema] if isinstance(schema, list) else schema


def _among(words: tuple[str, ...]) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(words)}
