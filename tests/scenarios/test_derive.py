"""Laws of the derivation of freight volumes and trade exposures."""

from pathlib import Path

import pandas as pd
import pytest

from scenarios import derive

DATA = Path(derive.__file__).parent / "data"
TRADE_COLUMNS = ["country", "partner", "year", "quantity", "value", "basis"]


def trade(*rows):
    return pd.DataFrame(rows, columns=TRADE_COLUMNS)


def market(**changes):
    row = {
        "id": "gen_kaz_from_rus",
        "layer": "freight",
        "side": "demand",
        "owner": "KAZ",
        "partner": "RUS",
        "method": "trade_value",
        "base_volume": None,
        "unit_value": 1000.0,
        "trade_share": 0.5,
        "confidence": "expert",
    }
    return pd.DataFrame([row | changes])


KAZ_FROM_RUS = ("KAZ", "RUS", 2023, "import_value", 16.0, "national")


def test_volume_is_trade_value_times_share_over_unit_value():
    volumes = derive.base_volumes(market(), trade(KAZ_FROM_RUS))
    assert volumes["gen_kaz_from_rus"] == pytest.approx(8.0)  # 16 bn USD x 0.5 / 1,000 USD/t


def test_doubling_the_unit_value_halves_the_volume():
    cheap = derive.base_volumes(market(unit_value=500.0), trade(KAZ_FROM_RUS)).item()
    dear = derive.base_volumes(market(), trade(KAZ_FROM_RUS)).item()
    assert cheap == pytest.approx(2 * dear)


def test_a_published_volume_is_never_replaced():
    volumes = derive.base_volumes(market(method="published", base_volume=3.0), trade(KAZ_FROM_RUS))
    assert volumes.item() == 3.0


def test_a_supply_market_reads_exports_and_a_demand_market_imports():
    table = trade(KAZ_FROM_RUS, ("KAZ", "RUS", 2023, "export_value", 10.0, "national"))
    assert derive.base_volumes(market(side="supply"), table).item() == pytest.approx(5.0)
    assert derive.base_volumes(market(), table).item() == pytest.approx(8.0)


def test_a_transit_market_is_what_the_second_owner_imports_from_the_first():
    table = trade(("IRN", "RUS", 2023, "import_value", 2.0, "mirror"))
    assert derive.base_volumes(market(side="transit", owner="RUS;IRN"), table).item() == pytest.approx(1.0)


def test_the_latest_year_wins_and_within_it_the_national_table():
    cells = derive.trade_cells(
        trade(
            ("KGZ", "EU27", 2022, "import_value", 9.0, "national"),
            ("KGZ", "EU27", 2023, "import_value", 3.0, "mirror"),
            ("KGZ", "EU27", 2023, "import_value", 1.0, "national"),
            ("KGZ", "EU27", 2023, "import_value", 0.5, "lower_bound"),
        )
    )
    assert cells["value"].tolist() == [1.0]


def test_an_unknown_value_is_not_zero():
    unknown = trade(("KAZ", "RUS", 2023, "import_value", None, "national"))
    assert derive.base_volumes(market(), unknown).isna().all()


def test_a_year_without_a_value_gives_no_volume():
    assert derive.base_volumes(market(), trade(KAZ_FROM_RUS), year=2021).isna().all()


def test_a_published_volume_is_kept():
    published = market(method="published", base_volume=3.0)
    assert derive.base_volumes(published, trade(KAZ_FROM_RUS)).tolist() == [3.0]


def test_an_unknown_basis_is_refused_with_the_allowed_list():
    with pytest.raises(ValueError, match="unknown basis: guess; allowed: national"):
        derive.trade_cells(trade(("KAZ", "RUS", 2023, "import_value", 1.0, "guess")))


def test_a_share_above_one_or_a_worthless_tonne_is_refused():
    with pytest.raises(ValueError, match="trade share outside"):
        derive.base_volumes(market(trade_share=1.2), trade(KAZ_FROM_RUS))
    with pytest.raises(ValueError, match="unit value not above 0"):
        derive.base_volumes(market(unit_value=0.0), trade(KAZ_FROM_RUS))


def test_routed_value_leaves_the_exposure_and_never_turns_it_negative():
    table = trade(KAZ_FROM_RUS)
    half = derive.delivered_values(market(), pd.Series({"gen_kaz_from_rus": 6.0}))
    assert derive.net_trade(table, half)["KAZ", "RUS", "import_value"] == pytest.approx(10.0)
    over = derive.delivered_values(market(), pd.Series({"gen_kaz_from_rus": 60.0}))
    assert derive.net_trade(table, over)["KAZ", "RUS", "import_value"] == 0.0


def test_base_volume_delivers_exactly_the_share_it_came_from():
    volumes = derive.base_volumes(market(), trade(KAZ_FROM_RUS))
    assert derive.delivered_values(market(), volumes).item() == pytest.approx(16.0 * 0.5)


def test_west_is_the_sum_of_eu27_and_usa_net_of_what_europe_delivers():
    table = trade(
        ("KAZ", "EU27", 2023, "import_value", 10.0, "national"),
        ("KAZ", "USA", 2023, "import_value", 2.0, "national"),
    )
    europe = market(id="gen_kaz_from_eu", partner="EU27")
    delivered = derive.delivered_values(europe, pd.Series({"gen_kaz_from_eu": 4.0}))
    net = derive.net_trade(table, delivered)
    assert net["KAZ", "WEST", "import_value"] == pytest.approx(8.0)
    assert net["KAZ", "EU27", "import_value"] == pytest.approx(6.0)


