"""When a batch gives up: the same failure in twenty runs of a scenario, and in more than half of them."""

import pytest
from engine_double import ENGINE, RECORD, variants

from runs.batch import open_batch
from runs.failures import FEWEST, Tally
from runs.launch import Options, draft, launch
from runs.problems import Interrupted
from runs.store import Receipt


def made(folder, *, failing=(), block=8):
    """A batch of one hundred runs of two scenarios, the listed runs of which fail."""
    options = Options(workers=1, block=block, record=RECORD, out=folder, name="b")
    ready = variants(0, 1, failing=failing)
    return launch(ready, draft(ready, 100, 1, None, options), options, ENGINE)


def receipt(first, *, failed, runs=10, scenario="baseline", stage="markets"):
    """Receipt of a block in which the first `failed` of so many runs failed."""
    numbers = tuple(range(first, first + runs))
    lost = dict.fromkeys(numbers[:failed], "so")
    return Receipt("b", scenario, 0, "x", numbers, lost, None, 0, 0.0, dict.fromkeys(lost, stage))


def stops(*receipts):
    """Place in a row of blocks of the one with which a batch stops; None when it never does."""
    tally = Tally()
    for place, each in enumerate(receipts):
        try:
            tally.add(each)
        except Interrupted:
            return place
    return None


def test_it_takes_twenty_failures_and_more_than_half_of_the_runs():
    assert stops(*(receipt(10 * i, failed=10) for i in range(5))) == 1  # the twentieth
    assert stops(receipt(0, failed=FEWEST - 1, runs=FEWEST - 1)) is None  # all, but too few
    assert stops(*(receipt(10 * i, failed=5) for i in range(20))) is None  # a hundred, but half
    assert stops(*(receipt(10 * i, failed=6) for i in range(20))) == 3  # 24 of 40


def test_runs_that_went_well_before_count_for_a_batch():
    good = [receipt(10 * i, failed=0) for i in range(3)]
    bad = [receipt(30 + 10 * i, failed=10) for i in range(5)]
    assert stops(*good, *bad) == 6  # 40 of 70: with 30 of 60 half is not enough


def test_scenarios_and_processes_are_counted_apart():
    assert stops(receipt(0, failed=10), receipt(0, failed=10, scenario="second"), receipt(10, failed=9)) is None
    mixed = [receipt(10 * i, failed=9, stage=stage) for i, stage in enumerate(("markets", "clearing") * 2)]
    assert stops(*mixed) is None  # 36 of 40, 18 in each process
    both = receipt(40, failed=10)
    both.stages[40] = "clearing"  # named first, and still rare
    assert stops(*mixed[:3], both) == 3  # 27 of 40 in markets


def test_a_failure_that_repeats_stops_the_batch_and_stops_it_again(tmp_path):
    expected = (
        "stopped early: 24 of 24 runs of baseline failed in markets, the last because run 23 left the admissible "
        "range; what is stored stays, and the same command would stop again: `multivector rerun` repeats one run"
    )
    for _ in range(2):
        with pytest.raises(Interrupted) as raised:
            made(tmp_path, failing=tuple(range(100)))
        assert str(raised.value) == expected
    stopped = open_batch(tmp_path / "b")
    assert stopped.manifest["status"] == "interrupted"
    assert stopped.runs["status"].value_counts().to_dict() == {"failed": 24, "planned": 176}


@pytest.mark.parametrize("failing", [range(19), range(1, 100, 2)])
def test_few_failures_and_half_of_the_runs_do_not_stop_a_batch(tmp_path, failing):
    batch = made(tmp_path, failing=tuple(failing))
    assert batch.runs["status"].value_counts().to_dict() == {
        "finished": 200 - 2 * len(failing),
        "failed": 2 * len(failing),
    }
