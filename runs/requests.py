"""Requests made in Python: an argument of the wrong kind is told what it should be.

Nothing heavy is imported here, since workers read what imports this.
"""

from numbers import Real
from operator import index
from os import PathLike, fspath
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, NoReturn

from runs.problems import BatchError


def whole(what: str, value: Any) -> int:  # noqa: ANN401 - whatever a user gives
    """A whole number, of Python or numpy; BatchError for anything else, true and false among it."""
    if isinstance(value, bool):
        _refuse(what, value, "a whole number is wanted")
    try:
        return index(value)
    except TypeError:
        _refuse(what, value, "a whole number is wanted")


def number(what: str, value: object) -> float:
    """A real number, of Python or numpy; BatchError for anything else."""
    held_to(what, value, Real, "a number is wanted")
    return float(value)  # type: ignore[arg-type]


def scenario(value: object) -> None:
    """BatchError unless a value is what names a scenario, which one that was loaded already does not."""
    wanted = "a library name or a path is wanted: what mv.load takes, not what it gives"
    held_to("scenario", value, (str, PathLike), wanted)


def place(what: str, value: object) -> Path:
    """A path, from text or a path; BatchError for anything else."""
    held_to(what, value, (str, PathLike), "a path is wanted")
    return Path(fspath(value))  # type: ignore[call-overload]


def held_to(what: str, value: object, kind: type | tuple[type, ...], wanted: str) -> None:
    """BatchError that says what is wanted when a value is not of a kind."""
    if not isinstance(value, kind):
        _refuse(what, value, wanted)


def _refuse(what: str, value: object, wanted: str) -> NoReturn:
    msg = f"{what} {shortened(value)}: {wanted}"
    raise BatchError(msg) from None
