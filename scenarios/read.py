"""Reading scenarios: a name or a path in, a checked scenario or every problem out."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.quarters import format_quarter, parse_quarter
from scenarios.cautions import CAUTIONS
from scenarios.checks import CHECKS
from scenarios.files import Document, read_document
from scenarios.forms import as_share, figure
from scenarios.keys import fitting, keys, meant
from scenarios.overlay import Node, Place, Plain, dotted, in_file, leaves, origins
from scenarios.problems import Problem, ScenarioError, held_to, listing
from scenarios.schema import (
    PAIRS,
    RESULTS,
    Claim,
    ClaimFields,
    Event,
    EventFields,
    Membership,
    Rivalry,
    Scenario,
    Toward,
    Trade,
    Transit,
)
from scenarios.subject import Caution, Finding, Parts, Subject, parts
from scenarios.tables import Tables, shipped_tables
from scenarios.text import SLIP
from scenarios.vocabulary import Vocabulary, vocabulary

STAND_INS: dict[str, Plain] = {"scenario": "unnamed", "title": "-", "question": "-"}
REQUIRED: dict[str, dict[str, Plain]] = {
    "events": {},
    "expect": {"claim": "-", "measure": "-", "relation": "unchanged", "size": 1.0},
}
"""What stands in for the required keys of an event or claim when they are faulty."""
DEPTH = {"events": 3, "expect": 3, "parameters": 2, "sample": 2}
"""How many steps lead to the smallest part of a key that can be left out when it is faulty; one in other keys."""
ITEM: dict[str, type[BaseModel]] = {"events": Event, "expect": Claim}
INNER: dict[str, type[BaseModel]] = {"membership": Membership, "rivalry": Rivalry, "trade": Trade, "transit": Transit}
Fields = TypeVar("Fields", bound=BaseModel)
WORD = re.compile(r"\w+")
LIKE = {
    "events": "after each hyphen write a change, like {at: 2027Q1, link: F066a, property: open, set: 0}",
    "expect": "after each hyphen write a claim, like"
    " {claim: a, measure: gdp, where: {country: KAZ}, by: 2030Q4, relation: falls, size: 1}",
    "where": "write a label for each dimension of the measure, like {country: KAZ}",
    "parameters": "write names and numbers, like {routing.theta_gas: 6}",
    "sample": "write names and distributions, like {routing.theta_gas: {uniform: [4, 10]}}",
    **dict.fromkeys(PAIRS, "write country and pole, like {country: KAZ, pole: RUS}"),
    "membership": "write country and institution, like {country: KAZ, institution: OTS}",
    "trade": "write seller, buyer and what they trade, like {seller: RUS, buyer: ARM, commodity: gas}",
    "transit": "write through what, and whose goods if not all, like {through: IRN, party: TKM, commodity: gas}",
    "rivalry": "write the two poles, like {pair: [RUS, WEST]}",
    "pair": "write the two poles, like [RUS, WEST]",
}
"""What belongs under a key: those whose own keys are words of the model, and those with too many keys to list."""
PARTED = ("pair", "range")
"""Keys with a list of two."""
SCHEMA = "`multivector check --schema`"
"""The command that lists the keys of a file."""
PLAIN = {
    "string_type": "is not text",
    "float_type": "is not a number",
    "int_type": "is not a whole number",
    "bool_type": "is neither true nor false",
    "dict_type": "is not a set of keys and values",
    "tuple_type": "is not a list",
    "model_type": "is not a set of keys and values",
    "missing": "is missing",
    "finite_number": "is not a finite number",
    "string_too_short": "is empty",
    "too_short": "names nothing",
}


@dataclass(frozen=True)
class Examination:
    """What was read: the scenario, unless something is wrong with it, every problem, and origins."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    origin: Mapping[str, str]
    """File and line that set each value, by dotted path."""
    base: str | Path = ""
    """Library name or path of the scenario at the end of `extends`: itself when it extends nothing."""
    warnings: tuple[Problem, ...] = ()
    """What is no mistake and may yet not be meant."""

    def accepted(self) -> Scenario:
        """The scenario; ScenarioError with every problem when something is wrong."""
        if self.scenario is None:
            raise ScenarioError(self.problems)
        return self.scenario


