"""The Mesa front door: run s of a batch, stepped a quarter at a time, with countries that may decide for themselves."""

import copy
import math
import statistics
import time
import warnings

import mesa
import numpy as np
import pytest

import multivector as mv
from model.measures import MEASURES
from model.simulation import simulate
from runs.sample import fixed

UNTIL, LATER = "2026Q4", "2028Q4"
RATIO = 1.5
SAMPLED = """scenario: sampled
title: Sampled
question: Do the runs of a sampled scenario keep their own values?
extends: baseline
until: 2025Q4
seed: 7
sample:
  alignment.half_life: {uniform: [2, 5]}
parameters:
  alignment.threat: 0.3
"""


def quarterly(folder, scenarios, runs, **given):
    options = mv.Options(out=folder, every="quarterly", workers=1)
    return mv.run(scenarios, runs=runs, options=options, **given)


def stepped(model):
    """The model after each of its quarters."""
    while model.running:
        model.step()
        yield model


def assert_same_bits(model, dataset, run):
    found = dataset.sel(run=run).transpose("time", ...)
    for number, _ in enumerate(stepped(model)):
        for name in MEASURES:
            wanted = found[name].isel(time=number).values
            assert model.measure(name).tobytes() == np.ascontiguousarray(wanted).tobytes(), (name, model.quarter)
    assert number + 1 == found.sizes["time"]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Three runs, each quarter, of two scenarios, one of which has a year of events in the middle."""
    return quarterly(tmp_path_factory.mktemp("batch"), ["baseline", "cpc-blocked"], runs=3, until=LATER)


@pytest.fixture
def model():
    return mv.CorridorModel("baseline", run=1, until=UNTIL)


# --- the same run ---


@pytest.mark.parametrize("scenario", ["baseline", "cpc-blocked"])
def test_a_model_is_a_run_of_a_batch_to_the_last_bit_in_every_measure_and_quarter(batch, scenario):
    assert_same_bits(mv.CorridorModel(scenario, run=1, until=LATER), batch.dataset(scenario), run=1)


def test_it_keeps_the_seed_distributions_and_parameters_of_a_scenario_and_those_given(tmp_path):
    path = tmp_path / "sampled.yaml"
    path.write_text(SAMPLED, encoding="utf-8")
    given = {"alignment.autonomy": 0.4}
    found = quarterly(tmp_path, path, runs=2, sample=fixed(given)).dataset("sampled")
    assert_same_bits(mv.CorridorModel(path, run=1, **given), found, run=1)


def test_an_edited_scenario_file_is_another_scenario(tmp_path):
    path = tmp_path / "sampled.yaml"
    path.write_text(SAMPLED, encoding="utf-8")
    before = mv.CorridorModel(path)
    path.write_text(SAMPLED.replace("2025Q4", "2026Q4"), encoding="utf-8")
    assert (before.world.quarters, mv.CorridorModel(path).world.quarters) == (4, 8)


def test_a_seed_that_is_given_comes_before_that_of_the_scenario():
    first, same, other = (mv.CorridorModel("baseline", run=0, seed=seed, until="2025Q2") for seed in (None, 1, 2))
    for model in (first, same, other):
        model.step()
    assert first.measure("alignment").tobytes() == same.measure("alignment").tobytes()
    assert not np.array_equal(first.measure("alignment"), other.measure("alignment"))


# --- quarters ---


def test_n_steps_are_n_quarters(model):
    assert (model.quarter, model.steps, model.running) == ("2024Q4", 0, True)
    seen = [(each.steps, each.quarter) for each in stepped(model)]
    assert seen[0] == (1, "2025Q1")
    assert seen[-1] == (8, UNTIL)
    assert not model.running
    assert [steps for steps, _ in seen] == list(range(1, 9))


def test_nothing_is_left_to_step_after_the_last_quarter(model):
    list(stepped(model))
    with pytest.raises(RuntimeError, match="baseline: 2026Q4 is its last quarter; nothing is left to step"):
        model.step()


def test_before_the_first_step_it_shows_the_base_quarter(model):
    start = model.world.politics.alignment
    assert np.array_equal(model.measure("alignment"), start)
    assert model.country("KAZ").dependence["RUS"] > 0.0


def test_a_copy_goes_its_own_way(model):
    model.step()
    other = copy.deepcopy(model)
    other.step()
    kept = model.country("KAZ").alignment["RUS"]
    model.step()
    assert (model.quarter, other.quarter) == ("2025Q2", "2025Q2")
    assert kept != model.country("KAZ").alignment["RUS"] == other.country("KAZ").alignment["RUS"]


# --- views ---


def test_agents_are_views_on_the_arrays(model):
    model.step()
    axes = model.world.axes
    row, column = axes["country"].at("KAZ"), axes["pole"].at("RUS")
    country, pole = model.country("KAZ"), model.pole("RUS")
    for name in ("alignment", "threat", "grievance"):
        value = model.measure(name)[row, column]
        assert getattr(country, name)["RUS"] == getattr(pole, name)["KAZ"] == value
    assert country.dependence["IRN"] == model.measure("dependence")[row, axes["controller"].at("IRN")]
    assert pole.dependence["KAZ"] == country.dependence["RUS"] == country.measure("dependence")["RUS"]
    assert country.loss["RUS"] == model.measure("loss")[row, axes["controller"].at("RUS")]
    assert pole.offers["KAZ"] == model.state.offers[row, column, 0]
    assert pole.coercion["KAZ"] == model.state.coercion[row, column, 0]
    assert country.gdp == country.measure("gdp") == model.measure("gdp")[row]
    assert country.transit_rent == model.measure("transit_rent")[row]
    assert country.measure("loss_channel").shape == (len(axes["pole"]), len(axes["channel"]))
    assert list(country.alignment) == list(axes["pole"])


def test_nobody_looks_at_itself(model):
    country, pole = model.country("TUR"), model.pole("TUR")
    assert math.isnan(country.alignment["TUR"])
    assert math.isnan(country.dependence["TUR"])
    assert math.isnan(pole.alignment["TUR"])
    assert math.isnan(model.country("KAZ").dependence["KAZ"])


def test_a_measure_of_the_whole_run_is_the_models(model):
    with pytest.raises(ValueError, match="flow: a measure by link; ask the model for it"):
        model.country("KAZ").measure("flow")


def test_neighbours_form_a_pair_of_states(model):
    armenia = [agent.name for agent in model.country("ARM").neighbours]
    assert armenia == ["AZE", "GEO", "IRN", "TUR"]
    assert {agent.kind for agent in model.country("ARM").neighbours} == {"country"}
    assert "KAZ" in [agent.name for agent in model.pole("RUS").neighbours]


def test_every_country_and_pole_is_one_agent_of_mesa(model):
    kinds = [(agent.kind, agent.name) for agent in model.agents]
    axes = model.world.axes
    assert kinds == [*(("country", name) for name in axes["country"]), *(("pole", name) for name in axes["pole"])]


# --- deciding ---


class Lawful(mv.CountryAgent):
    """Decides what the law proposes."""

    def decide(self):
        return dict(self.proposal)


class Still(mv.CountryAgent):
    """Never moves."""

    def decide(self):
        return self.alignment


class Wary(mv.CountryAgent):
    """Notes what it knows when it decides, and sets one pole only."""

    def decide(self):
        self.seen = (self.alignment["RUS"], self.threat["RUS"], self.proposal["RUS"])
        return {"WEST": 0.25}


def of_kazakhstan(behaviour):
    return mv.CorridorModel("baseline", run=1, until=UNTIL, behaviour={"KAZ": behaviour})


def test_deciding_what_the_law_proposes_changes_no_bit(model):
    everybody = dict.fromkeys(model.world.axes["country"], Lawful)
    other = mv.CorridorModel("baseline", run=1, until=UNTIL, behaviour=everybody)
    for one, two in zip(stepped(model), stepped(other), strict=True):
        assert all(one.measure(name).tobytes() == two.measure(name).tobytes() for name in MEASURES)


def test_one_country_decides_and_the_rest_keeps_the_kernels(model):
    other = of_kazakhstan(Still)
    row = model.world.axes["country"].at("KAZ")
    start = model.measure("alignment")[row]
    model.step()
    other.step()
    assert np.array_equal(other.measure("alignment")[row], start)
    rest = np.arange(len(model.countries)) != row
    assert np.array_equal(other.measure("alignment")[rest], model.measure("alignment")[rest])
    list(stepped(model))
    list(stepped(other))
    assert np.array_equal(other.measure("alignment")[row], start)
    assert not np.array_equal(other.measure("alignment")[rest], model.measure("alignment")[rest])  # peers watch


def test_a_country_decides_on_what_it_knows_in_that_quarter(model):
    other = of_kazakhstan(Wary)
    model.step()
    before = model.country("KAZ").alignment["RUS"]
    other.step()
    model.step()
    other.step()
    agent = other.country("KAZ")
    assert agent.seen == pytest.approx((before, model.country("KAZ").threat["RUS"], agent.alignment["RUS"]), abs=1e-12)
    assert agent.alignment["WEST"] == 0.25


def test_the_terms_of_a_decided_move_sum_to_it():
    model = of_kazakhstan(Still)
    before = model.measure("alignment")
    model.step()
    moves = model.state.moves
    assert np.allclose(sum(moves.values())[..., 0], model.measure("alignment") - before, atol=1e-12)
    row = model.world.axes["country"].at("KAZ")
    assert np.flatnonzero(abs(moves["decision"]).max(axis=(1, 2))).tolist() == [row]


def test_luck_of_mesa_is_fixed_by_seed_and_run():
    drawn = [mv.CorridorModel("baseline", run=run, until=UNTIL) for run in (1, 1, 2)]
    first, same, other = ((model.rng.random(), model.random.random()) for model in drawn)
    assert first == same
    assert first[0] != other[0]
    assert first[1] != other[1]


# --- Mesa's own tools ---


class Watched(mv.CorridorModel):
    """Collects one figure of the run and one of each agent."""

    def collector(self):
        return mesa.DataCollector(
            model_reporters={"freight": lambda model: float(model.measure("corridor_flow").sum())},
            agent_reporters={"name": "name"},
        )


def test_the_data_collector_holds_every_quarter(batch):
    model = mv.CorridorModel("baseline", run=1, until=UNTIL)
    list(stepped(model))
    table = model.datacollector.get_agent_vars_dataframe().query("kind == 'country'").reset_index()
    found = table[table["Step"] > 0].pivot_table(index="Step", columns="name", values="alignment_CHN", sort=True)
    wanted = batch.dataset("baseline")["alignment"].sel(run=1, pole="CHN").isel(time=slice(8))
    assert np.array_equal(found["KAZ"], wanted.sel(country="KAZ"))
    assert list(model.datacollector.get_model_vars_dataframe()["quarter"]) == [
        "2024Q4",
        *map(str, wanted["time"].values),
    ]


def test_what_is_collected_can_be_chosen():
    model = Watched("baseline", until="2025Q2")
    list(stepped(model))
    figures = model.datacollector.get_model_vars_dataframe()
    assert list(figures.columns) == ["freight"]
    assert len(figures) == 3


def batch_run(processes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = mesa.batch_run(
            mv.CorridorModel,
            {"scenario": "baseline", "run": [0, 1], "until": UNTIL, "alignment.half_life": [2.0, 4.0]},
            number_processes=processes,
            data_collection_period=1,
            max_steps=3,
            display_progress=False,
        )
    kept = [row for row in rows if row["kind"] == "country"]
    return {(r["run"], r["alignment.half_life"], r["Step"], r["name"]): r["alignment_RUS"] for r in kept}


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_of_mesa_gives_the_runs_of_a_batch(processes):
    found = batch_run(processes)
    world = mv.CorridorModel("baseline", until=UNTIL).world
    names = tuple(world.axes["country"])
    assert {step for _, _, step, _ in found} == {0, 1, 2, 3}
    for half_life in (2.0, 4.0):
        parameters = {"alignment.half_life": np.full(2, half_life)}
        wanted = simulate(world, np.arange(2), 1, parameters, ("alignment",), "quarterly").measures["alignment"]
        for run in (0, 1):
            rows = [[found[run, half_life, step, name] for name in names] for step in (1, 2, 3)]
            assert np.array_equal(rows, wanted[:3, :, world.axes["pole"].at("RUS"), run])


# --- speed ---


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_a_model_costs_little_more_than_the_bare_kernels():
    world = mv.CorridorModel("baseline", until="2028Q4").world
    recorded = ("alignment", "dependence")

    def bare():
        simulate(world, np.zeros(1, dtype=np.int64), 1, {}, recorded, "quarterly")

    def door():
        list(stepped(mv.CorridorModel("baseline", run=0, until="2028Q4")))

    ratios = [seconds(door) / seconds(bare) for _ in range(7)]
    assert statistics.median(ratios) <= RATIO
