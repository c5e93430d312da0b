"""Events: timed edits of what the model takes as given.

Within a quarter edits apply in the order set, multiply, add, then file
order. Edits that share an id share their luck. Derived quantities (flow,
dependence, alignment) are not targets.
"""

from dataclasses import dataclass
from typing import Literal

Operation = Literal["set", "multiply", "add"]

TARGETS: dict[str, tuple[str, ...]] = {
    "link.capacity": ("link",),
    "link.open": ("link",),
    "link.cost": ("link",),
    "link.days": ("link",),
    "market.volume": ("market",),
    "market.price": ("market",),
    "project.stage": ("project",),
    "dyad.state": ("dyad",),
    "membership.state": ("country", "institution"),
    "coercion.level": ("country", "pole"),
    "offer.level": ("country", "pole"),
    "threat.level": ("country", "pole"),
    "aggression.level": ("country", "pole"),
    "grievance.incident": ("country", "pole"),
    "grievance.accounted": ("country", "pole"),
    "affinity.level": ("country", "pole"),
    "rivalry.level": ("pole", "pole"),
    "gdp.level": ("country",),
    "price.level": ("world_price",),
}
PARAMETER = "parameter."


@dataclass(frozen=True)
class Edit:
    """One edit: what, where, how much, when, for how long, how likely.

    `at` bounds the uniformly drawn first quarter (equal ends: certain);
    `duration` in quarters, None for good.
    """

    id: str
    target: str
    where: tuple[str, ...]
    operation: Operation
    value: float
    at: tuple[int, int]
    duration: int | None = None
    probability: float = 1.0
