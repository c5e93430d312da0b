"""Rows of a table as named tuples, and the latest of each key.

A schema gives every column its type, which pandas cannot tell a type checker;
so the cells are Any, here and nowhere else.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pandas as pd

Row: TypeAlias = Any


def rows(table: pd.DataFrame) -> Iterator[Row]:
    """Rows in order; a cell is read by its column's name."""
    return table.itertuples(index=False)


def latest(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Last year of each key that has a value."""
    return table.dropna(subset=["value"]).sort_values("year").groupby(by, as_index=False).last()
