"""Exports: whether a share of a country's oil or gas exports moves because the volume sold does."""

import pandas as pd
import xarray as xr

from analysis.selection import Selection
from scenarios.tables import shipped_tables

MOVED = 0.05
"""The least change of the volume sold to a buyer, as a share of it, that counts."""

Sold = tuple[xr.DataArray, ...]


def volume_follows(selection: Selection, scenario: str) -> xr.DataArray:
    """Where the volume sold moves the same way as the share: (time, country, pole, commodity).

    A batch does not record volumes by buyer. Exports lie between what a
    country brings to the market and that less what its own market takes, so
    the volume must move at both bounds; of a net importer nothing counts.
    Without market volumes everything does.
    """
    gain = selection.difference(scenario, "export_share").mean("run")
    if not selection.has("market_volume"):
        return xr.full_like(gain, fill_value=True, dtype=bool)
    bounds = zip(_sold(selection, scenario), _sold(selection, selection.base(scenario)), strict=True)
    low, high = (follows(gain, ours, theirs) for ours, theirs in bounds)
    return (low & high).transpose(*gain.dims)


def follows(gain: xr.DataArray, ours: xr.DataArray, theirs: xr.DataArray) -> xr.DataArray:
    """Whether volumes (run, …) move in the direction of the mean gain in share, by the share `MOVED` at least."""
    before = theirs.mean("run")
    moved = ours.mean("run") - before
    onward = moved.where(gain > 0, -moved)
    return (onward > 0) & (onward >= MOVED * before)


def _sold(selection: Selection, scenario: str) -> Sold:
    """Largest and smallest volume that a country can have sold to each pole, a year."""
    share = selection.values(scenario, "export_share")
    brought, taken = (_volume(selection.values(scenario, "market_volume"), share, side) for side in ("source", "sink"))
    return share * brought, share * (brought - taken).clip(min=0.0)


def _volume(markets: xr.DataArray, share: xr.DataArray, side: str) -> xr.DataArray:
    """Volume of the markets of one side by owner: (run, time, country, commodity)."""
    table = shipped_tables()["markets"]
    known = table[(table["side"] == side) & table["id"].isin(markets["market"].values)]
    fuels = [_by_owner(markets, known[known["layer"] == fuel], share) for fuel in share["commodity"].values]
    return xr.concat(fuels, dim="commodity").assign_coords(commodity=share["commodity"].values)


def _by_owner(markets: xr.DataArray, table: pd.DataFrame, share: xr.DataArray) -> xr.DataArray:
    """Volume of the markets of a table by owner: (country, run, time)."""
    countries = share["country"].values
    mine = [table["id"][[country in owners for owners in table["owner"]]] for country in countries]
    volumes = [markets.sel(market=list(names)).sum("market") for names in mine]
    return xr.concat(volumes, dim="country").assign_coords(country=countries)
