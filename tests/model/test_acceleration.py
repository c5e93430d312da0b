import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model.acceleration import EVERY, MEMORY, Anderson, settled

GROUP = np.array([0, 0, 0, 1, 1])


def linear(seed, runs):
    """A sweep x -> A x + b that touches each group of unknowns alone and settles slowly, with where it settles."""
    rng = np.random.default_rng(seed)
    matrix = np.zeros((5, 5))
    for rows in (slice(0, 3), slice(3, 5)):
        size = rows.stop - rows.start
        basis = np.linalg.qr(rng.normal(size=(size, size)))[0]
        matrix[rows, rows] = basis @ np.diag([0.5, 0.8, 0.97][-size:]) @ basis.T
    constant = rng.normal(size=(5, runs))
    return lambda x: matrix @ x + constant, np.linalg.solve(np.eye(5) - matrix, constant)


@given(st.integers(0, 1000))
def test_mixtures_leave_a_tenth_of_what_plain_sweeps_leave(seed):
    """The slowest way settles by three per cent a sweep; nine mixtures in thirty sweeps."""
    sweep, end = linear(seed, 4)
    mixed, plain = (settled(lambda x, _: sweep(x), np.zeros((5, 4)), 30, way) for way in (Anderson(GROUP, 2), None))
    assert np.abs(mixed - end).max() <= 0.1 * np.abs(plain - end).max()


def test_a_lone_unknown_goes_ten_thirteenths_of_the_way_to_where_its_changes_cancel():
    """In closed form: a ridge of 0.3 of the squared steps leaves 0.3 / 1.3 of a change, which a sweep then shrinks."""
    x, mixed = np.full((1, 3), [[1.0, 1e3, -1e-3]]), Anderson(np.zeros(1, dtype=int), 1)
    for number in range(MEMORY):
        before, x = x, mixed.next(x, 0.9 * x, EVERY * (MEMORY - number))
    change = -0.1 * before
    assert_allclose(-0.1 * x, 0.9 * change * 0.3 / 1.3, rtol=1e-6)


def test_a_sweep_at_rest_stays_at_rest():
    rest = np.full((5, 2), 3.0)
    mixed = Anderson(GROUP, 2)
    for left in range(9, -1, -1):
        assert_allclose(mixed.next(rest, rest, left), rest, rtol=1e-15)


def test_steps_that_are_nearly_rounding_are_not_mixed():
    """A mixture of them would be one of rounding, whatever size unknowns have."""
    rng = np.random.default_rng(0)
    before = 100.0 + rng.normal(size=(5, 2))
    for step, size in ((1e-6, 1e-9), (1.0, 1e-3)):
        mixed = Anderson(GROUP, 2)
        for number in range(MEMORY):
            after = before + step * rng.normal(size=(5, 2))
            found = mixed.next(before, after, EVERY * (MEMORY - number))
        assert (np.abs(found - after).max() > size) == (step == 1.0)


def test_the_last_sweeps_are_not_mixed():
    sweep, _end = linear(1, 3)
    mixed = Anderson(GROUP, 2)
    for left in (9, 8, 7):
        mixed.next(np.zeros((5, 3)), sweep(np.zeros((5, 3))) + left, left)
    after = sweep(np.ones((5, 3)))
    for left in (2, 1, 0):
        assert_array_equal(mixed.next(np.ones((5, 3)), after, left), after)


@given(st.integers(0, 1000))
def test_a_run_is_mixed_alike_whatever_its_block_and_a_group_whatever_the_other(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.normal(size=(2, MEMORY, 5, 6))
    whole, alone, other = Anderson(GROUP, 2), Anderson(GROUP, 2), Anderson(GROUP, 2)
    changed = after.copy()
    changed[:, 3:] += 1.0
    for number in range(MEMORY):
        left = EVERY * (MEMORY - number)
        mixed = whole.next(before[number], after[number], left)
        assert_array_equal(alone.next(before[number][:, 2:3], after[number][:, 2:3], left), mixed[:, 2:3])
        assert_array_equal(other.next(before[number], changed[number], left)[:3], mixed[:3])
    assert np.abs(mixed - after[-1]).max() > 0.0


@given(st.integers(0, 1000))
def test_the_scale_of_unknowns_weighs_their_steps_and_nothing_else(seed):
    """Unknowns in another unit, with that unit as scale, mix alike; one without a say may step as it likes."""
    rng = np.random.default_rng(seed)
    before, after = rng.normal(size=(2, MEMORY, 5, 3))
    unit = np.array([1.0, 10.0, 0.1, 1.0, 1e3])[:, None]
    silent = np.array([1.0, 1.0, 0.0, 1.0, 1.0])[:, None]
    wild = before.copy()
    wild[:, 2] -= 1e6 * rng.normal(size=(MEMORY, 3))
    plain, other = Anderson(GROUP, 2, scale=silent), Anderson(GROUP, 2, scale=silent)
    own, scaled = Anderson(GROUP, 2), Anderson(GROUP, 2, scale=1.0 / unit)
    for number in range(MEMORY):
        left = EVERY * (MEMORY - number)
        assert_array_equal(
            other.next(wild[number], after[number], left), plain.next(before[number], after[number], left)
        )
        mixed = own.next(before[number], after[number], left)
        assert_allclose(scaled.next(before[number] * unit, after[number] * unit, left), mixed * unit, rtol=1e-6)


@given(st.integers(0, 1000))
def test_a_mixture_stays_above_its_floor_and_off_what_is_not_mixed(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.normal(size=(2, MEMORY, 5, 6))
    free, held = Anderson(GROUP, 2), Anderson(GROUP, 2, lowest=0.0, mixes=np.array([[1], [1], [0], [1], [0]]) > 0)
    for number in range(MEMORY):
        left = EVERY * (MEMORY - number)
        mixed, found = (one.next(before[number], after[number], left) for one in (free, held))
    assert_array_equal(found[[2, 4]], after[-1][[2, 4]])
    assert_array_equal(found[[0, 1, 3]], np.maximum(mixed, 0.0)[[0, 1, 3]])
