"""Write docs/quality.md and its images: what the baseline does by itself, over many runs.

python tools/document_quality.py [--runs 1000]
"""

import argparse
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis import style
from analysis.judgement import markdown
from model.arrays import Array
from runs import manifest, quality
from scenarios import load_scenario
from scenarios.compile import compile_scenario
from scenarios.compiling.leaders import FIRST
from scenarios.tables import shipped_tables

TOOLS = Path(__file__).resolve().parent
DOCS = TOOLS.parent / "docs"
STARTS, YEARS = 48, 50
"""Starting points of the map of stability, and the years that each is followed."""
SETTLED = 0.01
CORRIDOR, DELAY, RAMP = "middle", 20.0, 28
"""What is followed in tools/northern-risk.yaml: the corridor, days more at the peak, quarters up and down."""


def main() -> None:
    """Run everything, draw it and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    world = compile_scenario(load_scenario("baseline"))
    seen = quality.watched(world, runs)
    ends, shares = quality.near_bounds(world, seen.alignment), quality.residual_shares(world)
    rates = quality.event_rates(world, shipped_tables("2025Q1"), seen)
    away = quality.distances(quality.lasting(world, 4 * YEARS), STARTS)
    loop = quality.loop(compile_scenario(load_scenario(TOOLS / "northern-risk.yaml")), CORRIDOR)
    with style.look():
        _draw(_rates(rates), "quality-rates")
        _draw(_returns(away), "quality-returns")
        _draw(_loop(loop), "quality-loop")
    parts = [_head(runs), _bounds(ends), _residual(shares), _events(rates), _stability(away), _hysteresis(loop)]
    (DOCS / "quality.md").write_text("\n".join(parts), encoding="utf-8")


def _head(runs: int) -> str:
    return f"""# What the baseline does by itself

Made by `python tools/document_quality.py --runs {runs}` with model {manifest.model_version()[:8]}: {runs} runs of the
baseline with seed 1, 2025Q1 to 2040Q4. Another model or other tables give other figures; nothing here is tuned to look
well.
"""


def _bounds(ends: pd.DataFrame) -> str:
    most = ends.nlargest(8, "near").query("near > 0").assign(near=lambda t: (100 * t["near"]).round(1))
    return f"""## Alignments at a bound

{100 * ends["near"].mean():.1f} % of all alignments end within {quality.NEAR:g} of −1 or 1 (wanted: fewer than 5 %).
Those that do most often, in per cent of the runs, with their mean:

{markdown(most.round(2).rename(columns={"near": "at a bound, %"}))}
"""


def _residual(shares: pd.DataFrame) -> str:
    table = shares.pivot_table(index="country", columns="pole", values="share", sort=False).round(2)
    text = table.astype(object).where(table.notna(), "").reset_index()
    return f"""## What nothing known explains

The law of an alignment has a residual, so that the base quarter is at rest: what the named terms (offers, affinity,
institutions, dependence, threat, peers, rivalry and so on) do not explain. Its share of what pushes (curvature and
anchor, which pull back, left out) has the median {shares["share"].median():.2f} (wanted: below 0.5); by cell:

{markdown(text)}
"""


def _events(rates: pd.DataFrame) -> str:
    return f"""## Events against the record

![Events a decade, simulated and on record](images/quality-rates.png)

Events a decade. On record, with the 95 % interval of a Poisson count: postures since the first on record of the pole,
pairs of states and memberships since {quality.PAIRS_FROM}, leaders since {FIRST}. Simulated: mean, and what 95 % of
the runs have. Fewer states than then are left to join economic institutions.

{markdown(rates.round(1))}
"""


def _stability(away: Array) -> str:
    far = away.max(axis=(1, 2))
    settled = f"all lie within {SETTLED:g} of the base after {np.argmax(far < SETTLED) / 4:.0f} years"
    said = settled if far[-1] < SETTLED else "not all come back"
    return f"""## Where displaced alignments come to rest

![How far displaced alignments lie from the base](images/quality-returns.png)

