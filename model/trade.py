"""Trade between pairs of seller and buyer: what embargoes, sanctions and bans leave of it."""

from collections.abc import Iterable

import numpy as np

from model.arrays import Array
from model.events import edited
from model.now import Now
from model.world import Relations


def trade_share(relations: Relations, now: Now) -> Array:
    """Share of each relation that events leave open, (N, R): 1 where none bars it.

    An edit on a seller, a buyer and goods bars every relation between them in
    these goods; several multiply, as one on a pole and one on its member do.
    """
    axes, share = now.world.axes, np.ones((relations.seller.shape[1], now.runs))
    for (seller, buyer, goods), left in opened("trade.open", now.world.trade.banned, now).items():
        place = axes["trader"].at(seller), axes["trader"].at(buyer), axes["goods"].at(goods)
        share[relations.between(*place)] *= np.clip(left, 0.0, 1.0)
    return share


def opened(target: str, banned: Iterable[tuple[str, ...]], now: Now) -> dict[tuple[str, ...], Array]:
    """What bans and edits in force leave of each cell of a target that one names, (R,) by their labels.

    All its cells, such as (seller, buyer, goods), are too large an array to edit for a few of them.
    """
    left: dict[tuple[str, ...], Array] = {where: np.zeros(now.runs) for where in banned}
    for edit, on, reached in now.setting.plan.active(target, now.quarter):
        cell = left.setdefault(edit.where, np.ones(now.runs))
        cell[on] = edited(edit, cell[on], reached[on])
    return left