def load_scenario(name: str | Path, tables: Tables | None = None, *, data: str | Path | None = None) -> Scenario:
    """A scenario of the library, by name, or of a file, by path.

    With tables, or `data`, a folder of corrected ones laid over those shipped,
    the words of the data (links, projects, countries, …) are checked as well,
    and the scenario keeps them: it is compiled with what it was read with.
    Raises ScenarioError with every problem at once.
    """
    held_to("scenario", name, (str, PathLike), "a library name or a path")
    held_to("tables", tables, (Tables, NoneType), "a set of tables; a folder of corrected ones goes to data")
    held_to("data", data, (str, PathLike, NoneType), "a folder")
    if data is None:
        return examine(name, tables).accepted().read_with(tables)
    scenario = examine_shipped(name, Path(data)).accepted()
    return scenario.read_with(shipped_tables(str(scenario.start), Path(data)))


def examine(name: str | Path, tables: Tables | None = None) -> Examination:
    """Everything there is to say about a scenario file; never raises on what users write."""
    return _examine(read_document(name), vocabulary(tables))


def examine_shipped(name: str | Path, data: Path | None = None, until: str | None = None) -> Examination:
    """A scenario file examined with the shipped tables, and a user's over them, as known at its start.

    With `until`, a last quarter to run it to, doubts are those about a run that ends there.
    """
    document = read_document(name)
    return _examine(document, vocabulary(shipped_tables(_start(document), data)), until)


def provenance(name: str | Path) -> Iterator[tuple[str, Plain, str]]:
    """Every value of a scenario: dotted path, value, and the file and line that set it, or that it is the default.

    Raises ScenarioError when there is no scenario.
    """
    document = read_document(name)
    if document.root is None or document.slips:
        raise ScenarioError(document.problems)
    yield from leaves(document.root)
    for key in ("start", "until"):
        if document.root.child(key) is None:
            yield key, Scenario.model_fields[key].default, "default"


def _start(document: Document) -> str:
    """First quarter of a scenario, whatever else is wrong with it; the usual one when it gives no quarter."""
    stated = document.root and document.root.child("start")
    with suppress(ValueError):
        return format_quarter(parse_quarter(str(stated and stated.value)))
    return str(Scenario.model_fields["start"].default)


def check_scenario(scenario: Scenario, tables: Tables | None = None) -> tuple[Problem, ...]:
    """Problems of a scenario made in code or read earlier; they carry no lines."""
    findings = _findings(Subject(scenario, parts(scenario), vocabulary(tables)), CHECKS)
    return tuple(_problem(Node(None, scenario.scenario), finding, name) for name, finding in findings)


def _examine(document: Document, words: Vocabulary, until: str | None = None) -> Examination:
    """Problems of shape first, then those of meaning among the parts that have the right shape."""
    root = document.root
    if root is None:
        return Examination(None, document.problems, {})
    plain = root.plain()
    data = dict(plain) if isinstance(plain, dict) else {}
    scenario, errors = _validated(data)
    problems = [*document.problems, *(problem for error in errors for problem in _of_error(root, error))]
    problems += (_of_fault(root, *found) for found in _of_wholes(data, errors))
    bad = frozenset(_faulty(error) for error in errors if error["loc"])
    partial, warnings = _partial(data, bad), list(document.warnings)
    if partial is not None:
        subject = Subject(partial, _parts(data, bad, whole=document.whole), words)
        mistakes = tuple(_findings(subject, CHECKS))
        wrong = {finding.place[:2] for _, finding in mistakes}  # what is doubted there may come of the mistake
        doubts = _findings(_ending(subject, until), CAUTIONS)
        problems += _located(root, mistakes, bad)
        warnings += _located(root, (each for each in doubts if each[1].place[:2] not in wrong), bad)
    problems = [one for one in problems if one.check == SLIP or (one.file, one.line) not in document.slips]
    unique, warned = (tuple(sorted(set(found))) for found in (problems, () if document.slips else warnings))
    return Examination(None if unique else scenario, unique, origins(root), document.base, warned)


def _faulty(error: ErrorDetails) -> Place:
    """The place that is left out for an error of shape: of a key too many inside another one that key alone."""
    depth = DEPTH.get(str(error["loc"][0]), 1)
    return error["loc"][: depth + (error["type"] == "extra_forbidden")]


