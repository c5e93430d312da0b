"""Report: one self-contained HTML file of a batch, and a CSV file beside every chart.

The only file of this package that writes. Without charts of its own: figures
come from `figures` and `maps`, words from `sentences` and `claims`.
"""

import shlex
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import pandas as pd

from analysis import figures, maps, page, style
from analysis.claims import Finding, findings_of, wording
from analysis.figures import Exhibit, Gallery
from analysis.page import Section
from analysis.selection import Selection, select
from analysis.sentences import sentences
from analysis.words import listing, number
from runs.batch import Batch
from runs.problems import BatchError
from scenarios import Tables
from scenarios.tables import shipped_tables

FOLDER, FILE = "report", "report.html"


def write_report(batch: Batch, against: str = "baseline", tables: Tables | None = None) -> Path:
    """Write the report of a batch into its folder and return the page's path.

    `against` is the scenario the others are compared with; `tables` gives the
    places of the network (the shipped tables unless given). BatchError when
    no run is finished.
    """
    selection = _selected(batch, against)
    folder = batch.folder / FOLDER
    folder.mkdir(exist_ok=True)
    with style.look():
        view = figures.gallery(selection)
        sections = list(_sections(view, tables or shipped_tables(), folder))
        text = page.page(_title(view), [_head(view, sections), *(section.html for section in sections)])
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def findings(batch: Batch, against: str = "baseline") -> tuple[str, ...]:
    """The opening sentences of a batch, then the verdict on every claim with mean and 95 % interval, or why none."""
    selection = _selected(batch, against)
    said = [sentence.text for sentence in sentences(selection)]
    return (*said, *(f"{f.verdict}: {wording(f.claim)}; {_evidence(f)} [{f.scenario}]" for f in findings_of(selection)))


def _evidence(finding: Finding) -> str:
    """Mean with its interval, or why a claim was not tested."""
    return f"mean {_numbers(finding)}" if finding.runs else finding.reason


def _selected(batch: Batch, against: str) -> Selection:
    selection = select(batch, against)
    if not selection.scenarios:
        msg = f"{batch.folder}: no finished run to report; repeat the command that began the batch"
        raise BatchError(msg)
    return selection if selection.baseline in selection.scenarios else select(batch, selection.scenarios[0])


def _title(view: Gallery) -> str:
    return "Multivector: " + ", ".join(view.scenarios[s].title for s in view.selection.scenarios)


def _head(view: Gallery, sections: Iterable[Section]) -> str:
    """Title, questions and the way around."""
    batch, (first, last) = view.selection.batch, view.selection.ends
    runs = (batch.runs["status"] == "finished").sum()
    questions = "".join(
        f'<div class="scenario" style="border-color:{view.colours[name]}"><strong>{escape(scenario.title)}</strong>'
        f"{escape(scenario.question)}</div>"
        for name, scenario in view.scenarios.items()
    )
    return (
        f"<header><h1>{escape(_heading(view))}</h1><p class='sub'>Multivector batch {escape(batch.name)}: "
        f"{runs} finished runs of {len(view.scenarios)} scenarios, {first} to {last}. Simulated, not forecast: "
        f"see <a href='#limits'>what the model can and cannot say</a>.</p>"
        f"{questions}{page.navigation(sections)}</header>"
    )


def _heading(view: Gallery) -> str:
    changed = [view.scenarios[s].title for s in view.selection.changed]
    return listing(changed or [view.base])


