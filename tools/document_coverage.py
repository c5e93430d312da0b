"""Write docs/coverage.md: what stands for each system and institution of the region, and what it moves.

    python tools/document_coverage.py               write the page
    python tools/document_coverage.py --check       write nothing; exit 1 when the page is out of date or the bar missed
    python tools/document_coverage.py --measure     run every row first and write docs/liveness.csv

A row of docs/coverage_systems.csv or coverage_institutions.csv names what `stands_for` it in the tables and how to
switch that: `change` are events without a date, as in a scenario file, `given` are events of both runs. It is live
when the switch moves the named measure, in runs that share all luck.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from analysis.words import unit
from model.arrays import Array
from model.measures import MEASURES
from model.parameters import PARAMETERS
from model.simulation import simulate
from scenarios import Scenario, ScenarioError, check_scenario, library_names, load_scenario
from scenarios.compile import compile_scenario, shipped_network
from scenarios.rows import Row, rows
from scenarios.tables import shipped_tables

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, LIVENESS = DOCS / "coverage.md", DOCS / "liveness.csv"
LISTS = {"systems": "coverage_systems.csv", "institutions": "coverage_institutions.csv"}
COMMAND = "python tools/document_coverage.py --measure"
START, SWITCHED, UNTIL = "2025Q1", "2026Q1", "2028Q4"
RUNS, SEED = 16, 1
STILL = {"projects.decisions": 0.0}  # nothing is built but what a switch builds
LEAST_SHARE = 0.01  # of what the measure is without the switch: well above what the solver leaves
LEAST_POINTS = {"alignment": 0.002}  # of an index that goes through zero: a thousandth of its range
LEAST_AGREEMENT = 0.9  # share of the runs in which the sign is that of the mean, as for a claim
LEAST_SYSTEMS = 62  # live systems, of 70
HEAD = f"""# Coverage

What stands in the model for the systems, institutions, questions and claims that the literature on the region names,
and whether it is alive. Written from the lists by `{COMMAND}`; run on {{made}}.

A row is *live* when what stands for it, switched in {SWITCHED}, moves the named measure in {UNTIL}: by at least
{LEAST_SHARE:.0%} of what it is without the switch (alignment, which goes through zero, by {LEAST_POINTS["alignment"]}),
with one sign in at least {LEAST_AGREEMENT:.0%} of {RUNS} runs that share all luck. What is there is shut or taken out,
what is planned is built. The switches, as events of a scenario file, stand in
[coverage_systems.csv](coverage_systems.csv) and [coverage_institutions.csv](coverage_institutions.csv), the figures in
[liveness.csv](liveness.csv). Every institution that bears on dependence or alignment (`bears_on`) has a switch."""


def main() -> int:
    """Read the arguments and do what they say; 1 when the page is out of date or the bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    parser.add_argument("--measure", action="store_true", help="run every row and write docs/liveness.csv first")
    options = parser.parse_args()
    if options.measure:
        measured().to_csv(LIVENESS, index=False, lineterminator="\n")
    text = page()
    if options.check:
        fresh = text == PAGE.read_text(encoding="utf-8")
        print("up to date" if fresh else "out of date")
        return int(not fresh or bool(missed()))
    PAGE.write_text(text, encoding="utf-8")
    for fault in missed():
        print(fault)
    return int(bool(missed()))


def listed(name: str) -> pd.DataFrame:
    """Rows of a list of coverage, every cell as text."""
    return pd.read_csv(DOCS / LISTS.get(name, name), dtype=str, keep_default_na=False)


def modelled(name: str) -> pd.DataFrame:
    """Rows of a list that can be switched."""
    table = listed(name)
    return table[table["change"] != ""]


# --- what stands for a row


@cache
def known() -> Mapping[str, frozenset[str]]:
    """Names that may stand for a row, by their kind."""
    tables = shipped_tables(START)
    kinds = ("link", "market", "contract", "project", "dyad", "institution", "corridor", "incident")
    claims = {claim.claim for name in library_names() for claim in load_scenario(name).expect}
    coded = tables["expert"][["country", "partner", "quantity"]].agg(" ".join, axis=1)
    return {
        **{kind: frozenset(tables[f"{kind}s"]["id"]) for kind in kinds},
        "posture": frozenset(tables["postures"]["pole"]),
        "coding": frozenset(coded),
        "parameter": frozenset(PARAMETERS),
        "scenario": frozenset(library_names()),
        "claim": frozenset(claims),
    }


def standing(row: Row) -> list[tuple[str, str]]:
    """Kind and name of each thing that stands for a row."""
    return [(kind, name) for kind, _, name in (item.partition(" ") for item in row.stands_for.split("; ") if item)]


def unknown(name: str) -> list[str]:
    """Things that a list names and the tables do not hold, each with its row."""
    return [
        f"{row.id}: {kind} {thing}"
        for row in rows(listed(name))
        for kind, thing in standing(row)
        if thing not in known().get(kind, ())
    ]


# --- what a row moves


@dataclass(frozen=True)
class Effect:
    """What a switch moves: the measure without it, its mean change, and the share of runs of that sign."""

    measure: str
    without: float
    change: float
    agreement: float

    @property
    def live(self) -> bool:
        """Whether the change is large enough and of one sign."""
        least = LEAST_POINTS.get(self.measure, LEAST_SHARE * abs(self.without))
        return abs(self.change) >= least and self.change != 0.0 and self.agreement >= LEAST_AGREEMENT


def effect(row: Row) -> Effect:
    """What the switch of a row moves in the last quarter, over paired runs."""
    switched = last(row.given, row.change, row.measure, row.where)
    without = last(row.given, "[]", row.measure, row.where)
    change = switched - without
    mean = float(change.mean())
    return Effect(row.measure, float(without.mean()), mean, float((np.sign(change) == np.sign(mean)).mean()))


