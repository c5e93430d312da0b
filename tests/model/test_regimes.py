"""Regimes: which structural edits hold together, and what withdrawals solved in full cost under each."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from model.clearing import clearing
from model.dependence import country_gdp, network_loss
from model.events import STRUCTURAL, Edit
from model.links import links
from model.now import Now
from model.regimes import MOST_SETS, MOVED, correction_under, counted, nested, weights
from model.setting import prepare
from model.simulation import blank, opening
from model.step import events, transitions
from model.withholding import exchange_losses, freight_losses, large, ratio, worth
from tests.worlds import FEW, QUIET, lasting, opened, quarters

CUT_FOR_GOOD = ("link.open", ("O001c",), "set", 0.0)


def dated(world, *edits, lasts=12):
    """The world with some edits dated in quarters from the start."""
    begin = world.start
    return lasting(world, lasts, *(replace(edit, at=(begin + edit.at[0], begin + edit.at[1])) for edit in edits))


def followed(world, *edits, runs=1, lasts=12):
    """Setting of some edits, and every quarter's state and view, with nothing but events and clocks at work."""
    setting = prepare(dated(world, *edits, lasts=lasts), np.arange(runs), 3, QUIET)
    state, seen = blank(setting), []
    for index in range(lasts):
        now = Now(setting, None, index)
        state = events(state, now)
        seen.append((state, now))
        state = transitions(state, now)
    return setting, seen


def weighed(seen):
    """Weight of each set of ids in each quarter of the first run."""
    return [
        {tuple(edit.id for edit in kind): weight[0] for kind, weight in weights(state, now) if weight[0] > 0.0}
        for state, now in seen
    ]


def test_every_run_and_quarter_is_in_the_regime_of_the_structural_edits_it_is_under(baseline_world):
    edits = (
        Edit("shut", "link.open", ("O001c",), "set", 0.0, (1, 5), 3),
        Edit("talk", "offer.level", ("KAZ", "CHN"), "add", 0.01, (0, 0)),
        Edit("rupture", "dyad.state", ("ARM-IRN",), "set", 1.0, (0, 8), None, 0.5),
        Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (3, 3), 2),
    )
    setting, seen = followed(baseline_world, *edits, runs=40)
    plan, kinds = setting.plan, set()
    for state, now in seen:
        found = weights(state, now)
        kinds |= {kind for kind, _ in found}
        for run in range(40):
            on = [plan.begins[row, run] <= now.quarter < plan.ends[row, run] for row in range(len(edits))]
            held = {e.id for e, holds in zip(plan.edits, on, strict=True) if holds and e.target in STRUCTURAL}
            assert {frozenset(e.id for e in kind): w[run] for kind, w in found if w[run]} == {frozenset(held): 1.0}
    assert len(kinds) == 8  # three structural edits, all ways


def test_an_opening_weighs_as_much_as_it_has_come_to(baseline_world):
    """A border by 1 - exp(-t/tau), a project by its ramp, a slow change by its steps; no further than those before."""
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (2, 2))
    pipe = Edit("pipe", "project.stage", ("trans_caspian_gas",), "set", 3.0, (4, 4))
    less = Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (5, 5), over=4)
    setting, seen = followed(baseline_world, peace, pipe, less, lasts=20)
    takes = setting.world.projects.ramp[setting.world.axes["project"].at("trans_caspian_gas")]
    for index, found in enumerate(weighed(seen)):
        opened = 1.0 - np.exp(-(index - 1) / setting.value("dyads.opening")) if index >= 2 else 0.0
        filled = min(opened, np.clip((index - 3) / takes, 0.0, 1.0))
        reduced = min(filled, np.clip((index - 4) / 4.0, 0.0, 1.0))
        sets = ((), ("peace",), ("peace", "pipe"), ("peace", "pipe", "less"))
        wanted = (1.0 - opened, opened - filled, filled - reduced, reduced)
        for kind, weight in zip(sets, wanted, strict=True):
            assert found.get(kind, 0.0) == pytest.approx(weight, abs=1e-12), (index, kind)
        assert sum(found.values()) == pytest.approx(1.0)


