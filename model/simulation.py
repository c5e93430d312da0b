"""Simulation: calibrate the base quarter, then step a block of runs through the horizon."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from model import exchange, freight, newton
from model.alignment import rest_residual
from model.arrays import Array
from model.axes import CHANNELS, TERMS
from model.calibration import exchange_base, freight_base
from model.clearing import delivered_cost, exchange_conditions, freight_conditions
from model.dependence import dependence, other_surplus, seller_surplus
from model.events import Edit
from model.links import dyad_openness, links
from model.markets import markets
from model.now import Base, Now
from model.openings import LONG_AGO
from model.quarters import format_quarter
from model.recording import record
from model.regimes import MOST_SETS, Solve, correction_under, held
from model.setting import Setting, Value, prepare
from model.state import State
from model.statecraft import Opening, opened
from model.step import SEQUENCE, Process, advance, all_but, pull, shape
from model.trajectory import Trajectory
from model.withholding import correction
from model.world import World

FREIGHT_CHECK_SWEEPS = 20
LAST_OF_YEAR = 3
# What flows, prices and losses of the base quarter do not know; reading one of them there is a KeyError.
LATER = ("alignment.", "threat.", "grievance.", "adaptation.", "statecraft.")


class Diverged(Exception):  # noqa: N818 - what happened to the run; callers expect it, it is no fault
    """A run left the domain of the model: the process in which, and the reason, which is the message."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(stage, reason)
        self.stage = stage
        self.reason = reason

    def __str__(self) -> str:
        """The reason."""
        return self.reason


def simulate(  # noqa: PLR0913 - a block of runs is a world, run numbers, a seed and four options
    world: World,
    runs: npt.NDArray[np.int64],
    seed: int,
    parameters: Mapping[str, Value] | None = None,
    record_measures: tuple[str, ...] | None = None,
    every: str = "annual",
    frozen: frozenset[str] = frozenset(),
) -> Trajectory:
    """Trajectory of a block of runs; `parameters` are floats or (R,) arrays by name.

    Raises Diverged when a state stops being finite.
    """
    setting = prepare(world, np.asarray(runs, dtype=np.int64), seed, dict(parameters or {}))
    state, base = opening(setting)
    times = [index for index in range(world.quarters) if _recorded(Now(setting, base, index), every)]
    kept: dict[str, Array] = {}
    processes = all_but(frozen)
    for index in range(world.quarters):
        now = Now(setting, base, index)
        state = quarter(state, now, processes)
        if index in times:
            _keep(kept, record(state, now, record_measures), times.index(index), len(times))
    quarters = tuple(format_quarter(world.start + index) for index in times)
    return Trajectory(quarters, world.axes, setting.runs, kept)


def _keep(kept: dict[str, Array], values: Mapping[str, Array], place: int, times: int) -> None:
    """Put the measures of a quarter into their places, (times, ..., R); room is taken once, for all times."""
    for name, value in values.items():
        if name not in kept:
            kept[name] = np.empty((times, *value.shape))
        kept[name][place] = value


def quarter(state: State, now: Now, processes: tuple[Process, ...] = SEQUENCE) -> State:
    """The state a quarter later; Diverged when it stopped being finite."""
    state = advance(state, now, processes)
    _check(state, now)
    return state


def _check(state: State, now: Now) -> None:
    """Raise Diverged when what later quarters build on is not finite, for the first process that is to blame."""
    flows = (state.freight.flow, state.exchange.flow)
    results = {
        "markets": {"gdp": state.gdp, "world price": state.world_price},
        "clearing": dict(zip(("freight flow", "oil and gas flow"), flows, strict=True)),
        "dependence": {"loss": state.loss},
        "alignment": {"alignment": state.alignment},
    }
    for stage, parts in results.items():
        for name, values in parts.items():
            if not np.isfinite(values).all():
                raise Diverged(stage, f"{name} is not finite in {format_quarter(now.quarter)}")


def _recorded(now: Now, every: str) -> bool:
    """Every quarter, or the first quarter, each year's last and the last of all."""
    ends = (0, now.world.quarters - 1)
    return every == "quarterly" or now.index in ends or now.quarter % 4 == LAST_OF_YEAR


