"""What is said about effects and claims, and what is left unsaid."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis import style, words
from analysis.charts import ranking
from analysis.selection import select
from analysis.sentences import EFFECTS, _clear, _silence, _spread, sentences, speakers
from scenarios import load_tables

LOSS = EFFECTS[0]


def effect(mean, low, high):
    return pd.DataFrame([{"scenario": "s", "mean": mean, "mean_low": low, "mean_high": high}])


@pytest.mark.parametrize(
    ("row", "clear"),
    [((0.5, 0.4, 0.6), 1), ((-0.5, -0.6, -0.4), 1), ((0.5, -0.1, 1.1), 0), ((0.05, 0.04, 0.06), 0)],
)
def test_an_effect_is_told_when_it_is_large_and_its_interval_leaves_zero_behind(row, clear):
    assert len(_clear(effect(*row), LOSS)) == clear


def test_silence_says_whether_effects_are_small_or_unsure(batch):
    selection = select(batch)
    small, unsure = effect(0.05, 0.04, 0.06), effect(0.5, -0.1, 1.1)
    assert _silence(selection, LOSS, small).startswith("No effect on dependence above 0.1 percentage points of GDP")
    assert _silence(selection, LOSS, unsure).startswith("No clear effect on dependence")


def test_each_scenario_is_heard_where_it_comes_nearest_the_largest_effect():
    def means(**sizes):
        return pd.DataFrame({"scenario": list(sizes), "mean": list(sizes.values())})

    loss, alignment, export = EFFECTS[:3]
    clear = {
        loss: means(loud=4.0, quiet=-3.9),
        alignment: means(loud=-0.2),
        export: means(loud=0.5, quiet=-0.45),
    }
    assert speakers(clear, ("loud", "quiet", "mute")) == {loss: "loud", export: "quiet"}


def test_an_effect_that_passed_is_told_with_its_date(lean_batch):
    said = sentences(select(lean_batch))[0].text
    assert said.startswith("By the end of 2030, “A push & a shove” raises ")
    assert said.endswith(
        " by 1.000 on a scale from −1 to 1 (95 % interval of the mean 1.000 to 1.000; the same direction in 100 % of "
        "40 paired runs), the largest effect on alignment; it fades by the end of 2035."
    )


def test_equal_ends_of_a_range_are_not_printed():
    assert _spread(pd.Series({"low": 36.01, "high": 36.04}), 1) == ""
    assert _spread(pd.Series({"low": 35.0, "high": 36.0}), 1) == " (95 % of runs: 35.0 to 36.0)"


def test_every_corridor_has_a_name_and_a_colour_of_its_own():
    tables = load_tables()
    corridors = {*tables["links"]["corridor"].astype(str), *tables["corridors"]["id"]} - {"", "domestic", "nan"}
    assert corridors <= set(style.NAME) & set(style.CORRIDOR_COLOUR)


def test_a_market_is_said_by_its_name_and_unit():
    said = words.measure("market_volume", {"market": "gen_arm_from_tur"})
    assert said == "volume of “General cargo from Türkiye to Armenia”, Mt/y"


def test_noise_is_drawn_small():
    row = {"label": "a", "mean": 1e-4, "low": 0.0, "high": 2e-4, "mean_low": 0.0, "mean_high": 2e-4}
    low, high = ranking.ranked(Figure().add_subplot(), pd.DataFrame([row]), 8).get_xlim()
    assert (low, high) == (-style.SMALLEST_RANGE, style.SMALLEST_RANGE)
