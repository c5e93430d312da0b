"""Fortunes: in words who gains most and who loses most by a scenario, and which price, amount or fee carries it."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import pandas as pd
import xarray as xr

from analysis import style, words
from analysis.amounts import figures
from analysis.asked import question
from analysis.bases import built_on
from analysis.chances import condition, counted, few
from analysis.clocks import apart, looks, runs_of, seen
from analysis.ensemble import AGREE
from analysis.moments import delay
from analysis.peaks import FADED
from analysis.selection import Selection, in_runs
from analysis.spans import Change, over_points
from analysis.totals import over_events
from analysis.worth import surplus
from model.quarters import format_quarter, parse_quarter
from scenarios.table_units import COST_UNIT, LAYER_UNIT

Carrier: TypeAlias = tuple[float, str]
"""What a move is worth to a country, USD m a year, and the move in words."""
NAMED = 2
"""The most countries named on either side."""
WORTH_NAMING = 0.25
"""A move is said to carry a gain or a loss when it is worth at least this share of it."""
WHOLE = 1.005
"""Up to this share of a gain or a loss a move is a part of it; beyond, others work against it."""
LEAST_FEES = 0.01
"""The least move of transit fees that is told, bn USD a year; the table has smaller ones."""
LEAST_PRICE = 0.005
"""The least move of a price that is one, as a share of it."""
_MILLIONS = 1000.0
_FEES = "transit_rent"
_RENTS = {_FEES: "its transit fees are", "scarcity_rent": "what full links on its soil earn it is"}
PLACES = {_FEES: 4}
"""Decimals of what is told point by point, two of other accounts."""
LESS = 0.75
"""Below this share of a gain or a loss what is left of it at the end is told."""
_MONEY = ("gdp", _FEES)
"""Accounts that are recorded in USD a year."""
_ACCOUNTS = {
    "gdp": "GDP {} %",
    "trade_gain": "gain from trade {} % of GDP",
    _FEES: "transit fees {} bn USD a year",
}
_SHORT = {**_ACCOUNTS, _FEES: "{} bn USD a year"}


def told(selection: Selection, scenario: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Who gains most by a scenario, who loses most, whose transit fees move most: a sentence each, where there is one.

    `table` has the rows of `gains`; a country is told by its first account in which the runs agree, else by its first
    with the share of the runs.
    """
    said = [
        f"{head} {words.listing([_fortune(selection, scenario, row) for _, row in rows.iterrows()])}"
        for head, rows in _sides(selection, scenario, table).items()
    ]
    if not said:
        return ()
    where = f"{built_on(selection, scenario)}{condition(selection, scenario)}under {selection.doer(scenario)} "
    said[0] = f"{where}{said[0]}"
    said[-1] += few(int(table["runs"].min()), counted(selection, scenario))
    return tuple(f"{words.capital(sentence)}." for sentence in said)


def fates(selection: Selection, scenario: str, table: pd.DataFrame) -> tuple[str, ...]:
    """What becomes of each of these countries, what carries it and what is left of it: a sentence each."""
    return tuple(
        f"{_fate(selection, scenario, row)}."
        for rows in _sides(selection, scenario, table).values()
        for _, row in rows.iterrows()
    )


