"""Amounts: effects in numbers, with as many decimals as tell their intervals and thresholds apart, and no more.

Of a mean three digits are said at most, more only where a threshold asks for them: the model is one of orders of
magnitude. An interval that is narrower than the last digit said is named by that digit.
"""

import math

from analysis import words

DIGITS = 3
"""The most digits of a mean that are said."""
BRACKETS = "numbers in brackets: its 95 % interval (“within 0.01”: narrower than that)"
"""What stands in brackets after a mean, for a caption."""


def decimals(mean: float, low: float, high: float, mark: float | None = None) -> int:
    """Decimals that the half of an interval reaches, one more where a number would read as zero.

    None beyond three digits of the mean, which are shown without an interval, but where the mean would read as a
    `mark`, such as a threshold, that it is not.

    >>> decimals(-5.3, -5.7, -4.9), decimals(1.0, 1.0, 1.0), decimals(-0.0961, -0.12, -0.07, mark=-0.1)
    (1, 2, 3)
    >>> decimals(0.0171229, 0.017122, 0.0171237), decimals(1234.5, 1234.4, 1234.6)
    (4, 0)
    """
    half = (high - low) / 2
    most = max(DIGITS - 1 - _decade(float(f"{mean:.{DIGITS}g}")), 0) if abs(mean) > words.LEAST else None
    if not half > words.LEAST:
        places = DIGITS - 1 if most is None else most
    else:
        places = max(0, -_decade(half))
        places += min(map(abs, (mean, low, high))) < 0.5 * 10.0**-places
        places = places if most is None else min(places, most)
    while mark is not None and abs(mean - mark) > words.LEAST and round(mean, places) == round(mark, places):
        places += 1
    return places


def _decade(value: float) -> int:
    """The power of ten of the first digit of a number."""
    return math.floor(math.log10(float(f"{abs(value):.6g}")))


def figures(mean: float, low: float, high: float, mark: float | None = None, *, signed: bool = True) -> tuple[str, str]:
    """A mean, with its sign where it is that of a change, and its interval.

    >>> figures(0.000476, -0.0001, 0.00105), figures(12.345, 12.31, 12.39), figures(1.0, 1.0, 1.0, signed=False)
    (('+0.0005', '−0.0001 to +0.0010'), ('+12.3', '+12.3 to +12.4'), ('1.00', 'within 0.01'))
    """
    places = decimals(mean, low, high, mark)
    return words.number(mean, places, signed=signed), ends(low, high, places, signed=signed)


def ends(low: float, high: float, places: int, *, signed: bool = False) -> str:
    """An interval with some decimals, or how narrow it is where its ends read the same.

    >>> ends(-0.0171237, -0.017122, 4, signed=True), ends(0.01711, 0.01732, 4)
    ('within 0.0001', '0.0171 to 0.0173')
    """
    first, last = (words.number(end, places, signed=signed) for end in (low, high))
    return f"{first} to {last}" if first != last else f"within {words.number(10.0**-places, places)}"


def sizes(mean: float, low: float, high: float, places: int | None = None) -> tuple[str, str]:
    """The size of an effect whose sign is told by a verb, and its interval, smaller end first.

    >>> sizes(-0.112, -0.115, -0.109)
    ('0.112', '0.109 to 0.115')
    """
    places = decimals(mean, low, high) if places is None else places
    first, last = sorted((abs(low), abs(high)))
    return words.number(abs(mean), places), ends(first, last, places)


def said(mean: float, low: float, high: float, unit: str = "") -> str:
    """A change with its interval and unit; of a share, in percentage points.

    >>> said(-2.5049, -3.17, -1.8312), said(0.362, 0.31, 0.414, "share"), said(4.2, math.nan, math.nan, "bcm/y")
    ('−2.5 (−3.2 to −1.8)', '+36 (+31 to +41) percentage points', '+4.20 bcm/y')
    """
    if unit == "share":
        return said(100 * mean, 100 * low, 100 * high, "percentage points")
    first, interval = figures(mean, low, high)
    within = "" if math.isnan(low) else f"({interval})"
    return " ".join(filter(None, [first, within, unit]))
