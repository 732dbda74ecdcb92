"""Hostile and broken files for every importer, made when asked for; none of them is on disk.

A case says what must come of it: `error` (one clear error), `refused` (a report that names the
rows), `taken` (it is harmless), each with a piece of the text that the user must read.
"""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from timelines.importers import FieldMapping

Content = bytes | Callable[[], bytes]


class Case(NamedTuple):
    data: Content
    outcome: str
    says: str = ""
    name: str = ""
    mapping: FieldMapping | None = None

    def content(self) -> bytes:
        """The bytes; large ones are made only now."""
        return self.data() if callable(self.data) else self.data


SAID = FieldMapping(
    constants={"kind": "control", "source": "a-map", "actor": "isis"}, on="2016-02-15"
)
VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"</OGRVRTLayer></OGRVRTDataSource>"
)
GDALG = b'{"type":"gdal_streamed_alg","command_line":"gdal vector read /etc/passwd"}'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "haha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]><kml>&a9;</kml>"
)
EXTERNAL = (
    b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name>'
    b"</Placemark></kml>"
)
REMOTE_DTD = b'<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/evil.dtd"><kml/>'


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb(name: str, head: bytes = b"") -> Callable[[], bytes]:
    """A zip of a few hundred kilobytes with a member of 150 MB."""

    def make() -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open(name, "w") as member,
        ):
            member.write(head)
            for _ in range(150):
                member.write(b" " * 1_000_000)
        return out.getvalue()

    return make


def lying_size(archive: bytes) -> bytes:
    """The same archive, its directory claiming that the member is three bytes long."""
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<I", 3) + archive[at + 28 :]


def encrypted(archive: bytes) -> bytes:
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 8] + b"\x01\x00" + archive[at + 10 :]


def table_cases(
    row: dict[str, str], lon: str, lat: str, date: str, text: str, mapping: FieldMapping
) -> dict[str, Case]:
    """What breaks tables, around one good row; `lon`, `lat`, `date`, `text` are its columns."""

    def sheet(*rows: dict[str, str], header: list[str] | None = None) -> str:
        names = header or list(row)
        lines = [",".join(names)]
        lines += [",".join(one.get(name, "") for name in names) for one in rows]
        return "\n".join(lines) + "\n"

    def changed(**values: str) -> bytes:
        return sheet({**row, **values}, row).encode()

    good = sheet(row)
    swapped = {lon: row[lat], lat: "137.5"}
    return {
        "empty": Case(b"", "error", "empty"),
        "blank": Case(b"\n\n  \n", "error", ""),
        "header alone": Case(sheet().encode(), "taken"),
        "no header": Case(b"1,2,3\n4,5,6\n", "error", ""),
        "utf-8 with a mark": Case(b"\xef\xbb\xbf" + good.encode(), "taken"),
        "utf-16": Case(good.encode("utf-16"), "taken"),
        "arabic windows bytes": Case(
            sheet({**row, text: "دابق"}).encode("cp1256"), "error", "cp1256"
        ),
        "half a letter at the end": Case(sheet(row).encode() + b"\xd8", "refused", "UTF-8"),
        "quoted newline": Case(changed(**{text: '"two\nlines"'}), "taken"),
        "open quote": Case(changed(**{text: '"never closed'}), "refused", "Close the quotes"),
        "cells missing": Case(good.encode() + b"a,b\n", "refused", "cells"),
        "a header of eight million columns": Case(
            lambda: b"," * 8_000_000 + b"\n", "error", "longer than"
        ),
        "a record of a million lines": Case(
            lambda: good.encode() + b'"a\n"' + b',,,,,,,,"b\n"' * 1_000_000,
            "refused",
            "longer than",
        ),
        "cells too many": Case(good.encode() + b"x," * 60 + b"x\n", "refused", "cells"),
        "column twice": Case(f"{text},{text}\na,b\n".encode(), "error", ""),
        "a thousand columns": Case(
            (",".join(f"c{i}" for i in range(1000)) + "\n").encode(), "error", "columns"
        ),
        "NaN": Case(changed(**{lat: "NaN"}), "refused", "is not a number"),
        "1e999": Case(changed(**{lat: "1e999"}), "refused", "is not a number"),
        "infinity": Case(changed(**{lon: "-inf"}), "refused", "is not a number"),
        "swapped": Case(changed(**swapped), "refused", "swapped"),
        "null island": Case(changed(**{lon: "0", lat: "0.0"}), "refused", "missing coordinate"),
        "half a position": Case(changed(**{lat: ""}), "refused", "both lon and lat"),
        "decimal comma": Case(changed(**{lat: '"36,5"'}), "refused", "decimal"),
        "no such day": Case(changed(**{date: "2015-02-30"}), "refused", "calendar"),
        "two dates in one": Case(changed(**{date: "03/04/2016"}), "refused", "3 April or 4 March"),
        "year of two digits": Case(changed(**{date: "03/04/16"}), "refused", "two digits"),
        "no date": Case(changed(**{date: "soon"}), "refused", "not a date"),
        "formula": Case(changed(**{text: "=HYPERLINK(1)"}), "taken", ""),
        "control characters": Case(changed(**{text: "a\x07b\u202ec"}), "taken", "control"),
        "a cell of two million letters": Case(
            lambda: changed(**{text: "x" * 2_000_000}), "refused", ""
        ),
        "zeros": Case(good.encode() + b"\x00" * 100, "error", "not text"),
        "vrt": Case(VRT, "error", ""),
        "gdalg": Case(GDALG, "error", ""),
        "zip bomb": Case(bomb("a.csv", head=good.encode()), "error", ""),
        "zip that lies": Case(lying_size(zipped({"a.csv": good.encode() * 99})), "error", ""),
        "zip cut off": Case(zipped({"a.csv": good.encode()})[:60], "error", "zip"),
        "zip with passwords": Case(encrypted(zipped({"a.csv": b"x"})), "error", "encrypted"),
        "zip of two": Case(zipped({"a.csv": b"x", "b.csv": b"y"}), "error", "one of them"),
        "zip that climbs": Case(zipped({"../../../../tmp/evil.csv": good.encode()}), "taken"),
        "sqlite": Case(b"SQLite format 3\x00" + b"\x00" * 100, "error", "not text"),
        "quotes by the million": Case(lambda: good.encode() + b'"' * 3_000_001, "refused", ""),
        "delimiters by the million": Case(
            lambda: good.encode() + b"," * 3_000_000, "refused", "longer than"
        ),
    } | {
        "unknown encoding": Case(
            good.encode(), "error", "no text encoding", mapping=_with(mapping, encoding="rot13")
        ),
        "encoding that unpacks": Case(
            good.encode(), "error", "no text encoding", mapping=_with(mapping, encoding="zlib")
        ),
    }


