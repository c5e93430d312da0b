"""The shipped tables: complete, sourced, documented, and blind to what was not yet known."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from model.quarters import parse_quarter
from scenarios.table_schemas import SCHEMAS
from scenarios.table_units import QUANTITY_UNIT, quantity_unit
from scenarios.tables import SHIPPED, load_tables, shipped_tables
from tests.worlds import EVERYTHING, agents

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("freight", "oil", "gas", "power", "fibre")


def raw(name):
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- loading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["2013Q1", "2018Q3", "2022Q1", "2025Q1", EVERYTHING])
def test_the_shipped_tables_load_without_a_problem_at_any_start(at):
    assert len(shipped_tables(at)["links"]) > 500


def test_no_row_later_than_its_run_is_seen(tables):
    for name in tables:
        frame = tables[name]
        if "known_from" in frame:
            late = [known for known in frame["known_from"] if known and parse_quarter(known) > parse_quarter("2025Q1")]
            assert late == [], name


def test_the_base_run_holds_no_volume_of_2025_or_later(tables):
    for name in ("observed_flows", "pair_flows", "market_years", "trade", "markets", "openness", "prices", "arms"):
        assert tables[name]["year"].max() <= 2024, name


def test_votes_and_arms_of_2024_are_held_out(late):
    indicators = late["alignment_indicators"]
    held = indicators[indicators["indicator"].isin(("contested_votes", "arms_share"))]
    assert held["year"].max() == 2023
    assert late["arms"]["year"].max() == 2023


def test_facts_wait_for_their_date():
    before, after = shipped_tables("2025Q2"), shipped_tables("2025Q3")
    assert "D006" not in set(before["links"]["id"])  # fibre of the Syunik route, named in August 2025
    assert "D006" in set(after["links"]["id"])
    assert shipped_tables("2024Q4")["observed_flows"]["year"].max() == 2023
    assert after["observed_flows"]["year"].max() == 2024


def test_a_pair_is_in_the_state_it_had_at_the_start():
    starts = ("2013Q1", "2020Q3", "2022Q1", "2025Q1")
    states = {at: shipped_tables(at)["dyads"].set_index("id")["state"] for at in starts}
    assert [states[at]["ARM-AZE"] for at in states] == ["closed", "hot", "closed", "closed"]
    assert [states[at]["TJK-UZB"] for at in states] == ["tense", "open", "open", "open"]
    assert [states[at]["RUS-UKR"] for at in states] == ["open", "hot", "hot", "hot"]
    assert states["2025Q1"]["KGZ-TJK"] == "closed"  # reopened on 13 March 2025, inside the first quarter


def test_rows_known_later_change_nothing(tmp_path, tables):
    """Every number of every dated table halved, in rows that become public in 2031."""
    for name, schema in SCHEMAS.items():
        rows = raw(name)
        if "known_from" in rows[0]:
            _write(tmp_path / f"{name}.csv", schema, [_spoilt(row, schema) for row in rows])
    spoilt = load_tables((SHIPPED, tmp_path), at="2025Q1")
    for name in tables:
        pd.testing.assert_frame_equal(spoilt[name], tables[name], obj=name)
    capacities = load_tables((SHIPPED, tmp_path), at="2031Q1")["capacities"].set_index(["link", "from_quarter"])
    assert capacities["nameplate"]["O001c", "2001Q4"] == 14.1  # half of 28.2


def _spoilt(row, schema):
    numbers = {column.name for column in (*schema.columns, *schema.extra) if column.kind == "number"}
    return {k: f"{float(v) / 2}" if k in numbers and v else v for k, v in row.items()} | {"known_from": "2031Q1"}


def _write(path, schema, rows):
    by_key = {tuple(row[column] for column in schema.key): row for row in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(by_key.values())


# --- sources ---------------------------------------------------------------------------------------


def test_every_row_of_every_table_names_its_source_and_standing(late):
    without = {"expert", "dyad_links", "observations", "corridors", "freight_constants", "poles"}
    for name in late:
        frame = late[name]
        if name not in without:
            assert frame["source"].str.strip().ne("").all(), name
            assert frame["confidence"].isin(("read", "recalled", "derived", "expert")).all(), name
    for name in ("expert", "dyad_links", "corridors", "freight_constants", "control"):
        assert late[name]["reason"].str.strip().ne("").all(), name


@pytest.mark.parametrize("quantity", ["length_km", "days", "tariff"])
def test_a_number_of_a_link_says_how_well_it_is_known(late, quantity):
    links = late["links"]
    stem = quantity.removesuffix("_km")
    known = links[quantity].notna()
    assert links.loc[known, f"{stem}_confidence"].ne("").all()
    assert links.loc[~known, f"{stem}_confidence"].eq("").all()


def test_every_expert_cell_of_every_agent_and_pole_is_there(tables):
    expert = tables["expert"]
    poles = dict.fromkeys(tables["poles"]["pole"])
    wanted = {(agent, pole) for agent in agents(tables, "full", "light") for pole in poles if agent != pole}
    for quantity in ("threat", "affinity", "credibility", "security_reliance", "strategic_value", "grievance", "will"):
        rows = expert[expert["quantity"] == quantity]
        assert wanted <= set(zip(rows["country"], rows["partner"], strict=True)), quantity
    assert ((expert["low"] <= expert["central"]) & (expert["central"] <= expert["high"])).all()


def test_rivalry_of_the_poles_is_complete_and_symmetric(tables):
    rows = tables["expert"][tables["expert"]["quantity"] == "rivalry"]
    cells = rows.set_index(["country", "partner"])["central"].to_dict()
    poles = dict.fromkeys(tables["poles"]["pole"])
    assert set(cells) == {(a, b) for a in poles for b in poles if a != b}
    assert all(cells[a, b] == cells[b, a] for a, b in cells)


@pytest.mark.parametrize("name", sorted(QUANTITY_UNIT))
def test_every_named_quantity_has_its_unit_prescribed(late, name):
    column, _ = QUANTITY_UNIT[name]
    assert [quantity for quantity in late[name][column].unique() if not quantity_unit(name, quantity)] == []


# --- documents -------------------------------------------------------------------------------------


def test_the_network_page_shows_the_tables_as_they_are():
    """On failure: python tools/document_network.py."""
    done = subprocess.run(
        (sys.executable, "tools/document_network.py", "--check"),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "up to date", done.stderr


def test_drawings_are_light():
    pictures = sorted((ROOT / "docs" / "images").glob("network-*.png"))
    assert {layer for layer in LAYERS if ROOT / "docs" / "images" / f"network-{layer}.png" in pictures} == set(LAYERS)
    assert [path.name for path in pictures if path.stat().st_size > 400_000] == []


def test_the_sources_page_knows_every_table(late):
    page = (SHIPPED / "SOURCES.md").read_text(encoding="utf-8")
    assert [name for name in late if f"`{name}" not in page and f"{name}.csv" not in page] == []
