"""Cutting a link in two changes nothing."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from model.measures import MEASURES
from model.simulation import simulate
from scenarios import load_scenario
from scenarios.compile import compile_scenario
from tests.worlds import FEW

SPLIT = {"freight": "F001a", "oil": "O001b", "gas": "G001a"}


def halved(tables, link):
    """The tables with one link cut in the middle by a new node: two parts of half its length, time and tariff."""
    frames = {name: tables[name] for name in tables}
    parts = (f"{link}_1", f"{link}_2")
    links = frames["links"]
    at = int(links.index[links["id"] == link][0])
    whole = links.loc[at].copy()
    half = {name: whole[name] / 2 for name in ("length_km", "days", "tariff")}
    ends = ((whole["from"], f"{link}_MIDDLE"), (f"{link}_MIDDLE", whole["to"]))
    new = pd.DataFrame(
        [{**whole, **half, "id": part, "from": a, "to": b} for part, (a, b) in zip(parts, ends, strict=True)]
    )
    frames["links"] = pd.concat([links[:at], new.astype(links.dtypes), links[at + 1 :]], ignore_index=True)
    nodes = frames["nodes"]
    middle = nodes[nodes["id"] == whole["from"]].assign(id=f"{link}_MIDDLE")
    frames["nodes"] = pd.concat([nodes, middle], ignore_index=True)
    for name in ("capacities", "control", "openness", "project_links", "dyad_links"):
        frames[name] = _doubled(frames[name], link, parts)
    for name in ("observations", "corridors"):
        column = frames[name]["links"]
        frames[name]["links"] = [tuple(parts[0] if item == link else item for item in items) for items in column]
    return replace(tables, frames=MappingProxyType(frames))


def _doubled(frame, link, parts):
    named = frame[frame["link"] == link]
    return pd.concat([frame[frame["link"] != link], *(named.assign(link=part) for part in parts)], ignore_index=True)


def test_splitting_a_link_changes_no_result(tables, network):
    """One link of each layer cut at once."""
    scenario = load_scenario("baseline").model_copy(update={"until": "2025Q4", "parameters": FEW})
    cut = tables
    for link in SPLIT.values():
        cut = halved(cut, link)
    world, other = compile_scenario(scenario, tables, network), compile_scenario(scenario, cut)
    expected, found = (simulate(each, np.arange(2), seed=1) for each in (world, other))
    kept = tuple(name for name in world.axes["link"] if name not in SPLIT.values())
    here, there = world.axes["link"].positions(kept), other.axes["link"].positions(kept)
    for name, values in expected.measures.items():
        again = found.measures[name]
        by_link = "link" in MEASURES[name].dimensions
        pair = (again[:, there], values[:, here]) if by_link else (again, values)
        np.testing.assert_allclose(*pair, rtol=1e-8, atol=1e-10, err_msg=name)
