"""Axes: the named entities along each array dimension, in their one order.

Arrays carry entity axes first and the run axis last: alignment is
(country, pole, run), link flow is (link, run). Code asks an axis for the
position of a name and never counts positions itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

COMMODITY_LAYERS = ("freight", "oil", "gas", "power", "fibre")
ALL_GOODS = "all"
CHANNELS = ("network", "transit", "imports", "exports", "remittances", "finance", "security")
TERMS = (
    "offers",
    "surplus",
    "affinity",
    "institutions",
    "deference",
    "autonomy",
    "threat",
    "grievance",
    "security",
    "peers",
    "rivalry",
    "curvature",
    "anchor",
    "residual",
    "noise",
    "bounds",
)


@dataclass(frozen=True)
class Axis:
    """One array dimension: its name and the names along it."""

    name: str
    labels: tuple[str, ...]
    _position: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels once; two equal labels are a bug in the caller."""
        position = {label: i for i, label in enumerate(self.labels)}
        if len(position) != len(self.labels):
            msg = f"axis {self.name}: a label occurs twice"
            raise ValueError(msg)
        object.__setattr__(self, "_position", position)

    def __len__(self) -> int:
        """Length of the dimension."""
        return len(self.labels)

    def __iter__(self) -> Iterator[str]:
        """Labels in order."""
        return iter(self.labels)

    def __contains__(self, label: object) -> bool:
        """Whether the label lies on this axis."""
        return label in self._position

    def at(self, label: str) -> int:
        """Position of one label; KeyError when it is absent."""
        return self._position[label]

    def positions(self, labels: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Positions of several labels."""
        return np.array([self._position[label] for label in labels], dtype=np.intp)
