"""Keeping: what a page asks a selection for again and again is found once, and kept as long as the selection is."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

Result = TypeVar("Result")
Asked = ParamSpec("Asked")


class Keeper(Protocol):
    """What has room for results by function and arguments."""

    @property
    def known(self) -> dict[Hashable, Any]:
        """Results found so far."""
        ...


Of = TypeVar("Of", bound=Keeper)


def kept(find: Callable[Concatenate[Of, Asked], Result]) -> Callable[Concatenate[Of, Asked], Result]:
    """A function that finds each result once for the same keeper, its first argument, and equal others.

    All who ask get the same object, so that none may change it.
    """

    @wraps(find)
    def found(keeper: Of, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        key = (find, args, *kwargs.items())
        if key not in keeper.known:
            keeper.known[key] = find(keeper, *args, **kwargs)
        result: Result = keeper.known[key]
        return result

    return found