@dataclass(frozen=True)
class _Start:
    """What an opening depends on: equal digests and parameters give the same one."""

    digest: str
    parameters: tuple[tuple[str, float], ...]
    setting: Setting = field(compare=False)


def opening(setting: Setting) -> tuple[State, Base]:
    """State and base quarter of a block: base flows exact, alignment at rest."""
    quiet, world = setting.without_edits(), setting.world
    state, base, solve = _settled(quiet.without(LATER))
    base = replace(base, correction=partial(held, solve))
    now = Now(quiet, replace(base, statecraft=opened(state, Now(quiet, base, 0))), 0)
    residual = rest_residual(state.alignment, pull(state, now), shape(now), world.politics.active)
    return state, replace(now.base, residual=residual)


def _settled(setting: Setting) -> tuple[State, Base, Solve]:
    """Opening but for the residual of the alignment law, and what finds the correction under some edits.

    Runs, blocks and scenarios on the same facts share one, unless a
    parameter differs between runs.
    """
    if any(np.ptp(value) > 0.0 for value in setting.parameters.values()):
        state, base = _opened(setting)
        return state, base, cache(partial(correction_under, setting, state, base))
    world, links = setting.world, setting.world.links
    start_only = replace(links, capacity=links.capacity[:1])  # an opening sees no later quarter
    facts = replace(world, scenario="", edits=(), parameters={}, quarters=1, links=start_only)
    numbers = {name: float(np.ravel(value)[0]) for name, value in setting.parameters.items()}
    first = replace(setting.only(np.zeros(1, dtype=np.intp)), parameters={**numbers})
    start = _Start(facts.digest(), tuple(sorted(numbers.items())), first)
    state, base = _shared(start)
    return _widened(state, len(setting.runs)), base, partial(_shared_correction, start)


@lru_cache(maxsize=8)
def _shared(start: _Start) -> tuple[State, Base]:
    return _opened(start.setting)


@lru_cache(maxsize=4 * MOST_SETS)
def _shared_correction(start: _Start, edits: tuple[Edit, ...]) -> Array:
    return correction_under(start.setting, *_shared(start), edits)


def _opened(setting: Setting) -> tuple[State, Base]:
    """Opening of a block whose runs may differ in their parameters."""
    state, base = _solved(setting)
    now = Now(setting, base, 0)
    found = correction(state, now)
    base = replace(base, delivered=delivered_cost(state, now), correction=partial(held, lambda _: found))
    state = dependence(state, Now(setting, base, 0))
    history = np.repeat(state.surplus[None], 4, axis=0)
    state = replace(state, surplus_history=history, gain=np.zeros_like(state.gain))
    return state, replace(base, sellers=seller_surplus(state, now), others=other_surplus(state, now))


def _widened(state: State, runs: int) -> State:
    """A one-run state repeated for all runs."""
    picked: dict[str, Any] = {}
    for name, values in vars(state).items():
        if isinstance(values, np.ndarray):
            picked[name] = np.repeat(values, runs, axis=-1)
        elif isinstance(values, dict):
            picked[name] = {key: np.repeat(part, runs, axis=-1) for key, part in values.items()}
        else:
            wide = {key: np.repeat(part, runs, axis=-1) for key, part in vars(values).items()}
            picked[name] = replace(values, **wide)
    return State(**picked)


def _solved(setting: Setting) -> tuple[State, Base]:
    """State with links and clearing of the base quarter, loss fields still empty."""
    world = setting.world
    plain = np.ones((1, len(world.axes["country"]), len(world.axes["controller"]), 1))
    zero = np.zeros((1, 1, 1))
    empty = Base(
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        *(zero, zero, zero[0], zero[0], Opening(zero, zero[0], zero[0]), partial(held, lambda _: plain)),
    )
    state = links(blank(setting), Now(setting, empty, 0))
    share = dyad_openness(state, Now(setting, empty, 0))
    one, two = freight_base(setting, state, share), exchange_base(setting, state, share)
    now = Now(setting, replace(empty, freight=one, exchange=two), 0)
    state = markets(state, now)
    routes = world.freight.routes
    start = freight.solve(routes, freight_conditions(state, now), one.load, one.price, FREIGHT_CHECK_SWEEPS)
    ends = (state.source_price, state.sink_price)
    quiet = exchange.Outcome(two.price, two.price, two.price, *ends, *ends, source_rent=0.0 * state.source_price)
    given = exchange_conditions(state, now)
    solved = newton.solve(world.exchange.pairs, given, quiet, least=newton.SETTLED)
    return replace(state, freight=start, exchange=solved), now.base


