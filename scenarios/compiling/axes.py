"""Axes of a world, in the order of the tables."""

from model.axes import CHANNELS, COMMODITY_LAYERS, TERMS, Axis
from scenarios.tables import Tables

AGENTS = ("full", "light")
"""Roles of countries that act."""
EXCHANGE_LAYERS = ("oil", "gas")
WORLD_PRICES = ("oil", "gas", "sea_freight")


def build_axes(tables: Tables) -> dict[str, Axis]:
    """Every axis by name but the markets; controllers are the poles and then the agents that are no pole."""
    countries = tables["countries"]
    agents = tuple(countries.loc[countries["role"].isin(AGENTS), "id"])
    pole = tuple(dict.fromkeys(tables["poles"]["pole"]))
    labels: dict[str, tuple[str, ...]] = {
        "country": agents,
        "pole": pole,
        "controller": (*pole, *(agent for agent in agents if agent not in pole)),
        "economy": (*(f"country:{c}" for c in agents), *(f"pole:{p}" for p in pole)),
        "link": tuple(tables["links"]["id"]),
        "dyad": tuple(tables["dyads"]["id"]),
        "supplier": suppliers(tables),
        "contract": tuple(tables["contracts"]["id"]),
        "project": tuple(tables["projects"]["id"]),
        "institution": tuple(tables["institutions"]["id"]),
        "region": tuple(tables["regions"]["id"]),
        "corridor": tuple(tables["corridors"]["id"]),
        "channel": CHANNELS,
        "term": TERMS,
        "commodity": EXCHANGE_LAYERS,
        "exchange": EXCHANGE_LAYERS,
        "layer": COMMODITY_LAYERS,
        "world_price": WORLD_PRICES,
    }
    return {name: Axis(name, values) for name, values in labels.items()}


def suppliers(tables: Tables) -> tuple[str, ...]:
    """Owners of oil and gas sources, the world market among them."""
    markets = tables["markets"]
    return tuple(
        dict.fromkeys(owner for owners in markets.loc[markets["side"] == "source", "owner"] for owner in owners)
    )
