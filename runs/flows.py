"""Flows as published series see them, beside the model's, and what exactness at base costs in constants.

An observation counts what passes any of its links, each unit once: by layer,
cargo, direction and parties. Base flows are exact by construction
for every pair and market; published totals over several of them are not.
"""

# ruff: noqa: PLC0415 - the tables load only when a case is made

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.arrays import Array
from model.now import Now
from model.quarters import PER_YEAR
from model.state import State
from model.world import World
from runs.base import base_state
from scenarios.compile import Network
from scenarios.compiling.axes import EXCHANGE_LAYERS
from scenarios.compiling.exchange import substance
from scenarios.routes import Route
from scenarios.tables import Tables

BASE_YEAR = 2024
FORWARD, BACKWARD = 1, -1
RULES = (
    *("id", "name", "links", "layers", "commodities", "direction", "includes_oil"),
    *("scope_note", "parties", "not_parties"),
)
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A compiled scenario with the tables and routes it came from."""

    tables: Tables
    network: Network
    world: World

    @cached_property
    def base(self) -> tuple[State, Now]:
        """Opening of one run."""
        return base_state(self.world)

    @cached_property
    def freight_walks(self) -> "tuple[Walk, ...]":
        """Routes of one-sided markets as links with directions, in the order of the model's routes."""
        markets = self.network.reach.markets
        return tuple(self._walks(zip(self.network.reach.routes, markets["origins"], strict=True)))

    @cached_property
    def exchange_walks(self) -> "tuple[Walk, ...]":
        """Routes of oil and gas in the order of the model's routes."""
        trade = self.network.trade
        origins = [trade.sources["origins"][a] for a, _ in trade.pairs]
        return tuple(self._walks(zip(trade.routes, origins, strict=True)))

    def _walks(self, found: Iterable[tuple[tuple[Route, ...], tuple[str, ...]]]) -> "Iterator[Walk]":
        ends = list(zip(self.network.links["from"], self.network.links["to"], strict=True))
        for routes, origins in found:
            yield from (walk(route, ends, origins) for route in routes)


Walk = dict[int, int]
"""Link position to the direction in which a route passes it."""


def load_case(scenario: str = "baseline", data: Path | None = None) -> Case:
    """A library scenario with its tables and network, those of a user in `data` laid over the shipped ones.

    Compiled once a process, as its tables are read once.
    """
    return _compiled_once(scenario, data and data.resolve())


@cache
def _compiled_once(scenario: str, data: Path | None) -> Case:
    from scenarios import load_scenario
    from scenarios.compile import compile_scenario, shipped_network
    from scenarios.tables import shipped_tables

    start = str(load_scenario(scenario).start)
    tables, network = shipped_tables(start, data), shipped_network(start, data)
    return Case(tables, network, compile_scenario(load_scenario(scenario, tables), tables, network))


def walk(route: Route, ends: list[tuple[str, str]], origins: Iterable[str]) -> Walk:
    """Directions in which a route from one of the origins passes its links."""
    for start in origins:
        directions, node = {}, start
        for link in route:
            tail, head = ends[link]
            if node not in {tail, head}:
                break
            directions[link] = FORWARD if node == tail else BACKWARD
            node = head if node == tail else tail
        else:
            return directions
    msg = f"route {route} leaves from none of {tuple(origins)}"
    raise ValueError(msg)


def passes(found: Walk, links: Iterable[int], *, forward: bool) -> bool:
    """Whether a route passes any of some links, in their direction if that is asked."""
    return any(found.get(link) is not None and (not forward or found[link] == FORWARD) for link in links)


def observed_flow(case: Case, state: State, observation: pd.Series) -> float:
    """What an observation would have counted in a state, layer unit a year; each unit once."""
    total = 0.0
    layers = set(observation["layers"])
    if layers & set(EXCHANGE_LAYERS):
        total += _counted(case.exchange_walks, case, observation, _energy_seen(case, observation), state.exchange.flow)
    if layers - set(EXCHANGE_LAYERS):
        total += _counted(case.freight_walks, case, observation, _freight_seen(case, observation), state.freight.flow)
    return PER_YEAR * total


def _counted(walks: tuple[Walk, ...], case: Case, observation: pd.Series, seen: Marks, flow: Array) -> float:
    """Flow of the routes seen that pass any link, unit per quarter."""
    links = [case.world.axes["link"].at(link) for link in observation["links"]]
    forward = observation["direction"] == "forward"
    on = np.array([passes(found, links, forward=forward) for found in walks])
    return float(flow[on & seen, 0].sum())


def _freight_seen(case: Case, observation: pd.Series) -> Marks:
    """Routes whose market's cargo and parties an observation counts, (H,)."""
    markets = case.network.reach.markets
    chosen = markets["layer"].isin(observation["layers"])
    if "containers" in observation["commodities"]:
        chosen &= markets["commodity"].str.contains("container")
    parties = (markets["owner"] + ";" + markets["partner"].fillna("")).str.split(";").map(set)
    if observation["parties"]:
        chosen &= parties.map(lambda states: bool(states & set(observation["parties"])))
    chosen &= parties.map(lambda states: not states & set(observation["not_parties"]))
    return np.asarray(chosen.to_numpy(dtype=bool)[case.world.freight.routes.market])


def _energy_seen(case: Case, observation: pd.Series) -> Marks:
    """Routes whose source is of a layer and substance an observation counts, (H,)."""
    sources = case.network.trade.sources
    chosen = sources["layer"].isin(observation["layers"])
    if "crude oil" in observation["commodities"]:
        chosen &= sources["commodity"].map(lambda name: "crude" in substance(name))
    return np.asarray(chosen.to_numpy(dtype=bool)[case.world.exchange.pairs.source])


