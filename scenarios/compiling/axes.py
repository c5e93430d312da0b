"""Axes of a world, in the order of the tables."""

from model.axes import ALL_GOODS, CHANNELS, COMMODITY_LAYERS, TERMS, Axis
from scenarios.states import POSTURES
from scenarios.tables import Tables

AGENTS = ("full", "light")
"""Roles of countries that act."""
EXCHANGE_LAYERS = ("oil", "gas")
WORLD_PRICES = ("oil", "gas", "sea_freight")


TRADE_POLE = {"EU27": "WEST", "USA": "WEST"}
"""Pole of partners that are no single state, or act as one."""


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
        "trader": traders(tables),
        "goods": goods(tables),
        "way": ways(tables),
        "party": (ALL_GOODS, *traders(tables)),
        "contract": tuple(tables["contracts"]["id"]),
        "project": tuple(tables["projects"]["id"]),
        "institution": tuple(tables["institutions"]["id"]),
        "posture": POSTURES,
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


def goods(tables: Tables) -> tuple[str, ...]:
    """What trade may be barred in: everything, a layer, or a commodity that goes by freight."""
    markets = tables["markets"]
    return (ALL_GOODS, *COMMODITY_LAYERS, *dict.fromkeys(markets.loc[markets["layer"] == "freight", "commodity"]))


def ways(tables: Tables) -> tuple[str, ...]:
    """What goods pass over: states with links on their soil, and links."""
    links = tables["links"]
    return (*sorted({state for states in links["territories"] for state in states}), *links["id"])


def traders(tables: Tables) -> tuple[str, ...]:
    """Who sells and buys: poles, agents, and other states at an end of a market."""
    markets = tables["markets"]
    ends = (name for column in ("owner", "partner") for names in markets[column] for name in names)
    poles, agents = tables["poles"]["pole"], tables["countries"]
    acting = agents.loc[agents["role"].isin(AGENTS), "id"]
    return tuple(dict.fromkeys((*poles, *acting, *(TRADE_POLE.get(name, name) for name in ends))))
