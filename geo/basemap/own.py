"""A basemap of one's own: Natural Earth files and PMTiles on this machine, never from a stranger.

What a file is decides its first bytes, not its name: GDAL opens whatever it recognises, and some of
what it recognises reads other files or calls the network. GeoJSON is parsed by `geo.boundary`'s
bounded reader; GDAL sees only Shapefile, GeoPackage and PMTiles, by their signatures.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from geo.basemap.data import BasemapError, Bounds
from geo.boundary import MAX_BYTES, Boundary, boundary_from_geojson, parse_geojson, union
from geo.errors import GeoError
from geo.scene import Line

MAX_FEATURES = 500_000
KINDS = ("coast", "border", "river")
_KIND_OF = (
    ("river", re.compile(r"river|stream|waterway", re.IGNORECASE)),
    ("border", re.compile(r"admin|bound|border|countr", re.IGNORECASE)),
    ("coast", re.compile(r"coast|land|ocean|lake|water|sea|earth", re.IGNORECASE)),
)
_SEAM_DEG = 2e-5
_CODE_COLUMNS = ("ISO_A2_EH", "ISO_A2", "WB_A2", "iso_a2_eh", "iso_a2", "ISO3166-1-Alpha-2")
_SHAPE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".txt", ".html", ".xml"}


def lines_from_file(
    path: str | Path, bounds: Bounds, *, tolerance_deg: float, kind: str | None = None
) -> tuple[Line, ...]:
    """Basemap lines inside `bounds` (west, south, east, north) from a file of one's own.

    Shapefile (also zipped, as Natural Earth comes), GeoPackage, PMTiles with vector tiles, GeoJSON.
    Layers are taken for coast, border or river by their names, or all for `kind`; outlines are
    drawn of polygons. `tolerance_deg` as in `geo.basemap.lines`. Raises `BasemapError`.
    """
    if kind is not None and kind not in KINDS:
        raise BasemapError(f"no kind of line {kind!r}; kinds are {', '.join(KINDS)}")
    found: list[Line] = []
    names = []
    with _whole(Path(path)):
        for name, shapes in _layers(Path(path), bounds):
            names.append(name)
            what = kind or next((k for k, pattern in _KIND_OF if pattern.search(name)), None)
            if what is not None:
                found += [Line(what, points) for points in _clipped(shapes, bounds, tolerance_deg)]
    if not found and names and kind is None and not any(_kind(name) for name in names):
        raise BasemapError(
            f"{Path(path).name}: layers {', '.join(names)} say not what they are; "
            f"give kind: {', '.join(KINDS)}"
        )
    return tuple(sorted(found, key=lambda line: KINDS.index(line.kind)))


def boundary_from_file(path: str | Path, codes: Sequence[str]) -> Boundary:
    """The joint boundary of countries from a file of country polygons, such as Natural Earth's.

    Rows are found by a column of ISO 3166 alpha-2 codes (Natural Earth's `ISO_A2_EH`, else
    `ISO_A2`); without `codes` a GeoJSON file is one boundary as it is. Raises `BasemapError`.
    """
    file = Path(path)
    with _whole(file):
        return _boundary(file, sorted({code.strip().upper() for code in codes}))


@contextmanager
def _whole(file: Path) -> Iterator[None]:
    """Makes one error of whatever GDAL, PROJ and GEOS say of a damaged file."""
    try:
        yield
    except GeoError:
        raise
    except Exception as error:  # pyogrio alone raises five kinds, UnboundLocalError among them
        told = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise BasemapError(
            f"{file.name} cannot be read, it may be damaged ({told}); download it again"
        ) from error


def _boundary(file: Path, wanted: list[str]) -> Boundary:
    if not wanted:
        return boundary_from_geojson(_bytes(file), name=file.name)
    table = _country_table(file)
    column = next((name for name in _CODE_COLUMNS if name in table), None)
    if column is None:
        raise BasemapError(
            f"{file.name} has no column of country codes; it needs one of "
            f"{', '.join(_CODE_COLUMNS[:2])}"
        )
    rows = table[table[column].isin(wanted)]
    missing = sorted(set(wanted) - set(rows[column]))
    if missing:
        raise BasemapError(f"{file.name} has no country {', '.join(missing)} in {column}")
    return Boundary(
        union(shapely.make_valid(np.asarray(rows.geometry))),
        source=f"{file.name}, {column} {', '.join(wanted)}, given by the author of this map",
        accuracy="As given. A border is a claim, shown as drawn there.",
        codes=tuple(wanted),
    )


def _kind(name: str) -> bool:
    return any(pattern.search(name) for _, pattern in _KIND_OF)


def _clipped(shapes: Any, bounds: Bounds, tolerance_deg: float) -> list[Any]:
    parts = shapely.get_parts(shapes)
    areas = np.isin(shapely.get_type_id(parts), (3, 6))
    if areas.any():
        outline = shapely.get_parts(shapely.boundary(shapely.union_all(parts[areas])))
        parts = np.concatenate([parts[~areas], shapely.get_parts(outline)])
    cut = shapely.get_parts(shapely.clip_by_rect(parts, *bounds))
    if tolerance_deg > 0:
        cut = shapely.simplify(cut, tolerance_deg)
    lines = [part for part in cut if isinstance(part, shapely.LineString | shapely.LinearRing)]
    return [shapely.get_coordinates(line) for line in lines if line.length > tolerance_deg]


def _layers(file: Path, bounds: Bounds) -> Iterator[tuple[str, Any]]:
    """Name and shapes (WGS84) of each layer near `bounds`."""
    source = _source(file)
    if source is None:
        yield file.stem, _geojson_shapes(file)
        return
    for name, kind in pyogrio.list_layers(source):
        if kind is None:
            continue
        table = _read(source, layer=str(name), bounds=bounds)
        shapes = np.asarray(table.geometry.dropna())
        yield str(name), _across_tiles(shapes) if source.endswith(".pmtiles") else shapes


def _across_tiles(shapes: Any) -> Any:
    """Shapes with the polygons that tiles cut put together again, seams of a metre closed."""
    parts = shapely.get_parts(shapes)
    areas = np.isin(shapely.get_type_id(parts), (3, 6))
    wide = shapely.buffer(parts[areas], _SEAM_DEG, join_style="mitre")
    whole = shapely.buffer(shapely.union_all(wide), -_SEAM_DEG, join_style="mitre")
    return np.concatenate([parts[~areas], shapely.get_parts(whole)])


def _read(source: str, *, layer: str | None = None, bounds: Bounds | None = None) -> Any:
    info = pyogrio.read_info(source, layer=layer)
    if bounds is None and info["features"] > MAX_FEATURES:
        raise BasemapError(f"{Path(source).name} has more than {MAX_FEATURES:,} features")
    box = None
    if bounds is not None:
        frame = gpd.GeoSeries([shapely.box(*bounds)], crs="EPSG:4326")
        box = tuple(frame.to_crs(info["crs"] or "EPSG:4326").total_bounds)
    table = pyogrio.read_dataframe(source, layer=layer, bbox=box, max_features=MAX_FEATURES + 1)
    if len(table) > MAX_FEATURES:
        raise BasemapError(
            f"{Path(source).name} has more than {MAX_FEATURES:,} features near this map; "
            "take a coarser file"
        )
    return table.to_crs("EPSG:4326") if table.crs is not None else table


def _country_table(file: Path) -> Any:
    source = _source(file)
    if source is not None:
        return _read(source)
    data = parse_geojson(_bytes(file), file.name)
    members = data.get("features") if isinstance(data, dict) else None
    if not isinstance(members, list):
        raise BasemapError(f"{file.name}: country polygons come as a FeatureCollection")
    rows = [m for m in members if isinstance(m, dict) and isinstance(m.get("properties"), dict)]
    shapes = [_polygon(row.get("geometry"), file.name) for row in rows]
    table = gpd.GeoDataFrame([row["properties"] for row in rows], geometry=shapes)
    return table[table.geometry.notna()]


def _polygon(geometry: Any, name: str) -> Any:
    import json

    if not isinstance(geometry, dict) or "Polygon" not in str(geometry.get("type")):
        return None
    return boundary_from_geojson(json.dumps(geometry).encode(), name=name).polygon


def _geojson_shapes(file: Path) -> Any:
    """Lines and outlines of a GeoJSON file, from numbers that lie on the globe only."""
    found = [
        shapely.LineString(line) for line in _position_lists(parse_geojson(_bytes(file), file.name))
    ]
    return np.array(found, dtype=object)


def _position_lists(node: Any) -> Iterator[list[list[float]]]:
    if isinstance(node, dict):
        for key in ("features", "geometries", "geometry", "coordinates"):
            yield from _position_lists(node.get(key))
    elif isinstance(node, list) and node:
        if all(_is_position(item) for item in node):
            if len(node) > 1:
                yield [item[:2] for item in node]
        else:
            for item in node:
                yield from _position_lists(item)


def _is_position(item: Any) -> bool:
    if not isinstance(item, list) or len(item) < 2:
        return False
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in item[:2])
    return numbers and abs(item[0]) <= 180 and abs(item[1]) <= 90


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)  # the size of a pipe or a device is not known before
    except OSError as error:
        raise BasemapError(f"cannot read {file}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise BasemapError(f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _source(file: Path) -> str | None:
    """What GDAL may open, None for GeoJSON; `BasemapError` for everything else."""
    try:
        with file.open("rb") as opened:
            head = opened.read(72)
    except OSError as error:
        raise BasemapError(f"cannot read {file}: {error.strerror}") from error
    if head.startswith(b"PMTiles\x03") and file.suffix == ".pmtiles":
        return str(file)
    if head.startswith(b"SQLite format 3\0") and head[68:72] == b"GPKG":
        return str(file)
    if head.startswith(b"\0\0\x27\x0a") and file.suffix.lower() == ".shp":
        return str(file)
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    raise BasemapError(
        f"{file.name} is no Shapefile (.shp or .zip), GeoPackage, PMTiles or GeoJSON"
    )


def _in_zip(file: Path) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise BasemapError(f"{file.name} does not unzip; download it again") from error
    shapes = [name for name in names if name.lower().endswith(".shp")]
    others = {Path(name).suffix.lower() for name in names if not name.endswith("/")} - _SHAPE_PARTS
    if len(shapes) != 1 or others or ".." in shapes[0]:
        raise BasemapError(f"{file.name} must hold one Shapefile and nothing else")
    return f"/vsizip/{file}/{shapes[0]}"
