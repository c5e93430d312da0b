"""One writer a folder: a lock file that says who writes."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runs import manifest
from runs.problems import BatchError

NAME = "writer.lock"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Be the only writer of `folder`; BatchError when another process is.

    A lock left by a process of this machine that no longer lives is taken over.
    """
    path = folder / NAME
    _acquire(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def held(folder: Path) -> bool:
    """Whether a process may be writing in `folder` now."""
    path = folder / NAME
    return path.exists() and _alive(_holder(path))


def _acquire(path: Path) -> None:
    try:
        _create(path)
    except FileExistsError:
        holder = _holder(path)
        if _alive(holder):
            msg = (
                f"{path.parent}: process {holder.get('process')} on {holder.get('host')} has been writing here since "
                f"{holder.get('since')}; wait for it, or delete {path.name} if that process is gone"
            )
            raise BatchError(msg) from None
        path.unlink(missing_ok=True)
        _create(path)


def _create(path: Path) -> None:
    text = {"process": os.getpid(), "host": socket.gethostname(), "since": manifest.now()}
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(text, stream)


def _holder(path: Path) -> dict[str, object]:
    """Who holds the lock; nobody known when the file is unreadable or just being removed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _alive(holder: dict[str, object]) -> bool:
    """Whether the holder may still be writing; only a dead process of this machine is surely not."""
    process = holder.get("process")
    if holder.get("host") != socket.gethostname() or not isinstance(process, int) or os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
