"""Projects are decided, built and given up as theory 7.9 and 7.17 say."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from model import projects as law
from model.appraisal import Appraisal, appraised
from model.events import Edit
from model.now import Now
from model.parameters import PARAMETERS
from model.simulation import simulate
from tests.worlds import FEW, lasting, opened

OFF = {"projects.decisions": 0.0}
YEARS = 13
"""Quarters that hold three decisions."""


@pytest.fixture(scope="module")
def held(baseline_world):
    """State and view of the base quarter, two runs, and what projects would bring."""
    setting, state, base = opened(lasting(baseline_world, YEARS), 2, FEW)
    now = Now(setting, base, 3)
    return state, now, appraised(state, now)


def with_values(now, **values):
    """The view with some parameters set."""
    parameters = now.setting.parameters | {f"projects.{name}": value for name, value in values.items()}
    return replace(now, setting=replace(now.setting, parameters=parameters))


def scaled(found, factor):
    """What projects bring, times a factor."""
    return Appraisal(**{name: factor * part for name, part in vars(found).items()})


def hazard(found, state, now):
    """Chance of commitment with a given appraisal, (J, R)."""
    agreed = law.consent(found, state, now)
    return law.decision_of(found, agreed, state, now)


def stages(world, *edits, runs=4, quarters=YEARS, parameters=None):
    """Stage of every project each quarter, (T, J, R)."""
    found = simulate(
        lasting(world, quarters, *edits),
        np.arange(runs),
        0,
        parameters,
        ("project_stage",),
        "quarterly",
    )
    return found.measures["project_stage"]


def at_first(world, project, stage, duration=None):
    """A project at a stage from the second quarter."""
    return Edit(project, "project.stage", (project,), "set", stage, (world.start + 1,) * 2, duration)


def test_the_option_threshold_is_that_of_dixit_and_pindyck(held):
    _, now, _ = held
    same = with_values(now, discount=0.04, payout=0.04, volatility=0.2)
    assert law.threshold(same) == pytest.approx(2.0)


def test_chances_rise_with_value_and_sink_to_none_below_the_threshold(held):
    state, now, found = held
    some = law.worth(found, state, now)[:, 0] > -np.inf
    some &= now.world.projects.capex > 0.0
    low, mid, high = (hazard(scaled(found, factor), state, now)[some] for factor in (1e-9, 1.0, 10.0))
    assert some.any()
    assert (low < 1e-6).all()
    assert (mid <= high).all()
    assert (mid < high).any()


@pytest.mark.parametrize("name", ["subsidy", "consent", "optimism"])
def test_chances_rise_with_what_eases_a_project(held, name):
    state, now, found = held
    row = PARAMETERS[f"projects.{name}"]
    less, more = (hazard(found, state, with_values(now, **{name: value})) for value in (row.low, row.high))
    assert (less <= more + 1e-15).all()
    assert (less < more).any()


def test_a_safer_way_is_worth_more_to_those_who_fear(held):
    state, now, found = held
    afraid = replace(state, threat=np.ones_like(state.threat))
    safer = replace(found, safety=np.abs(found.safety))
    calm, feared = (law.worth(safer, each, now) for each in (state, afraid))
    assert (calm <= feared).all()
    assert (calm < feared).any()


def test_a_sponsor_raises_the_chance(held):
    state, now, found = held
    alone = replace(now.world.projects, backing=0.0 * now.world.projects.backing)
    without = replace(now, setting=replace(now.setting, world=replace(now.world, projects=alone)))
    friendly = replace(state, alignment=np.abs(state.alignment))
    assert (hazard(found, friendly, without) <= hazard(found, friendly, now)).all()
    assert (hazard(found, friendly, without) < hazard(found, friendly, now)).any()


def test_no_market_at_stake_no_veto(held):
    state, now, found = held
    quiet = replace(found, stake=0.0 * found.stake)
    nobody = replace(now.world.projects, opposed=0.0 * now.world.projects.opposed)
    free = replace(now, setting=replace(now.setting, world=replace(now.world, projects=nobody)))
    np.testing.assert_array_equal(law.consent(quiet, state, now), law.consent(found, state, free))
    wide = replace(found, stake=1e9 * np.ones_like(found.stake))
    against = now.world.projects.opposed.sum(axis=1) > 0.0
    assert (law.consent(wide, state, now)[against] <= law.consent(quiet, state, now)[against]).all()
    assert (law.consent(wide, state, now)[against] < law.consent(quiet, state, now)[against]).any()


def test_chances_of_what_is_possible_lie_within_reason(held):
    state, now, found = held
    chance = hazard(found, state, now)[:, 0]
    possible = (law.worth(found, state, now)[:, 0] > np.log(0.01)) & (now.world.projects.stage == law.PROPOSED)
    assert possible.any()
    assert (chance[possible] >= 1e-4).all()
    assert (chance <= 0.95).all()


def test_new_flow_never_exceeds_own_capacity(held):
    _, _, found = held
    assert np.isfinite(found.gain).all()
    assert (found.gain >= 0.0).all()
    assert (found.toll >= 0.0).all()


def test_without_consent_none_is_committed(baseline_world):
    found = stages(baseline_world, parameters={"projects.consent": -60.0, "projects.sponsored": 0.0})
    proposed = baseline_world.projects.stage == law.PROPOSED
    assert (found[:, proposed] == law.PROPOSED).all()


def test_switched_off_every_project_stays_where_it_is(baseline_world):
    found = stages(baseline_world, parameters=OFF)
    assert (found == baseline_world.projects.stage[None, :, None]).all()


@pytest.mark.parametrize(
    ("project", "freight"), [("trans_caspian_gas", False), ("zangezur_rail", True), ("casa_1000", True)]
)
def test_an_opening_has_freight_and_power_solved_on_where_it_has_links_of_these(held, project, freight):
    state, now, _ = held
    works = now.world.projects
    stage = state.project.copy()
    place = now.world.axes["project"].at(project)
    stage[place, 0] = law.OPERATING
    found = law.opening(state, stage, works.opens_freight)
    assert found.tolist() == [freight, False]
    ceased = law.opening(replace(state, project=stage), state.project, works.opens_freight)
    assert ceased.tolist() == [freight, False]


def test_what_an_event_commits_is_built_and_operates(baseline_world):
    project = "turkmen_azerbaijan_fibre"
    found = stages(baseline_world, at_first(baseline_world, project, law.COMMITTED), quarters=40)
    ours = found[:, baseline_world.axes["project"].at(project)]
    assert (np.diff(ours, axis=0) >= 0.0).all()
    assert (ours[1] == law.COMMITTED).all()
    assert (ours[2] == law.BUILDING).all()
    assert (ours[-1] == law.OPERATING).all()


def test_an_event_for_a_while_holds_and_releases(baseline_world):
    project = "cku"
    found = stages(baseline_world, at_first(baseline_world, project, law.PROPOSED, 6))
    ours = found[:, baseline_world.axes["project"].at(project)]
    assert (ours[1:7] == law.PROPOSED).all()
    assert (ours[7] == law.BUILDING).all()


def test_no_project_opens_before_its_border(baseline_world):
    place = baseline_world.axes["project"].at("margara_igdir")
    shut = stages(baseline_world, quarters=24)[:, place]
    peace = Edit("peace", "dyad.state", ("ARM-TUR",), "set", 0.0, (baseline_world.start + 16,) * 2)
    opened_border = stages(baseline_world, peace, quarters=24)[:, place]
    assert (shut != law.OPERATING).all()
    assert (opened_border[:17] != law.OPERATING).all()
    assert (opened_border[-1] == law.OPERATING).any()


def test_rivals_together_are_chosen_as_often_as_one_of_them(baseline_world):
    setting, _, base = opened(lasting(baseline_world, 1), 1, FEW)
    works, now = baseline_world.projects, Now(setting, base, 0)
    own = np.where(works.rivals.sum(axis=1) > 0.0, law.PROPOSED, works.stage)[:, None]
    hazard, rivals = np.full_like(own, 0.12), works.rivals.toarray()
    shares = law.contested(hazard, own, now)[:, 0]
    assert_allclose(shares, 0.12 / (1.0 + rivals.sum(axis=1)))
    leg, interconnector = (
        baseline_world.axes["project"].at(name) for name in ("trans_caspian_gas_leg_only", "magtymguly_acg")
    )
    own[baseline_world.axes["project"].at("trans_caspian_gas")] = law.CANCELLED  # no rival any more
    hazard[leg] = 0.04
    shares = law.contested(hazard, own, now)[:, 0]
    assert_allclose(shares[[leg, interconnector]], [0.04 * 0.25, 0.12 * 0.75])


def test_rivals_are_never_both_begun_by_the_model(baseline_world):
    parameters = {"projects.hazard": 0.95, "projects.optimism": 1e6}
    found = stages(baseline_world, parameters=parameters)
    begun = (found > law.PROPOSED) & (found < law.CANCELLED)
    one, other = baseline_world.projects.rivals.nonzero()
    assert (begun[:, one] | begun[:, other]).any()
    assert not (begun[:, one] & begun[:, other]).any()


def test_building_takes_the_planned_time_times_a_lognormal(baseline_world):
    setting, *_ = opened(lasting(baseline_world, 1), 400, FEW)
    works = baseline_world.projects
    fresh = (works.worked == 0.0) & (works.build > 0.0)
    ratio = np.log(law.duration(setting)[fresh] / works.build[fresh][:, None])
    assert ratio.mean() == pytest.approx(0.3, abs=0.02)
    assert ratio.std() == pytest.approx(0.4, abs=0.02)
    assert (law.duration(setting) >= works.worked[:, None] * (1.0 - 1e-9)).all()


def test_stages_do_not_depend_on_the_block(baseline_world):
    world = lasting(baseline_world, YEARS)
    whole = simulate(world, np.arange(3), 0, None, ("project_stage", "alignment"), "quarterly").measures
    alone = simulate(world, np.array([2]), 0, None, ("project_stage", "alignment"), "quarterly").measures
    for name, values in alone.items():
        np.testing.assert_array_equal(values[..., 0], whole[name][..., 2])
