"""Supply contracts of oil and gas: they begin, expire, and are renewed or lapse (theory 7.4, 7.10).

A contract is a capacity at its source: while all of a pair's contracts are in
force nothing limits its trade; once one has lapsed, the pair may trade what
the others cover and what had no contract. What is renewed runs on for another
term.
"""

from dataclasses import replace

import numpy as np

from model.arrays import Array, mix
from model.markets import alignment_change
from model.now import Now
from model.quarters import PER_YEAR
from model.state import State

LARGEST_WORTH = 3.0  # |ln| of trade over base trade that counts: a trade that stopped is not beyond all hope


def contracts(state: State, now: Now) -> State:
    """Volume under contract this quarter; where one begins, lapses or is edited, the network has changed."""
    volume, end = state.own["contract.volume"], state.contract_end
    if now.index:
        volume, end = next_volume(volume, end, state, now)
    shown = np.maximum(now.edited("contract.volume", volume), 0.0)
    return replace(
        state,
        own=state.own | {"contract.volume": volume},
        contract=shown,
        contract_end=end,
        structural=state.structural | (shown != state.contract).any(axis=0),
    )


def next_volume(volume: Array, end: Array, state: State, now: Now) -> tuple[Array, Array]:
    """Volumes (contracts, R), unit per quarter, and last quarters after what begins, lapses or is renewed now."""
    signed, live = now.world.contracts, now.value("markets.contracts") > 0.0
    begins = live & (signed.starts == now.quarter)[:, None]
    due = live & (end == now.quarter - 1) & (volume > 0.0)
    renewed = due & (now.setting.luck.contracts[now.index] < renewal(state, now))
    kept = np.where(due & ~renewed, 0.0, np.where(begins, signed.volume[:, None], volume))
    return kept, end + renewed * np.rint(PER_YEAR * now.value("markets.contract_term"))


def renewal(state: State, now: Now) -> Array:
    """Probability that a contract due now is renewed, (contracts, R).

    Odds are the prior's, times the trade of the pair over its base to a power
    (ln of it is what the trade gained in worth, in units of choice), times exp
    of how far buyer and seller have come closer.
    """
    signed, most = now.world.contracts, np.exp(LARGEST_WORTH)
    trade, base = mix(signed.routes, state.exchange.flow), signed.trade[:, None]
    grown = np.where(base > 0.0, trade / np.where(base > 0.0, base, 1.0), 1.0)
    worth = np.log(np.clip(grown, 1.0 / most, most))
    closer = mix(signed.affinity, alignment_change(state, now))
    moved = now.value("markets.renewal_worth") * worth + now.value("markets.renewal_alignment") * closer
    return renewed_odds(signed.prior[:, None], moved)


def renewed_odds(prior: Array, moved: Array) -> Array:
    """Probability whose log odds are those of the prior p plus x: p e^x / (p e^x + 1 - p)."""
    odds = prior * np.exp(moved)
    probability: Array = odds / (odds + 1.0 - prior)
    return probability


def agreed(state: State, now: Now) -> Array:
    """What seller and buyer may trade relative to the base quarter, (N, R); 1 at the start.

    Contracts in force at the start hold part of the base trade, which goes
    with them. Later ones first cover the trade that had no contract, and add
    what they exceed it by.
    """
    signed = now.world.contracts
    at_start = signed.at_start[:, None]
    changed = mix(signed.held, np.where(at_start > 0.0, state.contract - at_start, 0.0))
    later = mix(signed.held, np.where(at_start > 0.0, 0.0, state.contract))
    uncovered = np.maximum(1.0 - mix(signed.held, at_start), 0.0)
    left: Array = np.maximum(1.0 + changed, 0.0) + np.maximum(later - uncovered, 0.0)
    return left


def limits(state: State, now: Now, share: Array) -> Array:
    """Most that pairs with contracts may trade, unit per quarter, (pairs with contracts, R); inf unless one lapsed.

    `share` (N, R) is what `agreed` gives.
    """
    signed = now.world.contracts
    lost = mix(signed.held, np.maximum(signed.at_start[:, None] - state.contract, 0.0))[signed.pairs]
    most = now.world.exchange.flow[signed.pairs, None] * share[signed.pairs]
    return np.where(lost > 0.0, most, np.inf)


def capacity(state: State, now: Now, share: Array) -> Array:
    """Capacity of the segments of oil and gas: links, then what contracts leave, unit per quarter, (S, R)."""
    within = now.world.exchange.pairs.routes.segments.smallest(state.capacity)
    within[len(within) - len(now.world.contracts.pairs) :] = limits(state, now, share)
    return within
