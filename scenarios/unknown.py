"""Unknown words: what is said of a word that does not exist, and what it may mean."""

from collections.abc import Iterator

from scenarios.overlay import Place
from scenarios.problems import article, listing, nearest, showing
from scenarios.subject import Finding, Subject
from scenarios.vocabulary import TOPICS, Vocabulary


def unknown_event(place: Place, word: str, subject: Subject) -> Iterator[Finding]:
    """That no event has an id; one may stand in a base that cannot be read, which is then said."""
    known = subject.parts.ids
    allowed = listing(known, word, "the file") or "no event here has an id"
    unread = "" if subject.parts.whole else ", unless a base has it that cannot be read"
    yield Finding(place, f"is not the id of an event here{unread}", word, allowed, nearest(word, known))


def unknown_word(place: Place, kind: str, word: str, words: Vocabulary) -> Iterator[Finding]:
    """A finding when a word of a kind does not exist; kinds without words pass."""
    known = words.words.get(kind)
    if known is not None and word not in known:
        others = [] if words.called(kind, word) in known else list(words.elsewhere(kind, word))
        also = "".join(f"; it is the {other} {named}" for other, named in others)
        near = [] if others else words.meant(kind, word)
        command = showing(TOPICS[kind]) if kind in TOPICS else ""
        allowed = f"{command} lists them" if near and command else listing(sorted(known), word, command)
        yield Finding(place, f"is not {article(kind)}{also}", word, allowed, "' or '".join(near))
