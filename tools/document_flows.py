"""Write docs/flows.md: base flows, free constants and the test of 2022 and 2023.

    python tools/document_flows.py            write
    python tools/document_flows.py --check    write nothing; exit 1 when the page shows other numbers

Explanations of series beyond 40 % stand in docs/flows_explained.csv; a series without one fails the check.
"""

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from model.arrays import Array
from model.network import Routes
from runs.base import base_dependence, by_controller, domain_comparison, ranked_dependence
from runs.flows import BASE_YEAR, Case, base_flows, base_markets, base_pairs, free_constants, load_case
from runs.years import ALARM, out_of_sample, scores

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "flows.md"
EXPLAINED = ROOT / "docs" / "flows_explained.csv"
PROFILES = ROOT / "tests" / "reference" / "domain_profiles.csv"
COMMAND = "python tools/document_flows.py"
DEAR = 5.0  # USD per unit: a shadow price at base that asks for a reason


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    options = parser.parse_args()
    text = page(load_case())
    if options.check:
        fresh = _body(text) == _body(PAGE.read_text(encoding="utf-8")) and "unexplained" not in text
        print("up to date" if fresh else "out of date")
        return int(not fresh)
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(text.splitlines())} lines")
    return 0


def _body(text: str) -> str:
    """The page without its date."""
    return text.partition("\n\n")[2].partition("\n\n")[2]


def page(case: Case) -> str:
    """The whole page."""
    past = pd.concat([out_of_sample(case, year) for year in (BASE_YEAR - 2, BASE_YEAR - 1)], ignore_index=True)
    today = dt.datetime.now(tz=dt.UTC).date()
    parts = [
        f"# Flows\n\nMade on {today} by `{COMMAND}`; the same tables on the terminal: `multivector show flows`.",
        *_base(case),
        *_past(past),
        *_dependence(case),
    ]
    return "\n\n".join(parts) + "\n"


def _base(case: Case) -> Iterator[str]:
    pairs, markets = base_pairs(case), base_markets(case)
    seen = pairs[pairs["kind"] == "i"]
    worst = (seen["modelled"] - seen["observed"]).abs().max()
    yield (
        "## The base\n\nOil and gas flows of 2024 between sources and sinks, and the volumes of freight, power and"
        " fibre markets, are exact by construction: each costs a free constant. Largest difference: "
        f"{worst:.3f} Mt or bcm a year over {len(seen)} pairs,"
        f" {100 * markets['error'].abs().max():.3f} % over {len(markets)} markets. What is not put in is by which lines"
        " the volumes go; the table below compares that with published totals. `comparable` is false where the"
        " published figure counts something the layer does not hold."
    )
    yield markdown(
        base_flows(case)[["observation", "layer", "year", "observed", "modelled", "error", "comparable", "note"]]
    )
    yield (
        "### Free constants\n\nPairs: i observed, ii open but never observed, iii never open at base. Ranges of c are"
        " in units of the exponent."
    )
    yield markdown(free_constants(case))
    yield (
        "The corridor constants are fitted by `python tools/fit_freight_constants.py` against one published total"
        " each. A constant for China-Europe boxes on the northern way was dropped: it moved by hundreds of USD for a"
        " few per cent, because the market's volume already is nearly the published total."
    )
    yield markdown(case.tables["freight_constants"][["corridor", "cargo", "constant", "observation", "reason"]])
    yield "### Base flows of pairs\n\n`low` and `high` say how far the figure of 2024 is known."
    yield markdown(seen[["source", "sink", "observed", "low", "high", "modelled", "confidence"]])
    yield f"### Links full at base\n\nShadow price above {DEAR:.0f} USD per unit."
    yield markdown(full_links(case))


def full_links(case: Case) -> pd.DataFrame:
    """The binding link of every segment with a shadow price above the limit."""
    state, _ = case.base
    rows = []
    for routes, solved in (
        (case.world.freight.routes, state.freight),
        (case.world.exchange.pairs.routes, state.exchange),
    ):
        rows += list(_full(case, routes, solved.price[:, 0], solved.load[:, 0], state.capacity[:, 0]))
    return pd.DataFrame(rows)


