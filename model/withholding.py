"""Withholding solved in full: remove what a controller blocks and clear again.

The closed forms ignore congestion and everyone else's response; the ratio
of the full solve to the closed form corrects them (theory 7.5). It is found
in the base quarter, for the network as it is and as edits make it (regimes.py).
"""

from dataclasses import replace
from typing import TypeVar

import numpy as np

from model import exchange, freight, newton
from model.arrays import Array, Indices, Mask, mix, only
from model.clearing import exchange_conditions, freight_conditions, sweeps
from model.dependence import country_gdp, foreign, network_loss, owned
from model.now import Now
from model.state import State

Given = TypeVar("Given", freight.Conditions, exchange.Conditions)
LARGEST_RATIO = 3.0
"""Above it the closed form sees too little to be scaled up: no cell of weight has more than 2.7 in the base."""


def correction(state: State, now: Now) -> Array:
    """Re-solved over closed-form loss of each part of the network loss, and that closed form, (2, parts, C, K, R).

    The ratio is 1 where the cell is small; the closed form is a share of GDP (`NetworkLoss.corrected`).
    """
    closed = network_loss(state, now, np.arange(len(now.world.axes["controller"])))
    cells = large(state, now, closed.surplus)
    found = np.where(cells, ratio(state, now, closed.parts, cells), 1.0)
    return np.stack([found, closed.parts / country_gdp(state, now)[:, None]])


def worth(state: State, now: Now) -> Array:
    """Smallest loss that is solved in full, million USD a quarter, (C, 1, R)."""
    smallest: Array = now.value("dependence.resolve_above") * country_gdp(state, now)[:, None]
    return smallest


def large(state: State, now: Now, closed: Array) -> Mask:
    """Cells whose closed form is worth a full solve, a country's own left out, (C, K, R)."""
    return (closed > worth(state, now)) & foreign(now)[:, :, None]


def ratio(state: State, now: Now, closed: Array, cells: Mask) -> Array:
    """Loss solved in full over `closed` (parts, C, K, R) in some cells (C, K, R); meaningless in the others.

    A part that the closed form does not see at all keeps its ratio of 1.
    """
    country, controller = np.nonzero(cells.any(axis=-1))
    solved = np.zeros_like(closed)
    concerned = np.unique(controller)
    solved[0][:, concerned] = mix(now.world.freight.incidence, freight_losses(state, now, concerned))
    lost = owned(now.world.exchange, *exchange_losses(state, now, country, controller))
    for part, values in enumerate(lost, start=1):
        solved[part, country, controller] = values[country, np.arange(len(country))]
    seen = closed > 0.0
    found = np.clip(np.maximum(solved, 0.0) / np.where(seen, closed, 1.0), 0.0, LARGEST_RATIO)
    return np.where(seen, found, 1.0)


def freight_losses(state: State, now: Now, controllers: Indices) -> Array:
    """Surplus each one-sided market loses when a controller closes its paths, million USD, (W, K', R)."""
    market, given = now.world.freight, freight_conditions(state, now)
    power = market.routes.power[:, controllers]
    without = _side_by_side(given, given.allowed[:, None] * (1.0 - power)[:, :, None])
    start = only(state.freight, _copies(given.allowed, power.shape[1]), now.runs)
    many = sweeps(now, "clearing.sweeps_withheld")
    after = freight.solve(market.routes, without, start.load, start.price, many, mixed=False)
    before = freight.surplus(given.potential, given.mu, state.freight.served)
    left = freight.surplus(without.potential, without.mu, after.served)
    return market.money[:, None, None] * (before[:, None] - left.reshape(len(left), power.shape[1], now.runs))


def exchange_losses(state: State, now: Now, country: Indices, controller: Indices) -> tuple[Array, Array]:
    """Surplus sources (A, N, R) and sinks (D, N, R) lose in each of N cells, a controller withholding from a country.

    Million USD. All cells are solved side by side, to the end. What stranded goods give to buyers at home is a loss
    below zero where the network can serve them (`Exchange.serves_home`); what
    scarcity gives to sellers counts as none, since prices at home are set.
    """
    system, given = now.world.exchange, exchange_conditions(state, now)
    barred = system.owners[:, country] * system.pairs.routes.power[:, controller]
    without = _side_by_side(given, given.allowed[:, None] * (1.0 - barred)[:, :, None])
    start = only(state.exchange, _copies(given.allowed, len(country)), now.runs)
    after = newton.solve(system.pairs, without, start, mixed=False, least=newton.SETTLED)
    left = exchange.source_surplus(after, without.source_mu), after.sink_quantity / without.sink_mu
    had = exchange.source_surplus(state.exchange, given.source_mu), state.exchange.sink_quantity / given.sink_mu
    sold, bought = (
        one[:, None] - other.reshape(len(other), len(country), now.runs) for one, other in zip(had, left, strict=True)
    )
    served = system.serves_home[system.pairs.sink_commodity][:, None, None] > 0.0
    return np.maximum(sold, 0.0), np.where(served, bought, np.maximum(bought, 0.0))


def _side_by_side(given: Given, allowed: Array) -> Given:
    """Conditions with one block of columns for each case; `allowed` (H, N, R) is what differs."""
    wide = only(given, _copies(given.allowed, allowed.shape[1]), given.allowed.shape[-1])
    return replace(wide, allowed=allowed.reshape(len(allowed), -1))


def _copies(block: Array, count: int) -> Indices:
    """Positions of the runs of a block, `count` times over."""
    return np.tile(np.arange(block.shape[-1]), count)
