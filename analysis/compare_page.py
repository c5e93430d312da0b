"""The page of a comparison: what differs between batches, and what follows from it, scenario by scenario."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

import pandas as pd

from analysis import figures, gains, incomes, manifests, maps, matrices, page, ranks, reasons, style, verdicts, words
from analysis.bases import chosen
from analysis.chances import said_once
from analysis.claims import Finding, wording
from analysis.comparison import Comparison
from analysis.contrasts import contrasts
from analysis.figures import Exhibit, Gallery, Series
from analysis.mixtures import remark
from analysis.page import Section
from analysis.press import Press, origin
from analysis.report import LIMITS, TWO_INTERVALS
from analysis.selection import Selection
from analysis.sentences import leading, of_effects, same
from runs.requests import held_to, place

FILE = "comparison.html"
MOST_SERIES, MOST, MOST_SENTENCES = 9, 4, 3


def write_comparison(comparison: Comparison, out: Path | str, *, png: bool = False) -> Path:
    """Write the page of a comparison with its tables and drawings into a folder of its own in `out`; its path."""
    held_to("comparison", comparison, Comparison, "what mv.compare gives is wanted")
    folder = place("out", out) / f"compare-{'-'.join(batch.name for batch in comparison.batches.values())}"
    colours = style.scenario_colours(comparison.batches, next(iter(comparison.batches)))
    with words.named_by(next(iter(comparison.batches.values())).data), style.look():
        views = {s: figures.gallery(comparison.selection(s), colours) for s in comparison.scenarios}
        body = [
            Section("differs", "What differs", "What differs between the batches", _differs(comparison)),
            *_claims(comparison),
            Section("findings", "Findings", "Findings", "\n".join(_findings(comparison, views))),
            *(_scenario(comparison, view, name, folder, png=png) for name, view in views.items()),
            Section("limits", "Limits", "What the model can and cannot say", LIMITS),
        ]
    title = f"{', '.join(comparison.batches)} compared"
    path = folder / FILE
    path.write_text(page.page(title, [_head(comparison, colours, body), *(s.html for s in body)]), encoding="utf-8")
    return path


def _head(comparison: Comparison, colours: Mapping[str, str], body: Iterable[Section]) -> str:
    """Title, batches with their colours and the way around."""
    first, *others = comparison.batches
    batches = "".join(
        f'<div class="scenario" style="border-color:{colours[label]}"><strong>{escape(label)}</strong>'
        f"{escape(origin(batch))}. <code>{escape(manifests.facts(batch)['command'])}</code></div>"
        for label, batch in comparison.batches.items()
    )
    return (
        f"<header><h1>{escape(', '.join(others))} compared with {escape(first)}</h1><p class='sub'>Multivector batches "
        f"on one page, each in one colour throughout; differences are taken from {escape(first)}.</p>"
        f"{batches}{page.navigation(body)}</header>"
    )


def _differs(comparison: Comparison) -> str:
    """What the manifests do not agree on, whether runs pair, and how scenario files changed."""
    table = comparison.differences().rename(columns={"what": "What"})
    same = ", ".join(manifests.alike(comparison.batches))
    texts = {s: manifests.changes(comparison.batches, s) for s in manifests.common(comparison.batches)}
    folded = "".join(
        f"<details><summary>Scenario {escape(name)}, line by line</summary><pre class='wide small'>{escape(text)}</pre>"
        "</details>"
        for name, text in texts.items()
        if text
    )
    rest = f"<p class='small'>The same in all: {escape(same)}.</p>"
    return f"{page.table(table, named=tuple(comparison.batches))}{rest}{folded}{_pairing(comparison)}"


def _pairing(comparison: Comparison) -> str:
    """Whether runs pair, and why not."""
    table = comparison.pairing()
    loose = table[~table["paired"].astype(bool)]
    if table.empty:
        return "<p>The batches have no scenario in common; effects are compared with each batch's own baseline.</p>"
    if loose.empty:
        uneven = len({batch.manifest["runs"] for batch in comparison.batches.values()}) > 1
        which = ", in the runs that both have: numbers of runs differ" if uneven else ""
        said = "the same run has the same luck in all batches, and differences are taken run by run"
        return f"<p>Runs pair: {said}{which}.</p>"
    said = "; ".join(dict.fromkeys(f"{row['batch']}: {row['reason']}" for _, row in loose.iterrows()))
    numbers = "a run of the same number is another run there, and those differences are unpaired and include the luck"
    return f"<p>Some runs do not pair ({escape(said)}): {numbers}.</p>"


def _claims(comparison: Comparison) -> Iterator[Section]:
    """Verdicts on the claims, a column a batch; those that batches do not agree on first."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    said: dict[tuple[str, ...], set[str]] = {}
    for label, found in comparison.findings.items():
        selection = comparison.whole(label)
        for finding in found:
            key = (finding.scenario, finding.claim.claim, wording(finding.claim))
            small = f"<span class='small'>[{escape(key[0])}]<br>{escape(finding.claim.note or '')}</span>"
            name = f"{verdicts.said(finding)} {small}"
            row = rows.setdefault(key, {"Claim": name})
            why = filter(None, [remark(selection, finding), verdicts.ended(finding)])
            row[label] = _cell(finding, " ".join(why))
            said.setdefault(key, set()).add(finding.verdict)
    if not rows:
        return
    bases = {chosen(batch).baseline for batch in comparison.batches.values()}
    order = sorted(rows, key=lambda key: (len(said[key]) == 1, key[0] in bases))
    shown = [{"Claim": ""} | dict.fromkeys(comparison.batches, manifests.NOTHING) | rows[key] for key in order]
    apart = sum(len(verdict) > 1 for verdict in said.values())
    shared = sum(len(row.keys() & comparison.batches.keys()) > 1 for row in rows.values())
    text = f"<p>{_agreement(apart, shared)}</p>"
    names = ("Claim", *comparison.batches)
    yield Section(
        "claims",
        "Claims",
        "Claims and their verdicts",
        text + page.table(pd.DataFrame(shown), raw=names, named=names[1:]),
    )


