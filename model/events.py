"""Events: timed edits of what the model takes as given.

Within a quarter edits apply in the order set, multiply, add, then file
order. A `set` with a duration holds against the model's own processes and
then releases; without one, a state is set once and anything else stays. A
change may be reached in equal steps over several quarters. Derived quantities
(flow, dependence, alignment) are not targets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt

from model import draws
from model.arrays import Array
from model.axes import Axis

Operation = Literal["set", "multiply", "add"]
Runs = npt.NDArray[np.bool_]
ORDER: tuple[Operation, ...] = ("set", "multiply", "add")

TARGETS: dict[str, tuple[str, ...]] = {
    "link.capacity": ("link",),
    "link.open": ("link",),
    "link.cost": ("link",),
    "link.days": ("link",),
    "market.volume": ("market",),
    "market.price": ("market",),
    "contract.volume": ("contract",),
    "trade.open": ("trader", "trader", "goods"),
    "transit.open": ("way", "party", "goods"),
    "project.stage": ("project",),
    "dyad.state": ("dyad",),
    "membership.state": ("country", "institution"),
    "posture.state": ("pole",),
    "leader.change": ("country",),
    "promise.kept": ("country", "pole"),
    "demonstration.level": ("pole",),
    "coercion.level": ("country", "pole"),
    "offer.level": ("country", "pole"),
    "threat.level": ("country", "pole"),
    "aggression.level": ("country", "pole"),
    "grievance.incident": ("country", "pole"),
    "grievance.accounted": ("country", "pole"),
    "affinity.level": ("country", "pole"),
    "remittances.level": ("country", "pole"),
    "debt.level": ("country", "pole"),
    "security.level": ("country", "pole"),
    "rivalry.level": ("pole", "pole"),
    "gdp.level": ("country",),
    "price.level": ("world_price",),
}
PARAMETER = "parameter."
STATES = ("project.stage", "dyad.state", "membership.state", "posture.state", "coercion.level")
STRUCTURAL = (
    *("link.capacity", "link.open", "market.volume", "contract.volume", "trade.open"),
    "transit.open",
    *("project.stage", "dyad.state", "coercion.level"),
)
NEVER = 10**9


@dataclass(frozen=True)
class Edit:
    """One edit: what, where, how much, when, for how long, how likely.

    `at` bounds the drawn first quarter (equal ends: certain); `chances` are
    those of each quarter of that window, all the same when empty. `duration`
    in quarters, None for good. The whole change is reached in the last of
    `over` quarters, in equal steps; a state changes at once. `id` addresses the
    luck of date and `probability`; where it follows other events by chance,
    their ids and probabilities, `conditions`, must hold too.
    """

    id: str
    target: str
    where: tuple[str, ...]
    operation: Operation
    value: float
    at: tuple[int, int]
    duration: int | None = None
    probability: float = 1.0
    over: int = 1
    chances: tuple[float, ...] = ()
    conditions: tuple[tuple[str, float], ...] = ()

    @property
    def certain(self) -> bool:
        """Whether no luck decides about it."""
        return self.likelihood == 1.0 and self.at[0] == self.at[1]

    @property
    def likelihood(self) -> float:
        """Probability that it fires at all."""
        return self.probability * prod(chance for _, chance in self.conditions)


@dataclass(frozen=True)
class Schedule:
    """When each edit begins and ends in each run, (edits, R) quarter ordinals.

    An edit that does not fire begins and ends NEVER.
    """

    edits: tuple[Edit, ...]
    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """Rows of the edits of each target, in the order in which they apply."""
        found: dict[str, list[int]] = {}
        for row in sorted(range(len(self.edits)), key=lambda row: ORDER.index(self.edits[row].operation)):
            found.setdefault(self.edits[row].target, []).append(row)
        return found

    def active(self, target: str, quarter: int, *, states: bool = False) -> Iterator[tuple[Edit, Runs, Array]]:
        """Edits of a target that hold now in some run, in order, with their runs and the share reached, (R,).

        With `states`, an edit without duration counts only in its first quarter.
        """
        for row in self.rows.get(target, ()):
            edit = self.edits[row]
            now = (self.begins[row] <= quarter) & (quarter < self.ends[row])
            if states and edit.duration is None:
                now &= self.begins[row] == quarter
            if now.any():
                yield edit, now, np.clip((quarter + 1 - self.begins[row]) / edit.over, 0.0, 1.0)

    def structural(self, quarter: int, runs: int) -> npt.NDArray[np.bool_]:
        """Runs in which a structural edit begins, is being reached or has just ended, (R,)."""
        changed = np.zeros(runs, dtype=bool)
        for row, edit in enumerate(self.edits):
            if edit.target in STRUCTURAL:
                begin = self.begins[row]
                changed |= ((begin <= quarter) & (quarter < begin + edit.over)) | (self.ends[row] == quarter)
        return changed


def schedule(edits: tuple[Edit, ...], seed: int, runs: npt.NDArray[np.int64]) -> Schedule:
    """Draw whether and when each edit fires in each run; luck is addressed by ids."""
    begins = np.full((len(edits), len(runs)), NEVER, dtype=np.int64)
    ends = begins.copy()
    for row, edit in enumerate(edits):
        luck = draws.uniforms(seed, "events", edit.id, runs, 2)
        begin = edit.at[0] + _drawn(edit, luck[1])
        fires = luck[0] < edit.probability
        for condition, chance in edit.conditions:
            fires &= draws.uniforms(seed, "events", condition, runs, 2)[0] < chance
        begins[row] = np.where(fires, begin, NEVER)
        ends[row] = np.where(fires, begin + (edit.duration or NEVER), NEVER)
    return Schedule(edits, begins, ends)


def _drawn(edit: Edit, luck: Array) -> npt.NDArray[np.int64]:
    """Quarters between the first an edit may begin in and the one it does, (R,); `luck` uniform in [0, 1)."""
    if edit.chances:
        return np.searchsorted(np.cumsum(edit.chances[:-1]), luck, side="right")
    first, last = edit.at
    return np.floor(luck * (last - first + 1)).astype(np.int64)


def apply(  # noqa: PLR0913 - the last says which edits, the others where and when
    plan: Schedule, target: str, quarter: int, axes: dict[str, Axis], base: Array, *, windows: bool | None = None
) -> Array:
    """`base` (..., R or 1) with the edits of `target` in force this quarter, (..., R).

    `windows` True takes only edits with a duration, which release when it
    ends; False only those without, which become part of what is remembered.

    ODD 7.1.
    """
    changed = base
    for edit, now, reached in plan.active(target, quarter, states=target in STATES):
        if windows is not None and windows == (edit.duration is None):
            continue
        if changed is base:
            changed = np.array(np.broadcast_to(base, (*base.shape[:-1], len(now))))
        where = tuple(axes[axis].at(label) for axis, label in zip(TARGETS[target], edit.where, strict=True))
        row = changed[where]
        row[now] = edited(edit, row[now], reached[now])
    return changed


def edited(edit: Edit, value: Array, reached: Array) -> Array:
    """`value` (R,) as an edit leaves it once a share of it is reached, (R,); exact when all of it is."""
    if edit.operation == "set":
        left = np.where(reached < 1.0, value, 0.0)  # a capacity may be infinite, and nothing of it is left then
        return (1.0 - reached) * left + reached * edit.value
    if edit.operation == "multiply":
        factor = 1.0 - reached + reached * edit.value
        return np.where(factor == 0.0, 0.0, value) * factor
    return value + reached * edit.value
