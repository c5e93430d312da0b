"""Columns of the data tables: what a cell may hold, and reading one cell.

An empty cell means unknown, never zero. A cell that holds a list separates
its items by semicolons, or by ``>`` when it leads from one to the other.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from model.quarters import parse_quarter
from scenarios.problems import listing, nearest

Kind = Literal["text", "number", "whole", "quarter", "code", "flag"]
Cell = str | float | int | bool | tuple[str, ...] | None

FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
SEPARATOR = re.compile(r"[;>]")
LAST_YEAR = 2100
CODE = re.compile(r"[A-Z][A-Z0-9]{2,6}")


@dataclass(frozen=True)
class Column:
    """One column: kind of value, limits, and the tables its ids come from."""

    name: str
    kind: Kind = "text"
    needed: bool = False
    many: bool = False
    allowed: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    refers: tuple[str, ...] = ()
    """Columns, written ``table.column``, one of which must contain the value."""
    holds: bool = False
    """True when naming a row that is not yet known is an error; else this row is left out as well."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell."""

    message: str
    seen: str = ""
    allowed: str = ""
    nearest: str = ""


def text(name: str) -> Column:
    """A column of free text, possibly empty."""
    return Column(name)


def words(name: str, *allowed: str) -> Column:
    """A column that holds one of a few words."""
    return Column(name, needed=True, allowed=allowed)


def number(name: str, low: float = -math.inf, high: float = math.inf) -> Column:
    """A column of numbers within limits, possibly empty."""
    return Column(name, "number", low=low, high=high)


def share(name: str) -> Column:
    """A column of shares from 0 to 1, possibly empty."""
    return number(name, 0, 1)


def positive(name: str) -> Column:
    """A column of numbers not below zero, possibly empty."""
    return number(name, 0)


def year(name: str) -> Column:
    """A column of calendar years."""
    return Column(name, "whole", needed=True, low=1990, high=LAST_YEAR)


def quarter(name: str, first_year: int = 1900) -> Column:
    """A column of quarters, possibly empty."""
    return Column(name, "quarter", low=first_year, high=LAST_YEAR)


def code(name: str) -> Column:
    """A column of upper-case codes of states and groups of states."""
    return Column(name, "code", needed=True)


def refers(name: str, *columns: str) -> Column:
    """A column of ids that stand in one of the columns named."""
    return Column(name, needed=True, refers=columns)


def needed(column: Column) -> Column:
    """The same column, refusing an empty cell."""
    return replace(column, needed=True)


def optional(column: Column) -> Column:
    """The same column, accepting an empty cell."""
    return replace(column, needed=False)


def many(column: Column) -> Column:
    """The same column, holding a list."""
    return replace(column, many=True)


def read_cell(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """Value of a cell, and its fault if it has one."""
    stripped = raw.strip()
    if not stripped:
        return empty_cell(column), Fault("is missing") if column.needed else None
    if column.many:
        return _read_list(column, stripped)
    return READERS[column.kind](column, stripped)


def empty_cell(column: Column) -> Cell:
    """What stands for an empty cell: nothing, no text, or no items."""
    if column.many:
        return ()
    return "" if column.kind in {"text", "code", "quarter"} else None


def _read_list(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """Items of a list cell and the first fault among them."""
    items = tuple(item.strip() for item in SEPARATOR.split(raw))
    single = replace(column, many=False, needed=True)
    faults = (read_cell(single, item)[1] for item in items)
    return items, next((fault for fault in faults if fault), None)


def _read_text(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """Free text, or one of the words allowed."""
    if column.allowed and raw not in column.allowed:
        return raw, Fault("is not a valid word", raw, listing(column.allowed), nearest(raw, column.allowed))
    return raw, None


def _read_number(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """A finite number within the column's limits."""
    try:
        value = float(raw)
    except ValueError:
        return None, Fault("is not a number", raw)
    if not math.isfinite(value):
        return None, Fault("is not a finite number", raw)
    if not column.low <= value <= column.high:
        return value, Fault("is out of range", raw, _limits(column))
    return value, None


def _limits(column: Column) -> str:
    """Limits of a column in words."""
    if math.isinf(column.high):
        return f"allowed: {column.low:g} or more"
    return f"allowed: {column.low:g} to {column.high:g}"


def _read_whole(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """A whole number within the column's limits."""
    value, fault = _read_number(column, raw)
    if fault or not isinstance(value, float):
        return None, fault
    return (int(value), None) if value.is_integer() else (None, Fault("is not a whole number", raw))


def _read_quarter(column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """A quarter of the column's years, kept as text."""
    try:
        calendar_year = parse_quarter(raw) // 4
    except ValueError:
        return raw, Fault("is not a quarter", raw, "write it like 2025Q1")
    if not column.low <= calendar_year <= column.high:
        return raw, Fault("is out of range", raw, _limits(column))
    return raw, None


def _read_code(_column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """A code of capital letters."""
    if CODE.fullmatch(raw):
        return raw, None
    return raw, Fault("is not a code", raw, "write three capital letters, like KAZ")


def _read_flag(_column: Column, raw: str) -> tuple[Cell, Fault | None]:
    """Yes or no."""
    if raw.lower() in FLAGS:
        return FLAGS[raw.lower()], None
    return None, Fault("is neither yes nor no", raw)


READERS: dict[Kind, Callable[[Column, str], tuple[Cell, Fault | None]]] = {
    "text": _read_text,
    "number": _read_number,
    "whole": _read_whole,
    "quarter": _read_quarter,
    "code": _read_code,
    "flag": _read_flag,
}
