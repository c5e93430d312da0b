"""Together: whether what one scenario does is another where a second one has come.

Of a batch with two scenarios, one that has all of both and what all are
compared with: the effect of the first alone, its effect where the second has
come, and the difference of the two, run by run with the same luck.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import combinations, product

import pandas as pd
import xarray as xr

from analysis import page, words
from analysis.amounts import figures
from analysis.asked import question
from analysis.bases import begin, own_parts
from analysis.ensemble import certain, effects
from analysis.figures import Gallery
from analysis.keeping import kept
from analysis.peaks import EFFECTS, Effect
from analysis.press import Press
from analysis.selection import Selection

PRODUCT = Effect(measure="gdp", words="GDP of {country}", kind="GDP", unit="bn USD a year", smallest=0.02)
TOLD = (PRODUCT, *(effect for effect in EFFECTS if effect.measure in ("loss", "alignment", "corridor_flow")))
MOST = 12
"""The most effects in a table."""
MOST_SAID = 4
"""The most effects in a sentence."""
PART = 0.1
"""The share of an effect from which on a change of it is told."""


@dataclass(frozen=True)
class Pair:
    """A scenario `one`, an `other` that may have come before, and the scenario that has `both`."""

    one: str
    other: str
    both: str


def pairs(selection: Selection) -> Iterator[Pair]:
    """Scenarios of a batch of which another one has all and no more; the one that begins later is asked about."""
    own = {s: own_parts(selection, s) for s in selection.changed} if not selection.batches else {}
    for a, b in combinations(own, 2):
        union = [*own[a], *(part for part in own[b] if part not in own[a])]
        if not own[a] or not own[b] or len(union) in (len(own[a]), len(own[b])):
            continue
        both = next((s for s in own if len(own[s]) == len(union) and all(part in own[s] for part in union)), None)
        if both is not None:
            other, one = sorted((a, b), key=lambda s: begin(selection.resolved[s]))
            yield Pair(one, other, both)


@kept
def changed(selection: Selection, pair: Pair) -> pd.DataFrame:
    """Effects of one scenario alone and where the other has come, each when it is largest, in the unit told.

    Columns: `kind`, `label`, `unit`, `time`; `alone`, `beside` and `change`, the means, with `change_low` and
    `change_high`, its 95 % interval, and whether it is `certain` in sign. First the product of states that the
    questions name, whatever becomes of it, then what changes most, by what is the least to be told of each kind.
    """
    parts = [_of(selection, pair, effect) for effect in TOLD if selection.has(effect.measure)]
    table = pd.concat(parts, ignore_index=True)
    chosen = table[table["certain"] | table["asked"]]
    order = chosen.sort_values(["asked", "weight"], ascending=False, kind="stable")
    return order.head(MOST).drop(columns=["weight", "asked"]).reset_index(drop=True)


def _of(selection: Selection, pair: Pair, effect: Effect) -> pd.DataFrame:
    """Every place on which one effect of the first scenario is large enough to tell, alone or beside the other."""
    alone = selection.difference(pair.one, effect.measure, against=selection.baseline)
    beside = selection.difference(pair.both, effect.measure, against=pair.other)
    alone, beside = (effect.factor * part for part in xr.align(alone, beside, join="inner"))
    means = xr.concat([alone.mean("run"), beside.mean("run")], dim="which")
    labels = [str(dim) for dim in alone.dims if dim not in ("run", "time")]
    named = question(selection, pair.one).worded | question(selection, pair.both).worded
    rows = []
    for cell in product(*(map(str, means[label].to_numpy()) for label in labels)):
        where = dict(zip(labels, cell, strict=True))
        size = abs(means.sel(where)).max("which")
        if not float(size.max()) >= effect.smallest:
            continue
        moment = {**where, "time": size["time"].to_numpy()[int(size.argmax("time"))]}
        rows.append(_row(effect, where, alone.sel(moment), beside.sel(moment), str(moment["time"]), named))
    columns = ["kind", "label", "unit", "time", "alone", "beside", "change", "change_low", "change_high"]
    return pd.DataFrame(rows, columns=[*columns, "certain", "weight", "asked"])


def _row(  # noqa: PLR0913 - one effect, twice
    effect: Effect, where: dict[str, str], alone: xr.DataArray, beside: xr.DataArray, time: str, named: Iterable[str]
) -> dict[str, object]:
    """An effect alone and beside another scenario, and the change between the two, at one time."""
    table = effects((beside - alone).drop_vars([*where, "time"], errors="ignore"))
    change = table.iloc[0]
    first, second = float(alone.mean()), float(beside.mean())
    large = abs(change["mean"]) >= max(PART * max(abs(first), abs(second)), 0.1 * effect.smallest)
    return {
        "kind": effect.kind,
        "label": effect.words.format(**{name: words.said(name, str(label)) for name, label in where.items()}),
        "unit": effect.unit,
        "time": time,
        "alone": first,
        "beside": second,
        "change": change["mean"],
        "change_low": change["mean_low"],
        "change_high": change["mean_high"],
        "certain": bool(large and certain(table).iloc[0]),
        "weight": abs(change["mean"]) / effect.smallest,
        "asked": effect is PRODUCT and bool({*where.values()} & {*named}),
    }


def told(selection: Selection, pair: Pair) -> str:
    """What the other scenario changes of what the first one does, as a sentence."""
    one, other = (words.quoted(selection.resolved[s].title) for s in (pair.one, pair.other))
    found = changed(selection, pair)
    found = found[found["certain"]].head(MOST_SAID)
    if found.empty:
        return (
            f"Where {other} has come, {one} does what it does without: no effect differs by a tenth, certain in sign."
        )
    parts = [
        f"{row['label']} {words.short(row['beside'])} instead of {words.short(row['alone'])} {row['unit']} "
        f"({words.moment(row['time'])})"
        for _, row in found.iterrows()
    ]
    return f"Where {other} has come, {one} does otherwise: {words.listing(parts)}."


def shown(view: Gallery, press: Press) -> str:
    """A table for each pair of scenarios of which a third has both, as HTML; nothing where there is none."""
    found = {pair: changed(view.selection, pair) for pair in pairs(view.selection)}
    return "".join(_block(view, press, pair, table) for pair, table in found.items())


def _block(view: Gallery, press: Press, pair: Pair, table: pd.DataFrame) -> str:
    """Heading, table and the way to its file for one pair."""
    one, other = (words.quoted(view.scenarios[s].title) for s in (pair.one, pair.other))
    heading = f"Does {other} change what {one} does?"
    columns = ("Alone", "Where the other has come", "Difference")
    rows = [
        {
            "Effect": _two_lines(words.capital(str(row["label"])), f"{row['unit']}, {words.moment(row['time'])}"),
            columns[0]: words.short(row["alone"]),
            columns[1]: words.short(row["beside"]),
            columns[2]: _two_lines(*figures(row["change"], row["change_low"], row["change_high"])),
        }
        for _, row in table.iterrows()
    ]
    note = (
        f"What {one} does alone, and what it does where {other} has come, when the larger of the two is largest; the "
        "difference is taken run by run with the same luck, with the 95 % interval of its mean. Shown are differences "
        "of a tenth of the effect or more that are certain in sign, and the product of states that the questions name."
    )
    link = press.filed(f"together-{pair.one}-{pair.other}", table)
    raw = ("Effect", columns[-1])
    drawn = page.table(pd.DataFrame(rows), numeric=columns, raw=raw, named=columns) if rows else ""
    return f"<h3>{escape(heading)}</h3>{drawn}<p class='small'>{escape(note)} {link}</p>"


def _two_lines(first: str, below: str) -> str:
    """A cell with a small second line, HTML."""
    return f"{escape(first)}<br><span class='small'>{escape(below)}</span>"
