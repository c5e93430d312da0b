"""Edits: a scenario's events as the model's numbers."""

from collections.abc import Iterator

from model.events import PARAMETER, TARGETS, Edit, Operation
from scenarios.checks import changed
from scenarios.schema import PAIRS, Event, Scenario
from scenarios.states import STATE_VALUES


def compile_events(scenario: Scenario) -> tuple[Edit, ...]:
    """Edits of a scenario, in its order, with quarters as ordinals and states as numbers.

    An event that names several things gives one edit for each, and these share
    the event's id and so its luck. A `where` follows the axes of its target;
    the two poles of a rivalry come in alphabetical order.
    """
    return tuple(edit for i, event in enumerate(scenario.events) for edit in _edits(event, i))


def _edits(event: Event, position: int) -> Iterator[Edit]:
    """Edits of one event."""
    target = changed(event)
    for where in _where(event, target):
        yield Edit(
            id=event.id or f"event {position}",
            target=target,
            where=where,
            operation=_operation(event),
            value=_value(event),
            at=(event.at.first, event.at.last),
            duration=event.duration,
            probability=event.probability,
        )


def _where(event: Event, target: str) -> Iterator[tuple[str, ...]]:
    """Labels along the axes of a target, once for each thing the event names."""
    if target.startswith(PARAMETER):
        yield ()
    elif event.rivalry is not None:
        yield tuple(sorted(event.rivalry.pair))
    elif event.target in (*PAIRS, "membership"):
        facing = getattr(event, event.target)
        yield tuple(str(getattr(facing, axis)) for axis in TARGETS[target])
    else:
        names = getattr(event, event.target)
        yield from ((name,) for name in ([names] if isinstance(names, str) else names))


def _operation(event: Event) -> Operation:
    """How an event changes its target; a new state is set."""
    if event.multiply is not None:
        return "multiply"
    return "add" if event.add is not None else "set"


def _value(event: Event) -> float:
    """The number of an event: that of its new state, or the one it gives."""
    if event.becomes is not None:
        return STATE_VALUES[event.target][event.becomes]
    return event.value
