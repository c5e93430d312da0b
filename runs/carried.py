"""Carried: events on links set against what these carry in the quarter in which runs open."""

import math
from collections.abc import Iterator

from model.quarters import PER_YEAR, format_quarter
from model.recording import record
from model.world import World
from runs.base import base_state
from scenarios.idle import used, warning
from scenarios.problems import Problem
from scenarios.read import Examination
from scenarios.schema import Event
from scenarios.subject import changed

BUSY = 0.8
"""The share of its capacity from which on room matters on a link: below, congestion costs next to no time."""
TRACE = 1e-3
"""A link carries nothing below this share of its capacity, or, without bound, this many units of its layer a year."""
WAYS = ("link.open", "link.capacity")
CHECK = "link-spare"


def uncarried(found: Examination, world: World) -> Iterator[Problem]:
    """A warning for each link that an event shuts where nothing goes, or gives room where there is enough.

    Links that no route uses are left to `scenarios.idle`.
    """
    events = [(i, event) for i, event in enumerate(found.accepted().events) if changed(event) in WAYS]
    if not events:
        return
    state, now = base_state(world)
    flow, room = record(state, now, ("flow",))["flow"][:, 0], PER_YEAR * state.capacity[:, 0]
    when, reached = format_quarter(world.start), used(world)
    for i, event in events:
        for j, word in enumerate(event.link):
            link = world.axes["link"].at(word)
            if reached[link] and (
                said := _said(float(flow[link]), float(room[link]), _factor(event, float(room[link])), when)
            ):
                yield warning(found, f"events[{i}].link[{j}]", said, word, CHECK)


def _factor(event: Event, room: float) -> float:
    """What an event leaves of the room that a link of so much a year has, as a share of it; 1 for a link shut today."""
    if room == 0.0:
        return 1.0
    if event.multiply is not None:
        return event.multiply
    if changed(event) == "link.open":
        return max(0.0, event.value + (1.0 if event.add is not None else 0.0))
    return (event.value + (room if event.add is not None else 0.0)) / room


def _said(flow: float, room: float, factor: float, when: str) -> str:
    """Why a share of the room of a link moves little; empty where it may move much.

    >>> _said(2.0, 5.0, 2.0, "2025Q1")
    'is 40 % full in 2025Q1: more room moves little until it fills'
    >>> _said(0.0, 5.0, 0.0, "2025Q1")
    'carries nothing in 2025Q1: to shut it moves only what would come this way later'
    >>> _said(2.0, 5.0, 0.6, "2025Q1"), _said(2.0, 5.0, 0.0, "2025Q1"), _said(4.9, 5.0, 2.0, "2025Q1")
    ('is 40 % full in 2025Q1: what is left is enough', '', '')
    """
    load = flow / room if math.isfinite(room) and room else 0.0
    if factor < 1.0 and flow <= TRACE * (room if math.isfinite(room) else 1.0):
        return f"carries nothing in {when}: to shut it moves only what would come this way later"
    full = f"is {100 * load:.0f} % full in {when}"
    if factor > 1.0 and load < BUSY:
        return f"{full}: more room moves little until it fills"
    return f"{full}: what is left is enough" if 0.0 < factor < 1.0 and load < BUSY * factor else ""
