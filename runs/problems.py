"""Errors a user of batches can cause and mend; anything else is a bug and rises."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

MOST_TOLD = 20
"""Mistakes of one request that are told one by one."""
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class BatchError(Exception):
    """A request that cannot be met as it stands; the message says what to do instead."""


class Interrupted(Exception):  # noqa: N818 - it is an event, not a mistake
    """A batch that ended before its plan did; what is stored stays, the same command resumes."""


class Cancelled(Interrupted):
    """A batch that a person stopped with Ctrl-C."""


class Faults:
    """The mistakes of one request, gathered so that all are told at once: ``with faults:`` around each part of it."""

    def __init__(self, kinds: tuple[type[Exception], ...] = (BatchError,)) -> None:
        """Gather exceptions of these kinds; others rise."""
        self.kinds = kinds
        self.found: list[Exception] = []

    def __enter__(self) -> Self:
        """Begin a part of the request."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> bool:
        """Keep the mistake that ended a part of the request, if one did."""
        if not isinstance(fault, self.kinds):
            return False
        self.found.append(fault)
        return True

    def each(self, ask: Callable[[Asked], Found], items: Iterable[Asked]) -> list[Found]:
        """What comes of each item that is no mistake."""
        found: list[Found] = []
        for item in items:
            with self:
                found.append(ask(item))
        return found

    def settle(self) -> None:
        """The mistake itself when there is one, BatchError with all of them, each told once, when there are several."""
        told = list(dict.fromkeys(map(str, self.found)))
        if len(told) == 1:
            raise self.found[0] from None
        if told:
            rest = f"\n… and {len(told) - MOST_TOLD} more mistakes" if len(told) > MOST_TOLD else ""
            raise BatchError("\n".join(told[:MOST_TOLD]) + rest)
