"""Out of sample: the constants of the base year applied to earlier years.

Given are that year's supply, demand, capacity and openness; kept are the pair
constants of oil and gas, the corridor constants and the outside options of
freight. With a year's sales and purchases both given, its prices follow from
clearing and are not fed in a second time.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from model import exchange, freight, newton
from model.arrays import Array
from model.clearing import exchange_conditions, freight_conditions
from model.quarters import PER_YEAR, parse_quarter
from model.state import State
from runs.flows import Case, observed, observed_flow, pair_flow, pair_names
from scenarios.compiling.links import dated_capacity

SWEEPS = 1500
STIFF = 0.01  # response to price of an end whose quantity is given, relative to the model's
SMALLEST = 0.1  # Mt or bcm a year: published to one decimal, so smaller series have no meaningful relative error
BAR, ALARM = 0.15, 0.40


def year_capacity(case: Case, year: int) -> Array:
    """Capacity of each link at the end of a year times its open share of the year, unit per quarter, (E, 1).

    A link whose openness is listed for other years only was open all of this one.
    """
    links = case.network.links
    table = case.tables["openness"]
    share = table[table["year"] == year].set_index("link")["open"].reindex(links["id"]).to_numpy(dtype=float)
    listed = links["id"].isin(table["link"]).to_numpy()
    share = np.where(np.isnan(share) & listed, 1.0, share)
    dated = dated_capacity(links, case.tables["capacities"], parse_quarter(f"{year}Q4"), 1)[0]
    opened = np.where(np.isnan(share), case.world.links.open, share)
    return np.asarray(np.where(opened > 0.0, dated * opened, 0.0)[:, None])


def given_volumes(case: Case, year: int) -> dict[str, float]:
    """Volume of each market known for a year, unit a year; a market without a row is not known."""
    rows = case.tables["market_years"]
    return dict(rows[(rows["year"] == year) & rows["volume"].notna()].set_index("market")["volume"])


def past_state(case: Case, year: int) -> State:
    """Base state with flows solved again under the conditions of an earlier year."""
    state, _ = case.base
    capacity = year_capacity(case, year)
    quiet = replace(state, capacity=capacity)
    one, two = _past_freight(case, quiet, year), _past_exchange(case, quiet, year)
    routes = case.world.freight.routes
    solved = freight.solve(routes, one, state.freight.load, state.freight.price, SWEEPS)
    return replace(
        quiet,
        freight=solved,
        exchange=newton.solve(case.world.exchange.pairs, two, state.exchange, least=newton.SETTLED),
    )


def _past_freight(case: Case, quiet: State, year: int) -> freight.Conditions:
    """Freight conditions with that year's volumes where known; `quiet` holds its capacities."""
    market, volumes = case.world.freight, given_volumes(case, year)
    given = freight_conditions(quiet, case.base[1])
    ids = case.network.reach.markets["id"]
    known = ids.map(volumes).to_numpy(dtype=float)[:, None] / PER_YEAR / market.served[:, None]
    return replace(given, potential=np.where(np.isnan(known), given.potential, known))


def _past_exchange(case: Case, quiet: State, year: int) -> exchange.Conditions:
    """Oil and gas conditions with ends held near that year's quantities where known."""
    volumes = given_volumes(case, year)
    given = exchange_conditions(quiet, case.base[1])
    trade = case.network.trade
    changed: dict[str, Array] = {}
    for side, markets in (("source", trade.sources), ("sink", trade.sinks)):
        known = markets["id"].map(volumes).to_numpy(dtype=float)[:, None] / PER_YEAR
        quantity, response = getattr(given, f"{side}_quantity"), getattr(given, f"{side}_mu")
        unknown = np.isnan(known)
        changed[f"{side}_quantity"] = np.where(unknown, quantity, np.maximum(known, 1e-9))
        changed[f"{side}_mu"] = np.where(unknown, response, STIFF * response)
        if side == "source":
            changed["source_limit"] = np.where(unknown, given.source_limit, np.inf)
    return replace(given, **changed)


