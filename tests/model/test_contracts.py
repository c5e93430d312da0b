"""Supply contracts: the laws on numbers, and what lapses and renewals do on the shipped world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model import exchange
from model.clearing import exchange_conditions
from model.contracts import agreed, limits, next_volume, renewal, renewed_odds
from model.dependence import stake
from model.events import Edit
from model.now import Now
from model.parameters import PARAMETERS
from model.recording import export_share
from tests.worlds import FEW, QUIET, lasting, opened, quarters

ON = {"markets.contracts": 1.0}
INDIFFERENT = {"markets.renewal_worth": 0.0, "markets.renewal_alignment": 0.0}
CHINESE, BLUE_STREAM, IRANIAN = "tkm_chn_cnpc", "gazprom_botas_blue_stream", "irn_botas"
chances = st.floats(0.01, 0.99)


def at(world, name):
    """Position of a contract."""
    return world.axes["contract"].at(name)


def lapse(world, *names, after=2):
    """The world in which some contracts lapse a while after the start."""
    begin = world.start + after
    edits = [Edit(f"lapse {name}", "contract.volume", (name,), "set", 0.0, (begin, begin)) for name in names]
    return lasting(world, 8, *edits)


def steps(world, runs=1, parameters=None, seed=1):
    """Each quarter's state before, state after and view, with nothing moving but contracts."""
    return list(quarters(*opened(world, runs, FEW | QUIET | ON | (parameters or {}), seed)))


# --- the laws


@given(chances, st.floats(-5.0, 5.0))
def test_log_odds_of_a_renewal_move_by_what_moves_them(prior, moved):
    renewed = renewed_odds(np.array([[prior]]), np.array([[moved]]))[0, 0]
    assert np.log(renewed / (1.0 - renewed)) == pytest.approx(np.log(prior / (1.0 - prior)) + moved, abs=1e-6)


@given(chances)
def test_a_renewal_nothing_has_moved_has_its_prior(prior):
    assert renewed_odds(np.array([[prior]]), np.zeros((1, 1)))[0, 0] == pytest.approx(prior, rel=1e-12)


def test_what_has_a_successor_is_never_renewed():
    assert renewed_odds(np.zeros((1, 1)), np.array([[-3.0, 0.0, 3.0]])).tolist() == [[0.0, 0.0, 0.0]]


# --- what contracts hold


def test_at_the_start_contracts_change_and_limit_nothing(baseline_world):
    setting, state, base = opened(baseline_world, 2, FEW)
    now = Now(setting, base, 0)
    assert (agreed(state, now) == 1.0).all()
    assert np.isinf(limits(state, now, agreed(state, now))).all()


def test_contracts_of_a_pair_hold_at_most_its_trade(baseline_world):
    signed = baseline_world.contracts
    share = signed.held @ signed.at_start
    assert share.max() == pytest.approx(1.0, rel=1e-12)
    assert (baseline_world.exchange.flow[share > 0.0] > 0.0).all()


def test_what_a_contract_holds_is_its_volume_or_its_part_of_what_is_delivered(baseline_world):
    """By hand: 16, 5.75 and 10 bcm under contract where 21 are delivered; 6 and 2.25 where 9.9 are; 2.8 of 5.6."""
    signed = baseline_world.contracts
    held = (signed.held.max(axis=0).toarray().ravel() * signed.at_start).round(9)
    shares = {
        BLUE_STREAM: 16.0 / 31.75,
        "gazprom_botas_turkstream": 5.75 / 31.75,
        "gazprom_private_tur": 10.0 / 31.75,
        "shah_deniz2_botas": 6.0 / 9.9,
        "shah_deniz1_botas_2030": 2.25 / 9.9,
        "gazprom_uzb_2023": 2.8 / 5.6,
        CHINESE: 1.0,
        "shah_deniz1_botas": 0.0,  # ended before the start
        "gazprom_uzb_2026": 0.0,  # begins later
    }
    assert {name: held[at(baseline_world, name)] for name in shares} == pytest.approx(shares, rel=1e-6)


