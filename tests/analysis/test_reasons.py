"""Why: parts of effects, GDP, and what is left out because it says nothing."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from analysis import clocks, figures, incomes, maps, matrices, reasons, style, tables, timelines
from analysis import corridors as corridor_shares
from analysis.charts import corridors, panels
from analysis.ensemble import bounds, off_zero
from analysis.peaks import EFFECTS
from analysis.selection import select
from analysis.sentences import leading, remains
from tests.selections import PATHS, TIMES, claim, comparing, values

TRIAL_TIMES = ("2025Q1", "2025Q4", "2030Q4", "2035Q4")


def test_parts_of_an_effect_are_ranked_and_small_ones_left_out():
    cells = np.array([[1.0, -10.0, 0.4, 5.0]] * 4)
    labels = {"channel": ["oil", "gas", "debt", "transit"]}
    stored = {
        "baseline": {"loss_channel": 0 * values(cells, **labels)},
        "deal": {"loss_channel": values(cells, **labels)},
    }
    parts = reasons.Parts("By channel", "loss_channel", "channel", {}, "points", factor=2.0)
    table = reasons.bars_of(comparing(stored), "deal", parts, "2026Q4")
    assert dict(zip(table["label"], table["mean"], strict=True)) == {"Gas": -20.0, "Transit": 10.0, "Oil": 2.0}
    assert list(table["mean"].abs()) == sorted(table["mean"].abs(), reverse=True)


def test_suppliers_are_shown_by_the_volume_they_sell():
    labels = {"supplier": ["RUS", "AZE"], "country": ["TUR"], "commodity": ["gas"]}
    shares = {"baseline": [0.5, 0.5], "deal": [0.25, 0.75]}
    volumes = {"baseline": 40.0, "deal": 60.0}
    stored = {
        s: {
            "supply_share": values(np.reshape([shares[s]] * 4, (4, 2, 1, 1)), **labels),
            "market_volume": values([[volumes[s], 7.0]] * 4, market=["gas_snk_tur", "gas_snk_geo"]),
        }
        for s in shares
    }
    parts = reasons.Parts(
        "Supply", "supply_share", "supplier", {"country": "TUR", "commodity": "gas"}, "points", factor=100.0
    )
    selection = comparing(stored)
    table = reasons.bars_of(selection, "deal", reasons._in_volume(selection, "deal", parts), "2026Q4")
    assert dict(zip(table["label"], table["mean"], strict=True)) == {"Azerbaijan": 25.0, "Russia": -5.0}
    assert set(table["unit"]) == {"bcm/y"}


def test_flows_beside_an_effect_are_on_the_soil_of_the_states_concerned(tables):
    rows = tables["links"].set_index("id")
    near = reasons._near("links", "gas", frozenset({"GEO"}))
    assert near
    assert all("GEO" in rows.loc[link, "territories"] and rows.loc[link, "layer"] == "gas" for link in near)
    assert near < reasons._near("links", "gas", frozenset())


def of_georgia(bought, carried=(-6.0, 3.0, 0.0, 0.5)):
    """Kinds of parts of Georgia's dependence on Azerbaijan where its oil from there, and flows on lines, change."""
    links = ["P_POTI", "NO_BAKU_TBILISI", "G028", "F001a"]
    places = {"country": ["GEO"], "supplier": ["AZE", "RUS"], "commodity": ["oil"]}
    level = np.array([10.0, 20.0, 10.0, 1.0])
    flow = {"baseline": level, "deal": level + carried}
    oil = {"baseline": [0.0, 1.0], "deal": [bought, 1.0 - bought]}
    stored = {
        s: {
            "flow": values([flow[s]] * 4, link=links),
            "supply_volume": values(np.reshape([oil[s]] * 4, (4, 1, 2, 1)), **places),
        }
        for s in flow
    }
    row = pd.Series({"scenario": "deal", "country": "GEO", "controller": "AZE", "time": "2026Q4"})
    view = SimpleNamespace(selection=comparing(stored))
    return [part.heading for part in reasons._parts(view, EFFECTS[0], row)]


