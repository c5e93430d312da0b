"""The alignment law: a concave hedging utility climbed with partial adjustment.

A <- clip(A + tau [b - M A + phi (A0 - A) + eta (J A - kappa |J|1 A)] + sigma e)
(theory 7.7, eq. 18), returned term by term so that every change can be
explained; the terms sum to the change.
"""

from dataclasses import dataclass

import numpy as np

from model.arrays import Array, Sparse, mix


@dataclass(frozen=True)
class Pull:
    """What moves alignment this quarter, each (C, P, R) or broadcastable.

    `benefits` maps a term's name to its contribution to b.
    """

    benefits: dict[str, Array]
    rivalry: Array
    peers: Sparse
    anchor: Array
    residual: Array


@dataclass(frozen=True)
class Shape:
    """Constants of the law: curvature m0, anchoring phi, peer weight eta, kappa_s, rivalry weight lambda_R."""

    curvature: Array | float
    anchoring: Array | float
    peer_weight: Array | float
    peer_restraint: Array | float
    rivalry_weight: Array | float


def speed(half_life: Array | float, shape: Shape) -> Array | float:
    """tau_A such that one displaced alignment returns with `half_life` quarters.

    An own displacement decays by 1 - tau (m0 + phi + eta kappa_s) a quarter.
    """
    restoring = shape.curvature + shape.anchoring + shape.peer_weight * shape.peer_restraint
    return (1.0 - 0.5 ** (1.0 / half_life)) / restoring


def drive(alignment: Array, pull: Pull, shape: Shape, active: Array) -> dict[str, Array]:
    """Terms of the gradient of utility by name, each (C, P, R).

    `active` (C, P) is 0 where a country is the pole itself; those cells never
    move and are nobody's peer signal.

    ODD 7.9.
    """
    mask = active[:, :, None]
    seen = alignment * mask
    weight = abs(pull.peers).sum(axis=1)[:, None, None]
    terms = dict(pull.benefits)
    terms["peers"] = shape.peer_weight * (mix(pull.peers, seen) - shape.peer_restraint * weight * seen)
    terms["rivalry"] = -shape.rivalry_weight * rivalry_load(pull.rivalry, seen)
    terms["curvature"] = -shape.curvature * seen
    terms["anchor"] = shape.anchoring * (pull.anchor - seen)
    terms["residual"] = pull.residual
    return {name: term * mask for name, term in terms.items()}


def rivalry_load(rivalry: Array, alignment: Array) -> Array:
    """Sum over q of riv_pq A_cq, (P, P, R) x (C, P, R) -> (C, P, R), in pole order."""
    load = np.zeros(np.broadcast_shapes(alignment.shape, (1, *rivalry.shape[1:])))
    for rival in range(rivalry.shape[1]):
        load += rivalry[None, :, rival] * alignment[:, rival][:, None]
    return load


def step(
    alignment: Array, terms: dict[str, Array], tau: Array | float, noise: Array, active: Array
) -> tuple[Array, dict[str, Array]]:
    """New alignment (C, P, R) and each term's contribution to the change.

    Contributions, with `noise` and `bounds` (what clipping removed), sum to
    the change.

    ODD 7.9.
    """
    moves = {name: np.broadcast_to(tau * term, alignment.shape) for name, term in terms.items()}
    moves["noise"] = noise * active[:, :, None]
    free = alignment + sum(moves.values(), np.zeros_like(alignment))
    bounded = np.clip(free, -1.0, 1.0)
    moves["bounds"] = bounded - free
    return bounded, moves


def rest_residual(alignment: Array, pull: Pull, shape: Shape, active: Array) -> Array:
    """Residual that puts the law at rest here, (C, P, R)."""
    terms = drive(alignment, pull, shape, active)
    terms.pop("residual")
    return -sum(terms.values(), np.zeros_like(alignment))


def effective_offers(offers: Array, scale: float, vacuum: Array | float) -> Array:
    """ln(1 + off_p / (scale + omega sum of rivals' offers)), (C, P, R).

    Absent rivals make an offer worth more (theory 7.17); vacuum = 0 is eq. 18.
    """
    rivals = offers.sum(axis=1, keepdims=True) - offers
    worth: Array = np.log1p(offers / (scale + vacuum * rivals))
    return worth
