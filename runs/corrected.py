"""A user's corrected tables, kept in the folder of the batch that was computed with them."""

from pathlib import Path

from runs import store

FOLDER = "tables"


def keep(folder: Path, data: Path | None) -> None:
    """Copy the tables of a user's folder, if there is one, into that of a batch."""
    if data is not None:
        (folder / FOLDER).mkdir(exist_ok=True)
        for path in sorted(data.glob("*.csv")):
            store.write(folder / FOLDER / path.name, path.read_bytes())


def kept(folder: Path) -> Path | None:
    """Folder of the tables that a batch was computed with beside the shipped ones; None when there were none."""
    found = folder / FOLDER
    return found if found.is_dir() else None
