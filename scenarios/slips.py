"""Slips: a text that is not YAML, without the items in which that is so, so that the rest can be read."""

import re
from contextlib import suppress

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

KEY = re.compile(r"\w+:")
ITEM = re.compile(r"(\s*)- ")
SIGNS = "[{&!"
"""What a list or mapping in brackets or braces begins with: those, an anchor or a tag."""
OPENED = ("quoted scalar", "flow")
"""Parts of what the reader of YAML says where something was opened that is not closed: the slip is where it begins."""


def place_of(reason: MarkedYAMLError, source: str) -> int:
    """Line of a slip in a text, counted from 1."""
    if "flow node" in (reason.context or ""):  # begins where the slip shows, perhaps in the next item
        return _opening(source)
    opened = reason.context_mark is not None and any(part in (reason.context or "") for part in OPENED)
    mark: StreamMark | None = reason.context_mark if opened else reason.problem_mark or reason.context_mark
    return mark.line + 1 if mark is not None else 1


def _opening(source: str) -> int:
    """Line of the innermost bracket or brace that stands open where a text ceases to be YAML, counted from 1.

    >>> _opening(chr(10).join(["- link: [a,", "b:", "- {c: [d]}"]))
    1
    """
    lines: list[int] = []
    with suppress(YAMLError):
        for event in YAML(typ="safe", pure=True).parse(source):
            if isinstance(event, CollectionStartEvent):
                mark = event.start_mark
                bare = event.flow_style and source[mark.index] not in SIGNS  # a key and value within brackets
                lines.append(lines[-1] if bare else mark.line + 1)
            elif isinstance(event, CollectionEndEvent):
                lines.pop()
    return lines[-1]


def without(source: str, line: int) -> str:
    """A text with nothing in the item of a list, or under the key, in which a line, counted from 1, stands.

    An empty value is left in that line, and the other lines where they are.

    >>> lines = ["events:", "  - {b: [}", "    c: 2", "  - {d: 3}"]
    >>> without(chr(10).join(lines), 3).splitlines()
    ['events:', '', '  -', '  - {d: 3}']
    """
    lines = source.splitlines()
    heads = _heads(lines)
    first = max((head for head in heads if head < line), default=0)
    last = min((head for head in heads if head >= line), default=len(lines))
    key, item = KEY.match(lines[first]), ITEM.match(lines[first])
    stand_in = key.group() if key else f"{_indent(lines, heads, first)}-" if item else ""
    blank = [stand_in if n == line - 1 else "" for n in range(first, last)]
    return "\n".join([*lines[:first], *blank, *lines[last:]])


def _heads(lines: list[str]) -> list[int]:
    """Lines in which a key of the file or an item of its list begins, also one that is a blank too far out or in."""
    heads: list[int] = []
    column: int | None = None
    for n, text in enumerate(lines):
        item = ITEM.match(text)
        if KEY.match(text):
            heads, column = [*heads, n], None
        elif item and (column is None or abs(column - len(item.group(1))) <= 1):
            heads, column = [*heads, n], column if column is not None else len(item.group(1))
    return heads


def _indent(lines: list[str], heads: list[int], head: int) -> str:
    """The blanks before the items of the list in which one stands, as its first has them; spaces where it has a tab."""
    key = max((n for n in heads if n < head and KEY.match(lines[n])), default=-1)
    found = ITEM.match(lines[next(n for n in heads if n > key)])
    return " " * len(found.group(1).expandtabs(2)) if found else ""
