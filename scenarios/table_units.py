"""Units of the data tables: the one unit of each layer and of each quantity."""

from fnmatch import fnmatchcase

LAYER_UNIT = {"freight": "Mt/y", "oil": "Mt/y", "gas": "bcm/y", "power": "GWh/y", "fibre": "share"}
"""Unit of volumes and capacities."""

COST_UNIT = {"freight": "USD/t", "oil": "USD/t", "gas": "USD/1000m3", "power": "USD/MWh", "fibre": ""}
"""Unit of tariffs and other transport costs."""

CHANGE_UNIT = {"adds_days": dict.fromkeys(LAYER_UNIT, "days"), "adds_cost": COST_UNIT}
"""Unit, by layer, of what a project changes; any other change is one of capacity."""

QUANTITY_UNIT = {
    "arms": ("quantity", {"share_5y": "share", "tiv*": "million TIV"}),
    "debt": ("quantity", {"*_of_gdp": "share of GDP"}),
    "freight_constants": ("cargo", {"*": COST_UNIT["freight"]}),
    "indicators": (
        "indicator",
        {"*_of_gdp": "share", "*_bn_usd": "bn USD", "*_growth": "% a year", "population": "million"}
        | {"democracy": "index 0-1", "arms_import_reliance": "share"},
    ),
    "prices": (
        "series",
        {"border_*": COST_UNIT["gas"], "bill_*": "bn USD", "tariff_oil_*": "USD/t", "container_*": "USD/FEU"}
        | {"gas_*": "USD/MMBtu", "lng_*": "USD/MMBtu", "coal_*": "USD/t", "cotton": "USD/kg", "gold": "USD/troy oz"}
        | dict.fromkeys(("brent", "dubai", "urals"), "USD/bbl")
        | dict.fromkeys(("aluminium", "copper", "urea", "wheat"), "USD/t"),
    ),
    "remittances": ("quantity", {"*_of_gdp": "share of GDP"}),
    "trade": ("quantity", {"*_value": "bn USD", "*_share": "share"}),
}
"""For each table, the column that names a quantity and the units of those whose name has a pattern."""


def quantity_unit(table: str, name: str) -> str:
    """Unit of a named quantity of a table; empty when the table or the name prescribes none."""
    _, units = QUANTITY_UNIT.get(table, ("", {}))
    return next((unit for pattern, unit in units.items() if fnmatchcase(name, pattern)), "")


def change_unit(change: str, layer: str) -> str:
    """Unit of a project's change to a link of a layer."""
    return CHANGE_UNIT.get(change, LAYER_UNIT)[layer]


MONEY = {"freight": 1.0, "power": 1e-3, "fibre": 0.0, "oil": 1.0, "gas": 1.0}
"""Million USD of a unit of each layer that costs one USD in the unit of its tariff."""
