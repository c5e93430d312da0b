"""Overlays: a scenario is a base and the overlays put on it, in order.

Precedence, stated once: the later overlay wins. Plain values replace. In
`parameters` and `sample` each name is replaced on its own, and a name given in
one of them removes it from the other below. Events of an overlay follow those
below it, except that an event whose id occurs below takes that event's place.
Claims (`expect`) replace all claims below.

Overlaying is associative and an empty overlay changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None
Place = tuple[str | int, ...]

BY_NAME = ("parameters", "sample")
OWN = ("title", "question", "expect", "extends", "scenario")


@dataclass(frozen=True)
class Node:
    """A value of a file with the file and line that set it."""

    value: "bool | int | float | str | tuple[Node, ...] | Mapping[str, Node] | None"
    file: str = ""
    line: int = 0

    def plain(self) -> Plain:
        """The value without places."""
        if isinstance(self.value, Mapping):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, key: str | int) -> "Node | None":
        """The value under a key or position; None when there is none."""
        if isinstance(self.value, Mapping) and isinstance(key, str):
            return self.value.get(key)
        if isinstance(self.value, tuple) and isinstance(key, int) and key < len(self.value):
            return self.value[key]
        return None

    def nearest(self, place: Place) -> "Node":
        """The value at a place, or the innermost one around it."""
        node = self
        for key in place:
            inner = node.child(key)
            if inner is None:
                return node
            node = inner
        return node


def overlay(base: Node, *overlays: Node) -> Node:
    """A base with overlays put on it, later ones winning; see the module's text."""
    for upper in overlays:
        base = _overlay(base, upper)
    return base


def inherited(node: Node) -> Node:
    """What a scenario passes on: all but its name, texts and claims."""
    if not isinstance(node.value, Mapping):
        return node
    return Node({key: child for key, child in node.value.items() if key not in OWN}, node.file, node.line)


def origins(node: Node, path: str = "") -> dict[str, str]:
    """File and line of every value, by dotted path."""
    found = {path: f"{node.file}:{node.line}"} if path else {}
    for step, child in _children(node, path):
        found |= origins(child, step)
    return found


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Plain, str]]:
    """Every single value: dotted path, value, file and line."""
    steps = tuple(_children(node, path))
    for step, child in steps:
        yield from leaves(child, step)
    if not steps:
        yield path, node.plain(), f"{node.file}:{node.line}"


def in_file(root: Node, place: Place) -> Place:
    """A place with the number that an event has in its own file, among those that stand in it."""
    events = root.child("events")
    match place:
        case ("events", int() as i, *rest) if events is not None and isinstance(events.value, tuple):
            known = events.value[i].file if i < len(events.value) else None
            own = sorted((event.line, n) for n, event in enumerate(events.value) if event.file == known)
            numbers = [n for _, n in own]
            return ("events", numbers.index(i) if i in numbers else i, *rest)
    return place


def dotted(place: Place) -> str:
    """A place as a dotted path, like ``events[0].at``."""
    path = ""
    for key in place:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else key
    return path


def _children(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Paths and values one level below."""
    if isinstance(node.value, Mapping):
        for key, child in node.value.items():
            yield f"{path}.{key}" if path else key, child
    elif isinstance(node.value, tuple):
        for i, child in enumerate(node.value):
            yield f"{path}[{i}]", child


def _overlay(base: Node, upper: Node) -> Node:
    """One overlay on a base."""
    if not isinstance(base.value, Mapping) or not isinstance(upper.value, Mapping):
        return upper
    merged = dict(base.value)
    for key, child in upper.value.items():
        merged[key] = _merge(key, merged[key], child) if key in merged else child
    for key, other in (BY_NAME, BY_NAME[::-1]):
        if key in upper.value and other in base.value:
            merged[other] = _without(merged[other], upper.child(key), keep=upper.child(other))
    return Node(merged, upper.file or base.file, upper.line or base.line)


def _merge(key: str, below: Node, above: Node) -> Node:
    """The value of one key of the file."""
    if key in BY_NAME and isinstance(below.value, Mapping) and isinstance(above.value, Mapping):
        return Node({**below.value, **above.value}, above.file, above.line)
    if key == "events" and isinstance(below.value, tuple) and isinstance(above.value, tuple):
        return Node(_merge_events(below.value, above.value), above.file, above.line)
    return above


def _merge_events(below: tuple[Node, ...], above: tuple[Node, ...]) -> tuple[Node, ...]:
    """Events in order, an id that occurs again taking its old place."""
    named = {event_id(event): event for event in above if event_id(event)}
    known = {event_id(event) for event in below}
    kept = tuple(named.get(event_id(event), event) for event in below)
    return kept + tuple(event for event in above if not event_id(event) or event_id(event) not in known)


def event_id(event: Node) -> str:
    """Id of an event; empty when it has none."""
    child = event.child("id")
    return child.value if child is not None and isinstance(child.value, str) else ""


def _without(below: Node, removed: Node | None, *, keep: Node | None) -> Node:
    """A mapping without the names that an overlay moved to the other mapping."""
    if not isinstance(below.value, Mapping) or removed is None or not isinstance(removed.value, Mapping):
        return below
    kept = keep.value if keep is not None and isinstance(keep.value, Mapping) else {}
    names = [name for name in below.value if name not in removed.value or name in kept]
    return Node({name: below.value[name] for name in names}, below.file, below.line)