def _ending(subject: Subject, until: str | None) -> Subject:
    """What cautions look at when it is run to another last quarter; as it is when that is none."""
    with suppress(ValueError):
        parse_quarter(until or "")
        return replace(subject, scenario=subject.scenario.model_copy(update={"until": until}))
    return subject


def _located(root: Node, findings: Iterable[tuple[str, Finding]], bad: Container[Place]) -> list[Problem]:
    """Findings with their files and lines, without those about keys of the wrong shape."""
    return [_problem(root, finding, name) for name, finding in findings if finding.place[:3] not in bad]


def _validated(data: Mapping[str, Plain]) -> tuple[Scenario | None, list[ErrorDetails]]:
    """The scenario that data holds, or the errors of its shape."""
    try:
        return Scenario.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as reason:
        return None, reason.errors(include_url=False)


def _of_wholes(data: Mapping[str, Plain], errors: Iterable[ErrorDetails]) -> Iterator[tuple[Place, str]]:
    """Faults of events and claims as wholes, which validation leaves out where one of their keys is faulty.

    A fault that speaks of a faulty key, or of what a wrong one may mean, may be gone with it and is not told.
    """
    faulty: dict[tuple[str, int], set[str]] = {}
    for error in errors:
        match error["loc"]:
            case (str() as key, int() as i, str() as name, *_) if key in ITEM:
                faulty.setdefault((key, i), set()).add(name)
    for (key, i), names in faulty.items():
        faulted = names | {meant(name, keys(ITEM[key])) for name in names}
        for fault in _faults(key, data, i, names):
            if not faulted & set(WORD.findall(fault)):
                yield (key, i), fault


def _faults(key: str, data: Mapping[str, Plain], i: int, names: Container[str]) -> list[str]:
    """Faults of an item as a whole without some of its keys."""
    items = data[key]
    item = items[i] if isinstance(items, list) else None
    kept = {name: value for name, value in item.items() if name not in names} if isinstance(item, dict) else {}
    try:
        ITEM[key].model_validate({**REQUIRED[key], **kept}, by_alias=True, by_name=False)
    except ValidationError as reason:
        return [line for error in reason.errors() for line in str(error["ctx"]["error"]).splitlines()]
    return []


def _partial(data: Mapping[str, Plain], bad: Container[Place]) -> Scenario | None:
    """A scenario without events and claims, of the keys that have the right shape."""
    kept = {key: _good_items(key, value, bad) for key, value in data.items() if (key,) not in bad and key not in ITEM}
    return _validated({**STAND_INS, **kept})[0]


def _good_items(key: str, value: Plain, bad: Container[Place]) -> Plain:
    """A mapping of the file without the items that have the wrong shape; any other value as it is."""
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if (key, name) not in bad}
    return value


def _parts(data: Mapping[str, Plain], bad: frozenset[Place], *, whole: bool) -> Parts:
    """Events and claims without their faulty keys."""
    events = tuple(_readable("events", EventFields, data, bad))
    return Parts(events, tuple(_readable("expect", ClaimFields, data, bad)), _ids(data.get("events")), whole, bad)


def _readable(
    key: str, model: type[Fields], data: Mapping[str, Plain], bad: Container[Place]
) -> Iterator[tuple[Place, Fields]]:
    """Items of a list with their places, without faulty keys; what is required and faulty has a stand-in."""
    items = data.get(key)
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            kept = {
                name: _without((key, i, name), value, bad) for name, value in item.items() if (key, i, name) not in bad
            }
            with suppress(ValidationError):
                yield (key, i), model.model_validate({**REQUIRED[key], **kept}, by_alias=True, by_name=False)


def _without(place: Place, value: Plain, bad: Container[Place]) -> Plain:
    """What stands under a key without the keys in it that are too many."""
    if not isinstance(value, dict):
        return value
    return {name: part for name, part in value.items() if (*place, name) not in bad}


def _ids(events: Plain) -> tuple[str, ...]:
    """Ids of all events, those of the wrong shape included."""
    items = events if isinstance(events, list) else []
    return tuple(str(item["id"]) for item in items if isinstance(item, dict) and item.get("id"))


def _findings(subject: Subject, checks: Mapping[str, Caution]) -> Iterator[tuple[str, Finding]]:
    """Findings of every check, with the check's name."""
    for name, check in checks.items():
        for finding in check(subject):
            yield name, finding


