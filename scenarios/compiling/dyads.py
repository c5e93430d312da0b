"""How pairs of states move by chance, as arrays: rates from the dated record, covariates, and their order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from model.arrays import Array, Indices, Mask, Sparse, compressed, frozen, sparse
from model.axes import Axis
from model.dyads import COVARIATES
from model.network import Routes
from model.openings import LONG_AGO
from model.politics import Dyads, Politics
from model.quarters import PER_YEAR, parse_quarter
from model.world import Freight, Links
from scenarios.rows import Row, rows
from scenarios.states import DYAD_STATES, STATE_VALUES
from scenarios.tables import Tables

Sides: TypeAlias = Sequence[tuple[str, str]]
STATES = len(DYAD_STATES)
CODE = {word: int(number) for word, number in STATE_VALUES["dyad"].items()}


def build_dyads(  # noqa: PLR0913 - the tables at a quarter, and what they were made into so far
    tables: Tables,
    axes: Mapping[str, Axis],
    members: Mapping[str, Sequence[str]],
    politics: Politics,
    security: Array,
    links: Links,
    freight: Freight,
    start: int,
) -> Dyads:
    """Rates, loads and covariates of pairs as known at a quarter.

    `members` gives the poles a state belongs to, `security` (C, P) what countries rely on poles for.
    """
    pairs, record, loads = tables["dyads"], tables.history("dyads"), tables["dyad_loads"]
    both = list(zip(pairs["a"], pairs["b"], strict=True))
    toward = guarantors(both, axes, members, security)
    sides = positions(both, axes, members)
    return Dyads(
        rates=frozen(rates(tables["dyad_rates"], *counted(record, axes["dyad"], start), axes["dyad"])),
        loads=frozen(covariate_loads(loads, axes["dyad"])),
        order=order(tables["dyad_order"], axes["dyad"]),
        war=frozen(since_war(record, axes["dyad"], start)),
        agreement=frozen(shared(sides, politics)),
        sides=sides,
        guarantors=compressed(toward),
        threatens=compressed(toward.T),
        mediators=compressed(mediators(loads, both, axes)),
        prices=compressed(priced(loads, axes)),
        trade=trade(freight, len(both)),
        freight=crossed(links.gate, freight.routes, freight.gate) | joined(freight, len(both)),
    )


def counted(record: pd.DataFrame, pairs: Axis, start: int) -> tuple[Array, Array]:
    """Changes on record, (becomes, Y, state), and years spent in each state before the start, (Y, state).

    A row of the record that repeats a state is no change.
    """
    changes, years = np.zeros((STATES, len(pairs), STATES)), np.zeros((len(pairs), STATES))
    for name, spells in _spells(record).items():
        pair = pairs.at(name)
        for (state, since), (after, until) in zip(spells, [*spells[1:], ("", start)], strict=True):
            years[pair, CODE[state]] += max(until - since, 0) / PER_YEAR
            if after and after != state:
                changes[CODE[after], pair, CODE[state]] += 1.0
    return changes, years


def _spells(record: pd.DataFrame) -> dict[str, list[tuple[str, int]]]:
    """States of each pair on record with the quarter each began in, in order; the row known last counts."""
    dated = record.assign(quarter=record["since"].map(parse_quarter)).drop_duplicates(["id", "since"], keep="last")
    ordered = dated.sort_values("quarter", kind="stable")
    return {str(name): list(zip(own["state"], own["quarter"], strict=True)) for name, own in ordered.groupby("id")}


def rates(table: pd.DataFrame, changes: Array, years: Array, pairs: Axis) -> Array:
    """Rates of change a year, (becomes, Y, state): what the tables expect, shrunk to the record.

    `changes` (becomes, Y, state), `years` (Y, state); see `shrunk`.
    """
    found = np.zeros_like(changes)
    for row, alike in covered(table, ["state", "becomes"], pairs):
        becomes, state = CODE[row.becomes], CODE[row.state]
        found[becomes, alike, state] = shrunk(
            row.rate, row.pair_years, changes[becomes, alike, state], years[alike, state]
        )
    return found


def covered(table: pd.DataFrame, key: list[str], pairs: Axis) -> Iterator[tuple[Row, Indices]]:
    """Rows with the pairs that each is about: the one it names, or all without a row of their own of the same key."""
    for _, alike in table.groupby(key, sort=False):
        named = [name for name in alike["dyad"] if name]
        others = pairs.positions(tuple(name for name in pairs if name not in named))
        for row in rows(alike):
            yield row, pairs.positions((row.dyad,)) if row.dyad else others


def shrunk(rate: float, pair_years: float, changes: Array, years: Array) -> Array:
    """Posterior mean rate of each of some pairs alike, a year, (Y,); see SOURCES.md.

    A Gamma prior worth `pair_years` of observation is centred on the table's
    rate; what it makes of the record of the other pairs is, with the same
    weight, the prior of a pair, which its own `changes` in its `years` at risk
    then move.
    """
    others = (pair_years * rate + changes.sum() - changes) / (pair_years + years.sum() - years)
    posterior: Array = (pair_years * others + changes) / (pair_years + years)
    return posterior


def covariate_loads(table: pd.DataFrame, pairs: Axis) -> Array:
    """Loads of covariates on the logarithm of rates, (covariate, becomes, Y, state)."""
    found = np.zeros((len(COVARIATES), STATES, len(pairs), STATES))
    for row, alike in covered(table, ["state", "becomes", "covariate"], pairs):
        found[COVARIATES.index(row.covariate), CODE[row.becomes], alike, CODE[row.state]] = row.load
    return found


def order(table: pd.DataFrame, pairs: Axis) -> Indices:
    """Pair, the state it may become only once another is in a state, that other and its state, (N, 4)."""
    listed = [(pairs.at(r.dyad), CODE[r.becomes], pairs.at(r.needs), CODE[r.needs_state]) for r in rows(table)]
    return np.array(listed, dtype=np.intp).reshape(-1, 4)


def since_war(record: pd.DataFrame, pairs: Axis, start: int) -> Array:
    """Quarters since each pair was last at war, (Y,)."""
    since = np.full(len(pairs), LONG_AGO)
    for name, spells in _spells(record).items():
        for (state, _), (_, until) in zip(spells, [*spells[1:], ("", start)], strict=True):
            if state == "hot":
                since[pairs.at(name)] = max(start - until, 0)
    return since


def positions(both: Sides, axes: Mapping[str, Axis], members: Mapping[str, Sequence[str]]) -> Indices:
    """Place of each side among countries, then poles, then nobody, (Y, 2)."""
    countries, poles = axes["country"], axes["pole"]

    def place(state: str) -> int:
        held = [poles.at(name) for name in members.get(state, ()) if name in poles]
        return countries.at(state) if state in countries else len(countries) + next(iter(held), len(poles))

    return np.array([[place(state) for state in pair] for pair in both], dtype=np.intp).reshape(-1, 2)


def guarantors(both: Sides, axes: Mapping[str, Axis], members: Mapping[str, Sequence[str]], security: Array) -> Array:
    """How far each pole stands behind the other side of each relation of a pair's sides, (Y, C * P).

    A state is its own pole's; else its reliance on a pole for arms, bases and pacts says how far that one stands
    behind it.
    """
    countries, poles = axes["country"], axes["pole"]

    def behind(state: str) -> Array:
        own = np.array([float(pole in members.get(state, ())) for pole in poles])
        return np.maximum(own, security[countries.at(state)]) if state in countries else own

    found = np.zeros((len(both), len(countries), len(poles)))
    for pair, (one, other) in enumerate(both):
        for state, against in ((one, other), (other, one)):
            if state in countries:
                found[pair, countries.at(state)] += behind(against)
    return found.reshape(len(both), -1)


def mediators(table: pd.DataFrame, both: Sides, axes: Mapping[str, Axis]) -> Array:
    """Relations of a pair's sides with its mediator, their mean, (Y, C * P)."""
    countries, poles, pairs = axes["country"], axes["pole"], axes["dyad"]
    found = np.zeros((len(both), len(countries), len(poles)))
    for row, alike in covered(table[table["covariate"] == "mediation"], ["state", "becomes"], pairs):
        for pair in alike:
            sides = [countries.at(state) for state in both[pair] if state in countries]
            found[pair, sides, poles.at(row.of)] = 1.0 / max(len(sides), 1)
    return found.reshape(len(both), -1)


