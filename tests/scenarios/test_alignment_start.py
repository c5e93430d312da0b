"""Laws of the initial alignment, and its rank agreement with held-out country profiles."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from scenarios.alignment_start import anchor_alignment, initial_alignment

ROOT = Path(__file__).parents[2]
COUNTRIES = ["ARM", "AZE", "GEO", "IRN", "KAZ", "KGZ", "TJK", "TKM", "TUR", "UZB", "HUN", "PAK", "TRNC"]
POLES = ["RUS", "CHN", "TUR", "WEST"]
SCORE = {"very low": 0.1, "low": 0.3, "medium": 0.5, "high": 0.7, "very high": 0.9}


@pytest.fixture
def indicators():
    return pd.read_csv(ROOT / "scenarios" / "data" / "alignment_indicators.csv")


@pytest.fixture
def profiles():
    """Codings of alignment (country, pole) in [0, 1]: validation only."""
    cells = pd.read_csv(ROOT / "tests" / "reference" / "domain_profiles.csv")
    cells = cells[cells["quantity"] == "alignment"]
    return cells.assign(score=cells["class"].map(SCORE)).pivot_table(index="country", columns="pole", values="score")


def row(**change):
    base = {
        "country": "KAZ",
        "pole": "RUS",
        "indicator": "arms_share",
        "value": 0.5,
        "year": 2020,
        "known_from": "2021Q1",
    }
    return base | change


def agreement(left, right):
    """Kendall rank correlation (tau-b) over the cells that both tables (country, pole) fill."""
    right = right.reindex_like(left)
    both = (left.notna() & right.notna()).to_numpy()
    return kendalltau(left.to_numpy()[both], right.to_numpy()[both]).statistic


def start(rows, at="2025Q1", build=initial_alignment):
    return build(pd.DataFrame(rows), at, countries=["KAZ", "TUR"], poles=["RUS", "TUR"])


def test_alignment_is_twice_the_mean_less_one():
    table = start([row(value=0.9), row(indicator="trade_agreement", value=0.3)])
    assert table.loc["KAZ", "RUS"] == pytest.approx(0.2)


def test_a_missing_indicator_does_not_count_as_zero():
    table = start([row(value=0.9), row(indicator="trade_agreement", value=np.nan)])
    assert table.loc["KAZ", "RUS"] == pytest.approx(0.8)


def test_a_run_never_sees_a_later_year():
    rows = [row(), row(value=1.0, year=2024, known_from="2025Q1")]
    assert start(rows, at="2024Q4").loc["KAZ", "RUS"] == pytest.approx(0.0)
    assert start(rows, at="2025Q1").loc["KAZ", "RUS"] == pytest.approx(1.0)


def test_the_last_year_counts_in_whatever_order_the_rows_stand():
    rows = [row(value=1.0, year=2019), row(value=0.25, year=2018), row(value=np.nan, year=2020)]
    assert start(rows).loc["KAZ", "RUS"] == pytest.approx(1.0)


def test_the_anchor_is_the_mean_of_the_last_ten_years():
    rows = [row(value=v, year=y, known_from="2021Q1") for y, v in ((2009, 1.0), (2011, 0.2), (2019, 0.6))]
    assert start(rows, build=anchor_alignment).loc["KAZ", "RUS"] == pytest.approx(-0.2)


def test_a_pole_has_no_alignment_toward_itself():
    table = start([row(country="TUR", pole="TUR"), row(country="TUR")])
    assert np.isnan(table.loc["TUR", "TUR"])
    assert table.loc["TUR", "RUS"] == pytest.approx(0.0)


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="outside"):
        start([row(value=1.5)])


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="known_from"):
        start([{k: v for k, v in row().items() if k != "known_from"}])


@pytest.mark.parametrize("build", [initial_alignment, anchor_alignment])
def test_every_cell_but_a_poles_own_is_filled_and_bounded(indicators, build):
    table = build(indicators, "2025Q1", countries=COUNTRIES, poles=POLES)
    assert table.isna().sum().sum() == 1
    assert table.abs().max().max() <= 1


@pytest.mark.parametrize("indicator", ["shared_institutions", "trade_agreement", "bilateral_tie"])
def test_treaty_indicators_cover_every_cell(indicators, indicator):
    known = indicators[(indicators["indicator"] == indicator) & (indicators["known_from"] <= "2025Q1")]
    cells = known.dropna(subset=["value"])[["country", "pole"]].drop_duplicates()
    assert len(cells) == len(COUNTRIES) * len(POLES) - 1


def test_votes_and_arms_of_the_held_out_years_are_absent(indicators):
    held_out = indicators[indicators["indicator"].isin(["contested_votes", "arms_share"])]
    assert held_out["year"].max() <= 2023


def test_initial_alignment_ranks_cells_as_the_held_out_profiles_do(indicators, profiles):
    table = initial_alignment(indicators, "2025Q1", countries=COUNTRIES, poles=POLES)
    assert agreement(table, profiles) >= 0.5


def test_the_agreement_does_not_rest_on_placeholder_cells(indicators, profiles):
    cells = pd.read_csv(ROOT / "tests" / "reference" / "domain_profiles.csv")
    silent = cells[(cells["quantity"] == "alignment") & (cells["confidence"] == "N")]
    for country, pole in silent[["country", "pole"]].itertuples(index=False):
        profiles.loc[country, pole] = np.nan
    table = initial_alignment(indicators, "2025Q1", countries=COUNTRIES, poles=POLES)
    assert agreement(table, profiles) >= 0.45
