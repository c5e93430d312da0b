"""The basemap: where it puts places, what it draws as water, and that the network lies on it."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.path import Path as MapPath
from numpy.testing import assert_allclose

from analysis.geography import basemap, draw_basemap, frame, project

DATA = Path(__file__).resolve().parents[1] / "scenarios" / "data"
EARTH_KM = 6371.0


def on_land(lon, lat):
    """Inside an odd number of rings: a hole in the land is water."""
    rings = (ring for path in basemap().land for ring in path.to_polygons())
    return sum(MapPath(ring).contains_point(project(lon, lat)) for ring in rings) % 2 == 1


def countries_at(lon, lat):
    point = project(lon, lat)
    shapes = basemap().countries
    return {code for code, paths in shapes.items() if any(path.contains_point(point) for path in paths)}


def placed_nodes():
    for table in sorted(DATA.glob("nodes*.csv")):
        with table.open(encoding="utf-8") as rows:
            yield from (row for row in csv.DictReader(rows) if row["lat"] and row["country"] != "WLD")


@given(lon=st.floats(0, 120), lat=st.floats(15, 65))
def test_the_projection_keeps_angles(lon, lat):
    step = 1e-5
    x, y = project([lon, lon + step, lon], [lat, lat, lat + step])
    east = np.array([x[1] - x[0], y[1] - y[0]]) / np.cos(np.radians(lat))
    north = np.array([x[2] - x[0], y[2] - y[0]])
    assert_allclose(np.hypot(*east), np.hypot(*north), rtol=1e-4)
    assert_allclose(east @ north, 0, atol=1e-4 * (north @ north))


@pytest.mark.parametrize("lat", [30.0, 55.0])
def test_distances_are_true_on_the_standard_parallels(lat):
    x, y = project([49.99, 50.01], [lat, lat])
    assert_allclose(np.hypot(*np.diff([x, y])), np.radians(0.02) * np.cos(np.radians(lat)), rtol=1e-6)


def test_baku_to_aktau_is_as_long_as_on_the_globe():
    x, y = project([49.89, 51.2], [40.38, 43.65])
    assert_allclose(np.hypot(*np.diff([x, y]))[0] * EARTH_KM, 379, rtol=0.03)  # great circle, haversine


@pytest.mark.parametrize(("lon", "lat"), [(51.0, 42.0), (50.5, 38.5), (49.0, 44.5), (34.0, 43.0), (52.0, 27.0)])
def test_the_caspian_the_black_sea_and_the_gulf_are_water(lon, lat):
    assert not on_land(lon, lat)
    assert countries_at(lon, lat) == set()


@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [
        ("ARM", 44.5, 40.18),
        ("AZE", 45.41, 39.21),  # Nakhchivan
        ("AZE", 49.7, 40.4),
        ("GEO", 44.8, 41.72),
        ("GEO", 41.3, 42.8),
        ("IRN", 51.4, 35.7),
        ("KAZ", 63.3, 45.95),  # Baikonur
        ("KAZ", 71.4, 51.2),
        ("KGZ", 74.6, 42.87),
        ("TJK", 68.8, 38.55),
        ("TKM", 58.4, 37.95),
        ("TRNC", 33.4, 35.25),
        ("TUR", 32.85, 39.93),
        ("UKR", 34.2, 45.2),
        ("UZB", 69.2, 41.3),
        ("CHN", 87.6, 43.8),
        ("RUS", 37.6, 55.75),
    ],
)
def test_places_lie_in_their_country(code, lon, lat):
    assert on_land(lon, lat)
    assert countries_at(lon, lat) == {code}


def test_all_nodes_lie_on_the_basemap():
    west, south, east, north = basemap().box
    outside = [
        row["id"]
        for row in placed_nodes()
        if not (west < float(row["lon"]) < east and south < float(row["lat"]) < north)
    ]
    assert outside == []


def test_the_geometry_stays_small():
    folder = Path(__file__).resolve().parents[1] / "analysis" / "basemap"
    assert sum(path.stat().st_size for path in folder.glob("*.json")) <= 600_000


def test_drawing_returns_the_axis_with_land_borders_and_a_highlight():
    axis = Figure().subplots()
    assert draw_basemap(axis, highlight={"KAZ": "#ffcc00"}) is axis
    assert len(axis.collections) == 3
    assert axis.get_aspect() == 1.0


def test_a_frame_contains_its_box():
    axis = frame(Figure().subplots(), (40, 35, 60, 45))
    x, y = project([40, 60, 50, 50], [45, 35, 35, 45])
    assert axis.get_xlim()[0] <= x.min()
    assert axis.get_xlim()[1] >= x.max()
    assert axis.get_ylim()[0] <= y.min()
    assert axis.get_ylim()[1] >= y.max()
