"""The tools' settings are seen to bite: a rule counts once it has failed."""

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Rule → a text that breaks it.
STYLE = {
    "ANN001": 'def f(x) -> None:\n    """Do."""\n    x()\n',
    "BLE001": "try:\n    import os\nexcept Exception:\n    os = None\n",
    "C901": "def f(x: int) -> None:\n" + "".join(f"    if x == {i}:\n        print(x)\n" for i in range(9)),
    "D103": "def f() -> None:\n    return None\n",
    "EM101": 'raise ValueError("no")\n',
    "ERA001": "# x = 1\n",
    "NPY002": "import numpy as np\n\nnp.random.rand(3)\n",
    "PLR0913": "def f(a: int, b: int, c: int, d: int, e: int, f: int) -> None: ...\n",
    "PLR2004": "def f(x: int) -> bool:\n    return x > 7\n",
    "T201": "print(1)\n",
    "TID252": "from . import axes\n",
}


@pytest.mark.parametrize("rule", STYLE)
def test_a_style_rule_bites(rule):
    ruff = (sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "-")
    done = subprocess.run(
        (*ruff, "--stdin-filename", "model/breach.py"),
        cwd=ROOT,
        input=STYLE[rule],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f" {rule} " in done.stdout


def test_the_type_check_bites(tmp_path):
    (tmp_path / "breach.py").write_text("def f(x): return x\n\ny: int = 'word'\n", encoding="utf-8")
    mypy = (sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path))
    done = subprocess.run((*mypy, "breach.py"), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "[no-untyped-def]" in done.stdout
    assert "[assignment]" in done.stdout


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning, match="something"):
        warnings.warn("something", stacklevel=1)


def test_lint_asks_every_script_that_can_say_whether_what_it_made_is_up_to_date():
    able = {path.stem for path in (ROOT / "tools").glob("*.py") if '"--check"' in path.read_text(encoding="utf-8")}
    (listed,) = re.findall(r"^GENERATORS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed.split()) == able
