"""Newton's method clears what sweeps leave: against a general-purpose optimiser, and line by line."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model import exchange, newton
from model.clearing import exchange_conditions
from model.events import Edit
from model.simulation import Diverged, simulate
from tests.duals import dual, dual_point, residual, solve_dual
from tests.strategies import Network, exchange_case, exchange_cases, three_by_three
from tests.worlds import lasting, opened, quarters

SLACK = st.floats(0.0, 500.0)


def cleared(case, start=None, **changes):
    given = replace(case.given, **changes)
    solved = start or case.start()
    for commodity in range(case.pairs.commodities):
        solved = newton.clear(case.pairs, given, solved, commodity)
    return solved


@settings(max_examples=60)
@given(exchange_cases(), SLACK)
def test_all_clears_on_any_network_from_any_prices_of_room(case, slack):
    start = case.start()
    limited = np.isfinite(case.given.capacity)
    solved = cleared(case, replace(start, price=np.where(limited, slack, 0.0)))
    assert residual(case, solved) <= 1e-5
    value, _ = dual(case)
    assert value(dual_point(case, solved))[0] <= solve_dual(case).fun * (1.0 + 1e-7)


def in_a_row(first, second):
    """One seller and one buyer, a line of two parts whose first also serves a buyer near by."""
    network = Network(
        paths=((0, 1), (0,)),
        market=(0, 1),
        capacity=(first, second),
        cost=(1.0, 1.0),
        days=(0.0,) * 2,
        power=np.zeros((2, 1)),
    )
    ends = {"source": [(0.05, 20.0, 10.0)], "sink": [(0.02, 18.0, 30.0), (0.02, 6.0, 12.0)]}
    return exchange_case(network, [(0, 0), (0, 1)], theta=0.3, **ends)


def test_a_line_that_has_room_asks_nothing_whatever_it_asked_before():
    """Both parts asked 100 while the second was narrow; now the first binds for both buyers."""
    case = in_a_row(12.0, 15.0)
    segment = case.pairs.routes.segments.of_link
    start = replace(case.start(), price=np.full_like(case.start().price, 100.0))
    solved = cleared(case, start)
    assert solved.load[segment[0], 0] == pytest.approx(12.0)
    assert solved.price[segment[0], 0] > 1.0
    assert solved.price[segment[1], 0] == 0.0
    wide = cleared(in_a_row(12.0, 30.0), start)
    assert_allclose(solved.flow, wide.flow, rtol=1e-5)


def test_slope_and_curvature_are_derivatives_of_the_potential():
    case = three_by_three(capacity=6.0)
    shape = case.pairs.of_commodity[0]
    system, _ = newton._system(case.pairs, case.given, shape, 1)
    rng = np.random.default_rng(2)
    prices, step = rng.uniform(0.1, 1.0, (len(shape.cells), 1)), 1e-5
    slope = system.slope(prices, system.flow(prices))[:, 0]
    curvature = system.curvature(prices, system.flow(prices))
    for n, unit in enumerate(step * np.eye(len(prices))):
        up, down = prices + unit[:, None], prices - unit[:, None]
        rise = system.potential(up, system.flow(up)) - system.potential(down, system.flow(down))
        assert rise[0] / (2 * step) == pytest.approx(slope[n], rel=1e-5, abs=1e-6)
        bend = system.slope(up, system.flow(up)) - system.slope(down, system.flow(down))
        assert_allclose(bend / (2 * step), curvature.bent(unit[:, None] / step), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("block", [1, 3, 40])
def test_a_run_has_the_same_bits_in_a_block_of_any_size(block):
    case, rng = three_by_three(capacity=6.0), np.random.default_rng(0)
    wide = {
        "source_quantity": case.given.source_quantity * rng.uniform(0.2, 3.0, (3, 40)),
        "sink_price": case.given.sink_price + rng.uniform(-4.0, 4.0, (3, 40)),
        "allowed": case.given.allowed * rng.choice([1.0, 0.3, 0.0], p=[0.8, 0.1, 0.1], size=(9, 40)),
    }
    whole = cleared(case, case.start(40), **wide)
    picked = {name: np.ascontiguousarray(values[:, 40 - block :]) for name, values in wide.items()}
    part = cleared(case, case.start(block), **picked)
    for name, values in vars(part).items():
        assert_array_equal(values, getattr(whole, name)[:, 40 - block :], err_msg=name)


def test_a_line_all_but_shut_before_a_buyer_without_other_ways_is_settled(baseline_world):
    """Room for four tons a year: the price of it is thousands of USD, and the refinery behind it starves."""
    edit = Edit("all but shut", "link.capacity", ("O006a",), "set", 1e-6, (baseline_world.start + 1,) * 2)
    pairs = baseline_world.exchange.pairs
    *_, (_, after, now) = quarters(*opened(lasting(baseline_world, 3, edit), 2))
    assert [len(runs) for runs in newton.unsettled(pairs, exchange_conditions(after, now), after.exchange)] == [0, 0]
    segment = pairs.routes.segments.of_link[baseline_world.axes["link"].at("O006a")]
    assert_allclose(after.exchange.load[segment], 1e-6, rtol=1e-6)


def test_what_is_left_unsettled_is_found_by_run_and_settled():
    """In one run the line with room asks a price, in another the price of a buyer is off."""
    case = in_a_row(12.0, 30.0)
    row = {name: np.repeat(getattr(case.given, name), 3, axis=1) for name in ("allowed", "source_quantity")}
    changed = replace(case.given, **row)
    solved = cleared(case, case.start(3), **row)
    assert [len(runs) for runs in newton.unsettled(case.pairs, changed, solved)] == [0]
    strayed = replace(solved, price=solved.price.copy(), sink_price=solved.sink_price.copy())
    strayed.price[case.pairs.routes.segments.of_link[1], 1] += 5.0
    strayed.sink_price[0, 2] += 5.0
    assert newton.unsettled(case.pairs, changed, strayed)[0].tolist() == [1, 2]
    again = newton.clear(case.pairs, changed, strayed, 0)
    assert_allclose(again.flow, solved.flow, rtol=1e-4)


def test_every_quarter_of_an_eventful_world_is_settled(baseline_world):
    """A swap opens through a narrow line and grows, a contract ends, a field stops."""
    begin = baseline_world.start
    edits = (
        Edit("swap", "link.open", ("G008",), "set", 1.0, (begin + 1, begin + 1)),
        Edit("narrow", "link.capacity", ("G008",), "set", 0.5, (begin + 1, begin + 1)),
        Edit("wide", "link.capacity", ("G008",), "set", 3.75, (begin + 3, begin + 3)),
        Edit("field", "market.volume", ("gas_src_irn",), "multiply", 0.5, (begin + 4, begin + 4)),
        Edit("end", "contract.volume", ("irn_botas",), "set", 0.0, (begin + 5, begin + 5)),
    )
    pairs = baseline_world.exchange.pairs
    for _, after, now in quarters(*opened(lasting(baseline_world, 8, *edits), 3)):
        left = newton.unsettled(pairs, exchange_conditions(after, now), after.exchange)
        assert [len(runs) for runs in left] == [0, 0], now.index


def test_what_is_left_to_sweeps_moves_no_flow(baseline_world):
    """Each quarter solved from where it ends, to the end: flows are the same to a ten-thousandth of what ends trade."""
    begin = baseline_world.start
    edits = (
        Edit("swap", "link.open", ("G008",), "set", 1.0, (begin + 1, begin + 1)),
        Edit("field", "market.volume", ("gas_src_irn",), "multiply", 0.5, (begin + 3, begin + 3)),
    )
    pairs = baseline_world.exchange.pairs
    for _, after, now in quarters(*opened(lasting(baseline_world, 6, *edits), 3)):
        given = exchange_conditions(after, now)
        exact = newton.solve(pairs, given, after.exchange, least=newton.SETTLED)
        off = np.abs(exact.sink_quantity - after.exchange.sink_quantity) / given.sink_quantity
        assert off.max() < 2e-4, now.index


def test_room_beyond_what_the_next_line_carries_changes_nothing(baseline_world):
    """What a line of 15 or 30 bcm a year brings to Türkiye behind one of 12.5 is the same in every quarter."""
    begin, found = baseline_world.start, []
    for room in (3.75, 7.5):
        edits = (
            Edit("swap", "link.open", ("G008",), "set", 1.0, (begin + 1, begin + 1)),
            Edit("narrow", "link.capacity", ("G008",), "set", 0.5, (begin + 1, begin + 1)),
            Edit("wide", "link.capacity", ("G008",), "set", room, (begin + 2, begin + 2)),
            *(Edit("on", "link.capacity", (link,), "set", 7.5, (begin + 1, begin + 1)) for link in ("G009a", "G009b")),
        )
        states = [after for _, after, _ in quarters(*opened(lasting(baseline_world, 6, *edits), 2))]
        found.append(np.array([state.exchange.sink_quantity for state in states]))
    assert_allclose(found[0], found[1], rtol=1e-3, atol=1e-6)


def test_what_two_parts_of_one_line_ask_moves_to_the_narrower_however_much_it_is():
    """Room for 5 behind room for 5.005, and nobody buys between: nothing else tells the two apart."""
    case = in_a_row(5.0, 5.005)
    narrow, wide = case.pairs.routes.segments.of_link
    price = np.zeros_like(case.start().price)
    price[wide] = 1500.0
    solved = cleared(case, replace(case.start(), price=price), allowed=np.array([[1.0], [0.0]]))
    assert solved.load[narrow, 0] == pytest.approx(5.0, rel=1e-8)
    assert solved.price[wide, 0] == 0.0
    assert solved.price[narrow, 0] > 0.0


def test_two_parts_of_one_line_with_the_same_room_ask_alike_whatever_they_asked_before():
    case = in_a_row(5.0, 5.0)
    parts = case.pairs.routes.segments.of_link[:2]
    price = np.zeros_like(case.start().price)
    price[parts[0]] = 300.0
    solved = cleared(case, replace(case.start(), price=price), allowed=np.array([[1.0], [0.0]]))
    assert solved.price[parts[0], 0] == pytest.approx(solved.price[parts[1], 0], rel=1e-3)
    assert solved.price[parts[0], 0] > 10.0


@settings(max_examples=60)
@given(exchange_cases(), SLACK, st.integers(0, 100))
def test_a_step_is_the_least_of_its_parabola_over_prices_not_below_their_lowest(case, slack, seed):
    shape, kept = case.pairs.of_commodity[0], case.given.source_price - 1.0
    system, fixed = newton._system(case.pairs, replace(case.given, source_reserve=kept), shape, 2)
    room = np.isfinite(system.lowest) & ~fixed
    prices = system.lowest + slack * np.random.default_rng(seed).integers(0, 2, fixed.shape)
    prices = np.where(room, prices, 0.0)
    flow = system.flow(prices)
    slope = np.where(fixed, 0.0, system.slope(prices, flow))
    step = newton._direction(system, prices, flow, slope, fixed)
    bent = slope + system.curvature(prices, flow).bent(step)
    above = prices + step - system.lowest
    empty = room & (above <= 1e-6)
    assert above[room].min(initial=0.0) >= -1e-6
    assert bent[empty].min(initial=0.0) >= -1e-6 * system.size().max()
    others = ~empty & ~fixed
    assert_allclose(bent[others], 0.0, atol=1e-5 * float(np.abs(slope).max() + system.size().max()))


def test_prices_a_hair_above_nothing_do_not_stop_the_others(baseline_world):
    """Gas falls to a third of its price, a contract is ten times as large, a line of Central Asia opens."""
    begin = baseline_world.start
    edits = (
        Edit("cheap", "price.level", ("gas",), "set", 0.3, (begin + 1,) * 2, 3),
        Edit("more", "contract.volume", ("irn_botas",), "multiply", 10.0, (begin + 1,) * 2, 1),
        Edit("less", "contract.volume", ("gazprom_botas_blue_stream",), "multiply", 0.5, (begin + 2,) * 2, 1),
        Edit("china", "market.volume", ("gas_snk_chn",), "multiply", 2.0, (begin + 2,) * 2, 3),
        Edit("line", "link.open", ("NG_CAC_UZ",), "set", 1.0, (begin + 3,) * 2),
    )
    pairs = baseline_world.exchange.pairs
    for _, after, now in quarters(*opened(lasting(baseline_world, 7, *edits), 4, seed=6)):
        left = newton.unsettled(pairs, exchange_conditions(after, now), after.exchange)
        assert [len(runs) for runs in left] == [0, 0], now.index


def test_one_price_five_times_as_high_settles(baseline_world):
    """Flows of exp(300) at first: each step takes one from the exponent."""
    begin = baseline_world.start + 1
    edit = Edit("dear", "market.price", ("oil_snk_wld_ceyhan",), "multiply", 4.91, (begin, begin))
    pairs = baseline_world.exchange.pairs
    for _, after, now in quarters(*opened(lasting(baseline_world, 4, edit), 2)):
        left = newton.unsettled(pairs, exchange_conditions(after, now), after.exchange)
        assert [len(runs) for runs in left] == [0, 0], now.index
        assert np.isfinite(after.gdp).all()


def test_a_run_in_which_nothing_clears_ends_there(baseline_world, monkeypatch):
    begin = baseline_world.start
    world = lasting(baseline_world, 3, Edit("narrow", "link.capacity", ("O006a",), "set", 1e-6, (begin + 1,) * 2))
    monkeypatch.setattr(newton, "MOST_STEPS", 1)
    with pytest.raises(Diverged) as ended:
        simulate(world, [0], 1)
    assert ended.value.stage == "clearing"


RESERVE = st.floats(0.0, 3.0)


def kept_for(case, below):
    """A case whose sources keep what they have below a price."""
    return replace(case, given=replace(case.given, source_reserve=case.given.source_price - below))


def test_a_source_whose_buyer_is_small_keeps_what_it_has_instead_of_giving_it_away():
    """Ten units are offered at 5, the buyer takes one at 9; at a reserve price of 4 it pays 4 and the way, 2."""
    network = Network(((0,),), (0,), (np.inf,), (2.0,), (0.0,), np.zeros((1, 1)))
    ends = {"theta": 10.0, "source": [(0.1, 10.0, 5.0)], "sink": [(0.3, 1.0, 9.0)]}
    case = exchange_case(network, [(0, 0)], **ends)
    free, kept = cleared(case), cleared(kept_for(case, 1.0))
    assert free.source_price[0, 0] < 1.0
    assert kept.source_price[0, 0] == pytest.approx(4.0, rel=1e-12)
    assert kept.flow[0, 0] == pytest.approx(np.exp(-0.3 * (kept.sink_price[0, 0] - 9.0)), rel=1e-8)
    assert kept.source_rent[0, 0] == pytest.approx(4.0 - 5.0 - np.log(kept.flow[0, 0] / 10.0) / 0.1, rel=1e-8)


@settings(max_examples=40)
@given(exchange_cases(), RESERVE)
def test_none_sells_below_its_reserve_price_and_who_sells_above_it_keeps_nothing(case, below):
    case = kept_for(case, below)
    solved = cleared(case)
    supplied = np.minimum(exchange.supply(case.given, solved.source_price), case.given.source_limit)
    live = case.pairs.from_source @ np.broadcast_to(case.given.allowed, solved.flow.shape) > 0.0
    above = ~exchange.keeps(case.given, solved.source_price)
    assert (solved.source_price >= case.given.source_reserve - 1e-9).all()
    assert (solved.source_quantity <= supplied * (1.0 + 1e-6)).all()
    assert_allclose(solved.source_quantity[live & above], supplied[live & above], rtol=1e-6)


@settings(max_examples=30)
@given(exchange_cases(), st.floats(-6000.0, 6000.0), RESERVE)
def test_where_last_prices_are_far_off_it_sets_out_from_those_of_the_base_quarter(case, off, below):
    """Oil at twelve times its price, then ways open again: a step from there asked 5.8 million USD for room."""
    case = kept_for(case, below)
    start = case.start()
    far = cleared(case, replace(start, source_price=start.source_price + off, sink_price=start.sink_price + off))
    assert_allclose(far.flow, cleared(case).flow, rtol=1e-5, atol=1e-8)


def test_a_run_in_which_oil_was_scarce_goes_on_when_ways_open_again(baseline_world):
    assert np.isfinite(simulate(baseline_world, np.array([379]), 1, record_measures=("gdp",)).measures["gdp"]).all()


def test_prices_that_cannot_move_stay_wherever_it_sets_out_from():
    case = three_by_three(capacity=6.0)
    system, _ = newton._system(case.pairs, case.given, case.pairs.of_commodity[0], 1)
    prices, fixed = np.full(system.quantity.shape, 5000.0), np.zeros(system.quantity.shape, dtype=bool)
    fixed[[0, -1]] = True
    begun = newton._nearest(system, prices, fixed)
    assert_array_equal(begun[fixed], 5000.0)
    assert_array_equal(begun[~fixed], 0.0)
