"""Agents: one run as a Mesa model, with countries and poles as views on its arrays.

The arrays stay where they are. An agent looks up its own row when asked, and
the only thing it may change is its country's alignment, in `decide`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from numbers import Real
from reprlib import repr as shortened

import mesa
import numpy as np

from model.arrays import Array
from model.axes import Axis, absent
from model.measures import MEASURES, Measure
from model.now import Now
from model.quarters import format_quarter
from model.recording import record
from model.setting import Value, prepare
from model.simulation import opening, quarter
from model.state import State
from model.step import SEQUENCE, alignment
from model.world import World


class View(Mapping[str, float]):
    """Values by label along one axis, (labels,); nan where an agent would look at itself."""

    def __init__(self, axis: Axis, values: Array) -> None:
        self.axis = axis
        self.array = values

    def __getitem__(self, label: str) -> float:
        """Value at a label; KeyError when the axis has no such label."""
        return float(self.array[self.axis.at(label)])

    def __iter__(self) -> Iterator[str]:
        """Labels in the order of the axis."""
        return iter(self.axis)

    def __len__(self) -> int:
        """Number of labels."""
        return len(self.axis)

    def __repr__(self) -> str:
        """Labels with values, as a dict shows them."""
        return repr({label: round(value, 4) for label, value in self.items()})


class Member(mesa.Agent):
    """What countries and poles have in common: a name and what the run says of it."""

    model: "WorldModel"
    kind: str

    def __init__(self, model: "WorldModel", name: str) -> None:
        super().__init__(model)
        self.name = name

    @property
    def neighbours(self) -> tuple["Member", ...]:
        """Agents with which it forms a pair of states, in the order of the agents.

        Of a state that is also a pole, the country.
        """
        pairs = [label.split("-") for label in self.model.world.axes["dyad"]]
        others = {name for pair in pairs if self.name in pair for name in pair} - {self.name}
        known = {agent.name: agent for agent in (*self.model.poles, *self.model.countries)}
        return tuple(agent for agent in self.model.members if agent.name in others and known[agent.name] is agent)

    def _view(self, axis: Axis, values: Array) -> View:
        """Values along an axis with the own cell left empty."""
        if self.name not in axis:
            return View(axis, values)
        seen = values.copy()
        seen[axis.at(self.name)] = np.nan
        return View(axis, seen)


class CountryAgent(Member):
    """A state that hedges. Override `decide` to give one country another behaviour."""

    kind = "country"

    @property
    def position(self) -> int:
        """Place on the country axis."""
        return self.model.world.axes["country"].at(self.name)

    def measure(self, name: str) -> View | Array | float:
        """Its part of a registered measure: a number, a view by label, or an array of the dimensions that remain.

        KeyError when there is no such measure, ValueError when it has no countries.
        """
        dimensions = _registered(name).dimensions
        if dimensions[0] != "country":
            msg = f"{name}: a measure by {', '.join(dimensions)}; ask the model for it"
            raise ValueError(msg)
        match len(dimensions):
            case 1:
                return float(self.model.measure(name)[self.position])
            case 2:
                return self._towards(name)
            case _:
                rest: Array = self.model.measure(name)[self.position]
                return rest

    def _towards(self, name: str) -> View:
        """The country's part of a measure with one dimension besides the country."""
        axis = self.model.world.axes[MEASURES[name].dimensions[1]]
        return self._view(axis, self.model.measure(name)[self.position])

    @property
    def alignment(self) -> View:
        """Alignment with each pole, index in [-1, 1]."""
        return self._towards("alignment")

    @property
    def dependence(self) -> View:
        """Dependence on each controller (poles and states), index in [0, 1]."""
        return self._towards("dependence")

    @property
    def loss(self) -> View:
        """What the country would lose if a controller withheld, % of GDP."""
        return self._towards("loss")

    @property
    def threat(self) -> View:
        """Perceived threat from each pole, index in [0, 1]."""
        return self._towards("threat")

    @property
    def grievance(self) -> View:
        """Grievance held against each pole, index in [0, 1]."""
        return self._towards("grievance")

    @property
    def gdp(self) -> float:
        """Gross domestic product, bn USD a year."""
        return float(self.model.measure("gdp")[self.position])

    @property
    def transit_rent(self) -> float:
        """Transit fees earned, bn USD a year."""
        return float(self.model.measure("transit_rent")[self.position])

    @property
    def proposal(self) -> View:
        """Alignment with each pole to which the alignment law would move the country this quarter; for `decide`."""
        return self._view(self.model.world.axes["pole"], self.model.proposed[self.position, :, 0])

    def decide(self) -> Mapping[str, float]:
        """Alignment by pole, in [-1, 1], at the end of this quarter; a pole left out follows the law.

        Called once a quarter, after flows, dependence and threat of the quarter
        are known; `self.alignment` is still that of the quarter before. What
        the law proposes, unless overridden.
        """
        return self.proposal


