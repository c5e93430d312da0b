"""Tables: every fault is located, and nothing known later enters a run."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from scenarios import ScenarioError, load_tables
from scenarios.problems import render
from scenarios.table_checks import ROW_CHECKS
from scenarios.table_files import table_of
from scenarios.table_schemas import SCHEMAS

SMALL = Path(__file__).parent / "tables"

BROKEN = sorted((SMALL / "broken").iterdir())

FERRY = "middle,operating,2000Q1,,300,read,1.5,read,12,recalled,USD/t,made up for tests,read,2000Q1,"
MARKET = ",gas,source,AAA,,gas,A2,,15,bcm/y,published,,120,60,0.95,14,16,2024,made up for tests,read,2025Q1,"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SMALL, tmp_path / "tables")
    return tmp_path / "tables"


def add(folder, file, row):
    path = folder / f"{file}.csv"
    path.write_text(path.read_text() + row + "\n")
    return len(path.read_text().splitlines())


def problems_of(folders):
    with pytest.raises(ScenarioError) as caught:
        load_tables(folders)
    return caught.value.problems


def frames(tables):
    return {name: tables[name] for name in tables}


def without_folder(text):
    return re.sub(r"\S*/broken/[^/]+/", "", text)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_a_broken_table_gives_its_exact_messages(path):
    text = without_folder(render(problems_of([SMALL, path])))
    assert text + "\n" == (path / "problems.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(ROW_CHECKS))
def test_a_broken_table_named_after_a_check_fires_only_that_check(name):
    assert {problem.check for problem in problems_of([SMALL, SMALL / "broken" / name])} == {name}


def test_all_problems_of_all_tables_come_at_once():
    every = set(problems_of([SMALL, *BROKEN]))
    assert all(set(problems_of([SMALL, path])) <= every for path in BROKEN)


def test_every_low_and_high_of_every_table_is_ordered():
    for name, schema in SCHEMAS.items():
        columns = [column.name for column in (*schema.columns, *schema.extra)]
        if {"low", "high"} <= set(columns):
            assert (schema.ordered[0], schema.ordered[-1]) == ("low", "high"), name


def test_columns_must_be_those_of_the_schema(folder):
    path = folder / "nodes.csv"
    path.write_text(path.read_text().replace("lat,", "latt,", 1))
    found = [problem.sentence() for problem in problems_of([folder]) if problem.path == "nodes"]
    assert found[0] == "nodes: columns are missing: lat"
    assert found[1].startswith("nodes: 'latt' is not a column; allowed: id, name,")
    assert found[1].endswith("Did you mean 'lat'?")


def test_a_file_that_is_no_table_is_named(folder):
    (folder / "linx.csv").write_text("id\n")
    assert "Did you mean 'links'?" in problems_of([folder])[0].sentence()


def test_a_missing_table_is_named(folder):
    (folder / "control.csv").unlink()
    assert [problem.sentence() for problem in problems_of([folder])] == ["control: there is no control.csv with rows"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'id,"', b"", b"id\x00,name\n", b'id,name\n"a'])
def test_a_file_that_is_no_table_text_is_a_problem_and_no_crash(folder, content):
    (folder / "prices.csv").write_bytes(content)
    assert any("prices" in problem.file for problem in problems_of([folder]))


def test_lines_are_counted_through_cells_with_line_breaks(folder):
    add(folder, "nodes", 'A8,"Two\nlines",AAA,port,40,50,made up for tests,recalled,1991Q1')
    line = add(folder, "nodes", "A3,Third,AAA,port,north,50,made up for tests,recalled,1991Q1")
    assert [problem.line for problem in problems_of([folder])] == [line]


def test_files_with_endings_make_one_table():
    tables = load_tables([SMALL])
    assert set(tables["links"]["id"]) == {"F1", "F2", "G1", "G2", "G3", "D1"}
    assert table_of("links_energy") == "links"
    assert table_of("linksx") is None


def test_cells_have_the_type_of_their_column():
    tables = load_tables([SMALL])
    links = tables["links"].set_index("id")
    assert links.loc["F2", "territories"] == ("BBB", "CCC")
    assert links.loc["G2", "territories"] == ()
    assert pd.isna(links.loc["F2", "days"])
    assert links.loc["F2", "opened"] == ""
    assert links["length_km"].dtype == "float64"
    assert tables["pair_flows"]["year"].dtype == "int64"
    assert list(tables["countries"]["turkic"]) == [True, True, False, False]


def test_an_absent_table_is_empty_with_its_columns():
    arms = load_tables([SMALL])["arms"]
    assert arms.empty
    assert list(arms.columns)[:3] == ["country", "partner", "quantity"]


def test_changing_a_table_changes_no_one_elses():
    tables = load_tables([SMALL])
    links = tables["links"]
    links.loc[0, "name"] = "other"
    assert tables["links"].loc[0, "name"] == "Gas line of A"


# a row of every dated table that becomes known only in 2030, with values that would be noticed
POISON = {
    "nodes": "Z1,Zport,AAA,port,40,50,made up for tests,recalled,2030Q1",
    "links_freight": "Z1,Zferry,freight,ferry,A1,Z1,both,," + FERRY.replace("read,2000Q1", "read,2030Q1"),
    "capacities": "F1,2024Q1,999,,Mt/y,made up for tests,read,2030Q1,",
    "control": "G3,AAA,0.9,0.9,0.9,later,made up for tests,expert,2030Q1",
    "projects": "later,Later,,,AAA,2029Q1,4,1,8,proposed,made up for tests,recalled,2030Q1,",
    "project_links": "later,Z1,adds_capacity,999,Mt/y,,made up for tests,recalled",
    "dyads": "AAA-BBB,AAA,BBB,open,2030Q1,made up for tests,read,,2030Q1",
    "dyad_links": "AAA-BBB,Z1,later",
    "markets": "gas_a,Gas" + MARKET.replace(",15,", ",999,").replace("14,16", ",").replace("2025Q1", "2030Q1"),
    "pair_flows": "gas,gas_a,gas_c,2029,999,bcm/y,,,made up for tests,read,2030Q1,",
    "memberships": "CLUB,AAA,frozen,1994Q1,,made up for tests,read,2030Q1",
    "observations": "later,Later,Z1,freight,,both,Mt/y,no,",
}


def test_rows_known_later_change_nothing(folder):
    before = load_tables([folder])
    for file, row in POISON.items():
        add(folder, file, row)
    after = load_tables([folder])
    for name in SCHEMAS:
        pd.testing.assert_frame_equal(before[name], after[name])
    assert sum(after.withheld.values()) > sum(before.withheld.values())


def test_rows_known_later_enter_when_their_time_has_come(folder):
    for file, row in POISON.items():
        add(folder, file, row)
    tables = load_tables([folder], at="2030Q1")
    assert "Z1" in set(tables["links"]["id"])
    assert list(tables["dyads"]["state"]) == ["open"]
    assert set(tables["project_links"]["link"]) == {"G2", "G3", "Z1"}


def test_what_names_a_withheld_row_is_withheld_with_it(folder):
    for file in ("nodes", "links_freight"):
        add(folder, file, POISON[file])
    add(folder, "capacities", "Z1,2024Q1,9,,Mt/y,made up for tests,read,2000Q1,")
    add(
        folder,
        "markets",
        "box_z,Boxes,freight,demand,AAA,CCC,boxes,A1;Z1,C1,,Mt/y,trade_value,2500,,,0.8,,,2024,made up,derived,2025Q1,",
    )
    tables = load_tables([folder])
    assert "Z1" not in set(tables["capacities"]["link"])
    assert dict(zip(tables["markets"]["id"], tables["markets"]["origins"], strict=True))["box_z"] == ("A1",)
    assert tables.withheld["capacities"] == 1


def test_a_known_project_may_not_name_a_link_known_later(folder):
    for file in ("nodes", "links_freight"):
        add(folder, file, POISON[file])
    add(folder, "project_links", "undersea_gas,Z1,adds_capacity,9,Mt/y,,made up for tests,recalled")
    expected = "project_links.link: 'Z1' is not known yet at this date, but what names it is"
    assert [problem.sentence() for problem in problems_of([folder])] == [expected]
    assert load_tables([folder], at="2030Q1")


def test_a_later_folder_replaces_rows_with_the_same_key(tmp_path):
    header, *_ = (SMALL / "capacities.csv").read_text().splitlines()
    (tmp_path / "capacities.csv").write_text(f"{header}\nF1,2000Q1,7,,Mt/y,own count,read,2001Q1,\n")
    tables = load_tables([SMALL, tmp_path])
    row = tables["capacities"].set_index(["link", "from_quarter"]).loc[("F1", "2000Q1")]
    assert (row["nameplate"], row["source"]) == (7, "own count")
    assert len(tables["capacities"]) == len(load_tables([SMALL])["capacities"])


def test_an_earlier_date_sees_less():
    early, late = load_tables([SMALL], at="2007Q1"), load_tables([SMALL], at="2025Q1")
    for name in ("links", "capacities", "markets", "projects"):
        assert len(early[name]) <= len(late[name])
    assert "G2" not in set(early["links"]["id"])
    assert early["projects"].empty
    assert early["project_links"].empty
