"""Runs: the same bits whatever the block, luck that nothing shifts, parameters that vary between runs."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.events import Edit
from model.measures import MEASURES
from model.parameters import SOLVER
from model.setting import prepare
from model.simulation import Diverged, simulate
from tests.worlds import FEW, lasting, opened

SHORT = 12
MANY = 100


@pytest.fixture(scope="module")
def world(library_world):
    """Three years of a scenario with a random date, moved forward so that it falls inside."""
    whole = library_world("peace-deal")
    sooner = tuple(replace(edit, at=(whole.start + 2, whole.start + 9)) for edit in whole.edits)
    return replace(whole, quarters=SHORT, edits=(*sooner, maybe(whole)), parameters=FEW)


def maybe(world, name="maybe", share=0.5):
    """A closure that happens in some runs only."""
    return Edit(name, "link.open", ("O001c",), "set", 0.0, (world.start + 3, world.start + 6), 2, share)


@pytest.fixture(scope="module")
def block(world):
    """A hundred runs in one block."""
    return simulate(world, np.arange(MANY), 7, every="quarterly")


def differing(one, other, columns=slice(None)):
    """Measures in which `other` is not, to the last bit, some columns of `one`."""
    assert one.times == other.times
    assert one.measures.keys() == other.measures.keys()
    return [
        name
        for name, values in one.measures.items()
        if not np.array_equal(values[..., columns], other.measures[name], equal_nan=True)
    ]


# --- the same bits


def test_the_same_command_twice_gives_the_same_bits(world):
    one, other = (simulate(world, np.arange(3), 7) for _ in range(2))
    assert differing(one, other) == []


@pytest.mark.parametrize(
    "runs",
    [range(1), range(5, 6), range(7), range(20, 84), range(30, 10, -1), (42, 3, 77)],
    ids=["one", "run 5 alone", "7", "64", "backward", "three in disorder"],
)
def test_a_run_is_the_same_in_every_block(world, block, runs):
    runs = np.array(runs)
    assert differing(block, simulate(world, runs, 7, every="quarterly"), runs) == []


def test_a_block_does_draw_its_events_and_noise(world, block):
    """The law above says nothing if all runs are alike."""
    closed = block.measures["flow"][:, world.axes["link"].at("O001c")] == 0.0
    assert 0.3 < closed.any(axis=0).mean() < 0.7
    assert len(np.unique(block.measures["gdp"][-1, 0])) == MANY


def test_seeds_differ(world, block):
    other = simulate(world, np.arange(2), 8)
    assert (other.measures["gdp"][-1] != block.measures["gdp"][-1][..., :2]).all()


# --- luck that nothing shifts


def test_an_empty_overlay_changes_no_bit(world):
    empty = replace(world, scenario="empty", parameters=dict(FEW))
    assert differing(simulate(world, np.arange(2), 7), simulate(empty, np.arange(2), 7)) == []
    nothing = replace(world, edits=())
    improbable = replace(world, edits=(maybe(world, share=0.0),))
    assert differing(simulate(nothing, np.arange(2), 7), simulate(improbable, np.arange(2), 7)) == []


def test_a_later_event_leaves_earlier_quarters_alone(baseline_world):
    """An event of 2038 does not move a bit before 2038, and moves something then."""
    before, begin = 6, baseline_world.start + 6
    late = Edit("late", "link.open", ("O001c",), "set", 0.0, (begin, begin))
    world = replace(baseline_world, quarters=10, parameters=FEW)
    quiet = simulate(world, np.arange(2), 7, every="quarterly")
    shaken = simulate(replace(world, edits=(late,)), np.arange(2), 7, every="quarterly")
    for name, values in quiet.measures.items():
        assert_array_equal(values[:before], shaken.measures[name][:before], err_msg=name)
    assert (quiet.measures["flow"][before] != shaken.measures["flow"][before]).any()


def test_an_unrelated_event_does_not_shift_the_luck_of_others(world):
    """Dates of the scenario's own events and all noise stay, wherever the new event stands in the list."""
    alone = prepare(world, np.arange(50), 7, {})
    crowd = replace(world, edits=(maybe(world, "new"), *world.edits, maybe(world, "newer")))
    among = prepare(crowd, np.arange(50), 7, {})
    assert_array_equal(among.plan.begins[1:-1], alone.plan.begins)
    assert_array_equal(among.plan.ends[1:-1], alone.plan.ends)
    for process, noise in vars(alone.luck).items():
        assert_array_equal(getattr(among.luck, process), noise, err_msg=process)
    own = among.plan.begins[0] != among.plan.begins[-1]
    assert own.any()  # each id has luck of its own


def test_a_longer_horizon_and_fewer_measures_change_no_bit(world):
    long = simulate(world, np.arange(2), 7, every="quarterly")
    short = simulate(replace(world, quarters=5), np.arange(2), 7, None, ("alignment", "flow"), every="quarterly")
    assert set(short.measures) == {"alignment", "flow"}
    for name, values in short.measures.items():
        assert_array_equal(values, long.measures[name][:5])


# --- parameters


VARIED = {
    "alignment.half_life": (2.0, 5.0),
    "routing.theta_gas": (4.0, 9.0),
    "markets.gdp_noise": (0.004, 0.012),
    "transit.fee_share": (0.2, 0.4),
}


