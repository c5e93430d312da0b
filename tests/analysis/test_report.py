"""Charts, sentences and the page of a stored batch."""

import re
from html import escape
from html.parser import HTMLParser
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from PIL import Image

from analysis import accuracy, figures, maps, matrices, page, poles, style, tables, verdicts
from analysis.bases import chosen
from analysis.charts import fans, heat, network, panels, ranking
from analysis.claims import Finding, findings_of, fired
from analysis.report import _rankings, write_report
from analysis.selection import select
from analysis.sentences import sentences
from model.events import schedule
from model.quarters import parse_quarter
from runs.problems import BatchError
from scenarios import Claim, Event, compile_events


@pytest.fixture(scope="module")
def view(batch):
    return figures.gallery(select(batch))


@pytest.fixture(scope="module")
def written(batch):
    return write_report(chosen(batch), png=True)


@pytest.fixture(scope="module")
def report(written):
    return written.path


def axis():
    return Figure().add_subplot()


def test_a_fan_draws_each_scenario_in_its_colour(view):
    drawn = fans.fan(
        axis(), tables.levels(view.selection, "loss", {"country": "KAZ", "controller": "RUS"}), view.colours
    )
    assert {line.get_label(): to_hex(line.get_color()).upper() for line in drawn.get_lines()} == view.colours


def test_beside_the_fan_of_the_baseline_the_others_are_lines_with_the_intervals_of_their_means(view):
    table = tables.levels(view.selection, "loss", {"country": "KAZ", "controller": "RUS"})
    drawn = fans.against(axis(), table, view.colours, "baseline")
    assert {line.get_label() for line in drawn.get_lines()} == {"baseline", "pushed", "still"}
    bands = [(to_hex(band.get_facecolor()[0]).upper(), band.get_alpha()) for band in drawn.collections]
    assert [colour for colour, dark in bands if dark == style.BAND] == [view.colours["baseline"]]
    assert {colour for colour, dark in bands if dark == style.SURE} == set(view.colours.values())


def test_a_legend_stays_on_the_sheet():
    names = [f"A name of some length {number}" for number in range(9)] + ["Turkmenistan–Iran crossings"]
    with style.look():
        figure = panels.key(Figure(figsize=(style.WIDTH, 4)), dict.fromkeys(names, "#000000"), lines=False)
        figure.draw_without_rendering()
        box = figure.legends[0].get_window_extent()
    assert box.x1 <= figure.bbox.x1
    assert figure.bbox.y1 - box.y0 <= 96 * panels.key_height(names) + 5


def test_a_difference_draws_the_mean_effect(view):
    table = tables.changes(view.selection, "loss", {"country": "KAZ", "controller": "RUS"})
    drawn = fans.difference(axis(), table, view.colours)
    line = [line.get_ydata() for line in drawn.get_lines() if line.get_label() == "pushed"]
    np.testing.assert_allclose(np.concatenate(line), [0, 0, 0, 1, 1], atol=1e-12)  # with “still” up to the second


def test_poles_keep_their_colours(view):
    with style.look():
        panel = poles.by_pole(view, "alignment").figure.axes[0]
    used = {line.get_label(): line.get_color() for line in panel.get_lines() if line.get_label() in style.POLE_COLOUR}
    assert used == dict(style.POLE_COLOUR)


def printed_cells(panel):
    """Names of row and column of the cells of a heat map that have a number."""
    rows, columns = ([text.get_text() for text in side.get_ticklabels()] for side in (panel.yaxis, panel.xaxis))
    spots = (map(round, text.get_position()) for text in panel.texts if text.get_ha() == "center")
    return {(rows[y], columns[x]) for x, y in spots}


def test_a_pole_has_no_cell_toward_itself(view):
    with style.look():
        exhibit = matrices.dependence_map(view)
    filled = {cell for panel in exhibit.figure.axes for cell in printed_cells(panel)}
    assert ("Türkiye", "Türkiye") not in filled
    assert len(filled) == 8 * 6 - 3  # Türkiye, Azerbaijan, Kazakhstan


