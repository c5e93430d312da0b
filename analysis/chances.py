"""Chances: in which runs the events of a scenario come, and in what words its effects there are told."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from analysis import words
from analysis.ensemble import ENOUGH, FEW
from analysis.selection import RUNS_A_POINT, Runs, Selection
from model.events import schedule
from model.quarters import parse_quarter
from scenarios.edits import edits_of

_FEW = re.compile(r"; \d+ (?:runs are|run is) few: [^;.]*?in a batch of about \d+")
MOST_NAMED = 3
"""Events that a clause can name together."""


def fired(selection: Selection, scenario: str, event: str, until: int) -> Runs:
    """Runs in which an event has begun by a quarter (ordinal); its luck is drawn again, the same by its address."""
    edits = edits_of(selection.resolved[scenario], event)
    runs = selection.values(scenario, selection.measures[0])["run"].values.astype(np.int64)
    begun = schedule(edits, selection.parts[scenario].seed, runs % RUNS_A_POINT).begins <= until
    return np.asarray(runs[begun.any(axis=0)], dtype=np.int64)


def where_come(selection: Selection, scenario: str, event: str, until: int) -> Selection:
    """The selection in the runs in which an event of a scenario has begun by a quarter (ordinal).

    Another scenario counts in its own such runs where it has the same event, else in the same runs.
    """
    found = [one for one in selection.resolved[scenario].events if one.id == event]
    own = {s: s if found[0] in selection.resolved[s].events else scenario for s in selection.scenarios}
    return replace(selection, only={s: fired(selection, which, event, until) for s, which in own.items()})


def comings(selection: Selection, scenario: str, base: str, until: int) -> Mapping[str, Runs]:
    """Events that a scenario adds to `base` and that have come by a quarter in part of the runs, with these runs.

    Of several that come in the same runs, as what follows another event does, the first.
    """
    known = selection.resolved[base].events
    count = selection.values(scenario, selection.measures[0]).sizes["run"]
    names = [event.id for event in selection.resolved[scenario].events if event not in known and event.id]
    found: dict[tuple[int, ...], str] = {}
    for name in names:
        runs = tuple(fired(selection, scenario, name, until).tolist())
        if 0 < len(runs) < count:
            found.setdefault(runs, name)
    return {name: np.array(runs, dtype=np.int64) for runs, name in found.items()}


def condition(selection: Selection, scenario: str, seen: Runs | None = None) -> str:
    """In which runs the effects of a scenario are told, at the head of a clause; empty when in all.

    The events that come in just these runs are named, as few as there are. `seen` are those that recorded
    what is told, where that is not all that the scenario touches.
    """
    touched, every = selection.touched(scenario), counted(selection, scenario)
    runs = touched if seen is None else seen
    if len(runs) == every:
        return ""
    which = _which(selection, scenario) if len(runs) == len(touched) else "that was recorded"
    return f"in the {100 * len(runs) / every:.0f} % of the runs in which {which}, "


def _which(selection: Selection, scenario: str) -> str:
    """What happens in just the runs that a scenario touches."""
    names = _just(_chances(selection, scenario), selection.touched(scenario))
    base = selection.resolved[selection.base(scenario)].title
    said = f"{' or '.join(f'“{name}”' for name in names)} comes"
    return f"{said}{_asked(selection, scenario, names)}" if names else f"anything differs from {words.quoted(base)}"


def _asked(selection: Selection, scenario: str, names: tuple[str, ...]) -> str:
    """With which probability the only event of these comes by its file, in brackets; empty for several."""
    events = [event for event in selection.resolved[scenario].events if event.id in names]
    odds = {event.probability for event in events if not event.follows}
    return f" ({100 * odds.pop():g} % by its file)" if len(names) == 1 and len(odds) == 1 else ""


def kinds(selection: Selection, scenario: str, seen: Runs, time: str) -> str:
    """That the runs `seen` in an effect are of several kinds by its time, as a clause; empty when they are of one."""
    if not selection.paired(scenario):
        return ""
    chances = _chances(selection, scenario, time if words.is_quarter(time) else None)
    shares = {name: np.isin(seen, come).mean() for name, come in chances.items()}
    apart = [f"“{name}” in {100 * share:.0f} %" for name, share in shares.items() if 0 < share < 1]
    return f"; a mean over runs of several kinds: of these runs {words.listing(apart)}" if apart else ""


def few(seen: int, every: int, chance: float | None = None) -> str:
    """That some runs are few, and how many it takes, of a batch with `every` runs, as a clause; empty when enough.

    `chance` is that of such a run where it is known; else it is taken for the share of those seen.

    >>> few(3, 20), few(10, 20)
    ('; 3 runs are few: it takes 29 that agree to tell that nine of ten do, in a batch of about 194', '')
    >>> few(1, 8)
    '; 1 run is few: it takes 29 that agree to tell that nine of ten do, in a batch of about 232'
    """
    needed = math.ceil(ENOUGH / (seen / every if chance is None else chance)) if seen < FEW else 0
    takes = f"it takes {ENOUGH} that agree to tell that nine of ten do, in a batch of about {needed}"
    return f"; {seen} run{' is' if seen == 1 else 's are'} few: {takes}" if seen < FEW else ""


def said_once(texts: Iterable[str]) -> list[str]:
    """Texts in which it is said once that some runs are few.

    >>> said_once([f"It rises{few(3, 20)}.", f"It falls{few(3, 20)}."])[1]
    'It falls.'
    """
    known: set[str] = set()

    def first(found: re.Match[str]) -> str:
        text = "" if found.group() in known else found.group()
        known.add(found.group())
        return text

    return [_FEW.sub(first, text) for text in texts]


def counted(selection: Selection, scenario: str) -> int:
    """Runs of a scenario that can be compared, whether it touches them or not."""
    return selection.difference(scenario, selection.measures[0]).sizes["run"]


def among(selection: Selection, scenarios: Iterable[str]) -> str:
    """That some of these scenarios are told in part of their runs only, as a sentence; empty when none is."""
    parts = {s: condition(selection, s).removesuffix(", ") for s in scenarios}
    said = [f"{words.quoted(selection.resolved[s].title)} {text}" for s, text in parts.items() if text]
    return f" Runs in which nothing differs are left out: {words.listing(said)}." if said else ""


def _chances(selection: Selection, scenario: str, until: str | None = None) -> Mapping[str, Runs]:
    """What a scenario adds by chance to what it is compared with, by a quarter or by the end."""
    return comings(selection, scenario, selection.base(scenario), parse_quarter(until or selection.last(scenario)))


def _just(chances: Mapping[str, Runs], runs: Runs) -> tuple[str, ...]:
    """The fewest events that together come in just some runs; none when there are none."""
    several = (names for size in range(1, MOST_NAMED + 1) for names in combinations(chances, size))
    return next((names for names in several if set(runs) == set().union(*(chances[n].tolist() for n in names))), ())
