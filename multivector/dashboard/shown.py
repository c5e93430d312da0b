"""The model behind the page: one that remembers what it has shown."""

from typing import Any

from model.arrays import Array
from multivector.corridor import CorridorModel

REMEMBERED = ("alignment", "dependence")


class ShownModel(CorridorModel):
    """A model with its past: a list that only grows, so that the page may read while another thread steps.

    `past` holds for each quarter from the base quarter on its text and the
    remembered measures, (C, P) and (C, K); `start` is freight by corridor
    in the base quarter, Mt a year.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - whatever a CorridorModel takes
        super().__init__(**kwargs)
        self.start = self.measure("corridor_flow")
        self.past = [self._now_shown()]

    def step(self) -> None:
        """One quarter more to remember."""
        super().step()
        self.past.append(self._now_shown())

    def _now_shown(self) -> tuple[str, dict[str, Array]]:
        return self.quarter, {name: self.measure(name) for name in REMEMBERED}
