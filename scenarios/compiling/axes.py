"""Axes of a world, in the order of the tables."""

from collections.abc import Sequence

import pandas as pd

from model.axes import CHANNELS, COMMODITY_LAYERS, TERMS, Axis

EXCHANGE_LAYERS = ("oil", "gas")
WORLD_PRICES = ("oil", "gas", "sea_freight")


def build_axes(
    countries: pd.DataFrame,
    poles: pd.DataFrame,
    links: pd.DataFrame,
    markets: Sequence[str],
    dyads: pd.DataFrame,
    projects: pd.DataFrame,
    institutions: pd.DataFrame,
) -> dict[str, Axis]:
    """Every axis by name; controllers are the poles and then the agents that are no pole."""
    agents = tuple(countries.loc[countries["role"].isin(("full", "light")), "id"])
    pole = tuple(dict.fromkeys(poles["pole"]))
    corridors = tuple(sorted(set(links.loc[links["layer"] == "freight", "corridor"]) - {"", "domestic"}))
    labels: dict[str, tuple[str, ...]] = {
        "country": agents,
        "pole": pole,
        "controller": (*pole, *(agent for agent in agents if agent not in pole)),
        "economy": (*(f"country:{c}" for c in agents), *(f"pole:{p}" for p in pole)),
        "link": tuple(links["id"]),
        "market": tuple(markets),
        "dyad": tuple(dyads["id"]),
        "project": tuple(projects["id"]),
        "institution": tuple(institutions["id"]),
        "corridor": corridors,
        "channel": CHANNELS,
        "term": TERMS,
        "commodity": EXCHANGE_LAYERS,
        "exchange": EXCHANGE_LAYERS,
        "layer": COMMODITY_LAYERS,
        "world_price": WORLD_PRICES,
    }
    return {name: Axis(name, values) for name, values in labels.items()}