def _problem(root: Node, finding: Finding, name: str) -> Problem:
    """A finding with its file and line."""
    node = root.nearest(finding.place)
    path = dotted(in_file(root, finding.place))
    return Problem(node.file, node.line, path, finding.message, finding.seen, finding.allowed, finding.nearest, name)


def _of_error(root: Node, error: ErrorDetails) -> Iterator[Problem]:
    """An error of shape in our words, with its file and line."""
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        yield _problem(root, _extra_key(place, root.nearest(place[:-1]).plain()), error["type"])
    elif error["type"] == "value_error":
        for fault in str(error["ctx"]["error"]).splitlines():
            yield _of_fault(root, place, fault, _written(place, error["input"]))
    else:
        yield _problem(root, _wrong_value(place, error), error["type"])


def _of_fault(root: Node, place: Place, fault: str, seen: str = "") -> Problem:
    """A fault in our own words, with its file and line."""
    message, _, allowed = fault.partition("; ")
    return _problem(root, Finding(place, message, seen, allowed), "value_error")


def _extra_key(place: Place, beside: Plain) -> Finding:
    """A key the schema does not have; those beside it say what would fit."""
    key, model = str(place[-1]), _model_at(place[:-1])
    if model is Event and key in RESULTS:
        return Finding(place, "is a result of the model; an event changes its causes", key)
    allowed = keys(model)
    target, fits = fitting(beside) if model is Event and isinstance(beside, dict) else ("", [])
    others = f"allowed with {target}: {', '.join(fits)}; {SCHEMA} lists them all"
    return Finding(
        place, "is not a key here", key, others if fits else listing(allowed, key, SCHEMA), meant(key, allowed)
    )


def _written(place: Place, value: object) -> str:
    """A value as the file has it, in one line; nothing for an event or claim as a whole."""
    if isinstance(value, list):
        return f"[{', '.join(_written(place, part) for part in value)}]"
    if isinstance(value, dict) and isinstance(place[-1], str):
        return f"{{{', '.join(f'{key}: {_written(place, part)}' for key, part in value.items())}}}"
    return _shown(value)


def _wrong_value(place: Place, error: ErrorDetails) -> Finding:
    """A value the schema refuses."""
    seen = _shown(error["input"]) if error["type"] != "missing" else ""
    if error["type"] in {"dict_type", "model_type"} or (error["type"] == "tuple_type" and place[-1] in LIKE):
        return Finding(place, PLAIN[error["type"]], seen, _contents(place))
    if error["type"] == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return Finding(place, "is not a valid word", seen, f"allowed: {allowed}", meant(seen, allowed.split(", ")))
    if error["type"] in {"too_long", "string_too_long"}:
        return Finding(place, "is too long", seen, f"allowed: up to {error['ctx']['max_length']}")
    message, allowed = _plainly(place, error)
    return Finding(place, message, seen, allowed)


def _plainly(place: Place, error: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a value of the wrong kind or size, and what is allowed."""
    kind, value = error["type"], error["input"]
    if kind == "tuple_type" and place[-1] not in PARTED:
        return "is neither a word nor a list of words", ""
    if kind == "string_type" and isinstance(value, list):
        return "is a list, and one word is wanted", ""
    if kind in PLAIN:
        return PLAIN[kind], figure(place, value) if kind == "float_type" else ""
    bounded = kind.startswith(("greater_than", "less_than"))
    allowed = error["msg"].replace("Input should", "it should")
    return "is out of range" if bounded else "is not valid", f"{allowed}{as_share(place, value)}"


def _shown(value: object) -> str:
    """A single value as text; nothing for lists and mappings, and for no value."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _contents(place: Place) -> str:
    """What belongs where something else than keys and values was found."""
    match place:
        case (str() as key, int()) | (str() as key,) if key in ITEM:
            return LIKE[key]
    return LIKE.get(str(place[-1])) or listing(keys(_model_at(place)), where=SCHEMA)


def _model_at(place: Place) -> type[BaseModel]:
    """The model that holds the keys at a place."""
    match place:
        case ():
            return Scenario
        case (_, _, key, *_):
            return INNER.get(str(key), Toward)
        case (key, *_):
            return ITEM.get(str(key), Scenario)
    return Scenario
