"""The layers hold, files and functions stay short, and each of these rules is seen to fail."""

import ast
import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "scenarios", "runs", "analysis", "multivector")
FOLDERS = (*PACKAGES, "tests", "tools")
LINT = """
import sys
sys.path.insert(0, ".")
from importlinter.cli import lint_imports
sys.exit(lint_imports(no_cache=True))
"""
MODULE_LINES = 400
BODY_LINES = 40

# "path:function": reason why its body may exceed the limit.
LONG_BODIES: dict[str, str] = {}

# Contract name → a module of ours that breaks it, and its text.
BREACHES = {
    "imports point down only": ("model/breach.py", "import scenarios\n"),
    "the model knows arrays only": ("model/breach.py", "import pandas\n"),
    "model.agents alone imports Mesa": ("runs/breach.py", "import mesa\n"),
    "analysis never runs the engine itself": ("analysis/breach.py", "from model.simulation import simulate\n"),
}


def copy_of_the_packages(folder):
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.csv"))
    return folder


def lint_imports(folder):
    """Exit code and report of import-linter; the folder's packages come before installed ones."""
    done = subprocess.run((sys.executable, "-c", LINT), cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def sources(folder=ROOT):
    return [path for name in FOLDERS for path in sorted((folder / name).rglob("*.py"))]


def body_lines(function):
    """Lines of a function's body without its docstring."""
    first = function.body[1:2] if ast.get_docstring(function) is not None else function.body[:1]
    return function.end_lineno - first[0].lineno + 1 if first else 0


def long_bodies(path, root=ROOT):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > BODY_LINES:
            yield f"{path.relative_to(root).as_posix()}:{node.name}"


def long_modules(folder=ROOT):
    return [str(path) for path in sources(folder) if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES]


def entities():
    """Ids of everything the tables name: countries, poles, institutions, pairs, projects, corridors and links."""
    files = ("countries", "institutions", "dyads", "projects", "corridors", "links")
    names = set()
    for file, column in [*((file, "id") for file in files), ("poles", "pole"), ("poles", "member")]:
        with (ROOT / "scenarios" / "data" / f"{file}.csv").open(encoding="utf-8", newline="") as table:
            names |= {row[column] for row in csv.DictReader(table)}
    return names


def named_entities(path, names):
    """Words of a module's string literals and docstrings that are ids of entities."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from names & set(re.findall(r"[\w-]+", node.value))


def test_import_contracts_hold():
    code, report = lint_imports(ROOT)
    assert code == 0, report


def test_every_contract_has_a_breach():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count("[[tool.importlinter.contracts]]") == len(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_breaks_its_contract(contract, tmp_path):
    module, text = BREACHES[contract]
    folder = copy_of_the_packages(tmp_path)
    (folder / module).write_text(text, encoding="utf-8")
    code, report = lint_imports(folder)
    assert code == 1, report
    assert f"{contract} BROKEN" in report


def test_no_module_is_too_long():
    assert long_modules() == []


def test_no_function_is_too_long():
    assert {name for path in sources() for name in long_bodies(path)} == set(LONG_BODIES)
    assert all(LONG_BODIES.values())


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_length_rules_see_a_breach(tmp_path, folder):
    (tmp_path / folder).mkdir()
    path = tmp_path / folder / "breach.py"
    path.write_text("def long():\n    '''Say so.'''\n" + "    pass\n" * 41 + "\n" * 400, encoding="utf-8")
    assert list(long_bodies(path, tmp_path)) == [f"{folder}/breach.py:long"]
    assert long_modules(tmp_path) == [str(path)]


def test_the_model_names_no_country_pole_link_or_project():
    names = entities()
    assert {"KAZ", "WEST", "zangezur_rail", "CSTO"} <= names
    assert {path.name: set(named_entities(path, names)) for path in sorted((ROOT / "model").glob("*.py"))} == {
        path.name: set() for path in sorted((ROOT / "model").glob("*.py"))
    }


def test_the_naming_rule_sees_a_breach(tmp_path):
    path = tmp_path / "breach.py"
    path.write_text('POLE = axis.at("WEST")\n', encoding="utf-8")
    assert list(named_entities(path, entities())) == ["WEST"]
