"""Keys: what a file may write, what fits together, and what a wrong key may mean."""

from collections.abc import Collection, Sequence

from pydantic import BaseModel

from model.events import STATES
from scenarios.problems import nearest
from scenarios.schema import OPERATION_KEYS, TARGET_KEYS, Event
from scenarios.states import STATE_VALUES
from scenarios.subject import properties

SYNONYMS = {
    **dict.fromkeys(("increase", "increases", "grows", "gains", "higher", "up", ">"), "rises"),
    **dict.fromkeys(("decrease", "decreases", "declines", "drops", "loses", "lower", "down", "<"), "falls"),
    **dict.fromkeys(("same", "constant", "stable", "equals", "="), "unchanged"),
    **dict.fromkeys(("until", "to", "end", "ends"), "for"),
    "name": "id",
    "duration": "for",
    "length": "for",
    "ramp": "over",
    "value": "set",
    "quantity": "property",
    "organisation": "institution",
    "goods": "commodity",
    **dict.fromkeys(("transit", "route", "road", "railway", "port", "pipeline", "crossing"), "link"),
    **dict.fromkeys(("border", "borders"), "dyad"),
    **dict.fromkeys(("migration", "migrants", "workers"), "remittances"),
    **dict.fromkeys(("stage", "state", "status"), "becomes"),
    **dict.fromkeys(("shut", "shuts", "close", "blocked"), "closed"),
    **dict.fromkeys(("open", "opens", "opened", "built", "active", "running"), "operating"),
    "war": "hot",
    "left": "none",
    **dict.fromkeys(("date", "when", "from", "start"), "at"),
    **dict.fromkeys(("description", "comment", "source", "why"), "note"),
}
"""Words of other languages of this kind, and what they are here."""
AT_ONCE = {target.partition(".")[0] for target in STATES}
"""Targets that change by steps, so that nothing of them is reached over time."""
DATES = {"at": ("follows", "after"), "follows": ("at",)}
"""Keys that do not fit beside a key that dates an event."""


def meant(word: str, allowed: Sequence[str]) -> str:
    """The valid word that one of another tongue, or a slip of the pen, means; nothing when none is close."""
    same = SYNONYMS.get(word, "")
    return same if same in allowed else nearest(word, allowed)


def keys(model: type[BaseModel]) -> list[str]:
    """Keys as a file has them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def fitting(written: Collection[str]) -> tuple[str, list[str]]:
    """The target among the keys of an event, and the keys that fit beside all of them; none without one target.

    >>> fitting(["at", "project", "stage"])
    ('project', ['at', 'id', 'note', 'probability', 'for', 'becomes'])
    >>> fitting(["follows", "coercion"])[1]
    ['follows', 'after', 'id', 'note', 'probability', 'for', 'set', 'add', 'multiply']
    """
    targets = [key for key in TARGET_KEYS if key in written]
    if len(targets) != 1:
        return "", []
    operations = ("becomes",) if targets[0] in STATE_VALUES else ("set", "add", "multiply")
    unfit = {*TARGET_KEYS, *OPERATION_KEYS} - {*operations}
    unfit |= set() if len(properties(targets[0])) > 1 else {"property"}
    unfit |= {"over"} if targets[0] in AT_ONCE else set()
    unfit |= {key for date in DATES if date in written for key in DATES[date]}
    return targets[0], [key for key in keys(Event) if key not in unfit]
