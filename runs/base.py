"""The base quarter as a person would ask for it: state, dependence by controller and channel."""

# ruff: noqa: PLC0415 - scenarios and scipy.stats load only where a table is made

from collections.abc import Iterator

import numpy as np
import pandas as pd

from model.arrays import Array, Indices
from model.axes import CHANNELS
from model.dependence import all_controllers, by_layer, country_gdp, index, layer_losses, network_loss
from model.now import Now
from model.quarters import PER_YEAR
from model.setting import prepare
from model.simulation import opening
from model.state import State
from model.withholding import exchange_losses, freight_losses
from model.world import World

CLASSES = ("very low", "low", "medium", "high", "very high")
MILLION_TO_BILLION = 1e-3


def base_state(world: World) -> tuple[State, Now]:
    """Opening of one run before any event, and the quarter as processes see it."""
    setting = prepare(world, np.zeros(1, dtype=np.int64), 0, {}).without_edits()
    state, base = opening(setting)
    return state, Now(setting, base, 0)


def base_dependence(world: World) -> pd.DataFrame:
    """What each country would lose if a controller withheld, by channel.

    One row for each country and controller other than itself: channels in per
    cent of GDP (the network channel by layer; a negative transit is a gain),
    `loss` their sum with transit counted only where it is a loss, `loss_usd`
    bn USD a year, `index` in [0, 1]. Controllers that are no pole act through
    the network and transit alone.
    """
    state, now = base_state(world)
    columns = dict(_channels(state, now))
    loss = all_controllers(state, now)
    columns |= {"loss": 100.0 * loss, "index": index(loss, now)}
    columns["loss_usd"] = PER_YEAR * MILLION_TO_BILLION * country_gdp(state, now)[:, None] * loss
    table = pd.DataFrame({name: values[:, :, 0].ravel() for name, values in columns.items()})
    countries, controllers = now.world.axes["country"].labels, now.world.axes["controller"].labels
    table.insert(0, "country", np.repeat(countries, len(controllers)))
    table.insert(1, "controller", np.tile(controllers, len(countries)))
    table.insert(2, "pole", table["controller"].isin(now.world.axes["pole"].labels))
    return table[table["country"] != table["controller"]].reset_index(drop=True)


def _channels(state: State, now: Now) -> Iterator[tuple[str, Array]]:
    """Name and per cent of GDP, (C, K, 1), of every channel; the network channel split by layer."""
    axes = now.world.axes
    controllers, poles = np.arange(len(axes["controller"])), len(axes["pole"])
    output = country_gdp(state, now)[:, None]
    network = network_loss(state, now, controllers)
    total = 100.0 * network.corrected(now.base.correction(state, now), output) / output
    layers = _solved_layers(state, now, layer_losses(state, now, controllers), total)
    yield from zip((layer for layer in axes["layer"] if layer != "fibre"), layers, strict=False)
    transit = 100.0 * network.transit / output
    transit[:, :poles] = 100.0 * state.loss_channel[:, :, CHANNELS.index("transit")]
    yield "transit", transit
    for position, name in enumerate(CHANNELS):
        if name not in {"network", "transit"}:
            wide = np.zeros_like(transit)
            wide[:, :poles] = 100.0 * state.loss_channel[:, :, position]
            yield name, wide


def _solved_layers(state: State, now: Now, closed: Array, total: Array) -> Array:
    """Network loss `total` (C, K, 1) split by layer, (layer, C, K, 1).

    Cells that the model solved in full are split as that solve says, the
    others as the closed form, `closed`, does.
    """
    split = np.array(closed)
    country, controller = np.nonzero((now.base.correction(state, now)[0, ..., 0] != 1.0).any(axis=0))
    split[:, country, controller] = _withheld_layers(state, now, country, controller)
    whole = split.sum(axis=0)
    return np.asarray(split / np.where(whole > 0.0, whole, 1.0) * total)


def _withheld_layers(state: State, now: Now, country: Indices, controller: Indices) -> Array:
    """Surplus lost by layer in N cells, a controller withholding from one country, solved in full, (layer, N, 1)."""
    concerned, column = np.unique(controller, return_inverse=True)
    markets = freight_losses(state, now, concerned)[:, column]
    lost = by_layer(now.world, markets, *exchange_losses(state, now, country, controller))
    return np.maximum(lost[:, country, np.arange(len(country))], 0.0)


def channel_names(table: pd.DataFrame) -> list[str]:
    """Columns of a dependence table that hold channels."""
    return [
        name for name in table.columns if name not in {"country", "controller", "pole", "loss", "loss_usd", "index"}
    ]


def dominant(table: pd.DataFrame) -> pd.Series:
    """The largest channel of each row."""
    return table[channel_names(table)].idxmax(axis=1)


def ranked_dependence(world: World) -> pd.DataFrame:
    """All countries and controllers, the largest loss (per cent of GDP) first."""
    table = base_dependence(world)
    ranked = table.assign(channel=dominant(table)).sort_values("loss", ascending=False, ignore_index=True)
    return ranked[["country", "controller", "pole", "loss", "loss_usd", "index", "channel"]]


def by_controller(table: pd.DataFrame, value: str = "loss") -> pd.DataFrame:
    """One row for each country, one column for each controller; empty toward itself."""
    order = list(dict.fromkeys(table["controller"]))
    return table.pivot_table(index="country", columns="controller", values=value, sort=False)[order].reset_index()


def domain_comparison(world: World, profiles: pd.DataFrame) -> pd.DataFrame:
    """Dependence on poles beside classes coded by hand, one row for each cell both know.

    `profiles` has country, pole, quantity, class. `expected` is the coded
    class and `found` the class the model's rank would get if the same number
    of cells fell into each; `apart` is found less expected. Kendall's tau of
    `index` against `expected`, pooled and by pole, is in `attrs["tau"]`.
    """
    coded = profiles[profiles["quantity"] == "dependence"].rename(columns={"pole": "controller"})
    table = base_dependence(world)
    table = table.assign(channel=dominant(table)).merge(coded, on=["country", "controller"])
    table["expected"] = table["class"].map(CLASSES.index)
    order = table["index"].rank(method="first").astype(int) - 1
    table["found"] = np.sort(table["expected"].to_numpy())[order]
    table["apart"] = table["found"] - table["expected"]
    groups = {"pooled": table, **dict(iter(table.groupby("controller", sort=False)))}
    columns = ["country", "controller", "confidence", "expected", "found", "apart", "loss", "index", "channel"]
    found = table[columns].sort_values("apart", key=abs, ascending=False, kind="stable", ignore_index=True)
    found.attrs["tau"] = {name: kendall(group) for name, group in groups.items()}
    return found


def kendall(table: pd.DataFrame) -> float:
    """Kendall's tau-b of the index against the coded classes."""
    from scipy.stats import kendalltau

    return float(kendalltau(table["index"], table["expected"]).statistic)
