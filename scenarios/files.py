"""Scenario files: finding them by name or path, and following `extends`."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from scenarios.overlay import Node, Place, dotted, event_id, inherited, overlay
from scenarios.problems import Problem, listing, nearest, showing
from scenarios.table_files import display
from scenarios.text import LARGEST_FILE, SLIP, parse

LIBRARY = Path(__file__).parent / "library"
LONGEST_CHAIN = 20
ENDINGS = (".yaml", ".yml")
NOWHERE = "is neither a library scenario nor a file beside this one"
Layers = dict[Path, Node]
"""Files and what each says, the lowest first."""


@dataclass(frozen=True)
class Document:
    """A scenario file with everything it extends, and the problems of all of them."""

    file: str
    root: Node | None
    problems: tuple[Problem, ...]
    base: str | Path = ""
    """Library name or path of the scenario at the end of `extends`: itself when it extends nothing."""
    warnings: tuple[Problem, ...] = ()
    """What is no mistake and may yet not be meant."""
    whole: bool = True
    """Whether all that it extends is here; else what it names may stand in what is missing."""

    @property
    def slips(self) -> frozenset[tuple[str, int]]:
        """Files and lines of what is no YAML: what is said of these beside that would follow from it."""
        return frozenset((problem.file, problem.line) for problem in self.problems if problem.check == SLIP)


def library_names() -> tuple[str, ...]:
    """Names of the shipped scenarios, sorted."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def locate(name: str | Path, folder: Path = Path()) -> Path:
    """The file a word means: a path, when it has an ending or a folder; else a name in the library, or in a folder."""
    return next((path for path in meanings(name, folder) if path.is_file()), next(meanings(name, folder)))


def own_file(name: str | Path) -> str:
    """Name of the user's file that a word means, without its folder; empty when it means one of the library."""
    path = locate(name).resolve()
    return "" if path.parent == LIBRARY.resolve() else path.name


def meanings(name: str | Path, folder: Path) -> Iterator[Path]:
    """The files a word may mean, the first that exists is meant: its own path, or one in the library or in a folder."""
    path = Path(name)
    if isinstance(name, Path) or path.suffix in ENDINGS or len(path.parts) > 1:
        yield folder / path
    else:
        yield LIBRARY / f"{name}.yaml"
        yield from (folder / f"{name}{ending}" for ending in ENDINGS)


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
    path = next(meanings(name, Path()))
    if path.parent == LIBRARY:
        allowed = listing(names, shown, showing("scenarios"))
        return Problem(shown, 0, "", "is not a scenario of the library", shown, allowed, _meant(shown, Path()))
    return Problem(shown, 0, "", "is not a file" if path.exists() else "there is no such file")


def _read_chain(path: Path, shown: str) -> Document:
    """A file and all that it extends, merged."""
    reading = Reading()
    layers = reading.layers(path)
    if layers is None:
        return Document(shown, None, tuple(reading.problems))
    child = layers.pop(path)
    root = overlay(*map(inherited, layers.values()), child)
    lowest = next(iter(layers), path)
    twice = [] if lowest == path else _as_its_base(child, layers[lowest])
    doubts = [] if twice or path.parent == LIBRARY.resolve() else _as_in_library(child)
    problems, warnings = (*reading.problems, *twice), (*reading.doubts, *doubts)
    return Document(shown, root, problems, _name_of(lowest), warnings, whole=reading.whole)


def _as_its_base(child: Node, base: Node) -> list[Problem]:
    """That a scenario has the name of the one it is compared with, so that a batch could not hold both."""
    name, taken = child.child("scenario"), base.child("scenario")
    if name is None or taken is None or name.value != taken.value:
        return []
    message = f"is the name of the scenario it is compared with, in {Path(base.file).name}"
    return [Problem(name.file, name.line, "scenario", message, str(name.value), "give this one a name of its own")]


def _as_in_library(child: Node) -> list[Problem]:
    """That a user's scenario has the name of one of the library, so that one may pass for the other."""
    name = child.child("scenario")
    if name is None or name.value not in library_names():
        return []
    message = "is the name of a scenario of the library too, and results are told apart by name"
    return [Problem(name.file, name.line, "scenario", message, str(name.value), check="name-taken")]


