"""References between tables, and what a run of a given date may know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from model.quarters import parse_quarter
from scenarios.problems import Problem, nearest
from scenarios.table_checks import Row, Rows
from scenarios.table_columns import Cell, Column, Fault
from scenarios.table_schemas import SCHEMAS

Index = Mapping[str, frozenset[str]]
"""Ids by ``table.column``."""


def visible_rows(rows: Rows, at: str) -> dict[str, list[Row]]:
    """Rows public at a date."""
    return {table: [row for row in members if _is_public(row, at)] for table, members in rows.items()}


def latest_rows(layers: Sequence[Rows]) -> dict[str, list[Row]]:
    """One row for each key: the last folder wins, and within it the row known last."""
    chosen: dict[str, dict[tuple[Cell, ...], Row]] = {}
    for rows in layers:
        for table, members in rows.items():
            winners = {row.key(): row for row in sorted(members, key=_vintage)}
            in_order = {row.key(): winners[row.key()] for row in members}
            chosen.setdefault(table, {}).update(in_order)
    return {table: list(members.values()) for table, members in chosen.items()}


def duplicates(rows: Rows) -> Iterator[Problem]:
    """Rows of one folder that repeat a key without being a later revision of it; unreadable keys repeat nothing."""
    for members in rows.values():
        first: dict[tuple[Cell, ...], Row] = {}
        for row in (row for row in members if None not in row.key()):
            earlier = first.setdefault((*row.key(), row.text("known_from")), row)
            if earlier is not row:
                yield _duplicate(row, earlier)


def known_rows(rows: Rows, every: Rows) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Rows whose references are public too, and the problems of the others.

    `rows` are the public rows, `every` all rows. A row that names something
    not yet known is left out with it; from a list only the unknown item is.
    """
    full = _index(every)
    current = {table: list(members) for table, members in rows.items()}
    while True:
        index = _index(current)
        after = {table: _prune(members, index, full) for table, members in current.items()}
        if after == current:
            return after, [*_dangling(every, full), *_held(after, index)]
        current = after


def _prune(members: Iterable[Row], index: Index, full: Index) -> list[Row]:
    """Rows without those, or the list items, that name something withheld."""
    pruned = (_without_withheld(row, index, full) for row in members)
    return [row for row in pruned if row is not None]


def _without_withheld(row: Row, index: Index, full: Index) -> Row | None:
    """A row without withheld list items; None when it must be left out."""
    values = dict(row.values)
    for column in _references(row.table, index):
        withheld = {item for item in _items(row, column) if _absent(item, column, index, full)}
        if not withheld or column.holds:
            continue
        kept = tuple(item for item in _items(row, column) if item not in withheld)
        if not column.many or not kept:
            return None
        values[column.name] = kept
    return row if values == row.values else replace(row, values=values)


def _absent(item: str, column: Column, index: Index, full: Index) -> bool:
    """Whether an id exists but is not known yet."""
    return not _found(item, column, index) and _found(item, column, full)


def _found(item: str, column: Column, index: Index) -> bool:
    """Whether an id stands in one of the columns it may come from."""
    return any(item in index.get(name, ()) for name in column.refers)


def _dangling(every: Rows, full: Index) -> Iterator[Problem]:
    """Ids that stand nowhere."""
    for table, members in every.items():
        for column in _references(table, full):
            words = frozenset().union(*(full[name] for name in column.refers if name in full))
            for row in members:
                for item in (item for item in _items(row, column) if item not in words):
                    yield row.problem(column.name, _unknown(item, column, words))


def _held(rows: Rows, index: Index) -> Iterator[Problem]:
    """Rows that name something not yet known though they may not."""
    for table, members in rows.items():
        for column in (column for column in _references(table, index) if column.holds):
            for row in members:
                for item in (item for item in _items(row, column) if not _found(item, column, index)):
                    yield row.problem(column.name, Fault("is not known yet at this date, but what names it is", item))


def _unknown(item: str, column: Column, words: frozenset[str]) -> Fault:
    """Fault of an id that stands nowhere."""
    tables = " or ".join(dict.fromkeys(name.partition(".")[0] for name in column.refers))
    return Fault(f"stands in no row of {tables}", item, nearest=nearest(item, words))


def _references(table: str, index: Index) -> list[Column]:
    """Columns of a table that name rows of tables which are there."""
    schema = SCHEMAS[table]
    return [column for column in schema.columns if column.refers and any(name in index for name in column.refers)]


def _items(row: Row, column: Column) -> tuple[str, ...]:
    """Ids in a cell."""
    value = row.values.get(column.name)
    if isinstance(value, tuple):
        return tuple(item for item in value if item)
    return (str(value),) if value else ()


def _index(rows: Rows) -> Index:
    """Ids of every column that others refer to."""
    names = {name for schema in SCHEMAS.values() for column in schema.columns for name in column.refers}
    split = {name: name.split(".") for name in names}
    return {
        name: frozenset(row.text(column) for row in rows[table])
        for name, (table, column) in split.items()
        if table in rows
    }


def _is_public(row: Row, at: str) -> bool:
    """Whether a fact was public at a date; timeless rows always are."""
    known = row.text("known_from")
    return not known or parse_quarter(known) <= parse_quarter(at)


def _vintage(row: Row) -> str:
    """Quarter in which a row became known."""
    return row.text("known_from")


def _duplicate(row: Row, earlier: Row) -> Problem:
    """The problem of a repeated key."""
    key = " ".join(str(part) for part in row.key())
    return Problem(row.file, row.line, row.table, f"repeats the key of {earlier.file} line {earlier.line}", key)
