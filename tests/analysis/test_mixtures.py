"""Mixtures: how the runs of a claim divide, and what parts them."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from analysis import mixtures
from analysis.claims import Finding
from analysis.mixtures import remark
from model import draws
from tests.selections import claim, comparing, values

LAPSE = {"at": "2026Q1", "contract": "uzb_chn", "set": 0}


def mixture(change, lapsed, verdict="undecided", event=LAPSE, **more):
    """What is said of a claim when a contract that the scenario ends has lapsed anyway in some runs."""
    here = {"country": ["KAZ"]}
    gdp = {"baseline": np.zeros((4, 1)), "deal": np.reshape(change, (4, 1))}
    volume = {"baseline": np.reshape(lapsed, (4, 1)), "deal": np.zeros((4, 1))}
    stored = {
        s: {"gdp": values(gdp[s], **here), "contract_volume": values(volume[s], contract=["uzb_chn"])} for s in gdp
    }
    found = Finding("deal", claim(**more), verdict, runs=4)
    return remark(comparing(stored, [event]), found)


def test_a_mixture_says_how_the_runs_divide_and_where_the_event_comes_anyway():
    assert mixture([4.1, 4.0, 0.5, 0.49], [9, 9, 0, 0]) == (
        "Of the runs 50 % rise by more than 1 and 50 % stay within it; a verdict on them needs 90 % of one kind. "
        "In 50 % of the runs “Uzbekneftegaz–CNPC” is by then as in “Base” anyway: the mean there is +0.495, in the "
        "others +4.05."
    )


@pytest.mark.parametrize(
    "change",
    [
        [3, 5, 0.5, -2],  # one run on one side, and much noise on the other
        [1.14, 1.14, 0.99, 0.99],  # apart beyond doubt, by little of what the claim calls an effect
    ],
)
def test_what_does_not_part_the_means_is_not_blamed(change):
    assert mixture(change, [9, 9, 0, 0]).endswith("; a verdict on them needs 90 % of one kind.")


def test_pairs_and_projects_may_both_be_as_they_were_anyway(monkeypatch):
    """A pair of states and a project have labels along different dimensions."""
    runs = np.arange(4)

    def same(dimension, label, run):
        return xr.DataArray(runs == run, dims="run", coords={"run": runs, dimension: label})

    found = [("Peace", same("dyad", "ARM-AZE", 0)), ("Pipe", same("project", "trans_caspian_gas", 1))]
    monkeypatch.setattr(mixtures, "_same", lambda *_: found)
    ours = SimpleNamespace(events=(), until="2040Q4")
    selection = SimpleNamespace(resolved={"base": SimpleNamespace(title="Base"), "x": ours})
    finding = SimpleNamespace(scenario="x", claim=SimpleNamespace(against="base", by="2030Q4", during=None))
    change = xr.DataArray(np.zeros(4), dims="run", coords={"run": runs})
    found = {said: alike.values.tolist() for alike, said in mixtures._anyway(selection, finding, change)}
    assert list(found.items()) == [
        ("“Peace” is by then as in “Base” anyway", [True, False, False, False]),
        ("“Pipe” is by then as in “Base” anyway", [False, True, False, False]),
        ("“Peace” or “Pipe” is by then as in “Base” anyway", [True, True, False, False]),
    ]


def test_an_event_of_the_scenario_is_blamed_before_anything_else_and_once():
    come = draws.uniforms(2, "events", "ban", np.arange(4), 2)[0] < 0.5
    assert come.tolist() == [True, False, False, True]
    ban = LAPSE | {"id": "ban", "probability": 0.5}
    said = mixture(np.where(come, [4.1, 0, 0, 4.0], 0), np.where(come, 9, 0), event=ban)
    assert said == (
        "Of the runs 50 % rise by more than 1 and 50 % stay within it; a verdict on them needs 90 % of one kind. "
        "In 50 % of the runs “ban” has come by then: the mean there is +4.05, in the others it does not move."
    )


def test_a_spike_at_zero_is_told_even_when_a_verdict_is_clear():
    assert mixture([4, 0, 4.1, 4], [9, 9, 9, 9], verdict="holds") == (
        "In 25 % of the runs it does not move; in the others the mean is +4.03."
    )


@pytest.mark.parametrize("change", [[3, 5, 4, 2], [0, 0, 0, 0]])
def test_runs_of_one_kind_need_no_remark(change):
    assert mixture(change, [9, 0, 9, 9], verdict="holds") == ""


def test_runs_that_all_stay_short_of_the_size_do_not_divide():
    assert mixture([0.5, 0.4, 0.5, 0.4], [9, 0, 9, 9], verdict="not met") == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ([0.04, 0.01, -0.04, 0.02], "In 90 % of the runs it moves by less than 0.0400: a size of 1 tests little."),
        ([0, 0, 0, 0], "In 90 % of the runs it does not move: a size of 1 tests little."),
        ([0.06, 0.06, -0.06, 0.02], ""),
    ],
)
def test_a_claim_that_nothing_changes_has_a_size_that_could_be_missed(change, said):
    assert mixture(change, [9, 9, 9, 9], verdict="holds", relation="unchanged") == said


def test_of_a_claim_that_falls_the_falling_runs_come_first():
    said = mixture([-3, -5, -4, 2], [9, 9, 9, 9], relation="falls")
    assert said.startswith("Of the runs 75 % fall by more than 1 and 25 % rise by more than 1; a verdict on them")


def test_a_contract_that_lapsed_by_chance_is_found_to_part_the_runs_of_a_claim_about_its_buyer():
    """Whatever the scenario is about: the change is there only where the contract has lapsed."""
    contracts = ["gazprom_botas_blue_stream", "uzb_chn"]
    kept = values([[0.0, 5.0], [1.0, 5.0], [0.0, 0.0], [1.0, 0.0]], contract=contracts)
    stored = {
        "baseline": {"gdp": values([[0.0]] * 4, country=["CHN"]), "contract_volume": kept},
        "deal": {"gdp": values([[0.0], [0.0], [3.0], [3.1]], country=["CHN"]), "contract_volume": kept},
    }
    said = remark(comparing(stored), Finding("deal", claim(where={"country": "CHN"}), "undecided", 4))
    assert said.endswith(
        "In 50 % of the runs “Uzbekneftegaz–CNPC” has lapsed by then in “Base”: the mean there is +3.05, in the others "
        "it does not move."
    )
