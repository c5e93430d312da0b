"""Stopping: the first Ctrl-C lets the blocks under way be finished and stored, the second interrupts at once."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Stopped = Callable[[], bool]
"""Whether the work is to stop once what is under way is done."""
SAID = "stopping once the blocks under way are stored, in some seconds; Ctrl-C again stops at once\n"


@contextmanager
def stoppable() -> Iterator[Stopped]:
    """Whether Ctrl-C was pressed meanwhile; pressed again it is a KeyboardInterrupt, as it is outside.

    Where Ctrl-C means something else already, or another thread gets it, that stays so.
    """
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stderr.write(SAID)

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
