"""Imputation of missing link numbers, in one place, each cell marked.

A link without a sourced transport cost, time or capacity gets one from its
mode and length. The rates are expert figures chosen to order the known
corridors plausibly; docs/network.md lists every imputed cell.
"""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Rate:
    """Linear rule of one mode: fixed part, part per km; km travelled a day (0: no time)."""

    cost: float
    cost_per_km: float
    days: float
    km_per_day: float


RATES: dict[tuple[str, str], Rate] = {
    ("freight", "rail"): Rate(0.0, 0.030, 0.0, 600.0),
    ("freight", "road"): Rate(0.0, 0.085, 0.0, 450.0),
    ("freight", "sea"): Rate(0.0, 0.008, 0.5, 450.0),
    ("freight", "ferry"): Rate(0.0, 0.020, 0.5, 350.0),
    ("freight", "port"): Rate(3.5, 0.0, 1.5, 0.0),
    ("freight", "border"): Rate(6.0, 0.0, 1.0, 0.0),
    ("oil", "pipeline"): Rate(0.0, 0.020, 0.0, 0.0),
    ("oil", "tanker"): Rate(6.0, 0.020, 0.0, 0.0),
    ("oil", "sea"): Rate(6.0, 0.004, 0.0, 0.0),
    ("oil", "rail"): Rate(5.0, 0.045, 0.0, 0.0),
    ("oil", "rail_tank"): Rate(5.0, 0.045, 0.0, 0.0),
    ("oil", "port"): Rate(2.0, 0.0, 0.0, 0.0),
    ("gas", "pipeline"): Rate(0.0, 0.022, 0.0, 0.0),
    ("gas", "sea"): Rate(0.0, 0.030, 0.0, 0.0),
    ("gas", "lng"): Rate(15.0, 0.0, 0.0, 0.0),
    ("gas", "swap"): Rate(20.0, 0.0, 0.0, 0.0),
    ("power", "grid"): Rate(1.0, 0.010, 0.0, 0.0),
    ("power", "hvdc"): Rate(2.0, 0.012, 0.0, 0.0),
    ("fibre", "fibre"): Rate(0.0, 0.010, 0.0, 0.0),
    ("fibre", "cable"): Rate(0.0, 0.010, 0.0, 0.0),
}
FREE = Rate(0.0, 0.0, 0.0, 0.0)

CAPACITIES: dict[tuple[str, str], float] = {
    ("freight", "rail"): 60.0,
    ("freight", "road"): 10.0,
    ("freight", "border"): 60.0,
}


def impute_links(links: pd.DataFrame) -> pd.DataFrame:
    """Links with `tariff` (USD/unit) and `days` filled, and what was filled marked.

    Adds boolean columns `tariff_imputed` and `days_imputed`.
    """
    rates = [RATES.get((layer, mode), FREE) for layer, mode in zip(links["layer"], links["mode"], strict=True)]
    length = links["length_km"].fillna(0.0)
    cost = pd.Series([r.cost for r in rates], links.index) + length * [r.cost_per_km for r in rates]
    speed = pd.Series([r.km_per_day for r in rates], links.index)
    travel = (length / speed.where(speed > 0.0)).fillna(0.0)
    days = pd.Series([r.days for r in rates], links.index) + travel
    return links.assign(
        tariff_imputed=links["tariff"].isna(),
        days_imputed=links["days"].isna(),
        tariff=links["tariff"].fillna(cost),
        days=links["days"].fillna(days),
    )


def impute_capacity(layer: str, mode: str) -> float:
    """Capacity of a link without any capacity row, unit a year; inf when the mode is not scarce."""
    return CAPACITIES.get((layer, mode), float("inf"))
