"""Lines that coincide, names beside points, rankings and the tiles of a sheet."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import amounts, figures, maps, page, poles, style
from analysis import tables as tables_of
from analysis.chances import fired
from analysis.charts import fans, lines, names, network, panels, ranking
from analysis.claims import findings_of
from analysis.selection import select
from model.quarters import parse_quarter

LINES = pd.DataFrame(
    [(50.1, 53.2, 70.0, 53.2), (50.1, 53.2, 30.0, 53.2), (50.1, 53.2, 50.1, 66.0)],
    columns=["lon", "lat", "to_lon", "to_lat"],
)
"""Lines that leave Samara to the east, to the west and to the north."""


def test_lines_that_coincide_take_turns_and_are_solid_where_they_are_alone():
    values = np.array([[0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 5.0]])
    found = [(s.line, s.places.start, s.places.stop, s.turn, s.sharers) for s in lines.stretches(values, 0.1)]
    assert found == [
        (0, 0, 2, 0, 3),
        (0, 1, 4, 0, 1),
        (1, 0, 2, 1, 3),
        (1, 1, 4, 0, 1),
        (2, 0, 2, 2, 3),
        (2, 1, 4, 0, 1),
    ]


@pytest.mark.parametrize("sharers", [2, 3])
def test_the_dashes_of_sharers_fill_their_stretch_once(sharers):
    painted = np.zeros(60 * sharers, dtype=int)
    for turn in range(sharers):
        offset, (on, off) = lines.Stretch(0, slice(0, 2), turn, sharers).dashes
        places = (np.arange(len(painted)) + 0.5) * (on + off) / 60  # 60 places a period
        painted += (places + offset) % (on + off) < on
    assert (painted == 1).all()


def test_what_lies_together_on_paper_is_seen_in_the_colours_of_both(batch):
    view = figures.gallery(select(batch))
    table = tables_of.changes(view.selection, "loss", {"country": "KAZ", "controller": "RUS"})
    pushed = table[table["scenario"] == "pushed"]
    twins = pd.concat([table, pushed.assign(scenario="twin")])
    drawn = fans.difference(Figure().add_subplot(), twins, dict.fromkeys(twins["scenario"], "#000000"))
    dashed = {}
    for line in drawn.get_lines():
        dashed.setdefault(line.get_label(), []).append(line.is_dashed())
    assert (dashed["pushed"], dashed["twin"], dashed["still"]) == ([True, True], [True, True], [True, False])


def test_lines_that_are_the_same_throughout_are_named_below_the_title(batch):
    view = figures.gallery(select(batch))
    kazakh = [figures.Series("loss", {"country": "KAZ", "controller": "RUS"})]
    with style.look():
        levels, changes = (draw(view, kazakh).figure.axes[0] for draw in (figures.fans, figures.paired))
    assert levels.texts[0].get_text() == "% of GDP\nBase = Stillness"
    assert changes.texts[0].get_text() == "change, percentage points of GDP\nno change = Stillness"


def test_names_on_a_plane_hide_neither_points_nor_each_other():
    points = np.array([[0.0, 0.0], [0.01, 0.0], [0.0, 0.01], [0.5, 0.5]])
    with style.look():
        sheet = Figure(figsize=(4, 4)).add_subplot()
        sheet.set(xlim=(-1, 1), ylim=(-1, 1))
        written = list(names.written(sheet, ["Turkmenistan", "Kazakhstan", "Azerbaijan", "Iran"], points))
        sheet.figure.draw_without_rendering()
        boxes = [Text.get_window_extent(text) for text in sheet.texts]
    assert written == [0, 1, 2, 3]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_names_on_a_map_do_not_overlap_and_places_that_are_one_in_print_have_one():
    places = pd.DataFrame(
        [("Turkish gas transmission grid", 33.0, 40.0), ("Samara", 50.1, 53.2), ("Ankara", 33.2, 40.1)],
        columns=["name", "lon", "lat"],
    )
    written = named(places, LINES.assign(flow=0.0))
    boxes = [Text.get_window_extent(text) for text in written]
    assert [text.get_text() for text in written] == ["Turkish gas transmission grid", "Samara"]
    assert not boxes[0].overlaps(boxes[1])


def test_a_name_on_a_map_lies_on_no_thick_line_and_a_far_one_has_a_line_to_its_dot():
    samara = pd.DataFrame([("Samara", 50.1, 53.2)], columns=["name", "lon", "lat"])
    spots = {}
    for thick in range(4):
        flows = LINES.assign(flow=[1.0] * thick + [0.05] * (3 - thick))
        (text,) = named(samara, flows)
        spots[thick] = text.xyann
        assert (text.arrow_patch is None) == (np.hypot(*text.xyann) <= names.NEAR)
    assert spots[0] == (6, 0)
    assert spots[1] == (-6, 0)
    assert spots[2][1] != 0
    assert spots[3][1] != 0


def named(places, flows):
    """The names on a map of gas with some flows, the widest of them 1."""
    with style.look():
        figure, sheet = maps.sheet(maps.BOX["gas"])
        network.place_names(network.base(sheet, maps.BOX["gas"]), places, flows, 1.0, 16)
        figure.draw_without_rendering()
    return sheet.texts


def test_a_ranking_is_as_high_as_its_bars_and_each_bar_has_its_name_and_amount():
    row = {"low": 0.0, "high": 1.0, "mean": 0.5, "mean_low": 0.4, "mean_high": 0.6, "said": "+0.5 (0.4 to 0.6)"}
    rows = pd.DataFrame([row | {"label": f"Place {number}"} for number in range(4)])
    head = panels.Head("Dependence", "percentage points")
    with style.look():
        sheet = ranking.rankings([head, head], [rows, rows.head(1)])
        sheet.draw_without_rendering()
    heights = [72 * ranking.height(part) for part in (rows, rows.head(1))]
    assert heights[0] == pytest.approx(4 * heights[1])
    drawn = [axis.get_window_extent().height * 72 / sheet.dpi for axis in sheet.axes]
    assert drawn == pytest.approx(heights)
    boxes = [Text.get_window_extent(text) for text in sheet.axes[0].texts if text.get_text()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert heights[1] < 40  # points: a name, a bar and its amount
    texts = [text.get_text() for text in sheet.axes[0].texts]
    assert [text for text in texts if text.startswith("Place")] == [f"Place {number}" for number in range(4)]
    assert sum("0.4\N{NO-BREAK SPACE}to" in text for text in texts) == 4


def test_an_amount_of_one_run_has_no_interval():
    assert amounts.said(-0.5, np.nan, np.nan, "Mt/y") == "−0.500 Mt/y"
    assert amounts.said(0.0, 0.0, 0.0) == "+0.00 (within 0.01)"


@given(
    st.floats(1e-4, 999.0).flatmap(lambda size: st.sampled_from([size, -size])),
    st.floats(0.0, 5.0),
    st.floats(0.0, 5.0),
)
@example(0.9996, 0.0, 0.0)
def test_at_most_three_digits_of_a_mean_are_said_and_its_interval_never_as_two_ends_alike(mean, below, above):
    text = amounts.said(mean, mean - below, mean + above)
    said, ends = re.fullmatch(r"(\S+) \((.*)\)", text).groups()
    assert len(re.sub(r"[+−.]", "", said).lstrip("0")) <= 3
    first, *last = ends.split(" to ")
    assert last != [first]
    assert first.startswith("within ") == (not last)
    places = len(said.partition(".")[2])
    assert (not last) <= (below + above <= 10.0**-places * (1 + 1e-9))


def test_panels_stand_on_a_page_one_by_one_and_none_is_wider_than_a_telephone(batch):
    view = figures.gallery(select(batch))
    with style.look():
        figure = poles.by_pole(view, "loss").figure
        drawn = page.panels(page.drawing(figure), figure, "Dependence")
    views = [list(map(float, found.split())) for found in re.findall(r'viewBox="([\d. ]+)">\s*<g', drawn)]
    assert len(views) == len(figure.axes) == 8
    wide, tall = figure.get_size_inches()
    for (x, y, across, down), axis in zip(views, figure.axes, strict=True):
        box = axis.get_position()
        assert x < 72 * wide * box.x0
        assert 72 * wide * box.x1 < x + across
        assert y < 72 * tall * (1 - box.y1)
        assert 72 * tall * (1 - box.y0) < y + down
    sides = [Bbox.from_bounds(*side) for side in views]
    assert not any(a.padded(-0.01).overlaps(b) for i, a in enumerate(sides) for b in sides[:i])
    assert max(across for *_, across, _ in views) * 96 / 72 <= 390
    assert re.findall(r"</svg>([A-Z][^<]+)</span>", drawn) == ["Russia", "China", "Türkiye", "The West"]


def test_a_sheet_with_another_number_of_panels_than_tiles_is_refused(batch):
    with style.look():
        figure = poles.by_pole(figures.gallery(select(batch)), "loss").figure
        figure.tiles = figure.tiles[1:]
        drawn = page.drawing(figure)
    with pytest.raises(ValueError, match=re.escape("Dependence: 8 drawn panels for 7 tiles")):
        page.panels(drawn, figure, "Dependence")


def test_a_panel_of_a_claim_given_an_event_counts_the_runs_in_which_it_has_come(chancy):
    selection = select(chancy)
    view = figures.gallery(selection)
    last = parse_quarter("2035Q4")
    where = {"country": "KAZ", "controller": "RUS"}
    plain, given = figures.claimed(view)
    assert (plain.where, plain.given) == (where, None)
    assert (given.where, given.given) == (where, figures.Given("pushed", "start", last))
    with style.look():
        levels, changes = figures.fans(view, [plain, given]), figures.paired(view, [plain, given])
    runs = fired(selection, "pushed", "start", last)
    assert 2 <= len(runs) < 40
    assert changes.figure.axes[1].texts[0].get_text().split("\n", 1)[1].replace("\n", " ") == (
        f"the {len(runs)} of 40 runs in which “start” of “A push & a shove” has come by the end of 2035 "
        "no change = Stillness"
    )
    assert figures.GIVEN in levels.caption
    assert figures.GIVEN in changes.caption
    values = selection.difference("pushed", "loss").sel(where)
    table = changes.table[(changes.table["scenario"] == "pushed") & (changes.table["time"] == "2035Q4")]
    means = dict(zip(table["given"], table["mean"], strict=True))
    assert means[""] == pytest.approx(float(values.isel(time=-1).mean()))
    assert means["start"] == pytest.approx(float(values.isel(time=-1).sel(run=runs).mean()))
    assert means["start"] > means[""] + 0.2
    finding = next(f for f in findings_of(selection) if f.scenario == "pushed" and f.claim.claim == "luck")
    assert finding.mean == pytest.approx(means["start"])


def test_an_event_that_comes_in_every_run_makes_no_panel_of_its_own(chancy):
    view = figures.gallery(select(chancy))
    pushed = view.scenarios["pushed"]
    sure = pushed.model_copy(update={"events": tuple(e.model_copy(update={"probability": 1.0}) for e in pushed.events)})
    resolved = {**view.selection.resolved, "pushed": sure}
    view.selection.__dict__["resolved"] = resolved
    assert [series.given for series in figures.claimed(figures.Gallery(view.selection, resolved, {}))] == [None]


def test_an_event_that_comes_in_too_few_runs_for_its_claim_leaves_all_in_the_panel_which_says_so(chancy):
    view = figures.gallery(select(chancy))
    never = figures.Series("loss", {"country": "KAZ", "controller": "RUS"}, figures.Given("pushed", "start", 0))
    part, which = view.counted(never)
    assert part is view.selection
    assert which.startswith("all runs: in 0 of 40 “start” of “A push & a shove” has come by ")


def test_the_date_of_a_map_is_that_of_the_largest_certain_change():
    """Luck moves one link more in 2030 than the scenario moves another in 2035."""
    luck = np.linspace(-9.0, 12.0, 8)
    change = np.zeros((8, 3, 2))
    change[:, 1, 0], change[:, 2, 1] = luck, 1.0
    coords = {"run": range(8), "time": ["2025Q4", "2030Q4", "2035Q4"], "link": ["a", "b"]}
    values = xr.DataArray(change, coords, ("run", "time", "link"))
    places = pd.DataFrame({"link": ["b", "a"]})

    def at_largest(change, places):
        selection = SimpleNamespace(
            paired=lambda _: False, values=lambda *_: values, effect=lambda *key: change.sel(key[-1]), known={}
        )
        return tables_of.link_changes(selection, "pushed", places)

    time, table = at_largest(values, places)
    assert (time, dict(zip(table["link"], table["change"], strict=True))) == ("2035Q4", {"a": 0.0, "b": 1.0})
    assert at_largest(values, places[1:])[0] == "2030Q4"  # nothing is certain: where luck moves it most
    assert at_largest(values + 15.0, places)[0] == "2030Q4"


def test_a_map_of_changes_draws_only_what_is_certain():
    rows = [("sure", -1.0, -1.5, -0.5), ("luck", 9.0, -3.0, 21.0)]
    part = pd.DataFrame(rows, columns=["link", "change", "change_low", "change_high"]).assign(flow=10.0)
    assert maps._sure(part).tolist() == [-1.0, 0.0]
    assert maps._certain(part) == 1.0
    assert maps._moved(part) == 0.1


def test_the_caption_of_a_map_gives_a_change_as_many_digits_as_its_interval_tells():
    row = pd.Series({"change": 1.0116, "change_low": 1.0021, "change_high": 1.0214})
    assert maps._change(row) == "+1.01 (+1.00 to +1.02)"
    narrow = pd.Series({"change": 1.0, "change_low": 1.0, "change_high": 1.0})
    assert maps._change(narrow) == "+1.00 (within 0.01)"