def test_what_acts_at_once_does_not_wait_for_an_opening(baseline_world):
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (1, 1))
    shut = Edit("shut", "link.open", ("O001c",), "set", 0.0, (3, 3))
    found = weighed(followed(baseline_world, peace, shut, lasts=6)[1])[4]
    assert set(found) == {("shut",), ("peace", "shut")}


def test_a_peace_said_twice_and_one_that_was_there_change_nothing(baseline_world):
    """Weights follow the border, not the file."""
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (1, 1))
    again = Edit("again", "dyad.state", ("ARM-AZE",), "set", 0.0, (5, 5))
    idle = Edit("idle", "dyad.state", ("ARM-GEO",), "set", 0.0, (2, 2))
    once, twice = (weighed(followed(baseline_world, *edits)[1]) for edits in ((peace,), (peace, again, idle)))
    for one, two in zip(once, twice, strict=True):
        assert one.get((), 0.0) == two.get((), 0.0)
        assert sum(two.values()) == pytest.approx(1.0)


def test_a_border_that_was_shut_for_a_while_opens_anew_in_the_correction_too(baseline_world):
    """Both ways: a peace broken for two quarters, and an open border closed for two."""
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (1, 1))
    breach = Edit("breach", "dyad.state", ("ARM-AZE",), "set", 1.0, (6, 6), 2)
    closed = Edit("closed", "dyad.state", ("ARM-IRN",), "set", 1.0, (6, 6), 2)
    setting, seen = followed(baseline_world, peace, breach)
    anew = [1.0 - np.exp(-n / setting.value("dyads.opening")) for n in range(1, 6)]
    broken = [quarter.get(("peace",), 0.0) for quarter in weighed(seen)]
    assert_allclose(broken, [0.0, *anew, 0.0, 0.0, *anew[:4]])
    shut = [quarter.get(("closed",), 0.0) for quarter in weighed(followed(baseline_world, closed)[1])]
    assert_allclose(shut, [0.0] * 6 + [1.0, 1.0, *(1.0 - n for n in anew[:4])])


def test_opening_times_edited_in_time_are_followed(baseline_world):
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (1, 1))
    slower = Edit("slower", "parameter.dyads.opening", (), "multiply", 1.5, (4, 4))
    setting, seen = followed(baseline_world, peace, slower, runs=3)
    usual = setting.value("dyads.opening")
    tau = [usual] * 4 + [1.5 * usual] * 8
    wanted = [0.0 if n < 1 else 1.0 - np.exp(-n / tau[n]) for n in range(12)]
    assert_allclose([quarter.get(("peace",), 0.0) for quarter in weighed(seen)], wanted)


def test_what_a_later_edit_of_the_same_state_replaced_is_in_force_no_more(baseline_world):
    """Pressure of quarter 1, stronger in 4: what holds at a time hangs on dates, not on lines of a file."""
    first = Edit("a", "coercion.level", ("KAZ", "RUS"), "set", 2.0, (1, 1))
    later = Edit("b", "coercion.level", ("KAZ", "RUS"), "set", 3.0, (4, 4))
    for edits in ((first, later), (later, first)):
        held = weighed(followed(baseline_world, *edits, lasts=7)[1])
        assert held == [{kind: 1.0} for kind in ((), ("a",), ("a",), ("a",), ("b",), ("b",), ("b",))]


def test_a_state_set_for_a_while_is_not_replaced_by_one_set_for_good(baseline_world):
    first = Edit("a", "coercion.level", ("KAZ", "RUS"), "set", 2.0, (1, 1), 5)
    later = Edit("b", "coercion.level", ("KAZ", "RUS"), "set", 3.0, (4, 4))
    held = weighed(followed(baseline_world, first, later, lasts=7)[1])
    assert [next(iter(kind)) for kind in held] == [(), ("a",), ("a",), ("a",), ("a", "b"), ("a", "b"), ("b",)]