def test_trade_goes_with_a_contract_and_a_later_one_first_covers_what_had_none(baseline_world):
    """Half of Russian sales to Uzbekistan had no contract: a later one of up to that half adds nothing."""
    setting, state, base = opened(baseline_world, 4, FEW)
    now, signed = Now(setting, base, 0), baseline_world.contracts
    earlier, later = at(baseline_world, "gazprom_uzb_2023"), at(baseline_world, "gazprom_uzb_2026")
    volume = state.contract.copy()
    volume[earlier, 1:] = 0.0
    volume[later] = np.array([0.0, 0.0, 2.0, 11.0]) / 4.0
    pair = signed.held[:, [later]].toarray().argmax()
    state = replace(state, contract=volume)
    left = agreed(state, now)
    assert left[pair] == pytest.approx([1.0, 0.5, 0.5, 0.5 + 11.0 / 5.6 - 0.5], rel=1e-9)
    assert (np.delete(left, pair, axis=0) == 1.0).all()
    most = limits(state, now, left)[signed.pairs.tolist().index(pair)]
    assert 4.0 * most == pytest.approx([np.inf, 2.8, 2.8, 2.8 + 11.0 - 2.8], rel=1e-9)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_no_pair_trades_more_than_contracts_leave_and_those_that_would_trade_just_that(baseline_world, kept):
    setting, state, base = opened(baseline_world, 1, FEW)
    now, system = Now(setting, base, 0), baseline_world.exchange
    at = baseline_world.axes["contract"].positions((BLUE_STREAM, CHINESE, "shah_deniz2_botas", "rus_kgz_duty_free"))
    volume = state.contract.copy()
    volume[at] *= kept
    less = replace(state, contract=volume)
    share = agreed(less, now)[:, 0]
    hit = np.flatnonzero(share < 1.0)
    assert len(hit) == len(at)
    flow = exchange.solve(system.pairs, exchange_conditions(less, now), state.exchange, 600).flow[:, 0]
    traded = np.bincount(system.pair, flow, len(share))
    most = share[hit] * system.flow[hit]
    assert (traded[hit] <= most * (1.0 + 1e-12)).all()
    assert_allclose(traded[hit], most, rtol=0.01, atol=1e-12)
    assert traded.sum() > 0.8 * system.flow.sum()


# --- expiry and renewal


def due(world, name, parameters=None, runs=2):
    """State before, and view of, the first quarter after a contract's term."""
    quarter = int(world.contracts.expires[at(world, name)]) + 1
    short = replace(world, quarters=quarter - world.start + 1)
    return next((before, now) for before, _, now in steps(short, runs, parameters) if now.quarter == quarter)


def test_as_many_contracts_are_renewed_as_their_prior_says(baseline_world):
    runs, names = 400, (BLUE_STREAM, "gazprom_botas_turkstream", "mol_druzhba")
    short = replace(baseline_world, quarters=5)
    *_, (_, state, _) = steps(short, runs, INDIFFERENT)
    for name in names:
        prior = baseline_world.contracts.prior[at(baseline_world, name)]
        kept = (state.contract[at(baseline_world, name)] > 0.0).mean()
        assert kept == pytest.approx(prior, abs=3.0 * np.sqrt(prior * (1.0 - prior) / runs))


def test_each_contract_has_its_own_luck(baseline_world):
    *_, (_, state, _) = steps(replace(baseline_world, quarters=5), 64, INDIFFERENT)
    kept = [state.contract[at(baseline_world, name)] > 0.0 for name in (BLUE_STREAM, "gazprom_botas_turkstream")]
    assert (kept[0] != kept[1]).any()


def test_a_renewal_runs_for_a_term_and_a_lapse_is_for_good(baseline_world):
    k, term = at(baseline_world, BLUE_STREAM), {"markets.contract_term": 2.0}
    end = baseline_world.contracts.expires[k]
    history = steps(replace(baseline_world, quarters=14), 64, INDIFFERENT | term)
    volume = np.stack([state.contract[k] for _, state, _ in history])
    first, second = int(end) + 1 - baseline_world.start, int(end) + 9 - baseline_world.start
    assert (volume[:first] == baseline_world.contracts.volume[k]).all()
    assert (volume[1:] <= volume[:-1]).all()
    changes = np.flatnonzero((volume[1:] != volume[:-1]).any(axis=1)) + 1
    assert changes.tolist() == [first, second]
    kept = volume[-1] > 0.0
    assert (history[-1][1].contract_end[k] == end + 8.0 * kept + 8.0 * (volume[second - 1] > 0.0)).all()


def test_a_contract_begins_in_its_quarter_and_its_predecessor_ends(baseline_world):
    earlier, later = at(baseline_world, "gazprom_uzb_2023"), at(baseline_world, "gazprom_uzb_2026")
    history = steps(replace(baseline_world, quarters=5), 8)
    volume = 4.0 * np.stack([state.contract[[earlier, later]] for _, state, _ in history])
    assert volume[:3].min(axis=(0, 2)) == pytest.approx([2.8, 0.0])
    assert volume[3:].max(axis=(0, 2)) == pytest.approx([0.0, 11.0])


def test_a_renewal_hangs_on_what_the_trade_is_worth(baseline_world):
    """Half of the trade at a weight of 1 halves the odds; at a weight of 0 nothing does."""
    before, now = due(baseline_world, BLUE_STREAM)
    k = at(baseline_world, BLUE_STREAM)
    trade = now.world.contracts.routes[[k]] @ before.exchange.flow
    scale = 0.5 * now.world.contracts.trade[k] / trade
    half = replace(before, exchange=replace(before.exchange, flow=before.exchange.flow * scale))
    prior = now.world.contracts.prior[k]
    assert renewal(half, now)[k] == pytest.approx(prior * 0.5 / (prior * 0.5 + 1.0 - prior), rel=1e-9)
    before, now = due(baseline_world, BLUE_STREAM, INDIFFERENT)
    assert renewal(before, now)[k] == pytest.approx(prior, rel=1e-12)


