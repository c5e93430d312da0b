"""Links of all layers as arrays: dated capacity, openness, cost, control, gates and bundles."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.arrays import Array, Mask, Sparse, frozen, sparse
from model.axes import Axis
from model.quarters import PER_QUARTER, parse_quarter
from model.world import Links
from scenarios.compiling.axes import AGENTS
from scenarios.impute import impute_capacity
from scenarios.rows import Row, rows
from scenarios.table_units import MONEY
from scenarios.tables import Tables

MARGIN = 0.95  # a link observed full had at least this room
SOFT = ("port", "border", "ferry", "sea", "road")
CONGESTIBLE = ("rail", "road", "border", "sea", "ferry")
PLANNED_UNKNOWN = 5.0  # unit a year of a planned link whose plan names no capacity


def effective_capacity(row: pd.Series, unrated: float) -> float:
    """Capacity in force, unit a year: the larger of nameplate and observed / 0.95; nan when neither is known.

    Without a nameplate what was observed is only a lower bound, so the
    imputed capacity of the mode, `unrated`, counts as the nameplate.
    """
    if np.isnan(row["nameplate"]) and np.isnan(row["observed"]):
        return float("nan")
    nameplate = unrated if np.isnan(row["nameplate"]) else float(row["nameplate"])
    return float(np.nanmax([nameplate, row["observed"] / MARGIN]))


def dated_capacity(links: pd.DataFrame, capacities: pd.DataFrame, start: int, quarters: int) -> Array:
    """Capacity of each link in each quarter, unit per quarter, (T, E); inf where not scarce."""
    unrated = {row.id: impute_capacity(row.layer, row.mode) for row in rows(links)}
    effective = [effective_capacity(row, unrated[row["link"]]) for _, row in rated(capacities).iterrows()]
    since = capacities["from_quarter"].map(parse_quarter)
    dated = rated(capacities).assign(effective=effective, since=since).dropna(subset=["effective"])
    by_link = {link: group.sort_values("since") for link, group in dated.groupby("link")}
    columns = [_series(row, by_link.get(row.id), start, quarters) for row in rows(links)]
    return frozen(PER_QUARTER * np.stack(columns, axis=1))


def rated(capacities: pd.DataFrame) -> pd.DataFrame:
    """Capacity rows in order of date, a later row without nameplate keeping the last one."""
    ordered = capacities.sort_values(["link", "from_quarter"])
    return ordered.assign(nameplate=ordered.groupby("link")["nameplate"].ffill()).sort_index()


def _series(link: Row, dated: pd.DataFrame | None, start: int, quarters: int) -> Array:
    """One link's capacity over the horizon, unit a year, (T,)."""
    if link.status == "candidate":
        return np.zeros(quarters)
    if dated is None:
        return np.full(quarters, impute_capacity(link.layer, link.mode))
    dates = np.arange(start, start + quarters)
    position = np.searchsorted(dated["since"].to_numpy(), dates, side="right") - 1
    return dated["effective"].to_numpy(dtype=float)[np.maximum(position, 0)]


def control(links: pd.DataFrame, coded: pd.DataFrame, members: Mapping[str, tuple[str, ...]], axis: Axis) -> Array:
    """Power kappa (E, K): 1 for the states a link crosses, else as coded by experts."""
    power = np.zeros((len(links), len(axis)))
    position = {link: e for e, link in enumerate(links["id"])}
    for e, territories in enumerate(links["territories"]):
        for state in territories:
            for controller in members.get(state, ()):
                power[e, axis.at(controller)] = 1.0
    for row in rows(coded):
        if row.controller in axis and row.link in position:
            power[position[row.link], axis.at(row.controller)] = row.kappa
    return power


def members_of(countries: pd.DataFrame, poles: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Controllers that act on a state's soil: the pole it belongs to, and itself when it is an agent."""
    belongs: dict[str, list[str]] = {}
    for row in rows(poles):
        belongs.setdefault(row.member, []).append(row.pole)
    for agent in countries.loc[countries["role"].isin(AGENTS), "id"]:
        if agent not in belongs.setdefault(agent, []):
            belongs[agent].append(agent)
    return {state: tuple(names) for state, names in belongs.items()}


def gates(dyad_links: pd.DataFrame, links: Axis, dyads: Axis) -> Sparse:
    """Which links hang on which pair of states, (E, Y)."""
    link, dyad = ([axis.at(name) for name in dyad_links[axis.name]] for axis in (links, dyads))
    return sparse(link, dyad, np.ones(len(link)), (len(links), len(dyads)))


def bundle(project_links: pd.DataFrame, changes: tuple[str, ...], links: Axis, projects: Axis, factor: float) -> Sparse:
    """What each project adds to each link by some kinds of change, (E, J)."""
    added = project_links[project_links["change"].isin(changes)]
    values = added["value"].fillna(PLANNED_UNKNOWN).to_numpy(dtype=float) * factor
    link, project = ([axis.at(name) for name in added[axis.name]] for axis in (links, projects))
    return sparse(link, project, values, (len(links), len(projects)))


def open_share(links: pd.DataFrame, gated: Mask) -> Array:
    """1 for links in use, planned ones, and closed ones that a pair of states gates; else 0, (E,)."""
    in_use = links["status"].isin(("operating", "candidate")).to_numpy()
    closed = (links["status"] == "closed").to_numpy()
    return frozen(in_use | (closed & gated))


def earnings(links: pd.DataFrame, countries: Axis) -> Sparse:
    """Million USD of each country's equal part in a link per unit that it carries and USD of its price, (C, E)."""
    parts = [
        (countries.at(state), e, MONEY[layer] / len(territories))
        for e, (territories, layer) in enumerate(zip(links["territories"], links["layer"], strict=True))
        for state in territories
        if state in countries
    ]
    country, link, part = zip(*parts, strict=True)
    return sparse(country, link, part, (len(countries), len(links)))


def build_links(links: pd.DataFrame, tables: Tables, axes: Mapping[str, Axis], start: int, quarters: int) -> Links:
    """All links as arrays; `links` are those of the tables with their gaps filled."""
    link, project = axes["link"], axes["project"]
    project_links = tables["project_links"]
    gate = gates(tables["dyad_links"], link, axes["dyad"])
    gated = np.asarray(gate.sum(axis=1)).ravel() > 0.0
    congestible = links["mode"].isin(CONGESTIBLE) & (links["layer"] == "freight")
    return Links(
        capacity=dated_capacity(links, tables["capacities"], start, quarters),
        open=open_share(links, gated),
        cost=frozen(links["tariff"]),
        days=frozen(links["days"].where(links["layer"] == "freight", 0.0)),
        congestible=frozen(congestible),
        ocean=frozen((links["route_family"] == "ocean") & (links["mode"] == "sea")),
        soft=frozen(links["mode"].isin(SOFT) & (links["layer"] == "freight")),
        gate=gate,
        adds_capacity=bundle(project_links, ("opens", "adds_capacity"), link, project, PER_QUARTER),
        adds_cost=bundle(project_links, ("adds_cost",), link, project, 1.0),
        adds_days=bundle(project_links, ("adds_days",), link, project, 1.0),
        earns=earnings(links, axes["country"]),
    )
