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
from model.regimes import correction_under, regimes
from model.setting import prepare
from model.simulation import opening
from model.withholding import exchange_losses, freight_losses
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
    moved = np.argwhere(corrected[:, :, 0] != found.correction[0, :, :, 0])
    kazakh, russian = world.axes["country"].at("KAZ"), world.axes["controller"].at("RUS")
    assert [kazakh, russian] in moved.tolist()
    assert 0 < len(moved) < 40
    after, now = shut_long_ago(held, setting)
    closed = network_loss(after, now, np.array([russian])).surplus[kazakh, 0, 0]
    sold, bought = exchange_losses(after, now, np.array([kazakh]), np.array([russian]))
    freight = freight_losses(after, now, np.array([russian]))
    lost = world.exchange.source_owner.toarray()[kazakh] @ sold[:, 0, 0]
    lost += world.exchange.sink_owner.toarray()[kazakh] @ bought[:, 0, 0]
    lost += world.freight.incidence.toarray()[kazakh] @ freight[:, 0, 0]
    assert_allclose(corrected[kazakh, russian, 0] * closed, lost, rtol=1e-6)
    assert lost > 0.005 * country_gdp(after, now)[kazakh, 0]


def shut_long_ago(world, setting):
    """The base quarter of a world whose edits hold, cleared with the sweeps of a structural quarter."""
    changed = prepare(world, np.arange(1), 0, dict(setting.parameters))
    state, found = opening(changed.without_edits())
    now = Now(changed, found, 0)
    return clearing(replace(links(state, now), structural=np.ones(1, dtype=bool)), now), now


def test_edits_of_a_market_count_though_another_scenario_opened_first(baseline_world):
    """Openings are shared between scenarios on the same facts; the regime must see its own edits."""
    begin = (baseline_world.start, baseline_world.start)
    halved = Edit("half", "market.volume", ("oil_src_kaz_caspian",), "multiply", 0.5, begin)
    opened(lasting(baseline_world, 2), 1, FEW)
    _, _, found = opened(lasting(baseline_world, 2, halved), 1, FEW)
    assert (found.correction[1] != found.correction[0]).any()


def test_runs_whose_event_comes_at_different_times_are_corrected_each_in_its_own(baseline_world):
    begin = baseline_world.start
    cut = Edit("cut", *CUT_FOR_GOOD, (begin + 1, begin + 2))
    setting, _, found = opened(lasting(baseline_world, 4, cut), 8, FEW)
    kazakh = baseline_world.axes["country"].at("KAZ")
    before, after = found.correction[:, kazakh, 0, 0]
    shares = []
    for index in range(4):
        held = setting.plan.begins[0] <= begin + index
        shares.append(held.mean())
        assert_array_equal(Now(setting, found, index).correction[kazakh, 0], np.where(held, after, before))
    assert shares[0] == 0.0 < shares[1] < 1.0 == shares[2]
