"""Write docs/claims.md from a batch of `multivector run --claims`: every verdict, and why some do not hold.

python tools/document_claims.py results/BATCH

Explanations stand in docs/claims_explained.csv by scenario and claim; a claim that does not hold and has none is named.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

from analysis.judgement import PAGE, TABLE, markdown

DOCS = Path(__file__).resolve().parents[1] / "docs"
HOLDS = "holds"
WHY = "`why` says why a claim does not hold, as far as it was looked into; where it is empty nobody has looked yet."


def main() -> int:
    """Read the arguments and write the page; 1 when an explanation is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("batch", type=Path, help="folder of the batch")
    folder = parser.parse_args().batch
    table = pd.read_csv(folder / TABLE, keep_default_na=False)
    known = pd.read_csv(DOCS / "claims_explained.csv", keep_default_na=False).set_index(["scenario", "claim"])["why"]
    keys = list(zip(table["scenario"], table["claim"], strict=True))
    why = [known.get(key, "") for key in keys]
    head = (folder / PAGE).read_text(encoding="utf-8").partition("| scenario")[0]
    (DOCS / PAGE).write_text(f"{head}{WHY}\n\n{markdown(table.assign(why=why))}", encoding="utf-8")
    missing = [
        key for key, text, verdict in zip(keys, why, table["verdict"], strict=True) if verdict != HOLDS and not text
    ]
    for scenario, claim in missing:
        print(f"no explanation of {claim} in {scenario}")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