def _full(case: Case, routes: Routes, price: Array, load: Array, capacity: Array) -> Iterator[dict[str, object]]:
    segments, links = routes.segments, case.network.links
    ends = [*segments.start[1:], len(segments.links)]
    for s, (first, last) in enumerate(zip(segments.start, ends, strict=True)):
        if price[s] > DEAR:
            link = min(segments.links[first:last], key=lambda e: float(capacity[e]))
            name = str(links["id"].iloc[link])
            yield {
                "link": f"{name} {links['name'].iloc[link]}",
                "shadow price": float(price[s]),
                "flow": 4 * float(load[s]),
                "why": explanations().get(name, "unexplained"),
            }


def _past(past: pd.DataFrame) -> Iterator[str]:
    yield (
        "## Out of sample: 2022 and 2023\n\nConstants of 2024 (pairs, corridors, outside options) are kept; supply,"
        " demand, capacity and openness of the year are given. With sales and purchases both given, prices follow and"
        " are not fed in. Markets without a figure for the year keep their base volume. Persistence is, for a pair,"
        " last year's share of its source's sales times this year's sales; for a total, last year's figure. Scored are"
        " comparable series of at least 0.1 Mt or bcm. A pair is forced when its source or sink has no other open"
        " partner. The openness of Central Asia-Centre in 2022-23 was corrected after a first look at these errors"
        " (median then 9.6 %, now below); that, and the choice of what is comparable, is hindsight."
    )
    yield markdown(scores(past))
    for year, table in past.groupby("year"):
        yield f"Of {year} alone:"
        yield markdown(scores(table).head(5))
    yield f"### Series beyond {100 * ALARM:.0f} %"
    yield markdown(explained(past))
    yield "### All series"
    columns = [
        "series",
        "layer",
        "observed",
        "modelled",
        "modelled_error",
        "persistence",
        "persistence_error",
        "scored",
    ]
    for year, table in past.groupby("year"):
        yield f"#### {year}"
        yield markdown(table.sort_values(["scored", "layer", "series"], ascending=[False, True, True])[columns])


def explanations() -> dict[str, str]:
    """What was found by looking, by series, link or cell."""
    return dict(pd.read_csv(EXPLAINED).itertuples(index=False, name=None))


def explained(past: pd.DataFrame) -> pd.DataFrame:
    """Scored series with an error beyond the alarm, each with what was found by looking."""
    known = explanations()
    far = past[past["scored"] & (past["modelled_error"] > ALARM)].sort_values(["series", "year"])
    return far.assign(explanation=[known.get(name, "unexplained") for name in far["series"]])[
        ["series", "year", "observed", "modelled", "modelled_error", "explanation"]
    ]


def _dependence(case: Case) -> Iterator[str]:
    profiles = pd.read_csv(PROFILES)
    compared = domain_comparison(case.world, profiles)
    yield (
        "## Dependence at the base\n\nPer cent of GDP lost if a controller withheld; controllers that are no pole act"
        " through the network alone."
    )
    yield markdown(by_controller(base_dependence(case.world)))
    yield "The largest losses:"
    yield markdown(ranked_dependence(case.world).head(40))
    tau = ", ".join(f"{name} {value:.2f}" for name, value in compared.attrs["tau"].items())
    yield (
        "### Beside five regional texts\n\nClasses coded by hand from texts of 2024-25, never an input. Kendall's tau"
        f" of the index: {tau}. Cells two or more classes apart (0 very low to 4 very high):"
    )
    known = explanations()
    far = compared[compared["apart"].abs() > 1]
    cells = zip(far["country"], far["controller"], strict=True)
    yield markdown(far.assign(why=[known.get(" ".join(cell), "unexplained") for cell in cells]))


def markdown(table: pd.DataFrame) -> str:
    """A table as Markdown, numbers with three digits that matter."""
    cells = [[_spell(value) for value in row] for row in table.itertuples(index=False)]
    lines = [list(map(str, table.columns)), ["---"] * len(table.columns), *cells]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def _spell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"  # noqa: PLR0124, PLR2004
    return str(value).replace("|", "/")


if __name__ == "__main__":
    raise SystemExit(main())
