"""Horizon: a shorter run is the beginning of the longer one."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from model.simulation import simulate
from scenarios import ScenarioError, load_scenario
from scenarios.compile import compile_scenario
from scenarios.horizon import ending
from tests.worlds import FEW


def test_a_run_to_an_earlier_quarter_is_the_beginning_of_the_longer_one(tables, network):
    """The peace of this scenario begins between 2026 and 2028: some runs end before it, none moves it."""
    runs = np.arange(4)
    whole = load_scenario("peace-deal")
    short, _ = ending(whole, "2027Q2")
    long, _ = ending(whole, "2029Q4")
    worlds = [compile_scenario(scenario, tables, network) for scenario in (short, long)]
    some, more = (simulate(world, runs, 1, FEW, every="quarterly") for world in worlds)
    assert some.times == more.times[: len(some.times)]
    for name, values in some.measures.items():
        assert_array_equal(values, more.measures[name][: len(some.times)], err_msg=name)
    assert len(np.unique(some.measures["dyad_openness"][-1], axis=-1).ravel()) > 1


def test_only_claims_that_look_beyond_the_end_are_left_out():
    whole = load_scenario("peace-deal")
    dates = {claim.claim: claim.by for claim in whole.expect}
    for until in ("2028Q3", "2028Q4", "2035Q4", "2040Q4", "2045Q4"):
        short, beyond = ending(whole, until)
        assert short.until == until
        assert set(beyond) == {name for name, by in dates.items() if by > until}
        assert [claim for claim in whole.expect if claim.claim not in beyond] == list(short.expect)


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        ("2030", "until: '2030' is not a quarter; write it like 2030Q4"),
        ("2025Q1", "until: '2025Q1' is not after the start, 2025Q1"),
    ],
)
def test_an_end_that_is_none_is_refused(until, fault):
    with pytest.raises(ScenarioError) as caught:
        ending(load_scenario("baseline"), until)
    assert str(caught.value) == f"1 problem in the request\n  {fault}"
