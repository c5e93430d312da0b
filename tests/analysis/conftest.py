"""A stored batch of three scenarios, made with a cheap stand-in for the model at real axes."""

from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import pytest

from model import draws
from model.axes import CHANNELS, Axis
from model.measures import MEASURES
from model.quarters import parse_quarter
from model.trajectory import Trajectory
from runs.launch import Options, draft, launch
from runs.sample import Range, grid, latin_hypercube
from runs.variants import Variant
from runs.worker import Engine

TIMES = ("2025Q1", "2025Q4", "2030Q4", "2035Q4")
RECORD = ("alignment", "dependence", "loss", "flow", "export_share", "corridor_flow")
RECORD += ("regional_hedging", "regional_autonomy")
TEXT = """scenario: {name}
title: {title}
question: Does it move?
events:
- {{id: start, at: {{uniform: [2026Q1, 2033Q4]}}, probability: 0.5, project: p, becomes: operating}}
expect:
- {{claim: up, measure: loss, where: {{country: KAZ, controller: RUS}}, by: 2035Q4, relation: rises, size: 0.5}}
- {{claim: luck, measure: loss, where: {{country: KAZ, controller: RUS}}, by: 2035Q4, relation: rises, size: 0.5,
   given: start}}
- {{claim: nowhere, measure: gdp, where: {{country: KAZ}}, by: 2035Q4, relation: rises, size: 1}}
"""


class World(SimpleNamespace):
    def digest(self):
        return sha256(repr((self.scenario, self.push, self.chance, self.share)).encode()).hexdigest()


YEARLY = tuple(f"{year}Q4" for year in range(2025, 2036))


def simulate(world, runs, seed, parameters, record, every):  # noqa: ARG001, PLR0913 - the model's signature
    """Uniform luck by run, the same in all worlds, plus a push that begins in 2030 and ends at a record, or never.

    The push comes in the runs in which an event `start` of the chance of the world does; where that `lasts` some
    quarters, the push is there while it does, from its drawn date, and values are those of every year.
    Parameters `p` and `q`, where given, are added: `p` whole, `q` a tenth of it; `r` makes the push stronger.
    """
    extra = parameters.get("p", 0.0) + 0.1 * parameters.get("q", 0.0)
    push = world.push * (1 + parameters.get("r", 0.0))
    luck_of_event = draws.uniforms(seed, "events", "start", runs, 2)
    hit = luck_of_event[0] < world.chance
    times = YEARLY if world.lasts else TIMES
    on = np.isin(np.arange(len(times)), range(2, world.until))[:, None]
    if world.lasts:
        begins = parse_quarter("2026Q1") + np.floor(32 * luck_of_event[1])
        quarters = np.array([[parse_quarter(time)] for time in times])
        on = (begins <= quarters) & (quarters < begins + world.lasts)
    measures = {}
    for name in record:
        shape = (len(times), *(len(world.axes[d]) for d in MEASURES[name].dimensions))
        luck = np.stack([np.random.default_rng([seed, int(run)]).random(shape) for run in runs], axis=-1)
        pushed = on.reshape(len(times), *[1] * (len(shape) - 1), -1)
        measures[name] = 0.5 * luck + push * pushed * hit * (runs % 5 < 5 * world.share) + extra
    return Trajectory(times, world.axes, runs, measures)


@pytest.fixture(scope="session")
def axes(tables):
    links = tables["links"]
    labels = {
        "country": ("ARM", "AZE", "GEO", "IRN", "KAZ", "TKM", "TUR", "UZB"),
        "pole": ("RUS", "CHN", "TUR", "WEST"),
        "controller": ("RUS", "CHN", "TUR", "WEST", "AZE", "KAZ"),
        "region": ("central_asia", "south_caucasus"),
        "commodity": ("oil", "gas"),
        "channel": CHANNELS,
        "corridor": ("middle", "northern", "lars"),
        "link": tuple(links["id"]),
    }
    return {name: Axis(name, values) for name, values in labels.items()}


PUSHES = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 1.0), "still": ("Stillness", 0.0)}


def made(  # noqa: PLR0913
    axes,
    folder,
    record,
    until=4,
    *,
    pushes=PUSHES,
    name="trial",
    seed=1,
    runs=40,
    sample=None,
    chance=1.0,
    share=1.0,
    lasts=0,
):
    """A batch of the three scenarios with 40 runs of each; the push ends at record `until`, and spares some runs."""
    variants = [
        Variant(
            scenario,
            World(scenario=scenario, push=push, until=until, axes=axes, chance=chance, share=share, lasts=lasts),
            _text(scenario, title, calm=(chance < 1 or lasts > 0) and not push, lasts=lasts),
        )
        for scenario, (title, push) in pushes.items()
    ]
    options = Options(workers=1, record=record, out=folder, name=name)
    drafted = draft(variants, runs, seed, sample, options)
    return launch(variants, drafted, options, Engine(simulate, ZeroDivisionError))


