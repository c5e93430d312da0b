"""What `multivector show` prints: the parts of the model and its data as tables."""

# ruff: noqa: PLC0415 - each table loads its own source

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from multivector import soil
from multivector.entries import Entries, entries
from multivector.lists import called, frames, listed, of_table
from multivector.show_scenarios import scenarios
from multivector.show_trade import contracts, markets, trade
from multivector.tables import Tables, titled

SMALLEST_LOSS = 0.005  # per cent of GDP: below, a controller is left out
CHANNELS_SAID = (
    "Goods that go by the network are under its layers (freight, oil, gas, power), other trade under imports and "
    "exports: where all goes by the network imports are 0. A negative transit is a gain, left out of the loss. Where "
    "all fuel crosses one neighbour, as for Tajikistan and Kyrgyzstan, read oil as “nearly everything”, no figure."
)
MOST_CARRIED = 12
"""Pairs of seller and buyer that are shown of a link."""
LINK_COLUMNS = ["id", "name", "layer", "mode", "from", "to", "direction", "route_family", "status", "length_km"]


def links(name: str | None) -> Tables:
    """Links, those on the soil of a state, or one with all its cells and what an event on it would change."""
    from runs.flows import load_case
    from runs.link_facts import link_facts, link_loads
    from scenarios.vocabulary import vocabulary

    tables = frames()
    place, table = _narrowed(tables["links"], name)
    states = table["id"].map(soil.of_links(tables))
    found = entries(table.assign(soil=states, part_of=_part_of(table)), place, states=["soil"])
    found = replace(found, rows=found.rows.drop(columns=["soil", "part_of"]))
    if found.several:
        title = f"Links on the soil of {found.state} and outlets of its ports, those that cross its border first"
        ordered = _bordering(found.rows) if found.state else found.rows[LINK_COLUMNS]
        return [titled(ordered.merge(link_loads(load_case()), "left", "id"), title if found.state else "")]
    shown, link = list(listed(found)), str(found.rows["id"].iloc[0])
    held = vocabulary(tables).seaborne.get(link)
    title = "In the baseline's first quarter" + (f"; of the state's trade the network holds {held}" if held else "")
    facts = titled(link_facts(load_case(), link), title)
    return [*shown, facts, *_carried(link, str(found.rows["layer"].iloc[0])), *_dated_capacity(link)]


def _carried(link: str, layer: str) -> Tables:
    """Whose goods a link carries; nothing for one that carries none."""
    from runs.flows import load_case
    from runs.trade import goods_on
    from scenarios.table_units import LAYER_UNIT

    table = goods_on(load_case(), link)
    if len(table):
        most = f", the {MOST_CARRIED} largest of {len(table)}" if len(table) > MOST_CARRIED else ""
        yield titled(table.head(MOST_CARRIED), f"Whose goods cross it then, {LAYER_UNIT[layer]}{most}")


def _narrowed(table: pd.DataFrame, name: str | None) -> "tuple[str | None, pd.DataFrame]":
    """A place and the links of the layer or mode named after it, like ``Iran rail``; a whole name stays as it is."""
    *place, kind = (name or "").casefold().split() or [""]
    of_kind = (table["layer"] == kind) | (table["mode"] == kind)
    if not place or not of_kind.any() or (name or "").casefold() in set(table["name"].str.casefold()):
        return name, table
    return " ".join(place), table[of_kind]


def _part_of(table: pd.DataFrame) -> "pd.Series[str]":
    """Names of each link, of its route family, and of the corridors and projects that it is part of."""
    tables = frames()
    named: dict[str, list[str]] = {}
    for row in tables["corridors"].itertuples():
        for link in row.links:
            named.setdefault(link, []).extend((row.id, row.name))
    projects = tables["project_links"].merge(tables["projects"][["id", "name"]], left_on="project", right_on="id")
    for link, project, title in zip(projects["link"], projects["project"], projects["name"], strict=True):
        named.setdefault(link, []).extend((project, title))
    family = table["route_family"].fillna("")
    return family + table["id"].map(lambda link: "\n".join(["", *named.get(link, ())]))


def _dated_capacity(link: str) -> Tables:
    """What the tables say a link can carry from when on; nothing for one that never changes."""
    table = frames()["capacities"]
    own = table.loc[table["link"] == link, ["from_quarter", "nameplate", "observed", "unit", "source", "note"]]
    if len(own) > 1:
        yield titled(own, "Capacity from its date on; an event multiplies what is in force when it comes")


def _bordering(table: pd.DataFrame) -> pd.DataFrame:
    """Links with the states they touch, those that cross a border first."""
    crosses = table["territories"].map(len) > 1
    return pd.concat([table[crosses], table[~crosses]])[[*LINK_COLUMNS[:6], "territories", *LINK_COLUMNS[6:9]]]


def network(name: str | None) -> Tables:
    """Number and length of links by layer, mode and status; of one layer, or on the soil of a state, when named."""
    tables = frames()
    table = tables["links"].drop(columns="name").assign(soil=tables["links"]["id"].map(soil.of_links(tables)))
    found = entries(table, name, "layer", ["soil"])
    grouped = found.rows.groupby(["layer", "mode", "status"], as_index=False)
    counted = grouped.agg(links=("id", "count"), length_km=("length_km", "sum"))
    return [
        titled(counted, f"On the soil of {found.state}, of links over its border the whole") if found.state else counted
    ]


