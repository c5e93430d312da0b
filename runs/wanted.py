"""Wanted: markets that an event raises beyond what their ways carry, beside what goes there in the base quarter."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog

from model.arrays import Array, Indices
from model.quarters import PER_YEAR, format_quarter
from model.state import State
from model.world import World
from scenarios.idle import Idle
from scenarios.schema import Event

ENOUGH = 0.98
"""Ways that carry this share of what is wanted carry it."""
LARGE = 100.0


def unserved(event: Event, state: State, world: World, room: Array, after: dict[str, float]) -> Idle:
    """Markets of an event whose ways are too narrow: `room` (E,), what links have at most, `after`, what is wanted.

    Both a year. Oil and gas have two ends and prices, which say it better.
    """
    labels = world.axes["market"].labels[: len(world.freight.volume)]
    for j, word in enumerate(event.market):
        market = labels.index(word) if word in labels else -1
        if market < 0 or after[word] <= PER_YEAR * world.freight.volume[market]:
            continue
        most, narrow = _most(market, state, world, room)
        if most < ENOUGH * after[word]:
            lines = ", ".join(world.axes["link"].labels[link] for link in narrow)
            message = (
                f"wants {_said(after[word])} a year, and beside what goes there in {format_quarter(world.start)} its "
                f"ways carry {_said(most)}: narrowest are {lines}"
            )
            yield f"market[{j}]", word, message


def _most(market: int, state: State, world: World, room: Array) -> tuple[float, Indices]:
    """The most that routes of a market can carry together, unit a year, and the links that limit it.

    A linear program: flows of routes within what each segment has room for.
    """
    routes = world.freight.routes
    mine = np.flatnonzero(routes.market == market)
    uses, own = routes.uses[mine], PER_YEAR * state.freight.flow[mine, 0]
    crossed = np.flatnonzero(uses.sum(axis=0) > 0)
    left = routes.segments.smallest(room[:, None])[:, 0] - PER_YEAR * state.freight.load[:, 0] + uses.T @ own
    bounded = crossed[np.isfinite(left[crossed])]
    if not len(bounded):
        return np.inf, np.array([], dtype=np.intp)
    table = uses[:, bounded].T.toarray()
    found = linprog(-np.ones(len(mine)), A_ub=table, b_ub=np.maximum(left[bounded], 0.0), method="highs")
    if found.x is None:  # a way without bound
        return np.inf, np.array([], dtype=np.intp)
    tight = bounded[found.ineqlin.marginals < 0.0]
    return float(found.x.sum()), np.array(sorted(_narrowest(tight, room, world)), dtype=np.intp)


def _narrowest(segments: Indices, room: Array, world: World) -> Iterator[int]:
    """The link with least room of each segment."""
    of_link = world.freight.routes.segments.of_link
    for segment in segments:
        links = np.flatnonzero(of_link == segment)
        yield int(links[np.argmin(room[links])])


def _said(volume: float) -> str:
    """A volume to the unit, a small one to three digits.

    >>> _said(10134.2), _said(0.5271)
    ('10134', '0.527')
    """
    return f"{volume:.0f}" if volume >= LARGE else f"{volume:.3g}"
