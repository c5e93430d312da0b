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


def tilt(alignment: xr.DataArray, toward: str, away: str) -> xr.DataArray:
    """Alignment with one pole minus alignment with another, in [-2, 2]."""
    difference = alignment.sel(pole=toward, drop=True) - alignment.sel(pole=away, drop=True)
    return difference.assign_attrs(units="index [-2, 2]", title=f"{toward} over {away}")


def corridor_shares(corridor_flow: xr.DataArray) -> xr.DataArray:
    """Share of each corridor in all corridor freight, per cent."""
    total = corridor_flow.sum("corridor").clip(min=TINY)
    return (100.0 * corridor_flow / total).assign_attrs(units="% of corridor freight", title="Corridor shares")


def regional(
    values: xr.DataArray, regions: Mapping[str, Sequence[str]], weights: xr.DataArray | None = None
) -> xr.DataArray:
    """Mean over the countries of each region, weighted (by GDP, say) when weights are given."""
    parts = []
    for members in regions.values():
        present = [country for country in members if country in values["country"].values]
        part = values.sel(country=present)
        parts.append(
            part.mean("country") if weights is None else part.weighted(weights.sel(country=present)).mean("country")
        )
    joined = xr.concat(parts, dim="region").assign_coords(region=list(regions))
    return joined.assign_attrs(values.attrs)


def without_self(values: xr.DataArray) -> xr.DataArray:
    """Values with nothing where a country meets itself: a pole that is an agent, or its own controller."""
    other = next(dim for dim in ("pole", "controller") if dim in values.dims)
    return values.where(values["country"] != values[other])
