"""Scenarios: words to arrays. Questions in YAML and tables of facts in, a world out."""

from scenarios.edits import compile_events
from scenarios.files import library_names
from scenarios.problems import Problem, ScenarioError
from scenarios.read import Examination, check_scenario, examine, load_scenario
from scenarios.schema import Claim, Event, Scenario
from scenarios.tables import Tables, load_tables

__all__ = [
    "Claim",
    "Event",
    "Examination",
    "Problem",
    "Scenario",
    "ScenarioError",
    "Tables",
    "check_scenario",
    "compile_events",
    "examine",
    "library_names",
    "load_scenario",
    "load_tables",
]
