"""Compile: a scenario and the tables as known at its start become a World.

The one bridge from words to arrays; everything below knows numbers only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from os import PathLike
from pathlib import Path
from types import NoneType

import numpy as np
import pandas as pd

from model.arrays import Array, Indices, Mask, frozen
from model.axes import Axis
from model.quarters import parse_quarter
from model.world import World
from scenarios.compiling.axes import EXCHANGE_LAYERS, build_axes
from scenarios.compiling.contracts import build_contracts, with_agreements
from scenarios.compiling.dyads import build_dyads
from scenarios.compiling.economy import build_economy
from scenarios.compiling.exchange import Observed, Trade, build_exchange, tradable
from scenarios.compiling.freight import Reach, Rules, build_freight, reachable
from scenarios.compiling.links import build_links, control, members_of
from scenarios.compiling.memberships import build_memberships
from scenarios.compiling.paths import Atlas, atlas
from scenarios.compiling.politics import build_politics
from scenarios.compiling.projects import build_projects
from scenarios.compiling.trade import banned_pairs, build_trade
from scenarios.compiling.transit import build_transit
from scenarios.derive import base_volumes
from scenarios.edits import compile_events
from scenarios.impute import impute_links
from scenarios.problems import held_to
from scenarios.schema import Scenario
from scenarios.states import STATE_VALUES
from scenarios.tables import Tables, shipped_tables

MOST_ROUTES = 1500
KEPT = 8  # sets of tables whose network and world are kept


@dataclass(frozen=True, eq=False)
class Network:
    """What the scenarios of one table set share: links, routes and axes; equal to nothing but itself."""

    links: pd.DataFrame
    markets: pd.DataFrame
    atlas: Atlas
    reach: Reach
    trade: Trade
    members: Mapping[str, tuple[str, ...]]
    axes: dict[str, Axis]

    def __post_init__(self) -> None:
        """Refuse a network whose routes would not fit the kernels' budget."""
        if self.routes > MOST_ROUTES:
            msg = f"{self.routes} routes, more than {MOST_ROUTES}: the markets table asks for too many"
            raise ValueError(msg)

    @property
    def routes(self) -> int:
        """Number of routes over all layers."""
        return sum(map(len, self.reach.routes)) + sum(map(len, self.trade.routes))


def build_network(tables: Tables) -> Network:
    """Links, routes and axes of a table set."""
    links = impute_links(tables["links"])
    members = members_of(tables["countries"], tables["poles"])
    markets = with_volumes(tables)
    axes = build_axes(tables)
    links.loc[links["id"].isin(shut_links(tables)) & (links["status"] == "operating"), "status"] = "closed"
    power = control(links, tables["control"], members, axes["controller"])
    world = atlas(links, tables["nodes"], power, bundles(tables))
    two_sided = markets["layer"].isin(EXCHANGE_LAYERS)
    reach = reachable(markets[~two_sided].reset_index(drop=True), world, closed_pairs(tables))
    trade = tradable(markets[two_sided], world)
    names = (*reach.markets["id"], *trade.sources["id"], *trade.sinks["id"])
    axes["market"] = Axis("market", tuple(names))
    return Network(links, markets, world, reach, trade, members, axes)


def shipped_network(at: str = "2025Q1", data: Path | None = None) -> Network:
    """The network of the shipped tables, with a user's own laid over them."""
    return network_of(shipped_tables(at, data))


@lru_cache(maxsize=KEPT)
def network_of(tables: Tables) -> Network:
    """The network of some tables, which do not change; built once for those used last."""
    return build_network(tables)


def with_volumes(tables: Tables) -> pd.DataFrame:
    """Markets with every base volume, unit a year; those whose trade value is unknown are left out."""
    markets = tables["markets"]
    markets["owner"], markets["partner"] = markets["owner"].map(";".join), markets["partner"].map(";".join)
    markets["trade_share"] = markets["trade_share"].astype(float)
    filled = markets.assign(base_volume=base_volumes(markets, tables["trade"]).to_numpy())
    return filled[filled["base_volume"].notna()].reset_index(drop=True)


def closed_pairs(tables: Tables) -> list[tuple[str, str]]:
    """Pairs closed at the start that also bar each other's cargo from their soil."""
    dyads = tables["dyads"]
    shut = dyads[(dyads["state"] == "closed") & barring(dyads)]
    return list(zip(shut["a"], shut["b"], strict=True))


def pole_pairs(axes: Mapping[str, Axis]) -> Indices:
    """Pair of states each country forms with each pole, (C, P), -1 where there is none."""
    dyads = axes["dyad"]
    names = [["-".join(sorted((country, pole))) for pole in axes["pole"]] for country in axes["country"]]
    return np.array([[dyads.at(name) if name in dyads else -1 for name in row] for row in names], dtype=np.intp)