def observed(case: Case, year: int) -> pd.DataFrame:
    """Published totals of one year with how they count; `comparable` is false where the scope differs."""
    rows = case.tables["observed_flows"]
    rules = case.tables["observations"][list(RULES)].rename(columns={"id": "observation"})
    rows = rows[rows["year"] == year].merge(rules, on="observation")
    freight = rows["layers"].map(lambda layers: "freight" in layers)
    bound = rows["scope_note"].str.contains("upper bound")
    return rows.assign(layer=rows["layers"].str[0], comparable=~(freight & rows["includes_oil"]) & ~bound)


def last_published(case: Case) -> pd.DataFrame:
    """The published total of each observation in its last year up to 2024, with how it counts."""
    rows = case.tables["observed_flows"]
    last = rows[rows["year"] <= BASE_YEAR].groupby("observation")["year"].max()
    table = pd.concat([observed(case, year) for year in sorted(set(last))], ignore_index=True)
    return table[table["year"] == table["observation"].map(last)]


def base_flows(case: Case) -> pd.DataFrame:
    """Every published total beside the model at base; the last year published where 2024 is not.

    `note` says what differs in scope or how the figure was derived.
    """
    state, _ = case.base
    table = last_published(case)
    modelled = [observed_flow(case, state, row) for _, row in table.iterrows()]
    table = table.assign(
        observed=table["volume"], modelled=modelled, note=[_remark(row) for _, row in table.iterrows()]
    )
    return _with_error(table)[
        ["observation", "layer", "year", "observed", "modelled", "error", "comparable", "confidence", "note"]
    ].sort_values(["layer", "observation"], ignore_index=True)


def _remark(row: pd.Series) -> str:
    """What a reader must know about a published total."""
    late = f"2024 not published, {row['year']} shown" if row["year"] < BASE_YEAR else ""
    return "; ".join(part for part in (late, row["note"], row["scope_note"]) if part)


def _with_error(table: pd.DataFrame) -> pd.DataFrame:
    """Relative error of `modelled` against `observed`."""
    return table.assign(error=table["modelled"] / table["observed"] - 1.0)


def pair_names(case: Case) -> list[tuple[str, str]]:
    """Source and sink of every pair the model knows, in its order."""
    trade = case.network.trade
    return [(str(trade.sources["id"][a]), str(trade.sinks["id"][d])) for a, d in trade.pairs]


def pair_flow(case: Case, flow: Array) -> Array:
    """Flow of each pair, unit a year, from the flows of routes (H, 1)."""
    total = np.bincount(case.world.exchange.pair, flow[:, 0], len(case.network.trade.pairs))
    return np.asarray(PER_YEAR * total, dtype=np.float64)


def base_pairs(case: Case) -> pd.DataFrame:
    """Every pair of oil and gas with its base flow as put in and as solved, its range, its kind and its constant.

    Kinds: i observed, ii open but never observed, iii never open at base.
    """
    state, now = case.base
    system, constant = case.world.exchange, now.base.exchange.constant[:, 0]
    seen = case.tables["pair_flows"]
    seen = seen[seen["year"] == BASE_YEAR].set_index(["source_market", "sink_market"])
    rows = pd.DataFrame(pair_names(case), columns=["source", "sink"])
    rows["layer"] = case.network.trade.sources.set_index("id")["layer"].reindex(rows["source"]).to_numpy()
    published = seen.reindex(pd.MultiIndex.from_frame(rows[["source", "sink"]]))
    for name in ("low", "high", "confidence", "note"):
        rows[name] = published[name].to_numpy()
    rows["observed"], rows["modelled"] = PER_YEAR * system.flow, pair_flow(case, state.exchange.flow)
    is_open = system.flow > 0.0
    rows["kind"] = np.where(published["volume"].notna() & is_open, "i", np.where(is_open, "ii", "iii"))
    rows["constant"] = constant
    return rows


def base_markets(case: Case) -> pd.DataFrame:
    """Every one-sided market with its base volume as put in and as solved, unit a year."""
    state, _ = case.base
    routes = case.world.freight.routes
    markets = case.network.reach.markets
    carried = PER_YEAR * routes.market_sum(state.freight.flow)[:, 0]
    return _with_error(
        markets[["id", "layer", "method", "low", "high", "confidence"]].assign(
            observed=PER_YEAR * case.world.freight.volume, modelled=carried
        )
    )


def free_constants(case: Case) -> pd.DataFrame:
    """Number and range of the constants that make the base exact, by commodity and kind."""
    pairs = base_pairs(case)
    rows = [
        {
            "commodity": layer,
            "constants": f"pairs of kind {kind}",
            "number": len(group),
            "smallest": low,
            "largest": high,
        }
        for (layer, kind), group in pairs.groupby(["layer", "kind"])
        for low, high in [(group["constant"].min(), group["constant"].max())]
    ]
    fitted = case.tables["freight_constants"]
    rows.append(
        {
            "commodity": "freight",
            "constants": "corridor by cargo (USD/t)",
            "number": len(fitted),
            "smallest": fitted["constant"].min(),
            "largest": fitted["constant"].max(),
        }
    )
    for layer, group in case.network.reach.markets.groupby("layer"):
        rows.append({"commodity": layer, "constants": "outside option of a market", "number": len(group)})
    return pd.DataFrame(rows)