def test_a_heat_map_prints_its_values():
    drawn = heat.heat(axis(), pd.DataFrame({"RUS": [12.34, np.nan]}, index=["KAZ", "TUR"]), style.LOSSES, (0, 20))
    assert [text.get_text() for text in drawn.texts] == ["12.3"]


def test_a_ranking_colours_by_sign():
    row = {"low": 0.0, "high": 0.0, "mean_low": 0.0, "mean_high": 0.0}
    rows = [{"label": "a", "said": "+2", "mean": 2.0} | row, {"label": "b", "said": "−1", "mean": -1.0} | row]
    drawn = ranking.ranked(axis(), pd.DataFrame(rows))
    assert [patch.get_facecolor()[:3] for patch in drawn.patches] == [to_rgb(style.RISE), to_rgb(style.FALL)]


def test_line_width_is_in_proportion_to_flow_within_what_can_be_seen():
    assert network.line_width(np.array([0.001, 5.0, 10.0, 99.0]), 10.0) == [0.5, 4.5, 9.0, 9.0]


def test_links_inside_a_place_and_to_the_world_market_are_not_drawn(tables):
    drawn = maps.Ground.of(tables).links
    assert 0 < len(drawn) < len(tables["links"])
    assert ((drawn["lat"] != drawn["to_lat"]) | (drawn["lon"] != drawn["to_lon"])).all()


def test_a_shock_that_passed_is_on_the_maps_and_in_the_charts_at_its_peak(passing_batch, tables, monkeypatch):
    monkeypatch.setattr(accuracy, "UNSETTLED", {})  # a push of one GWh counts: nothing was solved
    view = figures.gallery(select(passing_batch))
    with style.look():
        exhibits = maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "pushed"))
        panel = matrices.effect_maps(view, "loss")[0]
        (bars,) = figures.ranking(view, "pushed")
    assert {exhibit.name for exhibit in exhibits} == {f"map-{layer}-pushed" for layer in maps.LAYERS}
    assert all(exhibit.heading.endswith(" moves, 2030") for exhibit in exhibits)
    assert all("minus “Base” by the end of 2030, when " in exhibit.caption for exhibit in exhibits)
    assert panel.figure.axes[0].get_title("left") == "A push & a shove, 2030"
    assert panel.table[panel.table["scenario"] == "pushed"]["mean"].dropna().eq(1).mean() > 0.9
    labels = [text.get_text() for axes in bars.figure.axes for text in axes.texts]
    assert {"Armenia on Russia, 2030", "Middle Corridor, 2030"} <= set(labels)


def test_a_scenario_that_changes_no_flow_has_no_map_and_any_other_has_one_however_small(
    passing_batch, tables, monkeypatch
):
    view = figures.gallery(select(passing_batch))
    monkeypatch.setattr(maps, "WORTH_A_MAP", 1e9)
    with style.look():
        assert maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "still")) == []
        assert len(maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "pushed"))) == 1


def test_opposite_one_way_links_are_told_apart_and_others_between_two_places_are_one():
    tbilisi, saguramo = ("Tbilisi", 41.7, 44.8), ("Saguramo", 41.9, 44.7)
    rows = [
        ("a", "forward", *tbilisi, *saguramo, 2.9),
        ("b", "forward", *saguramo, *tbilisi, 0.6),
        ("c", "both", *tbilisi, *saguramo, 1.0),
        ("d", "both", *saguramo, *tbilisi, 2.0),
    ]
    columns = ["link", "direction", "name", "lat", "lon", "to_name", "to_lat", "to_lon", "change"]
    sums = {"scenario": "s", "layer": "gas", "link_name": "n", "flow": 0.0, "change_low": 0.0, "change_high": 0.0}
    drawn = maps._between_places(pd.DataFrame(rows, columns=columns).assign(**sums))
    assert {maps._way(row): row["change"] for _, row in drawn.iterrows()} == {
        "Tbilisi → Saguramo": 2.9,
        "Saguramo → Tbilisi": 0.6,
        "Tbilisi–Saguramo": 3.0,
    }


