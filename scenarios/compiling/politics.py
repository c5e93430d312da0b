"""Who leans where at the start, and the coded tables behind it, as arrays."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.arrays import Array, Sparse, compressed, frozen
from model.axes import Axis
from model.politics import Politics
from model.quarters import PER_QUARTER
from scenarios.alignment_start import anchor_alignment, initial_alignment
from scenarios.compiling.leaders import coalition, succession
from scenarios.compiling.postures import build_postures
from scenarios.compiling.statecraft import concerned, record_of_coercion
from scenarios.rows import rows
from scenarios.tables import Tables

MEMBERSHIP_WEIGHT = {
    "full": 1.0,
    "associate": 0.75,
    "partner": 1.0,
    "observer": 0.5,
    "frozen": 0.5,
    "dialogue partner": 0.25,
}
PEER_WEIGHTS = {"neighbours": 0.4, "language": 0.4, "institutions": 0.2}  # theory 7.17


def matrix(table: pd.DataFrame, quantity: str, column: str, axes: Mapping[str, Axis]) -> Array:
    """Cells (C, P) of a country-partner table; cells without a row are 0."""
    countries, poles = axes["country"], axes["pole"]
    cells = np.zeros((len(countries), len(poles)))
    known = table[table["quantity"] == quantity]
    for country, partner, value in zip(known["country"], known["partner"], known[column], strict=True):
        if country in countries and partner in poles and not np.isnan(value):
            cells[countries.at(country), poles.at(partner)] = value
    return cells


def active_cells(axes: Mapping[str, Axis]) -> Array:
    """0 where a country is the pole itself, else 1, (C, P)."""
    return np.array([[float(country != pole) for pole in axes["pole"]] for country in axes["country"]])


def memberships_at(table: pd.DataFrame, at: str, axes: Mapping[str, Axis]) -> Array:
    """Membership weight (C, M) in force at a quarter."""
    countries, institutions = axes["country"], axes["institution"]
    held = np.zeros((len(countries), len(institutions)))
    for row in rows(table):
        ended = str(row.to_quarter) if row.to_quarter else "9999Q4"
        if row.country in countries and str(row.from_quarter or "0000Q1") <= at < ended:
            held[countries.at(row.country), institutions.at(row.institution)] = MEMBERSHIP_WEIGHT[row.status]
    return held


def members_of_regions(table: pd.DataFrame, axes: Mapping[str, Axis]) -> Array:
    """1 where a country belongs to a region, (region, C)."""
    listed = dict(zip(table["id"], table["countries"], strict=True))
    return np.array([[float(country in listed[region]) for country in axes["country"]] for region in axes["region"]])


def loads(institutions: pd.DataFrame, poles: Axis) -> Array:
    """How strongly each institution binds to each pole, (M, P)."""
    return np.stack([institutions[f"load_{pole}"].fillna(0.0).to_numpy(dtype=float) for pole in poles], axis=1)


def rivalry(expert: pd.DataFrame, poles: Axis) -> Array:
    """Rivalry between poles, symmetric with zero diagonal, (P, P)."""
    known = expert[expert["quantity"] == "rivalry"]
    values = np.zeros((len(poles), len(poles)))
    for one, other, value in zip(known["country"], known["partner"], known["central"], strict=True):
        if one in poles and other in poles:
            values[poles.at(one), poles.at(other)] = value
    return 0.5 * (values + values.T) * (1.0 - np.eye(len(poles)))


def neighbours(countries: pd.DataFrame, axis: Axis) -> Array:
    """1 where two countries share a land border, (C, C)."""
    marks = np.zeros((len(axis), len(axis)))
    for row in rows(countries):
        for other in row.land_neighbours:
            if row.id in axis and other in axis:
                marks[axis.at(row.id), axis.at(other)] = 1.0
    return marks


def kinship(countries: pd.DataFrame, axis: Axis) -> Array:
    """Linguistic kinship, 1 between Turkic-speaking states, (C, C)."""
    turkic = countries.set_index("id").reindex(list(axis))["turkic"].to_numpy(dtype=float)
    return np.outer(turkic, turkic)


def peers(countries: pd.DataFrame, held: Array, axis: Axis) -> Sparse:
    """Row-normalised peer weights: neighbours, language, shared institutions, (C, C)."""
    shared = held @ held.T
    parts = {"neighbours": neighbours(countries, axis), "language": kinship(countries, axis), "institutions": shared}
    total = np.zeros((len(axis), len(axis)))
    for name, part in parts.items():
        clean = part * (1.0 - np.eye(len(axis)))
        total += PEER_WEIGHTS[name] * clean / _row_totals(clean)
    return compressed(total / _row_totals(total))


def _row_totals(weights: Array) -> Array:
    """Sums of rows, (rows, 1), 1 where a row is empty."""
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, total, 1.0)


def similarity(countries: pd.DataFrame, held: Array, axes: Mapping[str, Axis]) -> Sparse:
    """Similarity, 1 - mean difference of post-Soviet, Turkic and CSTO membership, (C, C), zero diagonal."""
    axis = axes["country"]
    table = countries.set_index("id").reindex(list(axis))
    traits = [table["post_soviet"].to_numpy(dtype=float), table["turkic"].to_numpy(dtype=float)]
    if "CSTO" in axes["institution"]:
        traits.append((held[:, axes["institution"].at("CSTO")] > 0.0).astype(float))
    stacked = np.stack(traits, axis=1)
    close = 1.0 - np.abs(stacked[:, None] - stacked[None]).mean(axis=-1)
    close *= 1.0 - np.eye(len(axis))
    return compressed(close)


def build_politics(tables: Tables, axes: Mapping[str, Axis], at: str) -> Politics:
    """Alignment, anchors and coded tables as known at a quarter."""
    countries, poles = tuple(axes["country"]), tuple(axes["pole"])
    expert, indicators = tables["expert"], tables["alignment_indicators"]
    active = active_cells(axes)
    start = initial_alignment(indicators, at, countries=countries, poles=poles).fillna(0.0).to_numpy()
    anchor = anchor_alignment(indicators, at, countries=countries, poles=poles).fillna(0.0).to_numpy()
    held = memberships_at(tables["memberships"], at, axes)

    def coded(quantity: str) -> Array:
        return frozen(matrix(expert, quantity, "central", axes) * active)

    postures = build_postures(tables, axes, coded("identity"))
    record = record_of_coercion(tables["coercion_episodes"], at, axes["pole"], len(countries))
    return Politics(
        alignment=frozen(start * active),
        anchor=frozen(anchor * active),
        active=frozen(active),
        threat=coded("threat"),
        affinity=coded("affinity"),
        credibility=coded("credibility"),
        grievance=coded("grievance"),
        offers=frozen(PER_QUARTER * coded("offer")),
        peers=peers(tables["countries"], held, axes["country"]),
        similarity=similarity(tables["countries"], held, axes),
        rivalry=frozen(rivalry(expert, axes["pole"])),
        loads=frozen(loads(tables["institutions"], axes["pole"])),
        membership=frozen(held),
        regions=compressed(members_of_regions(tables["regions"], axes)),
        succession=succession(tables["leader_changes"], at, axes["country"]),
        coalition=coalition(tables["indicators"], axes["country"]),
        strategic_value=coded("strategic_value"),
        will=coded("will"),
        consents=concerned(tables, axes, "consents", "country"),
        opposes=concerned(tables, axes, "opposed_by", "pole"),
        **vars(record),
        **{name: frozen(values) for name, values in vars(postures).items()},
    )
