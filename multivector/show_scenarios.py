"""What `multivector show scenarios` prints: the library, and one scenario with its events and claims."""

# ruff: noqa: PLC0415 - each table loads its own source

from typing import TYPE_CHECKING

import pandas as pd

from multivector.tables import Tables, titled

if TYPE_CHECKING:
    from scenarios import Scenario

Rows = list[dict[str, object]]


def scenarios(name: str | None) -> Tables:
    """Library scenarios with their questions; one, of the library or a file, with its events and claims."""
    from scenarios import library_names, load_scenario
    from scenarios.read import examine_shipped

    if name is None:
        found = [load_scenario(each) for each in library_names()]
        return [pd.DataFrame([{"scenario": s.scenario, "title": s.title, "question": s.question} for s in found])]
    one = examine_shipped(name).accepted()
    tables = {"": _fields(one), "Events": _events(one), "Claims": _claims(one)}
    return [titled(pd.DataFrame(rows), title) for title, rows in tables.items() if rows]


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
