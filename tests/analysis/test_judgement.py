"""Verdicts on all claims of a batch, as a page and as CSV that outlive it."""

import pandas as pd
import pytest

from analysis.judgement import judged, markdown, write_judgement
from analysis.selection import select


def test_every_claim_of_every_scenario_is_judged(batch):
    selection = select(batch)
    table = judged(selection)
    claims = [(s, c.claim) for s in selection.scenarios for c in selection.resolved[s].expect]
    assert list(zip(table["scenario"], table["claim"], strict=True)) == claims
    assert set(table["verdict"]) <= {"holds", "fails", "negligible", "not met", "undecided", "not tested"}


def test_the_page_names_batch_runs_date_and_version_and_holds_all_rows(batch):
    selection = select(batch)
    table = write_judgement(selection)
    page = (batch.folder / "claims.md").read_text(encoding="utf-8")
    manifest = batch.manifest
    named = (f"Batch {batch.name}: {manifest['runs']} paired runs", str(manifest["finished"])[:10])
    assert all(word in page for word in (*named, manifest["versions"]["multivector"]))
    assert page.count("\n| ") == len(table) + 2
    stored = pd.read_csv(batch.folder / "claims.csv", keep_default_na=False)
    assert stored["verdict"].tolist() == table["verdict"].tolist()


@pytest.mark.parametrize("cell", ["a|b", "c"])
def test_a_cell_never_breaks_its_row(cell):
    assert markdown(pd.DataFrame({"x": [cell]})).count("|") == 6
