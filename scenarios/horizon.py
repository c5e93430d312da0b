"""Horizon: a scenario over fewer or more quarters than its file says."""

from model.quarters import parse_quarter
from scenarios.moments import settled
from scenarios.problems import Problem, ScenarioError
from scenarios.schema import Scenario

EARLIEST, LATEST = "2025Q1", "2100Q4"
"""First quarter that the tables can open, and the last that a run may reach: what lies beyond is a slip of the pen."""


def ending(scenario: Scenario, until: str) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario with another last quarter, without the claims that look beyond it, and the names of these.

    Events keep their dates, so that a run to an earlier quarter is the
    beginning of the longer one; what would begin later does not come to pass.
    Raises ScenarioError when `until` is no quarter after the start.
    """
    last = last_after(str(scenario.start), until)
    windows = ((claim, settled(claim, scenario.events)) for claim in scenario.expect)
    kept = tuple(claim for claim, window in windows if window is None or window.first <= last)
    beyond = tuple(claim.claim for claim in scenario.expect if claim not in kept)
    return scenario.model_copy(update={"until": until, "expect": kept}), beyond


def last_after(start: str, until: str) -> int:
    """Ordinal of a last quarter; ScenarioError when it is no quarter after the start."""
    try:
        last = parse_quarter(until)
    except ValueError:
        fault = "is not a quarter; write it like 2030Q4"
    else:
        if parse_quarter(start) < last <= parse_quarter(LATEST):
            return last
        late = last > parse_quarter(LATEST)
        fault = f"is too far; allowed: up to {LATEST}" if late else f"is not after the start, {start}"
    raise ScenarioError([Problem("the request", 0, "until", fault, until)])
