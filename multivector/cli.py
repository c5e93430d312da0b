"""The command `multivector`. Composition only; whatever is heavy loads inside its command."""

# ruff: noqa: PLC0415 - commands load what is heavy

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, cast

import typer

from multivector.cli_batches import BatchFolder, Out, batches
from multivector.examining import Said, checked, doubts, examined, foresee, namesakes, print_schema, warn
from runs.problems import BatchError, Cancelled, Faults, Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.report import Report
    from runs.batch import Batch
    from runs.planning import Every


def _count(given: str | int) -> int | str:
    """A whole number; other text stays as it is, to be refused with whatever else is wrong in the command."""
    text = str(given)
    return int(text) if text.removeprefix("-").isdecimal() else text


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="How the states between Europe, Russia, China and Iran hedge, on the corridor network they share.",
)

Scenarios = Annotated[list[str] | None, typer.Argument(help="Library names or paths; none means the headline batch.")]
Data = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of corrected tables, laid over the shipped ones.")
]
Until = Annotated[str | None, typer.Option(help="Last quarter, such as 2040Q4.")]
Png = Annotated[bool, typer.Option("--png", help="Write each chart as PNG too.")]
RUNS = 200
"""Runs of each scenario, unless a number is given."""
CANCELLED = 130
"""Exit code after Ctrl-C."""
Topic = Literal[
    "scenario",
    "scenarios",
    "data",
    "network",
    "links",
    "corridors",
    "markets",
    "trade",
    "contracts",
    "projects",
    "dyads",
    "postures",
    "countries",
    "regions",
    "flows",
    "institutions",
    "offers",
    "parameters",
    "measures",
]


app.add_typer(batches, name="batches")


