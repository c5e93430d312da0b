"""Postures of the tables: which stands at the start, and what each does relative to it."""

import numpy as np
import pandas as pd
import pytest

from model.axes import Axis
from scenarios.compiling.axes import build_axes
from scenarios.compiling.postures import build_postures, standing, turns
from scenarios.states import POSTURES
from scenarios.tables import shipped_tables


def table(*held):
    """Dates of postures, (pole, since, posture)."""
    return pd.DataFrame(held, columns=["pole", "since", "posture"])


def test_the_last_posture_stands():
    assert standing(table(("A", "2016Q3", "free"), ("A", "2007Q3", "at_war"), ("B", "1990Q1", "absent"))) == {
        "A": "free",
        "B": "absent",
    }


@pytest.mark.parametrize(
    ("at", "held"),
    [
        ("2013Q1", {"RUS": "free", "CHN": "high_demand", "TUR": "islamist", "WEST": "piecemeal"}),
        ("2022Q1", {"RUS": "at_war", "CHN": "low_demand", "TUR": "nationalist", "WEST": "absent"}),
        ("2025Q1", {"RUS": "at_war", "CHN": "high_demand", "TUR": "nationalist", "WEST": "piecemeal"}),
    ],
)
def test_a_start_knows_no_later_posture(at, held):
    assert standing(shipped_tables(at)["posture_dates"]) == held


def test_levers_are_ratios_to_those_of_the_start():
    tables = shipped_tables("2025Q1")
    axes = build_axes(tables)
    identity = np.zeros((len(axes["country"]), len(axes["pole"])))
    identity[axes["country"].at("ARM"), axes["pole"].at("TUR")] = -1.0
    built = build_postures(tables, axes, identity)
    west, tur = axes["pole"].at("WEST"), axes["pole"].at("TUR")
    assert built.budget[west, POSTURES.index("engaged")] == pytest.approx(1.6)
    talk = built.warmth[tur, axes["country"].at("ARM"), tur]
    assert talk[POSTURES.index("centrist")] == pytest.approx(-1.0 * (0.05 - 0.15))
    own = built.warmth[tur, axes["country"].at("TUR")]
    assert own[west, POSTURES.index("centrist")] == pytest.approx(0.2)


def test_every_posture_of_the_tables_is_dated_or_has_a_lever():
    tables = shipped_tables("2025Q1")
    known = {(row.pole, row.posture) for row in tables["postures"].itertuples()}
    for name in ("posture_dates", "posture_levers"):
        assert {(row.pole, row.posture) for row in tables[name].itertuples()} <= known
    assert known == {(row.pole, row.posture) for row in tables["posture_levers"].itertuples()}


def test_the_chances_of_turning_follow_the_record():
    poles = Axis("pole", ("A", "B"))
    dates = table(
        ("A", "2000Q1", "free"), ("A", "2010Q1", "at_war"), ("A", "2012Q1", "free"), ("B", "2000Q1", "absent")
    )
    found = turns(dates, "2020Q1", poles)
    free, war = POSTURES.index("free"), POSTURES.index("at_war")
    mean = 160.0 / 2.0  # quarters of both poles over turns
    np.testing.assert_allclose(found[0, free, war], (1 + 1) / (72 + mean))
    np.testing.assert_allclose(found[0, war, free], (1 + 1) / (8 + mean))
    assert found[1].sum() == 0.0  # a single posture leads nowhere
    assert found.sum() == found[0, free, war] + found[0, war, free]


def test_every_chance_of_turning_is_a_hazard_of_sense():
    tables = shipped_tables("2025Q1")
    found = turns(tables["posture_dates"], tables.at, build_axes(tables)["pole"])
    assert ((found == 0.0) | ((found > 1e-4) & (found < 0.95))).all()
