"""Lists of coverage: every name stands in the tables, every switch is an event, and what is called live moves."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from model.measures import MEASURES
from scenarios import ScenarioError
from scenarios.rows import rows

ROOT = Path(__file__).parents[1]
AGAIN = "python tools/document_coverage.py --measure"
LENGTH = {"systems": ("S", 70), "institutions": ("I", 64)}


@pytest.fixture(scope="module")
def tool():
    """The tool that writes the page, as a module."""
    spec = importlib.util.spec_from_file_location("document_coverage", ROOT / "tools" / "document_coverage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def broken(tool, tmp_path, monkeypatch):
    """A function that changes cells of a row of a list and has the tool read that."""

    def write(name, row, **cells):
        tables = {each: tool.listed(each) for each in tool.LISTS}
        for cell, text in cells.items():
            tables[name].loc[tables[name]["id"] == row, cell] = text
        for each, table in tables.items():
            table.to_csv(tmp_path / tool.LISTS[each], index=False)
        monkeypatch.setattr(tool, "DOCS", tmp_path)
        return next(line for line in rows(tool.listed(name)) if line.id == row)

    return write


@pytest.mark.parametrize("name", LENGTH)
def test_a_list_has_every_number_once_with_a_switch_or_a_reason(tool, name):
    table = tool.listed(name)
    letter, last = LENGTH[name]
    assert table["id"].tolist() == [f"{letter}{number:03}" for number in range(1, last + 1)]
    for full in ("measure", "where", "stands_for"):
        assert (table.loc[table["change"] != "", full] != "").all()
    assert ((table["change"] == "") == (table["reason"] != "")).all()


@pytest.mark.parametrize("name", LENGTH)
def test_everything_that_stands_for_a_row_stands_in_the_tables(tool, name):
    assert tool.unknown(name) == []


def test_a_name_that_no_table_holds_is_told_with_its_row(tool, broken):
    broken("systems", "S001", stands_for="link O002; link O999; tunnel O002")
    assert tool.unknown("systems") == ["S001: link O999", "S001: tunnel O002"]


@pytest.mark.parametrize("name", LENGTH)
def test_every_switch_is_an_event_and_every_measure_has_its_labels(tool, network, name):
    for row in rows(tool.modelled(name)):
        tool.scenario(row.given, row.change)
        labels = tool.parsed(row.where)
        assert tuple(labels) == MEASURES[row.measure].dimensions, row.id
        assert all(label in network.axes[axis] for axis, label in labels.items()), row.id


def test_a_switch_of_what_is_unknown_is_refused(tool):
    with pytest.raises(ScenarioError, match="O999"):
        tool.scenario("", "[{link: O999, property: open, set: 0}]")


@pytest.mark.parametrize("name", LENGTH)
def test_no_row_looks_at_the_very_thing_that_it_switches(tool, name):
    for row in rows(tool.modelled(name)):
        things = {label for axis, label in tool.parsed(row.where).items() if axis in ("link", "market", "contract")}
        assert not any(thing in row.change for thing in things), row.id


def test_the_bar_is_met(tool):
    assert tool.missed() == []


def test_a_row_that_moves_nothing_and_too_few_that_move_are_told(tool, monkeypatch):
    dead = tool.stored()
    dead.loc["S001", "live"] = "no"
    monkeypatch.setattr(tool, "stored", lambda: dead)
    monkeypatch.setattr(tool, "LEAST_SYSTEMS", 70)
    assert tool.missed()[0] == "S001 moves nothing"
    assert tool.missed()[-1] == f"{len(tool.live('systems'))} systems are live, fewer than 70"


def test_an_institution_that_bears_on_dependence_or_alignment_needs_a_switch(tool, broken):
    broken("institutions", "I014", change="", reason="none")
    assert tool.missed() == ["I014 bears on alignment, dependence and has no switch"]


@pytest.mark.parametrize(
    ("effect", "live"),
    [
        (("loss", 10.0, 0.1, 0.9), True),
        (("loss", 10.0, -0.1, 1.0), True),
        (("loss", 10.0, 0.099, 1.0), False),
        (("loss", 10.0, 0.1, 0.89), False),
        (("loss", 0.0, 0.0, 1.0), False),
        (("market_volume", 0.0, 0.5, 1.0), True),
        (("alignment", 0.9, 0.002, 1.0), True),
        (("alignment", 0.01, -0.0019, 1.0), False),
    ],
)
def test_a_hundredth_of_what_was_there_or_points_of_an_index_make_a_row_live(tool, effect, live):
    assert tool.Effect(*effect).live is live


@pytest.mark.parametrize("name", ["S013", "S041", "S053"])
def test_what_is_called_live_moves_as_stored(tool, name):
    """On failure: `AGAIN`."""
    row = next(row for row in rows(tool.listed("systems")) if row.id == name)
    moved = tool.effect(row)
    assert moved.live
    assert moved.change == pytest.approx(float(tool.stored().loc[name, "change"]), rel=0.1), AGAIN


def test_a_switch_that_changes_nothing_is_not_live(tool, broken):
    moved = tool.effect(broken("systems", "S013", change="[{link: G002a, property: open, set: 1}]"))
    assert (moved.live, moved.change) == (False, 0.0)


def test_figures_and_page_are_those_of_the_lists(tool):
    """On failure: `AGAIN`."""
    stored = pd.read_csv(tool.LIVENESS, dtype=str)
    told = [(row.id, row.measure) for name in tool.LISTS for row in rows(tool.modelled(name))]
    assert list(stored[["id", "measure"]].itertuples(index=False, name=None)) == told, AGAIN
    assert tool.page() == tool.PAGE.read_text(encoding="utf-8"), "python tools/document_coverage.py"
