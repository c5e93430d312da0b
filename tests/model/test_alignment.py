from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from model.alignment import Pull, Shape, drive, effective_offers, rest_residual, rivalry_load, speed, step
from model.arrays import sparse

COUNTRIES, POLES = 5, 4
INERT = Shape(curvature=0.0, anchoring=0.0, peer_weight=0.0, peer_restraint=0.0, rivalry_weight=0.0)
seeds = st.integers(0, 10_000)


def peers(weights):
    rows, columns = np.nonzero(weights)
    return sparse(rows, columns, weights[rows, columns], weights.shape)


def pull(countries=COUNTRIES, poles=POLES, **parts):
    """Nothing pulls unless given."""
    still = np.zeros((countries, poles, 1))
    none = {"benefits": {}, "rivalry": np.zeros((poles, poles, 1)), "peers": peers(np.zeros((countries, countries)))}
    return Pull(**(none | {"anchor": still, "residual": still} | parts))


def everyone(countries=COUNTRIES, poles=POLES):
    return np.ones((countries, poles))


def walk(alignment, forces, shape, tau, quarters, *, noise=None):  # noqa: PLR0913
    active = everyone(*alignment.shape[:2])
    for quarter in range(quarters):
        terms = drive(alignment, forces, shape, active)
        wind = np.zeros_like(alignment) if noise is None else noise(quarter)
        alignment, _ = step(alignment, terms, tau, wind, active)
    return alignment


def random_weights(rng, countries=COUNTRIES, *, signed=False):
    """Row-normalised, nobody is their own peer."""
    weights = rng.uniform(-1.0 if signed else 0.0, 1.0, (countries, countries))
    np.fill_diagonal(weights, 0.0)
    return weights / np.abs(weights).sum(axis=1, keepdims=True)


def random_case(seed, *, masked=False):
    """Forces small enough that the rest point is interior."""
    rng = np.random.default_rng(seed)
    rivalry = rng.uniform(-0.5, 0.5, (POLES, POLES))
    rivalry = np.triu(rivalry, 1) + np.triu(rivalry, 1).T
    small = lambda: rng.uniform(-0.3, 0.3, (COUNTRIES, POLES, 1))  # noqa: E731
    forces = pull(
        benefits={"offers": small(), "affinity": small()},
        rivalry=rivalry[:, :, None],
        peers=peers(random_weights(rng, signed=True)),
        anchor=small(),
        residual=small(),
    )
    active = np.ones((COUNTRIES, POLES))
    if masked:
        active[1, 2] = active[3, 0] = 0.0
    shape = Shape(curvature=1.0, anchoring=0.45, peer_weight=0.2, peer_restraint=1.0, rivalry_weight=0.2)
    return small(), forces, shape, active


# --- limits --------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(seeds, st.floats(0.05, 0.95))
def test_pure_peers_and_anchor_are_friedkin_and_johnsens_model(seed, openness):
    """A <- theta J A + (1 - theta) A0 with tau = 1, phi + eta = 1, kappa_s = 1; rest by a linear solve."""
    rng = np.random.default_rng(seed)
    weights, prejudice = random_weights(rng), rng.uniform(-1.0, 1.0, (COUNTRIES, POLES, 1))
    shape = replace(INERT, anchoring=1.0 - openness, peer_weight=openness, peer_restraint=1.0)
    forces = pull(peers=peers(weights), anchor=prejudice)
    opinion = rng.uniform(-1.0, 1.0, (COUNTRIES, POLES, 1))
    after = walk(opinion, forces, shape, 1.0, 1)
    assert_allclose(
        after[:, :, 0], openness * weights @ opinion[:, :, 0] + (1 - openness) * prejudice[:, :, 0], atol=1e-15
    )
    rest = np.linalg.solve(np.eye(COUNTRIES) - openness * weights, (1 - openness) * prejudice[:, :, 0])
    assert_allclose(walk(opinion, forces, shape, 1.0, 800)[:, :, 0], rest, atol=1e-12)


