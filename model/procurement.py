"""Arms: whom a country orders from, and the lock-in of what it has (theory 7.17)."""

import numpy as np

from model.arrays import Array, total
from model.markets import alignment_change
from model.now import Now
from model.state import State


def armed(state: State, now: Now) -> Array:
    """What the arms bought since the start add to the reliance on each pole, (C, P, R)."""
    economy = now.world.economy
    return economy.arms_weight[:, None, None] * (state.arms - economy.arms[:, :, None])


def procured(state: State, now: Now) -> tuple[Array, Array]:
    """Shares of poles in the arms of countries, and the fame of arms that did well, a quarter later."""
    politics, start = now.world.politics, now.world.economy.arms[:, :, None]
    shown = now.edited("demonstration.level", np.zeros((len(state.fame), 1)))
    fame = np.maximum(now.value("arms.fame_kept") * state.fame, shown)
    nearer = alignment_change(state, now).reshape(state.arms.shape)
    utility = (
        now.value("arms.alignment") * nearer
        + now.value("arms.lock_in") * (state.arms - start)
        + now.value("arms.demonstration") * fame
    )
    orders = order_shares(start, 1.0 - total(start), utility)
    risen = np.maximum(state.threat - politics.threat[:, :, None], 0.0)
    alarm = now.value("arms.alarm") * total(risen)
    stock = next_stock(state.arms, orders, now.value("arms.turnover"), alarm)
    return stock * politics.active[:, :, None], fame


def order_shares(start: Array, rest: Array, utility: Array) -> Array:
    """Share of each pole in the orders of a country, a softmax over poles and all others, (C, P, R).

    `start` (C, P, 1) and `rest` (C, 1), shares of the poles and of all others
    in the stock of the start, stand for quality and price, which they reveal;
    `utility` (C, P, R) is what has changed since, of others nothing.
    """
    worth = start * np.exp(utility)
    return worth / (total(worth) + rest)[:, None]


def next_stock(stock: Array, orders: Array, turnover: Array | float, alarm: Array) -> Array:
    """Shares in the stock after a quarter, W <- (1 - d) W + d orders, (C, P, R), in [0, 1].

    The share d that is renewed is `turnover`, more where `alarm` (C, R), the
    rise of threat since the start, makes a country order more.

    ODD 7.11.
    """
    renewed = np.clip(turnover * (1.0 + alarm), 0.0, 1.0)[:, None]
    return stock + renewed * (orders - stock)
