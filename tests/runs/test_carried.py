"""A doubt is due about a link that is shut where nothing goes, or given room where there is enough."""

import numpy as np
import pytest

from model.quarters import PER_YEAR
from runs.base import base_state
from runs.carried import uncarried
from runs.variants import prepare
from runs.wanted import _most
from scenarios import examine, library_names

HEAD = "scenario: spare\ntitle: Spare\nquestion: What?\nextends: baseline\nevents:\n"


@pytest.fixture
def doubts(tmp_path):
    """What is said of a link that an event changes."""

    def found(link, change):
        path = tmp_path / "spare.yaml"
        path.write_text(f"{HEAD}- {{at: 2027Q1, link: {link}, {change}}}\n", encoding="utf-8")
        (variant,) = prepare([path])
        return [warning.message for warning in uncarried(examine(path), variant.world)]

    return found


@pytest.mark.parametrize(
    ("link", "change", "said"),
    [
        (
            "P_ALAT",
            "property: capacity, multiply: 2",
            ["is 30 % full in 2025Q1: more room moves little until it fills"],
        ),
        ("P_ALAT", "property: capacity, add: 40", ["is 30 % full in 2025Q1: more room moves little until it fills"]),
        ("P_ALAT", "property: capacity, multiply: 0.9", ["is 30 % full in 2025Q1: what is left is enough"]),
        ("P_ALAT", "property: capacity, multiply: 0.3", []),
        ("P_ALAT", "property: open, set: 0", []),
        ("P_ALAT", "property: open, set: 1", []),
        ("P_ALAT", "property: cost, multiply: 2", []),
        ("P_ANAKLIA", "property: open, set: 0", []),
        ("P_ALAT", "property: open, multiply: 2", []),
        ("P_ALAT", "property: open, add: 0.5", []),
        ("P_ALAT", "property: open, add: -0.1", ["is 30 % full in 2025Q1: what is left is enough"]),
        ("P_ALAT", "property: capacity, add: -900", []),
        ("F007b", "property: capacity, multiply: 2", []),
    ],
)
def test_room_is_held_against_what_goes_through(doubts, link, change, said):
    assert doubts(link, change) == said


@pytest.mark.parametrize(
    ("link", "change", "how"),
    [
        ("B_DILUCU", "property: open, set: 0", "shut"),
        ("B_DILUCU", "property: capacity, add: -900", "shut"),
        ("B_DILUCU", "property: open, set: 0.5", "narrow"),
    ],
)
def test_a_link_that_carries_nothing_has_nothing_to_lose(doubts, link, change, how):
    assert doubts(link, change) == [
        f"carries next to nothing in 2025Q1: to {how} it moves only what would come this way later"
    ]


def test_nothing_is_said_of_a_link_that_several_events_change(doubts):
    other = "property: open, set: 0}\n- {at: 2026Q1, link: B_DILUCU, property: capacity, set: 5"
    assert doubts("B_DILUCU", other) == []


def test_contracts_that_one_event_changes_are_changed_together(tmp_path):
    """Ended alone each leaves what the other allows, 3.9 and 7.65 of 9.9."""
    path = tmp_path / "deal.yaml"
    path.write_text(
        f"{HEAD}- {{at: 2026Q1, contract: [shah_deniz2_botas, shah_deniz1_botas_2030], set: 0}}\n", encoding="utf-8"
    )
    (variant,) = prepare([path])
    said = [warning.message.split(",")[0] for warning in uncarried(examine(path), variant.world)]
    assert said == ["leaves 1.7 of the 9.95 traded"] * 2


@pytest.mark.parametrize(
    ("contract", "change", "said"),
    [
        (
            "gazprom_uzb_2026",
            "set: 0",
            "leaves 2.85 of the 5.65 traded, under other contracts or none: `trade` bars that",
        ),
        ("tkm_chn_cnpc", "multiply: 1.2", "34.8 are traded of the 40 that may be: a larger contract moves little"),
        ("tkm_chn_cnpc", "set: 38", "leaves 38 that may be traded, and 34.8 are: it moves little"),
        ("tkm_chn_cnpc", "set: 20", ""),
        ("tkm_chn_cnpc", "set: 0", ""),
        ("tkm_chn_cnpc", "add: 8", "34.8 are traded of the 40 that may be: a larger contract moves little"),
        ("tkm_chn_cnpc", "add: -2", "leaves 38 that may be traded, and 34.8 are: it moves little"),
        (
            "gazprom_uzb_2026",
            "add: -50",
            "leaves 2.85 of the 5.65 traded, under other contracts or none: `trade` bars that",
        ),
    ],
)
def test_a_contract_is_held_against_what_is_traded(tmp_path, contract, change, said):
    path = tmp_path / "deal.yaml"
    path.write_text(f"{HEAD}- {{at: 2028Q1, contract: {contract}, {change}}}\n", encoding="utf-8")
    (variant,) = prepare([path])
    found = [warning.message for warning in uncarried(examine(path), variant.world)]
    assert found == ([f"{said} (2025Q1, unit of the table a year)"] if said else [])


