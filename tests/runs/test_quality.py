"""What the baseline does by itself: the bars, and the figures against simple counts."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import poisson

from model.alignment import drive
from model.simulation import simulate
from model.step import pull, shape
from runs import quality
from runs.base import base_state
from scenarios.states import STATE_VALUES
from scenarios.tables import shipped_tables
from tests.worlds import lasting

RUNS = 16


@pytest.fixture(scope="module")
def seen(baseline_world):
    return quality.watched(baseline_world, RUNS)


def test_few_alignments_end_at_a_bound(baseline_world, seen):
    assert quality.near_bounds(baseline_world, seen.alignment)["near"].mean() < 0.05


def test_an_alignment_is_at_its_bound_from_two_hundredths_on(baseline_world):
    ends = np.zeros((len(baseline_world.axes["country"]), len(baseline_world.axes["pole"]), 4))
    ends[0, 1] = [-0.981, 0.979, 1.0, 0.0]
    table = quality.near_bounds(baseline_world, ends)
    assert table["near"].tolist() == [0.5 if place == 1 else 0.0 for place in range(len(table))]
    assert not (table["country"] == table["pole"]).any()


def test_half_of_the_residuals_are_less_than_half_of_what_pushes(baseline_world):
    shares = quality.residual_shares(baseline_world)
    assert shares["share"].between(0.0, 1.0).all()
    assert shares["share"].median() < 0.5


def test_a_residual_is_what_the_restoring_terms_hold_against_the_named_ones(baseline_world):
    state, now = base_state(baseline_world)
    terms = drive(state.alignment, pull(state, now), shape(now), baseline_world.politics.active)
    named = [term for name, term in terms.items() if name not in ("residual", "curvature", "anchor")]
    residual = -(terms["curvature"] + terms["anchor"] + sum(named))[:, :, 0]
    pushes = np.abs(residual) + sum(np.abs(term[:, :, 0]) for term in named)
    for row in quality.residual_shares(baseline_world).itertuples():
        place = (baseline_world.axes["country"].at(row.country), baseline_world.axes["pole"].at(row.pole))
        assert row.share == pytest.approx(abs(residual[place]) / pushes[place], abs=1e-9)


def test_what_is_watched_is_what_runs_record(baseline_world):
    world = lasting(baseline_world, 24)
    seen = quality.watched(world, 12)
    names = ("alignment", "pole_posture", "dyad_state", "membership")
    found = simulate(world, np.arange(12), 1, record_measures=names, every="quarterly").measures
    assert np.array_equal(seen.alignment, found["alignment"][-1], equal_nan=True)
    start = np.repeat(world.dyad_state[None, :, None], 12, axis=-1)
    states = np.concatenate([start, found["dyad_state"]])
    moved = (states[1:] != states[:-1]).sum(axis=(0, 1))
    apart = seen.pairs.copy()
    apart[np.arange(len(apart)), np.arange(len(apart))] = 0.0
    assert np.array_equal(apart.sum(axis=(0, 1)), moved)
    steps = np.diff(found["membership"], axis=0)
    assert np.array_equal(seen.up, (steps > 0.0).sum(axis=(0, 1)))
    assert np.array_equal(seen.down, (steps < 0.0).sum(axis=(0, 1)))
    turned = (found["pole_posture"][1:] != found["pole_posture"][:-1]).any(axis=2).sum(axis=0)
    assert np.array_equal(seen.turns, turned)


def test_blocks_change_nothing(baseline_world, monkeypatch):
    world = lasting(baseline_world, 8)
    whole = quality.watched(world, 6)
    monkeypatch.setattr(quality, "BLOCK", 4)
    parts = quality.watched(world, 6)
    assert all(np.array_equal(ours, vars(parts)[name]) for name, ours in vars(whole).items())


def test_rates_are_counts_a_decade_with_the_interval_of_their_law(baseline_world):
    world, states = replace(baseline_world, quarters=80), len(STATE_VALUES["dyad"])
    cells = len(world.axes["country"]), len(world.axes["pole"])
    pairs = np.zeros((states, states, 2))
    pairs[int(STATE_VALUES["dyad"]["open"]), int(STATE_VALUES["dyad"]["tense"])] = [2.0, 6.0]
    none, institutions = np.zeros((*cells, 2)), np.zeros((len(world.axes["institution"]), 2))
    seen = quality.Watched(none, none[0], none[:, 0], pairs, institutions, institutions)
    table = quality.event_rates(world, shipped_tables("2025Q1"), seen).set_index("kind")
    quarrels = table.loc["quarrels"]
    assert quarrels["simulated"] == 2.0  # four in twenty years
    count = 2.0 * quarrels["recorded"]
    assert poisson.sf(count - 1, 2.0 * quarrels["recorded_low"]) == pytest.approx(0.025)
    assert poisson.cdf(count, 2.0 * quarrels["recorded_high"]) == pytest.approx(0.025)
    assert table.loc["all states", "simulated"] == 0.0


def test_displaced_alignments_come_back_to_the_base(baseline_world):
    away = quality.distances(lasting(baseline_world, 48), 4)
    far = away.max(axis=(1, 2))
    assert far[0] > 1.0
    assert far[-1] < 0.2
    assert (np.diff(far[4:]) < 0.0).all()


def test_a_passing_change_leaves_what_the_world_says_without_it(baseline_world):
    table = quality.loop(lasting(baseline_world, 4), "middle")
    assert len(table) == 4
    assert np.array_equal(table["under"], table["without"])
