"""Hostile GeoPackages, and the parts to build one of."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing

from tests.importer_cases import VRT, Case


def geopackage(*statements: str, blobs: tuple[bytes | None, ...] = (), srs: int = 4326) -> bytes:
    """A small GeoPackage, made by SQLite; statements run last, with the guards off."""
    with closing(sqlite3.connect(":memory:")) as database:
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
