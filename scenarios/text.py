"""Scenario text: YAML to values with their lines, within limits, running nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from scenarios.overlay import Node, Place, dotted
from scenarios.problems import Problem
from scenarios.slips import place_of, without

LARGEST_FILE = 256 * 1024
DEEPEST = 20
MOST_ALIASES = 50
MOST_VALUES = 20_000
MOST_SLIPS = 5
SLIP = "yaml-slip"
"""The check that text fails which is not YAML."""
ALIAS = re.compile(r"undefined alias '(.+)'")
SEPARATORS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")
"""Signs at which the reader of YAML ends a line that neither it nor an editor counts as one: read as blanks."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Signs that YAML may not hold."""
PREFIX = "tag:yaml.org,2002:"
HINTS = {
    "mapping values are not allowed": "quote a text with a colon in it, and begin the keys of one item in one column",
    "could not find expected ':'": "after each key a colon and a space are wanted",
    "cannot start any token": "indent with spaces instead of tabs, and put quotes around such a character",
    "unexpected end of stream": "a quote is not closed",
    "another document": "a file holds one scenario, without ---",
    "expected <block end>": "keys of one item begin in one column, and a quote within quotes is written twice",
    "expected ',' or": "a bracket or brace is not closed, or a comma is missing",
    "expected the node content": "a bracket or brace is not closed, or a value is missing",
}
"""What to do, by a part of what the reader of YAML says."""


NUMBERS = (f"{PREFIX}int", f"{PREFIX}float")


@dataclass
class Text:
    """A text being read: its file's name and the problems found."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def slip(self, line: int, place: Place, message: str) -> None:
        """Note a problem for which nothing else in its line is told."""
        self.problems.append(Problem(self.file, line, dotted(place), message, check=SLIP))

    def fault(self, line: int, place: Place, message: str, seen: str = "") -> Node:
        """Note a problem; an empty value stands in."""
        self.problems.append(Problem(self.file, line, dotted(place), message, seen))
        return Node(None, self.file, line)


def parse(source: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The mapping that a scenario text holds, and its problems; None when it cannot be used.

    Of a text that is not YAML, what is left without the items in which it is not.
    """
    slips = list(_controls(source, file))
    rest = source = CONTROL.sub(" ", source.translate(SEPARATORS))
    while True:
        try:
            root, problems = _parsed(rest, file)
        except (YAMLError, ValueError) as reason:
            line, message = _syntax(reason, rest)
            line = min(line, len(source.splitlines()))
            slips.append(Problem(file, line, "", _lost(reason, source) or message, check=SLIP))
            shorter = _readable(rest, line, reason)
            if shorter == rest or len(slips) > MOST_SLIPS:
                return None, [*slips[:MOST_SLIPS], *_unread(slips)]
            rest = shorter
        else:
            return root, [*slips, *problems]


def _readable(source: str, line: int, reason: YAMLError | ValueError) -> str:
    """What of a text may be YAML without what a line of it begins or belongs to; all of it where that is not known."""
    if not isinstance(reason, MarkedYAMLError):
        return source
    if "another document" in (reason.problem or ""):
        return "\n".join(source.splitlines()[: line - 1])
    return without(source, line)


def _controls(source: str, file: str) -> Iterator[Problem]:
    """Lines with signs that nobody sees and YAML may not hold; read as blanks."""
    for n, line in enumerate(re.split(r"\r\n|\r|\n", source), 1):
        if sign := CONTROL.search(line):
            yield Problem(file, n, "", f"is not YAML: it holds the control character {sign.group()!a}", check=SLIP)


def _lost(reason: YAMLError | ValueError, source: str) -> str:
    """What is wrong with an alias whose anchor stands in what was left out; empty for another reason."""
    found = ALIAS.search(getattr(reason, "problem", None) or "")
    lost = found is not None and f"&{found.group(1)}" in source
    return f"cannot be read yet: &{found.group(1)} stands in what is not YAML" if found and lost else ""


def _unread(slips: list[Problem]) -> list[Problem]:
    """Where more is no YAML than is told at once."""
    message = f"nor is this YAML: mend the {MOST_SLIPS} places above, then the rest is read"
    return [replace(slip, message=message) for slip in slips[MOST_SLIPS:]]


