"""One run of a stored batch again: the same parameters, luck and bits, or a word on what is not the same."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from engine_double import ENGINE, RECORD, variants

from multivector.batch_tables import outcome
from runs import manifest, sample, store
from runs.launch import Options, draft, launch
from runs.problems import BatchError
from runs.rerun import rerun


@pytest.fixture
def batch(tmp_path):
    """Two points by ten runs, each with its own value of q; run 3 fails."""
    options = Options(workers=1, record=RECORD, out=tmp_path, name="b")
    drawn = sample.sobol((sample.Range("q", 0, 1),), {}, runs=10, seed=1)
    points = sample.grid((sample.Range("p", 0, 2, 2),), {}).points
    ready = variants(5, failing=(3,))
    return launch(ready, draft(ready, 10, 4, replace(drawn, points=points), options), options, ENGINE)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """The stand-in in place of the model."""
    monkeypatch.setattr("runs.rerun.kernels", lambda: ENGINE)


def again(batch, run, **more):
    return rerun(batch, "baseline", run, world=variants(5, failing=(3,))[0].world, **more)


@pytest.mark.parametrize("point", [0, 1])
def test_a_run_comes_out_as_it_is_stored(batch, point):
    found = again(batch, 7, point=point)
    stored = batch.dataset("baseline").sel(run=7, point=point)
    for name, values in found.outcome.trajectory.measures.items():
        assert np.array_equal(values[..., 0], stored[name].values)
    assert found.same
    assert outcome(found).startswith(f"baseline, run 7, point {point}: finished after 0.0 s; as it is stored, to the")


def test_a_failed_run_fails_again_in_the_same_place(batch, monkeypatch):
    monkeypatch.setattr(manifest, "model_version", lambda: "another")
    found = again(batch, 3)
    assert found.status == store.Status("failed", "markets", "run 3 left the admissible range")
    assert outcome(found) == (
        "baseline, run 3, point 0: failed in markets: run 3 left the admissible range after 0.0 s; as it is stored, to "
        "the bit\nchanged since the batch was computed: the model"
    )


def test_a_run_that_is_only_planned_is_computed_and_never_called_different(batch):
    for path in (batch.folder / "blocks").glob("*.json"):
        path.unlink()
    found = again(batch, 7)
    assert found.same
    assert outcome(found).endswith("; the batch has not computed it yet")


def test_a_scenario_of_a_file_is_found_by_the_name_of_its_file_which_the_identity_leaves_out(tmp_path):
    stored = {}
    for file in ("", "mine.yaml"):
        options = Options(workers=1, record=RECORD, out=tmp_path, name=f"b{file}")
        ready = (replace(variants(5)[0], file=file),)
        stored[file] = launch(ready, draft(ready, 2, 4, None, options), options, ENGINE)
    assert stored["mine.yaml"].manifest["files"] == {"baseline": "mine.yaml"}
    assert stored[""].manifest["files"] == {}
    assert len({batch.manifest["identity"] for batch in stored.values()}) == 1
    found = rerun(stored["mine.yaml"], "folder/mine.yaml", 1, world=ready[0].world)
    assert (found.outcome.block.entry.name, found.same, found.stored.status) == ("baseline", True, "finished")
    with pytest.raises(BatchError, match=r"no scenario 'mine.yaml'"):
        rerun(stored[""], "mine.yaml", 1, world=ready[0].world)


def test_another_numpy_is_named(batch, monkeypatch):
    monkeypatch.setattr(manifest, "arithmetic", lambda: {"numpy": "another"})
    assert again(batch, 7).changed == ("numpy or the processor",)


def test_a_bit_that_is_not_the_same_is_named(batch):
    for path in (batch.folder / "blocks").glob("*.parquet"):
        table = pq.read_table(path)
        place = table.column_names.index("flow|F001")
        moved = np.nextafter(table.column("flow|F001").to_numpy(), 9.0)
        pq.write_table(table.set_column(place, "flow|F001", [moved]), path)
    found = again(batch, 7)
    assert (found.same, found.differing) == (False, ("flow",))
    assert outcome(found).endswith("; not as it is stored: flow differ")


def test_a_run_that_fails_now_only_says_what_is_stored(batch):
    found = rerun(batch, "baseline", 7, world=variants(5, failing=(7,))[0].world)
    assert outcome(found) == (
        "baseline, run 7, point 0: failed in markets: run 7 left the admissible range after 0.0 s; not as it is "
        "stored: finished\nchanged since the batch was computed: the data or the scenario language"
    )


@pytest.mark.parametrize(("run", "point"), [(10, 0), (0, 2), (-1, 0)])
def test_a_run_that_the_batch_has_not_is_a_message(batch, run, point):
    with pytest.raises(BatchError) as raised:
        again(batch, run, point=point)
    expected = f"{batch.folder}: no run {run} at point {point}; it has points 0 to 1 and runs 0 to 9"
    assert str(raised.value) == expected
    with pytest.raises(BatchError, match="no scenario 'x'; it has baseline"):
        rerun(batch, "x", 0)