def _sides(selection: Selection, scenario: str, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The countries that are told, by what becomes of them."""
    agreed = table.assign(divided=table["share"] < AGREE).sort_values("divided", kind="stable")
    income = agreed[agreed["measure"] != _FEES].drop_duplicates("country")
    sides = {
        "those who gain most are": income[income["mean"] > 0],
        "those who lose most are": income[income["mean"] < 0],
        "transit fees move most in": table[(table["measure"] == _FEES) & (table["mean"].abs() >= LEAST_FEES)],
    }
    return {head: _foremost(selection, scenario, rows) for head, rows in sides.items() if len(rows)}


def _foremost(selection: Selection, scenario: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The first countries of a table, as many that the scenario asks about, and those that move most in USD."""
    ranked = rows.loc[rows["mean"].abs().sort_values(ascending=False, kind="stable").index]
    asked = ranked["country"].isin(question(selection, scenario).named)
    shown = pd.concat([ranked[:NAMED], ranked[NAMED:][asked[NAMED:]][:NAMED]])
    return pd.concat([shown, _richest(selection, scenario, ranked).drop(shown.index, errors="ignore")])


def _richest(selection: Selection, scenario: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The countries that move most in USD, of gains in per cent of GDP."""
    if not selection.has("gdp") or _FEES in set(rows["measure"]):
        return rows[:0]
    money = pd.Series([abs(_money(selection, scenario, row)) for _, row in rows.iterrows()], rows.index)
    return rows.loc[money.nlargest(NAMED).index]


def _money(selection: Selection, scenario: str, row: pd.Series) -> float:
    """A change in per cent of GDP in USD m a year, of the GDP of what a scenario is compared with."""
    _, gdp = levels(selection, scenario, "gdp", str(row["time"]))
    return float(row["mean"]) / 100 * float(gdp.sel(country=str(row["country"]))) * _MILLIONS


def _in_money(selection: Selection, scenario: str, row: pd.Series) -> str:
    """What a country gains or loses in USD a year; nothing for fees, which are in USD."""
    if row["measure"] == _FEES or not selection.has("gdp"):
        return ""
    return f"{words.short(_money(selection, scenario, row) / _MILLIONS)} bn USD a year"


def _fortune(selection: Selection, scenario: str, row: pd.Series) -> str:
    """One country with its gain or loss."""
    return f"{style.title(str(row['country']))} ({_amount(selection, scenario, row, _SHORT)})"


def _fate(selection: Selection, scenario: str, row: pd.Series) -> str:
    """One country with its gain or loss, what carries it, how far points differ and what is left of it."""
    measure = str(row["measure"])
    carried = "" if measure == _FEES else _carried(selection, scenario, row)
    points = over_points(selection, row, moves(measure), PLACES.get(measure, 2))
    said = _amount(selection, scenario, row, _ACCOUNTS)
    parts = filter(None, [said, carried, points, _gone(selection, scenario, row)])
    return f"{style.title(str(row['country']))}: {'; '.join(parts)}"


def _amount(selection: Selection, scenario: str, row: pd.Series, texts: Mapping[str, str]) -> str:
    """A gain or a loss with the interval of the mean, when, in how many runs, and in USD."""
    measure = str(row["measure"])
    mean, ends = figures(row["mean"], row["mean_low"], row["mean_high"])
    seen, every = int(row["runs"]), len(selection.touched(scenario))
    part = f", recorded in {seen} of {every} runs" if seen < every else ""
    divided = "" if row["share"] >= AGREE else f", so in {100 * row['share']:.0f} % of the runs"
    said = f"{texts[measure].format(mean)} [{ends}] {words.when(str(row['time']))}{divided}{part}"
    return "; ".join(filter(None, [said, _in_all(selection, scenario, row) or _in_money(selection, scenario, row)]))


def _gone(selection: Selection, scenario: str, row: pd.Series) -> str:
    """That a gain or a loss is over by the end, or what is left of it, where that is less by a quarter."""
    left, end = float(row["left"]), words.year(selection.last(scenario))
    if abs(left) < FADED * abs(row["mean"]):
        return f"over by {end}"
    unit = "" if row["measure"] == _FEES else " %"
    return f"{words.short(left)}{unit} left by {end}" if left / row["mean"] < LESS else ""


def moves(measure: str) -> Change:
    """How the effect of a scenario on an account of money is taken: on GDP in per cent."""
    return lambda selection, scenario: (
        selection.relative(scenario, measure) if measure == "gdp" else selection.effect(scenario, measure)
    )


def _in_all(selection: Selection, scenario: str, row: pd.Series) -> str:
    """What a country gains or loses in USD while the events of a scenario last; nothing where one goes on for good."""
    measure = str(row["measure"])
    if measure not in _MONEY or not selection.has(measure):
        return ""
    country = str(row["country"])
    change = selection.effect(scenario, measure, {"country": country})
    later = delay(apart(selection, scenario), measure, (country,))
    return over_events(selection, scenario, change, "bn USD a year", later=later)


def _carried(selection: Selection, scenario: str, row: pd.Series) -> str:
    """The move that is worth most of a gain or a loss, in words; empty where none recorded is worth a good part."""
    if not selection.paired(scenario) or not selection.has("gdp"):
        return ""
    country, time = str(row["country"]), str(row["time"])
    amount = _money(selection, scenario, row)
    carriers = [*_workers(selection, scenario, country, time, amount)]
    for when in (time, *_before(selection, scenario, time)):
        carriers += [*_fees(selection, scenario, country, when), *_markets(selection, scenario, country, when)]
    worth, text = max(carriers, key=lambda carrier: carrier[0] / amount, default=(0.0, ""))
    share = worth / amount
    part = f"{100 * share:.0f} % of that change" if share <= WHOLE else "alone worth more than that change"
    return f"{text}, {part}" if share >= WORTH_NAMING else ""


def _before(selection: Selection, scenario: str, time: str) -> Iterator[str]:
    """What GDP may follow: the quarter before, where it was recorded, or the time in which the events last."""
    known = looks(selection, scenario)
    if time in {look.name for look in known}:
        yield from (look.name for look in known if look.lasting and look.name != time)
    else:
        before = format_quarter(parse_quarter(time) - 1)
        yield from (each for each in (before,) if each in selection.parts[scenario].times)


def levels(selection: Selection, scenario: str, measure: str, time: str) -> tuple[xr.DataArray, xr.DataArray]:
    """The mean of a measure at a time of a table, in a scenario and in what it is compared with, in the same runs."""
    runs = runs_of(selection, scenario, time)
    ours, theirs = (
        in_runs(seen(selection, scenario, selection.values(s, measure), time), runs).mean("run")
        for s in (scenario, selection.base(scenario))
    )
    return ours, theirs


def _fees(selection: Selection, scenario: str, country: str, time: str) -> Iterator[Carrier]:
    """The moves of the transit fees of a country and of what full links earn it."""
    for measure, what in filter(lambda rent: selection.has(rent[0]), _RENTS.items()):
        ours, theirs = (float(level.sel(country=country)) for level in levels(selection, scenario, measure, time))
        said = f"{words.plain(ours)} instead of {words.plain(theirs)} bn USD a year"
        yield _MILLIONS * (ours - theirs), f"{what} {said}"


def _workers(selection: Selection, scenario: str, country: str, time: str, amount: float) -> Iterator[Carrier]:
    """What workers in each pole send home, worth what trade and transit do not tell of an `amount` of USD m a year."""
    if not selection.has("loss_channel", "trade_gain"):
        return
    sent, before = (
        level.sel(country=country, channel="remittances") for level in levels(selection, scenario, "loss_channel", time)
    )
    change = {str(pole): float(sent.sel(pole=pole) - before.sel(pole=pole)) for pole in sent["pole"].values}
    pole = max(change, key=lambda pole: abs(change[pole]))
    if abs(change[pole]) >= LEAST_PRICE * (base := float(before.sel(pole=pole))) > 0:
        gained, usual = (float(level.sel(country=country)) for level in levels(selection, scenario, "trade_gain", time))
        _, gdp = levels(selection, scenario, "gdp", time)
        rest = amount - (gained - usual) / 100 * float(gdp.sel(country=country)) * _MILLIONS
        much = f"{100 * abs(change[pole]) / base:.0f} % {'more' if change[pole] > 0 else 'less'}"
        yield rest, f"workers in {words.said('pole', pole)} send home {much} (only part of that is product)"


def _markets(selection: Selection, scenario: str, country: str, time: str) -> Iterator[Carrier]:
    """The moves of prices and amounts in the oil and gas markets of a country.

    Of what it sells a price counts for the amount traded before, an amount at the price before: USD a tonne times Mt,
    and USD per 1,000 m³ times bcm, are USD m. What it buys counts by the surplus that goes with the amount.
    """
    if not selection.has("price", "market_volume"):
        return
    (price, price_before), (amount, amount_before) = (
        levels(selection, scenario, measure, time) for measure in ("price", "market_volume")
    )
    worth = surplus(selection.batch.data)
    for market in _own(country, price["market"].values.tolist()):
        name, sells, units = str(market["id"]), market["side"] == "source", str(market["layer"])
        p, p0, q, q0 = (float(level.sel(market=name)) for level in (price, price_before, amount, amount_before))
        good = f"{market['commodity']} that it {'sells' if sells else 'buys'} (“{market['name']}”)"
        by_price = min(p, p0) > 0 and abs(p - p0) >= LEAST_PRICE * p0
        price_said = f"the price of the {good} is {p:.0f} instead of {p0:.0f} {COST_UNIT[units]}"
        amount_said = f"the amount of the {good} is {q:.1f} instead of {q0:.1f} {LAYER_UNIT[units]}"
        if not sells:
            yield (q - q0) * worth[name], price_said if by_price else amount_said
            continue
        if by_price:
            yield (p - p0) * q0, price_said
        yield (q - q0) * p0, amount_said


def _own(country: str, recorded: list[str]) -> Iterator[pd.Series]:
    """Rows of the markets of a country that have a price."""
    rows = words.tables()["markets"]
    mine = rows["owner"].map(lambda owners: country in owners) & rows["layer"].isin(("oil", "gas"))
    yield from (row for _, row in rows[mine & rows["id"].isin(recorded)].iterrows())