def test_what_carries_a_dependence_begins_with_what_is_bought_from_whom_it_is_on():
    """Freight on the soil of both changes most, oil by less, gas not at all; F001a is elsewhere."""
    oil, freight = ["Georgia: oil by seller", "Flow, oil"], ["Flow, freight"]
    assert of_georgia(bought=0.8) == [*oil, *freight]
    assert of_georgia(bought=0.0) == [*freight, *oil]
    assert of_georgia(bought=0.0, carried=(-6.0, 0.1, 0.0, 0.5)) == freight
    assert of_georgia(bought=0.8, carried=(-6.0, 0.1, 0.0, 0.5)) == [*oil, *freight]


def test_what_is_bought_from_others_carries_a_dependence_too_and_little_counts_for_a_small_buyer():
    """Of 0.35 Mt 0.1 no longer come from Iran; freight on the soil of both changes by a larger share."""
    places = {"country": ["ARM"], "supplier": ["IRN", "RUS"], "commodity": ["oil"]}
    links = ["F088b", "P_POTI"]
    stored = {
        s: {
            "supply_volume": values(np.reshape([bought] * 4, (4, 1, 2, 1)), **places),
            "flow": values([[flow, 1.0]] * 4, link=links),
        }
        for s, bought, flow in (("baseline", [0.15, 0.2], 6.0), ("deal", [0.05, 0.2], 9.0))
    }
    row = pd.Series({"scenario": "deal", "country": "ARM", "controller": "RUS", "time": "2026Q4"})
    states, selection = frozenset({"ARM", "RUS"}), comparing(stored)
    assert list(reasons._layers(selection, "deal", EFFECTS[0], row, states)) == ["oil", "freight"]
    assert reasons._dealt(selection, "deal", row, "oil") == 1
    assert reasons._dealt(selection, "deal", row.replace("RUS", "IRN"), "oil") == 2
    where = {"country": "ARM", "commodity": "oil"}
    assert reasons._worth_a_word(selection, "deal", "supply_volume", where) == pytest.approx(0.35 / 20)


def test_a_reason_says_what_is_not_known_of_channels():
    selection, (loss, _, exports, *_) = SimpleNamespace(poles=("RUS",)), EFFECTS
    rows = [(loss, {"controller": "AZE"}), (loss, {"controller": "RUS"}), (exports, {"pole": "RUS"})]
    said = [reasons._untold(selection, effect, pd.Series(row)) for effect, row in rows]
    assert said == [
        " Channels are recorded toward poles only; on any other state a country depends by network and transit.",
        " The network channel is not recorded by layer: multivector show countries splits it in the base quarter.",
        "",
    ]


def test_what_changes_beside_an_alignment_is_not_said_to_carry_it(lean_batch, monkeypatch):
    view = figures.gallery(select(lean_batch))
    bar = {"part": "Flow", "unit": "Mt/y", "label": "A line", "said": "+1", "mean": 1.0}
    bars = pd.DataFrame([bar | dict.fromkeys(("mean_low", "mean_high", "low", "high"), 1.0)])
    monkeypatch.setattr(reasons, "_parts", lambda *_: ["a part"])
    monkeypatch.setattr(reasons, "bars_of", lambda *_: bars)
    with style.look():
        exhibit = next(reasons.exhibits(view))
    assert exhibit.heading == "What goes with “A push & a shove”: alignment, Armenia with Russia"
    assert exhibit.caption.endswith(
        " What carries an alignment are the terms of its law, which this batch did not record. What else is shown "
        "changes beside the alignment, and carries it only as far as it moves trade, surplus or dependence: an event "
        "that changes an offer, say, acts by none of it."
    )


def test_every_scenario_with_an_effect_has_a_reason_and_no_other(batch):
    view = figures.gallery(select(batch))
    with style.look():
        assert [exhibit.name for exhibit in reasons.exhibits(view)] == ["why-pushed"]


def test_gdp_is_shown_in_per_cent_where_it_is_more_than_noise(monkeypatch):
    monkeypatch.setattr(clocks, "looks", lambda *_: ())
    base = {"gdp": values([[100.0, 50.0, 10.0]] * 4, country=["KAZ", "UZB", "ARM"]) + 1.0}
    moved = values([[104.04, 50.0, y] for y in (9.0, 14.0, 9.0, 11.0)], country=["KAZ", "UZB", "ARM"]) + 1.0
    relative = 100 * (moved / base["gdp"] - 1)
    selection = SimpleNamespace(
        changed=("deal",), has=lambda _: True, paired=lambda _: True, relative=lambda *_: relative
    )
    table = incomes.changes(selection)
    assert set(table["country"]) == {"KAZ"}
    assert table["mean"].tolist() == pytest.approx([0.0, 4.0])


