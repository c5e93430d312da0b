"""Regimes: the structural edits in force together, and what withdrawals solved in full cost under each.

The ratio of a full solve to the closed form hangs on the network, not on the
quarter. It is found once for each set of structural edits that holds in some
run, in the economy of the base quarter, with every opening and ramp complete;
while a border opens or a pipe fills, the ratio moves along with it. So a
scenario and its baseline are corrected alike, and cells that an event does not
touch keep their ratio to the bit (docs/decisions.md, 8).
"""

from dataclasses import replace

import numpy as np

from model.arrays import Array, Indices, Mask
from model.clearing import clearing
from model.contracts import contracts
from model.dependence import network_loss
from model.events import STATES, STRUCTURAL, Edit, Schedule, schedule
from model.links import OPERATING, links
from model.markets import markets
from model.now import Base, Now
from model.openings import LONG_AGO, OPEN, openness, ramp
from model.setting import Setting
from model.state import State
from model.step import events
from model.withholding import large, ratio, worth

MOST_SETS = 64
MOVED = 0.2  # of the smallest loss that is solved in full: a cell whose closed form changed by less keeps its ratio


def regimes(setting: Setting) -> tuple[tuple[tuple[Edit, ...], ...], Array]:
    """Sets of structural edits that hold together, the empty one first, and the weight of each, (sets, T, R).

    An edit holds by the share of it that is reached. Ordered by share, each
    set of the furthest edits weighs the step down to the next edit's share,
    so a border that is half open stands halfway between the networks without
    it and with it.
    """
    plan, world = setting.plan, setting.world
    rows = counted(plan.edits, world.start + world.quarters)
    shape = (world.quarters, len(setting.runs))
    if not rows:
        return ((),), np.ones((1, *shape))
    share = np.stack([np.where(_holds(plan, row, _quarter(setting)), _reached(setting, row), 0.0) for row in rows])
    kinds, weight = _nested(share.reshape(len(rows), -1))
    sets = tuple(tuple(plan.edits[row] for row, held in zip(rows, kind, strict=True) if held) for kind in kinds)
    return sets, weight.reshape(-1, *shape)


def _quarter(setting: Setting) -> Indices:
    """Ordinals of the horizon, (T, 1)."""
    world = setting.world
    return np.arange(world.start, world.start + world.quarters)[:, None]


def _reached(setting: Setting, row: int) -> Array:
    """Share of an edit that is reached, (T, R): openings and ramps take their time, anything else holds at once."""
    edit = setting.plan.edits[row]
    since = np.maximum(_quarter(setting) - setting.plan.begins[row], 0).astype(np.float64)
    if edit.target == "dyad.state" and edit.value == OPEN:
        taken = [np.atleast_1d(setting.value("dyads.opening", int(quarter))) for quarter in _quarter(setting)[:, 0]]
        return openness(np.full_like(since, OPEN), since, np.stack(taken))
    if edit.target == "project.stage" and edit.value == OPERATING:
        project = setting.world.axes["project"].at(edit.where[0])
        return ramp(since, setting.world.project_ramp[project])
    return ramp(since, np.asarray(edit.over))


def _nested(share: Array) -> tuple[Mask, Array]:
    """Sets of the furthest edits, (sets, edits), the empty one first, and their weights, (sets, M).

    `share` (edits, M) of each edit that is reached at each moment.
    """
    rank = np.argsort(np.argsort(-share, axis=0, kind="stable"), axis=0)
    edge = np.ones((1, share.shape[1]))
    steps = -np.diff(np.concatenate([edge, -np.sort(-share, axis=0), 0.0 * edge]), axis=0)
    size, moment = np.nonzero(steps)
    furthest = size[:, None] > rank[:, moment].T
    none = np.zeros((1, len(share)), dtype=bool)  # sorts first
    kinds, which = np.unique(np.concatenate([none, furthest]), axis=0, return_inverse=True)
    weight = np.zeros((len(kinds), share.shape[1]))
    np.add.at(weight, (which.ravel()[1:], moment), steps[size, moment])
    return kinds, weight


def counted(edits: tuple[Edit, ...], end: int) -> list[int]:
    """Rows of the structural edits that sets are made of, so that there are at most MOST_SETS sets whatever the luck.

    Edits under one luck follow each other and make a chain, and so do all
    that are certain; chains expected to hold longest before `end` come first.
    Openings of one chain that overtake each other add a few.
    """
    chains: dict[tuple[object, ...], list[int]] = {}
    for row, edit in enumerate(edits):
        if edit.target in STRUCTURAL:
            chains.setdefault(() if edit.certain else (edit.id, *edit.conditions), []).append(row)
    held = {luck: sum(_expected(edits[row], end) for row in rows) for luck, rows in chains.items()}
    kept: list[int] = []
    sets = 1
    for luck in sorted(chains, key=lambda name: -held[name]):
        sets *= sum(2 if edits[row].duration else 1 for row in chains[luck]) + 1
        if sets > MOST_SETS:
            break
        kept += chains[luck]
    return sorted(kept)


def _expected(edit: Edit, end: int) -> float:
    """Quarters before `end` for which an edit is expected to hold."""
    left = max(end - 0.5 * sum(edit.at), 0.0)
    return edit.likelihood * min(left, edit.duration or left)


def _holds(plan: Schedule, row: int, quarter: Indices) -> Mask:
    """Whether an edit is in force and not overruled by a later one of the same state, (T, R)."""
    edit, begin = plan.edits[row], plan.begins[row]
    force: Mask = (begin <= quarter) & (quarter < plan.ends[row])
    for other, rival in enumerate(plan.edits):
        if _overrules(rival, edit) and other != row:
            later = (plan.begins[other] > begin) | ((plan.begins[other] == begin) & (other > row))
            force &= ~(later & (plan.begins[other] <= quarter))
    return force


def _overrules(rival: Edit, edit: Edit) -> bool:
    """Whether an edit, once due, replaces what another has set for good."""
    same = (rival.target, rival.where) == (edit.target, edit.where) and edit.target in STATES
    return same and rival.operation == "set" and rival.duration is None and edit.duration is None


def correction_under(setting: Setting, state: State, base: Base, edits: tuple[Edit, ...]) -> Array:
    """Correction with some edits in force from the start, (parts, C, K, R); `state`, `base` as opened without any."""
    unchanged: Array = base.correction[0]
    if not edits:
        return unchanged
    world = setting.world
    held = tuple(
        replace(edit, at=(world.start, world.start), chances=(), probability=1.0, conditions=(), over=1)
        for edit in edits
    )
    now = Now(replace(setting, plan=schedule(held, 0, setting.runs)), base, 0)
    after = _settled(state, now)
    controllers = np.arange(len(world.axes["controller"]))
    before = network_loss(state, Now(setting, base, 0), controllers)
    closed = network_loss(after, now, controllers)
    moved = np.abs(closed.parts - before.parts).max(axis=0) > MOVED * worth(state, now)
    cells = large(after, now, closed.surplus) & moved
    corrected: Array = np.where(cells, ratio(after, now, closed.parts, cells), unchanged)
    return corrected


def _settled(state: State, now: Now) -> State:
    """The base quarter with the edits of `now` made long ago and all flows solved again."""
    edited = events(state, now)
    complete = replace(
        edited,
        dyad_clock=np.full_like(edited.dyad_clock, LONG_AGO),
        project_clock=np.full_like(edited.project_clock, LONG_AGO),
        structural=np.ones_like(edited.structural),
    )
    return clearing(links(contracts(markets(complete, now), now), now), now)
