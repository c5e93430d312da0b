"""Regimes: which structural edits hold together, and what withdrawals solved in full cost under each."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.clearing import clearing
from model.dependence import country_gdp, network_loss
from model.events import STRUCTURAL, Edit
from model.links import links
from model.now import Now
from model.regimes import MOST_SETS, MOVED, correction_under, counted, regimes
from model.setting import prepare
from model.simulation import opening
from model.withholding import exchange_losses, freight_losses, large, ratio, worth
from tests.worlds import FEW, QUIET, lasting, opened, quarters

CUT_FOR_GOOD = ("link.open", ("O001c",), "set", 0.0)


def weighed(world, *edits, runs=1, lasts=12):
    """Setting of some edits dated in quarters from the start, its sets of structural edits and their weights."""
    begin = world.start
    moved = tuple(replace(edit, at=(begin + edit.at[0], begin + edit.at[1])) for edit in edits)
    setting = prepare(lasting(world, lasts, *moved), np.arange(runs), 3, {})
    return setting, *regimes(setting)


def test_every_run_and_quarter_is_in_the_regime_of_the_structural_edits_it_is_under(baseline_world):
    edits = (
        Edit("shut", "link.open", ("O001c",), "set", 0.0, (1, 5), 3),
        Edit("talk", "offer.level", ("KAZ", "CHN"), "add", 0.01, (0, 0)),
        Edit("rupture", "dyad.state", ("ARM-IRN",), "set", 1.0, (0, 8), None, 0.5),
        Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (3, 3), 2),
    )
    setting, sets, weight = weighed(baseline_world, *edits, runs=40)
    plan = setting.plan
    assert sets[0] == ()
    assert len(set(sets)) == len(sets) == 8  # three structural edits, all ways
    for index in range(12):
        for run in range(40):
            quarter = setting.world.start + index
            now = [plan.begins[row, run] <= quarter < plan.ends[row, run] for row in range(len(edits))]
            held = tuple(e for e, on in zip(plan.edits, now, strict=True) if on and e.target in STRUCTURAL)
            assert_array_equal(weight[:, index, run], [float(kind == held) for kind in sets])


def test_an_opening_weighs_as_much_as_it_has_come_to(baseline_world):
    """A border by 1 - exp(-t/tau), a project by its ramp, a slow change by its steps; sets are nested."""
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (2, 2))
    pipe = Edit("pipe", "project.stage", ("trans_caspian_gas",), "set", 3.0, (4, 4))
    less = Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (5, 5), over=4)
    setting, sets, weight = weighed(baseline_world, peace, pipe, less, lasts=20)
    since = np.arange(20)[:, None] - [2, 4, 5]
    tau, ramp = setting.value("dyads.opening"), setting.world.project_ramp
    takes = ramp[setting.world.axes["project"].at("trans_caspian_gas")]
    come = np.where(since < 0, 0.0, (since + 1) / [1.0, takes, 4.0]).clip(0.0, 1.0)
    come[:, 0] = np.where(since[:, 0] < 0, 0.0, 1.0 - np.exp(-(since[:, 0] + 1) / tau))
    for row, edit in enumerate(setting.plan.edits):
        inside = np.array([edit in kind for kind in sets])
        assert_allclose(weight[inside].sum(axis=0)[:, 0], come[:, row], atol=1e-12)
    assert_allclose(weight.sum(axis=0), 1.0)
    assert (weight >= 0.0).all()
    for moment in weight[:, :, 0].T:
        weighty = [set(kind) for kind, much in zip(sets, moment, strict=True) if much > 0.0]
        assert all(a <= b for a, b in pairwise(sorted(weighty, key=len)))


def test_what_a_later_edit_of_the_same_state_replaced_is_in_force_no_more(baseline_world):
    """Shut in quarter 1, opened in 4: what holds at a time hangs on dates, not on lines of a file."""
    shuts = Edit("a", "dyad.state", ("ARM-IRN",), "set", 1.0, (1, 1))
    again = Edit("b", "dyad.state", ("ARM-IRN",), "set", 1.0, (4, 4))
    for edits in ((shuts, again), (again, shuts)):
        _, sets, weight = weighed(baseline_world, *edits, lasts=7)
        held = [sets[n] for n in weight[:, :, 0].argmax(axis=0)]
        assert ["".join(edit.id for edit in kind) for kind in held] == ["", "a", "a", "a", "b", "b", "b"]
        assert set(np.unique(weight)) == {0.0, 1.0}


def test_many_independent_events_make_no_more_sets_than_are_worth_their_cost(baseline_world):
    """Those that hold longest count; edits of one event, and all that are certain, make one chain each."""
    links = [f"L{n}" for n in range(12)]
    random = tuple(Edit(f"e{n}", "link.open", (name,), "set", 0.0, (n, n + 9)) for n, name in enumerate(links))
    assert counted(random, 40) == [0, 1, 2, 3, 4, 5]
    followed = tuple(replace(edit, id="one") for edit in random)
    certain = tuple(replace(edit, at=(n, n)) for n, edit in enumerate(random))
    assert counted(followed, 40) == counted(certain, 40) == list(range(12))
    _, sets, _ = weighed(baseline_world, *random, runs=400, lasts=40)
    assert 32 < len(sets) <= MOST_SETS


def test_what_follows_by_chance_makes_sets_of_its_own_within_the_bound(baseline_world):
    lead = Edit("lead", "link.open", ("O001b",), "set", 0.0, (1, 1))
    links = list(baseline_world.axes["link"])[:9]
    others = [replace(lead, where=(link,), conditions=((link, 0.5),)) for link in links]
    assert counted((lead, *others[:2]), 40) == [0, 1, 2]
    assert 2 ** len(counted((lead, *others), 40)) <= MOST_SETS
    setting, sets, _ = weighed(baseline_world, lead, *others[:2], runs=40)
    assert len(sets) == 5  # nothing, the leader, and with it either or both
    fired = {tuple(begin < setting.world.start + 40) for begin in setting.plan.begins.T}
    assert fired == {(True, a, b) for a in (False, True) for b in (False, True)}


def test_without_structural_edits_there_is_one_regime(baseline_world):
    talk = Edit("talk", "offer.level", ("KAZ", "CHN"), "add", 0.01, (0, 0))
    _, sets, weight = weighed(baseline_world, talk, runs=3, lasts=4)
    assert sets == ((),)
    assert_array_equal(weight, np.ones((1, 4, 3)))


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


def effects(setting, state, found):
    """Network loss solved in full in every quarter, then as corrected, without the event and with it complete."""
    for _, after, now in quarters(setting, state, found):
        net = network_loss(after, now, np.arange(len(now.world.axes["controller"])))
        cells = large(after, now, net.surplus)
        full = ratio(after, now, net.parts, cells)
        kinds = (np.where(cells, full, now.correction), now.correction, found.correction[0], found.correction[-1])
        yield np.stack([net.corrected(kind) for kind in kinds])


def test_while_a_border_opens_its_effect_is_nearer_to_the_truth_than_with_either_end(baseline_world):
    """Truth: withdrawals solved in the quarter itself, with the peace and without. Worst quarter of two years."""
    begin = (baseline_world.start + 1, baseline_world.start + 1)
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, begin)
    worlds = [lasting(baseline_world, 9, *edits) for edits in ((), (peace,))]
    without, under = (np.stack([*effects(*opened(world, 1, FEW | QUIET))]) for world in worlds)
    true, *told = np.moveaxis(under - without, 1, 0)
    moved, before, complete = (np.sqrt(((one - true) ** 2).sum(axis=(1, 2, 3))).max() for one in told)
    assert moved < 0.5 * min(before, complete)


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
