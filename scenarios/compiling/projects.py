"""Projects as arrays: who decides on them, what they cost, and which routes they open or widen."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.arrays import Array, Indices, Mask, Sparse, frozen, sparse
from model.axes import Axis
from model.network import Routes
from model.politics import Grouping, Projects, Reached
from model.quarters import parse_quarter
from model.world import Exchange, Freight, Links
from scenarios.compiling.axes import EXCHANGE_LAYERS
from scenarios.states import STATE_VALUES
from scenarios.tables import Tables

PER_YEAR = 4
MILLION = 1000.0  # million USD in a thousand million
HALF = 0.5  # of the surplus of a freight market falls to each end (theory 7.5)
BEGUN, WEIGHED = "building", "proposed"


def build_projects(  # noqa: PLR0913 - the tables and what routes are made of
    tables: Tables, axes: Mapping[str, Axis], links: Links, freight: Freight, exchange: Exchange, start: int
) -> Projects:
    """Everything the appraisal and the building of projects read; `start` is a quarter's ordinal."""
    table, poles = tables["projects"], axes["pole"]
    build = PER_YEAR * table["build_years"].to_numpy(dtype=float)
    since = np.array([start - parse_quarter(str(quarter)) for quarter in table["announced"]], dtype=float)
    stage = frozen([STATE_VALUES["project"][word] for word in table["stage_2024"]])
    return Projects(
        stage=stage,
        ramp=frozen(table["ramp_quarters"]),
        build=frozen(build),
        worked=frozen(np.where(table["stage_2024"] == BEGUN, np.clip(since, 0.0, build), 0.0)),
        capex=frozen(capital(table, layers(tables))),
        consents=parties(table["consents"], axes),
        sponsors=parties(table["sponsors"], axes),
        backing=marked(table["sponsors"], poles),
        opposed=marked(table["opposed_by"], poles),
        opens_freight=opens_freight(tables),
        gate=behind(links),
        rivals=rivals(table["rivals"], axes["project"]),
        freight=freight_reached(links, freight, axes, stage),
        exchange=exchange_reached(links, exchange, axes, stage),
    )


def layers(tables: Tables) -> list[str]:
    """Layer of each project: that of the first link it changes."""
    of_link = dict(zip(tables["links"]["id"], tables["links"]["layer"], strict=True))
    first = tables["project_links"].groupby("project")["link"].first()
    return [of_link[first[project]] for project in tables["projects"]["id"]]


def opens_freight(tables: Tables) -> Mask:
    """Projects with links of their own, those of oil and gas apart, (J,)."""
    of_link = dict(zip(tables["links"]["id"], tables["links"]["layer"], strict=True))
    rows = tables["project_links"].query("change == 'opens'")
    mine = rows[~rows["link"].map(of_link).isin(EXCHANGE_LAYERS)]
    return np.isin(tables["projects"]["id"], mine["project"])


def capital(table: pd.DataFrame, layer: list[str]) -> Array:
    """Capital cost, million USD, (J,); one that is not known is the median of its layer's known ones."""
    cost = pd.Series(table["capex_bn_usd"].to_numpy(dtype=float))
    typical = cost.where(cost > 0.0).groupby(layer).transform("median")
    return MILLION * cost.fillna(typical).to_numpy(dtype=float)


def marked(cells: "pd.Series[str]", axis: Axis) -> Array:
    """1 where a cell names a label of an axis, (J, labels)."""
    return frozen([[float(label in names) for label in axis] for names in cells])


def parties(cells: "pd.Series[str]", axes: Mapping[str, Axis]) -> Array:
    """1 where a cell names a state or pole, (J, N) along the economy axis; a pole that is an agent counts once."""
    countries = axes["country"]
    return frozen(
        [
            [
                *(float(country in names) for country in countries),
                *(float(p in names and p not in countries) for p in axes["pole"]),
            ]
            for names in cells
        ]
    )


def behind(links: Links) -> Sparse:
    """Pairs of states behind whose border lie links that a project changes, (J, Y)."""
    touched = (links.adds_capacity.T @ links.gate).tocoo()
    ones = np.ones(len(touched.row))
    return sparse(touched.row, touched.col, ones, touched.shape)


def rivals(cells: "pd.Series[str]", projects: Axis) -> Sparse:
    """Projects of which only one is ever built, both ways, (J, J)."""
    pairs = {
        pair
        for j, names in enumerate(cells)
        for name in names
        if name in projects
        for pair in ((j, projects.at(name)), (projects.at(name), j))
    }
    one, other = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    return sparse(one, other, np.ones(len(one)), (len(projects), len(projects)))


def freight_reached(links: Links, freight: Freight, axes: Mapping[str, Axis], stage: Array) -> Reached:
    """What projects change for one-sided markets."""
    owners = freight.incidence.toarray()
    first = len(axes["country"])
    whole = np.zeros((len(axes["economy"]), owners.shape[1]))
    whole[:first] = owners
    for end in (freight.exporter, freight.importer):
        held = np.flatnonzero(end >= first)
        whole[end[held], held] += HALF
    return reached(
        links, freight.routes, freight.fees, axes, stage, ((freight.routes.market, counted_once(whole, axes)),)
    )


