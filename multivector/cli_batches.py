"""The command `multivector batches`: stored batches listed, labelled, noted, deleted."""

# ruff: noqa: PLC0415 - commands load what is heavy

import sys
from pathlib import Path
from typing import Annotated

import typer

from runs.problems import BatchError, Faults

BatchFolder = Annotated[Path, typer.Argument(metavar="BATCH", help="Batch folder, or its name or label in --out.")]
Out = Annotated[Path, typer.Option(help="Where batch folders lie.")]
Own = Annotated[Path | None, typer.Option("--out", help="Where batch folders lie.")]
Csv = Annotated[bool, typer.Option("--csv", help="As CSV.")]

batches = typer.Typer(help="List stored batches; label, note or delete them.", invoke_without_command=True)


@batches.callback()
def listed(context: typer.Context, out: Out = Path("results"), csv: Csv = False) -> None:  # noqa: FBT002
    """List stored batches; label, note or delete them."""
    from multivector.batch_tables import stored_batches
    from multivector.tables import write

    if context.invoked_subcommand is None:
        write(stored_batches(out), csv=csv)


@batches.command()
def label(
    context: typer.Context,
    batch: BatchFolder,
    word: Annotated[str, typer.Argument(metavar="LABEL", help="A short name to call it by; '' takes it away.")],
    out: Own = None,
) -> None:
    """Give a batch a name that every command understands."""
    from runs import shelf

    shelf.label(shelf.find(batch, _place(context, out)), word)


@batches.command()
def note(
    context: typer.Context,
    batch: BatchFolder,
    text: Annotated[str, typer.Argument(help="What to remember about it, in place of an earlier note.")],
    out: Own = None,
) -> None:
    """Write a remark that the list shows."""
    from runs import shelf

    shelf.remark(shelf.find(batch, _place(context, out)), text)


@batches.command()
def delete(
    context: typer.Context,
    names: Annotated[list[Path], typer.Argument(metavar="BATCH…", help="Batch folders, or names or labels in --out.")],
    out: Own = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Delete batches for good, after asking; nothing but batch folders, and none with other files in it."""
    from runs import shelf

    faults, place = Faults(), _place(context, out)
    folders = list(dict.fromkeys(faults.each(lambda name: shelf.find(name, place), names)))
    faults.each(shelf.deletable, folders)
    faults.settle()
    if not yes:
        _ask([f"{folder} ({shelf.size(folder) / 1e6:.1f} MB)" for folder in folders])
    for folder in folders:
        shelf.delete(folder)
        typer.echo(f"deleted {folder}")


def _place(context: typer.Context, out: Path | None) -> Path:
    """Where batch folders lie: by --out behind the subcommand, else by --out before it."""
    above = context.parent.params["out"] if context.parent else Path("results")
    return above if out is None else out


def _ask(what: list[str]) -> None:
    """Go on only when a person says yes; BatchError where nobody can."""
    if not sys.stdin.isatty():
        msg = f"delete {', '.join(what)}: nobody is here to ask; add --yes"
        raise BatchError(msg)
    typer.confirm(f"delete {', '.join(what)}?", abort=True)
