"""Write the expected text of every broken scenario; read the difference before committing it."""

from pathlib import Path

from scenarios import examine, load_tables
from scenarios.problems import render

HERE = Path(__file__).parent


def refresh() -> None:
    """Write one text beside each broken file, with paths relative to the folder."""
    tables = load_tables([HERE / "tables"])
    for path in sorted((HERE / "broken").glob("*.yaml")):
        text = render(examine(path, tables).problems)
        path.with_suffix(".txt").write_text(without_folder(text) + "\n", encoding="utf-8")


def without_folder(text: str) -> str:
    """A text with the folder of the broken files cut out."""
    folder = HERE / "broken"
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    return text.replace(f"{shown}/", "")


if __name__ == "__main__":
    refresh()
