"""The front door as a whole: quick help, plain tables, public names."""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from multivector import tables

ROOT = Path(__file__).resolve().parents[2]


def test_help_is_quick_and_no_heavy_package_is_loaded():
    code = (
        "import sys; from multivector.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('numpy', 'pandas', 'pydantic', 'pyarrow', 'xarray') if n in sys.modules], file=sys.stderr)"
    )
    started = time.perf_counter()
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stderr == "[]\n"
    assert time.perf_counter() - started < 5  # a shared machine may be slow; the bar of half a second is measured alone


def test_tables_are_plain_where_nobody_reads(capsys):
    table = pd.DataFrame({"name": ["a", "long name"], "value": [1.23456789, float("nan")]})
    tables.write(table)
    assert capsys.readouterr().out == "name       value\na          1.235\nlong name\n"
    tables.write(table, csv=True)
    assert capsys.readouterr().out == "name,value\na,1.23456789\nlong name,\n"


def test_the_public_names_resolve_or_say_what_there_is():
    import multivector as mv

    assert mv.Batch.__name__ == "Batch"
    assert {"run", "load", "open_batch"} <= set(dir(mv))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'; it has Batch"):
        _ = mv.nothing
