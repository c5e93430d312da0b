"""Gains: who gains and who loses by a scenario, in GDP, trade and transit fees, as one small table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd
import xarray as xr

from analysis import incomes, page, style, tables, words
from analysis.amounts import said
from analysis.asked import question
from analysis.clocks import effects_of
from analysis.ensemble import simultaneous
from analysis.figures import Gallery
from analysis.fortunes import fates
from analysis.keeping import kept
from analysis.press import Press
from analysis.selection import Selection


@dataclass(frozen=True)
class Account:
    """One column: what is gained, in which unit, and the least of it that is shown and told."""

    measure: str
    heading: str
    unit: str
    least: float = incomes.SMALLEST

    def change(self, selection: Selection, scenario: str) -> xr.DataArray:
        """The effect on every country, (run, time, country), in the unit of the column."""
        if self.measure == "gdp":
            return selection.relative(scenario, self.measure)
        return selection.effect(scenario, self.measure).assign_attrs(units=self.unit)


ACCOUNTS = (
    Account("gdp", "GDP, %", "%"),
    Account("trade_gain", "Gain from trade, % of GDP", "% of GDP"),
    Account("transit_rent", "Transit fees, bn USD a year", "bn USD/y", least=0.001),
)
_NUMBERS = ["mean", "mean_low", "mean_high", "low", "high", "left"]


@kept
def gains(selection: Selection, scenario: str) -> pd.DataFrame:
    """Every country that a scenario moves by more than the interval and enough to tell: a row for each account.

    The product of states that the question names, and of the one that moves most in USD, counts however small.
    Each stands at its peak. Columns: `scenario`, `country`, `measure`, `unit`, `time`, `mean` with its 95 % interval,
    what is `left` at the end, the `share` of the runs that move the same way, `runs`. Countries are in the order of
    their largest effect on GDP, then on the other accounts.
    """
    parts = [_account(selection, scenario, one) for one in ACCOUNTS if selection.has(one.measure)]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=["country"])], ignore_index=True)
    order = list(dict.fromkeys(table["country"]))
    return table.sort_values("country", key=lambda codes: codes.map(order.index), kind="stable", ignore_index=True)


def _account(selection: Selection, scenario: str, account: Account) -> pd.DataFrame:
    """The countries that move in one account, largest first."""
    table = effects_of(selection, scenario, account.change(selection, scenario)).dropna(subset="mean")
    end = table[table["time"] == selection.last(scenario)].set_index("country")["mean"].rename("left")
    moves = (table["mean_low"] > 0) | (table["mean_high"] < 0)
    spoken = table["country"].isin(_spoken_of(selection, scenario)) & (account.measure == "gdp")
    moves &= spoken | (table["mean"].abs() >= account.least)
    if not selection.paired(scenario):
        moves &= simultaneous(table)
    peaks = tables.at_peak(table[moves]).join(end, on="country")
    peaks = tables.ranked(peaks, len(peaks))
    front = {"scenario": scenario, "country": peaks["country"], "measure": account.measure, "unit": account.unit}
    share = peaks["share_up"].where(peaks["mean"] > 0, peaks["share_down"])
    return pd.DataFrame(front | {c: peaks[c] for c in ("time", *_NUMBERS)} | {"share": share, "runs": peaks["runs"]})


def _spoken_of(selection: Selection, scenario: str) -> set[str]:
    """States whose product is told however little it moves in per cent: those asked about, and that of most USD."""
    change = abs(selection.effect(scenario, "gdp").mean("run")).max("time")
    most = change["country"].to_numpy()[change.to_numpy().argmax()]
    return {*question(selection, scenario).named, str(most)}


def shown(view: Gallery, press: Press, name: str = "gains", heading: str = "Who gains, who loses") -> str:
    """A table for every scenario that moves somebody, with one CSV file, as HTML; nothing where none does."""
    found = {s: table for s in view.selection.changed if len(table := gains(view.selection, s))}
    if not found:
        return ""
    table = pd.concat(found.values(), ignore_index=True)
    link = press.filed(name, table)
    bodies = "".join(_bodies(view, found))
    return f"<h3>{escape(heading)}</h3>{bodies}<p class='small'>{escape(_note(view, table))} {link}</p>"


def _bodies(view: Gallery, found: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Title, sentences and table of each scenario as HTML; where the table is that of another one, that it is."""
    known: dict[tuple[str, str], str] = {}
    for scenario, part in found.items():
        title, table, said = view.scenarios[scenario].title, _html(part), fates(view.selection, scenario, part)
        first = known.setdefault((table, " ".join(said).replace(words.quoted(title), "")), title)
        lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
        same = f"<p>As under {escape(words.quoted(first))}: all numbers shown are the same.</p>"
        yield f"<h4>{escape(title)}</h4>{f'<ul>{lines}</ul>{table}' if first == title else same}"


def _note(view: Gallery, table: pd.DataFrame) -> str:
    """What the table shows."""
    least = words.listing([f"{one.least:g} {one.unit}" for one in ACCOUNTS])
    return (
        f"Differences, {view.pairing}, each when it is largest, with the 95 % interval of the mean; "
        f"every country that moves by more than that interval and by {least} or more, and the GDP of those that the "
        f"question names and of the one that moves most in USD, the largest effect on GDP first. "
        f"A dot is no such effect. What is left by {words.year(view.selection.ends[1])} stands in the CSV file."
        f"{view.among(table)}"
    )


def _html(table: pd.DataFrame) -> str:
    """One row a country, one column an account."""
    names = [one.heading for one in ACCOUNTS]
    rows = [
        {"Country": style.title(str(country))} | dict(zip(names, _cells(part), strict=True))
        for country, part in table.groupby("country", sort=False)
    ]
    return page.table(pd.DataFrame(rows), numeric=names, raw=names, named=names, first="whole")


def _cells(rows: pd.DataFrame) -> Iterator[str]:
    """Each account of one country in words: mean, interval, year; HTML."""
    known = {row["measure"]: row for _, row in rows.iterrows()}
    for one in ACCOUNTS:
        yield _cell(known[one.measure]) if one.measure in known else "·"


def _cell(row: pd.Series) -> str:
    """One effect above its interval and its time, HTML."""
    mean, _, interval = said(row["mean"], row["mean_low"], row["mean_high"]).partition(" ")
    below = ", ".join(filter(None, [interval, words.moment(str(row["time"]))]))
    return f"{escape(mean)}<br><span class='small'>{escape(below)}</span>"
