"""How states join institutions and leave them by chance, as arrays: rates from the dated record, covariates, bars."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.arrays import Array, Indices, Mask, Sparse, compressed, frozen, sparse
from model.axes import Axis
from model.memberships import COVARIATES, DEGREES, covariates, rung
from model.politics import Memberships, Politics
from model.quarters import PER_YEAR, parse_quarter
from scenarios.compiling.dyads import shrunk
from scenarios.compiling.politics import MEMBERSHIP_WEIGHT
from scenarios.rows import Row, rows
from scenarios.states import STATE_VALUES, STEPS
from scenarios.tables import Tables

RUNG = {word: int(rung(np.array(degree))) for word, degree in STATE_VALUES["membership"].items()}
RUNGS = len(DEGREES)
SECURITY = "security"
Words: TypeAlias = npt.NDArray[np.object_]
Spells: TypeAlias = list[tuple[int, int]]
"""Quarters in which a state came to a rung of an institution, and the rungs."""
Cells: TypeAlias = list[tuple[str, str]]
"""State and institution."""


def build_memberships(
    tables: Tables, axes: Mapping[str, Axis], politics: Politics, sides: Indices, start: int
) -> Memberships:
    """Rates, loads and covariates of what is open to states at a quarter, as known then.

    `sides` (Y, 2) are those of pairs of states: see Dyads.
    """
    institutions, record = tables["institutions"].set_index("id"), tables["memberships"]
    cells = opened(institutions, record, axes["country"])
    country = axes["country"].positions(tuple(name for name, _ in cells))
    institution = axes["institution"].positions(tuple(name for _, name in cells))
    heard, voice, pair = voices(institutions, cells, axes, sides)
    field = institutions["field"].reindex([name for _, name in cells]).to_numpy()
    facts = Memberships(
        country=country,
        institution=institution,
        rates=frozen(rates(tables["membership_rates"], spells(record, cells), cells, field, start)),
        loads=frozen(loads(tables["membership_loads"], field)),
        mean=np.zeros((len(STEPS), len(cells))),
        pull=pull(politics.loads, country, institution, len(axes["country"])),
        peers=followed(politics.peers, country, institution, len(axes["institution"])),
        ties=ties(institutions, politics.loads, country, institution, len(axes["country"])),
        heard=heard,
        voice=voice,
        pair=pair,
        behind=frozen((politics.loads.T > 0.0).ravel()),
        excludes=named(both_ways(institutions["exclusive_with"]), cells, axes),
        requires=named(institutions["after"], cells, axes),
    )
    return centred(facts, politics, tables["dyads"]["state"])


def opened(institutions: pd.DataFrame, record: pd.DataFrame, countries: Axis) -> Cells:
    """States and the institutions open to them, of those that somebody has been in so far."""
    begun = set(record["institution"])
    listed = zip(institutions.index, institutions["open_to"], strict=True)
    return [(state, name) for name, states in listed if name in begun for state in states if state in countries]


def spells(record: pd.DataFrame, cells: Cells) -> list[Spells]:
    """Rungs of each cell on record since its institution began, where a status holds to the end of its last quarter."""
    dated = record.assign(begins=record["from_quarter"].map(parse_quarter)).sort_values("begins", kind="stable")
    begun = dated.groupby("institution")["begins"].min()
    own = {key: list(rows(part)) for key, part in dated.groupby(["country", "institution"])}
    return [_steps(own.get(cell, []), int(begun[cell[1]])) for cell in cells]


def _steps(statuses: Iterable[Row], begun: int) -> Spells:
    """Rungs of one state in one institution from its beginning on; a status that follows at once leaves no gap."""
    found = {begun: 0}
    for row in statuses:
        found[row.begins] = int(rung(np.array(MEMBERSHIP_WEIGHT[row.status])))
        if row.to_quarter:
            found.setdefault(parse_quarter(row.to_quarter) + 1, 0)
    return sorted(found.items())


def counted(record: Sequence[Spells], first: int, start: int) -> tuple[Array, Array]:
    """Changes on record, (becomes, N, rung), and years on each rung from a quarter to the start, (N, rung).

    Who is in an institution when it begins has not joined it.
    """
    changes, years = np.zeros((RUNGS, len(record), RUNGS)), np.zeros((len(record), RUNGS))
    for cell, steps in enumerate(record):
        for (since, held), (until, after) in zip(steps, [*steps[1:], (start, steps[-1][1])], strict=True):
            years[cell, held] += max(min(until, start) - max(since, first), 0) / PER_YEAR
            changes[after, cell, held] += float(after != held and first <= until < start)
    return changes, years


def rates(table: pd.DataFrame, record: Sequence[Spells], cells: Cells, field: Words, start: int) -> Array:
    """Rates of change a year, (becomes, N, rung): what the tables expect, shrunk to the record of each institution.

    A row about one institution or state goes before one about all of a field. Nobody becomes an observer where nobody
    has ever been one.
    """
    found, seen = np.zeros((RUNGS, len(cells), RUNGS)), observed(record, cells, start)
    named = (table["institution"] != "").astype(int) + (table["country"] != "")
    for row in rows(table.assign(named=named).sort_values("named", kind="stable")):
        state, becomes = RUNG[row.state], RUNG[row.becomes]
        changes, years = counted(record, parse_quarter(row.record_from), start)
        alike = np.flatnonzero(covered(row, cells, field) & (seen | (becomes != RUNG["observer"])))
        of = np.unique([cells[cell][1] for cell in alike], return_inverse=True)[1]
        sums = [np.bincount(of, weights=values[alike]) for values in (changes[becomes, :, state], years[:, state])]
        found[becomes, alike, state] = shrunk(row.rate, row.country_years, *sums)[of]
    return found


def covered(row: Row, cells: Cells, field: Words) -> Mask:
    """Cells that a row of rates is about, (N,)."""
    named = [row.country in {"", state} and row.institution in {"", name} for state, name in cells]
    return np.array(named, dtype=bool) & np.asarray(field == row.field, dtype=bool)


def observed(record: Sequence[Spells], cells: Cells, start: int) -> Mask:
    """Cells of institutions in which some state has been an observer before the start, (N,)."""
    observer = RUNG["observer"]
    known = {
        name
        for (_, name), steps in zip(cells, record, strict=True)
        if any(held == observer and since <= start for since, held in steps)
    }
    return np.array([name in known for _, name in cells], dtype=bool)


def loads(table: pd.DataFrame, field: Words) -> Array:
    """Loads of covariates on the logarithm of rates up and down, (up or down, covariate, N)."""
    found = np.zeros((len(STEPS), len(COVARIATES), len(field)))
    for row in rows(table.sort_values("field", kind="stable")):
        alike = (field == row.field) | (row.field == "")
        found[STEPS.index(row.step), COVARIATES.index(row.covariate), alike] = row.load
    return found


def shares(weights: Array) -> Array:
    """Rows as shares of the sum of their magnitudes; a row of zeros stays."""
    whole = np.abs(weights).sum(axis=-1, keepdims=True)
    return np.asarray(weights / np.where(whole > 0.0, whole, 1.0))


def pull(of: Array, country: Indices, institution: Indices, countries: int) -> Sparse:
    """Share of each pole in the loads of an institution, on the alignments of a state, (N, C * P)."""
    found = np.zeros((len(country), countries, of.shape[1]))
    found[np.arange(len(country)), country] = shares(of)[institution]
    return compressed(found.reshape(len(country), -1))


def followed(peers: Sparse, country: Indices, institution: Indices, institutions: int) -> Sparse:
    """Weights of peers of a state on their membership of the same institution, (N, C * M)."""
    weights = peers.toarray()
    found = np.zeros((len(country), len(weights), institutions))
    found[np.arange(len(country)), :, institution] = weights[country]
    return compressed(found.reshape(len(country), -1))


def ties(table: pd.DataFrame, of: Array, country: Indices, institution: Indices, countries: int) -> Sparse:
    """Weights of what a state is in that is no security, by its share in the loads on the same poles, (N, C * M)."""
    calm = (table["field"] != SECURITY).to_numpy(dtype=float)
    alike = shares(shares(of) @ of.T * calm)
    found = np.zeros((len(country), countries, len(of)))
    found[np.arange(len(country)), country] = alike[institution]
    return compressed(found.reshape(len(country), -1))


def voices(
    table: pd.DataFrame, cells: Cells, axes: Mapping[str, Axis], sides: Indices
) -> tuple[Sparse, Indices, Indices]:
    """Who must consent to each cell: sums (N, V), place of each voice's membership and the pair between the two, (V,).

    `sides` (Y, 2) are those of pairs of states, among countries, then poles, then nobody.
    """
    agreeing = set(table.index[table["consensus"] > 0.0])
    known, width = len(axes["country"]) + len(axes["pole"]), len(axes["institution"])
    found = [
        (cell, other * width + axes["institution"].at(name), pair)
        for cell, (state, name) in enumerate(cells)
        if name in agreeing
        for pair, ends in enumerate(sides)
        for one, other in (ends, ends[::-1])
        if one == axes["country"].at(state) and other < known
    ]
    cell, voice, pair = np.array(found, dtype=np.intp).reshape(-1, 3).T
    return sparse(cell, np.arange(len(cell)), np.ones(len(cell)), (len(cells), len(cell))), voice, pair


def both_ways(exclusive: "pd.Series[Any]") -> "pd.Series[Any]":
    """Institutions that exclude each one, whichever of the two says so."""
    pairs = {(one, other) for one, named in exclusive.items() for other in named}
    pairs |= {(other, one) for one, other in pairs}
    return pd.Series({name: {other for one, other in pairs if one == name} for name in exclusive.index})


def named(others: "pd.Series[Any]", cells: Cells, axes: Mapping[str, Axis]) -> Sparse:
    """1 for the memberships of a state in the institutions that a column names beside each, (N, C * M)."""
    width = len(axes["institution"])
    found = [
        (cell, axes["country"].at(state) * width + axes["institution"].at(other))
        for cell, (state, name) in enumerate(cells)
        for other in sorted(others[name])
    ]
    cell, column = np.array(found, dtype=np.intp).reshape(-1, 2).T
    return sparse(cell, column, np.ones(len(cell)), (len(cells), width * len(axes["country"])))


def centred(facts: Memberships, politics: Politics, dyads: "pd.Series[str]") -> Memberships:
    """The same facts with the mean at the start: ln of the mean factor on rates of the states that can step at all.

    The rates of the record are then those of the mean state of each institution at the start; where no state can
    step up, or none down, that of all to which it is open.
    """
    state = np.array([[STATE_VALUES["dyad"][word]] for word in dyads])
    held = politics.membership[:, :, None]
    measured = np.stack(covariates(politics.alignment[:, :, None], held, held, state, facts))[..., 0]
    factor = np.exp((facts.loads * measured).sum(axis=1))
    stands = rung(held[facts.country, facts.institution, 0])
    able = np.stack([stands < RUNGS - 1, stands > 0]).astype(float)
    alike = (facts.institution == facts.institution[:, None]).astype(float)
    counts = np.where(able @ alike > 0.0, able, 1.0)
    mean = np.log((factor * counts) @ alike / (counts @ alike))
    return replace(facts, mean=frozen(mean))
