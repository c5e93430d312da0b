"""Worth: what a unit of oil or gas is to its buyers beyond its price."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from runs.flows import load_case

BASE = "baseline"


@cache
def surplus(data: Path | None) -> Mapping[str, float]:
    """Surplus of each buyer of oil and gas for a unit that it takes, by market, USD per unit; once a process.

    Demand D = D0 exp(-mu (p - p0)) leaves its buyer D / mu (theory 7.2), whether it takes less because it costs more
    or because there is no more: 1 / mu, of the base quarter.
    """
    case = load_case(BASE, data)
    first = len(case.world.freight.volume) + len(case.world.exchange.source_price)
    _, now = case.base
    slopes = now.base.exchange.sink_mu.mean(axis=-1)
    return dict(zip(case.world.axes["market"].labels[first:], (1.0 / slopes).tolist(), strict=True))
