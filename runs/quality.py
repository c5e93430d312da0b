"""Quality of behaviour: whether what the model does by itself is sane, by figures that anybody can make again.

Alignments near a bound at the end, the part of the alignment law that nothing
known explains, events against the record, where displaced alignments come to
rest, and what a passing risk leaves behind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from model.alignment import drive
from model.arrays import Array
from model.events import Edit
from model.now import Now
from model.parameters import QUIET
from model.quarters import PER_YEAR, parse_quarter
from model.setting import prepare
from model.simulation import opening, quarter, simulate
from model.state import State
from model.step import pull, shape
from model.world import World
from runs.base import base_state
from scenarios.compiling.dyads import counted
from scenarios.compiling.leaders import FIRST
from scenarios.compiling.memberships import counted as counted_steps
from scenarios.compiling.memberships import opened, spells
from scenarios.states import STATE_VALUES
from scenarios.tables import Tables

BLOCK = 100
GROWTH = "adaptation.widening"
RESTORING = ("curvature", "anchor")
NEAR = 0.02
"""An alignment this near to −1 or 1 is at its bound."""
DECADE = 10 * PER_YEAR
PAIRS_FROM = "2005Q1"
"""Quarter from which on changes between states of pairs are counted: the record is full by then."""
CHANGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "quarrels": (("open", "tense"),),
    "reconciliations": (("tense", "open"),),
    "borders shut": (("open", "closed"), ("tense", "closed")),
    "borders opened": (("closed", "open"), ("closed", "tense")),
    "wars": (("open", "hot"), ("tense", "hot"), ("closed", "hot")),
    "ends of wars": (("hot", "open"), ("hot", "closed"), ("hot", "tense")),
}
"""Changes between states of pairs, by what they are called."""


@dataclass(frozen=True)
class Watched:
    """What is seen of runs to the end of a world: alignments there (C, P, R), and how often things changed.

    `turns` of poles (P, R), `leaders` of countries (C, R), `pairs` from a state (axis 0) to another (S, S, R), steps
    `up` and `down` in institutions (M, R).
    """

    alignment: Array
    turns: Array
    leaders: Array
    pairs: Array
    up: Array
    down: Array


def watched(world: World, runs: int, seed: int = 1) -> Watched:
    """Runs of a world to its end, block by block."""
    blocks = [np.arange(first, min(first + BLOCK, runs), dtype=np.int64) for first in range(0, runs, BLOCK)]
    parts = [_watched(world, block, seed) for block in blocks]
    return Watched(*(np.concatenate([vars(part)[name] for part in parts], axis=-1) for name in vars(parts[0])))


def _watched(world: World, runs: npt.NDArray[np.int64], seed: int) -> Watched:
    start, *rest = _path(world, runs, seed)
    states = len(STATE_VALUES["dyad"])
    turns, pairs = np.zeros_like(start.posture), np.zeros((states, states, len(runs)))
    up, down = np.zeros((2, *start.membership.shape[1:]))
    before = start
    for state in rest:
        turns += state.posture != before.posture
        up += (state.membership > before.membership).sum(axis=0)
        down += (state.membership < before.membership).sum(axis=0)
        for old in range(states):
            for new in range(states):
                pairs[old, new] += ((before.dyad == old) & (state.dyad == new)).sum(axis=0)
        before = state
    return Watched(before.alignment, turns, before.leader - start.leader, pairs, up, down)


def _path(world: World, runs: npt.NDArray[np.int64], seed: int) -> Iterator[State]:
    """The opening and the state of each quarter after it."""
    setting = prepare(world, runs, seed, {})
    state, base = opening(setting)
    yield state
    for index in range(world.quarters):
        state = quarter(state, Now(setting, base, index))
        yield state


def near_bounds(world: World, alignment: Array) -> pd.DataFrame:
    """Share of the runs in which each alignment ends at a bound, and its mean: `country`, `pole`, `near`, `mean`."""
    near = (np.abs(alignment) > 1.0 - NEAR).mean(axis=-1)
    return _cells(world, near=near, mean=alignment.mean(axis=-1))


def residual_shares(world: World) -> pd.DataFrame:
    """The residual of each alignment's law in the base quarter: its `share` of what pushes, in [0, 1].

    The residual is what must be added for the base to be at rest: what the named terms do not explain. What pulls back
    (curvature and anchor) is no push, and is left out: with it no share could be above one half.
    """
    state, now = base_state(world)
    terms = drive(state.alignment, pull(state, now), shape(now), world.politics.active)
    pushes = [np.abs(term[:, :, 0]) for name, term in terms.items() if name not in RESTORING]
    size = np.maximum(sum(pushes, np.zeros_like(pushes[0])), np.finfo(float).tiny)
    return _cells(world, share=np.abs(terms["residual"][:, :, 0]) / size)


def _cells(world: World, **columns: Array) -> pd.DataFrame:
    """A row for each country and pole other than itself."""
    countries, poles = (world.axes[name].labels for name in ("country", "pole"))
    front = {"country": np.repeat(countries, len(poles)), "pole": np.tile(poles, len(countries))}
    table = pd.DataFrame(front | {name: values.ravel() for name, values in columns.items()})
    return table[table["country"] != table["pole"]].reset_index(drop=True)


def event_rates(world: World, tables: Tables, seen: Watched) -> pd.DataFrame:
    """Events a decade, simulated and on record: `process`, `kind`, and of each the mean with 95 % about it.

    `recorded` with the interval of a Poisson count, `simulated` with what 95 % of the runs have.
    """
    kinds = (_turns, _changes, _steps, _leaders)
    found = [row for kind in kinds for row in kind(world, tables, seen)]
    both = [f"{who}{end}" for who in ("recorded", "simulated") for end in ("", "_low", "_high")]
    return pd.DataFrame(found, columns=["process", "kind", *both])


def _row(process: str, kind: str, recorded: tuple[float, float], simulated: tuple[Array, float]) -> tuple[object, ...]:
    """A row of rates from counts, each beside its number of quarters."""
    (count, past), (counts, ahead) = recorded, simulated
    low = chi2.ppf(0.025, 2.0 * count) / 2.0 if count else 0.0
    ends = np.array([count, low, chi2.ppf(0.975, 2.0 * count + 2.0) / 2.0]) * DECADE / past
    spread = np.array([counts.mean(), *np.quantile(counts, [0.025, 0.975])]) * DECADE / ahead
    return (process, kind, *ends.tolist(), *spread.tolist())


def _turns(world: World, tables: Tables, seen: Watched) -> Iterator[tuple[object, ...]]:
    """Turns of each pole from one posture to another, since its first on record."""
    for number, pole in enumerate(world.axes["pole"]):
        own = tables["posture_dates"].query("pole == @pole")
        past = world.start - own["since"].map(parse_quarter).min()
        yield _row("postures", pole, (len(own) - 1.0, past), (seen.turns[number], world.quarters))


def _changes(world: World, tables: Tables, seen: Watched) -> Iterator[tuple[object, ...]]:
    """Changes of all pairs of states, by kind."""
    record, first, code = tables.history("dyads"), parse_quarter(PAIRS_FROM), STATE_VALUES["dyad"]
    early = record[record["since"].map(parse_quarter) < first]
    whole, before = (counted(part, world.axes["dyad"], world.start)[0] for part in (record, early))
    for kind, changes in CHANGES.items():
        places = [(int(code[old]), int(code[new])) for old, new in changes]
        count = sum(float((whole - before)[new, :, old].sum()) for old, new in places)
        counts = sum((seen.pairs[old, new] for old, new in places), np.zeros(seen.pairs.shape[-1]))
        yield _row("pairs of states", kind, (count, world.start - first), (counts, world.quarters))


def _steps(world: World, tables: Tables, seen: Watched) -> Iterator[tuple[object, ...]]:
    """Steps of states up and down in institutions, by the field of these."""
    institutions, first = tables["institutions"].set_index("id"), parse_quarter(PAIRS_FROM)
    cells = opened(institutions, tables["memberships"], world.axes["country"])
    changes = counted_steps(spells(tables["memberships"], cells), first, world.start)[0]
    rises = np.arange(len(changes))[:, None] > np.arange(len(changes))
    for field in dict.fromkeys(institutions["field"]):
        mine = np.array([institutions["field"][name] == field for _, name in cells])
        listed = np.array([institutions["field"][name] == field for name in world.axes["institution"]])
        for word, counts, way in (("joining", seen.up, rises), ("leaving", seen.down, rises.T)):
            count = float((changes[:, mine].sum(axis=1) * way).sum())
            past, ahead = (count, world.start - first), (counts[listed].sum(axis=0), world.quarters)
            yield _row("memberships", f"{word}, {field}", past, ahead)


def _leaders(world: World, tables: Tables, seen: Watched) -> Iterator[tuple[object, ...]]:
    """New leaders of all countries together."""
    count = float(len(tables["leader_changes"]))
    yield _row(
        "leaders", "all states", (count, world.start - parse_quarter(FIRST)), (seen.leaders.sum(axis=0), world.quarters)
    )


def lasting(world: World, quarters: int, *edits: Edit) -> World:
    """The world over some quarters with some edits, every link keeping the capacity of the first quarter."""
    capacity = np.repeat(world.links.capacity[:1], quarters, axis=0)
    return replace(world, quarters=quarters, edits=edits, links=replace(world.links, capacity=capacity))


def distances(world: World, starts: int, seed: int = 1) -> Array:
    """How far alignments lie from those of the base, (T + 1, cell, start), when each begins anywhere.

    Starts are drawn between the bounds, all cells of a run at once; nothing else moves by itself.
    """
    setting = prepare(world, np.arange(starts, dtype=np.int64), seed, dict(QUIET))
    state, base = opening(setting)
    active = world.politics.active.astype(bool)
    rest = state.alignment
    drawn = np.random.default_rng(seed).uniform(-1.0, 1.0, rest.shape)
    state = replace(state, alignment=np.where(active[:, :, None], drawn, rest))
    found = [np.abs(state.alignment - rest)[active]]
    for index in range(world.quarters):
        state = quarter(state, Now(setting, base, index))
        found.append(np.abs(state.alignment - rest)[active])
    return np.stack(found)


def loop(world: World, corridor: str) -> pd.DataFrame:
    """Freight of a corridor under the edits of a world and without, quarter by quarter: `time`, `under`, `without`.

    Capacity grows where it is short, as the model has it; nothing else moves by itself.
    """
    parameters = {name: value for name, value in QUIET.items() if name != GROWTH}
    found = {}
    for name, edits in (("under", world.edits), ("without", ())):
        quiet = lasting(world, world.quarters, *edits)
        path = simulate(quiet, np.zeros(1, dtype=np.int64), 1, parameters, ("corridor_flow",), "quarterly")
        found[name] = path.measures["corridor_flow"][:, world.axes["corridor"].at(corridor), 0]
    return pd.DataFrame({"time": path.times} | found)