def test_a_country_whose_gdp_one_scenario_moves_is_drawn_for_all(monkeypatch):
    monkeypatch.setattr(clocks, "looks", lambda *_: ())
    moved = values([[4.0]] * 4, country=["KAZ"])
    divided = values([[8.0], [8.0], [8.0], [-1.0]], country=["KAZ"])  # three runs of four agree: not certain
    relative = {"deal": moved, "gamble": divided}
    selection = SimpleNamespace(
        changed=("deal", "gamble"), has=lambda _: True, paired=lambda _: True, relative=lambda s, _: relative[s]
    )
    table = incomes.changes(selection)
    assert table.groupby("scenario")["mean"].max().round(9).to_dict() == {"deal": 4.0, "gamble": 5.75}


def test_a_difference_in_per_cent_is_taken_run_by_run(batch):
    selection = select(batch)
    ours, theirs = (selection.values(s, "corridor_flow") for s in ("pushed", "baseline"))
    assert np.allclose(selection.relative("pushed", "corridor_flow"), 100 * (ours - theirs) / theirs)


def test_a_scenario_that_moves_nothing_has_no_matrix_but_a_word(batch):
    view = figures.gallery(select(batch))
    with style.look():
        (exhibit,) = matrices.effect_maps(view, "alignment")
    assert set(exhibit.table["scenario"]) == {"pushed"}
    assert "No alignment with the poles moves by 0.01 or more in “Stillness”." in exhibit.caption
    assert matrices.moving(view, "loss") == ["pushed"]


def test_changes_that_would_print_as_nothing_have_no_map(passing_batch, tables, monkeypatch):
    view = figures.gallery(select(passing_batch))
    monkeypatch.setattr(maps, "SAID", 100.0)  # the push is 1 on each link
    with style.look():
        assert maps.change_maps(view, maps.changes(view, maps.Ground.of(tables), "pushed")) == []


@pytest.mark.parametrize(("unit", "ends"), [("share", (0, 1)), ("index [-1, 1]", (-1, 1)), ("Mt per year", (-2, 3))])
def test_an_axis_ends_where_its_unit_does(unit, ends):
    axis = Figure().add_subplot()
    axis.set_ylim(-2, 3)
    assert panels.bounded(axis, bounds(unit)).get_ylim() == ends


def test_timelines_name_the_state_of_contracts_in_shares_of_runs():
    volume = values([[0.0], [8.0], [4.0], [8.0]], contract=["uzb_chn"])
    volume[:, 0] = 8.0
    shares = timelines.state_share(volume, timelines._KINDS["contract_volume"]).sel(contract="uzb_chn", time="2026Q4")
    assert shares.to_series().to_dict() == {"not begun": 0, "in force": 50, "reduced": 25, "lapsed": 25}


def test_an_effect_that_ends_larger_than_its_peak_is_not_said_to_be_left():
    said = "it is larger, 2.00, but no longer certain in sign, by the end of 2040"
    row = pd.Series({"mean": 1.0, "mean_low": 0.95, "mean_high": 1.05, "left": 2.0})
    assert remains(EFFECTS[0], row, "2040Q4") == said


def test_a_scenario_that_moves_no_share_of_a_corridor_has_no_panel_but_a_word(batch):
    view = figures.gallery(select(batch))
    with style.look():
        exhibit = corridor_shares.exhibit(view)
    assert [axis.get_title("left") for axis in exhibit.figure.axes] == ["Base", "A push & a shove"]
    assert "In “Stillness” no share moves by 1 percentage point or more." in exhibit.caption


