"""What an event gives an owner to sell earns it something; what it makes a buyer want is no gain."""

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.events import Edit
from model.markets import on_sale
from tests.worlds import lasting, opened, quarters

SOLD, WANTED = "bulk_uzb_titr", "power_kgz_import"


def third(world, *edits):
    """State and moment of the third quarter, events from the second on."""
    *_, (_, state, now) = quarters(*opened(lasting(world, 3, *edits), 1))
    return state, now


def volume(world, market, operation, value):
    return Edit("volume", "market.volume", (market,), operation, value, (world.start + 1,) * 2)


@pytest.mark.parametrize(("factor", "kept"), [(2.0, 2.0), (0.0, 0.0)])
def test_what_is_for_sale_counts_as_often_as_an_event_says_at_base_volumes(baseline_world, factor, kept):
    state, now = third(baseline_world, volume(baseline_world, SOLD, "multiply", factor))
    market, base = baseline_world.axes["market"].at(SOLD), now.base.freight.potential
    assert_allclose(on_sale(state, now)[market], kept * base[market], rtol=1e-9)
    others = [w for w in range(len(base)) if w != market]
    assert_array_equal(on_sale(state, now)[others], base[others])


def test_what_is_wanted_counts_as_in_the_base_quarter(baseline_world):
    state, now = third(baseline_world, volume(baseline_world, WANTED, "multiply", 3.0))
    assert_array_equal(on_sale(state, now), now.base.freight.potential)


def test_more_to_sell_is_a_gain_of_its_owner_and_more_wanted_none_of_the_buyer(baseline_world):
    country = baseline_world.axes["country"]
    plain, _ = third(baseline_world)
    gains = {}
    for market, owner in ((SOLD, "UZB"), (WANTED, "KGZ")):
        state, _ = third(baseline_world, volume(baseline_world, market, "multiply", 2.0))
        gains[owner] = (state.gain - plain.gain)[country.at(owner), 0]
    assert gains["UZB"] > 1.0
    assert gains["KGZ"] < 0.0  # dearer ways for what it took before


def test_a_market_that_was_empty_is_worth_what_an_event_puts_there(baseline_world):
    state, now = third(baseline_world, volume(baseline_world, "power_green_eu", "set", 1095.0))
    market = baseline_world.axes["market"].at("power_green_eu")
    assert on_sale(state, now)[market, 0] == pytest.approx(1095.0)