def _parsed(source: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The same of a text that is YAML; raises what the reader of YAML does where it is not."""
    text = Text(file)
    over = next(_excesses(source), None)
    root = None if over else YAML(typ="safe", pure=True).compose(source)
    if over:
        text.fault(*over)
    elif not isinstance(root, MappingNode):
        text.fault(1, (), "the file must hold keys and values, like scenario: my-question")
    else:
        return _read(text, root, (), _line(root)), text.problems
    return None, text.problems


def _syntax(reason: YAMLError | ValueError, source: str) -> tuple[int, str]:
    """Line and message of text that is not YAML."""
    if isinstance(reason, MarkedYAMLError):
        problem = (reason.problem or "cannot be read").strip()
        hint = next((f"; {hint}" for part, hint in HINTS.items() if part in problem), "")
        return place_of(reason, source), f"is not YAML: {problem}{hint}"
    return 1, f"is not YAML: {str(reason).splitlines()[0] if str(reason) else 'cannot be read'}"


def _excesses(source: str) -> Iterator[tuple[int, Place, str]]:
    """Depth or aliases beyond the limits, found before anything is built."""
    depth = aliases = 0
    for event in YAML(typ="safe", pure=True).parse(source):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        aliases += isinstance(event, AliasEvent)
        line = event.start_mark.line + 1
        if depth > DEEPEST:
            yield line, (), f"is nested more than {DEEPEST} levels deep"
        if aliases > MOST_ALIASES:
            yield line, (), f"has more than {MOST_ALIASES} aliases"


def _read(text: Text, node: YamlNode, place: Place, line: int) -> Node:
    """One YAML node and all below it as values."""
    text.values += 1
    if text.values > MOST_VALUES or len(place) > DEEPEST:
        if text.values <= MOST_VALUES + 1:
            text.fault(line, place[:1], f"holds more than {MOST_VALUES} values, or nests in itself")
        return Node(None, text.file, line)
    if isinstance(node, MappingNode):
        return _read_mapping(text, node, place, line)
    if isinstance(node, SequenceNode):
        items = (_read(text, child, (*place, i), _line(child)) for i, child in enumerate(node.value))
        return Node(tuple(items), text.file, line)
    return _read_scalar(text, node, place, line)


def _read_mapping(text: Text, node: MappingNode, place: Place, line: int) -> Node:
    """Keys and values; a key that is no text or occurs twice is a problem."""
    children: dict[str, Node] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            kind = "a list" if isinstance(key, SequenceNode) else "a set of keys and values"
            text.fault(_line(key), place, f"has {kind} as a key; a key is one plain word, like scenario")
        elif key.tag == f"{PREFIX}merge":
            text.slip(line, place, "takes over the keys of another item, which scenarios have not: write them out")
        elif key.tag != f"{PREFIX}str":
            number = "; within braces a number has a point, like 0.5" if key.tag in NUMBERS else ""
            text.fault(_line(key), place, f"is no plain word and cannot be a key{number}", str(key.value))
        elif key.value in children:
            text.fault(_line(key), (*place, key.value), f"occurs twice, first in line {children[key.value].line}")
        else:
            children[key.value] = _read(text, value, (*place, key.value), _line(key))
    return Node(children, text.file, line)


def _read_scalar(text: Text, node: YamlNode, place: Place, line: int) -> Node:
    """A single word or number."""
    kind = str(node.tag).removeprefix(PREFIX)
    try:
        value = _scalar(kind, str(node.value))
    except (ValueError, OverflowError):
        return text.fault(line, place, "is not a number that can be read", str(node.value))
    except KeyError:
        return text.fault(line, place, "has a tag; allowed: plain words, numbers, lists and keys", str(node.tag))
    return Node(value, text.file, line)


def _scalar(kind: str, value: str) -> bool | int | float | str | None:
    """The value of a scalar of a kind; KeyError for kinds that scenarios do not use."""
    match kind:
        case "str" | "timestamp":
            return value
        case "null":
            return None
        case "bool":
            return value.lower() == "true"
        case "int":
            return int(value.replace("_", ""), 0) if value.lower().startswith(("0x", "0o")) else int(value)
        case "float":
            return float(value.lower().replace(".inf", "inf").replace(".nan", "nan").replace("_", ""))
    raise KeyError(kind)


def _line(node: YamlNode) -> int:
    """Line of a node, counted from one."""
    return int(node.start_mark.line) + 1
