"""What goes with an effect: the terms that carry a change of alignment."""

from types import SimpleNamespace

import pandas as pd
import pytest
import xarray as xr

from analysis import beside
from analysis.peaks import EFFECTS

ALIGNMENT = next(effect for effect in EFFECTS if effect.measure == "alignment")
TERMS = {"grievance": -0.025, "threat": -0.012, "offers": 0.005, "peers": -0.001}


def selection(terms):
    change = xr.DataArray(
        [[list(terms.values())]] * 2, {"run": [0, 1], "time": ["2028Q4"], "term": list(terms)}, ("run", "time", "term")
    )
    return SimpleNamespace(
        has=lambda measure: measure == "alignment_term",
        parts={"deal": SimpleNamespace(times=["2028Q4"])},
        effect=lambda *_: change,
    )


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (TERMS, "; carried by the terms grievance −0.0250 and threat −0.0120"),
        ({"grievance": -0.033}, "; carried by the terms grievance −0.0330"),
        ({"grievance": 0.02, "peers": -0.002}, ""),
    ],
)
def test_the_terms_that_carry_a_change_of_alignment_are_named_the_largest_first(terms, said, monkeypatch):
    """A term counts from a quarter of the change on, and where it has its sign."""
    monkeypatch.setattr(beside, "runs_of", lambda *_: [0, 1])
    row = pd.Series({"scenario": "deal", "country": "ARM", "pole": "RUS", "time": "2028Q4", "mean": -0.033})
    assert beside.goes_with(selection(terms), ALIGNMENT, row) == said


def test_alignment_between_recorded_moments_has_no_terms():
    row = pd.Series({"scenario": "deal", "country": "ARM", "pole": "RUS", "time": "while it lasts", "mean": -0.033})
    assert beside.goes_with(selection(TERMS), ALIGNMENT, row) == ""
