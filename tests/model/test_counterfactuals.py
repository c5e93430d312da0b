"""What one change does on the shipped world, and that every part of the model does something."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model import calibration, regimes
from model.events import Edit
from model.parameters import PARAMETERS, SOLVER
from model.recording import record
from model.step import SEQUENCE
from tests.worlds import FEW, QUIET, lasting, opened, quarters

OPEN, OPERATING = 0.0, 3.0
SOON = 4


def becomes(world, target, name, state, after=SOON):
    """One certain change of a state some quarters after the start."""
    begin = world.start + after
    return Edit(f"{target} {name}", target, (name,), "set", state, (begin, begin))


def shut(world, link, after=SOON, lasts=4):
    """A link closed for some quarters."""
    begin = world.start + after
    return Edit("closure", "link.open", (link,), "set", 0.0, (begin, begin), lasts)


def recorded(world, *names, parameters=None, frozen=frozenset()):
    """Measures of one run of a world, each (quarters, ...)."""
    setting, state, base = opened(world, 1, FEW | (parameters or {}))
    rows = [record(after, now, names) for _, after, now in quarters(setting, state, base, frozen)]
    return {name: np.stack([row[name][..., 0] for row in rows]) for name in names}


# --- the pipeline from the Caspian to Novorossiysk is shut for a year

CPC = ("O001b", "O001c")
YEAR = slice(SOON, SOON + 4)
OIL = ("flow", "shadow_price", "market_volume", "gdp", "transit_rent")


@pytest.fixture(scope="module")
def calm(baseline_world):
    return recorded(lasting(baseline_world, 12), *OIL, parameters=QUIET)


@pytest.fixture(scope="module")
def shut_cpc(baseline_world):
    edits = [shut(baseline_world, link) for link in CPC]
    return recorded(lasting(baseline_world, 12, *edits), *OIL, parameters=QUIET)


def flow(run, world, link):
    return run["flow"][:, world.axes["link"].at(link)]


def test_a_shut_pipeline_is_empty_while_it_is_shut_and_only_then(shut_cpc, calm, baseline_world):
    for link in CPC:
        assert_array_equal(flow(shut_cpc, baseline_world, link)[YEAR], 0.0)
        assert_allclose(flow(shut_cpc, baseline_world, link)[:SOON], flow(calm, baseline_world, link)[:SOON], rtol=1e-9)
        assert flow(shut_cpc, baseline_world, link)[SOON + 4 :].min() > 20.0


def test_a_place_on_full_tankers_to_baku_grows_dear_and_kazakh_oil_spills_to_samara_and_china(
    shut_cpc, calm, baseline_world
):
    """The tankers carry their contract in calm years too, so that their price tells the rush and not their load."""
    tankers, limit = "NO_AKTAU_SANGACHAL", 4.0 * baseline_world.links.capacity[0]
    full = limit[baseline_world.axes["link"].at(tankers)]
    assert_allclose(flow(shut_cpc, baseline_world, tankers)[YEAR], full, rtol=0.02)
    place = [run["shadow_price"][YEAR, baseline_world.axes["link"].at(tankers)] for run in (calm, shut_cpc)]
    assert (place[1] - place[0]).min() > 50.0  # USD/t
    for way, least in (("O005b", 5.0), ("O013", 1.0), ("O015", 1.0)):  # Samara; to China; to China
        more = flow(shut_cpc, baseline_world, way)[YEAR] - flow(calm, baseline_world, way)[YEAR]
        assert more.min() > least, way


def test_the_loss_falls_on_kazakhstan_and_the_rent_goes_to_azerbaijan(shut_cpc, calm, baseline_world):
    country = baseline_world.axes["country"]
    sources = [n for n, name in enumerate(baseline_world.axes["market"]) if name.startswith("oil_src_kaz")]
    sold = shut_cpc["market_volume"][YEAR, sources].sum(axis=1) / calm["market_volume"][YEAR, sources].sum(axis=1)
    assert sold.max() < 0.9
    change = shut_cpc["gdp"] / calm["gdp"] - 1.0
    hurt = change[SOON + 1 : SOON + 5, country.at("KAZ")]
    assert hurt.max() < -0.005
    assert np.abs(change[:SOON]).max() == 0.0
    rent = (shut_cpc["transit_rent"] - calm["transit_rent"])[YEAR, country.at("AZE")]
    assert rent.min() > 0.0


def test_a_closure_of_oil_leaves_gas_freight_and_power_alone_that_quarter(shut_cpc, calm, baseline_world):
    oil = np.zeros(len(baseline_world.axes["link"]))
    oil[oil_links(baseline_world)] = 1.0
    one, other = calm["flow"][SOON], shut_cpc["flow"][SOON]
    assert np.abs(other - one)[oil > 0.0].max() > 10.0
    assert_allclose(other[oil == 0.0], one[oil == 0.0], rtol=1e-5, atol=1e-6)


def oil_links(world):
    """Links that some oil route uses."""
    pairs = world.exchange.pairs
    mine = pairs.source_commodity[pairs.source] == world.axes["exchange"].at("oil")
    used = pairs.routes.carries @ mine.astype(float) > 0.0
    return np.flatnonzero(pairs.routes.segments.to_links(used[:, None].astype(float))[:, 0])


# --- gas across the Caspian


@pytest.fixture(scope="module")
def across(baseline_world):
    """Flow on each link in the last quarter with nothing, the leg alone, and the whole bundle."""
    flows = {}
    for project in (None, "trans_caspian_gas_leg_only", "trans_caspian_gas"):
        edits = [becomes(baseline_world, "project.stage", project, OPERATING)] if project else []
        run = recorded(lasting(baseline_world, 20, *edits), "flow", parameters=QUIET)
        flows[project] = {name: run["flow"][-1, i] for i, name in enumerate(baseline_world.axes["link"])}
    return flows


def test_the_caspian_leg_carries_nothing_before_it_is_built_and_something_after(across):
    assert across[None]["G005"] == 0.0
    assert across["trans_caspian_gas_leg_only"]["G005"] > 1.0


def test_the_whole_bundle_moves_more_gas_west_than_the_leg_alone(across):
    for border in ("G001b", "G002b"):  # Georgia to Türkiye, Türkiye to Europe
        assert across["trans_caspian_gas"][border] > across["trans_caspian_gas_leg_only"][border] + 1.0


# --- two full lines


def test_relief_of_a_full_line_never_lowers_what_it_carries(baseline_world):
    """Every oil or gas line that is full at base, given half as much again, one run each."""
    _, state, _ = opened(lasting(baseline_world, 4), 1, FEW | QUIET)
    routes = baseline_world.exchange.pairs.routes
    load = routes.segments.to_links(state.exchange.load)[:, 0]
    full = np.flatnonzero((load > 0.999 * state.capacity[:, 0]) & (load > 0.0))
    assert len(full) >= 2
    names = [baseline_world.axes["link"].labels[link] for link in full]
    begin = baseline_world.start
    for name, link in list(zip(names, full, strict=True))[:6]:
        edit = Edit("relief", "link.capacity", (name,), "multiply", 1.5, (begin, begin))
        world = lasting(baseline_world, 4, edit)
        run = recorded(world, "flow", parameters=QUIET)
        assert run["flow"][-1, link] >= 4.0 * load[link] - 1e-6, name


# --- an opened border


def test_an_opened_border_lets_cargo_and_trade_through(baseline_world):
    edits = [
        becomes(baseline_world, "dyad.state", "ARM-TUR", OPEN),
        becomes(baseline_world, "project.stage", "margara_igdir", OPERATING),
    ]
    names = ("flow", "dyad_openness", "market_volume")
    opened_border = recorded(lasting(baseline_world, 24, *edits), *names, parameters=QUIET)
    calm = recorded(lasting(baseline_world, 24), *names, parameters=QUIET)
    axes = baseline_world.axes
    assert_array_equal(calm["flow"][:, axes["link"].at("F091")], 0.0)
    assert opened_border["flow"][-1, axes["link"].at("F091")] > 0.01
    openness = opened_border["dyad_openness"][:, axes["dyad"].at("ARM-TUR")]
    assert_array_equal(openness[:SOON], 0.0)
    assert (np.diff(openness[SOON:]) > 0.0).all()
    bought = axes["market"].at("gen_arm_from_tur")
    assert opened_border["market_volume"][-1, bought] > 1.2 * calm["market_volume"][-1, bought]


@pytest.mark.parametrize(("pair", "how"), [("GEO-RUS", 1.0), ("AZE-IRN", 3.0)])
def test_tense_neighbours_who_are_reconciled_lose_no_trade(baseline_world, pair, how):
    """And those who quarrel lose none either, until they close the border or go to war; then it opens anew."""
    edits = [becomes(baseline_world, "dyad.state", pair, state, after=n) for n, state in ((1, 0.0), (3, 2.0))]
    names = ("dyad_openness", "market_volume")
    told, calm = (recorded(lasting(baseline_world, 8, *some), *names, parameters=QUIET) for some in (edits, ()))
    for name in names:
        assert_allclose(told[name], calm[name], rtol=1e-6, atol=1e-9)
    shut = [becomes(baseline_world, "dyad.state", pair, state, after=n) for n, state in ((1, how), (3, 2.0))]
    at = baseline_world.axes["dyad"].at(pair)
    openness = recorded(lasting(baseline_world, 8, *shut), "dyad_openness", parameters=QUIET)["dyad_openness"][:, at]
    assert openness[0] == 1.0
    assert_array_equal(openness[1:3], 0.0)
    assert 0.0 < openness[3] < openness[4] < openness[-1] < 0.6


# --- liveness of processes


def eventful(world, lasts=24):
    """A world in which every process has something to do."""
    begin = world.start + 1
    return lasting(
        world,
        lasts,
        shut(world, "O001c", after=2, lasts=8),
        becomes(world, "dyad.state", "ARM-TUR", OPEN, after=1),
        becomes(world, "project.stage", "margara_igdir", OPERATING, after=1),
        becomes(world, "project.stage", "trans_caspian_gas", OPERATING, after=3),
        Edit("successor", "leader.change", ("UZB",), "set", 1.0, (begin, begin), 1),
        Edit("pressure", "coercion.level", ("KAZ", "RUS"), "set", 1.0, (begin, begin), 8),
    )


# Process: the measure that misses it most, and by how much at least.
LIVES = {
    "events": ("flow", 10.0),
    "markets": ("gdp", 10.0),
    "contracts": ("flow", 1.0),
    "links": ("flow", 10.0),
    "clearing": ("flow", 10.0),
    "dependence": ("dependence", 0.02),
    "threat": ("threat", 0.1),
    "statecraft": ("coercion", 1.0),
    "leaders": ("alignment", 0.001),
    "alignment": ("alignment", 0.05),
    "transitions": ("dyad_openness", 0.5),
    "adaptation": ("import_exposure", 0.005),
}


@pytest.fixture(scope="module")
def lively(baseline_world):
    """An eventful world opened once, and its measures with every process at work."""
    block = opened(eventful(baseline_world), 1, FEW)
    return block, measured(block, frozenset())


def measured(block, frozen):
    names = tuple(dict.fromkeys(name for name, _ in LIVES.values()))
    return [record(after, now, names) for _, after, now in quarters(*block, frozen)]


def test_every_process_of_the_quarter_is_on_the_list():
    assert set(LIVES) == {process.name for process in SEQUENCE}


@pytest.mark.parametrize("process", LIVES)
def test_a_frozen_process_is_missed(lively, process):
    block, whole = lively
    measure, least = LIVES[process]
    without = measured(block, frozenset({process}))
    missed = max(np.abs(one[measure] - other[measure]).max() for one, other in zip(whole, without, strict=True))
    assert missed > least


# --- liveness of parameters

UNMOVED = {
    "alignment.curvature",  # the unit of utility: low, default and high are all 1
}

# These move odds, which one run need not show: tests/model/test_contracts.py, test_dyads.py and test_memberships.py.
ODDS = {"markets.contract_term", "markets.renewal_worth", "markets.renewal_alignment"}
ODDS |= {"dyads.war_memory", "memberships.lag", "memberships.pace"}
ODDS |= {name for name in PARAMETERS if name.startswith(("projects.", "statecraft."))}  # off unless asked for


@pytest.fixture(scope="module")
def varied(baseline_world):
    """Largest effect of each parameter at its farther end on any measure, over three years with the same luck."""
    rows = [row for name, row in PARAMETERS.items() if name not in SOLVER]
    ends = {row.name: max(row.low, row.high, key=lambda end: abs(end - row.default)) for row in rows}
    runs = ["all at their defaults", *ends]
    values = {row.name: np.where(np.array(runs) == row.name, ends[row.name], row.default) for row in rows} | FEW
    begin = baseline_world.start
    extra = (
        Edit("war", "aggression.level", ("UZB", "RUS"), "set", 1.0, (begin + 1, begin + 1), 4),
        Edit("front", "dyad.state", ("GEO-RUS",), "set", 3.0, (begin + 1, begin + 1), 4),
        Edit("incident", "grievance.incident", ("KAZ", "RUS"), "set", 0.5, (begin + 2, begin + 2), 1),
        Edit("settled", "grievance.accounted", ("AZE", "RUS"), "set", 0.7, (begin + 2, begin + 2), 1),
        Edit("words", "affinity.level", ("KGZ", "TUR"), "add", 0.3, (begin + 1, begin + 1)),
        Edit("exit", "membership.state", ("ARM", "CSTO"), "set", 0.0, (begin + 1, begin + 1)),
        Edit("gift", "offer.level", ("UZB", "CHN"), "set", 0.01, (begin + 1, begin + 1), 8),
        Edit("crisis", "promise.kept", ("ARM", "RUS"), "set", 0.0, (begin + 1, begin + 1), 1),
        Edit("drones", "demonstration.level", ("TUR",), "set", 1.0, (begin + 1, begin + 1), 1),
        Edit("labour", "remittances.level", ("TJK", "RUS"), "multiply", 0.5, (begin + 1, begin + 1)),
        Edit("bases", "security.level", ("TJK", "RUS"), "multiply", 0.5, (begin + 1, begin + 1)),
    )
    world = eventful(baseline_world, lasts=12)
    world = replace(world, edits=(*world.edits, *extra))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "FREIGHT_SWEEPS", 200)
        patch.setattr(regimes, "MOST_SETS", 1)  # withdrawals solved once: tests/model/test_regimes.py has the rest
        block = opened(world, np.zeros(len(runs), dtype=int), values)
        *_, (_, last, now) = quarters(*block)
    measures = record(last, now)
    moved = [np.nan_to_num(np.abs(v - v[..., :1])).reshape(-1, len(runs)).max(axis=0) for v in measures.values()]
    return dict(zip(runs[1:], np.max(moved, axis=0)[1:], strict=True))


def test_every_parameter_changes_some_measure(varied):
    idle = {name for name, effect in varied.items() if effect < 1e-6}
    assert idle - ODDS == UNMOVED


def solved(world, **sweeps):
    """What sweeps decide in a year of an eventful world; each setting is as coarse as it may be unless given."""
    coarse = {name: PARAMETERS[name].low for name in SOLVER}
    return recorded(eventful(world, lasts=4), "flow", "dependence", parameters=coarse | sweeps)


@pytest.fixture(scope="module")
def coarse(baseline_world):
    return solved(baseline_world)


@pytest.mark.parametrize("name", SOLVER)
def test_more_sweeps_change_something(baseline_world, coarse, name):
    fine = solved(baseline_world, **{name: 4.0 * PARAMETERS[name].low})
    assert max(np.abs(coarse[measure] - fine[measure]).max() for measure in coarse) > 1e-6
