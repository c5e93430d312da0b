"""Regimes: the structural edits in force together, and what withdrawals solved in full cost under each.

The ratio of a full solve to the closed form hangs on the network, not on the
quarter. It is found once for each set of structural edits, when it first holds
in some run, in the economy of the base quarter, with every opening and ramp
complete; while a border opens or a pipe fills, the ratio moves along with it.
So a scenario and its baseline are corrected alike, and cells that an event does
not touch keep their ratio to the bit (docs/decisions.md, 8).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from model.arrays import Array, Mask
from model.clearing import clearing
from model.contracts import contracts
from model.dependence import country_gdp, network_loss
from model.events import STATES, STRUCTURAL, Edit, Schedule, schedule
from model.links import OPERATING, dyad_openness, links, project_share
from model.markets import markets
from model.now import Base, Now
from model.openings import LONG_AGO, ramp, shut
from model.setting import Setting
from model.state import State
from model.step import events
from model.withholding import large, ratio, worth

MOST_SETS = 64
MOVED = 0.2  # of the smallest loss that is solved in full: a part of a cell that changed by less keeps its ratio
Solve = Callable[[tuple[Edit, ...]], Array]


def held(solve: Solve, state: State, now: Now) -> Array:
    """The correction in this quarter, (2, parts, C, K, R), each edit counting as far as it is reached.

    `solve` gives it with some edits complete, (2, parts, C, K, R or 1). What no edit moves keeps its ratio.

    ODD 7.6.
    """
    first = solve(())
    found = np.repeat(first, now.runs // first.shape[-1], axis=-1)
    for edits, weight in weights(state, now):
        if edits:
            found += weight * (solve(edits) - first)
    return found


def weights(state: State, now: Now) -> list[tuple[tuple[Edit, ...], Array]]:
    """Sets of edits with the weight of each, (R,): a border half open stands halfway between two networks.

    Edits are taken in order: those that act at once, then openings as they
    began. Each counts as far as it and all before it are reached, so a road
    into a border that is half open is half open.
    """
    plan = now.setting.plan
    rows = counted(plan.edits, now.world.start + now.world.quarters)
    if not rows:
        return [((), np.ones(now.runs))]
    share = np.stack([reached(plan, row, state, now) for row in rows])
    slow = np.array([[opening(plan.edits[row])] for row in rows])
    order = np.where(share == 0.0, np.inf, np.where(slow, plan.begins[list(rows)], -share))
    kinds, weight = nested(share, order)
    sets = (tuple(plan.edits[row] for row, within in zip(rows, kind, strict=True) if within) for kind in kinds)
    return [*zip(sets, weight, strict=True)]


def nested(share: Array, order: Array) -> tuple[Mask, Array]:
    """Sets of the first edits in order, (sets, edits), and their weights, (sets, R), which add up to one.

    `share` and `order` (edits, R).
    """
    place = np.argsort(order, axis=0, kind="stable")
    least = np.minimum.accumulate(np.take_along_axis(share, place, axis=0), axis=0)
    edge = np.ones((1, share.shape[1]))
    steps = -np.diff(np.concatenate([edge, least, 0.0 * edge]), axis=0)
    size, run = np.nonzero(steps)
    first = size[:, None] > np.argsort(place, axis=0)[:, run].T
    kinds, which = np.unique(first, axis=0, return_inverse=True)
    weight = np.zeros((len(kinds), share.shape[1]))
    np.add.at(weight, (which.ravel(), run), steps[size, run])
    return kinds, weight


def opening(edit: Edit) -> bool:
    """Whether an edit takes its time."""
    if edit.target == "dyad.state":
        return not shut(np.asarray(edit.value))
    return edit.over > 1 or (edit.target, edit.value) == ("project.stage", OPERATING)


def reached(plan: Schedule, row: int, state: State, now: Now) -> Array:
    """Share of an edit that is reached, (R,): of a pair or a project, how far it has come from the start that way."""
    edit, world = plan.edits[row], now.world
    begun = plan.begins[row] <= now.quarter
    if edit.target == "dyad.state":
        pair = world.axes["dyad"].at(edit.where[0])
        was, becomes = (float(not shut(np.asarray(state))) for state in (world.dyad_state[pair], edit.value))
        return np.where(begun, _come(dyad_openness(state, now)[pair], was, becomes), 0.0)
    if edit.target == "project.stage":
        project = world.axes["project"].at(edit.where[0])
        ends = float(world.projects.stage[project] == OPERATING), float(edit.value == OPERATING)
        return np.where(begun, _come(project_share(state, now)[project], *ends), 0.0)
    since = np.maximum(now.quarter - plan.begins[row], 0).astype(np.float64)
    return np.where(_holds(plan, row, now.quarter), ramp(since, np.asarray(edit.over)), 0.0)


def _come(share: Array, start: float, end: float) -> Array:
    """How far a share has come from a start of 0 or 1 to an end of 0 or 1; not at all where they are the same."""
    return np.abs(share - start) * abs(end - start)


@lru_cache(maxsize=64)
def counted(edits: tuple[Edit, ...], end: int) -> tuple[int, ...]:
    """Rows of the structural edits that sets are made of, so that there are at most MOST_SETS sets whatever the luck.

    Edits under one luck follow each other and make a chain, and so do all
    that are certain; chains expected to hold longest before `end` come first.
    """
    chains: dict[tuple[object, ...], list[int]] = {}
    for row, edit in enumerate(edits):
        if edit.target in STRUCTURAL:
            chains.setdefault(() if edit.certain else (edit.id, *edit.conditions), []).append(row)
    lasting = {luck: sum(_expected(edits[row], end) for row in rows) for luck, rows in chains.items()}
    kept: list[int] = []
    sets = 1
    for luck in sorted(chains, key=lambda name: -lasting[name]):
        more = _sets([edits[row] for row in chains[luck]])
        if sets * more <= MOST_SETS:
            sets *= more
            kept += chains[luck]
    return tuple(sorted(kept))


def _sets(chain: list[Edit]) -> int:
    """Most sets that the edits of one chain can make: what acts at once changes only on the date of some edit."""
    fast = [edit for edit in chain if not opening(edit)]
    dates = {edit.at[0] for edit in fast} | {edit.at[0] + edit.duration for edit in fast if edit.duration}
    slow = sum(2 if edit.duration else 1 for edit in chain if opening(edit))
    return (1 + len(dates)) * (1 + slow)


def _expected(edit: Edit, end: int) -> float:
    """Quarters before `end` for which an edit is expected to hold."""
    left = max(end - 0.5 * sum(edit.at), 0.0)
    return edit.likelihood * min(left, edit.duration or left)


def _holds(plan: Schedule, row: int, quarter: int) -> Mask:
    """Whether an edit is in force and not overruled by a later one of the same state, (R,)."""
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
    """Correction with some edits in force from the start, (2, parts, C, K, R).

    `state` and `base` are as opened without any.
    """
    world = setting.world
    unchanged = base.correction(state, Now(setting, base, 0))
    if not edits:
        return unchanged
    done = tuple(
        replace(edit, at=(world.start, world.start), chances=(), probability=1.0, conditions=(), over=1)
        for edit in edits
    )
    now = Now(replace(setting, plan=schedule(done, 0, setting.runs)), base, 0)
    after = _settled(state, now)
    controllers = np.arange(len(world.axes["controller"]))
    before = network_loss(state, Now(setting, base, 0), controllers)
    closed = network_loss(after, now, controllers)
    moved = np.abs(closed.parts - before.parts) > MOVED * worth(state, now)
    cells = large(after, now, closed.surplus) & moved.any(axis=0)
    found = np.stack([ratio(after, now, closed.parts, cells), closed.parts / country_gdp(after, now)[:, None]])
    corrected: Array = np.where(cells & moved, found, unchanged)
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
