"""Compiling: what a world holds depends on the tables' facts, not on their order, units or cutting."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.events import Edit
from model.measures import MEASURES
from model.simulation import simulate
from scenarios import load_scenario
from scenarios.compile import build_network, compile_scenario
from tests.worlds import FEW

QUARTERS = 8


def edited(tables, **frames):
    """Tables with some frames replaced."""
    return replace(tables, frames=MappingProxyType({**tables.frames, **frames}))


def compiled(tables):
    return compile_scenario(load_scenario("baseline"), tables, build_network(tables))


BY_EVENTS = {"projects.decisions": 0.0}  # long solves after an opening show the order of sums in the eighth digit


def eventful(world):
    """Two years in which a port opens, a project comes into use and a line is shut."""
    begin = world.start + 2
    edits = (
        Edit("railway", "project.stage", ("zangezur_rail",), "set", 3.0, (begin, begin)),
        Edit("peace", "dyad.state", ("ARM-AZE",), "set", 0.0, (begin, begin)),
        Edit("gas", "project.stage", ("trans_caspian_gas",), "set", 3.0, (begin, begin)),
        Edit("closure", "link.open", ("O001c",), "set", 0.0, (begin, begin), 2),
    )
    return replace(world, quarters=QUARTERS, edits=edits, parameters=FEW)


@pytest.fixture(scope="module")
def trajectory(baseline_world):
    return simulate(eventful(baseline_world), np.arange(2), 3, BY_EVENTS, every="quarterly")


def aligned(values, dimensions, one, other):
    """Values of a permuted world in the order of the first world's axes."""
    for place, name in enumerate(dimensions):
        values = values.take(other[name].positions(one[name].labels), axis=place + 1)
    return values


# --- order


def test_the_order_of_rows_permutes_results_and_nothing_else(tables, trajectory):
    """Countries, links, nodes, markets, projects and pairs of states in another order."""
    names = ("countries", "links", "nodes", "markets", "projects", "dyads", "institutions", "capacities", "pair_flows")
    shuffled = {name: tables[name].sample(frac=1.0, random_state=5).reset_index(drop=True) for name in names}
    world = compiled(edited(tables, **shuffled))
    assert world.axes["country"].labels != trajectory.axes["country"].labels
    other = simulate(eventful(world), np.arange(2), 3, BY_EVENTS, every="quarterly")
    for name, values in trajectory.measures.items():
        found = aligned(other.measures[name], MEASURES[name].dimensions, trajectory.axes, other.axes)
        assert_allclose(found, values, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(values)), err_msg=name)


# --- cutting


CUT = ("F020", "G001b", "O002", "F078")  # a railway, two pipelines, a planned railway


def cut(tables, link):
    """Tables in which a link is two of half the length, cost and time, one after the other."""
    links, nodes = tables["links"], tables["nodes"]
    row = links[links["id"] == link].iloc[0]
    parts = pd.DataFrame([row, row])
    parts["id"] = [f"{link}_one", f"{link}_two"]
    parts["to"], parts["from"] = [f"MID_{link}", row["to"]], [row["from"], f"MID_{link}"]
    parts[["length_km", "days", "tariff"]] = parts[["length_km", "days", "tariff"]].astype(float) / 2.0
    place = links.index[links["id"] == link][0]
    middle = nodes[nodes["id"] == row["from"]].assign(id=f"MID_{link}")
    frames = {
        "links": pd.concat([links.loc[: place - 1], parts, links.loc[place + 1 :]], ignore_index=True),
        "nodes": pd.concat([nodes, middle], ignore_index=True),
    }
    for name in ("capacities", "control", "project_links", "dyad_links", "openness"):
        frames[name] = doubled(tables[name], link)
    return edited(tables, **frames)


def doubled(table, link):
    """Every row of a link twice, once for each part; what a project adds in cost and days is halved."""
    mine = table["link"] == link
    halves = [table[mine].assign(link=f"{link}_{part}") for part in ("one", "two")]
    if "change" in table:
        additive = table["change"].isin(("adds_cost", "adds_days"))
        halves = [half.assign(value=half["value"].where(~additive[mine], half["value"] / 2.0)) for half in halves]
    return pd.concat([table[~mine], *halves], ignore_index=True)