def _sections(view: Gallery, tables: Tables, folder: Path) -> Iterator[Section]:
    """The parts of the page in order; each exhibit's table is written as it comes."""
    selection = view.selection
    lines = "".join(f"<li>{escape(sentence.text)}</li>" for sentence in sentences(selection))
    yield Section("findings", "Findings", "Findings", f'<ol class="findings">{lines}</ol>{_INTERVALS}')
    yield Section("claims", "Claims", "Claims and their verdicts", "\n".join(_claims(view)))
    yield Section("change", "What changes", "What changes", _shown(_changes(view), folder))
    if selection.has("flow"):
        yield Section("map", "Map", "On the map", _shown(_maps(view, maps.Ground.of(tables)), folder))
    if selection.has("loss", "alignment"):
        yield Section("dependence", "Dependence", "Dependence", _shown(_dependence(view), folder))
    if selection.has("alignment"):
        yield Section("alignment", "Alignment", "Alignment", _shown(_alignment(view), folder))
    if selection.has("corridor_flow"):
        yield Section("corridors", "Corridors", "Corridors", _shown([figures.corridors(view)], folder))
    yield Section("limits", "Limits", "What the model can and cannot say", _LIMITS)
    yield Section("provenance", "Provenance", "Provenance", _provenance(view))


def _changes(view: Gallery) -> Iterator[Exhibit]:
    series = figures.asked(view)
    if series:
        yield figures.fans(view, series)
    if series and view.selection.changed:
        yield figures.paired(view, series)
    for scenario in view.selection.changed:
        yield figures.ranking(view, scenario)


def _maps(view: Gallery, ground: maps.Ground) -> Iterator[Exhibit]:
    yield from maps.flow_maps(view, ground)
    for scenario in view.selection.changed:
        yield from maps.change_maps(view, ground, scenario)


def _dependence(view: Gallery) -> Iterator[Exhibit]:
    yield figures.dependence_map(view)
    yield figures.by_pole(view, "loss")
    if view.selection.changed:
        yield figures.effect_maps(view, "loss")


def _alignment(view: Gallery) -> Iterator[Exhibit]:
    yield figures.by_pole(view, "alignment")
    if view.selection.changed:
        yield figures.effect_maps(view, "alignment")
    if view.selection.has("regional_hedging", "regional_autonomy"):
        yield figures.hedging(view)


def _shown(exhibits: Iterable[Exhibit], folder: Path) -> str:
    """Exhibits as HTML, with their tables written beside the page."""
    return "\n".join(_figure(exhibit, folder) for exhibit in exhibits)


def _figure(exhibit: Exhibit, folder: Path) -> str:
    file = f"{exhibit.name}.csv"
    exhibit.table.to_csv(folder / file, index=False, float_format="%.6g", encoding="utf-8")
    return (
        f'<h3>{escape(exhibit.heading)}</h3>\n<figure><div class="wide">'
        f"{page.drawing(exhibit.figure, exhibit.heading)}</div><figcaption>{escape(exhibit.caption)} "
        f'<a href="{escape(file)}">{escape(file)}</a></figcaption></figure>'
    )


def _claims(view: Gallery) -> Iterator[str]:
    """Tables of claims with verdicts, one a scenario, and the rule."""
    found = findings_of(view.selection)
    if not found:
        yield "<p>No claims in this batch. A scenario file states them under <code>expect</code>.</p>"
        return
    for scenario in dict.fromkeys(finding.scenario for finding in found):
        yield f"<h3>{escape(view.scenarios[scenario].title)}</h3>"
        yield _verdicts([finding for finding in found if finding.scenario == scenario])
    yield _RULE


def _verdicts(found: list[Finding]) -> str:
    """The claims of one scenario."""
    rows = pd.DataFrame(
        {
            "Claim": [_claim(finding) for finding in found],
            "Verdict": [f'<span class="verdict {f.verdict.replace(" ", "-")}">{f.verdict}</span>' for f in found],
            "Mean (95 % interval)": [_numbers(finding) for finding in found],
            "Runs as claimed": [f"{100 * f.share:.0f} % of {f.runs}" if f.runs else "–" for f in found],
        }
    )
    return page.table(rows, numeric=("Mean (95 % interval)", "Runs as claimed"), raw=("Claim", "Verdict"))


