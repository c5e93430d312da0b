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
    """Volume under contract this quarter, and where one begins, lapses or is edited."""
    volume, end = state.own["contract.volume"], state.contract_end
    if now.index:
        volume, end = next_volume(volume, end, state, now)
    shown = np.maximum(now.edited("contract.volume", volume), 0.0)
    return replace(
        state,
        own=state.own | {"contract.volume": volume},
        contract=shown,
        contract_end=end,
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

    Odds are the prior's, times the trade of its pairs over their base to a
    power (ln of it is what the trade gained in worth, in units of choice),
    times exp of how far buyer and seller have come closer. Where lapses hold
    the trade down, what they leave stands for the base.

    ODD 7.3.
    """
    signed, most = now.world.contracts, np.exp(LARGEST_WORTH)
    left = np.minimum(allowance(state.contract, now), now.world.exchange.flow[:, None])
    trade, base = mix(signed.routes, state.exchange.flow), mix(signed.about, left)
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


def allowance(contract: Array, now: Now) -> Array:
    """What contracts and the trade without one let each pair trade, unit per quarter, (N, R).

    `contract` (contracts, R) is the volume under each. Contracts in force at
    the start count as signed, though less may be delivered; later ones first
    cover the trade that had none.
    """
    signed = now.world.contracts
    first = signed.at_start[:, None] > 0.0
    free = np.maximum(now.world.exchange.flow[:, None] - mix(signed.spread, signed.at_start[:, None]), 0.0)
    earlier, later = (mix(signed.spread, np.where(rows, contract, 0.0)) for rows in (first, ~first))
    allowed: Array = earlier + np.maximum(free, later)
    return allowed


def limits(state: State, now: Now) -> tuple[Array, Array]:
    """Most that pairs may trade, unit per quarter, (pairs that contracts can limit, R), and ways added, (N, R).

    A pair is limited once one of its contracts is reduced, and while another
    seller has an exclusive contract with its buyer, then to its base trade.
    Ways are relative to the base quarter, at least 1.
    """
    signed, flow = now.world.contracts, now.world.exchange.flow[:, None]
    at_start = signed.at_start[:, None]
    now_allowed, base_allowed = allowance(state.contract, now), allowance(at_start, now)
    reduced = mix(signed.spread, np.maximum(at_start - state.contract, 0.0)) > 0.0
    excluded = mix(signed.excludes, (state.contract > 0.0).astype(np.float64)) > 0.0
    most = np.minimum(np.where(reduced, now_allowed, np.inf), np.where(excluded, flow, np.inf))
    added = np.where(base_allowed > 0.0, now_allowed / np.where(base_allowed > 0.0, base_allowed, 1.0), 1.0)
    return most[signed.pairs], np.maximum(added, 1.0)


def capacity(state: State, now: Now, most: Array) -> Array:
    """Capacity of the segments of oil and gas: links, then what contracts leave, unit per quarter, (S, R)."""
    within = now.world.exchange.pairs.routes.segments.smallest(state.capacity)
    within[len(within) - len(most) :] = most
    return within
