"""Poles offer within a budget and coerce as often as the record says; targets comply or resist."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.alignment import rivalry_load
from model.now import Now
from model.parameters import OFFER_SCALE
from model.simulation import simulate
from model.statecraft import RAREST, STRONGEST, SUREST, hazards, logistic, offers, rungs, statecraft, yielding
from tests.worlds import FEW, lasting, opened

OFF = {"statecraft.coercion": 0.0, "statecraft.offers": 0.0}


@pytest.fixture(scope="module")
def base(baseline_world):
    setting, state, found = opened(lasting(baseline_world, 40), 2, FEW)
    return state, Now(setting, found, 1)


def cell(now):
    return now.world.axes["country"].at("KAZ"), now.world.axes["pole"].at("RUS")


def test_at_the_base_state_offers_are_those_of_the_tables(base):
    state, now = base
    np.testing.assert_allclose(offers(state, now), now.world.politics.offers[:, :, None] + 0 * state.offers, rtol=1e-12)


def test_offers_sum_to_the_budget_of_each_pole_and_are_a_softmax(base):
    state, now = base
    rng = np.random.default_rng(0)
    moved = replace(
        state,
        alignment=rng.uniform(-0.5, 0.5, state.alignment.shape),
        gdp=state.gdp * rng.uniform(0.5, 2.0, state.gdp.shape),
    )
    found, gdp, countries = offers(moved, now), now.world.economy.gdp, len(state.offers)
    money = state.offers * gdp[:countries, None, None]
    budget = money.sum(axis=0) * (moved.gdp[countries:] / gdp[countries:, None])
    np.testing.assert_allclose((found * moved.gdp[:countries, None]).sum(axis=0), budget, rtol=1e-12)
    weight = money * np.exp(0.8 * (state.alignment - moved.alignment))
    share = weight / weight.sum(axis=0)
    np.testing.assert_allclose(found, share * budget / moved.gdp[:countries, None], rtol=1e-9)


def test_a_pole_offers_more_where_its_rivals_do(base):
    state, now = base
    kaz, rus = cell(now)
    west = now.world.axes["pole"].at("WEST")
    more = state.offers.copy()
    more[kaz, west] += 0.01
    assert (offers(replace(state, offers=more), now)[kaz, rus] > offers(state, now)[kaz, rus]).all()
    rivalry = now.world.politics.rivalry[:, :, None]
    assert (rivalry_load(rivalry, more - state.offers)[kaz, rus] / OFFER_SCALE > 0.0).all()


def test_hazards_lie_between_their_limits_and_begin_as_often_as_the_record_says(base):
    state, now = base
    active = now.world.politics.active > 0.0
    for found in hazards(state, now):
        assert (found[active] >= RAREST).all()
        assert (found[active] <= SUREST).all()
        assert (found[~active] == 0.0).all()
    up = hazards(state, now)[0]
    mean = (up.sum(axis=0) / active.sum(axis=0)[:, None]).T
    np.testing.assert_allclose(mean, np.broadcast_to(now.world.politics.begins, mean.shape), rtol=0.01)


@pytest.mark.parametrize(("field", "change", "sign"), [("loss", 0.05, 1), ("alignment", -0.05, 1), ("loss", -0.05, -1)])
def test_a_pole_begins_more_readily_with_dependence_and_lost_alignment(base, field, change, sign):
    state, now = base
    where = cell(now)
    values = getattr(state, field).copy()
    values[where] += change
    moved = hazards(replace(state, **{field: values}), now)[0][where]
    assert (sign * (moved - hazards(state, now)[0][where]) > 0.0).all()


def test_a_target_yields_less_out_of_fear_and_with_other_offers(base):
    state, now = base
    state = replace(state, alignment=np.full_like(state.alignment, 0.3))
    kaz, rus = cell(now)
    afraid, courted = state.threat + 0.1, state.offers.copy()
    courted[kaz, now.world.axes["pole"].at("WEST")] += 0.01
    still = yielding(state, now, 1.0)
    assert (yielding(replace(state, threat=afraid), now, 1.0) < still).all()
    assert (yielding(replace(state, offers=courted), now, 1.0)[kaz, rus] < still[kaz, rus]).all()
    assert (yielding(state, now, 1.0) >= yielding(state, now, 0.3)).all()


def test_at_the_mean_one_target_in_three_complies(base):
    state, now = base
    chance = logistic(now.base.statecraft.compliance + yielding(state, now, 1.0 / STRONGEST))
    mean = sum(chance * now.world.politics.active[:, :, None]) / sum(now.world.politics.active)[:, None]
    np.testing.assert_allclose(mean, now.world.politics.success, rtol=1e-6)
    assert 0.25 <= now.world.politics.success <= 0.45


@pytest.mark.parametrize(("luck", "complies"), [(1e-9, True), (1.0 - 1e-9, False)])
def test_a_target_answers_once_and_complying_ends_coercion(base, luck, complies):
    state, now = base
    level = np.zeros_like(state.coercion)
    level[cell(now)] = 2.0
    state = replace(state, coercion=level, coerced=level / 2.0, own=state.own | {"coercion.level": level})
    drawn = replace(now.setting.luck, coercion=np.full_like(now.setting.luck.coercion, luck))
    after = statecraft(state, replace(now, setting=replace(now.setting, luck=drawn)))
    assert (after.complied[cell(now)] == float(complies)).all()
    assert ((after.backlash[cell(now)] > 0.0) == (not complies)).all()
    assert (after.own["coercion.level"][cell(now)] == (0.0 if complies else 2.0)).all()
    later = statecraft(replace(after, coercion=level), replace(now, setting=replace(now.setting, luck=drawn)))
    assert (later.complied == 0.0).all()


@given(st.integers(0, 3), st.floats(0, 1), st.floats(0, 0.95), st.floats(0, 0.95))
def test_the_ladder_has_four_rungs_and_is_climbed_one_at_a_time(level, luck, up, down):
    found = rungs(*(np.array([float(value)]) for value in (level, luck, up, down)))[0]
    assert found in (-1.0, 0.0, 1.0)
    assert 0.0 <= level + found <= STRONGEST


def test_switched_off_nobody_coerces_and_offers_stand(baseline_world):
    found = simulate(lasting(baseline_world, 6), np.arange(2), 0, FEW | OFF, record_measures=("coercion",))
    assert (found.measures["coercion"] == 0.0).all()
