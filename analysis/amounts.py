"""Amounts: effects in numbers, with as many decimals as tell their intervals and thresholds apart, and no more."""

import math

from analysis import words


def decimals(mean: float, low: float, high: float, mark: float | None = None) -> int:
    """Decimals that the half of an interval reaches, one more where a number would read as zero.

    More where the mean would read as a `mark`, such as a threshold, that it is not. Without an interval, decimals that
    show three digits of the mean.

    >>> decimals(-5.3, -5.7, -4.9), decimals(1.0, 1.0, 1.0), decimals(-0.0961, -0.12, -0.07, mark=-0.1)
    (1, 2, 3)
    """
    half = (high - low) / 2
    if not half > words.LEAST:
        places = max(2 - _decade(mean), 0) if abs(mean) > words.LEAST else 0
    else:
        places = max(0, -_decade(half))
        places += min(map(abs, (mean, low, high))) < 0.5 * 10.0**-places
    while mark is not None and abs(mean - mark) > words.LEAST and round(mean, places) == round(mark, places):
        places += 1
    return places


def _decade(value: float) -> int:
    """The power of ten of the first digit of a number."""
    return math.floor(math.log10(float(f"{abs(value):.6g}")))


def figures(mean: float, low: float, high: float, mark: float | None = None) -> tuple[str, str, str]:
    """A mean and the ends of its interval with their signs.

    >>> figures(0.000476, -0.0001, 0.00105), figures(12.345, 12.3, 12.39), figures(1.0, 1.0, 1.0)
    (('+0.0005', '−0.0001', '+0.0010'), ('+12.35', '+12.30', '+12.39'), ('+1.00', '+1.00', '+1.00'))
    """
    places = decimals(mean, low, high, mark)
    first, second, third = (words.number(value, places, signed=True) for value in (mean, low, high))
    return first, second, third


def sizes(mean: float, low: float, high: float, places: int | None = None) -> tuple[str, str]:
    """The size of an effect whose sign is told by a verb, and its interval, smaller end first.

    >>> sizes(-0.112, -0.115, -0.109)
    ('0.112', '0.109 to 0.115')
    """
    places = decimals(mean, low, high) if places is None else places
    ends = " to ".join(words.number(end, places) for end in sorted((abs(low), abs(high))))
    return words.number(abs(mean), places), ends


def said(mean: float, low: float, high: float, unit: str = "") -> str:
    """A change with its interval and unit; of a share, in percentage points.

    >>> said(-2.5049, -3.17, -1.8312), said(0.362, 0.31, 0.414, "share"), said(4.2, math.nan, math.nan, "bcm/y")
    ('−2.5 (−3.2 to −1.8)', '+36 (+31 to +41) percentage points', '+4.20 bcm/y')
    """
    if unit == "share":
        return said(100 * mean, 100 * low, 100 * high, "percentage points")
    first, *ends = figures(mean, low, high)
    within = "" if math.isnan(low) else f"({' to '.join(ends)})"
    return " ".join(filter(None, [first, within, unit]))