def test_a_slow_change_weighs_by_the_steps_it_has_taken(baseline_world):
    less = Edit("less", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (2, 2), over=4)
    found = [quarter.get(("less",), 0.0) for quarter in weighed(followed(baseline_world, less, lasts=8)[1])]
    assert_allclose(found, [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0])


def test_an_edit_of_what_is_no_state_is_not_replaced_by_a_later_one(baseline_world):
    """Both halve what a field gives: the second does not undo the first."""
    half = Edit("a", "market.volume", ("gas_src_uzb",), "multiply", 0.5, (1, 1))
    halves = (half, replace(half, id="b", at=(2, 2)))
    assert [*weighed(followed(baseline_world, *halves, lasts=4)[1])[3]] == [("a", "b")]


@given(arrays(float, (4, 3), elements=st.sampled_from([0.0, 0.2, 0.5, 1.0])), st.integers(0, 2**32 - 1))
def test_weights_are_those_of_nested_sets_and_give_back_shares_in_order(share, seed):
    order = np.random.default_rng(seed).permuted(np.arange(float(share.size)).reshape(share.shape), axis=0)
    kinds, weight = nested(share, order)
    assert_allclose(weight.sum(axis=0), 1.0)
    assert (weight >= 0.0).all()
    for run in range(share.shape[1]):
        mine = sorted(({*np.flatnonzero(kind)} for kind, w in zip(kinds, weight[:, run], strict=True) if w), key=len)
        assert all(one <= other for one, other in pairwise(mine))
        place = np.argsort(order[:, run])
        assert_allclose(kinds.T[place] @ weight[:, run], np.minimum.accumulate(share[place, run]), atol=1e-12)


def test_many_independent_events_make_no_more_sets_than_are_worth_their_cost():
    """Those that hold longest count; edits of one event, and all that are certain, make one chain each."""
    links = [f"L{n}" for n in range(12)]
    random = tuple(Edit(f"e{n}", "link.open", (name,), "set", 0.0, (n, n + 9)) for n, name in enumerate(links))
    assert counted(random, 40) == (0, 1, 2, 3, 4, 5)
    same = tuple(replace(edit, id="one") for edit in random)
    certain = tuple(replace(edit, at=(n, n)) for n, edit in enumerate(random))
    assert counted(same, 40) == counted(certain, 40) == tuple(range(12))
    assert counted(tuple(replace(edit, duration=2) for edit in random), 40) == (0, 1, 2)


def test_many_links_closed_together_count_as_one_change():
    """What is certain makes as many sets as there are dates, however many links; too long a chain leaves the others."""
    closure = Edit("x", "link.open", ("L0",), "set", 0.0, (5, 5), 8)
    together = tuple(replace(closure, where=(f"L{n}",)) for n in range(200))
    assert counted(together, 40) == tuple(range(200))
    staggered = tuple(replace(edit, at=(n, n)) for n, edit in enumerate(together))
    chance = replace(closure, id="y", at=(3, 9))
    assert counted((*staggered, chance), 400) == (200,)


def test_as_many_sets_as_were_counted_on_are_not_exceeded(baseline_world):
    """Two chains of an opening, a ramp and a closing, at drawn dates: at most (1 + 1) (1 + 2) sets each."""
    chains = [
        Edit(f"{name}", target, where, "set", value, (n + lag, n + lag + 9))
        for name, pair, project, n in (("x", "ARM-AZE", "kars_gyumri", 0), ("y", "ARM-TUR", "margara_igdir", 3))
        for target, where, value, lag in (
            ("dyad.state", (pair,), 0.0, 0),
            ("project.stage", (project,), 3.0, 2),
            ("link.open", ("O001c",), 0.0, 4),
        )
    ]
    setting, seen = followed(baseline_world, *chains, runs=300, lasts=30)
    assert len(counted(setting.plan.edits, seen[-1][1].quarter + 1)) == len(chains)
    kinds = {kind for state, now in seen for kind, _ in weights(state, now)}
    assert 12 < len(kinds) <= 36 <= MOST_SETS


