"""Checks over rows of the data tables that no single cell can make."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenarios.problems import Problem
from scenarios.table_columns import Cell, Fault
from scenarios.table_schemas import SCHEMAS, TableSchema
from scenarios.table_sources import is_general, names_nothing
from scenarios.table_units import COST_UNIT, LAYER_UNIT, QUANTITY_UNIT, change_unit, quantity_unit


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

    def problem(self, column: str, fault: Fault, check: str = "") -> Problem:
        """A fault of one cell of this row, with its place and the check that found it."""
        path = f"{self.table}.{column}"
        return Problem(self.file, self.line, path, fault.message, fault.seen, fault.allowed, fault.nearest, check)


Finding = tuple[str, Fault]
"""Column and what is wrong there."""

Rows = Mapping[str, Sequence[Row]]
Owners = Mapping[tuple[str, str], Row]
"""Rows that others name, by the column that does so and the name."""
RowCheck = Callable[[Row, TableSchema, Owners], Iterator[Finding]]
"""A row, its schema, and the rows that others name."""

ROW_CHECKS: dict[str, RowCheck] = {}


def row_check(name: str) -> Callable[[RowCheck], RowCheck]:
    """Register a check under its name."""

    def register(function: RowCheck) -> RowCheck:
        ROW_CHECKS[name] = function
        return function

    return register


@row_check("order")
def values_are_ordered(row: Row, schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """Low, central and high values must not decrease."""
    pairs = [(name, row.values.get(name)) for name in schema.ordered]
    known = [(name, value) for name, value in pairs if isinstance(value, float)]
    for (left, lower), (right, upper) in pairwise(known):
        if lower > upper:
            yield right, Fault(f"is below {left} = {lower:g}", f"{upper:g}")


@row_check("reason")
def expert_rows_give_a_reason(row: Row, schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A coding of ours says why, in `reason` or, where there is none, in `note`."""
    columns = {column.name for column in schema.columns}
    place = next((name for name in ("reason", "note") if name in columns), None)
    if place and row.text("confidence") == "expert" and not row.text(place):
        yield place, Fault("is missing; an expert value needs a reason")


