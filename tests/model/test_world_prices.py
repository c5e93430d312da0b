"""A world price lifts a commodity as a whole: flows keep their place, who sells gains and who buys loses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model import exchange
from model.clearing import exchange_conditions
from model.events import Edit
from tests.worlds import FEW, QUIET, lasting, opened, quarters

SELLERS = {"oil": ("KAZ", "AZE", "IRN"), "gas": ("TKM", "AZE")}
BUYERS = {"oil": ("ARM", "GEO", "KGZ", "TJK", "TUR", "HUN"), "gas": ("ARM", "TUR", "HUN")}


def dear(world, commodity, factor, lasts=6):
    """States of one run with a world price changed from the second quarter on."""
    begin = world.start + 1
    edit = Edit("dear", "price.level", (commodity,), "set", factor, (begin, begin))
    return [state for _, state, _ in quarters(*opened(lasting(world, lasts, edit), 1, FEW | QUIET))]


@pytest.fixture(scope="module")
def moved(baseline_world):
    """States with the price of each commodity cut to a third, unchanged, and doubled."""
    return {
        (commodity, factor): dear(baseline_world, commodity, factor)
        for commodity in ("oil", "gas")
        for factor in (1 / 3, 1.0, 2.0)
    }


@pytest.mark.parametrize("commodity", ["oil", "gas"])
@pytest.mark.parametrize("factor", [1 / 3, 2.0])
def test_in_the_quarter_of_a_change_no_flow_moves(moved, commodity, factor):
    """Afterwards demand follows the incomes that the price has changed."""
    for system in ("freight", "exchange"):
        flows = [getattr(moved[commodity, f][1], system).flow for f in (factor, 1.0)]
        assert_array_equal(*flows)


@pytest.mark.parametrize("commodity", ["oil", "gas"])
@pytest.mark.parametrize("factor", [1 / 3, 2.0])
def test_who_sells_gains_and_who_buys_loses(baseline_world, moved, commodity, factor):
    countries = baseline_world.axes["country"]
    ratio = (moved[commodity, factor][3].gdp / moved[commodity, 1.0][3].gdp)[:, 0] - 1.0
    sign = np.sign(factor - 1.0)
    assert all(sign * ratio[countries.at(name)] > 0.003 for name in SELLERS[commodity])
    assert all(sign * ratio[countries.at(name)] < -0.0005 for name in BUYERS[commodity])


def test_the_gain_is_what_is_sold_less_what_is_bought_at_the_change_of_price(baseline_world, moved):
    """By hand in the quarter of the change, when flows and output are the same as far as both are cleared."""
    before, after = moved["gas", 1.0][1], moved["gas", 2.0][1]
    system = baseline_world.exchange
    gas = baseline_world.axes["exchange"].at("gas")
    worth = {
        "source": before.exchange.source_quantity * before.exchange.source_price,
        "sink": before.exchange.sink_quantity * before.exchange.sink_price,
    }
    worth["source"][system.pairs.source_commodity != gas] = 0.0
    worth["sink"][system.pairs.sink_commodity != gas] = 0.0
    expected = system.source_owner @ worth["source"] - system.sink_owner @ worth["sink"]
    assert_allclose(after.gain - before.gain, expected, rtol=1e-8, atol=1e-9)


def test_a_dear_commodity_makes_sellers_depend_more_and_buyers_as_before(baseline_world, moved):
    axes = baseline_world.axes
    network = axes["channel"].at("network")
    cells = {"KAZ": ("oil", "RUS"), "TKM": ("gas", "CHN")}
    for seller, (commodity, pole) in cells.items():
        cell = axes["country"].at(seller), axes["pole"].at(pole), network, 0
        losses = [state.loss_channel[cell] * state.gdp[axes["country"].at(seller), 0] for state in
                  (moved[commodity, 1.0][1], moved[commodity, 2.0][1])]  # fmt: skip
        assert losses[1] > 1.2 * losses[0]
    bought = axes["country"].at("HUN"), axes["pole"].at("RUS"), network, 0
    assert moved["gas", 2.0][1].loss_channel[bought] == pytest.approx(moved["gas", 1.0][1].loss_channel[bought])


def test_stranded_gas_costs_its_reserve_price_at_least(baseline_world):
    """Iranian gas for export has few buyers left when the Turkish contract lapses: it is kept, not given away."""
    stranded = baseline_world.axes["market"].at("gas_src_irn") - len(baseline_world.freight.volume)
    fixed = FEW | {"projects.decisions": 0.0, "markets.reserve_price": 0.4}
    kept = set()
    for _, state, now in quarters(*opened(lasting(baseline_world, 12), 64, fixed)):
        assert (state.exchange.source_price >= 0.4 * state.source_price * (1.0 - 1e-9)).all()
        at_reserve = exchange.keeps(exchange_conditions(state, now), state.exchange.source_price)
        kept |= set(np.flatnonzero(at_reserve.any(axis=1)).tolist())
    assert stranded in kept
