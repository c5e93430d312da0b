"""Words: measures and their units as a reader says them."""

from collections.abc import Callable, Mapping
from functools import cache

from analysis import style
from model.measures import MEASURES
from scenarios.tables import shipped_tables

_OF_MARKET = "unit of the market per year"


@cache
def _markets() -> dict[str, tuple[str, str]]:
    """Name and unit of every market."""
    table = shipped_tables()["markets"]
    rows = zip(table["id"], table["name"], table["unit"], strict=True)
    return {str(market): (str(name), str(unit)) for market, name, unit in rows}


def place(dimension: str, label: str) -> str:
    """A label of a dimension at the head of a chart.

    >>> place("dyad", "ARM-TUR"), place("country", "KAZ")
    ('Armenia–Türkiye', 'Kazakhstan')
    """
    return _markets().get(label, (label, ""))[0] if dimension == "market" else style.title(label)


def unit(text: object, where: Mapping[str, str]) -> str:
    """A unit in short; of a market, its own.

    >>> unit("Mt per year", {})
    'Mt/y'
    """
    short = str(text)
    if short == _OF_MARKET:
        short = _markets().get(where.get("market", ""), ("", short))[1]
    return short.replace(" per year", "/y")


def measure(name: str, where: Mapping[str, str]) -> str:
    """A measure at a place, with its unit.

    >>> measure("loss", {"country": "KAZ", "controller": "RUS"})
    'loss of Kazakhstan if Russia withholds, % of GDP'
    """
    said = {dimension: style.name(label) for dimension, label in where.items()}
    if "market" in where:
        said["market"] = place("market", where["market"])
    known = MEASURES.get(name)
    if known is None or set(known.dimensions) - set(said):
        return f"{name.replace('_', ' ')} ({', '.join(said.values())})" if said else name.replace("_", " ")
    phrase = _PHRASES.get(name, _plain(name))
    return f"{phrase(said)}, {unit(known.unit, where)}"


def _plain(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda said: f"{name.replace('_', ' ')} ({', '.join(said.values())})"


_PHRASES: dict[str, Callable[[Mapping[str, str]], str]] = {
    "loss": lambda said: f"loss of {said['country']} if {said['controller']} withholds",
    "dependence": lambda said: f"dependence of {said['country']} on {said['controller']}",
    "alignment": lambda said: f"alignment of {said['country']} with {said['pole']}",
    "export_share": lambda said: f"{said['commodity']} exports of {said['country']} sold to {said['pole']}",
    "import_exposure": lambda said: f"imports of {said['country']} from {said['pole']}",
    "export_exposure": lambda said: f"exports of {said['country']} to {said['pole']}",
    "transit_rent": lambda said: f"transit fees of {said['country']}",
    "gdp": lambda said: f"GDP of {said['country']}",
    "corridor_flow": lambda said: f"freight through {said['corridor']}",
    "dyad_openness": lambda said: f"openness of the border {said['dyad']}",
    "market_volume": lambda said: f"volume of {said['market']}",
    "threat": lambda said: f"threat that {said['country']} sees in {said['pole']}",
    "grievance": lambda said: f"grievance of {said['country']} against {said['pole']}",
}
