"""The command `multivector`. Composition only; whatever is heavy loads inside its command."""

# ruff: noqa: PLC0415 - commands load what is heavy

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from runs.problems import BatchError, Interrupted

if TYPE_CHECKING:
    from analysis.report import Report
    from runs.batch import Batch

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="How the states between Europe, Russia, China and Iran hedge, on the corridor network they share.",
)

Scenarios = Annotated[list[str] | None, typer.Argument(help="Library names or paths; none means the headline batch.")]
BatchFolder = Annotated[Path, typer.Argument(metavar="BATCH", help="Batch folder, or its name in --out.")]
Out = Annotated[Path, typer.Option(help="Where batch folders lie.")]
Png = Annotated[bool, typer.Option("--png", help="Write each chart as PNG too.")]
Topic = Literal[
    "scenarios",
    "network",
    "links",
    "corridors",
    "markets",
    "projects",
    "dyads",
    "countries",
    "flows",
    "institutions",
    "parameters",
    "measures",
]


def main() -> NoReturn:
    """Run the command; a user's mistake becomes a message and exit code 2, a bug stays a traceback."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        app()
    except SystemExit:
        raise
    except _mistakes() as mistake:
        _stop(str(mistake), 2)
    except Interrupted as reason:
        _stop(str(reason), 1)
    sys.exit(0)


def _mistakes() -> tuple[type[Exception], ...]:
    """Exceptions that tell a user what to mend; looked up only when something was raised."""
    loaded = sys.modules.get("scenarios.problems")  # what is not loaded has raised nothing
    return (BatchError, loaded.ScenarioError) if loaded else (BatchError,)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


@app.command()
def run(  # noqa: PLR0913 - one argument an option
    scenarios: Scenarios = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each scenario and point.")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all luck; the scenario's, or 1.")] = None,
    until: Annotated[str | None, typer.Option(help="Last quarter, such as 2040Q4.")] = None,
    vary: Annotated[list[str] | None, typer.Option(metavar="NAME=LO:HI[:N]", help="Vary a parameter.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter.")] = None,
    design: Annotated[str, typer.Option(metavar="grid|lhs|sobol|FILE", help="How --vary spreads points.")] = "grid",
    record: Annotated[Literal["annual", "quarterly"], typer.Option(help="How often values are kept.")] = "annual",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores unless given.")] = None,
    out: Out = Path("results"),
    name: Annotated[str | None, typer.Option(help="Name of the batch folder.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, compute nothing.")] = False,  # noqa: FBT002
) -> None:
    """Compute a batch, or what is missing of it, and write its report."""
    from multivector.orders import Design, sample
    from runs.launch import HEADLINE, Options, draft, launch, refuse
    from runs.variants import omissions, paired, prepare

    options = Options(workers=workers, every=record, out=out, name=name, progress=True)
    luck = 1 if seed is None else seed
    chosen = sample(Design(design, tuple(vary or ()), tuple(setting or ())), runs=runs, seed=luck)
    variants = prepare(paired(scenarios or HEADLINE), until=until, seed=seed)
    plan = draft(variants, runs, luck, chosen, options)
    if left := omissions(variants):
        typer.echo(left, err=True)
    typer.echo(plan)
    if dry_run:
        refuse(plan, options)
    else:
        _conclude(launch(variants, plan, options).folder)


def _conclude(folder: Path) -> None:
    """Write the report, say what was found and what failed; exit code 1 when runs failed."""
    from multivector.show import conclusions, failures, write
    from runs.batch import open_batch

    batch = open_batch(folder)
    failed = failures(batch)
    if (batch.runs["status"] == "finished").any():
        written = _report(batch)
        for table in conclusions(written):
            write(table)
        typer.echo(f"report: {written.path}")
    if len(failed):
        write(failed)
        raise typer.Exit(1)


def _report(batch: "Batch", against: str | None = None, *, png: bool = False) -> "Report":
    from analysis.report import write_report
    from analysis.selection import chosen

    selection = chosen(batch, against)
    typer.echo("writing the report …", err=True)
    return write_report(selection, png=png)


@app.command()
def check(scenarios: Annotated[list[str], typer.Argument(help="Library names or paths.")]) -> None:
    """Validate scenarios and say all that is wrong with them; run nothing."""
    from runs.variants import prepare
    from scenarios import ScenarioError

    wrong = False
    for name in scenarios:
        try:
            prepare([name])
        except ScenarioError as mistakes:
            wrong = True
            typer.echo(str(mistakes), err=True)
        else:
            typer.echo(f"{name}: good")
    if wrong:
        raise typer.Exit(2)


@app.command()
def report(
    batch: BatchFolder,
    against: Annotated[str | None, typer.Option(help="Scenario of the batch to compare with; the baseline.")] = None,
    png: Png = False,  # noqa: FBT002
    out: Out = Path("results"),
) -> None:
    """Write the report of a stored batch again."""
    from multivector.orders import find
    from runs.batch import open_batch

    typer.echo(f"report: {_report(open_batch(find(batch, out)), against, png=png).path}")


@app.command()
def compare(
    batches: Annotated[list[Path], typer.Argument(metavar="BATCH BATCH…", help="Batch folders, or names in --out.")],
    png: Png = False,  # noqa: FBT002
    out: Out = Path("results"),
) -> None:
    """Compare stored batches on one page: what differs between them, and what follows from it."""
    from analysis.compare_page import write_comparison
    from analysis.comparison import compare as compared
    from multivector.orders import find
    from multivector.show import write

    comparison = compared(*(find(batch, out) for batch in batches))
    typer.echo("writing the comparison …", err=True)
    page = write_comparison(comparison, out, png=png)
    for table in (comparison.differences(), comparison.verdicts()):
        write(table)
    typer.echo(f"comparison: {page}")


@app.command()
def show(
    topic: Annotated[Topic, typer.Argument(help="What to show.")],
    name: Annotated[str | None, typer.Argument(help="One entry alone.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,  # noqa: FBT002
) -> None:
    """Print what the model is made of, as tables."""
    from multivector.show import TOPICS, write

    for table in TOPICS[topic](name):
        write(table, csv=csv)


@app.command()
def batches(
    out: Out = Path("results"),
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,  # noqa: FBT002
) -> None:
    """List stored batches."""
    from multivector.show import stored_batches, write

    write(stored_batches(out), csv=csv)


@app.command()
def bench(
    scenario: Annotated[str, typer.Argument(help="Library name or path.")] = "baseline",
    runs: Annotated[int, typer.Option(min=1, help="Runs in each measurement.")] = 128,
    repeats: Annotated[int, typer.Option(min=1, help="Interleaved repeats; medians are shown.")] = 3,
) -> None:
    """Measure runs a second: bare kernels against stored batches, interleaved."""
    from multivector.bench import measure
    from multivector.show import write

    write(measure(scenario, runs=runs, repeats=repeats))


@app.command()
def version() -> None:
    """Print versions of the package, the model's source and the data."""
    from runs.manifest import data_version, model_version, versions

    found = versions() | {"model source": model_version(), "data": data_version()}
    for name, value in found.items():
        typer.echo(f"{name} {value}")
