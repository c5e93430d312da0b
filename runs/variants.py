"""Variants: scenarios made ready to run."""

# ruff: noqa: PLC0415 - Variant must not load the scenario reader

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from runs.planning import Entry, Every, Plan, own_parameters
from runs.problems import BatchError
from runs.requests import held_to
from runs.worker import World

if TYPE_CHECKING:
    from scenarios import Examination, Problem


DEFAULT_SEED = 1


@dataclass(frozen=True)
class Variant:
    """A compiled scenario: its world, its text as resolved, its own parameters and distributions."""

    name: str
    world: World
    text: str
    distributions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    """What its file asks for as the seed of its batch."""
    beyond: tuple[str, ...] = ()
    """Claims left out since they look beyond the last quarter asked for."""
    data: Path | None = None
    """Folder of the corrected tables that its world was compiled with."""
    fine: str = ""
    """What annual records are too coarse for, in words; empty when nothing is."""
    file: str = ""
    """Name of the user's file that it was read from, without its folder; empty for one of the library."""

    @cached_property
    def entry(self) -> Entry:
        """The variant as the plan knows it."""
        return Entry(self.name, self.world.digest(), self.distributions, self.settings)


def prepare(
    scenarios: Iterable[str | Path],
    *,
    until: str | None = None,
    data: Path | None = None,
) -> tuple[Variant, ...]:
    """Variants of library names or paths, with another last quarter or corrected tables when these are given.

    Claims that look beyond an `until` given here are left out and named. Raises ScenarioError naming every problem.
    """
    from scenarios.compile import compile_scenario, shipped_network
    from scenarios.files import own_file
    from scenarios.horizon import ending
    from scenarios.moments import too_fine
    from scenarios.read import examine_shipped
    from scenarios.tables import corrections, shipped_tables

    held_to("until", until, (str, NoneType), "a quarter such as 2030Q4 is wanted")
    found = []
    for name in scenarios:
        asked = examine_shipped(name, data).accepted()
        scenario, beyond = (asked, ()) if until is None else ending(asked, until)
        start = str(scenario.start)
        world = compile_scenario(scenario, shipped_tables(start, data), shipped_network(start, data))
        laws = {key: {str(law.kind): list(law.values)} for key, law in scenario.sample.items()}
        origin = f"# {corrections(data, start)}\n" if data else ""
        text = origin + _yaml(scenario.model_copy(update={"seed": None}).written())  # the manifest tells the batch's
        settings, fine = dict(scenario.parameters), too_fine(scenario.expect, scenario.events)
        file = own_file(name)
        found.append(Variant(world.scenario, world, text, laws, settings, scenario.seed, beyond, data, fine, file))
    return tuple(found)


def common_seed(asked: int | None, own: Mapping[str, int | None]) -> int:
    """The one seed of a batch, so that its scenarios pair run by run: the one asked for, else what its files name.

    1 where no file names any. `own` are seeds by scenario; BatchError when they differ and none is asked for.
    """
    named: dict[int, str] = {}
    for name, seed in own.items():
        if seed is not None:
            named.setdefault(seed, name)
    if asked is None and len(named) > 1:
        listed = ", ".join(f"{seed} ({name})" for seed, name in named.items())
        msg = f"seeds of the scenarios differ, {listed}: a batch has one, so that runs pair; choose it with --seed"
        raise BatchError(msg)
    return next(iter(named), DEFAULT_SEED) if asked is None else asked


def fitting(variants: Iterable[Variant]) -> Every:
    """How often values are kept: each quarter where annual records are too coarse for an event or claim."""
    return "quarterly" if any(variant.fine for variant in variants) else "annual"


def remark(variants: Iterable[Variant], asked: Every | None) -> str:
    """One line that says why values of each quarter are kept, or what is missed if they are not; empty otherwise."""
    why = next((variant.fine for variant in variants if variant.fine), "")
    if not why or asked == "quarterly":
        return ""
    return f"{why}; they are asked for" if asked == "annual" else f"{why}: values of every quarter are kept"


def omissions(variants: Iterable[Variant]) -> str:
    """One line that names the claims left out of some variants; empty when there are none."""
    left = [f"{', '.join(variant.beyond)} ({variant.name})" for variant in variants if variant.beyond]
    return f"claims that look beyond the last quarter are left out: {'; '.join(left)}" if left else ""


def apart(plan: Plan) -> str:
    """One line that names parameters of which a scenario has values of its own; empty where none has."""
    content, names = plan.content(), [entry.name for entry in plan.entries]
    base = "baseline" if "baseline" in names else names[0]
    own = {name: own_parameters(content, name, base) for name in names}
    said = [f"{', '.join(parameters)} ({name})" for name, parameters in own.items() if parameters]
    if not said:
        return ""
    return f"set or sampled otherwise than in {base}, so that effects are those of this too: {'; '.join(said)}"


def paired(
    scenarios: Sequence[str | Path], data: Path | None = None, until: str | None = None
) -> tuple[str | Path, ...]:
    """The scenarios, preceded by the root of what each extends where it is missing, and a line that says so.

    Raises ScenarioError naming every problem of all of them, and of `until`, the last quarter asked for.
    """
    from scenarios import ScenarioError
    from scenarios.read import examine_shipped

    found = [examine_shipped(name, data) for name in scenarios]
    problems = [*(problem for each in found for problem in each.problems), *untimely(found, until)]
    if problems:
        raise ScenarioError(problems)
    known = {each.accepted().scenario for each in found}
    bases = dict.fromkeys(each.base for each in found if each.accepted().extends)
    roots = {examine_shipped(base, data).accepted().scenario: base for base in bases}
    added = {called: base for called, base in roots.items() if called not in known}
    for called in added:
        sys.stderr.write(f"{called} joins the batch, so that there is something to compare with, run by run\n")
    return (*added.values(), *scenarios)


def untimely(found: Iterable["Examination"], until: str | None) -> Iterator["Problem"]:
    """What is wrong with a last quarter for the scenarios that were found good; for the usual start if none is."""
    from scenarios import Scenario, ScenarioError
    from scenarios.horizon import last_after

    usual = str(Scenario.model_fields["start"].default)
    for start in sorted({str(each.scenario.start) for each in found if each.scenario} or {usual}) if until else ():
        try:
            last_after(start, str(until))
        except ScenarioError as fault:
            yield from fault.problems


def _yaml(content: object) -> str:
    """Plain data as YAML text."""
    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(content, stream)
    return stream.getvalue()
