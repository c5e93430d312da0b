"""Axes: the named entities along each array dimension, in their one order.

Arrays carry entity axes first and the run axis last: alignment is
(country, pole, run), link flow is (link, run). Code asks an axis for the
position of a name and never counts positions itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

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
    "coercion",
    "peers",
    "rivalry",
    "curvature",
    "anchor",
    "residual",
    "noise",
    "bounds",
)


def absent(kind: str, name: object, known: Iterable[str], has: str = "there are") -> str:
    """What to say of a name that is none of the known ones: the nearest of them, or all.

    >>> absent("axis", "Linc", ("link", "pole")), absent("axis", "x", ("link", "pole"))
    ("no axis 'Linc'; did you mean link?", "no axis 'x'; there are link, pole")
    """
    names = {each.casefold(): each for each in known}
    near = get_close_matches(str(name).casefold(), names, 1)
    return f"no {kind} {name!r}; " + (
        f"did you mean {names[near[0]]}?" if near else f"{has} {', '.join(names.values())}"
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
        """Position of one label; KeyError that names the nearest when it is absent."""
        try:
            return self._position[label]
        except KeyError:
            raise KeyError(absent(self.name, label, self.labels)) from None

    def positions(self, labels: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Positions of several labels."""
        return np.array([self._position[label] for label in labels], dtype=np.intp)
