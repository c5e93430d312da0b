"""Units: what tables and scenarios state for a year means the same in both."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.axes import CHANNELS
from scenarios import Scenario
from scenarios.compile import compile_scenario
from tests.worlds import FEW, QUIET, opened, quarters

OFFER = 0.013
OPERATED = "G001a"  # a gas line


@pytest.fixture(scope="module")
def second_quarter(tables, network):
    """State of 2025Q2 under some events of that quarter, and tables that may differ."""

    def advanced(*events, tables=tables):
        texts = {"scenario": "x", "title": "X", "question": "What?", "until": "2025Q2"}
        scenario = Scenario.model_validate({**texts, "events": [{"at": "2025Q2", **event} for event in events]})
        world = compile_scenario(scenario, tables, network)
        *_, (_, state, _) = quarters(*opened(world, parameters=FEW | QUIET))
        return state

    return advanced


def offering(tables, country, pole, share):
    """Tables in which a pole offers a country a share of its GDP a year."""
    expert = tables["expert"]
    here = (expert["country"] == country) & (expert["partner"] == pole) & (expert["quantity"] == "offer")
    expert.loc[here, "central"] = share
    return replace(tables, frames=MappingProxyType({**tables.frames, "expert": expert}))


def test_an_offer_of_an_event_is_the_offer_of_the_table(second_quarter, tables):
    event = {"offer": {"country": "KAZ", "pole": "CHN"}, "set": OFFER}
    by_table = second_quarter(tables=offering(tables, "KAZ", "CHN", OFFER)).offers
    assert_array_equal(second_quarter(event).offers, by_table)
    assert (by_table != second_quarter().offers).sum() == 1


def test_an_offer_added_and_one_multiplied_agree(second_quarter, tables):
    offer, known = {"offer": {"country": "KAZ", "pole": "CHN"}}, offering(tables, "KAZ", "CHN", OFFER)
    added, doubled = (second_quarter({**offer, **change}, tables=known) for change in ({"add": OFFER}, {"multiply": 2}))
    assert_array_equal(added.offers, doubled.offers)


@pytest.mark.parametrize("key", ["remittances", "debt", "security"])
def test_what_a_country_gets_from_a_pole_is_halved_there_and_nowhere_else(second_quarter, key):
    before = getattr(second_quarter(), key)
    after = getattr(second_quarter({key: {"country": "TJK", "pole": "RUS"}, "multiply": 0.5}), key)
    halved = np.argwhere(before != after)
    assert_array_equal(after[tuple(halved.T)], before[tuple(halved.T)] / 2)
    assert len({(country, pole) for country, pole, _ in halved}) == 1


def test_of_what_is_not_sent_home_a_fifth_was_product(second_quarter):
    """Tajikistan 2009: remittances fell by 14 points of GDP and growth by 4; the share is decision 60."""
    before = second_quarter()
    after = second_quarter({"remittances": {"country": "TJK", "pole": "RUS"}, "add": -0.1})
    country = np.flatnonzero((before.gdp != after.gdp).any(axis=1))
    assert len(country) == 1
    assert_allclose(after.gdp[country] - before.gdp[country], -0.2 * 0.1 * before.output[country], rtol=1e-9)


def test_what_is_sent_home_is_dependence_on_the_pole_that_lets_it(second_quarter, network):
    before, after = (
        second_quarter(*events).loss_channel[:, :, CHANNELS.index("remittances")]
        for events in ((), ({"remittances": {"country": "TJK", "pole": "RUS"}, "set": 0.1},))
    )
    cell = network.axes["country"].at("TJK"), network.axes["pole"].at("RUS")
    assert_allclose(after[cell], 0.1 * (1.0 - 0.25))
    changed = before != after
    assert changed.any(axis=-1).sum() == 1


def test_a_link_set_to_what_it_carries_a_year_stays_as_it_is(second_quarter, network):
    before, place = second_quarter(), network.axes["link"].at(OPERATED)
    year = 4.0 * float(before.capacity[place, 0])
    assert np.isfinite(year)
    assert year > 0.0
    after = second_quarter({"link": OPERATED, "property": "capacity", "set": year})
    assert_array_equal(after.capacity, before.capacity)
