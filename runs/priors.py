"""Priors: what every parameter is drawn from when a batch asks for it.

The registry gives each parameter a default, a range and a word for its prior:

- ``uniform``, ``loguniform``: over the range;
- ``normal``: around the default, the nearer end of the range two standard deviations away;
- ``halfnormal``: with the default as median;
- ``lognormal(s)``: the default as median, s the standard deviation of the logarithm;
- ``beta(a,b)``: on [0, 1];
- ``fixed``: not drawn.

All but the first two are cut off at the ends of the range.
"""

import re
from dataclasses import replace
from types import NoneType

from model.parameters import PARAMETERS, Parameter
from runs.requests import held_to
from runs.sample import Sample

QUARTILE = 0.6744897501960817  # of the standard normal: a half-normal's median in its deviations
Law = dict[str, object]


def prior(row: Parameter) -> Law | None:
    """Prior of a parameter as a law that `draw` understands; None for a fixed one.

    >>> prior(PARAMETERS["dependence.trade_elasticity"])
    {'normal': [5.0, 1.0], 'within': [3.0, 8.0]}
    """
    kind, *numbers = re.findall(r"[\w.]+", row.prior)
    ends = [float(row.low), float(row.high)]
    shapes: dict[str, list[float]] = {
        "normal": [row.default, min(row.default - row.low, row.high - row.default) / 2.0],
        "halfnormal": [row.default / QUARTILE],
        "lognormal": [row.default, *map(float, numbers)],
        "beta": [*map(float, numbers)],
    }
    if kind == "fixed":
        return None
    return {kind: shapes[kind], "within": ends} if kind in shapes else {kind: ends}


def priors() -> dict[str, Law]:
    """Prior of every parameter that has one, by name."""
    found = {name: prior(row) for name, row in PARAMETERS.items()}
    return {name: law for name, law in found.items() if law}


def from_priors(sample: Sample | None = None) -> Sample:
    """The sample with every parameter that it does not give drawn from its prior."""
    held_to("sample", sample, (Sample, NoneType), "mv.fixed({name: value}), mv.grid, mv.sobol and others make one")
    return replace(sample or Sample(), laws=priors())
