"""The Mesa front door: run s of a batch of a scenario, as a model that is stepped a quarter at a time."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from model.agents import CountryAgent, WorldModel
from runs import requests
from runs.launch import draft
from runs.parameters import check_sample, check_values
from runs.problems import BatchError
from runs.requests import held_to, place, whole
from runs.sample import Sample, fixed
from runs.variants import Variant, common_seed, prepare
from scenarios.problems import nearest
from scenarios.read import examine_shipped


class CorridorModel(WorldModel):
    """A scenario, a library name or a path, as a mesa.Model; its run `run` is run `run` of a batch, to the last bit.

    `seed` is that of all luck: the scenario's, or 1, unless given. `until` is
    the last quarter, `data` a folder of corrected tables laid over the shipped
    ones. `behaviour` gives countries by name a subclass of CountryAgent. What
    else is given are parameters of the model by name, as `--set` gives them:
    ``CorridorModel("baseline", **{"alignment.half_life": 2.0})``.

    Raises ScenarioError or BatchError for a request that makes no sense.
    """

    def __init__(  # noqa: PLR0913 - what a command takes, each with its name
        self,
        scenario: str | Path = "baseline",
        run: int = 0,
        seed: int | None = None,
        *,
        until: str | None = None,
        data: str | Path | None = None,
        behaviour: Mapping[str, type[CountryAgent]] | None = None,
        **kwargs: float,  # of this name alone Mesa 3.3 knows that it takes any parameter
    ) -> None:
        if whole("run", run) < 0:
            msg = f"run {run}: out of range; runs count from 0"
            raise BatchError(msg)
        check_sample(sample := _given(kwargs))
        if seed is not None:
            whole("seed", seed)
        variant = _current(scenario, until, None if data is None else place("data", data))
        plan = draft([variant], run + 1, common_seed(seed, {variant.name: variant.seed}), sample)
        block = plan.task(plan.entries[0], 0, np.array([run], dtype=np.int64))
        _check_behaviour({} if behaviour is None else behaviour, variant.world.axes["country"].labels)
        super().__init__(variant.world, run, plan.seed, block.parameters, behaviour or {})


def _given(parameters: Mapping[str, float]) -> Sample:
    """Sample of the parameters given by name; of a name that is none this is said before its value is looked at."""
    for name in parameters:
        check_values(name, np.empty(0))
    return fixed(parameters)


def _check_behaviour(behaviour: Mapping[str, object], countries: tuple[str, ...]) -> None:
    """BatchError when a behaviour is none, or is given to what is no country."""
    wanted = "a subclass of mv.CountryAgent for each country by name is wanted"
    held_to("behaviour", behaviour, Mapping, wanted)
    for name, chosen in behaviour.items():
        if not (isinstance(chosen, type) and issubclass(chosen, CountryAgent)):
            msg = f"behaviour of {name} {chosen!r}: {wanted}"
            raise BatchError(msg)
        if name not in countries:
            hint = nearest(name, countries)
            meant = f"did you mean {hint}? Allowed" if hint else "allowed"
            msg = f"behaviour: no country {name!r}; {meant}: {', '.join(countries)}"
            raise BatchError(msg)


def _current(scenario: str | Path, until: str | None, data: Path | None) -> Variant:
    """The scenario as it stands now, compiled once as long as it stays so."""
    requests.scenario(scenario)
    return _compiled(scenario, until, data, examine_shipped(scenario, data).accepted().model_dump_json())


@lru_cache(maxsize=8)
def _compiled(
    scenario: str | Path,
    until: str | None,
    data: Path | None,
    text: str,  # noqa: ARG001 - an edited file is another
) -> Variant:
    (variant,) = prepare([scenario], until=until, data=data)
    return variant
