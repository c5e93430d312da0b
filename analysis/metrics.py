"""Metrics: small numbers read off recorded measures, each labelled and with its unit.

They act on the named dimensions and leave every other one (run, time, …) as
it is, so one run and ten thousand take the same words. Dimensions are
country, pole, controller, commodity, link and corridor.
"""

import xarray as xr

TINY = 1e-12


def corridor_shares(corridor_flow: xr.DataArray) -> xr.DataArray:
    """Share of each corridor in all corridor freight, per cent."""
    total = corridor_flow.sum("corridor").clip(min=TINY)
    return (100.0 * corridor_flow / total).assign_attrs(units="% of corridor freight", title="Corridor shares")
