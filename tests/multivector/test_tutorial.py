"""The tutorial of the Mesa front door runs from top to bottom and says what happens."""

import re
from pathlib import Path

import pytest

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial-mesa.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TUTORIAL, flags=re.DOTALL)


@pytest.fixture(scope="module")
def done():
    """The names that the code of the tutorial leaves behind."""
    names = {"__name__": "tutorial"}
    for block in BLOCKS:
        exec(compile(block, "docs/tutorial-mesa.md", "exec"), names)  # noqa: S102 - the text of this repository
    return names


def test_the_first_steps_end_where_it_says(done):
    model = done["model"]
    said = re.search(r"# (\S+) (\d+): a step is a quarter", TUTORIAL)
    assert (model.quarter, str(model.steps)) == said.groups()
    assert (model.world.start, done["usual"].quarter) == (2025 * 4, "2030Q4")


def test_the_cautious_country_keeps_its_word(done):
    table = done["table"].query("kind == 'country' and name == 'KAZ'")
    closer = table["alignment_RUS"].diff().iloc[1:] > 0
    exposed = table["dependence_RUS"].iloc[1:] > 0.05
    assert exposed.any()
    assert not (closer & exposed).any()


def test_it_changes_the_country_and_then_those_who_watch_it(done):
    usual, cautious = done["usual"], done["cautious"]
    change = {
        agent.name: cautious.country(agent.name).alignment["RUS"] - agent.alignment["RUS"] for agent in usual.countries
    }
    assert change["KAZ"] < -0.01
    others = [abs(value) for name, value in change.items() if name != "KAZ"]
    assert 0 < max(others) < abs(change["KAZ"])


def test_what_it_says_of_collecting_and_of_batches_is_so(done):
    assert list(done["Freight"](until="2025Q2").datacollector.get_model_vars_dataframe()) == ["freight"]
    assert {row["Step"] for row in done["rows"]} == {0, 1, 2, 3, 4}
    assert len(done["rows"]) == 4 * 5 * len(done["model"].agents)


def test_its_picture_is_there():
    for path in re.findall(r"\]\(([\w./]+)\)", TUTORIAL):
        assert (Path(__file__).parents[2] / "docs" / path).is_file()
