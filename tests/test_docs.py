"""The manual and the README say what the program does: their examples pass its own checks."""

import ast
import re
import shlex
from pathlib import Path
from runpy import run_path
from typing import get_args

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

import multivector as mv
from model.events import TARGETS
from model.measures import MEASURES
from multivector.cli import app
from runs import launch
from runs.batch import Batch
from scenarios import examine, library_names
from scenarios.fields import DATES, SHAPES
from scenarios.schema import OPERATION_KEYS, TARGET_KEYS, Relation, Scenario
from scenarios.states import STATE_VALUES

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/scenarios.md", "docs/tutorial.md")
README, MANUAL, TUTORIAL = ((ROOT / name).read_text(encoding="utf-8") for name in PAGES)
HEAD = {"scenario": "example", "title": "Example", "question": "What if?", "extends": "baseline"}


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


DRAWN = {example.strip("{").partition(":")[0] for example in DATES}
TIMING = {"at", "for", "over", "follows", "after", "probability", "id", "note"}


def whole(block):
    """An example with the keys that it leaves to the reader."""
    return "".join(f"{key}: {value}\n" for key, value in HEAD.items() if f"{key}: " not in block) + block


EXAMPLES = [*blocks(README, "yaml"), *map(whole, blocks(MANUAL, "yaml"))]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_passes_the_checks_with_no_warning_but_the_one_that_is_told_there(text, tables, tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    found = examine(path, tables)
    told = {"link-sister"} if "iran-closes-east-west" in text else set()
    told |= {"cost-unearned"} if "property: cost" in text else set()
    assert (found.problems, {warning.check for warning in found.warnings}) == ((), told)


def test_the_first_example_is_the_same_wherever_it_is_told():
    first, *_ = blocks(MANUAL, "yaml")
    assert blocks(README, "yaml") == [first]
    assert blocks(TUTORIAL, "yaml") == []
    name = YAML(typ="safe", pure=True).load(first)["scenario"]
    assert f'mv.load("{name}.yaml")' in TUTORIAL


def test_the_manual_shows_every_key_of_an_event_and_every_relation():
    read = [YAML(typ="safe", pure=True).load(text) for text in blocks(MANUAL, "yaml")]
    events = [event for block in read for event in block.get("events", ())]
    assert set(TARGET_KEYS + OPERATION_KEYS) <= {key for event in events for key in event}
    assert {claim["relation"] for block in read for claim in block.get("expect", ())} == set(get_args(Relation))


def test_the_manual_names_every_property_state_distribution_and_key():
    said = set(re.findall(r"\w+", MANUAL))
    properties = {name.partition(".")[2] for name in TARGETS if name.split(".")[0] in ("link", "market", "grievance")}
    states = {state for words in STATE_VALUES.values() for state in words}
    assert properties | states | set(SHAPES) | set(Scenario.model_fields) | DRAWN | TIMING <= said
    assert len(MANUAL.splitlines()) <= 280


def anchors(page):
    """Names by which the headings of a page are linked to."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    for link in re.findall(r"\]\(([^()\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, place = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        assert not place or place in anchors(target), link


def test_the_page_of_measures_is_the_registry():
    """On failure: python tools/document_measures.py."""
    page = run_path(str(ROOT / "tools" / "document_measures.py"))["page"]
    assert page() == (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")


def test_the_tutorial_runs_from_its_file_to_its_chart(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "cores", lambda: 1)  # no worker to start for so few runs
    (tmp_path / "iran-closes-east-west.yaml").write_text(blocks(MANUAL, "yaml")[0], encoding="utf-8")
    names: dict[str, object] = {}
    for code in blocks(TUTORIAL, "python"):
        exec(compile(code, "docs/tutorial.md", "exec"), names)  # noqa: S102 - our own page
    assert (tmp_path / "iran-closes-east-west.png").stat().st_size > 10_000
    effect = names["at_its_height"]
    assert effect["southern"] < -0.5 < 0.1 < effect["middle"]  # Mt a year: what the page says of its chart
    assert "Mt per year" in capsys.readouterr().out


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/batches.md"])
def test_every_command_and_option_of_a_page_exists(page):
    known = get_command(app)
    for line in "".join(blocks((ROOT / page).read_text(encoding="utf-8"), "sh")).splitlines():
        words = shlex.split(line, comments=True)[1:]
        command = known.commands[words.pop(0)]
        if words and words[0] in getattr(command, "commands", ()):
            command = command.commands[words.pop(0)]
        options = {name for option in command.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_names_in_the_python_example_exist():
    (text,) = blocks(README, "python")
    tree = ast.walk(ast.parse(text))
    words = {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert words <= {*library_names(), *MEASURES}
    called = {name for module, name in re.findall(r"\b(mv|batch)\.(\w+)", text) if module == "mv"}
    assert called <= set(dir(mv))
    assert {name for name in re.findall(r"\bbatch\.(\w+)", text) if not hasattr(Batch, name)} == set()