def corridors(name: str | None) -> Tables:
    """Corridors and their links; those with links on the soil of a state."""
    tables = frames()
    found = entries(tables["corridors"].assign(soil=soil.of_corridors(tables)), name, states=["soil"])
    shown = replace(found, rows=found.rows.drop(columns="soil"))
    return listed(shown, title="Corridors with links on the soil of {}")


def dyads(name: str | None) -> Tables:
    """Pairs of states and how open they are; those of a state; one with the links behind it and all over its border."""
    tables = frames()
    brief = ["id", "a", "b", "state", "since", "reason"]
    found = entries(tables["dyads"], name and called("dyad", name), states=["a", "b"])
    shown = list(listed(found, brief, "Pairs of states with {}"))
    if found.several:
        return shown
    gated, (pair,) = tables["dyad_links"], found.rows["id"]
    behind = titled(gated[gated["dyad"] == pair], "Links that open and shut with it")
    return [*shown, behind, titled(_over(tables, pair), "All links over its border")]


def _over(tables: Any, pair: str) -> pd.DataFrame:  # noqa: ANN401 - as _tables gives them
    """Links over the border of a pair of states."""
    from scenarios.vocabulary import crossed

    crosses = [frozenset(pair.split("-")) in borders for borders in crossed(tables)]
    over: pd.DataFrame = tables["links"].loc[crosses, [*LINK_COLUMNS[:4], "status"]]
    return over


def regions(name: str | None) -> Tables:
    """Regions and their countries, whose means are measures."""
    return of_table("regions", name, ["countries"], title="Regions with {}")


def projects(name: str | None) -> Tables:
    """Projects, those of a state, or one with its link changes; none moves on without an event."""
    tables = frames()
    brief = ["id", "name", "sponsors", "opposed_by", "announced"]
    brief += ["build_years", "ramp_quarters", "capex_bn_usd", "stage_2024"]
    table = tables["projects"].assign(soil=soil.of_projects(tables))
    found = entries(table, name, states=["sponsors", "opposed_by", "consents", "soil"])
    title = "Projects that {} sponsors, opposes or consents to, or that change links on its soil"
    shown = list(_with_parts(found, tables["project_links"], "project", brief, title))
    return shown if found.several else [*shown[:-1], titled(shown[-1], _opening(found.rows["ramp_quarters"].iloc[0]))]


def _opening(ramp: int) -> str:
    """What comes with a project once it operates, and what does not."""
    in_full = f"Links it changes, in full {ramp:g} quarters after an event has it operating"
    return f"{in_full}; its cost is nobody's loan: what a pole gives or lends for it is an `offer` of its own"


def institutions(name: str | None) -> Tables:
    """Institutions, those that a state belongs to, or one with its members."""
    tables = frames()
    table, memberships = tables["institutions"], tables["memberships"]
    members = memberships.groupby("institution")["country"].agg(tuple)
    table["members"] = [members.get(each, ()) for each in table["id"]]
    found = entries(table, name, states=["members"])
    brief = [column for column in table if column != "members"]
    return _with_parts(found, memberships, "institution", brief, "Institutions with {}, now or once")


def postures(name: str | None) -> Tables:
    """Postures that poles may take; of a pole also what it does in each, and when it took which."""
    from scenarios.compiling.postures import standing

    tables = frames()
    known = tables["postures"]
    held = known["pole"].map(standing(tables["posture_dates"])) == known["posture"]
    found = entries(known.assign(today=held), name, "posture", ["pole"])
    brief = ["pole", "posture", "today", "reason", "source"]
    yield titled(found.rows[brief], "Postures of poles, which turn by chance; an event on `posture` sets one")
    if not found.every:
        levers, dates = (_of(tables[part], found.rows["pole"]) for part in ("posture_levers", "posture_dates"))
        yield titled(levers, "What the pole does in each: factors are relative to those of the posture at the start")
        yield titled(dates, "Which it held since when")


def _of(table: pd.DataFrame, poles: "pd.Series[str]") -> pd.DataFrame:
    """Rows of a table about some poles."""
    return table[table["pole"].isin(poles)].drop(columns=["confidence", "known_from"])


def _with_parts(found: Entries, parts: pd.DataFrame, owner: str, brief: list[str], title: str) -> Tables:
    """Entries of a table; of a single one also its rows in another table, which names it in the column `owner`."""
    shown = list(listed(found, brief, title))
    return shown if found.several else [*shown, parts[parts[owner].isin(found.rows["id"])]]


