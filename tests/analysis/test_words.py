"""What is said about effects and claims, and what is left unsaid."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from analysis import clocks, style, tables, words
from analysis.beside import goes_with
from analysis.charts import fans, ranking
from analysis.exports import follows, volume_follows
from analysis.figures import Series
from analysis.levels import _spread
from analysis.peaks import EFFECTS, told
from analysis.selection import select
from analysis.sentences import _named_once, _silence, largest, remains, sentences, speakers
from model.measures import MEASURES
from scenarios import Scenario, load_tables

LOSS, ALIGNMENT = EFFECTS[:2]


def effect(mean, low, high, agree=1.0, **labels):
    """A row of paired differences in which a share of the runs agrees with the mean."""
    cell = {"scenario": "s", "time": "2030Q4"} | labels
    shares = {"share_up": agree, "share_down": 1 - agree} if mean > 0 else {"share_up": 1 - agree, "share_down": agree}
    return cell | {"low": low, "mean": mean, "mean_low": low, "mean_high": high} | shares


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (effect(0.5, 0.4, 0.6), 1),
        (effect(-0.5, -0.6, -0.4), 1),
        (effect(0.5, -0.1, 1.1), 0),
        (effect(0.5, 0.1, 0.9, agree=0.85), 0),
        (effect(-0.5, -0.9, -0.1, agree=0.85), 0),
        (effect(0.5, 0.1, 0.9, agree=0.9), 1),
    ],
)
def test_an_effect_is_told_when_its_interval_leaves_zero_behind_and_nine_runs_of_ten_agree(row, count):
    assert len(largest(pd.DataFrame([row]))) == count


def test_the_largest_effect_is_that_of_all_times_and_stands_at_its_peak():
    rows = [
        effect(-0.08, -0.09, -0.07, time="2040Q4", country="KAZ"),
        effect(-0.99, -1.1, -0.9, time="2027Q4", country="KAZ"),
        effect(0.3, 0.2, 0.4, time="2040Q4", country="UZB"),
        effect(2.0, -1.0, 5.0, time="2030Q4", country="UZB"),
    ]
    found = largest(pd.DataFrame(rows))
    assert list(zip(found["country"], found["time"], strict=True)) == [("KAZ", "2027Q4"), ("UZB", "2040Q4")]


def test_an_effect_that_lasts_is_largest_at_the_end():
    rows = [effect(1.0 + noise, 0.9, 1.1, time=time) for time, noise in (("2030Q4", 1e-12), ("2031Q4", 0.0))]
    assert list(tables.at_peak(pd.DataFrame(rows))["time"]) == ["2031Q4"]
    assert tables.peak(pd.DataFrame(rows)) == "2031Q4"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (0.31, "0.31 is left by the end of 2040"),
        (0.05, "it has faded by 2028Q1"),
        (-0.31, "it has turned to −0.31 by the end of 2040"),
        (1.999, "it is as large still by the end of 2040"),
        (1.9, "1.90 is left by the end of 2040"),
    ],
)
def test_what_is_left_of_an_effect_is_said(left, said):
    row = pd.Series({"mean": 2.0, "mean_low": 1.95, "mean_high": 2.05, "left": left, "gone": "2028Q1"})
    assert remains(LOSS, row, "2040Q4") == said


def test_small_effects_are_left_out_and_the_mean_at_the_end_stands_beside_the_others(lean_batch):
    selection = select(lean_batch)
    assert told(selection, "still", ALIGNMENT).empty
    table = told(selection, "pushed", ALIGNMENT).query("time.str.fullmatch('....Q.')")
    assert set(table["time"]) == {"2030Q4"}
    assert table["left"].abs().max() < 1e-9


def test_what_lasts_is_left_at_the_end(batch):
    assert told(select(batch), "pushed", LOSS)["left"].to_numpy() == pytest.approx(1.0)


def test_silence_says_that_no_sign_is_certain(batch):
    assert _silence(select(batch), LOSS).text == (
        "No effect on dependence above 0.1 percentage points of GDP is certain in sign at any time until the "
        "end of 2035."
    )


@pytest.mark.parametrize(
    ("gain", "volume", "counts"),
    [
        (0.2, 10.6, True),
        (0.2, 10.4, False),
        (0.2, 9.0, False),
        (-0.2, 9.4, True),
        (-0.2, 9.6, False),
        (-0.2, 11.0, False),
    ],
)
def test_a_share_of_exports_counts_when_the_volume_sold_moves_the_same_way_by_a_twentieth(gain, volume, counts):
    ours, theirs = (xr.DataArray([sold - 1.0, sold + 1.0], dims="run") for sold in (volume, 10.0))
    assert bool(follows(xr.DataArray(gain), ours, theirs)) == counts


@pytest.mark.parametrize(("volume", "counts"), [(6.6, True), (6.0, False), (6.2, False)])
def test_a_share_that_rises_because_others_buy_less_does_not_count(volume, counts, monkeypatch):
    monkeypatch.setattr(clocks, "looks", lambda *_: ())

    def cell(value):
        labels = {"time": ["2027Q4"], "country": ["IRN"], "pole": ["TUR"], "commodity": ["gas"], "run": [0]}
        return xr.DataArray(np.full((1, 1, 1, 1, 1), value), labels, ("time", "country", "pole", "commodity", "run"))

    stored = {
        ("base", "export_share"): cell(0.80),
        ("closed", "export_share"): cell(0.95),
        ("base", "export_volume"): cell(6.0),
        ("closed", "export_volume"): cell(volume),
    }
    selection = SimpleNamespace(
        base=lambda _: "base",
        has=lambda _: True,
        values=lambda *key: stored[key],
        paired=lambda _: True,
        touched=lambda _: [0],
        effect=lambda scenario, measure: stored[scenario, measure] - stored["base", measure],
    )
    found = volume_follows(selection, "closed")
    assert (found.dims, bool(found)) == (("time", "country", "pole", "commodity"), counts)


def test_who_sells_nothing_on_balance_has_no_share_that_counts():
    nothing = xr.DataArray([0.0, 0.0], dims="run")
    assert not bool(follows(xr.DataArray(0.2), nothing, nothing))


def means(near=0, **sizes):
    """Effects of scenarios on one measure, largest first."""
    return pd.DataFrame({"scenario": list(sizes), "mean": list(sizes.values()), "near": near})


def spoken(clear, *scenarios):
    return [(effect, row["scenario"]) for effect, row in speakers(clear, scenarios)]


def test_each_scenario_is_heard_where_it_comes_nearest_the_largest_effect():
    loss, alignment, export = EFFECTS[:3]
    clear = {
        loss: means(loud=4.0, quiet=-3.9),
        alignment: means(loud=-0.2),
        export: means(loud=0.5, quiet=-0.45),
    }
    assert spoken(clear, "loud", "quiet", "mute") == [(loss, "loud"), (export, "quiet")]


def test_scenarios_that_change_the_same_measure_alone_are_both_heard():
    clear = {LOSS: means(loud=4.0, quiet=0.2)}
    assert spoken(clear, "loud", "quiet") == [(LOSS, "loud"), (LOSS, "quiet")]


def test_what_a_scenario_asks_about_is_heard_before_what_is_larger():
    clear = {LOSS: means(loud=4.0, quiet=3.9), ALIGNMENT: means(near=[0, 3], loud=0.9, quiet=0.02)}
    assert spoken(clear, "loud", "quiet") == [(LOSS, "loud"), (ALIGNMENT, "quiet")]


@pytest.mark.parametrize(
    ("last", "own", "late"),
    [
        ("2026Q4", {}, True),
        ("2027Q1", {}, False),
        ("2040Q4", {}, False),
        ("2026Q4", {"parameters": {"dependence.kappa": 0.5}}, False),
        ("2026Q4", {"sample": {"dependence.kappa": {"uniform": [0.4, 0.6]}}}, False),
    ],
)
def test_a_scenario_that_begins_after_the_last_quarter_says_so_and_nothing_else(last, own, late):
    old = {"at": "2020Q1", "link": "A", "property": "open", "set": 0}
    new = {"at": "2027Q1", "link": "B", "property": "open", "set": 0, "id": "shut"}
    blame = {"follows": "shut", "link": "C", "property": "open", "set": 0}
    plain = {"scenario": "baseline", "title": "Base", "question": "What?", "events": [old]}
    scenario = plain | {"scenario": "later", "title": "Later", "events": [old, new, blame]} | own
    resolved = {text["scenario"]: Scenario.model_validate(text) for text in (plain, scenario)}
    selection = SimpleNamespace(
        baseline="baseline",
        batches=False,
        measures=("loss",),
        values=lambda *_: xr.DataArray(np.zeros(3), dims="run", coords={"run": range(3)}),
        parts={"later": SimpleNamespace(seed=1)},
        changed=("later",),
        last=lambda _: last,
        doer=lambda _: "“Later”",
        resolved=resolved,
        has=lambda *_: False,
        known={},
    )
    selection.base = lambda _: "baseline"
    said = [sentence.text for sentence in sentences(selection)]
    assert said == (["“Later” begins after the last quarter recorded of it, 2026Q4."] if late else [])


def test_the_only_scenario_that_changes_anything_is_named_by_its_title_once(batch):
    selection = select(batch)
    texts = ["In “Base”.", "By 2030, “A push & a shove” raises x.", "“A push & a shove” lowers y."]
    assert list(_named_once(selection, texts)) == texts  # beside another one
    alone = SimpleNamespace(changed=("pushed",), doer=selection.doer)
    assert list(_named_once(alone, texts)) == [*texts[:2], "The scenario lowers y."]


def test_freight_that_leaves_a_corridor_is_told_with_where_it_goes(batch, monkeypatch):
    selection, effect = select(batch), next(effect for effect in EFFECTS if effect.measure == "corridor_flow")
    moves = {"middle": -2.0, "northern": 1.2, "southern": 0.3, "georgian_ports": -0.4}
    ends = {"mean_low": -0.1, "mean_high": 0.1}
    table = pd.DataFrame(
        [
            {"scenario": "pushed", "corridor": name, "time": "2030Q4", "mean": mean, "share_up": float(mean > 0)}
            | {"share_down": float(mean < 0)}
            | {name: mean + by for name, by in ends.items()}
            for name, mean in moves.items()
        ]
    )
    monkeypatch.setattr("analysis.beside.told", lambda *_: table)
    said = goes_with(selection, effect, table.iloc[0])
    north, south = "Northern corridor +1.2 (+1.1 to +1.3)", "Iran-Türkiye land crossings +0.3 (+0.2 to +0.4)"
    assert said == f"; more goes then by {north} and {south}"
    assert goes_with(selection, effect, table.iloc[1]).startswith("; less goes then by Middle Corridor −2.0")
    assert (
        goes_with(selection, effect, table.iloc[3]) == f"; even less goes by Middle Corridor −2.0 (−2.1 to −1.9){said}"
    )
    assert goes_with(selection, EFFECTS[3], table.iloc[0]) == ""


def test_a_scenario_of_which_nothing_comes_by_chance_says_so(batch, monkeypatch):
    selection = select(batch)
    rare = {"id": "war", "at": "2027Q1", "probability": 1e-9, "link": "B", "property": "open", "set": 0}
    plain = selection.resolved["baseline"]
    war = Scenario.model_validate(plain.model_dump() | {"title": "A push", "events": [rare]}).events
    pushed = plain.model_copy(update={"title": "A push", "events": (*plain.events, *war)})
    resolved = selection.resolved | {"pushed": pushed}
    monkeypatch.setitem(vars(selection), "resolved", resolved)
    said = [sentence.text for sentence in sentences(selection)]
    assert "By 2035Q4 nothing of what “A push” adds comes in any of its 40 runs." in said
    assert not any("“A push” raises" in text for text in said)


def test_every_scenario_with_an_effect_is_heard_and_six_sentences_are_the_most(batch):
    said = [sentence.text for sentence in sentences(select(batch))]
    assert len(said) == 6
    assert said[2] == (
        "“Stillness” has no effect large enough to tell (of alignment 0.01) and certain in sign until the end of 2035."
    )
    assert all("“A push & a shove” raises" in text for text in (said[1], *said[3:]))


def test_an_effect_that_passed_is_told_with_its_date(lean_batch):
    said = sentences(select(lean_batch))[1].text
    assert said.startswith(
        "At its largest, by the end of 2030, “A push & a shove” raises Armenia's alignment with Russia "
    )
    assert said.endswith(
        " by 1.00 on a scale from −1 to 1 (95 % interval of the mean within 0.01; the same direction in 100 % of "
        "40 paired runs), the largest effect on alignment certain in sign; it has faded by the end of 2035."
    )


def test_equal_ends_of_a_range_are_not_printed():
    assert _spread(pd.Series({"low": 36.01, "high": 36.04}), 1) == ""
    assert _spread(pd.Series({"low": 35.0, "high": 36.0}), 1) == " (95 % of runs: 35.0 to 36.0)"


def test_every_corridor_has_a_colour_and_the_name_that_its_table_gives_without_brackets():
    tables = load_tables()
    corridors = {*tables["links"]["route_family"].astype(str), *tables["corridors"]["id"]} - {"", "domestic", "nan"}
    assert corridors <= set(style.CORRIDOR_COLOUR)
    for row in tables["corridors"].itertuples():
        assert row.name.startswith(words.place("corridor", row.id))
        assert "(" not in words.said("corridor", row.id)


def test_a_label_of_two_tables_has_its_name_in_each():
    assert words.place("corridor", "cku") == "Kyrgyzstan-China crossings"
    assert words.place("project", "cku") != words.place("corridor", "cku")


@pytest.mark.parametrize(
    ("name", "where", "said"),
    [
        ("export_share", {"country": "TKM", "pole": "CHN", "commodity": "gas"}, "Turkmenistan → China"),
        ("supply_share", {"country": "TUR", "supplier": "AZE", "commodity": "gas"}, "Azerbaijan → Türkiye"),
        ("supply_volume", {"country": "TUR", "supplier": "AZE", "commodity": "gas"}, "Azerbaijan → Türkiye"),
        ("import_exposure", {"country": "ARM", "pole": "RUS"}, "Russia → Armenia"),
    ],
)
def test_an_arrow_points_the_way_goods_go(name, where, said):
    assert words.whom(name, where) == said


def test_no_arrow_stands_where_no_goods_go():
    pairs = {"country": "ARM", "controller": "RUS", "pole": "RUS", "institution": "EAEU", "channel": "oil"}
    goods = {"export_share", "export_volume", "supply_share", "supply_volume", "import_exposure", "export_exposure"}
    goods |= {"arms_share"}
    for name, measure in MEASURES.items():
        if name not in goods:
            assert "→" not in words.whom(name, {dim: pairs.get(dim, dim) for dim in measure.dimensions})


def test_a_long_name_is_never_cut_at_the_head_of_a_panel(tables):
    for link in tables["links"]["id"]:
        heading = Series("flow", {"link": link}).heading
        assert "".join(heading.split()) == "".join(f"Flow: {words.whom('flow', {'link': link})}".split())
        assert heading.count("\n") <= 1


def test_two_measures_never_share_a_heading():
    assert len({words.topic(name, {}) for name in MEASURES}) == len(MEASURES)


def test_a_market_is_said_by_its_name_and_unit():
    said = words.measure("market_volume", {"market": "gen_arm_from_tur"})
    assert said == "volume of “General cargo from Türkiye to Armenia”, Mt/y"


def test_a_link_is_said_by_its_name_and_the_unit_of_its_layer():
    assert words.measure("flow", {"link": "G029a"}) == "flow on “Mozdok-Saguramo”, bcm/y"
    assert words.unit("unit of the link per year", {"link": "F001a"}) == "Mt/y"
    assert words.unit("USD per unit", {"market": "gas_snk_uzb"}) == "USD/1000m3"
    assert words.place("link", "G029a") == "Mozdok-Saguramo"


@pytest.mark.parametrize(
    ("name", "where", "said"),
    [
        ("autonomy", {"country": "KAZ"}, "autonomy of Kazakhstan from the poles, index [0, 1]"),
        (
            "export_volume",
            {"country": "TKM", "pole": "CHN", "commodity": "gas"},
            "gas that Turkmenistan sells to China",
        ),
        (
            "supply_volume",
            {"country": "TUR", "supplier": "RUS", "commodity": "gas"},
            "gas that Türkiye takes from Russia, bcm/y",
        ),
        ("corridor_share", {"country": "UZB", "corridor": "middle"}, "freight of Uzbekistan through Middle Corridor"),
        ("contract_volume", {"contract": "uzb_chn"}, "volume of the contract “Uzbekneftegaz–CNPC”, bcm/y"),
        (
            "membership",
            {"country": "GEO", "institution": "OTS"},
            "membership of Georgia in Organization of Turkic States, degree",
        ),
        ("dyad_state", {"dyad": "ARM-TUR"}, "state of the pair Armenia–Türkiye, state"),
        ("regional_loss", {"region": "central_asia", "pole": "RUS"}, "mean dependence of Central Asia on Russia"),
        ("regional_hedging", {"region": "caspian"}, "mean hedging of Caspian shore, index [0, 1]"),
    ],
)
def test_a_measure_is_said_with_its_place_and_unit(name, where, said):
    assert said in words.measure(name, where)


def test_every_region_has_a_name(tables):
    assert set(tables["regions"]["id"]) <= set(style.NAME)


def test_noise_over_time_is_drawn_flat_without_a_power_of_ten():
    row = {"scenario": "a", "median": 0.0, "mean": 1e-7, "lower": 0.0, "upper": 0.0}
    ends = {"low": 0.0, "high": 2e-7, "mean_low": 0.0, "mean_high": 2e-7}
    table = pd.DataFrame([row | ends | {"time": time} for time in ("2025Q4", "2026Q4")])
    with style.look():
        axis = fans.difference(Figure().add_subplot(), table, {"a": "#000000"})
        axis.figure.draw_without_rendering()
    assert axis.get_ylim()[1] - axis.get_ylim()[0] == pytest.approx(2 * style.NOISE)
    assert axis.yaxis.get_offset_text().get_text() == ""


def test_noise_is_drawn_small():
    row = {"label": "a", "mean": 1e-4, "low": 0.0, "high": 2e-4, "mean_low": 0.0, "mean_high": 2e-4}
    low, high = ranking.ranked(Figure().add_subplot(), pd.DataFrame([row | {"said": "+0"}])).get_xlim()
    assert (low, high) == (-style.SMALLEST_RANGE, style.SMALLEST_RANGE)
