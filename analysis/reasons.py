"""Reasons: what carries the largest effect of each scenario, its parts, and the flows and the trade that go with it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from analysis import accuracy, style, words
from analysis.amounts import said
from analysis.chains import as_paths
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
from model.measures import MEASURES
from scenarios.table_units import COST_UNIT, LAYER_UNIT

SHOWN = 6
WORTH_A_BAR = 0.05
"""A part is shown when it moves at least this share of what the largest one of its kind does."""
_SCALED = ["mean", "mean_low", "mean_high", "low", "high"]
LOSS = 0.005
"""The least change of dependence by a channel that is shown, in percentage points of GDP."""
WORTH_A_LAYER, MOST_LAYERS = 0.1, 2
"""A layer is shown when its flows on the soil concerned change by at least this share of what those of the first do."""
_LAYER_OF_FREIGHT = "freight"
_ON_LINES = (
    ("Flow", "flow", "link", LAYER_UNIT),
    ("Price of room", "shadow_price", "link", COST_UNIT),
    ("Volume bought and sold", "market_volume", "market", LAYER_UNIT),
)
"""What is shown of the lines and markets of a layer: heading, measure, dimension, units by layer."""
_POLES_ONLY = " Channels are recorded toward poles only; on any other state a country depends by network and transit."
_UNSPLIT = " The network channel is not recorded by layer: multivector show countries splits it in the base quarter."
_TERMS = "alignment_term"
_BESIDE = (
    "What else is shown changes beside the alignment, and carries it only as far as it moves trade, surplus or "
    "dependence: an event that changes an offer, say, acts by none of it."
)
_BY_TERM = (
    " The terms of the law, each as it has added up since the opening, sum to the effect; those left out are small. "
    f"Curvature and anchor pull back what the others move. {_BESIDE}"
)
_NO_TERMS = f" What carries an alignment are the terms of its law, which this batch did not record. {_BESIDE}"


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
            return selection.effect(scenario, self.measure, self.where)
        ours, theirs = (self._amount(selection, s) for s in (scenario, selection.base(scenario)))
        return (ours - theirs).sel(run=selection.touched(scenario))

    def _amount(self, selection: Selection, scenario: str) -> xr.DataArray:
        """The share times the volume that it is a share of."""
        volume = selection.values(scenario, "market_volume").sel(market=sorted(self.of)).sum("market")
        return selection.values(scenario, self.measure).sel(self.where) * volume


def exhibits(view: Gallery) -> Iterator[Exhibit]:
    """What carries the effect a scenario is heard on, dependences and alignments it claims, then its largest of all."""
    yield from carried(view, leading(view.selection))


def carried(view: Gallery, told_of: Iterable[tuple[str, Effect, pd.Series]]) -> Iterator[Exhibit]:
    """What carries some effects of scenarios."""
    told: Counter[str] = Counter()
    for scenario, effect, row in told_of:
        bars = [bars_of(view.selection, scenario, part, str(row["time"])) for part in _parts(view, effect, row)]
        if bars := [table for table in bars if len(table)]:
            exhibit = _exhibit(view, effect, row, pd.concat(bars, ignore_index=True))
            told[exhibit.name] += 1
            count = told[exhibit.name]
            yield replace(exhibit, name=f"{exhibit.name}-{count}") if count > 1 else exhibit


def _exhibit(view: Gallery, effect: Effect, row: pd.Series, table: pd.DataFrame) -> Exhibit:
    """A panel for each kind of part."""
    kinds = list(table.groupby("part", sort=False))
    heads = [Head(str(heading), part["unit"].iloc[0]) for heading, part in kinds]
    figure = rankings(heads, [part for _, part in kinds])
    scenario, when = str(row["scenario"]), words.capital(words.when(str(row["time"])))
    caption = (
        f"{when}, {effect_text(view.selection, effect, row)}. Shown is what changes with it "
        f"then: of each kind at most {SHOWN}, none below a twentieth of the largest; flows on the soil of the states "
        f"concerned, what they buy and sell, and the price of room: what one more unit on a full link is worth, "
        f"0 while it is not full. {BARS}{_untold(view.selection, effect, row)}"
    )
    verb = "carries" if effect.measure != "alignment" or view.selection.has(_TERMS) else "goes with"
    return Exhibit(
        f"why-{scenario}",
        f"What {verb} {words.quoted(view.scenarios[scenario].title)}: {subject(effect, row)}",
        caption,
        figure,
        table,
    )


def subject(effect: Effect, row: pd.Series) -> str:
    """What kind of effect, and on whom or which place."""
    where = {dim: str(row[dim]) for dim in MEASURES[effect.measure].dimensions}
    return f"{effect.kind}, {words.whom(effect.measure, where)}"


def _untold(selection: Selection, effect: Effect, row: pd.Series) -> str:
    """What is not known of the channels of a dependence or the terms of an alignment, as a sentence; else empty."""
    if effect.measure == "alignment":
        return _BY_TERM if selection.has(_TERMS) else _NO_TERMS
    if "controller" not in row:
        return ""
    return _UNSPLIT if str(row["controller"]) in selection.poles else _POLES_ONLY


def bars_of(selection: Selection, scenario: str, parts: Parts, time: str) -> pd.DataFrame:
    """The largest changes of one kind at a time, largest first, with a label each."""
    table = effects(seen(selection, scenario, parts.change(selection, scenario), time)).dropna(subset="mean")
    if parts.kept is not None:
        table = table[table[parts.over].isin(parts.kept)]
    size = table["mean"].abs().sort_values(ascending=False, kind="stable")
    table = table.loc[size.index[(size >= parts.least) & (size >= WORTH_A_BAR * size.max())]]
    table = table.assign(label=[words.place(parts.over, str(label)) for label in table[parts.over]])
    table = (as_paths(table) if parts.over == "link" else table).head(SHOWN)
    table[_SCALED] *= parts.factor
    labels = table["label"]
    front = {"scenario": scenario, "part": parts.heading, "measure": parts.measure, "time": time, "label": labels}
    front |= {"unit": parts.unit, "said": list(map(said, table["mean"], table["mean_low"], table["mean_high"]))}
    return pd.DataFrame(front, index=table.index).join(table[[*_SCALED, "runs"]])


def _parts(view: Gallery, effect: Effect, row: pd.Series) -> Iterator[Parts]:
    """The kinds of parts that are known of an effect: what it is made of, flows on lines, and trade."""
    selection, scenario = view.selection, str(row["scenario"])
    yield from (_in_volume(selection, scenario, p) for p in _made_of(effect, row) if _is_there(selection, p))
    states = frozenset(str(row[d]) for d in ("country", "controller", "pole", "supplier") if d in row)
    for layer in _layers(selection, scenario, effect, row, states):
        yield from (_of_little(selection, scenario, p) for p in _between(effect, row, layer) if _is_there(selection, p))
        for heading, measure, over, units in _ON_LINES:
            if selection.has(measure):
                kept = _near(f"{over}s", layer, states)
                yield Parts(f"{heading}, {layer}", measure, over, {}, units[layer], kept=kept, least=SAID)


def _between(effect: Effect, row: pd.Series, layer: str) -> Iterator[Parts]:
    """What the country of a dependence or an alignment buys and sells of a layer, by whom with."""
    if effect.measure not in {"loss", "alignment"}:
        return
    where, unit = {"country": str(row["country"]), "commodity": layer}, LAYER_UNIT[layer]
    buyer = words.said("country", where["country"])
    yield Parts(f"{buyer}: {layer} by seller", "supply_volume", "supplier", where, unit)
    yield Parts(f"{buyer}: {layer} by buyer", "export_volume", "pole", where, unit)


def _of_little(selection: Selection, scenario: str, parts: Parts) -> Parts:
    """Parts of what a country buys or sells of a layer, from what is worth a word to it on."""
    return replace(parts, least=_worth_a_word(selection, scenario, parts.measure, parts.where))


def _made_of(effect: Effect, row: pd.Series) -> Iterator[Parts]:
    """What an effect is made of, or whom it goes to instead."""
    here = {d: str(row[d]) for d in ("country", "commodity") if d in row}
    match effect.measure:
        case "loss" | "alignment":
            where = here | {"pole": str(row["controller"] if "controller" in row else row["pole"])}
            if effect.measure == "alignment":
                yield Parts("Alignment by term", _TERMS, "term", where, "index")
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


def _layers(
    selection: Selection, scenario: str, effect: Effect, row: pd.Series, states: frozenset[str]
) -> Iterator[str]:
    """The layer that an effect is about, else those in which a country buys more or less from whom it depends on.

    Then come those in which it does so from others, and those whose flows on the soil of the states concerned change
    most.
    """
    if "commodity" in row:
        yield str(row["commodity"])
    elif effect.measure == "corridor_flow" or not selection.has("flow"):
        yield _LAYER_OF_FREIGHT
    else:
        time = str(row["time"])
        shares = _moves(selection, scenario, time, states)
        dealt = {layer: how for layer in style.LAYER_COLOUR if (how := _dealt(selection, scenario, row, layer))}
        moved = {layer for layer in shares.index if shares[layer] >= max(WORTH_A_LAYER * shares.max(), FLOOR)}
        order = sorted(dealt.keys() | moved, key=lambda layer: (-dealt.get(layer, 0), -shares.get(layer, 0.0)))
        yield from order[:MOST_LAYERS]


def _moves(selection: Selection, scenario: str, time: str, states: frozenset[str]) -> "pd.Series[float]":
    """By what share the flows of each layer on the soil of some states, or anywhere, change at a time.

    Layers in which no line there changes clearly are left out.
    """
    change, level = (
        abs(seen(selection, scenario, flow, time).mean("run")).to_series()
        for flow in (selection.effect(scenario, "flow"), selection.values(selection.base(scenario), "flow"))
    )
    known = {layer: change.index.intersection(sorted(_near("links", layer, states))) for layer in style.LAYER_COLOUR}
    clear = {layer: near for layer, near in known.items() if change[near].max() >= accuracy.least(layer)}
    shares = {layer: change[near].sum() / max(level[near].sum(), FLOOR) for layer, near in clear.items()}
    return pd.Series(shares, dtype=float)


def _dealt(selection: Selection, scenario: str, row: pd.Series, layer: str) -> int:
    """Whether a country buys more or less of a layer from the one that it depends on, 2, from others alone, 1, or 0.

    Who else sells decides what is lost when one withholds.
    """
    if "controller" not in row:
        return 0
    where = {"country": str(row["country"]), "commodity": layer}
    if not _is_there(selection, Parts("", "supply_volume", "supplier", where, "")):
        return 0
    least = _worth_a_word(selection, scenario, "supply_volume", where)
    change = seen(selection, scenario, selection.effect(scenario, "supply_volume", where), str(row["time"])).mean("run")
    others = change["supplier"].values != str(row["controller"])
    return 2 if (abs(change[~others]) >= least).any() else int((abs(change[others]) >= least).any())


def _worth_a_word(selection: Selection, scenario: str, measure: str, where: Mapping[str, str]) -> float:
    """From which change of what a country trades of a layer it is told: of a country of little trade a part of all."""
    own = {dim: where[dim] for dim in ("country", "commodity")}
    before = selection.values(selection.base(scenario), measure).sel(own).mean("run")
    every = before.sum([dim for dim in before.dims if dim != "time"]).max()
    return max(min(SAID, WORTH_A_BAR * float(every)), FLOOR)


def _near(table: str, layer: str, states: frozenset[str]) -> frozenset[str]:
    """Rows of the table of links or markets in a layer, on the soil or of some of the states, if any are named."""
    rows = words.tables()[table]
    columns = ["territories"] if table == "links" else ["owner", "partner"]
    named = pd.Series([bool(states & _states(row)) for row in rows[columns].itertuples(index=False)], index=rows.index)
    return frozenset(rows.loc[(rows["layer"] == layer) & (named if states else True), "id"])


def _states(cells: tuple[object, ...]) -> set[str]:
    """Codes in some cells of a table."""
    return {code for cell in cells for code in (cell if isinstance(cell, tuple | list) else str(cell).split(";"))}