@settings(max_examples=12)
@given(seeds)
def test_peers_alone_are_degroots_model_and_reach_its_consensus(seed):
    rng = np.random.default_rng(seed)
    weights, opinion = random_weights(rng), rng.uniform(-1.0, 1.0, (COUNTRIES, POLES, 1))
    shape = replace(INERT, peer_weight=1.0, peer_restraint=1.0)
    values, vectors = np.linalg.eig(weights.T)
    assume(np.sort(np.abs(values))[-2] < 0.95)
    influence = np.real(vectors[:, np.argmax(values.real)])
    consensus = influence / influence.sum() @ opinion[:, :, 0]
    after = walk(opinion, pull(peers=peers(weights)), shape, 1.0, 900)
    assert_allclose(after[:, :, 0], np.tile(consensus, (COUNTRIES, 1)), atol=1e-9)


def signed(camps, *, flip=()):
    """Friends inside a camp, foes across; `flip` breaks the balance of some pairs."""
    weights = np.outer(camps, camps).astype(float)
    np.fill_diagonal(weights, 0.0)
    for a, b in flip:
        weights[a, b] = weights[b, a] = -weights[a, b]
    return weights / np.abs(weights).sum(axis=1, keepdims=True)


def test_balanced_signed_peers_polarise_as_altafini_shows():
    camps = np.array([1, 1, -1, -1, 1])
    opinion = np.random.default_rng(2).uniform(-1.0, 1.0, (COUNTRIES, POLES, 1))
    shape = replace(INERT, peer_weight=1.0, peer_restraint=1.0)
    after = walk(opinion, pull(peers=peers(signed(camps))), shape, 0.5, 400)[:, :, 0]
    common = (camps[:, None] * opinion[:, :, 0]).mean(axis=0)  # symmetric weights: gauge-transformed mean
    assert_allclose(after, camps[:, None] * common, atol=1e-12)
    assert np.abs(common).max() > 0.1


def test_unbalanced_signed_peers_forget_as_altafini_shows():
    weights = signed(np.array([1, 1, -1, -1, 1]), flip=[(0, 1)])
    opinion = np.random.default_rng(2).uniform(-1.0, 1.0, (COUNTRIES, POLES, 1))
    shape = replace(INERT, peer_weight=1.0, peer_restraint=1.0)
    assert_allclose(walk(opinion, pull(peers=peers(weights)), shape, 0.5, 900), 0.0, atol=1e-9)


def energies(propensity):
    """Axelrod and Bennett's energy of every two-camp split."""
    count = len(propensity)
    splits = np.array([[1 if n >> i & 1 else -1 for i in range(count)] for n in range(2**count)])
    return splits, -np.einsum("si,ij,sj->s", splits, propensity, splits)


def descend(propensity, start):
    """One country at a time moves all the way to its preferred side (tau large, clipped)."""
    count = len(propensity)
    forces = pull(count, 1, peers=peers(propensity))
    shape = replace(INERT, peer_weight=1.0)
    alignment, before = start[:, None, None].astype(float), None
    while before is None or not np.array_equal(alignment, before):
        before = alignment
        for country in range(count):
            moved, _ = step(
                alignment, drive(alignment, forces, shape, everyone(count, 1)), 1e9, 0 * alignment, everyone(count, 1)
            )
            alignment = np.where(np.arange(count)[:, None, None] == country, moved, alignment)
    return alignment[:, 0, 0]


def test_one_country_at_a_time_peers_descend_the_landscape_to_its_lowest_split():
    rng = np.random.default_rng(4)
    size = rng.uniform(0.5, 3.0, 6)
    like = np.triu(rng.normal(size=(6, 6)), 1)
    propensity = (like + like.T) * np.outer(size, size)
    splits, energy = energies(propensity)
    ends = np.array([descend(propensity, rng.choice([-1, 1], 6)) for _ in range(40)])
    found = np.array([-end @ propensity @ end for end in ends])
    for end, height in zip(ends, found, strict=True):  # each end is a local minimum
        assert all(
            -np.where(np.arange(6) == i, -end, end) @ propensity @ np.where(np.arange(6) == i, -end, end) >= height
            for i in range(6)
        )
    assert found.min() == pytest.approx(energy.min())
    assert splits.shape == (64, 6)


