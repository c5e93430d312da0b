"""Supply contracts: the laws on numbers, and what lapses and renewals do on the shipped world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model import exchange
from model.clearing import exchange_conditions
from model.contracts import allowance, limits, next_volume, renewal, renewed_odds
from model.dependence import stake
from model.events import Edit
from model.now import Now
from model.parameters import PARAMETERS
from model.recording import record
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


# --- what contracts let pairs trade


def at_start(world, runs=1):
    """State and view of the first quarter."""
    setting, state, base = opened(world, runs, FEW)
    return state, Now(setting, base, 0)


def pairs_of(world, name):
    """The pairs a contract is about."""
    return world.contracts.about[[at(world, name)]].indices


def pair_of(world, name):
    """The one that holds nearly all of it; others of its parties trade a trace, 0.05 bcm a year of another field."""
    pairs = pairs_of(world, name)
    return pairs[np.argmax(world.exchange.flow[pairs])]


def allowed(world, **volumes):
    """What the parties of some contracts may trade when these are changed, unit a year: runs of volumes a year."""
    state, now = at_start(world)
    runs = len(next(iter(volumes.values())))
    contract = np.repeat(state.contract, runs, axis=1)
    for name, values in volumes.items():
        contract[at(world, name)] = np.array(values) / 4.0
    pairs = sorted({pair for name in volumes for pair in pairs_of(world, name)})
    return (4.0 * allowance(contract, now)[pairs].sum(axis=0)).tolist()


def test_at_the_start_contracts_add_nothing_and_only_exclusive_ones_bind(baseline_world):
    """Armenia's gas is Gazprom's: Iran, Kazakhstan and all others sell what they sold in the base year."""
    state, now = at_start(baseline_world, 2)
    most, ways = limits(state, now)
    assert (ways == 1.0).all()
    system, first = baseline_world.exchange, len(baseline_world.freight.volume)
    sink = baseline_world.axes["market"].at("gas_snk_arm") - first - len(system.source_price)
    bound = baseline_world.contracts.pairs[np.isfinite(most[:, 0])]
    assert_array_equal(most[np.isfinite(most[:, 0])][:, 0], system.flow[bound])
    sinks = {int(system.pairs.sink[system.pair == pair][0]) for pair in bound}
    assert (sinks, pair_of(baseline_world, "irn_arm_swap") in bound) == ({sink}, True)
    assert pair_of(baseline_world, "gazprom_arm") not in bound


def test_what_a_contract_leaves_is_the_other_contracts_and_the_trade_without_one(baseline_world):
    """By hand: 16, 5.75 and 10 are signed where 21 trade; 6 and 2.25 where 9.95 trade; 9.6 where 7 trade."""
    left = allowed(baseline_world, gazprom_botas_blue_stream=[16.0, 8.0, 0.0])
    assert left == pytest.approx([31.75, 23.75, 15.75])
    assert allowed(baseline_world, shah_deniz1_botas_2030=[2.25, 0.0]) == pytest.approx([9.95, 7.7])
    assert allowed(baseline_world, irn_botas=[9.6, 7.5, 0.0]) == pytest.approx([9.6, 7.5, 0.0])


def test_a_later_contract_first_covers_the_trade_that_had_none(baseline_world):
    """2.8 of the 5.65 that Russia sold Uzbekistan were under contract: up to 2.8 a later one adds nothing."""
    left = allowed(baseline_world, gazprom_uzb_2023=[2.8, 0.0, 0.0, 0.0], gazprom_uzb_2026=[0.0, 0.0, 2.0, 11.0])
    assert left == pytest.approx([5.65, 2.85, 2.85, 11.0])


def test_a_larger_contract_adds_ways_and_trade(baseline_world):
    state, now = at_start(baseline_world)
    contract = state.contract.copy()
    contract[at(baseline_world, "gazprom_uzb_2026")] = 11.0 / 4.0
    larger = replace(state, contract=contract)
    pair, system = pair_of(baseline_world, "gazprom_uzb_2026"), baseline_world.exchange
    assert limits(larger, now)[1][pair] == pytest.approx((2.8 + 11.0) / 5.65)
    wide = replace(larger, capacity=np.where(larger.capacity > 0.0, np.inf, 0.0))
    traded = [
        exchange.solve(system.pairs, exchange_conditions(case, now), state.exchange, 300)
        .flow[system.pair == pair]
        .sum()
        for case in (replace(wide, contract=state.contract), wide)
    ]
    assert traded[1] > 1.1 * traded[0] > 1.0


@pytest.mark.parametrize(("name", "seller"), [("gazprom_arm", "RUS"), ("irn_arm_swap", "IRN"), ("tkm_chn_cnpc", "TKM")])
def test_half_a_contract_is_half_the_trade_from_whatever_field(baseline_world, name, seller):
    """Half of what is traded is signed: the parties trade just that, by all ways and from all fields."""
    pairs, system = pairs_of(baseline_world, name), baseline_world.exchange
    half, begin = 0.5 * system.flow[pairs].sum(), baseline_world.start + 1
    cut = Edit("cut", "contract.volume", (name,), "set", half, (begin, begin))
    *_, (_, state, _) = steps(lasting(baseline_world, 4, cut))
    layer = system.pairs.source_commodity[system.pairs.source[np.flatnonzero(np.isin(system.pair, pairs))[0]]]
    sold = system.supplier[system.pairs.source] == baseline_world.axes["supplier"].at(seller)
    buyer = system.pairs.sink[np.isin(system.pair, pairs)][0]
    theirs = sold & (system.pairs.sink == buyer) & (system.pairs.source_commodity[system.pairs.source] == layer)
    assert_allclose(state.exchange.flow[theirs].sum(axis=0), half, rtol=1e-4)


def test_contracts_that_exceed_what_is_delivered_can_be_cut_to_it(baseline_world):
    """Iran delivers 7 of the 9.6 signed: a contract of 7.5 changes no flow."""
    begin = baseline_world.start + 2
    cut = Edit("cut", "contract.volume", (IRANIAN,), "set", 7.5 / 4.0, (begin, begin))
    flows = [state.exchange.flow for _, state, _ in steps(lasting(baseline_world, 5, cut))]
    assert_allclose(flows[-1], flows[1], rtol=0.02, atol=0.02)


@pytest.mark.parametrize("lapsed", [(IRANIAN,), ("kaz_chn",), (IRANIAN, "kaz_chn", "uzb_chn", CHINESE)])
def test_an_exclusive_contract_holds_while_other_gas_seeks_a_way(baseline_world, lapsed):
    """Iran's Turkish contract lapses, or Kazakhstan's Chinese one: Armenia's gas stays Gazprom's."""
    history = steps(lapse(baseline_world, *lapsed))
    system, pair = baseline_world.exchange, baseline_world.exchange.pair
    own = pair_of(baseline_world, "gazprom_arm")
    excluded = baseline_world.contracts.excludes.tocsc()[:, [at(baseline_world, "gazprom_arm")]].indices
    assert own not in excluded
    others = np.isin(pair, excluded)
    base = system.flow[np.unique(pair[others])].sum()
    assert max(state.exchange.flow[others].sum() for _, state, _ in history) <= base * (1.0 + 1e-9)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_no_pair_trades_more_than_contracts_leave_and_those_that_would_trade_just_that(baseline_world, kept):
    """Contracts cut to a share of what is delivered; all others stay."""
    state, now = at_start(baseline_world)
    system, names = baseline_world.exchange, (IRANIAN, CHINESE, "gazprom_kgz", "mol_druzhba")
    contract, pairs = state.contract.copy(), np.array([pair_of(baseline_world, name) for name in names])
    for name, pair in zip(names, pairs, strict=True):
        contract[at(baseline_world, name)] = kept * system.flow[pair]
    less = replace(state, contract=contract)
    flow = exchange.solve(system.pairs, exchange_conditions(less, now), state.exchange, 600).flow[:, 0]
    traded = np.bincount(system.pair, flow, len(system.flow))
    assert (traded[pairs] <= kept * system.flow[pairs] * (1.0 + 1e-12)).all()
    assert_allclose(traded[pairs], kept * system.flow[pairs], rtol=0.01, atol=1e-12)
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
    k, system = at(baseline_world, BLUE_STREAM), baseline_world.exchange
    trade = now.world.contracts.routes[[k]] @ before.exchange.flow
    scale = 0.5 * system.flow[pairs_of(baseline_world, BLUE_STREAM)].sum() / trade
    half = replace(before, exchange=replace(before.exchange, flow=before.exchange.flow * scale))
    prior = now.world.contracts.prior[k]
    assert renewal(half, now)[k] == pytest.approx(prior * 0.5 / (prior * 0.5 + 1.0 - prior), rel=1e-9)
    before, now = due(baseline_world, BLUE_STREAM, INDIFFERENT)
    assert renewal(before, now)[k] == pytest.approx(prior, rel=1e-12)


def test_a_lapse_beside_it_does_not_make_a_contract_look_worth_less(baseline_world):
    """TurkStream after Blue Stream lapsed: the pair trades all that is left to it, so the odds are the prior's."""
    before, now = due(baseline_world, BLUE_STREAM, {"markets.renewal_alignment": 0.0})
    k, contract = at(baseline_world, "gazprom_botas_turkstream"), before.contract.copy()
    contract[at(baseline_world, BLUE_STREAM)] = 0.0
    mine = np.isin(baseline_world.exchange.pair, pairs_of(baseline_world, BLUE_STREAM))[:, None]
    left = before.exchange.flow * np.where(mine, 15.75 / 4.0 / before.exchange.flow[mine[:, 0]].sum(axis=0), 1.0)
    lapsed = replace(before, contract=contract, exchange=replace(before.exchange, flow=left))
    assert renewal(lapsed, now)[k] == pytest.approx(now.world.contracts.prior[k], rel=1e-9)


