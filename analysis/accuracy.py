"""Accuracy: what the solver leaves behind moves flows a little, so that changes no clearer than that are no effects."""

import math

UNSETTLED = {"freight": 0.01, "gas": 0.002, "power": 40.0}
"""How far an event moves flows of a layer that have nothing to do with it, in its unit of volume, as measured
(docs/decisions.md, 20); layers that are not named settle."""
UNWEIGHED = "fibre"
"""The layer whose markets have unit weights, since no traffic is published: no change of theirs is an amount."""
CLEARLY = 2.0
"""How many times that a change must be: the largest of many quarters lies above the usual one."""


def least(layer: str) -> float:
    """The least change of a flow or a market of a layer that is an effect, in its unit of volume; of others nothing.

    >>> least("power"), least(""), least("fibre")
    (80.0, 0.0, inf)
    """
    return math.inf if layer == UNWEIGHED else CLEARLY * UNSETTLED.get(layer, 0.0)