def test_parameters_that_vary_between_runs_are_those_of_runs_alone(world):
    """To the bit: a column's arithmetic is the same whether its parameters are numbers or a row."""
    columns = {name: np.array(ends) for name, ends in VARIED.items()}
    together = simulate(world, np.array([4, 9]), 7, columns, every="quarterly")
    for position, run in enumerate((4, 9)):
        alone = {name: ends[position] for name, ends in VARIED.items()}
        single = simulate(world, np.array([run]), 7, alone, every="quarterly")
        assert differing(together, single, slice(position, position + 1)) == []


def test_a_parameter_given_for_all_runs_alike_is_the_number(world):
    spread = simulate(world, np.arange(3), 7, {"alignment.half_life": np.full(3, 4.0)})
    assert differing(spread, simulate(world, np.arange(3), 7, {"alignment.half_life": 4.0})) == []


def test_a_parameter_of_the_scenario_yields_to_one_of_the_run(world):
    own = replace(world, parameters=FEW | {"alignment.half_life": 2.0})
    given = simulate(own, np.arange(2), 7, {"alignment.half_life": 3.0})
    assert differing(given, simulate(world, np.arange(2), 7)) == []
    ours = simulate(own, np.arange(2), 7).measures["alignment"]
    assert (ours[-1] != simulate(world, np.arange(2), 7).measures["alignment"][-1]).any()


@pytest.mark.parametrize("name", SOLVER)
def test_a_setting_of_the_solver_is_one_number(world, name):
    """Else a run alone would be solved with other sweeps than in a block."""
    expected = f"{name}: a setting of the solver cannot vary between runs or quarters; give one number"
    change = Edit("sweep", f"parameter.{name}", (), "set", 70.0, (world.start, world.start))
    for facts, value in ((world, np.array([60.0, 70.0])), (replace(world, edits=(change,)), 60.0)):
        with pytest.raises(ValueError, match=expected) as raised:
            prepare(facts, np.arange(2), 7, {name: value})
        assert str(raised.value) == expected
    prepare(world, np.arange(2), 7, {name: np.full(2, 60.0)})


def test_parameters_the_opening_does_not_know_share_it(world):
    """Varied, fixed by the run or fixed by the scenario: one solve of the base quarter."""
    _, _, plain = opened(world, 2)
    own = replace(world, parameters=FEW | {"grievance.retention_settled": 0.7})
    _, _, fixed = opened(own, 2, {"threat.persistence": 0.9})
    _, _, varied = opened(world, 2, {"alignment.half_life": np.array([2.0, 5.0])})
    assert plain.freight is fixed.freight is varied.freight
    assert opened(world, 2, {"transit.fee_share": 0.2})[2].freight is not plain.freight


# --- what is recorded


def test_every_measure_has_its_dimensions(world, block):
    assert set(block.measures) == set(MEASURES)
    for name, values in block.measures.items():
        lengths = tuple(len(world.axes[axis]) for axis in MEASURES[name].dimensions)
        assert values.shape == (SHORT, *lengths, MANY), name
        assert name == "price" or np.isfinite(values).all(), name


def test_years_are_recorded_at_their_end(world, block):
    annual = simulate(world, np.arange(2), 7)
    assert annual.times == ("2025Q1", "2025Q4", "2026Q4", "2027Q4")
    picked = [block.times.index(time) for time in annual.times]
    for name, values in annual.measures.items():
        assert_array_equal(values, block.measures[name][picked][..., :2], err_msg=name)


def test_the_last_quarter_is_recorded_whatever_its_season(world):
    short = replace(world, quarters=6)
    assert simulate(short, np.arange(2), 7).times == ("2025Q1", "2025Q4", "2026Q2")


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("link.capacity", "O001b"),
        ("link.cost", "O001b"),
        ("link.days", "P_ALAT"),
        ("market.volume", "bulk_kaz_ores_chn"),
        ("market.volume", "gas_snk_chn"),
        ("market.price", "gas_snk_chn"),
        ("contract.volume", "tkm_chn_cnpc"),
        ("gdp.level", "KAZ"),
    ],
)
def test_what_is_taken_away_beyond_nothing_is_nothing(baseline_world, target, where):
    begin = baseline_world.start + 1
    edit = Edit("e", target, (where,), "add", -1e4, (begin, begin), None)
    nothing = replace(edit, operation="set", value=0.0)
    taken, none = (simulate(lasting(baseline_world, 3, each), np.arange(1), 7, FEW) for each in (edit, nothing))
    for name, values in taken.measures.items():
        assert_array_equal(values, none.measures[name], err_msg=name)


def test_a_state_that_stops_being_finite_is_an_expected_failure(baseline_world):
    begin = baseline_world.start + 2
    broken = Edit("broken", "gdp.level", ("KAZ",), "multiply", float("nan"), (begin, begin), 1)
    with pytest.raises(Diverged) as raised:
        simulate(lasting(baseline_world, 4, broken), np.arange(1), 7, FEW)
    assert (raised.value.stage, str(raised.value)) == ("markets", "gdp is not finite in 2025Q3")
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)  # noqa: S301 - our own


def test_recorded_rents_are_those_of_tariffs_paid(world):
    """Doubling the share of tariffs that is earned doubles the rent at the base quarter."""
    rents = [simulate(replace(world, quarters=1), np.arange(1), 7, {"transit.fee_share": s}) for s in (0.2, 0.4)]
    one, other = (rent.measures["transit_rent"] for rent in rents)
    assert one.max() > 0.5
    assert_allclose(other, 2.0 * one, rtol=1e-12)