def test_what_follows_by_chance_makes_sets_of_its_own_within_the_bound(baseline_world):
    lead = Edit("lead", "link.open", ("O001b",), "set", 0.0, (1, 1))
    links = list(baseline_world.axes["link"])[:9]
    others = [replace(lead, where=(link,), conditions=((link, 0.5),)) for link in links]
    assert counted((lead, *others[:2]), 40) == (0, 1, 2)
    assert 2 ** len(counted((lead, *others), 40)) <= MOST_SETS
    setting, seen = followed(baseline_world, lead, *others[:2], runs=40, lasts=3)
    assert (
        len({kind for state, now in seen for kind, _ in weights(state, now)}) == 5
    )  # nothing; the leader; either; both
    fired = {tuple(begin < setting.world.start + 3) for begin in setting.plan.begins.T}
    assert fired == {(True, a, b) for a in (False, True) for b in (False, True)}


def test_without_structural_edits_there_is_one_regime(baseline_world):
    talk = Edit("talk", "offer.level", ("KAZ", "CHN"), "add", 0.01, (0, 0))
    _, seen = followed(baseline_world, talk, runs=3, lasts=4)
    for state, now in seen:
        ((kind, weight),) = weights(state, now)
        assert kind == ()
        assert_array_equal(weight, np.ones(3))


@pytest.fixture(scope="module")
def base(baseline_world):
    """Setting, state and base of one run without any edit."""
    setting, state, base = opened(baseline_world, 1, FEW)
    return setting.without_edits(), state, base


def unedited(setting, state, found):
    """Correction of the base quarter without any edit."""
    return found.correction(state, Now(setting.without_edits(), found, 0))


def test_no_edit_leaves_the_correction_as_it_was_opened(base):
    setting, state, found = base
    assert_array_equal(correction_under(setting, state, found, ()), unedited(setting, state, found))


def test_a_shut_pipeline_corrects_what_it_moves_and_nothing_else(base):
    """Moved parts of cells: the full solve in the network with the pipeline shut. The others: to the bit as before."""
    setting, state, found = base
    world = setting.world
    held = lasting(world, 1, Edit("held", *CUT_FOR_GOOD, (world.start, world.start)))
    corrected = correction_under(setting, state, found, held.edits)
    kazakh, russian = world.axes["country"].at("KAZ"), world.axes["controller"].at("RUS")
    after, now = shut_long_ago(held, setting)
    every = np.arange(len(world.axes["controller"]))
    change = network_loss(after, now, every).parts - network_loss(state, Now(setting, found, 0), every).parts
    still = np.abs(change) <= 0.9 * MOVED * worth(after, now)
    assert_array_equal(corrected[:, still], unedited(setting, state, found)[:, still])
    assert (still.any(axis=0) & ~still.all(axis=0)).any()  # of some cells one part moves and another does not
    assert (corrected != unedited(setting, state, found))[0, :, kazakh, russian].any()
    assert still.sum() > 100
    closed = network_loss(after, now, np.array([russian])).parts[:, kazakh, 0, 0]
    sold, bought = exchange_losses(after, now, np.array([kazakh]), np.array([russian]))
    freight = freight_losses(after, now, np.array([russian]))
    lost = world.exchange.source_owner.toarray()[kazakh] @ sold[:, 0, 0]
    lost += world.exchange.sink_owner.toarray()[kazakh] @ bought[:, 0, 0]
    lost += world.freight.incidence.toarray()[kazakh] @ freight[:, 0, 0]
    assert_allclose(corrected[0, :, kazakh, russian, 0] @ closed, lost, rtol=1e-6)
    assert lost > 0.005 * country_gdp(after, now)[kazakh, 0]
    moved = ~still[:, kazakh, russian, 0]
    seen = corrected[1, :, kazakh, russian, 0] * country_gdp(after, now)[kazakh, 0]
    assert_allclose(seen[moved], closed[moved], rtol=1e-6)  # the loss at which the ratio was found


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
    later = replace(setting, world=replace(world, projects=replace(world.projects, ramp=4.0 * world.projects.ramp)))
    usual = correction_under(setting, state, found, edits)
    assert (usual != unedited(setting, state, found)).any()
    for other in (slow, later):
        assert_allclose(correction_under(other, state, found, edits), usual, rtol=1e-6)


