"""What goes with an effect: the terms that carry a change of alignment, other dependences of the same country."""

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


def test_the_dependence_of_the_same_country_on_others_at_that_time_stands_beside_the_largest_first(monkeypatch):
    moves = [
        ("ARM", "GEO", 0.7),
        ("ARM", "IRN", -0.3),
        ("ARM", "RUS", 0.6),
        ("ARM", "CHN", 0.2),
        ("ARM", "TUR", 0.9),
        ("AZE", "RUS", 9.0),
    ]
    rows = pd.DataFrame(moves, columns=["country", "controller", "mean"]).assign(
        scenario="deal", time="2027Q4", share_up=1.0, share_down=1.0, runs=20
    )
    rows = rows.assign(mean_low=rows["mean"] - 0.1, mean_high=rows["mean"] + 0.1, share_down=rows["mean"] < 0)
    later = rows.assign(time="2028Q4", mean=5.0)
    monkeypatch.setattr(beside, "told", lambda *_: pd.concat([rows, later], ignore_index=True))
    claims = [SimpleNamespace(where={"country": "ARM", "controller": "TUR"})]
    monkeypatch.setattr(beside, "question", lambda *_: SimpleNamespace(claims=claims))
    said = beside.goes_with(SimpleNamespace(), EFFECTS[0], rows.iloc[0])
    assert said == "; beside it that on Russia +0.6 (+0.5 to +0.7) and on Iran −0.3 (−0.4 to −0.2)"
    assert beside.goes_with(SimpleNamespace(), EFFECTS[0], rows.iloc[5]) == ""


def test_an_effect_is_gone_from_the_first_quarter_on_from_which_little_of_it_is_left():
    sizes = {"ARM": [2.0, 0.05, -0.3, 0.05, 0.0], "KAZ": [0.5, 0.5, 0.5, 0.5, 0.5], "AZE": [0.0, 0.0, 0.3, 0.04, 0.04]}
    quarters = ["2026Q4", "2027Q4", "2028Q4", "2029Q4", "2030Q4"]
    sizes["GEO"] = [0.2, 0.05, 0.05, 0.05, 0.05]  # most of it while “deal” lasts, in other quarters of each run
    rows = [(c, "RUS", t, mean) for c, means in sizes.items() for t, mean in zip(quarters, means, strict=True)]
    table = pd.DataFrame(
        [*rows, *((c, "RUS", "while “deal” lasts", 0.9) for c in ("ARM", "GEO"))],
        columns=["country", "controller", "time", "mean"],
    )
    gone = EFFECTS[0].gone(table, ["country", "controller"])
    assert gone.loc["ARM", "RUS"] == "2029Q4"
    assert gone.loc["GEO", "RUS"] == "2027Q4"
    assert pd.isna(gone.loc["KAZ", "RUS"])
    assert pd.isna(gone.loc["AZE", "RUS"])  # more than a tenth of the largest
    assert EFFECTS[0].faded(0.02, 0.3)
    assert not EFFECTS[0].faded(0.04, 0.3)
