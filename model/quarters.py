"""Quarters as whole numbers: 2025Q1 is 2025 * 4 + 0."""

import re

PER_YEAR = 4.0
"""Quarters in a year: turns a flow a quarter into one a year."""
PER_QUARTER = 1.0 / PER_YEAR
"""Share of a year in a quarter: turns a flow a year into one a quarter."""

_PATTERN = re.compile(r"(\d{4})Q([1-4])")


def parse_quarter(text: str) -> int:
    """Ordinal of a quarter written like ``2025Q1``.

    Raises ValueError when the text is not a quarter.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        msg = f"not a quarter: {text!r}; write it like 2025Q1"
        raise ValueError(msg)
    return int(match[1]) * 4 + int(match[2]) - 1


def format_quarter(ordinal: int) -> str:
    """Text of a quarter ordinal, the inverse of `parse_quarter`."""
    return f"{ordinal // 4}Q{ordinal % 4 + 1}"
