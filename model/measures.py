"""Measures: everything a run can record, each with its dimensions and unit.

The one registry behind recording, dataset attributes, documentation, claims
and exports. Dimension names are axis names; time and run are implied.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Bounds = tuple[float, float]
ANYWHERE: Bounds = (-math.inf, math.inf)
BOUNDS: Mapping[str, Bounds] = MappingProxyType(
    {
        "index [-1, 1]": (-1.0, 1.0),
        "index [0, 1]": (0.0, 1.0),
        "share": (0.0, 1.0),
        "degree": (0.0, 1.0),
        "state": (0.0, 3.0),
        "stage": (0.0, 4.0),
        "% of corridor freight": (0.0, 100.0),
    }
)
"""Where values of a unit can lie; those of all others anywhere."""


@dataclass(frozen=True)
class Measure:
    """One recordable quantity."""

    name: str
    dimensions: tuple[str, ...]
    unit: str
    description: str


_REGIONAL = (
    ("alignment", ("pole",), "index [-1, 1]"),
    ("dependence", ("pole",), "index [0, 1]"),
    ("loss", ("pole",), "% of GDP"),
    ("autonomy", (), "index [0, 1]"),
    ("hedging", (), "index [0, 1]"),
)
_ROWS = (
    Measure("alignment", ("country", "pole"), "index [-1, 1]", "Alignment of a country with a pole"),
    Measure(
        "alignment_term",
        ("country", "pole", "term"),
        "points of the index",
        "What a term of the alignment law has added to an alignment since the opening; the terms sum to its change, "
        "but for some millionths",
    ),
    Measure(
        "dependence", ("country", "controller"), "index [0, 1]", "Dependence index: 1 - exp(-loss / dependence.scale)"
    ),
    Measure(
        "loss",
        ("country", "controller"),
        "% of GDP",
        "Dependence: what a country would lose if a controller withheld, all channels",
    ),
    Measure(
        "loss_channel",
        ("country", "pole", "channel"),
        "% of GDP",
        "Dependence on poles by channel; the transit channel is signed",
    ),
    Measure("threat", ("country", "pole"), "index [0, 1]", "Perceived threat from a pole"),
    Measure("grievance", ("country", "pole"), "index [0, 1]", "Grievance held against a pole"),
    Measure("credibility", ("country", "pole"), "index [0, 1]", "How far a country trusts what a pole promises it"),
    Measure("arms_share", ("country", "pole"), "share", "Share of a pole in the arms of a country"),
    Measure("coercion", ("country", "pole"), "rung", "Rung of coercion: 0 none, 1 threat, 2 partial, 3 full closure"),
    Measure("visibility", ("country", "pole"), "share", "Share of a country's flows a pole can watch"),
    Measure("flow", ("link",), "unit of the link per year", "Flow on a link"),
    Measure("shadow_price", ("link",), "USD per unit", "Scarcity rent of a full link"),
    Measure("market_volume", ("market",), "unit of the market per year", "Volume carried in a market"),
    Measure(
        "price",
        ("market",),
        "USD per unit",
        "Price at an oil or gas sink, netback at a source, at world prices of the quarter; 0 without buyers",
    ),
    Measure(
        "export_share",
        ("country", "pole", "commodity"),
        "share",
        "Share of a country's oil or gas exports sold to buyers of a pole; the world market is none",
    ),
    Measure(
        "supply_share",
        ("country", "supplier", "commodity"),
        "share",
        "Share of the oil or gas that a country takes which comes from a supplier, its own fields among them",
    ),
    Measure(
        "supply_volume",
        ("country", "supplier", "commodity"),
        "Mt or bcm per year",
        "Oil, Mt, or gas, bcm, that a country takes from a supplier, its own fields among them",
    ),
    Measure("contract_volume", ("contract",), "unit of the contract per year", "Volume of a supply contract in force"),
    Measure(
        "export_volume",
        ("country", "pole", "commodity"),
        "Mt or bcm per year",
        "Oil, Mt, or gas, bcm, that a country exports to buyers of a pole; the world market is none",
    ),
    Measure("corridor_flow", ("corridor",), "Mt per year", "Freight that uses a corridor"),
    Measure(
        "corridor_share",
        ("country", "corridor"),
        "share",
        "Share of a country's freight that uses a corridor; a route may use several",
    ),
    Measure("transit_rent", ("country",), "bn USD per year", "Transit fees a country earns"),
    Measure("scarcity_rent", ("country",), "bn USD per year", "What a country keeps of the earnings of full links"),
    Measure("trade_gain", ("country",), "% of GDP", "What trade, transit and full links bring above the base quarter"),
    Measure("import_exposure", ("country", "pole"), "share", "Imports from a pole off the network over absorption"),
    Measure("export_exposure", ("country", "pole"), "share", "Exports to a pole off the network over GDP"),
    Measure(
        "gdp",
        ("country",),
        "bn USD per year",
        "Gross domestic product; what a country gains or loses from trade and transit moves it a quarter later",
    ),
    Measure("autonomy", ("country",), "index [0, 1]", "One minus the largest dependence index toward a pole"),
    Measure(
        "hedging",
        ("country",),
        "index [0, 1]",
        "Entropy of a country's positive alignments as shares, 1 when all poles are equal, 0 with one pole or none",
    ),
    *(
        Measure(f"regional_{name}", ("region", *rest), unit, f"Mean over the countries of a region of their {name}")
        for name, rest, unit in _REGIONAL
    ),
    Measure("membership", ("country", "institution"), "degree", "0 none, 0.5 observer, 1 member"),
    Measure("pole_posture", ("pole", "posture"), "share", "1 in the posture that a pole holds, else 0"),
    Measure("dyad_state", ("dyad",), "state", "0 open, 1 closed, 2 tense, 3 hot"),
    Measure("dyad_openness", ("dyad",), "share", "How far the border of a pair of states is open"),
    Measure("project_stage", ("project",), "stage", "0 proposed, 1 committed, 2 building, 3 operating, 4 cancelled"),
)

MEASURES: dict[str, Measure] = {row.name: row for row in _ROWS}
