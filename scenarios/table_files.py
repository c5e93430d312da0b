"""Table files: CSV text to rows, each with its file and line."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import Problem, listing, nearest
from scenarios.table_checks import Row
from scenarios.table_columns import Cell, Column, empty_cell, read_cell
from scenarios.table_schemas import SCHEMAS, TableSchema


@dataclass(frozen=True)
class TableFile:
    """One file: which table it belongs to and how its path is shown."""

    table: str
    path: Path
    shown: str


@dataclass
class Reading:
    """Rows by table and problems, gathered while files are read."""

    rows: dict[str, list[Row]]
    problems: list[Problem]


def display(path: Path) -> str:
    """A path as a user would write it: relative to the working folder when it lies inside."""
    working = Path.cwd()
    return str(path.relative_to(working)) if path.is_relative_to(working) else str(path)


def table_of(stem: str) -> str | None:
    """Table a file belongs to, from its name without ending: ``links_energy`` to ``links``."""
    names = [name for name in SCHEMAS if stem == name or stem.startswith(f"{name}_")]
    return max(names, key=len, default=None)


def read_folder(folder: Path) -> Reading:
    """Rows and problems of all table files of a folder."""
    reading = Reading({}, [])
    if not folder.is_dir():
        reading.problems.append(Problem(display(folder), 0, "", "there is no such folder"))
    elif not any(folder.glob("*.csv")):
        reading.problems.append(Problem(display(folder), 0, "", "holds no table", "", listing(SCHEMAS)))
    for path in sorted(folder.glob("*.csv")):
        _read_path(path, reading)
    return reading


def _read_path(path: Path, reading: Reading) -> None:
    """Add one file to a reading."""
    table = table_of(path.stem)
    if table is None:
        hint = nearest(path.stem, SCHEMAS)
        reading.problems.append(Problem(display(path), 1, "", "is not a table", path.stem, listing(SCHEMAS), hint))
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as reason:
        reading.problems.append(Problem(display(path), 1, "", f"cannot be read: {reason}"))
        return
    _read_table(TableFile(table, path, display(path)), text, reading)


def _read_table(file: TableFile, text: str, reading: Reading) -> None:
    """Add the rows of one text to a reading; a bad header ends the file."""
    lines = _records(file, text, reading.problems)
    _, header = next(lines, (1, []))
    faults = list(_header_problems(file, header))
    reading.problems.extend(faults)
    if not any(fault.check == "header" for fault in faults):
        for line, record in lines:
            _add_row(file, line, dict(zip(header, record, strict=False)), reading)
            if len(record) != len(header):
                message = f"the row has {len(record)} cells, the header {len(header)}"
                reading.problems.append(Problem(file.shown, line, file.table, message))


def _records(file: TableFile, text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Records of a CSV text that are not empty, each with its first line."""
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as reason:
        problems.append(Problem(file.shown, line, file.table, f"is not CSV: {reason}"))


def _header_problems(file: TableFile, header: Sequence[str]) -> Iterator[Problem]:
    """Columns that are missing, unknown or repeated."""
    schema = SCHEMAS[file.table]
    known = [column.name for column in (*schema.columns, *schema.extra)]
    for name in dict.fromkeys(header):
        if name not in known:
            allowed, hint = listing(known), nearest(name, known)
            yield Problem(file.shown, 1, file.table, "is not a column", name, allowed, hint)
        elif header.count(name) > 1:
            yield Problem(file.shown, 1, file.table, "occurs twice", name, check="header")
    missing = [column.name for column in schema.columns if column.name not in header]
    if missing:
        message = f"columns are missing: {', '.join(missing)}"
        yield Problem(file.shown, 1, file.table, message, check="header")


def _add_row(file: TableFile, line: int, record: dict[str, str], reading: Reading) -> None:
    """Read the cells of one record."""
    schema = SCHEMAS[file.table]
    row = Row(file.table, file.shown, line, {})
    values: dict[str, Cell] = {}
    for column in _columns(schema):
        values[column.name], fault = read_cell(column, record.get(column.name) or "")
        if fault:
            values[column.name] = empty_cell(column)
            reading.problems.append(row.problem(column.name, fault))
    reading.rows.setdefault(file.table, []).append(Row(file.table, file.shown, line, values))


def _columns(schema: TableSchema) -> tuple[Column, ...]:
    """All columns of a table, those a file may leave out last."""
    return (*schema.columns, *schema.extra)
