"""Trade and transit: what embargoes, sanctions, bans and closed ways leave of them."""

import numpy as np

from model.arrays import Array
from model.events import TARGETS, edited
from model.now import Now
from model.world import Relations

TRADE, TRANSIT = "trade.open", "transit.open"


def trade_share(relations: Relations, now: Now) -> Array:
    """Share of trade between sellers and buyers that events leave open, (N, R or 1): 1 where none bars it."""
    return _share(TRADE, relations, now)


def transit_share(relations: Relations, now: Now) -> Array:
    """Share of each route that states which are no party to the trade, and links, let pass, (H, R or 1)."""
    return _share(TRANSIT, relations, now)


def _share(target: str, relations: Relations, now: Now) -> Array:
    """Share of each relation that edits of a target leave open, (N, R or 1).

    An edit bars every relation that has all its marks; several multiply, as
    one on a pole and one on its member do.
    """
    axes, share = [now.world.axes[name] for name in TARGETS[target]], np.ones((relations.marks[0].shape[1], 1))
    for labels, left in _opened(target, now).items():
        barred = relations.of(*(axis.at(label) for axis, label in zip(axes, labels, strict=True)))
        if barred.any():
            share = np.where(barred[:, None], share * np.clip(left, 0.0, 1.0), share)
    return share


def _opened(target: str, now: Now) -> dict[tuple[str, ...], Array]:
    """What bans and edits in force leave of each cell of a target that one names, (R,) by their labels.

    All its cells, such as (seller, buyer, goods), are too large an array to edit for a few of them.
    """
    banned = now.world.trade.banned if target == TRADE else ()
    left: dict[tuple[str, ...], Array] = {where: np.zeros(now.runs) for where in banned}
    for edit, on, reached in now.setting.plan.active(target, now.quarter):
        cell = left.setdefault(edit.where, np.ones(now.runs))
        cell[on] = edited(edit, cell[on], reached[on])
    return left
