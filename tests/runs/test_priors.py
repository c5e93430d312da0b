"""Priors of the registry: every one is a law, cut off at its range, around its default, the same run by run."""

import numpy as np
import pytest
from engine_double import variants
from scipy import stats
from typer.testing import CliRunner

from model.parameters import PARAMETERS, SOLVER
from multivector.cli import app
from multivector.orders import Design, sample
from runs.distributions import draw
from runs.planning import plan
from runs.priors import from_priors, prior, priors
from runs.sample import fixed

U = np.linspace(0.001, 0.999, 999)


def test_every_parameter_has_a_prior_or_is_fixed_and_no_setting_of_the_solver_has_one():
    assert {name for name, row in PARAMETERS.items() if row.prior == "fixed"} == set(PARAMETERS) - set(priors())
    assert set(SOLVER).isdisjoint(priors())
    assert len(priors()) > 40


@pytest.mark.parametrize("name", sorted(priors()))
def test_a_prior_stays_in_its_range_and_covers_its_default(name):
    row, values = PARAMETERS[name], draw(priors()[name], U)
    assert (np.diff(values) > 0).all()
    assert row.low <= values[0] < values[-1] <= row.high
    assert (values < row.default).mean() == pytest.approx(0.5, abs=0.26)


@pytest.mark.parametrize(
    ("name", "low", "high", "reference"),
    [
        ("dependence.trade_elasticity", 3, 8, stats.norm(5, 1)),
        ("dependence.rent_kept", 0, 1, stats.beta(2, 4)),
        ("threat.persistence", 0.8, 0.99, stats.beta(38, 2)),
        ("alignment.affinity", 0, 1.2, stats.halfnorm(0, 0.34 / stats.norm.ppf(0.75))),
        ("alignment.noise", 0, 0.05, stats.lognorm(0.35, scale=0.022)),
    ],
)
def test_a_prior_is_its_distribution_cut_off_at_the_range(name, low, high, reference):
    inside = reference.cdf(low) + U * (reference.cdf(high) - reference.cdf(low))
    np.testing.assert_allclose(draw(prior(PARAMETERS[name]), U), reference.ppf(inside), rtol=1e-9)


def test_runs_draw_the_same_in_every_scenario_and_company_and_what_is_set_wins():
    chosen = from_priors(fixed({"alignment.noise": 0.01}))
    few, many = (plan(variants(0, 1), runs, 1, model="m", sample=chosen, block=64) for runs in (10, 50))
    one, other = (few.parameters(entry, 0, np.arange(10)) for entry in few.entries)
    later = many.parameters(many.entries[0], 0, np.arange(5, 50))
    assert set(one) == set(priors())
    for name in one:
        assert np.array_equal(one[name], other[name])
        assert np.array_equal(one[name][5:], later[name][:5])
    assert (one["alignment.noise"] == 0.01).all()
    assert len(np.unique(one["alignment.offers"])) == 10
    assert few.family == many.family != plan(variants(0, 1), 10, 1, model="m", sample=fixed({})).family
    assert "parameters drawn from their priors with alignment.noise = 0.01, 10 runs each" in str(few)


def test_no_posterior_is_offered_before_there_is_one():
    assert "posterior" not in CliRunner().invoke(app, ["run", "--help"]).output
    refused = CliRunner().invoke(app, ["run", "--sample", "posterior", "--dry-run"])
    assert str(refused.exception) == "--sample: no source 'posterior'; did you mean prior?"


def test_priors_are_drawn_from_when_they_are_asked_for():
    assert sample(Design(source="prior"), runs=4, seed=1).laws == priors()
    assert sample(Design(), runs=4, seed=1).laws == {}
