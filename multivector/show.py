"""What `multivector show` prints: the parts of the model and its data as tables."""

# ruff: noqa: PLC0415 - each table loads its own source

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from multivector.tables import Tables, titled
from runs.problems import BatchError

if TYPE_CHECKING:
    from scenarios import Scenario

Rows = list[dict[str, object]]
SMALLEST_LOSS = 0.005  # per cent of GDP: below, a controller is left out
LINK_COLUMNS = ["id", "name", "layer", "mode", "from", "to", "direction", "corridor", "status", "length_km"]


def _tables() -> Any:  # noqa: ANN401 - the tables of `scenarios`, a frame under each name
    from scenarios.tables import shipped_tables

    return shipped_tables()


def _named(kind: str, name: str | None) -> str | None:
    """The id of what is named, when it has one; else the name, which may be an id."""
    from scenarios.vocabulary import vocabulary

    return name and vocabulary(_tables()).called(kind, name)


def _chosen(table: pd.DataFrame, name: str | None, column: str = "id") -> pd.DataFrame:
    """All rows; those of an entry; without one, those of a name, or of the names that contain it; else BatchError."""
    if name is None:
        return table
    key = name.casefold()
    words, names = (table[c].astype(str).str.casefold() for c in (column, "name" if "name" in table else column))
    ways = (words == key, names == key, names.str.contains(key, regex=False) & ("name" in table))
    found = next((table[way] for way in ways if way.any()), None)
    if found is None:
        raise BatchError(_nothing(table, name, column))
    return found


def _nothing(table: pd.DataFrame, name: str, column: str) -> str:
    """That there is no such entry, with the nearest, or some of those there are."""
    from scenarios.problems import nearest

    words = [str(word) for word in table[column].unique()]
    near = nearest(name, words)
    return f"{name}: no such {column}; " + (f"did you mean {near}?" if near else f"it can be {', '.join(words[:40])}")


def _one(table: pd.DataFrame, name: str | None, column: str = "id", brief: list[str] | None = None) -> Tables:
    """All rows, or several that a name means, as one table of some columns; one entry as its cells, top to bottom."""
    found = _chosen(table, name, column)
    if name is None or len(found[column].unique()) > 1:
        return [found[[c for c in brief or found if c in found]]]
    cells = found.T.reset_index()
    cells.columns = pd.Index(["field", *(["value"] if len(found) == 1 else map(str, range(1, len(found) + 1)))])
    return [cells]


def links(name: str | None) -> Tables:
    """Links, those on the soil of a state, or one with all its cells and what an event on it would change."""
    table = _tables()["links"]
    touching = _touching(table, name)
    if len(touching):
        return [titled(touching, f"Links on the soil of {name}, those that cross its border first")]
    shown = list(_one(table, name, brief=LINK_COLUMNS))
    found = _chosen(table, name)
    if name is None or len(found) > 1:
        return shown
    from runs.flows import load_case
    from runs.link_facts import link_facts

    return [*shown, titled(link_facts(load_case(), str(found["id"].iloc[0])), "In the baseline's first quarter")]


def _touching(table: pd.DataFrame, name: str | None) -> pd.DataFrame:
    """Links on the soil of a state given by name or code, those that cross a border first; none for anything else."""
    state = (_named("country", name) or "").upper()
    found = table[[state in soil for soil in table["territories"]]]
    crosses = found["territories"].map(len) > 1
    return pd.concat([found[crosses], found[~crosses]])[[*LINK_COLUMNS[:6], "territories", *LINK_COLUMNS[6:9]]]


def network(name: str | None) -> Tables:
    """Number and length of links by layer, mode and status; of one layer when named."""
    table = _chosen(_tables()["links"].drop(columns="name"), name, "layer")
    grouped = table.groupby(["layer", "mode", "status"], as_index=False)
    return [grouped.agg(links=("id", "count"), length_km=("length_km", "sum"))]


def corridors(name: str | None) -> Tables:
    """Corridors and their links."""
    return _one(_tables()["corridors"], name)


def dyads(name: str | None) -> Tables:
    """Pairs of states and how open they are; one with the links behind it."""
    tables = _tables()
    brief = ["id", "a", "b", "state", "since", "reason"]
    if name is None:
        return [tables["dyads"][brief]]
    name = str(_named("dyad", name))
    gated = tables["dyad_links"]
    return [*_one(tables["dyads"], name), gated[gated["dyad"].str.casefold() == name.casefold()]]


def regions(name: str | None) -> Tables:
    """Regions and their countries, whose means are measures."""
    return _one(_tables()["regions"], name)


def markets(name: str | None) -> Tables:
    """Markets, or one with all its cells."""
    brief = ["id", "name", "layer", "side", "owner", "partner", "commodity", "base_volume", "unit", "method", "year"]
    return _one(_tables()["markets"], name, brief=brief)


def trade(name: str | None) -> Tables:
    """Who sells whom how much of what on the network; what one state, or pole, sells and buys."""
    from runs.flows import load_case
    from runs.trade import base_trade

    table = base_trade(load_case())
    if name is None:
        return [table]
    found = _chosen(table.melt(value_vars=["seller", "buyer"], value_name="trader"), _named("trader", name), "trader")
    word = found["trader"].iloc[0]
    return [
        titled(table[table[side] == word], f"{word} {verb}") for side, verb in (("seller", "sells"), ("buyer", "buys"))
    ]