def barring(dyads: pd.DataFrame) -> "pd.Series[bool]":
    """Pairs that, while closed, keep each other's cargo off their soil altogether."""
    return dyads["bars_transit"].astype(float) > 0.0


def bundles(tables: Tables) -> list[tuple[str, ...]]:
    """Sets of links that come into use together: each project's, and those of each pair whose border is closed."""
    opened, closed = tables["project_links"], shut_links(tables)
    projects = [tuple(group["link"]) for _, group in opened[opened["change"] == "opens"].groupby("project")]
    behind = tables["dyad_links"]
    pairs = [tuple(group["link"]) for _, group in behind[behind["link"].isin(closed)].groupby("dyad")]
    return [*projects, *pairs]


def compile_scenario(
    scenario: Scenario,
    tables: Tables | None = None,
    network: Network | None = None,
    *,
    data: str | Path | None = None,
) -> World:
    """World of a scenario. Pass `tables` and `network` to share them between scenarios.

    `data` is a folder of corrected tables, laid over the shipped ones where no `tables` are passed. With neither, it
    is compiled with the tables it was read with. Raises ScenarioError for arguments that are none of these.
    """
    held_to("scenario", scenario, Scenario, "a scenario as mv.load gives it")
    held_to("tables", tables, (Tables, NoneType), "a set of tables; a folder of corrected ones goes to data")
    held_to("network", network, (Network, NoneType), "a network that was built of tables")
    held_to("data", data, (str, PathLike, NoneType), "a folder")
    tables = tables or _tables_of(scenario, data)
    world = _unedited(tables, network or network_of(tables), str(scenario.start), str(scenario.until))
    parameters = {name: float(value) for name, value in scenario.parameters.items()}
    return replace(world, scenario=scenario.scenario, edits=compile_events(scenario), parameters=parameters)


@lru_cache(maxsize=KEPT)
def _unedited(tables: Tables, network: Network, first: str, last: str) -> World:
    """World from one quarter to another with no event and no parameter set: scenarios share it."""
    start, axes = parse_quarter(first), network.axes
    quarters = parse_quarter(last) - start + 1
    links = build_links(network.links, tables, axes, start, quarters)
    barring_pairs = tuple(tables["dyads"].loc[barring(tables["dyads"]), "id"])
    closed = tuple("-".join(pair) for pair in closed_pairs(tables))
    rules = Rules(network.members, barring_pairs, closed, tables["corridors"], tables["freight_constants"])
    in_use = usable_at_base(network.links, links.capacity[0] * links.open, shut_links(tables))
    relations = build_trade(network.reach, network.trade, tables["bans"], axes, network.members)
    flows, banned = tables["pair_flows"], banned_pairs(relations, axes)
    observed = Observed(flows[flows["year"] == flows["year"].max()], in_use, tables["fields"], banned)
    exchange = build_exchange(network.trade, network.atlas, axes, rules, observed)
    freight = build_freight(network.reach, network.atlas, axes, rules)
    contracts = build_contracts(network.trade, exchange, tables["contracts"], axes, network.members, start)
    politics, economy = build_politics(tables, axes, first), build_economy(tables, network.markets, axes)
    agreed = with_agreements(exchange, contracts.pairs)
    dyads = build_dyads(tables, axes, network.members, politics, economy.security, links, freight, start)
    return World(
        scenario="",
        axes=axes,
        start=start,
        quarters=quarters,
        links=links,
        freight=freight,
        exchange=agreed,
        contracts=contracts,
        trade=relations,
        transit=build_transit(network.reach, network.trade, network.links, axes, network.members),
        politics=politics,
        economy=economy,
        memberships=build_memberships(tables, axes, politics, dyads.sides, start),
        dyads=dyads,
        dyad_state=frozen([STATE_VALUES["dyad"][state] for state in tables["dyads"]["state"]]),
        pole_pair=pole_pairs(axes),
        projects=build_projects(tables, axes, links, freight, agreed, start),
        edits=(),
        parameters={},
    )


def _tables_of(scenario: Scenario, data: str | Path | None) -> Tables:
    """The shipped tables with those of a folder over them, or else those that a scenario was read with."""
    if data is None and isinstance(scenario.tables, Tables):
        return scenario.tables
    return shipped_tables(str(scenario.start), None if data is None else Path(data))


def shut_links(tables: Tables) -> set[str]:
    """Links behind a pair of states whose border is closed at the start."""
    shut = tables["dyads"].loc[tables["dyads"]["state"] == "closed", "id"]
    gated = tables["dyad_links"]
    return set(gated.loc[gated["dyad"].isin(shut), "link"])


def usable_at_base(links: pd.DataFrame, capacity: Array, shut: set[str]) -> Mask:
    """Links that carry something in the base quarter, (E,)."""
    closed = (links["status"].isin(("closed", "candidate", "idle")) | links["id"].isin(shut)).to_numpy()
    return np.asarray((capacity > 0.0) & ~closed, dtype=np.bool_)
