"""Make analysis/basemap/*.json from Natural Earth geometry.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/make_basemap.py package/countries-10m.json analysis/basemap

Standard library only; the same input gives the same bytes. The input is
TopoJSON: borders are arcs shared by two countries, so an arc simplified once
keeps neighbours free of gaps.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Line = list[Point]
Arcs = list[Line]

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

BOX = (-25.0, 0.0, 160.0, 82.0)  # what is shipped
# Tolerance in degrees of latitude, for arcs that touch the box; the first that fits holds.
DETAIL: tuple[tuple[Box, float], ...] = (
    ((22.0, 33.0, 76.0, 50.0), 0.012),  # Black Sea to Ferghana, drawn in close-up
    ((5.0, 20.0, 130.0, 62.0), 0.05),  # the network
    (BOX, 0.12),  # the margin
)
SMALLEST = 0.015  # rings below this area, in square degrees, are left out
DECIMALS = 2

# ISO 3166-1: number and three letters
CODES = """
004:AFG 008:ALB 012:DZA 020:AND 031:AZE 040:AUT 048:BHR 050:BGD 051:ARM 056:BEL 064:BTN 070:BIH
096:BRN 100:BGR 104:MMR 112:BLR 116:KHM 120:CMR 140:CAF 144:LKA 148:TCD 156:CHN 158:TWN 178:COG
180:COD 191:HRV 196:CYP 203:CZE 204:BEN 208:DNK 226:GNQ 231:ETH 232:ERI 233:EST 234:FRO 246:FIN
248:ALA 250:FRA 262:DJI 266:GAB 268:GEO 270:GMB 275:PSE 276:DEU 288:GHA 292:GIB 300:GRC 324:GIN
336:VAT 344:HKG 348:HUN 352:ISL 356:IND 360:IDN 364:IRN 368:IRQ 372:IRL 376:ISR 380:ITA 384:CIV
392:JPN 398:KAZ 400:JOR 404:KEN 408:PRK 410:KOR 414:KWT 417:KGZ 418:LAO 422:LBN 428:LVA 430:LBR
434:LBY 438:LIE 440:LTU 442:LUX 446:MAC 458:MYS 462:MDV 466:MLI 470:MLT 478:MRT 492:MCO 496:MNG
498:MDA 499:MNE 504:MAR 512:OMN 524:NPL 528:NLD 562:NER 566:NGA 578:NOR 580:MNP 586:PAK 608:PHL
616:POL 620:PRT 624:GNB 634:QAT 642:ROU 643:RUS 674:SMR 678:STP 682:SAU 686:SEN 688:SRB 694:SLE
702:SGP 703:SVK 704:VNM 705:SVN 706:SOM 724:ESP 728:SSD 729:SDN 732:ESH 752:SWE 756:CHE 760:SYR
762:TJK 764:THA 768:TGO 784:ARE 788:TUN 792:TUR 795:TKM 800:UGA 804:UKR 807:MKD 818:EGY 826:GBR
831:GGY 832:JEY 833:IMN 854:BFA 860:UZB 887:YEM
"""
ISO3 = dict(pair.split(":") for pair in CODES.split())
# Natural Earth draws who is in control. Where that is disputed and no code is
# given, or the United Nations General Assembly names another state, we say so here.
NAMED = {"N. Cyprus": "TRNC", "Kosovo": "XKX", "Baikonur": "KAZ", "Somaliland": "SOM"}
RENAMED = {"Turkey": "Türkiye", "Macedonia": "North Macedonia", "Bosnia and Herz.": "Bosnia and Herzegovina"}
MOVED = (("RUS", "UKR", (34.2, 45.2)),)  # Crimea: General Assembly resolution 68/262


def main() -> None:
    """Read the arguments, write both files, print their sizes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("topology", type=Path, help="countries-10m.json of world-atlas")
    parser.add_argument("folder", type=Path, help="where land.json and borders.json go")
    options = parser.parse_args()
    topology = json.loads(options.topology.read_text(encoding="utf-8"))
    arcs = [simplified(arc) for arc in decoded(topology)]
    countries = list(owned(topology["objects"]["countries"]["geometries"], arcs))
    land = {"box": BOX, "polygons": list(clipped(topology["objects"]["land"]["geometries"], arcs))}
    borders = {"box": BOX, "countries": outlines(countries, arcs), "lines": shared(countries, arcs)}
    for name, content in (("land.json", land), ("borders.json", borders)):
        written = write(options.folder / name, content)
        print(f"{name}: {written / 1000:.0f} kB")


def decoded(topology: dict[str, Any]) -> Arcs:
    """Arcs in degrees: TopoJSON stores quantised differences."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for right, above in arc:
            x, y = x + right, y + above
            line.append((x * across + west, y * up + south))
        arcs.append(line)
    return arcs


def within(point: Point, box: Box) -> bool:
    """Whether a point lies in a box."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def simplified(line: Line) -> Line:
    """Douglas-Peucker with both ends kept; a ring is cut at its far point first."""
    tolerance = next((value for box, value in DETAIL if any(within(point, box) for point in line)), 1.0)
    if line[0] != line[-1]:
        return thinned(line, tolerance)
    far = max(range(len(line)), key=lambda i: math.dist(line[0], line[i]))
    return thinned(line[: far + 1], tolerance) + thinned(line[far:], tolerance)[1:]


