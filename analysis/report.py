"""Report: one self-contained HTML file of a batch, with the table and the drawing of every chart beside it.

Without charts of its own: figures come from `figures`, `maps` and their like,
words from `sentences` and `verdicts`, files from `press`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pandas as pd

from analysis import (
    corridors,
    figures,
    gains,
    hedging,
    incomes,
    maps,
    matrices,
    page,
    planes,
    poles,
    ranks,
    reasons,
    responses,
    style,
    timelines,
    together,
    trust,
    verdicts,
    words,
)
from analysis.bases import beyond, chosen
from analysis.claims import Finding, findings_of
from analysis.figures import Exhibit, Gallery
from analysis.page import Section
from analysis.peaks import EFFECTS
from analysis.press import Press
from analysis.selection import Selection
from analysis.sentences import sentences
from analysis.words import listing
from runs.planning import own_parameters
from scenarios import Tables

FOLDER, FILE = "report", "report.html"


@dataclass(frozen=True)
class Report:
    """A page that was written, and what it says first."""

    path: Path
    sentences: tuple[str, ...]
    """Findings, and last, where parameters vary, over how many points they are means."""
    findings: tuple[Finding, ...]


def write_report(selection: Selection, tables: Tables | None = None, *, png: bool = False) -> Report:
    """Write the report of a batch into its folder.

    A selection against another scenario than the batch's own baseline gets a folder of its own. `tables` gives the
    places of the network (those of the batch unless given); `png` asks for PNG files beside the SVG.
    """
    with words.named_by(selection.batch.data):
        return _written(selection, tables or words.tables(), png=png)


def _written(selection: Selection, tables: Tables, *, png: bool) -> Report:
    pooled = filter(None, [words.pooled(len(selection.points))])
    told, found = (*(s.text for s in sentences(selection)), *pooled), findings_of(selection)
    with style.look():
        view = figures.gallery(selection)
        press = Press.of(view, selection.batch.folder / _folder(selection), png=png)
        body = [
            *_opening(view, told, found),
            *_sections(view, tables, press),
        ]
        text = page.page(_title(view), [_head(view, body), *(section.html for section in body)])
    path = press.folder / FILE
    path.write_text(text, encoding="utf-8")
    return Report(path, told, found)


def _folder(selection: Selection) -> str:
    usual = chosen(selection.batch)
    alike = (selection.baseline, selection.bases) == (usual.baseline, usual.bases)
    return FOLDER if alike else f"{FOLDER}-against-{selection.baseline}"


def _title(view: Gallery) -> str:
    return "Multivector: " + _named([view.scenarios[s].title for s in view.selection.scenarios])


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
        f"see <a href='#limits'>what the model can and cannot say</a>. "
        f"{words.pooled(len(view.selection.points))}</p>"
        f"{questions}{page.navigation(sections)}</header>"
    )


def _heading(view: Gallery) -> str:
    changed = [view.scenarios[s].title for s in view.selection.changed]
    return _named(changed or [view.base])


def _named(titles: Sequence[str]) -> str:
    """Titles in a row; several in quotes, since a title may have a comma.

    >>> _named(["Peace"]), _named(["Peace, at last", "War"])
    ('Peace', '“Peace, at last” and “War”')
    """
    return listing([f"“{title}”" for title in titles]) if len(titles) > 1 else titles[0]


def _opening(view: Gallery, told: Sequence[str], found: Sequence[Finding]) -> Iterator[Section]:
    """Claims with verdicts, if any, and sentences."""
    if found:
        yield Section("claims", "Claims", "Claims and their verdicts", "\n".join(verdicts.of_batch(view, found)))
    lines = "".join(f"<li>{escape(text)}</li>" for text in told)
    none = "" if found else verdicts.NONE
    yield Section("findings", "Findings", "Findings", f'<ol class="findings">{lines}</ol>{none}{_intervals(view)}')


def _sections(view: Gallery, tables: Tables, press: Press) -> Iterator[Section]:
    """The parts of the page in order; the files of each exhibit are written as it comes."""
    selection, ground = view.selection, maps.Ground.of(tables)
    changes = maps.changes(view, ground, *selection.changed) if selection.has("flow") else []
    drawn = press.shown(_changes(view)) + gains.shown(view, press) + together.shown(view, press)
    yield Section("change", "What changes", "What changes", _said(_built(view)) + _said(_apart(view)) + drawn)
    if why := list(reasons.exhibits(view)):
        drawn = press.shown(why) + _unexplained(selection, why)
        yield Section("why", "Why", "Why: what carries the largest effects", drawn)
    if responses.varied(selection):
        yield Section("parameters", "Parameters", "What the parameters do", responses.shown(view, press))
    if selection.has("flow"):
        missing = maps.without(view, changes)
        yield Section("map", "Map", "On the map", press.shown(_maps(view, ground, changes)) + _said(missing))
    if selection.has("loss", "alignment"):
        yield Section("dependence", "Dependence", "Dependence", press.shown(_dependence(view)) + _still(view, "loss"))
    if selection.has("alignment"):
        yield Section("alignment", "Alignment", "Alignment", press.shown(_alignment(view)) + _still(view, "alignment"))
    if selection.has("corridor_flow"):
        yield Section("corridors", "Corridors", "Corridors", press.shown([corridors.exhibit(view)]))
    if moving := timelines.exhibits(view):
        heading = "Projects, contracts, memberships and pairs of states over time"
        yield Section("timelines", "Timelines", heading, press.shown(moving))
    yield Section("limits", "Limits", "What the model can and cannot say", LIMITS + trust.shown(view, press, changes))
    yield Section("provenance", "Provenance", "Provenance", _provenance(view))


def _changes(view: Gallery) -> Iterator[Exhibit]:
    series = figures.asked(view)
    if series:
        yield figures.fans(view, series)
    if series and view.selection.changed:
        yield figures.paired(view, series)
    yield from _rankings(view)
    yield from incomes.exhibits(view)
    yield from ranks.exhibits(view)


def _rankings(view: Gallery) -> Iterable[Exhibit]:
    """The largest effects of each scenario; those of scenarios of which all that is shown is equal stand once."""
    found: dict[tuple[str, ...], Exhibit] = {}
    for scenario in view.selection.changed:
        for exhibit in figures.ranking(view, scenario):
            shown = tuple(exhibit.table[["measure", "label", "said"]].to_numpy().ravel())
            found[shown] = _beside(found[shown], view, scenario, exhibit) if shown in found else exhibit
    return found.values()


def _beside(first: Exhibit, view: Gallery, scenario: str, exhibit: Exhibit) -> Exhibit:
    """An exhibit that stands for another scenario too."""
    title = words.quoted(view.scenarios[scenario].title)
    return replace(
        first,
        heading=f"{first.heading} and {title}",
        caption=f"{first.caption} Under {title} all numbers shown are the same.",
        table=pd.concat([first.table, exhibit.table], ignore_index=True),
    )


def _maps(view: Gallery, ground: maps.Ground, changes: Sequence[maps.Change]) -> Iterator[Exhibit]:
    yield from maps.change_maps(view, changes)
    yield from maps.flow_maps(view, ground)


def _dependence(view: Gallery) -> Iterator[Exhibit]:
    yield matrices.dependence_map(view)
    yield poles.by_pole(view, "loss")
    if view.selection.changed:
        yield from matrices.effect_maps(view, "loss")


def _alignment(view: Gallery) -> Iterator[Exhibit]:
    yield poles.by_pole(view, "alignment")
    yield from planes.exhibits(view)
    if view.selection.changed:
        yield from matrices.effect_maps(view, "alignment")
    if view.selection.has("regional_hedging", "regional_autonomy"):
        yield from hedging.exhibits(view)


def _still(view: Gallery, measure: str) -> str:
    """That no scenario has an effect worth a matrix, where none has."""
    none = view.selection.changed and not matrices.moving(view, measure)
    return _said(matrices.still(view, measure) if none else "")


def _said(text: str) -> str:
    """A sentence as a paragraph of its own; nothing for none."""
    return f"<p>{escape(text)}</p>" if text else ""


def _provenance(view: Gallery) -> str:
    """What the batch was computed with, and what failed."""
    batch, manifest = view.selection.batch, view.selection.batch.manifest
    states = batch.runs["status"].value_counts()
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    rows = [
        ("Batch", batch.name),
        ("Command", batch.commands),
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


def _intervals(view: Gallery) -> str:
    """What the intervals of the page are."""
    other = ", or the one that it builds on" if view.selection.bases else ""
    return (
        f"<p class='small'>Effects are differences between a scenario and “{escape(view.base)}”{other}, "
        f"{escape(view.pairing)}. {escape(_own(view))}{TWO_INTERVALS} {_least()}</p>"
    )


def _built(view: Gallery) -> str:
    """Which scenarios build on another one of the batch, and whether effects are what they add to it, in sentences."""
    bases, batch = beyond(view.selection).bases, view.selection.batch.name
    pairs = [] if view.selection.batches else list(bases.items())
    titles = {name: words.quoted(view.scenarios[name].title) for pair in pairs for name in pair}
    built = listing([f"{titles[name]} builds on {titles[base]}" for name, base in pairs])
    if not built:
        return ""
    if any(base != s for s, base in view.selection.bases.items()):
        said, other, shows = "what each adds to that", view.selection.baseline, "the effects of all together"
    else:
        first, other = pairs[0]
        said, shows = f"differences from {view.reference}, and so those of all together", f"what {titles[first]} adds"
    return f"{built}: effects on this page are {said}. multivector report {batch} --against {other} shows {shows}."


def _apart(view: Gallery) -> str:
    """Which scenarios do not build on what others are compared with, as a sentence; empty where all do."""
    alone = [words.quoted(view.scenarios[s].title) for s, base in view.selection.bases.items() if s == base]
    does, stands = ("does", "stands") if len(alone) == 1 else ("do", "stand")
    return f"{listing(alone)} {does} not build on {view.reference} and {stands} beside it." if alone else ""


def _own(view: Gallery) -> str:
    """Of which parameters a scenario has values of its own, as a sentence with a space; empty where none has."""
    content, base = view.selection.batch.manifest["plan"], view.selection.base
    own = {name: own_parameters(content, name, base(name)) for name in view.selection.changed}
    said = [f"{words.quoted(view.scenarios[name].title)} ({', '.join(of)})" for name, of in own.items() if of]
    return f"Effects are those of its own parameters too in {words.listing(said)}. " if said else ""


def _unexplained(selection: Selection, why: Sequence[Exhibit]) -> str:
    """Which scenarios have nothing among what is explained, HTML."""
    known = {exhibit.name for exhibit in why}
    silent = [words.quoted(selection.resolved[s].title) for s in selection.changed if f"why-{s}" not in known]
    return _said(f"Not explained, as no effect is large enough to tell: {listing(silent)}." if silent else "")


def _least() -> str:
    """From which size on effects are told, as a sentence."""
    least = [f"{effect.kind} {effect.smallest:g} {effect.unit}" for effect in EFFECTS]
    return f"The least effects that are told: {listing(least)}."


TWO_INTERVALS = (
    "Two intervals occur and are named where they do: the 95 % interval of the mean over runs (Student's t) and the "
    "range of 95 % of the runs. Both show luck at the parameters that the runs have, not how uncertain these are: "
    "batches with <code>--vary</code> or <code>--sample prior</code> show that. An effect is certain in sign when "
    "that interval of the mean leaves out zero and at least 90 % of the paired runs agree. Effects are told of the "
    "runs in which the scenario changes anything: where its events come by chance, the other runs are left out, and "
    "the sentence says so. A change of a share of exports counts when the volume sold moves the same way by at least "
    "5 %. Blue is more than what is compared with, orange is less. An arrow points the way goods go, from seller to "
    "buyer or along a line."
)
LIMITS = """<ul>
<li>It can say which way a change pushes flows, dependence and alignment under stated rules, how large the push is
compared with the luck of the runs, and which link, contract or partner carries it.</li>
<li>It can compare scenarios: the same luck in both leaves the difference to the scenario. Differences are firmer
than levels.</li>
<li>It cannot forecast dates, wars, changes of government or prices. Events happen because a scenario file says so;
pairs of states quarrel, shut borders, fight and make peace, states join and leave institutions, poles turn from one
posture to another and leaders change by chance, at rates of the record that are alike in all scenarios but for what a
scenario changes. Which one comes when in a run says nothing of when it will.</li>
<li>Intervals show chance and, where a batch samples them, uncertain parameters. They do not show that a rule of
the model may
be wrong.</li>
<li>Dependence is what a country would lose if a controller withheld trade, transit, money or protection, in per cent of
GDP. It is a threat point, not a prediction that anyone will withhold.</li>
<li>Several inputs are expert codings with a stated reason, and some transport times and costs are imputed by mode
and length;
both are marked in the data.</li>
<li>Contracts limit what may be bought and oblige nobody: a seller that holds one may still sell less than it says.</li>
<li>GDP counts what sellers and buyers earn or save beyond their costs, not turnover: a lost sale costs its price less
what production and transport no longer cost.</li>
<li>Prices clear within the quarter. Gas or oil that has lost its way out is cheap at once for whoever can still
take it, where agreed or regulated prices would hold for years: what neighbours of a stranded seller gain is the most
that they could. A source of “crude oil and products” sells both as one good, so that crude which finds no way out
can stand in for a neighbour's motor fuel.</li>
<li>What a pole offers a country (loans, investment, aid) moves alignment: that an offer ends or grows takes or gives
no product, debt or project by itself; trade only leans a little toward who has come closer.</li>
<li>Zero of alignment is the middle of a scale, not indifference: the indicators of a pair (votes, arms bought, shared
institutions, trade agreements, treaties), each from 0 to 1, are one half on average. Ordinary relations with little
in common begin below zero without any quarrel.</li>
<li>Memberships of institutions move alignment, and how often members quarrel and make peace; no tariff follows
from them.</li>
<li>A ban or a closed road brings no grievance by itself: where one should follow, the scenario file sets it.</li>
<li>Remittances, official debt and bases change only by events; arms follow alignment and fame over decades. Of what
workers no longer send home a fifth is counted as product; what households lose beyond that is not in GDP. A cut of
any of them brings no grievance by itself: it leaves less to lose, and so moves alignment little, or even toward the
pole that cuts.</li>
<li>Projects are decided, built and given up, and poles coerce, by chances that follow from what they are worth and from
the record: in which runs and when is luck, not a forecast of one project. <code>--set projects.decisions=0</code> and
<code>--set statecraft.coercion=0</code> leave both to events.</li>
<li>What each seller sends each buyer in the base year is exact; by which line gas goes is not fitted.</li>
<li>Nothing published after the start of a run enters it.</li>
</ul>"""