def test_a_change_that_is_reached_slowly_counts_as_reached(base):
    setting, state, found = base
    at_once = Edit("cut", *CUT_FOR_GOOD, (setting.world.start, setting.world.start))
    slowly = replace(at_once, at=(3, 5), chances=(0.2, 0.3, 0.5), over=8)
    usual, slow = (correction_under(setting, state, found, (one,)) for one in (at_once, slowly))
    assert_array_equal(slow, usual)
    assert (usual != unedited(setting, state, found)).any()


def effects(setting, state, found):
    """Network loss solved in full in every quarter, then as corrected, without the event and with it complete."""
    for _, after, now in quarters(setting, state, found):
        net = network_loss(after, now, np.arange(len(now.world.axes["controller"])))
        cells = large(after, now, net.surplus)
        told, output = found.correction(after, now), country_gdp(after, now)[:, None]
        full = np.stack([ratio(after, now, net.parts, cells), net.parts / output])
        edits = setting.world.edits if now.index else ()
        ends = [correction_under(setting.without_edits(), state, found, kind) for kind in ((), edits)]
        yield np.stack([net.corrected(kind, output) for kind in (np.where(cells, full, told), told, *ends)])


def test_while_a_border_opens_its_effect_is_nearer_to_the_truth_than_with_either_end(baseline_world):
    """Truth: withdrawals solved in the quarter itself, with the peace and without. Worst quarter of two years."""
    begin = (baseline_world.start + 1, baseline_world.start + 1)
    peace = Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, begin)
    worlds = [lasting(baseline_world, 9, *edits) for edits in ((), (peace,))]
    without, under = (np.stack([*effects(*opened(world, 1, FEW | QUIET))]) for world in worlds)
    true, *told = np.moveaxis(under - without, 1, 0)
    moved, before, complete = (np.sqrt(((one - true) ** 2).sum(axis=(1, 2, 3))).max() for one in told)
    assert moved < 0.6 * min(before, complete)


def test_edits_of_a_market_count(baseline_world):
    begin = (baseline_world.start, baseline_world.start)
    halved = Edit("half", "market.volume", ("oil_src_kaz_caspian",), "multiply", 0.5, begin)
    setting, state, found = opened(lasting(baseline_world, 2, halved), 1, FEW)
    assert (found.correction(state, Now(setting, found, 0)) != unedited(setting, state, found)).any()


def test_runs_whose_event_comes_at_different_times_are_corrected_each_in_its_own(baseline_world):
    begin = baseline_world.start
    cut = Edit("cut", *CUT_FOR_GOOD, (begin + 1, begin + 2))
    setting, state, found = opened(lasting(baseline_world, 4, cut), 8, FEW)
    kazakh = baseline_world.axes["country"].at("KAZ")
    before = unedited(setting, state, found)[:, :, kazakh, 0]
    after = correction_under(setting.without_edits(), state, found, setting.plan.edits)[:, :, kazakh, 0]
    shares = []
    for index in range(4):
        held = setting.plan.begins[0] <= begin + index
        shares.append(held.mean())
        told = found.correction(state, Now(setting, found, index))[:, :, kazakh, 0]
        assert_allclose(told, np.where(held, after, before), rtol=1e-12)
    assert shares[0] == 0.0 < shares[1] < 1.0 == shares[2]
