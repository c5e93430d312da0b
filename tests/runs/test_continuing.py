"""A batch that goes on: what is stored already counts when, and only when, the plan would compute the same."""

import json
import os
import socket
import sys

import pytest
from engine_double import ENGINE, RECORD, variants

from runs import lock, manifest, sample, store
from runs.batch import open_batch
from runs.launch import Options, draft, launch

RANGES = (sample.Range("p", 0.0, 1.0),)


def made(folder, *, runs=20, given=None):
    """A batch of so many runs, and the runs that were computed for it now."""
    computed = []

    def noted(world, wanted, *rest):
        computed.extend(map(int, wanted))
        return ENGINE.simulate(world, wanted, *rest)

    options, ready = Options(workers=1, block=5, record=RECORD, out=folder, name="b"), variants(0)
    engine = type(ENGINE)(noted, ENGINE.failure)
    return launch(ready, draft(ready, runs, 1, given, options), options, engine), computed


def altered(batch, **facts):
    """Receipt of the first block, saying something else."""
    path = min((batch.folder / "blocks").glob("*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def test_a_block_that_another_plan_computed_is_computed_again(tmp_path):
    altered(made(tmp_path)[0], identity="x")
    assert made(tmp_path)[1] == list(range(5))


def test_a_block_of_a_point_that_the_plan_has_not_is_none(tmp_path):
    altered(made(tmp_path)[0], point=7)
    batch, computed = made(tmp_path)
    assert computed == list(range(5))
    assert batch.dataset("baseline").sizes["run"] == 20


def test_fewer_runs_of_a_design_leave_those_stored_beyond_it(tmp_path):
    design = [sample.sobol(RANGES, runs=runs, seed=1) for runs in (20, 10)]
    made(tmp_path, given=design[0])
    batch, computed = made(tmp_path, runs=10, given=design[1])
    assert computed == []
    assert (batch.manifest["runs"], batch.dataset("baseline").sizes["run"]) == (20, 20)
    assert (batch.runs["status"] == "finished").sum() == 20


def test_it_keeps_the_time_at_which_it_began(tmp_path, monkeypatch):
    began = made(tmp_path, runs=5)[0].manifest["started"]
    monkeypatch.setattr(manifest, "now", lambda: "later")
    found = made(tmp_path)[0].manifest
    assert (found["started"], found["finished"]) == (began, "later")


def test_who_opens_a_complete_batch_again_leaves_no_trace_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["multivector", "run"])
    made(tmp_path)
    stored = (tmp_path / "b" / "manifest.json").read_bytes()
    monkeypatch.setattr(sys, "argv", ["look.py"])
    monkeypatch.setattr(manifest, "now", lambda: "later")
    made(tmp_path)
    made(tmp_path, runs=5)
    assert (tmp_path / "b" / "manifest.json").read_bytes() == stored


def test_a_command_that_goes_on_with_a_batch_stands_beside_the_one_that_made_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["multivector", "run", "--runs", "5"])
    made(tmp_path, runs=5)
    monkeypatch.setattr(sys, "argv", ["multivector", "run"])
    monkeypatch.setattr(manifest, "now", lambda: "later")
    found = made(tmp_path)[0].manifest
    assert found["command"] == ["multivector", "run", "--runs", "5"]
    assert found["continued"] == [{"command": ["multivector", "run"], "started": "later"}]
    assert made(tmp_path)[0].commands == "multivector run --runs 5, then multivector run"
    assert (found["runs"], found["status"]) == (20, "complete")


def test_what_a_kill_left_half_written_is_swept_away(tmp_path):
    folder = made(tmp_path)[0].folder
    for place in (folder, folder / "blocks", folder / "scenarios"):
        (place / "x.parquet.part").write_bytes(b"half")
    made(tmp_path)
    assert list(open_batch(folder).folder.rglob("*.part")) == []


@pytest.mark.parametrize(("error", "alive"), [(PermissionError, True), (ProcessLookupError, False), (None, True)])
def test_a_lock_is_held_by_a_process_of_anybody_that_lives(tmp_path, monkeypatch, error, alive):
    (tmp_path / lock.NAME).write_text(json.dumps({"process": 7, "host": socket.gethostname()}))

    def kill(*_):
        if error:
            raise error

    monkeypatch.setattr(os, "kill", kill)
    assert lock.held(tmp_path) == alive


@pytest.mark.parametrize(
    "place", ["runs.launch.hold", "runs.store.write", "runs.store.write_json", "runs.store.write_run_table"]
)
def test_a_stop_while_a_folder_is_made_ready_leaves_none(tmp_path, monkeypatch, place):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(place, stopped)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_stop_while_a_folder_is_made_ready_leaves_what_was_there(tmp_path, monkeypatch):
    made(tmp_path, runs=10)
    monkeypatch.setattr(store, "write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path)
    assert len(open_batch(tmp_path / "b").receipts) == 2