def test_a_trade_that_stopped_keeps_some_hope(baseline_world):
    before, now = due(baseline_world, BLUE_STREAM, {"markets.renewal_alignment": 0.0})
    k, stopped = at(baseline_world, BLUE_STREAM), replace(before.exchange, flow=0.0 * before.exchange.flow)
    prior = now.world.contracts.prior[k]
    odds = prior / (1.0 - prior) * np.exp(-3.0)
    assert renewal(replace(before, exchange=stopped), now)[k] == pytest.approx(odds / (1.0 + odds), rel=1e-9)


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
    assert chance.max() <= 0.95 + 1e-3


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


def test_the_buyer_that_lost_its_contract_has_less_to_withhold(baseline_world):
    """Turkmen gas goes to neighbours who send theirs to China; what is left hangs on China's say over the lines."""
    axes = baseline_world.axes
    country, pole = axes["country"].at("TKM"), axes["pole"].at("CHN")
    whole = steps(lapse(baseline_world, CHINESE))
    history = whole[1], whole[-1]
    losses = [state.loss_channel[country, pole, axes["channel"].at("network"), 0] for _, state, _ in history]
    shares = [
        record(state, now, ("export_share",))["export_share"][country, pole, axes["commodity"].at("gas"), 0]
        for _, state, now in history
    ]
    assert shares[0] > 0.7
    assert shares[1] < 0.05
    assert losses[1] < 0.9 * losses[0]


def test_what_remains_of_a_contract_bounds_what_could_be_rerouted(baseline_world):
    """Türkiye without its Russian contracts cannot turn to that pair when somebody else withholds."""
    history = steps(lapse(baseline_world, BLUE_STREAM, "gazprom_botas_turkstream", "gazprom_private_tur"))
    _, state, now = history[-1]
    most = limits(state, now)[0][:, 0]
    room = stake(state, now).selling_room[:, 0]
    for n in np.flatnonzero(np.isfinite(most)):
        mine = baseline_world.exchange.pair == baseline_world.contracts.pairs[n]
        assert room[mine].max() <= most[n] * (1.0 + 1e-9)
    assert np.isfinite(most).any()