def offers(name: str | None) -> Tables:
    """What poles offer countries today, send, are owed and guard: what events on a pole and a country start from."""
    from scenarios.checks import UNITS

    tables = frames()
    expert = tables["expert"].assign(value=tables["expert"]["central"], source=tables["expert"]["reason"])
    kinds = (
        ("offer", "offer countries", "moves alignment, no debt or project", _quantity(expert, "offer")),
        ("remittances", "let workers send home", "moves dependence and product", _today(tables["remittances"])),
        ("debt", "are owed", "moves dependence; what is lent adds no product", _today(tables["debt"])),
        (
            "security",
            "give in arms, bases and pacts",
            "moves dependence and alignment",
            _quantity(expert, "security_reliance"),
        ),
    )
    for key, given, moved, table in kinds:
        named = table.rename(columns={"partner": "pole", "value": "today"}).assign(unit=UNITS[f"{key}.level"])
        found = entries(named.assign(pair=named["pole"] + " to " + named["country"]), name, "pair", ["country", "pole"])
        of = f", to or by {found.state}" if found.state else ""
        shown = found.rows[["pole", "country", "today", "low", "high", "unit", "source", "confidence"]]
        yield titled(shown, f"What poles {given} today{of}; an event on `{key}` {moved}")


def _quantity(expert: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Rows of one quantity of the table of expert codings."""
    return expert[expert["quantity"] == quantity]


def _today(table: pd.DataFrame) -> pd.DataFrame:
    """The last year known of each pair in a table of exposures."""
    from scenarios.rows import latest

    return latest(table, ["country", "partner", "quantity"])


def countries(name: str | None) -> Tables:
    """What each country would lose if a controller withheld, at the base quarter; one country by channel."""
    from runs.base import base_dependence, by_controller, channel_names
    from runs.variants import prepare

    every = base_dependence(prepare(["baseline"])[0].world)
    table = entries(every, name, "country", ["country"]).rows
    channels = ["country", "controller", *channel_names(table), "loss", "index"]
    if name is not None:
        felt = table[(table["loss"] >= SMALLEST_LOSS) | table["pole"]].sort_values("loss", ascending=False)
        title = (
            f"{table['country'].iloc[0]}: dependence by controller, % of GDP; loss_usd bn USD a year. {CHANNELS_SAID}"
        )
        return [titled(felt[[*channels, "loss_usd"]], title)]
    poles = table[table["pole"]]
    return [
        titled(by_controller(table), "Dependence: % of GDP lost if a controller withheld (no pole: network only)"),
        titled(by_controller(poles, "index"), "Dependence index"),
        titled(poles[channels], f"Dependence on poles by channel, % of GDP. {CHANNELS_SAID}"),
    ]


def flows(name: str | None) -> Tables:
    """Published totals beside the base, what exactness costs in constants, and constants of 2024 in 2022 and 2023."""
    from runs.flows import BASE_YEAR, base_flows, base_pairs, free_constants, load_case
    from runs.years import out_of_sample, scores

    case = load_case()
    past = pd.concat([out_of_sample(case, year) for year in (BASE_YEAR - 2, BASE_YEAR - 1)], ignore_index=True)
    series = ["year", "layer", "observed", "modelled", "modelled_error", "persistence", "persistence_error", "scored"]
    if name is not None:
        found = entries(past.assign(soil=past["series"].map(soil.of_series(case.tables))), name, "series", ["soil"])
        of = f", series of links, markets and parties of {found.state}" if found.state else ""
        return [titled(found.rows[["series", *series]], f"Constants of 2024 in earlier years{of}")]
    past = past.sort_values(["scored", "year", "modelled_error"], ascending=[False, True, False])
    pairs = ["source", "sink", "layer", "kind", "observed", "low", "high", "modelled"]
    return [
        titled(base_flows(case).drop(columns="confidence"), "Published totals and the base, unit of the layer a year"),
        titled(
            base_pairs(case).query("kind == 'i'")[pairs], "Base flows of pairs: put in and solved, with their range"
        ),
        titled(free_constants(case), "Free constants"),
        titled(past[["series", *series]], "Constants of 2024 in earlier years; errors relative"),
        titled(scores(past), "Median relative errors, 2022 and 2023"),
    ]


def parameters(name: str | None) -> Tables:
    """Parameters with default, unit, range and source."""
    from model.parameters import PARAMETERS

    table = pd.DataFrame([asdict(row) for row in PARAMETERS.values()])
    return listed(entries(table, name, "name"))


def measures(name: str | None) -> Tables:
    """Measures that a run can record."""
    from model.measures import MEASURES

    rows = [asdict(row) | {"dimensions": ", ".join(row.dimensions)} for row in MEASURES.values()]
    table = pd.DataFrame(rows)
    return listed(entries(table, name, "name"))


def data(name: str | None) -> Tables:
    """The data tables with their rows, standing, sources and hash; or the rows of one."""
    from multivector.provenance import contents

    return [contents(name)]


TOPICS: dict[str, Callable[[str | None], Tables]] = {
    "scenario": scenarios,
    "scenarios": scenarios,
    "data": data,
    "network": network,
    "links": links,
    "corridors": corridors,
    "markets": markets,
    "trade": trade,
    "contracts": contracts,
    "projects": projects,
    "dyads": dyads,
    "countries": countries,
    "regions": regions,
    "flows": flows,
    "institutions": institutions,
    "postures": postures,
    "offers": offers,
    "parameters": parameters,
    "measures": measures,
}
