"""Setting: everything a step reads besides the state: world, parameters, schedule, luck."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model import draws
from model.arrays import Array, Indices, only
from model.events import PARAMETER, Edit, Schedule, edited, schedule
from model.parameters import PARAMETERS, SOLVER
from model.world import World

Value = Array | float
MOST_LEADERS = 16  # whose leanings are drawn: more than one country sees within a horizon


@dataclass(frozen=True)
class Luck:
    """Draws of the whole horizon, run axis last: standard normals, but uniforms where said.

    `alignment`, `threat` (T, C, P, R); `gdp` (T, N, R); `price` (T, 3, R); uniforms `contracts` (T, contracts, R),
    `postures` (T, P, R); `dyads` (T, Y, R); `coercion` (T, C, P, R). Uniform `leaders`
    (T, C, R), normal `leanings` of the first leaders (leaders, C, P, R).
    Uniforms of each year: `memberships` of states in what is open to them (years, N, R), `decisions` on projects
    (years, J, R). `building` time of projects, normal (J, R).
    """

    alignment: Array
    threat: Array
    gdp: Array
    price: Array
    contracts: Array
    postures: Array
    coercion: Array
    leaders: Array
    leanings: Array
    dyads: Array
    memberships: Array
    decisions: Array
    building: Array


@dataclass(frozen=True)
class Setting:
    """What holds for one block of runs."""

    world: World
    parameters: dict[str, Value]
    plan: Schedule
    luck: Luck
    runs: npt.NDArray[np.int64]

    def only(self, runs: Indices) -> "Setting":
        """The same setting for some of its runs, given by position."""
        whole = len(self.runs)
        parameters = {k: v[runs] if isinstance(v, np.ndarray) else v for k, v in self.parameters.items()}
        plan = Schedule(self.plan.edits, self.plan.begins[:, runs], self.plan.ends[:, runs])
        return Setting(self.world, parameters, plan, only(self.luck, runs, whole), self.runs[runs])

    def without_edits(self) -> "Setting":
        """The same setting before any scenario event."""
        return replace(self, plan=schedule((), 0, self.runs))

    def without(self, groups: tuple[str, ...]) -> "Setting":
        """The same setting with no parameter whose name begins with one of `groups`."""
        return replace(self, parameters={k: v for k, v in self.parameters.items() if not k.startswith(groups)})

    def value(self, name: str, quarter: int | None = None) -> Value:
        """A parameter, a float or (R,), with the edits in force at `quarter` (ordinal)."""
        value = self.parameters[name]
        if quarter is None:
            return value
        for edit, now, reached in self.plan.active(PARAMETER + name, quarter):
            current = np.broadcast_to(np.asarray(value, dtype=np.float64), now.shape)
            value = np.where(now, edited(edit, current, reached), current)
        return value


def prepare(world: World, runs: npt.NDArray[np.int64], seed: int, parameters: dict[str, Value]) -> Setting:
    """Resolve parameters (registry, then scenario, then run) and draw all luck.

    Raises ValueError for a setting of the solver that differs between runs or quarters.
    """
    resolved: dict[str, Value] = {name: row.default for name, row in PARAMETERS.items()}
    resolved.update(world.parameters)
    resolved.update(parameters)
    _check_solver(resolved, world.edits)
    return Setting(world, resolved, schedule(world.edits, seed, runs), _luck(world, runs, seed), runs)


def _check_solver(parameters: dict[str, Value], edits: tuple[Edit, ...]) -> None:
    """ValueError unless every run and quarter is solved alike; else a result would depend on its block."""
    edited = {edit.target for edit in edits}
    for name in SOLVER:
        if np.ptp(parameters[name]) > 0.0 or PARAMETER + name in edited:
            msg = f"{name}: a setting of the solver cannot vary between runs or quarters; give one number"
            raise ValueError(msg)


def _luck(world: World, runs: npt.NDArray[np.int64], seed: int) -> Luck:
    countries, poles = world.axes["country"], world.axes["pole"]
    pairs = [f"{country}|{pole}" for country in countries for pole in poles]

    def drawn(draw: Callable[..., Array], process: str, entities: Iterable[str], times: int = world.quarters) -> Array:
        return np.stack([draw(seed, process, entity, runs, times) for entity in entities], axis=1)

    shape = (world.quarters, len(countries), len(poles), len(runs))
    years, members = -(-world.quarters // 4), world.memberships
    places = zip(members.country, members.institution, strict=True)
    joins = [f"{countries.labels[c]}|{world.axes['institution'].labels[m]}" for c, m in places]
    work = np.stack([draws.normals(seed, "works", j, runs, 1)[0] for j in world.axes["project"]])
    return Luck(
        alignment=drawn(draws.normals, "alignment", pairs).reshape(shape),
        threat=drawn(draws.normals, "threat", pairs).reshape(shape),
        gdp=drawn(draws.normals, "gdp", world.axes["economy"]),
        price=drawn(draws.normals, "price", world.axes["world_price"]),
        contracts=drawn(draws.uniforms, "contracts", world.axes["contract"]),
        postures=drawn(draws.uniforms, "postures", poles),
        coercion=drawn(draws.uniforms, "coercion", pairs).reshape(shape),
        leaders=drawn(draws.uniforms, "leaders", countries),
        leanings=drawn(draws.normals, "leanings", pairs, MOST_LEADERS).reshape(MOST_LEADERS, *shape[1:]),
        dyads=drawn(draws.uniforms, "dyads", world.axes["dyad"]),
        memberships=drawn(draws.uniforms, "memberships", joins, years),
        decisions=np.stack([draws.uniforms(seed, "projects", j, runs, years) for j in world.axes["project"]], axis=1),
        building=work,
    )