@cache
def last(given: str, change: str, measure: str, where: str) -> Array:
    """A measure in the last quarter of each run with some events, (R,)."""
    world = compile_scenario(scenario(given, change), shipped_tables(START), shipped_network(START))
    values = simulate(world, np.arange(RUNS), SEED, record_measures=(measure,)).measures[measure][-1]
    labels = parsed(where)
    cell: Array = values[tuple(world.axes[name].at(labels[name]) for name in MEASURES[measure].dimensions)]
    return cell


def scenario(given: str, change: str) -> Scenario:
    """A scenario of the events of both runs and of those of one; ScenarioError when the tables do not know a word."""
    events = [{"at": SWITCHED, **event} for text in (given or "[]", change) for event in parsed(text)]
    head = {"scenario": "switched", "title": "Switched", "question": "What does it move?", "extends": "baseline"}
    found = Scenario.model_validate({**head, "start": START, "until": UNTIL, "events": events, "parameters": STILL})
    problems = check_scenario(found, shipped_tables(START))
    if problems:
        raise ScenarioError(problems)
    return found


def parsed(text: str) -> Any:  # noqa: ANN401 - a list of events or a set of labels
    """YAML of a cell as plain data."""
    return YAML(typ="safe", pure=True).load(text)


def measured() -> pd.DataFrame:
    """The effect of every row that can be switched."""
    today = dt.datetime.now(tz=dt.UTC).date()
    found = [(row, effect(row)) for name in LISTS for row in rows(modelled(name))]
    return pd.DataFrame(
        {
            "id": row.id,
            "measure": row.measure,
            "unit": MEASURES[row.measure].unit,
            "without": f"{moved.without:.4g}",
            "change": f"{moved.change:+.3g}",
            "agreement": f"{moved.agreement:.2f}",
            "live": "yes" if moved.live else "no",
            "quarter": UNTIL,
            "runs": RUNS,
            "command": COMMAND,
            "made_on": today,
        }
        for row, moved in found
    )


def stored() -> pd.DataFrame:
    """What docs/liveness.csv holds, by the id of the row."""
    return pd.read_csv(LIVENESS, dtype=str, keep_default_na=False).set_index("id")


def live(name: str) -> list[str]:
    """Rows of a list that move what they name."""
    verdict = stored()["live"].to_dict()
    return [row.id for row in rows(modelled(name)) if verdict.get(row.id) == "yes"]


def missed() -> list[str]:
    """What the lists fall short of, in words; empty when nothing."""
    idle = [row.id for name in LISTS for row in rows(modelled(name)) if row.id not in live(name)]
    bearing = [row for row in rows(listed("institutions")) if row.bears_on and not row.change]
    short = [f"{len(live('systems'))} systems are live, fewer than {LEAST_SYSTEMS}"]
    return [
        *(f"{item} stands in no table" for name in LISTS for item in unknown(name)),
        *(f"{row} moves nothing" for row in idle),
        *(f"{row.id} bears on {row.bears_on} and has no switch" for row in bearing),
        *(short if len(live("systems")) < LEAST_SYSTEMS else ()),
    ]


# --- the page


def page() -> str:
    """The page as Markdown."""
    parts = [
        HEAD.format(made=stored()["made_on"].iloc[0]),
        *_listing("systems"),
        *_listing("institutions"),
        _questions(),
        _claims(),
    ]
    return "\n\n".join(parts) + "\n"


def _listing(name: str) -> Iterator[str]:
    """Section of systems or institutions: what lives, and why the rest is left out."""
    table = listed(name)
    left = table[table["change"] == ""]
    yield f"## {name.capitalize()}\n\n{len(live(name))} of {len(table)} are live; {len(left)} have no switch."
    yield _table(("", name[:-1], "stands for it", "what it moves", "note"), map(_line, rows(modelled(name))))
    yield f"Without a switch:\n\n{_table(('', name[:-1], 'nearest', 'why'), map(_left, rows(left)))}"


def _line(row: Row) -> tuple[str, ...]:
    return row.id, row.title, _standing(row), _moves(row), row.note


def _left(row: Row) -> tuple[str, ...]:
    return row.id, row.title, _standing(row), row.reason


def _standing(row: Row) -> str:
    """What stands for a row, those of a kind together."""
    names: dict[str, list[str]] = {}
    for kind, name in standing(row):
        names.setdefault(kind, []).append(f"`{name}`")
    return "; ".join(f"{kind} {', '.join(found)}" for kind, found in names.items())


def _moves(row: Row) -> str:
    """The measure that a row moves, with its labels and by how much."""
    made, where = stored().loc[row.id], parsed(row.where)
    dead = "" if made["live"] == "yes" else "; not live"
    size = f"{made['change']} from {made['without']} {unit(made['unit'], where)}"
    return f"`{row.measure}` {', '.join(where.values())}: {size.replace('-', '−')}{dead}"


def _questions() -> str:
    table = listed("coverage_scenarios.csv")
    lines = [(row.id, row.title, f"`{row.file}`" if row.file else row.reason) for row in rows(table)]
    return f"## Questions\n\n{_table(('', 'question', 'scenario'), lines)}"


def _claims() -> str:
    table = listed("coverage_claims.csv")
    lines = [(row.id, row.says, f"`{row.claim}` in `{row.file}`" if row.file else row.reason) for row in rows(table)]
    return f"## Claims\n\n{_table(('', 'what is said', 'claim'), lines)}"


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *lines))


if __name__ == "__main__":
    sys.exit(main())
