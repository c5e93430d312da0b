"""Judgement: the verdicts on all claims of a batch as tables that outlive it, without a page of charts."""

from pathlib import Path

import pandas as pd

from analysis.claims import findings_of
from analysis.selection import Selection
from analysis.verdicts import frame, tally

PAGE, TABLE = "claims.md", "claims.csv"
_HEAD = """# Claims and their verdicts

Batch {batch}: {runs} paired runs of each scenario to {until}, seed {seed}, finished {date}; Multivector {version}.
{tally}. docs/reports.md says what each verdict means.

"""


def judged(selection: Selection) -> pd.DataFrame:
    """Verdict on every claim of a batch, with the sentence of where it comes from as `note`."""
    found = findings_of(selection)
    table = frame(found).assign(note=[finding.claim.note or "" for finding in found])
    table.attrs["title"] = tally(found)
    return table


def write_judgement(selection: Selection) -> pd.DataFrame:
    """The same, written as CSV and as a page of Markdown beside the batch."""
    table, batch = judged(selection), selection.batch
    manifest = batch.manifest
    head = _HEAD.format(
        batch=batch.name,
        runs=manifest["runs"],
        until=selection.ends[1],
        seed=manifest["plan"]["seed"],
        date=str(manifest["finished"])[:10],
        version=manifest["versions"]["multivector"],
        tally=table.attrs["title"],
    )
    (Path(batch.folder) / TABLE).write_text(table.to_csv(index=False), encoding="utf-8")
    (Path(batch.folder) / PAGE).write_text(head + markdown(table), encoding="utf-8")
    return table


def markdown(table: pd.DataFrame) -> str:
    """A table as Markdown."""
    rows = [table.columns, ["---"] * len(table.columns), *table.astype(str).to_numpy()]
    return "".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |\n" for row in rows)
