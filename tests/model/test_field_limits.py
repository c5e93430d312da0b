"""Oil and gas fields that cannot put out more: the law on small systems, and on the shipped world."""

import numpy as np
import pytest
from hypothesis import given, settings

from model import exchange
from model.clearing import source_limit
from model.dependence import layer_losses
from model.events import Edit
from model.now import Now
from model.withholding import exchange_losses
from tests.strategies import Network, column, exchange_case, exchange_cases, three_by_three
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


def test_a_source_at_its_limit_sells_all_it_has_and_its_rent_is_the_price_above_its_supply_curve():
    """One pair, limit 10: the source sells 10 where unlimited it sold more; the price rises until no more is asked."""
    network = Network(((0,),), (0,), (np.inf,), (2.0,), (0.0,), np.zeros((1, 1)))
    ends = {"theta": 10.0, "source": [(0.1, 10.0, 5.0)], "sink": [(0.3, 10.0, 9.0)]}
    free, full = (exchange_case(network, [(0, 0)], **ends, spare=spare).solve(3000) for spare in (None, [0.0]))
    assert free.flow[0, 0] > 10.01
    assert free.source_rent[0, 0] == 0.0
    assert full.flow[0, 0] == pytest.approx(10.0, rel=1e-9)
    assert full.sink_price[0, 0] == pytest.approx(9.0, rel=1e-9)  # where 10 are asked
    assert full.source_rent[0, 0] == pytest.approx(9.0 - 2.0 - np.log(10.0) / 10.0 - 5.0, rel=1e-9)


@settings(max_examples=12)
@given(exchange_cases())
def test_no_source_sells_more_than_its_limit_and_only_full_ones_earn_rent(case):
    solved = case.solve(sweeps=1500)
    sold, most = solved.source_quantity, case.given.source_limit
    assert (case.solve(sweeps=3).source_quantity <= most * (1.0 + 1e-12)).all()
    assert (sold <= most * (1.0 + 1e-12)).all()
    assert (solved.source_rent[sold < 0.99 * most] <= 1e-3 * case.given.source_price[sold < 0.99 * most]).all()


def test_prices_are_balanced_knowing_that_full_sources_give_no_more():
    """Two of three sources are full: the common shift of prices must come from demand and the third alone."""
    case = three_by_three(np.inf, spare=[0.0, 0.0, np.inf])
    given, live = case.given, (np.ones((3, 1)), np.ones((3, 1)))
    dear, cheap = given.source_price + column([20.0, 20.0, 0.0]), given.sink_price - 6.0

    def gap(source_price, sink_price):
        return exchange.demand(given, sink_price).sum() - exchange.supply(given, source_price).sum()

    balanced = dear, cheap
    for _ in range(3):
        balanced = exchange.balance(case.pairs, given, *balanced, live)
    assert abs(gap(*balanced)) < 0.01 * abs(gap(dear, cheap))


def test_what_one_full_source_cannot_sell_its_rivals_sell_dearer():
    free, tight = three_by_three(np.inf).solve(2000), three_by_three(np.inf, spare=[-0.3, np.inf, np.inf]).solve(2000)
    assert tight.source_quantity[0, 0] == pytest.approx(14.0, rel=1e-6)
    assert (tight.source_quantity[1:] > free.source_quantity[1:] * 1.02).all()
    assert (tight.sink_price > free.sink_price + 0.5).all()


def test_surplus_of_a_source_is_the_area_left_of_its_supply_curve():
    case = three_by_three(np.inf, spare=[-0.3, 0.0, 0.5])
    solved = case.solve(2000)
    for a, price in enumerate(solved.source_price[:, 0]):
        ladder = np.linspace(price - 3000.0, price, 300_001)
        quantity, mu, base, most = (
            getattr(case.given, f"source_{name}")[a, 0] for name in ("quantity", "mu", "price", "limit")
        )
        area = np.trapezoid(np.minimum(quantity * np.exp(mu * (ladder - base)), most), ladder)
        assert exchange.source_surplus(solved, case.given.source_mu)[a, 0] == pytest.approx(area, rel=1e-4)


# --- the shipped world


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


@pytest.mark.parametrize(("operation", "value"), [("set", 0.0), ("multiply", 0.0), ("add", -1e3)])
def test_a_field_that_stops_sells_nothing_and_its_buyers_turn_elsewhere(baseline_world, operation, value):
    begin = baseline_world.start + 2
    stop = Edit("stop", "market.volume", ("gas_src_tkm_galkynysh",), operation, value, (begin, begin), 2)
    sold = []
    for _, state, _ in quarters(*opened(lasting(baseline_world, 6, stop), 1, FEW | QUIET)):
        sold.append(state.exchange.source_quantity[:, 0])
        assert np.isfinite(state.loss).all()
    gone, others = at(baseline_world, "gas_src_tkm_galkynysh"), at(baseline_world, "gas_src_tkm_state")
    assert [round(quarter[gone], 6) > 0.0 for quarter in sold] == [True, True, False, False, True, True]
    assert sold[2][others] > sold[1][others]


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
