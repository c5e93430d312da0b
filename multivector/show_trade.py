"""What `multivector show` prints of trade: markets, who sells whom how much of what, and contracts of supply."""

# ruff: noqa: PLC0415 - each table loads its own source

from dataclasses import replace

from multivector.entries import entries
from multivector.lists import called, frames, listed
from multivector.tables import Tables, titled


def markets(name: str | None) -> Tables:
    """Markets, those of a state, or one with all its cells."""
    brief = ["id", "name", "layer", "side", "owner", "partner", "commodity", "base_volume", "unit", "method", "year"]
    found = entries(frames()["markets"], name, states=["owner", "partner"])
    shown = list(listed(found, brief, "Markets of {}"))
    if found.several:
        return shown
    from runs.flows import load_case
    from runs.link_facts import market_facts

    facts = market_facts(load_case(), str(found.rows["id"].iloc[0]))
    return [*shown, titled(facts, "In the baseline's first quarter; a source earns what buyers pay less transport")]


def trade(name: str | None) -> Tables:
    """Who sells whom how much of what on the network; what one state, or pole, sells and buys."""
    from runs.flows import load_case
    from runs.trade import base_trade
    from scenarios.names import poles_of

    table = base_trade(load_case())
    if name is None:
        return [titled(table, "Who sells whom; WLD is the world market, which sells liquefied gas and buys oil")]
    sides = table.melt(value_vars=["seller", "buyer"], value_name="trader")
    word = entries(sides, called("trader", name), "trader", ["trader"]).rows["trader"].iloc[0]
    others = sorted({*sides.loc[sides["trader"].map(poles_of(frames())) == word, "trader"]} - {word})
    beside = f"; an event on {word} means {', '.join(others)} too, with rows of its own" if others else ""
    return [
        titled(table[table[side] == word], f"{word} {verb}{beside}")
        for side, verb in (("seller", "sells"), ("buyer", "buys"))
    ]


def contracts(name: str | None) -> Tables:
    """Supply contracts of oil and gas, those of a state, or one with all its cells; and what is traded under them."""
    from runs.flows import load_case
    from runs.trade import traded

    found = entries(frames()["contracts"], name, states=["seller", "buyer"])
    found = replace(found, rows=found.rows.assign(traded_by_pair=found.rows["id"].map(traded(load_case()))))
    brief = ["id", "name", "seller", "buyer", "layer", "volume", "traded_by_pair", "unit", "starts", "expires"]
    return listed(found, [*brief, "renewal_prior"], "Contracts by which {} sells or buys")