def test_corridors_of_a_scenario_are_drawn_as_changes(batch, monkeypatch):
    view = figures.gallery(select(batch))
    with style.look():
        exhibit = corridor_shares.exhibit(view)
        base, pushed = exhibit.figure.axes
        monkeypatch.setattr(corridor_shares, "CORRIDOR_MOVES", 1e3)
        alone = corridor_shares.exhibit(view)
    by_scenario = exhibit.table.groupby("scenario")
    shares = {s: rows.pivot_table(index="corridor", columns="time", values="mean") for s, rows in by_scenario}
    gap = shares["pushed"] - shares["baseline"]
    drawn = {line.get_label(): line.get_ydata() for line in pushed.get_lines() if line.get_label() in gap.index}
    assert len(base.collections) == len(drawn) == 3
    assert all(np.allclose(line, gap.loc[name, list(TRIAL_TIMES)]) for name, line in drawn.items())
    assert len(alone.figure.axes) == 1


def test_only_corridors_that_move_by_a_tenth_of_what_the_largest_does_have_a_line():
    shares = {"middle": [0.0, -5.0], "lars": [0.5, 0.0], "northern": [0.4, 0.4]}
    rows = [
        {"corridor": name, "time": time, "mean": mean}
        for name, means in shares.items()
        for time, mean in zip(TIMES, means, strict=True)
    ]
    axis = corridors.gaps(Figure().add_subplot(), pd.DataFrame(rows), 1.0)
    assert {line.get_label() for line in axis.get_lines()} & set(shares) == {"middle", "lars"}


def test_a_matrix_has_every_cell_at_its_time_also_one_that_moves_more_by_the_calendar(monkeypatch):
    """The event ends in another run at each quarter, and moves `a` while it lasts, `b` in the last quarter."""
    change = np.zeros((4, 2, 2))
    change[[0, 1, 2, 3], [0, 0, 1, 1], 0] = 4.0
    change[:, 1, 1] = 2.0
    picks = change[:, :, 0] > 0
    monkeypatch.setattr(clocks, "looks", lambda *_: (clocks.Look("while it lasts", np.arange(4), picks),))
    selection = SimpleNamespace(paired=lambda _: True, touched=lambda _: np.arange(4))
    cells = xr.DataArray(change, PATHS | {"country": ["a", "b"]}, ("run", "time", "country"))
    time, table = tables.at_largest(selection, "deal", cells)
    assert time == "while it lasts"
    assert dict(zip(table["country"], table["mean"], strict=True)) == {"a": 4.0, "b": 1.0}


@pytest.mark.parametrize(("share", "more"), [(0.9, ""), (0.85, ", rises in 85 % of runs")])
def test_bars_of_effects_hold_none_whose_interval_holds_zero_and_say_where_runs_divide(monkeypatch, share, more):
    rows = {"country": ["KAZ", "UZB"], "controller": ["RUS", "RUS"], "time": ["2026Q4"] * 2}
    numbers = dict.fromkeys(["low", "lower", "median", "upper", "high", "left", "share_down"], 0.0)
    ends = {"share_up": [share, 0.5], "mean": [1.0, 2.0], "mean_low": [0.5, -0.1], "mean_high": [1.5, 4.1]}
    monkeypatch.setattr(figures, "told", lambda *_: pd.DataFrame(rows | numbers | ends))
    table = figures._largest_of(None, "deal", EFFECTS[0])
    assert table["label"].tolist() == [f"Kazakhstan on Russia, 2026{more}"]


def test_ranked_effects_have_a_sign():
    row = pd.DataFrame({"mean_low": [-1.0, 0.1, np.nan], "mean_high": [1.0, 2.0, np.nan]})
    assert off_zero(row).tolist() == [False, True, True]


@pytest.mark.parametrize(("measure", "toward"), [("loss", "controller"), ("alignment", "pole")])
def test_why_is_shown_for_every_dependence_and_alignment_that_a_scenario_claims(batch, monkeypatch, measure, toward):
    selection = select(batch)
    one = selection.resolved["pushed"]
    mine = [
        claim(claim=country, measure=measure, where={"country": country, toward: "RUS"}, by="2035Q4")
        for country in ("KAZ", "GEO", "TKM")
    ]
    monkeypatch.setitem(selection.resolved, "pushed", one.model_copy(update={"expect": tuple(mine)}))
    told = [(row["country"], row[toward]) for _, effect, row in leading(selection) if effect.measure == measure]
    assert {("KAZ", "RUS"), ("GEO", "RUS"), ("TKM", "RUS")} <= set(told)
