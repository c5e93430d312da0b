"""Observations count each unit once, the base is exact, and constants of 2024 hold for 2022 and 2023."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from runs import constants
from runs.constants import fit, targets, with_constants
from runs.flows import (
    BACKWARD,
    BASE_YEAR,
    FORWARD,
    Case,
    base_flows,
    base_markets,
    base_pairs,
    free_constants,
    last_published,
    observed,
    observed_flow,
    passes,
    walk,
)
from runs.years import ALARM, BAR, given_volumes, out_of_sample, past_state, scores, year_capacity
from tests.worlds import FEW

EXPLAINED = Path(__file__).parents[2] / "docs" / "flows_explained.csv"
ENDS = [("A", "B"), ("C", "B"), ("C", "D")]


@pytest.fixture(scope="module")
def past(case) -> pd.DataFrame:
    return pd.concat([out_of_sample(case, year) for year in (2022, 2023)], ignore_index=True)


def rule(case: Case, name: str, **changes: object) -> pd.Series:
    """An observation, with other rules where given."""
    row = case.tables["observations"].set_index("id", drop=False).loc[name].copy()
    for field, value in changes.items():
        row[field] = value
    return row


# --- the operator, by hand -----------------------------------------------------------------------


def test_a_walk_knows_in_which_direction_it_passes_each_link():
    assert walk((0, 1, 2), ENDS, ("A",)) == {0: FORWARD, 1: BACKWARD, 2: FORWARD}
    assert walk((0,), ENDS, ("B", "Z")) == {0: BACKWARD}


def test_a_walk_that_leaves_from_nowhere_is_an_error():
    with pytest.raises(ValueError, match="leaves from none"):
        walk((0, 2), ENDS, ("A",))


def test_only_the_asked_direction_counts():
    found = walk((0, 1), ENDS, ("A",))
    assert passes(found, [1], forward=False)
    assert not passes(found, [1], forward=True)
    assert passes(found, [1, 0], forward=True)


# --- the operator, on the network ----------------------------------------------------------------


def test_the_base_is_held_against_the_last_total_published_up_to_its_year(case):
    rows = case.tables["observed_flows"]
    later = rows.drop_duplicates("observation").assign(year=BASE_YEAR + 1, volume=-1.0)
    tables = replace(case.tables, frames={**case.tables.frames, "observed_flows": pd.concat([later, rows])})
    known = last_published(replace(case, tables=tables))
    assert known["volume"].min() >= 0.0
    years = rows[rows["year"] <= BASE_YEAR].groupby("observation")["year"].max()
    assert known.set_index("observation")["year"].to_dict() == years.to_dict()


def test_cargo_that_passes_two_links_of_an_observation_counts_once(case):
    state, _ = case.base
    line = rule(case, "cpc_kazakh")
    twice = rule(case, "cpc_kazakh", links=("O001b", "O001c", "P_CPC"))
    port = rule(case, "cpc_total")
    russian = rule(case, "cpc_total", links=("NO_CPC_RUSSIA",))
    assert observed_flow(case, state, twice) == pytest.approx(observed_flow(case, state, port), rel=1e-9)
    parts = observed_flow(case, state, line) + observed_flow(case, state, russian)
    assert parts == pytest.approx(observed_flow(case, state, port), rel=1e-9)


def test_containers_and_parties_are_parts_of_the_whole(case):
    state, _ = case.base
    whole = observed_flow(case, state, rule(case, "titr_total"))
    boxes = observed_flow(case, state, rule(case, "titr_containers", links=rule(case, "titr_total")["links"]))
    with_uzbek = observed_flow(case, state, rule(case, "titr_total", parties=("UZB",)))
    without = observed_flow(case, state, rule(case, "titr_total", not_parties=("UZB",)))
    assert 0.0 < boxes < whole
    assert with_uzbek + without == pytest.approx(whole, rel=1e-9)
    assert with_uzbek > 0.0


def test_nothing_flows_backward_through_a_pipeline(case):
    state, _ = case.base
    both = observed_flow(case, state, rule(case, "cagp_total", direction="both"))
    assert observed_flow(case, state, rule(case, "cagp_total")) == pytest.approx(both, rel=1e-12)


# --- the base ------------------------------------------------------------------------------------


def test_every_observed_pair_carries_its_published_flow(case):
    pairs = base_pairs(case)
    seen = pairs[pairs["kind"] == "i"]
    off = (seen["modelled"] - seen["observed"]).abs()
    assert (off <= np.maximum(0.005 * seen["observed"], 0.05)).all()
    assert len(seen) == (case.tables["pair_flows"]["year"] == 2024).sum()


def test_pairs_never_open_at_base_carry_nothing(case):
    pairs = base_pairs(case)
    assert (pairs.loc[pairs["kind"] == "iii", "modelled"] == 0.0).all()
    assert np.isfinite(pairs["constant"]).all()


def test_every_market_carries_its_base_volume(case):
    markets = base_markets(case)
    assert ((markets["modelled"] - markets["observed"]).abs() <= 0.005 * markets["observed"]).all()


def test_constants_are_counted(case):
    rows = free_constants(case).set_index(["commodity", "constants"])["number"]
    pairs = base_pairs(case)
    assert rows["oil"].sum() + rows["gas"].sum() == len(pairs)
    assert rows["freight", "corridor by cargo (USD/t)"] == 5
    series = base_flows(case)
    compared = series[(series["layer"] == "freight") & series["comparable"]]
    assert rows["freight", "corridor by cargo (USD/t)"] < len(compared)


def test_every_published_total_stands_in_the_base_table_once(case):
    names = base_flows(case)["observation"]
    assert names.is_unique
    assert set(names) == set(case.tables["observed_flows"].query("year <= 2024")["observation"])


# --- freight constants ---------------------------------------------------------------------------


@pytest.fixture
def one_step(case, monkeypatch):
    """One step of the fit from constants some way above the shipped ones."""
    monkeypatch.setattr(constants, "MOST_ROUNDS", 2)
    few = replace(case.world, parameters=FEW)
    rows = case.tables["freight_constants"]

    def step(above):
        start = rows.assign(constant=rows["constant"] + above)
        frames = {**case.tables.frames, "freight_constants": start}
        world = with_constants(replace(case, world=few), start)
        return fit(replace(case, tables=replace(case.tables, frames=frames), world=world))

    return step


def test_shipped_freight_constants_are_what_a_fit_finds(case, one_step):
    rows, found = case.tables["freight_constants"], one_step(0.0)
    assert (found["constant"] - rows["constant"]).abs().max() < 5.0
    assert np.allclose(found["modelled"], found["observed"], rtol=0.005)
    assert rows["constant"].abs().max() < 250.0


def test_a_step_of_the_fit_leads_toward_the_shipped_constants(case, one_step):
    off = one_step(15.0)["constant"] - case.tables["freight_constants"]["constant"]
    assert off.abs().mean() < 10.0


def test_each_constant_has_a_published_total_of_its_own(case):
    rows = case.tables["freight_constants"]
    assert rows["observation"].is_unique
    assert (targets(case, rows)["volume"] > 0.0).all()


# --- earlier years -------------------------------------------------------------------------------


def test_given_sales_and_purchases_are_met(case):
    volumes = given_volumes(case, 2023)
    state = past_state(case, 2023)
    sources = case.network.trade.sources
    solved = pd.Series(4.0 * state.exchange.source_quantity[:, 0], index=sources["id"])
    known = pd.Series(volumes).reindex(solved.index).dropna()
    off = (solved.reindex(known.index) - known).abs()
    assert (off <= np.maximum(0.03 * known, 0.05)).all()


def test_a_link_shut_all_year_has_no_capacity(case):
    position = case.world.axes["link"].at
    assert year_capacity(case, 2022)[position("G019c"), 0] == 0.0
    assert year_capacity(case, 2022)[position("G007"), 0] > 0.0


def test_median_error_out_of_sample_is_within_the_bar(past):
    table = scores(past).set_index("group")
    assert table.loc["all", "median error"] <= BAR
    assert table.loc["all but forced pairs", "median error"] <= BAR
    assert table.loc["all", "model there"] < table.loc["all", "persistence there"]


def test_every_series_far_off_is_explained(past):
    known = set(pd.read_csv(EXPLAINED)["series"])
    far = past[past["scored"] & (past["modelled_error"] > ALARM)]
    assert set(far["series"]) <= known


def test_headline_figures_are_not_scored(case):
    rows = observed(case, 2023).set_index("observation")
    assert not rows.loc["instc", "comparable"]
    assert not rows.loc["baku_port_cargo", "comparable"]
    assert rows.loc["baku_port_dry", "comparable"]
