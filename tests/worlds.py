"""The shipped world made quiet, short or quarter by quarter, for laws about whole runs."""

from dataclasses import replace

import numpy as np

from model import parameters
from model.events import Edit
from model.now import Now
from model.setting import prepare
from model.simulation import opening
from model.step import advance, all_but
from runs import quality

EVERYTHING = "2027Q4"  # later than any fact in the tables
FEW = {"clearing.sweeps_withheld": 60.0}  # an opening in a quarter of the time, where no digit of a loss matters
QUIET = parameters.QUIET
lasting = quality.lasting


def opened(world, runs=1, parameters=None, seed=1):
    """Setting, state and base of a block; `runs` is how many, or their numbers."""
    numbers = np.arange(runs) if isinstance(runs, int) else np.asarray(runs)
    setting = prepare(world, numbers, seed, dict(parameters or {}))
    return setting, *opening(setting)


def quarters(setting, state, base, frozen=frozenset()):
    """Each quarter's state before, state after and view."""
    for index in range(setting.world.quarters):
        now = Now(setting, base, index)
        before, state = state, advance(state, now, all_but(frozen))
        yield before, state, now


def fields(record):
    """Arrays of a state by name, those of its parts included."""
    for name, value in vars(record).items():
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", part) for key, part in value.items())
        else:
            yield from ((f"{name}.{key}", part) for key, part in vars(value).items())


def agents(tables, *roles):
    """Countries that act, by role."""
    countries = tables["countries"]
    return countries.loc[countries["role"].isin(roles), "id"].tolist()


def stirred(world):
    """State and view of two runs late in an eventful stretch, in which no two quantities are alike.

    Links, prices and output have moved off their base; the cells of a pole
    toward itself are filled too, so that forgetting to mask them shows.
    """
    begin = world.start
    edits = (
        Edit("shut", "link.open", ("O001c",), "set", 0.0, (begin + 1, begin + 1), 8),
        Edit("pull", "market.volume", ("gas_snk_uzb",), "multiply", 1.1, (begin + 1, begin + 1)),
        Edit("slow", "link.days", ("F091",), "add", 2.0, (begin + 1, begin + 1)),
        Edit("crisis", "gdp.level", ("KAZ",), "multiply", 0.9, (begin + 2, begin + 2), 8),
        Edit("opened", "dyad.state", ("ARM-TUR",), "set", 0.0, (begin + 1, begin + 1)),
        Edit("words", "affinity.level", ("KGZ", "TUR"), "add", 0.3, (begin + 1, begin + 1)),
        Edit("rivals", "rivalry.level", ("RUS", "WEST"), "multiply", 0.5, (begin + 1, begin + 1)),
        Edit("war", "aggression.level", ("UZB", "RUS"), "set", 0.8, (begin + 1, begin + 1)),
        Edit("alarm", "threat.level", ("ARM", "TUR"), "add", 0.2, (begin + 1, begin + 1)),
        Edit("incident", "grievance.incident", ("KAZ", "RUS"), "set", 0.5, (begin + 3, begin + 3)),
        Edit("settled", "grievance.accounted", ("AZE", "RUS"), "set", 0.7, (begin + 3, begin + 3)),
    )
    between = {"transit.fee_share": (0.2, 0.4), "dependence.rent_kept": (0.1, 0.6), "routing.nest_ratio": (0.3, 0.6)}
    parameters = FEW | {name: np.array(ends) for name, ends in between.items()}
    *_, (_, state, now) = quarters(*opened(lasting(world, 4, *edits), 2, parameters))
    ratio, seen = now.base.correction(state, now)
    rng = np.random.default_rng(1)
    drawn = np.stack([rng.uniform(0.5, 2.0, ratio.shape), seen * rng.uniform(0.5, 2.0, seen.shape)])
    base = replace(now.base, correction=lambda _state, _now: drawn)
    return replace(state, **_scattered(state)), replace(now, base=base)


def _scattered(state):
    """Political and economic fields of a state drawn anew within their ranges."""
    rng = np.random.default_rng(0)
    unit = ("threat", "grievance", "security", "debt", "remittances")
    fields = {name: rng.uniform(0.05, 0.95, getattr(state, name).shape) for name in unit}
    small = {name: rng.uniform(0.01, 0.3, getattr(state, name).shape) for name in ("imports", "exports", "offers")}
    signed = {name: rng.uniform(-0.6, 0.6, getattr(state, name).shape) for name in ("alignment", "anchor")}
    history = state.surplus * rng.uniform(0.5, 1.5, state.surplus_history.shape)
    return {
        **fields,
        **small,
        **signed,
        "surplus_history": history,
        "coercion": rng.choice([0.0, 1.0, 2.0], state.coercion.shape, p=[0.8, 0.1, 0.1]),
        "busy": rng.integers(0, 9, state.busy.shape).astype(float),
        "settled": rng.choice([0.0, 1.0], state.settled.shape),
        "membership": rng.uniform(0.0, 1.0, state.membership.shape),
        "own": state.own | {"threat.level": rng.uniform(0.05, 0.95, state.threat.shape)},
    }
