"""Axes of a world, in the order of the tables."""

import pandas as pd

from model.axes import CHANNELS, COMMODITY_LAYERS, TERMS, Axis

EXCHANGE_LAYERS = ("oil", "gas")
WORLD_PRICES = ("oil", "gas", "sea_freight")


def build_axes(
    links: pd.DataFrame,
    countries: pd.DataFrame,
    poles: pd.DataFrame,
    dyads: pd.DataFrame,
    projects: pd.DataFrame,
    institutions: pd.DataFrame,
    corridors: pd.DataFrame,
) -> dict[str, Axis]:
    """Every axis by name but the markets; controllers are the poles and then the agents that are no pole."""
    agents = tuple(countries.loc[countries["role"].isin(("full", "light")), "id"])
    pole = tuple(dict.fromkeys(poles["pole"]))
    labels: dict[str, tuple[str, ...]] = {
        "country": agents,
        "pole": pole,
        "controller": (*pole, *(agent for agent in agents if agent not in pole)),
        "economy": (*(f"country:{c}" for c in agents), *(f"pole:{p}" for p in pole)),
        "link": tuple(links["id"]),
        "dyad": tuple(dyads["id"]),
        "project": tuple(projects["id"]),
        "institution": tuple(institutions["id"]),
        "corridor": tuple(corridors["id"]),
        "channel": CHANNELS,
        "term": TERMS,
        "commodity": EXCHANGE_LAYERS,
        "exchange": EXCHANGE_LAYERS,
        "layer": COMMODITY_LAYERS,
        "world_price": WORLD_PRICES,
    }
    return {name: Axis(name, values) for name, values in labels.items()}
