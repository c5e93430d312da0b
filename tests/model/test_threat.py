import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from model.arrays import sparse
from model.events import Edit
from model.step import SETTLING
from model.threat import next_grievance, next_threat, observed_aggression
from tests.worlds import FEW, QUIET, lasting, opened, quarters

RETENTION = (0.98, 0.80)
unit = st.floats(0.0, 1.0)


def cell(value):
    return np.full((1, 1, 1), float(value))


def grievance_path(start, quarters, *, settled=0.0):
    path = [cell(start)]
    for _ in range(quarters):
        path.append(next_grievance(path[-1], cell(settled), cell(0.0), cell(0.0), RETENTION))
    return np.ravel(path)


@pytest.mark.parametrize(("settled", "rate"), [(0.0, 0.98), (1.0, 0.80)])
def test_grievance_decays_geometrically(settled, rate):
    assert_allclose(grievance_path(0.7, 40, settled=settled), 0.7 * rate ** np.arange(41), rtol=1e-12)


def test_grievance_halves_in_nearly_nine_years_or_three_quarters_once_settled():
    assert grievance_path(0.8, 34)[-1] / 4.0 == pytest.approx(0.1, rel=0.02)  # 34.3 quarters are 8.6 years
    assert grievance_path(0.8, 3, settled=1.0)[-1] == pytest.approx(0.4, rel=0.03)


def test_an_incident_fills_part_of_what_is_left_and_an_apology_empties_part():
    after = next_grievance(cell(0.5), cell(0.0), cell(0.4), cell(0.1), RETENTION)
    assert after[0, 0, 0] == pytest.approx(0.98 * 0.5 + 0.5 * 0.4 - 0.1 * 0.5)


@given(unit, st.sampled_from([0.0, 1.0]), unit, unit)
def test_grievance_stays_between_zero_and_one(grievance, settled, incident, accounted):
    after = next_grievance(cell(grievance), cell(settled), cell(incident), cell(accounted), RETENTION)
    assert 0.0 <= after[0, 0, 0] <= 1.0


@given(unit, unit, unit)
def test_threat_returns_to_rest_geometrically(start, rest, persistence):
    threat = cell(start)
    for quarter in range(1, 20):
        threat = next_threat(threat, cell(rest), persistence, cell(0.0), cell(0.0))
        assert threat[0, 0, 0] == pytest.approx(rest + (start - rest) * persistence**quarter, abs=1e-12)


def test_a_standing_pressure_raises_threat_by_pressure_over_one_less_persistence():
    threat = cell(0.2)
    for _ in range(600):
        threat = next_threat(threat, cell(0.2), 0.95, cell(0.02), cell(0.0))
    assert threat[0, 0, 0] == pytest.approx(0.2 + 0.02 / 0.05)


@given(unit, unit, unit, st.floats(-2.0, 2.0), st.floats(-1.0, 1.0))
def test_threat_stays_between_zero_and_one(threat, rest, persistence, pressure, noise):
    after = next_threat(cell(threat), cell(rest), persistence, cell(pressure), cell(noise))
    assert 0.0 <= after[0, 0, 0] <= 1.0


def test_threat_under_noise_has_the_variance_of_an_ar1():
    """Stationary standard deviation sigma / sqrt(1 - rho^2), far from the bounds."""
    rng = np.random.default_rng(3)
    threat = np.full((1, 1, 4000), 0.5)
    for _ in range(200):
        threat = next_threat(threat, cell(0.5), 0.9, cell(0.0), 0.01 * rng.standard_normal(threat.shape))
    assert threat.std() == pytest.approx(0.01 / np.sqrt(1.0 - 0.81), rel=0.04)


def test_aggression_is_seen_through_similarity_by_everyone_but_the_victim():
    similarity = sparse([0, 0, 1], [1, 2, 0], [0.5, 0.2, 0.5], (3, 3))
    aggression = np.zeros((3, 2, 1))
    aggression[1, 0] = 1.0
    aggression[2, 0] = 0.5
    seen = observed_aggression(similarity, aggression)
    assert_allclose(seen[:, 0, 0], [0.6, 0.0, 0.0])
    assert_array_equal(seen[:, 1], 0.0)


def test_accountability_of_just_the_size_settles_a_grievance_and_coercion_has_a_last_rung(baseline_world):
    when = (baseline_world.start + 1,) * 2
    settled = Edit("s", "grievance.accounted", ("AZE", "RUS"), "set", SETTLING, when, 1)
    pressed = [Edit("c", "coercion.level", ("KAZ", "RUS"), "add", 2.0, when, 3) for _ in range(2)]
    block = opened(lasting(baseline_world, 3, settled, *pressed), 1, FEW | QUIET)
    *_, (_, after, now) = quarters(*block)
    countries, poles = now.world.axes["country"], now.world.axes["pole"]
    assert after.settled[countries.at("AZE"), poles.at("RUS")] == 1.0
    assert after.coercion[countries.at("KAZ"), poles.at("RUS")] == 3.0
