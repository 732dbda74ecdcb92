"""GeoJSON in its several dialects: plain, OCHA, OpenStreetMap, Who's On First, Linked Places."""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from gazetteer.places import Place, SourceError
from gazetteer.sources import dialects, tables
from gazetteer.sources.base import LINE_MAX, Report, make_place, open_bytes

_CHUNK = 1 << 20
_DEPTH_MAX = 100
_FEATURE_MAX = 16 * LINE_MAX  # bytes


def features_of(handle: IO[bytes], report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, feature) of a FeatureCollection, of newline-delimited features, or of one feature.

    The file is read piece by piece; a feature that cannot be read is reported.
    """
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    head = handle.read(_CHUNK).decode("utf-8-sig", errors="replace").lstrip()
    at = head.find('"features"')
    if at < 0:
        yield from _one_a_line(head, handle, report)
        return
    opened = head.find("[", at)
    if opened < 0:
        raise SourceError("“features” is no list; this is not GeoJSON")
    text, row = head[opened + 1 :], 0
    while True:
        text = text.lstrip(" \t\r\n,")
        if text.startswith("]"):
            return
        try:
            if _too_deep(text):
                raise SourceError(f"a feature is nested more than {_DEPTH_MAX} deep")
            feature, end = decoder.raw_decode(text)
        except (json.JSONDecodeError, ValueError) as error:
            more = handle.read(_CHUNK).decode("utf-8", errors="replace")
            if not more or len(text) > _FEATURE_MAX:
                report.leave_out(row + 1, f"the file breaks off or is damaged here: {error}")
                return
            text += more
            continue
        row += 1
        text = text[end:]
        if isinstance(feature, dict):
            yield row, feature
        else:
            report.leave_out(row, "it is no feature")


def _one_a_line(
    head: str, handle: IO[bytes], report: Report
) -> Iterator[tuple[int, dict[str, Any]]]:
    rest = handle.read(64 * _CHUNK).decode("utf-8", errors="replace")
    whole = head + rest
    try:
        single = json.loads(whole, parse_constant=_no_constant) if not _too_deep(whole) else None
    except ValueError:
        single = None
    if isinstance(single, dict):
        yield 1, single
        return
    for row, line in enumerate(whole.splitlines(), start=1):
        try:
            feature = json.loads(line, parse_constant=_no_constant) if not _too_deep(line) else 0
        except ValueError as error:
            report.leave_out(row, f"it is not JSON: {error}")
            continue
        if isinstance(feature, dict):
            yield row, feature


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _too_deep(text: str) -> bool:
    """A cheap bound on nesting, since the parser recurses: long runs of brackets."""
    return "[" * _DEPTH_MAX in text[:LINE_MAX] or '{"a":' * _DEPTH_MAX in text[:LINE_MAX]


def first_dialect(path: Path) -> str:
    """The dialect of the first feature of a file.

    Raises:
        SourceError: there is no feature in it.
    """
    with open_bytes(path) as handle:
        for _, feature in features_of(handle, Report()):
            return dialects.dialect(feature)
    raise SourceError(f"{path} holds no GeoJSON feature")


def read(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a GeoJSON file in any dialect, gzipped or not."""
    with open_bytes(path) as handle:
        for row, feature in features_of(handle, report):
            place = place_of_feature(feature, report, row, mapping)
            if place is not None:
                yield place


def read_wof(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Who's On First as a folder of GeoJSON files, or the same in a tar archive."""
    row = 0
    if path.is_dir():
        for file in sorted(path.rglob("*.geojson")):
            row += 1
            if "-alt" not in file.stem:
                with file.open("rb") as opened:
                    yield from _wof_file(opened, report, row, mapping)
        return
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name
            if member.isfile() and name.endswith(".geojson") and "-alt" not in name:
                row += 1
                handle = archive.extractfile(member)
                if handle is not None:
                    yield from _wof_file(handle, report, row, mapping)


def _wof_file(
    opened: IO[bytes], report: Report, row: int, mapping: Mapping[str, str]
) -> Iterator[Place]:
    data = opened.read(_FEATURE_MAX + 1)
    if len(data) > _FEATURE_MAX:
        report.leave_out(row, f"it is larger than {_FEATURE_MAX // 1_000_000} MB")
        return
    try:
        feature = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        report.leave_out(row, f"it is not JSON: {error}")
        return
    place = place_of_feature(feature, report, row, mapping) if isinstance(feature, dict) else None
    if place is not None:
        yield place


def place_of_feature(
    feature: Mapping[str, Any], report: Report, row: int, mapping: Mapping[str, str]
) -> Place | None:
    """One feature as a place, or None and a line in the report."""
    kind = dialects.dialect(feature)
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    lon, lat = _point(feature.get("geometry"))
    if kind == "wof":
        return make_place(report, row, dialects.wof(properties, lon, lat))
    if kind == "lpf":
        return make_place(report, row, dialects.linked(feature, properties, lon, lat))
    if kind == "osm":
        return make_place(report, row, dialects.osm(feature, properties, lon, lat))
    plain = {"lon": lon, "lat": lat, **properties}
    return tables.place_of(plain, report, row, {"lon": "lon", "lat": "lat", **mapping})


def _point(geometry: object) -> tuple[float | None, float | None]:
    """A point of a geometry: itself, or the middle of its bounds."""
    while isinstance(geometry, dict) and geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        geometry = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(geometry, dict):
        return None, None
    flat: list[tuple[float, float]] = []
    stack = [geometry.get("coordinates")]
    while stack:
        item = stack.pop()
        if isinstance(item, list) and item:
            if len(item) > 1 and _is_number(item[0]) and _is_number(item[1]):
                flat.append((float(item[0]), float(item[1])))
            else:
                stack.extend(item)
    if not flat:
        return None, None
    lons, lats = zip(*flat, strict=True)
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def _is_number(value: object) -> bool:
    """Whether it is one that a coordinate can be; an integer may be too long for a float."""
    return isinstance(value, (int, float)) and abs(value) <= sys.float_info.max
