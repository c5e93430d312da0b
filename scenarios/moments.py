"""Moments: the quarters that a claim looks at."""

from collections.abc import Iterable

from model.quarters import parse_quarter
from scenarios.edits import lasts
from scenarios.fields import Window
from scenarios.schema import ClaimFields, EventFields
from scenarios.subject import begins


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
