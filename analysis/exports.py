"""Exports: whether a share of a country's oil or gas exports moves because the volume sold does."""

import xarray as xr

from analysis.selection import Selection

MOVED = 0.05
"""The least change of the volume sold to a buyer, as a share of it, that counts."""


def volume_follows(selection: Selection, scenario: str) -> xr.DataArray:
    """Where the volume sold moves the same way as the share: (time, country, pole, commodity).

    Everywhere in a batch that did not record volumes.
    """
    gain = selection.effect(scenario, "export_share").mean("run")
    if not selection.has("export_volume"):
        return xr.full_like(gain, fill_value=True, dtype=bool)
    ours, theirs = (selection.values(name, "export_volume") for name in (scenario, selection.base(scenario)))
    if selection.paired(scenario):
        ours, theirs = (values.sel(run=selection.touched(scenario)) for values in (ours, theirs))
    return follows(gain, ours, theirs).transpose(*gain.dims)


def follows(gain: xr.DataArray, ours: xr.DataArray, theirs: xr.DataArray) -> xr.DataArray:
    """Whether volumes (run, …) move in the direction of the mean gain in share, by the share `MOVED` at least."""
    before = theirs.mean("run")
    moved = ours.mean("run") - before
    onward = moved.where(gain > 0, -moved)
    return (onward > 0) & (onward >= MOVED * before)