def _with(mapping: FieldMapping, **values: Any) -> FieldMapping:
    from dataclasses import replace

    return replace(mapping, **values)


CSV_ROW = {
    "date": "2015-10-09",
    "place": "Kweires",
    "lon": "37.57",
    "lat": "36.18",
    "note": "held",
}
ACLED_ROW = {
    "event_id_cnty": "SYR1",
    "event_date": "2016-02-15",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Government regains territory",
    "actor1": "Military Forces of Syria (2000-)",
    "inter1": "State forces",
    "actor2": "Islamic State (Syria)",
    "inter2": "Rebel group",
    "location": "Kweires",
    "latitude": "36.18",
    "longitude": "37.57",
    "geo_precision": "1",
    "source": "SOHR",
    "notes": "took it",
    "fatalities": "8",
    "timestamp": "1700000000",
}
UCDP_ROW = {
    "id": "121070",
    "type_of_violence": "1",
    "side_a": "Government of Syria",
    "side_b": "IS",
    "where_prec": "1",
    "where_coordinates": "Kweires",
    "latitude": "36.18",
    "longitude": "37.57",
    "country": "Syria",
    "date_prec": "1",
    "date_start": "2016-02-15 00:00:00.000",
    "date_end": "2016-02-15 00:00:00.000",
    "best": "8",
    "high": "10",
    "low": "6",
}
VIINA_ROW = {
    "viina_version": "b",
    "event_id_1pd": "77",
    "date": "20220301",
    "n_reports": "2",
    "geonameid": "703448",
    "asciiname": "Kyiv",
    "longitude": "30.5",
    "latitude": "50.4",
    "GEO_PRECISION": "ADM3",
    "t_mil_b": "1",
    "a_rus_init_b": "1",
    "a_ukr_init_b": "0",
    "t_airstrike_b": "1",
}
NO_MAPPING = FieldMapping()


def csv_cases() -> dict[str, Case]:
    return table_cases(CSV_ROW, "lon", "lat", "date", "note", SAID)


def acled_cases() -> dict[str, Case]:
    cases = table_cases(ACLED_ROW, "longitude", "latitude", "event_date", "notes", NO_MAPPING)
    for column, value, says in (
        ("geo_precision", "9", "precision code"),
        ("time_precision", "9", "precision code"),
        ("fatalities", "-3", "no count"),
        ("fatalities", "2.5", "no count"),
    ):
        row = {**ACLED_ROW, column: value}
        text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        cases[f"{column} {value}"] = Case(text.encode(), "refused", says)
    return cases


