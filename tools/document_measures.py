"""Write docs/measures.md: every measure with its dimensions, unit and meaning.

python tools/document_measures.py            write the page
python tools/document_measures.py --check    write nothing; exit 1 when the page is out of date
"""

import argparse
import sys
from pathlib import Path

from model.measures import MEASURES, Measure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measures.md"
HEAD = """# Measures

What a run records and a claim can name. Time and run are dimensions of each. Written from `model/measures.py` by
`python tools/document_measures.py`; `multivector show TOPIC` lists the labels of a dimension.

| measure | by | unit | what it is |
|---|---|---|---|
"""


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    if parser.parse_args().check:
        fresh = page() == PAGE.read_text(encoding="utf-8")
        print("up to date" if fresh else "out of date")
        return int(not fresh)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_row(measure) for measure in MEASURES.values())


def _row(measure: Measure) -> str:
    by = ", ".join(measure.dimensions)
    return f"| `{measure.name}` | {by} | {measure.unit} | {measure.description} |\n"


if __name__ == "__main__":
    sys.exit(main())
