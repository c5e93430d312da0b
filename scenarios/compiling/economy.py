"""Output, growth and exposures outside the routed network, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.arrays import Array, frozen
from model.axes import Axis
from model.world import Economy
from scenarios.compiling.politics import active_cells, matrix
from scenarios.derive import delivered_energy, delivered_values, exposures, net_trade
from scenarios.rows import latest, rows
from scenarios.tables import Tables

MILLION_PER_BILLION = 1000.0
QUARTERS = 4.0
DEFAULT_GROWTH = 2.5  # % a year, where the record gives none
ARMS_IN_RELIANCE = 0.5  # weight of arms in the reliance for security, as data/SOURCES.md has it
LEAST_IN_ARMS = 0.01


def indicator(indicators: pd.DataFrame, name: str) -> pd.Series:
    """Latest value by country."""
    known = latest(indicators[indicators["indicator"] == name], ["country"])
    return known.set_index("country")["value"].astype(float)


def economies(axes: Mapping[str, Axis]) -> list[str]:
    """State or pole behind each label of the economy axis."""
    return [label.split(":", 1)[1] for label in axes["economy"]]


@dataclass(frozen=True)
class Exposure:
    """Trade by country and partner, columns x (of absorption) and y (of GDP): beside routed markets, and in all."""

    net: pd.DataFrame
    gross: pd.DataFrame


def trade_exposures(tables: Tables, markets: pd.DataFrame, gdp: pd.Series) -> Exposure:
    """Exposures x and y by country and partner, net of what the routed markets deliver and in all."""
    volumes = markets.set_index("id")["base_volume"].astype(float)
    members = {row.member: row.pole for row in rows(tables["poles"])}
    eu = {state: "EU27" for state, pole in members.items() if pole == "WEST" and state != "USA"}
    flows = tables["pair_flows"]
    energy = delivered_energy(flows[flows["year"] == flows["year"].max()], markets, eu)
    delivered = pd.concat([delivered_values(markets, volumes), energy]).groupby(level=[0, 1, 2]).sum()
    net = net_trade(tables["trade"], delivered)
    world = latest(tables["trade"], ["country", "partner", "quantity"]).query("partner == 'WORLD'")
    totals = world.pivot_table(index="country", columns="quantity", values="value")
    imports, exports = totals["import_value"], totals["export_value"]
    gross = net_trade(tables["trade"], delivered * 0.0)

    def shares(values: pd.Series) -> pd.DataFrame:
        return exposures(values, gdp=gdp, imports=imports.reindex(gdp.index), exports=exports.reindex(gdp.index))

    return Exposure(shares(net), shares(gross))


def world_share(table: pd.DataFrame, column: str, axes: Mapping[str, Axis]) -> Array:
    """Trade of each country with the whole world, (C,)."""
    world = table[column].xs("WORLD", level="partner")
    return world.reindex(list(axes["country"])).fillna(0.0).to_numpy(dtype=float)


def exposure_cells(table: pd.DataFrame, column: str, axes: Mapping[str, Axis]) -> Array:
    """Exposure (C, P); partners without a known value count as 0."""
    countries, poles = axes["country"], axes["pole"]
    cells = np.zeros((len(countries), len(poles)))
    for (country, partner), value in zip(table.index.tolist(), table[column], strict=True):
        if country in countries and partner in poles and np.isfinite(value):
            cells[countries.at(country), poles.at(partner)] = value
    return np.clip(cells, 0.0, 0.9)


def _arms(shares: Array, active: Array) -> Array:
    """Shares of poles in the arms of a country, (C, P): one that delivered nothing may still be ordered from."""
    known = np.maximum(shares, LEAST_IN_ARMS) * active
    return known / np.maximum(known.sum(axis=1, keepdims=True), 1.0)


def build_economy(tables: Tables, markets: pd.DataFrame, axes: Mapping[str, Axis]) -> Economy:
    """GDP, growth and exposures; `markets` carry their base volumes."""
    indicators = tables["indicators"]
    gdp, growth = indicator(indicators, "gdp_bn_usd"), indicator(indicators, "gdp_growth")
    names = economies(axes)
    active = active_cells(axes)
    exposed = trade_exposures(tables, markets, gdp)
    annual = growth.reindex(names).fillna(DEFAULT_GROWTH).to_numpy() / 100.0

    def share(name: str, quantity: str) -> Array:
        return matrix(latest(tables[name], ["country", "partner", "quantity"]), quantity, "value", axes) * active

    reliance = indicator(indicators, "arms_import_reliance").reindex(list(axes["country"])).fillna(1.0)
    return Economy(
        gdp=frozen(gdp.reindex(names).to_numpy() * MILLION_PER_BILLION / QUARTERS),
        growth=frozen(np.log1p(annual) / QUARTERS),
        imports=frozen(exposure_cells(exposed.net, "x", axes) * active),
        exports=frozen(exposure_cells(exposed.net, "y", axes) * active),
        gross_imports=frozen(exposure_cells(exposed.gross, "x", axes) * active),
        gross_exports=frozen(exposure_cells(exposed.gross, "y", axes) * active),
        total_imports=frozen(world_share(exposed.gross, "x", axes)),
        total_exports=frozen(world_share(exposed.gross, "y", axes)),
        remittances=frozen(share("remittances", "remittances_of_gdp")),
        debt=frozen(share("debt", "official_debt_of_gdp")),
        security=frozen(matrix(tables["expert"], "security_reliance", "central", axes) * active),
        arms=frozen(_arms(share("arms", "share_5y"), active)),
        arms_weight=frozen(ARMS_IN_RELIANCE * reliance.to_numpy()),
    )