def priced(table: pd.DataFrame, axes: Mapping[str, Axis]) -> Array:
    """1 for the world price that each pair quarrels over, (Y, world price)."""
    found = np.zeros((len(axes["dyad"]), len(axes["world_price"])))
    for row, alike in covered(table[table["covariate"] == "price"], ["state", "becomes"], axes["dyad"]):
        found[alike, axes["world_price"].at(row.of)] = 1.0
    return found


def shared(sides: Indices, politics: Politics) -> Array:
    """Institutions that both sides belong to at the start, by the product of their degrees, (Y,)."""
    nobody = np.zeros((1, politics.membership.shape[1]))
    degree = np.concatenate([politics.membership, politics.loads.T, nobody])
    return np.asarray((degree[sides[:, 0]] * degree[sides[:, 1]]).sum(axis=1))


def trade(freight: Freight, pairs: int) -> Sparse:
    """Value of a unit of each market that joins a pair of states, USD, (Y, W)."""
    joins = np.flatnonzero(freight.pair >= 0)
    shape = (pairs, len(freight.pair))
    return sparse(freight.pair[joins], joins, np.nan_to_num(freight.unit_value[joins]), shape)


def crossed(gate: Sparse, routes: Routes, soil: Sparse) -> Mask:
    """Pairs behind which some of the routes lie: over links that hang on them (E, Y), or their soil (H, Y), (Y,)."""
    used = (routes.segments.of_link >= 0)[gate.nonzero()[0]]
    found = np.zeros(gate.shape[1], dtype=bool)
    found[gate.nonzero()[1][used]] = True
    found[soil.nonzero()[1]] = True
    return found


def joined(freight: Freight, pairs: int) -> Mask:
    """Pairs that some market of freight joins, (Y,)."""
    return np.isin(np.arange(pairs), freight.pair)
