"""Scenario files: finding them by name or path, and following `extends`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.overlay import Node, Place, dotted, event_id, inherited, overlay
from scenarios.problems import Problem, listing, nearest
from scenarios.table_files import display
from scenarios.text import LARGEST_FILE, parse

LIBRARY = Path(__file__).parent / "library"
LONGEST_CHAIN = 20
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Document:
    """A scenario file with everything it extends, and the problems of all of them."""

    file: str
    root: Node | None
    problems: tuple[Problem, ...]
    base: str | Path = ""
    """Library name or path of the scenario at the end of `extends`: itself when it extends nothing."""


def library_names() -> tuple[str, ...]:
    """Names of the shipped scenarios, sorted."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def locate(name: str | Path) -> Path:
    """The file a name or path means: text with an ending or a folder is a path, else a library name."""
    path = Path(name)
    is_path = isinstance(name, Path) or path.suffix in ENDINGS or len(path.parts) > 1
    return path if is_path else LIBRARY / f"{name}.yaml"


def read_document(name: str | Path) -> Document:
    """A scenario with its whole chain of `extends` overlaid."""
    try:
        path = locate(name)
        if not path.is_file():
            return Document(str(name), None, (_not_found(name),))
    except (OSError, ValueError):
        return Document(str(name)[:100], None, (_not_found(name),))
    return _read_chain(path.resolve(), display(path.resolve()))


def _not_found(name: str | Path) -> Problem:
    """The problem of a scenario that is not there."""
    names = library_names()
    shown = str(name)[:100]
    path = locate(name)
    if path.parent == LIBRARY:
        allowed = listing(names, shown, "scenarios")
        return Problem(shown, 0, "", "is not a scenario of the library", shown, allowed, nearest(shown, names))
    return Problem(shown, 0, "", "is not a file" if path.exists() else "there is no such file")


def _read_chain(path: Path, shown: str) -> Document:
    """Files from the one asked for down to its last base, merged."""
    chain: list[Node] = []
    seen: list[Path] = []
    problems: list[Problem] = []
    current: Path | None = path
    while current is not None:
        seen.append(current)
        root, faults = _read_file(current)
        problems += faults
        if root is None:
            return Document(shown, None, tuple(problems))
        chain.append(root)
        current, fault = _base(root, current, seen)
        problems += [fault] if fault else []
    child, *bases = chain
    root = overlay(*(inherited(base) for base in reversed(bases)), child)
    return Document(shown, root, tuple(problems), _name_of(seen[-1]))


def _name_of(path: Path) -> str | Path:
    """What `locate` finds a file by: its name in the library, else its path."""
    return path.stem if path.parent == LIBRARY.resolve() else path


def _read_file(path: Path) -> tuple[Node | None, list[Problem]]:
    """Content of one file and its problems."""
    shown = display(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            return None, [Problem(shown, 1, "", f"is larger than {LARGEST_FILE // 1024} kB")]
        source = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return None, [Problem(shown, 1, "", f"cannot be read: {reason}")]
    root, problems = parse(source, shown)
    return root, problems if root is None else [*problems, *_repeated_ids(root)]


def _base(root: Node, path: Path, seen: list[Path]) -> tuple[Path | None, Problem | None]:
    """The file that a file extends, or what is wrong with it."""
    node = root.child("extends")
    if node is None or not isinstance(node.value, str):
        return None, None
    base, fault = _resolve(node.value, path, seen)
    if base is None:
        names = library_names()
        hint = nearest(node.value, names)
        return None, Problem(node.file, node.line, dotted(("extends",)), fault, node.value, nearest=hint)
    return base, None


def _resolve(word: str, path: Path, seen: list[Path]) -> tuple[Path | None, str]:
    """The file a word after `extends` means; else why it means none."""
    is_path = Path(word).suffix in ENDINGS or len(Path(word).parts) > 1
    folder = path.parent if is_path else LIBRARY
    try:
        base = (folder / (word if is_path else f"{word}.yaml")).resolve()
        found = base.is_file()
    except (OSError, ValueError):
        return None, "is not the name of a file"
    if not base.is_relative_to(folder.resolve()):
        return None, "lies outside the folder of this file"
    if not found:
        return None, "is neither a library scenario nor a file beside this one"
    if base in seen:
        return None, "closes a circle of scenarios that extend each other"
    return (base, "") if len(seen) < LONGEST_CHAIN else (None, f"makes a chain longer than {LONGEST_CHAIN}")


def _repeated_ids(root: Node) -> Iterator[Problem]:
    """Ids that two events of one file share."""
    events = root.child("events")
    first: dict[str, int] = {}
    for i, event in enumerate(events.value if events and isinstance(events.value, tuple) else ()):
        name = event_id(event)
        if name and first.setdefault(name, event.line) != event.line:
            place: Place = ("events", i, "id")
            line = event.nearest(("id",)).line
            yield Problem(event.file, line, dotted(place), f"occurs twice, first in line {first[name]}", name)
