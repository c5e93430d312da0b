"""Beside: what goes with an effect, as a clause: what carries it, what moves instead, on whom else one depends."""

import pandas as pd

from analysis import tables, words
from analysis.amounts import said
from analysis.asked import question
from analysis.clocks import runs_of
from analysis.ensemble import certain
from analysis.peaks import Effect, told
from analysis.selection import Selection, at

CORRIDORS = "corridor_flow"
OTHERS_NAMED = 3
"""The most corridors that are told to carry more while another one carries less."""
CONTROLLERS_NAMED = 2
"""The most states on which the dependence of the same country is told beside."""
TERMS_NAMED = 2
"""The most terms that are told to carry an alignment."""
CARRIES = 0.25
"""A term carries an alignment when it is worth at least this share of it."""


def goes_with(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """What goes with an effect at its peak; nothing of other measures than those below."""
    if effect.measure == CORRIDORS:
        return _instead(selection, effect, row)
    if effect.measure == "loss":
        return _on_others(selection, effect, row)
    return _terms(selection, row) if effect.measure == "alignment" else ""


def _on_others(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """How far the dependence of the same country on others moves then, largest first, without what claims tell."""
    scenario = str(row["scenario"])
    table, claims = told(selection, scenario, effect), question(selection, scenario).claims
    alone = {
        row["controller"],
        *(c.where.get("controller") for c in claims if c.where.get("country") == row["country"]),
    }
    mine = (table["country"] == row["country"]) & ~table["controller"].isin(alone)
    then = tables.ranked(table[certain(table) & mine & (table["time"] == row["time"])], CONTROLLERS_NAMED)
    who = (words.said("controller", str(controller)) for controller in then["controller"])
    others = [f"on {name} {_size(effect, other)}" for name, (_, other) in zip(who, then.iterrows(), strict=True)]
    return f"; beside it that {words.listing(others)}" if others else ""


def _instead(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """Which corridors move further the same way, and which carry more while one carries less, or the reverse."""
    table = told(selection, str(row["scenario"]), effect)
    then = table[certain(table) & (table["time"] == row["time"])]
    same = then["mean"] * row["mean"] > 0
    further = _corridors(effect, then[same & (then["mean"].abs() > abs(row["mean"]))])
    others = _corridors(effect, then[~same])
    more, less = ("more", "less") if row["mean"] > 0 else ("less", "more")
    parts = [f"even {more} goes by {further}" if further else "", f"{less} goes then by {others}" if others else ""]
    return "".join(f"; {part}" for part in parts if part)


def _corridors(effect: Effect, rows: pd.DataFrame) -> str:
    """The corridors that move most, with how much."""
    return words.listing(
        [
            f"{words.said('corridor', str(other['corridor']))} {_size(effect, other)}"
            for _, other in tables.ranked(rows, OTHERS_NAMED).iterrows()
        ]
    )


def _size(effect: Effect, row: pd.Series) -> str:
    """An effect with its interval."""
    return said(*(effect.factor * row[name] for name in ("mean", "mean_low", "mean_high")))


def _terms(selection: Selection, row: pd.Series) -> str:
    """Which terms of the alignment law carry a change of alignment, and how much each."""
    scenario, where = str(row["scenario"]), {name: str(row[name]) for name in ("country", "pole")}
    if not selection.has("alignment_term") or str(row["time"]) not in selection.parts[scenario].times:
        return ""
    change = at(selection.effect(scenario, "alignment_term", where), str(row["time"]))
    terms = change.sel(run=runs_of(selection, scenario, str(row["time"]))).mean("run").to_series()
    carrying = terms[terms * row["mean"] >= CARRIES * row["mean"] ** 2].sort_values(key=abs, ascending=False)
    known = [f"{name} {words.short(value)}" for name, value in carrying.head(TERMS_NAMED).items()]
    return f"; carried by the terms {words.listing(known)}" if known else ""
