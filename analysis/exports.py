"""Exports: whether a share of a country's oil or gas exports moves because the volume sold does."""

import xarray as xr

from analysis.clocks import views
from analysis.selection import Selection

MOVED = 0.05
"""The least change of the volume sold to a buyer, as a share of it, that counts."""


def volume_follows(selection: Selection, scenario: str) -> xr.DataArray:
    """Where the volume sold moves the same way as the share: (time, country, pole, commodity).

    The times are those of `effects_of`. Everywhere in a batch that did not record volumes.
    """
    gains = [seen.mean("run") for seen in views(selection, scenario, selection.effect(scenario, "export_share"))]
    if not selection.has("export_volume"):
        return xr.full_like(xr.concat(gains, "time"), fill_value=True, dtype=bool)
    ours, theirs = (selection.values(name, "export_volume") for name in (scenario, selection.base(scenario)))
    if selection.paired(scenario):
        ours, theirs = (values.sel(run=selection.touched(scenario)) for values in (ours, theirs))
    volumes = (views(selection, scenario, values) for values in (ours, theirs))
    counts = [follows(*part).transpose(*part[0].dims) for part in zip(gains, *volumes, strict=True)]
    return xr.concat(counts, "time")


def follows(gain: xr.DataArray, ours: xr.DataArray, theirs: xr.DataArray) -> xr.DataArray:
    """Whether volumes (run, …) move in the direction of the mean gain in share, by the share `MOVED` at least."""
    before = theirs.mean("run")
    moved = ours.mean("run") - before
    onward = moved.where(gain > 0, -moved)
    return (onward > 0) & (onward >= MOVED * before)
