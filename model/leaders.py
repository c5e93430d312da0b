"""Leaders: changes at the head of a state, and what each leader brings along (theory 7.7).

A new leader leans to poles in a way of his own, on top of the affinities of
the country, the more freely the smaller the coalition that carries him; for a
year the country holds less to its anchor.
"""

from dataclasses import replace

import numpy as np

from model.arrays import Array
from model.now import Now
from model.state import State

NEW_FOR = 4.0  # quarters in which a new leader is less bound by the anchor


def leaders(state: State, now: Now) -> State:
    """Who is new at the head of each state this quarter.

    ODD 7.7.
    """
    hazard = now.world.politics.succession[:, None] * now.value("leaders.pace")
    new = (now.setting.luck.leaders[now.index] < hazard) & (now.index > 0)
    new |= now.edited("leader.change", np.zeros((len(hazard), 1))) > 0.0
    count = state.leader + new
    return replace(state, leader=count, tenure=np.where(new, 0.0, state.tenure + 1.0))


def leaning(state: State, now: Now) -> Array:
    """What the leader of the day adds to affinities, (C, P, R): 0 for the one of the start.

    Normal with variance sigma^2 (1 - W), W the size of the winning coalition
    in [0, 1]. It goes with the leader: the nth of a run leans alike whenever he
    comes. One who comes after the last that is drawn leans like that one.

    ODD 7.7.
    """
    drawn = now.setting.luck.leanings
    nth = np.clip(state.leader.astype(np.intp), 0, len(drawn)) - 1
    held = np.take_along_axis(drawn, np.maximum(nth, 0)[None, :, None], axis=0)[0]
    freedom = np.sqrt(1.0 - now.world.politics.coalition)[:, None, None]
    spread: Array = now.value("leaders.spread") * freedom * np.where(nth[:, None] < 0, 0.0, held)
    return spread


def hold(state: State, now: Now) -> Array:
    """How far each country holds to its anchor, a share, (C, 1, R): less in the first year of a leader."""
    loosened = np.where(state.tenure < NEW_FOR, now.value("leaders.loosening"), 0.0)
    return (1.0 - loosened)[:, None]