def _text(name, title, *, calm, lasts=0):
    """The file of a scenario, without its event when `calm`; the event comes for sure where it `lasts`."""
    text = TEXT.format(name=name, title=title)
    if lasts:
        text = text.replace("probability: 0.5", f"for: {lasts} quarters")
    return "\n".join(line for line in text.splitlines() if not (calm and line.startswith(("events", "- {id")))).replace(
        "   given: start", "   note: calm" if calm else "   given: start"
    )


@pytest.fixture(scope="session")
def chancy(tmp_path_factory, axes):
    """A batch whose push comes in the runs in which the event of its scenarios does, about half."""
    return made(axes, tmp_path_factory.mktemp("chancy"), LEAN, name="chancy", chance=0.5)


@pytest.fixture(scope="session")
def dated(tmp_path_factory, axes):
    """A batch whose push comes for half a year at a date that each run draws."""
    pushes = {"baseline": PUSHES["baseline"], "pushed": PUSHES["pushed"]}
    return made(axes, tmp_path_factory.mktemp("dated"), LEAN, pushes=pushes, name="dated", lasts=2)


@pytest.fixture(scope="session")
def batch(tmp_path_factory, axes):
    return made(axes, tmp_path_factory.mktemp("results"), RECORD)


@pytest.fixture(scope="session")
def chance(tmp_path_factory, axes):
    """A batch whose push comes in two runs of five."""
    pushes = {name: PUSHES[name] for name in ("baseline", "pushed")}
    return made(axes, tmp_path_factory.mktemp("chance"), RECORD, pushes=pushes, share=0.4)


@pytest.fixture(scope="session")
def wordy(tmp_path_factory, axes):
    """A batch of two scenarios with titles of more than 60 letters."""
    title = "Railways on the soil of an obliging neighbour may shut for a year"
    pushes = {"baseline": ("Base", 0.0), "pushed": (title, 1.0), "more": (f"{title}, twice", 2.0)}
    return made(axes, tmp_path_factory.mktemp("wordy"), RECORD, pushes=pushes, runs=10)


@pytest.fixture(scope="session")
def lean_batch(tmp_path_factory, axes):
    """A batch that recorded alignment alone, whose push is over at the end."""
    return made(axes, tmp_path_factory.mktemp("lean"), ("alignment",), until=3)


@pytest.fixture(scope="session")
def passing_batch(tmp_path_factory, axes):
    """A batch with flows whose push is over at the end."""
    return made(axes, tmp_path_factory.mktemp("passing"), ("alignment", "loss", "flow", "corridor_flow"), until=3)


LEAN = ("alignment", "loss")


@pytest.fixture
def make(axes, tmp_path):
    """Makes a batch like `before` in a folder of its own."""

    def maker(name, folder="", record=LEAN, **more):
        return made(axes, tmp_path / folder, record, name=name, **more)

    return maker


@pytest.fixture(scope="session")
def before(tmp_path_factory, axes):
    """A batch to compare others with."""
    return made(axes, tmp_path_factory.mktemp("before"), LEAN, name="before")


@pytest.fixture(scope="session")
def after(tmp_path_factory, axes):
    """The same after a change: another parameter, no `still`, a stronger push."""
    pushes = {"baseline": ("Base", 0.0), "pushed": ("A push & a shove", 1.5)}
    sample = grid((), {"p": 0.25})
    return made(axes, tmp_path_factory.mktemp("after"), LEAN, pushes=pushes, name="after", sample=sample)


@pytest.fixture(scope="session")
def lucky(tmp_path_factory, axes):
    """The same with other luck and fewer runs."""
    return made(axes, tmp_path_factory.mktemp("lucky"), LEAN, name="lucky", seed=2, runs=30)


@pytest.fixture(scope="session")
def varied(tmp_path_factory, axes):
    """A batch over a grid of two parameters."""
    sample = grid((Range("p", 0.0, 1.0, 3), Range("q", 0.0, 1.0, 2)), {})
    return made(axes, tmp_path_factory.mktemp("varied"), LEAN, name="varied", runs=8, sample=sample)


@pytest.fixture(scope="session")
def spread(tmp_path_factory, axes):
    """A batch in which each run has a value of its own."""
    sample = latin_hypercube((Range("p", 0.0, 1.0),), {}, runs=40, seed=1)
    return made(axes, tmp_path_factory.mktemp("spread"), LEAN, name="spread", sample=sample)
