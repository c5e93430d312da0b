"""What `multivector show scenarios` prints: the library, and one scenario with its events and claims."""

# ruff: noqa: PLC0415 - each table loads its own source

from typing import TYPE_CHECKING

import pandas as pd

from multivector.tables import Tables, titled

if TYPE_CHECKING:
    from scenarios import Scenario

Rows = list[dict[str, object]]
RUN_ALONE = "The headline batch: what a bare `run` computes"
GROUPS = {
    "Of ways and goods": ("link", "market", "contract", "trade", "transit", "project", "price"),
    "Of borders and memberships": ("dyad", "membership"),
    "Of poles and countries": None,
}
"""Titles under which scenarios are listed, and what the first event of one changes; None: anything else."""


def scenarios(name: str | None) -> Tables:
    """Library scenarios with their questions; one, of the library or a file, with its events and claims."""
    from scenarios.read import examine_shipped

    if name is None:
        return _library()
    one = examine_shipped(name).accepted()
    tables = {"": _fields(one), "Events": _events(one), "Claims": _claims(one)}
    return [titled(pd.DataFrame(rows), title) for title, rows in tables.items() if rows]


def _library() -> Tables:
    """The scenarios that a bare `run` computes, then the others by what they change first."""
    from runs.launch import HEADLINE
    from scenarios import library_names, load_scenario

    groups: dict[str, Rows] = {title: [] for title in (RUN_ALONE, *GROUPS)}
    for name in (*HEADLINE, *(other for other in library_names() if other not in HEADLINE)):
        scenario = load_scenario(name)
        groups[RUN_ALONE if name in HEADLINE else _group(scenario)].append(_question(scenario))
    return [titled(pd.DataFrame(rows), title) for title, rows in groups.items()]


def _group(scenario: "Scenario") -> str:
    """Title under which a scenario is listed."""
    first = scenario.events[0].target if scenario.events else ""
    return next(title for title, targets in GROUPS.items() if targets is None or first in targets)


def _question(scenario: "Scenario") -> dict[str, object]:
    """Name, title and question of a scenario."""
    return {"scenario": scenario.scenario, "title": scenario.title, "question": scenario.question}


def _fields(scenario: "Scenario") -> Rows:
    """What a scenario says of itself, and its parameters."""
    own = scenario.model_dump(include={"scenario", "title", "question", "start", "until", "seed"})
    own |= {"extends": ", ".join(scenario.extends) or None}
    fixed = {f"parameters.{key}": value for key, value in scenario.parameters.items()}
    drawn = {f"sample.{key}": f"{law.kind} {list(law.values)}" for key, law in scenario.sample.items()}
    return [{"field": key, "value": value} for key, value in (own | fixed | drawn).items() if value is not None]


def _events(scenario: "Scenario") -> Rows:
    """When an event comes, what it changes and how, for how long, how likely."""
    from scenarios import wording

    return [
        {
            "id": event.id,
            "when": wording.when(event, scenario.events),
            "what": wording.what(event),
            "change": wording.change(event),
            "for": wording.how_long(event),
            "probability": wording.chance(event, scenario.events),
            "note": event.note,
        }
        for event in scenario.events
    ]


def _claims(scenario: "Scenario") -> Rows:
    """What a scenario expects."""
    from analysis.claims import wording

    return [
        {
            "claim": claim.claim,
            "says": wording(claim),
            "against": claim.against,
            "given": claim.given,
            "note": claim.note,
        }
        for claim in scenario.expect
    ]
