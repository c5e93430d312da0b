"""Files of exhibits, ranked effects, paths and timelines."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from analysis import (
    corridors,
    figures,
    hedging,
    maps,
    matrices,
    page,
    planes,
    poles,
    ranks,
    reasons,
    report,
    style,
    timelines,
)
from analysis import tables as tables_of
from analysis.charts import panels
from analysis.charts.states import state_shares
from analysis.press import Press
from analysis.selection import Selection, select, years


def test_drawings_carry_where_they_come_from(batch, tmp_path):
    view = figures.gallery(select(batch))
    with style.look():
        Press.of(view, tmp_path, png=True).shown([poles.by_pole(view, "alignment")])
    svg = (tmp_path / "alignment-by-country.svg").read_text(encoding="utf-8")
    photograph = Image.open(tmp_path / "alignment-by-country.png")
    source = (
        f"Multivector 0.1.0, batch trial, seed 1, model {batch.manifest['plan']['model'][:8]}, "
        f"data {batch.manifest['data'][:8]}"
    )
    assert f"<dc:source>{source}</dc:source>" in svg
    assert f">{source}</text></svg>" in svg
    assert photograph.text["Source"] == source
    assert photograph.text["Title"] == "Alignment of each country with each pole"
    assert photograph.text["Description"].startswith("Scenarios baseline, pushed, still. Command: ")


def test_the_line_below_a_photograph_is_printed_on_white(batch, tmp_path):
    view = figures.gallery(select(batch))
    with style.look():
        Press.of(view, tmp_path, png=True).shown([poles.by_pole(view, "alignment")])
    pixels = np.asarray(Image.open(tmp_path / "alignment-by-country.png").convert("RGB"))
    foot = pixels[-25:]
    assert (foot.max(axis=(0, 2)) == 255).all()
    assert foot.min() < 160


def test_ranked_effects_are_in_standard_deviations_of_the_levels(batch):
    selection = select(batch)
    table = ranks.ranking(selection, "pushed")
    row = table[(table["measure"] == "loss") & (table["where"] == "country=KAZ controller=RUS")].iloc[0]
    levels = [selection.values(s, "loss").sel(country="KAZ", controller="RUS").values for s in ("baseline", "pushed")]
    sd = np.sqrt(sum(level.var(axis=0) for level in levels) / 2).max()
    assert row["mean"] == pytest.approx(1.0 / sd)
    assert row["effect"] == pytest.approx(1.0)
    assert row["label"] == "Dependence: Kazakhstan on Russia, 2035"
    assert row["said"] == "+1.00 (within 0.01) percentage points of GDP"
    assert set(table["measure"]) == {"alignment", "loss", "flow", "export_share", "corridor_flow"}
    assert ranks.ranking(selection, "still").empty


@pytest.mark.parametrize(("move", "told"), [(79.0, False), (81.0, True)])
def test_what_the_solver_leaves_behind_on_wires_has_no_rank_and_no_map(batch, tables, monkeypatch, move, told):
    """Wires move by 40 GWh whatever happens; what is no clearer than twice that is no effect."""
    wire = tables["links"].loc[tables["links"]["layer"] == "power", "id"].iloc[0]
    kept = Selection.values

    def values(self, scenario, measure):
        found = kept(self, "baseline", measure)
        moved = move * (found["link"] == wire) * (scenario == "pushed") if measure == "flow" else 0.0
        return 100.0 * found.transpose("run", "time", ...) + moved  # much luck, which pairs share

    monkeypatch.setattr(Selection, "values", values)
    view = figures.gallery(select(batch))
    ranked = ranks.ranking(view.selection, "pushed")
    assert (f"link={wire}" in set(ranked["where"])) == told
    assert bool(maps.changes(view, maps.Ground.of(tables), "pushed")) == told


def test_whether_an_event_comes_at_all_is_no_luck_of_the_level(chance):
    """A push in two runs of five stands against the spread of the base and of the runs that have it."""
    selection = select(chance)
    table = ranks.ranking(selection, "pushed")
    row = table[(table["measure"] == "loss") & (table["where"] == "country=KAZ controller=RUS")].iloc[0]
    base, pushed = (selection.values(s, "loss").sel(country="KAZ", controller="RUS") for s in ("baseline", "pushed"))
    spread = base.values.var(axis=0) + pushed.sel(run=selection.touched("pushed")).values.var(axis=0)
    assert row["mean"] == pytest.approx(1.0 / np.sqrt(spread / 2).max())
    assert row["mean"] > 2.0 / np.sqrt((base.values.var(axis=0) + pushed.values.var(axis=0)) / 2).max()


def test_paths_of_alignment_are_those_of_the_states_of_the_region_and_of_what_leaves_the_baseline(batch):
    table = planes.paths(select(batch))
    assert set(table.loc[table["scenario"] == "baseline", "country"]) == {
        "ARM",
        "AZE",
        "GEO",
        "IRN",
        "KAZ",
        "TKM",
        "UZB",
    }
    assert set(table["scenario"]) == {"baseline", "pushed"}  # nothing of `still` leaves the baseline's path


def test_a_scenario_without_effects_has_no_empty_ranking(batch):
    view = figures.gallery(select(batch))
    with style.look():
        (exhibit,) = ranks.exhibits(view)
        assert figures.ranking(view, "still") == []
    assert len(exhibit.figure.axes) == 1
    assert exhibit.caption.count(", and changes too small to speak of, as all of “Stillness”.") == 1


def test_a_timeline_shows_what_moves_in_shares_of_runs():
    stage = xr.DataArray(
        np.array([[[0, 0], [3, 0]], [[0, 0], [2, 0]]], dtype=float),
        dims=("run", "time", "project"),
        coords={"project": ["a", "b"], "time": ["2025Q1", "2026Q4"]},
    )
    shares = timelines.state_share(stage, timelines._KINDS["project_stage"])
    assert shares.sel(project="a", time="2026Q4").to_series()[["building", "operating", "proposed"]].tolist() == [
        50,
        50,
        0,
    ]
    assert (shares.sum("state") == 100).all()


def test_a_state_changes_midway_between_the_two_records_between_which_it_did():
    """Proposed at the end of 2025, operating at the end of 2026; a year later in what it is compared with."""
    rows = [
        {"time": f"{year}Q4", "state": state, "share": 100.0 * now, "base_share": 100.0 * before}
        for year, state, now, before in [
            *((2025, "proposed", 1, 1), (2025, "operating", 0, 0)),
            *((2026, "proposed", 0, 1), (2026, "operating", 1, 0)),
            *((2027, "proposed", 0, 0), (2027, "operating", 1, 1)),
        ]
    ]
    axis = state_shares(Figure().add_subplot(), pd.DataFrame(rows))
    first, second = years(["2025Q4", "2026Q4"])
    corners = axis.collections[0].get_paths()[0].vertices  # of what is proposed: from all runs to none
    assert corners[corners[:, 1] == 100.0, 0].max() == pytest.approx((first + second) / 2)
    assert [line.get_drawstyle() for line in axis.lines] == ["steps-mid"]


def test_every_state_has_a_colour():
    assert {state for kind in timelines._KINDS.values() for state in kind.states} <= set(style.STATE_COLOUR)


def test_of_a_scenario_only_what_departs_from_the_baseline_is_on_a_timeline():
    def membership(joins_from):
        """Two countries in two institutions over three years: one is a member, one joins in both runs, in a year."""
        values = np.zeros((2, 3, 2, 2))
        values[:, :, 0, 0] = 1.0
        values[:, joins_from:, 1, 0] = 0.5
        labels = {"time": ["2025Q4", "2026Q4", "2027Q4"], "country": ["HUN", "GEO"], "institution": ["EU", "NATO"]}
        return xr.DataArray(values, labels, ("run", "time", "country", "institution"))

    stored = {"base": membership(2), "same": membership(2), "early": membership(1)}
    selection = SimpleNamespace(scenarios=tuple(stored), base=lambda _: "base", values=lambda s, _: stored[s])
    found = timelines.table(selection, "membership")
    assert found[["scenario", "where"]].drop_duplicates().to_numpy().tolist() == [["early", "GEO EU"]]
    alone = SimpleNamespace(scenarios=("base",), base=selection.base, values=selection.values)
    assert set(timelines.table(alone, "membership")["scenario"]) == {"base"}
    observers = found[(found["scenario"] == "early") & (found["state"] == "observer")]
    assert observers["share"].tolist() == [0.0, 100.0, 100.0]


def test_a_contract_is_read_from_the_volume_in_force_against_the_most_it_has_been():
    volume = xr.DataArray(
        [[[0.0, 6.0], [10.0, 6.0], [10.0, 3.0], [0.0, 6.0]]],
        dims=("run", "time", "contract"),
        coords={"time": ["2025Q4", "2026Q4", "2027Q4", "2028Q4"], "contract": ["late", "cut"]},
    )
    states = np.array(timelines.CONTRACT_STATES)[timelines.contract_state(volume).values[0]]
    assert states[:, 0].tolist() == ["not begun", "in force", "in force", "lapsed"]
    assert states[:, 1].tolist() == ["in force", "in force", "reduced", "in force"]


def ends_of(panel):
    """The last value of each line of a panel."""
    return {line.get_label(): float(line.get_ydata()[-1]) for line in panel.get_lines()}


def test_levels_and_differences_draw_means_so_that_they_agree(chance):
    view = figures.gallery(select(chance))
    kazakh = [figures.Series("loss", {"country": "KAZ", "controller": "RUS"})]
    with style.look():
        levels, changes = figures.fans(view, kazakh), figures.paired(view, kazakh)
    drawn, change = (ends_of(exhibit.figure.axes[0]) for exhibit in (levels, changes))
    assert drawn["pushed"] - drawn["baseline"] == pytest.approx(change["pushed"])
    assert change["pushed"] == pytest.approx(0.4)
    assert levels.caption.startswith("Lines and dark bands: mean of all runs and its 95 % interval; ")


def test_means_over_touched_and_untouched_runs_say_in_how_many_something_changes(chance, tables):
    view = figures.gallery(select(chance))
    said = "Means are over all runs; “A push & a shove” changes something in 40 % of them and nothing in the others."
    with style.look():
        drawn = [
            *(figures.fans(view, figures.asked(view)), figures.paired(view, figures.asked(view))),
            corridors.exhibit(view),
        ]
        among = [
            *maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "pushed")),
            *figures.ranking(view, "pushed"),
        ]
        among += [*ranks.exhibits(view), *matrices.effect_maps(view, "loss")]
    assert [exhibit.name for exhibit in drawn if said not in exhibit.caption] == []
    left = view.among(pd.DataFrame({"scenario": ["pushed"], "time": ["2030Q4"]}))
    assert "40 %" in left
    assert view.among(pd.DataFrame({"scenario": ["baseline"], "time": ["2030Q4"]})) == ""
    assert "counts from" not in left
    assert [exhibit.name for exhibit in among if left not in exhibit.caption or said in exhibit.caption] == []
    assert select(chance).part_touched("pushed") == 0.4


def test_a_scenario_that_touches_every_run_needs_no_such_word(batch):
    assert figures.gallery(select(batch)).untouched("pushed") == ""


LONG = "Railways on the soil of an obliging neighbour may shut for a year"


@pytest.fixture(scope="module")
def sheets(wordy, tables):
    """Every drawing with panels of a report, laid out."""
    view, ground = figures.gallery(select(wordy)), maps.Ground.of(tables)
    with style.look():
        drawn = [
            *(*report._changes(view), *reasons.exhibits(view), corridors.exhibit(view)),
            *(*report._dependence(view), *report._alignment(view), *timelines.exhibits(view)),
            *report._maps(view, ground, maps.changes(view, ground, *view.selection.changed)),
        ]
        for exhibit in drawn:
            exhibit.figure.draw_without_rendering()
    return drawn


def test_every_word_of_a_drawing_stands_on_the_sheet_in_letters_that_can_be_read(sheets):
    least = 8 / (640 / (72 * style.WIDTH))  # 8 pixels where a drawing is smallest, 640 wide
    with style.look():
        for exhibit in sheets:
            inked, (wide, tall) = exhibit.figure.get_tightbbox(), exhibit.figure.get_size_inches()
            assert min(inked.x0, inked.y0) > -0.01, exhibit.name
            assert inked.x1 < wide + 0.01, exhibit.name
            assert inked.y1 < tall + 0.01, exhibit.name
            assert min(text.get_fontsize() for text in exhibit.figure.findobj(Text)) >= least, exhibit.name


def test_titles_and_notes_have_one_size_each_and_hide_nothing(sheets):
    with style.look():
        for exhibit in sheets:
            panels_of = exhibit.figure.axes
            titles = [axis._left_title for axis in panels_of if axis.get_title("left")]
            assert {title.get_fontsize() for title in titles} <= {panels.TITLE}
            boxes = [title.get_window_extent() for title in titles]
            boxes += [axis.get_window_extent() for axis in panels_of]
            assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i]), exhibit.name


def test_a_text_is_broken_at_words_and_a_long_word_stays_whole():
    assert panels.wrapped("One Makhachkala-Tikhoretsk line", 1.0, 9.0).split("\n") == [
        "One",
        "Makhachkala-",
        "Tikhoretsk line",
    ]
    assert panels.wrapped("Unbreakablenovorossiysk", 0.5, 9.0) == "Unbreakablenovorossiysk"
    assert all(panels.width(line, 9.0) <= 1.5 for line in panels.wrapped(LONG, 1.5, 9.0).split("\n"))


def test_panels_are_about_the_claims_of_the_scenarios_not_of_the_baseline(batch):
    resolved = select(batch).resolved
    other = resolved["baseline"].expect[0].model_copy(update={"where": {"country": "ARM", "controller": "CHN"}})
    base = resolved["baseline"].model_copy(update={"expect": (other,)})
    view = figures.gallery(select(batch))
    view = figures.Gallery(view.selection, resolved | {"baseline": base}, view.colours)
    assert {(s.measure, *s.where.values()) for s in figures.asked(view)} == {("loss", "KAZ", "RUS")}


def test_what_no_scenario_changes_has_no_panel_of_differences_but_a_word(batch):
    chosen = [figures.Series("loss", {"country": "KAZ", "controller": c}) for c in ("RUS", "CHN")]
    view = figures.gallery(select(batch))
    moved = tables_of.changes(view.selection, "loss", chosen[0].where)
    flat = moved.assign(mean=0.0)
    flat.attrs = moved.attrs
    with pytest.MonkeyPatch.context() as patch, style.look():
        patch.setattr(tables_of, "changes", lambda _s, _m, where: moved if where["controller"] == "RUS" else flat)
        exhibit = figures.paired(view, chosen)
    assert [axis.get_title("left") for axis in exhibit.figure.axes] == ["Dependence\nKazakhstan on Russia"]
    assert "Nothing changes: dependence of Kazakhstan on China." in exhibit.caption


def test_a_scenario_that_moves_no_index_of_a_region_has_no_line_but_a_word(batch):
    with style.look():
        (exhibit,) = hedging.exhibits(figures.gallery(select(batch)))
        still = replace(select(batch), parts={s: select(batch).parts[s] for s in ("baseline", "still")})
        assert hedging.exhibits(figures.gallery(still)) == []
    assert {line.get_label() for line in exhibit.figure.axes[0].get_lines()} == {"pushed", "baseline"}
    assert "In “Stillness” none moves by 0.005 or more." in exhibit.caption


def test_a_map_of_a_drawn_date_is_drawn_while_the_event_lasts(make, tables):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 100.0)}
    batch = make("dated-map", record=("alignment", "flow"), pushes=pushes, runs=20, lasts=4)
    view = figures.gallery(select(batch))
    with style.look():
        drawn = maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "pushed"))
    assert {exhibit.heading for exhibit in drawn} == {
        f"A push: where {layer} moves, while “start” lasts" for layer in maps.LAYERS
    }
    assert all("“A push” minus “Base” while “start” lasts, when " in exhibit.caption for exhibit in drawn)
    assert all(exhibit.caption.count("count from the date that each run draws") == 1 for exhibit in drawn)
    assert all((exhibit.table["change"] > 0.99).all() for exhibit in drawn)


def test_gas_maps_hold_the_thick_lines(tables):
    ends = maps.Ground.of(tables).links
    west, south, east, north = maps.BOX["gas"]
    for place in ("Yamal", "Khorgos"):
        row = ends[(ends["layer"] == "gas") & (ends["name"].str.contains(place) | ends["to_name"].str.contains(place))]
        assert len(row), place
        assert row["lon"].between(west, east).all(), place
        assert row["lat"].between(south, north).all(), place


def test_a_corridor_that_is_asked_for_or_moves_has_a_layer_of_its_own(batch):
    selection = select(batch)
    largest = tables_of.corridor_shares(selection, 1)["corridor"].unique().tolist()
    for corridor in ("middle", "northern", "lars"):
        shown = tables_of.corridor_shares(selection, 1, [corridor])["corridor"].unique().tolist()
        assert shown == [corridor, "other"]
    assert len(largest) == 2


def test_the_ways_around_a_page_wrap():
    rules = [rule for rule in page.STYLE.split("}") if "nav" in rule]
    assert rules
    assert not any("nowrap" in rule for rule in rules)


def test_a_page_says_how_many_of_what_claims_speak_of_have_no_panel(batch, monkeypatch):
    view = figures.gallery(select(batch))
    every = len(figures.claimed(view))
    assert "no panel" not in figures.fans(view, figures.claimed(view)).caption
    monkeypatch.setattr(figures, "MOST_SERIES", 1)
    caption = figures.fans(view, figures.claimed(view)).caption
    assert f"Claims speak of {every - 1} more, which have no panel: their verdicts stand above." in caption
