import json
import math
import socket
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from engine_double import ENGINE, RECORD, fail_naming_heavy_modules, simulate_with_a_bug, variants
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.axes import Axis
from model.trajectory import Trajectory
from runs import manifest, sample, shapes, store
from runs.batch import _Layout, open_batch
from runs.launch import Options, draft, launch
from runs.lock import NAME
from runs.planning import plan
from runs.problems import BatchError, Interrupted
from runs.worker import Engine, Outcome


def options(folder, **more):
    return Options(**{"workers": 1, "block": 8, "record": RECORD, "out": folder, "name": "b"} | more)


def made(  # noqa: PLR0913 - what differs between tests
    folder, *, runs=20, seed=1, given=None, failing=(), engine=ENGINE, **more
):
    chosen, ready = options(folder, **more), variants(0, 1, failing=failing)
    return launch(ready, draft(ready, runs, seed, given, chosen), chosen, engine)


def bits(batch):
    return {name: batch.dataset(name).load() for name in batch.scenarios}


def same_bits(one, other):
    ours, theirs = bits(one), bits(other)
    return ours.keys() == theirs.keys() and all(
        array.values.tobytes() == theirs[name][key].values.tobytes()
        for name, found in ours.items()
        for key, array in found.variables.items()
        if key != "time"
    )


class Counting:
    """Counts the runs it is asked for; stops with an error after so many blocks."""

    def __init__(self, stop_after=math.inf, error=KeyboardInterrupt):
        self.runs, self.calls, self.stop_after, self.error = [], 0, stop_after, error

    def __call__(self, world, runs, seed, *rest):
        if self.calls >= self.stop_after:
            raise self.error
        self.calls += 1
        self.runs += [(world.scenario, int(run)) for run in runs]
        return ENGINE.simulate(world, runs, seed, *rest)

    @property
    def engine(self):
        return Engine(self, ENGINE.failure)


@pytest.fixture(scope="module")
def shared_batch(tmp_path_factory):
    return made(tmp_path_factory.mktemp("shared"), failing=(5,))


@given(data=st.data(), times=st.integers(1, 4), runs=st.integers(1, 9))
def test_what_is_stored_is_what_is_read(data, times, runs, tmp_path_factory):
    axes = {"country": Axis("country", ("KAZ", "TKM")), "pole": Axis("pole", ("RUS",)), "link": Axis("link", ("F1",))}
    values = st.floats(allow_nan=True, allow_infinity=True, width=64)
    alignment = data.draw(hnp.arrays(float, (times, 2, 1, runs), elements=values))
    flow = data.draw(hnp.arrays(float, (times, 1, runs), elements=values))
    folder = tmp_path_factory.mktemp("store")
    ready = variants(0)
    drafted = replace(plan(ready, runs, 1, model="m"), record=("alignment", "flow"))
    quarters = tuple(f"20{25 + i}Q4" for i in range(times))
    trajectory = Trajectory(quarters, axes, np.arange(runs), {"alignment": alignment, "flow": flow})
    store.begin(folder, drafted, {"baseline": "x"})
    store.commit(folder, Outcome(next(drafted.blocks()), trajectory, (), 0.1))
    found = open_batch(folder).dataset("baseline")
    assert found["time"].values.tolist() == list(quarters)
    assert found["alignment"].dims == ("run", "time", "country", "pole")
    assert found["alignment"].values.tobytes() == np.ascontiguousarray(np.moveaxis(alignment, -1, 0)).tobytes()
    assert found["flow"].values.tobytes() == np.ascontiguousarray(np.moveaxis(flow, -1, 0)).tobytes()


@pytest.mark.parametrize("block", [1, 3, 7, 20, 64])
def test_any_block_size_gives_the_same_bits(tmp_path, block):
    assert same_bits(made(tmp_path / "a"), made(tmp_path / "b", block=block))


def test_serial_and_parallel_give_the_same_bits(tmp_path):
    one = made(tmp_path / "a", failing=(3, 11))
    two = made(tmp_path / "b", failing=(3, 11), workers=2, block=3)
    assert same_bits(one, two)
    pd.testing.assert_frame_equal(one.runs, two.runs)


