"""Wording: an event as a person would say it."""

from collections.abc import Iterable
from math import prod

from scenarios.edits import lasts, places
from scenarios.fields import Window, quarters, write_span
from scenarios.schema import Event
from scenarios.subject import begins, chain, changed


def when(event: Event, events: Iterable[Event]) -> str:
    """Date or window of an event, and what it follows.

    >>> first = Event.model_validate({"id": "war", "at": {"uniform": ["2026Q1", "2027Q4"]}, "gdp": "KAZ", "add": 1})
    >>> then = Event.model_validate({"follows": "war", "after": "1 year", "gdp": "KAZ", "add": 1})
    >>> when(first, [first, then]), when(then, [first, then])
    ('2026Q1 to 2027Q4', '2027Q1 to 2028Q4, 4 quarters after war')
    """
    window = begins(event, events)
    date = _dates(window) if window else ""
    if event.follows is None:
        return date
    lag = quarters(event.after) + " after" if event.after else "with"
    return f"{date}, {lag} {event.follows}"


def what(event: Event) -> str:
    """What an event changes.

    >>> what(Event.model_validate({"at": "2026Q1", "link": ["F1", "F2"], "property": "open", "set": 0}))
    'open of link F1, F2'
    >>> what(Event.model_validate({"at": "2026Q1", "offer": {"country": "KAZ", "pole": "CHN"}, "set": 0.01}))
    'offer KAZ CHN'
    """
    labels = ", ".join(" ".join(where) for where in places(event, changed(event)))
    thing = f"{event.target} {labels or event.parameter}"
    return f"{event.quantity} of {thing}" if event.quantity else thing


def change(event: Event) -> str:
    """How an event changes it, and over what time.

    >>> change(Event.model_validate({"at": "2026Q1", "gdp": "KAZ", "multiply": 0.97}))
    'multiply 0.97'
    >>> change(Event.model_validate({"at": "2026Q1", "over": "1 year", "price": "oil", "set": 2}))
    'set 2 over 4 quarters'
    """
    over = f" over {quarters(event.over)}" if event.over else ""
    return f"{event.operation} {event.becomes or f'{event.value:g}'}{over}"


def how_long(event: Event) -> str:
    """How long the change holds.

    >>> how_long(Event.model_validate({"at": "2026Q1", "for": "2 years", "price": "oil", "set": 2}))
    '8 quarters'
    """
    held = lasts(event)
    return quarters(held) if held else "for good"


def chance(event: Event, events: Iterable[Event]) -> float:
    """Probability that an event happens at all: its own, and that of all it follows.

    >>> first = Event.model_validate({"id": "war", "at": "2026Q1", "probability": 0.5, "gdp": "KAZ", "add": 1})
    >>> then = Event.model_validate({"id": "aid", "follows": "war", "probability": 0.4, "gdp": "KAZ", "add": 1})
    >>> chance(first, [first, then]), chance(then, [first, then])
    (0.5, 0.2)
    """
    return prod(part.probability for part in chain(event, events))


def _dates(window: Window) -> str:
    """A window in words."""
    return " to ".join(dict.fromkeys(write_span(window)))
