"""Idle links: an event on a link that no route of the model uses changes nothing."""

from collections.abc import Iterator

import numpy as np

from model.world import World
from scenarios.problems import Problem
from scenarios.read import Examination


def idle_links(found: Examination, world: World) -> Iterator[Problem]:
    """A warning for each link of an event that carries no trade in the world compiled from its scenario."""
    routes = (world.freight.routes, world.exchange.pairs.routes)
    used = np.logical_or.reduce([part.segments.of_link >= 0 for part in routes])
    links = world.axes["link"]
    for i, event in enumerate(found.scenario.events if found.scenario else ()):
        for j, word in enumerate(event.link):
            if not used[links.at(word)]:
                path = f"events[{i}].link" + (f"[{j}]" if f"events[{i}].link[{j}]" in found.origin else "")
                file, _, line = found.origin[path].rpartition(":")
                message = "is used by no route of a market: the event changes nothing there"
                yield Problem(file, int(line), path, message, word, check="idle-link")