def test_the_order_in_which_blocks_arrive_does_not_matter(tmp_path):
    ready = variants(0)
    drafted = replace(plan(ready, 20, 1, model="m", block=6), record=RECORD)
    blocks = list(drafted.blocks())
    for name, order in {"a": blocks, "b": blocks[::-1]}.items():
        store.begin(tmp_path / name, drafted, {})
        for block in order:
            trajectory = ENGINE.simulate(ready[0].world, block.runs, 1, {}, RECORD, "annual")
            store.commit(tmp_path / name, Outcome(block, trajectory, (), 0.0))
    assert same_bits(open_batch(tmp_path / "a"), open_batch(tmp_path / "b"))


@pytest.mark.parametrize("stop_after", range(6))
def test_a_stop_between_blocks_leaves_a_folder_that_resumes(tmp_path, stop_after):
    counting = Counting(stop_after)
    with pytest.raises(Interrupted, match="the same command " + ("resumes" if stop_after else "begins anew")):
        made(tmp_path / "a", engine=counting.engine)
    if stop_after:
        stopped = open_batch(tmp_path / "a" / "b")
        assert stopped.manifest["status"] == "interrupted"
        assert (stopped.runs["status"] == "finished").sum() == len(counting.runs)
    else:
        assert not (tmp_path / "a" / "b").exists()
    rest = Counting()
    resumed = made(tmp_path / "a", engine=rest.engine)
    every = {(name, run) for name in ("baseline", "second") for run in range(20)}
    assert set(counting.runs) | set(rest.runs) == every
    assert len(counting.runs) + len(rest.runs) == len(every)
    assert resumed.manifest["status"] == "complete"
    assert same_bits(resumed, made(tmp_path / "c"))


def test_a_finished_batch_computes_nothing_again(tmp_path):
    made(tmp_path)
    again = Counting()
    made(tmp_path, engine=again.engine)
    assert again.runs == []


def test_more_runs_compute_only_the_new_ones(tmp_path):
    made(tmp_path / "a", runs=12)
    more = Counting()
    grown = made(tmp_path / "a", runs=20, engine=more.engine)
    assert {run for _, run in more.runs} == set(range(12, 20))
    assert same_bits(grown, made(tmp_path / "b", runs=20))
    assert len(grown.runs) == 40


def test_a_batch_killed_while_it_grows_lists_every_planned_run(tmp_path):
    folder, chosen, ready = made(tmp_path, runs=12).folder, options(tmp_path), variants(0, 1)
    store.begin(folder, draft(ready, 20, 1, None, chosen), {})
    assert open_batch(folder).runs["status"].value_counts().to_dict() == {"finished": 24, "planned": 16}


def test_a_batch_is_complete_once_every_planned_run_has_ended_and_not_with_fewer(tmp_path):
    with pytest.raises(Interrupted):
        made(tmp_path, engine=Counting(2).engine)
    assert made(tmp_path, runs=4).manifest["status"] == "interrupted"
    assert made(tmp_path, failing=()).manifest["status"] == "complete"


def test_a_damaged_block_is_computed_again(tmp_path):
    first = made(tmp_path / "a")
    undisturbed = bits(first)
    victim = sorted((first.folder / "blocks").glob("*.parquet"))[1]
    victim.write_bytes(victim.read_bytes()[:-7] + b"\0" * 7)
    again = Counting()
    mended = made(tmp_path / "a", engine=again.engine)
    assert 0 < len(again.runs) < 20
    assert all(found.identical(undisturbed[name]) for name, found in bits(mended).items())


def test_a_block_without_receipt_does_not_exist(tmp_path):
    batch = made(tmp_path)
    receipt = min((batch.folder / "blocks").glob("baseline*.json"))
    lost = len(json.loads(receipt.read_text())["runs"])
    receipt.unlink()
    assert open_batch(batch.folder).dataset("baseline").sizes["run"] == 20 - lost


def test_a_receipt_cannot_point_outside_its_folder(tmp_path):
    batch = made(tmp_path)
    precious = tmp_path / "precious.parquet"
    precious.write_text("keep")
    receipt = min((batch.folder / "blocks").glob("*.json"))
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"name": "../../precious", "identity": "x"}))
    made(tmp_path)
    assert precious.read_text() == "keep"


def test_another_plan_is_not_mixed_in(tmp_path):
    made(tmp_path)
    with pytest.raises(BatchError, match=r"holds another batch \(different seed\); choose another --name"):
        made(tmp_path, seed=2)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    precious = tmp_path / "b" / "notes.part"
    precious.parent.mkdir()
    precious.write_text("keep")
    with pytest.raises(BatchError, match=r"holds other files \(notes.part\); choose another --name"):
        made(tmp_path)
    assert [path.name for path in precious.parent.iterdir()] == ["notes.part"]


