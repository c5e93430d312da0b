"""Vocabulary: every word a scenario may use for a thing of the model or the data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.axes import CHANNELS, TERMS
from model.measures import MEASURES
from model.parameters import PARAMETERS
from scenarios.compiling.axes import AGENTS, EXCHANGE_LAYERS, WORLD_PRICES
from scenarios.tables import Tables

TOPICS = {
    "link": "links",
    "corridor": "corridors",
    "market": "markets",
    "project": "projects",
    "dyad": "dyads",
    "institution": "institutions",
    "country": "countries",
    "controller": "countries",
    "parameter": "parameters",
    "measure": "measures",
}
"""Topic of `multivector show` that lists the words of a kind."""
Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Vocabulary:
    """Words by kind (link, market, country, pole, …); a kind that is absent is not checked."""

    words: Words
    layers: Mapping[str, str] = field(default_factory=dict)
    """Layer of each link and market, by id."""
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Lowest and highest value of each parameter."""


def vocabulary(tables: Tables | None = None) -> Vocabulary:
    """Words of the model, and of the data when tables are given."""
    limits = {name: (row.low, row.high) for name, row in PARAMETERS.items()}
    own: Words = {
        "parameter": tuple(PARAMETERS),
        "measure": tuple(MEASURES),
        "commodity": EXCHANGE_LAYERS,
        "price": WORLD_PRICES,
        "channel": CHANNELS,
        "term": TERMS,
    }
    if tables is None:
        return Vocabulary(own, {}, limits)
    return Vocabulary({**own, **_data_words(tables)}, _layers(tables), limits)


def _data_words(tables: Tables) -> Words:
    """Words of the data."""
    table = tables["countries"]
    countries = tuple(str(name) for name in table.loc[table["role"].isin(AGENTS), "id"])
    poles = tables.values("poles", "pole")
    return {
        "link": tables.values("links", "id"),
        "corridor": tables.values("corridors", "id"),
        "market": tables.values("markets", "id"),
        "project": tables.values("projects", "id"),
        "dyad": tables.values("dyads", "id"),
        "institution": tables.values("institutions", "id"),
        "pole": poles,
        "country": countries,
        "controller": tuple(dict.fromkeys((*poles, *countries))),
    }


def _layers(tables: Tables) -> dict[str, str]:
    """Layer of every link and market."""
    pairs = (zip(tables.values(name, "id"), tables[name]["layer"], strict=True) for name in ("links", "markets"))
    return {str(name): str(layer) for table in pairs for name, layer in table}