class PoleAgent(Member):
    """A power that states lean towards; each view is by country, (C,)."""

    kind = "pole"

    def _from(self, values: Array) -> View:
        """The pole's column of an array (C, P)."""
        return self._view(self.model.world.axes["country"], values[:, self.model.world.axes["pole"].at(self.name)])

    @property
    def alignment(self) -> View:
        """Alignment of each country with the pole, index in [-1, 1]."""
        return self._from(self.model.measure("alignment"))

    @property
    def dependence(self) -> View:
        """Dependence of each country on the pole, index in [0, 1]."""
        column = self.model.world.axes["controller"].at(self.name)
        return self._view(self.model.world.axes["country"], self.model.measure("dependence")[:, column])

    @property
    def threat(self) -> View:
        """Threat that each country perceives from the pole, index in [0, 1]."""
        return self._from(self.model.measure("threat"))

    @property
    def grievance(self) -> View:
        """Grievance that each country holds against the pole, index in [0, 1]."""
        return self._from(self.model.measure("grievance"))

    @property
    def offers(self) -> View:
        """Offers to each country, share of the country's GDP a year."""
        return self._from(self.model.state.offers[..., 0])

    @property
    def coercion(self) -> View:
        """Rung of coercion against each country, 0 to 3."""
        return self._from(self.model.state.coercion[..., 0])