def ucdp_cases() -> dict[str, Case]:
    cases = table_cases(UCDP_ROW, "longitude", "latitude", "date_start", "side_a", NO_MAPPING)
    for column, value, says in (
        ("high", "3", "is no range"),
        ("where_prec", "x", "precision code"),
        ("type_of_violence", "7", "type of violence"),
        ("date_end", "2015-01-01", "is before"),
    ):
        row = {**UCDP_ROW, column: value}
        text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        cases[f"{column} {value}"] = Case(text.encode(), "refused", says)
    record = {k: UCDP_ROW[k] for k in ("id", "type_of_violence", "latitude", "longitude", "best")}
    cases["json without dates"] = Case(json.dumps([record]).encode(), "refused", "is empty")
    cases["json of numbers"] = Case(b"[1,2,3]", "refused", "is no event")
    cases["json that is deep"] = Case(b"[" * 100_000, "error", "deep")
    # "gdalg" begins as JSON does, and is told apart there.
    cases["gdalg"] = Case(GDALG, "error", "no list of UCDP events")
    return cases


def viina_cases() -> dict[str, Case]:
    cases = table_cases(VIINA_ROW, "longitude", "latitude", "date", "asciiname", NO_MAPPING)
    head = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status\n"
    cases["labels alone"] = Case(b"event_id,event_id_1pd,t_mil_b\n1,2,1\n", "error", "event_1pd")
    for name, row, says in (
        ("panel with another status", "1,20220224,XX,UA,UA,UA,UA\n", "is no status"),
        ("panel with a thirteenth month", "1,20221324,UA,UA,UA,UA,UA\n", "is not a day"),
        (
            "panel that runs backwards",
            "1,20220225,UA,UA,UA,UA,UA\n1,20220224,RU,UA,UA,UA,UA\n",
            "earlier than a row above",
        ),
    ):
        cases[name] = Case((head + row).encode(), "refused", says)
    return cases