def thinned(line: Line, tolerance: float) -> Line:
    """Keep the points that lie further than the tolerance from the chord, without recursion."""
    keep, pending = {0, len(line) - 1}, [(0, len(line) - 1)]
    while pending:
        first, last = pending.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda i: offset(line[i], line[first], line[last]), default=first)
        if far != first and offset(line[far], line[first], line[last]) > tolerance:
            keep.add(far)
            pending += [(first, far), (far, last)]
    return [line[i] for i in sorted(keep)]


def offset(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment, in degrees of latitude at the point."""
    narrow = math.cos(math.radians(point[1]))
    px, py = (point[0] - start[0]) * narrow, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * narrow, end[1] - start[1]
    length = dx * dx + dy * dy
    along = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
    return math.hypot(px - along * dx, py - along * dy)


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Arc numbers of a geometry: polygons of rings of arcs."""
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []


def stitched(ring: Iterable[int], arcs: Arcs) -> Line:
    """Join the arcs of a ring; a negative number is an arc walked backwards."""
    line: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line


def owned(geometries: Iterable[dict[str, Any]], arcs: Arcs) -> Iterator[tuple[str, str, list[list[int]]]]:
    """Code, name and rings of each polygon of each country, with the stated departures."""
    for geometry in geometries:
        name = geometry["properties"]["name"]
        code = ISO3.get(geometry.get("id", "")) or NAMED.get(name, "")
        for rings in polygons(geometry):
            outer = stitched(rings[0], arcs)
            moves = [to for start, to, point in MOVED if start == code and contains(outer, point)]
            small = math.dist(outer[0], outer[len(outer) // 2]) < 20.0  # noqa: PLR2004  # not the mainland
            yield (moves[0] if moves and small else code), name, rings


def contains(ring: Line, point: Point) -> bool:
    """Whether a ring encloses a point, by counting crossings to the east."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > point[1]) != (y2 > point[1]) and point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def clipped(geometries: Iterable[dict[str, Any]], arcs: Arcs) -> Iterator[list[list[Point]]]:
    """Polygons of land inside the box: an outer ring, then holes (the Caspian Sea)."""
    for geometry in geometries:
        for rings in polygons(geometry):
            yield from cut(rings, arcs)


def cut(rings: Sequence[Sequence[int]], arcs: Arcs) -> Iterator[list[list[Point]]]:
    """One polygon clipped to the box, without rings too small to see."""
    inside = [tidy(clip(stitched(ring, arcs))) for ring in rings]
    if area(inside[0]) >= SMALLEST:
        yield [ring for ring in inside if area(ring) >= SMALLEST]


def clip(ring: Line) -> Line:
    """Sutherland-Hodgman: cut a ring by the four edges of the box in turn."""
    for axis, edge, sign in ((0, BOX[0], 1), (0, BOX[2], -1), (1, BOX[1], 1), (1, BOX[3], -1)):
        ring = half(ring, axis, edge, sign)
    return ring


def half(ring: Line, axis: int, edge: float, sign: int) -> Line:
    """The part of a ring on one side of an edge (above for sign 1), closed along it."""
    kept: Line = []
    for before, here in zip(ring[-1:] + ring[:-1], ring, strict=True):
        depth, depth_before = sign * (here[axis] - edge), sign * (before[axis] - edge)
        if (depth >= 0) != (depth_before >= 0):
            share = (edge - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])))
        if depth >= 0:
            kept.append(here)
    return kept


def tidy(line: Line) -> Line:
    """Rounded coordinates, equal neighbours once."""
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in line]
    return [point for before, point in zip([None, *rounded], rounded, strict=False) if point != before]


def area(ring: Line) -> float:
    """Area of a ring in square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def outlines(countries: list[tuple[str, str, list[list[int]]]], arcs: Arcs) -> dict[str, Any]:
    """Polygons by code; places without a code stay land."""
    found: dict[str, Any] = {}
    names = {code: name for code, name, _ in reversed(countries)}
    for code, _, rings in countries:
        for polygon in cut(rings, arcs) if code else ():
            found.setdefault(code, {"name": RENAMED.get(names[code], names[code]), "polygons": []})["polygons"].append(
                polygon
            )
    return dict(sorted(found.items()))


def shared(countries: list[tuple[str, str, list[list[int]]]], arcs: Arcs) -> list[Line]:
    """Borders: arcs that two different countries use, where they cross the box."""
    users = [(arc if arc >= 0 else ~arc, code) for code, _, rings in countries for ring in rings for arc in ring]
    count = Counter(arc for arc, _ in set(users))
    lines = (stretch for arc in sorted(count) if count[arc] > 1 for stretch in stretches(arcs[arc]))
    return [line for line in map(tidy, lines) if len(line) > 1]


def stretches(line: Line) -> Iterator[Line]:
    """The runs of a line that lie inside the box."""
    run: Line = []
    for point in line:
        if within(point, BOX):
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def write(path: Path, content: dict[str, Any]) -> int:
    """Write compact JSON, one polygon or line a row so that changes can be read; return its size."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    text = text.replace("]],[[", "]],\n[[") + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
