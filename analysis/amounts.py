"""Amounts: an effect in words, its mean with the 95 % interval."""

import math

from analysis import words


def said(mean: float, low: float, high: float, unit: str = "") -> str:
    """A change with its interval and unit, three digits of the mean; of a share, in percentage points.

    >>> said(-2.5049, -3.17, -1.8312), said(0.362, 0.31, 0.414, "share"), said(4.2, math.nan, math.nan, "bcm/y")
    ('−2.50 (−3.17 to −1.83)', '+36.2 (31.0 to 41.4) percentage points', '+4.20 bcm/y')
    """
    if unit == "share":
        return said(100 * mean, 100 * low, 100 * high, "percentage points")
    digits = _digits(mean)
    ends = () if math.isnan(low) else tuple(words.number(end, digits) for end in (low, high))
    within = f"({' to '.join(ends)})" if ends else ""
    return " ".join(filter(None, [words.number(mean, digits, signed=True), within, unit]))


def _digits(mean: float) -> int:
    """Decimals that show three digits of a number, at most four."""
    return min(max(2 - math.floor(math.log10(abs(mean))), 0), 4) if mean else 0