def json_cases(feature: Callable[..., Any], wrap: Callable[[Any], Any]) -> dict[str, Case]:
    """What breaks JSON; `feature(lon, lat)` is one good object, `wrap` makes a document of it."""
    good = json.dumps(wrap(feature(37.5, 36.2)))
    return {
        "empty": Case(b"", "error", "empty"),
        "cut off": Case(good[: len(good) // 2].encode(), "error", "not JSON"),
        "100,000 deep": Case(b"[" * 100_000 + b"]" * 100_000, "error", "deep"),
        "objects 100,000 deep": Case(b'{"a":' * 100_000, "error", "deep"),
        "NaN": Case(good.replace("37.5", "NaN").encode(), "error", "not a number"),
        "Infinity": Case(good.replace("37.5", "-Infinity").encode(), "error", "not a number"),
        "1e999": Case(good.replace("37.5", "1e999").encode(), "error", "too large"),
        "a number of 400 digits": Case(
            good.replace("37.5", "9" * 400).encode(), "error", "300 digits"
        ),
        "lists by the million": Case(lambda: b"[" + b"[]," * 8_000_000 + b"[]]", "error", "memory"),
        "escapes by the million": Case(lambda: b'["' + b"\\n" * 14_000_000 + b'"]', "error", ""),
        "latin-1": Case(good.replace("Dabiq", "Dabíq").encode("latin-1"), "error", "UTF-8"),
        "utf-8 with a mark": Case(b"\xef\xbb\xbf" + good.encode(), "taken"),
        "utf-16": Case(good.encode("utf-16"), "taken"),
        "half a letter": Case(good.replace("Dabiq", "Da\\ud800q").encode(), "taken", "control"),
        "two documents": Case((good + good).encode(), "error", "not JSON"),
        "a list of numbers": Case(b"[1,2,3]", "error", ""),
        "a number": Case(b"7", "error", ""),
        "null": Case(b"null", "error", ""),
        "gdalg": Case(GDALG, "error", ""),
        "vrt": Case(VRT, "error", ""),
        "zeros": Case(b"\x00" * 1000, "error", ""),
        "swapped": Case(json.dumps(wrap(feature(36.2, 137.5))).encode(), "refused", "swapped"),
        "null island": Case(json.dumps(wrap(feature(0, 0))).encode(), "refused", "missing"),
        "metres": Case(json.dumps(wrap(feature(259377.5, 3924500.1))).encode(), "refused", "crs"),
    }


def _point(lon: Any, lat: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"place": "Dabiq", **properties},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def _collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def _shape(kind: str, coordinates: Any) -> bytes:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps(
        _collection({"type": "Feature", "properties": {"place": "x"}, "geometry": geometry})
    ).encode()


def _crs(name: Any) -> bytes:
    member = {"type": "name", "properties": {"name": name}}
    return json.dumps(_collection(_point(37.5, 36.2), crs=member)).encode()


SQUARE = [[37.0, 36.0], [37.1, 36.0], [37.1, 36.1], [37.0, 36.1], [37.0, 36.0]]


def geojson_cases() -> dict[str, Case]:
    return json_cases(_point, _collection) | {
        "text coordinates": Case(_shape("Point", ["37", "36"]), "refused", "no number"),
        "yes for a coordinate": Case(_shape("Point", [True, 36]), "refused", "no number"),
        "one coordinate": Case(_shape("Point", [37]), "refused", "two numbers"),
        "no coordinates": Case(_shape("Point", []), "refused", "two numbers"),
        "a curve": Case(_shape("CircularString", [[37, 36], [38, 36]]), "refused", "no geometry"),
        "polygon of two points": Case(
            _shape("Polygon", [[[37, 36], [37.1, 36], [37, 36]]]), "taken", "areas"
        ),
        "a country for a place": Case(
            _shape("Polygon", [[[0, 0], [40, 0], [40, 40], [0, 40], [0, 0]]]), "refused", "no place"
        ),
        "heights": Case(_shape("Point", [37, 36, 400]), "taken", "heights"),
        "proj pipeline as crs": Case(_crs("+proj=utm +nadgrids=@/etc/passwd"), "error", "EPSG"),
        "crs on a server": Case(_crs("http://127.0.0.1:9/crs.json"), "error", "EPSG"),
        "crs that is no number": Case(_crs(4326), "error", "reference system"),
        "crs out of the registry": Case(_crs("EPSG:999999"), "error", "registry"),
        "topojson": Case(b'{"type":"Topology","objects":{}}', "error", "TopoJSON"),
        "esri": Case(b'{"spatialReference":{},"features":[]}', "error", "Esri"),
        "features that are none": Case(
            json.dumps(_collection(7, None, _point(37.5, 36.2))).encode(), "refused", "no"
        ),
        "properties that are a list": Case(
            json.dumps(_collection({**_point(37.5, 36.2), "properties": [1]})).encode(),
            "refused",
            "no table",
        ),
        "null geometry": Case(
            json.dumps(_collection({**_point(1, 1), "geometry": None})).encode(),
            "taken",
            "geometry",
        ),
    }


def polygons_cases() -> dict[str, Case]:
    def area(lon: Any, lat: Any) -> dict[str, Any]:
        ring = [[lon, lat], [lon, lat], [lon, lat], [lon, lat], [lon, lat]]
        for point, dx, dy in zip(ring, (0, 0.1, 0.1, 0, 0), (0, 0, 0.1, 0.1, 0), strict=True):
            point[0] += dx
            point[1] += dy
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"name": "Dabiq"}, "geometry": geometry}

    def shape(*rings: Any) -> bytes:
        return _shape("Polygon", list(rings))

    cases = {
        name: case._replace(
            outcome="error" if case.outcome == "refused" else case.outcome,
            says="" if case.outcome == "taken" else case.says,
        )
        for name, case in json_cases(area, _collection).items()
        if name not in ("null island", "half a letter")
    }
    scribble = [
        [37 + (i * 7919 % 5003) / 5003, 36 + (i * 104729 % 5009) / 5009] for i in range(5000)
    ]
    day = "control_2024-07-08.geojson"
    cases = {name: case._replace(name=day) for name, case in cases.items()}
    square = shape(SQUARE)
    cases |= {
        "null geometry": Case(
            json.dumps(_collection({**area(1, 1), "geometry": None})).encode(), "error", "null", day
        ),
        "points": Case(_shape("Point", [37, 36]), "error", "no area", day),
        "bow tie": Case(
            shape([[37, 36], [38, 37], [38, 36], [37, 37], [37, 36]]), "error", "no area", day
        ),
        "scribble": Case(shape([*scribble, scribble[0]]), "error", "crosses itself", day),
        "two points": Case(shape([[37, 36], [38, 36]]), "error", "three points", day),
        "across the antimeridian": Case(
            shape([[179, 10], [-179, 10], [-179, 11], [179, 11], [179, 10]]), "error", "RFC", day
        ),
        "year 2202": Case(square, "error", "not happened yet", "control_22020708.geojson"),
        "year 1023": Case(square, "error", "before there were maps", "control_10230708.geojson"),
        "no day": Case(square, "error", "has no day", "control.geojson", _with(SAID, on="")),
        "day that never was": Case(square, "error", "not one day", "c_20240231.geojson"),
        "nobody": Case(square, "error", "nothing says who", day, NO_MAPPING),
        "zip of nothing": Case(zipped({"a.txt": b"x"}), "error", "holds no"),
        "zip bomb": Case(bomb(day), "error", ""),
        "zip that climbs": Case(zipped({f"../../../tmp/{day}": square}), "taken"),
        "zip with a rotten day": Case(
            zipped({day: square, "control_2024-07-09.geojson": b"[" * 100_000}), "refused", "deep"
        ),
        "zip with passwords": Case(encrypted(zipped({day: square})), "error", "encrypted"),
        "a gap": Case(
            zipped({day: square, "control_2024-07-11.geojson": shape(SQUARE)}), "taken", "missing"
        ),
        "unknown deepstate key": Case(
            square.replace(b'"place": "x"', b'"name": "a /// geoJSON.status.novel"'),
            "error",
            "is no status",
            day,
        ),
    }
    return cases