def out_of_sample(case: Case, year: int) -> pd.DataFrame:
    """Predicted and observed flow of every pair and every published total of a year.

    `persistence` is the year before: for a pair its share of the source's
    sales times this year's sales, for a total its own last value. `free` pairs
    are not forced by the given sales and purchases alone. Errors are relative.
    """
    state = past_state(case, year)
    table = pd.concat([_pairs(case, state, year), _totals(case, state, year)], ignore_index=True)
    for name in ("modelled", "persistence"):
        table[f"{name}_error"] = (table[name] / table["observed"] - 1.0).abs()
    scored = table["comparable"] & (table["observed"] >= SMALLEST * table["layer"].map(_unit_scale))
    return table.assign(scored=scored, year=year)


def _unit_scale(layer: str) -> float:
    """Size of the reporting unit relative to Mt and bcm."""
    return 1000.0 if layer == "power" else 1.0


def _pairs(case: Case, state: State, year: int) -> pd.DataFrame:
    rows = case.tables["pair_flows"]
    names = pair_names(case)
    modelled = dict(zip(names, pair_flow(case, state.exchange.flow), strict=True))
    today = rows[(rows["year"] == year) & (rows["volume"] > 0.0)]
    keys = list(zip(today["source_market"], today["sink_market"], strict=True))
    open_pairs = [name for name in names if modelled[name] > 0.0]
    sold, bought = _count([a for a, _ in open_pairs]), _count([d for _, d in open_pairs])
    free = [sold.get(a, 0) > 1 and bought.get(d, 0) > 1 for a, d in keys]
    return pd.DataFrame(
        {
            "series": [f"{a} to {d}" for a, d in keys],
            "kind": "pair",
            "layer": today["layer"].to_numpy(),
            "observed": today["volume"].to_numpy(),
            "modelled": [modelled.get(key, 0.0) for key in keys],
            "persistence": _held_shares(case, keys, year),
            "free": free,
            "comparable": True,
        }
    )


def _count(names: list[str]) -> dict[str, int]:
    return dict(pd.Series(names).value_counts())


def _held_shares(case: Case, keys: list[tuple[str, str]], year: int) -> list[float]:
    """Last year's share of a source's sales times its sales this year; nan where either is unknown."""
    rows, volumes = case.tables["pair_flows"], given_volumes(case, year)
    before = rows[rows["year"] == year - 1]
    sold, earlier = before.groupby("source_market")["volume"].sum(), given_volumes(case, year - 1)
    flows = {(r.source_market, r.sink_market): r.volume for r in before.itertuples()}
    return [flows.get((a, d), np.nan) / earlier.get(a, sold.get(a, np.nan)) * volumes.get(a, np.nan) for a, d in keys]


def _totals(case: Case, state: State, year: int) -> pd.DataFrame:
    today = observed(case, year)
    today = today[today["volume"] > 0.0]
    before = observed(case, year - 1).set_index("observation")["volume"]
    return pd.DataFrame(
        {
            "series": today["observation"].to_numpy(),
            "kind": "total",
            "layer": today["layer"].to_numpy(),
            "observed": today["volume"].to_numpy(),
            "modelled": [observed_flow(case, state, row) for _, row in today.iterrows()],
            "persistence": before.reindex(today["observation"]).to_numpy(),
            "free": True,
            "comparable": today["comparable"].to_numpy(),
        }
    )


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Median relative error of model and persistence by year and group of series, and how many exceed 40 %."""
    scored = table[table["scored"]]
    groups = {
        "all": scored,
        "all but forced pairs": scored[scored["free"]],
        "pairs": scored[scored["kind"] == "pair"],
        "pairs, not forced": scored[(scored["kind"] == "pair") & scored["free"]],
        "totals": scored[scored["kind"] == "total"],
        **{f"{layer}": group for layer, group in scored.groupby("layer")},
    }
    rows = []
    for name, group in groups.items():
        both = group.dropna(subset=["persistence"])
        rows.append(
            {
                "group": name,
                "series": len(group),
                "median error": group["modelled_error"].median(),
                "above 40 %": int((group["modelled_error"] > ALARM).sum()),
                "series with a year before": len(both),
                "model there": both["modelled_error"].median(),
                "persistence there": both["persistence_error"].median(),
            }
        )
    return pd.DataFrame(rows)
