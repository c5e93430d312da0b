"""Borders: what an event that shuts links or pairs of states may leave open, or shut, without being meant to."""

from collections.abc import Iterator, Sequence
from math import inf

from scenarios.edits import NEUTRAL, lasts
from scenarios.overlay import Place
from scenarios.problems import showing
from scenarios.schema import EventFields
from scenarios.subject import Caution, Finding, Subject, begins, changed, into

BORDERS: dict[str, Caution] = {}
SHUT = ("closed", "hot")
"""States of a pair in which its border is shut."""
caution = into(BORDERS)


@caution("link-beside")
def links_closed_have_no_way_beside_them(subject: Subject) -> Iterator[Finding]:
    """A border or port that is shut in one layer stays open to what the tables carry over or by it in another."""
    shut = {word for _, event in subject.changes for word in event.link}
    for place, event in subject.changes:
        if shuts(event):
            over = {word: name for link in event.link for word, name in subject.words.beside.get(link, {}).items()}
            left = [f"{word} ({name})" for word, name in over.items() if word not in shut]
            if left:
                ways = ", ".join(left)
                yield Finding((*place, "link"), f"leaves open in another layer, by the same border or port: {ways}")


@caution("link-sister")
def borders_closed_leave_no_other_open(subject: Subject) -> Iterator[Finding]:
    """Who shuts several crossings of a border, or of a state, may mean all of them; who names one means that one."""
    known = subject.words.crossings
    gone = {word for _, event in subject.changes if shuts(event) for word in event.link}
    for place, event in subject.changes:
        crossed = [known[word][1] for word in event.link if shuts(event) and word in known]
        states = frozenset.intersection(*crossed) if len(crossed) > 1 else frozenset()
        sisters = [word for word in known if states and states <= known[word][1] and word not in gone]
        if sisters:
            named = ", ".join(f"{word} ({known[word][0]})" for word in sisters)
            yield Finding((*place, "link"), f"leaves open other crossings of {' and '.join(sorted(states))}: {named}")


@caution("link-sealed")
def borders_are_closed_by_one_event(subject: Subject) -> Iterator[Finding]:
    """Events that each leave a crossing may together leave none."""
    crossings = subject.words.crossings
    shut = [(place, event) for place, event in subject.changes if shuts(event)]
    for states in dict.fromkeys(pair for _, pair in crossings.values()):
        every = {word for word, (_, pair) in crossings.items() if pair == states}
        parts = [(place, event) for place, event in shut if every & set(event.link)]
        gone = {word for _, event in parts for word in event.link}
        if every <= gone and not any(every <= set(event.link) for _, event in parts) and _together(parts, subject):
            *others, (place, _) = parts
            also = ", ".join(f"events[{other[1]}]" for other, _ in others)
            message = f"shuts, together with {also}, all crossings of {' and '.join(sorted(states))}"
            yield Finding((*place, "link"), message, "", "while all of these hold nothing crosses there")


def _together(parts: Sequence[tuple[Place, EventFields]], subject: Subject) -> bool:
    """Whether events may all hold at one time."""
    events = tuple(event for _, event in subject.events)
    spans = [(window, lasts(event)) for _, event in parts if (window := begins(event, events))]
    latest = max((window.first for window, _ in spans), default=0)
    return all(held is None or latest < window.last + held for window, held in spans)


@caution("link-seaborne")
def ports_limited_carry_what_is_lost(subject: Subject) -> Iterator[Finding]:
    """Most of what some states buy goes by sea and is no market of the tables, so that ports shut cost them little."""
    for place, event in subject.changes:
        ports = event.link if changed(event) in {"link.open", "link.capacity"} and lessens(event) else ()
        for said in dict.fromkeys(subject.words.seaborne[word] for word in ports if word in subject.words.seaborne):
            message = f"limits ports of which the network holds little: {said}"
            yield Finding(
                (*place, "link"), message, "", "what goes by sea straight is outside it, and its loss not counted"
            )


def shuts(event: EventFields) -> bool:
    """Whether an event shuts links."""
    nothing = changed(event) in {"link.open", "link.capacity"} and event.operation in {"set", "multiply"}
    return nothing and event.value == 0.0


def lessens(event: EventFields) -> bool:
    """Whether an event makes less of what it changes, or sets it to less than all."""
    least = {**NEUTRAL, "set": 1.0 if changed(event) == "link.open" else inf}
    return event.value < least.get(event.operation, -inf)


@caution("dyad-lines")
def borders_closed_shut_lines_too(subject: Subject) -> Iterator[Finding]:
    """A border that is shut stops what goes over it by road and rail, not pipelines and wires."""
    gone = {word for _, event in subject.changes if shuts(event) for word in event.link}
    for place, event in subject.changes:
        for word in event.dyad if event.becomes in SHUT else ():
            left = [f"{link} ({name})" for link, name in subject.words.lines.get(word, {}).items() if link not in gone]
            if left and word in subject.words.gated:
                message = (
                    f"shuts {counted(subject.words.gated[word])} with its border and leaves open: {', '.join(left)}"
                )
                yield Finding((*place, "dyad"), message, word, f"{showing(f'dyads {word}')} lists both")


@caution("dyad-lasting")
def borders_closed_for_a_while_open_slowly(subject: Subject) -> Iterator[Finding]:
    """A border that is shut for a while takes trade by ship and wire too, and its trade comes back over years."""
    barred, quarters = (subject.words.values[f"parameter.dyads.{name}",] for name in ("trade_barrier", "opening"))
    for place, event in subject.changes:
        if event.becomes in SHUT and lasts(event):
            message = (
                f"takes {100 * barred:g} % of the trade of the pair, by ship and wire too (dyads.trade_barrier), and "
                f"opens again over {quarters:g} quarters (dyads.opening)"
            )
            yield Finding(
                (*place, "becomes"), message, event.becomes or "", "a `link` with `open` shuts that way alone"
            )


def counted(links: int) -> str:
    """A number of links in words.

    >>> counted(1), counted(3)
    ('1 link', '3 links')
    """
    return f"{links} link{'s' if links > 1 else ''}"


@caution("dyad-ungated")
def borders_closed_have_links_behind_them(subject: Subject) -> Iterator[Finding]:
    """The state of a pair opens and shuts the links that the tables put behind it, and of most pairs there are none."""
    for place, event in subject.changes:
        for word in event.dyad if event.becomes in SHUT and subject.words.gated else ():
            if word in subject.words.words["dyad"] and word not in subject.words.gated:
                remedy = f"shut links one by one: {showing(f'dyads {word}')} lists those over it"
                yield Finding((*place, "dyad"), "has no links behind it: its border shuts none", word, remedy)
