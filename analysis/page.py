"""Page: HTML made of text, tables and drawings, complete in itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO

import pandas as pd
from matplotlib.artist import Artist, getp
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.charts.panels import Sheet, Tile

STYLE = r"""
:root { color-scheme: light }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 800px; padding: 1rem 1rem 4rem; color: #1b1b1b; background: #fff;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .6rem 0 .2rem }
h2 { font-size: 1.25rem; line-height: 1.25; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 2px solid #1b1b1b }
h3 { font-size: 1.02rem; margin: 1.8rem 0 .2rem }
p, li, figcaption, dd { overflow-wrap: anywhere }
.sub, figcaption, .small { color: #555; font-size: .88rem }
ol.findings { padding-left: 1.4rem } ol.findings li { margin: .55rem 0 }
nav { font-size: .92rem; margin: 1rem 0 } nav a { margin-right: .9rem; display: inline-block }
a { color: #0b559f }
figure { margin: .4rem 0 1.6rem }
.wide { overflow-x: auto; -webkit-overflow-scrolling: touch; background:
  linear-gradient(90deg, #fff 30%, #fff0) left / 2.5rem 100%, linear-gradient(270deg, #fff 30%, #fff0) right / 2.5rem
  100%, linear-gradient(90deg, #0003, #0000) left / .8rem 100%, linear-gradient(270deg, #0003, #0000) right / .8rem
  100%;
  background-repeat: no-repeat; background-attachment: local, local, scroll, scroll }
svg * { stroke-linejoin: round; stroke-linecap: butt }
.panels { display: grid; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--tile)), 1fr)) }
.panels > svg { display: block; width: 100%; max-width: calc(1.35 * var(--tile)); height: auto; overflow: visible }
.key { display: flex; flex-wrap: wrap; gap: .1rem 1.3rem; font-size: .82rem; margin: .3rem 0 .2rem }
.key svg { width: 2rem; height: .7rem; margin-right: .4rem }
.slim { display: none }
.scenario { border-left: 5px solid; padding: .1rem 0 .1rem .7rem; margin: .7rem 0 }
.scenario strong { display: block }
table { border-collapse: collapse; font-size: .85rem; min-width: 100% }
th, td { text-align: left; padding: .32rem .7rem .32rem 0; border-bottom: 1px solid #d9d9d9; vertical-align: top }
tr.above td { border: 0; padding-bottom: 0 }
td.long { width: 45% } .whole { white-space: nowrap }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td.n .small { white-space: normal }
.verdict { display: inline-block; border-radius: 3px; padding: 0 .45rem; font-weight: 600; color: #fff;
white-space: nowrap }
.holds { background: #0b6b4f } .fails { background: #a33b00 } .undecided { background: #6b6b6b }
.negligible { background: #4a5f7a } .not-met { background: #8a6d1d } .by-point { background: #5b4a7a }
.not-tested { background: #fff; color: #555; border: 1px solid #999 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .88rem }
dt { color: #555 } dd { margin: 0 }
@media (max-width: 560px) {
  thead { display: none } tr { display: block; border-bottom: 1px solid #999; padding: .4rem 0 }
  td, td.n { display: inline-block; text-align: left; border: 0; padding: .1rem .8rem .1rem 0; white-space: normal }
  tr.above { border: 0; padding-bottom: 0 } td.long { display: block; width: auto } td[data-column] { display: block }
  td[data-column]::before { content: attr(data-column) ": "; color: #555 }
  body { font-size: 15px } h1 { font-size: 1.2rem } h2 { font-size: 1.1rem } h3, h4 { font-size: .95rem }
  dl { grid-template-columns: 1fr } dt { margin-top: .4rem }
  .broad { display: none } .slim { display: grid } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt } nav { display: none }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  .wide { overflow: visible; background: none } .panels > svg { max-height: 215mm; break-inside: avoid }
  pre { white-space: pre-wrap; overflow-wrap: anywhere } .whole, td.n, th.n { white-space: normal }
  figure, tr, .scenario, .key { break-inside: avoid } .key { break-after: avoid }
  h2, h3, h4 { break-after: avoid; break-inside: avoid; orphans: 4; widows: 4 } }
"""
_METADATA = re.compile(r"<title>.*?</title>|<metadata>.*?</metadata>", re.DOTALL)
_FONTS = "'DejaVu Sans', Verdana, 'Noto Sans', Arial, sans-serif"
_LONG_DECIMALS = re.compile(r"(\d\.\d)\d+")
_AXES = re.compile(r'^  <g id="axes_\d+">\n.*?^  </g>\n', re.DOTALL | re.MULTILINE)
"""The panels of a drawing: matplotlib indents a group by its depth."""
_CLIPS = re.compile(r"^ <defs>\n  <clipPath.*?^ </defs>\n", re.DOTALL | re.MULTILINE)
_PIXELS, _NARROWER = 96, 0.88
"""Pixels an inch, and how far a panel may shrink before it goes below the one beside it."""
_SIZE = re.compile(r'width="[^"]*" height="[^"]*" viewBox="0 0 ([\d.]+) ([\d.]+)"')
BELOW = "below"
FOOT = 12.0
"""Points of height for the small print of a drawing."""
_PATHS = re.compile(r'(?<= d=")[^"]*')
_GROUP_IDS = re.compile(r' id="(?:figure|axes|patch|text|line2d|legend|xtick|ytick|[A-Z]\w+|matplotlib\.axis)_\d+"')


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, what the navigation calls it, its heading and its HTML."""

    anchor: str
    label: str
    heading: str
    body: str

    @property
    def html(self) -> str:
        """The part with its heading."""
        return f'<section id="{self.anchor}"><h2>{escape(self.heading)}</h2>\n{self.body}\n</section>'


def page(title: str, body: Iterable[str]) -> str:
    """A whole HTML page."""
    inside = "\n".join(body).replace(" %", "\N{NO-BREAK SPACE}%")  # a number keeps its sign on its line
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{inside}\n</body>\n</html>\n"
    )


def drawing(figure: Figure, metadata: Mapping[str, str] | None = None) -> str:
    """A figure as SVG: text stays text, coordinates keep a tenth of a point; with Dublin Core `metadata` if given."""
    stream = StringIO()
    silent: dict[str, str | None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(stream, format="svg", metadata=silent | dict(metadata or {}))
    text = stream.getvalue()
    text = _PATHS.sub(lambda found: _shortened(found[0]), text[text.index("<svg") :])
    return text.replace("'DejaVu Sans'", _FONTS)


def inline(svg: str, description: str) -> str:
    """A drawing for a page: as wide as the page, without metadata."""
    text = _GROUP_IDS.sub("", _SIZE.sub(r'viewBox="0 0 \1 \2"', _METADATA.sub("", svg), count=1))
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(description)}"', 1)


def panels(svg: str, sheet: Sheet, description: str) -> str:
    """A drawing for a page: its legend and its panels, which stand below one another where there is no room beside."""
    shapes = _AXES.findall(svg)
    if len(shapes) != len(sheet.tiles):
        msg = f"{description}: {len(shapes)} drawn panels for {len(sheet.tiles)} tiles"
        raise ValueError(msg)
    bare = [_GROUP_IDS.sub("", shape) for shape in shapes]
    bare[0] += "".join(_CLIPS.findall(svg))
    head = f'<svg role="img" aria-label="{escape(description)}"'
    parts = [f'{head} viewBox="{_view(tile)}">{shape}</svg>' for tile, shape in zip(sheet.tiles, bare, strict=True)]
    narrowest = _NARROWER * _PIXELS * min(tile.wide for tile in sheet.tiles)
    return f'{_key(sheet)}<div class="panels" style="--tile: {narrowest:.0f}px">{"".join(parts)}</div>'


def _view(tile: Tile) -> str:
    """What an SVG shows of a sheet, in points."""
    return " ".join(f"{72 * side:g}" for side in (tile.left, tile.top, tile.wide, tile.tall))


def _key(sheet: Sheet) -> str:
    """The legend of a sheet, which wraps: a sample and a name each."""
    handles = [handle for legend in sheet.legends for handle in legend.legend_handles if handle is not None]
    return f'<div class="key">{"".join(map(_sample, handles))}</div>' if handles else ""


def _sample(handle: Artist) -> str:
    """One entry of a legend: a line, or the patch of an area."""
    patch = isinstance(handle, Patch)
    colour = to_hex(handle.get_facecolor() if isinstance(handle, Patch) else getp(handle, "color"))
    height = 10 if patch else 3
    name = " ".join(str(handle.get_label()).split())
    return (
        f'<span><svg aria-hidden="true" viewBox="0 0 28 10"><rect y="{5 - height / 2:g}" width="28" height="{height}" '
        f'fill="{colour}"/></svg>{escape(name)}</span>'
    )


def standalone(svg: str, footer: str) -> str:
    """A drawing for a file of its own, with a line of small print below it."""
    svg = _GROUP_IDS.sub("", svg)
    width, height = map(float, _SIZE.findall(svg)[0])
    tall = height + FOOT
    size = f'width="{width:g}pt" height="{tall:g}pt" viewBox="0 0 {width:g} {tall:g}"'
    strip = (
        f'<rect y="{height - 1:g}" width="{width:g}" height="{FOOT + 1:g}" fill="#fff"/><text x="4" y="{tall - 4:g}" '
        f'font-size="6.5" font-family="{_FONTS}" fill="#6b6b6b">{escape(footer)}</text></svg>'
    )
    return _SIZE.sub(size, svg, count=1).replace("</svg>", strip)


def _shortened(path: str) -> str:
    """Path data with one decimal and without line breaks."""
    return " ".join(_LONG_DECIMALS.sub(r"\1", path).split())


def table(
    rows: pd.DataFrame,
    numeric: Sequence[str] = (),
    raw: Sequence[str] = (),
    named: Sequence[str] = (),
    first: str = "long",
) -> str:
    """A table; columns in `raw` hold HTML already, those in `numeric` stand at the right, the `first` is long or whole.

    Where there is no room for the head of the table, cells of the columns in `named` say their column. What stands in
    a column called `BELOW` has a line of its own below the row.
    """
    below = rows.get(BELOW, pd.Series("", rows.index))
    rows = rows.drop(columns=BELOW, errors="ignore")
    classes = {name: ' class="n"' if name in numeric else "" for name in map(str, rows.columns)}
    classes |= {str(name): f' class="{first}"' for name in rows.columns[:1]}
    classes |= {name: f'{classes[name]} data-column="{escape(name)}"' for name in named}
    heads = "".join(f"<th{classes[name]}>{escape(name)}</th>" for name in classes)
    lines = [
        ("<tr class='above'>" if more else "<tr>")
        + "".join(
            f"<td{classes[name]}>{cell if name in raw else escape(str(cell))}</td>"
            for name, cell in zip(classes, row, strict=True)
        )
        + (f'</tr><tr><td class="small" colspan="{len(classes)}">{escape(more)}</td></tr>' if more else "</tr>")
        for row, more in zip(rows.itertuples(index=False), below, strict=True)
    ]
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def definitions(rows: Iterable[tuple[str, str]]) -> str:
    """Names with what they stand for."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows) + "</dl>"


def navigation(sections: Iterable[Section]) -> str:
    """Links to the sections that are there."""
    links = (f'<a href="#{section.anchor}">{escape(section.label)}</a>' for section in sections)
    return f"<nav>{' '.join(links)}</nav>"
