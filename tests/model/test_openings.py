from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from model.arrays import sparse
from model.events import Edit
from model.openings import CLOSED, OPEN, gated, openness, ramp, thaw
from model.step import link_load
from scenarios.states import STATE_VALUES
from scenarios.vocabulary import borders
from tests.strategies import column
from tests.worlds import FEW, lasting, opened, quarters


def test_a_project_comes_into_use_in_equal_steps():
    assert_allclose(ramp(np.arange(-1.0, 7.0), np.array(4.0)), [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0])


def test_a_project_without_ramp_is_there_at_once():
    assert ramp(np.array(0.0), np.array(0.0)) == 1.0


@given(st.floats(0.0, 200.0), st.floats(1.0, 20.0))
def test_a_border_opens_exponentially_and_a_closed_one_is_shut(clock, tau):
    states = column([OPEN, CLOSED, 2.0, 3.0])
    share = openness(states, np.full((4, 1), clock), tau)[:, 0]
    assert share[0] == pytest.approx(1.0 - np.exp(-(clock + 1.0) / tau))
    assert share[1] == 0.0
    assert share[2] == share[0]  # a tense border is open, as far as it has come
    assert share[3] == 0.0  # one at war is not


def test_a_link_behind_two_borders_is_as_open_as_their_product():
    gate = sparse([0, 0, 1, 2], [0, 1, 0, 2], [1.0] * 4, (4, 3))
    passed = gated(gate, column([0.5, 0.4, 0.0]))
    assert_allclose(passed[:, 0], [0.2, 0.5, 0.0, 1.0])


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.9))
def test_trade_behind_a_border_returns_with_its_openness(share, start, barrier):
    moved = thaw(column([share]), column([start]), barrier)[0, 0]
    assert moved * (1.0 - barrier * (1.0 - start)) == pytest.approx(1.0 - barrier * (1.0 - share))
    assert thaw(column([start]), column([start]), barrier)[0, 0] == 1.0


def test_opening_a_border_that_barred_half_of_trade_doubles_it():
    assert thaw(column([1.0]), column([0.0]), 0.5)[0, 0] == 2.0


@pytest.mark.parametrize("state", ["closed", "hot"])
def test_a_shut_pair_lets_no_lorry_train_or_tank_wagon_over_its_border(baseline_world, tables, state):
    world, pairs = lasting(baseline_world, 2), ("AZE-GEO", "KAZ-RUS")
    when = (world.start + 1, world.start + 1)
    edits = tuple(Edit(pair, "dyad.state", (pair,), "set", STATE_VALUES["dyad"][state], when) for pair in pairs)
    (_, before, _), (_, after, now) = quarters(*opened(replace(world, edits=edits), 1, FEW))
    links = tables["links"].set_index("id")
    over = {pair: frozenset(pair.split("-")) for pair in pairs}
    land = links[links["mode"].isin(["border", "rail_tank"])]
    for pair, both in over.items():
        crossing = [world.axes["link"].at(name) for name, row in land.iterrows() if both in borders(row["territories"])]
        assert (before.capacity[crossing] > 0.0).any(), pair
        assert (after.capacity[crossing] == 0.0).all(), pair
        assert (link_load(after, now)[crossing] == 0.0).all(), pair