def test_a_power_line_goes_by_its_name_since_its_ends_stand_for_grids():
    row = pd.Series(
        {"layer": "power", "link_name": "Mary-Karakul 500 kV", "name": "Galkynysh field", "to_name": "Bukhara"}
    )
    assert maps._way(row) == "Mary-Karakul 500 kV"


def test_what_the_numbers_are_stands_below_them(report):
    page = report.read_text(encoding="utf-8")
    assert "Russia to the West: all channels; the others: network and transit only." in page
    assert "read “nearly everything”, not a figure (docs/decisions.md, 21)" in page
    assert "an index made of votes, arms, institutions and trade: at −1 all of these indicators are nought" in page
    assert "moves alignment: that an offer ends or grows takes or gives\nno product, debt or project by itself;" in page
    assert "Zero of alignment is the middle of a scale, not indifference" in page


def test_the_intervals_are_said_to_leave_out_how_uncertain_parameters_are(report):
    section = report.read_text(encoding="utf-8").partition('id="findings"')[2].partition("</section>")[0]
    assert "Both show luck at the parameters that the runs have, not how uncertain these are: batches with" in section
    assert "<code>--vary</code> or <code>--sample prior</code> show that." in section


def test_the_palette_is_distinct():
    for palette in (style.POLE_COLOUR, style.LAYER_COLOUR, style.CORRIDOR_COLOUR):
        assert len(set(palette.values())) == len(palette)


def test_drawing_leaves_no_global_state(report):
    assert report.exists()
    assert mpl.rcParams["svg.fonttype"] == mpl.rcParamsDefault["svg.fonttype"]


def test_sentences_contain_their_numbers(view):
    said = sentences(view.selection)
    assert len(said) == 6
    effect = next(sentence for sentence in said if "dependence" in sentence.text and "By the end" in sentence.text)
    assert "“A push & a shove” raises" in effect.text
    assert f"by {effect.numbers['mean']:.2f} percentage points of GDP" in effect.text
    assert "(95 % interval of the mean within 0.01;" in effect.text  # the push is the same in every run
    assert "100 % of 40 paired runs" in effect.text


def test_claims_are_tested_on_the_runs_that_count(view):
    found = {(finding.scenario, finding.claim.claim): finding for finding in findings_of(view.selection)}
    assert found["pushed", "up"].verdict == "holds"
    assert found["pushed", "up"].runs == 40
    assert found["still", "up"].verdict == "negligible"
    assert found["pushed", "luck"].runs == len(fired(view.selection, "pushed", "start", parse_quarter("2035Q4"))) < 40
    assert found["pushed", "nowhere"].verdict == "not tested"
    assert found["pushed", "nowhere"].reason == "gdp was not recorded"
    assert found["baseline", "up"].reason == "a scenario is not compared with itself"


def test_the_luck_of_an_event_is_that_of_the_run(view):
    edits = compile_events(view.scenarios["pushed"])
    begun = schedule(edits, 1, np.arange(40)).begins[0] <= parse_quarter("2030Q4")
    assert fired(view.selection, "pushed", "start", parse_quarter("2030Q4")).tolist() == np.flatnonzero(begun).tolist()


def test_a_claim_may_depend_on_what_follows_by_chance(view):
    pushed = view.scenarios["pushed"]
    then = {"id": "then", "follows": "start", "after": 4, "probability": 0.5, "gdp": "KAZ", "add": 1}
    resolved = view.selection.resolved | {
        "pushed": pushed.model_copy(update={"events": (*pushed.events, Event.model_validate(then))})
    }
    selection = SimpleNamespace(
        resolved=resolved, measures=view.selection.measures, values=view.selection.values, parts=view.selection.parts
    )
    late = parse_quarter("2040Q4")
    first, both = (set(fired(selection, "pushed", name, late).tolist()) for name in ("start", "then"))
    assert both < first
    assert 0 < len(both) < len(first)
    assert first == set(fired(view.selection, "pushed", "start", late).tolist())


