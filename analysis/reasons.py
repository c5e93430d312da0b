"""Reasons: what carries the largest effect of each scenario, its parts, and the flows and the trade that go with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from analysis import style, words
from analysis.amounts import said
from analysis.asked import beyond
from analysis.charts.panels import Head
from analysis.charts.ranking import BARS, rankings
from analysis.clocks import seen
from analysis.ensemble import effects
from analysis.figures import Exhibit, Gallery
from analysis.maps import SAID
from analysis.peaks import Effect
from analysis.selection import Selection
from analysis.sentences import effect_text, leading
from analysis.tables import FLOOR
from scenarios.table_units import LAYER_UNIT

SHOWN = 6
WORTH_A_BAR = 0.05
"""A part is shown when it moves at least this share of what the largest one of its kind does."""
_SCALED = ["mean", "mean_low", "mean_high", "low", "high"]
LOSS = 0.005
"""The least change of dependence by a channel that is shown, in percentage points of GDP."""
_LAYER_OF_FREIGHT = "freight"


@dataclass(frozen=True)
class Parts:
    """Changes of a measure over one dimension, `over`, at what `where` says of the others."""

    heading: str
    measure: str
    over: str
    where: dict[str, str]
    unit: str
    factor: float = 1.0
    kept: frozenset[str] | None = None
    """Labels of the dimension that count; all unless given."""
    least: float = FLOOR
    """What is smaller is not shown."""
    of: frozenset[str] = frozenset()
    """Markets whose volume the measure is a share of: the change is that of the share times their volume."""

    def change(self, selection: Selection, scenario: str) -> xr.DataArray:
        """The change of the measure in the runs that a scenario touches, (run, time, label)."""
        if not self.of:
            return selection.effect(scenario, self.measure).sel(self.where)
        ours, theirs = (self._amount(selection, s) for s in (scenario, selection.base(scenario)))
        return (ours - theirs).sel(run=selection.touched(scenario))

    def _amount(self, selection: Selection, scenario: str) -> xr.DataArray:
        """The share times the volume that it is a share of."""
        volume = selection.values(scenario, "market_volume").sel(market=sorted(self.of)).sum("market")
        return selection.values(scenario, self.measure).sel(self.where) * volume


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """What carries the effect that a scenario is heard on, the nearest to its question, then its largest of all."""
    view = replace(view, selection=beyond(view.selection))
    told: set[str] = set()
    for scenario, effect, row in leading(view.selection):
        bars = [bars_of(view.selection, scenario, part, str(row["time"])) for part in _parts(view, effect, row)]
        if bars := [table for table in bars if len(table)]:
            exhibit = _exhibit(view, effect, row, pd.concat(bars, ignore_index=True))
            yield replace(exhibit, name=f"{exhibit.name}-largest") if exhibit.name in told else exhibit
            told.add(exhibit.name)


def _exhibit(view: Gallery, effect: Effect, row: pd.Series, table: pd.DataFrame) -> Exhibit:
    """A panel for each kind of part."""
    kinds = list(table.groupby("part", sort=False))
    heads = [Head(str(heading), part["unit"].iloc[0]) for heading, part in kinds]
    figure = rankings(heads, [part for _, part in kinds])
    scenario, when = str(row["scenario"]), words.capital(words.when(str(row["time"])))
    caption = (
        f"{when}, {effect_text(view.selection, effect, row)}. Shown is what changes with it "
        f"then: of each kind at most {SHOWN}, none below a twentieth of the largest; flows on the soil of the states "
        f"concerned, and what they buy and sell. {BARS}"
    )
    return Exhibit(
        f"why-{scenario}", f"What carries “{view.scenarios[scenario].title}”: {effect.kind}", caption, figure, table
    )


def bars_of(selection: Selection, scenario: str, parts: Parts, time: str) -> pd.DataFrame:
    """The largest changes of one kind at a time, largest first, with a label each."""
    table = effects(seen(selection, scenario, parts.change(selection, scenario), time)).dropna(subset="mean")
    if parts.kept is not None:
        table = table[table[parts.over].isin(parts.kept)]
    size = table["mean"].abs().sort_values(ascending=False, kind="stable")
    table = table.loc[size.index[(size >= parts.least) & (size >= WORTH_A_BAR * size.max())][:SHOWN]]
    table[_SCALED] *= parts.factor
    labels = [words.place(parts.over, str(label)) for label in table[parts.over]]
    front = {"scenario": scenario, "part": parts.heading, "measure": parts.measure, "time": time, "label": labels}
    front |= {"unit": parts.unit, "said": list(map(said, table["mean"], table["mean_low"], table["mean_high"]))}
    return pd.DataFrame(front, index=table.index).join(table[[*_SCALED, "runs"]])


def _parts(view: Gallery, effect: Effect, row: pd.Series) -> Iterator[Parts]:
    """The kinds of parts that are known of an effect: what it is made of, flows on lines, and trade."""
    selection, scenario = view.selection, str(row["scenario"])
    yield from (_in_volume(selection, scenario, p) for p in _made_of(effect, row) if _is_there(selection, p))
    layer = _layer(selection, scenario, effect, row)
    states = frozenset(str(row[d]) for d in ("country", "controller", "pole", "supplier") if d in row)
    for heading, measure, over in (("Flow", "flow", "link"), ("Volume bought and sold", "market_volume", "market")):
        if layer and selection.has(measure):
            kept = _near(f"{over}s", layer, states)
            yield Parts(f"{heading}, {layer}", measure, over, {}, LAYER_UNIT[layer], kept=kept, least=SAID)


def _made_of(effect: Effect, row: pd.Series) -> Iterator[Parts]:
    """What an effect is made of, or whom it goes to instead."""
    here = {d: str(row[d]) for d in ("country", "commodity") if d in row}
    match effect.measure:
        case "loss" | "alignment":
            where = here | {"pole": str(row["controller"] if "controller" in row else row["pole"])}
            yield Parts(
                "Dependence by channel", "loss_channel", "channel", where, "percentage points of GDP", least=LOSS
            )
        case "export_share":
            yield Parts("Exports by buyer", "export_volume", "pole", here, LAYER_UNIT[here["commodity"]])
        case "supply_share":
            yield Parts("Supply by seller", "supply_share", "supplier", here, effect.unit, effect.factor)
        case "trade_gain":
            yield Parts("Gain from trade, of others too", "trade_gain", "country", {}, effect.unit)
        case "corridor_flow":
            yield Parts("Freight by corridor", "corridor_flow", "corridor", {}, effect.unit)


def _in_volume(selection: Selection, scenario: str, parts: Parts) -> Parts:
    """Shares of what a country takes as the volumes that they are, where these were recorded and runs pair."""
    if parts.measure != "supply_share" or not selection.has("market_volume") or not selection.paired(scenario):
        return parts
    country, commodity = parts.where["country"], parts.where["commodity"]
    rows = words.tables()["markets"]
    mine = (rows["layer"] == commodity) & (rows["side"] == "sink") & rows["owner"].map(lambda owners: country in owners)
    return replace(parts, of=frozenset(rows.loc[mine, "id"]), unit=LAYER_UNIT[commodity], factor=1.0)


def _is_there(selection: Selection, parts: Parts) -> bool:
    """Whether the measure was recorded at the place."""
    if not selection.has(parts.measure):
        return False
    values = selection.values(selection.baseline, parts.measure)
    return all(label in values[d].values for d, label in parts.where.items())


def _layer(selection: Selection, scenario: str, effect: Effect, row: pd.Series) -> str:
    """The layer that an effect is about, else the one whose flows the scenario changes most, as a share."""
    if "commodity" in row:
        return str(row["commodity"])
    if effect.measure == "corridor_flow" or not selection.has("flow"):
        return _LAYER_OF_FREIGHT
    change, level = (
        abs(seen(selection, scenario, flow, str(row["time"])).mean("run")).to_series()
        for flow in (selection.effect(scenario, "flow"), selection.values(scenario, "flow"))
    )
    layers = change.index.map(lambda link: words.layer("link", str(link)))
    shares = change.groupby(layers).max() / level.groupby(layers).max().clip(lower=FLOOR)
    return str(shares[[layer for layer in shares.index if layer in style.LAYER_COLOUR]].idxmax())


def _near(table: str, layer: str, states: frozenset[str]) -> frozenset[str]:
    """Rows of the table of links or markets in a layer, on the soil or of some of the states, if any are named."""
    rows = words.tables()[table]
    columns = ["territories"] if table == "links" else ["owner", "partner"]
    named = pd.Series([bool(states & _states(row)) for row in rows[columns].itertuples(index=False)], index=rows.index)
    return frozenset(rows.loc[(rows["layer"] == layer) & (named if states else True), "id"])


def _states(cells: tuple[object, ...]) -> set[str]:
    """Codes in some cells of a table."""
    return {code for cell in cells for code in (cell if isinstance(cell, tuple | list) else str(cell).split(";"))}
