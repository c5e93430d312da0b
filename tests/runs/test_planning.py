from dataclasses import replace

import numpy as np
import pytest
from engine_double import variants
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from runs import sample
from runs.planning import Entry, plan
from runs.problems import BatchError
from runs.variants import Variant


def small(runs=10, block=64, seed=1, **more):
    return plan(variants(0, 1), runs, seed, model="m", block=block, **more)


def test_a_plan_is_counted_before_anything_runs():
    drafted = small(runs=200, sample=sample.grid((sample.Range("a", 0, 1, 3),), {}))
    assert drafted.size == 2 * 3 * 200
    assert sum(map(len, drafted.blocks())) == drafted.size
    assert str(drafted).startswith("baseline, second, grid of 3 points over a, 200 runs each: 1200 runs, seed 1, ")


def test_two_hundred_runs_make_equal_blocks():
    assert [len(block) for block in small(runs=200).blocks()] == [50] * 8


@given(runs=st.integers(1, 300), block=st.integers(1, 100), data=st.data())
def test_blocks_cover_exactly_what_is_missing(runs, block, data):
    done = np.array(sorted(data.draw(st.sets(st.integers(0, runs - 1)))), dtype=np.int64)
    blocks = [b for b in small(runs, block).blocks({("baseline", 0): done}) if b.entry.name == "baseline"]
    covered = [int(run) for b in blocks for run in b.runs]
    assert covered == sorted(set(range(runs)) - set(done.tolist()))
    assert all(1 <= len(b) <= block for b in blocks)


def test_identity_is_the_content():
    first, again = next(small().blocks()), next(small().blocks())
    assert first.identity == again.identity
    assert small().identity == small(block=7).identity
    assert small().family == small(runs=20).family
    assert small().identity != small(runs=20).identity
    others = [small(seed=2), small(sample=sample.fixed({"a": 1.0}))]
    assert len({first.identity, *(next(o.blocks()).identity for o in others)}) == 3


def test_a_setting_beats_a_design_and_a_design_beats_a_scenario():
    world = variants(0)[0].world
    law = {"a": {"uniform": [0, 1]}, "b": {"uniform": [0, 1]}, "c": {"uniform": [0, 1]}}
    drawn = sample.latin_hypercube((sample.Range("b", 5, 6), sample.Range("c", 5, 6)), {"c": 9.0}, runs=10, seed=1)
    drafted = plan([Variant("baseline", world, "", law)], 10, 1, model="m", sample=drawn)
    values = next(drafted.blocks()).parameters
    assert ((values["a"] > 0) & (values["a"] < 1)).all()
    assert (values["b"] == drawn.runs.values[:, 0]).all()
    assert (values["c"] == 9).all()


@given(first=st.integers(0, 5000), count=st.integers(1, 50), seed=st.integers(0, 2**32))
def test_a_run_draws_the_same_value_in_any_company(first, count, seed):
    law = {"alignment.half_life": {"uniform": [1.0, 8.0]}}
    drafted = plan([Variant("baseline", variants(0)[0].world, "", law)], 1, seed, model="m")
    drawn = lambda runs: drafted.parameters(drafted.entries[0], 0, runs)["alignment.half_life"]  # noqa: E731
    runs = np.arange(first, first + count)
    assert drawn(runs).tolist() == [drawn(runs[i : i + 1])[0] for i in range(count)]


def test_parameters_of_a_scenario_are_drawn_apart():
    law = {name: {"uniform": [0, 1]} for name in "ab"}
    drafted = plan([Variant("baseline", variants(0)[0].world, "", law)], 1, 1, model="m")
    values = drafted.parameters(drafted.entries[0], 0, np.arange(20_000))
    assert stats.kstest(values["a"], "uniform").pvalue > 0.001
    assert abs(np.corrcoef(values["a"], values["b"])[0, 1]) < 0.03


def test_a_plan_without_sense_is_refused():
    with pytest.raises(BatchError, match="name at least one, each once"):
        plan([], 1, 1, model="m")
    with pytest.raises(BatchError, match="name at least one, each once"):
        plan([*variants(0), *variants(0)], 1, 1, model="m")
    for runs in (0, 10_000_001):
        with pytest.raises(BatchError, match=f"runs {runs}: out of range; allowed: 1 to 10000000 of each scenario"):
            small(runs=runs)
    with pytest.raises(BatchError, match="block 0: must be at least 1"):
        small(block=0)
    for seed in (-1, 2**63):
        with pytest.raises(BatchError, match=f"seed {seed}: out of range; allowed: 0 to 9223372036854775807"):
            small(seed=seed)
    with pytest.raises(BatchError, match="sample: 5 rows for 10 runs"):
        small(sample=sample.sobol((sample.Range("a", 0, 1),), {}, runs=5, seed=1))


SWEEPS = (sample.Range("clearing.sweeps", 5, 10, 2),)


def test_a_setting_of_the_solver_varies_between_points_but_not_between_runs():
    assert small(sample=sample.grid(SWEEPS, {})).size == 2 * 2 * 10
    for design in (sample.sobol, sample.latin_hypercube):
        with pytest.raises(BatchError) as raised:
            small(sample=design(SWEEPS, {}, runs=10, seed=1))
        expected = "clearing.sweeps: a setting of the solver cannot vary between runs; vary it on a grid, or set it"
        assert str(raised.value) == expected


@pytest.mark.parametrize("change", [{"every": "quarterly"}, {"record": ("flow",)}, {"seed": 2}, {"model": "n"}])
def test_a_block_is_another_when_anything_that_decides_its_bits_is(change):
    drafted = small()
    assert next(replace(drafted, **change).blocks()).identity != next(drafted.blocks()).identity


def test_a_point_wins_over_a_run_table_over_distributions_over_settings_over_priors():
    law = {"uniform": [0.0, 1.0]}
    given = sample.fixed(dict.fromkeys("a", 4.0))
    table = sample.Table(tuple("ab"), np.full((2, 2), 3.0))
    drawn = replace(given, runs=table, laws={key: {"uniform": [8.0, 9.0]} for key in "abcde"})
    variant = Variant("baseline", variants(0)[0].world, "", dict.fromkeys("abc", law), dict.fromkeys("abcd", 2.0))
    drafted = plan([variant], 2, 1, model="m", sample=drawn)
    found = drafted.parameters(drafted.entries[0], 0, np.arange(2))
    assert (found["a"] == 4.0).all()
    assert (found["b"] == 3.0).all()
    assert (found["c"] < 1.0).all()
    assert (found["d"] == 2.0).all()
    assert (found["e"] > 8.0).all()


def test_an_entry_is_plain_data():
    assert Entry("x", "d").content() == {"name": "x", "digest": "d", "sample": {}, "parameters": {}}
