"""Links of all layers as arrays: dated capacity, openness, cost, control, gates and bundles."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.arrays import Array, Sparse, frozen, sparse
from model.axes import Axis
from model.quarters import parse_quarter
from model.world import Links
from scenarios.impute import impute_capacity

PER_QUARTER = 0.25
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
    unrated = {row.id: impute_capacity(row.layer, row.mode) for row in links.itertuples()}
    effective = [effective_capacity(row, unrated[row["link"]]) for _, row in rated(capacities).iterrows()]
    since = capacities["from_quarter"].map(parse_quarter)
    rows = rated(capacities).assign(effective=effective, since=since).dropna(subset=["effective"])
    by_link = {link: group.sort_values("since") for link, group in rows.groupby("link")}
    columns = [_series(row, by_link.get(row.id), start, quarters) for row in links.itertuples()]
    return frozen(PER_QUARTER * np.stack(columns, axis=1))


def rated(capacities: pd.DataFrame) -> pd.DataFrame:
    """Capacity rows in order of date, a later row without nameplate keeping the last one."""
    ordered = capacities.sort_values(["link", "from_quarter"])
    return ordered.assign(nameplate=ordered.groupby("link")["nameplate"].ffill()).sort_index()


def _series(link: "pd.core.frame.Pandas", rows: pd.DataFrame | None, start: int, quarters: int) -> Array:
    """One link's capacity over the horizon, unit a year, (T,)."""
    if link.status == "candidate":
        return np.zeros(quarters)
    if rows is None:
        return np.full(quarters, impute_capacity(link.layer, link.mode))
    dates = np.arange(start, start + quarters)
    position = np.searchsorted(rows["since"].to_numpy(), dates, side="right") - 1
    return rows["effective"].to_numpy()[np.maximum(position, 0)]


def control(links: pd.DataFrame, rows: pd.DataFrame, members: Mapping[str, tuple[str, ...]], axis: Axis) -> Array:
    """kappa (E, K): 1 for the states a link crosses, else as coded by experts."""
    power = np.zeros((len(links), len(axis)))
    position = {link: e for e, link in enumerate(links["id"])}
    for e, territories in enumerate(links["territories"]):
        for state in territories:
            for controller in members.get(state, ()):
                power[e, axis.at(controller)] = 1.0
    for row in rows.itertuples():
        if row.controller in axis and row.link in position:
            power[position[row.link], axis.at(row.controller)] = row.kappa
    return power


def members_of(countries: pd.DataFrame, poles: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Controllers that act on a state's soil: the pole it belongs to, and itself when it is an agent."""
    belongs: dict[str, list[str]] = {}
    for row in poles.itertuples():
        belongs.setdefault(row.member, []).append(row.pole)
    for agent in countries.loc[countries["role"].isin(("full", "light")), "id"]:
        if agent not in belongs.setdefault(agent, []):
            belongs[agent].append(agent)
    return {state: tuple(names) for state, names in belongs.items()}


def gates(dyad_links: pd.DataFrame, links: Axis, dyads: Axis) -> Sparse:
    """Which links hang on which pair of states, (E, Y)."""
    rows = [links.at(link) for link in dyad_links["link"]]
    return sparse(rows, [dyads.at(d) for d in dyad_links["dyad"]], np.ones(len(rows)), (len(links), len(dyads)))


def bundle(project_links: pd.DataFrame, changes: tuple[str, ...], links: Axis, projects: Axis, factor: float) -> Sparse:
    """What each project adds to each link by some kinds of change, (E, J)."""
    rows = project_links[project_links["change"].isin(changes)]
    values = rows["value"].fillna(PLANNED_UNKNOWN).to_numpy(dtype=float) * factor
    return sparse(
        [links.at(e) for e in rows["link"]], [projects.at(j) for j in rows["project"]], values, (len(links), len(projects))
    )


def open_share(links: pd.DataFrame, gated: npt.NDArray[np.bool_]) -> Array:
    """1 for links in use, planned ones, and closed ones that a pair of states gates; else 0, (E,)."""
    in_use = links["status"].isin(("operating", "candidate")).to_numpy()
    closed = (links["status"] == "closed").to_numpy()
    return frozen(in_use | (closed & gated))


def build_links(
    links: pd.DataFrame,
    capacities: pd.DataFrame,
    project_links: pd.DataFrame,
    dyad_links: pd.DataFrame,
    axes: Mapping[str, Axis],
    start: int,
    quarters: int,
) -> Links:
    """All links of the tables as arrays."""
    link, project = axes["link"], axes["project"]
    gate = gates(dyad_links, link, axes["dyad"])
    gated = np.asarray(gate.sum(axis=1)).ravel() > 0.0
    congestible = links["mode"].isin(CONGESTIBLE) & (links["layer"] == "freight")
    return Links(
        capacity=dated_capacity(links, capacities, start, quarters),
        open=open_share(links, gated),
        cost=frozen(links["tariff"]),
        days=frozen(links["days"].where(links["layer"] == "freight", 0.0)),
        congestible=frozen(congestible),
        ocean=frozen((links["corridor"] == "ocean") & (links["mode"] == "sea")),
        soft=frozen(links["mode"].isin(SOFT) & (links["layer"] == "freight")),
        gate=gate,
        adds_capacity=bundle(project_links, ("opens", "adds_capacity"), link, project, PER_QUARTER),
        adds_cost=bundle(project_links, ("adds_cost",), link, project, 1.0),
        adds_days=bundle(project_links, ("adds_days",), link, project, 1.0),
    )
