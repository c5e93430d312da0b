"""Write docs/measures.md: every measure with its dimensions, unit and meaning.

python tools/document_measures.py
"""

from pathlib import Path

from model.measures import MEASURES, Measure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measures.md"
HEAD = """# Measures

What a run records and a claim can name. Time and run are dimensions of each. Written from `model/measures.py` by
`python tools/document_measures.py`; `multivector show TOPIC` lists the labels of a dimension.

| measure | by | unit | what it is |
|---|---|---|---|
"""


def page() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_row(measure) for measure in MEASURES.values())


def _row(measure: Measure) -> str:
    by = ", ".join(measure.dimensions)
    return f"| `{measure.name}` | {by} | {measure.unit} | {measure.description} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
