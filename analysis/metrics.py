"""Metrics: small numbers read off recorded measures, each labelled and with its unit.

They act on the named dimensions and leave every other one (run, time, …) as
it is, so one run and ten thousand take the same words. Dimensions are
country, pole, controller, commodity, link and corridor.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

TINY = 1e-12


def autonomy(dependence: xr.DataArray) -> xr.DataArray:
    """One minus the largest dependence on any pole: 1 is beholden to nobody."""
    return (1.0 - dependence.max("pole")).assign_attrs(units="index [0, 1]", title="Autonomy")


def hedging(alignment: xr.DataArray) -> xr.DataArray:
    """Entropy of alignment over the poles, in [0, 1]: 1 is equal distance to all, 0 is one pole alone.

    Weights are (alignment + 1) / 2, normalised over poles; a missing cell (a pole toward itself) has no weight.
    """
    weights = ((alignment + 1.0) / 2.0).clip(min=0.0).fillna(0.0)
    shares = weights / weights.sum("pole").clip(min=TINY)
    counted = alignment.notnull().sum("pole")
    entropy = -(shares * np.log(shares.clip(min=TINY))).sum("pole") / np.log(counted.clip(min=2))
    return entropy.assign_attrs(units="index [0, 1]", title="Hedging")


def corridor_shares(corridor_flow: xr.DataArray) -> xr.DataArray:
    """Share of each corridor in all corridor freight, per cent."""
    total = corridor_flow.sum("corridor").clip(min=TINY)
    return (100.0 * corridor_flow / total).assign_attrs(units="% of corridor freight", title="Corridor shares")


def regional(values: xr.DataArray, regions: Mapping[str, Sequence[str]]) -> xr.DataArray:
    """Mean over the countries of each region."""
    present = set(values["country"].values)
    parts = [values.sel(country=[c for c in members if c in present]).mean("country") for members in regions.values()]
    return xr.concat(parts, dim="region").assign_coords(region=list(regions)).assign_attrs(values.attrs)
