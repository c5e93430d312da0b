"""Postures scale what a pole does, relative to what it did at the start (theory 7.17)."""

from dataclasses import replace

import numpy as np
import pytest

from model.events import Edit
from model.markets import pole_demand
from model.now import Now
from model.postures import lever, turned
from model.simulation import simulate
from scenarios.states import STATE_VALUES
from tests.worlds import FEW, lasting, opened

QUARTERS = 9
POSTURE = STATE_VALUES["posture"]


def taking(world, pole, posture, *more, duration=None):
    """The world in which a pole takes a posture in the second quarter."""
    when = (world.start + 1, world.start + 1)
    edit = Edit("turn", "posture.state", (pole,), "set", POSTURE[posture], when, duration)
    return still(world, edit, *more)


def still(world, *edits):
    """The world in which no pole turns by chance."""
    return replace(lasting(world, QUARTERS, *edits), parameters={"postures.pace": 0.0})


def run(world, *measures, runs=2):
    """Measures of some runs, every quarter, by name."""
    return simulate(world, np.arange(runs), 0, record_measures=measures, every="quarterly").measures


def test_a_lever_is_that_of_the_posture_held():
    effects = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    held = np.array([[0.0, 2.0], [1.0, 0.0]])
    np.testing.assert_array_equal(lever(effects, held), [[1.0, 3.0], [5.0, 4.0]])
    wide = np.stack([effects, 10.0 * effects], axis=1)
    np.testing.assert_array_equal(lever(wide, held)[:, 1], 10.0 * lever(effects, held))


def test_at_the_start_every_lever_is_neutral(baseline_world):
    politics = baseline_world.politics
    held = politics.posture[:, None]
    assert (lever(politics.budget, held) == 1.0).all()
    assert (lever(politics.demand, held) == 1.0).all()
    assert (lever(politics.warmth, held) == 0.0).all()


def test_the_posture_held_already_changes_no_bit(baseline_world):
    pole = "RUS"
    same = next(
        w for w, n in POSTURE.items() if n == baseline_world.politics.posture[baseline_world.axes["pole"].at(pole)]
    )
    worlds = taking(baseline_world, pole, same), still(baseline_world)
    ours, theirs = (run(world, "alignment")["alignment"] for world in worlds)
    assert np.array_equal(ours, theirs)


def test_a_posture_set_for_a_while_is_released(baseline_world):
    world = taking(baseline_world, "TUR", "centrist", duration=3)
    found = run(world, "pole_posture")["pole_posture"][
        :, world.axes["pole"].at("TUR"), world.axes["posture"].at("centrist"), 0
    ]
    assert list(found) == [0.0, 1.0, 1.0, 1.0, *[0.0] * (QUARTERS - 4)]


@pytest.mark.parametrize(
    ("pole", "posture", "cell", "sign"),
    [
        ("WEST", "engaged", ("GEO", "WEST"), 1),
        ("WEST", "absent", ("GEO", "WEST"), -1),
        ("RUS", "free", ("TJK", "RUS"), 1),
        ("TUR", "islamist", ("UZB", "TUR"), -1),
        ("TUR", "centrist", ("TUR", "WEST"), 1),
        ("TUR", "centrist", ("ARM", "TUR"), 1),
    ],
)
def test_a_posture_moves_alignments_as_coded(baseline_world, pole, posture, cell, sign):
    axes = baseline_world.axes
    place = (-1, axes["country"].at(cell[0]), axes["pole"].at(cell[1]))
    worlds = taking(baseline_world, pole, posture), still(baseline_world)
    ours, theirs = (run(world, "alignment")["alignment"][place] for world in worlds)
    assert (sign * (ours - theirs) > 1e-4).all()


def test_demand_scales_the_markets_of_the_pole_in_that_good_alone(baseline_world):
    setting, state, base = opened(still(baseline_world), 1, FEW)
    pole, system = baseline_world.axes["pole"].at("CHN"), baseline_world.exchange
    held = state.posture.copy()
    held[pole] = POSTURE["low_demand"]
    used = pole_demand(replace(state, posture=held), Now(setting, base, 0))
    gas = system.pairs.sink_commodity == baseline_world.axes["commodity"].at("gas")
    own = gas & (system.sold_to[pole] > 0.0)
    assert own.any()
    np.testing.assert_allclose(used, np.where(own[:, None], 0.85, 1.0) * np.ones_like(used))


def test_a_pole_that_needs_less_buys_less(baseline_world):
    worlds = taking(baseline_world, "CHN", "low_demand"), still(baseline_world)
    axes = baseline_world.axes
    cell = (-1, axes["country"].at("TKM"), axes["pole"].at("CHN"), axes["commodity"].at("gas"))
    ours, theirs = (run(world, "export_volume")["export_volume"][cell] for world in worlds)
    assert (ours < 0.99 * theirs).all()


