"""Pairs of states move by chance at the rates of the record (theory 7.10, 7.17)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.dyads import COVARIATES, chances, covariates, drawn, hazards, next_dyad, war_clock, war_threat
from model.events import Edit
from model.now import Now
from model.openings import HOT, OPEN, shut
from model.quarters import parse_quarter
from model.simulation import simulate
from scenarios.compiling.dyads import counted, shrunk
from scenarios.states import DYAD_STATES, STATE_VALUES
from scenarios.tables import shipped_tables
from tests.worlds import FEW, lasting, opened

DECADE = 40
WITHIN = 3.0
"""Factor between the record and what is expected of the next decade; the record of a change holds one to six."""
CLASSES = {
    "quarrels": (("open", "tense"),),
    "reconciliations": (("tense", "open"),),
    "borders shut": (("open", "closed"), ("tense", "closed")),
    "wars": (("tense", "hot"), ("closed", "hot")),
    "ends of wars": (("hot", "closed"), ("hot", "tense")),
}
RATES = arrays(np.float64, (4, 3, 2), elements=st.floats(0.0, 20.0))


@pytest.fixture(scope="module")
def base(baseline_world):
    """State and view of the first quarter, with luck for many runs."""
    setting, state, opening = opened(lasting(baseline_world, 2), 40, FEW)
    return state, Now(setting, opening, 0)


def pair(world, name):
    """Position of a pair."""
    return world.axes["dyad"].at(name)


@given(RATES, st.floats(0.0, 2.0))
def test_chances_of_a_change_and_of_none_sum_to_one(rates, pace):
    chance = chances(rates, pace)
    assert (chance >= 0.0).all()
    np.testing.assert_allclose(1.0 - sum(chance), np.exp(-pace * sum(rates) / 4.0), atol=1e-12)


@given(RATES, st.floats(0.01, 0.99))
def test_only_what_has_a_rate_comes(rates, luck):
    rates[2] = 0.0
    moved = drawn(np.zeros((3, 2)), chances(rates, 1.0), np.full((3, 2), luck))
    assert (moved != 2.0).all()


def test_changes_come_as_often_as_their_chance():
    rates = np.array([0.0, 0.4, 1.2, 0.0])[:, None, None] * np.ones((4, 1, 1))
    luck = (np.arange(100_000) + 0.5)[None] / 100_000
    moved = drawn(np.zeros((1, 100_000)), chances(rates, 1.0), luck)
    leaving = 1.0 - np.exp(-0.4)
    assert [(moved == state).mean() for state in (1, 2)] == pytest.approx([leaving / 4, leaving * 3 / 4], abs=1e-4)


def test_chances_on_the_base_state_are_sensible(base):
    state, now = base
    measured = covariates(state, now)
    assert all(np.abs(values).max() < 1e-6 for values in measured)  # flows of the base are solved as far
    chance = chances(hazards(state.dyad, measured, now), 1.0)
    possible = chance[chance > 0.0]
    assert possible.min() >= 1e-4
    assert possible.max() <= 0.95


@given(place=st.integers(0, len(COVARIATES) - 1), lower=st.floats(-2.0, 2.0), more=st.floats(0.0, 2.0))
def test_a_rate_follows_each_covariate_as_its_load_says(base, place, lower, more):
    state, now = base
    held = state.dyad
    zero = [np.zeros_like(held)] * len(COVARIATES)
    ends = [[*zero[:place], np.full_like(held, value), *zero[place + 1 :]] for value in (lower, lower + more)]
    low, high = (hazards(held, values, now) for values in ends)
    load = now.world.dyads.loads[place][:, np.arange(len(held))[:, None], held.astype(int)]
    assert (np.sign(load) * (high - low) >= 0.0).all()
    assert np.array_equal(low[load == 0.0], high[load == 0.0])


def test_at_pace_zero_nothing_moves(base):
    state, now = base
    still = replace(now, setting=replace(now.setting, parameters=now.setting.parameters | {"dyads.pace": 0.0}))
    assert np.array_equal(next_dyad(state, still), state.dyad)
    assert not np.array_equal(next_dyad(state, now), state.dyad)


def test_pairs_move_alike_in_any_order(base):
    state, now = base
    measured, held = covariates(state, now), state.dyad
    turned = np.arange(len(held))[::-1]
    facts = now.world.dyads
    there = replace(facts, rates=facts.rates[:, turned], loads=facts.loads[:, :, turned])
    mirrored = replace(now, setting=replace(now.setting, world=replace(now.world, dyads=there)))
    one, other = hazards(held, measured, now), hazards(held[turned], [m[turned] for m in measured], mirrored)
    assert np.array_equal(one[:, turned], other)


def test_one_border_opens_only_after_another(baseline_world):
    hurried = replace(baseline_world.dyads, rates=20.0 * baseline_world.dyads.rates)
    world = lasting(replace(baseline_world, dyads=hurried), 12)
    found = simulate(world, np.arange(40), 0, parameters=FEW, record_measures=("dyad_state",), every="quarterly")
    state = found.measures["dyad_state"]
    first = {name: _first(~shut(state[:, pair(world, name)])) for name in ("ARM-AZE", "ARM-TUR")}
    came = first["ARM-TUR"] < len(state)
    assert came.any()
    assert (first["ARM-AZE"] < first["ARM-TUR"])[came].all()


def _first(marks):
    """First place along the first axis that is marked, its length where none is."""
    return np.where(marks.any(axis=0), marks.argmax(axis=0), len(marks))


def test_an_event_holds_a_pair_and_releases_it(baseline_world):
    hurried = replace(baseline_world.dyads, rates=20.0 * baseline_world.dyads.rates)
    when = (baseline_world.start + 1,) * 2
    edit = Edit("held", "dyad.state", ("GEO-RUS",), "set", float(OPEN), when, 4)
    world = lasting(replace(baseline_world, dyads=hurried), 12, edit)
    free = replace(world, edits=())
    ours, theirs = (
        simulate(w, np.arange(20), 0, parameters=FEW, record_measures=("dyad_state",), every="quarterly").measures[
            "dyad_state"
        ][:, pair(world, "GEO-RUS")]
        for w in (world, free)
    )
    assert (ours[1:5] == OPEN).all()
    assert (theirs[1:5] != OPEN).any()
    assert (ours[5:] != OPEN).any()


def test_results_do_not_hang_on_the_block(baseline_world):
    world = lasting(baseline_world, 6)
    names = ("dyad_state", "alignment", "gdp")
    whole = simulate(world, np.arange(6), 0, parameters=FEW, record_measures=names).measures
    alone = simulate(world, np.array([4]), 0, parameters=FEW, record_measures=names).measures
    assert all(np.array_equal(whole[name][..., 4:5], alone[name]) for name in names)


def test_a_war_sets_the_clock_back_and_threatens(base):
    state, now = base
    at = pair(now.world, "GEO-RUS")
    war = state.dyad.copy()
    war[at] = HOT
    fought = replace(state, dyad=war)
    assert (war_clock(fought)[at] == 0.0).all()
    assert (war_clock(state)[at] == state.dyad_war[at] + 1.0).all()
    axes, risen = now.world.axes, war_threat(fought, now) - war_threat(state, now)
    assert (risen[axes["country"].at("GEO"), axes["pole"].at("RUS")] == 1.0).all()
    assert (risen >= 0.0).all()


def test_the_longer_wars_are_remembered_the_more_of_them_is_left(base):
    state, now = base
    later = replace(state, dyad_war=state.dyad_war + 20.0)
    left = []
    for years in (5.0, 20.0):
        setting = replace(now.setting, parameters=now.setting.parameters | {"dyads.war_memory": years})
        left.append(covariates(later, replace(now, setting=setting))[COVARIATES.index("war")])
    fought = now.world.dyads.war < 100.0
    assert fought.any()
    start = now.world.dyads.war[fought, None]
    for years, moved in zip((5.0, 20.0), left, strict=True):
        expected_move = np.exp(-(start + 20.0) / (4.0 * years)) - np.exp(-start / (4.0 * years))
        np.testing.assert_allclose(moved[fought], expected_move + np.zeros_like(moved[fought]))


def test_a_rate_lies_between_what_is_expected_and_the_record():
    changes, years = np.array([0.0, 2.0]), np.array([30.0, 10.0])
    found = shrunk(0.01, 20.0, changes, years)
    others = (0.2 + np.array([2.0, 0.0])) / (20.0 + np.array([10.0, 30.0]))
    np.testing.assert_allclose(found, (20.0 * others + changes) / (20.0 + years))
    np.testing.assert_allclose(shrunk(0.01, 1e9, changes, years), 0.01, rtol=1e-4)
    np.testing.assert_allclose(shrunk(0.01, 1e-9, changes, years), changes / years, atol=1e-6)


@pytest.mark.parametrize("kind", CLASSES)
def test_changes_of_a_decade_are_those_of_the_record(baseline_world, kind):
    """Expected of the chain over the ten years after the start, against the twenty before it."""
    recorded, coming = record_of_a_decade(baseline_world, CLASSES[kind]), expected(baseline_world, CLASSES[kind])
    assert recorded / WITHIN < coming < recorded * WITHIN


def record_of_a_decade(world, kinds):
    """Changes of some kinds on record in the twenty years before the start, a decade."""
    record, start = shipped_tables("2025Q1").history("dyads"), world.start
    whole = counted(record, world.axes["dyad"], start)[0]
    early = record[record["since"].map(parse_quarter) < start - 2 * DECADE]
    before = counted(early, world.axes["dyad"], start)[0]
    number = STATE_VALUES["dyad"]
    return sum((whole - before)[int(number[to]), :, int(number[of])].sum() for of, to in kinds) / 2.0


def expected(world, kinds):
    """Changes of some kinds that the chain expects in the ten years after the start, at the rates of the start."""
    rates, number = world.dyads.rates, STATE_VALUES["dyad"]
    share = np.eye(len(DYAD_STATES))[world.dyad_state.astype(int)]
    total = 0.0
    for _ in range(DECADE):
        flow = chances(rates, 1.0) * share[None]
        total += sum(flow[int(number[to]), :, int(number[of])].sum() for of, to in kinds)
        share = share - flow.sum(axis=0) + flow.sum(axis=2).T
    return total
