"""Maps of what scenarios change: each picture once, and what is asked first."""

from analysis import figures, maps, style
from analysis.selection import select


def test_the_same_picture_of_two_scenarios_is_one_map_that_names_both(make, tables):
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push", 90.0), "twin": ("A twin", 90.0), "more": ("More", 180.0)}
    batch = make("maps", record=("alignment", "flow"), pushes=pushes, runs=4)
    view, ground = figures.gallery(select(batch)), maps.Ground.of(tables)
    with style.look():
        drawn = {
            exhibit.name: exhibit
            for exhibit in maps.change_maps(view, maps.changes(view, ground, "pushed", "twin", "more"))
        }
    assert set(drawn) == {f"map-{layer}-{scenario}" for layer in maps.LAYERS for scenario in ("pushed", "more")}
    assert drawn["map-gas-pushed"].heading == "A push and A twin: where gas moves, 2035"
    assert "The map of “A twin” is the same. By which line gas goes is not fitted" in drawn["map-gas-pushed"].caption


def test_maps_of_what_is_asked_come_first(batch, tables):
    view, ground = figures.gallery(select(batch)), maps.Ground.of(tables)
    shares = {"country": "KAZ", "pole": "CHN", "commodity": "gas"}
    pushed = view.scenarios["pushed"]
    claim = pushed.expect[0].model_copy(update={"measure": "export_share", "where": shares})
    event = pushed.events[0].model_copy(update={"link": ("O001b",)})
    scenarios = dict(view.scenarios)
    for asked, change in (({"gas"}, {"expect": (claim,)}), ({"oil"}, {"events": (event,), "expect": ()})):
        scenarios["pushed"] = pushed.model_copy(update=change)
        mine = figures.Gallery(view.selection, scenarios, view.colours)
        assert maps.asked_layers(mine, "pushed") == asked
        with style.look():
            first = maps.change_maps(mine, maps.changes(mine, ground, "pushed"))[0], maps.flow_maps(mine, ground)[0]
        assert [exhibit.name for exhibit in first] == [f"map-{min(asked)}-pushed", f"map-{min(asked)}"]


def test_what_is_asked_has_a_map_however_small_or_a_word_says_why_not(batch, tables, monkeypatch):
    view, ground = figures.gallery(select(batch)), maps.Ground.of(tables)
    pushed = view.scenarios["pushed"]
    event = pushed.events[0].model_copy(update={"link": ("O001b", "F015")})
    asking = {"pushed": pushed.model_copy(update={"events": (event,)})}
    mine = figures.Gallery(view.selection, view.scenarios | asking, view.colours)
    monkeypatch.setattr(maps, "WORTH_A_MAP", 1e9)
    with style.look():
        names = {exhibit.name for exhibit in maps.change_maps(mine, maps.changes(mine, ground, "pushed"))}
    assert names == {"map-freight-pushed", "map-oil-pushed"}
    assert maps.without(mine, maps.changes(mine, ground, "pushed")) == ""
    monkeypatch.setattr(maps, "SAID", 100.0)  # the push is 1 on each link
    assert maps.without(mine, maps.changes(mine, ground, "pushed")) == (
        "Asked about, without a map of changes: no change of freight on a line is certain and as large as 100 Mt/y in "
        "“A push & a shove”; no change of oil on a line is certain and as large as 100 Mt/y in “A push & a shove”."
    )
