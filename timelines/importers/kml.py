"""KML and KMZ: placemarks as claims. Links to other files and servers are never followed."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np

from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import raw, records
from timelines.importers.collect import Collector
from timelines.importers.features import GEOMETRY, point_of, with_point
from timelines.importers.geojson import say
from timelines.importers.limits import MAX_UNPACKED
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.importers.safexml import Attributes, Node, Reader
from timelines.importers.shapes import Budget, Points, on_globe
from timelines.problems import shown

MAX_ELEMENTS = 500_000
_WANTED = frozenset({"Placemark", "name"})
_ELSEWHERE = {
    "NetworkLink": "links to other files or servers are not followed.",
    "GroundOverlay": "pictures laid over the map are not taken.",
    "ScreenOverlay": "pictures laid over the map are not taken.",
    "PhotoOverlay": "pictures laid over the map are not taken.",
}
_SHAPES = {"Point": "Point", "LineString": "LineString", "LinearRing": "LineString"}
_TIMES = ("when", "begin", "end")
Where = dict[str, str] | Unfit


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a KML or KMZ file.

    The name of a placemark is the column `name` (taken as the place unless the mapping says
    otherwise), its folders are `folder`, its time `begin`, `end` or `when`, its data under their
    own names. Rows of the report are the numbers of the placemarks, from 1.

    Raises:
        DataError: no KML, or without what a claim needs.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("kml", name, mapping, progress)
    content = raw.read_all(data, collector.account.name)
    if content.startswith(raw.ZIP_HEAD):
        content = _document(content, collector.account.name)
    budget = Budget()
    marks = _Placemarks(collector, budget)
    marks.read(content)
    header = list(dict.fromkeys(column for properties, _ in marks.found for column in properties))
    mapping = _with_place(mapping, header)
    make = records.reader(
        [*(h for h in header if h not in GEOMETRY), *GEOMETRY], mapping, collector
    )
    collector.total = len(marks.found)
    for number, (properties, where) in enumerate(marks.found, 1):

        def draft(p: dict[str, str] = properties, w: Where = where) -> list[dict[str, str]]:
            if isinstance(w, Unfit):
                raise w
            return make(with_point(p, w, mapping))

        collector.take(number, draft)
    say(budget, collector)
    return collector.finish()


def _document(content: bytes, name: str) -> bytes:
    archive = raw.open_zip(content, name)
    found = list(raw.members(archive, lambda base: base.endswith(".kml")))
    if not found:
        raise DataError(f"{shown(name)} is a zip without a .kml file.")
    # The format's rule: the first KML file is the document.
    first = min(found, key=lambda f: (f[0].lower() != "doc.kml", f[1].header_offset))
    return raw.read_member(archive, first[1], MAX_UNPACKED // 4)


class _Placemarks:
    """Placemarks as properties and position, or the verdict on it."""

    def __init__(self, collector: Collector, budget: Budget) -> None:
        self.found: list[tuple[dict[str, str], Where]] = []
        self._collector, self._budget = collector, budget
        self._folders: list[str] = []
        self._first = ""

    def read(self, content: bytes) -> None:
        """Raises DataError for what is no KML."""
        name = self._collector.account.name
        # Counted before any is made: what is too large is refused at once.
        for _ in Reader(name, frozenset(), max_events=MAX_ELEMENTS).nodes(io.BytesIO(content)):
            pass
        reader = Reader(
            name,
            _WANTED,
            opened=self._opened,
            closed=self._closed,
            finished=self._finished,
            max_events=MAX_ELEMENTS,
        )
        for _ in reader.nodes(io.BytesIO(content)):
            pass
        if self._first != "kml":
            raise DataError(f"{shown(name)} is no KML file. Export it as KML.")

    def _opened(self, local: str, _: Attributes) -> None:
        self._first = self._first or local
        if local == "Folder":
            self._folders.append("")
        elif local in _ELSEWHERE:
            self._collector.account.count(_ELSEWHERE[local])

    def _closed(self, local: str) -> None:
        if local == "Folder":
            self._folders.pop()

    def _finished(self, node: Node) -> None:
        if node.name == "name":
            if self._folders and not self._folders[-1]:
                self._folders[-1] = node.text.strip()
            return
        properties = _properties(node)
        if folder := " / ".join(name for name in self._folders if name):
            properties["folder"] = folder
        try:
            where: Where = _where(node, self._budget, self._collector)
        except Unfit as verdict:
            where = verdict
        self.found.append((properties, where))


def _properties(node: Node) -> dict[str, str]:
    out = {"name": node.text_of("name"), "description": node.text_of("description")}
    for part in node.walk():
        if part.name == "Data":
            out[part.attributes.get("name", "data")] = part.text_of("value")
        elif part.name == "SimpleData":
            out[part.attributes.get("name", "data")] = part.text.strip()
        elif part.name in _TIMES and part is not node:
            out.setdefault(part.name, part.text.strip())
    return {column: text for column, text in out.items() if text}


def _with_place(mapping: FieldMapping, header: list[str]) -> FieldMapping:
    """The placemark's name is the place, unless something else is said to be."""
    taken = set(mapping.columns.values())
    columns = dict(mapping.columns)
    if "place" not in columns and "name" in header and "name" not in taken:
        columns["place"] = "name"
    if "date" not in columns and "when" not in header and "begin" in header:
        columns["date"] = "begin"
    return replace(mapping, columns=columns)


def _where(node: Node, budget: Budget, collector: Collector) -> dict[str, str]:
    found: list[tuple[str, list[Points]]] = []
    inner: set[int] = set()
    for part in node.walk():
        if part.name == "Polygon":
            rings = []
            for ring in part.walk():
                if ring.name == "LinearRing":
                    inner.add(id(ring))
                    rings.append(_points(ring, budget))
            if not rings:
                raise Unfit("geometry", "is an area without a ring.", "Redraw it.")
            found.append(("Polygon", rings))
        elif part.name in _SHAPES and id(part) not in inner:
            found.append((_SHAPES[part.name], [_points(part, budget)]))
        elif part.name in ("Track", "MultiTrack", "Model"):
            remedy = "Draw the place as a point."
            raise Unfit("geometry", f"a {part.name} is no place.", remedy)
    if not found:
        collector.account.count("placemarks have no geometry; taken by the name of their place.")
        return {}
    return point_of(found, collector)


def _points(node: Node, budget: Budget) -> Points:
    """The coordinates of an element: `lon,lat[,height]` parted by white space."""
    tuples = node.text_of("coordinates").split()
    if not tuples:
        raise Unfit("geometry", "has no coordinates.", "Remove or redraw it.")
    budget.spend(len(tuples))
    rows = [one.split(",") for one in tuples]
    if any(len(one) not in (2, 3) for one in rows):
        remedy = "KML writes lon,lat without a space."
        raise Unfit("geometry", "has a coordinate without two numbers.", remedy)
    if any(len(one) == 3 and one[2] not in ("0", "0.0", "") for one in rows):
        budget.heights += 1
    try:
        points = np.array([[float(one[0]), float(one[1])] for one in rows], dtype=np.float64)
    except ValueError:
        raise Unfit("geometry", "has a coordinate that is no number.", "Redraw it.") from None
    return on_globe(points, 4326)