def blank(setting: Setting) -> State:
    """The start before anything is solved."""
    state = State(**_memory(setting), **_results(setting))
    own = {
        "project.stage": state.project,
        "dyad.state": state.dyad,
        "membership.state": state.membership,
        "posture.state": state.posture,
        "coercion.level": state.coercion,
        "threat.level": state.threat,
        "price.level": state.world_price,
        "contract.volume": state.contract,
    }
    return replace(state, own=own)


def _memory(setting: Setting) -> dict[str, Any]:
    """What the world says at the start, for every run; clocks at rest, nothing adapted or corrected yet."""
    runs, facts = len(setting.runs), _leanings(setting.world) | _things(setting.world)
    return {name: np.repeat(values[..., None], runs, axis=-1) for name, values in facts.items()}


def _leanings(world: World) -> dict[str, Array]:
    """Memory of countries and poles, and between them."""
    politics, economy = world.politics, world.economy
    countries, poles = politics.alignment.shape
    cells = ("settled", "coercion", "coerced", "complied", "backlash", "soft_power")
    return {
        **{name: np.zeros((countries, poles)) for name in cells},
        **{name: getattr(politics, name) for name in ("alignment", "anchor", "threat", "grievance", "offers")},
        **{name: getattr(politics, name) for name in ("membership", "posture", "credibility")},
        **{name: getattr(economy, name) for name in ("imports", "exports", "remittances", "debt", "security", "arms")},
        "membership_lagged": politics.membership,
        "leader": np.zeros(countries),
        "tenure": np.full(countries, LONG_AGO),
        "fame": np.zeros(poles),
        "added": np.zeros((countries, poles, len(TERMS))),
        "surplus_history": np.zeros((4, countries, poles)),
        "alignment_history": np.repeat(politics.alignment[None], 4, axis=0),
        "reallocation": np.ones((2, countries)),
    }


def _things(world: World) -> dict[str, Array]:
    """Memory of contracts, product, prices, pairs of states, projects and links."""
    projects = len(world.projects.stage)
    return {
        "contract": world.contracts.at_start,
        "contract_end": world.contracts.expires,
        "output": world.economy.gdp,
        "gdp": world.economy.gdp,
        "world_price": np.ones(len(world.axes["world_price"])),
        "dyad": world.dyad_state,
        "dyad_clock": np.full(len(world.dyad_state), LONG_AGO),
        "dyad_war": world.dyads.war,
        "project": world.projects.stage,
        "project_clock": np.full(projects, LONG_AGO),
        "worked": world.projects.worked,
        "agreed": np.ones(projects),
        "paused": np.zeros(projects),
        "expansion": np.ones(len(world.links.cost)),
        "busy": np.zeros(len(world.links.cost)),
    }


def _results(setting: Setting) -> dict[str, Any]:
    """Places of what each quarter computes, empty."""
    world, runs = setting.world, len(setting.runs)
    countries, poles = world.politics.alignment.shape
    cell, country = np.zeros((countries, poles, runs)), np.zeros((countries, runs))
    link, end = np.zeros((len(world.links.cost), runs)), np.zeros((0, runs))
    return {
        "capacity": link,
        "cost": link,
        "days": link,
        "structural": np.zeros(runs, dtype=bool),
        "rerouted": np.zeros(runs, dtype=bool),
        "potential": np.zeros((len(world.freight.volume), runs)),
        "source_quantity": end,
        "sink_quantity": end,
        "source_price": end,
        "sink_price": end,
        "freight": freight.Outcome(*[end] * 6),
        "exchange": exchange.Outcome(*[end] * 8),
        "loss": cell,
        "loss_channel": np.zeros((countries, poles, len(CHANNELS), runs)),
        "visibility": cell,
        "rent": country,
        "surplus": cell,
        "gain": country,
        "moves": {},
        "own": {},
    }
