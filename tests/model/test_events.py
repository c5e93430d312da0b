from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import stats

from model.axes import Axis
from model.events import NEVER, STATES, STRUCTURAL, TARGETS, Edit, apply, schedule

RUNS = np.arange(2000)
AXES = {
    "link": Axis("link", ("cable", "pipe", "port")),
    "country": Axis("country", ("AAA", "BBB")),
    "pole": Axis("pole", ("NORTH", "SOUTH")),
    "project": Axis("project", ("dam",)),
}


def edit(operation="set", value=9.0, at=(100, 100), **more):
    return Edit(
        **({"id": operation, "target": "link.cost", "where": ("pipe",)} | more), operation=operation, value=value, at=at
    )


def after(edits, quarter=100, base=4.0, target="link.cost", runs=RUNS[:3], shape=(3, 1)):  # noqa: PLR0913
    return apply(schedule(tuple(edits), 0, runs), target, quarter, AXES, np.full(shape, base))


# --- order and windows ---------------------------------------------------------------------------


@given(st.permutations(["add", "multiply", "set"]))
def test_edits_set_then_multiply_then_add_whatever_their_order_in_the_file(order):
    value = {"set": 10.0, "multiply": 3.0, "add": 0.5}
    changed = after([edit(operation, value[operation]) for operation in order])
    assert_array_equal(changed[1], 10.0 * 3.0 + 0.5)
    assert_array_equal(changed[[0, 2]], 4.0)


def test_of_two_settings_the_later_in_the_file_stands():
    assert_array_equal(after([edit(value=1.0, id="a"), edit(value=2.0, id="b")])[1], 2.0)


@pytest.mark.parametrize("operation", ["set", "multiply", "add"])
def test_an_edit_holds_for_its_window_and_then_releases(operation):
    window = edit(operation, 3.0, at=(100, 100), duration=4)
    for quarter in range(97, 108):
        touched = not (after([window], quarter) == 4.0).all()
        assert touched == (100 <= quarter < 104)


def test_an_edit_without_duration_stays():
    assert_array_equal(after([edit()], 99)[1], 4.0)
    assert_array_equal(after([edit()], 100)[1], 9.0)
    assert_array_equal(after([edit()], 100_000)[1], 9.0)


def test_a_state_without_duration_is_set_once_and_then_left_to_the_model():
    opening = Edit("open", "project.stage", ("dam",), "set", 3.0, (100, 100))
    at = lambda quarter, change: after([change], quarter, 1.0, "project.stage", shape=(1, 1))[0, 0]  # noqa: E731
    assert [at(quarter, opening) for quarter in (99, 100, 101)] == [1.0, 3.0, 1.0]
    held = replace(opening, duration=2)
    assert [at(quarter, held) for quarter in (99, 100, 101, 102)] == [1.0, 3.0, 3.0, 1.0]


def test_edits_of_other_targets_and_idle_quarters_leave_the_very_array():
    base = np.ones((3, 1))
    plan = schedule((edit(),), 0, RUNS[:3])
    assert apply(plan, "link.days", 100, AXES, base) is base
    assert apply(plan, "link.cost", 99, AXES, base) is base
    apply(plan, "link.cost", 100, AXES, base)
    assert_array_equal(base, 1.0)


def test_an_edit_reaches_its_one_cell():
    pressure = Edit("press", "threat.level", ("BBB", "NORTH"), "add", 0.25, (100, 100))
    changed = after([pressure], 100, 0.5, "threat.level", shape=(2, 2, 1))
    expected = np.full((2, 2), 0.5)
    expected[1, 0] = 0.75
    assert_array_equal(changed, np.repeat(expected[:, :, None], 3, axis=2))


def test_every_target_has_known_axes_and_every_state_is_a_target():
    assert set(STATES) <= set(TARGETS)
    assert set(STRUCTURAL) <= set(TARGETS)


# --- ramps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [("set", 9.0, [5.25, 6.5, 7.75, 9.0]), ("multiply", 3.0, [6.0, 8.0, 10.0, 12.0]), ("add", -2.0, [3.5, 3, 2.5, 2])],
)
def test_a_change_over_four_quarters_is_reached_in_four_equal_steps_and_stays(operation, value, expected):
    ramp = edit(operation, value, over=4)
    seen = [after([ramp], quarter)[1, 0] for quarter in range(99, 106)]
    assert seen == [4.0, *expected, expected[-1], expected[-1]]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["set", "multiply", "add"]))
def test_a_change_reached_is_exactly_the_change_made_at_once(value, base, operation):
    done = {"set": value, "multiply": base * value, "add": base + value}[operation]
    for quarter, over in ((100, 1), (107, 8)):
        assert after([edit(operation, value, over=over)], quarter, base)[1, 0] == done


def test_what_has_no_limit_gets_one_when_the_change_is_reached():
    ramp = edit("set", 3.0, over=2)
    assert [after([ramp], quarter, np.inf)[1, 0] for quarter in (100, 101)] == [np.inf, 3.0]


