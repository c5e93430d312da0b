"""Unknown words: what is said of a word that does not exist, and what it may mean."""

from collections.abc import Iterator

from scenarios.overlay import Place
from scenarios.problems import article, listing, nearest, showing
from scenarios.subject import Finding, Subject
from scenarios.vocabulary import TOPICS, Vocabulary

OF_STATES = ("link", "market", "contract", "project", "dyad", "institution")
"""Kinds whose words a state has, so that `multivector show` lists them by it."""

SPELLED = ("supplier", "trader")
"""Kinds whose codes are listed with names: not all are states."""


def unknown_event(place: Place, word: str, subject: Subject, own: str | None = None) -> Iterator[Finding]:
    """That no event, other than its `own`, has an id; one may stand in a base that cannot be read, which is said."""
    known = [name for name in subject.parts.ids if name != own]
    allowed = listing(tuple(dict.fromkeys(known)), word, "the file") or "no event here has an id"
    unread = "" if subject.parts.whole else ", as far as the file and its bases can be read"
    yield Finding(place, f"is not the id of an event here{unread}", word, allowed, nearest(word, known))


def unknown_word(place: Place, kind: str, word: str, words: Vocabulary) -> Iterator[Finding]:
    """A finding when a word of a kind does not exist; kinds without words pass."""
    known = words.words.get(kind)
    if known is not None and word not in known:
        others = [] if words.called(kind, word) in known else list(words.elsewhere(kind, word))
        also = "".join(f"; it is the {other} {named}" for other, named in others)
        states = [named for other, named in others if other in {"country", "pole"}]
        near = [] if states else words.meant(kind, word)  # a state is no slip of the pen
        states = states if kind in OF_STATES else []
        command = showing(f"{TOPICS[kind]} {''.join(states[:1])}".rstrip()) if kind in TOPICS else ""
        spelled = [_titled(each, words) for each in sorted(known)] if kind in SPELLED else sorted(known)
        short = command and (near or states)
        allowed = (
            f"{command} lists {'those it has' if states else 'them'}" if short else listing(spelled, word, command)
        )
        yield Finding(place, f"is not {article(kind)}{also}", word, allowed, "' or '".join(near))


def _titled(code: str, words: Vocabulary) -> str:
    """A code with its name when it has one."""
    return f"{code} ({words.titles[code]})" if code in words.titles else code
