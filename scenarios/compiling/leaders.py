"""How often leaders change, and how free a new one is."""

import numpy as np
import pandas as pd

from model.arrays import Array, frozen
from model.axes import Axis
from model.quarters import parse_quarter
from scenarios.rows import latest

FIRST = "2000Q1"
"""Quarter from which on the table holds every change."""


def succession(changes: pd.DataFrame, at: str, countries: Axis) -> Array:
    """Chance that the leader of a country changes within a quarter, by the record since 2000, (C,).

    (n + 1) / (T + D) of n changes in T quarters, D the mean stay over all countries: nobody stays for ever.
    """
    past = parse_quarter(at) - parse_quarter(FIRST)
    counts = np.array([float((changes["country"] == country).sum()) for country in countries])
    mean = past * len(countries) / max(float(counts.sum()), 1.0)
    return frozen((counts + 1.0) / (past + mean))


def coalition(indicators: pd.DataFrame, countries: Axis) -> Array:
    """Size of the coalition that carries a leader, in [0, 1]: electoral democracy, its mean where unknown, (C,)."""
    known = latest(indicators[indicators["indicator"] == "democracy"], ["country"]).set_index("country")["value"]
    found = known.reindex(list(countries)).astype(float)
    return frozen(found.fillna(found.mean()))
