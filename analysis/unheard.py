"""Unheard: what a scenario asks and no effect tells, since its sign is open or it is small.

Which effects are certain depends on the number of runs; what is asked does not.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations

import pandas as pd

from analysis.asked import WORDED, Question, fits, question
from analysis.claims import PAIRED, Finding, examine
from analysis.selection import Selection
from scenarios import Claim

TWO = ("country", "controller", "pole", "supplier")
"""Dimensions whose labels are states."""
LEAST = 0.1
"""The size of an effect on a dependence that counts, in percentage points of GDP, where no claim gives one."""


def found(selection: Selection, scenario: str, known: Iterable[pd.Series]) -> Finding | None:
    """What was found of the first claim of a scenario, else of two states that its question names.

    The first claim on two states that its question names stands before others. None where the effects `known` tell
    of all such claims and of some claim or such states, or nothing was asked.
    """
    mine, asked = [row for row in known if row.get("scenario") == scenario], question(selection, scenario)
    claims = [c for c in asked.claims if c.relation in PAIRED and fits(selection, scenario, c)]
    silent = [c for c in claims if _in_words(c, asked) and not any(_is_of(row, c) for row in mine)]
    if not silent and any(row.get("near", 0) >= WORDED for row in mine):
        return None
    tested = [one for one in (examine(selection, scenario, claim) for claim in silent or claims) if one.runs]
    pairs = [one for one in _pairs(selection, scenario, asked) if one.runs]
    return next(iter(tested), max(pairs, key=lambda one: abs(one.mean), default=None))


def _in_words(claim: Claim, asked: Question) -> bool:
    """Whether a claim is about what stands between two states that the question names."""
    between = {label for dim, label in claim.where.items() if dim in TWO}
    return len(between) == len(set(TWO) & set(claim.where)) > 1 and between <= asked.worded


def _is_of(row: pd.Series, claim: Claim) -> bool:
    """Whether an effect is at the place of a claim."""
    return all(row.get(dim) == label for dim, label in claim.where.items())


def _pairs(selection: Selection, scenario: str, asked: Question) -> Iterator[Finding]:
    """What becomes of the dependence of each state that a question names on each other one.

    While an event of the scenario lasts, where one ends, else by the end. None where the question is that of the
    scenario it is compared with.
    """
    base = selection.resolved[selection.base(scenario)]
    if selection.resolved[scenario].question == base.question:
        return
    added = (event for event in selection.resolved[scenario].events if event not in base.events)
    ending = next((event.id for event in added if event.duration and event.id), None)
    when = {"while": ending} if ending else {"by": selection.last(scenario)}
    for country, controller in permutations(sorted(asked.worded), 2):
        where = {"country": country, "controller": controller}
        claim = {"claim": "asked", "measure": "loss", "where": where, "relation": "rises", "size": LEAST}
        yield examine(selection, scenario, Claim(**claim | when | {"against": selection.base(scenario)}))
