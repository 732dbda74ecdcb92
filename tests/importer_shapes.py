"""Hostile GeoJSON, dated polygons and KML, and what breaks any JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.importer_cases import (
    EXTERNAL,
    GDALG,
    LAUGHS,
    REMOTE_DTD,
    SAID,
    VRT,
    Case,
    bomb,
    encrypted,
    lying_size,
    zipped,
)
from tests.importer_tables import NO_MAPPING, _with


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
