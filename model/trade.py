"""Trade between pairs of seller and buyer: what embargoes, sanctions and bans leave of it."""

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
    for (seller, buyer, goods), left in opened(now).items():
        place = axes["trader"].at(seller), axes["trader"].at(buyer), axes["goods"].at(goods)
        share[relations.between(*place)] *= np.clip(left, 0.0, 1.0)
    return share


def opened(now: Now) -> dict[tuple[str, ...], Array]:
    """What bans and edits in force leave of each seller, buyer and goods that one names, (R,) by their labels.

    The whole of (seller, buyer, goods) is too large an array to edit for a few cells.
    """
    left: dict[tuple[str, ...], Array] = {where: np.zeros(now.runs) for where in now.world.trade.banned}
    for edit, on, reached in now.setting.plan.active("trade.open", now.quarter):
        cell = left.setdefault(edit.where, np.ones(now.runs))
        cell[on] = edited(edit, cell[on], reached[on])
    return left
