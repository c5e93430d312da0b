"""Metrics, intervals and verdicts against numbers worked out by hand."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from analysis import ensemble, metrics
from analysis.claims import unchanged, verdict
from analysis.selection import RUNS_A_POINT, _over_points, at, select
from model.measures import BOUNDS, MEASURES


def table(values, *dims, **labels):
    return xr.DataArray(np.array(values, dtype=float), dims=dims, coords=labels)


def test_corridor_shares_are_per_cent_of_all():
    assert_allclose(metrics.corridor_shares(table([3.0, 1.0], "corridor")), [75.0, 25.0])


def test_units_survive_and_are_named():
    assert metrics.corridor_shares(table([1.0], "corridor")).attrs["units"] == "% of corridor freight"


def test_the_interval_of_the_mean_is_students():
    low, mean, high = ensemble.mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 3.182446 * np.sqrt(5 / 3) / 2
    assert_allclose([low, mean, high], [2.5 - half, 2.5, 2.5 + half], rtol=1e-6)


@pytest.mark.parametrize("unit", sorted(BOUNDS))
def test_the_interval_of_a_mean_stays_where_its_measure_can_lie(unit):
    low, high = ensemble.bounds(unit)
    apart = np.array([1.0] + [0.0] * 19)  # one run at one end of the range, all others at the other
    for values in (low + (high - low) * apart, high - (high - low) * apart):
        found = ensemble.bands(table(values, "run").assign_attrs(units=unit)).iloc[0]
        assert low <= found["mean_low"] < found["mean"] < found["mean_high"] <= high
        assert low == found["mean_low"] or high == found["mean_high"]  # uncut, it would reach beyond
    moved = table((high - low) * (1.0 - apart), "run").assign_attrs(units=unit)
    assert ensemble.effects(moved).iloc[0]["mean_high"] == high - low


def test_every_measure_of_a_bounded_kind_has_its_bounds():
    free = {row.unit for row in MEASURES.values()} - set(BOUNDS)
    assert not [unit for unit in free if unit.startswith(("index", "share", "degree", "sta"))]


def test_a_cut_interval_makes_no_effect_of_luck():
    runs = table([[1.0, 1.0, 0.6, 0.2], [1.0, 1.0, 1.0, 0.9]], "cell", "run", cell=["perhaps", "surely"])
    for unit in ("share", "bn USD per year"):
        found = ensemble.effects(runs.assign_attrs(units=unit))
        assert ensemble.simultaneous(found).tolist() == [False, True]


def test_an_unpaired_difference_of_shares_stays_within_one():
    ours, theirs = np.array([1.0] * 19 + [0.9]), np.zeros(20)
    assert ensemble.difference_interval(ours, theirs)[2] > 1.0
    assert ensemble.difference_interval(ours, theirs, ensemble.bounds("share", change=True))[2] == 1.0


def test_quantiles_agree_with_numpy():
    values = np.random.default_rng(1).random((37, 3))
    levels = (0.0, 0.025, 0.5, 0.975, 1.0)
    assert_allclose(ensemble.quantiles(values, levels), np.quantile(values, levels, axis=0))


def test_shares_of_runs_that_rise_and_fall():
    found = ensemble.effects(table([-2.0, 1.0, 3.0, 0.0], "run"))
    assert_allclose(found[["mean", "share_up", "share_down", "runs"]].to_numpy()[0], [0.5, 0.5, 0.25, 4])


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (np.linspace(0.2, 0.3, 20), "holds"),
        (-np.linspace(0.2, 0.3, 20), "fails"),
        (np.linspace(-0.05, 0.05, 20), "negligible"),
        (-np.linspace(0.04, 0.05, 20), "negligible"),  # sure, but the other way
        (np.linspace(0.04, 0.05, 20), "not met"),  # sure and as claimed, but short of the size
        (np.linspace(0.004, 0.009, 20), "negligible"),  # sure and as claimed, but less than a tenth of the size
        (np.r_[np.full(17, 0.05), np.full(3, -0.01)], "negligible"),  # its sign is not sure: 85 % of the runs
        (np.r_[np.full(17, 0.3), np.zeros(3)], "undecided"),  # 85 % of the runs
        (np.r_[np.full(18, 0.3), np.zeros(2)], "holds"),  # 90 %
        (np.r_[np.full(19, 0.11), -30.0], "undecided"),  # 95 % of the runs, but not the interval
        (np.linspace(0.05, 0.15, 20), "undecided"),
        (np.linspace(-0.3, 0.1, 20), "not met"),  # the interval of the mean is below zero, the runs divide
        (np.r_[np.full(12, 0.05), np.full(8, 0.11)], "not met"),  # it lies above zero and short of the size
        (np.linspace(-0.6, 0.6, 20), "undecided"),
    ],
)
def test_the_verdict_rule(effect, said):
    assert verdict(effect, size=0.1) == said


@pytest.mark.parametrize(("last", "said"), [(0.29, "not met"), (0.16, "undecided")])
def test_a_mean_beyond_the_size_is_a_change_although_the_runs_divide(last, said):
    assert unchanged(np.linspace(0.05, last, 20), size=0.1) == said
    assert unchanged(-np.linspace(0.05, last, 20), size=0.1) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [(0.05, "holds"), (-0.05, "not met"), (-0.2, "fails")],
)
def test_a_level_missed_by_less_than_the_margin_is_not_met(past, said):
    assert verdict(np.full(10, past), size=0.1, floor=0.0) == said
    assert verdict(np.linspace(-0.05, 0.05, 10), size=0.1, floor=0.0) == "undecided"


@pytest.mark.parametrize(("level", "said"), [(0.05, "holds"), (0.5, "fails"), (-0.5, "fails"), (0.1001, "fails")])
def test_unchanged_turns_the_rule_around(level, said):
    assert unchanged(np.full(10, level), size=0.1) == said


def test_a_quarter_between_two_records_takes_the_earlier():
    values = table([1.0, 2.0, 3.0], "time", time=["2025Q1", "2025Q4", "2026Q4"])
    assert at(values, "2026Q3") == 2.0
    with pytest.raises(ValueError, match="before the first recorded quarter, 2025Q1"):
        at(values, "2024Q4")


def test_pairing_takes_the_luck_out(batch):
    selection = select(batch)
    gain = at(selection.difference("pushed", "loss"), "2035Q4")
    assert selection.changed == ("pushed", "still")
    assert_allclose(gain.stack(cell=("country", "controller")).dropna("cell"), 1.0)
    assert selection.values("pushed", "loss").std("run", skipna=False).min() > 0.05


@pytest.mark.parametrize("measure", ["loss", "alignment", "dependence"])
def test_a_country_has_no_value_toward_itself_and_every_other_one(batch, measure):
    values = select(batch).values("baseline", measure)
    other = "pole" if measure == "alignment" else "controller"
    itself = values["country"] == values[other]
    assert itself.any()
    assert (values.isnull().all(("run", "time")) == itself).all()
    assert (values.notnull().all(("run", "time")) == ~itself).all()


def test_points_of_a_design_are_no_further_runs():
    """Four runs at three points stay four runs, each at its mean; three points of one run stay three."""
    level = np.arange(12.0).reshape(3, 4) ** 2
    number = (np.arange(3)[:, None] * RUNS_A_POINT + np.arange(4)).ravel()
    flat = xr.DataArray(level.ravel(), coords={"run": number}, dims="run", attrs={"units": "x"})
    pooled = _over_points(flat)
    assert pooled["run"].values.tolist() == [0, 1, 2, 3]
    assert pooled.values.tolist() == level.mean(axis=0).tolist()
    assert pooled.attrs == {"units": "x"}
    alone = flat[::4]
    assert _over_points(alone).identical(alone)
    assert _over_points(flat[:4]).identical(flat[:4])


def test_enough_runs_are_the_fewest_that_all_agree_by_less_than_a_chance_in_twenty():
    assert ensemble.AGREE**ensemble.ENOUGH < 1 - ensemble.CONFIDENCE <= ensemble.AGREE ** (ensemble.ENOUGH - 1)


@given(st.integers(2, 9), st.integers(2, 9))
def test_the_interval_of_unpaired_runs_is_welchs(ours, theirs):
    rng = np.random.default_rng([ours, theirs])
    one, other = rng.normal(0, 1, ours), rng.normal(0, 3, theirs)
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    low, _, high = ensemble.difference_interval(one, other)
    assert (low, high) == pytest.approx((interval.low, interval.high))
