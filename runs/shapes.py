"""Shapes of the JSON files of a batch folder: what each must hold, so that a damaged one is a message."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from runs.problems import BatchError


class Shape(BaseModel):
    """An object of a JSON file: keys and types as stated, further keys allowed."""

    model_config = ConfigDict(strict=True)


class EntryShape(Shape):
    """A scenario of a plan."""

    name: str
    digest: str
    sample: dict[str, Any]
    parameters: dict[str, float]
    seed: None = None
    """Of batches of an older version alone; they could hold scenarios of other luck, which do not pair."""


class PlanShape(Shape):
    """What a manifest says of the plan."""

    scenarios: list[EntryShape]
    seed: int
    model: str
    sample: dict[str, Any]
    record: list[str]
    every: Literal["annual", "quarterly"]


class CallShape(Shape):
    """A command that went on with a batch, and when."""

    command: list[str]
    started: str


class Manifest(Shape):
    """What `manifest.json` holds."""

    format: int
    status: Literal["running", "complete", "interrupted"]
    started: str
    finished: str | None
    command: list[str]
    continued: list[CallShape] = []
    platform: str
    versions: dict[str, str]
    arithmetic: dict[str, Any]
    data: str
    identity: str
    family: str
    runs: int
    block: int
    files: dict[str, str] = {}
    plan: PlanShape


class MeasureShape(Shape):
    """A measure in the data dictionary."""

    name: str
    dimensions: list[str]
    unit: str
    description: str


class LabelsShape(Shape):
    """Times of a scenario, and labels along each dimension."""

    times: list[str]
    axes: dict[str, list[str]]


class Dictionary(Shape):
    """What `dictionary.json` holds."""

    measures: dict[str, MeasureShape]
    scenarios: dict[str, LabelsShape]


def hold_to(shape: type[Shape], path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """The content, when it has the shape; BatchError naming every key that is missing or of another type."""
    try:
        shape.model_validate(content)
    except ValidationError as faults:
        raise damaged(path, faults_of(faults)) from None
    return content


def damaged(path: Path, said: str) -> BatchError:
    """That a file of a batch is damaged, as said."""
    return BatchError(
        f"{path}: damaged: {said}; restore the file, or delete the folder and repeat the command that made it"
    )


def faults_of(faults: ValidationError) -> str:
    """What is wrong with a content, place by place."""
    return "; ".join(_worded(fault["loc"], fault["msg"]) for fault in faults.errors())


def _worded(place: tuple[int | str, ...], message: str) -> str:
    """A fault as text: the dotted place and what is wrong there."""
    return f"{'.'.join(map(str, place))} {message[:1].lower()}{message[1:]}".lstrip()
