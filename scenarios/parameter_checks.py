"""Checks of the parameters that a scenario fixes or samples, one finding each."""

from collections.abc import Iterator

from model.parameters import SOLVER
from scenarios.problems import between
from scenarios.subject import Caution, Finding, Subject, into
from scenarios.unknown import unknown_word

PARAMETERS: dict[str, Caution] = {}


check = into(PARAMETERS)


@check("parameter-words")
def parameters_exist(subject: Subject) -> Iterator[Finding]:
    """Names of fixed and sampled parameters exist."""
    for key in ("parameters", "sample"):
        for name in getattr(subject.scenario, key):
            yield from unknown_word((key, name), "parameter", name, subject.words)


@check("parameter-value")
def parameters_lie_in_range(subject: Subject) -> Iterator[Finding]:
    """Fixed values lie within the parameter's range."""
    for name, value in subject.scenario.parameters.items():
        low, high = subject.words.limits.get(name, (value, value))
        if not low <= value <= high:
            yield Finding(("parameters", name), "is out of range", f"{value:g}", between(low, high))


@check("parameter-whole")
def solver_settings_are_whole(subject: Subject) -> Iterator[Finding]:
    """Settings of the solver count sweeps, so they are whole numbers."""
    for name, value in subject.scenario.parameters.items():
        if name in SOLVER and not value.is_integer():
            yield Finding(("parameters", name), "is not a whole number", f"{value:g}")


@check("parameter-both")
def parameters_are_fixed_or_sampled(subject: Subject) -> Iterator[Finding]:
    """No parameter is both fixed and sampled."""
    for name in subject.scenario.sample:
        if name in subject.scenario.parameters:
            yield Finding(("sample", name), "is fixed under parameters and sampled as well", name)


@check("parameter-solver")
def solver_settings_do_not_vary(subject: Subject) -> Iterator[Finding]:
    """Settings of the solver are the same for all runs and quarters: neither sampled nor changed by events."""
    sampled = ((("sample", name), name) for name in subject.scenario.sample)
    changed = (((*place, "parameter"), event.parameter) for place, event in subject.events)
    for place, name in (*sampled, *changed):
        if name in SOLVER:
            yield Finding(place, "is a setting of the solver and cannot vary", name, "give it under parameters")


@check("sample-value")
def samples_lie_in_range(subject: Subject) -> Iterator[Finding]:
    """Bounded distributions stay within the parameter's range."""
    for name, sampled in subject.scenario.sample.items():
        values = () if sampled.kind in {"normal", "lognormal"} else sampled.values
        low, high = subject.words.limits.get(name, (min(values, default=0), max(values, default=0)))
        for value in (value for value in values if not low <= value <= high):
            yield Finding(("sample", name), "is out of range", f"{value:g}", between(low, high))
