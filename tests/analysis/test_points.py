"""Batches over several points: what figures are means over, and what becomes of a claim at each."""

import numpy as np
import pytest

from analysis.claims import findings_of
from analysis.compare_page import write_comparison
from analysis.comparison import compare
from analysis.report import write_report
from analysis.selection import select
from analysis.verdicts import at_points, frame
from scenarios import Claim

LEVEL = {"claim": "low", "measure": "loss", "where": {"country": "KAZ", "controller": "RUS"}, "by": "2035Q4"}


@pytest.fixture
def found(varied, monkeypatch):
    """The finding on a claim about the level, which the parameter moves: it lies low at half of the points."""
    selection = select(varied)
    claim = Claim.model_validate(LEVEL | {"relation": "between", "range": [-1, 0.9], "size": 0.05})
    base = selection.resolved["baseline"].model_copy(update={"expect": (claim,)})
    monkeypatch.setitem(selection.resolved, "baseline", base)
    return findings_of(selection)[0]


def test_figures_are_means_over_points_where_runs_have_several(varied, spread, batch):
    assert [select(one).points for one in (varied, spread, batch)] == [tuple(range(6)), (), ()]


def test_a_selection_at_a_point_has_the_runs_of_that_point_alone(varied):
    selection = select(varied)
    means = [selection.at_point(n).values("baseline", "loss") for n in selection.points]
    assert all(values["run"].values.tolist() == list(range(8)) for values in means)
    assert np.allclose(sum(means) / 6, selection.values("baseline", "loss"), equal_nan=True)
    steps = [float((values - means[0]).max()) for values in means]
    assert sorted(steps) == pytest.approx([0.0, 0.1, 0.5, 0.6, 1.0, 1.1])


def test_a_claim_says_what_becomes_of_it_at_every_point(found):
    assert len(found.points) == 6
    assert found.verdict == "by point"
    assert {one.verdict for one in found.points.values()} > {"holds"}
    assert at_points(found).startswith("holds at p = 0, q = 0; at p = 0, q = 1, undecided at p = 0.5, q = 0")
    assert at_points(found).endswith(" at p = 1, q = 1")
    assert frame([found])["at the points"].item() == at_points(found)


def test_a_batch_of_one_point_says_nothing_of_points(batch):
    assert "at the points" not in frame(findings_of(select(batch)))


def test_screen_and_page_say_that_figures_are_means_over_points(varied):
    report = write_report(select(varied))
    text = "Every figure is a mean over the 6 points of the parameters that this batch varies."
    assert report.sentences[-1] == text
    page = report.path.read_text(encoding="utf-8")
    assert text in page
    assert "Holds at each of 6 points; about the same size at each point." in page


def test_a_comparison_says_it_of_the_batch_that_varies_alone(varied, before, tmp_path):
    both = compare(before, varied)
    row = both.verdicts().set_index(["scenario", "claim"]).loc[("pushed", "up")]
    assert row["before"] == "holds: +1.00 (within 0.01)"
    assert row["varied"].endswith("; holds at each of 6 points; about the same size at each point")
    page = write_comparison(both, tmp_path).read_text(encoding="utf-8")
    assert (
        page.count("Holds at each of 6 points; about the same size at each point.") == 2
    )  # `up` and `luck` of the scenario that pushes
    assert "Not tested at each" not in page