def test_no_scenario_of_the_library_moves_room_without_effect():
    """Uzbek green power is told: the plan is for more than the line along the Kazakh shore carries."""
    told = {}
    for name in library_names():
        (variant,) = prepare([name])
        if found := [warning.seen for warning in uncarried(examine(name), variant.world)]:
            told[name] = found
    assert told == {"green-power-cables": ["power_green_uzb"]}


def test_a_part_of_a_contract_is_told_as_a_part_of_the_trade(tmp_path):
    path = tmp_path / "deal.yaml"
    path.write_text(f"{HEAD}- {{at: 2028Q1, contract: tkm_chn_cnpc, multiply: 0.667}}\n", encoding="utf-8")
    (variant,) = prepare([path])
    found = [warning.message for warning in uncarried(examine(path), variant.world)]
    said = "leaves 26.7 of the 34.8 traded, a cut by 23 %: 40 may be (2025Q1, unit of the table a year)"
    assert found == [said]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", ["has room for 15 then, and the widest way over it only for 12.5, at G024"]),
        (
            "- {at: 2027Q1, link: G024, property: capacity, set: 15}\n",
            ["has room for 15 then, and the widest way over it only for 14, at G009a, G009b"],
        ),
        ("- {at: 2027Q1, link: [G024, G009a, G009b], property: capacity, set: 15}\n", []),
    ],
)
def test_a_pipeline_wider_than_the_rest_of_its_way_is_doubted(tmp_path, more, said):
    path = tmp_path / "wide.yaml"
    path.write_text(f"{HEAD}- {{at: 2028Q1, link: G008, property: capacity, set: 15}}\n{more}", encoding="utf-8")
    (variant,) = prepare([path])
    assert [warning.message for warning in uncarried(examine(path), variant.world)] == said


def test_room_is_not_weighed_where_another_event_may_fill_it(tmp_path):
    event = "- {at: 2028Q1, link: G009a, property: capacity, set: 20}\n"
    for more, count in (("", 1), ("- {at: 2028Q1, market: gas_src_irn, property: volume, multiply: 1.5}\n", 0)):
        path = tmp_path / "fed.yaml"
        path.write_text(f"{HEAD}{event}{more}", encoding="utf-8")
        (variant,) = prepare([path])
        found = [warning.message for warning in uncarried(examine(path), variant.world)]
        assert len([message for message in found if "more room moves little" in message]) == count


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "set: 10134",
            ["wants 10134 a year, and beside what goes there in 2025Q1 its ways carry 8744: narrowest are "],
        ),
        ("set: 8000", []),
        ("multiply: 0.5", []),
    ],
)
def test_a_market_that_wants_more_than_its_ways_carry_is_told(tmp_path, change, said):
    """Half of it by Almaty-Bishkek, 4,380 GWh a year, the rest by what Uzbek lines have left."""
    path = tmp_path / "dry.yaml"
    event = f"- {{at: 2028Q1, market: power_kgz_import, property: volume, {change}}}"
    path.write_text(f"{HEAD}{event}\n", encoding="utf-8")
    (variant,) = prepare([path])
    found = [warning.message for warning in uncarried(examine(path), variant.world)]
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


def test_the_most_that_ways_carry_is_bound_by_what_they_share(baseline_world):
    """Every segment at its room or free, by the program of flows: no other market's load is given up."""
    state, _ = base_state(baseline_world)
    room = PER_YEAR * baseline_world.links.capacity[0]
    market = baseline_world.axes["market"].labels.index("power_kgz_import")
    most, narrow = _most(market, state, baseline_world, room)
    labels = [baseline_world.axes["link"].labels[link] for link in narrow]
    carried = PER_YEAR * baseline_world.freight.volume[market]
    assert "NE_ALM_BIS" in labels
    assert carried < most < np.inf
