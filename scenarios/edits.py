"""Edits: a scenario's events as the model's numbers."""

from collections.abc import Iterator
from itertools import product

from model.events import PARAMETER, TARGETS, Edit, Operation
from model.quarters import PER_QUARTER
from scenarios.schema import PAIRS, Event, EventFields, Scenario
from scenarios.states import STATE_VALUES
from scenarios.subject import begins, chain, changed

MOMENTARY = (
    *("grievance.incident", "grievance.accounted", "gdp.level"),
    *("leader.change", "promise.kept", "demonstration.level"),
)
"""Targets that act anew in each quarter, so an edit of them lasts one quarter unless it says otherwise."""
NEUTRAL = {"multiply": 1.0, "add": 0.0}
"""Value with which an operation changes nothing."""
YEARLY = ("link.capacity", "market.volume", "contract.volume", "offer.level")
"""Targets that tables and scenarios state for a year and the model keeps for a quarter."""


def compile_events(scenario: Scenario) -> tuple[Edit, ...]:
    """Edits of a scenario, in its order, with quarters as ordinals and states as numbers.

    An event that names several things gives one edit for each, and these share
    the event's id and so its luck. A number set or added to a target stated for
    a year is cut to a quarter here; a factor has no unit. An event that
    follows others has the id and probability of the first, and its window
    moved by the lags: the same draw dates them all, so a lag is exact. Those
    among them that follow by chance are its conditions. A `where` follows the axes of its
    target; the two poles of a rivalry come in alphabetical order. The scenario
    has passed its checks.
    """
    return tuple(edit for i in range(len(scenario.events)) for edit in _edits(scenario.events, i))


def edits_of(scenario: Scenario, name: str) -> tuple[Edit, ...]:
    """Edits of the event with an id, without those of what follows it."""
    found = (i for i, event in enumerate(scenario.events) if event.id == name)
    return tuple(edit for i in found for edit in _edits(scenario.events, i))


def _edits(events: tuple[Event, ...], position: int) -> Iterator[Edit]:
    """Edits of the event at a position."""
    event = events[position]
    target, window = changed(event), begins(event, events)
    if window is None:
        return
    first, *later = chain(event, events)
    for where in places(event, target):
        yield Edit(
            id=first.id or f"event {position}",
            target=target,
            where=where,
            operation=_operation(event),
            value=_value(event, target),
            at=(window.first, window.last),
            duration=lasts(event),
            probability=first.probability,
            over=event.over or 1,
            chances=window.chances,
            conditions=tuple((part.id or "", part.probability) for part in later if part.probability < 1.0),
        )


def lasts(event: EventFields) -> int | None:
    """Quarters a change holds; None for good, or where it is not known what changes."""
    return event.duration or (1 if event.targets and changed(event) in MOMENTARY else None)


def places(event: EventFields, target: str) -> Iterator[tuple[str, ...]]:
    """Labels along the axes of a target, once for each thing the event names."""
    if target.startswith(PARAMETER):
        yield ()
    elif event.rivalry is not None:
        yield tuple(sorted(event.rivalry.pair))
    elif event.trade is not None:
        deal = event.trade
        yield from (place for place in product(deal.seller, deal.buyer, deal.commodity) if place[0] != place[1])
    elif event.transit is not None:
        yield from product(event.transit.through, event.transit.party, event.transit.commodity)
    elif event.target in (*PAIRS, "membership"):
        facing = getattr(event, event.target)
        yield from product(facing.country, (getattr(facing, TARGETS[target][1]),))
    else:
        names = getattr(event, event.target)
        yield from ((name,) for name in ([names] if isinstance(names, str) else names))


def _operation(event: Event) -> Operation:
    """How an event changes its target; a new state is set."""
    if event.multiply is not None:
        return "multiply"
    return "add" if event.add is not None else "set"


def _value(event: Event, target: str) -> float:
    """The number of an event in the model's unit: that of its new state, or the one it gives."""
    if event.becomes is not None:
        return STATE_VALUES[event.target][event.becomes]
    yearly = target in YEARLY and event.multiply is None
    return event.value * PER_QUARTER if yearly else event.value
