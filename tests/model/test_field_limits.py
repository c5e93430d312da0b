"""Oil and gas fields that cannot put out more, on the shipped world."""

import numpy as np
import pytest

from model.clearing import source_limit
from model.dependence import layer_losses
from model.events import Edit
from model.now import Now
from model.withholding import exchange_losses
from tests.worlds import FEW, QUIET, lasting, opened, quarters

UNLIMITED = {"markets.field_limits": 0.0}


def at(world, market):
    """Position of a source among the sources."""
    return world.axes["market"].at(market) - len(world.freight.volume)


def pulled(world, factor=1.3):
    """The world with everybody buying more gas at home in Uzbekistan from the fourth quarter on."""
    begin = world.start + 4
    return lasting(world, 8, Edit("pull", "market.volume", ("gas_snk_uzb",), "multiply", factor, (begin, begin)))


def sold(world, parameters):
    """Sales of every source over the limit in force, (quarters, A)."""
    ratios = []
    for _, state, now in quarters(*opened(world, 1, FEW | QUIET | parameters)):
        limit = source_limit(state, Now(now.setting, now.base, now.index))
        ratios.append((state.exchange.source_quantity / limit)[:, 0])
    return np.stack(ratios)


def test_no_source_sells_more_than_its_limit_while_demand_grows(baseline_world):
    limited = np.isfinite(baseline_world.exchange.source_spare)
    ratio = sold(pulled(baseline_world), {})
    assert (ratio[:, limited] <= 1.0 + 1e-12).all()
    assert ratio[-1, at(baseline_world, "gas_src_uzb")] == pytest.approx(1.0, rel=1e-3)
    assert (ratio[:, ~limited] == 0.0).all()


def test_without_limits_the_same_pull_is_met_from_the_same_fields(baseline_world):
    uzbek = at(baseline_world, "gas_src_uzb")
    world = pulled(baseline_world)
    volumes = []
    for parameters in ({}, UNLIMITED):
        *_, (_, state, _) = quarters(*opened(world, 1, FEW | QUIET | parameters))
        volumes.append(state.exchange.source_quantity[uzbek, 0])
    assert volumes[1] > 1.05 * volumes[0]


def test_a_country_whose_fields_are_full_misses_withheld_gas_more(baseline_world):
    """Russian gas withheld from Uzbekistan, solved in full with limits and without."""
    axes = baseline_world.axes
    cell = axes["country"].positions(("UZB",)), axes["pole"].positions(("RUS",))
    lost = []
    for parameters in (FEW, FEW | UNLIMITED):
        setting, state, base = opened(baseline_world, 1, parameters)
        _, sinks = exchange_losses(state, Now(setting, base, 0), *cell)
        lost.append(sinks[at(baseline_world, "gas_snk_uzb") - len(state.exchange.source_quantity), 0, 0])
    assert lost[0] > 1.5 * lost[1] > 0.0


def test_the_closed_form_knows_that_other_fields_are_full(baseline_world):
    """Uzbekistan's own fields decline, and its Turkmen and Kazakh suppliers can send little more."""
    axes = baseline_world.axes
    country, pole = axes["country"].at("UZB"), axes["pole"].positions(("RUS",))
    lost = []
    for parameters in (FEW, FEW | UNLIMITED):
        setting, state, base = opened(baseline_world, 1, parameters)
        lost.append(layer_losses(state, Now(setting, base, 0), pole)[axes["layer"].at("gas"), country, 0, 0])
    assert lost[0] > 1.5 * lost[1] > 0.0


def test_base_flows_do_not_feel_the_limits(baseline_world):
    flows = [opened(baseline_world, 1, FEW | parameters)[1].exchange.flow for parameters in ({}, UNLIMITED)]
    assert np.abs(flows[0] - flows[1]).sum() < 5e-3 * flows[0].sum()
