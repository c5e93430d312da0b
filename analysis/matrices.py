"""Matrices: who depends on whom, and what scenarios change between countries and poles, as printed numbers."""

from dataclasses import replace
from functools import partial

import pandas as pd

from analysis import style, tables, words
from analysis.charts.heat import heat
from analysis.charts.panels import Head, Margins, panels
from analysis.figures import Exhibit, Gallery
from analysis.keeping import kept
from analysis.selection import Selection

COLOUR_CEILING = 20.0
"""Dependence in % of GDP at which the darkest colour is reached."""
WORTH_A_MATRIX = {"loss": 0.1, "alignment": 0.01}
"""The least effect, in the unit of the measure, for which a scenario has a matrix."""
_TOWARD = {"loss": "dependence on the poles", "alignment": "alignment with the poles"}
_TOWARD_WHOM = {"loss": "controller", "alignment": "pole"}
_DIGITS = {"loss": 2, "alignment": 3}
_COLUMN_NAMES, _UPRIGHT = 0.2, 1.05
"""Inches that the names of the columns take, level and upright."""
_UNITS = {"loss": "in percentage points of GDP", "alignment": "on the scale from −1 to 1"}


def dependence_map(view: Gallery) -> Exhibit:
    """Loss of every country toward every controller at the start, in the baseline."""
    first, _ = view.selection.ends
    table = tables.levels_at(view.selection, "loss", first)
    matrix = tables.matrix(table, "country", "controller", "median")
    poles = [name for name in matrix if name in view.selection.poles]
    parts = {"On the poles": matrix[poles], "On the states in between": matrix.drop(columns=poles)}
    heads = [Head(title, "per cent of GDP", lift=_UPRIGHT) for title in parts]
    space = Margins(left=0.98, right=0.12, bottom=0.08)
    figure, axes = panels(heads, 2, [0.25 * len(matrix)] * len(heads), space)
    for axis, part in zip(axes, parts.values(), strict=True):
        heat(axis, part, style.LOSSES, (0, COLOUR_CEILING), _loss).tick_params(axis="x", labelrotation=90)
    caption = (
        f"Median run, {first}. Rows: who depends; columns: on whom. Per cent of GDP lost if that controller withheld; "
        f"colour is darkest from {COLOUR_CEILING:.0f} %. A dot is less than 0.05 %; "
        "a pole has no dependence on itself. Russia to the West: all channels; the others: network and transit only. "
        "Where everything crosses one neighbour, as motor fuel for Tajikistan and Kyrgyzstan does, read “nearly "
        "everything”, not a figure (docs/decisions.md, 21)."
    )
    return Exhibit("dependence-map", "Who depends on whom", caption, figure, table)


def _loss(value: float) -> str:
    """A loss in a cell: one digit, whole from ten on."""
    return words.cell(value, 0 if abs(value) >= 9.95 else 1)  # noqa: PLR2004 - what would print as 10.0


def effect_maps(view: Gallery, measure: str) -> list[Exhibit]:
    """Change of every country that moves toward every pole, one panel a scenario, when its effects are largest.

    Scenarios without an effect worth a matrix have no panel; without any there is no exhibit.
    """
    parts = {s: _peak_panel(view.selection, s, measure) for s in moving(view, measure)}
    if not parts:
        return []
    table = pd.concat(parts.values(), ignore_index=True)
    dimension, digits = _TOWARD_WHOM[measure], _DIGITS[measure]
    seen = table.loc[table["mean"].abs() > 0.5 * 10**-digits, "country"]
    table = table[table["country"].isin(seen)]
    limit = float(table["mean"].abs().max())
    heads = [
        replace(view.headed(s, f", {words.moment(part['time'].iloc[0])}"), lift=_COLUMN_NAMES)
        for s, part in parts.items()
    ]
    space = Margins(left=0.98, right=0.12, bottom=0.2)
    figure, axes = panels(heads, 2, [0.24 * table["country"].nunique()] * len(heads), space)
    for axis, (_, part) in zip(axes, table.groupby("scenario", sort=False), strict=True):
        spell = partial(words.cell, digits=digits, signed=True)
        heat(axis, tables.matrix(part, "country", dimension), style.RISES, (-limit, limit), spell)
    caption = (
        f"Mean change {_UNITS[measure]} ({view.pairing}), in each panel at the time at which its largest "
        "certain effect peaks; a dot is less than half of the last digit shown, and countries with dots alone are left "
        "out; a country that is a pole has no cell for itself. "
        f"{still(view, measure)}Intervals stand in the CSV file.{view.among(table)}"
    )
    return [Exhibit(f"{measure}-effects", f"Effects on {_TOWARD[measure]}", caption, figure, table)]


def moving(view: Gallery, measure: str) -> list[str]:
    """Scenarios with an effect worth a matrix."""
    return [s for s in view.selection.changed if _size(view.selection, s, measure) >= WORTH_A_MATRIX[measure]]


def still(view: Gallery, measure: str) -> str:
    """That some scenarios have no effect worth a matrix; empty when all have one."""
    rest = [view.scenarios[s].title for s in view.selection.changed if s not in moving(view, measure)]
    names = words.listing(list(map(words.quoted, rest)))
    scale = {"loss": " % of GDP", "alignment": ""}[measure]
    return f"No {_TOWARD[measure]} moves by {WORTH_A_MATRIX[measure]:g}{scale} or more in {names}. " if rest else ""


def _size(selection: Selection, scenario: str, measure: str) -> float:
    """The largest mean effect toward a pole."""
    return float(_peak_panel(selection, scenario, measure)["mean"].abs().max())


@kept
def _peak_panel(selection: Selection, scenario: str, measure: str) -> pd.DataFrame:
    """Effects of a scenario toward the poles at the one time when the largest of them that is certain peaks."""
    change = selection.effect(scenario, measure, {_TOWARD_WHOM[measure]: list(selection.poles)})
    time, table = tables.at_largest(selection, scenario, change)
    table.insert(0, "time", time)
    table.insert(0, "scenario", scenario)
    return table
