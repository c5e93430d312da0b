"""Threat, alignment and adaptation recomputed cell by cell: what each reads, with which sign and weight."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.alignment import drive
from model.parameters import OFFER_SCALE
from model.recording import record
from model.step import adaptation, alignment, pull, shape, threat
from tests.worlds import stirred

# The edits of the stirred world that hold in its last quarter.
AGGRESSION, INCIDENT, ACCOUNTED = ("UZB", "RUS", 0.8), ("KAZ", "RUS", 0.5), ("AZE", "RUS", 0.7)
WORDS, ALARM, RIVALS = ("KGZ", "TUR", 0.3), ("ARM", "TUR", 0.2), ("RUS", "WEST", 0.5)
SETTLING, BUSY, YEAR = 0.6, 0.8, 4


@pytest.fixture(scope="module")
def scene(baseline_world):
    """State and view of a quarter."""
    return stirred(baseline_world)


def cells(now):
    """Positions and names of every country and pole."""
    countries, poles = now.world.axes["country"], now.world.axes["pole"]
    return (((c, p), country, pole) for (c, country), (p, pole) in product(enumerate(countries), enumerate(poles)))


def at(change, country, pole):
    """Size of a change of one cell, 0 in all others."""
    return change[2] if change[:2] == (country, pole) else 0.0


# --- threat and grievance


def test_threat_rests_reverts_and_rises_with_coercion_and_aggression_seen(scene):
    state, now = scene
    after, politics, value = threat(state, now), now.world.politics, now.value
    similar, active = politics.similarity.toarray(), politics.active
    for cell, country, pole in cells(now):
        c, p = cell
        seen = sum(similar[c, j] * at(AGGRESSION, other, pole) for j, other in enumerate(now.world.axes["country"]))
        pushed = value("threat.own_coercion") * state.coercion[cell] / 3.0 + value("threat.seen_aggression") * seen
        rest, remembered = politics.threat[cell], state.own["threat.level"][cell]
        moved = rest + value("threat.persistence") * (remembered - rest) + pushed
        moved = np.clip(moved + value("threat.noise") * now.setting.luck.threat[now.index, c, p], 0.0, 1.0)
        shown = np.clip(moved + at(ALARM, country, pole), 0.0, 1.0)
        assert_allclose(after.own["threat.level"][cell], moved * active[cell], rtol=1e-12, err_msg=f"{country} {pole}")
        assert_allclose(after.threat[cell], shown * active[cell], rtol=1e-12, err_msg=f"{country} {pole}")


def test_a_settled_grievance_fades_faster_than_an_open_one(scene):
    state, now = scene
    after, active = threat(state, now), now.world.politics.active
    for cell, country, pole in cells(now):
        accounted, incident = at(ACCOUNTED, country, pole), at(INCIDENT, country, pole)
        settled = (state.settled[cell] > 0.0) | (accounted >= SETTLING)
        kept = [
            now.value("grievance.retention_settled" if done else "grievance.retention_unsettled") for done in settled
        ]
        held = state.grievance[cell]
        expected = np.clip(kept * held + (1.0 - held) * incident - accounted * held, 0.0, 1.0) * active[cell]
        assert_allclose(after.grievance[cell], expected, rtol=1e-12, err_msg=f"{country} {pole}")
        assert_array_equal(after.settled[cell], settled)
    assert {0.0, 1.0} == set(np.unique(after.settled))


# --- alignment


def warmed(state, now, cell):
    """Affinity of one cell as postures, the leader of the day and soft power leave it."""
    politics, luck, value, (c, p) = now.world.politics, now.setting.luck, now.value, cell
    postures = sum(politics.warmth[q, c, p][now_held.astype(int)] for q, now_held in enumerate(state.posture))
    nth = state.leader[c].astype(int)
    drawn = np.array([luck.leanings[n - 1, c, p, run] if n else 0.0 for run, n in enumerate(nth)])
    leader = value("leaders.spread") * np.sqrt(1.0 - politics.coalition[c]) * drawn
    return politics.affinity[cell] + postures + leader + value("soft_power.weight") * state.soft_power[cell]


def benefits(state, now, cell, country, pole):
    """What draws one country to one pole, by name."""
    politics, value, (c, p) = now.world.politics, now.value, cell
    reliance = 1.0 - np.exp(-state.loss[cell] / value("dependence.scale"))
    gained = (state.surplus[cell] - state.surplus_history[0][cell]) / (value("dependence.scale") * state.gdp[c])
    rivals = sum(state.offers[c, q] for q in range(len(now.world.axes["pole"])) if q != p)
    offered = np.log(1.0 + state.offers[cell] / (OFFER_SCALE + value("alignment.vacuum") * rivals))
    member = sum(load * held for load, held in zip(politics.loads[:, p], state.membership[c], strict=True))
    return {
        "offers": value("alignment.offers") * offered,
        "surplus": value("alignment.surplus") * np.clip(gained, -1.0, 1.0),
        "affinity": value("alignment.affinity") * np.clip(warmed(state, now, cell) + at(WORDS, country, pole), -1, 1),
        "institutions": value("alignment.institutions") * member / politics.loads[:, p].sum(),
        "deference": value("alignment.deference") * reliance * (1.0 - state.threat[cell]),
        "autonomy": -value("alignment.autonomy") * reliance * state.threat[cell],
        "threat": -value("alignment.threat") * state.threat[cell],
        "grievance": -value("alignment.grievance") * state.grievance[cell],
        "coercion": 0.0,
        "security": value("alignment.security") * state.security[cell] * state.credibility[cell],
    }


def social(state, now, cell, pole, bound=1.0):
    """Peers, rivalry, curvature, anchor and residual of one cell, by name."""
    politics, value, (c, p) = now.world.politics, now.value, cell
    weights, seen = politics.peers.toarray()[c], state.alignment * politics.active[:, :, None]
    heard = sum(weight * seen[j, p] for j, weight in enumerate(weights))
    restraint = value("alignment.peer_restraint") * np.abs(weights).sum() * seen[cell]
    rivalry = sum(
        politics.rivalry[p, q] * (RIVALS[2] if (pole, other) == RIVALS[:2] else 1.0) * seen[c, q]
        for q, other in enumerate(now.world.axes["pole"])
    )
    return {
        "peers": value("alignment.peer_weight") * (heard - restraint),
        "rivalry": -value("alignment.rivalry_weight") * rivalry,
        "curvature": -value("alignment.curvature") * seen[cell],
        "anchor": value("alignment.anchoring") * bound * (state.anchor[cell] - seen[cell]),
        "residual": np.broadcast_to(now.base.residual, seen.shape)[cell],
    }


def test_each_term_of_utility_is_its_formula(scene):
    state, now = scene
    active = now.world.politics.active
    terms = drive(state.alignment, pull(state, now), shape(now), active)
    for cell, country, pole in cells(now):
        expected = benefits(state, now, cell, country, pole) | social(state, now, cell, pole)
        assert set(terms) == set(expected)
        for name, value in expected.items():
            found = np.broadcast_to(terms[name], state.alignment.shape)[cell]
            message = f"{name} {country} {pole}"
            assert_allclose(found, value * active[cell], rtol=1e-9, atol=1e-15, err_msg=message)


def test_alignment_moves_by_its_terms_at_its_speed_and_the_anchor_follows(scene):
    state, now = scene
    after, value, active = alignment(state, now), now.value, now.world.politics.active
    pace = value("alignment.curvature") + value("alignment.anchoring")
    pace += value("alignment.peer_weight") * value("alignment.peer_restraint")
    tau = (1.0 - 0.5 ** (1.0 / (4.0 * value("alignment.half_life")))) / pace
    for cell, country, pole in cells(now):
        bound = np.where(state.tenure[cell[0]] < YEAR, 1.0 - value("leaders.loosening"), 1.0)
        terms = benefits(state, now, cell, country, pole) | social(state, now, cell, pole, bound)
        noise = value("alignment.noise") * now.setting.luck.alignment[(now.index, *cell)]
        moved = np.clip(state.alignment[cell] + active[cell] * (tau * sum(terms.values()) + noise), -1.0, 1.0)
        drift = active[cell] * value("alignment.anchor_drift") * (state.alignment[cell] - state.anchor[cell])
        assert_allclose(after.alignment[cell], moved, rtol=1e-9, err_msg=f"{country} {pole}")
        assert_allclose(after.anchor[cell], state.anchor[cell] + drift, rtol=1e-12, err_msg=f"{country} {pole}")
    assert_array_equal(after.surplus_history[:-1], state.surplus_history[1:])
    assert_array_equal(after.surplus_history[-1], state.surplus)


# --- adaptation


def attraction(state, now, cell):
    """How much stronger than at base a pole pulls a country's trade: border, size, cost, alignment."""
    world, (c, p) = now.world, cell
    relative = state.gdp / world.economy.gdp[:, None]
    size = relative[len(world.axes["country"]) + p] / (state.gdp.sum(axis=0) / world.economy.gdp.sum())
    worth = np.maximum(world.freight.unit_value, 1.0)[:, None]
    dearness = np.log(1.0 + np.maximum(state.freight.cost, 0.0) / worth)
    row = world.freight.partner.toarray()[c * len(world.axes["pole"]) + p]
    dearer = row @ dearness - np.broadcast_to(now.base.delivered, state.alignment.shape)[cell]
    closer = (state.alignment[cell] - world.politics.alignment[cell]) * world.politics.active[cell]
    moved = -now.value("adaptation.cost_elasticity") * dearer + now.value("adaptation.alignment_trade") * closer
    return border(state, now, cell) * size * np.exp(moved)


