"""Manifests: what differs between stored batches, in words."""

import math
from collections.abc import Mapping, Sequence
from difflib import unified_diff

import pandas as pd

from model.parameters import PARAMETERS
from runs.batch import Batch

NOTHING = "–"
_OF_NO_RESULT = ("command", "started")
"""Facts that decide no result."""


def facts(batch: Batch) -> dict[str, str]:
    """What decides the results of a batch and when it was made, each under a name that a reader knows."""
    manifest = batch.manifest
    plan = manifest["plan"]
    times = [times for entry in batch.dictionary["scenarios"].values() for times in entry["times"]]
    found = {
        "command": batch.commands,
        "started": manifest["started"],
        "runs of each": str(manifest["runs"]),
        "seed": str(plan["seed"]),
        "quarters": f"{min(times)} to {max(times)}, {plan['every']}",
        "scenarios": ", ".join(batch.scenarios),
        "parameters set": _settings(batch) or NOTHING,
        "parameters varied": _varied(batch) or NOTHING,
        "model source": plan["model"],
        "data": manifest["data"],
        "measures": f"{len(batch.measures)} recorded",
    }
    return found | {f"version of {name}": version for name, version in manifest["versions"].items()}


def differences(batches: Mapping[str, Batch]) -> pd.DataFrame:
    """Facts and scenario texts that are not the same in all batches: `what`, and a column a batch."""
    table = _side_by_side(batches)
    rows = table[~_same(table)].rename_axis("what").reset_index()
    texts = [_text_row(batches, scenario) for scenario in common(batches)]
    return pd.concat([rows, pd.DataFrame([row for row in texts if row])], ignore_index=True)


def alike(batches: Mapping[str, Batch]) -> list[str]:
    """Names of the facts that are the same in all batches."""
    table = _side_by_side(batches)
    return [str(name) for name in table.index[_same(table)]]


def told_apart(batches: Sequence[Batch]) -> list[str]:
    """What each batch has that another has not: parameters, with their default where not set, else the first fact."""
    fixed = [_fixed(batch) for batch in batches]
    usual = {name: row.default for name, row in PARAMETERS.items()}
    names = sorted(set().union(*fixed))
    values = {name: [(usual | f).get(name, math.nan) for f in fixed] for name in names}
    apart = {name: found for name, found in values.items() if len(set(found)) > 1}
    if apart:
        return [", ".join(f"{name} = {found[i]:g}" for name, found in apart.items()) for i in range(len(batches))]
    every = [facts(batch) for batch in batches]
    known = [name for name in every[0] if name not in _OF_NO_RESULT and len({f.get(name) for f in every}) > 1]
    return [f"{known[0]} {f[known[0]]}" if known else batch.name for f, batch in zip(every, batches, strict=True)]


def _side_by_side(batches: Mapping[str, Batch]) -> pd.DataFrame:
    """Facts by name, a column a batch."""
    return pd.DataFrame({label: facts(batch) for label, batch in batches.items()}).fillna(NOTHING)


def _same(table: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows read the same in all columns."""
    return table.eq(table.iloc[:, 0], axis=0).all(axis=1)


def common(batches: Mapping[str, Batch]) -> list[str]:
    """Scenarios of several batches, in order of their first occurrence."""
    counted = pd.Series([scenario for batch in batches.values() for scenario in batch.scenarios]).value_counts(
        sort=False
    )
    return [str(scenario) for scenario in counted.index[counted > 1]]


def changes(batches: Mapping[str, Batch], scenario: str) -> str:
    """How a scenario as resolved changes from the first batch that has it to each other one, line by line."""
    (first, text), *others = _texts(batches, scenario).items()
    lines = [unified_diff(text, other, first, label, lineterm="", n=2) for label, other in others]
    return "\n".join(line for part in lines for line in part)


def _texts(batches: Mapping[str, Batch], scenario: str) -> dict[str, list[str]]:
    """Lines of a scenario in each batch that has it, without the last quarter, which is a fact of its own."""
    having = {label: batch.text(scenario) for label, batch in batches.items() if scenario in batch.scenarios}
    return {
        label: [line for line in text.splitlines() if not line.startswith("until:")] for label, text in having.items()
    }


def _text_row(batches: Mapping[str, Batch], scenario: str) -> dict[str, str]:
    """A row that says in which batches a scenario reads otherwise than in the first; empty when in none."""
    having = _texts(batches, scenario)
    first = next(iter(having.values()))
    if all(text == first for text in having.values()):
        return {}
    said = {label: "as in the first" if text == first else "reads otherwise" for label, text in having.items()}
    return {"what": f"scenario {scenario}"} | {label: said.get(label, NOTHING) for label in batches}


def _settings(batch: Batch) -> str:
    """Parameters with one value in all points, and those that a scenario sets."""
    own = [
        f"{name} = {value:g} ({entry['name']})"
        for entry in batch.manifest["plan"]["scenarios"]
        for name, value in entry["parameters"].items()
    ]
    fixed = [f"{name} = {value:g}{_usually(name)}" for name, value in _fixed(batch).items()]
    return ", ".join([*fixed, *own])


def _usually(name: str) -> str:
    """What a parameter is where it is not set; nothing for one that the model has no more."""
    return f" (else {PARAMETERS[name].default:g})" if name in PARAMETERS else ""


def _fixed(batch: Batch) -> dict[str, float]:
    """Parameters with one value in all points."""
    points = batch.manifest["plan"]["sample"]["points"]
    return {name: value for name, value in points[0].items() if all(point[name] == value for point in points)}


def _varied(batch: Batch) -> str:
    """Parameters with several values: their range and number."""
    table = batch.runs.drop(columns=["scenario", "point", "run", "status", "reason"])
    names = [name for name in table if len(table[name].dropna().unique()) > 1]
    return ", ".join(f"{n} {table[n].min():.4g} to {table[n].max():.4g} ({table[n].nunique()} values)" for n in names)
