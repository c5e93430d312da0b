"""Now: one quarter of one block of runs, as every process sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.arrays import Array
from model.calibration import ExchangeBase, FreightBase
from model.events import apply
from model.setting import Setting, Value
from model.state import State
from model.world import World

if TYPE_CHECKING:
    from model.statecraft import Opening as StatecraftOpening


@dataclass(frozen=True)
class Base:
    """The base quarter: what calibration solved, and what later quarters are compared with.

    `residual` of the alignment law and `delivered`, the log delivered-cost
    factor, both (C, P, R); `sellers` and `others`, surplus of oil and gas
    sources and of all else, million USD a quarter, (C, R). `correction` gives,
    for a quarter, re-solved over closed-form loss of each part of the network
    loss, (parts, C, K, R); see regimes.py.
    """

    freight: FreightBase
    exchange: ExchangeBase
    residual: Array
    delivered: Array
    sellers: Array
    others: Array
    statecraft: "StatecraftOpening"
    correction: Callable[[State, "Now"], Array]


@dataclass(frozen=True)
class Now:
    """What a process reads besides the state; `index` counts quarters from the start."""

    setting: Setting
    base: Base
    index: int

    @property
    def world(self) -> World:
        """The facts of this scenario."""
        return self.setting.world

    @property
    def quarter(self) -> int:
        """Ordinal of this quarter."""
        return self.world.start + self.index

    @property
    def runs(self) -> int:
        """Number of runs in the block."""
        return len(self.setting.runs)

    def value(self, name: str) -> Value:
        """Parameter value now, float or (R,)."""
        return self.setting.value(name, self.quarter)

    def edited(self, target: str, base: Array, *, windows: bool | None = None) -> Array:
        """`base` with the scenario's edits of `target` in force now; see events.apply."""
        return apply(self.setting.plan, target, self.quarter, self.world.axes, base, windows=windows)
