"""Regimes: which structural edits hold together, and what withdrawals solved in full cost under each."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.clearing import clearing
from model.dependence import country_gdp, network_loss
from model.events import STRUCTURAL, Edit, schedule
from model.links import links
from model.now import Now
from model.regimes import MOST_SETS, MOVED, correction_under, counted, regimes
from model.setting import prepare
from model.simulation import opening
from model.withholding import exchange_losses, freight_losses, worth
from tests.worlds import FEW, lasting, opened

EDITS = (
    Edit("shut", "link.open", ("O001c",), "set", 0.0, (2, 6), 3),
    Edit("talk", "offer.level", ("KAZ", "CHN"), "add", 0.01, (1, 1)),
    Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (1, 9), None, 0.5),
    Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (4, 4), 2),
)
CUT_FOR_GOOD = ("link.open", ("O001c",), "set", 0.0)


def test_every_run_and_quarter_is_in_the_regime_of_the_structural_edits_it_is_under():
    start, quarters, runs = 1, 12, np.arange(40)
    plan = schedule(EDITS, 3, runs)
    sets, which = regimes(plan, start, quarters)
    assert sets[0] == ()
    assert len(set(sets)) == len(sets) == 8  # three structural edits, all ways
    for index in range(quarters):
        for run in runs:
            now = [plan.begins[row, run] <= start + index < plan.ends[row, run] for row in range(len(EDITS))]
            held = tuple(e for e, on in zip(EDITS, now, strict=True) if on and e.target in STRUCTURAL)
            assert sets[which[index, run]] == held


def test_what_a_later_edit_of_the_same_state_replaced_is_in_force_no_more():
    """Open in quarter 2, closed again in quarter 5: what holds at a time hangs on dates, not on lines of a file."""
    opens = Edit("a", "dyad.state", ("ARM-AZE",), "set", 0.0, (2, 2))
    closes = Edit("b", "dyad.state", ("ARM-AZE",), "set", 1.0, (5, 5))
    for edits in ((opens, closes), (closes, opens)):
        sets, which = regimes(schedule(edits, 0, np.arange(1)), 0, 8)
        assert [sets[n] for n in which[:, 0]] == [(), (), (opens,), (opens,), (opens,), (closes,), (closes,), (closes,)]


def test_many_independent_events_make_no_more_sets_than_are_worth_their_cost():
    """Those that hold longest count; edits of one event, and all that are certain, make one chain each."""
    links = [f"L{n}" for n in range(12)]
    random = tuple(Edit(f"e{n}", "link.open", (name,), "set", 0.0, (n, n + 9)) for n, name in enumerate(links))
    assert counted(random, 40) == [0, 1, 2, 3, 4, 5]
    followed = tuple(replace(edit, id="one") for edit in random)
    certain = tuple(replace(edit, at=(n, n)) for n, edit in enumerate(random))
    assert counted(followed, 40) == counted(certain, 40) == list(range(12))
    assert len(regimes(schedule(random, 0, np.arange(400)), 0, 40)[0]) <= MOST_SETS


def test_without_structural_edits_there_is_one_regime():
    sets, which = regimes(schedule(EDITS[1:2], 0, np.arange(3)), 0, 4)
    assert sets == ((),)
    assert_array_equal(which, np.zeros((4, 3)))


@pytest.fixture(scope="module")
def base(baseline_world):
    """Setting, state and base of one run without any edit."""
    setting, state, base = opened(baseline_world, 1, FEW)
    return setting.without_edits(), state, base


def test_no_edit_leaves_the_correction_as_it_was_opened(base):
    setting, state, found = base
    assert_array_equal(correction_under(setting, state, found, ()), found.correction[0])


def test_a_shut_pipeline_corrects_what_it_moves_and_nothing_else(base):
    """Moved cells: the full solve in the network with the pipeline shut. The others: to the bit as before."""
    setting, state, found = base
    world = setting.world
    held = lasting(world, 1, Edit("held", *CUT_FOR_GOOD, (world.start, world.start)))
    corrected = correction_under(setting, state, found, held.edits)
    kazakh, russian = world.axes["country"].at("KAZ"), world.axes["controller"].at("RUS")
    after, now = shut_long_ago(held, setting)
    every = np.arange(len(world.axes["controller"]))
    change = network_loss(after, now, every).parts - network_loss(state, Now(setting, found, 0), every).parts
    still = np.abs(change).max(axis=0) <= 0.9 * MOVED * worth(after, now)
    assert_array_equal(corrected[:, still], found.correction[0][:, still])
    assert (corrected != found.correction[0])[:, kazakh, russian].any()
    assert still.sum() > 100
    closed = network_loss(after, now, np.array([russian])).parts[:, kazakh, 0, 0]
    sold, bought = exchange_losses(after, now, np.array([kazakh]), np.array([russian]))
    freight = freight_losses(after, now, np.array([russian]))
    lost = world.exchange.source_owner.toarray()[kazakh] @ sold[:, 0, 0]
    lost += world.exchange.sink_owner.toarray()[kazakh] @ bought[:, 0, 0]
    lost += world.freight.incidence.toarray()[kazakh] @ freight[:, 0, 0]
    assert_allclose(corrected[:, kazakh, russian, 0] @ closed, lost, rtol=1e-6)
    assert lost > 0.005 * country_gdp(after, now)[kazakh, 0]


def shut_long_ago(world, setting):
    """The base quarter of a world whose edits hold, cleared with the sweeps of a structural quarter."""
    changed = prepare(world, np.arange(1), 0, dict(setting.parameters))
    state, found = opening(changed.without_edits())
    now = Now(changed, found, 0)
    return clearing(replace(links(state, now), structural=np.ones(1, dtype=bool)), now), now


def test_an_opening_counts_as_complete_however_slow_it_is(base):
    """Neither the time a border takes to open nor that a project takes to fill changes what holds in the end."""
    setting, state, found = base
    world = setting.world
    begin = (world.start, world.start)
    edits = (
        Edit("open", "dyad.state", ("ARM-TUR",), "set", 0.0, begin),
        Edit("built", "project.stage", ("kars_gyumri",), "set", 3.0, begin),
        Edit("pipe", "project.stage", ("trans_caspian_gas",), "set", 3.0, begin),
    )
    slow = replace(setting, parameters=setting.parameters | {"dyads.opening": 40.0})
    later = replace(setting, world=replace(world, project_ramp=4.0 * world.project_ramp))
    usual = correction_under(setting, state, found, edits)
    assert (usual != found.correction[0]).any()
    for other in (slow, later):
        assert_allclose(correction_under(other, state, found, edits), usual, rtol=1e-6)


def test_a_change_that_is_reached_slowly_counts_as_reached(base):
    setting, state, found = base
    at_once = Edit("cut", *CUT_FOR_GOOD, (setting.world.start, setting.world.start))
    slowly = replace(at_once, at=(3, 5), chances=(0.2, 0.3, 0.5), over=8)
    usual, slow = (correction_under(setting, state, found, (one,)) for one in (at_once, slowly))
    assert_array_equal(slow, usual)
    assert (usual != found.correction[0]).any()


def test_edits_of_a_market_count(baseline_world):
    begin = (baseline_world.start, baseline_world.start)
    halved = Edit("half", "market.volume", ("oil_src_kaz_caspian",), "multiply", 0.5, begin)
    _, _, found = opened(lasting(baseline_world, 2, halved), 1, FEW)
    assert (found.correction[1] != found.correction[0]).any()


def test_runs_whose_event_comes_at_different_times_are_corrected_each_in_its_own(baseline_world):
    begin = baseline_world.start
    cut = Edit("cut", *CUT_FOR_GOOD, (begin + 1, begin + 2))
    setting, _, found = opened(lasting(baseline_world, 4, cut), 8, FEW)
    kazakh = baseline_world.axes["country"].at("KAZ")
    before, after = found.correction[:, :, kazakh, 0]
    shares = []
    for index in range(4):
        held = setting.plan.begins[0] <= begin + index
        shares.append(held.mean())
        assert_array_equal(Now(setting, found, index).correction[:, kazakh, 0], np.where(held, after, before))
    assert shares[0] == 0.0 < shares[1] < 1.0 == shares[2]