def test_without_a_name_the_same_plan_finds_its_folder(tmp_path):
    first = made(tmp_path, name=None)
    assert made(tmp_path, name=None, runs=25).folder == first.folder
    assert made(tmp_path, name=None, seed=2).folder != first.folder


def test_a_second_writer_gets_a_message_and_a_dead_one_is_replaced(tmp_path):
    batch = made(tmp_path)
    lock = batch.folder / NAME
    assert not lock.exists()
    lock.write_text(json.dumps({"process": 1, "host": "elsewhere", "since": "2026-01-01T00:00:00+00:00"}))
    with pytest.raises(BatchError, match="process 1 on elsewhere has been writing here since 2026-01-01"):
        made(tmp_path)
    lock.write_text(json.dumps({"process": 2**22 + 1, "host": socket.gethostname()}))
    made(tmp_path)
    assert not lock.exists()


def test_a_failed_run_is_a_row_with_its_reason(tmp_path):
    batch = made(tmp_path, failing=(3, 4, 19))
    failed = batch.runs[batch.runs["status"] == "failed"]
    assert failed["run"].tolist() == [3, 4, 19] * 2
    assert failed.iloc[0][["stage", "reason"]].tolist() == ["markets", "run 3 left the admissible range"]
    assert batch.runs.loc[batch.runs["status"] == "finished", ["stage", "reason"]].isna().all(axis=None)
    stored = pd.read_parquet(batch.folder / "runs.parquet")
    pd.testing.assert_frame_equal(stored, batch.runs)
    assert tuple(stored.columns) == store.RUN_COLUMNS
    found = batch.dataset("baseline")
    assert found["run"].values.tolist() == [r for r in range(20) if r not in (3, 4, 19)]
    whole = made(tmp_path / "whole").dataset("baseline")
    assert (found["flow"].values == whole["flow"].sel(run=found["run"]).values).all()


def test_a_batch_in_which_every_run_failed_says_so(tmp_path):
    batch = made(tmp_path, runs=10, failing=tuple(range(10)))
    assert (batch.runs["status"] == "failed").all()
    with pytest.raises(BatchError, match="no finished run of baseline"):
        batch.dataset("baseline")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bug_stops_the_batch(tmp_path, workers):
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        made(tmp_path, workers=workers, engine=Engine(simulate_with_a_bug, ENGINE.failure))
    assert open_batch(tmp_path / "b").manifest["status"] == "interrupted"


def test_workers_import_nothing_heavy(tmp_path):
    batch = made(tmp_path, runs=10, workers=2, engine=Engine(fail_naming_heavy_modules, ENGINE.failure))
    assert set(batch.runs["reason"]) == {"heavy: none"}


def test_a_full_disk_leaves_a_message_and_a_folder_that_resumes(tmp_path, monkeypatch):
    write, left = store.write, [9]

    def full(path, content):
        left[0] -= path.suffix == ".parquet"
        if left[0] < 6:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(store, "write", full)
    with pytest.raises(Interrupted, match="the disk is full; make room and repeat"):
        made(tmp_path / "a")
    monkeypatch.undo()
    assert same_bits(made(tmp_path / "a"), made(tmp_path / "b"))


def test_points_are_a_dimension_of_their_own(tmp_path):
    batch = made(tmp_path, runs=10, given=sample.grid((sample.Range("p", 0, 4, 3),), {"q": 1.0}))
    found = batch.dataset("baseline", ["flow"])
    assert found["flow"].dims == ("point", "run", "time", "link")
    assert found["p"].values[:, 0].tolist() == [0, 2, 4]
    step = found["flow"].diff("point")
    np.testing.assert_allclose(step, 2)
    assert len(batch.frame("flow", "baseline")) == 3 * 10 * 3 * 4


def test_only_what_is_asked_for_is_read(tmp_path, monkeypatch):
    batch, asked = made(tmp_path), []
    read = _Layout.read

    def noted(self, piece, names):
        asked.append((piece.name, names))
        return read(self, piece, names)

    monkeypatch.setattr(_Layout, "read", noted)
    found = batch.dataset("baseline")
    assert asked == []
    one = found["alignment"].sel(country="TKM", run=9).isel(time=-1).load()
    assert asked == [("baseline-0000-0000007-0000013", ["alignment|TKM|RUS", "alignment|TKM|CHN"])]
    whole = batch.dataset("baseline").load()
    assert one.values.tolist() == whole["alignment"].sel(country="TKM", run=9)[-1].values.tolist()


