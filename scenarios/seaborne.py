"""Seaborne: what the network holds of the trade of a state with ports, where most of it is outside."""

from collections import defaultdict

from scenarios.rows import rows
from scenarios.tables import Tables

MOST = 0.5
"""Share of a trade from which most of it is on the network."""


def held_by_port(tables: Tables) -> dict[str, str]:
    """By port of freight, in words: from whom its state buys what the network holds less than half of."""
    shares = _shares(tables)
    ports = [link for link in rows(tables["links"]) if (link.layer, link.mode) == ("freight", "port")]
    said = {
        str(port.id): [
            f"{100 * share:.0f} % of what {owner} buys from {partner}"
            for (owner, partner), share in shares.items()
            if owner in port.territories and share < MOST
        ]
        for port in ports
    }
    return {port: ", ".join(held) for port, held in said.items() if held}


def _shares(tables: Tables) -> dict[tuple[str, str], float]:
    """Share of what a state buys from another that the markets derived from their trade hold."""
    found = defaultdict[tuple[str, str], float](float)
    for market in rows(tables["markets"]):
        if market.side == "demand" and market.method == "trade_value":
            for pair in ((owner, partner) for owner in market.owner for partner in market.partner):
                found[pair] += getattr(market, "trade_share", 1.0)
    return dict(found)
