"""Lines: means over a common axis, each of them seen even where others lie on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes

from analysis import style
from analysis.charts.panels import inches
from model.arrays import Array

SAME = 1e-9
"""Values that differ by less, of a level or in its unit, are one."""
ALIKE = (
    "Where lines lie on one another their colours take turns; “=” below a title names those that are the same "
    "throughout."
)
"""How coinciding lines are drawn, for a caption."""
_TOUCHING, _TURN = 1.3, 5.0
"""Points: lines that are no further apart look like one; how long each of them is then seen before the next."""


@dataclass(frozen=True)
class Stretch:
    """A part of a line, from one place to another, that `sharers` lines have in common; its turn among them."""

    line: int
    places: slice
    turn: int
    sharers: int

    @property
    def dashes(self) -> str | tuple[float, tuple[float, float]]:
        """Solid when alone, else offset and lengths of dashes in widths of a line; those of all sharers fill it."""
        if self.sharers == 1:
            return "-"
        long = _TURN / style.LINE
        return (self.sharers - self.turn) % self.sharers * long, (long, (self.sharers - 1) * long)


def together(axis: Axes, x: Array, lines: Mapping[str, Array], colours: Mapping[str, str]) -> Axes:
    """Lines over places x (T,): solid where alone, in turns where they lie on one another.

    The upright axis must reach as far as it will: what lies together on paper hangs on it.
    """
    low, high = axis.get_ylim()
    tall = 72 * axis.get_position().height * inches(axis)[1]
    names = list(lines)
    for part in stretches(np.array(list(lines.values())), _TOUCHING / tall * (high - low)):
        name = names[part.line]
        axis.plot(
            x[part.places], lines[name][part.places], color=colours[name], lw=style.LINE, ls=part.dashes, label=name,
            scalex=False, scaley=False,
        )  # fmt: skip
    return axis


def stretches(values: Array, touching: float) -> Iterator[Stretch]:
    """The stretches of lines with some values (line, T), which touch where both ends of a step are near."""
    near = np.abs(values[:, None] - values[None]) <= touching
    near |= np.eye(len(values), dtype=bool)[:, :, None]  # a line touches itself where it has no value either
    leader = (near[..., :-1] & near[..., 1:]).argmax(axis=1)
    for i in range(len(values)):
        steps = leader == leader[i]
        found = zip(steps[:i].sum(axis=0), steps.sum(axis=0), leader[i], strict=True)
        for (turn, sharers, _), group in groupby(enumerate(found), key=lambda step: step[1]):
            at = [place for place, _ in group]
            yield Stretch(i, slice(at[0], at[-1] + 2), int(turn), int(sharers))


def alike(lines: Mapping[str, Array]) -> list[list[str]]:
    """Names of lines that are the same throughout, each group in order."""
    groups: list[list[str]] = []
    for name, values in lines.items():
        twin = next((g for g in groups if np.allclose(lines[g[0]], values, rtol=SAME, atol=SAME, equal_nan=True)), None)
        if twin is None:
            groups.append([name])
        else:
            twin.append(name)
    return [group for group in groups if len(group) > 1]
