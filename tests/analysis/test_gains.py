"""Who gains and who loses by a scenario, in one table."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis import clocks, figures, gains
from analysis.press import Press
from analysis.selection import select

COUNTRIES = ["KAZ", "UZB", "GEO", "ARM"]
TIMES = ["2025Q4", "2026Q4", "2027Q4"]


def paths(*rows):
    """Four runs of three years for each country: its effect by year, with a little luck over runs."""
    luck = np.array([-1.0, 1.0, 0.5, -0.5]).reshape(4, 1, 1)
    means, spreads = np.array([row[:3] for row in rows]).T, np.array([row[3] for row in rows])
    return xr.DataArray(
        means + luck * spreads,
        dims=("run", "time", "country"),
        coords={"run": range(4), "time": TIMES, "country": COUNTRIES},
    )


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(clocks, "looks", lambda *_: ())
    monkeypatch.setattr(gains, "_spoken_of", lambda *_: set())
    gdp = paths((0, -3, -1, 0.01), (0, 0.5, 0.5, 9.0), (0, 0, 0, 0), (0, 0.04, 0.04, 0))
    fees = paths((0, 0, 0.002, 0), (0, 0, 0, 0), (0, -0.07, -0.01, 0.001), (0, 0, 0, 0))
    selection = SimpleNamespace(
        last=lambda _: "2027Q4",
        has=lambda measure: measure in {"gdp", "transit_rent"},
        paired=lambda _: True,
        relative=lambda *_: gdp.assign_attrs(units="%"),
        effect=lambda *_: fees,
        known={},
    )
    return gains.gains(selection, "deal")


def test_a_country_has_a_row_for_what_it_moves_by_more_than_the_interval_and_enough_to_tell(table):
    """Armenia's GDP moves by 0.04 %, surely and by too little."""
    rows = zip(table["country"], table["measure"], strict=True)
    assert list(rows) == [("KAZ", "gdp"), ("KAZ", "transit_rent"), ("GEO", "transit_rent")]  # the largest first


def test_each_effect_stands_at_its_peak_in_the_unit_said_with_what_is_left(table):
    assert table["time"].tolist() == ["2026Q4", "2027Q4", "2026Q4"]
    assert table["mean"].tolist() == pytest.approx([-3.0, 0.002, -0.07])
    assert table["left"].tolist() == pytest.approx([-1.0, 0.002, -0.01])
    assert table["unit"].tolist() == ["%", "bn USD/y", "bn USD/y"]


@pytest.mark.parametrize(
    ("ends", "mean", "below"),
    [
        ((-3.0, -3.2, -2.8), "−3.0", "(−3.2 to −2.8), 2026"),
        ((0.1, 0.099, 0.101), "+0.100", "(+0.099 to +0.101), 2026"),
        ((0.01, 0.004, 0.016), "+0.010", "(+0.004 to +0.016), 2026"),
    ],
)
def test_an_interval_never_reads_as_a_point_or_as_reaching_zero(ends, mean, below):
    row = pd.Series(dict(zip(["mean", "mean_low", "mean_high"], ends, strict=True)) | {"time": "2026Q4"})
    assert gains._cell(row) == f"{mean}<br><span class='small'>{below}</span>"


def test_a_batch_in_which_nobody_moves_has_no_table_and_another_has_its_csv(chancy, tmp_path, monkeypatch):
    view = figures.gallery(select(chancy))
    press = Press.of(view, tmp_path)
    assert gains.shown(view, press) == ""  # no account was recorded
    monkeypatch.setattr(gains, "ACCOUNTS", (gains.Account("regional_hedging", "Hedging", "index"),))
    moved = pd.DataFrame(
        {"scenario": ["pushed"], "country": ["KAZ"], "measure": ["regional_hedging"], "time": ["2026Q4"]}
        | {"mean": [1.0], "mean_low": [0.9], "mean_high": [1.1], "share": [0.5]}
    )
    monkeypatch.setattr(gains, "fates", lambda *_: ("It moves.",))
    monkeypatch.setattr(gains, "gains", lambda *_: moved)
    text = gains.shown(view, press)
    assert re.search(r'<h4>A push &amp; a shove</h4>.*Kazakhstan.*href="gains.csv"', text)
    assert "“start” comes (50 % by its file)." in text
    assert (tmp_path / "gains.csv").is_file()


def test_gains_that_are_those_of_another_scenario_are_not_repeated(monkeypatch):
    text = SimpleNamespace(scenarios={s: SimpleNamespace(title=s.title()) for s in ("one", "two")}, selection=None)
    part = pd.DataFrame(
        {"scenario": ["one"], "country": ["KAZ"], "measure": ["gdp"], "time": ["2026Q4"]}
        | {"mean": [1.0], "mean_low": [0.9], "mean_high": [1.1]}
    )
    monkeypatch.setattr(gains, "fates", lambda *_: ("It moves.",))
    first, again = gains._bodies(text, {"one": part, "two": part.assign(mean=1.00001)})
    assert first.startswith("<h4>One</h4><ul><li>It moves.</li></ul><")
    assert again == "<h4>Two</h4><p>As under “One”: all numbers shown are the same.</p>"
    monkeypatch.setattr(gains, "fates", lambda _, scenario, __: (f"“{scenario.title()}” moves it by {len(scenario)}.",))
    _, other = gains._bodies(text, {"one": part, "two": part.assign(mean=1.00001)})
    assert "As under" in other  # but for its title
    text.scenarios["three"] = SimpleNamespace(title="Three")
    _, other = gains._bodies(text, {"one": part, "three": part.assign(mean=1.00001)})
    assert other.startswith("<h4>Three</h4><ul><li>“Three” moves it by 5.</li></ul><")  # over more quarters, say
    monkeypatch.setattr(gains, "fates", lambda *_: ("It moves.",))
    _, other = gains._bodies(text, {"one": part, "two": part.assign(mean=1.2)})
    assert other.startswith("<h4>Two</h4><ul><li>It moves.</li></ul><")


def test_the_share_is_that_of_the_runs_that_move_as_the_mean_does(table):
    assert table["share"].tolist() == pytest.approx([1.0, 1.0, 1.0])
