"""Draw docs/images/dependence.png: the loss table of the base quarter as a heat map.

python tools/draw_dependence.py
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

from analysis import style
from analysis.charts.heat import heat
from runs.base import base_dependence
from scenarios import load_scenario, load_tables
from scenarios.compile import compile_scenario

IMAGE = Path(__file__).parent.parent / "docs" / "images" / "dependence.png"
COUNTRIES = ["KAZ", "UZB", "TKM", "KGZ", "TJK", "AZE", "GEO", "ARM", "IRN", "TUR"]
CONTROLLERS = ["RUS", "CHN", "TUR", "WEST", "KAZ", "UZB", "TKM", "AZE", "GEO", "IRN"]
CEILING = 25.0  # per cent of GDP at the darkest colour


def main() -> None:
    """Compute the base quarter and draw it."""
    table = base_dependence(compile_scenario(load_scenario("baseline"), load_tables()))
    matrix = table.pivot_table(index="country", columns="controller", values="loss").loc[COUNTRIES, CONTROLLERS]
    figure, axis = plt.subplots(figsize=(9, 5.2), dpi=160)
    heat(axis, matrix, style.LOSSES, (0.0, CEILING))
    axis.tick_params(labelsize=8.5)
    figure.suptitle(
        "What each country would lose if another withheld its links and markets", x=0.01, ha="left", weight="bold"
    )
    figure.text(
        0.01, 0.905, "per cent of GDP a year, first quarter of 2025; Russia to the West: all channels, the others: "
        "network and transit only", fontsize=8.5, color="#444444",
    )  # fmt: skip
    figure.subplots_adjust(left=0.12, right=0.99, bottom=0.02, top=0.82)
    figure.savefig(IMAGE)


if __name__ == "__main__":
    main()
