"""Trust: how far the base holds where the question lies, by the totals that were published there."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path

import pandas as pd

from analysis import page, words
from analysis.asked import links_of
from analysis.figures import Gallery
from analysis.maps import Change
from analysis.press import Press
from runs.flows import base_flows, load_case
from scenarios import Tables
from scenarios.table_units import LAYER_UNIT
from scenarios.tables import shipped_tables

BASE = "baseline"
"""The scenario of the library whose base quarter is looked at; all of them begin there."""
MOST = 5
LEADING = 0.5
"""A line counts among the largest changes of a map when it changes by this share of the largest one."""
_COUNTED = (
    "Published totals that count what passes the lines of the scenarios' events and claims or the largest changes on "
    "the maps, beside what the model has there in the base quarter, in the last year published up to 2024: "
    "the largest gaps first, {shown} of {known}; totals of another scope are left out. Differences between scenarios "
    "on these lines are no firmer than that: multivector show flows lists all."
)
_NONE = (
    "No published total counts what passes the lines of the scenarios' events and claims or the largest changes on the "
    "maps: nothing says how far the base holds there."
)


def shown(view: Gallery, press: Press, changes: Sequence[Change]) -> str:
    """The published totals of the lines that the scenarios are about, beside the base, as HTML with a CSV file."""
    data = view.selection.batch.data
    table = near(published(data), set(lines(view, changes, shipped_tables(data=data))))
    if table.empty:
        return f"<p>{escape(_NONE)}</p>"
    known, table = len(table), table.head(MOST)
    link = press.filed("trust", table.drop(columns="links").assign(scenario=BASE))
    said = _COUNTED.format(shown=len(table), known=known)
    return f"<h3>How far the base holds here</h3>{_html(table)}<p class='small'>{escape(said)} {link}</p>"


@cache
def published(data: Path | None) -> pd.DataFrame:
    """Published totals of one scope with the model's, and with the links that they count; made once a process."""
    case = load_case(BASE, data)
    rules = case.tables["observations"][["id", "name", "links"]].rename(columns={"id": "observation"})
    flows = base_flows(case)
    return flows[flows["comparable"]].drop(columns="comparable").merge(rules, on="observation")


def near(table: pd.DataFrame, links: set[str]) -> pd.DataFrame:
    """Those of the published totals that count some links, the largest gap first."""
    mine = table[table["links"].map(lambda counted: not links.isdisjoint(counted))]
    order = mine["error"].abs().sort_values(ascending=False, kind="stable").index
    return mine.loc[order].reset_index(drop=True)


def lines(view: Gallery, changes: Sequence[Change], tables: Tables) -> Iterator[str]:
    """Links that the events and claims of the scenarios name, and those that change most on their maps."""
    corridors = dict(zip(tables["corridors"]["id"], tables["corridors"]["links"], strict=True))
    for scenario in (view.scenarios[name] for name in view.selection.changed or (view.selection.baseline,)):
        for event in scenario.events:
            yield from links_of(event)
        for where in (claim.where for claim in scenario.expect):
            yield from filter(None, [where.get("link")])
            yield from corridors.get(where.get("corridor", ""), ())
    for change in changes:
        size = change.sure.abs()
        for joined in change.part.loc[size >= LEADING * size.max(), "link"]:
            yield from str(joined).split()


def _html(table: pd.DataFrame) -> str:
    """One row a published total."""
    units = table["layer"].map(LAYER_UNIT)
    rows = pd.DataFrame(
        {
            "Published total": table["name"],
            "Year": table["year"],
            "Unit": units,
            "Published": table["observed"].map(words.plain),
            "Model": table["modelled"].map(words.plain),
            "Gap": [f"{words.number(100 * error, 0, signed=True)} %" for error in table["error"]],
            page.BELOW: table["note"],
        }
    )
    numeric = ("Published", "Model", "Gap")
    return page.table(rows, numeric=numeric, named=tuple(rows.columns[1:-1]))
