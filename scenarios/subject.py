"""Subjects: what the checks look at, and what an event changes and when."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from model.events import PARAMETER, TARGETS
from model.parameters import PARAMETERS
from scenarios.fields import Window
from scenarios.overlay import Place
from scenarios.schema import ClaimFields, EventFields, Scenario
from scenarios.vocabulary import Vocabulary

DEFAULT_PROPERTY = {"grievance": "incident"}


@dataclass(frozen=True)
class Finding:
    """What is wrong at a place of a scenario."""

    place: Place
    message: str
    seen: str = ""
    allowed: str = ""
    nearest: str = ""


@dataclass(frozen=True)
class Parts:
    """Events and claims with their places in the file, and the ids of all events.

    An event or claim whose shape is faulty is here without its faulty keys.
    """

    events: tuple[tuple[Place, EventFields], ...]
    claims: tuple[tuple[Place, ClaimFields], ...]
    ids: tuple[str, ...]
    whole: bool = True
    """Whether these are all: a base that cannot be read may hold more."""
    faulty: frozenset[Place] = frozenset()
    """Places of the keys that were left out, for checks that would take them for absent."""


@dataclass(frozen=True)
class Subject:
    """A scenario, its events and claims, and the words it may use."""

    scenario: Scenario
    parts: Parts
    words: Vocabulary

    @property
    def events(self) -> tuple[tuple[Place, EventFields], ...]:
        """All events."""
        return self.parts.events

    @property
    def dated(self) -> bool:
        """Whether the dates of all events are known: no event has a faulty key, nor is one in a base not read."""
        return self.parts.whole and not any(place[0] == "events" for place in self.parts.faulty)

    @property
    def aimed(self) -> tuple[tuple[Place, EventFields], ...]:
        """Events that have one target."""
        return tuple(item for item in self.events if len(item[1].targets) == 1)

    @property
    def changes(self) -> tuple[tuple[Place, EventFields], ...]:
        """Events that have one target, of which there is what they change, and one operation."""
        return tuple(item for item in self.aimed if len(item[1].operations) == 1 and _exists(changed(item[1])))

    def parameter(self, name: str) -> float:
        """A parameter of the scenario, its default where it says nothing."""
        return float(self.scenario.parameters.get(name, PARAMETERS[name].default))

    @property
    def claims(self) -> tuple[tuple[Place, ClaimFields], ...]:
        """All claims."""
        return self.parts.claims


Caution = Callable[[Subject], Iterator[Finding]]
"""What finds in a scenario what is no mistake and may yet not be meant."""


def into(registry: dict[str, Caution]) -> Callable[[str], Callable[[Caution], Caution]]:
    """A decorator that registers cautions under their names."""

    def named(name: str) -> Callable[[Caution], Caution]:
        def register(function: Caution) -> Caution:
            registry[name] = function
            return function

        return register

    return named


def parts(scenario: Scenario) -> Parts:
    """The parts of a scenario of which nothing was left out."""
    events = tuple((("events", i), event) for i, event in enumerate(scenario.events))
    claims = tuple((("expect", i), claim) for i, claim in enumerate(scenario.expect))
    return Parts(events, claims, tuple(event.id for event in scenario.events if event.id))


def chain(event: EventFields, events: Iterable[EventFields]) -> tuple[EventFields, ...]:
    """The event with a date, the one that follows it, and so on to this one; broken off at a circle or a wrong id."""
    named = {other.id: other for other in events if other.id is not None}
    found = [event]
    while (other := named.get(found[0].follows or "")) is not None and other not in found:
        found.insert(0, other)
    return tuple(found)


def begins(event: EventFields, events: Iterable[EventFields]) -> Window | None:
    """The quarters an event may begin in; None when it follows nothing that has a date."""
    first, *later = chain(event, events)
    if first.at is None or first.follows is not None:
        return None
    return first.at.later(sum(follower.after or 0 for follower in later))


def properties(key: str) -> tuple[str, ...]:
    """What can change of a target, like capacity and open of a link."""
    return tuple(target.partition(".")[2] for target in TARGETS if target.partition(".")[0] == key)


def _exists(target: str) -> bool:
    """Whether there is something to change by a name such as ``link.open``."""
    return target in TARGETS or target.startswith(PARAMETER)


def changed(event: EventFields) -> str:
    """Target of an event's edits, like ``link.open``; without a property when it gives none it needs."""
    if event.target == "parameter":
        return f"{PARAMETER}{event.parameter}"
    names = properties(event.target)
    only = names[0] if len(names) == 1 else DEFAULT_PROPERTY.get(event.target, "")
    return f"{event.target}.{event.quantity or only}"
