"""The shelf: batches that lie in one folder, with their labels and notes; found, named, deleted."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from runs import corrected, lock, store
from runs.problems import BatchError

NOTES = "notes.json"
REPORT = "report"
OWN = ("manifest.json", "dictionary.json", "runs.parquet", "scenarios", "blocks", corrected.FOLDER, lock.NAME, NOTES)
"""What a batch folder holds, besides its reports."""
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Notes:
    """What a user says about a batch: a short name to call it by, and a remark."""

    label: str = ""
    note: str = ""


def notes(folder: Path) -> Notes:
    """Notes of a batch, empty where there are none; BatchError when they are damaged."""
    path = folder / NOTES
    if not path.exists():
        return Notes()
    try:
        return TypeAdapter(Notes).validate_python(store.read_json(path))
    except ValidationError:
        msg = f"{path}: damaged; delete the file and label the batch again"
        raise BatchError(msg) from None


def batches(out: Path) -> list[Path]:
    """Batch folders directly in `out`, by name."""
    return [path.parent for path in sorted(out.glob("*/manifest.json"))]


def find(batch: Path, out: Path) -> Path:
    """Folder of a batch given by its path, or by its name or label in `out`; BatchError when none has it."""
    for folder in (batch, out / batch):
        if (folder / "manifest.json").is_file():
            return folder
    for folder in batches(out):
        if str(batch) == notes(folder).label:
            return folder
    msg = f"{batch}: no batch there nor in {out}; `multivector batches` lists them"
    raise BatchError(msg)


def label(folder: Path, word: str) -> None:
    """Give a batch a label, or take it away with an empty one; BatchError when it could mean something else."""
    if Path(word).name != word or len(word) > LONGEST_LABEL or word.startswith("."):
        msg = f"label {word!r}: not a plain name of up to {LONGEST_LABEL} characters"
        raise BatchError(msg)
    for other in batches(folder.parent) if word else ():
        if other != folder and word in (other.name, notes(other).label):
            msg = f"label {word}: {other} is called so already"
            raise BatchError(msg)
    _keep(folder, Notes(word, notes(folder).note))


def remark(folder: Path, text: str) -> None:
    """Write a note about a batch, in place of an earlier one."""
    _keep(folder, Notes(notes(folder).label, text))


def _keep(folder: Path, said: Notes) -> None:
    store.write_json(folder / NOTES, asdict(said))


def size(folder: Path) -> int:
    """Bytes that a folder takes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def deletable(folder: Path) -> None:
    """BatchError when a folder is no batch, or holds anything that a batch has not put there."""
    if folder.is_symlink():
        msg = f"{folder}: a link to another place, not a batch folder; nothing is deleted"
        raise BatchError(msg)
    if not {"format", "family", "plan"} <= set(store.read_json(folder / "manifest.json")):
        msg = f"{folder}: manifest.json is not that of a batch; nothing is deleted"
        raise BatchError(msg)
    strangers = [path.name for path in sorted(folder.iterdir()) if not _ours(path)]
    if strangers:
        msg = f"{folder}: holds other files ({', '.join(strangers[:3])}); move them away first, nothing is deleted"
        raise BatchError(msg)


def _ours(path: Path) -> bool:
    """Whether an entry of a batch folder is the batch's own."""
    return path.name in OWN or path.name.endswith(store.TEMPORARY) or path.name.partition("-")[0] == REPORT


def delete(folder: Path) -> None:
    """Delete a batch, its manifest last, so that what a kill leaves can be deleted again; BatchError as `deletable`."""
    deletable(folder)
    with lock.hold(folder):
        for path in folder.iterdir():
            if path.name not in ("manifest.json", lock.NAME):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        (folder / "manifest.json").unlink()
    folder.rmdir()
