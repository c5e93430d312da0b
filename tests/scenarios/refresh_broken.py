"""Write the expected text of every broken scenario and table; read the difference before committing it."""

from pathlib import Path

from scenarios import ScenarioError, examine, load_tables
from scenarios.problems import render

HERE = Path(__file__).parent


def refresh() -> None:
    """Write one text beside each broken file, with paths relative to the folder."""
    tables = load_tables([HERE / "tables"])
    for path in sorted((HERE / "broken").glob("*.yaml")):
        text = render(examine(path, tables).problems)
        path.with_suffix(".txt").write_text(without_folder(text, HERE / "broken") + "\n", encoding="utf-8")
    more = load_tables([HERE / "tables", HERE / "doubtful" / "tables"])
    for path in sorted((HERE / "doubtful").glob("*.yaml")):
        text = render(examine(path, more).warnings, "warning")
        path.with_suffix(".txt").write_text(without_folder(text, HERE / "doubtful") + "\n", encoding="utf-8")
    for folder in sorted((HERE / "tables" / "broken").iterdir()):
        text = without_folder(table_problems(folder), folder)
        (folder / "problems.txt").write_text(text + "\n", encoding="utf-8")


def table_problems(folder: Path) -> str:
    """What loading says of a folder of broken tables over the small ones."""
    try:
        load_tables([HERE / "tables", folder])
    except ScenarioError as error:
        return str(error)
    return "no problem"


def without_folder(text: str, folder: Path) -> str:
    """A text with the folder of the broken files cut out."""
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    return text.replace(f"{shown}/", "")


if __name__ == "__main__":
    refresh()