{STARTS} starts with every alignment anywhere between −1 and 1 at once, chance, growth and trends off: {said}; after
{YEARS} years the farthest is {far[-1]:.4f} away. The coupled system has one attractor, the base; none of the feedbacks
(threat and dependence, peers, rivals, trade that follows alignment) is strong enough for a second one.
"""


def _hysteresis(loop: pd.DataFrame) -> str:
    ways = _ways(loop)
    widest = ways.iloc[int(np.argmax(np.abs(ways["down"] - ways["up"])))]
    return f"""## What a passing risk leaves behind

![Freight of the middle corridor as the north gets slow and quick again](images/quality-loop.png)

Over seven years the crossing at Brest takes {DELAY:g} days more, over seven more as many fewer
(`tools/northern-risk.yaml`; chance, growth and trends off, capacity grows where it is short). At {widest["days"]:.1f}
days more the middle corridor carries {widest["up"]:+.2f} Mt on the way up and {widest["down"]:+.2f} on the way down;
once the north is as quick as before {ways["down"].iloc[0]:+.3f} Mt are left. What stays is capacity that was built
meanwhile; habits of trade fade.
"""


def _ways(loop: pd.DataFrame) -> pd.DataFrame:
    """What a corridor gains by `days` of delay, on the way `up` and `down`."""
    change, first = (loop["under"] - loop["without"]).to_numpy(), loop["time"].tolist().index("2025Q4")
    up, down = change[first : first + RAMP + 1], change[first + RAMP : first + 2 * RAMP + 1]
    return pd.DataFrame({"days": np.linspace(0.0, DELAY, RAMP + 1), "up": up, "down": down[::-1]})


def _rates(rates: pd.DataFrame) -> Figure:
    """Simulated and recorded rates beside each other."""
    figure, axis = plt.subplots(figsize=(8, 1.0 + 0.33 * len(rates)), dpi=150)
    places = np.arange(len(rates))[::-1].astype(float)
    for who, colour, lift in (("recorded", style.INK, 0.15), ("simulated", style.RISE, -0.15)):
        axis.hlines(places + lift, rates[f"{who}_low"], rates[f"{who}_high"], color=colour, lw=2)
        axis.plot(rates[who], places + lift, "o", color=colour, ms=5, label=who)
    axis.set_yticks(
        places,
        [f"{process}: {style.title(kind)}" for process, kind in zip(rates["process"], rates["kind"], strict=True)],
    )
    axis.set_xlabel("events a decade")
    axis.legend(loc="upper right", frameon=False)
    axis.set_title("Events come about as often as on record", loc="left", weight="bold", fontsize=11)
    figure.tight_layout()
    return figure


def _returns(away: Array) -> Figure:
    """Distances from the base over time."""
    figure, axis = plt.subplots(figsize=(8, 3.6), dpi=150)
    time = np.arange(len(away)) / 4
    flat = away.reshape(len(away), -1)
    for level, name, dashes in ((1.0, "farthest", ":"), (0.95, "95 % are nearer", "--"), (0.5, "half are nearer", "-")):
        axis.plot(time, np.quantile(flat, level, axis=1), dashes, label=name, color=style.RISE)
    axis.set(yscale="log", xlabel="years", ylabel="distance from the base, index")
    axis.legend(frameon=False)
    axis.set_title("Displaced alignments return to one base", loc="left", weight="bold", fontsize=11)
    figure.tight_layout()
    return figure


def _loop(loop: pd.DataFrame) -> Figure:
    """What the corridor gains on the way up and down."""
    figure, axis = plt.subplots(figsize=(8, 3.8), dpi=150)
    ways = _ways(loop)
    axis.plot(ways["days"], ways["up"], color=style.FALL, label="slower, 2026 to 2032")
    axis.plot(ways["days"], ways["down"], color=style.RISE, label="quicker, 2033 to 2039")
    axis.set(xlabel="days more at Brest", ylabel="middle corridor, Mt a year more")
    axis.legend(frameon=False)
    axis.set_title("Freight that left the north comes back late", loc="left", weight="bold", fontsize=11)
    figure.tight_layout()
    return figure


def _draw(figure: Figure, name: str) -> None:
    figure.savefig(DOCS / "images" / f"{name}.png")
    plt.close(figure)


if __name__ == "__main__":
    main()
