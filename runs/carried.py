"""Carried: events on links and contracts set against what these carry in the quarter in which runs open."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np

from model.arrays import Array
from model.contracts import allowance
from model.events import TARGETS, edited
from model.now import Now
from model.quarters import PER_YEAR, format_quarter
from model.recording import record
from model.state import State
from model.world import World
from runs.base import base_state
from runs.wanted import unserved
from scenarios.edits import places
from scenarios.idle import Idle, used, warning
from scenarios.problems import Problem
from scenarios.read import Examination
from scenarios.schema import Event
from scenarios.subject import begins, changed

BUSY = 0.8
"""The share of its capacity from which on room matters on a link: below, congestion costs next to no time."""
TRACE = 1e-3
"""A link carries nothing below this share of its capacity, or, without bound, this many units of its layer a year."""
WAYS = ("link.open", "link.capacity")
CONTRACT = "contract.volume"
TRANSIT = "transit.open"
VOLUME = "market.volume"
FEEDING = (*WAYS, CONTRACT, TRANSIT, VOLUME, "project.stage", "dyad.state", "trade.open")
"""What other events change that may bring more to a link."""
TAKEN = 0.95
"""A contract is taken up from this share of what its parties may trade on."""
LEFT = 0.05
"""The share of a trade that may be left of it without a word."""
CHECK = "spare"


def uncarried(found: Examination, world: World) -> Iterator[Problem]:
    """A warning for each link or contract whose change moves little: what it bars is not there, or has other ways.

    Links that no route uses are left to `scenarios.idle`; nothing is said of one that several events change.
    """
    events = found.accepted().events
    wanted = [(i, event) for i, event in enumerate(events) if changed(event) in (*WAYS, CONTRACT, TRANSIT, VOLUME)]
    if not wanted:
        return
    state, now = base_state(world)
    told = Counter(word for _, event in wanted for word in event.link)
    for i, event in wanted:
        if changed(event) == CONTRACT:
            begin = begins(event, events)
            said = _of_contracts(event, begin.first if begin else world.start, now)
        elif changed(event) == TRANSIT:
            said = _of_transit(event, state, now)
        elif changed(event) == VOLUME:
            said = unserved(event, state, world, _most_room(world), _wanted(event, world))
        else:
            fed = any(other is not event and changed(other) in FEEDING for other in events)
            said = chain(_of_links(event, state, now, told, fed=fed), _narrow(event, world))
        for inner, word, message in said:
            yield warning(found, f"events[{i}].{inner}", message, word, CHECK)


def _of_contracts(event: Event, quarter: int, now: Now) -> Idle:
    """Contracts that an event ends while trade goes on without them, or raises above what is traded."""
    signed, flow = now.world.contracts, now.world.exchange.flow
    live = np.where((signed.starts <= quarter) & (quarter <= signed.expires), signed.volume, 0.0)
    signed_at = [now.world.axes["contract"].at(word) for word in event.contract]
    changed_to = live.copy()
    changed_to[signed_at] = [_changed(event, PER_YEAR * volume) / PER_YEAR for volume in live[signed_at]]
    for j, (word, place) in enumerate(zip(event.contract, signed_at, strict=True)):
        pairs = signed.about[[place]].indices
        traded = PER_YEAR * float(flow[pairs].sum())
        may, then = (PER_YEAR * float(allowance(v[:, None], now)[pairs].sum()) for v in (live, changed_to))
        ends, part = bool(changed_to[place] == 0.0 < live[place]), event.multiply is not None
        if said := _of_deal(traded, may, then, ends=ends) or (_of_part(traded, may, then) if part else ""):
            yield f"contract[{j}]", word, f"{said} ({format_quarter(now.world.start)}, unit of the table a year)"


def _wanted(event: Event, world: World) -> dict[str, float]:
    """What an event makes of the volumes of one-sided markets, unit a year."""
    labels = world.axes["market"].labels[: len(world.freight.volume)]
    today = dict(zip(labels, (PER_YEAR * world.freight.volume).tolist(), strict=True))
    return {word: _changed(event, today[word]) for word in event.market if word in today}


def _of_transit(event: Event, state: State, now: Now) -> Idle:
    """Goods of which none pass over a state or link in the base quarter."""
    world, axes = now.world, [now.world.axes[axis] for axis in TARGETS[TRANSIT]]
    systems = (world.transit.freight, state.freight.flow), (world.transit.exchange, state.exchange.flow)
    for labels in places(event, TRANSIT):
        where = [axis.at(label) for axis, label in zip(axes, labels, strict=True)]
        if all(PER_YEAR * flow[routes.of(*where)].sum() < TRACE for routes, flow in systems):
            message = f"has nothing to bar: no such goods pass in {format_quarter(world.start)}"
            yield "transit", " ".join(labels), message


def _changed(event: Event, today: float) -> float:
    """What an event makes of a number of today, not below 0."""
    if event.multiply is not None:
        return today * event.multiply
    return max(0.0, event.value + (today if event.add is not None else 0.0))


def _of_deal(traded: float, may: float, then: float, *, ends: bool) -> str:
    """Why an edit moves little of what a pair of states trade, which may trade `may` and `then`; or nothing.

    >>> _of_deal(35.0, 40.0, 48.0, ends=False)
    '35 are traded of the 40 that may be: a larger contract moves little'
    >>> _of_deal(5.6, 11.0, 2.8, ends=True)
    'leaves 2.8 of the 5.6 traded, under other contracts or none: `trade` bars that'
    >>> _of_deal(5.6, 11.0, 7.0, ends=False), _of_deal(5.6, 5.6, 2.0, ends=False)
    ('leaves 7 that may be traded, and 5.6 are: it moves little', '')
    """
    if then > may and traded < TAKEN * may:
        return f"{traded:.3g} are traded of the {may:.3g} that may be: a larger contract moves little"
    if traded <= then < may:
        return f"leaves {then:.3g} that may be traded, and {traded:.3g} are: it moves little"
    if ends and then > LEFT * traded:
        return f"leaves {then:.3g} of the {traded:.3g} traded, under other contracts or none: `trade` bars that"
    return ""


def _of_part(traded: float, may: float, then: float) -> str:
    """Why a part of a contract is another part of the trade under it; empty where it is the same, or all.

    >>> _of_part(34.7, 40.0, 26.7), _of_part(39.0, 40.0, 20.0)
    ('leaves 26.7 of the 34.7 traded, a cut by 23 %: 40 may be', '')
    """
    if traded >= TAKEN * may or not 0.0 < then < traded:
        return ""
    return f"leaves {then:.3g} of the {traded:.3g} traded, a cut by {100 * (1 - then / traded):.0f} %: {may:.3g} may be"


def _of_links(event: Event, state: State, now: Now, told: Mapping[str, int], *, fed: bool) -> Idle:
    """Links that an event shuts where nothing goes, or gives room where there is enough.

    `told` says how many events change each; what is `fed` by others may fill, so that its room is not weighed.
    """
    world, when = now.world, format_quarter(now.world.start)
    flow, room = record(state, now, ("flow",))["flow"][:, 0], PER_YEAR * state.capacity[:, 0]
    reached = used(world)
    for j, word in enumerate(event.link):
        link = world.axes["link"].at(word)
        factor = _factor(event, room[link])
        weighed = reached[link] and told[word] == 1 and not (fed and factor > 1.0)
        if weighed and (said := _said(float(flow[link]), float(room[link]), factor, when)):
            yield f"link[{j}]", word, said


def _narrow(event: Event, world: World) -> Idle:
    """Pipelines that an event gives more room than any way over them has elsewhere, whatever the scenario builds."""
    routes, room = world.exchange.pairs.routes, _most_room(world)
    for j, word in enumerate(event.link if changed(event) == "link.capacity" else ()):
        link = world.axes["link"].at(word)
        then, segment = _changed(event, float(PER_YEAR * world.links.capacity[0, link])), routes.segments.of_link[link]
        others = np.where(np.arange(len(room)) == link, np.inf, room)
        least = routes.segments.smallest(others[:, None])[:, 0]
        ways = [routes.uses[[h]].indices for h in (routes.carries[[segment]].indices if segment >= 0 else ())]
        widest = max((float(least[way].min()) for way in ways), default=np.inf)
        if widest < then < np.inf:
            way = next(way for way in ways if least[way].min() == widest)
            on = np.isin(routes.segments.of_link, way) & (others == widest)
            names = ", ".join(world.axes["link"].labels[e] for e in np.flatnonzero(on))
            yield (
                f"link[{j}]",
                word,
                f"has room for {then:.3g} then, and the widest way over it only for {widest:.3g}, at {names}",
            )


def _most_room(world: World) -> Array:
    """The most that links ever have room for, unit a year, (E,): what they begin with, all projects, all events."""
    room = world.links.capacity.max(axis=0) + world.links.adds_capacity.sum(axis=1)
    for edit in world.edits:
        if edit.target == "link.capacity":
            link = world.axes["link"].at(edit.where[0])
            room[link] = max(room[link], float(edited(edit, room[[link]], np.ones(1))[0]))
    return np.asarray(PER_YEAR * room, dtype=np.float64)


def _factor(event: Event, room: float) -> float:
    """What an event leaves of the room that a link of so much a year has, as a share of it; open is open at most.

    1 for a link without room today, which another event may give some, and for a part of one without a limit.
    """
    if room == 0.0 or (room == np.inf and event.set_to is None):
        return 1.0
    if changed(event) == "link.open":
        return min(1.0, _changed(event, 1.0))
    return event.multiply if event.multiply is not None else _changed(event, room) / room


def _said(flow: float, room: float, factor: float, when: str) -> str:
    """Why a share of the room of a link moves little; empty where it may move much.

    >>> _said(2.0, 5.0, 2.0, "2025Q1")
    'is 40 % full in 2025Q1: more room moves little until it fills'
    >>> _said(0.0, 5.0, 0.0, "2025Q1")
    'carries nothing in 2025Q1: to shut it moves only what would come this way later'
    >>> _said(0.0, 5.0, 0.5, "2025Q1")
    'carries nothing in 2025Q1: to narrow it moves only what would come this way later'
    >>> _said(2.0, 5.0, 0.6, "2025Q1"), _said(2.0, 5.0, 0.0, "2025Q1"), _said(4.9, 5.0, 2.0, "2025Q1")
    ('is 40 % full in 2025Q1: what is left is enough', '', '')
    >>> _said(2.0, math.inf, 0.5, "2025Q1"), _said(2.0, math.inf, 2.0, "2025Q1")
    ('', '')
    """
    bounded = math.isfinite(room) and room > 0.0
    if factor < 1.0 and flow <= TRACE * (room if bounded else 1.0):
        how = "narrow" if factor > 0.0 else "shut"
        little = "next to nothing" if flow > 0.0 else "nothing"
        return f"carries {little} in {when}: to {how} it moves only what would come this way later"
    load = flow / room if bounded else 1.0  # what has no bound is full of nothing
    full = f"is {100 * load:.0f} % full in {when}"
    if factor > 1.0 and load < BUSY:
        return f"{full}: more room moves little until it fills"
    return f"{full}: what is left is enough" if 0.0 < factor < 1.0 and load < BUSY * factor else ""