def test_oil_sold_at_a_world_market_outlet_leaves_the_trade_with_every_buyer_alike():
    table = trade(
        ("KAZ", "EU27", 2023, "export_value", 30.0, "national"),
        ("KAZ", "CHN", 2023, "export_value", 20.0, "national"),
        ("KAZ", "WORLD", 2023, "export_value", 80.0, "national"),
    )
    keys = [("KAZ", "WLD", "export_value"), ("KAZ", "CHN", "export_value"), ("KAZ", "KAZ", "export_value")]
    delivered = pd.Series([35.0, 10.0, 99.0], index=pd.MultiIndex.from_tuples(keys, names=derive.KEYS))
    net = derive.net_trade(table, delivered)
    assert net["KAZ", "EU27", "export_value"] == pytest.approx(15.0)  # 30 x (1 - 35 / (80 - 10))
    assert net["KAZ", "CHN", "export_value"] == pytest.approx(5.0)  # (20 - 10) x (1 - 35 / 70)


def test_exposures_divide_imports_by_absorption_and_exports_by_gdp():
    net = derive.net_trade(
        trade(KAZ_FROM_RUS, ("KAZ", "RUS", 2023, "export_value", 10.0, "national")),
        pd.Series(dtype=float, index=pd.MultiIndex.from_tuples([], names=derive.KEYS)),
    )
    table = derive.exposures(
        net,
        gdp=pd.Series({"KAZ": 260.0}),
        imports=pd.Series({"KAZ": 60.0}),
        exports=pd.Series({"KAZ": 80.0}),
    )
    assert table.loc[("KAZ", "RUS"), "x"] == pytest.approx(16.0 / 240.0)
    assert table.loc[("KAZ", "RUS"), "y"] == pytest.approx(10.0 / 260.0)


def test_a_gas_flow_counts_as_import_of_the_buyer_and_export_of_the_seller():
    markets = pd.DataFrame(
        [("gas_aze", "AZE", 150.0), ("gas_deu", "DEU", 300.0), ("gas_geo", "GEO", None)],
        columns=["id", "owner", "base_price"],
    )
    flows = pd.DataFrame(
        [("gas", "gas_aze", "gas_deu", 10.0), ("gas", "gas_aze", "gas_geo", 2.0)],
        columns=["layer", "source_market", "sink_market", "volume"],
    )
    delivered = derive.delivered_energy(flows, markets, {"DEU": "EU27"})
    assert delivered["AZE", "EU27", "export_value"] == pytest.approx(3.0)  # 10 bcm x 300 USD/1000 m3
    assert delivered["GEO", "AZE", "import_value"] == pytest.approx(0.3)  # price of the source: 150


def test_a_market_whose_trade_is_not_yet_known_is_reported_as_without_volume():
    assert derive.base_volumes(market(), trade(KAZ_FROM_RUS)).notna().tolist() == [True]
    assert derive.base_volumes(market(), trade(KAZ_FROM_RUS), year=2020).notna().tolist() == [False]


@pytest.fixture(scope="module")
def shipped():
    tables = {name: pd.read_csv(DATA / f"{name}.csv") for name in ("markets", "trade", "unit_values")}
    return tables | {"markets": tables["markets"].query("layer == 'freight'").reset_index(drop=True)}


def test_every_shipped_freight_market_gets_a_volume(shipped):
    assert (derive.base_volumes(shipped["markets"], shipped["trade"]) > 0).all()


def test_a_derived_market_has_no_typed_volume(shipped):
    markets = shipped["markets"]
    assert markets.loc[markets["method"] == "trade_value", "base_volume"].isna().all()


def test_shipped_markets_never_carry_more_than_the_trade_of_a_pair(shipped):
    markets = shipped["markets"]
    carried = markets.groupby(["owner", "partner", "side"])["trade_share"].sum()
    assert list(carried.index[carried > 1 + 1e-9]) == []


def test_market_unit_values_are_those_of_their_commodity_class(shipped):
    by_class = shipped["unit_values"].set_index("commodity")["usd_per_t"]
    markets = shipped["markets"]
    assert markets["unit_value"].tolist() == by_class.reindex(markets["commodity"]).tolist()


def test_kazakh_imports_from_russia_come_to_tens_of_megatonnes(shipped):
    volumes = derive.base_volumes(shipped["markets"], shipped["trade"])
    assert volumes["gen_kaz_from_rus"] == pytest.approx(16.847 * 0.82, rel=0.001)  # bn USD of 2023 at 1,000 USD/t


def test_a_shipped_trade_cell_has_one_row_a_year(shipped):
    keys = ["country", "partner", "year", "quantity"]
    assert not shipped["trade"].duplicated(keys).any()


def test_west_in_the_shipped_trade_table_is_eu27_plus_usa(shipped):
    cells = derive.trade_cells(shipped["trade"], year=2023).set_index(derive.KEYS)["value"]
    west = cells["KAZ", "EU27", "import_value"] + cells["KAZ", "USA", "import_value"]
    assert cells["KAZ", "WEST", "import_value"] == pytest.approx(west, abs=1e-3)