@dataclass
class Reading:
    """Scenario files read together: the layers below each, all problems and doubts, whether nothing is missing."""

    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    whole: bool = True
    known: dict[Path, Layers | None] = field(default_factory=dict)

    def layers(self, path: Path, above: tuple[Path, ...] = ()) -> Layers | None:
        """What a file extends, the lowest first and each file once, then the file; None when one cannot be read."""
        if path not in self.known:
            self.known[path] = self._read(path, (*above, path))
        known = self.known[path]
        return known and dict(known)

    def _read(self, path: Path, above: tuple[Path, ...]) -> Layers | None:
        """The layers of a file that was not read yet."""
        root, faults = _read_file(path)
        self.problems += faults
        self.whole &= not any(fault.check == SLIP for fault in faults)
        if root is None:
            return None
        found: Layers = {}
        for place, node in _extended(root):
            here = Problem(node.file, node.line, place, "", str(node.value))
            lower = self._lower(here, path, above)
            self.whole &= lower is not None
            self.problems += _clashes(here, found, lower or {})
            found |= lower or {}  # what is known already keeps its place
        return {**found, path: root}

    def _lower(self, here: Problem, path: Path, above: tuple[Path, ...]) -> Layers | None:
        """The layers of the word that a file extends at a place; None when they cannot be read."""
        base, fault = _resolve(here.seen, path, above)
        if base is None:
            hint = _meant(here.seen, path.parent) if fault == NOWHERE else ""
            self.problems.append(replace(here, message=fault, nearest=hint))
            return None
        self.doubts += _ambiguous(here, path.parent)
        return self.layers(base, above)


def _ambiguous(here: Problem, folder: Path) -> Iterator[Problem]:
    """That a word means one scenario and could mean another, beside the file that extends it."""
    meant, *others = dict.fromkeys(path.resolve() for path in meanings(here.seen, folder) if path.is_file())
    if others:
        message = f"means the scenario of the library; write {others[0].name} for the file beside this one"
        if meant.parent != LIBRARY.resolve():
            message = f"means {meant.name}; write {others[0].name} for the other file of that name"
        yield replace(here, message=message, check="extends-two")


def _meant(word: str, folder: Path) -> str:
    """The library scenario or file of a folder that a slip of the pen means."""
    with suppress(OSError):
        beside = sorted(file.name for file in folder.iterdir() if file.suffix in ENDINGS)
        return nearest(word, (*library_names(), *beside))
    return nearest(word, library_names())


def _extended(root: Node) -> Iterator[tuple[str, Node]]:
    """Path and value of each word after `extends`."""
    node = root.child("extends")
    several = node.value if node is not None and isinstance(node.value, tuple) else ()
    places: list[tuple[Place, Node | None]] = [(("extends", i), item) for i, item in enumerate(several)]
    for place, item in places or [(("extends",), node)]:
        if item is not None and isinstance(item.value, str):
            yield dotted(place), item


def _clashes(place: Problem, found: Layers, lower: Layers) -> Iterator[Problem]:
    """Ids that events of two scenarios share though neither extends the other, so that one would replace the other."""
    ids = {name: layer.file for path, layer in found.items() if path not in lower for name in _ids(layer)}
    for path, layer in lower.items():
        for name in _ids(layer) if path not in found else ():
            if name in ids:
                message = f"and {Path(ids[name]).name} both have an event with the id {name}"
                yield replace(place, message=message, allowed="give one of them another id")


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
    except UnicodeDecodeError as reason:
        line = content[: reason.start].count(b"\n") + 1
        return None, [Problem(shown, line, "", "is not text in UTF-8", "", "save the file in that encoding")]
    except OSError as reason:
        return None, [Problem(shown, 1, "", f"cannot be read: {reason}")]
    root, problems = parse(source, shown)
    return root, problems if root is None else [*problems, *_repeated_ids(root)]


def _resolve(word: str, path: Path, above: tuple[Path, ...]) -> tuple[Path | None, str]:
    """The file a word after `extends` means; else why it means none."""
    try:
        base = locate(word, path.parent).resolve()
        found = base.is_file()
    except (OSError, ValueError):
        return None, "is not the name of a file"
    if not any(base.is_relative_to(folder.resolve()) for folder in (path.parent, LIBRARY)):
        return None, "lies outside the folder of this file"
    if not found:
        return None, NOWHERE
    if base in above:
        return None, "closes a circle of scenarios that extend each other"
    return (base, "") if len(above) < LONGEST_CHAIN else (None, f"makes a chain longer than {LONGEST_CHAIN}")


def _repeated_ids(root: Node) -> Iterator[Problem]:
    """Ids that two events of one file share."""
    first: dict[str, int] = {}
    for i, event in enumerate(_events(root)):
        name = event_id(event)
        if name and first.setdefault(name, event.line) != event.line:
            place: Place = ("events", i, "id")
            line = event.nearest(("id",)).line
            yield Problem(event.file, line, dotted(place), f"occurs twice, first in line {first[name]}", name)


def _ids(root: Node) -> Iterator[str]:
    """Ids of the events of one file."""
    yield from filter(None, map(event_id, _events(root)))


def _events(root: Node) -> tuple[Node, ...]:
    """Events of one file."""
    events = root.child("events")
    return events.value if events and isinstance(events.value, tuple) else ()
