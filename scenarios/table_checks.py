"""Checks over rows of the data tables that no single cell can make."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenarios.problems import Problem
from scenarios.table_columns import Cell, Fault
from scenarios.table_schemas import COST_UNIT, LAYER_UNIT, SCHEMAS, TableSchema


@dataclass(frozen=True)
class Row:
    """One row of a table: its place and its values by column."""

    table: str
    file: str
    line: int
    values: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """Value of a text column, empty when the table lacks it."""
        return str(self.values.get(column) or "")

    def key(self) -> tuple[Cell, ...]:
        """Values that name the row within its table."""
        return tuple(self.values.get(column) for column in SCHEMAS[self.table].key)

    def problem(self, column: str, fault: Fault) -> Problem:
        """A fault of one cell of this row, with its place."""
        path = f"{self.table}.{column}"
        return Problem(self.file, self.line, path, fault.message, fault.seen, fault.allowed, fault.nearest)


Finding = tuple[str, Fault]
"""Column and what is wrong there."""

Rows = Mapping[str, Sequence[Row]]
RowCheck = Callable[[Row, TableSchema, Mapping[str, Row]], Iterator[Finding]]
"""A row, its schema, and all links by id."""

ROW_CHECKS: dict[str, RowCheck] = {}


def row_check(name: str) -> Callable[[RowCheck], RowCheck]:
    """Register a check under its name."""

    def register(function: RowCheck) -> RowCheck:
        ROW_CHECKS[name] = function
        return function

    return register


@row_check("order")
def values_are_ordered(row: Row, schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """Low, central and high values must not decrease."""
    pairs = [(name, row.values.get(name)) for name in schema.ordered]
    known = [(name, value) for name, value in pairs if isinstance(value, float)]
    for (left, lower), (right, upper) in pairwise(known):
        if lower > upper:
            yield right, Fault(f"is below {left} = {lower:g}", f"{upper:g}")


@row_check("reason")
def expert_rows_give_a_reason(row: Row, schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A coding of ours says why, in `reason` or, where there is none, in `note`."""
    columns = {column.name for column in schema.columns}
    place = next((name for name in ("reason", "note") if name in columns), None)
    if place and row.text("confidence") == "expert" and not row.text(place):
        yield place, Fault("is missing; an expert value needs a reason")


@row_check("unit")
def units_fit_the_layer(row: Row, _schema: TableSchema, owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A volume or capacity is in the one unit of its layer."""
    layer = _layer(row, owners)
    unit = row.text("unit")
    if layer in LAYER_UNIT and row.table in VOLUMES and unit != LAYER_UNIT[layer]:
        yield "unit", Fault(f"is not the unit of {layer}", unit, f"allowed: {LAYER_UNIT[layer]}")


@row_check("project-unit")
def project_changes_fit_their_unit(row: Row, _schema: TableSchema, owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A change of capacity, days or cost is in the unit of that quantity."""
    layer = _layer(row, owners)
    if row.table != "project_links" or layer not in LAYER_UNIT:
        return
    units = {"adds_days": "days", "adds_cost": COST_UNIT[layer]}
    right = units.get(row.text("change"), LAYER_UNIT[layer])
    if row.text("unit") != right:
        yield "unit", Fault(f"is not the unit of {row.text('change')}", row.text("unit"), f"allowed: {right}")


@row_check("tariff-unit")
def tariffs_fit_the_layer(row: Row, _schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A tariff is a transport cost in the unit of its layer."""
    right = COST_UNIT.get(row.text("layer"), "")
    if row.table == "links" and row.values.get("tariff") is not None and row.text("tariff_unit") != right:
        yield "tariff_unit", Fault("is not a unit of transport cost here", row.text("tariff_unit"), f"allowed: {right}")


@row_check("candidate")
def candidates_were_announced(row: Row, _schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A link that is only a candidate says when it was announced."""
    if row.table == "links" and row.text("status") == "candidate" and not row.text("announced"):
        yield "announced", Fault("is missing; a candidate link needs it")


@row_check("capacity")
def capacities_have_a_value(row: Row, _schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A row of capacities gives the nameplate, the observed throughput, or both."""
    if row.table == "capacities" and row.values.get("nameplate") is None and row.values.get("observed") is None:
        yield "nameplate", Fault("is missing, and so is observed; give one of them")


@row_check("opens")
def only_shut_links_open(row: Row, _schema: TableSchema, owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A project opens a link that does not operate yet."""
    link = owners.get(row.text("link"))
    if row.text("change") == "opens" and link is not None and link.text("status") == "operating":
        yield "change", Fault(f"a link that operates, {link.text('id')}", "opens", "allowed: adds_capacity")


@row_check("dyad-name")
def dyads_are_named_by_their_states(row: Row, _schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """The id of a pair is its two codes in alphabetical order."""
    if row.table == "dyads":
        right = "-".join(sorted((row.text("a"), row.text("b"))))
        if row.text("id") != right:
            yield "id", Fault("does not name the pair", row.text("id"), f"allowed: {right}")


@row_check("dates")
def windows_run_forward(row: Row, _schema: TableSchema, _owners: Mapping[str, Row]) -> Iterator[Finding]:
    """A window does not end before it begins."""
    for first, last in (("from_quarter", "to_quarter"), ("starts", "expires")):
        if row.text(last) and row.text(last) < row.text(first):
            yield last, Fault(f"is before {first} = {row.text(first)}", row.text(last))


VOLUMES = ("capacities", "markets", "pair_flows", "market_years", "contracts")


def _layer(row: Row, owners: Mapping[str, Row]) -> str:
    """Layer of a row: its own, or that of the link or market it belongs to."""
    owner = owners.get(row.text("link")) or owners.get(row.text("market"))
    return owner.text("layer") if owner else row.text("layer")


def check_rows(rows: Rows) -> Iterator[Problem]:
    """Every finding of every row check, with its place."""
    owners = {row.text("id"): row for table in ("links", "markets") for row in rows.get(table, ())}
    for table, members in rows.items():
        for row in members:
            for check in ROW_CHECKS.values():
                for column, fault in check(row, SCHEMAS[table], owners):
                    yield row.problem(column, fault)
