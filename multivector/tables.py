"""Tables for a terminal: rich where a person reads, plain where a program does."""

# ruff: noqa: PLC0415 - rich is loaded where a person reads

import sys
from collections.abc import Iterable

import pandas as pd

Tables = Iterable[pd.DataFrame]


def write(table: pd.DataFrame, *, csv: bool = False) -> None:
    """Print a table; its `attrs["title"]` goes above it, except in CSV."""
    if csv:  # as the tables of the data are written, so that one may go back to --data
        table.map(lambda cell: ";".join(map(str, cell)) if isinstance(cell, (tuple, list)) else cell).to_csv(
            sys.stdout, index=False
        )
    elif sys.stdout.isatty():
        _write_rich(table)
    else:
        _write_plain(table)


def _write_rich(table: pd.DataFrame) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    grid = Table(title=table.attrs.get("title"), title_justify="left", header_style="bold")
    for name in table.columns:
        numeric = pd.api.types.is_numeric_dtype(table[name])
        grid.add_column(escape(str(name)), justify="right" if numeric else "left", no_wrap=numeric)
    for row in table.itertuples(index=False):
        grid.add_row(*(escape(spell(value)) for value in row))
    Console().print(grid)


def _write_plain(table: pd.DataFrame) -> None:
    cells = [list(map(str, table.columns)), *([spell(v) for v in row] for row in table.itertuples(index=False))]
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.columns))]
    if table.attrs.get("title"):
        print(table.attrs["title"])  # noqa: T201 - printing is what this file is for
    for row in cells:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        print(line.rstrip())  # noqa: T201


def spell(value: object) -> str:
    """One cell as text: numbers with four digits that matter, unknown as nothing.

    >>> spell(0.123456), spell(float("nan")), spell(1250.0), spell("KAZ")
    ('0.1235', '', '1250', 'KAZ')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def titled(table: pd.DataFrame, title: str) -> pd.DataFrame:
    """The table with a title to print above it."""
    table = table.reset_index(drop=True)
    table.attrs["title"] = title
    return table
