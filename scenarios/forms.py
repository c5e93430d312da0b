"""Forms: dates and numbers as people write them elsewhere, and what they are here."""

import re
from collections.abc import Sequence

from scenarios.states import STATE_VALUES

MONTHS = {str(month): quarter for month, quarter in zip(range(1, 13), "111222333444", strict=True)}
QUARTERS = (
    re.compile(r"(?P<year>\d{4})[ /-]?[Qq](?P<quarter>[1-4])"),
    re.compile(r"[Qq](?P<quarter>[1-4])[ /-]*(?P<year>\d{4})"),
    re.compile(r"0?(?P<month>\d{1,2})[./](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-0?(?P<month>\d{1,2})(-\d{1,2})?"),
    re.compile(r"(?P<year>\d{4})"),
)
"""Ways in which people write quarters and months elsewhere."""
FIGURE = re.compile(r"([+-]?)(\d{1,12}|\d{1,3}(?:[., ]\d{3}){2,4})(?:[.,](\d{1,9}))? ?(%|[a-zA-Z/]{0,12})")
"""A number as people write it: with a decimal comma, parted thousands, a unit or a per cent sign."""
LEAST_PER_CENT, MOST_PER_CENT = 5, 100
"""Between which a probability above 1 is taken to be in per cent."""


def quarter_meant(value: object) -> str:
    """The quarter that a date of another form lies in; an example when there is none.

    >>> [quarter_meant(text) for text in ("2027-Q1", "q3 2027", "05/2027", "2027-12-24", "soon")]
    ['2027Q1', '2027Q3', '2027Q2', '2027Q4', '2030Q1']
    """
    found = next((match for form in QUARTERS if (match := form.fullmatch(str(value).strip()))), None)
    if found is None:
        return "2030Q1"
    parts = {"month": "1", **found.groupdict()}
    return f"{parts['year']}Q{parts.get('quarter') or MONTHS.get(str(parts['month']), '1')}"


def number_meant(value: object) -> float | None:
    """The number that a text of another form means; None when it means none.

    >>> [number_meant(text) for text in ("0,5", "1.000.000", "-50 %", "10 Mt", "half")]
    [0.5, 1000000.0, -0.5, 10.0, None]
    """
    parts = FIGURE.fullmatch(str(value).replace("\u2212", "-").strip())
    if parts is None:
        return None
    number = float(f"{parts[1]}{re.sub(r'[., ]', '', parts[2])}.{parts[3] or 0}")
    return number / 100 if parts[4] == "%" else number


def figure(place: Sequence[str | int], value: object) -> str:
    """How a number is written that was given in another form, or the state that was set like a number.

    >>> [figure(("events", 0, "set"), text) for text in ("0,5", "operating", "much")]
    ['write 0.5', 'write becomes: operating', '']
    """
    if isinstance(value, dict) and place[0] == "parameters":
        return "write a dotted name and a number, like routing.theta_gas: 6; distributions go under sample"
    if place[-1] == "set" and any(value in states for states in STATE_VALUES.values() if isinstance(value, str)):
        return f"write becomes: {value}"
    number = number_meant(value)
    return "" if number is None else f"write {number:.12g}"


def as_share(place: Sequence[str | int], value: object) -> str:
    """How a probability is written that was given in per cent."""
    if place[-1] == "probability" and isinstance(value, int | float) and LEAST_PER_CENT <= value <= MOST_PER_CENT:
        return f"; write {value / 100:g} for {value:g} %"
    return ""
