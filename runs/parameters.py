"""Parameters of a request: names the model has, values in their ranges, in the words of a scenario's problems."""

import numpy as np

from model.parameters import PARAMETERS
from runs.problems import BatchError
from runs.requests import held_to
from runs.sample import Array, Sample
from scenarios.problems import Problem, between, nearest, showing


def check_sample(sample: Sample) -> None:
    """BatchError when a sample names no parameter of the model, or gives one a value it cannot have."""
    held_to("sample", sample, Sample, "mv.fixed({name: value}), mv.grid, mv.sobol and others make one")
    for table in (sample.points, sample.runs):
        for name, values in zip(table.names, table.values.T, strict=True):
            check_values(name, values)


def check_values(name: str, values: Array) -> None:
    """BatchError when there is no such parameter, or it cannot have one of the values (N,)."""
    if name not in PARAMETERS:
        hint = nearest(name, PARAMETERS)
        meant = f"did you mean {hint}? " if hint else ""
        msg = f"{name}: no such parameter; {meant}{showing('parameters')} lists them"
        raise BatchError(msg)
    row = PARAMETERS[name]
    inside = (row.low <= values) & (values <= row.high)
    _refuse(name, values[~inside], "is out of range", between(row.low, row.high))
    if row.solver:
        _refuse(name, values[values != np.round(values)], "is not a whole number")


def _refuse(name: str, values: Array, message: str, allowed: str = "") -> None:
    """BatchError about the first of some values, if there are any."""
    if len(values):
        raise BatchError(Problem("", 0, name, message, f"{values[0]:g}", allowed).sentence())
