"""Words: measures and their units as a reader says them."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from analysis import style
from model.measures import MEASURES
from scenarios.table_units import COST_UNIT, LAYER_UNIT
from scenarios.tables import Tables, shipped_tables

_QUARTER = re.compile(r"\d{4}Q[1-4]")
SETS = " = "
"""What stands between a parameter and its value in the name of what was set."""
LEAST = 5e-7
"""What is smaller would print as nothing but zeros."""
_LAYERED = ("market", "link", "contract")
"""Dimensions whose labels are rows of a table with a layer, whose unit is theirs."""
_PLACES = (*_LAYERED, "project", "institution", "corridor")
"""Dimensions whose labels are rows of a table with a name."""
_BRACKETED = ("institution", "corridor")
"""Dimensions whose names explain themselves in brackets, which a chart leaves out."""


_DATA: ContextVar[Path | None] = ContextVar("data", default=None)


@contextmanager
def named_by(data: Path | None) -> Iterator[None]:
    """Within it, things are called as the shipped tables with those of a folder over them call them."""
    token = _DATA.set(data)
    try:
        yield
    finally:
        _DATA.reset(token)


def tables() -> Tables:
    """The tables by which things are called."""
    return shipped_tables(data=_DATA.get())


def _known(dimension: str) -> dict[str, tuple[str, str]]:
    """Name and layer, if any, of every row of the table of a dimension."""
    return _rows(dimension, _DATA.get())


@cache
def _rows(dimension: str, data: Path | None) -> dict[str, tuple[str, str]]:
    table = shipped_tables(data=data)[f"{dimension}s"]
    names = table["name"].str.partition(" (")[0] if dimension in _BRACKETED else table["name"]
    layers = table["layer"] if "layer" in table else [""] * len(table)
    return {str(row): (str(name), str(layer)) for row, name, layer in zip(table["id"], names, layers, strict=True)}


def layer(dimension: str, label: str) -> str:
    """Layer of a market, a link or a contract; empty for any other label."""
    return _known(dimension).get(label, ("", ""))[1] if dimension in _LAYERED else ""


def place(dimension: str, label: str) -> str:
    """A label of a dimension at the head of a chart.

    >>> place("dyad", "ARM-TUR"), place("country", "KAZ"), place("corridor", "middle")
    ('Armenia–Türkiye', 'Kazakhstan', 'Middle Corridor')
    """
    return capital(said(dimension, label))


def said(dimension: str, label: str) -> str:
    """A label of a dimension in running text: rows of a table by the name that stands there.

    >>> said("pole", "WEST"), said("corridor", "middle")
    ('the West', 'Middle Corridor')
    """
    name = style.name(label)
    name = name.replace("_", " ") if dimension == "posture" else name
    return _known(dimension).get(label, (name, ""))[0] if dimension in _PLACES else name


def quoted(title: str) -> str:
    """A title in running text; what is set is said as it is.

    >>> quoted("A deal"), quoted("routing.theta_freight = 12")
    ('“A deal”', 'routing.theta_freight = 12')
    """
    return title if SETS in title else f"“{title}”"


def within(label: str) -> str:
    """Where an effect is, by the name of a batch or what was set in it.

    >>> within("last week"), within("routing.theta_freight = 12, p = 2")
    ('in “last week”', 'with routing.theta_freight at 12 and p at 2')
    """
    if SETS not in label:
        return f"in {quoted(label)}"
    return f"with {listing([part.replace(SETS, ' at ') for part in label.split(', ')])}"


def capital(text: str) -> str:
    """A text with a capital at its head."""
    return text[:1].upper() + text[1:]


def unit(text: object, where: Mapping[str, str]) -> str:
    """A unit in short; of a market, a link or a contract, its own.

    >>> unit("Mt per year", {}), unit("index [-1, 1]", {})
    ('Mt/y', 'index [−1, 1]')
    """
    short = str(text)
    for dimension in _LAYERED:
        if kind := layer(dimension, where.get(dimension, "")):
            short = short.replace(f"unit of the {dimension} per year", LAYER_UNIT[kind])
            short = short.replace("USD per unit", COST_UNIT[kind])
    if {"oil", "gas"} & {commodity := where.get("commodity", "")}:
        short = short.replace("Mt or bcm per year", LAYER_UNIT[commodity])
    return short.replace(" per year", "/y").replace("-", "−")


def change_unit(text: object, where: Mapping[str, str]) -> str:
    """The unit of a change: percentage points of what is in per cent.

    >>> change_unit("% of GDP", {}), change_unit("Mt per year", {})
    ('percentage points of GDP', 'Mt/y')
    """
    return unit(text, where).replace("% of", "percentage points of")


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """A number for running text, with a true minus sign; zero has no sign.

    >>> number(-0.01234, 3), number(-0.0001), number(12.345, signed=True)
    ('−0.012', '0.00', '+12.35')
    """
    text = f"{value:{'+' if signed else ''}z.{digits}f}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """A change with three digits that matter, a sign and a true minus.

    >>> short(-0.012345), short(1234.5)
    ('−0.0123', '+1230')
    >>> short(1e-9)
    '0'
    """
    digits = max(2 - math.floor(math.log10(abs(value))), 0) if value else 0
    return number(float(f"{value:.3g}"), min(digits, 6), signed=True) if abs(value) > LEAST else "0"


def plain(value: float) -> str:
    """A number with three digits that matter and a true minus.

    >>> plain(0.51234), plain(-1234.5), plain(0.0)
    ('0.512', '−1230', '0')
    """
    return short(value).removeprefix("+")


def cell(value: float, digits: int, *, signed: bool = False) -> str:
    """A number in a cell of a heat map, a dot where only zeros would be printed.

    >>> cell(-0.004, 2, signed=True), cell(-0.006, 2, signed=True)
    ('·', '−0.01')
    """
    return number(value, digits, signed=signed) if abs(value) > 0.5 * 10**-digits else "·"


def year(quarter: str) -> str:
    """The year of a quarter at its end, the quarter itself otherwise.

    >>> year("2040Q4"), year("2025Q1")
    ('the end of 2040', '2025Q1')
    """
    return f"the end of {quarter[:4]}" if quarter.endswith("Q4") else quarter


def when(time: str) -> str:
    """A time of a table of effects in running text: by a quarter, or a moment on the clock of an event as it is.

    >>> when("2040Q4"), when("while “ban” lasts")
    ('by the end of 2040', 'while “ban” lasts')
    """
    return f"by {year(time)}" if is_quarter(time) else time


def is_quarter(time: str) -> bool:
    """Whether a time of a table of effects is a quarter of the calendar."""
    return _QUARTER.fullmatch(time) is not None


def moment(quarter: str) -> str:
    """The same in short, for a label.

    >>> moment("2040Q4"), moment("2025Q1")
    ('2040', '2025Q1')
    """
    return quarter.removesuffix("Q4")


def pairing(loose: Sequence[str]) -> str:
    """With what luck differences are taken, when some scenarios do not pair.

    >>> pairing([])
    'run by run with the same luck'
    """
    if not loose:
        return "run by run with the same luck"
    names = listing(list(map(quoted, loose)))
    return f"unpaired for {names}, whose runs have other luck, which the intervals include"


def pooled(points: int) -> str:
    """Over how many points of the parameters figures are means, as a sentence; empty for one.

    >>> pooled(3), pooled(0)
    ('Every figure is a mean over the 3 points of the parameters that this batch varies.', '')
    """
    return (
        f"Every figure is a mean over the {points} points of the parameters that this batch varies." if points else ""
    )


def untouched(shares: Mapping[str, float]) -> str:
    """That means are over all runs, and in which share of them some scenarios change something.

    >>> untouched({"A chance": 0.45})
    ' Means are over all runs; “A chance” changes something in 45 % of them and nothing in the others.'
    """
    said = listing(
        [
            f"{quoted(title)} changes something in {round(100 * share, 6):.0f} % of them"
            for title, share in shares.items()
        ]
    )
    return f" Means are over all runs; {said} and nothing in the others." if shares else ""


def listing(names: Sequence[str], last: str = "and") -> str:
    """Names as a reader lists them.

    >>> listing(["Armenia", "Georgia", "Iran"]), listing(["Armenia", "Iran"], "or")
    ('Armenia, Georgia and Iran', 'Armenia or Iran')
    """
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def measure(name: str, where: Mapping[str, str]) -> str:
    """A measure at a place, with its unit.

    >>> measure("loss", {"country": "KAZ", "controller": "RUS"})
    'dependence of Kazakhstan on Russia, % of GDP'
    >>> measure("dependence", {"country": "KAZ", "controller": "RUS"})
    'dependence index of Kazakhstan on Russia, [0, 1]'
    >>> measure("supply_share", {"country": "TUR", "supplier": "RUS", "commodity": "gas"})
    'share of Russia in the gas that Türkiye takes'
    """
    known = MEASURES.get(name)
    text = phrase(name, where)
    if known is None or set(known.dimensions) - set(where):
        return text
    scale = unit(known.unit, where)
    if scale == "share" and text.startswith("share of "):
        return text
    return f"{text}, {scale.removeprefix('index ') if ' index ' in text else scale}"


def phrase(name: str, where: Mapping[str, str]) -> str:
    """A measure at a place, without its unit.

    >>> phrase("gdp", {"country": "KAZ"})
    'GDP of Kazakhstan'
    """
    names = {dimension: said(dimension, label) for dimension, label in where.items()}
    known = MEASURES.get(name)
    whole = known is not None and not set(known.dimensions) - set(names)
    return _PHRASES[name].format(**names) if whole and name in _PHRASES else _plain(name, names)


def topic(name: str, where: Mapping[str, str]) -> str:
    """What a measure is about, at the head of a chart.

    >>> topic("supply_share", {"country": "TUR", "supplier": "AZE", "commodity": "gas"}), topic("gdp", {})
    ('Share of gas supply', 'GDP')
    """
    known = _TOPICS.get(name, capital(name.replace("_", " ")))
    return known.format(commodity=where.get("commodity", "energy"))


def whom(name: str, where: Mapping[str, str]) -> str:
    """Whom or which place a measure is about, below its topic; an arrow points the way goods go.

    >>> whom("loss", {"country": "ARM", "controller": "RUS"}), whom("alignment", {"country": "ARM", "pole": "WEST"})
    ('Armenia on Russia', 'Armenia with the West')
    >>> whom("supply_share", {"country": "TUR", "supplier": "WLD", "commodity": "gas"})
    'The world market → Türkiye'
    """
    names = {dimension: said(dimension, label) for dimension, label in where.items() if dimension != "commodity"}
    known = MEASURES.get(name)
    whole = name in _WHOM and known is not None and not set(known.dimensions) - set(where)
    return capital(_WHOM[name].format(**names) if whole else ", ".join(names.values()))


def _plain(name: str, said: Mapping[str, str]) -> str:
    """A measure that has no phrase, and what is known of the place."""
    return name.replace("_", " ") + (f" ({', '.join(said.values())})" if said else "")


_TOPICS = {
    "loss": "Dependence",
    "alignment_term": "Alignment by term",
    "loss_channel": "Dependence by channel",
    "dependence": "Dependence index",
    "export_share": "Share of {commodity} exports",
    "export_volume": "Exports of {commodity}",
    "supply_share": "Share of {commodity} supply",
    "supply_volume": "Supply of {commodity}",
    "transit_rent": "Transit fees",
    "scarcity_rent": "Earnings of full links",
    "trade_gain": "Gain from trade",
    "gdp": "GDP",
    "corridor_flow": "Freight",
    "corridor_share": "Share of freight",
    "dyad_openness": "Border openness",
    "market_volume": "Volume",
    "contract_volume": "Contract",
    "shadow_price": "Price of room",
}
_WHOM = {
    "loss": "{country} on {controller}",
    "loss_channel": "{country} on {pole}, {channel}",
    "dependence": "{country} on {controller}",
    "alignment": "{country} with {pole}",
    "alignment_term": "{country} with {pole}, {term}",
    "threat": "{country} from {pole}",
    "grievance": "{country} against {pole}",
    "credibility": "{pole} with {country}",
    "arms_share": "{pole} → {country}",
    "visibility": "{country} to {pole}",
    "coercion": "{pole} on {country}",
    "export_share": "{country} → {pole}",
    "export_volume": "{country} → {pole}",
    "supply_share": "{supplier} → {country}",
    "supply_volume": "{supplier} → {country}",
    "import_exposure": "{pole} → {country}",
    "export_exposure": "{country} → {pole}",
    "corridor_share": "{country} by {corridor}",
    "membership": "{country} in {institution}",
    "pole_posture": "{pole}: {posture}",
}
_PHRASES = {
    "loss": "dependence of {country} on {controller}",
    "loss_channel": "dependence of {country} on {pole} by {channel}",
    "dependence": "dependence index of {country} on {controller}",
    "alignment": "alignment of {country} with {pole}",
    "alignment_term": "what {term} added to the alignment of {country} with {pole}",
    "export_share": "{commodity} exports of {country} sold to {pole}",
    "import_exposure": "imports of {country} from {pole}",
    "export_exposure": "exports of {country} to {pole}",
    "transit_rent": "transit fees of {country}",
    "scarcity_rent": "what {country} keeps of the earnings of full links",
    "gdp": "GDP of {country}",
    "corridor_flow": "freight through {corridor}",
    "dyad_openness": "openness of the border {dyad}",
    "market_volume": "volume of “{market}”",
    "flow": "flow on “{link}”",
    "price": "price at “{market}”",
    "shadow_price": "price of room on “{link}”",
    "visibility": "what {pole} can watch of {country}'s flows",
    "project_stage": "stage of {project}",
    "arms_share": "share of {pole} in the arms of {country}",
    "credibility": "credibility of {pole} with {country}",
    "coercion": "coercion of {country} by {pole}",
    "threat": "threat that {country} sees in {pole}",
    "export_volume": "{commodity} that {country} sells to {pole}",
    "corridor_share": "share of the freight of {country} through {corridor}",
    "autonomy": "autonomy of {country} from the poles",
    "hedging": "hedging of {country}",
    "supply_share": "share of {supplier} in the {commodity} that {country} takes",
    "supply_volume": "{commodity} that {country} takes from {supplier}",
    "trade_gain": "gain of {country} from trade and transit",
    "contract_volume": "volume of the contract “{contract}”",
    "membership": "membership of {country} in {institution}",
    "pole_posture": "posture of {pole}: {posture}",
    "dyad_state": "state of the pair {dyad}",
    "regional_alignment": "mean alignment of {region} with {pole}",
    "regional_dependence": "mean dependence index of {region} on {pole}",
    "regional_loss": "mean dependence of {region} on {pole}",
    "regional_autonomy": "mean autonomy of {region} from the poles",
    "regional_hedging": "mean hedging of {region}",
    "grievance": "grievance of {country} against {pole}",
}
