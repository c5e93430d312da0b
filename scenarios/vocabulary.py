"""Vocabulary: every word a scenario may use for a thing of the model or the data."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, pairwise, product

from model.axes import ALL_GOODS, CHANNELS, TERMS
from model.measures import MEASURES
from model.parameters import PARAMETERS
from model.quarters import parse_quarter
from scenarios.compiling.axes import AGENTS, EXCHANGE_LAYERS, WORLD_PRICES, goods, suppliers, traders, ways
from scenarios.compiling.postures import standing
from scenarios.names import poles_of, state_names
from scenarios.problems import likely
from scenarios.rows import Row, latest, rows
from scenarios.seaborne import held_by_port
from scenarios.states import POSTURES
from scenarios.tables import Tables

TOPICS = {
    "link": "links",
    "corridor": "corridors",
    "market": "markets",
    "contract": "contracts",
    "trader": "trade",
    "state or link": "links",
    "party": "trade",
    "supplier": "trade",
    "traded commodity": "trade",
    "project": "projects",
    "dyad": "dyads",
    "institution": "institutions",
    "country": "countries",
    "controller": "countries",
    "region": "regions",
    "parameter": "parameters",
    "measure": "measures",
}
"""Topic of `multivector show` that lists the words of a kind."""
VEHICLES = ("road", "rail_tank", "tanker")
"""Modes in which oil goes the way of freight."""
SHIPPED = ("outlet", "tanker")
"""Modes in which oil goes by a port."""
LINES = ("pipeline", "grid")
"""Modes of lines that may be tabled up to the crossing of a border."""
HELD = {"full": "member", "observer": "observer"}
"""Word of an event for a membership as the table has it."""
STATES = ("country", "controller", "trader", "supplier", "pole", "state or link", "party")
"""Kinds whose words are states, or the poles they belong to."""
NAMED = {kind: kind + "s" for kind in ("link", "corridor", "market", "contract", "project", "institution", "region")}
"""Kinds whose words have names, and their tables."""
STANDING = {"offer": "offer", "threat": "threat", "affinity": "affinity", "rivalry": "rivalry"}
STANDING |= {"security_reliance": "security", "remittances_of_gdp": "remittances", "official_debt_of_gdp": "debt"}
"""Quantities of tables that have a value between two at the start, and the key of an event that changes it."""
Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Vocabulary:
    """Words by kind (link, market, country, pole, …); a kind that is absent is not checked."""

    words: Words
    layers: Mapping[str, str] = field(default_factory=dict)
    """Layer of each link and market, by id."""
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Lowest and highest value of each parameter."""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For a kind, what else its words are called, in small letters: names, and pairs of states the other way round."""
    states: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """State at the start of what has states, by key of the target and labels: ``("membership", "KAZ", "OTS")``."""

    values: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    """Value at the start by target and labels, where it is known: ``("offer.level", "KAZ", "CHN")``, what links in use
    are open, the default of each parameter, ``("parameter.dyads.opening",)``."""

    expires: Mapping[str, int] = field(default_factory=dict)
    """Last quarter of each contract, before any renewal."""
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For a link of freight over a border, what carries oil over it by road, rail or ship; for a port, what loads or
    unloads oil there: names by id."""

    gated: Mapping[str, int] = field(default_factory=dict)
    """How many links shut with the border of a pair of states, of those that shut some."""

    ramps: Mapping[str, int] = field(default_factory=dict)
    """Quarters until a project that operates does so in full."""
    seaborne: Mapping[str, str] = field(default_factory=dict)
    """By port, in words: trade of its state of which most goes by sea outside the network."""
    crossings: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Customs borders in use: name and states."""
    poles: Mapping[str, str] = field(default_factory=dict)
    """Pole of each state that belongs to one."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Name of each state, and of the world market, by code."""

    builds: Mapping[str, float] = field(default_factory=dict)
    """Years that each project takes to build."""
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By pair of states, what is in use over its border and stays open when that closes: names by id."""
    earning: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By link, the states that may earn transit fees on it."""
    postures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By pole, the postures it may take."""

    def called(self, kind: str, name: str) -> str:
        """The word of a kind that has a name; the name itself when none has."""
        return self.names.get(kind, {}).get(name.casefold(), name)

    def meant(self, kind: str, word: str) -> list[str]:
        """The word of a kind that a name or a slip of the pen means, or several as likely; none when none is close."""
        named = self.called(kind, word)
        ids = {known.casefold(): known for known in self.words.get(kind, ())}
        return [named] if named in ids.values() else likely(word, {**self.names.get(kind, {}), **ids})

    def elsewhere(self, kind: str, word: str) -> Iterator[tuple[str, str]]:
        """Other kinds that have a word or name, each with the word it has for it."""
        for other in (*NAMED, "country", "pole", "dyad"):
            named = self.called(other, word)
            if other != kind and named in self.words.get(other, ()):
                yield other, named


@lru_cache(maxsize=8)
def vocabulary(tables: Tables | None = None) -> Vocabulary:
    """Words of the model, and of the data when tables are given; gathered once for each set of tables."""
    limits = {name: (row.low, row.high) for name, row in PARAMETERS.items()}
    defaults: dict[tuple[str, ...], float] = {(f"parameter.{name}",): row.default for name, row in PARAMETERS.items()}
    own: Words = {
        "parameter": tuple(PARAMETERS),
        "measure": tuple(MEASURES),
        "commodity": EXCHANGE_LAYERS,
        "price": WORLD_PRICES,
        "channel": CHANNELS,
        "term": TERMS,
    }
    if tables is None:
        return Vocabulary(own, {}, limits, values=defaults)
    words = _data_words(tables)
    return Vocabulary(
        {**own, **words},
        _layers(tables),
        limits,
        _names(tables, words),
        _states(tables),
        {**defaults, **_values(tables)},
        _ends(tables),
        _beside(tables),
        Counter(map(str, tables["dyad_links"]["dyad"])),
        dict(zip(tables.values("projects", "id"), map(int, tables["projects"]["ramp_quarters"]), strict=True)),
        held_by_port(tables),
        _crossings(tables),
        poles_of(tables),
        dict(zip(tables.values("countries", "id"), tables.values("countries", "name"), strict=True)),
        dict(zip(tables.values("projects", "id"), map(float, tables["projects"]["build_years"]), strict=True)),
        _lines(tables),
        _earning(tables, words["country"]),
        _postures(tables),
    )


def _data_words(tables: Tables) -> Words:
    """Words of the data."""
    table = tables["countries"]
    countries = tuple(str(name) for name in table.loc[table["role"].isin(AGENTS), "id"])
    poles = tables.values("poles", "pole")
    return {
        "link": tables.values("links", "id"),
        "corridor": tables.values("corridors", "id"),
        "market": tables.values("markets", "id"),
        "supplier": suppliers(tables),
        "trader": traders(tables),
        "traded commodity": goods(tables),
        "state or link": ways(tables),
        "party": (ALL_GOODS, *traders(tables)),
        "contract": tables.values("contracts", "id"),
        "project": tables.values("projects", "id"),
        "dyad": tables.values("dyads", "id"),
        "institution": tables.values("institutions", "id"),
        "region": tables.values("regions", "id"),
        "pole": poles,
        "posture": POSTURES,
        "country": countries,
        "controller": tuple(dict.fromkeys((*poles, *countries))),
        "seller": _sellers(tables),
    }


def _names(tables: Tables, words: Words) -> dict[str, dict[str, str]]:
    """Word of each name by kind; the first where several things share a name."""
    found = {"dyad": _pair_names(tables, words["dyad"])}
    for kind, topic in NAMED.items():
        table = tables[topic].iloc[::-1]
        rows = zip(table["name"].astype(str), table["id"].astype(str), strict=True)
        found[kind] = {name.casefold(): word for name, word in rows if word in words[kind]}
    states, poles = state_names(tables), poles_of(tables)
    for kind in STATES:
        meant = {name: state if state in words[kind] else poles.get(state, "") for name, state in states.items()}
        found[kind] = {name: word for name, word in meant.items() if word in words[kind]}
    return found


def _pair_names(tables: Tables, dyads: Iterable[str]) -> dict[str, str]:
    """Pair of states by what else it is called: the other way round, and by the names of both, either way."""
    called: dict[str, list[str]] = {}
    for name, state in state_names(tables).items():
        called.setdefault(state, []).append(name)
    found: dict[str, str] = {}
    for dyad in dyads:
        one, other = (called.get(code, [code.casefold()]) for code in dyad.split("-"))
        found |= {f"{a}-{b}": dyad for pair in ((one, other), (other, one)) for a, b in product(*pair)}
    return {name: dyad for name, dyad in found.items() if name.upper() != dyad}


def _layers(tables: Tables) -> dict[str, str]:
    """Layer of every link and market."""
    pairs = (zip(tables.values(name, "id"), tables[name]["layer"], strict=True) for name in ("links", "markets"))
    return {str(name): str(layer) for table in pairs for name, layer in table}


def _sellers(tables: Tables) -> tuple[str, ...]:
    """Each state and what it sells in a market of oil or gas, like ``KAZ oil``."""
    sources = tables["markets"][tables["markets"]["side"] == "source"]
    pairs = zip(sources["owner"], sources["layer"], strict=True)
    return tuple(dict.fromkeys(f"{owner} {layer}" for owners, layer in pairs for owner in owners))


def _values(tables: Tables) -> dict[tuple[str, ...], float]:
    """What stands between a country and a pole, or two poles in order, and how far links in use are open."""
    found = {(row.quantity, row.country, row.partner): row.central for row in rows(tables["expert"])}
    for name in ("remittances", "debt"):
        table = latest(tables[name], ["country", "partner", "quantity"])
        found |= {(row.quantity, row.country, row.partner): row.value for row in rows(table)}
    rivals = {(quantity, *sorted(pair)): value for (quantity, *pair), value in found.items() if quantity == "rivalry"}
    bordering = {row.link for row in rows(tables["dyad_links"])}
    used = (row.id for row in rows(tables["links"]) if row.status == "operating" and row.id not in bordering)
    between = {
        (f"{STANDING[quantity]}.level", *pair): float(value)
        for (quantity, *pair), value in (found | rivals).items()
        if quantity in STANDING
    }
    return between | {("link.open", str(link)): 1.0 for link in used}


def _ends(tables: Tables) -> dict[str, int]:
    """Last quarter of each contract."""
    pairs = zip(tables["contracts"]["id"], tables["contracts"]["expires"], strict=True)
    return {str(name): parse_quarter(str(end)) for name, end in pairs}


def _beside(tables: Tables) -> dict[str, dict[str, str]]:
    """What carries oil over the border that a link of freight crosses, or by the port that it is, by that link."""
    links = list(rows(tables["links"].rename(columns={"from": "begin", "to": "end"})))
    others = [link for link in links if link.layer == "oil" and link.status == "operating"]
    freight = [link for link in links if link.layer == "freight"]
    return {str(link.id): {str(o.id): str(o.name) for o in others if _is_beside(link, o)} for link in freight}


def _is_beside(link: Row, oil: Row) -> bool:
    """Whether a link of oil goes over the border of a link of freight, or by the port that it is."""
    if link.mode == "port":
        return oil.mode in SHIPPED and bool({link.begin, link.end} & {oil.begin, oil.end})
    return oil.mode in VEHICLES and bool(borders(link.territories) & borders(oil.territories))


def borders(territories: Sequence[str]) -> set[frozenset[str]]:
    """Pairs of states whose border lies on a way through territories, in their order.

    >>> borders(("RUS", "GEO", "ARM")) == {frozenset({"RUS", "GEO"}), frozenset({"GEO", "ARM"})}
    True
    """
    return set(map(frozenset, pairwise(territories)))


def _crossings(tables: Tables) -> dict[str, tuple[str, frozenset[str]]]:
    """Name and states of each customs border in use."""
    used = (link for link in rows(tables["links"]) if link.status == "operating" and link.mode == "border")
    return {str(link.id): (str(link.name), frozenset(link.territories)) for link in used}


def _lines(tables: Tables) -> dict[str, dict[str, str]]:
    """Name of each link in use over the border of a pair that its closing leaves open, by pair and link."""
    shut = set(zip(tables["dyad_links"]["dyad"], tables["dyad_links"]["link"], strict=True))
    links = zip(rows(tables["links"]), crossed(tables), strict=True)
    used = [(link, crosses) for link, crosses in links if link.status == "operating"]
    over = {str(dyad): frozenset(str(dyad).split("-")) for dyad in tables.values("dyads", "id")}
    return {
        dyad: {str(o.id): str(o.name) for o, crosses in used if pair in crosses and (dyad, o.id) not in shut}
        for dyad, pair in over.items()
    }


def crossed(tables: Tables) -> list[set[frozenset[str]]]:
    """Pairs of states over whose border each link goes; a pipeline or wire may end at the crossing, beyond it."""
    state = dict(zip(tables["nodes"]["id"], tables["nodes"]["country"], strict=True))
    links = tables["links"]
    lines = links["mode"].isin(LINES) & links["territories"].map(bool)
    ways = zip(links["from"].map(state), links["territories"], links["to"].map(state), lines, strict=True)
    whole = ((first, *soil, last) if line else soil for first, soil, last, line in ways)
    return [borders(tuple(place for place, _ in groupby(way))) for way in whole]


def _earning(tables: Tables, countries: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """States with accounts whose soil each link crosses."""
    return {str(o.id): tuple(s for s in o.territories if s in countries) for o in rows(tables["links"])}


def _postures(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Postures of each pole, in the order of the tables."""
    table = tables["postures"]
    return {str(pole): tuple(map(str, own["posture"])) for pole, own in table.groupby("pole", sort=False)}


def _states(tables: Tables) -> dict[tuple[str, ...], str]:
    """States of projects, pairs, memberships and postures at the start."""
    projects = zip(tables["projects"]["id"], tables["projects"]["stage_2024"], strict=True)
    dyads = zip(tables["dyads"]["id"], tables["dyads"]["state"], strict=True)
    found: dict[tuple[str, ...], str] = {("project", str(name)): str(stage) for name, stage in projects}
    found |= {("dyad", str(name)): str(state) for name, state in dyads}
    found |= {("posture", pole): posture for pole, posture in standing(tables["posture_dates"]).items()}
    for row in rows(tables["memberships"]):
        if row.status in HELD and str(row.from_quarter) <= tables.at < str(row.to_quarter or "9999Q4"):
            found["membership", row.country, row.institution] = HELD[row.status]
    return found
