"""Press: exhibits as HTML, with a table and a drawing beside the page for each.

Whatever leaves a page tells where it comes from: drawings carry batches,
scenarios, versions and command in their metadata and in a line below.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd
from matplotlib.transforms import Bbox

from analysis import page, style
from analysis.figures import Exhibit, Gallery
from runs.batch import Batch

PNG_DPI = 200
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Press:
    """A folder that exhibits are written into, what they come from, and whether PNG files are wanted too."""

    folder: Path
    source: str
    description: str
    png: bool = False

    @classmethod
    def of(cls, view: Gallery, folder: Path, *, png: bool = False) -> "Press":
        """The press for a gallery; its folder is made."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = view.selection.parts.values()
        batches = {part.batch.folder: part.batch for part in parts}
        scenarios = ", ".join(dict.fromkeys(part.scenario for part in parts))
        commands = "; ".join(batch.commands for batch in batches.values())
        return cls(folder, "; ".join(map(origin, batches.values())), f"Scenarios {scenarios}. Command: {commands}", png)

    def shown(self, exhibits: Iterable[Exhibit]) -> str:
        """Exhibits as HTML; their files are written beside the page."""
        return "\n".join(map(self._figure, exhibits))

    def filed(self, name: str, table: pd.DataFrame) -> str:
        """The way to a table, written beside the page as CSV."""
        file = f"{safe(name)}.csv"
        table.to_csv(self.folder / file, index=False, float_format="%.6g", encoding="utf-8")
        return f'<a href="{escape(file)}">{escape(file)}</a>'

    def _figure(self, exhibit: Exhibit) -> str:
        """One exhibit: heading, drawing, caption and the ways to its files."""
        drawing = page.drawing(exhibit.figure, self._metadata(exhibit))
        files = [f"{safe(exhibit.name)}.{ending}" for ending in ("svg", *(["png"] if self.png else []))]
        (self.folder / files[0]).write_text(page.standalone(drawing, self.source), encoding="utf-8")
        if self.png:
            self._photograph(exhibit)
        drawn = [f'<a href="{escape(file)}">{escape(file)}</a>' for file in files]
        links = ", ".join([self.filed(exhibit.name, exhibit.table), *drawn])
        return (
            f"<h3>{escape(exhibit.heading)}</h3>\n<figure>{self._drawn(exhibit, drawing)}<figcaption>"
            f"{escape(exhibit.caption)} {links}</figcaption></figure>"
        )

    def _drawn(self, exhibit: Exhibit, drawing: str) -> str:
        """The drawing as HTML, and the one for a narrow screen where the exhibit has one."""
        shown = page.panels(drawing, exhibit.figure, exhibit.heading)
        if exhibit.slim is None:
            return shown
        narrow = page.panels(page.drawing(exhibit.slim), exhibit.slim, exhibit.heading)
        return f'<div class="broad">{shown}</div><div class="slim">{narrow}</div>'

    def _metadata(self, exhibit: Exhibit) -> dict[str, str]:
        return {"Title": exhibit.heading, "Description": self.description, "Source": self.source}

    def _photograph(self, exhibit: Exhibit) -> None:
        """The drawing as PNG, with the line below it."""
        figure = exhibit.figure
        figure.text(0.005, 0, self.source, fontsize=6.5, color=style.FAINT, va="top")
        wide, tall = figure.get_size_inches()
        sheet = Bbox([[0, -page.FOOT / 72], [wide, tall]])
        path = self.folder / f"{safe(exhibit.name)}.png"
        figure.savefig(path, dpi=PNG_DPI, bbox_inches=sheet, metadata=self._metadata(exhibit))


def safe(name: str) -> str:
    """The name of a file without what a shell, an address or a file system would read as something else.

    >>> safe("baseline-map-freight-routing.theta_freight = 5"), safe("pushed-why-2")
    ('baseline-map-freight-routing.theta_freight-5', 'pushed-why-2')
    """
    return _UNSAFE.sub("-", name)


def origin(batch: Batch) -> str:
    """A batch in one line: name, seed, version of the package, hashes of model and data."""
    facts = batch.manifest
    version = facts["versions"].get("multivector", "")
    return (
        f"Multivector {version}, batch {batch.name}, seed {facts['plan']['seed']}, "
        f"model {facts['plan']['model'][:8]}, data {facts['data'][:8]}"
    )
