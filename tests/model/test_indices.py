"""Indices and regional means against numbers worked out by hand, and against what a world records."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model.arrays import compressed
from model.events import Edit
from model.indices import autonomy, hedging, regional_mean
from model.now import Now
from model.recording import record
from tests.worlds import FEW, QUIET, lasting, opened, quarters, stirred

ALL = np.ones((1, 4))


def cell(*poles):
    """One country, one run."""
    return np.array(poles, dtype=float)[None, :, None]


def test_autonomy_is_what_the_largest_dependence_leaves():
    assert_allclose(autonomy(cell(0.2, 0.7, 0.1, 0.0), ALL), [[0.3]])


def test_a_pole_does_not_depend_on_itself():
    assert_allclose(autonomy(cell(0.2, 0.9), np.array([[1.0, 0.0]])), [[0.8]])
    assert_allclose(hedging(cell(0.2, 0.9, 0.2), np.array([[1.0, 0.0, 1.0]])), [[1.0]])


@pytest.mark.parametrize(
    ("poles", "value"),
    [
        ((0.3, 0.3, 0.3, 0.3), 1.0),
        ((0.3, 0.3, -0.2, -0.9), 0.5),  # log 2 over log 4
        ((0.6, 0.2, 0.0, 0.0), (0.75 * np.log(4 / 3) + 0.25 * np.log(4)) / np.log(4)),
        ((0.8, -0.1, -0.5, 0.0), 0.0),
        ((-0.8, -0.1, -0.5, -0.2), 0.0),
    ],
)
def test_hedging_is_the_entropy_of_positive_alignments_over_its_largest_value(poles, value):
    assert_allclose(hedging(cell(*poles), ALL), [[value]], atol=1e-15)


@given(st.permutations(range(4)), st.floats(0.01, 1.0))
def test_hedging_knows_neither_the_order_of_poles_nor_their_scale(order, scale):
    poles = np.array([0.5, 0.3, -0.2, 0.1])
    assert_allclose(hedging(cell(*scale * poles[order]), ALL), hedging(cell(*poles), ALL), rtol=1e-12)


def test_a_region_is_the_mean_of_its_countries_where_they_count():
    regions = compressed(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]))
    values = np.array([[1.0, 2.0], [3.0, 4.0], [9.0, 7.0]])[..., None]
    active = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert_allclose(regional_mean(regions, values, active)[..., 0], [[2.0, 3.0], [6.0, 4.0], [9.0, 0.0]])


# --- what a world records ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scene(baseline_world):
    """A stirred state of two runs, its quarter and everything recorded of it."""
    state, now = stirred(baseline_world)
    return state, now, record(state, now)


def test_regional_measures_are_means_of_what_is_recorded_of_the_countries(scene, tables):
    _, now, found = scene
    countries, poles = now.world.axes["country"], len(now.world.axes["pole"])
    for region, members in zip(tables["regions"]["id"], tables["regions"]["countries"], strict=True):
        rows = countries.positions(members)
        place = now.world.axes["region"].at(region)
        for name in ("alignment", "autonomy", "hedging"):
            assert_allclose(found[f"regional_{name}"][place], found[name][rows].mean(axis=0), rtol=1e-12)
        for name in ("dependence", "loss"):
            assert_allclose(found[f"regional_{name}"][place], found[name][rows, :poles].mean(axis=0), rtol=1e-12)


def test_volumes_sold_are_sums_over_routes_that_leave_the_country(scene):
    state, now, found = scene
    system, pairs, axes = now.world.exchange, now.world.exchange.pairs, now.world.axes
    expected = np.zeros_like(found["export_volume"])
    for source, sink, flow, leaves in zip(pairs.source, pairs.sink, state.exchange.flow, system.exported, strict=True):
        owner = system.source_owner[:, [source]].toarray()
        expected[:, :, pairs.source_commodity[source]] += (
            4.0 * leaves * flow * owner[:, :, None] * system.sold_to[None, :, [sink]]
        )
    assert_allclose(found["export_volume"], expected, atol=1e-12)
    turkmen = found["export_volume"][axes["country"].at("TKM"), axes["pole"].at("CHN"), axes["commodity"].at("gas")]
    assert (turkmen > 25.0).all()  # bcm a year; 33 observed in 2024


def test_shares_of_exports_are_volumes_over_all_that_is_exported(scene):
    _, _, found = scene
    share, volume = found["export_share"], found["export_volume"]
    total = volume.sum(axis=1) / np.where(share.sum(axis=1) > 0.0, share.sum(axis=1), 1.0)
    assert_allclose(share * total[:, None], volume, atol=1e-9)


def test_shares_and_volumes_of_suppliers_are_sums_over_routes_to_the_country(scene, tables):
    state, now, found = scene
    system, axes = now.world.exchange, now.world.axes
    pairs, owners = system.pairs, dict(zip(tables["markets"]["id"], tables["markets"]["owner"], strict=True))
    names = axes["market"].labels[len(now.world.freight.volume) :]
    taken = np.zeros_like(found["supply_share"])
    for source, sink, flow in zip(pairs.source, pairs.sink, state.exchange.flow, strict=True):
        (seller,) = owners[names[source]]
        buyer = system.sink_owner[:, [sink]].toarray()
        taken[:, axes["supplier"].at(seller), pairs.source_commodity[source]] += buyer * flow
    total = taken.sum(axis=1, keepdims=True)
    assert_allclose(found["supply_share"], taken / np.where(total > 0.0, total, 1.0), rtol=1e-9, atol=1e-12)
    assert_allclose(found["supply_volume"], 4.0 * taken, rtol=1e-9, atol=1e-12)


def test_the_shares_of_turkish_gas_are_those_of_the_base_year(baseline_world):
    """By hand from the pair flows of 2024: 21 of 53.8 bcm from Russia, 9.9 from Azerbaijan, 7 from Iran."""
    setting, state, base = opened(baseline_world, 1, FEW)
    found = record(state, Now(setting, base, 0), ("supply_share",))["supply_share"]
    axes = baseline_world.axes
    shares = found[axes["country"].at("TUR"), :, axes["commodity"].at("gas"), 0]
    seen = {name: shares[axes["supplier"].at(name)] for name in ("RUS", "AZE", "IRN")}
    assert seen == pytest.approx({"RUS": 21.0 / 53.78, "AZE": 9.9 / 53.78, "IRN": 7.0 / 53.78}, abs=0.01)


def test_the_share_of_a_corridor_is_its_part_of_the_freight_of_a_country(scene):
    state, now, found = scene
    freight, axes = now.world.freight, now.world.axes
    cargo = freight.layer[freight.routes.market] == axes["layer"].at("freight")
    through = freight.corridors.toarray() > 0.0
    for place, country in enumerate(axes["country"]):
        mine = cargo & (freight.owner.toarray()[place, freight.routes.market] > 0.0)
        whole = state.freight.flow[mine].sum(axis=0)
        for other, corridor in enumerate(axes["corridor"]):
            part = state.freight.flow[mine & through[other]].sum(axis=0)
            assert_allclose(found["corridor_share"][place, other], part / whole, err_msg=f"{country} {corridor}")
    assert (found["corridor_share"].max(axis=(0, 1)) <= 1.0).all()


def test_memberships_and_pairs_are_recorded_as_they_stand(baseline_world):
    begin = baseline_world.start
    edits = (
        Edit("joins", "membership.state", ("GEO", "OTS"), "set", 0.5, (begin + 1, begin + 1)),
        Edit("hot", "dyad.state", ("ARM-AZE",), "set", 3.0, (begin + 1, begin + 1)),
    )
    world = lasting(baseline_world, 2, *edits)
    first, second = (
        record(state, now, ("membership", "dyad_state"))
        for _, state, now in quarters(*opened(world, parameters=FEW | QUIET))
    )
    country, institution = world.axes["country"].at("GEO"), world.axes["institution"].at("OTS")
    assert first["membership"][country, institution, 0] == 0.0
    assert second["membership"][country, institution, 0] == 0.5
    pair = world.axes["dyad"].at("ARM-AZE")
    assert (first["dyad_state"][pair, 0], second["dyad_state"][pair, 0]) == (1.0, 3.0)
    assert_array_equal(np.delete(second["dyad_state"], pair, axis=0), np.delete(first["dyad_state"], pair, axis=0))
