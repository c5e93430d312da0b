"""Schemas of the data tables: columns, keys, references, units, orderings.

A table is stored in one or several files, ``links.csv`` or ``links_*.csv``.
Rows of a table that has `known_from` are facts, and a run sees only those that
were public at its date. This file is the reference page of the tables.
"""

from dataclasses import dataclass

from model.axes import COMMODITY_LAYERS
from model.dyads import COVARIATES
from model.memberships import COVARIATES as MEMBERSHIP_COVARIATES
from scenarios.states import DYAD_STATES, FIELDS, POSTURES, PROJECT_STAGES, STATE_VALUES, STEPS
from scenarios.table_columns import (
    Column,
    code,
    many,
    needed,
    number,
    optional,
    positive,
    quarter,
    refers,
    share,
    text,
    words,
    year,
)

CONFIDENCES = ("read", "recalled", "derived", "expert")
MODES = (
    *("rail", "road", "sea", "ferry", "port", "border", "pipeline", "tanker", "rail_tank"),
    *("lng", "swap", "outlet", "grid", "hvdc", "fibre", "cable"),
)
ROUTE_FAMILIES = (
    *("northern", "middle", "southern", "instc_west", "instc_east", "instc_caspian", "lars", "cku"),
    *("trans_afghan", "black_sea", "zangezur", "crossroads", "domestic", "ocean"),
)
STATUSES = ("operating", "idle", "closed", "candidate")
SIDES = ("source", "sink", "demand", "supply", "transit")
METHODS = ("published", "derived", "trade_value", "candidate")
CHANGES = ("opens", "adds_capacity", "adds_days", "adds_cost")
TRADE = ("import_value", "export_value", "import_share", "export_share")
CODINGS = (
    *("threat", "affinity", "credibility", "security_reliance", "strategic_value", "grievance", "will"),
    *("rivalry", "offer", "identity"),
)
LEVERS = ("offers", "escalation", "rhetoric", "affinity", "oil_demand", "gas_demand")
MEMBERSHIPS = ("full", "observer", "partner", "associate", "dialogue partner", "candidate", "frozen")

SOURCE = needed(text("source"))
CONFIDENCE = words("confidence", *CONFIDENCES)
KNOWN = needed(quarter("known_from", 1990))
NOTE = text("note")
REASON = text("reason")
ALSO_CALLED = many(text("also_called"))
PROVENANCE = (SOURCE, CONFIDENCE, KNOWN)
ID = needed(text("id"))
NAME = needed(text("name"))
LAYER = words("layer", *COMMODITY_LAYERS)
UNIT = needed(text("unit"))
CHANGE = (words("state", *DYAD_STATES), words("becomes", *DYAD_STATES))
RATE = (needed(positive("low")), needed(positive("rate")), needed(positive("high")), UNIT)
LOAD = (*(needed(number(name, -5, 5)) for name in ("low", "load", "high")), needed(REASON), *PROVENANCE)
LINK = refers("link", "links.id")
MARKET = refers("market", "markets.id")
COUNTRY = refers("country", "countries.id", "poles.pole", "poles.member")
PAIR = optional(refers("dyad", "dyads.id"))
"""A pair of states; empty for every pair without a row of its own."""
POLE = refers("pole", "poles.pole")
POSTURE = words("posture", *POSTURES[1:])
POLES_OR_AGENTS = ("countries.id", "poles.pole")


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns, the columns that name a row, and low-to-high orderings."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    ordered: tuple[str, ...] = ()
    """Columns whose values must not decrease from left to right."""
    extra: tuple[Column, ...] = ()
    """Columns that a file may leave out."""
    required: bool = False
    """Whether a run cannot start without the table."""


def _imputable(name: str, confidence: str) -> tuple[Column, Column]:
    """A quantity that may be missing, with the confidence of its value."""
    return positive(name), optional(words(confidence, *CONFIDENCES))