@row_check("placeholder")
def sources_name_something(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A source is a publisher or admits to general knowledge."""
    source = row.text("source")
    if source and names_nothing(source):
        yield "source", Fault("names no source", source, "name the publisher, or write: general knowledge")


@row_check("general")
def general_knowledge_is_never_read(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """What nobody opened was neither read nor worked out from what was."""
    confidence = row.text("confidence")
    if is_general(row.text("source")) and confidence in {"read", "derived"}:
        yield "confidence", Fault("does not fit a source that is general knowledge", confidence, GENERAL_STANDING)


@row_check("known")
def nothing_is_known_before_it_is_so(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A value of a year, an event or an announcement becomes public when it begins, or later.

    Plans are public before what they plan: columns such as `opened` are free,
    and so is a market whose volume is derived elsewhere or not there yet.
    """
    known = row.text("known_from")
    if row.text("method") in UNDATED_METHODS:
        return
    for column in ("year", "quarter", "announced", "since"):
        value = row.values.get(column)
        begins = f"{value}Q1" if isinstance(value, int) else str(value or "")
        if known and known < begins:
            yield "known_from", Fault(f"is before {column} = {value}", known, f"allowed: {begins} or later")


@row_check("unit")
def units_fit_the_layer(row: Row, _schema: TableSchema, owners: Owners) -> Iterator[Finding]:
    """A volume or capacity is in the one unit of its layer."""
    unit = row.text("unit")
    for layer in _layers(row, owners) if row.table in VOLUMES else ():
        if layer in LAYER_UNIT and unit != LAYER_UNIT[layer]:
            yield "unit", Fault(f"is not the unit of {layer}", unit, f"allowed: {LAYER_UNIT[layer]}")


@row_check("quantity-unit")
def units_fit_the_quantity(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A named quantity, indicator or price is in its one unit."""
    column, _ = QUANTITY_UNIT.get(row.table, ("", {}))
    name, unit = row.text(column), row.text("unit")
    right = quantity_unit(row.table, name)
    if right and unit != right:
        yield "unit", Fault(f"is not the unit of {name}", unit, f"allowed: {right}")


@row_check("project-unit")
def project_changes_fit_their_unit(row: Row, _schema: TableSchema, owners: Owners) -> Iterator[Finding]:
    """A change of capacity, days or cost is in the unit of that quantity."""
    change, unit = row.text("change"), row.text("unit")
    for layer in _layers(row, owners) if row.table == "project_links" else ():
        if layer in LAYER_UNIT and unit != change_unit(change, layer):
            yield "unit", Fault(f"is not the unit of {change}", unit, f"allowed: {change_unit(change, layer)}")


@row_check("project-capacity")
def projects_take_no_capacity(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A project may save days and cost; the capacity it brings is not below zero."""
    value = row.values.get("value")
    if row.text("change") in {"opens", "adds_capacity"} and isinstance(value, float) and value < 0:
        yield "value", Fault("is out of range", f"{value:g}", "allowed: 0 or more")


@row_check("bundle")
def projects_change_links(row: Row, _schema: TableSchema, owners: Owners) -> Iterator[Finding]:
    """A project is a bundle of link changes; without one it would do nothing."""
    if row.table == "projects" and ("project", row.text("id")) not in owners:
        yield "id", Fault("stands in no row of project_links; a project is a bundle of link changes", row.text("id"))


@row_check("tariff-unit")
def tariffs_fit_the_layer(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A tariff is a transport cost in the unit of its layer."""
    right = COST_UNIT.get(row.text("layer"), "")
    if row.table == "links" and row.values.get("tariff") is not None and row.text("tariff_unit") != right:
        yield "tariff_unit", Fault("is not a unit of transport cost here", row.text("tariff_unit"), f"allowed: {right}")


@row_check("candidate")
def candidates_were_announced(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A link that is only a candidate says when it was announced."""
    if row.table == "links" and row.text("status") == "candidate" and not row.text("announced"):
        yield "announced", Fault("is missing; a candidate link needs it")


@row_check("capacity")
def capacities_have_a_value(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A row of capacities gives the nameplate, the observed throughput, or both."""
    if row.table == "capacities" and row.values.get("nameplate") is None and row.values.get("observed") is None:
        yield "nameplate", Fault("is missing, and so is observed; give one of them")


@row_check("opens")
def only_candidates_open(row: Row, _schema: TableSchema, owners: Owners) -> Iterator[Finding]:
    """A project opens a link that is not there without it, so that a treaty alone does not."""
    link = owners.get(("link", row.text("link")))
    if row.text("change") == "opens" and link is not None and link.text("status") != "candidate":
        there = f"a link that is {link.text('status')} and no candidate, {link.text('id')}"
        yield "change", Fault(there, "opens", "allowed: adds_capacity")


@row_check("dyad-name")
def dyads_are_named_by_their_states(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """The id of a pair is its two codes in alphabetical order."""
    if row.table == "dyads":
        right = "-".join(sorted((row.text("a"), row.text("b"))))
        if row.text("id") != right:
            yield "id", Fault("does not name the pair", row.text("id"), f"allowed: {right}")


@row_check("dates")
def windows_run_forward(row: Row, _schema: TableSchema, _owners: Owners) -> Iterator[Finding]:
    """A window does not end before it begins."""
    for first, last in (("from_quarter", "to_quarter"), ("starts", "expires")):
        if row.text(last) and row.text(last) < row.text(first):
            yield last, Fault(f"is before {first} = {row.text(first)}", row.text(last))


VOLUMES = ("capacities", "markets", "pair_flows", "market_years", "contracts", "observations", "observed_flows")
UNDATED_METHODS = ("trade_value", "candidate")
GENERAL_STANDING = "allowed: recalled, expert"
OWNERS = {
    "link": ("links", "id"),
    "market": ("markets", "id"),
    "observation": ("observations", "id"),
    "project": ("project_links", "project"),
}
"""For each column that names a row of another table, that table and its column."""


def _layers(row: Row, owners: Owners) -> tuple[str, ...]:
    """Layers of a row: its own, or those of the link, market or observation it belongs to."""
    named = (owners.get((column, row.text(column))) for column in ("link", "market", "observation"))
    owner = next(filter(None, named), row)
    several = owner.values.get("layers")
    return several if isinstance(several, tuple) else (owner.text("layer"),)


def check_rows(rows: Rows) -> Iterator[Problem]:
    """Every finding of every row check, with its place."""
    owners = {(column, row.text(name)): row for column, (table, name) in OWNERS.items() for row in rows.get(table, ())}
    for table, members in rows.items():
        for row in members:
            for name, check in ROW_CHECKS.items():
                for column, fault in check(row, SCHEMAS[table], owners):
                    yield row.problem(column, fault, name)
