"""The base quarter says what a specialist expects, with nothing of it typed in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from runs.base import base_dependence, by_controller, channel_names, domain_comparison, kendall
from runs.flows import base_pairs

PROFILES = Path(__file__).parents[1] / "reference" / "domain_profiles.csv"


@pytest.fixture(scope="module")
def table(case):
    return base_dependence(case.world).set_index(["country", "controller"])


def in_usd(table: pd.DataFrame, channel: str) -> pd.Series:
    """Loss in a channel, bn USD a year."""
    return table[channel] / table["loss"] * table["loss_usd"]


def test_channels_add_up_to_the_loss_with_transit_counted_only_as_a_loss(table):
    channels = table[channel_names(table.reset_index())].copy()
    channels["transit"] = channels["transit"].clip(lower=0.0)
    assert np.allclose(channels.sum(axis=1), table["loss"], rtol=1e-9, atol=1e-9)


def test_nobody_depends_on_itself(table):
    wide = by_controller(table.reset_index()).set_index("country")
    assert np.isnan(wide.loc["TUR", "TUR"])
    assert not any(country == controller for country, controller in table.index)


def test_kazakh_oil_on_russia_is_the_largest_oil_loss_of_a_full_agent_and_most_of_a_tenth_of_output(case, table):
    countries = case.tables["countries"]
    full = countries.loc[countries["role"] == "full", "id"]
    toward_poles = table[table["pole"] & table.index.isin(full, level="country")]
    assert in_usd(toward_poles, "oil").idxmax() == ("KAZ", "RUS")
    cell = table.loc[("KAZ", "RUS")]
    assert 5.0 <= cell["loss"] <= 15.0
    assert cell["oil"] >= 0.5 * cell[["freight", "oil", "gas", "power"]].sum()


def test_turkmenistan_depends_on_china_for_gas(table):
    cell = table.loc[("TKM", "CHN")]
    assert cell["gas"] > 0.8 * cell["loss"]
    assert table.loc["TKM"].query("pole")["loss"].idxmax() == "CHN"


def test_armenia_leans_on_russia_for_gas_and_on_georgia_for_its_way_out(table):
    armenia = table.loc["ARM"]
    assert armenia["loss"].idxmax() == "RUS"
    assert armenia.loc["RUS", "gas"] > 2.0
    others = armenia[~armenia["pole"]]
    assert others["freight"].idxmax() == "GEO"
    assert others.loc["GEO", "freight"] > 1.0


def test_a_tenth_of_uzbek_gas_is_russian_since_the_line_was_reversed(case):
    pairs = base_pairs(case)
    bought = pairs[pairs["sink"] == "gas_snk_uzb"].set_index("source")["modelled"]
    assert bought["gas_src_rus_cis"] / bought.sum() == pytest.approx(0.11, abs=0.02)


def test_dependence_ranks_cells_as_the_regional_texts_do(case):
    found = domain_comparison(case.world, pd.read_csv(PROFILES))
    tau = found.attrs["tau"]
    assert tau["pooled"] >= 0.5
    assert len(found) == 51


def test_kendall_is_one_when_the_order_agrees():
    rows = pd.DataFrame({"index": [0.1, 0.2, 0.3], "expected": [0, 1, 4]})
    assert kendall(rows) == pytest.approx(1.0)
