"""Transit: what states that are no party to a trade, and links, let pass of whose goods."""

import numpy as np

from model.arrays import Array
from model.now import Now
from model.trade import opened
from model.world import Passage


def transit_share(passage: Passage, now: Now) -> Array:
    """Share of each route that events let pass, (H, R or 1): 1 where none bars it.

    Several edits on one route multiply, as one on a state and one on a link
    in it do.
    """
    axes, share = now.world.axes, np.ones((passage.over.shape[1], 1))
    for (way, party, goods), left in opened("transit.open", (), now).items():
        barred = passage.of(axes["way"].at(way), axes["party"].at(party), axes["goods"].at(goods))
        share = np.where(barred[:, None], share * np.clip(left, 0.0, 1.0), share)
    return share
