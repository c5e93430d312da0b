"""Foresight: what a batch will tell of too few of its runs, said before it is computed."""

from collections import defaultdict
from collections.abc import Iterator

from analysis import words
from analysis.chances import few
from scenarios import Scenario
from scenarios.schema import Event
from scenarios.subject import chain
from scenarios.wording import chance


def too_few(scenario: Scenario, runs: int) -> Iterator[str]:
    """Events that will come in too few of some runs, and claims that count these alone, a sentence an event.

    What follows an event for certain comes in the same runs and is told with it.
    """
    counting = _counting(scenario)
    for name, claims in counting.items():
        event = next(event for event in scenario.events if event.id == name)
        share = chance(event, scenario.events)
        if doubt := few(round(share * runs), runs, share):
            alone = f"; only these count for {words.listing(claims)}" if claims else ""
            yield f"{scenario.scenario}: “{name}” comes in {100 * share:g} % of {runs} runs{alone}{doubt}"


def _counting(scenario: Scenario) -> dict[str, list[str]]:
    """Ids of the events whose own chance decides, each with the claims that count the runs in which it comes."""
    decides = {event.id: _decides(event, scenario.events) for event in scenario.events if event.id}
    found: dict[str, list[str]] = defaultdict(list, {name: [] for name in decides.values() if name})
    for claim in scenario.expect:
        if name := decides.get(claim.given or claim.lasting or ""):
            found[name].append(claim.claim)
    return found


def _decides(event: Event, events: tuple[Event, ...]) -> str:
    """Id of the last event with a chance of its own among an event and those it follows; empty when all are certain."""
    return next((part.id or "" for part in reversed(chain(event, events)) if part.probability < 1.0), "")
