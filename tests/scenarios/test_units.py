"""Units: what tables and scenarios state for a year means the same in both."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from scenarios import Scenario
from scenarios.compile import compile_scenario
from tests.worlds import FEW, opened, quarters

OFFER = 0.013
OPERATED = "G001a"  # a gas line


@pytest.fixture(scope="module")
def second_quarter(tables, network):
    """State of 2025Q2 under some events of that quarter, and tables that may differ."""

    def advanced(*events, tables=tables):
        texts = {"scenario": "x", "title": "X", "question": "What?", "until": "2025Q2"}
        scenario = Scenario.model_validate({**texts, "events": [{"at": "2025Q2", **event} for event in events]})
        world = compile_scenario(scenario, tables, network)
        *_, (_, state, _) = quarters(*opened(world, parameters=FEW))
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


def test_a_link_set_to_what_it_carries_a_year_stays_as_it_is(second_quarter, network):
    before, place = second_quarter(), network.axes["link"].at(OPERATED)
    year = 4.0 * float(before.capacity[place, 0])
    assert np.isfinite(year)
    assert year > 0.0
    after = second_quarter({"link": OPERATED, "property": "capacity", "set": year})
    assert_array_equal(after.capacity, before.capacity)
