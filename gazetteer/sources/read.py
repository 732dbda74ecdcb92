"""Which reader a file needs, by looking into it; names of files are not trusted."""

from __future__ import annotations

import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from gazetteer.places import Place, SourceError
from gazetteer.sources import dialects, features, geonames, tables
from gazetteer.sources.base import Licence, Reader, Report, make_place, names_of, open_bytes, whole

_SHAPE_MAGIC = b"\x00\x00\x27\x0a"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of source: its short name, who publishes it, and how it is read."""

    name: str
    licence: Licence
    reader: Reader

    def read(self, path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
        """The places of a file; see :data:`~gazetteer.sources.base.Reader`.

        Raises:
            SourceError: the file is damaged, or says nothing that can be used.
        """
        with whole(path):
            yield from self.reader(path, report, mapping)


def format_of(path: Path) -> Format:
    """The format of a file or folder.

    Raises:
        SourceError: it is damaged, or none that is known; the message lists those that are.
    """
    with whole(path):
        return _format_of(path)


def _format_of(path: Path) -> Format:
    if path.is_dir():
        return Format("whosonfirst", dialects.WOF, features.read_wof)
    with open_bytes(path) as handle:
        head = handle.read(200_000)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        kind = features.first_dialect(path)
        names = {"lpf": "linked-places", "wof": "whosonfirst", "osm": "osm", "ocha": "ocha"}
        return Format(names.get(kind, "geojson"), dialects.licence_of(kind), features.read)
    if head.startswith(b"SQLite format 3\x00"):
        return Format("whosonfirst", dialects.WOF, read_wof_sqlite)
    if head.startswith(_SHAPE_MAGIC):
        return Format("shapefile", tables.licence_of(_shape_fields(path)), read_shapes)
    if head.startswith(b"PK"):
        return _in_zip(path)
    if _is_tar(path):
        return Format("whosonfirst", dialects.WOF, features.read_wof)
    lines = start.split(b"\n")[:20]
    texts = [line.decode("utf-8", errors="replace").rstrip("\r") for line in lines]
    if any(geonames.is_geonames(text) for text in texts):
        return Format("geonames", geonames.LICENCE, geonames.read)
    if texts and "\x00" not in texts[0] and any(d in texts[0] for d in ",;\t|"):
        licence = tables.licence_of([texts[0]])
        return Format("ocha" if licence is tables.OCHA else "csv", licence, tables.read_csv)
    raise SourceError(
        f"{path} is in no format that is known: GeoNames dump, OCHA table (CSV, XLSX, shapefile, "
        "GeoJSON), Who's On First, Linked Places, OpenStreetMap GeoJSON, or CSV with a header row"
    )


def _is_tar(path: Path) -> bool:
    try:
        return tarfile.is_tarfile(path)
    except OSError:
        return False


def _in_zip(path: Path) -> Format:
    with zipfile.ZipFile(path) as archive:
        members = archive.namelist()
    if "xl/workbook.xml" in members:
        licence = tables.licence_of(tables.xlsx_heads(path))
        return Format("ocha" if licence is tables.OCHA else "xlsx", licence, tables.read_xlsx)
    if geonames.is_dump_in_zip(path):
        return Format("geonames", geonames.LICENCE, geonames.read)
    raise SourceError(f"{path} holds no dump or workbook; unpack it and give one file")


def _shape_fields(path: Path) -> list[str]:
    """The names of its columns; none where it is damaged, which its reader then says."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    with suppress(DataSourceError):
        return [str(field) for field in pyogrio.read_info(path)["fields"]]
    return []


def read_shapes(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a shapefile's points, or of points inside its polygons, in WGS84.

    Raises:
        SourceError: the shapefile is damaged or says no coordinate system.
    """
    import pyogrio

    if path.suffix.lower() != ".shp":
        raise SourceError(f"{path} is a shapefile; it must be called .shp, beside its .dbf")
    try:
        frame = pyogrio.read_dataframe(path)
    except Exception as error:
        raise SourceError(f"{path} is no readable shapefile: {error}") from error
    if frame.crs is None:
        raise SourceError(f"{path} says no coordinate system; put its .prj file beside it")
    points = frame.geometry.representative_point().to_crs(4326)
    columns = [c for c in frame.columns if c != frame.geometry.name]
    here = {"lon": "lon", "lat": "lat", **mapping}
    for row, (values, point) in enumerate(
        zip(frame[columns].itertuples(index=False, name=None), points, strict=True), start=1
    ):
        own = {k: v for k, v in zip(columns, values, strict=True) if v == v}
        lon, lat = (point.x, point.y) if point is not None and not point.is_empty else (None, None)
        place = tables.place_of({**own, "lon": lon, "lat": lat}, report, row, here)
        if place is not None:
            yield place


def read_wof_sqlite(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a Who's On First distribution in SQLite (tables ``spr`` and ``names``).

    Raises:
        SourceError: the tables are not there.
    """
    uri = path.resolve().as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        try:
            rows = db.execute(
                "select id, name, longitude, latitude, placetype, country from spr "
                "where is_current <> 0 and is_deprecated = 0"
            )
            names = db.cursor()
            for row, (id_, name, lon, lat, kind, country) in enumerate(rows, start=1):
                others = names.execute("select name from names where id = ?", (id_,)).fetchall()
                values = {
                    "id": f"wof:{id_}",
                    "name": name,
                    "lon": lon,
                    "lat": lat,
                    "kind": kind,
                    "country": country,
                    "names": names_of([other for (other,) in others]),
                    "source": f"Who's On First {id_} ({dialects.WOF.licence})",
                }
                place = make_place(report, row, values)
                if place is not None:
                    yield place
        except sqlite3.Error as error:
            raise SourceError(f"{path} is no Who's On First distribution: {error}") from error