@given(data=st.data())
def test_any_selection_equals_the_selection_of_everything(data, shared_batch):
    batch = shared_batch
    whole, lazy = batch.dataset("baseline")["dependence"].load(), batch.dataset("baseline")["dependence"]
    chosen = {
        name: data.draw(st.one_of(st.integers(0, size - 1), st.lists(st.integers(0, size - 1), min_size=1)), label=name)
        for name, size in whole.sizes.items()
    }
    assert lazy.isel(chosen).identical(whole.isel(chosen))


def test_a_frame_is_tidy(tmp_path):
    table = made(tmp_path).frame("alignment")
    assert table.columns.tolist() == ["scenario", "run", "time", "country", "pole", "value"]
    assert len(table) == 2 * 20 * 3 * 3 * 2


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path):
    batch = made(tmp_path)
    with pytest.raises(BatchError, match="no scenario 'x'; it has baseline, second"):
        batch.dataset("x")
    with pytest.raises(BatchError, match="no measure 'gdp'; it recorded alignment, dependence, flow"):
        batch.dataset("baseline", ["gdp"])
    with pytest.raises(BatchError, match=r"manifest.json: not there; is .* a batch folder\?"):
        open_batch(tmp_path / "nowhere")


def test_a_manifest_holds_every_key_that_one_is_asked_for(tmp_path):
    found = made(tmp_path).manifest
    assert set(found) == set(shapes.Manifest.model_fields)
    assert set(found["plan"]) == set(shapes.PlanShape.model_fields)


@pytest.mark.parametrize("file", ["manifest.json", "dictionary.json"])
def test_any_value_of_another_type_is_a_message(tmp_path, file):
    path = made(tmp_path).folder / file
    content = json.loads(path.read_text())
    for key, value in content.items():
        for wrong in ([1], {"x": 1}, "x", -1.5):
            if isinstance(value, type(wrong)) or (key == "finished" and wrong == "x"):
                continue
            path.write_text(json.dumps(content | {key: wrong}))
            with pytest.raises(BatchError, match=f"{file}: damaged: {key}|: format .*; this version reads 1"):
                _ = open_batch(path.parent).dictionary


def test_a_folder_that_may_not_be_written_is_a_message(tmp_path, monkeypatch):
    batch = made(tmp_path)

    def refused(*_):
        raise PermissionError(13, "Permission denied", str(batch.folder / NAME))

    monkeypatch.setattr("runs.lock._create", refused)
    with pytest.raises(BatchError) as raised:
        made(tmp_path)
    assert str(raised.value) == f"{batch.folder / NAME}: cannot be written (Permission denied); choose another --out"


def test_a_batch_without_its_run_table_is_refused_and_goes_on(tmp_path):
    batch = made(tmp_path)
    (batch.folder / "runs.parquet").unlink()
    with pytest.raises(BatchError, match=r"runs.parquet: cannot be read .*; repeat the command that made the batch"):
        _ = open_batch(batch.folder).runs
    assert len(made(tmp_path).runs) == 40


def test_the_folder_explains_itself(tmp_path):
    batch = made(tmp_path)
    assert batch.text("second") == "scenario: second\n"
    assert {"versions", "command", "platform", "arithmetic", "data", "plan", "started", "finished"} <= set(
        batch.manifest
    )
    table = pq.read_table(next((batch.folder / "blocks").glob("*.parquet")))
    assert table.column_names[:4] == ["run", "time", "alignment|KAZ|RUS", "alignment|KAZ|CHN"]
    assert batch.dictionary["measures"]["flow"]["unit"] == "unit of the link per year"
    assert batch.dataset("baseline")["flow"].attrs["units"] == "unit of the link per year"
    leftovers = [path for path in batch.folder.rglob("*") if path.suffix in (store.TEMPORARY, ".pkl", ".pickle")]
    assert leftovers == []


def test_another_numpy_build_begins_a_batch_of_its_own_and_never_joins_one(tmp_path, monkeypatch):
    first = made(tmp_path, runs=4, name=None)
    assert made(tmp_path, runs=4, name=None).folder == first.folder
    monkeypatch.setattr(manifest, "arithmetic", lambda: {"numpy": "another"})
    assert made(tmp_path, runs=4, name=None).folder != first.folder
    with pytest.raises(BatchError, match="begun with another numpy build or processor"):
        made(tmp_path, runs=4, name=first.folder.name)
