"""Regenerate what docs/network.md shows: drawings, counts, and the list of imputed cells.

    python tools/document_network.py            write all
    python tools/document_network.py --check    write nothing; exit 1 when something is out of date
    python tools/document_network.py --counts   print the counts
    python tools/document_network.py --general  list the links that rest on general knowledge

The same tables give the same text. A drawing carries a digest of the tables behind it, since its pixels depend on the
version of matplotlib.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd
from drawings import DRAWINGS, Drawing
from network_maps import draw
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from scenarios.compile import shut_links
from scenarios.impute import CAPACITIES, RATES, Rate, impute_capacity, impute_links
from scenarios.rows import Row, rows
from scenarios.table_sources import is_general
from scenarios.table_units import COST_UNIT, LAYER_UNIT
from scenarios.tables import Tables, load_tables

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "network.md"
IMAGES = ROOT / "docs" / "images"
IMPUTED = ROOT / "docs" / "network_imputed.csv"
START, END = "<!-- counts: made by tools/document_network.py -->", "<!-- end of counts -->"
DIGEST = "tables"  # name of the text chunk in a drawing
EXACT, BLENDED = 96, 160  # colours kept as drawn, and colours for the edges of lines
DRAWN = {
    "nodes": ("id", "name", "country", "lat", "lon"),
    "links": ("id", "layer", "mode", "from", "to", "route_family", "status"),
}


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is out of date")
    parser.add_argument("--counts", action="store_true", help="print the counts and stop")
    parser.add_argument("--general", action="store_true", help="list the links without a named publisher and stop")
    options = parser.parse_args()
    tables = load_tables()
    if options.counts or options.general:
        print(counts(tables) if options.counts else general_links(tables))
        return 0
    if options.check:
        stale = list(out_of_date(tables))
        print("\n".join(f"out of date: {name}" for name in stale) or "up to date")
        return min(len(stale), 1)
    write(tables)
    return 0


def write(tables: Tables) -> None:
    """Write the page's counts, the list of imputed cells and the drawings."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    IMPUTED.write_text(imputed(tables), encoding="utf-8")
    PAGE.write_text(with_counts(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
    for drawing in DRAWINGS:
        path = image_path(drawing)
        path.write_bytes(picture(drawing, tables))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def out_of_date(tables: Tables) -> Iterator[str]:
    """Names of the files that do not show the tables as they are."""
    if IMPUTED.read_text(encoding="utf-8") != imputed(tables):
        yield IMPUTED.name
    page = PAGE.read_text(encoding="utf-8")
    if page != with_counts(page, tables):
        yield PAGE.name
    for drawing in DRAWINGS:
        path = image_path(drawing)
        if not path.exists() or Image.open(path).info.get(DIGEST) != digest(drawing, tables):
            yield path.name


def image_path(drawing: Drawing) -> Path:
    """File of a drawing."""
    return IMAGES / f"network-{drawing.name}.png"


def picture(drawing: Drawing, tables: Tables) -> bytes:
    """PNG of a drawing, in few colours, with the digest of its tables."""
    raw = BytesIO()
    draw(drawing, links_at_start(tables), tables["nodes"], tables["capacities"]).savefig(raw, format="png")
    image = in_few_colours(Image.open(raw).convert("RGB"))
    note = PngInfo()
    note.add_text(DIGEST, digest(drawing, tables))
    packed = BytesIO()
    image.save(packed, format="png", optimize=True, pnginfo=note)
    return packed.getvalue()


def in_few_colours(image: Image.Image) -> Image.Image:
    """The image with a palette: its commonest colours exactly, and a cover of the rest."""
    counted = Counter(image.get_flattened_data() if hasattr(image, "get_flattened_data") else image.getdata())
    exact = [value for colour, _ in counted.most_common(EXACT) for value in colour]
    cover = image.quantize(BLENDED, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*exact, *cover[: 3 * BLENDED]])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def digest(drawing: Drawing, tables: Tables) -> str:
    """Digest of the rows that a drawing shows and of what it says."""
    links = links_at_start(tables)[list(DRAWN["links"])]
    links = links[links["layer"].isin(drawing.layers)]
    nodes = tables["nodes"][list(DRAWN["nodes"])]
    nodes = nodes[nodes["id"].isin({*links["from"], *links["to"]})]
    capacities = tables["capacities"][["link", "from_quarter", "nameplate", "observed"]]
    shown = capacities[capacities["link"].isin(links["id"])] if drawing.by_capacity else capacities[:0]
    parts = (repr(drawing), *(frame.to_csv(index=False, lineterminator="\n") for frame in (links, nodes, shown)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def imputed(tables: Tables) -> str:
    """CSV of every cell that the code fills: link, quantity, value, unit."""
    links = impute_links(tables["links"])
    rated = rated_links(tables)
    cells = [row for link in rows(links) for row in _imputed_cells(link, rated)]
    columns = ["link", "name", "layer", "mode", "length_km", "quantity", "value", "unit"]
    text: str = pd.DataFrame(cells, columns=columns).to_csv(index=False, lineterminator="\n")
    return text


def links_at_start(tables: Tables) -> pd.DataFrame:
    """Links of the tables, closed where a shut border closes them."""
    links = tables["links"]
    shut = links["id"].isin(shut_links(tables)) & (links["status"] == "operating")
    return links.assign(status=links["status"].mask(shut, "closed"))


def rated_links(tables: Tables) -> set[str]:
    """Links with a nameplate of their own."""
    return set(tables["capacities"].dropna(subset=["nameplate"])["link"])


TARIFF_UNIT = COST_UNIT | {"fibre": "cost units"}


def _imputed_cells(link: Row, rated: set[str]) -> Iterator[tuple[object, ...]]:
    """Imputed cells of one link."""
    length = "" if pd.isna(link.length_km) else f"{link.length_km:g}"
    head = (link.id, link.name, link.layer, link.mode, length)
    if link.tariff_imputed:
        yield (*head, "tariff", f"{link.tariff:.2f}", TARIFF_UNIT[link.layer])
    if link.days_imputed and link.layer == "freight":
        yield (*head, "days", f"{link.days:.2f}", "days")
    if link.id not in rated and link.status != "candidate":
        capacity = impute_capacity(link.layer, link.mode)
        yield (
            *head,
            "capacity",
            "not limited" if capacity == float("inf") else f"{capacity:g}",
            LAYER_UNIT[link.layer],
        )


def with_counts(page: str, tables: Tables) -> str:
    """The page with its generated block replaced."""
    head, _, rest = page.partition(START)
    _, _, tail = rest.partition(END)
    return f"{head}{START}\n\n{counts(tables)}\n\n{END}{tail}"


def counts(tables: Tables) -> str:
    """Tables of counts in Markdown."""
    links, markets = impute_links(links_at_start(tables)), tables["markets"]
    rated = rated_links(tables)
    by_layer = []
    for layer, group in links.groupby("layer", sort=False):
        status = group["status"].value_counts()
        capacity = group["id"].isin(rated) | (group["status"] == "candidate")
        by_layer.append(
            (
                *(layer, len({*group["from"], *group["to"]}), len(group)),
                *(int(status.get(name, 0)) for name in ("operating", "idle", "closed", "candidate")),
                *((group["mode"] == mode).sum() for mode in ("port", "border")),
                f"{capacity.mean():.0%}",
                f"{(~group['tariff_imputed']).mean():.0%}",
                (markets["layer"] == layer).sum(),
            )
        )
    layers = _table(
        "layer|nodes|links|operating|idle|closed|planned|ports|borders|with a capacity|with a tariff|markets", by_layer
    )
    return "\n\n".join((_totals(tables), layers, _by_mode(links), _by_source(links), _by_confidence(tables), _rates()))


def general_links(tables: Tables) -> str:
    """CSV of the links that name no publisher: id, layer, mode, name."""
    links = tables["links"]
    named = links.loc[links["source"].map(is_general), ["id", "layer", "mode", "name"]]
    return str(named.to_csv(index=False, lineterminator="\n")).rstrip()


def _rates() -> str:
    """Rates by which missing cells are filled."""
    rows = [
        (
            *(layer, mode, f"{rate.cost:g} + {rate.cost_per_km:g} a km {TARIFF_UNIT[layer]}"),
            _time(rate) if layer == "freight" else "",
            f"{CAPACITIES[layer, mode]:g} {LAYER_UNIT[layer]}" if (layer, mode) in CAPACITIES else "not limited",
        )
        for (layer, mode), rate in RATES.items()
    ]
    return _table("layer|mode|cost|time|capacity", rows)


def _time(rate: Rate) -> str:
    """A rate's days in words."""
    return f"{rate.days:g} days" + (f" + km / {rate.km_per_day:g}" if rate.km_per_day else "")


def _by_mode(links: pd.DataFrame) -> str:
    """Links and kilometres by layer and mode."""
    groups = links.groupby(["layer", "mode"], sort=False)
    rows = [(layer, mode, len(group), f"{group['length_km'].sum():,.0f}") for (layer, mode), group in groups]
    return _table("layer|mode|links|km", sorted(rows))


def _by_source(links: pd.DataFrame) -> str:
    """Links of each layer that rest on a named publisher, and on general knowledge."""
    general = links["source"].map(is_general).groupby(links["layer"], sort=False)
    rows = [(layer, len(group), (~group).sum(), group.sum(), f"{(~group).mean():.0%}") for layer, group in general]
    total = links["source"].map(is_general)
    rows.append(("all", len(total), (~total).sum(), total.sum(), f"{(~total).mean():.0%}"))
    return _table("layer|links|a named publisher|general knowledge|share named", rows)


def _by_confidence(tables: Tables) -> str:
    """How many numbers are read, recalled, derived, coded or imputed."""
    links = tables["links"]
    freight = links[links["layer"] == "freight"]
    kinds = ("read", "recalled", "derived", "expert")
    cells = {
        "link as such": links["confidence"],
        "length": links.loc[links["length_km"].notna(), "length_confidence"],
        "days (freight)": freight.loc[freight["days"].notna(), "days_confidence"],
        "tariff": links.loc[links["tariff"].notna(), "tariff_confidence"],
        "capacity (dated rows)": tables["capacities"]["confidence"],
        "control weight other than the soil's": tables["control"]["confidence"],
        "observed flow": tables["observed_flows"]["confidence"],
    }
    rated = rated_links(tables)
    filled = {
        "days (freight)": int(freight["days"].isna().sum()),
        "tariff": int(links["tariff"].isna().sum()),
        "capacity (dated rows)": int((~links["id"].isin(rated) & (links["status"] != "candidate")).sum()),
    }
    rows = [(name, *((column == kind).sum() for kind in kinds), filled.get(name, "")) for name, column in cells.items()]
    return _table("number|read|recalled|derived|expert|imputed by the code", rows)


def _totals(tables: Tables) -> str:
    """What stands around the links."""
    rows = [
        ("nodes", len(tables["nodes"])),
        ("links", len(tables["links"])),
        ("dated capacities", len(tables["capacities"])),
        ("markets", len(tables["markets"])),
        ("projects", len(tables["projects"])),
        ("links that hang on a pair of states", len(tables["dyad_links"])),
        ("published totals to compare with", len(tables["observations"])),
    ]
    return _table("what|how many", rows)


def _table(header: str, rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; bars part the columns of the header."""
    columns = header.split("|")
    lines = [columns, ["---"] * len(columns), *[[f"{cell}" for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
