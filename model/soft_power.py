"""Soft power: what schools, firms and officers' courses leave behind (theory 7.17)."""

import numpy as np

from model.arrays import Array
from model.now import Now
from model.parameters import OFFER_SCALE
from model.state import State


def cultivated(state: State, now: Now) -> Array:
    """Soft power of each pole in each country a quarter later, (C, P, R)."""
    at_start, fading = now.world.politics.offers[:, :, None], now.value("soft_power.fading")
    return next_soft_power(state.soft_power, state.offers, at_start, OFFER_SCALE, fading)


def next_soft_power(stock: Array, offers: Array, at_start: Array, scale: float, fading: Array | float) -> Array:
    """Soft <- (1 - d) Soft + d invested, (C, P, R), in [-1, 1].

    What is invested is what a pole offers above the start, in units of
    `scale`, so that the stock counts from that of the start. Half of it is
    forgotten after ln 2 / d quarters.

    ODD 7.11.
    """
    invested = np.clip((offers - at_start) / scale, -1.0, 1.0)
    return stock + fading * (invested - stock)
