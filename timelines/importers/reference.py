"""Coordinate reference systems as files name them: degrees kept, metres turned into degrees."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from timelines.errors import DataError
from timelines.problems import shown

Points = NDArray[np.float64]
_EPSG = re.compile(
    r"(?:urn:ogc:def:crs:EPSG:[\d.]*:|EPSG:|https?://www\.opengis\.net/def/crs/EPSG/\d+/)(\d{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(
    r"(?:urn:ogc:def:crs:OGC:[\d.]*:|OGC:|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/)?CRS84h?",
    re.IGNORECASE,
)


def code_of(text: str, name: str) -> int:
    """The EPSG number that a name of a reference system means; 4326 for WGS84 in degrees.

    Only names from the registry are understood: definitions could name files and servers.

    Raises:
        DataError: any other text.
    """
    bare = text.strip()
    if _CRS84.fullmatch(bare):
        return 4326
    if match := _EPSG.fullmatch(bare):
        return int(match[1])
    raise DataError(
        f"{shown(name)} is in the reference system {shown(bare)}, which is not in the EPSG "
        "registry. Export it again in EPSG:4326."
    )


def of_geojson(document: dict[str, Any], name: str) -> int:
    """The EPSG number of a legacy `crs` member (GeoJSON 2008); 4326 without one (RFC 7946).

    Raises:
        DataError: a member that names nothing known, or links elsewhere.
    """
    member = document.get("crs")
    if member is None:
        return 4326
    properties = member.get("properties") if isinstance(member, dict) else None
    text = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(text, str):
        raise DataError(
            f"{shown(name)}: its crs member names no reference system. Export it in EPSG:4326."
        )
    return code_of(text, name)


@functools.lru_cache(maxsize=32)
def _transformer(code: int) -> Any:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        return Transformer.from_crs(CRS.from_epsg(code), 4326, always_xy=True)
    except CRSError as error:
        raise DataError(f"EPSG:{code} is not in the registry. Mend the number.") from error


def to_degrees(points: Points, code: int) -> Points:
    """Points (n, 2), easting before northing as GeoJSON 2008 asks, as lon, lat in degrees (n, 2).

    Points that the projection cannot place become NaN.
    """
    if code == 4326:
        return points
    lon, lat = _transformer(code).transform(points[:, 0], points[:, 1])
    out = np.column_stack([lon, lat])
    out[~np.isfinite(out).all(axis=1)] = np.nan
    return out
