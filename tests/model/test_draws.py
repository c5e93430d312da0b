from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from model.draws import normals, uniforms

RUNS = np.arange(200)
runs_lists = st.lists(st.integers(0, 400), min_size=1, max_size=20, unique=True)


@given(runs_lists, st.integers(0, 5))
def test_a_run_has_the_same_luck_in_whatever_set_and_order_it_is_drawn(runs, seed):
    together = uniforms(seed, "leaders", "KAZ", np.array(runs), 9)
    for position, run in enumerate(runs):
        assert_array_equal(together[:, position], uniforms(seed, "leaders", "KAZ", np.array([run]), 9)[:, 0])


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 40))
def test_a_longer_horizon_keeps_the_luck_of_a_shorter_one(short, long):
    short, long = sorted((short, long))
    assert_array_equal(uniforms(1, "a", "b", RUNS, short), uniforms(1, "a", "b", RUNS, long)[:short])


@pytest.mark.parametrize("block", [1, 7, 64, 100])
def test_luck_does_not_depend_on_the_block(block):
    whole = uniforms(3, "a", "b", RUNS, 64)
    parts = [uniforms(3, "a", "b", RUNS[i : i + block], 64) for i in range(0, 200, block)]
    assert_array_equal(np.concatenate(parts, axis=1), whole)


def test_no_runs_have_no_luck():
    assert uniforms(3, "a", "b", RUNS[:0], 9).shape == (9, 0)


def test_the_last_run_of_a_large_batch_can_be_drawn_alone():
    alone = uniforms(0, "a", "b", np.array([999_999]), 5)
    assert_array_equal(alone[:, 0], uniforms(0, "a", "b", np.array([999_990, 999_999]), 5)[:, 1])
    assert not np.array_equal(alone, uniforms(0, "a", "b", np.array([999_998]), 5))


NAMES = [
    (0, "a", "b"),
    (1, "a", "b"),
    (0, "b", "a"),
    (0, "ab", ""),
    (0, "", "ab"),
    (0, "a", "c"),
    (0, "c", "b"),
    (10, "a", "b"),
]


def test_an_address_has_these_draws_on_every_machine():
    """Frozen: the key is read in one byte order, so that a batch can be continued elsewhere."""
    assert uniforms(1, "sample", "alignment.half_life", np.array([0, 7]), 1)[0].tolist() == [
        0.8584633796295302,
        0.9635567115881682,
    ]


def test_seed_process_and_entity_each_give_other_luck():
    streams = [uniforms(*name, RUNS, 8) for name in NAMES]
    values = np.concatenate([stream.ravel() for stream in streams])
    assert len(np.unique(values)) == values.size


def test_luck_is_uniform():
    for name in NAMES:
        assert stats.kstest(uniforms(*name, RUNS, 64).ravel(), "uniform").pvalue > 1e-3
    draws = uniforms(0, "a", "b", RUNS, 64)
    assert draws.min() > 0.0
    assert draws.max() < 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (uniforms(0, "a", "b", RUNS, 64), uniforms(0, "a", "c", RUNS, 64)),
        (uniforms(0, "a", "b", RUNS, 64), uniforms(1, "a", "b", RUNS, 64)),
        (uniforms(0, "a", "b", RUNS, 64)[1:], uniforms(0, "a", "b", RUNS, 64)[:-1]),
        (uniforms(0, "a", "b", RUNS, 64)[4:], uniforms(0, "a", "b", RUNS, 64)[:-4]),
        (uniforms(0, "a", "b", RUNS, 64)[:, 1:], uniforms(0, "a", "b", RUNS, 64)[:, :-1]),
    ],
    ids=["entities", "seeds", "quarters", "counter blocks", "runs"],
)
def test_luck_of_different_addresses_is_independent(one, other):
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4.0 / np.sqrt(one.size)
    table = np.histogram2d(one.ravel(), other.ravel(), bins=4, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(table.ravel()).pvalue > 1e-3


def test_normals_are_the_quantiles_of_the_uniforms():
    drawn = normals(0, "a", "b", RUNS, 64)
    assert_allclose(stats.norm.cdf(drawn), uniforms(0, "a", "b", RUNS, 64), rtol=1e-12)
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-3


def test_the_stream_of_an_address_is_philox_at_that_counter():
    """Independent path: NumPy's generator of the address, advanced to the run, gives the same words."""
    run, group = 999_990, 2
    key = int.from_bytes(blake2b(b"7\x1fleaders\x1fKAZ", digest_size=16).digest(), "little")
    words = np.random.Philox(key=key).advance(group * 2**64 + run)
    drawn = uniforms(7, "leaders", "KAZ", np.array([run]), 4 * (group + 1))
    assert_array_equal(drawn[4 * group :, 0], np.random.Generator(words).random(4) + 2.0**-54)
