"""Batches on their shelf: called by label, sized, and deleted without touching anything else."""

import json

import pytest
from engine_double import ENGINE, RECORD, variants

from runs import shelf
from runs.launch import Options, draft, launch
from runs.lock import NAME
from runs.problems import BatchError


@pytest.fixture
def folder(tmp_path):
    """A finished batch named b."""
    options, ready = Options(workers=1, record=RECORD, out=tmp_path, name="b"), variants(0)
    return launch(ready, draft(ready, 4, 1, None, options), options, ENGINE).folder


def refused(ask):
    with pytest.raises(BatchError) as raised:
        ask()
    return str(raised.value)


def test_a_batch_is_found_by_path_name_or_label(folder, tmp_path):
    shelf.label(folder, "before")
    shelf.remark(folder, "half-life 3")
    assert shelf.notes(folder) == shelf.Notes("before", "half-life 3")
    assert [shelf.find(name, tmp_path) for name in (folder, folder.relative_to(tmp_path))] == [folder, folder]
    assert shelf.find(tmp_path.joinpath("before").relative_to(tmp_path), tmp_path) == folder
    shelf.label(folder, "")
    assert "no batch there" in refused(lambda: shelf.find(tmp_path.joinpath("before").relative_to(tmp_path), tmp_path))


def test_two_batches_are_never_called_alike(folder, tmp_path):
    other = tmp_path / "c"
    other.mkdir()
    (other / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    shelf.label(folder, "before")
    assert refused(lambda: shelf.label(other, "before")) == f"label before: {folder} is called so already"
    assert refused(lambda: shelf.label(other, "b")) == f"label b: {folder} is called so already"
    assert refused(lambda: shelf.label(other, "a/b")) == "label 'a/b': not a plain name of up to 40 characters"


def test_damaged_notes_are_a_message(folder):
    (folder / shelf.NOTES).write_text(json.dumps({"label": 3}))
    assert refused(lambda: shelf.notes(folder)) == (
        f"{folder / shelf.NOTES}: damaged; delete the file and label the batch again"
    )


def test_a_deleted_batch_is_gone_and_nothing_else_is(folder, tmp_path):
    (tmp_path / "precious.txt").write_text("keep")
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text("x")
    (folder / "tables").mkdir()  # a user's own, kept with the batch
    shelf.delete(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


@pytest.mark.parametrize("victim", ["empty", "foreign"])
def test_what_is_no_batch_is_never_deleted(tmp_path, victim):
    place = tmp_path / victim
    place.mkdir()
    if victim == "foreign":
        (place / "manifest.json").write_text('{"name": "a web app"}')
    expected = {
        "empty": f"{place}/manifest.json: not there; is {place} a batch folder?",
        "foreign": f"{place}: manifest.json is not that of a batch; nothing is deleted",
    }
    assert refused(lambda: shelf.delete(place)) == expected[victim]
    assert place.is_dir()


def test_a_batch_with_files_of_others_or_a_writer_or_behind_a_link_is_never_deleted(folder, tmp_path):
    (folder / "thesis.tex").write_text("years")
    assert refused(lambda: shelf.delete(folder)) == (
        f"{folder}: holds other files (thesis.tex); move them away first, nothing is deleted"
    )
    (folder / "thesis.tex").unlink()
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert refused(lambda: shelf.delete(link)) == (
        f"{link}: a link to another place, not a batch folder; nothing is deleted"
    )
    (folder / NAME).write_text(json.dumps({"process": 1, "host": "elsewhere", "since": "now"}))
    before = sorted(folder.rglob("*"))
    assert "process 1 on elsewhere has been writing here since now" in refused(lambda: shelf.delete(folder))
    assert sorted(folder.rglob("*")) == before


def test_a_link_inside_a_batch_is_removed_and_what_it_leads_to_stays(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious.txt").write_text("keep")
    (folder / "report").symlink_to(tmp_path / "elsewhere")
    shelf.delete(folder)
    assert (tmp_path / "elsewhere" / "precious.txt").read_text() == "keep"
    assert not folder.exists()