def test_a_ramp_begins_anew_in_each_run_with_its_own_date():
    plan = schedule((edit(at=(98, 100), over=2),), 0, RUNS[:50])
    changed = apply(plan, "link.cost", 100, AXES, np.full((3, 1), 4.0))[1]
    assert_array_equal(changed, np.where(plan.begins[0] == 100, 6.5, 9.0))


def test_a_ramp_of_structure_marks_every_quarter_in_which_it_moves():
    closing = Edit("close", "link.open", ("pipe",), "set", 0.0, (100, 100), duration=6, over=3)
    plan = schedule((closing,), 0, RUNS[:2])
    assert [quarter for quarter in range(95, 110) if plan.structural(quarter, 2).any()] == [100, 101, 102, 106]


# --- luck ----------------------------------------------------------------------------------------


def test_an_edit_fires_in_its_share_of_runs():
    fired = schedule((edit(probability=0.3),), 0, RUNS).begins[0] < NEVER
    assert stats.binomtest(int(fired.sum()), len(RUNS), 0.3).pvalue > 1e-3
    assert (schedule((edit(probability=1.0),), 0, RUNS).begins == 100).all()
    assert (schedule((edit(probability=0.0),), 0, RUNS).begins == NEVER).all()


def test_dates_are_uniform_and_include_both_ends():
    begins = schedule((edit(at=(100, 104)),), 0, RUNS).begins[0]
    assert stats.chisquare(np.bincount(begins - 100, minlength=5)).pvalue > 1e-3
    assert set(begins) == {100, 101, 102, 103, 104}


def test_dates_come_as_often_as_their_chances_say():
    chances = (0.5, 0.0, 0.2, 0.3)
    begins = schedule((edit(at=(100, 103), chances=chances),), 0, RUNS).begins[0]
    counts = np.bincount(begins - 100, minlength=4)
    assert counts[1] == 0
    assert stats.chisquare(counts[[0, 2, 3]], len(RUNS) * np.array([0.5, 0.2, 0.3])).pvalue > 1e-3


def test_whether_and_when_are_independent():
    plan = schedule((edit(at=(100, 103), probability=0.5),), 0, RUNS)
    sure = schedule((edit(at=(100, 103)),), 0, RUNS)
    fired = plan.begins[0] < NEVER
    assert_array_equal(plan.begins[0][fired], sure.begins[0][fired])
    table = [np.bincount(sure.begins[0][chosen] - 100, minlength=4) for chosen in (fired, ~fired)]
    assert stats.chi2_contingency(table).pvalue > 1e-3


def test_edits_that_share_an_id_share_their_luck():
    pair = (edit(id="deal", at=(100, 110), probability=0.5), edit("add", id="deal", at=(100, 110), probability=0.5))
    plan = schedule(pair, 0, RUNS)
    assert_array_equal(plan.begins[0], plan.begins[1])
    other = schedule((edit(id="other", at=(100, 110), probability=0.5),), 0, RUNS)
    assert (other.begins[0] != plan.begins[0]).mean() > 0.4


def test_adding_an_edit_leaves_the_luck_of_the_others():
    deal = edit(id="deal", at=(100, 110), probability=0.5)
    alone, second = schedule((deal,), 0, RUNS), schedule((edit(id="new"), deal), 0, RUNS)
    assert_array_equal(alone.begins[0], second.begins[1])


def test_a_likelier_edit_fires_in_every_run_in_which_the_less_likely_one_does():
    rare, common = (schedule((edit(probability=p),), 0, RUNS).begins[0] < NEVER for p in (0.2, 0.6))
    assert (common | ~rare).all()


def test_what_follows_by_chance_fires_as_often_as_it_should_and_only_where_its_leader_did():
    deal = edit(id="deal", at=(100, 110), probability=0.6)
    loan = edit("add", id="deal", at=(102, 112), probability=0.6, conditions=(("loan", 0.5),))
    first, second = schedule((deal, loan), 0, RUNS).begins
    fired, followed = first < NEVER, second < NEVER
    assert not (followed & ~fired).any()
    assert_array_equal(second[followed], first[followed] + 2)
    assert stats.binomtest(int(followed.sum()), int(fired.sum()), 0.5).pvalue > 1e-3
    alone = schedule((edit(id="loan", probability=0.5),), 0, RUNS).begins[0] < NEVER
    assert_array_equal(followed, fired & alone)


def test_an_edit_that_does_not_fire_changes_nothing():
    plan = schedule((edit(probability=0.5),), 0, RUNS)
    changed = apply(plan, "link.cost", 100, AXES, np.full((3, 1), 4.0))[1]
    assert_array_equal(changed, np.where(plan.begins[0] < NEVER, 9.0, 4.0))


# --- structure -----------------------------------------------------------------------------------


def test_a_structural_edit_marks_the_quarter_it_begins_and_the_one_after_it_ends():
    closing = Edit("close", "link.open", ("pipe",), "set", 0.0, (100, 100), duration=3)
    plan = schedule((closing, edit(at=(105, 105))), 0, RUNS[:2])
    marked = [quarter for quarter in range(95, 110) if plan.structural(quarter, 2).any()]
    assert marked == [100, 103]


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError, match="tunnel"):
        after([edit(where=("tunnel",))])