def test_the_page_needs_nothing_but_itself(report):
    page = report.read_text(encoding="utf-8")
    foreign = [url for url in re.findall(r"https?://[^\s\"'<)]+", page) if not url.startswith("http://www.w3.org/")]
    assert foreign == []
    assert not re.search(r"<script|<img|<link|@import|url\((?!#)", page)
    assert report.stat().st_size < 6_000_000


def test_the_page_is_sound_html_for_small_screens(report):
    page = report.read_text(encoding="utf-8")
    open_tags, void = [], {"meta", "br"}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):  # noqa: ARG002
            if tag not in void:
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Reader().feed(page)
    assert open_tags == []
    assert 'name="viewport"' in page
    assert "A push &amp; a shove" in page
    assert page.count("<svg") >= 10


def test_every_link_to_a_table_leads_to_a_csv_file_with_a_scenario(report):
    named = re.findall(r'href="([^"#]+)"', report.read_text(encoding="utf-8"))
    assert len(named) >= 10
    tables_of_it = [name for name in named if name.endswith(".csv")]
    for name in tables_of_it:
        assert "scenario" in pd.read_csv(report.parent / name).columns
    for name in set(tables_of_it) - {"trust.csv"}:  # a table without a drawing
        assert name.replace(".csv", ".svg") in named
        assert (report.parent / name.replace(".csv", ".svg")).is_file()
    assert sum(not name.endswith(".png") for name in named) == 2 * len(tables_of_it) - 1


def test_every_chart_has_its_table_and_drawings_that_say_where_they_come_from(written):
    page = written.path
    text = page.read_text(encoding="utf-8")
    names = [name for name in re.findall(r'href="([^"#]+)\.csv"', text) if name != "trust"]  # a table without a drawing
    assert len(names) == text.count("<figure>") <= text.count('<div class="panels"')
    assert sorted(path.stem for path in page.parent.glob("*.png")) == sorted(names)
    for name in names:
        assert len(pd.read_csv(page.parent / f"{name}.csv"))
        drawing = (page.parent / f"{name}.svg").read_text(encoding="utf-8")
        photograph = Image.open(page.parent / f"{name}.png").text
        assert f"<dc:source>{photograph['Source']}</dc:source>" in drawing
        assert f">{photograph['Source']}</text></svg>" in drawing
        assert photograph["Source"].startswith("Multivector 0.1.0, batch trial, seed 1, model ")
        assert photograph["Description"].startswith("Scenarios baseline, pushed, still. Command: ")


def test_the_same_batch_gives_the_same_page_but_for_links_to_photographs(batch, report):
    before = report.read_text(encoding="utf-8")
    plain = re.sub(r', <a href="[^"]+\.png">[^<]+</a>', "", before)
    assert write_report(chosen(batch)).path.read_text(encoding="utf-8") == plain


def test_the_way_around_leads_to_every_section_and_to_no_other(report):
    page = report.read_text(encoding="utf-8")
    links = re.findall(r'href="#([^"]+)"', re.search(r"<nav>.*</nav>", page)[0])
    assert links == re.findall(r'<section id="([^"]+)"', page)
    assert {"map", "corridors", "limits"} <= set(links)


@pytest.fixture(scope="module")
def lean(lean_batch):
    return write_report(chosen(lean_batch)).path


def test_a_batch_without_flows_has_no_section_of_maps_and_no_link_to_one(lean):
    page = lean.read_text(encoding="utf-8")
    assert re.findall(r'href="#([^"]+)"', re.search(r"<nav>.*</nav>", page)[0]) == [
        *("claims", "findings", "change", "alignment", "limits", "provenance")
    ]
    assert 'id="map"' not in page


