"""Distributions: values at cumulative probabilities, so that every draw is one uniform number turned over."""

# ruff: noqa: PLC0415 - workers read this file and need no scipy.special

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from runs.problems import BatchError

Array = npt.NDArray[np.float64]


def draw(distribution: Mapping[str, object], uniform: Array) -> Array:
    """Values of a distribution at cumulative probabilities `uniform`; BatchError for an unknown one.

    A second key `within: [low, high]` cuts the distribution off at both ends.

    >>> draw({"uniform": [2, 10]}, np.array([0.25]))
    array([4.])
    """
    (kind, numbers), *more = distribution.items()
    if kind not in INVERSES or [key for key, _ in more] not in ([], ["within"]):
        msg = f"sample: unknown distribution {dict(distribution)}; allowed: {', '.join(INVERSES)}"
        raise BatchError(msg)
    arguments = np.asarray(numbers, dtype=float)
    if not more:
        return INVERSES[kind](arguments, uniform)
    ends = np.asarray(more[0][1], dtype=float)
    low, high = CUMULATIVES[kind](arguments, ends)
    inside = INVERSES[kind](arguments, low + uniform * (high - low))
    return np.asarray(np.clip(inside, *ends), dtype=np.float64)


def _uniform(arguments: Array, u: Array) -> Array:
    low, high = arguments
    return np.asarray(low + (high - low) * u)


def _loguniform(arguments: Array, u: Array) -> Array:
    low, high = np.log(arguments)
    return np.asarray(np.exp(low + (high - low) * u))


def _triangular(arguments: Array, u: Array) -> Array:
    low, mode, high = arguments
    left = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < left, rising, falling))


def _normal(arguments: Array, u: Array) -> Array:
    from scipy.special import ndtri

    mean, deviation = arguments
    return np.asarray(mean + deviation * ndtri(u))


def _lognormal(arguments: Array, u: Array) -> Array:
    from scipy.special import ndtri

    median, deviation = arguments
    return np.asarray(median * np.exp(deviation * ndtri(u)))


def _halfnormal(arguments: Array, u: Array) -> Array:
    from scipy.special import ndtri

    (deviation,) = arguments
    return np.asarray(deviation * ndtri((1.0 + u) / 2.0))


def _beta(arguments: Array, u: Array) -> Array:
    from scipy.special import betaincinv

    first, second = arguments
    return np.asarray(betaincinv(first, second, u))


def _choice(arguments: Array, u: Array) -> Array:
    index = np.minimum((u * len(arguments)).astype(int), len(arguments) - 1)
    return np.asarray(arguments[index])


INVERSES = {
    "uniform": _uniform,
    "loguniform": _loguniform,
    "triangular": _triangular,
    "normal": _normal,
    "lognormal": _lognormal,
    "halfnormal": _halfnormal,
    "beta": _beta,
    "choice": _choice,
}


def _normal_below(arguments: Array, x: Array) -> Array:
    from scipy.special import ndtr

    mean, deviation = arguments
    return np.asarray(ndtr((x - mean) / deviation))


def _lognormal_below(arguments: Array, x: Array) -> Array:
    from scipy.special import ndtr

    median, deviation = arguments
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.log(x) - np.log(median)) / deviation))


def _halfnormal_below(arguments: Array, x: Array) -> Array:
    from scipy.special import ndtr

    (deviation,) = arguments
    return np.asarray(2.0 * ndtr(x / deviation) - 1.0)


def _beta_below(arguments: Array, x: Array) -> Array:
    from scipy.special import betainc

    first, second = arguments
    return np.asarray(betainc(first, second, x))


CUMULATIVES = {
    "normal": _normal_below,
    "lognormal": _lognormal_below,
    "halfnormal": _halfnormal_below,
    "beta": _beta_below,
}
"""Cumulative probability of values, of the distributions that can be cut off."""
