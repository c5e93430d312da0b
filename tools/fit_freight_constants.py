"""Fit the freight constants against published corridor totals on the base opening.

    python tools/fit_freight_constants.py            fit, and write scenarios/data/freight_constants.csv
    python tools/fit_freight_constants.py --check    fit and compare; exit 1 when a constant moved by more than 5 USD/t

A constant stands for what imputed costs and times leave out on a corridor: transfers, waiting, tariffs, sanctions.
"""

import argparse
from pathlib import Path

import pandas as pd

from runs.constants import fit
from runs.flows import load_case

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "scenarios" / "data" / "freight_constants.csv"
TOLERANCE = 5.0  # USD/t


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a constant moved")
    options = parser.parse_args()
    found = fit(load_case(), report)
    shipped = pd.read_csv(TABLE)
    moved = (found["constant"] - shipped["constant"]).abs()
    if options.check:
        print("moved by more than 5 USD/t" if (moved > TOLERANCE).any() else "agrees")
        return int((moved > TOLERANCE).any())
    shipped.assign(constant=found["constant"].round(1)).to_csv(TABLE, index=False, lineterminator="\n")
    return 0


def report(round_: int, rows: pd.DataFrame) -> None:
    """Print one round of the fit."""
    cells = [
        f"{r.corridor} {r.cargo} {r.constant:.1f} ({r.modelled:.3f} of {r.observed:.3f})" for r in rows.itertuples()
    ]
    print(f"{round_:3d}  " + ", ".join(cells))


if __name__ == "__main__":
    raise SystemExit(main())
