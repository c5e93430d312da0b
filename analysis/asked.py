"""Asked: what a scenario asks about, from the claims and events that are its own, and how near an effect is to it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis import words
from analysis.keeping import kept
from analysis.selection import Selection
from model.measures import MEASURES
from scenarios import Claim
from scenarios.names import poles_of, state_names
from scenarios.schema import PAIRS, Event

CLAIMED, WORDED, SAME_MEASURE, SAME_COUNTRY, ELSEWHERE = 4, 3, 2, 1, 0
"""How near an effect is to the question: the place that a claim names, states that the words of the question name
together, the measure and country of a claim, a country named."""
NAMES_FROM = 4
"""Letters of a name that is looked for in words: shorter ones stand in other words."""
_KIN = {"dependence": "loss", "loss_channel": "loss", "alignment_term": "alignment"}
_KIN |= {"export_volume": "export_share", "gdp": "trade_gain"}
"""Measures that findings tell by another one."""
_STATES = {"link": ("territories",), "market": ("owner", "partner"), "contract": ("seller", "buyer")}
_STATES |= {"project": ("sponsors", "consents")}
"""Columns of the table of what an event changes that name states."""
_TOWARD = (*PAIRS, "membership", "trade", "rivalry")


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
        kin = [set(claim.where.values()) for claim in self.claims if _KIN.get(claim.measure, claim.measure) == measure]
        if set(labels) in kin:
            return CLAIMED
        if len(labels) > 1 and set(labels[:2]) <= self.worded:
            return WORDED
        if any(labels[0] in where for where in kin):
            return SAME_MEASURE
        return SAME_COUNTRY if labels[0] in self.countries | self.worded else ELSEWHERE


def question(selection: Selection, scenario: str) -> Question:
    """What a scenario asks beyond what it is compared with."""
    ours, theirs = (selection.resolved[s] for s in (scenario, selection.base(scenario)))
    claims = tuple(claim for claim in ours.expect if claim not in theirs.expect)
    named = {label for claim in claims for dim, label in claim.where.items() if dim == "country"}
    changed = {state for event in ours.events if event not in theirs.events for state in states(event)}
    return Question(claims, frozenset(named | changed), frozenset(worded(ours.question)))


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
    """Claims of a scenario alone on measures that none of some `known` ones tells of."""
    claims = question(selection, scenario).claims
    return tuple(c for c in claims if _KIN.get(c.measure, c.measure) not in known and fits(selection, scenario, c))


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


@kept
def beyond(selection: Selection) -> Selection:
    """The same selection with each scenario that builds on another one of its batch compared with that one."""
    if len({part.batch.folder for part in selection.parts.values()}) > 1:
        return selection
    found = _bases(selection)
    return replace(selection, bases={**selection.bases, **found}) if found else selection


def built_on(selection: Selection, scenario: str) -> str:
    """In which batch, or beyond which scenario when another than most, an effect is told, at the head of a clause."""
    base = selection.base(scenario)
    if selection.batches or base == selection.baseline:
        return selection.where(scenario)
    return f"beyond {words.quoted(selection.resolved[base].title)}, which it builds on, "


def _bases(selection: Selection) -> Mapping[str, str]:
    """On which scenario of the batch each is built: the one with most events of those whose events it has and more."""
    known = selection.resolved[selection.baseline].events
    own = {s: [e for e in selection.resolved[s].events if e not in known] for s in selection.changed}
    found = {}
    for scenario, events in own.items():
        bases = [s for s in own if own[s] and len(own[s]) < len(events) and all(e in events for e in own[s])]
        if bases:
            found[scenario] = max(bases, key=lambda s: len(own[s]))
    return found
