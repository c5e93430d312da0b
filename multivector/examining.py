"""Examining: what there is to say about scenario files before anything is computed, printed."""

# ruff: noqa: PLC0415 - the command loads what is heavy

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from runs.variants import Variant
    from scenarios import Examination, Problem


def print_schema(data: Path | None) -> None:
    """The schema that editors read, with the words of the tables."""
    from scenarios.editor import editor_schema
    from scenarios.tables import shipped_tables
    from scenarios.vocabulary import vocabulary

    typer.echo(json.dumps(editor_schema(vocabulary(shipped_tables(data=data))), indent=1, ensure_ascii=False))


Said = set[tuple[str, int, str, str]]
"""Warnings printed, each by its file, line and text: those of a base are not said again of what builds on it."""


def checked(  # noqa: PLR0913 - a scenario, and how it is meant to run
    name: str, found: "Examination", data: Path | None, until: str | None, runs: int, said: Said
) -> bool:
    """Print what there is to say about a scenario beyond what was `said`, run to a quarter; whether it can run."""
    from runs.variants import omissions, prepare, untimely
    from scenarios.problems import render

    if problems := (*found.problems, *untimely([found], until)):
        warn(found.warnings)
        typer.echo(render(problems), err=True)
        return False
    (variant,) = prepare([name], until=until, data=data)
    fresh = {_key(doubt): doubt for doubt in doubts(found, variant) if _key(doubt) not in said}
    said |= set(fresh)
    warn(list(fresh.values()))
    if left := omissions([variant]):
        typer.echo(left, err=True)
    foresee([found], runs, until)
    typer.echo(f"{name}: good")
    return True


def doubts(found: "Examination", variant: "Variant") -> "Iterator[Problem]":
    """What may not be meant in a good scenario; of a user's file or tables also by what its world carries."""
    from runs.carried import uncarried
    from scenarios.idle import idle

    yield from found.warnings
    if variant.file or variant.data:
        yield from idle(found, variant.world)
        yield from uncarried(found, variant.world)


def examined(names: Iterable[str], data: Path | None, until: str | None = None) -> "tuple[Examination, ...]":
    """What is to be said about some scenarios; what a user's tables put in place of the shipped ones is printed."""
    from scenarios.read import examine_shipped
    from scenarios.tables import corrections

    if data:
        typer.echo(corrections(data), err=True)
    found = tuple(examine_shipped(name, data, until) for name in names)
    beside = {each.scenario.scenario for each in found if each.scenario}
    return tuple(replace(each, warnings=tuple(w for w in each.warnings if not _answered(w, beside))) for each in found)


def _answered(warning: "Problem", beside: Container[str]) -> bool:
    """Whether a warning is of a scenario to compare with that is asked for beside the one that names it."""
    return warning.check == "claim-against" and warning.seen in beside


def warn(warnings: "Sequence[Problem]") -> None:
    """Print what is no mistake and may yet not be meant."""
    from scenarios.problems import render

    if warnings:
        once = {_key(warning): warning for warning in reversed(warnings)}  # scenarios may share a file
        typer.echo(render(tuple(reversed(once.values())), "warning"), err=True)


def _key(warning: "Problem") -> tuple[str, int, str, str]:
    """What is one warning to a reader: its place in a file, and what is said of what."""
    return warning.file, warning.line, warning.message, warning.seen


def namesakes(found: "Iterable[Examination]") -> Iterator[str]:
    """A line for each title that several scenarios have, by which pages could not tell them apart."""
    named: dict[str, list[str]] = {}
    for each in found:
        named.setdefault(each.accepted().title, []).append(each.accepted().scenario)
    for title, names in named.items():
        if len(names) > 1:
            yield f"“{title}” is the title of {', '.join(names)}: give each its own, by which reports call it"


def foresee(found: "Iterable[Examination]", runs: int, until: str | None) -> None:
    """Print what so many runs of each of some good scenarios, to a quarter, will tell of too few of them."""
    from analysis.foresight import too_few
    from scenarios.horizon import ending

    for each in found:
        scenario = each.accepted() if until is None else ending(each.accepted(), until)[0]
        for doubt in too_few(scenario, runs):
            typer.echo(doubt, err=True)
