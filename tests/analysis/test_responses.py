"""Varied parameters: what they do to an outcome, against the slope that was put in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import figures, responses, style
from analysis.bases import chosen
from analysis.charts import response
from analysis.figures import Series
from analysis.report import write_report
from analysis.responses import EFFECT, LEVEL
from runs.sample import Range, grid
from scenarios import Claim

KAZAKH_LOSS = Series("loss", {"country": "KAZ", "controller": "RUS"})
PLACES = [("loss", {"country": "KAZ", "controller": "RUS"}), ("alignment", {"country": "ARM", "pole": "WEST"})]
CLAIMS = st.builds(
    lambda place, by: Claim(claim="c", measure=place[0], where=place[1], by=by, relation="rises", size=0.1),
    st.sampled_from(PLACES),
    st.sampled_from(["2025Q4", "2030Q4", "2035Q4"]),
)


def test_a_response_is_the_mean_outcome_at_each_value_whatever_the_others_are(varied):
    selection = chosen(varied)
    table = responses.responses(selection, [KAZAKH_LOSS])
    part = table[(table["scenario"] == "pushed") & (table["parameter"] == "p")]
    assert part["value"].tolist() == [0.0, 0.5, 1.0]
    assert np.diff(part["mean"]) == pytest.approx([0.5, 0.5])
    outcome = varied.dataset("pushed")["loss"].sel(country="KAZ", controller="RUS", time="2035Q4")
    assert part["mean"].iloc[0] == pytest.approx(float(outcome.isel(point=[0, 1]).mean()))
    assert (part["runs"] == 8).all()


def test_a_swing_on_a_grid_is_paired_and_free_of_luck(varied):
    table = responses.swings(chosen(varied), [KAZAKH_LOSS]).set_index(["scenario", "parameter"])
    assert table["mean"].loc["baseline"].to_dict() == pytest.approx({"p": 1.0, "q": 0.1})
    assert (table["mean_high"] - table["mean_low"]).max() < 1e-9
    assert table.loc[("still", "p"), ["lowest", "highest"]].tolist() == [0.0, 1.0]


def test_many_values_are_put_into_groups_of_neighbours_and_compared_without_pairs(spread):
    table = responses.swings(chosen(spread), [KAZAKH_LOSS])
    row = table[table["scenario"] == "baseline"].iloc[0]
    assert row["mean_low"] < row["highest"] - row["lowest"] < row["mean_high"]
    assert row["mean_high"] - row["mean_low"] > 0.1
    assert len(responses.responses(chosen(spread), [KAZAKH_LOSS])) == 3 * responses.GROUPS


def test_values_are_grouped_by_neighbours():
    outcome = pd.Series(np.arange(16.0), index=pd.Index(range(16), name="run"))
    groups = responses.by_value(outcome, outcome)
    assert list(groups) == [0.5 + 2 * i for i in range(8)]
    assert [list(part) for part in groups.values()] == [[2.0 * i, 2.0 * i + 1] for i in range(8)]


def test_a_tornado_has_the_parameter_that_moves_most_above(varied):
    view = figures.gallery(chosen(varied))
    with style.look():
        drawn = {exhibit.name: exhibit for exhibit in responses.examined(view, LEVEL)[0]}
    assert list(drawn) == ["tornado", "response-p", "response-q"]
    axis = drawn["tornado"].figure.axes[0]
    assert [text.get_text() for text in axis.texts if text.get_text() in {"p", "q"}] == ["p", "q"]
    amounts = [" ".join(text.get_text().split()) for text in axis.texts]
    said = ("+1.00 (within 0.01)", "+0.100 (within 0.001)")
    assert [amounts.count(text) for text in said] == [len(view.colours)] * 2 == [3, 3]
    assert [to_hex(bar.get_facecolor()).upper() for bar in axis.patches] == 2 * list(view.colours.values())
    bars = [patch.get_width() for patch in axis.patches]
    assert sorted(bars) == pytest.approx([0.1, 0.1, 0.1, 1.0, 1.0, 1.0])


def test_a_claim_over_a_span_is_answered_with_the_mean_over_it(varied):
    series = replace(KAZAKH_LOSS, span=("2030Q4", "2035Q4"))
    table = responses.responses(chosen(varied), [series])
    row = table[(table["scenario"] == "pushed") & (table["parameter"] == "p") & (table["value"] == 0.5)].iloc[0]
    outcome = varied.dataset("pushed")["loss"].sel(country="KAZ", controller="RUS", time=["2030Q4", "2035Q4"])
    assert row["mean"] == pytest.approx(float(outcome.isel(point=[2, 3]).mean()))
    assert row["time"] == "2030Q4–2035Q4"
    head = responses._headed(series, table[table["parameter"] == "p"], "% of GDP")
    assert head.note == "% of GDP, 2030Q4–2035Q4"


def test_an_effect_is_taken_run_by_run_at_the_same_parameters_where_the_scenario_touches(make):
    sample = grid((Range("r", 0.0, 1.0, 3), Range("q", 0.0, 1.0, 2)), {})
    selection = chosen(make("strong", runs=10, share=0.4, sample=sample))
    table = responses.responses(selection, [KAZAKH_LOSS], EFFECT)
    part = table[(table["scenario"] == "pushed") & (table["parameter"] == "r")]
    assert set(table["scenario"]) == {"pushed", "still"}
    assert part["runs"].tolist() == [4, 4, 4]
    for column in ("mean_low", "mean", "mean_high", "low", "high"):
        assert part[column].tolist() == pytest.approx([1.0, 1.5, 2.0])
    moved = responses.swings(selection, [KAZAKH_LOSS], EFFECT).set_index(["scenario", "parameter"])["mean"]
    assert moved.to_dict() == pytest.approx(
        {("pushed", "r"): 1.0, ("pushed", "q"): 0.0, ("still", "r"): 0.0, ("still", "q"): 0.0}
    )


def test_an_effect_is_taken_from_what_its_scenario_is_compared_with(make):
    sample = grid((Range("r", 0.0, 1.0, 2),), {})
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 1.0), "still": ("More", 3.0)}
    selection = replace(chosen(make("other", runs=4, pushes=pushes, sample=sample)), bases={"still": "pushed"})
    table = responses.responses(selection, [KAZAKH_LOSS], EFFECT).set_index(["scenario", "value"])["mean"]
    assert table["still"].tolist() == pytest.approx([2.0, 4.0])


def test_a_swing_of_effects_may_be_twice_as_wide_as_an_effect():
    assert EFFECT.bounds("alignment") == (-2.0, 2.0)
    lean = pd.Series(np.tile([-1.9, 1.9], 6), index=pd.Index(range(12), name="run"))
    with pytest.MonkeyPatch.context() as patch:
        groups = {0.0: lean, 1.0: -lean + 0.5}
        front = {"measure": "alignment", "where": "", "scenario": "s", "parameter": "p"}
        patch.setattr(responses, "_grouped", lambda *_: iter([(front, groups)]))
        row = responses.swings(None, [], EFFECT).iloc[0]
    spread = np.std([-3.8 - 0.5, 3.8 + 0.5] * 6)
    assert row["mean"] == pytest.approx(0.5)
    assert row["mean_high"] > 0.5 + spread / 2  # not cut at the bound of one effect


def test_a_report_says_which_parameters_move_no_effect(make):
    batch = make("strong", runs=4, sample=grid((Range("r", 0.0, 1.0, 2), Range("q", 0.0, 1.0, 2)), {}))
    text = write_report(chosen(batch)).path.read_text(encoding="utf-8")
    assert text.index("Response of effects to r") < text.index("Response of outcomes to ")
    assert "No effect shown here moves by 1\xa0% over q." in text
    assert "Response of effects to q" not in text


def test_where_only_the_reference_varies_there_is_no_response_of_effects(spread, monkeypatch):
    monkeypatch.setattr(responses, "_grouped", lambda *_: iter(()))
    assert responses.examined(figures.gallery(chosen(spread)), EFFECT) == ([], [])


def test_one_parameter_needs_no_tornado_and_none_no_section(spread, lean_batch):
    with style.look():
        drawn, still = responses.examined(figures.gallery(chosen(spread)), LEVEL)
    assert ([exhibit.name for exhibit in drawn], still) == (["response-p"], [])
    assert responses.varied(chosen(lean_batch)) == ()
    assert 'id="parameters"' not in write_report(chosen(lean_batch)).path.read_text(encoding="utf-8")


def test_outcomes_are_looked_at_when_the_effect_on_them_peaks(make):
    batch = make("passing", until=3, runs=4, sample=grid((Range("p", 0.0, 1.0, 2),), {}))
    selection = chosen(batch)
    assert responses.peak_time(selection, KAZAKH_LOSS) == "2030Q4"
    table = responses.responses(selection, [KAZAKH_LOSS])
    assert set(table["time"]) == {"2030Q4"}
    pushed, base = (table[table["scenario"] == s]["mean"].to_numpy() for s in ("pushed", "baseline"))
    assert pushed - base == pytest.approx([1.0, 1.0])
    with style.look():
        ((drawn,), _) = responses.examined(figures.gallery(selection), LEVEL)
    said = [text.get_text() for axis in drawn.figure.axes for text in axis.texts]
    assert {"% of GDP, 2035", "% of GDP, 2030"} <= set(said)  # the moment of the claim, and that of the peak


@settings(max_examples=20)
@given(expect=st.lists(CLAIMS, max_size=4), largest=st.sampled_from(PLACES))
def test_a_curve_has_one_value_a_point_whatever_is_asked_and_whatever_moves_most(varied, expect, largest):
    view = figures.gallery(chosen(varied))
    pushed = view.scenarios["pushed"].model_copy(update={"expect": tuple(expect)})
    view = replace(view, scenarios={**view.scenarios, "pushed": pushed})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(responses, "largest", lambda *_, **__: (Series(*largest),))
        outcomes = responses.outcomes(view)
    table = responses.responses(view.selection, outcomes)
    assert len(table) == 3 * (3 + 2) * len(outcomes)  # scenarios; values of p and q
    assert not table.duplicated(["scenario", "measure", "where", "given", "parameter", "value"]).any()


def test_scenarios_at_other_values_have_curves_of_their_own():
    ours, theirs = ([0.0, 1.0, 2.0], [0.0, 0.5, 2.5])
    parts = [pd.DataFrame({"scenario": name, "value": at}) for name, at in (("ours", ours), ("theirs", theirs))]
    table = pd.concat(parts, ignore_index=True).assign(parameter="p")
    for column in ("mean", "low", "high", "mean_low", "mean_high"):
        table[column] = 3.0 * table["value"]
    axis = response.curve(Figure().add_subplot(), table, {"ours": "red", "theirs": "blue"}, "ours")
    drawn = {line.get_label(): line.get_xydata() for line in axis.lines if line.get_label() in {"ours", "theirs"}}
    for points in drawn.values():
        shown = points[~np.isnan(points[:, 1])]
        assert shown[:, 1] == pytest.approx(3.0 * shown[:, 0])
    assert np.nanmax(drawn["theirs"][:, 0]) == 2.5


def test_effects_of_own_parameters_are_said_to_be_so(make):
    batch = make("own", runs=3)
    for entry in batch.manifest["plan"]["scenarios"][1:]:
        entry["parameters"]["alignment.half_life"] = 3.0
    text = write_report(chosen(batch)).path.read_text(encoding="utf-8")
    both = " and ".join(f"“{title}” (alignment.half_life)" for title in ("A push &amp; a shove", "Stillness"))
    assert text.count(f"of its own parameters too in {both}. Two intervals") == 1
