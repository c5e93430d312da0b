"""Lists: what is shown of the entries that a name means, one or several."""

# ruff: noqa: PLC0415 - the tables load where they are asked for

from collections.abc import Sequence
from typing import Any

import pandas as pd

from multivector.entries import Entries, entries
from multivector.tables import Tables, titled


def frames() -> Any:  # noqa: ANN401 - as `scenarios` has them
    """The shipped tables, a frame under each name."""
    from scenarios.tables import shipped_tables

    return shipped_tables()


def called(kind: str, name: str) -> str:
    """The word of a kind that has a name; the name itself when none has."""
    from scenarios.vocabulary import vocabulary

    return vocabulary(frames()).called(kind, name)


def listed(found: Entries, brief: list[str] | None = None, title: str = "") -> Tables:
    """Several entries as one table of some columns, titled when they are those of a state; one as its cells."""
    if found.several:
        shown = found.rows[[c for c in brief or found.rows if c in found.rows]]
        return [titled(shown, title.format(found.state)) if found.state else shown]
    cells = found.rows.T.reset_index()
    cells.columns = pd.Index(["field", "value"])
    return [cells]


def of_table(
    topic: str, name: str | None, states: Sequence[str] = (), brief: list[str] | None = None, title: str = ""
) -> Tables:
    """Entries of a table that a name means."""
    table = frames()[topic]
    return listed(entries(table, name, states=states), brief, title)