def test_a_restless_country_has_the_variance_of_an_ar1():
    rng = np.random.default_rng(7)
    shape, tau, sigma = replace(INERT, curvature=1.0), 0.3, 0.02
    end = walk(
        np.zeros((COUNTRIES, POLES, 500)),
        pull(),
        shape,
        tau,
        120,
        noise=lambda _: sigma * rng.standard_normal((COUNTRIES, POLES, 500)),
    )
    assert end.std() == pytest.approx(sigma / np.sqrt(1.0 - (1.0 - tau) ** 2), rel=0.03)
    assert end.mean() == pytest.approx(0.0, abs=0.001)


@settings(max_examples=20)
@given(seeds)
def test_the_interior_rest_point_solves_the_linear_system(seed):
    """(M + phi + eta (|J|1 kappa - J)) A* = b + phi A0, with M = m0 I + lambda_R riv."""
    start, forces, shape, _ = random_case(seed)
    weights, rivalry = forces.peers.toarray(), forces.rivalry[:, :, 0]
    own = np.kron(np.eye(COUNTRIES), 1.0 * np.eye(POLES) + 0.2 * rivalry) + 0.45 * np.eye(COUNTRIES * POLES)
    social = np.diag(np.abs(weights).sum(axis=1)) - weights
    system = own + 0.2 * np.kron(social, np.eye(POLES))
    push = sum(forces.benefits.values()) + forces.residual + 0.45 * forces.anchor
    rest = np.linalg.solve(system, push.ravel()).reshape(COUNTRIES, POLES, 1)
    assume(np.abs(rest).max() < 0.99)
    assert_allclose(walk(start, forces, shape, 0.3, 300), rest, atol=1e-9)


# --- laws ----------------------------------------------------------------------------------------


@given(seeds, st.floats(0.0, 2.0), st.booleans())
def test_the_terms_sum_to_the_change(seed, tau, masked):
    alignment, forces, shape, active = random_case(seed, masked=masked)
    noise = 0.3 * np.random.default_rng(seed).standard_normal(alignment.shape)
    after, moves = step(alignment, drive(alignment, forces, shape, active), tau, noise, active)
    assert_allclose(sum(moves.values()), after - alignment, rtol=0.0, atol=1e-12)
    assert {"peers", "rivalry", "curvature", "anchor", "residual", "noise", "bounds", "offers", "affinity"} == set(
        moves
    )


@given(seeds, st.floats(0.0, 50.0), st.floats(0.0, 5.0))
def test_alignment_stays_within_its_bounds(seed, tau, gust):
    alignment, forces, shape, active = random_case(seed)
    noise = gust * np.random.default_rng(seed).standard_normal(alignment.shape)
    after, moves = step(alignment, drive(alignment, forces, shape, active), tau, noise, active)
    assert (np.abs(after) <= 1.0).all()
    inside = np.abs(after) < 1.0
    assert_array_equal(moves["bounds"][inside], 0.0)


@given(seeds)
def test_a_country_that_is_the_pole_never_moves_and_is_nobodys_peer(seed):
    alignment, forces, shape, active = random_case(seed, masked=True)
    noise = np.ones_like(alignment)
    after, _ = step(alignment, drive(alignment, forces, shape, active), 0.3, noise, active)
    assert_array_equal(after[active == 0.0], alignment[active == 0.0])
    other = alignment.copy()
    other[active == 0.0] = 0.9
    moved, _ = step(other, drive(other, forces, shape, active), 0.3, noise, active)
    assert_array_equal(moved[active == 1.0], after[active == 1.0])


@pytest.mark.parametrize("half_life", [4.0, 12.0, 32.0])
def test_a_kicked_alignment_returns_with_the_configured_half_life(half_life):
    shape = Shape(curvature=1.0, anchoring=0.45, peer_weight=0.2, peer_restraint=1.0, rivalry_weight=0.2)
    rng = np.random.default_rng(1)
    forces = pull(peers=peers(random_weights(rng)))
    kicked = np.zeros((COUNTRIES, POLES, 1))
    kicked[2, 1] = 0.4
    after = walk(kicked, forces, shape, speed(half_life, shape), round(half_life))
    assert after[2, 1, 0] == pytest.approx(0.2, rel=0.05)


@given(seeds, st.booleans())
def test_the_residual_puts_the_law_at_rest(seed, masked):
    alignment, forces, shape, active = random_case(seed, masked=masked)
    calm = replace(forces, residual=rest_residual(alignment, forces, shape, active))
    terms = drive(alignment, calm, shape, active)
    assert_allclose(sum(terms.values()), 0.0, atol=1e-14)
    after, _ = step(alignment, terms, 0.3, np.zeros_like(alignment), active)
    assert_allclose(after, alignment, rtol=0.0, atol=1e-15)


