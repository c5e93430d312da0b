"""The repository as others receive it: nothing of one machine in it, and a command that answers at once."""

import os
import re
import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "scenarios", "runs", "analysis", "multivector")
SHIPPED = (*PACKAGES, "tests", "tools", "docs")
HELP = (sys.executable, "-c", "from multivector.cli import main; main()", "--help")
HEAVY = ("matplotlib", "mesa", "networkx", "numpy", "pandas", "pyarrow", "scipy", "xarray")

# Half a second is the promise; on a shared, busy machine the guard leaves room.
# MULTIVECTOR_STRICT_TIMING=1 holds the promise itself.
HELP_SECONDS = 0.5 if os.environ.get("MULTIVECTOR_STRICT_TIMING") else 1.5

# The character classes keep this file from containing what it looks for.
OF_ONE_MACHINE = {
    "a path of one machine": r"/[h]ome/\w|/[r]oot/|/[U]sers/\w|/[w]ork/|[C]:\\|/opt/[p]ypi|/opt/[w]heels",
    "a package index": r"[-]-(extra-)?index-url \S|[-]-find-links \S|\[\[tool\.uv\.[i]ndex",
    "a host of a private network": r"\b[\w-]+\.([i]nternal|[i]ntranet|[l]ocaldomain|[c]orp)\b",
    "a numeric address": r"\b(10|192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}:\d+\b",
}


def is_source(path):
    return path.is_file() and "__pycache__" not in path.parts


def tracked():
    """Files under version control; in an archive without history, all that lies in the project's folders."""
    if not (ROOT / ".git").exists():
        return [
            str(path.relative_to(ROOT)) for folder in SHIPPED for path in (ROOT / folder).rglob("*") if is_source(path)
        ]
    listing = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.split("\0") if (ROOT / name).is_file()]


def words_of(content):
    """Lines of a text; of a picture its runs of plain characters, since compressed bytes spell anything by chance."""
    if b"\0" in content:
        return [run.decode() for run in re.findall(rb"[\x20-\x7e]{12,}", content)]
    return content.decode("utf-8", errors="replace").splitlines()


def findings(pattern, names, root=ROOT):
    for name in names:
        for number, line in enumerate(words_of((root / name).read_bytes()), start=1):
            if re.search(pattern, line):
                yield f"{name}:{number}: {line.strip()[:120]}"


@pytest.mark.parametrize("what", OF_ONE_MACHINE)
def test_no_tracked_file_names_one_machine(what):
    assert list(findings(OF_ONE_MACHINE[what], tracked())) == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", "data = '/" + "home/someone/data.csv'"),
        ("a package index", "--" + "index-url https://example.org/simple"),
        ("a host of a private network", "https://mirror." + "internal/simple"),
        ("a numeric address", "10.1.2" + ".3:8080"),
    ],
)
def test_the_search_for_machine_names_finds_one(tmp_path, what, line):
    (tmp_path / "note.txt").write_text(f"first\n{line}\n", encoding="utf-8")
    assert list(findings(OF_ONE_MACHINE[what], ["note.txt"], tmp_path)) == [f"note.txt:2: {line}"]


def test_constraints_are_versions_and_markers_only():
    line = re.compile(r"[a-z0-9][a-z0-9._-]*==[\w.!+]+( ; [\w<>!='. ()]+)?")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [text for text in lines if not line.fullmatch(text)] == []


def test_every_requirement_has_a_constraint():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = sum(project["optional-dependencies"].values(), project["dependencies"])
    names = {re.split(r"[^\w.-]", row)[0].lower().replace("_", "-") for row in wanted}
    held = {row.split("==")[0] for row in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert {name.replace(".", "-") for name in names} <= {name.replace(".", "-") for name in held}


def test_every_data_file_belongs_to_the_installed_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    suffixes = {PurePosixPath(glob).suffix or glob for glob in settings["package-data"]["*"]} | {".py"}
    inside = [PurePosixPath(name) for name in tracked() if name.split("/")[0] in PACKAGES]
    assert [
        str(path) for path in inside if (path.suffix or path.name) not in suffixes and path.name != "py.typed"
    ] == []


def help_seconds():
    start = time.perf_counter()
    subprocess.run(HELP, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def test_help_answers_at_once():
    assert statistics.median(help_seconds() for _ in range(5)) < HELP_SECONDS


def test_help_imports_nothing_heavy():
    trace = subprocess.run(
        (sys.executable, "-X", "importtime", *HELP[1:]), cwd=ROOT, check=True, capture_output=True, text=True
    ).stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in trace.splitlines()}
    assert "typer" in imported  # the trace is one
    assert imported.isdisjoint(HEAVY)
