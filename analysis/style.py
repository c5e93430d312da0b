"""Style: what every colour, name and size means, for all charts.

Nothing here touches matplotlib's global state: `look()` is a context, and a
chart asks this registry and picks nothing itself.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap

# Okabe and Ito (2008), Color Universal Design: distinct under common colour-vision deficiencies.
POLE_COLOUR: Mapping[str, str] = MappingProxyType(
    {"RUS": "#D55E00", "CHN": "#CC79A7", "TUR": "#009E73", "WEST": "#0072B2"}
)
_OTHER_POLES = ("#E69F00", "#56B4E9", "#F0E442", "#000000")

# Tol, Colour Schemes (SRON technical note 09-002, 2021): "bright" for layers, "muted" for scenarios.
LAYER_COLOUR: Mapping[str, str] = MappingProxyType(
    {"freight": "#4477AA", "oil": "#3B3B3B", "gas": "#AA3377", "power": "#B59B00", "fibre": "#2A9DB8"}
)
BASELINE_COLOUR = "#6B6B6B"
_SCENARIO_COLOURS = ("#882255", "#117733", "#332288", "#AA8800", "#44AA99", "#CC6677", "#88CCEE")
RISE, FALL = "#1F6FB2", "#C0511A"
RISES = LinearSegmentedColormap.from_list("fall-rise", ["#B2420A", "#F3C9AE", "#FFFFFF", "#B5D2EA", "#0B559F"])
LOSSES = LinearSegmentedColormap.from_list("losses", ["#FFFFFF", "#F6D9C5", "#E79A6B", "#C0511A", "#7A2A05"])

# Tol "light" and "muted", by how often corridors share a picture.
CORRIDOR_COLOUR: Mapping[str, str] = MappingProxyType(
    {
        "northern": "#CC6677",
        "middle": "#4477AA",
        "southern": "#DDCC77",
        "instc_west": "#117733",
        "instc_caspian": "#99DDC5",
        "lars": "#882255",
        "cku": "#E6AB02",
        "trans_afghan": "#999933",
        "zangezur": "#332288",
        "instc_east": "#44AA99",
        "black_sea": "#88CCEE",
        "crossroads": "#EE8866",
        "ocean": "#BBCCEE",
        "kazakhstan_china": "#66A61E",
        "kazakhstan_russia": "#774411",
        "btk": "#6699CC",
        "georgian_ports": "#004488",
        "gulf": "#BB5566",
        "sarakhs": "#666633",
        "yalama": "#EEDD88",
        "armenia_turkiye": "#225555",
        "armenia_georgia": "#994F88",
    }
)
_OTHER_CORRIDOR = "#BBBBBB"

NAME: Mapping[str, str] = MappingProxyType(
    {
        "ARM": "Armenia",
        "AZE": "Azerbaijan",
        "GEO": "Georgia",
        "HUN": "Hungary",
        "IRN": "Iran",
        "KAZ": "Kazakhstan",
        "KGZ": "Kyrgyzstan",
        "PAK": "Pakistan",
        "TJK": "Tajikistan",
        "TKM": "Turkmenistan",
        "TRNC": "Northern Cyprus",
        "WLD": "the world market",
        "TUR": "Türkiye",
        "UZB": "Uzbekistan",
        "RUS": "Russia",
        "CHN": "China",
        "WEST": "the West",
        "central_asia": "Central Asia",
        "south_caucasus": "South Caucasus",
        "caspian": "Caspian shore",
        "other": "Other",
    }
)
REGIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "South Caucasus": ("ARM", "AZE", "GEO"),
        "Central Asia": ("KAZ", "KGZ", "TJK", "TKM", "UZB"),
        "Iran and Türkiye": ("IRN", "TUR"),
    }
)

PLANES = (("RUS", "WEST"), ("CHN", "TUR"))
"""Pairs of poles whose plane alignment is drawn on, across and up."""
STATE_COLOUR: Mapping[str, str] = MappingProxyType(
    {
        "proposed": "#E3E3E3",
        "committed": "#B5D2EA",
        "building": "#5B9BD0",
        "operating": "#0B559F",
        "cancelled": "#C0511A",
        "open": "#44AA99",
        "closed": "#BBBBBB",
        "tense": "#E79A6B",
        "hot": "#A33B00",
        "not begun": "#E3E3E3",
        "in force": "#0B559F",
        "reduced": "#5B9BD0",
        "lapsed": "#C0511A",
        "none": "#E3E3E3",
        "observer": "#B5D2EA",
        "member": "#0B559F",
        "free": "#44AA99",
        "at_war": "#A33B00",
        "absent": "#E3E3E3",
        "piecemeal": "#B5D2EA",
        "engaged": "#0B559F",
        "centrist": "#5B9BD0",
        "islamist": "#44AA99",
        "nationalist": "#C0511A",
        "low_demand": "#E3E3E3",
        "high_demand": "#0B559F",
    }
)
"""Colour of a state of a project, a contract, a pair of states, a membership or a posture."""

INK, FAINT, RULE = "#1B1B1B", "#6B6B6B", "#D9D9D9"
WIDTH = 7.6
"""Width of a figure in inches; the page shows 96 pixels an inch."""
SMALLEST_RANGE = 0.02
"""Half of the smallest range of a chart of changes: what moves less is not painted dark."""
NOISE = 0.001
"""Half of the smallest range over time, in any unit: smaller changes lie flat, and no power of ten stands above."""
LINE, BAND, INNER = 1.7, 0.16, 0.26
SURE = 0.28
"""How dark the 95 % interval of a mean is."""
SHADE = "#EFEFEF"
"""Behind the stretches of the calendar in which runs are of several kinds."""
DASHES = (3.0, 1.6)

_LOOK: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "multivector",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.dpi": 96.0,
    "path.simplify_threshold": 0.3,
}


def look() -> AbstractContextManager[None]:
    """Context in which charts are drawn; outside it matplotlib is as it was."""
    return mpl.rc_context(_LOOK)  # type: ignore[arg-type]


def name(label: str) -> str:
    """What a reader calls a country, pole, pair of states or region.

    >>> name("TUR"), name("WEST"), name("new_road"), name("ARM-AZE")
    ('Türkiye', 'the West', 'new road', 'Armenia–Azerbaijan')
    """
    states = label.split("-")
    if len(states) > 1 and all(state in NAME for state in states):
        return "–".join(NAME[state] for state in states)
    return NAME.get(label, label.replace("_", " "))


def title(label: str) -> str:
    """The same at the head of a chart.

    >>> title("WEST")
    'The West'
    """
    text = name(label)
    return text[:1].upper() + text[1:]


def pole_colour(pole: str, poles: Iterable[str] = ()) -> str:
    """Colour of a pole; one not in the palette gets a spare by its place among the unknown ones."""
    if pole in POLE_COLOUR:
        return POLE_COLOUR[pole]
    unknown = [other for other in poles if other not in POLE_COLOUR]
    place = unknown.index(pole) if pole in unknown else 0
    return _OTHER_POLES[place % len(_OTHER_POLES)]


def scenario_colours(scenarios: Iterable[str], baseline: str = "baseline") -> dict[str, str]:
    """Colour of each scenario: grey for the one compared with, then the palette in order.

    >>> scenario_colours(["baseline", "peace-deal"])
    {'baseline': '#6B6B6B', 'peace-deal': '#882255'}
    """
    others = [scenario for scenario in scenarios if scenario != baseline]
    palette = {other: _SCENARIO_COLOURS[i % len(_SCENARIO_COLOURS)] for i, other in enumerate(others)}
    return {baseline: BASELINE_COLOUR} | palette


def corridor_colour(corridor: str) -> str:
    """Colour of a freight corridor."""
    return CORRIDOR_COLOUR.get(corridor, _OTHER_CORRIDOR)
