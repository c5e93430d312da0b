"""Estimates: sums worked out by hand, sources that fit, and no trace on the disk."""

from dataclasses import replace

import numpy as np
import pytest
from engine_double import ENGINE, RECORD, variants

from runs import manifest
from runs.estimate import Cost, Estimate, _duration, _total, estimate
from runs.launch import Options, draft, launch
from runs.worker import Outcome

SIZES = np.array([10, 10, 5])


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """The stand-in in place of the model."""
    monkeypatch.setattr("runs.execution.kernels", lambda: ENGINE)


def asked(folder, *, runs=40, levels=(0.0,), **more):
    options = Options(**{"workers": 1, "block": 10, "record": RECORD, "out": folder} | more)
    ready = variants(*levels)
    return ready, draft(ready, runs, 1, None, options), options


def test_a_block_costs_a_fixed_part_and_a_part_for_each_run():
    known = [Cost(4, 2.0 + 4 * 0.5, 100 + 4 * 10), Cost(16, 2.0 + 16 * 0.5, 100 + 16 * 10)]
    assert _total(known, SIZES, "seconds") == pytest.approx(3 * 2.0 + 25 * 0.5)
    assert _total(known, SIZES, "size") == pytest.approx(3 * 100 + 25 * 10)


def test_blocks_of_one_size_say_what_a_run_costs_and_noise_never_makes_time_negative():
    assert _total([Cost(8, 4.0, 80), Cost(8, 2.0, 80)], SIZES, "seconds") == pytest.approx(25 * 6.0 / 16.0)
    assert _total([Cost(4, 9.0, 0), Cost(16, 1.0, 0)], SIZES, "seconds") == pytest.approx(3 * 5.0)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (91, "2 minutes"), (5400, "2 hours"), (5300, "88 minutes")]
)
def test_a_duration_is_said_as_people_do(seconds, words):
    assert _duration(seconds) == words


def test_a_disk_without_room_is_named():
    assert str(Estimate(1, 1, 1, 2.0, 5e6, 1_000_000, "x")) == (
        "to compute: 1 runs, about 2 s (processes: 1) and 5 MB (only 1 MB are free there), the report not counted; x"
    )


def test_without_anything_known_a_few_runs_are_measured_and_nothing_is_left(tmp_path):
    found = estimate(*asked(tmp_path / "none"))
    assert (found.runs, found.blocks, found.source) == (40, 4, "known from a few runs of baseline computed now")
    assert found.size > 0
    assert list(tmp_path.iterdir()) == []


def test_every_worker_opens_every_world_once(tmp_path, monkeypatch):
    spent = {4: iter((3.5, 0.5)), 16: iter((2.0,))}  # opening 3 s; a block 0 s, a run an eighth of a second
    measured = lambda _engine, _world, block: Outcome(block, None, (), next(spent[len(block)]))  # noqa: E731
    monkeypatch.setattr("runs.execution.compute", measured)
    found = estimate(*asked(tmp_path, levels=(0.0, 1.0), workers=2))
    assert found.seconds == pytest.approx((80 / 8 + 2 * 2 * 3.0) / 2)


def test_blocks_computed_before_say_what_the_rest_costs(tmp_path, monkeypatch):
    ready, plan, options = asked(tmp_path, runs=20)
    batch = launch(ready, plan, options, ENGINE)
    stored = sum(receipt.size for receipt in batch.receipts)
    assert estimate(ready, plan, options).runs == 0
    more = estimate(*asked(tmp_path, runs=60))
    assert (more.runs, more.source) == (40, f"known from what the same scenarios cost in {tmp_path}")
    assert more.size == pytest.approx(2 * stored)
    for other in (asked(tmp_path, levels=(3.0,)), asked(tmp_path, every="quarterly")):
        assert "computed now" in estimate(*other).source
    monkeypatch.setattr(manifest, "arithmetic", lambda: {"numpy": "another"})
    assert "computed now" in estimate(*asked(tmp_path, runs=60)).source


def test_time_is_shared_by_the_workers_that_have_something_to_do(tmp_path):
    ready, plan, options = asked(tmp_path)
    assert [estimate(ready, plan, replace(options, workers=w)).workers for w in (1, 2, 9)] == [1, 2, 4]


def test_a_damaged_block_counts_as_missing_and_stays_where_it_is(tmp_path):
    ready, plan, options = asked(tmp_path, name="b")
    folder = launch(ready, plan, options, ENGINE).folder
    victim = min((folder / "blocks").glob("*.parquet"))
    victim.write_bytes(b"")
    assert estimate(ready, plan, options).runs == 10
    assert victim.exists()
