"""States join institutions, rise in them and leave by chance at the rates of the record (theory 7.8, 7.17)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.dyads import chances
from model.events import Edit
from model.memberships import (
    COVARIATES,
    DEGREES,
    DOWN,
    UP,
    covariates,
    hazards,
    next_lagged,
    next_membership,
    permitted,
    pressure,
    rung,
)
from model.now import Now
from model.openings import CLOSED, OPEN
from model.quarters import PER_YEAR, parse_quarter
from model.simulation import simulate
from scenarios.compiling.memberships import counted, opened, spells
from scenarios.tables import shipped_tables
from tests.worlds import FEW, lasting
from tests.worlds import opened as opening

START = "2025Q1"
DECADE = 40
WITHIN = 3.0
"""Factor between the record and what is expected of the next decade; the record of a class holds two to twenty."""
CLASSES = {
    "joining forums": (("political",), UP),
    "joining markets": (("economic",), UP),
    "joining pacts": (("security",), UP),
    "leaving pacts": (("security",), DOWN),
    "leaving all else": (("political", "economic"), DOWN),
}


@pytest.fixture(scope="module")
def base(baseline_world):
    """State and view of the last quarter of a year, with luck for some runs."""
    setting, state, opened_base = opening(lasting(baseline_world, 4), 20, FEW)
    return state, Now(setting, opened_base, 3)


def measured(state, now):
    """Covariates of a state."""
    parts = (state.alignment, state.membership, state.membership_lagged, state.dyad)
    return covariates(*parts, now.world.memberships)


def rates(state, now):
    """Rates from what is held to what may become, (becomes, N, R)."""
    facts = now.world.memberships
    return hazards(stands(state, facts), measured(state, now), facts)


def stands(state, facts):
    """Rung of each cell, (N, R)."""
    return rung(state.membership[facts.country, facts.institution])


def cell(world, country, institution):
    """Position of a state and an institution."""
    facts, axes = world.memberships, world.axes
    at = (facts.country == axes["country"].at(country)) & (facts.institution == axes["institution"].at(institution))
    return int(np.flatnonzero(at)[0])


def rising(found, at):
    """Rate of rising from none, (R,)."""
    return found[1:, at].sum(axis=0)


def hurried(world, factor=30.0):
    """The world with memberships that change every few years."""
    facts = world.memberships
    return replace(world, memberships=replace(facts, rates=factor * facts.rates))


def test_chances_of_a_year_on_the_base_state_are_sensible(base):
    chance = chances(rates(*base), PER_YEAR)
    possible = chance[chance > 0.0]
    assert possible.min() >= 1e-4
    assert possible.max() <= 0.95


def test_rates_of_the_record_are_those_of_the_mean_state_that_can_step(base):
    state, now = base
    facts = now.world.memberships
    found = measured(replace(state, membership_lagged=state.membership), now)
    place = stands(state, facts)[:, 0]
    for step, able in ((UP, place < 2), (DOWN, place > 0)):
        weighed = (facts.loads[step] * np.stack(found)[..., 0]).sum(axis=0) - facts.mean[step]
        for institution in np.unique(facts.institution[able]):
            mine = able & (facts.institution == institution)
            assert np.exp(weighed[mine]).mean() == pytest.approx(1.0)


@given(step=st.sampled_from((UP, DOWN)), place=st.integers(0, len(COVARIATES) - 1), more=st.floats(0.0, 2.0))
def test_a_rate_follows_each_covariate_as_its_load_says(base, step, place, more):
    state, now = base
    facts = now.world.memberships
    low = measured(state, now)
    high = (*low[:place], low[place] + more, *low[place + 1 :])
    change = pressure(step, high, facts) - pressure(step, low, facts)
    load = facts.loads[step, place][:, None]
    assert (np.sign(load) * change >= 0.0).all()
    assert (change[(load == 0.0)[:, 0]] == 0.0).all()


def test_whoever_is_nearer_to_the_poles_behind_an_institution_joins_sooner_and_leaves_later(base):
    state, now = base
    axes, facts = now.world.axes, now.world.memberships
    near = state.alignment.copy()
    near[axes["country"].at("KAZ"), axes["pole"].at("RUS")] += 0.3
    before, after = rates(state, now), rates(replace(state, alignment=near), now)
    csto, pact = cell(now.world, "KAZ", "CSTO"), cell(now.world, "KAZ", "TUR_PACT")
    assert (after[0, csto] < before[0, csto]).all()
    assert np.array_equal(after[:, pact], before[:, pact])
    others = facts.country != axes["country"].at("KAZ")
    assert np.array_equal(after[:, others], before[:, others])


def test_a_state_follows_its_peers(base):
    state, now = base
    axes = now.world.axes
    followed = state.membership.copy()
    followed[axes["country"].at("KGZ"), axes["institution"].at("TUR_PACT")] = 1.0
    joined = replace(state, membership=followed, membership_lagged=followed)
    at = cell(now.world, "UZB", "TUR_PACT")
    assert (rising(rates(joined, now), at) > rising(rates(state, now), at)).all()


@pytest.mark.parametrize(("institution", "asks"), [("EAEU", True), ("EU_EPCA", False)])
def test_one_opposed_member_lowers_the_rate_where_all_must_consent(base, institution, asks):
    """Armenia is in both; Azerbaijan is in neither."""
    state, now = base
    pair, at = now.world.axes["dyad"].at("ARM-AZE"), cell(now.world, "AZE", institution)
    both = []
    for between in (OPEN, CLOSED):
        dyad = state.dyad.copy()
        dyad[pair] = between
        wide = replace(now.world.memberships, mean=np.zeros_like(now.world.memberships.mean))
        view = replace(now, setting=replace(now.setting, world=replace(now.world, memberships=wide)))
        both.append(rising(rates(replace(state, dyad=dyad), view), at))
    assert (both[0] > both[1]).all() if asks else np.array_equal(*both)


def test_a_pact_comes_after_trade_and_culture_with_the_same_pole(base):
    state, now = base
    axes, at = now.world.axes, cell(now.world, "PAK", "TUR_PACT")
    tied = state.membership.copy()
    tied[axes["country"].at("PAK"), axes["institution"].at("OTS")] = 1.0
    new = replace(state, membership=tied)
    old = replace(new, membership_lagged=tied)
    without, soon, later = (rising(rates(each, now), at) for each in (state, new, old))
    assert np.array_equal(without, soon)
    assert (later > without).all()


@given(arrays(np.float64, (2, 3, 1), elements=st.floats(0.0, 1.0)), st.floats(0.5, 10.0), st.integers(1, 60))
def test_a_membership_settles_along_an_exponential(held, years, quarters):
    lagged = np.zeros_like(held)
    for _ in range(quarters):
        lagged = next_lagged(lagged, held, years)
    np.testing.assert_allclose(lagged, held * -np.expm1(-quarters / (PER_YEAR * years)), atol=1e-12)


@given(arrays(np.float64, (4, 1), elements=st.floats(0.0, 1.0)))
def test_a_degree_between_none_and_member_is_an_observers(degree):
    assert set(rung(degree).ravel()) <= {0.0, 1.0, 2.0}
    assert np.array_equal(rung(degree) == 0.0, degree == 0.0)
    assert np.array_equal(rung(degree) == 2.0, degree == 1.0)
    assert np.array_equal(rung(DEGREES), [0.0, 1.0, 2.0])


def test_memberships_move_in_the_last_quarter_of_a_year_and_not_at_pace_zero(base):
    state, now = base
    fast = replace(now, setting=replace(now.setting, world=hurried(now.world)))
    still = replace(fast, setting=replace(fast.setting, parameters=now.setting.parameters | {"memberships.pace": 0.0}))
    assert not np.array_equal(next_membership(state, fast), state.membership)
    for view in (still, *(replace(fast, index=index) for index in range(3))):
        assert np.array_equal(next_membership(state, view), state.membership)


def test_what_is_open_to_nobody_does_not_move(base):
    state, now = base
    fast = replace(now, setting=replace(now.setting, world=hurried(now.world)))
    facts, moved = now.world.memberships, next_membership(state, fast) != state.membership
    free = np.zeros(moved.shape[:2], dtype=bool)
    free[facts.country, facts.institution] = True
    assert not moved[~free].any()
    assert moved[free].any()


def test_memberships_move_alike_in_any_order(base):
    state, now = base
    facts, found = now.world.memberships, measured(state, now)
    turned = np.arange(len(facts.country))[::-1]
    parts = {"rates": facts.rates[:, turned], "loads": facts.loads[..., turned], "mean": facts.mean[:, turned]}
    place = stands(state, facts)
    other = hazards(place[turned], [values[turned] for values in found], replace(facts, **parts))
    assert np.array_equal(hazards(place, found, facts)[:, turned], other)


@given(st.data())
def test_no_step_leads_into_two_institutions_that_exclude_each_other(base, data):
    """Whatever is drawn: the one must have been left before."""
    state, now = base
    facts, shape = now.world.memberships, state.membership.shape[:2]
    held, drawn = (np.zeros((*shape, 1)) for _ in range(2))
    for values in (held, drawn):
        random = data.draw(st.lists(st.sampled_from(DEGREES), min_size=len(facts.country), max_size=len(facts.country)))
        values[facts.country, facts.institution, 0] = random
    after = permitted(held, drawn, held, facts)
    rises = after[facts.country, facts.institution, 0] > held[facts.country, facts.institution, 0]
    both = np.maximum(held, after).reshape(-1) > 0.0
    assert not (facts.excludes @ both > 0.0)[rises].any()
    assert not (facts.requires @ (held.reshape(-1) == 0.0) > 0.0)[rises].any()
    assert ((after == held) | (after == drawn)).all()


def test_no_run_has_a_state_in_two_institutions_that_exclude_each_other(baseline_world):
    world = lasting(hurried(baseline_world), 16)
    found = simulate(world, np.arange(16), 0, parameters=FEW, record_measures=("membership",)).measures["membership"]
    axis, table = world.axes["institution"], shipped_tables(START)["institutions"]
    pairs = [(row.id, other) for row in table.itertuples() for other in row.exclusive_with]
    assert len(pairs) > 3
    for one, other in pairs:
        assert not ((found[:, :, axis.at(one)] > 0.0) & (found[:, :, axis.at(other)] > 0.0)).any()
    assert (found != found[:1]).any()


def test_an_event_holds_a_membership_and_releases_it(baseline_world):
    world = lasting(hurried(baseline_world), 12)
    when = (world.start + 1,) * 2
    edit = Edit("held", "membership.state", ("KAZ", "CSTO"), "set", 1.0, when, 8)
    place = (world.axes["country"].at("KAZ"), world.axes["institution"].at("CSTO"))
    ours, theirs = (
        simulate(each, np.arange(12), 0, parameters=FEW, record_measures=("membership",), every="quarterly").measures[
            "membership"
        ][:, *place]
        for each in (replace(world, edits=(edit,)), world)
    )
    assert (ours[1:9] == 1.0).all()
    assert (theirs[1:9] != 1.0).any()
    assert (ours[9:] != 1.0).any()


def test_results_do_not_hang_on_the_block(baseline_world):
    world = lasting(hurried(baseline_world), 6)
    names = ("membership", "alignment", "gdp")
    whole = simulate(world, np.arange(6), 0, parameters=FEW, record_measures=names).measures
    alone = simulate(world, np.array([4]), 0, parameters=FEW, record_measures=names).measures
    assert all(np.array_equal(whole[name][..., 4:5], alone[name]) for name in names)


def test_who_is_in_an_institution_when_it_begins_has_not_joined_it():
    joins, leaves = [(0, 0), (8, 1), (20, 2)], [(0, 2), (12, 0)]
    changes, years = counted([joins, leaves], 0, 40)
    assert changes[1, 0, 0] == changes[2, 0, 1] == changes[0, 1, 2] == 1.0
    assert changes.sum() == 3.0
    np.testing.assert_allclose(years, [[2.0, 3.0, 5.0], [7.0, 0.0, 3.0]])
    changes, years = counted([joins, leaves], 10, 16)
    assert changes.sum() == changes[0, 1, 2] == 1.0
    np.testing.assert_allclose(years, [[0.0, 1.5, 0.0], [1.0, 0.0, 0.5]])


@pytest.mark.parametrize("kind", CLASSES)
def test_changes_of_a_decade_are_those_of_the_record(base, kind):
    """Expected of the ten years after the start, against the twenty before it."""
    fields, step = CLASSES[kind]
    recorded = record_of_a_decade(fields, step)
    assert recorded / WITHIN < expected(base, fields, step) < recorded * WITHIN


@cache
def record_of_a_decade(fields, step):
    """Steps up or down on record in the twenty years before the start, a decade."""
    tables, start = shipped_tables(START), parse_quarter(START)
    institutions = tables["institutions"].set_index("id")
    cells = opened(institutions, tables["memberships"], _Everybody())
    changes = counted(spells(tables["memberships"], cells), start - 2 * DECADE, start)[0]
    return _steps(changes[:, [institutions["field"][name] in fields for _, name in cells]], step) / 2.0


class _Everybody:
    """An axis on which every state lies."""

    def __contains__(self, state):
        return True


def _steps(changes, step):
    """Sum of changes (becomes, N, rung) up or down."""
    return sum(
        changes[becomes, :, held].sum()
        for becomes in range(3)
        for held in range(3)
        if (becomes > held if step == UP else becomes < held)
    )


def expected(base, fields, step):
    """Steps up or down that the chain expects in ten years in the relations of the start."""
    state, now = base
    facts, names = now.world.memberships, now.world.axes["institution"].labels
    field = shipped_tables(START)["institutions"].set_index("id")["field"]
    mine = np.array([field[names[institution]] in fields for institution in facts.institution])
    found = measured(state, now)
    share, total = np.eye(3)[stands(state, facts)[:, 0].astype(int)][mine], 0.0
    every = [hazards(np.full_like(found[0], place), found, facts)[:, mine, 0] for place in range(3)]
    free = ~(facts.excludes @ (state.membership[..., 0].reshape(-1) > 0.0) > 0.0)[mine]
    flows = [
        chances(rate, PER_YEAR) * np.where(np.arange(3)[:, None] > place, free, 1.0) for place, rate in enumerate(every)
    ]
    for _ in range(10):
        flow = np.stack([part * share[:, place] for place, part in enumerate(flows)], axis=-1)
        total += _steps(flow, step)
        share = share - flow.sum(axis=0) + flow.sum(axis=2).T
    return total
