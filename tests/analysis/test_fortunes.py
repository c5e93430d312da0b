"""Who gains and who loses, in words, and what carries it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis import clocks, fortunes, worth
from analysis.asked import Question

MARKETS = ["gas_snk_arm", "gas_src_tkm_galkynysh", "gas_src_kaz"]


def row(country, measure, mean, share=1.0):
    ends = {"mean": mean, "mean_low": mean - 0.1, "mean_high": mean + 0.1, "share": share, "runs": 20, "left": mean}
    return {"country": country, "measure": measure, "time": "2027Q4"} | ends


def level(value, **labels):
    """Two runs of one year about a value."""
    dims = ("run", "time", *labels)
    coords = {"run": [0, 1], "time": ["2027Q4"]} | labels
    return xr.DataArray(np.stack([np.array([value]) - 1e-3, np.array([value]) + 1e-3]), coords, dims)


def world(price=(600.0, 150.0, 120.0), amount=(2.0, 40.0, 5.0), fees=0.2):
    """A selection in which Armenia's GDP is 25 bn USD; its gas costs 200 before, the others' 150 and 120."""
    stored = {
        "gdp": {s: level([25.0, 60.0, 280.0], country=["ARM", "TKM", "KAZ"]) for s in ("base", "deal")},
        "price": {"base": level([200.0, 150.0, 120.0], market=MARKETS), "deal": level(list(price), market=MARKETS)},
        "market_volume": {"base": level([2.5, 40.0, 5.0], market=MARKETS), "deal": level(list(amount), market=MARKETS)},
        "transit_rent": {
            "base": level([0.1, 0.0, 0.9], country=["ARM", "TKM", "KAZ"]),
            "deal": level([fees, 0.0, 0.9], country=["ARM", "TKM", "KAZ"]),
        },
    }
    return SimpleNamespace(
        resolved={"deal": SimpleNamespace(title="Deal")},
        parts={"deal": SimpleNamespace(times=["2027Q4"])},
        batch=SimpleNamespace(data=None),
        baseline="base",
        base=lambda _: "base",
        doer=lambda _: "“Deal”",
        batches=False,
        where=lambda _: "",
        paired=lambda _: True,
        touched=lambda _: [0, 1],
        last=lambda _: "2033Q4",
        has=lambda *measures: set(measures) <= set(stored),
        values=lambda scenario, measure: stored[measure][scenario],
    )


@pytest.fixture(autouse=True)
def _on_the_calendar(monkeypatch):
    monkeypatch.setattr(clocks, "looks", lambda *_: ())
    monkeypatch.setattr(fortunes, "condition", lambda *_: "")
    monkeypatch.setattr(fortunes, "counted", lambda *_: 40)
    monkeypatch.setattr(fortunes, "_in_all", lambda *_: "")
    monkeypatch.setattr(fortunes, "looks", lambda *_: ())
    monkeypatch.setattr(fortunes, "over_points", lambda *_: "")
    monkeypatch.setattr(fortunes, "surplus", lambda _: dict.fromkeys(MARKETS, 2000.0))
    monkeypatch.setattr(fortunes, "question", lambda *_: Question((), frozenset()))


def joined(*args):
    """All that is told, one sentence after the other."""
    return " ".join([*fortunes.told(*args), *fortunes.fates(*args)])


def test_gain_and_loss_are_told_with_the_price_that_carries_them():
    table = pd.DataFrame([row("ARM", "gdp", -4.0), row("ARM", "trade_gain", -6.0), row("ARM", "transit_rent", 2.0)])
    assert joined(world(fees=0.102), "deal", table) == (
        "Under “Deal” those who lose most are Armenia "
        "(GDP −4.0 % [−4.1 to −3.9] by the end of 2027; −1.00 bn USD a year). "
        "Transit fees move most in Armenia (+2.0 bn USD a year [+1.9 to +2.1] by the end of 2027). "
        "Armenia: GDP −4.0 % [−4.1 to −3.9] by the end of 2027; −1.00 bn USD a year; the price of "
        "the natural gas that it buys (“Armenia: gas”) is 600 instead of 200 USD/1000m3, 100 % of that change. "
        "Armenia: transit fees +2.0 bn USD a year [+1.9 to +2.1] by the end of 2027."
    )


@pytest.mark.parametrize(("fees", "told"), [(-0.011, True), (0.009, False)])
def test_fees_of_a_few_million_are_not_told(fees, told):
    table = pd.DataFrame([row("ARM", "gdp", -4.0), row("ARM", "transit_rent", fees)])
    assert ("ransit fees move most" in joined(world(), "deal", table)) is told


def test_the_side_of_a_market_says_whether_a_dearer_good_is_a_gain():
    dearer = world(price=(200.0, 180.0, 120.0), amount=(2.5, 40.0, 5.0))  # 30 USD on 40 bcm: 1.2 bn, 2 % of GDP
    said = joined(dearer, "deal", pd.DataFrame([row("TKM", "trade_gain", 2.0)]))
    assert "those who gain most are Turkmenistan (gain from trade +2.0 % of GDP" in said
    assert "the price of the natural gas that it sells (“Galkynysh and the right bank of the Amu Darya”) is 180" in said
    assert "price" not in joined(dearer, "deal", pd.DataFrame([row("TKM", "trade_gain", -2.0)]))


def test_an_amount_or_a_fee_is_named_where_it_is_worth_more():
    sold = world(price=(200.0, 150.0, 120.0), amount=(2.5, 20.0, 5.0))
    said = joined(sold, "deal", pd.DataFrame([row("TKM", "gdp", -5.0)]))
    assert "the amount of the natural gas that it sells" in said
    assert "is 20.0 instead of 40.0 bcm/y" in said
    fees = world(price=(200.0, 150.0, 120.0), amount=(2.5, 40.0, 5.0), fees=0.6)
    said = joined(fees, "deal", pd.DataFrame([row("ARM", "gdp", 2.0)]))
    assert said.endswith("; its transit fees are 0.600 instead of 0.100 bn USD a year, 100 % of that change.")


def test_what_is_worth_little_of_a_gain_does_not_carry_it():
    little = world(price=(160.0, 150.0, 120.0), amount=(2.55, 40.0, 5.0), fees=0.1)  # 0.05 bcm of 2,000: 0.1 bn USD
    assert "price" in joined(little, "deal", pd.DataFrame([row("ARM", "gdp", 1.5)]))
    assert "price" not in joined(little, "deal", pd.DataFrame([row("ARM", "gdp", 1.7)]))


def test_what_a_buyer_goes_without_counts_by_what_it_is_worth_to_it_not_by_its_price():
    """Nothing comes, at a price that nobody asks: 2.5 bcm of 2,000 USD are 5 bn, a fifth of the product."""
    gone = world(price=(200.0, 150.0, 120.0), amount=(0.0, 40.0, 5.0), fees=0.1)
    said = joined(gone, "deal", pd.DataFrame([row("ARM", "gdp", -20.0)]))
    assert "the amount of the natural gas that it buys (“Armenia: gas”) is 0.0 instead of 2.5 bcm/y, 100 % of" in said


def test_the_surplus_of_a_buyer_is_four_times_its_price_at_an_elasticity_of_a_quarter():
    known = worth.surplus(None)
    assert known["gas_snk_nakhchivan"] == pytest.approx(600.0)
    assert min(known.values()) > 0.0


def test_two_a_side_are_named_the_largest_first():
    many = [row("ARM", "gdp", 0.1), row("TKM", "gdp", 0.3), row("KAZ", "gdp", 0.2)]
    said = joined(world(), "deal", pd.DataFrame(many))
    assert said.index("Turkmenistan") < said.index("Kazakhstan")
    assert "Armenia" not in said


def test_a_country_over_which_the_runs_divide_is_told_with_their_share():
    said = joined(world(), "deal", pd.DataFrame([row("ARM", "gdp", -0.2), row("KAZ", "gdp", -9.0, 0.8)]))
    assert "by the end of 2027, so in 80 % of the runs; −25.2 bn USD a year) and Armenia" in said


def test_a_country_is_told_by_its_first_sure_account():
    table = pd.DataFrame([row("KAZ", "gdp", -3.0, 0.8), row("KAZ", "trade_gain", -4.0)])
    assert "Kazakhstan (gain from trade −4.0 % of GDP" in joined(world(), "deal", table)


def test_the_runs_in_which_it_comes_stand_first(monkeypatch):
    monkeypatch.setattr(fortunes, "condition", lambda *_: "in the 45 % of the runs in which “ban” comes, ")
    said = joined(world(), "deal", pd.DataFrame([row("KAZ", "gdp", -3.0)]))
    assert said.startswith(
        "In the 45 % of the runs in which “ban” comes, under “Deal” those who lose most are Kazakhstan"
    )


def test_few_runs_are_said_to_be_few():
    said = joined(world(), "deal", pd.DataFrame([row("KAZ", "gdp", -3.0) | {"runs": 8}]))
    assert said.partition(" Kazakhstan: ")[0].endswith(
        "; 8 runs are few: it takes 29 that agree to tell that nine of ten do, in a batch of about 145."
    )


def test_a_move_worth_more_than_the_change_is_no_share_of_it():
    said = joined(world(fees=0.102), "deal", pd.DataFrame([row("ARM", "gdp", -2.0)]))
    assert "is 600 instead of 200 USD/1000m3, alone worth more than that change." in said


def losing(*countries):
    """A table in which the GDP of some countries falls, that of each by less than that of the one before."""
    return pd.DataFrame([row(country, "gdp", -4.0 + place) for place, country in enumerate(countries)])


def test_a_country_that_the_question_names_is_told_beside_the_two_largest(monkeypatch):
    named = Question((), frozenset(), worded=frozenset({"ARM"}))
    assert "Armenia" not in joined(world(), "deal", losing("KAZ", "TKM", "ARM"))
    monkeypatch.setattr(fortunes, "question", lambda *_: named)
    assert joined(world(), "deal", losing("KAZ", "TKM", "ARM")).startswith(
        "Under “Deal” those who lose most are Kazakhstan "
        "(GDP −4.0 % [−4.1 to −3.9] by the end of 2027; −11.2 bn USD a year), "
        "Turkmenistan (GDP −3.0 % [−3.1 to −2.9] by the end of 2027; −1.80 bn USD a year) and Armenia (GDP −2.0 %"
    )


def test_the_country_that_moves_most_in_usd_is_told_however_little_that_is_of_its_gdp():
    said = joined(world(), "deal", losing("ARM", "TKM", "KAZ"))
    assert said.endswith("Kazakhstan: GDP −2.0 % [−2.1 to −1.9] by the end of 2027; −5.60 bn USD a year.")
    assert " and Kazakhstan (GDP −2.0 % [−2.1 to −1.9] by the end of 2027; −5.60 bn USD a year)." in said


def test_what_workers_no_longer_send_home_carries_what_trade_does_not_tell():
    """Of a loss of 4 % of GDP trade tells a quarter; remittances from Russia have halved, those from Turkiye not."""
    channels = {"country": ["ARM"], "pole": ["RUS", "TUR"], "channel": ["remittances"]}
    stored = {
        "gdp": {s: level([25.0], country=["ARM"]) for s in ("base", "deal")},
        "trade_gain": {"base": level([0.0], country=["ARM"]), "deal": level([-1.0], country=["ARM"])},
        "loss_channel": {
            "base": level([[[10.0], [2.0]]], **channels),
            "deal": level([[[5.0], [2.0]]], **channels),
        },
    }
    known = world()
    known.has = lambda *measures: set(measures) <= set(stored)
    known.values = lambda scenario, measure: stored[measure][scenario]
    said = joined(known, "deal", pd.DataFrame([row("ARM", "gdp", -4.0)]))
    assert "; workers in Russia send home 50 % less (only part of that is product), 75 % of " in said


def test_what_carried_gdp_a_quarter_before_is_named_where_it_is_over():
    """GDP follows trade by a quarter: the price is back when GDP is lowest."""
    known, stored = world(), {}
    for measure in ("gdp", "price", "market_volume"):
        late = {s: known.values(s, measure) for s in ("base", "deal")}
        early = {s: values.assign_coords(time=["2027Q3"]) for s, values in late.items()}
        over = {"base": late["base"], "deal": late["base"]}
        stored[measure] = {s: xr.concat([early[s], over[s]], "time") for s in ("base", "deal")}
    known.values = lambda scenario, measure: stored[measure][scenario]
    known.has = lambda *measures: set(measures) <= set(stored)
    table = pd.DataFrame([row("ARM", "gdp", -4.0)])
    assert "is 600 instead of 200" not in joined(known, "deal", table)
    known.parts["deal"].times = ["2027Q3", "2027Q4"]
    assert "is 600 instead of 200" in joined(known, "deal", table)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (-0.3, "; over by the end of 2033"),
        (-0.5, "; −0.500 % left by the end of 2033"),
        (0.8, "; +0.800 % left by the end of 2033"),
        (-3.2, "USD a year"),
    ],
)
def test_a_loss_that_ends_or_shrinks_says_so(left, said):
    assert fortunes._fate(world(), "deal", pd.Series(row("KAZ", "gdp", -4.0) | {"left": left})).endswith(said)


def test_the_countries_that_move_most_in_money_are_told_by_the_gdp_before():
    """Kazakhstan, 1 % of 280 bn USD, then Turkmenistan, 3 % of 60, and not Armenia, whose 4 % are of 25."""
    poorer = world()
    values = poorer.values
    poorer.values = lambda s, measure: values(s, measure) / (2 if (s, measure) == ("deal", "gdp") else 1)
    rows = pd.DataFrame([row("ARM", "gdp", -4.0), row("TKM", "gdp", -3.0), row("KAZ", "gdp", -1.0)])
    assert fortunes._richest(poorer, "deal", rows)["country"].tolist() == ["KAZ", "TKM"]
    assert fortunes._money(poorer, "deal", rows.iloc[0]) == pytest.approx(-1000.0)  # USD m


def test_who_moves_most_money_is_told_beside_who_moves_most_of_its_product():
    rows = pd.DataFrame([row(code, "gdp", size) for code, size in (("ARM", -4.0), ("TKM", -3.5), ("KAZ", -1.0))])
    rows = pd.concat([rows, rows.assign(country=["TKM", "TKM", "KAZ"], mean=-0.1)], ignore_index=True)
    assert fortunes._foremost(world(), "deal", rows)["country"].tolist() == ["ARM", "TKM", "KAZ"]
