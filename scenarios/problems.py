"""Problems: what is wrong with a user's file, where, and what would be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

LONGEST_LIST = 12
LONGEST_VALUE = 60
CLOSE = 0.6  # similarity from which a word counts as a slip of the pen


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


def render(problems: Sequence[Problem], called: str = "problem") -> str:
    """All problems, or what else they are called, as text: one heading for each file, one line for each problem."""
    by_file = groupby(sorted(problems), key=lambda problem: problem.file)
    return "\n".join(_section(file, list(group), called) for file, group in by_file)


def nearest(word: str, words: Iterable[str], least: float = CLOSE) -> str:
    """The valid word closest to a misspelt one, or nothing when none is so similar at least."""
    return next(iter(_closest(word, words, most=1, least=least)), "")


def listing(words: Iterable[str], word: str = "", topic: str = "") -> str:
    """Valid words in a row; of many those most like a word, and the topic of `multivector show` that has them all."""
    ordered = list(words)
    if len(ordered) <= LONGEST_LIST:
        return f"allowed: {', '.join(ordered)}" if ordered else ""
    shown = _closest(word, ordered, most=LONGEST_LIST, least=0.0) if word else ordered[:LONGEST_LIST]
    where = f"; `multivector show {topic}` lists them all" if topic else ""
    return f"allowed: {', '.join(shown)} and {len(ordered) - len(shown)} more{where}"


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
