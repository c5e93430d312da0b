"""Tables: the data of a run, checked, and cut to what was known at its date."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.fields import FrozenDict
from scenarios.problems import Problem, ScenarioError
from scenarios.table_checks import Row, Rows, check_rows
from scenarios.table_columns import Column
from scenarios.table_files import display, read_folder
from scenarios.table_links import duplicates, known_rows, latest_rows, visible_rows
from scenarios.table_schemas import SCHEMAS

SHIPPED = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False)
class Tables:
    """Every table as a pandas DataFrame, cut to what was public at `at`; equal to nothing but itself.

    ``tables["links"]`` is a copy: changing it changes no one else's. Cells
    that hold lists are tuples of text; unknown numbers are NaN, unknown text
    is empty. A table without a file is empty, with its columns.
    """

    at: str
    frames: Mapping[str, pd.DataFrame]
    withheld: Mapping[str, int]
    """Rows left out of each table because they were not public yet."""
    origins: Mapping[str, tuple[str, ...]]
    """File and line of each row of each table."""
    public: Mapping[str, Sequence[Row]]
    """Rows of each table public at `at`, those that later ones replace among them."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """One table; KeyError when there is none of this name."""
        return self.frames[name].copy()

    def history(self, name: str) -> pd.DataFrame:
        """One table with the rows that later ones replace, in the order of the files."""
        return _frame(name, self.public.get(name, ()))

    def __iter__(self) -> Iterator[str]:
        """Names of the tables."""
        return iter(self.frames)

    def values(self, name: str, column: str) -> tuple[str, ...]:
        """Distinct values of a text column, in order."""
        return tuple(dict.fromkeys(str(value) for value in self.frames[name][column]))


def load_tables(folders: Sequence[Path] = (SHIPPED,), at: str = "2025Q1") -> Tables:
    """Tables of one or several folders as they were known at a quarter.

    A row of a later folder replaces the row of an earlier one that has the
    same key; a row known later replaces an older one of the same folder.
    Raises ScenarioError with every problem of every file at once.
    """
    problems: list[Problem] = []
    layers = []
    for folder in folders:
        reading = read_folder(Path(folder))
        problems += [*reading.problems, *duplicates(reading.rows)]
        layers.append(reading.rows)
    every = _joined(layers)
    public = [visible_rows(layer, at) for layer in layers]
    rows, faults = known_rows(latest_rows(public), every)
    problems += [*faults, *check_rows(every), *_missing(every, folders, {problem.path for problem in problems})]
    if problems:
        raise ScenarioError(problems)
    frames = {name: _frame(name, rows.get(name, ())) for name in SCHEMAS}
    hidden = {name: _hidden(name, rows, every) for name in SCHEMAS}
    places = {name: tuple(f"{row.file}:{row.line}" for row in rows.get(name, ())) for name in SCHEMAS}
    return Tables(at, FrozenDict(frames), FrozenDict(hidden), FrozenDict(places), FrozenDict(_joined(public)))


def shipped_tables(at: str = "2025Q1", data: Path | None = None) -> Tables:
    """The shipped tables, with a user's own laid over them, read once a process: they do not change while it runs.

    Raises ScenarioError with every problem of the user's files at once.
    """
    return _read_once(at, data and data.resolve())


@cache
def _read_once(at: str, data: Path | None) -> Tables:
    return load_tables((SHIPPED, data) if data else (SHIPPED,), at)


def corrections(data: Path, at: str = "2025Q1") -> str:
    """One line that says what a user's tables put in place of the shipped ones or beside them."""
    tables, folder = shipped_tables(at, data), display(data.resolve())
    used = {name: sum(place.startswith(f"{folder}/") for place in tables.origins[name]) for name in tables}
    later = {name: tables.withheld[name] - shipped_tables(at).withheld[name] for name in tables}
    said = [f"{count} of {name}" for name, count in used.items() if count]
    left = [f"{count} of {name}" for name, count in later.items() if count > 0]
    beyond = f"; not public before {at} and left out: {', '.join(left)}" if left else ""
    return f"rows from {folder}: {', '.join(said) or 'none'}{beyond}"


def _joined(layers: Iterable[Rows]) -> dict[str, list[Row]]:
    """All rows of all folders, by table."""
    joined: dict[str, list[Row]] = {}
    for table, rows in chain.from_iterable(layer.items() for layer in layers):
        joined.setdefault(table, []).extend(rows)
    return joined


def _missing(rows: Rows, folders: Sequence[Path], known: Container[str]) -> Iterator[Problem]:
    """Tables without which nothing runs, unless the reason is a problem already."""
    place = ", ".join(display(Path(folder)) for folder in folders)
    for name, schema in SCHEMAS.items():
        if schema.required and not rows.get(name) and name not in known:
            yield Problem(place, 0, name, f"there is no {name}.csv with rows")


def _hidden(name: str, rows: Rows, every: Rows) -> int:
    """How many keys of a table stand in the files and not in the run."""
    shown = {row.key() for row in rows.get(name, ())}
    return len({row.key() for row in every.get(name, ())} - shown)


def _frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of a table as a DataFrame with its columns and types."""
    schema = SCHEMAS[name]
    columns = (*schema.columns, *schema.extra)
    return pd.DataFrame({column.name: _series(column, rows) for column in columns})


def _series(column: Column, rows: Sequence[Row]) -> "pd.Series[Any]":
    """One column of values in its type."""
    values = [row.values[column.name] for row in rows]
    if column.many:
        return pd.Series(values, dtype=object)
    if column.kind == "number":
        return pd.Series(values, dtype="float64")
    if column.kind == "whole" and column.needed:
        return pd.Series(values, dtype="int64")
    return pd.Series(values, dtype=object)
