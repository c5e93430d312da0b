"""Withholding solved in full: remove what a pole blocks and clear again.

The closed forms ignore congestion and everyone else's response; the ratio
of the full solve to the closed form corrects them (theory 7.5). It is found
once, in the base quarter, and held: docs/decisions.md, 8.
"""

from dataclasses import replace

import numpy as np

from model import exchange, freight
from model.arrays import Array, mix
from model.clearing import exchange_conditions, freight_conditions, sweeps
from model.dependence import country_gdp, network_loss
from model.now import Now
from model.state import State

LARGEST_RATIO = 3.0


def correction(state: State, now: Now) -> Array:
    """Re-solved over closed-form network loss, (C, P, R), 1 where the cell is small."""
    poles = np.arange(len(now.world.axes["pole"]))
    closed = network_loss(state, now, poles).surplus
    large = closed > now.value("dependence.resolve_above") * country_gdp(state, now)[:, None]
    solved = np.zeros_like(closed)
    for pole in poles:
        solved[:, pole] = mix(now.world.freight.incidence, freight_loss(state, now, int(pole)))
    for country, pole in zip(*np.nonzero(large.any(axis=-1)), strict=True):
        solved[country, pole] += exchange_loss(state, now, int(country), int(pole))
    ratio = np.clip(np.maximum(solved, 0.0) / np.where(large, closed, 1.0), 0.0, LARGEST_RATIO)
    return np.where(large, ratio, 1.0)


def freight_loss(state: State, now: Now, pole: int) -> Array:
    """Surplus each one-sided market loses when a pole closes its paths, million USD, (W, R)."""
    market, given = now.world.freight, freight_conditions(state, now)
    power = market.routes.power[:, pole][:, None]
    without = replace(given, allowed=given.allowed * (1.0 - power))
    count = sweeps(now, "clearing.sweeps_withheld")
    after = freight.solve(market.routes, without, state.freight.load, state.freight.price, count)
    before = freight.surplus(state.potential, given.mu, state.freight.served)
    return market.money[:, None] * (before - freight.surplus(state.potential, given.mu, after.served))


def exchange_loss(state: State, now: Now, country: int, pole: int) -> Array:
    """Surplus a country's sources and sinks lose when a pole withholds from it alone, (R,).

    What cheap stranded oil gives to buyers at home is not set against it: it
    would need refineries that the network does not hold.
    """
    sold, bought = exchange_losses(state, now, country, pole)
    system = now.world.exchange
    lost: Array = mix(system.source_owner, np.maximum(sold, 0.0))[country]
    lost += mix(system.sink_owner, np.maximum(bought, 0.0))[country]
    return lost


def exchange_losses(state: State, now: Now, country: int, pole: int) -> tuple[Array, Array]:
    """Surplus lost by every source (A, R) and sink (D, R) when a pole withholds from one country, million USD.

    A withdrawal is a structural change: after the short solve a buyer has
    found only a part of its other suppliers.
    """
    system, given = now.world.exchange, exchange_conditions(state, now)
    barred = system.owners[:, country] * system.pairs.routes.power[:, pole]
    without = replace(given, allowed=given.allowed * (1.0 - barred)[:, None])
    after = exchange.solve(system.pairs, without, state.exchange, sweeps(now, "clearing.sweeps_withheld"))
    sold = (state.exchange.source_quantity - after.source_quantity) / given.source_mu
    bought = (state.exchange.sink_quantity - after.sink_quantity) / given.sink_mu
    return sold, bought
