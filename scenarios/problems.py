"""Problems: what is wrong with a user's file, where, and what would be right."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import groupby

LONGEST_LIST = 12
SMALLEST_REST = 3  # fewer words than these are not left out of a list
LONGEST_VALUE = 60
CLOSE = 0.6  # similarity from which a word counts as a slip of the pen
VERY_CLOSE = 0.8  # similarity from which a long text does: many long names share words
PART = re.compile(r"[^\W\d_]+")
"""A part of an id or name."""
BEGUN = 0.9  # how likely a word means a single one that it begins
SHORTEST_BEGINNING = 3  # letters from which a word that begins a text may mean it
TELLING = 4  # letters of a part that tells things apart
MOST_SHARING = 3  # things that share a part that tells them from others
MOST_ALIKE = 3  # things that a word may mean: of more, none is meant


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: its place, the value seen, what is wrong, what is allowed, the nearest valid word."""

    file: str
    line: int
    path: str
    message: str
    seen: str = ""
    allowed: str = ""
    nearest: str = ""
    check: str = ""

    def sentence(self) -> str:
        """The problem in words, without file and line."""
        subject = f"{shorten(self.seen)} " if self.seen else ""
        remedy = f"; {self.allowed}" if self.allowed else ""
        hint = f". Did you mean '{self.nearest}'?" if self.nearest else ""
        place = f"{self.path}: " if self.path else ""
        return f"{place}{subject}{self.message}{remedy}{hint}"


class ScenarioError(ValueError):
    """A user's scenario or tables cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Sort the problems by place and compose the text."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__(render(self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        """Keep the problems when the error crosses a process border."""
        return type(self), (self.problems,)


def held_to(what: str, value: object, kind: type | tuple[type, ...], wanted: str) -> None:
    """ScenarioError that says what is wanted when an argument of a function is not of a kind."""
    if not isinstance(value, kind):
        raise ScenarioError([Problem("the request", 0, what, f"is not {wanted}", str(value))])


def render(problems: Sequence[Problem], called: str = "problem") -> str:
    """All problems, or what else they are called, as text: one heading for each file, one line for each problem."""
    by_file = groupby(sorted(problems), key=lambda problem: problem.file)
    return "\n".join(_section(file, list(group), called) for file, group in by_file)


def nearest(word: str, words: Iterable[str], least: float = CLOSE) -> str:
    """The valid word closest to a misspelt one, or nothing when none is so similar at least."""
    return next(iter(_closest(word, words, most=1, least=least)), "")


def likely(word: str, texts: Mapping[str, str]) -> list[str]:
    """The thing that a word may mean, or a few that are as likely, given what each is called, in small letters.

    A thing is meant by a text very much like the word, then by one with nearly all parts of it, of which few have
    one, then by a single word somewhat like it.

    >>> likely("B_KHORGOS", {"f004": "F004", "khorgos border": "F004", "p_kharg": "P_KHARG"})
    ['F004']
    """
    marks = likelihood(word, texts)
    likeliest = sorted(thing for thing in marks if marks[thing] == max(marks.values()))
    return likeliest if len(likeliest) <= MOST_ALIKE else []


def likelihood(word: str, texts: Mapping[str, str]) -> dict[str, float]:
    """How likely a word means each thing, up to 1, given what each is called; the unlikely are left out."""
    wanted, sharing = word[:LONGEST_VALUE].casefold(), _sharing(word.casefold(), texts)
    marks: dict[str, float] = {}
    for text, thing in texts.items():
        mark = max(_likeness(wanted, text), sharing.get(text, 0.0), marks.get(thing, 0.0))
        marks |= {thing: mark} if mark else {}
    return marks


def _likeness(word: str, text: str) -> float:
    """Similarity of a word and a text, much where it begins a single word; 0 when it is too small to mean anything."""
    least, start = (VERY_CLOSE, CLOSE) if " " in text else (CLOSE, BEGUN)
    begun = start if len(word) >= SHORTEST_BEGINNING and text.startswith(word) else 0.0
    matcher = SequenceMatcher(None, text, word)
    alike = matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least
    return max(found, begun) if alike and (found := matcher.ratio()) >= least else begun


def _sharing(word: str, texts: Mapping[str, str]) -> dict[str, float]:
    """Marks of the texts that have nearly all parts of a word, one of them a part that few things have."""
    having = defaultdict[str, set[str]](set)
    for text, thing in texts.items():
        for part in PART.findall(text):
            having[part].add(thing)
    parts = [nearest(part, having, VERY_CLOSE) or part for part in PART.findall(word)]
    few = {part for part in parts if len(part) >= TELLING and len(having[part]) <= MOST_SHARING}
    marks = {}
    for text in texts:
        shared = [part for part in parts if part in PART.findall(text)]
        if few & set(shared) and sum(map(len, shared)) >= VERY_CLOSE * sum(map(len, parts)):
            marks[text] = VERY_CLOSE
    return marks


def listing(words: Iterable[str], word: str = "", where: str = "") -> str:
    """Valid words in a row; of many those most like a word, and what lists them all."""
    ordered = list(words)
    if len(ordered) < LONGEST_LIST + SMALLEST_REST:
        return f"allowed: {', '.join(ordered)}" if ordered else ""
    shown = sorted(_closest(word, ordered, most=LONGEST_LIST, least=0.0)) if word else ordered[:LONGEST_LIST]
    rest = f"; {where} lists them all" if where else ""
    return f"allowed: {', '.join(shown)} and {len(ordered) - len(shown)} more{rest}"


def showing(topic: str) -> str:
    """The command that lists the words of a topic.

    >>> showing("links")
    '`multivector show links`'
    """
    return f"`multivector show {topic}`"


def article(word: str) -> str:
    """A word with its article.

    >>> article("offer"), article("link")
    ('an offer', 'a link')
    """
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def between(low: float, high: float, unit: str = "") -> str:
    """A range in words, with its unit when there is one to name.

    >>> between(0.0, float("inf")), between(0.0, 3.0, "rung of the ladder")
    ('allowed: 0 or more', 'allowed: 0 to 3 [rung of the ladder]')
    """
    span = f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:g}"
    return f"allowed: {span} [{unit}]" if unit else f"allowed: {span}"


def _closest(word: str, words: Iterable[str], *, most: int, least: float) -> list[str]:
    """Words at least so similar to a word, whatever their case, the most similar first."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(words)}
    found = get_close_matches(word[:LONGEST_VALUE].lower(), by_lower, n=most, cutoff=least)
    return [by_lower[candidate] for candidate in found]


def shorten(text: str) -> str:
    """A value in quotes, on one line, cut when it is long."""
    flat = " ".join(text.split())
    return f"'{flat}'" if len(flat) <= LONGEST_VALUE else f"'{flat[:LONGEST_VALUE]}…'"


def _section(file: str, problems: list[Problem], called: str) -> str:
    """Heading and lines of one file."""
    count = f"{len(problems)} {called}" + ("s" if len(problems) > 1 else "")
    lines = (f"  {_line(problem)}{problem.sentence()}" for problem in problems)
    return "\n".join([f"{count} in {file}", *lines])


def _line(problem: Problem) -> str:
    """Line of a problem in words; nothing when it belongs to no line."""
    return f"line {problem.line}  " if problem.line else ""
