"""Trade between a seller and a buyer, barred by an event: exactly that trade stops, and nothing comes from nowhere."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.events import Edit
from model.regimes import weights
from tests.worlds import FEW, QUIET, lasting, opened, quarters

BARRED = 2  # quarters from the start to the first under the ban


def ban(world, *where, value=0.0, lasts=None, over=1):
    """A bar on the trade of a seller with a buyer in some goods."""
    begin = world.start + BARRED
    return Edit(" ".join(where), "trade.open", where, "set", value, (begin, begin), lasts, over=over)


def run(world, *edits, horizon=5, parameters=None, frozen=frozenset()):
    """States of one quiet run over some quarters."""
    block = opened(lasting(world, horizon, *edits), 1, FEW | QUIET | (parameters or {}))
    return [after for _, after, _ in quarters(*block, frozen)]


def marked(world, part, *where):
    """Relations that a bar stops, (N,)."""
    axes = (world.axes["trader"], world.axes["trader"], world.axes["goods"])
    positions = [axis.at(word) for axis, word in zip(axes, where, strict=True)]
    return getattr(world.trade, part).of(*positions)


def by_pair(world, state):
    """Flow of each pair of oil and gas, unit per quarter, (N,)."""
    return np.bincount(world.exchange.pair, state.exchange.flow[:, 0])


GAS = ("RUS", "ARM", "gas")


@pytest.fixture(scope="module")
def free(baseline_world):
    return run(baseline_world)


@pytest.fixture(scope="module")
def banned(baseline_world):
    return run(baseline_world, ban(baseline_world, *GAS))


def test_an_embargo_on_russian_gas_for_armenia_stops_exactly_that_trade(baseline_world, free, banned):
    world, hit = baseline_world, marked(baseline_world, "exchange", *GAS)
    assert hit.sum() >= 1
    before, after = by_pair(world, free[BARRED]), by_pair(world, banned[BARRED])
    assert before[hit].sum() > 0.1
    assert_array_equal(after[hit], 0.0)
    assert_array_equal(after[~hit] > 0.0, before[~hit] > 0.0)
    assert_allclose(banned[BARRED].freight.flow, free[BARRED].freight.flow, rtol=1e-4, atol=1e-9)  # solved longer
    oil = world.exchange.pairs.source_commodity[world.exchange.pairs.source] == world.axes["exchange"].at("oil")
    assert_allclose(banned[BARRED].exchange.flow[oil], free[BARRED].exchange.flow[oil], rtol=1e-4, atol=1e-9)


def test_what_a_buyer_loses_no_other_seller_makes_out_of_nothing(baseline_world, free, banned):
    """Sources sell what sinks buy; Armenia buys less, dearer; Russia sells less, cheaper; world totals fall."""
    world, one, other = baseline_world, free[BARRED].exchange, banned[BARRED].exchange
    pairs, mine = world.exchange.pairs, world.axes["market"].labels[len(world.freight.volume) :]
    sources = len(one.source_quantity)
    sink = mine[sources:].index("gas_snk_arm")
    assert other.sink_quantity[sink] < 0.5 * one.sink_quantity[sink]
    assert other.sink_price[sink] > one.sink_price[sink]
    gas = pairs.source_commodity == world.axes["exchange"].at("gas")
    assert_allclose(other.source_quantity.sum(), other.sink_quantity.sum(), rtol=1e-12)
    assert other.source_quantity[gas].sum() < one.source_quantity[gas].sum()
    armenia = world.axes["country"].at("ARM")
    assert banned[BARRED].gain[armenia, 0] < free[BARRED].gain[armenia, 0]


def test_before_its_quarter_a_bar_does_nothing_and_afterwards_trade_comes_back(baseline_world, free):
    world, hit = baseline_world, marked(baseline_world, "exchange", *GAS)
    ended = run(world, ban(world, *GAS, lasts=1))
    for name in ("exchange", "freight"):
        assert_array_equal(getattr(ended[BARRED - 1], name).flow, getattr(free[BARRED - 1], name).flow)
    back, usual = by_pair(world, ended[-1])[hit], by_pair(world, free[-1])[hit]
    assert_allclose(back, usual, rtol=0.02)


def test_half_a_bar_leaves_less_trade_than_none_and_more_than_all(baseline_world, free, banned):
    hit = marked(baseline_world, "exchange", *GAS)
    half = run(baseline_world, ban(baseline_world, *GAS, value=0.5), horizon=BARRED + 1)
    flows = [by_pair(baseline_world, states[BARRED])[hit].sum() for states in (free, half, banned)]
    assert flows[0] > flows[1] > flows[2] == 0.0


def test_a_bar_that_comes_by_steps_shuts_more_in_each(baseline_world):
    hit = marked(baseline_world, "exchange", *GAS)
    slow = run(baseline_world, ban(baseline_world, *GAS, over=3))
    flows = [by_pair(baseline_world, state)[hit].sum() for state in slow[BARRED - 1 :]]
    assert flows[0] > flows[1] > flows[2] > flows[3] == 0.0


def test_a_ban_on_fruit_stops_that_freight_alone(baseline_world, free):
    world = baseline_world
    where = ("UZB", "RUS", "farm_goods_textiles")
    stopped = run(world, ban(world, *where), horizon=BARRED + 1)[BARRED].freight
    hit = np.zeros(len(world.freight.volume), dtype=bool)
    hit[world.freight.routes.market[marked(world, "freight", *where)]] = True  # relations of freight are by route
    assert hit.sum() == 1
    assert free[BARRED].freight.served[hit, 0] > 0.5
    assert_array_equal(stopped.served[hit], 0.0)
    assert ((stopped.served > 0.0) == (free[BARRED].freight.served > 0.0))[~hit].all()


def test_a_bar_on_all_trade_moves_a_country_to_other_partners_bit_by_bit(baseline_world, free):
    """Trade off the network follows at its own speed, and what one partner loses the others gain."""
    world = baseline_world
    barred = run(world, ban(world, "RUS", "KAZ", "all"))
    kaz, rus = world.axes["country"].at("KAZ"), world.axes["pole"].at("RUS")
    for state, usual in zip(barred[BARRED:], free[BARRED:], strict=True):
        assert state.imports[kaz, rus, 0] < usual.imports[kaz, rus, 0]
        bought = usual.imports[kaz] > 0.0
        bought[rus] = False
        assert bought.any()
        assert (state.imports[kaz][bought] > usual.imports[kaz][bought]).all()
        assert state.reallocation[0, kaz, 0] > usual.reallocation[0, kaz, 0]
    own = [c for c in range(len(world.axes["country"])) if c != kaz]
    assert_allclose(barred[BARRED].imports[own], free[BARRED].imports[own], rtol=1e-3)
    assert_allclose(barred[BARRED].exports[kaz], free[BARRED].exports[kaz], rtol=1e-3)  # the other way is open


def test_a_bar_on_a_pole_bars_its_members_and_spares_what_stays_at_home(baseline_world):
    west, hungary = (marked(baseline_world, "exchange", "RUS", buyer, "all") for buyer in ("WEST", "HUN"))
    assert hungary.any()
    assert (west > hungary).any()
    assert not (hungary & ~west).any()
    assert not marked(baseline_world, "exchange", "HUN", "HUN", "all").any()
    sold = baseline_world.axes["market"].positions(("gas_src_hun", "gas_snk_hun")) - len(baseline_world.freight.volume)
    pairs, pair = baseline_world.exchange.pairs, baseline_world.exchange.pair
    ends = pairs.source == sold[0], pairs.sink == sold[1] - pairs.from_source.shape[0]
    home = pair[ends[0] & ends[1]]
    assert len(home) > 0
    assert not marked(baseline_world, "exchange", "HUN", "WEST", "gas")[home].any()


def test_what_law_bars_at_the_start_stays_barred_until_a_scenario_lifts_it(baseline_world):
    """Iranian gas for Europe: none today, none when Türkiye lets its contract lapse, some once the ban is lifted."""
    world, begin = baseline_world, baseline_world.start + BARRED
    barred = marked(world, "exchange", "IRN", "WEST", "gas")
    assert barred.sum() > 1
    assert (world.exchange.flow[barred] == 0.0).all()
    lapse = Edit("lapse", "contract.volume", ("irn_botas",), "set", 0.0, (begin, begin))
    lifted = Edit("lifted", "trade.open", ("IRN", "WEST", "gas"), "set", 1.0, (begin, begin))
    routes = barred[world.exchange.pair]
    for edits, flows in (((lapse,), False), ((lapse, lifted), True)):
        *_, last = run(world, *edits)
        assert (last.exchange.flow[routes].sum() > 0.1) == flows


def test_a_bar_is_structural_withdrawals_are_solved_again_under_it(baseline_world):
    world = lasting(baseline_world, 5, ban(baseline_world, *GAS, lasts=2))
    setting, state, base = opened(world, 1, FEW | QUIET)
    seen = [*quarters(setting, state, base)]
    held = [[len(kind) for kind, _ in weights(after, now)] for _, after, now in seen]
    assert held == [[0], [0], [1], [1], [0]]
    after = [s for _, s, _ in seen]
    assert [bool(s.structural[0]) for s in after] == [False, False, True, False, True]
    arm, rus = world.axes["country"].at("ARM"), world.axes["pole"].at("RUS")
    assert after[BARRED].loss[arm, rus, 0] < after[BARRED - 1].loss[arm, rus, 0]  # what is gone cannot be withheld
