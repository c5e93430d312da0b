"""Variants: scenarios made ready to run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runs.planning import Entry
from runs.worker import World


@dataclass(frozen=True)
class Variant:
    """A compiled scenario: its world, the resolved text to store, distributions of parameters to draw."""

    name: str
    world: World
    text: str
    distributions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """The variant as the plan knows it."""
        return Entry(self.name, self.world.digest(), self.distributions)


def prepare(scenarios: Iterable[str | Path], changes: Mapping[str, object] | None = None) -> tuple[Variant, ...]:
    """Variants of library names or paths, with `changes` to top-level fields (such as until).

    Raises ScenarioError naming every problem.
    """
    from scenarios import compile_scenario, load_scenario

    found = []
    for name in scenarios:
        scenario = load_scenario(name)
        scenario = scenario.model_copy(update=dict(changes or {}))
        world = compile_scenario(scenario)
        content = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
        found.append(Variant(world.scenario, world, _yaml(content), content.get("sample") or {}))
    return tuple(found)


def _yaml(content: object) -> str:
    """Plain data as YAML text."""
    from io import StringIO

    from ruamel.yaml import YAML

    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.dump(content, stream)
    return stream.getvalue()
