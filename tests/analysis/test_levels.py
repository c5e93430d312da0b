"""Claims against a level or a range: getting to the level counts, and when."""

import numpy as np
import pytest
import xarray as xr

from analysis.claims import examine
from analysis.selection import select
from scenarios import Claim

TIMES = ("2025Q1", "2025Q4", "2030Q4", "2035Q4")
WHERE = {"country": "KAZ"}


@pytest.fixture
def followed(batch, monkeypatch):
    """A function that gives the verdict of a claim on a path of four values, the same in forty runs."""
    selection = select(batch)

    def said(path, relation, by="2030Q4", **more):
        coords = {"run": range(40), "time": list(TIMES), "country": ["KAZ"]}
        cells = np.broadcast_to(np.array(path, dtype=float)[None, :, None], (40, 4, 1))
        values = xr.DataArray(cells, coords, tuple(coords), attrs={"units": "bn USD/y"})
        monkeypatch.setattr(type(selection), "values", lambda *_: values)
        monkeypatch.setattr(type(selection), "measures", ("gdp",))
        claim = Claim(claim="c", measure="gdp", where=WHERE, by=by, relation=relation, size=0.1, **more)
        return examine(selection, "pushed", claim)

    return said


@pytest.mark.parametrize(
    ("path", "relation", "verdict"),
    [
        ((0.0, 1.0, 3.0, 3.0), "reaches", "holds"),  # a stage, which never goes beyond its last
        ((0.0, 1.0, 2.8, 3.0), "reaches", "fails"),  # too late
        ((0.0, 3.0, 1.0, 1.0), "reaches", "holds"),  # it need not stay there
        ((0.0, 3.0, 0.0, 0.0), "before", "holds"),
        ((0.0, 1.0, 3.0, 3.0), "before", "fails"),  # in the quarter itself is not before it
        ((0.0, 1.0, 2.9, 3.0), "never", "holds"),
        ((0.0, 3.0, 0.0, 0.0), "never", "fails"),
    ],
)
def test_a_value_that_gets_to_its_level_has_reached_it(followed, path, relation, verdict):
    found = followed(path, relation, level=3.0)
    assert (found.verdict, found.share) == (verdict, float(verdict == "holds"))


@pytest.mark.parametrize(("relation", "verdict"), [("reaches", "holds"), ("never", "fails")])
def test_a_line_that_is_emptied_has_reached_zero(followed, relation, verdict):
    assert followed((27.0, 27.0, 0.0, 27.0), relation, level=0.0).verdict == verdict


def test_the_ends_of_a_range_lie_within_it(followed):
    for end in (1.0, 2.0):
        assert followed((0.0, 0.0, end, 9.0), "between", range=(1.0, 2.0)).verdict == "holds"
    assert followed((0.0, 0.0, 2.2, 1.5), "between", range=(1.0, 2.0)).verdict == "fails"


@pytest.mark.parametrize(("path", "verdict"), [((0.0, 0.5, 2.5, 9.0), "holds"), ((0.0, 0.5, 5.0, 9.0), "fails")])
def test_a_range_over_a_span_is_one_for_the_mean(followed, path, verdict):
    found = followed(path, "between", by=None, during=["2025Q4", "2030Q4"], range=(1.0, 2.0))
    assert found.verdict == verdict


def test_what_has_no_value_is_not_tested(followed):
    found = followed((np.nan,) * 4, "reaches", level=1.0)
    assert (found.verdict, found.reason) == ("not tested", "there is no value")
