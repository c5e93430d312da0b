"""Figures: the exhibits of a report, each a drawing with its words and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from analysis import metrics, style, tables, words
from analysis.charts.corridors import stack
from analysis.charts.fans import difference, fan
from analysis.charts.heat import heat
from analysis.charts.panels import Margins, head, key, panels, widen
from analysis.charts.ranking import ranked
from analysis.claims import read_scenario
from analysis.selection import Selection
from analysis.sentences import year
from scenarios import Scenario

MOST_SERIES = 12
CORRIDORS_SHOWN = 7
RANKED_SHOWN = 8
COLOUR_CEILING = 20.0
"""Loss in % of GDP at which the darkest colour is reached."""


@dataclass(frozen=True)
class Exhibit:
    """A figure, its file name, its heading, what to see in it, and the table it was drawn from."""

    name: str
    heading: str
    caption: str
    figure: Figure
    table: pd.DataFrame


@dataclass(frozen=True)
class Series:
    """One measure at one place."""

    measure: str
    where: Mapping[str, str]

    @property
    def heading(self) -> str:
        """Words above a panel."""
        places = [words.place(dimension, label) for dimension, label in self.where.items()]
        if set(self.where) == {"market"}:
            return "\n".join(wrap(places[0], 24)[:2])
        rest = "".join(f", {place.lower()}" for place in places[2:])
        return (
            f"{_MEASURE.get(self.measure, self.measure.replace('_', ' ').capitalize())}\n{' → '.join(places[:2])}{rest}"
        )


_MEASURE = {
    "loss": "Loss if withheld",
    "export_share": "Share of exports",
    "dyad_openness": "Border openness",
    "gdp": "GDP",
}


@dataclass(frozen=True)
class Gallery:
    """What every exhibit needs: the selection, its scenarios and their colours."""

    selection: Selection
    scenarios: Mapping[str, Scenario]
    colours: Mapping[str, str]

    @property
    def titles(self) -> dict[str, str]:
        """Scenario titles to colours, for legends."""
        return {self.scenarios[s].title: self.colours[s] for s in self.selection.scenarios}

    @property
    def ends(self) -> tuple[str, str]:
        """First and last recorded quarter of the baseline."""
        times = self.selection.batch.dictionary["scenarios"][self.selection.baseline]["times"]
        return str(times[0]), str(times[-1])


def gallery(selection: Selection) -> Gallery:
    """The gallery of a selection."""
    scenarios = {name: read_scenario(selection.batch, name) for name in selection.scenarios}
    return Gallery(selection, scenarios, style.scenario_colours(selection.scenarios, selection.baseline))


def asked(view: Gallery) -> tuple[Series, ...]:
    """Series that the scenarios' claims speak of, each once; without claims, the largest effects."""
    found: dict[tuple[object, ...], Series] = {}
    for scenario in view.scenarios.values():
        for claim in scenario.expect:
            series = Series(claim.measure, dict(claim.where))
            if _is_there(view.selection, series):
                found.setdefault((series.measure, *series.where.items()), series)
    return tuple(found.values())[:MOST_SERIES] or _largest(view)


def _is_there(selection: Selection, series: Series) -> bool:
    if not selection.has(series.measure):
        return False
    values = selection.values(selection.baseline, series.measure)
    known = all(d in values.dims and label in values[d].values for d, label in series.where.items())
    return known and set(series.where) == set(values.dims) - {"run", "time"}


def _largest(view: Gallery, each: int = 3) -> tuple[Series, ...]:
    """The largest effects, or the first cells when there is nothing to compare."""
    found = []
    for measure in ("loss", "alignment", "corridor_flow"):
        if not view.selection.has(measure):
            continue
        if view.selection.changed:
            table = tables.ranked(tables.changes_at(view.selection, measure, view.ends[1]), each)
        else:
            table = tables.levels_at(view.selection, measure, view.ends[1]).nlargest(each, "median")
        dims = view.selection.batch.dictionary["measures"][measure]["dimensions"]
        found += [Series(measure, {d: str(row[d]) for d in dims}) for _, row in table.iterrows()]
    return tuple({str(series): series for series in found}.values())


