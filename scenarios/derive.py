"""Base volumes of freight markets and trade exposures, derived from trade values.

Where no tonnage is published, a market's volume is trade value times the share
the market carries, divided by its unit value. Nothing here is typed by hand.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

WEST = ("EU27", "USA")
WORLD_MARKET = "WLD"
BASIS_ORDER = ("national", "mirror", "matrix_scaled", "lower_bound")
KEYS = ["country", "partner", "quantity"]
# bn USD a year for one unit of volume at one USD per unit: Mt x USD/t, bcm x USD/1000 m3, GWh x USD/MWh.
BN_USD = MappingProxyType({"freight": 1e-3, "oil": 1e-3, "gas": 1e-3, "power": 1e-6})


class TableError(ValueError):
    """A shipped table that cannot be used: place, what is wrong, the values seen, what to do."""

    def __init__(self, *, table: str, fault: str, seen: Iterable[str], advice: str) -> None:
        super().__init__(f"{table}: {fault}: {', '.join(seen)}; {advice}")


def trade_cells(trade: pd.DataFrame, *, year: int | None = None) -> pd.DataFrame:
    """One row for each country, partner and quantity: the best value known.

    `trade` holds rows of trade.csv, values in bn USD or shares. Without `year`
    the latest year of a cell wins; with it only that year counts. Within a year
    the basis decides: national table, mirror, scaled matrix, lower bound.
    """
    rows = trade.dropna(subset=["value"])
    if year is not None:
        rows = rows[rows["year"] == year]
    unknown = sorted(set(rows["basis"]) - set(BASIS_ORDER))
    if unknown:
        raise TableError(
            table="trade", fault="unknown basis", seen=unknown, advice=f"allowed: {', '.join(BASIS_ORDER)}"
        )
    rank = rows["basis"].map(BASIS_ORDER.index)
    ordered = rows.assign(rank=rank).sort_values(["year", "rank"], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates(KEYS).drop(columns="rank").sort_values(KEYS).reset_index(drop=True)


def trade_key(market: pd.Series) -> tuple[str, str, str]:
    """The cell of trade.csv a market belongs to: country, partner, quantity.

    Demand is the owner's import, supply the owner's export; a transit market
    owned by `A;B` with both in the table is what B imports from A.
    """
    if market["side"] == "demand":
        return market["owner"], market["partner"], "import_value"
    if market["side"] == "supply":
        return market["owner"], market["partner"], "export_value"
    seller, buyer = str(market["owner"]).split(";")
    return buyer, seller, "import_value"


def market_trade_values(markets: pd.DataFrame, trade: pd.DataFrame, *, year: int | None = None) -> pd.Series:
    """Trade value behind each market in bn USD a year, indexed by market id; unknown stays NaN."""
    cells = trade_cells(trade, year=year).set_index(KEYS)["value"].to_dict()
    return pd.Series(
        [cells.get(trade_key(market), float("nan")) for _, market in markets.iterrows()],
        index=pd.Index(markets["id"], name="market"),
        dtype=float,
    )


def volume(value: pd.Series, *, trade_share: pd.Series, unit_value: pd.Series) -> pd.Series:
    """Freight volume in Mt/y from trade value (bn USD/y), its share carried and USD per tonne."""
    worthless = unit_value.index[unit_value <= 0]
    if len(worthless):
        raise TableError(table="markets", fault="unit value not above 0", seen=worthless, advice="give USD per tonne")
    outside = trade_share.index[~trade_share.between(0, 1)]
    if len(outside):
        raise TableError(table="markets", fault="trade share outside [0, 1]", seen=outside, advice="give a share")
    return value * trade_share / unit_value / BN_USD["freight"]


def base_volumes(markets: pd.DataFrame, trade: pd.DataFrame, *, year: int | None = None) -> pd.Series:
    """Base volume of each freight market in Mt/y, indexed by market id.

    Rows of method `trade_value` are derived from `trade`; the others keep their
    published volume. A market whose trade value is unknown stays NaN.
    """
    by_id = markets.set_index("id")
    published = by_id["base_volume"].astype(float)
    derived = markets["method"].eq("trade_value").to_numpy()
    rows = by_id[derived]
    value = market_trade_values(markets[derived], trade, year=year)
    volumes = published.copy()
    volumes[derived] = volume(
        value, trade_share=rows["trade_share"].astype(float), unit_value=rows["unit_value"].astype(float)
    )
    return volumes.rename("base_volume")


def delivered_values(markets: pd.DataFrame, volumes: pd.Series) -> pd.Series:
    """Value that freight markets deliver, bn USD a year, by country, partner and quantity.

    `volumes` in Mt/y by market id; unit values in USD/t, a market without one delivers nothing.
    """
    freight = markets[markets["layer"].eq("freight") & markets["unit_value"].notna()]
    values = volumes.reindex(freight["id"]).to_numpy() * freight["unit_value"].to_numpy(dtype=float)
    index = pd.MultiIndex.from_tuples([trade_key(row) for _, row in freight.iterrows()], names=KEYS)
    return pd.Series(values * BN_USD["freight"], index=index, name="delivered").groupby(level=KEYS).sum()


def delivered_energy(flows: pd.DataFrame, markets: pd.DataFrame, partner_of: Mapping[str, str]) -> pd.Series:
    """Value of oil and gas pair flows, bn USD a year, as the buyer's import and the seller's export.

    `flows` holds layer, source_market, sink_market, volume (Mt/y or bcm/y), one row a
    pair; the price is the sink's base price (USD per unit), the source's where it has
    none. `partner_of` maps a state to its name in trade.csv (DEU to EU27); others keep theirs.
    """
    by_id = markets.set_index("id")
    source, sink = by_id.reindex(flows["source_market"]), by_id.reindex(flows["sink_market"])
    prices = sink["base_price"].astype(float).reset_index(drop=True)
    prices = prices.fillna(source["base_price"].astype(float).reset_index(drop=True))
    values = flows["volume"].to_numpy() * prices.to_numpy() * flows["layer"].map(BN_USD).to_numpy()
    rows = []
    for seller, buyer, value in zip(source["owner"], sink["owner"], values, strict=True):
        rows.append((buyer, partner_of.get(seller, seller), "import_value", value))
        rows.append((seller, partner_of.get(buyer, buyer), "export_value", value))
    table = pd.DataFrame(rows, columns=[*KEYS, "delivered"]).dropna().set_index(KEYS)
    return pd.Series(table["delivered"]).groupby(level=KEYS).sum()


def joined_west(values: pd.Series) -> pd.Series:
    """Values with partner WEST replaced by the sum of EU27 and USA where either is known.

    Index: country, partner, quantity. Members of WEST stay in the series.
    """
    frame = values.rename("value").reset_index()
    members = frame[frame["partner"].isin(WEST)].assign(partner="WEST")
    summed = members.groupby(KEYS)["value"].sum()
    own = frame[frame["partner"] == "WEST"].set_index(KEYS)["value"]
    rest = frame[frame["partner"] != "WEST"].set_index(KEYS)["value"]
    return pd.Series(pd.concat([rest, summed.combine_first(own)])).sort_index()


def world_market_share(values: pd.Series, delivered: pd.Series) -> pd.Series:
    """Share of a country's trade not yet assigned that world-market outlets carry, by country and quantity.

    Trade tables name the buyer of oil sold at a terminal, the network does not.
    Both arguments in bn USD a year by country, partner and quantity; `values` has
    the total under partner WORLD. A country without a total has share 0.
    """
    owner = ["country", "quantity"]
    frame = delivered.rename("value").reset_index()
    frame = frame[frame["country"] != frame["partner"]]
    at_large = frame[frame["partner"] == WORLD_MARKET].groupby(owner)["value"].sum()
    named = frame[frame["partner"] != WORLD_MARKET].groupby(owner)["value"].sum()
    totals = values[values.index.get_level_values("partner") == "WORLD"].droplevel("partner")
    left = totals - named.reindex(totals.index).fillna(0.0)
    share = at_large.reindex(totals.index).fillna(0.0) / left.where(left > 0)
    return share.fillna(0.0).clip(upper=1.0)


def net_trade(trade: pd.DataFrame, delivered: pd.Series) -> pd.Series:
    """Trade left after routed markets, bn USD a year: max(0, value - delivered).

    Index: country, partner, quantity. What is delivered from EU27 or USA also
    counts against WEST, and so does what names WEST itself. What is sold at
    world-market outlets is taken from all partners in proportion to what is left.
    """
    cells = trade_cells(trade[trade["quantity"].isin(("import_value", "export_value"))])
    values = joined_west(cells.set_index(KEYS)["value"])
    frame = delivered.rename("value").reset_index()
    to_west = frame[frame["partner"].isin(WEST)].assign(partner="WEST")
    routed = pd.concat([frame, to_west]).groupby(KEYS)["value"].sum()
    left = (values - routed.reindex(values.index).fillna(0.0)).clip(lower=0.0)
    share = world_market_share(values, delivered)
    owners = left.reset_index()[["country", "quantity"]]
    return left * (1.0 - share.reindex(pd.MultiIndex.from_frame(owners)).fillna(0.0).to_numpy())


def exposures(net: pd.Series, *, gdp: pd.Series, imports: pd.Series, exports: pd.Series) -> pd.DataFrame:
    """Exposure of a country to a partner outside the routed markets, columns x and y.

    x = net imports over absorption (GDP + imports - exports), y = net exports
    over GDP; all arguments in bn USD a year, the last three indexed by country.
    """
    bought = net.xs("import_value", level="quantity")
    sold = net.xs("export_value", level="quantity")
    absorption = gdp + imports - exports
    x = bought / absorption.reindex(bought.index.get_level_values("country")).to_numpy()
    y = sold / gdp.reindex(sold.index.get_level_values("country")).to_numpy()
    return pd.DataFrame({"x": x, "y": y})
