"""Moments: which records of each run a claim looks at, by the calendar or from the date that the run draws.

Records are (run, record), true where looked at. A run in which the event that
a claim counts from does not come, or whose records miss it, has none; nor has
one that did not record the quarter some time `after` it.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from analysis.selection import RUNS_A_POINT, Runs, Selection
from model.events import NEVER, Edit, schedule
from model.quarters import format_quarter, parse_quarter
from scenarios import Claim, Scenario
from scenarios.edits import edits_of
from scenarios.fields import lag
from scenarios.moments import settled

FOLLOWS = {"gdp": 1}
"""Quarters by which a measure follows what moves it, by measure: product follows gains from trade."""
AT_ONCE = {"gdp": ("gdp.level", "remittances.level")}
"""What an event changes of a country that moves a measure in the same quarter."""
Records: TypeAlias = npt.NDArray[np.bool_]
Quarters: TypeAlias = npt.NDArray[np.int64]


def in_words(claim: Claim) -> str:
    """When a claim looks, in words.

    >>> claim = Claim(claim="x", measure="gdp", by="2030Q4", relation="falls", size=1)
    >>> in_words(claim), in_words(claim.model_copy(update={"by": None, "lasting": "ban"}))
    ('by 2030Q4', 'while “ban” lasts')
    >>> in_words(claim.model_copy(update={"by": None, "given": "ban", "after": 8}))
    '2 years after “ban” comes'
    """
    if claim.by is not None:
        return f"by {claim.by}"
    if claim.during is not None:
        return f"during {format_quarter(claim.during.first)}–{format_quarter(claim.during.last)}"
    if claim.after is not None:
        return f"{lag(claim.after)} after “{claim.given}” comes"
    return f"while “{claim.lasting}” lasts"


def last_quarter(scenario: Scenario, claim: Claim) -> str:
    """The last quarter of a scenario that a claim looks at in any run."""
    window, until = settled(claim, scenario.events), parse_quarter(scenario.until)
    return format_quarter(min(window.last, until) if window is not None else until)


def within(selection: Selection, scenario: str, claim: Claim, values: xr.DataArray) -> Records:
    """The records of values (run, time) that a level is looked for in: up to the quarter asked for, or the span.

    With `after`, those since the event has come, in runs that recorded the very quarter asked for; of the relation
    before, those before that quarter.
    """
    quarters = np.array([parse_quarter(str(time)) for time in values["time"].values])
    first, last = _ends(selection, scenario, claim, values["run"].values)
    last = np.where(np.isin(last, quarters), last, 0) if claim.after is not None else last
    early = claim.relation == "before" and _is_point(claim)
    return np.asarray((first <= quarters) & (quarters <= last - early), dtype=np.bool_)


def looked_at(selection: Selection, scenario: str, claim: Claim, values: xr.DataArray) -> Records:
    """The records of values (run, time) whose mean is the value of a claim: the last up to its quarter, or its span."""
    records = within(selection, scenario, claim, values)
    return last_of(records) if _is_point(claim) else records


def last_of(records: Records) -> Records:
    """The last of the records of each run alone."""
    left = np.cumsum(records[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(records & (left == 1), dtype=np.bool_)


def delay(edits: Iterable[Edit], measure: str, labels: Iterable[str]) -> int:
    """Quarters by which a measure at some labels follows edits; none where one of them moves it there at once."""
    known, at_once = set(labels), AT_ONCE.get(measure, ())
    moved = any(edit.target in at_once and edit.where[0] in known for edit in edits)
    return 0 if moved else FOLLOWS.get(measure, 0)


def span_of(claim: Claim) -> tuple[str, str] | None:
    """First and last quarter that a claim looks at, where these are of the calendar."""
    if claim.during is not None:
        return format_quarter(claim.during.first), format_quarter(claim.during.last)
    return (claim.by, claim.by) if claim.by is not None else None


def _is_point(claim: Claim) -> bool:
    """Whether a claim looks at one quarter."""
    return claim.by is not None or claim.after is not None


def _ends(selection: Selection, scenario: str, claim: Claim, runs: Runs) -> tuple[Quarters, Quarters]:
    """First and last quarter (ordinals) of the stretch that a claim looks at in each run, (run, 1)."""
    if claim.by is not None:
        return _alike(0, runs), _alike(parse_quarter(claim.by), runs)
    if claim.during is not None:
        return _alike(claim.during.first, runs), _alike(claim.during.last, runs)
    edits = edits_of(selection.resolved[scenario], str(claim.condition))
    plan = schedule(edits, selection.parts[scenario].seed, runs.astype(np.int64) % RUNS_A_POINT)
    later = delay(edits, claim.measure, claim.where.values()) if claim.lasting else 0
    begins = plan.begins.min(axis=0, initial=NEVER)[:, None] + later
    if claim.after is not None:
        return begins, begins + claim.after
    return begins, plan.ends.max(axis=0, initial=0)[:, None] - 1 + later


def _alike(quarter: int, runs: Runs) -> Quarters:
    """The same quarter in every run, (run, 1)."""
    return np.full((len(runs), 1), quarter, dtype=np.int64)
