"""The schema of the one-file store: a GeoPackage (OGC 12-128r18) that QGIS opens.

Claims and places are layers of points (EPSG:4326), actors and sources plain tables. Everything is
text as written; what the model does not know is in `extra`, as JSON. Claims are append-only: the
file itself refuses to change or delete one.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from timelines.contents import HEADERS, TABLES
from timelines.stores.rows import point_of

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300  # GeoPackage 1.3
SCHEMA = 1  # ours; `sqlite.MIGRATIONS` leads from older ones to it
SPATIAL = ("claims", "places")


def statements() -> list[str]:
    """The statements that make an empty store."""
    made = [
        """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
        organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
        definition TEXT NOT NULL, description TEXT)""",
        """INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
        ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
        ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",
        6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],
        AUTHORITY["EPSG","4326"]]', 'longitude, latitude')""",
        """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY,
        data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
        """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
        m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
        "CREATE TABLE frontlines_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    ]
    for table in TABLES:
        made.extend(_table(table))
    made.extend(
        f"""CREATE TRIGGER claims_append_only_{event.lower()} BEFORE {event} ON claims BEGIN
        SELECT RAISE(ABORT, 'claims are only ever added: add one that retracts this one'); END"""
        for event in ("UPDATE", "DELETE")
    )
    return made


def _table(table: str) -> list[str]:
    columns = ", ".join(f'"{name}" TEXT NOT NULL' for name in HEADERS[table])
    geometry = "geom BLOB, " if table in SPATIAL else ""
    made = [
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {geometry}"
        f"{columns}, extra TEXT NOT NULL, row_key TEXT NOT NULL UNIQUE)"
    ]
    kind = "features" if table in SPATIAL else "attributes"
    made.append(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "  # noqa: S608
        f"VALUES ('{table}', '{kind}', '{table}', {4326 if table in SPATIAL else 'NULL'})"
    )
    if table in SPATIAL:
        made.append(
            f"INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'POINT', 4326, 0, 0)"  # noqa: S608
        )
    return made


def point_blob(lon: float, lat: float) -> bytes:
    """A point as GeoPackage binary: header without envelope, then WKB, little endian."""
    return struct.pack("<2sBBiBIdd", b"GP", 0, 1, 4326, 1, 1, lon, lat)


def blob_of(row: Mapping[str, str]) -> bytes | None:
    """The point of a row with `lon` and `lat`, None where it has none that can be drawn."""
    point = point_of(row)
    return point_blob(*point) if point else None