def test_what_is_said_of_a_claim_is_escaped():
    claim = Claim(claim="x", measure="loss", by="2030Q4", relation="falls", size=1, where={"country": "KAZ"})
    reason = "no country <b>KAZ</b> & co"
    remarks = verdicts.remarks(Finding("s", claim, "not tested", reason=reason))
    shown = page.table(pd.DataFrame({"Claim": [verdicts.said(Finding("s", claim, "holds"))], page.BELOW: [remarks]}))
    assert '<td class="small" colspan="1">Not tested: no country &lt;b&gt;KAZ&lt;/b&gt; &amp; co.</td>' in shown


def test_every_verdict_is_told_with_its_mean_and_interval_or_why_there_is_none(batch):
    found = findings_of(select(batch))
    told = verdicts.frame(found).set_index(["scenario", "claim"])
    difference = batch.dataset("pushed")["loss"] - batch.dataset("baseline")["loss"]
    effect = difference.sel(country="KAZ", controller="RUS", time="2035Q4").values
    assert np.allclose(effect, 1.0)  # the push, the same in every run
    assert list(told.loc[("pushed", "up")]) == [
        "dependence of Kazakhstan on Russia, % of GDP: rises by more than 0.5, by 2035Q4",
        *("holds", "+1.00 (within 0.01)", "100 % of 40"),
    ]
    assert list(told.loc[("still", "nowhere")])[1:] == ["not tested", "gdp was not recorded", "–"]


def test_a_report_leads_with_the_claims_of_the_scenarios_and_folds_those_of_the_baseline(report):
    page = report.read_text(encoding="utf-8")
    assert re.findall(r'<section id="([^"]+)"', page)[:2] == ["claims", "findings"]
    claims = page[page.index('<section id="claims"') : page.index('<section id="findings"')]
    assert re.findall("<h3>([^<]+)</h3>", claims) == ["A push &amp; a shove", "Stillness"]
    assert "<summary>Claims of “Base”: 3 × not tested</summary>" in claims


def test_what_a_report_says_first_is_handed_back(written):
    page = written.path.read_text(encoding="utf-8")
    assert len(written.sentences) == 6
    assert len(written.findings) == 9
    assert all(escape(sentence).replace(" %", "\N{NO-BREAK SPACE}%") in page for sentence in written.sentences)


def test_a_report_against_another_scenario_stands_beside_the_usual_one(lean_batch, lean):
    before = lean.read_bytes()
    other = write_report(chosen(lean_batch, "still"))
    assert other.path.parent.name == "report-against-still"
    assert "Effects are differences between a scenario and “Stillness”" in other.path.read_text(encoding="utf-8")
    assert lean.read_bytes() == before


def test_a_scenario_that_is_not_there_is_no_baseline(batch):
    with pytest.raises(BatchError, match=r"no finished run of 'stil'; it has baseline, pushed, still$"):
        chosen(batch, "stil")


def test_the_drawing_on_the_page_is_free_of_metadata(report):
    assert "<metadata>" not in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "limit",
    [
        "Contracts limit what may be bought and oblige nobody",
        "Memberships of institutions move alignment, and how often members quarrel and make peace; no tariff follows",
        "A ban or a closed road brings no grievance by itself",
        "Projects are decided, built and given up, and poles coerce, by chances that follow from what they are worth",
        "by which line gas goes is not fitted",
    ],
)
def test_the_limits_say_what_the_rules_of_the_model_leave_out(written, limit):
    assert limit in written.path.read_text(encoding="utf-8")


def test_what_two_scenarios_show_alike_stands_once(make):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("Push", 1.0), "again": ("Twin", 1.0), "more": ("More", 2.0)}
    view = figures.gallery(select(make("twins", pushes=pushes, runs=10)))
    once, other = _rankings(view)
    assert once.heading == "Largest effects of “Push” and “Twin”"
    assert once.caption.endswith(" Under “Twin” all numbers shown are the same.")
    assert once.table["scenario"].unique().tolist() == ["pushed", "again"]
    assert other.heading == "Largest effects of “More”"
