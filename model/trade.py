"""Trade between pairs of seller and buyer: what embargoes, sanctions and bans leave of it."""

import numpy as np

from model.arrays import Array
from model.now import Now
from model.world import Relations


def trade_share(relations: Relations, now: Now) -> Array:
    """Share of each relation that events leave open, (N, R): 1 where none bars it.

    An edit on a seller, a buyer and goods bars every relation between them in
    these goods; several multiply, as one on a pole and one on its member do.
    """
    axes = now.world.axes
    shape = (len(axes["trader"]), len(axes["trader"]), len(axes["goods"]), 1)
    edited = np.clip(now.edited("trade.open", np.ones(shape)), 0.0, 1.0)
    share = np.ones((relations.seller.shape[1], now.runs))
    for seller, buyer, goods in zip(*np.nonzero((edited < 1.0).any(axis=-1)), strict=True):
        share[relations.between(seller, buyer, goods)] *= edited[seller, buyer, goods]
    return share