def kml_cases() -> dict[str, Case]:
    def mark(inside: str) -> bytes:
        return (
            '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Dabiq</name>'
            f"{inside}</Placemark></Document></kml>"
        ).encode()

    def point(text: str) -> bytes:
        return mark(f"<Point><coordinates>{text}</coordinates></Point>")

    good = point("37.5,36.2,0")
    return {
        "empty": Case(b"", "error", "empty"),
        "cut off": Case(good[:-20], "error", "not XML"),
        "a billion laughs": Case(LAUGHS, "error", "document type"),
        "external entity": Case(EXTERNAL, "error", "document type"),
        "remote dtd": Case(REMOTE_DTD, "error", "document type"),
        "100,000 deep": Case(b"<kml>" + b"<a>" * 100_000, "error", "deeper"),
        "elements by the million": Case(
            lambda: b"<kml>" + b"<Placemark/>" * 700_000 + b"</kml>", "error", "elements"
        ),
        "text by the million": Case(lambda: mark("x" * 25_000_000), "error", "text"),
        "attributes by the thousand": Case(
            b"<kml><Placemark " + b" ".join(b'a%d="x"' % i for i in range(50_000)) + b"/></kml>",
            "refused",
            "",
        ),
        "unknown encoding": Case(b'<?xml version="1.0" encoding="x-evil"?><kml/>', "error", "XML"),
        "utf-7": Case(b'<?xml version="1.0" encoding="utf-7"?><kml/>', "error", ""),
        "utf-16": Case(good.decode().encode("utf-16"), "taken"),
        "html": Case(b"<html><body>404</body></html>", "error", "no KML"),
        "vrt": Case(VRT, "error", "no KML"),
        "gdalg": Case(GDALG, "error", "not XML"),
        "NaN": Case(point("NaN,36.2"), "refused", "not finite"),
        "1e999": Case(point("1e999,36.2"), "refused", "not finite"),
        "swapped": Case(point("36.2,137.5"), "refused", "swapped"),
        "null island": Case(point("0,0"), "refused", "missing"),
        "a space after the comma": Case(point("37.5, 36.2"), "refused", "without a space"),
        "no numbers": Case(point("here,there"), "refused", "no number"),
        "no coordinates": Case(mark("<Point/>"), "refused", "no coordinates"),
        "a track": Case(mark("<Track/>"), "refused", "no place"),
        "link to a server": Case(
            good.replace(
                b"<Document>",
                b"<Document><NetworkLink><Link><href>http://127.0.0.1:9/</href></Link>"
                b"</NetworkLink>",
            ),
            "taken",
            "not followed",
        ),
        "no such day": Case(
            mark("<TimeStamp><when>2015-02-30</when></TimeStamp>"), "refused", "calendar"
        ),
        "kmz bomb": Case(bomb("doc.kml", head=b"<kml>"), "error", ""),
        "kmz without kml": Case(zipped({"a.png": b"x"}), "error", "without a .kml"),
        "kmz that climbs": Case(zipped({"../../etc/cron.d/doc.kml": good}), "taken"),
        "kmz that lies": Case(lying_size(zipped({"doc.kml": good * 50})), "error", ""),
        "kmz cut off": Case(zipped({"doc.kml": good})[:50], "error", "zip"),
    }


def workbook(sheet: bytes, **parts: bytes) -> bytes:
    base = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        b"</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r1" '
        b'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped({**base, **{name.replace("__", "/"): part for name, part in parts.items()}})


def cell(text: str, reference: str = "") -> str:
    at = f' r="{reference}"' if reference else ""
    return f'<c t="inlineStr"{at}><is><t>{text}</t></is></c>'


def sheet_of(*rows: str) -> bytes:
    header = "".join(cell(name) for name in ("place", "lon", "lat", "date"))
    lines = "".join(f"<row>{row}</row>" for row in (header, *rows))
    return f"<worksheet><sheetData>{lines}</sheetData></worksheet>".encode()


def _texts(number: int) -> bytes:
    return b"<sst>" + b"".join(b"<si><t>%d</t></si>" % i for i in range(number)) + b"</sst>"


