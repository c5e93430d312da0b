"""Losses: the surplus that goes when a controller withholds, in closed form.

Closed forms for one-sided markets (theory 7.5, eqs. 8, 10) and for oil and gas
sources and sinks (9', 10'), the capacity that caps what can be rerouted, and the channels outside the network (eq. 11).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from model.arrays import Array, Indices, rows_of
from model.network import Routes

ALMOST_ALL = 1.0 - 1e-12
ALMOST_NONE = 1e-12
UNBOUND = 1e6  # growth beyond which a route counts as unlimited


def headroom(routes: Routes, capacity: Array, load: Array) -> Array:
    """Factor by which a route could grow, (H, R): the smallest C / v on it, inf where nothing limits it.

    Capacity is shared pro rata: a route's part of a segment is C f / v, its
    own flow plus its share of what is spare.
    """
    factor = np.where(load > 0.0, capacity / np.maximum(load, ALMOST_NONE), 0.0)
    return routes.tightest(np.where(np.isfinite(capacity), factor, np.inf))


def attainable(flow: Array, growth: Array) -> Array:
    """Most a route could carry with its pro rata share of capacity, (H, R)."""
    return flow * np.minimum(growth, UNBOUND)


def served_after(served: Array, blocked: Array, nest: Array) -> Array:
    """Served share after a controller withholds, (W, R) (eq. 8).

    s' = s (1-X)^k / (1 - s + s (1-X)^k), k = mu / theta; `blocked` is X.
    """
    kept = served * (1.0 - blocked) ** nest
    return kept / (1.0 - served + kept)


@dataclass(frozen=True)
class Market:
    """One-sided markets before a withdrawal, each (W, R).

    `carried` is the carried share of `potential`, `cost` the logsum cost,
    `outside` g0; `rent_kept` is the part of scarcity rent the country keeps.
    """

    potential: Array
    mu: Array
    theta: Array
    carried: Array
    cost: Array
    outside: Array
    rent_kept: Array | float

    def some(self, rows: Indices) -> "Market":
        """Some of the markets; what is known of all of them is not found again."""
        fields = ("potential", "mu", "theta", "carried", "cost", "outside")
        part = replace(self, **{name: rows_of(getattr(self, name), rows) for name in fields})
        vars(part).update(chosen=self.chosen[rows], value=self.value[rows])
        return part

    @cached_property
    def chosen(self) -> Array:
        """Served share that choice alone would give, without a cap, (W, R)."""
        return 1.0 / (1.0 + np.exp(np.clip(self.mu * (self.cost - self.outside), -600.0, 600.0)))

    @cached_property
    def value(self) -> Array:
        """Surplus and kept rent before the withdrawal, USD, (W, R)."""
        return _value(self, self.carried, self.cost)


def capped_market_loss(market: Market, blocked: Array, reserve: Array) -> Array:
    """Surplus lost when rerouting is capped by `reserve` (unit/quarter), (W, R) (eq. 10).

    Never negative, zero when nothing is blocked, the whole surplus when all is.

    ODD 7.6.
    """
    after_choice = served_after(market.chosen, blocked, market.mu / market.theta)
    limit = np.where(market.potential > 0.0, reserve / np.maximum(market.potential, ALMOST_NONE), 1.0)
    after = np.minimum(np.minimum(after_choice, limit), market.carried)
    raised = market.cost - np.log(np.maximum(1.0 - blocked, ALMOST_NONE)) / market.theta
    lost = market.value - _value(market, after, raised)
    return np.where(blocked > 0.0, np.maximum(lost, 0.0), 0.0)


def _value(market: Market, share: Array, cost: Array) -> Array:
    """Surplus plus the kept part of scarcity rent at a served share, USD, (W, R)."""
    held = np.clip(share, ALMOST_NONE, ALMOST_ALL)
    willing = market.outside - np.log(held / (1.0 - held)) / market.mu
    surplus = -(market.potential / market.mu) * np.log1p(-held)
    rent = market.potential * held * np.maximum(willing - cost, 0.0)
    return surplus + market.rent_kept * rent


@dataclass(frozen=True)
class End:
    """Sources or sinks before a withdrawal, each (N, R or 1); `rent_kept` as for markets.

    `rent` (USD/unit) is what a source at its limit earns above its supply curve.
    """

    quantity: Array
    mu: Array
    theta: Array
    rent_kept: Array | float
    rent: Array | float = 0.0


def end_loss(end: End, blocked: Array, reserve: Array) -> Array:
    """Surplus a source or sink loses, USD, (N, R) (eqs. 9', 10').

    q' = q (1-X)^k, k = mu / (theta + mu), capped by `reserve`; the shadow
    price of the cap returns the share `rent_kept` of its rent. A source at its
    limit first loses rent, r' = r + ln(1-X) / theta, and sales once that is gone.

    ODD 7.6.
    """
    quantity, mu, theta = end.quantity, end.mu, end.theta
    left = np.maximum(end.rent + np.log(np.maximum(1.0 - blocked, ALMOST_NONE)) / theta, 0.0)
    open_share = np.clip((1.0 - blocked) * np.exp(np.minimum(theta * end.rent, 600.0)), ALMOST_NONE, 1.0)
    choice = np.where(blocked < ALMOST_ALL, quantity * open_share ** (mu / (theta + mu)), 0.0)
    after = np.minimum(choice, np.maximum(reserve, quantity * (1.0 - blocked)))
    ratio = np.maximum(quantity, ALMOST_NONE) / np.maximum(after, ALMOST_NONE)
    shadow = np.log(ratio) * (1.0 / mu + 1.0 / theta) + np.log(open_share) / theta
    rent = np.where(after > 0.0, end.rent_kept * after * np.maximum(shadow, 0.0), 0.0)
    lost = (quantity - after) / mu - rent + quantity * end.rent - after * left
    return np.where(quantity > 0.0, np.maximum(lost, 0.0), 0.0)


def import_loss(share: Array, elasticity: Array | float) -> Array:
    """Loss from losing a partner with absorption share x, share of GDP: 1 - (1-x)^(1/(sigma-1))."""
    return 1.0 - (1.0 - share) ** (1.0 / (elasticity - 1.0))


def export_loss(share: Array, reallocated: Array | float) -> Array:
    """Loss of export sales y that cannot be placed elsewhere, share of GDP: y (1 - rho)."""
    return share * (1.0 - reallocated)


def dependence_index(loss: Array, scale: Array | float) -> Array:
    """D = 1 - exp(-L / L*), in [0, 1) (eq. 11)."""
    return 1.0 - np.exp(-np.maximum(loss, 0.0) / scale)
