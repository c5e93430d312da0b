"""Moments: the quarters that a claim looks at, and how many of them a stretch has."""

from collections.abc import Iterable

from model.quarters import PER_YEAR, parse_quarter
from scenarios.edits import lasts
from scenarios.fields import Window
from scenarios.schema import ClaimFields, EventFields
from scenarios.subject import begins

FEWEST = 5
"""Recorded moments from which the mean of a stretch is told: below, annual records are too coarse for it."""


def brief(claims: Iterable[ClaimFields], events: Iterable[EventFields]) -> tuple[str, int] | None:
    """Of the events and spans of claims that last too short for annual records the shortest, by name, and its quarters.

    A change for good and one of a single quarter by nature (`gdp`, `grievance`) last on in what follows from them.
    """
    stretches = [(event.id or event.target, event.duration) for event in events if event.duration and event.targets]
    stretches += [(claim.claim, claim.during.last - claim.during.first + 1) for claim in claims if claim.during]
    shortest = min(stretches, key=lambda each: each[1], default=None)
    return shortest if shortest and shortest[1] < FEWEST * PER_YEAR else None


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