def test_an_offer_that_is_set_stays_under_another_posture(baseline_world):
    offer = Edit("o", "offer.level", ("GEO", "WEST"), "set", 0.02, (baseline_world.start + 1,) * 2)
    one, other = (taking(baseline_world, "WEST", posture, offer) for posture in ("absent", "engaged"))
    cell = (-1, one.axes["country"].at("GEO"), one.axes["pole"].at("WEST"))
    found = [run(w, "alignment_term")["alignment_term"][cell][one.axes["term"].at("offers")] for w in (one, other)]
    np.testing.assert_allclose(*found, atol=2e-4)


def test_a_pole_of_which_the_tables_give_no_posture_keeps_its_ways(baseline_world):
    politics = baseline_world.politics
    shapes = {name: np.ones_like(getattr(politics, name)) for name in ("budget", "demand")}
    quiet = replace(politics, posture=np.zeros(len(politics.posture)), warmth=0.0 * politics.warmth, **shapes)
    ours = run(still(replace(baseline_world, politics=quiet)), "alignment")
    theirs = run(still(baseline_world), "alignment")
    assert np.array_equal(ours["alignment"], theirs["alignment"])


def test_one_posture_of_each_pole_is_recorded_as_held(baseline_world):
    world = taking(baseline_world, "WEST", "engaged")
    found = run(world, "pole_posture")["pole_posture"]
    assert (found.sum(axis=2) == 1.0).all()
    west, axis = world.axes["pole"].at("WEST"), world.axes["posture"]
    assert found[0, west, axis.at("piecemeal")].all()
    assert found[1:, west, axis.at("engaged")].all()


CHANCES = np.zeros((1, 3, 3))
CHANCES[0, 0, 1], CHANCES[0, 0, 2], CHANCES[0, 1, 0] = 0.06, 0.02, 0.1


def stays(posture, runs=20_000, quarters=250):
    """Quarters until each run first leaves a posture."""
    rng, left = np.random.default_rng(3), np.zeros(runs)
    held = np.full((1, runs), float(posture))
    for quarter in range(1, quarters):
        turns = turned(held, CHANCES, rng.random((1, runs)), 1.0)
        left = np.where((left == 0.0) & (turns[0] != posture), quarter, left)
    return left[left > 0.0]


@pytest.mark.parametrize("posture", [0, 1])
def test_the_mean_stay_is_one_over_the_chance_of_leaving(posture):
    found = stays(posture)
    assert abs(found.mean() * CHANCES[0, posture].sum() - 1.0) < 4.0 / np.sqrt(len(found))


def test_a_pole_turns_where_its_row_leads_and_as_often():
    luck = np.linspace(0.0, 1.0, 10_001)[None]
    found = turned(np.zeros_like(luck), CHANCES, luck, 1.0)[0]
    assert [round(float((found == k).mean()), 3) for k in range(3)] == [0.92, 0.06, 0.02]
    assert (turned(np.full_like(luck, 2.0), CHANCES, luck, 1.0) == 2.0).all()


def test_pace_scales_the_chances_and_zero_stops_them():
    luck = np.linspace(0.0, 1.0, 1001)[None]
    share = [float((turned(np.zeros_like(luck), CHANCES, luck, pace) > 0.0).mean()) for pace in (0.0, 0.5, 2.0)]
    assert share[0] <= 0.001
    np.testing.assert_allclose(share[1:], [0.04, 0.16], atol=0.002)


def test_poles_turn_as_often_as_the_record_says(baseline_world):
    world = replace(baseline_world, quarters=40)
    held = simulate(world, np.arange(40), 0, record_measures=("pole_posture",), every="quarterly").measures[
        "pole_posture"
    ]
    turns = (np.abs(np.diff(held, axis=0)).sum(axis=2) > 0.0).sum(axis=(0, 2))
    exposed = np.einsum("tpkr,pk->p", held[:-1], baseline_world.politics.turning.sum(axis=2))
    assert (np.abs(turns - exposed) < 4.0 * np.sqrt(exposed)).all()
    assert turns.sum() > 20


def test_an_event_holds_against_the_chain_and_releases_to_it(baseline_world):
    when = (baseline_world.start + 2, baseline_world.start + 2)
    edit = Edit("turn", "posture.state", ("WEST",), "set", POSTURE["engaged"], when, 4)
    pole, fast = baseline_world.axes["pole"].at("WEST"), {"postures.pace": 2.0}
    worlds = (replace(lasting(baseline_world, 12, *edits), parameters=fast) for edits in ((edit,), ()))
    ours, theirs = (run(world, "pole_posture", runs=12)["pole_posture"][:, pole] for world in worlds)
    assert (ours[2:6, baseline_world.axes["posture"].at("engaged")] == 1.0).all()
    assert np.array_equal(ours[6:], theirs[6:])
    assert np.array_equal(ours[:2], theirs[:2])
