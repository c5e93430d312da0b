"""Totals: what an effect in some amount a year adds up to over the quarters while it lasts, summed run by run."""

import numpy as np
import xarray as xr

from analysis.amounts import figures
from analysis.clocks import FEWEST, Picks, apart, by_event, by_events
from analysis.ensemble import mean_interval, ordered
from analysis.selection import RUNS_A_POINT, Selection
from analysis.words import listing, year
from model.events import NEVER, schedule
from model.quarters import parse_quarter
from scenarios.fields import lag

A_YEAR = ("/y", " a year")
"""How units of what is counted by the year end."""
_QUARTERS = 4
CUT = ", cut off by the last quarter"
"""Said of a sum where an event lasts longer than the run in some of them."""
MORE = 0.1
"""What comes after the events is worth a word from this share of what came while they last."""


def over_events(selection: Selection, scenario: str, change: xr.DataArray, unit: str, *, later: int = 0) -> str:
    """The sum of a change (run, time) while the events of a scenario last, `later` quarters after them, in words.

    Empty where one of them goes on for good, or where parameters differ, as these do.
    """
    edits = apart(selection, scenario)
    if not selection.paired(scenario) or not by_events(selection, scenario) or not all(edit.duration for edit in edits):
        return ""
    plan = schedule(edits, selection.parts[scenario].seed, change["run"].values.astype(np.int64) % RUNS_A_POINT)
    first, last = plan.begins.min(axis=0)[:, None], np.where(plan.begins < NEVER, plan.ends, 0).max(axis=0)[:, None]
    quarters = _quarters(change) - later
    within, after = (first <= quarters) & (quarters < last), (first < NEVER) & (last <= quarters)
    cut = CUT if (within[:, -1:] & (last > quarters[-1] + 1)).any() else ""
    return (total := over(change, within, unit)) and total + cut + _more(change, within, after, unit)


def lasting(selection: Selection, scenario: str) -> str:
    """While which events of a scenario a sum is taken, as a clause, where there are several."""
    names = list(by_event(selection.resolved[scenario], apart(selection, scenario)))
    return f", while {listing(names, 'or')} lasts" if len(names) > 1 else ""


def _more(change: xr.DataArray, within: Picks, after: Picks, unit: str) -> str:
    """What comes on top after the events, as a clause, where that is certain in sign and worth a word."""
    if not over(change, within, unit) or not after.any():
        return ""
    _, so_far, _ = _summed(change, within)
    low, mean, high = _summed(change, after)
    if low <= 0.0 <= high or abs(mean) < MORE * abs(so_far):
        return ""
    amount, ends = figures(mean, low, high)
    return f", and {amount} {_bare(unit)} ({ends}) more after that, until {year(str(change['time'].values[-1]))}"


def over(change: xr.DataArray, records: Picks, unit: str) -> str:
    """The sum of a change (run, time) in some unit a year over some records (run, time) of each run, in words.

    Empty where not every quarter was recorded, the unit is not one a year, or fewer than two runs have such records.

    >>> times = ["2027Q1", "2027Q2", "2027Q3"]
    >>> change = xr.DataArray([[-1.0, -3.0, 0.0], [-1.0, -3.0, 9.0]], {"run": [0, 1], "time": times}, ("run", "time"))
    >>> over(change, np.array([[True, True, False]] * 2), "bn USD/y")
    '−1.00 bn USD (within 0.01) in all over 2 quarters'
    """
    known, bare = records.any(axis=1), _bare(unit)
    if not bare or known.sum() < FEWEST or (np.diff(_quarters(change)) != 1).any():
        return ""
    low, mean, high = _summed(change, records)
    amount, ends = figures(mean, low, high)
    counts = dict.fromkeys((int(records.sum(axis=1)[known].min()), int(records.sum(axis=1)[known].max())))
    return f"{amount} {bare} ({ends}) in all over {_long(*counts)}"


def _long(count: int, *most: int) -> str:
    """How long so many quarters are, or some to most of them.

    >>> _long(8), _long(3), _long(7, 8)
    ('2 years', '3 quarters', '7 to 8 quarters')
    """
    return f"{count} to {most[0]} quarters" if most else lag(count)


def _bare(unit: str) -> str:
    """A unit a year without the year; empty for one that is none."""
    return next((unit.removesuffix(end) for end in A_YEAR if unit.endswith(end)), "")


def _summed(change: xr.DataArray, records: Picks) -> tuple[float, float, float]:
    """Mean over the runs that have such records, with its interval, of the sums of a change a year over them."""
    sums = np.where(records, ordered(change, "run", "time").values, 0.0).sum(axis=1) / _QUARTERS
    low, mean, high = (float(end) for end in mean_interval(sums[records.any(axis=1)]))
    return low, mean, high


def _quarters(change: xr.DataArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The quarters (ordinals) of a change (run, time)."""
    return np.array([parse_quarter(str(time)) for time in change["time"].values], dtype=np.int64)
