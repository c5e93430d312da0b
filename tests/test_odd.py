"""The ODD page names what computes each submodel, and each process of the quarter."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from model.step import SEQUENCE

PAGE = (Path(__file__).parents[1] / "docs" / "odd.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:model|scenarios)(?:\.\w+)+)`", PAGE)))
SUBMODELS = PAGE.partition("## 7. Submodels")[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_leads_to_what_it_names(name):
    module, _, attribute = name.rpartition(".")
    assert hasattr(import_module(module), attribute)


def test_the_seven_elements_stand_in_their_order():
    assert [int(number) for number in re.findall(r"^## (\d)\. ", PAGE, re.MULTILINE)] == list(range(1, 8))


def test_the_schedule_is_that_of_the_quarter():
    said = PAGE.partition("each process on the results of those before it: ")[2].partition(".")[0]
    assert re.split(r",\s+", said.replace("\n", " ")) == [process.name for process in SEQUENCE]


@pytest.mark.parametrize("part", re.split(r"^### ", SUBMODELS, flags=re.MULTILINE)[1:])
def test_every_submodel_names_a_function(part):
    assert re.search(r"`model(\.\w+)+`", part)


@pytest.mark.parametrize("part", re.split(r"^### ", SUBMODELS, flags=re.MULTILINE)[1:])
def test_every_function_of_a_submodel_cites_its_section(part):
    for name in re.findall(r"`(model(?:\.\w+)+)`", part):
        module, _, attribute = name.rpartition(".")
        cited = re.search(r"ODD ([\d., ]+)\.\n", getattr(import_module(module), attribute).__doc__)
        assert cited is not None, name
        assert part.partition(" ")[0] in cited.group(1).split(", "), name


def test_every_process_is_reached_from_a_submodel():
    modules = {name.rsplit(".", 1)[0] for name in NAMES}
    assert {process.run.__module__ for process in SEQUENCE} - {"model.step"} <= modules | {"model.clearing"}