def exchange_reached(links: Links, exchange: Exchange, axes: Mapping[str, Axis], stage: Array) -> Reached:
    """What projects change for sources and sinks of oil and gas."""
    pairs, poles = exchange.pairs, axes["pole"]
    supplied = np.array(
        [
            exchange.supplier == axes["supplier"].at(p) if p in axes["supplier"] else 0.0 * exchange.supplier
            for p in poles
        ]
    )
    sold = counted_once(np.concatenate([exchange.source_owner.toarray(), supplied]), axes)
    bought = counted_once(np.concatenate([exchange.sink_owner.toarray(), exchange.sold_to]), axes)
    return reached(links, pairs.routes, exchange.fees, axes, stage, ((pairs.source, sold), (pairs.sink, bought)))


def counted_once(owner: Array, axes: Mapping[str, Axis]) -> Array:
    """Owners (N, ...) without the rows of poles that are agents too."""
    agent = np.array([float(pole not in axes["country"]) for pole in axes["pole"]])
    counted: Array = owner * np.concatenate([np.ones(len(axes["country"])), agent])[:, None]
    return counted


def reached(  # noqa: PLR0913 - a system: its links, routes, fees and ends, and which projects count
    links: Links,
    routes: Routes,
    fees: Sparse,
    axes: Mapping[str, Axis],
    stage: Array,
    ends: tuple[tuple[Indices, Array], ...],
) -> Reached:
    """Routes that projects change, one row for each project and route; `ends`: end of each route, owners of ends."""
    owner, segment = touched(links, routes, stage)
    row_project, route, touches = crossings(routes, owner, segment)
    projects = len(axes["project"])
    link, start, added = stretches(links, routes, owner, segment)
    bounds = np.flatnonzero(np.diff(owner, prepend=-1))
    return Reached(
        project=row_project,
        route=route,
        uses=routes.uses[route],
        touches=touches,
        segment=segment,
        owner=owner,
        first=bounds,
        link=link,
        start=start,
        adds=added,
        adds_cost=changes(links.adds_cost, routes, owner, segment),
        adds_days=changes(links.adds_days, routes, owner, segment),
        fees=by_project(fees, row_project, route, projects, len(axes["economy"])),
        ends=tuple(grouping(row_project, end[route], holder, projects) for end, holder in ends),
    )


def touched(links: Links, routes: Routes, stage: Array) -> tuple[Indices, Indices]:
    """Project and segment of every segment that a project changes, by project; only of those still to be decided."""
    changed = (abs(links.adds_capacity) + abs(links.adds_cost) + abs(links.adds_days)).tocoo()
    weighed = set(np.flatnonzero(stage == STATE_VALUES["project"][WEIGHED]))
    of_link = routes.segments.of_link
    pairs = sorted(
        {
            (int(j), int(of_link[e]))
            for e, j in zip(changed.row, changed.col, strict=True)
            if of_link[e] >= 0 and j in weighed
        }
    )
    found = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def crossings(routes: Routes, owner: Indices, segment: Indices) -> tuple[Indices, Indices, Sparse]:
    """Project and route of each row, by project, and the changed segments that each row uses, (rows, K)."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, (project, place) in enumerate(zip(owner, segment, strict=True)):
        for route in routes.carries.indices[routes.carries.indptr[place] : routes.carries.indptr[place + 1]]:
            found.setdefault((int(project), int(route)), []).append(number)
    keys = sorted(found)
    row = [n for n, key in enumerate(keys) for _ in found[key]]
    column = [number for key in keys for number in found[key]]
    where = np.array(keys, dtype=np.intp).reshape(-1, 2)
    return where[:, 0], where[:, 1], sparse(row, column, np.ones(len(row)), (len(keys), len(owner)))


def stretches(links: Links, routes: Routes, owner: Indices, segment: Indices) -> tuple[Indices, Indices, Array]:
    """Links of each changed segment one after the other, the first of each, and the capacity added to them."""
    parts = [_links(routes, place) for place in segment]
    adds = links.adds_capacity.toarray()
    added = [adds[part, project] for part, project in zip(parts, owner, strict=True)]
    start = np.cumsum([0, *map(len, parts)])[:-1]
    none: Indices = np.zeros(0, dtype=np.intp)
    return np.concatenate([none, *parts]), start.astype(np.intp), frozen(np.concatenate([none, *added]))


def changes(added: Sparse, routes: Routes, owner: Indices, segment: Indices) -> Array:
    """Sum of what a project adds to the links of each changed segment, (K,)."""
    dense = added.toarray()
    return frozen([dense[_links(routes, s), j].sum() for j, s in zip(owner, segment, strict=True)])


def _links(routes: Routes, segment: int) -> Indices:
    """Links of a segment."""
    return np.flatnonzero(routes.segments.of_link == segment)


def by_project(fees: Sparse, project: Indices, route: Indices, projects: int, economies: int) -> Sparse:
    """Tariffs in transit of each row by project and earner, (J * N, rows)."""
    earned = fees.tocsc()[:, route].tocoo()
    row = project[earned.col] * economies + earned.row
    return sparse(row, earned.col, earned.data, (projects * economies, len(route)))


def grouping(project: Indices, end: Indices, holder: Array, projects: int) -> Grouping:
    """Rows of one project that share a market, source or sink; `holder` (N, ends) says whose it is."""
    keys, group = np.unique(np.stack([project, end], axis=1), axis=0, return_inverse=True)
    group = group.ravel()
    number, economies = len(keys), len(holder)
    owner, column = np.nonzero(holder[:, keys[:, 1]])
    return Grouping(
        project=keys[:, 0],
        end=keys[:, 1],
        row=group.astype(np.intp),
        sums=sparse(group, np.arange(len(group)), np.ones(len(group)), (number, len(group))),
        credit=sparse(
            keys[column, 0] * economies + owner, column, holder[owner, keys[column, 1]], (projects * economies, number)
        ),
    )
