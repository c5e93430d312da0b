"""Tables for a terminal: rich where a person reads, plain where a program does."""

# ruff: noqa: PLC0415 - each table loads its own source

import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from runs.batch import Batch, open_batch
from runs.problems import BatchError

if TYPE_CHECKING:
    from analysis.report import Report
    from scenarios import Scenario

Tables = Iterable[pd.DataFrame]
Rows = list[dict[str, object]]
SMALLEST_LOSS = 0.005  # per cent of GDP: below, a controller is left out
LINK_COLUMNS = ["id", "name", "layer", "mode", "from", "to", "direction", "corridor", "status", "length_km"]


def write(table: pd.DataFrame, *, csv: bool = False) -> None:
    """Print a table; its `attrs["title"]` goes above it, except in CSV."""
    if csv:
        table.to_csv(sys.stdout, index=False)
    elif sys.stdout.isatty():
        _write_rich(table)
    else:
        _write_plain(table)


def _write_rich(table: pd.DataFrame) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    grid = Table(title=table.attrs.get("title"), title_justify="left", header_style="bold")
    for name in table.columns:
        numeric = pd.api.types.is_numeric_dtype(table[name])
        grid.add_column(escape(str(name)), justify="right" if numeric else "left", no_wrap=numeric)
    for row in table.itertuples(index=False):
        grid.add_row(*(escape(spell(value)) for value in row))
    Console().print(grid)


def _write_plain(table: pd.DataFrame) -> None:
    cells = [list(map(str, table.columns)), *([spell(v) for v in row] for row in table.itertuples(index=False))]
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.columns))]
    if table.attrs.get("title"):
        print(table.attrs["title"])  # noqa: T201 - printing is what this file is for
    for row in cells:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        print(line.rstrip())  # noqa: T201


