"""Variants: scenarios made ready to run."""

# ruff: noqa: PLC0415 - Variant must not load the scenario reader

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from runs.planning import Entry
from runs.worker import World


@dataclass(frozen=True)
class Variant:
    """A compiled scenario: its world, its text as resolved, its own parameters, distributions and seed."""

    name: str
    world: World
    text: str
    distributions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None

    @cached_property
    def entry(self) -> Entry:
        """The variant as the plan knows it."""
        return Entry(self.name, self.world.digest(), self.distributions, self.settings, self.seed)


def prepare(scenarios: Iterable[str | Path], changes: Mapping[str, object] | None = None) -> tuple[Variant, ...]:
    """Variants of library names or paths, with `changes` to top-level fields (until, seed).

    Raises ScenarioError naming every problem.
    """
    from scenarios import ScenarioError, check_scenario, load_scenario
    from scenarios.compile import build_network, compile_scenario
    from scenarios.tables import shipped_tables

    network_at = cache(lambda quarter: build_network(shipped_tables(quarter)))
    found = []
    for name in scenarios:
        start = str(load_scenario(name).start)
        scenario = load_scenario(name, shipped_tables(start)).model_copy(update=dict(changes or {}))
        if changes and (problems := check_scenario(scenario, shipped_tables(start))):
            raise ScenarioError(problems)
        world = compile_scenario(scenario, shipped_tables(start), network_at(start))
        laws = {key: {str(law.kind): list(law.values)} for key, law in scenario.sample.items()}
        text = _yaml(scenario.written())
        found.append(Variant(world.scenario, world, text, laws, dict(scenario.parameters), scenario.seed))
    return tuple(found)


def paired(scenarios: Sequence[str | Path]) -> tuple[str | Path, ...]:
    """The scenarios, preceded by the root of what each extends where it is missing, and a line that says so.

    Raises ScenarioError naming every problem.
    """
    from scenarios import load_scenario

    known = {load_scenario(name).scenario for name in scenarios}
    added: dict[str, str | Path] = {}
    for name in scenarios:
        root = _root(name)
        called = load_scenario(root).scenario
        if called not in known:
            added.setdefault(called, root)
    for called in added:
        sys.stderr.write(f"{called} joins the batch: the others are compared with it, run by run\n")
    return (*added.values(), *scenarios)


def _root(name: str | Path) -> str | Path:
    """The scenario at the end of a chain of `extends`; the scenario itself when it extends nothing."""
    from scenarios import load_scenario
    from scenarios.files import locate

    base = load_scenario(name).extends
    while base is not None:
        beside = locate(name).parent / base
        name = beside if locate(base) == Path(base) else base
        base = load_scenario(name).extends
    return name


def _yaml(content: object) -> str:
    """Plain data as YAML text."""
    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(content, stream)
    return stream.getvalue()
