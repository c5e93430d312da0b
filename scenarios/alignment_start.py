"""Initial alignment from public indicators, before any measurement model exists."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.rows import latest

CELL = ["country", "pole"]
COLUMNS = ("country", "pole", "indicator", "value", "year", "known_from")
ANCHOR_YEARS = 10


def known_at(indicators: pd.DataFrame, at: str) -> pd.DataFrame:
    """Rows public by quarter `at`; quarters as text compare in order of time."""
    missing = sorted(set(COLUMNS) - set(indicators.columns))
    if missing:
        msg = f"alignment indicators: columns {missing} are missing; needed are {list(COLUMNS)}"
        raise ValueError(msg)
    return indicators[indicators["known_from"] <= at]


def to_index(share: pd.Series) -> pd.Series:
    """Shares in [0, 1] as an index in [-1, 1]."""
    if ((share < 0) | (share > 1)).any():
        msg = f"alignment indicators: value {share.max()} or {share.min()} lies outside [0, 1]"
        raise ValueError(msg)
    return 2 * share - 1


def as_matrix(cells: pd.Series, countries: Sequence[str], poles: Sequence[str]) -> pd.DataFrame:
    """Series over (country, pole) as a table (country, pole), empty where a country is the pole."""
    table = cells.rename("value").reset_index().pivot_table(index="country", columns="pole", values="value")
    table = table.reindex(index=list(countries), columns=list(poles))
    own = np.equal.outer(np.asarray(countries, dtype=object), np.asarray(poles, dtype=object))
    return table.mask(own.astype(bool))


def initial_alignment(
    indicators: pd.DataFrame, at: str, *, countries: Sequence[str], poles: Sequence[str]
) -> pd.DataFrame:
    """Alignment (country, pole) in [-1, 1] at quarter `at`.

    Twice the mean of the available indicators at their last known year, less one.
    Cells without any indicator, and a pole toward itself, are NaN.
    """
    means = latest(known_at(indicators, at), [*CELL, "indicator"]).groupby(CELL)["value"].mean()
    return as_matrix(to_index(means), countries, poles)


def anchor_alignment(
    indicators: pd.DataFrame, at: str, *, countries: Sequence[str], poles: Sequence[str]
) -> pd.DataFrame:
    """Anchor (country, pole) in [-1, 1]: each indicator's mean over its last ten known years."""
    known = known_at(indicators, at).dropna(subset=["value"])
    last = known.groupby([*CELL, "indicator"])["year"].transform("max")
    recent = known[known["year"] > last - ANCHOR_YEARS]
    means = recent.groupby([*CELL, "indicator"])["value"].mean().groupby(CELL).mean()
    return as_matrix(to_index(means), countries, poles)
