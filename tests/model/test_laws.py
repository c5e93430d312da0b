"""Laws of whole runs on the shipped world: rest, return, bounds, capacity, conservation, books that balance."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model import exchange
from model.arrays import summing
from model.axes import CHANNELS, TERMS
from model.clearing import exchange_conditions
from model.parameters import PARAMETERS
from model.recording import record
from tests.worlds import FEW, QUIET, fields, lasting, opened, quarters

SHOCKED = ("baseline", "trans-caspian-gas", "peace-deal", "cpc-blocked")
REST = 60


@pytest.fixture(scope="module")
def rest(baseline_world):
    """Setting, state and base of one quiet run."""
    return opened(lasting(baseline_world, REST), 1, QUIET)


@pytest.fixture(scope="module", params=SHOCKED)
def run(request, library_world):
    """Every quarter of two runs of a library scenario, as (before, after, now)."""
    return list(quarters(*opened(library_world(request.param), 2, FEW)))


# --- rest and return


def test_nothing_moves_without_a_shock(rest):
    """Alignment, exposures and GDP to 1e-6, flows and losses to 1e-6 of their size, for fifteen years."""
    setting, start, base = rest
    for _, _state, _now in quarters(setting, start, base):
        end = _state
    for name in ("alignment", "anchor", "threat", "grievance", "imports", "exports", "loss", "reallocation"):
        assert_allclose(getattr(end, name), getattr(start, name), atol=1e-6, rtol=0, err_msg=name)
    assert_allclose(end.gdp, start.gdp, rtol=1e-6)
    for system in ("freight", "exchange"):
        one, other = getattr(start, system).flow, getattr(end, system).flow
        assert_allclose(other, one, rtol=1e-6, atol=1e-6 * one.max(), err_msg=system)


def test_base_flows_are_the_published_ones(rest):
    setting, state, _ = rest
    market = setting.world.freight
    carried = (state.potential * state.freight.served)[:, 0]
    reached = market.routes.market_sum(state.freight.share)[:, 0] > 0.0
    assert_allclose(carried[reached], market.volume[reached], rtol=1e-5)
    assert_array_equal(market.volume[~reached], 0.0)


@pytest.mark.parametrize("half_life", [2.0, 5.0])
def test_a_displaced_alignment_returns_with_its_half_life(baseline_world, half_life):
    """Each cell is kicked in a run of its own, with no peers, rivals or trade to answer."""
    alone = dict.fromkeys(
        (
            *("alignment.peer_weight", "alignment.rivalry_weight"),
            *("markets.alignment_trade", "adaptation.alignment_trade", "arms.alignment"),
        ),
        0.0,
    )
    left = returned(baseline_world, QUIET | alone | {"alignment.half_life": half_life}, half_life)
    assert_allclose(left, 0.5, rtol=1e-6)


def test_a_displaced_alignment_returns_nearly_so_among_peers_and_rivals(baseline_world):
    left = returned(baseline_world, QUIET, PARAMETERS["alignment.half_life"].default)
    assert_allclose(left, 0.5, rtol=0.05)


def returned(world, parameters, half_life):
    """Share of a kick of 0.1 toward zero left after one half-life, one run for each active cell."""
    cells = np.argwhere(world.politics.active > 0.0)
    runs = np.zeros(len(cells), dtype=int)
    setting, rest, base = opened(lasting(world, round(4 * half_life)), runs, FEW | parameters)
    kicked, place = rest.alignment.copy(), (*cells.T, np.arange(len(cells)))
    kick = -0.1 * np.sign(kicked[place])
    kicked[place] += kick
    for _, state, _ in quarters(setting, replace(rest, alignment=kicked), base):
        end = state
    return (end.alignment - rest.alignment)[place] / kick


# --- explained change


def test_moves_sum_to_the_change_and_bear_the_names_of_the_terms(run):
    for before, after, _ in run:
        assert set(after.moves) == set(TERMS)
        assert_allclose(sum(after.moves.values()), after.alignment - before.alignment, atol=1e-12, rtol=0)


def test_what_the_terms_added_since_the_opening_sums_to_the_change_since_then(run):
    """In the state to rounding; as recorded, to the grain of sixteen terms."""
    start = run[0][0].alignment
    for _, after, now in run:
        assert_allclose(after.added.sum(axis=2), after.alignment - start, atol=1e-12, rtol=0)
        recorded = record(after, now, ("alignment", "alignment_term"))
        assert_allclose(recorded["alignment_term"].sum(axis=2), recorded["alignment"] - start, atol=1e-5, rtol=0)
    assert_allclose(after.added, sum(np.stack([a.moves[t] for t in TERMS], axis=2) for _, a, _ in run), atol=1e-12)


TERM_OF = {
    "alignment.peer_weight": "peers",
    "alignment.rivalry_weight": "rivalry",
    "alignment.anchoring": "anchor",
    "alignment.noise": "noise",
    **{f"alignment.{name}": name for name in TERMS if f"alignment.{name}" in PARAMETERS and name != "curvature"},
}


def test_each_term_of_alignment_has_a_switch_that_silences_it_alone(baseline_world):
    """One run for each term, all with the same luck, two years."""
    world = replace(baseline_world, quarters=8)
    names = sorted(TERM_OF)
    switched = {
        name: np.where(np.arange(len(names) + 1) == n + 1, PARAMETERS[name].switch, PARAMETERS[name].default)
        for n, name in enumerate(names)
    }
    block = opened(world, np.zeros(len(names) + 1, dtype=int), FEW | switched)
    felt = dict.fromkeys(TERM_OF.values(), 0.0)
    for _, after, _ in quarters(*block):
        for term in felt:
            felt[term] = felt[term] + np.abs(after.moves[term]).max(axis=(0, 1))
    for n, name in enumerate(names):
        expected = np.arange(len(names) + 1) == n + 1
        assert_array_equal(felt[TERM_OF[name]] == 0.0, expected, err_msg=name)


def test_every_term_that_a_parameter_weighs_is_in_the_switch_test():
    free = {"residual", "bounds", "curvature", "coercion"}  # calibrated, clipping, the unit of utility, off
    assert set(TERM_OF.values()) == set(TERMS) - free


# --- bounds, capacity, conservation


def test_states_stay_in_their_bounds(run):
    for _, after, _now in run:
        assert np.abs(after.alignment).max() <= 1.0
        for name in ("threat", "grievance", "imports", "exports", "visibility"):
            values = getattr(after, name)
            assert values.min() >= 0.0, name
            assert values.max() <= 1.0, name
        assert after.freight.served.min() >= 0.0
        assert after.freight.served.max() <= 1.0
        assert after.loss.min() >= 0.0
        assert after.gdp.min() > 0.0
        assert all(np.isfinite(values).all() for name, values in fields(after) if name not in UNLIMITED_FIELDS)


UNLIMITED_FIELDS = ("capacity",)


def test_only_transit_may_be_a_gain_from_withholding(run):
    for _, after, _ in run:
        rest = [n for n, name in enumerate(CHANNELS) if name != "transit"]
        assert after.loss_channel[:, :, rest].min() >= 0.0


def test_no_link_carries_more_than_its_capacity(run):
    for _, after, now in run:
        for routes, solved in systems(now, after):
            load = routes.segments.to_links(solved.load)
            assert (load <= after.capacity + 1e-9).all()
            assert solved.flow.min() >= 0.0


def test_loads_are_the_flows_of_the_routes_that_pass(run):
    for _, after, now in run[::8]:
        for routes, solved in systems(now, after):
            assert_allclose(solved.load, routes.uses.T @ solved.flow, atol=1e-9)


def test_what_is_carried_is_the_sum_of_routes_and_never_more_than_the_potential(run):
    for _, after, now in run:
        carried = now.world.freight.routes.market_sum(after.freight.flow)
        assert_allclose(after.potential * after.freight.served, carried, atol=1e-9)
        assert (carried <= after.potential + 1e-9).all()


def test_sources_sell_what_sinks_buy(run):
    for _, after, now in run:
        pairs = now.world.exchange.pairs
        sold = summing(pairs.source_commodity, pairs.commodities) @ after.exchange.source_quantity
        bought = summing(pairs.sink_commodity, pairs.commodities) @ after.exchange.sink_quantity
        assert_allclose(sold, bought, rtol=1e-12)
        assert sold.min() > 0.0


def test_a_quarter_settles_what_sources_sell(baseline_world):
    """Nine ordinary quarters, then the last one solved to the end: sales agree to 2 % of the commodity's trade."""
    for _, after, now in quarters(*opened(replace(baseline_world, quarters=9), 8, FEW)):
        end, last = after, now
    pairs, given = last.world.exchange.pairs, exchange_conditions(end, last)
    settled = exchange.solve(pairs, given, end.exchange, 3000).source_quantity
    of_good = summing(pairs.source_commodity, pairs.commodities)
    off = of_good @ np.abs(settled - end.exchange.source_quantity)
    assert (off / (of_good @ settled)).max() < 0.02


def test_a_route_over_a_closed_link_carries_nothing(run):
    for _, after, now in run[::8]:
        for routes, solved in systems(now, after):
            shut = routes.segments.smallest(after.capacity) == 0.0
            blocked = (routes.uses @ shut.astype(float)) > 0.0
            assert blocked.any()
            assert_array_equal(solved.flow[blocked], 0.0)


def systems(now, state):
    """Routes and outcome of both clearing systems."""
    return (
        (now.world.freight.routes, state.freight),
        (now.world.exchange.pairs.routes, state.exchange),
    )


def test_unlimited_links_are_the_only_infinite_ones(baseline_world):
    capacity = baseline_world.links.capacity
    assert not np.isnan(capacity).any()
    assert set(capacity[~np.isfinite(capacity)]) <= {np.inf}