@given(seeds, st.permutations(range(COUNTRIES)), st.permutations(range(POLES)))
def test_renaming_countries_and_poles_renames_the_result(seed, countries, poles):
    alignment, forces, shape, active = random_case(seed, masked=True)
    here = np.ix_(countries, poles)
    moved_forces = Pull(
        benefits={name: part[here] for name, part in forces.benefits.items()},
        rivalry=forces.rivalry[np.ix_(poles, poles)],
        peers=peers(forces.peers.toarray()[np.ix_(countries, countries)]),
        anchor=forces.anchor[here],
        residual=forces.residual[here],
    )
    still = np.zeros_like(alignment)
    after, _ = step(alignment, drive(alignment, forces, shape, active), 0.3, still, active)
    other = drive(alignment[here], moved_forces, shape, active[here])
    moved, _ = step(alignment[here], other, 0.3, still, active[here])
    assert_allclose(moved, after[here], rtol=0.0, atol=1e-14)


@given(seeds)
def test_rivalry_is_the_matrix_product_over_poles(seed):
    rng = np.random.default_rng(seed)
    rivalry, alignment = rng.normal(size=(POLES, POLES, 3)), rng.normal(size=(COUNTRIES, POLES, 3))
    expected = np.einsum("pqr,cqr->cpr", rivalry, alignment)
    assert_allclose(rivalry_load(rivalry, alignment), expected, atol=1e-14)
    assert_allclose(
        rivalry_load(rivalry[:, :, :1], alignment), np.einsum("pq,cqr->cpr", rivalry[:, :, 0], alignment), atol=1e-14
    )


def test_leaning_on_both_of_two_rivals_costs_more_than_leaning_on_one():
    rivalry = np.array([[0.0, 1.0], [1.0, 0.0]])[:, :, None]
    one, both = np.array([[[0.5], [0.0]]]), np.array([[[0.5], [0.5]]])
    shape = replace(INERT, rivalry_weight=0.2)
    toward_first = [
        drive(a, pull(1, 2, rivalry=rivalry), shape, everyone(1, 2))["rivalry"][0, 0, 0] for a in (one, both)
    ]
    assert toward_first == pytest.approx([0.0, -0.1])


@pytest.mark.parametrize("block", [1, 7, 64])
def test_a_run_has_the_same_bits_in_a_block_of_any_size(block):
    _, forces, shape, active = random_case(0, masked=True)
    alignment = np.random.default_rng(0).uniform(-1.0, 1.0, (COUNTRIES, POLES, 256))
    still = np.zeros_like(alignment)
    whole, _ = step(alignment, drive(alignment, forces, shape, active), 0.3, still, active)
    first = np.ascontiguousarray(alignment[:, :, :block])
    part, _ = step(first, drive(first, forces, shape, active), 0.3, still[:, :, :block], active)
    assert_array_equal(part, whole[:, :, :block])


# --- offers --------------------------------------------------------------------------------------

offers = hnp.arrays(float, (2, POLES, 3), elements=st.floats(0.0, 0.05))


@given(offers)
def test_without_the_vacuum_effect_an_offer_counts_by_its_own_size(given_):
    assert_allclose(effective_offers(given_, 0.005, 0.0), np.log(1.0 + given_ / 0.005), rtol=1e-12, atol=1e-15)


@given(offers, st.floats(0.01, 1.0), st.floats(0.001, 0.05))
def test_a_rivals_offer_never_makes_an_offer_worth_more(given_, vacuum, extra):
    more = given_.copy()
    more[:, 1] += extra
    before, after = effective_offers(given_, 0.005, vacuum), effective_offers(more, 0.005, vacuum)
    assert (after[:, [0, 2, 3]] <= before[:, [0, 2, 3]] + 1e-15).all()
    assert (after[:, 1] > before[:, 1]).all()


def test_two_equal_offers_at_full_vacuum_count_ln_three_halves():
    both = np.array([0.005, 0.005]).reshape(1, 2, 1)
    assert_allclose(effective_offers(both, 0.005, 1.0), np.log(1.5))