def xlsx_cases() -> dict[str, Case]:
    def row(place: str, lon: str, lat: str, date: str) -> str:
        return "".join(cell(text) for text in (place, lon, lat, date))

    good = sheet_of(row("Dabiq", "37.5", "36.2", "2015-10-09"))
    formula = sheet_of(
        row("Dabiq", "37.5", "36.2", "2015-10-09"), "<c><f>1+1</f></c>" + cell("37") + cell("36")
    )
    return {
        "empty": Case(b"", "error", "empty"),
        "old xls": Case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "error", "no XLSX"),
        "csv in disguise": Case(b"place,date\na,b\n", "error", "no XLSX"),
        "another zip": Case(zipped({"a.txt": b"x"}), "error", "no XLSX"),
        "cut off": Case(workbook(good)[:200], "error", "zip"),
        "encrypted": Case(encrypted(workbook(good)), "error", "encrypted"),
        "size that lies": Case(lying_size(workbook(good * 9)), "error", ""),
        "a billion laughs": Case(workbook(LAUGHS), "error", "document type"),
        "external entity in the texts": Case(
            workbook(good, xl__sharedStrings=b"x", **{"xl__sharedStrings.xml": EXTERNAL}),
            "error",
            "document type",
        ),
        "sheet bomb": Case(bomb("xl/workbook.xml", head=b"<workbook>"), "error", ""),
        "rows by the million": Case(
            lambda: workbook(sheet_of(*(f"<c><v>{i}</v></c>" for i in range(900_000)))),
            "error",
            "elements",
        ),
        "cells by the million": Case(
            lambda: workbook(sheet_of("<c><v>1</v></c>" * 900_000)), "error", ""
        ),
        "texts by the million": Case(
            lambda: workbook(good, **{"xl__sharedStrings.xml": _texts(600_000)}),
            "error",
            "texts",
        ),
        "cell at the far edge": Case(
            workbook(sheet_of(cell("x", "XFD1048576"))), "error", "column"
        ),
        "formula never computed": Case(workbook(formula), "refused", "never computed"),
        "error value": Case(
            workbook(sheet_of('<c t="e"><v>#REF!</v></c>' + cell("37") + cell("36"))),
            "refused",
            "is the error",
        ),
        "text that is not there": Case(
            workbook(sheet_of('<c t="s"><v>999</v></c>')), "refused", "not in the workbook"
        ),
        "29 February 1900": Case(
            workbook(
                sheet_of(cell("x") + cell("37") + cell("36") + '<c s="1"><v>60</v></c>'),
                **{
                    "xl__styles.xml": b'<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
                    b"</cellXfs></s>"
                },
            ),
            "refused",
            "never was",
        ),
        "NaN": Case(workbook(sheet_of(row("x", "NaN", "36", "2015"))), "refused", "not a number"),
        "1e999": Case(
            workbook(sheet_of(cell("x") + "<c><v>1e999</v></c>" + cell("36") + cell("2015"))),
            "refused",
            "not a number",
        ),
        "swapped": Case(
            workbook(sheet_of(row("x", "36.2", "137.5", "2015"))), "refused", "swapped"
        ),
        "two dates in one": Case(
            workbook(sheet_of(row("x", "37", "36", "03/04/2016"))), "refused", "3 April or 4 March"
        ),
        "cells beyond the header": Case(
            workbook(sheet_of(row("x", "37", "36", "2015") + cell("y"))), "refused", "beyond"
        ),
        "no sheet": Case(
            workbook(good, **{"xl__workbook.xml": b"<workbook/>"}), "error", "without sheets"
        ),
        "sheet that climbs": Case(
            workbook(
                good,
                **{
                    "xl___rels__workbook.xml.rels": b'<R><Relationship Id="r1" '
                    b'Target="../../../../etc/passwd"/></R>'
                },
            ),
            "error",
            "header",
        ),
        "sheet on a server": Case(
            workbook(
                good,
                **{
                    "xl___rels__workbook.xml.rels": b'<R><Relationship Id="r1" '
                    b'Target="http://127.0.0.1:9/x.xml" TargetMode="External"/></R>'
                },
            ),
            "error",
            "header",
        ),
        "vrt": Case(VRT, "error", "no XLSX"),
    }


def geopackage(*statements: str, blobs: tuple[bytes | None, ...] = (), srs: int = 4326) -> bytes:
    """A small GeoPackage, made by SQLite; statements run last, with the guards off."""
    with sqlite3.connect(":memory:") as database:
        database.executescript(
            f"""CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT);
            CREATE TABLE gpkg_spatial_ref_sys
                (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
            INSERT INTO gpkg_spatial_ref_sys VALUES ({srs}, 'EPSG', {srs});
            INSERT INTO gpkg_contents VALUES ('a', 'features');
            INSERT INTO gpkg_geometry_columns VALUES ('a', 'geom');
            CREATE TABLE a (fid INTEGER PRIMARY KEY, place TEXT, geom BLOB);"""
        )
        for blob in blobs:
            database.execute("INSERT INTO a (place, geom) VALUES ('Dabiq', ?)", (blob,))
        for statement in statements:
            database.execute(statement)
        database.commit()
        return bytes(database.serialize())


