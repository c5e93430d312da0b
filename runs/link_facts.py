"""What an event on a link changes, as it stands at the base quarter."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from model.links import dyad_openness
from model.openings import gated
from model.quarters import PER_YEAR
from model.recording import record
from runs.flows import Case
from scenarios.compiling.links import control
from scenarios.table_units import COST_UNIT, LAYER_UNIT

NOT_SCARCE = "not scarce"
"""Said of a capacity without bound."""


def link_facts(case: Case, link: str) -> pd.DataFrame:
    """Properties, flow, shadow price and controllers of a link at the base quarter: fact, value, unit.

    The four properties are those an event can change, in the unit it is
    stated in; a capacity that never binds is told as not scarce. `control` is
    kappa, the share of the link that a controller can shut.
    """
    rows = [*_properties(case, link), *_results(case, link), *_control(case, link)]
    return pd.DataFrame(rows, columns=["fact", "value", "unit"])


def link_loads(case: Case) -> pd.DataFrame:
    """Capacity and flow of every link at the base quarter: id, capacity, flow, unit of the layer a year."""
    state, now = case.base
    room, links = PER_YEAR * state.capacity[:, 0], case.world.axes["link"].labels
    layers = case.tables["links"].set_index("id")["layer"]
    return pd.DataFrame(
        {
            "id": links,
            "capacity": [_room(float(value)) for value in room],
            "flow": record(state, now, ("flow",))["flow"][:, 0],
            "unit": [LAYER_UNIT[layers[link]] for link in links],
        }
    )


def _room(value: float) -> float | str:
    """A capacity, which without bound is told as not scarce."""
    return value if math.isfinite(value) else NOT_SCARCE


def _layer(case: Case, link: str) -> str:
    table = case.tables["links"]
    return str(table.loc[table["id"] == link, "layer"].iloc[0])


def _properties(case: Case, link: str) -> Iterator[tuple[str, float | str, str]]:
    """Capacity in force, openness as the border leaves it, cost and days."""
    (state, now), e, layer = case.base, case.world.axes["link"].at(link), _layer(case, link)
    border = gated(case.world.links.gate, dyad_openness(state, now))
    yield "capacity", _room(PER_YEAR * float(state.capacity[e, 0])), LAYER_UNIT[layer]
    yield "open", float(case.world.links.open[e] * border[e, 0]), "0 to 1"
    yield "cost", float(state.cost[e, 0]), COST_UNIT[layer]
    yield "days", float(state.days[e, 0]), "days"


def _results(case: Case, link: str) -> Iterator[tuple[str, float, str]]:
    """Flow and shadow price."""
    state, now = case.base
    units = {"flow": LAYER_UNIT, "shadow_price": COST_UNIT}
    for name, values in record(state, now, tuple(units)).items():
        yield name, float(values[case.world.axes["link"].at(link), 0]), units[name][_layer(case, link)]


def _control(case: Case, link: str) -> Iterator[tuple[str, float, str]]:
    """Power of each controller that has any, the strongest first."""
    axes, network = case.world.axes, case.network
    power = control(network.links, case.tables["control"], network.members, axes["controller"])
    mine = power[axes["link"].at(link)]
    for controller in np.argsort(-mine, kind="stable"):
        if mine[controller] > 0.0:
            yield f"control of {axes['controller'].labels[controller]}", float(mine[controller]), "kappa, 0 to 1"


def market_facts(case: Case, market: str) -> pd.DataFrame:
    """Volume carried and price of a market at the base quarter: fact, value, unit.

    The price of an oil or gas source is its netback: what its buyers pay less
    the cheapest transport to them, and not the `base_price` of the table.
    """
    table = case.tables["markets"]
    layer, at = str(table.loc[table["id"] == market, "layer"].iloc[0]), case.world.axes["market"].at(market)
    units = {"market_volume": LAYER_UNIT, "price": COST_UNIT}
    found = record(*case.base, tuple(units))
    rows = [(name, float(found[name][at, 0]), unit[layer]) for name, unit in units.items()]
    return pd.DataFrame(rows, columns=["fact", "value", "unit"]).dropna(subset="value")
