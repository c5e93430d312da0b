"""Tables and lines about stored batches: what they hold, what failed, what a run computed again says."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multivector.tables import Tables, titled
from runs.batch import Batch, open_batch
from runs.lock import held
from runs.problems import BatchError
from runs.shelf import batches, notes, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.report import Report
    from runs.rerun import Rerun

MOST_FAILURES = 20
COLUMNS = (
    *("batch", "label", "scenarios", "until", "parameters", "points", "runs of each"),
    *("planned", "finished", "failed"),
    *("seed", "status", "started", "MB", "note"),
)
"""What the list says of a batch. Planned, finished and failed runs are those of all scenarios and points together,
counted in one table, the run table."""


def failures(batch: Batch) -> pd.DataFrame:
    """Failed runs with the process in which and the reason why, the first ones when there are many."""
    failed = batch.runs[batch.runs["status"] == "failed"]
    table = failed[["scenario", "point", "run", "stage", "reason"]].head(MOST_FAILURES)
    more = f"; the first {MOST_FAILURES}" if len(failed) > MOST_FAILURES else ""
    again = "multivector rerun {} {} {}".format(batch.name, *failed[["scenario", "run"]].iloc[0]) if len(failed) else ""
    table.attrs["title"] = f"{len(failed)} runs failed{more}. To see one again: {again}"
    return table


def outcome(found: "Rerun") -> str:
    """How a run ended that was computed again, and whether it is as it is stored."""
    block, now, then = found.outcome.block, found.status, found.stored
    ended = f"failed in {now.stage}: {now.reason}" if now.status == "failed" else "finished"
    said = f"{block.entry.name}, run {block.runs[0]}, point {block.point}: {ended} after {found.outcome.seconds:.1f} s"
    if then.status == "planned":
        held = "the batch has not computed it yet"
    elif found.same:
        held = "as it is stored, to the bit"
    elif now != then:
        held = f"not as it is stored: {then.status} {then.reason or ''}".rstrip()
    else:
        held = f"not as it is stored: {', '.join(found.differing)} differ"
    since = f"\nchanged since the batch was computed: {', '.join(found.changed)}" if found.changed else ""
    return f"{said}; {held}{since}"


def conclusions(report: "Report") -> Tables:
    """What a report says first: its sentences, and the claims with their verdicts."""
    from analysis.verdicts import frame  # noqa: PLC0415 - loads what draws

    told = pd.DataFrame({"findings": list(report.sentences)})
    return [told, titled(frame(report.findings), "Claims")] if report.findings else [told]


def stored_batches(out: Path) -> pd.DataFrame:
    """Batches in a folder, oldest first, a row of `COLUMNS` each."""
    rows = [_batch_row(folder) for folder in batches(out)]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("started", ignore_index=True)


def _batch_row(folder: Path) -> dict[str, Any]:
    try:
        batch, said = open_batch(folder), notes(folder)
        stands = batch.runs["status"].value_counts()
    except BatchError as reason:
        return {"batch": folder.name, "status": f"unreadable: {reason}", "started": "", "MB": _megabytes(folder)}
    facts = batch.manifest
    stopped = facts["status"] == "running" and not held(folder)
    return {
        "batch": folder.name,
        "label": said.label,
        "scenarios": ", ".join(batch.scenarios),
        "until": ", ".join(sorted({str(entry["times"][-1]) for entry in batch.dictionary["scenarios"].values()})),
        "parameters": _given(facts["plan"]["sample"]),
        "points": len(facts["plan"]["sample"]["points"]),
        "runs of each": facts["runs"],
        "planned": stands.sum(),
        "finished": stands.get("finished", 0),
        "failed": stands.get("failed", 0),
        "seed": facts["plan"]["seed"],
        "status": "interrupted" if stopped else facts["status"],
        "started": facts["started"],
        "MB": _megabytes(folder),
        "note": said.note,
    }


def _given(sample: "Mapping[str, Any]") -> str:
    """Parameters that a batch was asked for with: set, spread over points, one a run, or from their priors.

    >>> points = [{"a": 1.0, "b": 0.5}, {"a": 4.0, "b": 0.5}]
    >>> _given({"points": points, "run_parameters": ["c"], "laws": {"d": {}}})
    'a=1:4, b=0.5, c drawn, 1 from its prior'
    """
    points, laws = sample["points"], len(sample["laws"])
    ends = {name: sorted({min(values), max(values)}) for name in points[0] if (values := [p[name] for p in points])}
    given = [f"{name}={':'.join(f'{value:g}' for value in span)}" for name, span in ends.items()]
    drawn = [f"{name} drawn" for name in sample["run_parameters"]]
    priors = [f"{laws} from {'its prior' if laws == 1 else 'their priors'}"] if laws else []
    return ", ".join([*given, *drawn, *priors])


def _megabytes(folder: Path) -> float:
    return round(size(folder) / 1e6, 1)
