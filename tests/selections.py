"""Selections of stored runs that tests make up: a baseline and a scenario, four runs, two years."""

from types import SimpleNamespace

import numpy as np
import xarray as xr

from scenarios import Claim, Scenario

TIMES = ["2025Q4", "2026Q4"]
PATHS = {"time": TIMES, "run": [0, 1, 2, 3]}


def values(cells, **labels):
    """Four runs over two years; `cells` are those of the second year by run, and what else is labelled."""
    late = np.asarray(cells, dtype=float)
    dims = ("run", "time", *labels)
    return xr.DataArray(np.stack([np.zeros_like(late), late], axis=1), dims=dims, coords=PATHS | labels)


def comparing(stored, events=()):
    """A selection of a baseline and a scenario `deal` from stored values by scenario and measure."""
    plain = Scenario(scenario="baseline", title="Base", question="?")
    deal = Scenario(scenario="deal", title="Deal", question="?", extends="baseline", events=events)

    def difference(scenario, measure, where=None, **_):
        return (stored[scenario][measure] - stored["baseline"][measure]).sel(where or {})

    return SimpleNamespace(
        resolved={"baseline": plain, "deal": deal},
        parts={"deal": SimpleNamespace(seed=2)},
        baseline="baseline",
        scenarios=("baseline", "deal"),
        measures=tuple(stored["deal"]),
        has=lambda measure: measure in stored["deal"],
        paired=lambda _: True,
        values=lambda scenario, measure: stored[scenario][measure],
        base=lambda _: "baseline",
        touched=lambda _: [0, 1, 2, 3],
        effect=difference,
        difference=difference,
        known={},
    )


def claim(**more):
    """A claim on the GDP of Kazakhstan, with what else is said of it."""
    known = {"claim": "c", "measure": "gdp", "where": {"country": "KAZ"}, "by": "2026Q4", "relation": "rises"}
    return Claim(**(known | {"size": 1.0} | more))