def test_cutting_links_in_two_changes_no_result(tables, baseline_world, trajectory):
    pieces = tables
    for link in CUT:
        pieces = cut(pieces, link)
    world = compiled(pieces)
    assert len(world.axes["link"]) == len(baseline_world.axes["link"]) + len(CUT)
    other = simulate(eventful(world), np.arange(2), 3, BY_EVENTS, every="quarterly")
    kept = [n for n, name in enumerate(baseline_world.axes["link"]) if name not in CUT]
    same = world.axes["link"].positions(tuple(baseline_world.axes["link"].labels[n] for n in kept))
    for name, values in trajectory.measures.items():
        if name == "shadow_price":
            continue  # shown on the tightest link, of which there are now two
        found = other.measures[name]
        if name == "flow":
            for link in CUT:
                whole = values[:, baseline_world.axes["link"].at(link)]
                for part in ("one", "two"):
                    piece = found[:, world.axes["link"].at(f"{link}_{part}")]
                    assert_allclose(piece, whole, rtol=1e-6, atol=1e-6)
                assert whole.max() > 0.0, link
            expected, found = values[:, kept], found[:, same]
        else:
            expected = values
        assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs(expected)), err_msg=name)


# --- units

EUR = 0.92  # per USD


def in_euro(world):
    """The same world with all money in another currency."""
    links, freight, exchange, economy = world.links, world.freight, world.exchange, world.economy
    return replace(
        world,
        links=replace(links, cost=links.cost * EUR, adds_cost=links.adds_cost * EUR),
        freight=replace(
            freight,
            margin=freight.margin * EUR,
            unit_value=freight.unit_value * EUR,
            constant=freight.constant * EUR,
            fees=freight.fees * EUR,
        ),
        exchange=replace(
            exchange,
            source_price=exchange.source_price * EUR,
            sink_price=exchange.sink_price * EUR,
            source_margin=exchange.source_margin * EUR,
            fees=exchange.fees * EUR,
        ),
        economy=replace(economy, gdp=economy.gdp * EUR),
    )


def test_another_currency_rescales_money_and_moves_nothing_else(baseline_world, trajectory):
    other = simulate(in_euro(eventful(baseline_world)), np.arange(2), 3, BY_EVENTS, every="quarterly")
    money = {"shadow_price", "price", "transit_rent", "scarcity_rent", "gdp"}
    for name, values in trajectory.measures.items():
        expected = values * EUR if name in money else values
        found = other.measures[name]
        assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs(expected)), err_msg=name)


# --- what a world holds


def test_a_world_knows_the_countries_poles_and_quarters_of_its_scenario(baseline_world):
    axes = baseline_world.axes
    assert set(axes["pole"]) == {"RUS", "CHN", "TUR", "WEST"}
    assert {"ARM", "AZE", "GEO", "IRN", "KAZ", "KGZ", "TJK", "TKM", "TUR", "UZB"} <= set(axes["country"])
    assert axes["controller"].labels[: len(axes["pole"])] == axes["pole"].labels
    assert baseline_world.quarters == 64
    own = axes["country"].at("TUR"), axes["pole"].at("TUR")
    assert baseline_world.politics.active[own] == 0.0
    assert baseline_world.politics.active.sum() == baseline_world.politics.active.size - 1


def test_equal_tables_make_worlds_with_equal_digests(tables, network, baseline_world, library_world):
    again = compile_scenario(load_scenario("baseline"), tables, network)
    assert again.digest() == baseline_world.digest()
    assert library_world("peace-deal").digest() != baseline_world.digest()


def test_base_flows_of_oil_and_gas_sum_to_the_published_volumes(tables, baseline_world):
    """Rows of the last year by source, million tonnes and billion cubic metres a year."""
    flows = tables["pair_flows"]
    last = flows[flows["year"] == flows["year"].max()].groupby("source_market")["volume"].sum()
    exchange, first = baseline_world.exchange, np.flatnonzero(np.diff(baseline_world.exchange.pair, prepend=-1))
    sold = np.bincount(exchange.pairs.source[first], 4.0 * exchange.flow, len(exchange.source_price))
    names = baseline_world.axes["market"].labels[len(baseline_world.freight.volume) :]
    for name, published in last.items():
        assert sold[names.index(name)] == pytest.approx(published, rel=0.05, abs=0.3), name


def test_a_planned_link_has_no_capacity_and_every_other_some(network, baseline_world):
    planned = (network.links["status"] == "candidate").to_numpy()
    assert planned.any()
    assert_array_equal(baseline_world.links.capacity[:, planned], 0.0)
    in_use = (network.links["status"] == "operating").to_numpy()
    assert (baseline_world.links.capacity[0, in_use] > 0.0).mean() > 0.98
