"""Verdicts: the claims of scenarios with what became of them, as tables."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import pandas as pd

from analysis import page, spans
from analysis.amounts import decimals, figures
from analysis.answers import answer
from analysis.chances import said_once
from analysis.claims import PAIRED, Finding, wording
from analysis.figures import Gallery
from analysis.mixtures import remark

NONE = "<p>No claims in this batch. A scenario file states them under <code>expect</code>.</p>"


def of_batch(view: Gallery, found: Sequence[Finding]) -> Iterator[str]:
    """Tables of claims with verdicts, one a scenario, and the rule; those of the baseline folded away."""
    by_scenario = {s: [f for f in found if f.scenario == s] for s in dict.fromkeys(f.scenario for f in found)}
    base = by_scenario.pop(view.selection.baseline, []) if len(by_scenario) > 1 else []
    for scenario, claims in by_scenario.items():
        yield f"<h3>{escape(view.scenarios[scenario].title)}</h3>{_table(view, claims)}"
    if base:
        counted = f"Claims of {view.reference}: {tally(base)}"
        yield f"<details><summary>{escape(counted)}</summary>{_table(view, base)}</details>"
    yield _RULE


def tally(found: Iterable[Finding]) -> str:
    """How many claims got which verdict.

    >>> from scenarios import Claim
    >>> claim = Claim(claim="x", measure="gdp", by="2030Q4", relation="falls", size=1)
    >>> tally([Finding("s", claim, "holds"), Finding("s", claim, "fails"), Finding("s", claim, "holds")])
    '2 × holds, 1 × fails'
    """
    counts = pd.Series([finding.verdict for finding in found]).value_counts(sort=False)
    return ", ".join(f"{count} × {verdict}" for verdict, count in counts.items())


def frame(found: Iterable[Finding]) -> pd.DataFrame:
    """Verdicts as a table in words: scenario, claim, what it says, verdict, mean with its interval, runs as claimed."""
    found = tuple(found)
    more = {"at the points": [at_points(finding) for finding in found]} if any(f.points for f in found) else {}
    rows = [
        {
            "scenario": finding.scenario,
            "claim": finding.claim.claim,
            "says": wording(finding.claim),
            "verdict": finding.verdict,
            "mean (95 % interval)": numbers(finding) if finding.runs else finding.reason,
            "runs as claimed": share(finding),
        }
        for finding in found
    ]
    return pd.DataFrame(rows).assign(**more)


def at_points(finding: Finding) -> str:
    """What becomes of a claim at the points of the parameters, and how far its mean spreads; empty where none are.

    >>> from scenarios import Claim
    >>> claim = Claim(claim="x", measure="gdp", by="2030Q4", relation="falls", size=1)
    >>> points = {f"p = {n}": Finding("s", claim, "holds", runs=9, mean=-2.0 * n) for n in (1, 2)}
    >>> points |= {"p = 9": Finding("s", claim, "fails", runs=9, mean=0.5)}
    >>> at_points(Finding("s", claim, "by point", 9, -1.0, -1.0, -1.0, points=points))
    'holds at p = 1 and 2, fails at p = 9; from −4.00 at p = 2 to +0.50 at p = 9'
    """
    known = {name: one for name, one in finding.points.items() if one.runs}
    if not known:
        return ""
    groups: dict[str, list[str]] = {}
    for name, one in known.items():
        groups.setdefault(one.verdict, []).append(name)
    each = [f"{verdict} {spans.at_points(names)}" for verdict, names in groups.items()]
    said = ", ".join(each) if len(groups) > 1 else f"{finding.verdict} at each of {len(known)} points"
    means = {name: one.mean for name, one in known.items()}
    places = decimals(finding.mean, finding.mean_low, finding.mean_high, finding.mark)
    return f"{said}; {spans.ends(means, places, signed=finding.claim.relation in PAIRED)}"


def mark(verdict: str) -> str:
    """A verdict as a coloured label, HTML."""
    return f'<span class="verdict {verdict.replace(" ", "-")}">{verdict}</span>'


def numbers(finding: Finding) -> str:
    """Mean with its interval, and a sign where it is a change."""
    if not finding.runs:
        return "–"
    signed = finding.claim.relation in PAIRED
    mean, ends = figures(finding.mean, finding.mean_low, finding.mean_high, finding.mark, signed=signed)
    return f"{mean} ({ends})"


def said(finding: Finding) -> str:
    """What is claimed, as HTML."""
    return f"<strong>{escape(finding.claim.claim)}</strong>: {escape(wording(finding.claim))}"


def remarks(finding: Finding, why: str = "") -> str:
    """Where a claim comes from, why it was not tested, what was found and `why`."""
    untested = finding.reason and f"Not tested: {finding.reason}."
    return " ".join(filter(None, [finding.claim.note, untested, why, ended(finding)]))


def ended(finding: Finding) -> str:
    """What became of a claim at the points, as a sentence."""
    text = at_points(finding)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _table(view: Gallery, found: Sequence[Finding]) -> str:
    """The claims of one scenario."""
    rows = pd.DataFrame(
        {
            "Claim": [said(finding) for finding in found],
            "Verdict": [mark(finding.verdict) for finding in found],
            "Mean (95 % interval)": [numbers(finding) for finding in found],
            "Runs as claimed": [share(finding) for finding in found],
            page.BELOW: said_once(remarks(finding, _found(view, finding)) for finding in found),
        }
    )
    figures = ("Mean (95 % interval)", "Runs as claimed")
    return page.table(rows, numeric=figures, named=figures, raw=("Claim", "Verdict"))


def _found(view: Gallery, finding: Finding) -> str:
    """What was found, and why the runs divide."""
    return " ".join(filter(None, [answer(view.selection, finding), remark(view.selection, finding)]))


def share(finding: Finding) -> str:
    """The share of the runs that are as claimed."""
    return f"{100 * finding.share:.0f} % of {finding.runs}" if finding.runs else "–"


_RULE = (
    "<p class='small'>A claim <em>holds</em> when at least 90 % of the runs and the whole 95 % interval of the "
    "mean lie beyond its size in the direction claimed, and <em>fails</em> when they do in the opposite one; an effect "
    "that stays within the size is <em>negligible</em>, unless it is certain in sign, as claimed and more than a tenth "
    "of the size: then, and where runs are of several kinds and yet the whole interval of the mean lies short of what "
    "is claimed, a claim is <em>not met</em>; the rest is <em>undecided</em>; <em>by point</em>: points of the "
    "parameters differ. Against a level or a range, the size is the margin a failure needs, and what misses by less is "
    "<em>not met</em>. Only runs are counted in which the event named by the claim has begun and the time it looks at "
    "was recorded.</p>"
)
