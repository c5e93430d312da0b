"""Provenance: who set each value of a scenario, and what the data tables are made of."""

# ruff: noqa: PLC0415 - nothing is loaded before it is asked for

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from runs.problems import BatchError

if TYPE_CHECKING:
    from scenarios import Tables

STANDINGS = ("read", "derived", "recalled", "expert")


def with_origin(topic: str, name: str | None, data: Path | None, *, origin: bool) -> Iterable[pd.DataFrame]:
    """Tables of a topic with a user's tables over the shipped ones, or with the file and line of each value."""
    if topic == "data":
        return [contents(name, data, origin=origin)]
    if topic in ("scenario", "scenarios") and name and origin:
        return [values(name)]
    msg = f"show {topic}: --data goes with data, --origin with data and with scenario NAME"
    raise BatchError(msg)


def values(name: str) -> pd.DataFrame:
    """Every value of a scenario with the file and line that set it."""
    from scenarios.read import provenance

    table = pd.DataFrame(provenance(name), columns=["path", "value", "from"])
    table["value"] = table["value"].map(lambda value: " ".join(str(value).split()))
    return table


def contents(name: str | None, data: Path | None = None, *, origin: bool = False) -> pd.DataFrame:
    """The data tables with their rows, standing, sources and hash; or the rows of one, with their places if asked."""
    from scenarios.tables import shipped_tables

    tables = shipped_tables(data=data)
    if name is None:
        return pd.DataFrame([_row(tables, each) for each in tables])
    if name not in tables:
        from multivector.entries import elsewhere
        from scenarios.problems import listing, nearest, showing

        hint, command = nearest(name, tables), showing("data")
        listed = elsewhere(name) or listing(tables, name, command)
        rest = f"did you mean {hint}? {command} lists them" if hint else listed
        msg = f"{name}: no such table; {rest}"
        raise BatchError(msg)
    return tables[name].assign(**{"from": tables.origins[name]}) if origin else tables[name]


def _row(tables: "Tables", name: str) -> dict[str, object]:
    """What a table is made of."""
    table, places = tables[name], tables.origins[name]
    files = sorted({place.rpartition(":")[0] for place in places})
    standing = list(table["confidence"]) if "confidence" in table else []
    sources = table["source"].replace("", None) if "source" in table else pd.Series(dtype=object)
    return {
        "table": name,
        "rows": len(table),
        "later": tables.withheld[name],
        **{word: standing.count(word) for word in STANDINGS},
        "sources": sources.nunique(),
        "files": ", ".join(Path(file).name for file in files),
        "hash": sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()[:12] if files else "",
    }