def spell(value: object) -> str:
    """One cell as text: numbers with four digits that matter, unknown as nothing.

    >>> spell(0.123456), spell(float("nan")), spell(1250.0), spell("KAZ")
    ('0.1235', '', '1250', 'KAZ')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def failures(batch: Batch) -> pd.DataFrame:
    """Failed runs with their reasons."""
    table = batch.runs[batch.runs["status"] == "failed"][["scenario", "point", "run", "reason"]]
    table.attrs["title"] = f"{len(table)} runs failed"
    return table


def conclusions(report: "Report") -> Tables:
    """What a report says first: its sentences, and the claims with their verdicts."""
    from analysis.verdicts import frame

    told = pd.DataFrame({"findings": list(report.sentences)})
    return [told, _titled(frame(report.findings), "Claims")] if report.findings else [told]


def stored_batches(out: Path) -> pd.DataFrame:
    """Batches in a folder, oldest first: scenarios, runs, status, size."""
    rows = [_batch_row(path.parent) for path in sorted(out.glob("*/manifest.json"))]
    columns = ["batch", "scenarios", "runs", "finished", "failed", "seed", "status", "started", "MB"]
    return pd.DataFrame(rows, columns=columns).sort_values("started", ignore_index=True)


def _batch_row(folder: Path) -> dict[str, Any]:
    try:
        batch = open_batch(folder)
        facts, failed = batch.manifest, sum(len(r.failed) for r in batch.receipts)
        finished = sum(len(r.finished) for r in batch.receipts)
        scenarios = ", ".join(batch.scenarios)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    except (BatchError, KeyError, TypeError) as reason:
        return {"batch": folder.name, "status": f"unreadable: {reason}", "started": ""}
    return {
        "batch": folder.name,
        "scenarios": scenarios,
        "runs": facts["runs"],
        "finished": finished,
        "failed": failed,
        "seed": facts["plan"]["seed"],
        "status": facts["status"],
        "started": facts["started"],
        "MB": round(size, 1),
    }


def _tables() -> Any:  # noqa: ANN401 - the tables of `scenarios`, a frame under each name
    from scenarios.tables import shipped_tables

    return shipped_tables()


def _named(kind: str, name: str | None) -> str | None:
    """The id of what is named, when it has one; else the name, which may be an id."""
    from scenarios.vocabulary import vocabulary

    return name and vocabulary(_tables()).called(kind, name)


def _chosen(table: pd.DataFrame, name: str | None, column: str = "id") -> pd.DataFrame:
    """All rows; those of an entry; without one, those of a name, or of the names that contain it; else BatchError."""
    if name is None:
        return table
    key = name.casefold()
    words, names = (table[c].astype(str).str.casefold() for c in (column, "name" if "name" in table else column))
    ways = (words == key, names == key, names.str.contains(key, regex=False) & ("name" in table))
    found = next((table[way] for way in ways if way.any()), None)
    if found is None:
        raise BatchError(_nothing(table, name, column))
    return found


def _nothing(table: pd.DataFrame, name: str, column: str) -> str:
    """That there is no such entry, with the nearest, or some of those there are."""
    from scenarios.problems import nearest

    words = [str(word) for word in table[column].unique()]
    near = nearest(name, words)
    return f"{name}: no such {column}; " + (f"did you mean {near}?" if near else f"it can be {', '.join(words[:40])}")


def _one(table: pd.DataFrame, name: str | None, column: str = "id", brief: list[str] | None = None) -> Tables:
    """All rows, or several that a name means, as one table of some columns; one entry as its cells, top to bottom."""
    found = _chosen(table, name, column)
    if name is None or len(found[column].unique()) > 1:
        return [found[[c for c in brief or found if c in found]]]
    cells = found.T.reset_index()
    cells.columns = pd.Index(["field", *(["value"] if len(found) == 1 else map(str, range(1, len(found) + 1)))])
    return [cells]


def links(name: str | None) -> Tables:
    """Links, or one with all its cells and what an event on it would change."""
    shown = list(_one(_tables()["links"], name, brief=LINK_COLUMNS))
    found = _chosen(_tables()["links"], name)
    if name is None or len(found) > 1:
        return shown
    from runs.flows import load_case
    from runs.link_facts import link_facts

    return [*shown, _titled(link_facts(load_case(), str(found["id"].iloc[0])), "In the baseline's first quarter")]


def network(name: str | None) -> Tables:
    """Number and length of links by layer, mode and status; of one layer when named."""
    table = _chosen(_tables()["links"].drop(columns="name"), name, "layer")
    grouped = table.groupby(["layer", "mode", "status"], as_index=False)
    return [grouped.agg(links=("id", "count"), length_km=("length_km", "sum"))]


def corridors(name: str | None) -> Tables:
    """Corridors and their links."""
    return _one(_tables()["corridors"], name)


def dyads(name: str | None) -> Tables:
    """Pairs of states and how open they are; one with the links behind it."""
    tables = _tables()
    brief = ["id", "a", "b", "state", "since", "reason"]
    if name is None:
        return [tables["dyads"][brief]]
    name = str(_named("dyad", name))
    gated = tables["dyad_links"]
    return [*_one(tables["dyads"], name), gated[gated["dyad"].str.casefold() == name.casefold()]]


def markets(name: str | None) -> Tables:
    """Markets, or one with all its cells."""
    brief = ["id", "name", "layer", "side", "owner", "partner", "commodity", "base_volume", "unit", "method", "year"]
    return _one(_tables()["markets"], name, brief=brief)


def projects(name: str | None) -> Tables:
    """Projects; one with its link changes."""
    tables = _tables()
    brief = ["id", "name", "sponsors", "opposed_by", "announced", "build_years", "capex_bn_usd", "stage_2024"]
    return _with_parts(tables["projects"], name, tables["project_links"], "project", brief)


def institutions(name: str | None) -> Tables:
    """Institutions; one with its members."""
    tables = _tables()
    return _with_parts(tables["institutions"], name, tables["memberships"], "institution")


def _with_parts(
    table: pd.DataFrame, name: str | None, parts: pd.DataFrame, owner: str, brief: list[str] | None = None
) -> Tables:
    """Entries of a table; of a single one also its rows in another table, which names it in the column `owner`."""
    shown = list(_one(table, name, brief=brief))
    if name is None:
        return shown
    return [*shown, parts[parts[owner].isin(_chosen(table, name)["id"])]]


def countries(name: str | None) -> Tables:
    """What each country would lose if a controller withheld, at the base quarter; one country by channel."""
    from runs.base import base_dependence, by_controller, channel_names
    from runs.variants import prepare

    name = _named("country", name)
    table = _chosen(base_dependence(prepare(["baseline"])[0].world), name, "country")
    channels = ["country", "controller", *channel_names(table), "loss", "index"]
    if name is not None:
        felt = table[(table["loss"] >= SMALLEST_LOSS) | table["pole"]].sort_values("loss", ascending=False)
        title = f"{name.upper()}: loss by controller, % of GDP; loss_usd bn USD a year"
        return [_titled(felt[[*channels, "loss_usd"]], title)]
    poles = table[table["pole"]]
    return [
        _titled(by_controller(table), "Loss if a controller withheld, % of GDP (no pole: network only)"),
        _titled(by_controller(poles, "index"), "Dependence index"),
        _titled(poles[channels], "Loss toward poles by channel, % of GDP (a negative transit is a gain)"),
    ]


def flows(name: str | None) -> Tables:
    """Published totals beside the base, what exactness costs in constants, and constants of 2024 in 2022 and 2023."""
    from runs.flows import BASE_YEAR, base_flows, base_pairs, free_constants, load_case
    from runs.years import out_of_sample, scores

    case = load_case()
    past = pd.concat([out_of_sample(case, year) for year in (BASE_YEAR - 2, BASE_YEAR - 1)], ignore_index=True)
    series = ["year", "layer", "observed", "modelled", "modelled_error", "persistence", "persistence_error", "scored"]
    if name is not None:
        found = _chosen(past, name, "series")
        return [_titled(found[["series", *series]], "Constants of 2024 in earlier years")]
    past = past.sort_values(["scored", "year", "modelled_error"], ascending=[False, True, False])
    pairs = ["source", "sink", "layer", "kind", "observed", "low", "high", "modelled"]
    return [
        _titled(base_flows(case).drop(columns="confidence"), "Published totals and the base, unit of the layer a year"),
        _titled(
            base_pairs(case).query("kind == 'i'")[pairs], "Base flows of pairs: put in and solved, with their range"
        ),
        _titled(free_constants(case), "Free constants"),
        _titled(past[["series", *series]], "Constants of 2024 in earlier years; errors relative"),
        _titled(scores(past), "Median relative errors, 2022 and 2023"),
    ]


def _titled(table: pd.DataFrame, title: str) -> pd.DataFrame:
    """The table with a title to print above it."""
    table = table.reset_index(drop=True)
    table.attrs["title"] = title
    return table


def parameters(name: str | None) -> Tables:
    """Parameters with default, unit, range and source."""
    from model.parameters import PARAMETERS

    return _one(pd.DataFrame([asdict(row) for row in PARAMETERS.values()]), name, "name")


def measures(name: str | None) -> Tables:
    """Measures that a run can record."""
    from model.measures import MEASURES

    rows = [asdict(row) | {"dimensions": ", ".join(row.dimensions)} for row in MEASURES.values()]
    return _one(pd.DataFrame(rows), name, "name")


def scenarios(name: str | None) -> Tables:
    """Library scenarios with their questions; one, of the library or a file, with its events and claims."""
    from scenarios import library_names, load_scenario
    from scenarios.read import examine_shipped

    if name is None:
        found = [load_scenario(each) for each in library_names()]
        return [pd.DataFrame([{"scenario": s.scenario, "title": s.title, "question": s.question} for s in found])]
    one = examine_shipped(name).accepted()
    tables = {"": _fields(one), "Events": _events(one), "Claims": _claims(one)}
    return [_titled(pd.DataFrame(rows), title) for title, rows in tables.items() if rows]


def _fields(scenario: "Scenario") -> Rows:
    """What a scenario says of itself, and its parameters."""
    own = scenario.model_dump(include={"scenario", "title", "question", "extends", "start", "until", "seed"})
    fixed = {f"parameters.{key}": value for key, value in scenario.parameters.items()}
    drawn = {f"sample.{key}": f"{law.kind} {list(law.values)}" for key, law in scenario.sample.items()}
    return [{"field": key, "value": value} for key, value in (own | fixed | drawn).items() if value is not None]


def _events(scenario: "Scenario") -> Rows:
    """When an event comes, what it changes and how, for how long, how likely."""
    from scenarios import wording

    return [
        {
            "id": event.id,
            "when": wording.when(event, scenario.events),
            "what": wording.what(event),
            "change": wording.change(event),
            "for": wording.how_long(event),
            "probability": wording.chance(event, scenario.events),
            "note": event.note,
        }
        for event in scenario.events
    ]


def _claims(scenario: "Scenario") -> Rows:
    """What a scenario expects."""
    from analysis.claims import wording

    return [
        {
            "claim": claim.claim,
            "says": wording(claim),
            "against": claim.against,
            "given": claim.given,
            "note": claim.note,
        }
        for claim in scenario.expect
    ]


TOPICS: dict[str, Callable[[str | None], Tables]] = {
    "scenarios": scenarios,
    "network": network,
    "links": links,
    "corridors": corridors,
    "markets": markets,
    "projects": projects,
    "dyads": dyads,
    "countries": countries,
    "flows": flows,
    "institutions": institutions,
    "parameters": parameters,
    "measures": measures,
}
