"""Accuracy: what the solver leaves behind moves flows a little, so that changes no clearer than that are no effects."""

UNSETTLED = {"freight": 0.01, "gas": 0.002, "power": 40.0}
"""How far an event moves flows of a layer that have nothing to do with it, in its unit of volume, as measured
(docs/decisions.md, 20); layers that are not named settle."""
CLEARLY = 2.0
"""How many times that a change must be: the largest of many quarters lies above the usual one."""


def least(layer: str) -> float:
    """The least change of a flow or a market of a layer that is an effect, in its unit of volume; of others nothing.

    >>> least("power"), least("")
    (80.0, 0.0)
    """
    return CLEARLY * UNSETTLED.get(layer, 0.0)
