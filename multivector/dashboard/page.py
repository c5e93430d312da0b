"""The page: `solara run` shows what is called `page` here."""

import os
from collections.abc import Callable

import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz

from analysis import style
from analysis.page import drawing, inline
from model.parameters import PARAMETERS
from multivector.dashboard import FIRST, charts
from multivector.dashboard.shown import ShownModel
from scenarios import library_names

SCENARIO = os.environ.get(FIRST, "baseline")
RUNS = 200
TUNABLE = ("alignment.half_life", "alignment.autonomy", "alignment.threat", "adaptation.trade_speed")

LOOK = """
.v-tabs { display: none }  /* Mesa numbers its pages; there is but one */
.panel { display: flex; flex-direction: column; height: 100% }
.panel .v-input { flex: none }
.panel .chart { flex: 1 1 0; min-height: 0 }
.panel .chart svg { width: 100%; height: 100% }
"""
"""A chart takes the room that its panel leaves: the panels of Mesa keep their height, and cut what is taller."""

pole = solara.reactive(style.title("RUS"))
country = solara.reactive(style.title("KAZ"))


def controls(scenario: str) -> dict[str, object]:
    """Controls that make a model anew: the scenario, the run, and some parameters over their ranges."""
    names = sorted({scenario, *library_names()})
    return {
        "scenario": {"type": "Select", "label": "Scenario (Reset applies it)", "value": scenario, "values": names},
        "run": {"type": "SliderInt", "label": "Run", "value": 0, "min": 0, "max": RUNS - 1, "step": 1},
    } | {name: _slider(name) for name in TUNABLE}


def _slider(name: str) -> dict[str, object]:
    row = PARAMETERS[name]
    words = f"{name.partition('.')[2].replace('_', ' ').capitalize()} ({row.unit})".replace(" (-)", "")
    step = (row.high - row.low) / 100
    return {"type": "SliderFloat", "label": words, "value": row.default, "min": row.low, "max": row.high, "step": step}


@solara.component
def Page() -> None:  # noqa: N802 - solara looks for this name
    """One run, stepped or played, with a map, two courses and the corridors."""
    model = solara.use_memo(lambda: ShownModel(scenario=SCENARIO), [])
    parts = [(each, 0) for each in (leaning, alignment, freight, dependence)]
    solara.Title("Multivector")
    solara.Style(LOOK)
    SolaraViz(model, components=parts, model_params=controls(SCENARIO), name="Multivector", play_interval=1)


def leaning(model: ShownModel) -> None:
    """The map, with the choice of a pole."""
    choices = {style.title(name): name for name in model.world.axes["pole"]}
    with solara.Column(gap="0px", classes=["panel"]):
        solara.Select("Pole", values=list(choices), value=pole)
        _show(f"Map of alignment with {pole.value}", charts.leaning_map, model, choices[pole.value])


def alignment(model: ShownModel) -> None:
    """Alignment of a country over time, with the choice of the country."""
    choices = _countries(model)
    with solara.Column(gap="0px", classes=["panel"]):
        solara.Select("Country", values=list(choices), value=country)
        _show(f"Alignment of {country.value}", charts.course, model, choices[country.value], "alignment")


def dependence(model: ShownModel) -> None:
    """Dependence of the same country over time."""
    with solara.Column(gap="0px", classes=["panel"]):
        _show(f"Dependence of {country.value}", charts.course, model, _countries(model)[country.value], "dependence")


def freight(model: ShownModel) -> None:
    """Freight by corridor."""
    with solara.Column(gap="0px", classes=["panel"]):
        _show("Freight by corridor", charts.corridors, model)


def _countries(model: ShownModel) -> dict[str, str]:
    return {style.title(name): name for name in model.world.axes["country"]}


def _show(description: str, chart: Callable[..., Figure], *facts: object) -> None:
    """A figure of some facts in the look of the report; its text stays text."""
    with style.look():
        solara.HTML("div", unsafe_innerHTML=inline(drawing(chart(*facts)), description), classes=["chart"])