def test_a_renewal_hangs_on_how_close_the_parties_are(baseline_world):
    before, now = due(baseline_world, BLUE_STREAM, {"markets.renewal_worth": 0.0})
    k, axes = at(baseline_world, BLUE_STREAM), baseline_world.axes
    cell = axes["country"].at("TUR"), axes["pole"].at("RUS")
    colder = before.alignment.copy()
    colder[cell] = baseline_world.politics.alignment[cell] - 0.25
    prior, weight = now.world.contracts.prior[k], PARAMETERS["markets.renewal_alignment"].default
    odds = prior / (1.0 - prior) * np.exp(-0.25 * weight)
    assert renewal(replace(before, alignment=colder), now)[k] == pytest.approx(odds / (1.0 + odds), rel=1e-9)


def test_renewals_keep_away_from_certainty_on_the_shipped_base(baseline_world):
    setting, state, base = opened(baseline_world, 1, FEW)
    chance = renewal(state, Now(setting, base, 0))[baseline_world.contracts.prior > 0.0]
    assert chance.min() >= 1e-4
    assert chance.max() <= 0.96


def test_switched_off_no_contract_begins_or_ends(baseline_world):
    setting, state, base = opened(baseline_world, 2, FEW | {"markets.contracts": 0.0})
    for index in range(baseline_world.quarters):
        volume, end = next_volume(state.contract, state.contract_end, state, Now(setting, base, index))
        assert_array_equal(volume, state.contract)
        assert_array_equal(end, state.contract_end)


# --- what a lapse does


def test_a_lapse_stops_the_trade_it_held_and_others_step_in(baseline_world):
    history = steps(lapse(baseline_world, IRANIAN))
    system, axis, first = baseline_world.exchange, baseline_world.axes["market"], len(baseline_world.freight.volume)
    seller, buyer = axis.at("gas_src_irn") - first, axis.at("gas_snk_tur") - first - len(system.source_price)
    mine = (system.pairs.source == seller) & (system.pairs.sink == buyer)
    others = (system.pairs.source != seller) & (system.pairs.sink == buyer)
    sold, elsewhere = ([state.exchange.flow[rows].sum() for _, state, _ in history] for rows in (mine, others))
    assert sold[1] > 1.0
    assert max(sold[2:]) == 0.0
    assert elsewhere[2] > elsewhere[1] + 0.5 * sold[1]
    assert history[2][1].exchange.sink_price[buyer] > history[1][1].exchange.sink_price[buyer]


def test_a_lapse_is_a_structural_change_in_the_runs_it_befalls(baseline_world):
    history = steps(replace(baseline_world, quarters=5), 64, INDIFFERENT)
    before, after, _ = history[-1]  # 2026Q1: two large contracts of Türkiye are due
    lapsed = (after.contract != before.contract).any(axis=0)
    assert_array_equal(after.structural, lapsed)
    assert 0 < lapsed.sum() < lapsed.size


def test_the_buyer_that_lost_its_contract_has_less_to_withhold(baseline_world):
    """Turkmen gas goes to neighbours who send theirs to China; what is left hangs on China's say over the lines."""
    axes = baseline_world.axes
    country, pole = axes["country"].at("TKM"), axes["pole"].at("CHN")
    whole = steps(lapse(baseline_world, CHINESE))
    history = whole[1], whole[-1]
    losses = [state.loss_channel[country, pole, axes["channel"].at("network"), 0] for _, state, _ in history]
    shares = [export_share(state, now)[country, pole, axes["commodity"].at("gas"), 0] for _, state, now in history]
    assert shares[0] > 0.7
    assert shares[1] < 0.05
    assert losses[1] < 0.9 * losses[0]


def test_what_remains_of_a_contract_bounds_what_could_be_rerouted(baseline_world):
    """Türkiye without two of three Russian contracts cannot turn to that pair when somebody else withholds."""
    history = steps(lapse(baseline_world, BLUE_STREAM, "gazprom_botas_turkstream"))
    _, state, now = history[-1]
    most = limits(state, now, agreed(state, now))[:, 0]
    room = stake(state, now).selling_room[:, 0]
    for n in np.flatnonzero(np.isfinite(most)):
        mine = baseline_world.exchange.pair == baseline_world.contracts.pairs[n]
        assert room[mine].max() <= most[n] * (1.0 + 1e-9)
    assert np.isfinite(most).any()
