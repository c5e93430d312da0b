"""New leaders lean in their own way and hold less to the anchor; guarantors are judged by what they do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.arrays import compressed
from model.axes import Axis
from model.events import Edit
from model.leaders import NEW_FOR, hold, leaders, leaning
from model.now import Now
from model.simulation import simulate
from model.threat import next_credibility
from scenarios.compiling.leaders import succession
from tests.worlds import FEW, lasting, opened

QUARTERS = 9
QUIET = {"leaders.pace": 0.0, "postures.pace": 0.0}


def still(world, *edits, **parameters):
    """The world in which nothing but events brings a leader."""
    return replace(lasting(world, QUARTERS, *edits), parameters=QUIET | parameters)


def change(world, country, quarter):
    when = (world.start + quarter,) * 2
    return Edit("new", "leader.change", (country,), "set", 1.0, when, 1)


def run(world, measure="alignment"):
    return simulate(world, np.arange(3), 0, record_measures=(measure,), every="quarterly").measures[measure]


def at(world, count, tenure):
    """Setting, state and now of a world with so many leaders come so long ago."""
    setting, state, base = opened(still(world), 1, FEW)
    state = replace(state, leader=np.full_like(state.leader, count), tenure=np.full_like(state.tenure, tenure))
    return state, Now(setting, base, 1)


def test_the_leader_of_the_start_leans_as_the_tables_say(baseline_world):
    state, now = at(baseline_world, 0.0, 1e9)
    assert (leaning(state, now) == 0.0).all()
    assert (hold(state, now) == 1.0).all()


def test_a_leader_leans_as_drawn_for_his_number_and_the_freer_the_smaller_his_coalition(baseline_world):
    state, now = at(baseline_world, 2.0, 1e9)
    free = np.sqrt(1.0 - baseline_world.politics.coalition)
    expected = 0.17 * free[:, None, None] * now.setting.luck.leanings[1]
    np.testing.assert_allclose(leaning(state, now), expected, rtol=1e-12)


def test_leanings_spread_as_sigma_and_coalition_say(baseline_world):
    setting, state, base = opened(still(baseline_world), np.arange(400))
    now = Now(setting, base, 1)
    found = leaning(replace(state, leader=state.leader + 1.0), now).std(axis=(1, 2))
    expected = 0.17 * np.sqrt(1.0 - baseline_world.politics.coalition)
    np.testing.assert_allclose(found, expected, rtol=0.08)


def test_later_leaders_than_are_drawn_lean_like_the_last(baseline_world):
    state, now = at(baseline_world, 99.0, 1e9)
    last, _ = at(baseline_world, float(len(now.setting.luck.leanings)), 1e9)
    np.testing.assert_array_equal(leaning(state, now), leaning(last, now))


@pytest.mark.parametrize(("tenure", "held"), [(0.0, 0.5), (NEW_FOR - 1.0, 0.5), (NEW_FOR, 1.0)])
def test_a_country_holds_less_to_its_anchor_in_the_first_year(baseline_world, tenure, held):
    assert (hold(*at(baseline_world, 1.0, tenure)) == held).all()


def test_an_event_brings_a_leader_and_nobody_else(baseline_world):
    world = still(baseline_world, change(baseline_world, "UZB", 2))
    ours, theirs = run(world), run(still(baseline_world))
    uzb = world.axes["country"].at("UZB")
    assert np.array_equal(ours[:2], theirs[:2])
    assert (np.abs(ours - theirs)[2:, uzb] > 0.0).all()
    others = [c for c in range(len(world.axes["country"])) if c != uzb]
    assert np.abs(ours - theirs)[2, others].max() == 0.0  # peers follow a quarter later


def test_without_spread_and_loosening_a_leader_changes_nothing(baseline_world):
    off = {"leaders.spread": 0.0, "leaders.loosening": 0.0}
    world = still(baseline_world, change(baseline_world, "UZB", 2), **off)
    assert np.array_equal(run(world), run(still(baseline_world, **off)))


def test_leaders_change_as_often_as_the_record_says(baseline_world):
    setting, state, base = opened(lasting(baseline_world, 40), np.arange(300))
    for index in range(40):
        state = leaders(state, Now(setting, base, index))
    expected = baseline_world.politics.succession * 39 * 300
    assert (np.abs(state.leader.sum(axis=1) - expected) < 4.0 * np.sqrt(expected)).all()


def test_a_record_without_change_does_not_mean_for_ever():
    table = pd.DataFrame({"country": ["A", "A", "A"], "since": ["2005Q1", "2010Q1", "2015Q1"]})
    found = succession(table, "2025Q1", Axis("country", ("A", "B")))
    mean = 100 * 2 / 3
    np.testing.assert_allclose(found, [4 / (100 + mean), 1 / (100 + mean)])


def trust(update=0.4, kept=(0.0, -1.0), similar=0.5):
    """Credibility of one pole with two countries, of which the first is in a crisis."""
    similarity = compressed(np.array([[0.0, similar], [similar, 0.0]]))
    start = np.full((2, 1, 1), 0.8)
    return next_credibility(start, np.array(kept)[:, None, None], similarity, update)[:, 0, 0]


def test_credibility_approaches_what_is_kept_exponentially():
    value = np.full((1, 1, 1), 0.8)
    for _ in range(5):
        value = next_credibility(value, np.zeros((1, 1, 1)), compressed(np.zeros((1, 1))), 0.4)
    np.testing.assert_allclose(value, 0.8 * 0.6**5)


def test_others_learn_as_far_as_they_are_alike():
    np.testing.assert_allclose(trust(), [0.8 * 0.6, 0.8 * (1 - 0.4 * 0.5)])
    np.testing.assert_allclose(trust(kept=(-1.0, -1.0)), [0.8, 0.8])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_credibility_stays_between_0_and_1(update, one, other, similar):
    assert ((found := trust(update, (one, other), similar)) >= 0.0).all()
    assert (found <= 1.0).all()


def test_a_broken_promise_costs_the_guarantor_alignment_and_a_kept_one_brings_some(baseline_world):
    when = (baseline_world.start + 1,) * 2
    cell = (-1, baseline_world.axes["country"].at("TJK"), baseline_world.axes["pole"].at("RUS"))
    broken, kept = (Edit("crisis", "promise.kept", ("ARM", "RUS"), "set", value, when, 1) for value in (0.0, 1.0))
    none, less, more = (run(still(baseline_world, *edits))[cell] for edits in ((), (broken,), (kept,)))
    assert (less < none).all()
    assert (more > none).all()