SCHEMAS: dict[str, TableSchema] = {
    "countries": TableSchema(
        (
            *(
                ID,
                NAME,
                words("role", "full", "light", "other", "market"),
                Column("turkic", "flag"),
                Column("post_soviet", "flag"),
            ),
            *(many(optional(code("land_neighbours"))), SOURCE, CONFIDENCE),
        ),
        key=("id",),
        extra=(ALSO_CALLED,),
        required=True,
    ),
    "regions": TableSchema(
        (ID, NAME, many(refers("countries", "countries.id")), SOURCE, CONFIDENCE), key=("id",), required=True
    ),
    "poles": TableSchema(
        (needed(text("pole")), code("member"), text("weight_note"), SOURCE),
        key=("pole", "member"),
        extra=(ALSO_CALLED,),
        required=True,
    ),
    "nodes": TableSchema(
        (
            *(ID, NAME, code("country"), needed(text("kind"))),
            *(number("lat", -90, 90), number("lon", -180, 180), *PROVENANCE),
        ),
        key=("id",),
        extra=(NOTE,),
        required=True,
    ),
    "links": TableSchema(
        (
            *(ID, NAME, LAYER, words("mode", *MODES), refers("from", "nodes.id"), refers("to", "nodes.id")),
            *(words("direction", "both", "forward"), many(optional(code("territories")))),
            *(optional(words("route_family", *ROUTE_FAMILIES)), words("status", *STATUSES)),
            *(quarter("opened"), quarter("announced"), *_imputable("length_km", "length_confidence")),
            *(*_imputable("days", "days_confidence"), *_imputable("tariff", "tariff_confidence")),
            *(text("tariff_unit"), *PROVENANCE, NOTE),
        ),
        key=("id",),
        required=True,
    ),
    "capacities": TableSchema(
        (LINK, needed(quarter("from_quarter")), positive("nameplate"), positive("observed"), UNIT, *PROVENANCE, NOTE),
        key=("link", "from_quarter"),
        required=True,
    ),
    "control": TableSchema(
        (
            *(LINK, refers("controller", *POLES_OR_AGENTS), needed(share("low")), needed(share("kappa"))),
            *(needed(share("high")), needed(REASON), *PROVENANCE),
        ),
        key=("link", "controller"),
        ordered=("low", "kappa", "high"),
        required=True,
    ),
    "conversions": TableSchema(
        (needed(text("from")), needed(text("to")), needed(positive("factor")), SOURCE, CONFIDENCE),
        key=("from", "to"),
        ordered=("low", "factor", "high"),
        extra=(positive("low"), positive("high"), NOTE, REASON),
    ),
    "openness": TableSchema((LINK, year("year"), needed(share("open")), *PROVENANCE, NOTE), key=("link", "year")),
    "projects": TableSchema(
        (
            *(ID, NAME, many(optional(refers("sponsors", *POLES_OR_AGENTS)))),
            *(many(optional(refers("opposed_by", *POLES_OR_AGENTS))), many(optional(code("consents")))),
            *(needed(quarter("announced")), positive("build_years"), positive("capex_bn_usd")),
            *(positive("ramp_quarters"), words("stage_2024", *PROJECT_STAGES[:4]), *PROVENANCE, NOTE),
        ),
        key=("id",),
        extra=(many(optional(refers("rivals", "projects.id"))),),
        required=True,
    ),
    "project_links": TableSchema(
        (
            *(refers("project", "projects.id"), Column("link", needed=True, refers=("links.id",), holds=True)),
            *(words("change", *CHANGES), needed(number("value")), UNIT, REASON, SOURCE, CONFIDENCE),
        ),
        key=("project", "link", "change"),
        extra=(NOTE,),
        required=True,
    ),
    "dyad_links": TableSchema(
        (refers("dyad", "dyads.id"), LINK, needed(REASON)), key=("dyad", "link"), extra=(NOTE, text("source"))
    ),
    "markets": TableSchema(
        (
            *(ID, NAME, LAYER, words("side", *SIDES), many(code("owner")), many(optional(code("partner")))),
            *(needed(text("commodity")), many(optional(refers("origins", "nodes.id")))),
            *(many(optional(refers("outlets", "nodes.id"))), positive("base_volume"), UNIT),
            *(words("method", *METHODS), positive("unit_value"), positive("base_price"), number("margin")),
            *(share("served_share"), positive("low"), positive("high"), year("year"), *PROVENANCE, NOTE),
        ),
        key=("id",),
        ordered=("low", "base_volume", "high"),
        extra=(share("trade_share"),),
        required=True,
    ),
    "pair_flows": TableSchema(
        (
            *(LAYER, refers("source_market", "markets.id"), refers("sink_market", "markets.id"), year("year")),
            *(needed(positive("volume")), UNIT, positive("low"), positive("high"), *PROVENANCE, NOTE),
        ),
        key=("source_market", "sink_market", "year"),
        ordered=("low", "volume", "high"),
        required=True,
    ),
    "market_years": TableSchema(
        (MARKET, year("year"), positive("volume"), positive("price"), UNIT, *PROVENANCE, NOTE), key=("market", "year")
    ),
    "fields": TableSchema(
        (
            *(MARKET, needed(positive("spare")), needed(positive("low")), needed(positive("high"))),
            *(needed(REASON), *PROVENANCE),
        ),
        key=("market",),
        ordered=("low", "spare", "high"),
    ),
    "prices": TableSchema(
        (needed(text("series")), year("year"), needed(positive("value")), UNIT, *PROVENANCE), key=("series", "year")
    ),
    "contracts": TableSchema(
        (
            *(ID, NAME, code("seller"), code("buyer"), LAYER),
            *(many(refers("link_or_market", "links.id", "markets.id")), positive("volume"), UNIT),
            *(quarter("starts"), quarter("expires"), share("renewal_prior"), *PROVENANCE, NOTE),
        ),
        key=("id",),
        extra=(Column("exclusive", "flag"),),
    ),
    "bans": TableSchema(
        (
            *(code("seller"), code("buyer"), words("commodity", "oil", "gas"), needed(quarter("since"))),
            *(needed(REASON), *PROVENANCE),
        ),
        key=("seller", "buyer", "commodity"),
    ),
    "corridors": TableSchema((ID, NAME, many(refers("links", "links.id")), needed(REASON)), key=("id",), required=True),
    "freight_constants": TableSchema(
        (
            *(refers("corridor", "corridors.id"), words("cargo", "container", "other", "all")),
            *(needed(number("constant", -500, 500)), UNIT, refers("observation", "observations.id"), needed(REASON)),
        ),
        key=("corridor", "cargo"),
    ),
    "observations": TableSchema(
        (
            *(ID, NAME, many(refers("links", "links.id")), many(optional(words("layers", *COMMODITY_LAYERS)))),
            *(many(optional(text("commodities"))), text("direction"), UNIT, Column("includes_oil", "flag")),
            text("scope_note"),
        ),
        key=("id",),
        extra=(
            *(many(optional(code("parties"))), many(optional(code("not_parties")))),
            *(NOTE, text("source"), optional(CONFIDENCE), optional(KNOWN)),
        ),
    ),
    "observed_flows": TableSchema(
        (
            refers("observation", "observations.id"),
            *(year("year"), needed(positive("volume")), UNIT, *PROVENANCE, NOTE),
        ),
        key=("observation", "year"),
    ),
    "trade": TableSchema(
        (
            *(COUNTRY, code("partner"), year("year"), words("quantity", *TRADE), needed(positive("value"))),
            *(UNIT, text("basis"), *PROVENANCE, NOTE),
        ),
        key=("country", "partner", "year", "quantity"),
    ),
    "unit_values": TableSchema(
        (
            *(needed(text("commodity")), needed(positive("usd_per_t")), positive("low"), positive("high")),
            *(SOURCE, CONFIDENCE, REASON, KNOWN),
        ),
        key=("commodity",),
        ordered=("low", "usd_per_t", "high"),
    ),
    "indicators": TableSchema(
        (COUNTRY, needed(text("indicator")), needed(number("value")), UNIT, year("year"), *PROVENANCE, NOTE),
        key=("country", "indicator", "year"),
    ),
    **{
        name: TableSchema(
            (
                *(COUNTRY, code("partner"), needed(text("quantity")), needed(positive("value")), UNIT, year("year")),
                *(positive("low"), positive("high"), *PROVENANCE, NOTE),
            ),
            key=("country", "partner", "quantity", "year"),
            ordered=("low", "value", "high"),
        )
        for name in ("arms", "remittances", "debt")
    },
    "institutions": TableSchema(
        (
            *(ID, NAME, *(number(f"load_{pole}", -1, 1) for pole in ("RUS", "CHN", "TUR", "WEST"))),
            *(share("security"), share("consensus"), many(optional(refers("exclusive_with", "institutions.id")))),
            *(SOURCE, CONFIDENCE, REASON),
        ),
        key=("id",),
        extra=(
            *(optional(words("field", *FIELDS)), many(optional(refers("open_to", "countries.id")))),
            *(many(optional(refers("after", "institutions.id"))), text("open_reason")),
        ),
    ),
    "membership_rates": TableSchema(
        (
            *(optional(refers("institution", "institutions.id")), optional(refers("country", "countries.id"))),
            *(words("field", *FIELDS), *(words(each, *STATE_VALUES["membership"]) for each in ("state", "becomes"))),
            *(*RATE, needed(positive("country_years")), needed(quarter("record_from")), needed(REASON), *PROVENANCE),
        ),
        key=("institution", "country", "field", "state", "becomes"),
        ordered=("low", "rate", "high"),
    ),
    "membership_loads": TableSchema(
        (optional(words("field", *FIELDS)), words("step", *STEPS), words("covariate", *MEMBERSHIP_COVARIATES), *LOAD),
        key=("field", "step", "covariate"),
        ordered=("low", "load", "high"),
    ),
    "memberships": TableSchema(
        (
            *(refers("institution", "institutions.id"), code("country"), words("status", *MEMBERSHIPS)),
            *(needed(quarter("from_quarter")), quarter("to_quarter"), *PROVENANCE),
        ),
        key=("institution", "country", "from_quarter"),
        extra=(NOTE,),
    ),
    "dyads": TableSchema(
        (ID, code("a"), code("b"), words("state", *DYAD_STATES), quarter("since"), SOURCE, CONFIDENCE, REASON, KNOWN),
        key=("id",),
        extra=(Column("bars_transit", "flag"),),
        required=True,
    ),
    "leader_changes": TableSchema(
        (COUNTRY, needed(quarter("since", 2000)), needed(REASON), *PROVENANCE), key=("country", "since")
    ),
    "dyad_rates": TableSchema(
        (PAIR, *CHANGE, *RATE, needed(positive("pair_years")), needed(REASON), *PROVENANCE),
        key=("dyad", "state", "becomes"),
        ordered=("low", "rate", "high"),
    ),
    "dyad_loads": TableSchema(
        (PAIR, *CHANGE, words("covariate", *COVARIATES), text("of"), *LOAD),
        key=("dyad", "state", "becomes", "covariate"),
        ordered=("low", "load", "high"),
    ),
    "dyad_order": TableSchema(
        (
            *(refers("dyad", "dyads.id"), words("becomes", *DYAD_STATES)),
            *(refers("needs", "dyads.id"), words("needs_state", *DYAD_STATES), needed(REASON), *PROVENANCE),
        ),
        key=("dyad", "becomes", "needs"),
    ),
    "coercion_episodes": TableSchema(
        (
            *(COUNTRY, POLE, needed(quarter("from", 2000)), quarter("to", 2000), needed(number("highest", 0, 3))),
            *(needed(REASON), words("outcome", "complied", "resisted"), *PROVENANCE),
        ),
        key=("country", "pole", "from"),
    ),
    "postures": TableSchema((POLE, POSTURE, needed(REASON), *PROVENANCE), key=("pole", "posture")),
    "posture_dates": TableSchema(
        (POLE, needed(quarter("since", 1990)), POSTURE, needed(REASON), *PROVENANCE), key=("pole", "since")
    ),
    "posture_levers": TableSchema(
        (
            *(POLE, POSTURE, words("lever", *LEVERS), optional(refers("toward", "poles.pole"))),
            *(needed(number("low", -1, 2)), needed(number("value", -1, 2)), needed(number("high", -1, 2)), UNIT),
            *(needed(REASON), *PROVENANCE),
        ),
        key=("pole", "posture", "lever", "toward"),
        ordered=("low", "value", "high"),
    ),
    "expert": TableSchema(
        (
            *(code("country"), code("partner"), words("quantity", *CODINGS), needed(number("low", -1, 1))),
            *(needed(number("central", -1, 1)), needed(number("high", -1, 1)), needed(REASON), CONFIDENCE, KNOWN),
        ),
        key=("country", "partner", "quantity"),
        ordered=("low", "central", "high"),
        extra=(text("source"),),
    ),
    "alignment_indicators": TableSchema(
        (
            *(COUNTRY, refers("pole", "poles.pole"), needed(text("indicator")), needed(share("value"))),
            *(year("year"), *PROVENANCE),
        ),
        key=("country", "pole", "indicator", "year"),
        extra=(NOTE,),
    ),
    "incidents": TableSchema(
        (
            *(ID, COUNTRY, refers("pole", "poles.pole"), needed(quarter("quarter")), needed(share("size"))),
            *(share("low"), share("high"), needed(REASON), *PROVENANCE),
        ),
        key=("id",),
        ordered=("low", "size", "high"),
    ),
}