def _claim(finding: Finding) -> str:
    """What is claimed, where it comes from and why it was not tested, as HTML."""
    claim = finding.claim
    remarks = " ".join(filter(None, [claim.note, finding.reason and f"Not tested: {finding.reason}."]))
    small = f'<br><span class="small">{escape(remarks)}</span>' if remarks else ""
    return f"<strong>{escape(claim.claim)}</strong>: {escape(wording(claim))}{small}"


def _numbers(finding: Finding) -> str:
    """Mean with its interval, with as many digits as the size of the claim asks for."""
    if not finding.runs:
        return "–"
    digits = 3 if finding.claim.size < 0.1 else 2 if finding.claim.size < 1 else 1  # noqa: PLR2004 - decades
    mean, low, high = (number(value, digits) for value in (finding.mean, finding.mean_low, finding.mean_high))
    return f"{mean} ({low} to {high})"


def _provenance(view: Gallery) -> str:
    """What the batch was computed with, and what failed."""
    batch, manifest = view.selection.batch, view.selection.batch.manifest
    states = batch.runs["status"].value_counts()
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    rows = [
        ("Batch", batch.name),
        ("Command", shlex.join(manifest["command"])),
        ("Started, finished", f"{manifest['started']}, {manifest['finished'] or 'not yet'}"),
        ("Seed", str(manifest["plan"]["seed"])),
        ("Runs", ", ".join(f"{count} {state}" for state, count in states.items())),
        ("Recorded", f"{manifest['plan']['every']}: {', '.join(batch.measures)}"),
        ("Identity", manifest["identity"]),
        ("Model source", manifest["plan"]["model"]),
        ("Data", manifest["data"]),
        ("Versions", versions),
    ]
    reasons = batch.runs.loc[batch.runs["status"] == "failed", "reason"].value_counts().head(5)
    rows += [("Failed", f"{count} × {reason}") for reason, count in reasons.items()]
    texts = "".join(
        f"<details><summary>{escape(scenario)}, as resolved</summary><pre class='wide small'>"
        f"{escape(batch.text(scenario))}</pre></details>"
        for scenario in view.selection.scenarios
    )
    return page.definitions(rows) + texts


_INTERVALS = (
    "<p class='small'>Effects are differences between a scenario and the baseline, taken run by run: the same "
    "run has the "
    "same luck in both. Two intervals occur and are named where they do: the 95 % interval of the mean over runs "
    "(Student's t) "
    "and the range of 95 % of the runs. An effect is certain in sign when that interval of the mean leaves out zero "
    "and at least 90 % "
    "of the paired runs agree; a change of a share of exports counts when the volume sold moves the same way by at "
    "least 5 %.</p>"
)
_RULE = (
    "<p class='small'>A claim <em>holds</em> when at least 90 % of the runs and the whole 95 % interval of the "
    "mean lie "
    "beyond its size in the direction claimed, and <em>fails</em> when they do in the opposite one; an effect "
    "that stays within "
    "the size is <em>negligible</em>; the rest is <em>undecided</em>. Against a level or a range, the size is "
    "the margin a "
    "failure needs. Only runs in which the event named by the claim has begun are counted.</p>"
)
_LIMITS = """<ul>
<li>It can say which way a change pushes flows, dependence and alignment under stated rules, how large the push is
compared with the luck of the runs, and which link, contract or partner carries it.</li>
<li>It can compare scenarios: the same luck in both leaves the difference to the scenario. Differences are firmer
than levels.</li>
<li>It cannot forecast dates, wars, changes of government or prices. Events happen because a scenario file says so.</li>
<li>Intervals show chance and, where a batch samples them, uncertain parameters. They do not show that a rule of
the model may
be wrong.</li>
<li>Dependence is what a country would lose if a controller withheld trade, transit, money or protection, in per cent of
GDP. It is a threat point, not a prediction that anyone will withhold.</li>
<li>Several inputs are expert codings with a stated reason, and some transport times and costs are imputed by mode
and length;
both are marked in the data.</li>
<li>Nothing published after the start of a run enters it.</li>
</ul>"""