class WorldModel(mesa.Model):
    """One run of a world, stepped a quarter at a time by the kernels that a batch runs.

    Before the first step it shows the base quarter; after n steps, the n-th
    quarter. `running` turns false with the last. `random` and `rng` are seeded
    by seed and run, for the use of overridden agents; the kernels draw nothing
    from them.
    """

    def __init__(
        self,
        world: World,
        run: int,
        seed: int,
        parameters: Mapping[str, Value],
        behaviour: Mapping[str, type[CountryAgent]],
    ) -> None:
        super().__init__(rng=[seed, run])
        self.world = world
        self.run = run
        self._setting = prepare(world, np.array([run], dtype=np.int64), seed, dict(parameters))
        self._processes = tuple(replace(p, run=self._choose) if p.run is alignment else p for p in SEQUENCE)
        state, self._base = opening(self._setting)
        self.proposed = state.alignment
        self._see(state, Now(self._setting.without_edits(), self._base, 0))
        self.countries = tuple(behaviour.get(name, CountryAgent)(self, name) for name in world.axes["country"])
        self.poles = tuple(PoleAgent(self, name) for name in world.axes["pole"])
        self.datacollector = self.collector()
        self.datacollector.collect(self)

    @property
    def scenario(self) -> None:
        """Nothing: Mesa 3.5 keeps an experimental object of its own here and would hand it to a model made anew.

        The name of the scenario is `world.scenario`.
        """
        return

    @scenario.setter
    def scenario(self, other: object) -> None:
        """Let go what Mesa sets."""

    @property
    def members(self) -> tuple[Member, ...]:
        """All agents: countries, then poles."""
        return (*self.countries, *self.poles)

    @property
    def state(self) -> State:
        """Everything with memory in the quarter shown, arrays with one run."""
        return self._shown[0]

    @property
    def quarter(self) -> str:
        """The quarter shown, such as 2025Q1; before the first step, the one before it."""
        return format_quarter(self.world.start + self.steps - 1)

    def country(self, name: str) -> CountryAgent:
        """Agent of a country; KeyError when there is none."""
        return self.countries[self.world.axes["country"].at(name)]

    def pole(self, name: str) -> PoleAgent:
        """Agent of a pole; KeyError when there is none."""
        return self.poles[self.world.axes["pole"].at(name)]

    def measure(self, name: str) -> Array:
        """A registered measure of the quarter shown, (dims...); KeyError when there is no such measure."""
        state, now, measured = self._shown
        _ = _registered(name)
        if name not in measured:
            measured[name] = record(state, now, (name,))[name][..., 0]
        return measured[name]

    def collector(self) -> mesa.DataCollector:
        """What is collected at the start and after each step; override it to collect something else.

        Each agent's `kind` and `name`, and for countries `alignment_P` and `dependence_P` for each pole P.
        """
        poles, measures = self.world.axes["pole"], ("alignment", "dependence")
        cells = {f"{measure}_{pole}": [_cell, [measure, pole]] for measure in measures for pole in poles}
        who = {"kind": "kind", "name": "name"}
        return mesa.DataCollector(model_reporters={"quarter": "quarter"}, agent_reporters=who | cells)

    def step(self) -> None:
        """One quarter; RuntimeError after the last."""
        if self.steps > self.world.quarters:
            last = format_quarter(self.world.start + self.world.quarters - 1)
            msg = f"{self.world.scenario}: {last} is its last quarter; nothing is left to step"
            raise RuntimeError(msg)
        now = Now(self._setting, self._base, self.steps - 1)
        self._see(quarter(self.state, now, self._processes), now)
        self.running = self.steps < self.world.quarters
        self.datacollector.collect(self)

    def _see(self, state: State, now: Now) -> None:
        """Show another state, at once and whole: a page may be looking from another thread."""
        self._shown: tuple[State, Now, dict[str, Array]] = (state, now, {})

    def _choose(self, state: State, now: Now) -> State:
        """The process `alignment` with every country deciding for itself."""
        after = alignment(state, now)
        self._see(state, now)
        self.proposed = after.alignment
        chosen = self._chosen(after.alignment, now)
        decision = chosen - after.alignment
        return replace(after, alignment=chosen, moves=after.moves | {"decision": decision})

    def _chosen(self, proposed: Array, now: Now) -> Array:
        """Alignment (C, P, 1) that countries decide on; ValueError names a decision that makes no sense."""
        poles, chosen = now.world.axes["pole"], proposed.copy()
        for agent in self.countries:
            try:
                for pole, value in _decided(agent.decide(), poles, agent.name):
                    chosen[agent.position, poles.at(pole), 0] = value
            except Nonsense as reason:
                msg = f"{agent.name} in {format_quarter(now.quarter)}: decide() gave {reason}"
                raise ValueError(msg) from None
        return chosen


class Nonsense(Exception):  # noqa: N818 - what a decision turned out to be
    """A decision that cannot be followed."""


def _decided(said: object, poles: Axis, own: str) -> Iterator[tuple[str, float]]:
    """Poles with the values decided on, without the own cell; Nonsense says what is wrong."""
    allowed = f"allowed: -1 to 1 for {', '.join(poles)}"
    if not isinstance(said, Mapping):
        msg = f"{shortened(said)}, no mapping; {allowed}, such as {{{poles.labels[0]!r}: 0.2}}"
        raise Nonsense(msg)
    for pole, value in said.items():
        if pole == own:
            continue
        if pole not in poles or not (isinstance(value, Real) and abs(float(value)) <= 1.0):
            msg = f"{pole!r}: {shortened(value)}; {allowed}"
            raise Nonsense(msg)
        yield pole, float(value)


def _registered(name: str) -> Measure:
    """A measure by its name; KeyError that names the nearest when there is none."""
    if name not in MEASURES:
        raise KeyError(absent("measure", name, MEASURES))
    return MEASURES[name]


def _cell(agent: Member, measure: str, pole: str) -> float:
    """One cell of a country's measure; nan for a pole."""
    view: View | dict[str, float] = getattr(agent, measure) if agent.kind == CountryAgent.kind else {}
    return view.get(pole, np.nan)