def gp(wkb: bytes, srs: int = 4326) -> bytes:
    return b"GP\x00\x01" + struct.pack("<i", srs) + wkb


def wkb_point(lon: float, lat: float) -> bytes:
    return b"\x01" + struct.pack("<Idd", 1, lon, lat)


def gpkg_cases() -> dict[str, Case]:
    here = gp(wkb_point(37.5, 36.2))
    good = geopackage(blobs=(here,))
    infinity = float("inf")
    deep = b"\x01" + struct.pack("<II", 7, 1)

    def one(blob: bytes) -> bytes:
        return geopackage(blobs=(blob,))

    return {
        "empty": Case(b"", "error", "empty"),
        "text": Case(b"place,date\n", "error", "no GeoPackage"),
        "cut off": Case(good[:5000], "error", ""),
        "head alone": Case(good[:100], "error", ""),
        "noise inside": Case(good[:4096] + b"\xff" * (len(good) - 4096), "error", ""),
        "no geopackage": Case(
            geopackage("DROP TABLE gpkg_contents", blobs=(here,)), "error", "no GeoPackage"
        ),
        "write-ahead mode": Case(good[:18] + b"\x02\x02" + good[20:], "taken", "write-ahead"),
        "view that never ends": Case(
            geopackage(
                "DROP TABLE a",
                "CREATE VIEW a AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) "
                "SELECT x AS fid, 'x' AS place, NULL AS geom FROM c",
            ),
            "error",
            "layer",
        ),
        "column that computes": Case(
            geopackage(
                "ALTER TABLE a ADD COLUMN evil TEXT GENERATED ALWAYS AS "
                "(hex(zeroblob(40000000))) VIRTUAL",
                blobs=(here,),
            ),
            "taken",
        ),
        "two layers": Case(
            geopackage(
                "CREATE TABLE b (place TEXT)",
                "INSERT INTO gpkg_contents VALUES ('b', 'attributes')",
                blobs=(here,),
            ),
            "error",
            "Say the layer",
        ),
        "name with quotes": Case(
            geopackage(
                'ALTER TABLE a RENAME TO "x"" ; DROP TABLE y; --"',
                "UPDATE gpkg_contents SET table_name = 'x\" ; DROP TABLE y; --'",
                "UPDATE gpkg_geometry_columns SET table_name = 'x\" ; DROP TABLE y; --'",
                blobs=(here,),
            ),
            "taken",
        ),
        "geometry cut off": Case(one(here[:-4]), "refused", "cut off"),
        "geometry that is none": Case(one(b"POINT(37 36)"), "refused", "no GeoPackage geometry"),
        "four billion points": Case(
            one(gp(b"\x01" + struct.pack("<II", 2, 0xFFFFFFFF))), "error", "points"
        ),
        "four billion rings": Case(
            one(gp(b"\x01" + struct.pack("<II", 3, 0xFFFFFFFF))), "refused", "cut off"
        ),
        "collections 100,000 deep": Case(one(gp(deep * 100_000)), "refused", "too deep"),
        "a curve": Case(one(gp(b"\x01" + struct.pack("<I", 8))), "refused", "curves"),
        "infinity": Case(one(gp(wkb_point(infinity, 36))), "refused", "not finite"),
        "swapped": Case(one(gp(wkb_point(36.2, 137.5))), "refused", "swapped"),
        "null island": Case(one(gp(wkb_point(0, 0))), "refused", "missing"),
        "undefined system": Case(one(gp(wkb_point(37, 36), -1)), "refused", "undefined"),
        "metres": Case(
            geopackage(blobs=(gp(wkb_point(3.7e300, 36), 32637),), srs=32637), "refused", "EPSG"
        ),
        "no geometry": Case(geopackage(blobs=(None,)), "taken", "no geometry"),
        "text of a million letters": Case(
            geopackage(
                "UPDATE a SET place = printf('%.1000000c', 'x')",
                blobs=(here,),
            ),
            "refused",
            "longer",
        ),
        "bytes that are no text": Case(
            geopackage("UPDATE a SET place = CAST(x'ff41fe' AS TEXT)", blobs=(here,)), "taken"
        ),
        "vrt": Case(VRT, "error", "no GeoPackage"),
    }


LEGEND = FieldMapping(on="2016-02-15", values={"actor": {"red": "government", "lime": "rebels"}})