def fans(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series in every scenario, with its spread over runs."""
    figure, axes = panels(len(chosen), 3, 1.35, Margins(left=0.7, across=0.68, down=0.82, top=0.95))
    parts = []
    for axis, series in zip(axes, chosen, strict=True):
        table = tables.levels(view.selection, series.measure, series.where)
        head(fan(axis, table, view.colours), series.heading, words.unit(table.attrs["unit"], series.where))
        if series.measure == "alignment":
            middle = float(table["median"].mean())
            widen(axis, middle - style.SMALLEST_RANGE, middle + style.SMALLEST_RANGE)
        parts.append(_labelled(table, series))
    caption = "Line: median run. Dark band: middle half of the runs; light band: 95 % of the runs."
    return Exhibit("fans", "What the scenarios ask about", caption, key(figure, view.titles), _together(parts))


def paired(view: Gallery, chosen: Sequence[Series]) -> Exhibit:
    """Every series as a difference from the baseline, run by run."""
    figure, axes = panels(len(chosen), 3, 1.35, Margins(left=0.7, across=0.68, down=0.82, top=0.95))
    parts = []
    for axis, series in zip(axes, chosen, strict=True):
        table = tables.changes(view.selection, series.measure, series.where)
        unit = words.unit(table.attrs["unit"], series.where)
        head(difference(axis, table, view.colours), series.heading, f"change, {unit}")
        if series.measure == "alignment":
            widen(axis, -style.SMALLEST_RANGE, style.SMALLEST_RANGE)
        parts.append(_labelled(table, series))
    base = view.scenarios[view.selection.baseline].title
    caption = (
        f"Scenario minus “{base}”, run by run with the same luck. Line and dark band: mean and its 95 % interval; "
        "light band: 95 % of the runs. A band that leaves zero behind is an effect."
    )
    colours = {title: colour for title, colour in view.titles.items() if title != base}
    return Exhibit("differences", "What the scenarios change", caption, key(figure, colours), _together(parts))


def by_pole(view: Gallery, measure: str) -> Exhibit:
    """A panel a country, a line a pole, in the baseline: alignment, or loss in per cent of GDP."""
    dimension = "pole" if measure == "alignment" else "controller"
    poles = [str(p) for p in view.selection.values(view.selection.baseline, "alignment")["pole"].values]
    values = view.selection.values(view.selection.baseline, measure).sel({dimension: poles})
    table = tables.labelled(view.selection.baseline, metrics.without_self(values))
    countries = list(dict.fromkeys(table["country"]))
    colours = {pole: style.pole_colour(pole, poles) for pole in poles}
    figure, axes = panels(len(countries), 4, 1.05, Margins(top=0.68, down=0.5, across=0.46, left=0.46))
    for axis, country in zip(axes, countries, strict=True):
        fan(axis, table[(table["country"] == country) & table["median"].notna()], colours, by=dimension)
        head(axis, style.title(country))
        if measure == "alignment":
            axis.axhline(0, color=style.FAINT, lw=0.7)
            axis.set(ylim=(-1.02, 1.02), yticks=(-1, 0, 1))
        else:
            axis.set_ylim(0, None)
    key(figure, {style.title(pole): colour for pole, colour in colours.items()})
    heading, caption = _BY_POLE[measure]
    base = view.scenarios[view.selection.baseline].title
    return Exhibit(f"{measure}-by-country", heading, caption.format(base=base), figure, table)


_BY_POLE = {
    "alignment": (
        "Alignment of each country with each pole",
        (
            "“{base}”: −1 opposed, 0 neutral, 1 aligned. Line: median run; bands: half and 95 % of the runs. "
            "Alignment is not dependence: the two may move apart."
        ),
    ),
    "loss": (
        "Dependence of each country on each pole",
        (
            "“{base}”: per cent of GDP lost if the pole withheld trade, transit, money and protection. Scales differ "
            "between countries. Line: median run; bands: half and 95 % of the runs."
        ),
    ),
}


def dependence_map(view: Gallery) -> Exhibit:
    """Loss of every country toward every controller at the start, in the baseline."""
    first, _ = view.ends
    table = tables.levels_at(view.selection, "loss", first)
    matrix = tables.matrix(table, "country", "controller", "median")
    for label in set(matrix.index) & set(matrix.columns):
        matrix.loc[label, label] = np.nan
    figure, (axis,) = panels(1, 1, 0.27 * len(matrix), Margins(left=1.2, right=0.55, top=1.15, bottom=0.08))
    heat(axis, matrix, style.LOSSES, (0, COLOUR_CEILING), _loss)
    axis.tick_params(axis="x", labelrotation=55)
    for text in axis.get_xticklabels():
        text.set(ha="left", rotation_mode="anchor")
    poles = view.selection.values(view.selection.baseline, "alignment").sizes["pole"]
    axis.axvline(poles - 0.5, color=style.INK, lw=0.8)
    caption = (
        f"Median run, {first}. Rows: who depends; columns: on whom, the poles first, then the states in between. "
        "Per cent "
        f"of GDP lost if that controller withheld; colour is darkest from {COLOUR_CEILING:.0f} %. A dot is less "
        "than 0.05 %; "
        "a pole has no dependence on itself."
    )
    return Exhibit("dependence-map", "Who depends on whom: the loss if withheld", caption, figure, table)


def _loss(value: float) -> str:
    """A loss in a cell: one digit, whole from ten on, a dot for next to nothing."""
    if abs(value) < 0.05:  # noqa: PLR2004 - what would print as 0.0
        return "·"
    return f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}"  # noqa: PLR2004 - what would print as 10.0


def effect_maps(view: Gallery, measure: str) -> Exhibit:
    """Change of every country toward every pole at the end, one map a scenario."""
    dimension = "pole" if measure == "alignment" else "controller"
    poles = [str(p) for p in view.selection.values(view.selection.baseline, "alignment")["pole"].values]
    table = tables.changes_at(view.selection, measure, view.ends[1], metrics.without_self)
    table = table[table[dimension].isin(poles)]
    limit = max(float(table["mean"].abs().max()), style.SMALLEST_RANGE)
    digits = 3 if measure == "alignment" else 2
    count = len(view.selection.changed)
    rows = table["country"].nunique()
    figure, axes = panels(
        count, min(count, 2), 0.24 * rows, Margins(left=1.2, top=0.55, across=1.25, down=0.6, bottom=0.05)
    )
    for axis, scenario in zip(axes, view.selection.changed, strict=True):
        matrix = tables.matrix(table[table["scenario"] == scenario], "country", dimension)
        heat(axis, matrix, style.RISES, (-limit, limit), lambda value: _signed(value, digits))
        axis.set_title(view.scenarios[scenario].title, pad=20, color=view.colours[scenario])
    heading = {"alignment": "Effects on alignment", "loss": "Effects on dependence"}[measure]
    unit = {"alignment": "on the scale from −1 to 1", "loss": "in percentage points of GDP"}[measure]
    caption = (
        f"Mean paired change by {year(view.ends[1])}, {unit}; blue rises, orange falls; a dot is less than half of the "
        "last digit shown. Intervals stand in the CSV file."
    )
    return Exhibit(f"{measure}-effects", heading, caption, figure, table)


def _signed(value: float, digits: int) -> str:
    if abs(value) < 0.5 * 10**-digits:
        return "·"
    return f"{value:+.{digits}f}".replace("-", "−")


def corridors(view: Gallery) -> Exhibit:
    """Freight by corridor, stacked to a hundred per cent, one panel a scenario."""
    table = tables.corridor_shares(view.selection, CORRIDORS_SHOWN)
    names = list(dict.fromkeys(table["corridor"]))
    shown = view.selection.scenarios
    figure, axes = panels(len(shown), min(3, len(shown)), 2.0, Margins(top=0.95, down=0.6, left=0.42))
    for axis, scenario in zip(axes, shown, strict=True):
        stack(axis, table[table["scenario"] == scenario])
        axis.set_title(_short(view.scenarios[scenario].title), color=view.colours[scenario])
    key(figure, {style.title(name): style.corridor_colour(name) for name in names}, lines=False)
    caption = (
        "Shares of the corridors in all freight that uses one, per cent, mean of the runs. A shipment that follows two "
        "corridors counts in both."
    )
    return Exhibit("corridors", "How freight divides over the corridors", caption, figure, table)


def _short(text: str, most: int = 34) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


RANKED = (
    ("loss", "Dependence", "change, % of GDP", 1.0),
    ("alignment", "Alignment", "change, index [−1, 1]", 1.0),
    ("export_share", "Energy export shares", "change, percentage points", 100.0),
    ("corridor_flow", "Freight corridors", "change, Mt/y", 1.0),
)


def ranking(view: Gallery, scenario: str) -> Exhibit:
    """The largest effects of one scenario on four measures."""
    chosen = [row for row in RANKED if view.selection.has(row[0])]
    figure, axes = panels(len(chosen), 2, 1.75, Margins(left=1.75, across=1.95, top=0.5, down=0.7))
    parts = []
    for axis, (measure, heading, unit, factor) in zip(axes, chosen, strict=True):
        table = tables.changes_at(view.selection, measure, view.ends[1])
        table = tables.ranked(_apart(table[table["scenario"] == scenario]), RANKED_SHOWN)
        table = table.assign(measure=measure, unit=unit, label=[_label(row) for _, row in table.iterrows()])
        scaled = table.assign(**{c: factor * table[c] for c in ("mean", "mean_low", "mean_high", "low", "high")})
        head(ranked(axis, scaled), heading, unit)
        parts.append(scaled)
    heading = f"Largest effects of “{view.scenarios[scenario].title}”"
    caption = (
        f"Paired changes by {year(view.ends[1])}, largest first. Bar: mean; thick line: its 95 % interval; thin "
        "line: 95 % "
        "of the runs."
    )
    return Exhibit(f"effects-{scenario}", heading, caption, figure, pd.concat(parts, ignore_index=True))


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Rows without those of a country toward itself."""
    for other in {"pole", "controller"} & set(table.columns):
        table = table[table["country"] != table[other]]
    return table


def _label(row: pd.Series) -> str:
    """Name of a row of a ranking."""
    if "corridor" in row:
        return style.title(str(row["corridor"]))
    other = row["pole"] if "pole" in row else row["controller"]
    text = f"{row['country']} → {style.title(str(other))}"
    return f"{text}, {row['commodity']}" if "commodity" in row else text


def hedging(view: Gallery) -> Exhibit:
    """Hedging and autonomy of each region over time, all scenarios."""
    figure, axes = panels(
        2 * len(style.REGIONS), len(style.REGIONS), 1.2, Margins(left=0.7, across=0.68, top=0.85, down=0.7)
    )
    poles = [str(p) for p in view.selection.values(view.selection.baseline, "alignment")["pole"].values]
    parts = [
        tables.levels(view.selection, "alignment", None, lambda a: _regional(metrics.hedging(metrics.without_self(a)))),
        tables.levels(view.selection, "dependence", {"controller": poles}, lambda d: _regional(_autonomy(d))),
    ]
    for row, (text, table) in enumerate(zip(("Hedging", "Autonomy"), parts, strict=True)):
        for column, region in enumerate(style.REGIONS):
            axis = axes[row * len(style.REGIONS) + column]
            fan(axis, table[table["region"] == region], view.colours)
            head(axis, f"{text}: {region}", "index [0, 1]")
    caption = (
        "Mean over the countries of each region. Hedging: entropy of alignment over the poles, 1 is equal "
        "distance to all. "
        "Autonomy: one minus the largest dependence on a pole."
    )
    table = pd.concat([p.assign(metric=m) for m, p in zip(("hedging", "autonomy"), parts, strict=True)])
    return Exhibit("hedging", "Hedging and autonomy by region", caption, key(figure, view.titles), table)


def _regional(values: xr.DataArray) -> xr.DataArray:
    """Means over the regions."""
    return metrics.regional(values, style.REGIONS)


def _autonomy(dependence: xr.DataArray) -> xr.DataArray:
    """Autonomy toward the poles, a country that is a pole left out of its own."""
    return metrics.autonomy(metrics.without_self(dependence.rename(controller="pole")))


def _labelled(table: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A table with the series it shows and its unit as columns, for the CSV file."""
    place = " ".join(f"{dimension}={label}" for dimension, label in series.where.items())
    return table.assign(measure=series.measure, where=place, unit=table.attrs["unit"])


def _together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    first = ["scenario", "measure", "where", "unit"]
    return table[first + [column for column in table.columns if column not in first]]
