"""Progress on a terminal: runs done, runs a second, time left. Silent elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(total: int, *, visible: bool) -> Iterator[Callable[[int], None]]:
    """Function that moves a progress bar on by so many runs."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("runs  {task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not (visible and console.is_terminal), transient=True) as progress:
        task = progress.add_task("", total=total, rate="")

        def advance(runs: int) -> None:
            progress.advance(task, runs)
            speed = progress.tasks[0].speed
            progress.update(task, rate=f"{speed:,.0f} runs/s" if speed else "")

        yield advance