def main() -> NoReturn:
    """Run the command."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with spoken():
        app()
    sys.exit(0)


@contextmanager
def spoken() -> "Iterator[None]":
    """A mistake of the user is a message and exit code 2, an early end 1, Ctrl-C 130; a bug keeps its traceback."""
    try:
        yield
    except SystemExit as ended:
        if ended.code == CANCELLED:  # Ctrl-C outside a batch, which typer has turned into this
            typer.echo("stopped", err=True)
        raise
    except _mistakes() as mistake:
        _stop(str(mistake), 2)
    except Cancelled as reason:
        _stop(str(reason), CANCELLED)
    except Interrupted as reason:
        _stop(str(reason), 1)


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
    runs: Annotated[int, typer.Option(metavar="NUMBER", parser=_count, help="Runs of each scenario and point.")] = RUNS,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", parser=_count, help="Seed of all luck; the scenarios', or 1.")
    ] = None,
    until: Until = None,
    vary: Annotated[list[str] | None, typer.Option(metavar="NAME=LO:HI[:N]", help="Vary a parameter.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter.")] = None,
    design: Annotated[str, typer.Option(metavar="grid|lhs|sobol|FILE", help="How --vary spreads points.")] = "grid",
    source: Annotated[
        str,
        typer.Option(
            "--sample",
            metavar="prior|off",
            help="Draw all other parameters in every run: from their priors, or not at all.",
        ),
    ] = "off",
    record: Annotated[
        str | None,
        typer.Option(
            metavar="annual|quarterly",
            help="How often values are kept; quarterly where an event or the span of a claim lasts less than 5 years "
            "and where a claim looks some time after an event.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="NUMBER", parser=_count, help="Processes; all cores unless given.")
    ] = None,
    out: Out = Path("results"),
    name: Annotated[str | None, typer.Option(help="Name of the batch folder.")] = None,
    data: Data = None,
    claims: Annotated[  # noqa: FBT002
        bool, typer.Option("--claims", help="Judge all claims of the library, or of what is named; no report.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, compute nothing.")] = False,  # noqa: FBT002
) -> None:
    """Compute a batch, or what is missing of it, and write its report."""
    from multivector.orders import Design, sample
    from runs.estimate import estimate
    from runs.launch import HEADLINE, Options, draft, launch, refuse
    from runs.variants import DEFAULT_SEED, apart, common_seed, omissions, paired, prepare, remark

    luck, faults = DEFAULT_SEED if seed is None else seed, Faults(_mistakes())
    asked = scenarios or (_library() if claims else HEADLINE)
    with faults:
        options = Options(workers=workers, every=cast("Every | None", record), out=out, name=name, progress=True)
    with faults:
        found = examined(asked, data, until)
        if any(each.problems for each in found):
            warn([warning for each in found for warning in each.warnings])
        named = paired(asked, data, until)
        luck = common_seed(seed, {each.accepted().scenario: each.accepted().seed for each in found})
    with faults:
        chosen = sample(Design(design, tuple(vary or ()), tuple(setting or ()), source), runs=runs, seed=luck)
    faults.settle()
    variants = prepare(named, until=until, data=data)
    mine = variants[-len(asked) :]
    warn([doubt for pair in zip(found, mine, strict=True) for doubt in doubts(*pair)])
    plan = draft(variants, runs, luck, chosen, options)
    for line in filter(None, (*namesakes(found), omissions(mine), remark(variants, options.every), apart(plan))):
        typer.echo(line, err=True)
    foresee(found, plan.runs, until)
    typer.echo(plan)
    if dry_run:
        refuse(plan, options)
        typer.echo(estimate(variants, plan, options))
    else:
        (_judge if claims else _conclude)(launch(variants, plan, options).folder)


def _library() -> list[str]:
    """The scenarios of the library."""
    from scenarios.files import library_names

    return list(library_names())


def _judge(folder: Path) -> None:
    """Write the verdicts on all claims of a batch beside it, and say how many there are of each."""
    from analysis.bases import chosen
    from analysis.judgement import PAGE, write_judgement
    from multivector.tables import write
    from runs.batch import open_batch

    write(write_judgement(chosen(open_batch(folder))).drop(columns="note"))
    typer.echo(f"claims: {folder / PAGE}")


def _conclude(folder: Path) -> None:
    """Write the report, say what was found and what failed; exit code 1 when runs failed."""
    from multivector.batch_tables import conclusions, failures
    from multivector.tables import write
    from runs.batch import open_batch

    batch = open_batch(folder)
    failed = failures(batch)
    if (batch.runs["status"] == "finished").any():
        written = _first_report(batch)
        for table in conclusions(written):
            write(table)
        typer.echo(f"report: {written.path}")
    if len(failed):
        write(failed)
        raise typer.Exit(1)


def _first_report(batch: "Batch") -> "Report":
    """The report of a batch just computed; Cancelled by Ctrl-C, which costs no run."""
    with _told(f"every run is stored in {batch.folder}, the same command writes the report"):
        return _report(batch)


@contextmanager
def _told(what: str) -> "Iterator[None]":
    """Cancelled by Ctrl-C, with what became of the work."""
    try:
        yield
    except KeyboardInterrupt:
        msg = f"stopped; {what}"
        raise Cancelled(msg) from None


def _again(page: str) -> str:
    """What becomes of a page whose writing is stopped: it comes last, after the files that it shows."""
    return f"an earlier {page} is as it was, tables and drawings beside it may be new; the same command writes it"


def _report(batch: "Batch", against: str | None = None, *, png: bool = False) -> "Report":
    from analysis.bases import chosen
    from analysis.report import write_report

    selection = chosen(batch, against)
    typer.echo("writing the report …", err=True)
    return write_report(selection, png=png)


@app.command()
def check(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Library names or paths.")] = None,
    until: Until = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each scenario, as of run.")] = RUNS,
    data: Data = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of scenario files.")] = False,  # noqa: FBT002
) -> None:
    """Say all that is wrong with scenarios, and what may not be meant; run nothing."""
    if schema:
        print_schema(data)
    elif not scenarios:
        msg = "check: name a scenario of the library or a file; --schema prints the schema of scenario files"
        raise BatchError(msg)
    names = tuple(scenarios or ())
    said: Said = set()
    found = zip(names, examined(names, data, until), strict=True)
    good = [checked(*each, data, until, runs, said) for each in found]
    if not all(good):
        raise typer.Exit(2)


@app.command()
def report(
    batch: BatchFolder,
    against: Annotated[
        str | None, typer.Option(help="Scenario that the others are compared with: they minus it.")
    ] = None,
    png: Png = False,  # noqa: FBT002
    out: Out = Path("results"),
) -> None:
    """Write the report of a stored batch again."""
    from runs.batch import open_batch
    from runs.shelf import find

    with _told(_again("report")):
        written = _report(open_batch(find(batch, out)), against, png=png)
    typer.echo(f"report: {written.path}")


@app.command()
def compare(
    batches: Annotated[list[Path], typer.Argument(metavar="BATCH BATCH…", help="Batch folders, or names in --out.")],
    png: Png = False,  # noqa: FBT002
    out: Out = Path("results"),
) -> None:
    """Compare stored batches on one page: what differs between them, and what follows from it."""
    from analysis.compare_page import write_comparison
    from analysis.comparison import compare as compared
    from multivector.tables import write
    from runs.shelf import find

    faults = Faults()
    folders = faults.each(lambda batch: find(batch, out), batches)
    faults.settle()
    comparison = compared(*folders)
    typer.echo("writing the comparison …", err=True)
    with _told(_again("comparison")):
        page = write_comparison(comparison, out, png=png)
    for table in (comparison.differences(), comparison.verdicts()):
        write(table)
    typer.echo(f"comparison: {page}")


@app.command()
def rerun(
    batch: BatchFolder,
    scenario: Annotated[str, typer.Argument(help="Scenario of the batch, or the file it was read from.")],
    run: Annotated[int, typer.Argument(metavar="RUN", help="Number of the run.")],
    point: Annotated[int, typer.Option(min=0, help="Parameter point.")] = 0,
    out: Out = Path("results"),
) -> None:
    """Compute one run of a batch again and say whether it comes out as it is stored; nothing is written."""
    from multivector.batch_tables import outcome
    from runs.batch import open_batch
    from runs.rerun import rerun as again
    from runs.shelf import find

    found = again(open_batch(find(batch, out)), scenario, run, point)
    typer.echo(outcome(found))
    if not found.same or found.status.status == "failed":
        raise typer.Exit(1)


@app.command()
def show(
    topic: Annotated[Topic, typer.Argument(help="What to show.")],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]", help="An entry, a state, part of a name; of links also a layer."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,  # noqa: FBT002
    origin: Annotated[bool, typer.Option("--origin", help="Of a scenario or data: who set it.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Print what the model is made of, as tables."""
    from multivector.provenance import with_origin
    from multivector.show import TOPICS
    from multivector.tables import write

    several = topic == "scenarios"  # whose names have no blanks
    for name in [*words] if words and several else [" ".join(words) if words else None]:
        for table in with_origin(topic, name, data, origin=origin) if origin or data else TOPICS[topic](name):
            write(table, csv=csv)


@app.command()
def bench(
    scenario: Annotated[str, typer.Argument(help="Library name or path.")] = "baseline",
    runs: Annotated[int, typer.Option(min=1, help="Runs in each measurement.")] = 128,
    repeats: Annotated[int, typer.Option(min=1, help="Interleaved repeats; medians are shown.")] = 3,
) -> None:
    """Measure runs a second: bare kernels against stored batches, interleaved."""
    from multivector.bench import measure
    from multivector.tables import write

    write(measure(scenario, runs=runs, repeats=repeats))


@app.command()
def dashboard(
    scenario: Annotated[str, typer.Argument(help="Library name or path.")] = "baseline",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = True,  # noqa: FBT002
) -> None:
    """Step or play one run in a browser."""
    from multivector.dashboard.server import serve

    serve(scenario, port, browser=browser)


@app.command()
def version() -> None:
    """Print versions of the package, the model's source and the data."""
    from runs.manifest import data_version, model_version, versions

    found = versions() | {"model source": model_version(), "data": data_version()}
    for name, value in found.items():
        typer.echo(f"{name} {value}")