def _cell(finding: Finding, why: str) -> str:
    """A verdict with its mean; below the interval, the runs as claimed and why they divide, HTML."""
    mean, _, interval = verdicts.numbers(finding).partition(" (")
    rest = f"<br><span class='whole small'>({interval}</span>" if interval else ""
    count = f"{verdicts.share(finding)} runs as claimed." if finding.runs else finding.reason
    rest += f"<br><span class='small'>{escape(' '.join(filter(None, [count, why])))}</span>"
    return f"{verdicts.mark(finding.verdict)} <span class='whole'>{mean}</span>{rest}"


def _agreement(apart: int, claims: int) -> str:
    """How many claims have not the same verdict in all batches.

    >>> _agreement(1, 13)
    '1 of 13 claims has another verdict in another batch and comes first.'
    """
    if not apart:
        return f"No verdict on the {claims} claims that several batches test differs between them."
    has, comes = ("has", "comes") if apart == 1 else ("have", "come")
    return f"{apart} of {claims} claims {has} another verdict in another batch and {comes} first."


def _findings(comparison: Comparison, views: Mapping[str, Gallery]) -> Iterator[str]:
    """How the effects of each scenario that several batches have differ, then how the levels of the others do."""
    several = {name: view for name, view in views.items() if view.selection.changed}
    effects = {name: found for name in several if (found := contrasts(comparison, name))}
    for name in [*effects, *(name for name in several if name not in effects)]:
        view = several[name]
        title = next(iter(view.selection.parts.values())).resolved.title
        apart, still = _apart(view)
        levels = [] if name in effects else [one.text for one in of_effects(apart.selection)][:MOST_SENTENCES]
        said = [*effects.get(name, []), *levels, *(f"{words.capital(words.within(label))}, {_SAME}" for label in still)]
        what = "its effects in each batch" if name in effects else f"its levels, compared with {view.reference}"
        lines = "".join(f"<li>{escape(text)}</li>" for text in said_once(said))
        yield f"<h3>{escape(title)}: {escape(what)}</h3><ul class='findings'>{lines}</ul>"
    yield f"<p class='small'>{_STRICT} {TWO_INTERVALS}</p>"


_STRICT = (
    "Of differences that are unpaired, but for those of claims, only those are told whose interval leaves zero out "
    "even when the chance of 5 % is for all times and places at once."
)
_SAME = "no recorded value differs in any run that both have."


def _moves(selection: Selection, label: str) -> bool:
    """Whether any recorded value of a batch differs from the first one."""
    return any(bool((abs(selection.difference(label, m)) > 0).any()) for m in selection.measures)


def _apart(view: Gallery) -> tuple[Gallery, list[str]]:
    """The first batch with those that differ from it, and the names of those that do not."""
    selection = view.selection
    still = [label for label in selection.changed if not _moves(selection, label)]
    parts = {label: part for label, part in selection.parts.items() if label not in still}
    return figures.gallery(replace(selection, parts=parts), view.colours), still


def _scenario(comparison: Comparison, view: Gallery, name: str, folder: Path, *, png: bool) -> Section:
    """The charts of one scenario: its differences between batches, and its effects in each."""
    press = Press.of(view, folder, png=png)
    apart, _ = _apart(view)
    exhibits = [*_effects(comparison, view, name), *_differences(apart, _series(apart))]
    title = next(iter(view.selection.parts.values())).resolved.title
    drawn = press.shown(replace(exhibit, name=f"{name}-{exhibit.name}") for exhibit in exhibits)
    own = comparison.own_effects(name)
    if own is not None:
        mine, heading = figures.gallery(own, view.colours), "Who gains, who loses by it in each batch"
        why, small = _why(mine, name)
        drawn += gains.shown(mine, press, f"{name}-gains", heading) + press.shown(why)
        drawn += f"<p class='small'>{escape(small)}</p>" if small else ""
    return Section(f"scenario-{name}", title, title, drawn or f"<p>In all batches, {_SAME}</p>")


