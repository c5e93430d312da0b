"""A user's corrected tables go through the whole of the Python interface, and stay with the batch."""

import numpy as np
import pandas as pd
import pytest

import multivector as mv
from analysis.bases import chosen
from analysis.report import write_report
from runs.variants import prepare
from scenarios.tables import shipped_tables

UNTIL = "2025Q2"
NORTH = 45.0  # degrees: where the user's tables have Istanbul


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """Tables of a user: the border of Armenia with Türkiye open, Istanbul moved north, another institution."""
    tables, folder = shipped_tables(), tmp_path_factory.mktemp("user") / "mine"
    folder.mkdir()
    dyads = tables["dyads"].assign(state="open", bars_transit="no", source="a newspaper")
    dyads[dyads["id"] == "ARM-TUR"].to_csv(folder / "dyads.csv", index=False)
    nodes = tables["nodes"].assign(lat=NORTH)
    nodes[nodes["id"] == "TR_ISTANBUL"].to_csv(folder / "nodes.csv", index=False)
    clubs = tables["institutions"].iloc[:1].assign(id="CLUB", name="A club of my own", exclusive_with="")
    clubs.to_csv(folder / "institutions.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def batch(mine):
    options = mv.Options(out=mine.parent / "results", every="quarterly", workers=1)
    return mv.run("baseline", runs=2, until=UNTIL, options=options, data=str(mine))


@pytest.fixture
def gone(batch, mine):
    """The batch while the tables that it was made with are not where they were."""
    away = mine.rename(mine.with_name("away"))
    yield batch
    away.rename(mine)


def test_a_batch_made_with_own_tables_is_computed_with_them_and_keeps_them(batch, mine):
    (entry,) = batch.manifest["plan"]["scenarios"]
    (own,), (shipped,) = (prepare(["baseline"], until=UNTIL, data=data) for data in (mine, None))
    assert entry["digest"] == own.world.digest() != shipped.world.digest()
    assert batch.data == batch.folder / "tables"
    assert {path.name: path.read_bytes() for path in batch.data.iterdir()} == {
        path.name: path.read_bytes() for path in mine.iterdir()
    }


def test_a_run_of_it_comes_out_again_to_the_bit_when_the_tables_are_gone(gone):
    found = mv.rerun(gone, "baseline", 1)
    assert found.same
    assert found.changed == found.differing == ()


def test_its_report_draws_the_map_of_its_own_tables(batch):
    folder = write_report(chosen(batch)).path.parent
    drawn = pd.read_csv(folder / "map-freight.csv")
    places = pd.concat([drawn[["name", "lat"]], drawn[["to_name", "to_lat"]].set_axis(["name", "lat"], axis=1)])
    found = places[places["name"] == "Istanbul"]
    assert len(found) > 0
    assert set(found["lat"]) == {NORTH}


def test_one_run_as_a_model_takes_own_tables_too(batch, mine):
    model = mv.CorridorModel("baseline", run=1, until=UNTIL, data=str(mine))
    model.step()
    stored = batch.dataset("baseline")["alignment"].sel(run=1).isel(time=0).values
    assert model.measure("alignment").tobytes() == np.ascontiguousarray(stored).tobytes()


def test_scenarios_are_loaded_and_compiled_with_own_words(mine, tmp_path):
    path = tmp_path / "club.yaml"
    event = "{at: 2027Q1, membership: {country: KAZ, institution: CLUB}, becomes: member}"
    path.write_text(f"scenario: club\ntitle: C\nquestion: Q?\nextends: baseline\nevents:\n- {event}\n")
    with pytest.raises(mv.ScenarioError, match="'CLUB' is not an institution"):
        mv.load(path, shipped_tables())
    world = mv.compile_scenario(mv.load(path, data=str(mine)), data=mine)
    assert "CLUB" in world.axes["institution"].labels
