"""Asked: what a scenario asks about, from the claims and events that are its own, and how near an effect is to it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import words
from analysis.selection import Selection
from model.measures import MEASURES
from scenarios import Claim, Scenario
from scenarios.names import poles_of, state_names
from scenarios.schema import PAIRS, Event

CLAIMED, WORDED, SAME_MEASURE, SAME_COUNTRY, ELSEWHERE = 4, 3, 2, 1, 0
"""How near an effect is to the question: the place that a claim names, states that the words of the question name
together, the measure and country of a claim, a country named."""
NAMES_FROM = 4
"""Letters of a name that is looked for in words: shorter ones stand in other words."""
KIN = {"dependence": "loss", "loss_channel": "loss", "alignment_term": "alignment"}
KIN |= {"export_volume": "export_share", "gdp": "trade_gain"}
"""Measures that findings tell by another one."""
_STATES = {"link": ("territories",), "market": ("owner", "partner"), "contract": ("seller", "buyer")}
_STATES |= {"project": ("sponsors", "consents")}
"""Columns of the table of what an event changes that name states."""
_PARTS = ("events", "expect")
_TOWARD = (*PAIRS, "membership", "trade", "transit", "rivalry")


@dataclass(frozen=True)
class Question:
    """The claims of a scenario, the countries that they and its events name, and the states named in its words."""

    claims: tuple[Claim, ...]
    countries: frozenset[str]
    worded: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """States that the claims or the words of the question name."""
        claimed = {label for claim in self.claims for dim, label in claim.where.items() if dim == "country"}
        return self.worded | claimed

    def nearness(self, measure: str, row: pd.Series) -> int:
        """How near an effect on a measure is to the question."""
        labels = [str(row[dim]) for dim in MEASURES[measure].dimensions]
        kin = [set(claim.where.values()) for claim in self.claims if KIN.get(claim.measure, claim.measure) == measure]
        if set(labels) in kin:
            return CLAIMED
        if len(labels) > 1 and set(labels[:2]) <= self.worded:
            return WORDED
        if any(labels[0] in where for where in kin):
            return SAME_MEASURE
        return SAME_COUNTRY if labels[0] in self.countries | self.worded else ELSEWHERE


def question(selection: Selection, scenario: str) -> Question:
    """What a scenario asks beyond what it is compared with."""
    ours = added(selection.resolved, scenario, selection.base(scenario))
    named = {label for claim in ours.expect for dim, label in claim.where.items() if dim == "country"}
    changed = {state for event in ours.events for state in states(event)}
    return Question(ours.expect, frozenset(named | changed), frozenset(worded(ours.question)))


def added(known: Mapping[str, Scenario], scenario: str, base: str) -> Scenario:
    """A scenario with only those claims and events that its base has not; whole where it is compared with none."""
    ours, theirs = known[scenario], known[base]
    if scenario == base:
        return ours
    kept = {part: tuple(x for x in getattr(ours, part) if x not in getattr(theirs, part)) for part in _PARTS}
    return ours.model_copy(update=kept)


def worded(text: str) -> Iterator[str]:
    """Codes of the states, and of the poles that they belong to, that a text names, as in “Armenian trade with Iran”.

    >>> sorted(worded("What does Armenian trade lose when Iran shuts its border?"))
    ['ARM', 'IRN']
    """
    rows = words.tables()
    poles = poles_of(rows)
    for name, code in state_names(rows).items():
        if len(name) >= NAMES_FROM and re.search(rf"\b{re.escape(name)}", text.casefold()):
            yield from {code, poles.get(code, code)}


def untold(selection: Selection, scenario: str, known: Collection[str]) -> tuple[Claim, ...]:
    """The first claim of a scenario alone on each measure that none of some `known` ones tells of."""
    first: dict[str, Claim] = {}
    for claim in question(selection, scenario).claims:
        if KIN.get(claim.measure, claim.measure) not in known and fits(selection, scenario, claim):
            first.setdefault(claim.measure, claim)
    return tuple(first.values())


def fits(selection: Selection, scenario: str, claim: Claim) -> bool:
    """Whether a claim compares a scenario with what the page compares it with."""
    return claim.against in {selection.base(scenario), selection.baseline}


def states(event: Event) -> Iterator[str]:
    """Codes of the countries, and poles, that an event names or on whose soil it changes something."""
    for key, columns in _STATES.items():
        rows = words.tables()[f"{key}s"].set_index("id")
        for label in set(getattr(event, key)) & set(rows.index):
            yield from (code for cell in rows.loc[label, list(columns)] for code in _codes(cell))
    yield from (code for dyad in event.dyad for code in dyad.split("-"))
    yield from (*event.gdp, *event.posture, *event.leader, *event.demonstration)
    for target in filter(None, (getattr(event, key) for key in _TOWARD)):
        yield from (code for cell in dict(target).values() for code in _codes(cell))


def links_of(event: Event) -> Iterator[str]:
    """Links that an event names, or that a project which it names changes."""
    yield from event.link
    rows = words.tables()["project_links"]
    yield from map(str, rows.loc[rows["project"].isin(event.project), "link"])


def _codes(cell: object) -> tuple[str, ...]:
    """Codes in a cell or a value."""
    return tuple(map(str, cell)) if isinstance(cell, list | tuple) else tuple(str(cell).split(";"))