def wikimap_cases() -> dict[str, Case]:
    def module(*marks: str) -> bytes:
        return ("return {\n marks = {\n" + ",\n".join(marks) + "\n}}").encode()

    def mark(lat: str = '"36.2"', lon: str = '"37.5"', dot: str = '"Location dot red.svg"') -> str:
        return f'{{ lat = {lat}, long = {lon}, mark = {dot}, label = "[[Dabiq]]" }}'

    good = module(mark())
    link = '"' + "[[" * 90_000 + '"'
    return {
        "empty": Case(b"", "error", "empty"),
        "cut off": Case(good[:-3], "error", "not closed"),
        "open text": Case(good + b' "never', "error", "no end"),
        "open long text": Case(b"return {[==[ never", "error", "no end"),
        "open comment": Case(b"--[[ never", "error", "no end"),
        "brackets by the million": Case(lambda: b"[[" * 1_000_000, "error", "no end"),
        "equals by the million": Case(b"[" + b"=" * 1_000_000 + b"{", "error", ""),
        "tables 100,000 deep": Case(b"return " + b"{" * 100_000, "error", "deeper"),
        "words by the million": Case(lambda: b"return {" + b"a=1," * 2_000_000, "error", "words"),
        "code that runs": Case(b'os.execute("touch /tmp/evil")\n' + good, "taken"),
        "call for a value": Case(
            module(mark(lat='io.open("/etc/passwd"):read()')), "error", "no detailed map"
        ),
        "no module": Case(b"print('hello')", "error", "no detailed map"),
        "a page of html": Case(b"<html>lat long</html>", "error", "no detailed map"),
        "arabic windows bytes": Case(
            good.decode().replace("Dabiq", "دابق").encode("cp1256"), "error", "cp1256"
        ),
        "NaN": Case(module(mark(lat='"NaN"')), "refused", "not a number"),
        "1e999": Case(module(mark(lat="1e999")), "refused", "not a number"),
        "swapped": Case(module(mark(lat='"137.5"', lon='"36.2"')), "refused", "swapped"),
        "null island": Case(module(mark(lat='"0"', lon='"0"')), "refused", "missing"),
        "unknown colour": Case(
            module(mark(dot='"Location dot teal.svg"')), "refused", "nothing says who teal is"
        ),
        "no legend": Case(
            good, "error", "what its colours mean", mapping=FieldMapping(on="2016-02-15")
        ),
        "no day": Case(good, "error", "Say `on`", mapping=FieldMapping()),
        "day that never was": Case(
            good, "error", "calendar", mapping=_with(LEGEND, on="2016-02-30")
        ),
        "label of open links": Case(module(mark() + f", {{lat=1,long=2,label={link}}}"), "taken"),
        "escapes": Case(module(mark(dot='"Location dot \\114\\x65\\u{64}.svg"')), "taken"),
        "vrt": Case(VRT, "error", "no detailed map"),
    }


def timemap_cases() -> dict[str, Case]:
    def event(lon: Any, lat: Any, **more: Any) -> dict[str, Any]:
        base = {"id": "1", "description": "Shell hit", "date": "2/24/2022", "location": "Dabiq"}
        return {**base, "latitude": str(lat), "longitude": lon, **more}

    def wrap(*events: Any) -> list[Any]:
        return list(events)

    def one(**more: Any) -> bytes:
        return json.dumps([event(37.5, 36.2, **more)]).encode()

    return json_cases(event, wrap) | {
        "a thirteenth month": Case(one(date="24/2/2022"), "refused", "month first"),
        "no date": Case(one(date=""), "taken"),
        "no day at all": Case(one(date=""), "refused", "is empty", mapping=FieldMapping()),
        "sources that are no list": Case(one(sources={"a": 1}), "taken"),
        "text for a coordinate": Case(one(latitude="north"), "refused", "not a number"),
        "no place": Case(one(location="", latitude="", longitude=""), "refused", "is empty"),
        "events that are none": Case(
            json.dumps([7, event(37.5, 36.2)]).encode(), "refused", "is no event"
        ),
        "a list of strangers": Case(b'[{"a":1}]', "error", "TimeMap"),
    }


CASES: dict[str, tuple[Callable[[], dict[str, Case]], FieldMapping]] = {
    "csv": (csv_cases, SAID),
    "xlsx": (xlsx_cases, SAID),
    "geojson": (geojson_cases, SAID),
    "kml": (kml_cases, SAID),
    "gpkg": (gpkg_cases, SAID),
    "acled": (acled_cases, NO_MAPPING),
    "ucdp": (ucdp_cases, NO_MAPPING),
    "viina": (viina_cases, NO_MAPPING),
    "wikimap": (wikimap_cases, LEGEND),
    "timemap": (timemap_cases, SAID),
    "polygons": (polygons_cases, SAID),
}
