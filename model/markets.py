"""Markets: output, world prices and what each market could carry this quarter (theory 7.4, 7.10)."""

from dataclasses import replace

import numpy as np

from model.arrays import Array, mix
from model.links import border_thaw
from model.now import Now
from model.postures import lever
from model.state import State

PRICE_RANGE = (0.05, 20.0)  # world prices relative to the base quarter
LOWEST_GDP = 0.25  # of output: a blockade does not abolish a country


def markets(state: State, now: Now) -> State:
    """GDP, world prices, potential demand and base quantities of this quarter."""
    if now.index:
        output, price = next_output(state, now), next_price(state, now)
        shown = np.clip(now.edited("price.level", price), *PRICE_RANGE)
        own = state.own | {"price.level": price}
        state = replace(state, output=output, gdp=with_gain(output, state, now), world_price=shown, own=own)
    base, system = now.base.exchange, now.world.exchange
    moved = sink_growth(state, now) * pole_demand(state, now)
    return replace(
        state,
        potential=potential(state, now),
        source_quantity=ends(now, base.source_quantity, "source", "volume"),
        sink_quantity=ends(now, base.sink_quantity, "sink", "volume") * moved,
        source_price=ends(now, system.source_price[:, None], "source", "price"),
        sink_price=ends(now, system.sink_price[:, None], "sink", "price"),
    )


def next_output(state: State, now: Now) -> Array:
    """Output without gains: Y <- Y exp(trend + noise), (N, R)."""
    growth = now.world.economy.growth[:, None] * now.value("markets.trend")
    noise = now.value("markets.gdp_noise") * now.setting.luck.gdp[now.index]
    grown: Array = state.output * np.exp(growth + noise)
    return np.maximum(grown, 1.0)


def with_gain(output: Array, state: State, now: Now) -> Array:
    """GDP: output plus last quarter's gain in surplus and rent over the base quarter, (N, R).

    Of what workers abroad send home above the base only a share becomes
    product: the rest is income spent on imports.

    ODD 7.2.
    """
    gdp = output.copy()
    countries = len(now.world.axes["country"])
    sent = (state.remittances - now.world.economy.remittances[:, :, None]).sum(axis=1)
    gdp[:countries] += now.value("markets.surplus_feedback") * state.gain
    gdp[:countries] += now.value("markets.remittances_feedback") * sent * output[:countries]
    gdp[:countries] *= now.edited("gdp.level", np.ones((countries, 1)))
    return np.maximum(gdp, LOWEST_GDP * output)


def next_price(state: State, now: Now) -> Array:
    """World price factors: AR(1) in logs around 1, (3, R).

    ODD 7.2.
    """
    persistence, spread = now.value("markets.price_persistence"), now.value("markets.price_noise")
    log = persistence * np.log(state.own["price.level"]) + spread * now.setting.luck.price[now.index]
    return np.asarray(np.exp(log), dtype=np.float64)


def potential(state: State, now: Now) -> Array:
    """Potential demand of one-sided markets with the scenario's edits, (W, R).

    ODD 7.2.
    """
    return edited_rows(now, "market.volume", grown(state, now), slice(0, len(now.world.freight.volume)))


def grown(state: State, now: Now) -> Array:
    """Q_w = Q_w0 (Y_o Y_d / base)^eps exp(zeta dA) r, r the reallocation among partners, (W, R).

    ODD 7.2.
    """
    market = now.world.freight
    relative = np.concatenate([state.gdp / now.world.economy.gdp[:, None], np.ones((1, now.runs))])  # -1: steady
    size = (relative[market.exporter] * relative[market.importer]) ** (0.5 * now.value("markets.income_elasticity"))
    closer = np.exp(now.value("markets.alignment_trade") * mix(market.affinity, alignment_change(state, now)))
    moved = state.reallocation.reshape(-1, now.runs)[np.maximum(market.trade, 0)]
    moved = np.where(market.trade[:, None] >= 0, moved, 1.0)
    found = now.base.freight.potential * size * closer * moved * border_thaw(state, now)[market.pair]
    return np.asarray(found)


def on_sale(state: State, now: Now) -> Array:
    """Potential of one-sided markets at base volumes, with edits of what owners have to sell, unit/quarter, (W, R).

    More that is wanted is no gain, less no loss.
    """
    base = now.base.freight.potential
    if "market.volume" not in now.setting.plan.rows:
        return base
    plain = grown(state, now)
    size = np.where(plain > 0.0, base / np.where(plain > 0.0, plain, 1.0), 1.0)
    sold = edited_rows(now, "market.volume", plain, slice(0, len(plain)))
    changed = (now.world.freight.sells[:, None] > 0.0) & (sold != plain)
    return np.where(changed, sold * size, base)


def alignment_change(state: State, now: Now) -> Array:
    """Alignment since the start, flattened to (C * P, R)."""
    moved = (state.alignment - now.world.politics.alignment[:, :, None]) * now.world.politics.active[:, :, None]
    return moved.reshape(-1, moved.shape[-1])


def edited_rows(now: Now, target: str, values: Array, rows: slice) -> Array:
    """Edits of a market target applied to the markets `rows` of the market axis; none leads below 0."""
    if target not in now.setting.plan.rows:
        return np.ascontiguousarray(np.broadcast_to(values, (values.shape[0], now.runs)))
    whole = np.ones((len(now.world.axes["market"]), now.runs))
    whole[rows] = values
    return np.maximum(now.edited(target, whole)[rows], 0.0)


def ends(now: Now, values: Array, side: str, quantity: str) -> Array:
    """Source or sink values with the scenario's edits, (A, R) or (D, R)."""
    first = len(now.world.freight.volume)
    sources = len(now.base.exchange.source_quantity)
    rows = slice(first, first + sources) if side == "source" else slice(first + sources, None)
    return edited_rows(now, f"market.{quantity}", values, rows)


def sink_growth(state: State, now: Now) -> Array:
    """Demand of sinks follows their country's output with the income elasticity, (D, R)."""
    economy = now.world.exchange.sink_economy[:, None]
    relative = (state.gdp / now.world.economy.gdp[:, None])[np.maximum(economy[:, 0], 0)]
    return np.where(economy >= 0, relative ** now.value("markets.energy_income_elasticity"), 1.0)


def pole_demand(state: State, now: Now) -> Array:
    """What sinks of poles use in the postures that these hold, relative to those at the start, (D, R).

    ODD 7.2.
    """
    system = now.world.exchange
    used = lever(now.world.politics.demand, state.posture)[:, system.pairs.sink_commodity]
    changed: Array = 1.0 + sum(own[:, None] * (each - 1.0) for own, each in zip(system.sold_to, used, strict=True))
    return changed


def price_factors(state: State, now: Now) -> tuple[Array, Array]:
    """World price of each source's and sink's commodity relative to the base quarter, (A, R), (D, R).

    Oil and gas contracts follow world prices alike, so markets clear in
    prices of the base quarter and what is traded keeps its place; what it is
    worth changes by this factor.
    """
    pairs, factors = now.world.exchange.pairs, state.world_price[: now.world.exchange.pairs.commodities]
    return factors[pairs.source_commodity], factors[pairs.sink_commodity]