def border(state, now, cell):
    """Trade through the border of a country with a pole, relative to the start."""
    pair = now.world.pole_pair[cell]
    if pair < 0:
        return 1.0
    barred = now.value("dyads.trade_barrier")
    opened = {0.0: 1.0 - np.exp(-(state.dyad_clock[pair] + 1.0) / now.value("dyads.opening")), 1.0: 0.0}
    share, start = opened.get(state.dyad[pair, 0], 1.0), 0.0 if now.world.dyad_state[pair] == 1.0 else 1.0
    return (1.0 - barred * (1.0 - share)) / (1.0 - barred * (1.0 - start))


def test_trade_moves_to_partners_that_pull_and_keeps_its_total(scene):
    state, now = scene
    after, economy, pace = adaptation(state, now), now.world.economy, now.value("adaptation.trade_speed")
    each = [attraction(state, now, cell) for cell, _, _ in cells(now)]
    pulls = np.reshape(each, state.imports.shape)
    sides = (
        ("imports", economy.imports, economy.gross_imports, economy.total_imports),
        ("exports", economy.exports, economy.gross_exports, economy.total_exports),
    )
    for side, (name, base, gross, total) in enumerate(sides):
        for c, country in enumerate(now.world.axes["country"]):
            whole, rest = max(total[c], gross[c].sum()), max(total[c] - gross[c].sum(), 0.0)
            factor = whole / ((gross[c][:, None] * pulls[c]).sum(axis=0) + rest) if whole > 0.0 else 1.0
            held = state.reallocation[side, c]
            moved = np.clip(held + pace * (factor - held), np.minimum(factor, 1.0), np.maximum(factor, 1.0))
            assert_allclose(after.reallocation[side, c], moved, rtol=1e-9, err_msg=country)
            before = getattr(state, name)[c]
            target = base[c][:, None] * pulls[c] * factor
            expected = np.clip(before + pace * (target - before), 0.0, 1.0)
            assert_allclose(getattr(after, name)[c], expected, rtol=1e-9, err_msg=f"{name} {country}")


