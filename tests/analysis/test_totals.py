"""What an effect by the year adds up to while the events of a scenario last."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from analysis import fortunes
from analysis.totals import lasting, over, over_events
from scenarios import Scenario

TIMES = ["2026Q4", "2027Q1", "2027Q2", "2027Q3", "2027Q4", "2028Q1"]
SHUT = {"id": "shut", "at": "2027Q1", "for": "3 quarters", "gdp": "UZB", "multiply": 0.9}
"""In force in the second, third and fourth record."""
RATES = [1.0, 4.0, 4.0, 8.0, 12.0, 100.0]


def change(rates=RATES, times=TIMES):
    """Two runs that differ by 0.004 a year throughout."""
    cells = np.array(rates) + np.array([[0.002], [-0.002]])
    return xr.DataArray(cells, {"run": [0, 1], "time": times}, ("run", "time"))


def selection(*events):
    plain = Scenario(scenario="baseline", title="Base", question="?")
    deal = Scenario(scenario="deal", title="Deal", question="?", extends="baseline", events=events)
    return SimpleNamespace(
        resolved={"baseline": plain, "deal": deal},
        parts={"deal": SimpleNamespace(seed=2)},
        base=lambda _: "baseline",
        paired=lambda _: True,
        has=lambda _: True,
        effect=lambda *_: change(),
    )


def test_a_rate_a_year_adds_up_by_quarters_while_the_event_lasts():
    said, _, more = over_events(selection(SHUT), "deal", change(), "Mt a year").partition(", and ")
    assert more == "+28.0 Mt (within 0.1) more after that, until 2028Q1"  # (12 + 100) / 4
    assert said == "+4.00 Mt (+3.98 to +4.02) in all over 3 quarters"  # (4 + 4 + 8) / 4; 12.7 times 0.0015 either way


def test_sums_over_several_events_name_them():
    other = SHUT | {"id": "ban", "at": "2027Q2", "gdp": "GEO"}
    assert lasting(selection(SHUT, other), "deal") == ", while “shut” or “ban” lasts"
    assert lasting(selection(SHUT), "deal") == ""


def test_what_follows_trade_by_a_quarter_is_summed_a_quarter_later():
    said = over_events(selection(SHUT), "deal", change(), "bn USD/y", later=1)
    assert said.startswith("+6.00 bn USD (")  # (4 + 8 + 12) / 4


@pytest.mark.parametrize(("measure", "said"), [("gdp", "+6.00 bn USD ("), ("transit_rent", "+4.00 bn USD (")])
def test_gdp_and_fees_are_told_in_all(measure, said):
    row = {"country": "KAZ", "measure": measure}
    assert fortunes._in_all(selection(SHUT), "deal", row).startswith(said)
    assert fortunes._in_all(selection(SHUT), "deal", row | {"measure": "trade_gain"}) == ""


def test_what_an_event_changes_itself_is_summed_while_the_event_lasts():
    row = {"country": "UZB", "measure": "gdp"}
    assert fortunes._in_all(selection(SHUT), "deal", row).startswith("+4.00 bn USD (")


@pytest.mark.parametrize(("length", "later", "cut"), [(5, 0, False), (6, 0, True), (4, 1, False), (5, 1, True)])
def test_a_sum_that_the_last_quarter_cuts_off_says_so(length, later, cut):
    said = over_events(selection(SHUT | {"for": f"{length} quarters"}), "deal", change(), "Mt a year", later=later)
    assert said.endswith(", cut off by the last quarter") == cut


def test_each_run_is_summed_over_its_own_quarters():
    records = np.array([[False, True, True, False, False, False], [False, True, True, True, False, False]])
    said = over(change(), records, "bcm/y")
    assert said.startswith("+3 bcm (")  # of 2 and 4
    assert said.endswith(" in all over 2 to 3 quarters")


@pytest.mark.parametrize(
    ("events", "unit"),
    [
        ([SHUT], "percentage points"),  # what is no rate does not add up
        ([SHUT, {"id": "good", "at": "2027Q1", "price": "oil", "multiply": 0.9}], "Mt/y"),  # for good
    ],
)
def test_nothing_adds_up_of_what_is_no_rate_or_has_no_end(events, unit):
    assert over_events(selection(*events), "deal", change(), unit) == ""


def test_nothing_adds_up_of_parameters(monkeypatch):
    one = selection(SHUT)
    ours = one.resolved["deal"].model_copy(update={"parameters": {"dependence.kappa": 0.5}})
    monkeypatch.setitem(one.resolved, "deal", ours)
    assert over_events(one, "deal", change(), "Mt a year") == ""


def test_nothing_adds_up_where_quarters_are_missing():
    annual = change([1.0, 4.0], ["2026Q4", "2027Q4"])
    assert over_events(selection(SHUT | {"for": "4 quarters"}), "deal", annual, "Mt/y") == ""
