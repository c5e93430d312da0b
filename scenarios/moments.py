"""Moments: the quarters that a claim looks at, and how many of them a stretch has."""

from collections.abc import Iterable

from model.quarters import PER_YEAR, parse_quarter
from scenarios.edits import lasts
from scenarios.fields import Window, lag, quarters
from scenarios.schema import ClaimFields, EventFields
from scenarios.subject import begins

FEWEST = 5
"""Recorded moments from which the mean of a stretch is told: below, annual records are too coarse for it."""


def too_fine(claims: Iterable[ClaimFields], events: Iterable[EventFields]) -> str:
    """What annual records are too coarse for, in words: the shortest event or span, or a claim after an event.

    A change for good lasts on in what follows from it, and so does one of a single quarter that is remembered
    (`grievance`, `leader`), but not one of `gdp`.
    """
    claims = tuple(claims)
    later = (claim for claim in claims if claim.after is not None)
    return _brief(claims, events) or next(map(_between_records, later), "")


def _between_records(claim: ClaimFields) -> str:
    """That a claim looks at a quarter that may be no last one of a year."""
    moment = f"{lag(claim.after or 0)} after “{claim.given}” comes"
    return f"“{claim.claim}” looks {moment}, at a quarter that annual records may lack"


def _brief(claims: Iterable[ClaimFields], events: Iterable[EventFields]) -> str:
    """Of the events and spans of claims that last too short for annual records the shortest; empty when none does."""
    held = ((event, event.duration or (1 if event.gdp else 0)) for event in events if event.targets)
    stretches = [(event.id or event.target, takes) for event, takes in held if takes]
    stretches += [(claim.claim, claim.during.last - claim.during.first + 1) for claim in claims if claim.during]
    name, takes = min(stretches, key=lambda each: each[1], default=("", FEWEST * int(PER_YEAR)))
    if takes >= FEWEST * PER_YEAR:
        return ""
    return f"“{name}” takes {quarters(takes)}, of which annual records hold at most {-(-takes // int(PER_YEAR))}"


def settled(claim: ClaimFields, events: Iterable[EventFields]) -> Window | None:
    """From the first quarter by which a claim can be tested in any run to the last that it looks at in one.

    One and the same by the calendar; with the date of its event they move. None when it names no such quarter.
    """
    if claim.by is not None:
        return _only(parse_quarter(claim.by))
    if claim.during is not None:
        return _only(claim.during.last)
    events = tuple(events)
    event = next((event for event in events if event.id is not None and event.id == claim.condition), None)
    comes = begins(event, events) if event is not None else None
    if event is None or comes is None:
        return None
    if claim.after is not None:
        return comes.later(claim.after)
    return Window(first=comes.first, last=comes.last + (lasts(event) or 1) - 1)


def _only(quarter: int) -> Window:
    """A window of one quarter."""
    return Window(first=quarter, last=quarter)