def _why(mine: Gallery, name: str) -> tuple[list[Exhibit], str]:
    """What carries the effects of a scenario in each batch, the same in all, and where one is too small to tell.

    The effects are those told of the first batch that has any.
    """
    views = {label: _alone(mine, label) for label in mine.selection.changed}
    own = {label: [(e, row) for _, e, row in leading(view.selection)] for label, view in views.items()}
    wanted = next(filter(None, own.values()), [])
    shown, small = [], []
    for number, (label, view) in enumerate(views.items(), 1):
        found = {n: same(view.selection, label, spoken) for n, spoken in enumerate(wanted)}
        small += [f"{reasons.subject(*wanted[n])} {words.within(label)}" for n, here in found.items() if here is None]
        for exhibit in reasons.carried(view, [(label, *here) for here in found.values() if here]):
            file = exhibit.name.replace(f"why-{label}", f"{name}-why-{number}")
            heading = f"Why, {words.within(label)}: {exhibit.heading.rpartition(': ')[2]}"
            shown.append(replace(exhibit, name=file, heading=heading))
    return shown, f"Too small to tell, or not certain in sign: {'; '.join(small)}." if small else ""


def _alone(mine: Gallery, label: str) -> Gallery:
    """A scenario in one batch beside its own baseline."""
    base = mine.selection.base(label)
    parts = {scenario: mine.selection.parts[scenario] for scenario in (base, label)}
    return figures.gallery(replace(mine.selection, parts=parts, baseline=base, bases={}), mine.colours)


def _series(view: Gallery) -> tuple[Series, ...]:
    """What the claims of a scenario speak of, then where the batches differ most."""
    found = [
        s for changed in view.selection.changed for s in ranks.series(ranks.ranking(view.selection, changed), MOST)
    ]
    once: dict[tuple[str, str, str], Series] = {}
    for series in (*figures.asked(view), *found):
        once.setdefault(series.cell, series)
    return tuple(once.values())[:MOST_SERIES]


def _differences(view: Gallery, shown: tuple[Series, ...]) -> Iterator[Exhibit]:
    """A scenario in one batch minus the same in the first."""
    if not view.selection.changed:
        return
    yield replace(figures.fans(view, shown), heading="In each batch")
    yield replace(figures.paired(view, shown), heading=f"Differences from {view.reference}")
    yield from incomes.exhibits(view)
    yield from (replace(ranked, heading="Largest differences over all measures") for ranked in _ranked(view))
    for measure in filter(view.selection.has, matrices.WORTH_A_MATRIX):
        yield from matrices.effect_maps(view, measure)
    if view.selection.has("flow"):
        ground = maps.Ground.of(words.tables())
        for scenario in filter(view.selection.paired, view.selection.changed):
            yield from maps.change_maps(view, maps.changes(view, ground, scenario)[:1])


def _ranked(view: Gallery) -> Iterator[Exhibit]:
    """Ranked differences, first of measures that the claims name."""
    yield from ranks.exhibits(view, first={series.measure for series in figures.claimed(view)})


def _effects(comparison: Comparison, view: Gallery, name: str) -> Iterator[Exhibit]:
    """A scenario minus the baseline of the same batch, in each batch that has it, and how that differs."""
    own, apart = comparison.own_effects(name), comparison.effects_apart(name)
    if own is None:
        return
    mine = figures.gallery(own, view.colours)
    gap = _apart(figures.gallery(apart, view.colours))[0] if apart else mine
    shown = _series(gap)
    yield replace(figures.paired(mine, shown), name="effects", heading="Its effects in each batch")
    for exhibit in incomes.exhibits(mine):
        yield replace(exhibit, name="effects-gdp", heading="Its effects on GDP in each batch")
    if apart:
        yield from _gaps(gap, shown)


def _gaps(gap: Gallery, shown: tuple[Series, ...]) -> Iterator[Exhibit]:
    """How the effects of a scenario differ from those in the first batch."""
    if not gap.selection.changed:
        return
    said = (
        f"The effect (the scenario minus the baseline of the same batch) minus the effect "
        f"{words.within(gap.base)}: what the batches have in common with and without the scenario is no part of it. "
    )
    drawn = figures.paired(gap, shown)
    heading = f"How its effects differ from those {words.within(gap.base)}"
    yield replace(drawn, name="effects-apart", heading=heading, caption=said + drawn.caption.partition(". ")[2])
    for ranked in _ranked(gap):
        heading = f"Largest differences of its effects from those {words.within(gap.base)}"
        yield replace(ranked, name="effects-apart-ranked", heading=heading, caption=said + ranked.caption)