def contracts(name: str | None) -> Tables:
    """Supply contracts of oil and gas, or one with all its cells."""
    brief = ["id", "name", "seller", "buyer", "layer", "volume", "unit", "starts", "expires", "renewal_prior"]
    return _one(_tables()["contracts"], name, brief=brief)


def projects(name: str | None) -> Tables:
    """Projects; one with its link changes."""
    tables = _tables()
    brief = ["id", "name", "sponsors", "opposed_by", "announced", "build_years", "capex_bn_usd", "stage_2024"]
    return _with_parts(tables["projects"], name, tables["project_links"], "project", brief)


def institutions(name: str | None) -> Tables:
    """Institutions; one with its members."""
    tables = _tables()
    return _with_parts(tables["institutions"], name, tables["memberships"], "institution")


def _with_parts(
    table: pd.DataFrame, name: str | None, parts: pd.DataFrame, owner: str, brief: list[str] | None = None
) -> Tables:
    """Entries of a table; of a single one also its rows in another table, which names it in the column `owner`."""
    shown = list(_one(table, name, brief=brief))
    if name is None:
        return shown
    return [*shown, parts[parts[owner].isin(_chosen(table, name)["id"])]]


def countries(name: str | None) -> Tables:
    """What each country would lose if a controller withheld, at the base quarter; one country by channel."""
    from runs.base import base_dependence, by_controller, channel_names
    from runs.variants import prepare

    name = _named("country", name)
    table = _chosen(base_dependence(prepare(["baseline"])[0].world), name, "country")
    channels = ["country", "controller", *channel_names(table), "loss", "index"]
    if name is not None:
        felt = table[(table["loss"] >= SMALLEST_LOSS) | table["pole"]].sort_values("loss", ascending=False)
        title = f"{name.upper()}: dependence by controller, % of GDP; loss_usd bn USD a year"
        return [titled(felt[[*channels, "loss_usd"]], title)]
    poles = table[table["pole"]]
    return [
        titled(by_controller(table), "Dependence: % of GDP lost if a controller withheld (no pole: network only)"),
        titled(by_controller(poles, "index"), "Dependence index"),
        titled(poles[channels], "Dependence on poles by channel, % of GDP (a negative transit is a gain)"),
    ]


def flows(name: str | None) -> Tables:
    """Published totals beside the base, what exactness costs in constants, and constants of 2024 in 2022 and 2023."""
    from runs.flows import BASE_YEAR, base_flows, base_pairs, free_constants, load_case
    from runs.years import out_of_sample, scores

    case = load_case()
    past = pd.concat([out_of_sample(case, year) for year in (BASE_YEAR - 2, BASE_YEAR - 1)], ignore_index=True)
    series = ["year", "layer", "observed", "modelled", "modelled_error", "persistence", "persistence_error", "scored"]
    if name is not None:
        found = _chosen(past, name, "series")
        return [titled(found[["series", *series]], "Constants of 2024 in earlier years")]
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

    return _one(pd.DataFrame([asdict(row) for row in PARAMETERS.values()]), name, "name")


def measures(name: str | None) -> Tables:
    """Measures that a run can record."""
    from model.measures import MEASURES

    rows = [asdict(row) | {"dimensions": ", ".join(row.dimensions)} for row in MEASURES.values()]
    return _one(pd.DataFrame(rows), name, "name")


def scenarios(name: str | None) -> Tables:
    """Library scenarios with their questions; one, of the library or a file, with its events and claims."""
    from scenarios import library_names, load_scenario
    from scenarios.read import examine_shipped

    if name is None:
        found = [load_scenario(each) for each in library_names()]
        return [pd.DataFrame([{"scenario": s.scenario, "title": s.title, "question": s.question} for s in found])]
    one = examine_shipped(name).accepted()
    tables = {"": _fields(one), "Events": _events(one), "Claims": _claims(one)}
    return [titled(pd.DataFrame(rows), title) for title, rows in tables.items() if rows]


def _fields(scenario: "Scenario") -> Rows:
    """What a scenario says of itself, and its parameters."""
    own = scenario.model_dump(include={"scenario", "title", "question", "start", "until", "seed"})
    own |= {"extends": ", ".join(scenario.extends) or None}
    fixed = {f"parameters.{key}": value for key, value in scenario.parameters.items()}
    drawn = {f"sample.{key}": f"{law.kind} {list(law.values)}" for key, law in scenario.sample.items()}
    return [{"field": key, "value": value} for key, value in (own | fixed | drawn).items() if value is not None]


def _events(scenario: "Scenario") -> Rows:
    """When an event comes, what it changes and how, for how long, how likely."""
    from scenarios import wording

    return [
        {
            "id": event.id,
            "when": wording.when(event, scenario.events),
            "what": wording.what(event),
            "change": wording.change(event),
            "for": wording.how_long(event),
            "probability": wording.chance(event, scenario.events),
            "note": event.note,
        }
        for event in scenario.events
    ]


def _claims(scenario: "Scenario") -> Rows:
    """What a scenario expects."""
    from analysis.claims import wording

    return [
        {
            "claim": claim.claim,
            "says": wording(claim),
            "against": claim.against,
            "given": claim.given,
            "note": claim.note,
        }
        for claim in scenario.expect
    ]


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
    "parameters": parameters,
    "measures": measures,
}
