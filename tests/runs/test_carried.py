"""A doubt is due about a link that is shut where nothing goes, or given room where there is enough."""

import pytest

from runs.carried import uncarried
from runs.variants import prepare
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
        ("F007b", "property: capacity, multiply: 2", []),
    ],
)
def test_room_is_held_against_what_goes_through(doubts, link, change, said):
    assert doubts(link, change) == said


def test_a_link_that_carries_nothing_has_nothing_to_lose(doubts):
    said = doubts("B_DILUCU", "property: open, set: 0")
    assert said == ["carries nothing in 2025Q1: to shut it moves only what would come this way later"]


@pytest.mark.parametrize(
    ("contract", "change", "said"),
    [
        (
            "gazprom_uzb_2026",
            "set: 0",
            "leaves 2.8 of the 5.6 traded, under other contracts or none: `trade` bars that",
        ),
        ("tkm_chn_cnpc", "multiply: 1.2", "34.7 are traded of the 40 that may be: a larger contract moves little"),
        ("tkm_chn_cnpc", "set: 38", "leaves 38 that may be traded, and 34.7 are: it moves little"),
        ("tkm_chn_cnpc", "set: 20", ""),
        ("tkm_chn_cnpc", "set: 0", ""),
    ],
)
def test_a_contract_is_held_against_what_is_traded(tmp_path, contract, change, said):
    path = tmp_path / "deal.yaml"
    path.write_text(f"{HEAD}- {{at: 2028Q1, contract: {contract}, {change}}}\n", encoding="utf-8")
    (variant,) = prepare([path])
    found = [warning.message for warning in uncarried(examine(path), variant.world)]
    assert found == ([f"{said} (2025Q1, unit of the table a year)"] if said else [])


def test_no_scenario_of_the_library_moves_room_without_effect():
    for name in library_names():
        (variant,) = prepare([name])
        assert list(uncarried(examine(name), variant.world)) == []
