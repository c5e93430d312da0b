"""What follows from one another takes one place, and what a state gets of itself none."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis import ranks
from analysis.peaks import EFFECTS, from_another, told
from analysis.repeats import once
from analysis.selection import select

(SUPPLY,) = (effect for effect in EFFECTS if effect.measure == "supply_share")


def rows(*cells):
    columns = ["scenario", "time", "unit", "low", "mean", "high"]
    return pd.DataFrame([("s", "2030Q4", "bcm a year", *cell[:3]) for cell in cells], columns=columns)


@pytest.mark.parametrize(
    ("other", "left"),
    [
        ((1.0, 2.0, 3.0), [0]),  # a total and its only part
        ((-3.0, -2.0, -1.0), [0]),  # one seller's share and the other's
        ((1.0, 2.0, 3.1), [0, 1]),
        ((1.0, 2.001, 3.0), [0, 1]),
        ((-3.0, -1.0, 2.0), [0, 1]),
    ],
)
def test_effects_of_equal_size_in_all_runs_are_one(other, left):
    assert once(rows((1.0, 2.0, 3.0), other)).index.tolist() == left


@pytest.mark.parametrize("column", ["scenario", "time", "unit"])
def test_effects_of_another_scenario_time_or_unit_are_others(column):
    table = rows((1.0, 2.0, 3.0), (1.0, 2.0, 3.0))
    table.loc[1, column] = "other"
    assert len(once(table)) == 2


def test_what_is_the_same_in_all_runs_tells_nothing_apart():
    assert len(once(rows((2.0, 2.0, 2.0), (2.0, 2.0, 2.0)))) == 2


def test_sizes_are_compared_in_the_unit_and_the_first_is_kept_whatever_the_index():
    table = rows((1.0, 2.0, 3.0), (0.1, 0.2, 0.3)).set_axis([5, 5])
    assert once(table, np.array([1.0, 10.0]))["mean"].tolist() == [2.0]
    assert len(once(table)) == 2


@pytest.fixture
def supplied(make, monkeypatch):
    """A batch whose shares of supply have a push; suppliers are the countries."""
    selection = select(make("supplied", record=("alignment", "loss")))

    def values(self, scenario, measure):  # noqa: ARG001
        runs, labels = 40, ["ARM", "AZE"]
        luck = np.random.default_rng(1).random((runs, 4, 2, 2, 1)) / 10 + (scenario == "pushed") / 2
        coords = {"run": range(runs), "time": ["2025Q1", "2025Q4", "2030Q4", "2035Q4"], "country": labels}
        coords |= {"supplier": labels, "commodity": ["gas"]}
        return xr.DataArray(luck, coords, tuple(coords), attrs={"units": "share"})

    monkeypatch.setattr(type(selection), "values", values)
    monkeypatch.setattr(type(selection), "measures", ("supply_share",))
    return selection


def test_what_a_country_takes_of_itself_is_no_finding_and_has_no_rank(supplied):
    assert from_another(supplied, "pushed").values.tolist() == [[False, True], [True, False]]
    for table in (told(supplied, "pushed", SUPPLY), ranks.ranking(supplied, "pushed")):
        assert len(table)
        text = table.to_csv()
        assert "AZE,ARM" in text or "country=AZE supplier=ARM" in text
        assert "AZE,AZE" not in text
        assert "country=AZE supplier=AZE" not in text