def test_a_border_on_its_way_open_and_all_that_pulls_differ_from_base(scene):
    """Else the law above would not see one of them dropped."""
    state, now = scene
    borders = [np.min(border(state, now, cell)) for cell, _, _ in cells(now)]
    assert max(borders) > 1.01
    pulls = np.array([attraction(state, now, cell) for cell, _, _ in cells(now)])
    assert np.ptp(pulls) > 0.1


def test_soft_links_busy_for_more_than_a_year_widen(scene):
    state, now = scene
    after, routes = adaptation(state, now), now.world.freight.routes
    load = routes.uses.toarray().T @ state.freight.flow
    grown = 0
    for e, segment in enumerate(routes.segments.of_link):
        carried, limit = (load[segment] if segment >= 0 else 0.0), state.capacity[e]
        full = (carried > BUSY * limit) & np.isfinite(limit) & (limit > 0.0)
        busy = np.where(full, state.busy[e] + 1.0, 0.0)
        soft = now.world.links.soft[e] > 0.0
        wider = state.expansion[e] * np.where(busy > YEAR, 1.0 + now.value("adaptation.widening"), 1.0)
        assert_array_equal(after.busy[e], busy)
        assert_allclose(after.expansion[e], wider if soft else 1.0, rtol=1e-12)
        grown += soft and bool((wider > state.expansion[e]).any())
    assert grown


# --- what is recorded of it


def test_the_price_of_a_segment_stands_on_its_tightest_links_alone(scene):
    state, now = scene
    busy = {name: np.ones_like(state.freight.price) for name in ("price", "load")}
    dear = replace(state, freight=replace(state.freight, **busy))
    shown = record(dear, now, ("shadow_price",))["shadow_price"]
    segments, loose = now.world.freight.routes.segments, 0
    for segment in range(len(state.freight.price)):
        links = np.flatnonzero(segments.of_link == segment)
        tight = state.capacity[links] <= state.capacity[links].min(axis=0)
        assert_array_equal(shown[links], np.where(tight, 1.0, 0.0))
        loose += int((~tight).sum())
    assert loose > 0
