"""Soil: the states that the rows of a table belong to, by the links, markets and parties behind them."""

from collections.abc import Iterable

from scenarios.tables import Tables

States = tuple[str, ...]


def joined(cells: Iterable[States]) -> States:
    """All codes in some cells, each once."""
    return tuple(dict.fromkeys(code for cell in cells for code in cell))


def of_links(tables: Tables) -> dict[str, States]:
    """States of each link: its territories, for an outlet, which has none, the state of its port."""
    port = dict(zip(tables["nodes"]["id"], tables["nodes"]["country"], strict=True))
    table = tables["links"]
    rows = zip(table["id"], table["mode"], table["territories"], table["from"], strict=True)
    return {link: (port[begin],) if mode == "outlet" else states for link, mode, states, begin in rows}


def of_corridors(tables: Tables) -> list[States]:
    """States of each corridor in the order of its table: those of its links."""
    soil = of_links(tables)
    return [joined(soil[link] for link in links) for links in tables["corridors"]["links"]]


def of_projects(tables: Tables) -> list[States]:
    """States of each project in the order of its table: those of the links that it changes."""
    soil, changed = of_links(tables), tables["project_links"]
    states = changed["link"].map(soil).groupby(changed["project"]).agg(joined)
    return [states.get(project, ()) for project in tables["projects"]["id"]]


def of_series(tables: Tables) -> dict[str, States]:
    """States of each published series: of a total those of its links and parties, of a pair those of its markets."""
    soil, totals, pairs, markets = of_links(tables), tables["observations"], tables["pair_flows"], tables["markets"]
    held = {market: joined(cells) for market, *cells in markets[["id", "owner", "partner"]].itertuples(index=False)}
    ends = zip(pairs["source_market"], pairs["sink_market"], strict=True)
    between = {f"{source} to {sink}": joined((held[source], held[sink])) for source, sink in ends}
    counted = zip(totals["id"], totals["links"], totals["parties"], strict=True)
    return between | {name: joined([*map(soil.__getitem__, links), parties]) for name, links, parties in counted}
