"""Idle events: one on a link that no route uses, or on trade that there is not, changes nothing."""

from collections.abc import Iterator

import numpy as np

from model.events import TARGETS
from model.world import World
from scenarios.edits import places
from scenarios.problems import Problem
from scenarios.read import Examination
from scenarios.schema import Event
from scenarios.subject import changed

Idle = Iterator[tuple[str, str, str]]
"""Place within an event, what is named there, and why it changes nothing."""


def idle(found: Examination, world: World) -> Iterator[Problem]:
    """A warning for each thing of an event that carries no trade in the world compiled from its scenario."""
    for i, event in enumerate(found.scenario.events if found.scenario else ()):
        for check, find in IDLE.items():
            for inner, word, message in find(event, world):
                path = f"events[{i}].{inner}"
                shown = path if path in found.origin else path.rpartition("[")[0]
                file, _, line = found.origin[shown].rpartition(":")
                yield Problem(file, int(line), shown, f"{message}: the event changes nothing there", word, check=check)


def idle_links(event: Event, world: World) -> Idle:
    """Links that no route of a market uses."""
    routes = (world.freight.routes, world.exchange.pairs.routes)
    used = np.logical_or.reduce([part.segments.of_link >= 0 for part in routes])
    for j, word in enumerate(event.link):
        if not used[world.axes["link"].at(word)]:
            yield f"link[{j}]", word, "is used by no route of a market"


def idle_trade(event: Event, world: World) -> Idle:
    """Sellers and buyers that trade nothing of what is named with each other in the base quarter."""
    trade, economy = world.trade, world.economy
    volumes = (
        (trade.freight, world.freight.volume),
        (trade.exchange, world.exchange.flow),
        (trade.imports, economy.imports.ravel()),
        (trade.exports, economy.exports.ravel()),
    )
    for labels in places(event, changed(event)) if event.trade else ():
        axes = (world.axes[axis] for axis in TARGETS[changed(event)])
        where = [axis.at(label) for axis, label in zip(axes, labels, strict=True)]
        if not any((volume[relations.between(*where)] > 0.0).any() for relations, volume in volumes):
            yield "trade", " ".join(labels), "is no trade of the base quarter"


IDLE = {"idle-link": idle_links, "idle-trade": idle_trade}
