"""Batches as processes: killed, interrupted, doubled. What is left resumes to the same bits."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_script import main

from runs.batch import open_batch
from runs.stopping import SAID

HERE = Path(__file__).parent
PLACES = os.pathsep.join(map(str, (HERE.parents[1], HERE)))


def start(folder, *, workers=2, pause=0.03):
    words = [sys.executable, str(HERE / "batch_script.py"), str(folder), str(workers), str(pause)]
    return subprocess.Popen(
        words, env=os.environ | {"PYTHONPATH": PLACES}, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_blocks(folder, count):
    """Return once so many blocks are stored; fail after a minute."""
    limit = time.monotonic() + 60
    while len(list((folder / "b" / "blocks").glob("*.json"))) < count:
        assert time.monotonic() < limit
        time.sleep(0.005)


def workers_of(process):
    """Process ids of the workers of a batch."""
    words = ["pgrep", "-P", str(process.pid), "-f", "popen_loky"]
    return [int(word) for word in subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()]


def wait_for_worker(process):
    """Return as soon as a worker has been started; fail after a minute."""
    limit = time.monotonic() + 60
    while not workers_of(process):
        assert time.monotonic() < limit


def content(folder):
    batch = open_batch(folder / "b")
    return [batch.dataset(name).load() for name in batch.scenarios]


def resumed(folder, monkeypatch):
    monkeypatch.setenv("PAUSE", "0")
    main(folder, 1)
    return [found.drop_attrs() for found in content(folder)]


def gone(group):
    """Whether all processes of the group end within twenty seconds."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    os.environ["PAUSE"] = "0"
    main(folder, 1)
    return [found.drop_attrs() for found in content(folder)]


@pytest.mark.parametrize("attempt", range(4))
def test_a_killed_batch_resumes_to_the_same_bits(tmp_path, monkeypatch, undisturbed, attempt):
    process = start(tmp_path)
    wait_for_blocks(tmp_path, 1 + 3 * attempt)
    time.sleep(random.Random(attempt).uniform(0, 0.05))  # noqa: S311 - a moment, not a secret
    process.kill()
    process.communicate(timeout=30)
    for ours, theirs in zip(resumed(tmp_path, monkeypatch), undisturbed, strict=True):
        assert ours.identical(theirs)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_a_batch_at_once_and_it_resumes(tmp_path, monkeypatch, undisturbed, workers):
    process = start(tmp_path, workers=workers)
    wait_for_blocks(tmp_path, 3)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - began < 10  # within two seconds on an idle machine
    assert process.returncode == 130
    receipts = open_batch(tmp_path / "b").receipts
    stored = sum(len(receipt.finished) for receipt in receipts)
    assert stored >= 3 * 4
    kept = f"{stored} of 120 runs (blocks: {len(receipts)}) are stored in {tmp_path / 'b'}"
    assert said == f"{SAID}stopped; {kept}, the same command resumes\n"
    assert open_batch(tmp_path / "b").manifest["status"] == "interrupted"
    assert gone(process.pid)
    for ours, theirs in zip(resumed(tmp_path, monkeypatch), undisturbed, strict=True):
        assert ours.identical(theirs)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_loses_no_block_that_a_worker_is_at_and_begins_no_other(tmp_path, workers):
    process = start(tmp_path, workers=workers, pause=2)
    wait_for_blocks(tmp_path, workers)
    time.sleep(0.7)  # the next ones have begun by then
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert len(open_batch(tmp_path / "b").receipts) == 2 * workers
    assert said.startswith(f"{SAID}stopped; {8 * workers} of 120 runs")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_interrupt_stops_at_once(tmp_path, workers):
    process = start(tmp_path, workers=workers, pause=1000)
    while not (tmp_path / "b" / "runs.parquet").exists():
        time.sleep(0.01)
    time.sleep(2)  # at work by then
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == f"{SAID}stopped; nothing is stored yet, the same command begins anew\n"
    assert gone(process.pid)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("later", [0.0, 0.03, 0.1, 0.3])
def test_an_interrupt_while_workers_start_ends_the_batch_and_them(tmp_path, later):
    process = start(tmp_path)
    wait_for_worker(process)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    some = r"[1-9]\d* of 120 runs \(blocks: \d+\) are stored in .*, the same command resumes"
    assert re.fullmatch(rf"({SAID})?stopped; ({some}|nothing is stored yet, the same command begins anew)\n", said)
    assert gone(process.pid)


def test_a_killed_driver_leaves_no_workers_behind(tmp_path):
    process = start(tmp_path)
    wait_for_blocks(tmp_path, 2)
    process.kill()
    process.communicate(timeout=30)
    assert gone(process.pid)


def test_a_second_process_on_one_folder_is_told_to_wait(tmp_path):
    first = start(tmp_path, pause=0.5)  # long enough for the second to reach the folder
    wait_for_blocks(tmp_path, 1)
    _, said = start(tmp_path).communicate(timeout=60)
    first.communicate(timeout=60)
    assert f"{tmp_path / 'b'}: process {first.pid} on " in said
    assert "has been writing here since" in said
    assert first.returncode == 0


def test_a_lost_worker_stops_the_batch_with_a_message_and_it_resumes(tmp_path, monkeypatch, undisturbed):
    process = start(tmp_path, pause=0.2)
    wait_for_blocks(tmp_path, 1)
    os.kill(workers_of(process)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process died" in said
    for ours, theirs in zip(resumed(tmp_path, monkeypatch), undisturbed, strict=True):
        assert ours.identical(theirs)
