"""Now: one quarter of one block of runs, as every process sees it."""

from dataclasses import dataclass

import numpy as np

from model.arrays import Array
from model.calibration import ExchangeBase, FreightBase
from model.events import apply
from model.setting import Setting, Value
from model.world import World


@dataclass(frozen=True)
class Base:
    """The base quarter: what calibration solved, and what later quarters are compared with.

    `residual` of the alignment law and `delivered`, the log delivered-cost
    factor, both (C, P, R); `sellers` and `others`, surplus of oil and gas
    sources and of all else, million USD a quarter, (C, R). `correction`,
    re-solved over closed-form loss of each part of the network loss in each
    regime of structural edits, (regimes, parts, C, K, R or 1), and `regime`, which of them holds when, (T, R).
    """

    freight: FreightBase
    exchange: ExchangeBase
    residual: Array
    delivered: Array
    sellers: Array
    others: Array
    correction: Array
    regime: Array


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

    @property
    def correction(self) -> Array:
        """Re-solved over closed-form loss under the structural edits in force now, (parts, C, K, R).

        What no edit moves keeps its ratio of the base quarter to the bit.
        """
        first, *others = self.base.correction
        held = np.repeat(first, self.runs // first.shape[-1], axis=-1)
        for weight, under in zip(self.base.regime[1:, self.index], others, strict=True):
            if weight.any():
                held += weight * (under - first)
        return held

    def value(self, name: str) -> Value:
        """Parameter value now, float or (R,)."""
        return self.setting.value(name, self.quarter)

    def edited(self, target: str, base: Array, *, windows: bool | None = None) -> Array:
        """`base` with the scenario's edits of `target` in force now; see events.apply."""
        return apply(self.setting.plan, target, self.quarter, self.world.axes, base, windows=windows)
