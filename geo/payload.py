"""A scene as bytes for the player, and back: versioned, small, the same bytes for the same scene.

Layout, little endian: `FRNT`, version (u2), number of parts (u2), the parts' lengths (u4 each),
the parts. Each part is gzip of: header length (u4), a JSON header, number columns as coded by
`geo.columns`, whose place the header's `columns` gives. Part 0 draws the map; part 1 holds what is
read on demand (claims, sources, reasons), so that the first picture need not wait for it.
"""

from __future__ import annotations

import gzip
import json
import struct
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.columns import Column, decode, encode
from geo.deflate import gzip_parts
from geo.landcode import ROWS, Grid, PackedLand, Walk, decode_walk
from geo.landwalk import encode_walk
from geo.placecode import (
    decode_events,
    decode_flips,
    encode_events,
    encode_flips,
)
from geo.predict import find_places, find_vertices, tell_places, tell_vertices
from geo.scene import (
    SCENE_VERSION,
    Flips,
    Line,
    Maybes,
    Scene,
    SceneActor,
    SceneClaim,
    ScenePlace,
    SceneSource,
    Town,
)
from geo.settle import land_grid, point_grid, settle

MAGIC = b"FRNT"
LINE_DEG = 1e-4  # basemap lines, about 10 m
KINDS = ("strike", "clash", "siege", "toll", "other", "control")
HEAD = (
    "title",
    "description",
    "licence",
    "rule",
    "data_hash",
    "first_day",
    "last_day",
    "view",
    "credits",
    "contests",
)
Columns = dict[str, NDArray[Any]]


class PayloadError(ValueError):
    """These bytes are no scene that this version can read."""


def pack(scene: Scene) -> bytes:
    """The scene as bytes for `mount()` of the player; the format is in the module's docstring.

    Coordinates of land snap to a lattice of at most 30 m, points to about 1 m (of a map of more
    than a thousand places, to half of the land's); places and cells are renumbered as by
    `geo.settle.settle`. Raises ValueError where a number does not fit its column.
    """
    settled = settle(scene)
    parts = [_part(*_map_part(settled)), _part(*_text_part(settled))]
    lengths = struct.pack(f"<{len(parts)}I", *(len(p) for p in parts))
    return MAGIC + struct.pack("<HH", scene.version, len(parts)) + lengths + b"".join(parts)


def unpack(data: bytes) -> Scene:
    """The scene that `pack` coded: `settle(scene)`, with its land on the lattice as a PackedLand.

    Raises PayloadError for bytes that are no scene or come from a newer version.
    """
    head, cols = _open(data, 0)
    texts, tcols = _open(data, 1)
    grid, points = Grid(**head["grid"]), Grid(**head["points"])
    land, lonlat = _land(cols, grid, points, head["cells"])
    claims = tuple(
        SceneClaim(**dict(zip(texts["fields"], row, strict=True)))
        for row in zip(*texts["claims"], strict=True)
    )
    return Scene(
        **{k: _tuples(head[k]) for k in HEAD},
        rule_ar=head.get("rule_ar", ""),  # an older page has none
        actors=tuple(SceneActor(**a) for a in head["actors"]),
        places=_places(head, cols, lonlat),
        sources=tuple(SceneSource(**s) for s in texts["sources"]),
        claims=claims,
        flips=_flips(head, texts, cols, tcols),
        maybes=Maybes(**{f.name: cols["m." + f.name].astype(np.int32) for f in fields(Maybes)}),
        events=decode_events(cols, lonlat),
        tessellation=land,
        lines=_lines(head["lines"], cols),
        towns=tuple(Town(**t) for t in head["towns"]),
        version=struct.unpack_from("<H", data, 4)[0],
    )


_WALK = (*ROWS, "rv", "rb")


def _map_part(scene: Scene) -> tuple[dict[str, Any], Columns]:
    """Header and columns of a settled scene's picture."""
    grid = land_grid(scene)
    land = scene.tessellation
    lonlat = np.array([(p.lon, p.lat) for p in scene.places], np.float64).reshape(-1, 2)
    cell = np.array([p.cell for p in scene.places], np.int64)
    cells = max((int(a.max()) + 1 for a in (land.ring_cell, cell) if a.size), default=0)
    coded, walk, number = encode_walk(land, grid)
    points = point_grid(grid, len(scene.places))
    rest = tell_places(points.snap(lonlat), cell, walk, cells)
    sites = find_places(rest, cell, walk, cells)[1]
    vertices = grid.snap(np.asarray(land.vertices, np.float64).reshape(-1, 2)[number])
    circles, befores = tell_vertices(vertices, sites, walk, grid, points.step / grid.step)
    kinds = sorted({p.kind for p in scene.places})
    base, flips = encode_flips(scene.flips, scene.first_day)
    lines = [np.asarray(line.points, np.float64).reshape(-1, 2) for line in scene.lines]
    steps = np.rint(np.concatenate([*lines, np.zeros((0, 2))]) / LINE_DEG).astype(np.int64)
    cols: Columns = {
        **{f"t.{k}": v for k, v in coded.items()},
        "t.cx": circles[:, 0],
        "t.cy": circles[:, 1],
        "t.vx": befores[:, 0],
        "t.vy": befores[:, 1],
        "p.x": rest[:, 0],
        "p.y": rest[:, 1],
        "p.cell": cell,
        "p.kind": np.array([kinds.index(p.kind) for p in scene.places], np.int64),
        "p.uncertainty_m": np.array([round(p.uncertainty_m) for p in scene.places], np.int64),
        "p.population": np.array([p.population for p in scene.places], np.int64),
        **flips,
        **{f"m.{f.name}": getattr(scene.maybes, f.name) for f in fields(Maybes)},
        **encode_events(scene.events, points, lonlat),
        "c.kind": np.array([_kind(c.kind) for c in scene.claims], np.int64)[scene.events.claim],
        "c.actor": np.array([c.actor for c in scene.claims], np.int64)[scene.events.claim],
        "l.size": np.array([len(p) for p in lines], np.int64),
        "l.x": steps[:, 0],
        "l.y": steps[:, 1],
    }
    head = {
        **{k: getattr(scene, k) for k in HEAD},
        **({"rule_ar": scene.rule_ar} if scene.rule_ar else {}),
        "grid": asdict(grid),
        "points": asdict(points),
        "cells": cells,
        # The player keeps a line for them until their texts are read.
        "sources": len(scene.sources),
        "flip_base": base,
        "actors": [asdict(a) for a in scene.actors],
        "place_ids": [p.id for p in scene.places],
        "names": [p.name for p in scene.places],
        "names_ar": [p.name_ar for p in scene.places],
        "place_kinds": kinds,
        "event_kinds": KINDS,
        "lines": [line.kind for line in scene.lines],
        "towns": [asdict(t) for t in scene.towns],
    }
    return head, cols


def _land(
    cols: Columns, grid: Grid, points: Grid, cells: int
) -> tuple[PackedLand, NDArray[np.float64]]:
    """The land, and the positions of the places (n, 2) in degrees."""
    walk: Walk = decode_walk({k: cols["t." + k] for k in _WALK})

    def pair(x: str, y: str) -> NDArray[np.int64]:
        return np.stack([cols[x], cols[y]], axis=1).astype(np.int64)

    spot, sites = find_places(pair("p.x", "p.y"), cols["p.cell"].astype(np.int64), walk, cells)
    told = pair("t.cx", "t.cy"), pair("t.vx", "t.vy")
    vertices = find_vertices(told, sites, walk, grid, points.step / grid.step)
    land = PackedLand(
        vertices=grid.degrees(vertices),
        ring_offset=walk.offset.astype(np.int32),
        ring_vertex=walk.vertices.astype(np.int32),
        ring_cell=walk.cells.astype(np.int32),
        grid=grid,
    )
    return land, points.degrees(spot)


def _text_part(scene: Scene) -> tuple[dict[str, Any], Columns]:
    names = [f.name for f in fields(SceneClaim)]
    whys = sorted(set(scene.flips.why))
    where = {why: i for i, why in enumerate(whys)}
    head = {
        "fields": names,
        "claims": [[getattr(c, n) for c in scene.claims] for n in names],
        "sources": [asdict(s) for s in scene.sources],
        "whys": whys,
        "has_claims": bool(scene.flips.claims),
    }
    deciding = [c for group in scene.flips.claims for c in group]
    cols = {
        "why": np.array([where[w] for w in scene.flips.why], np.int64),
        "deciding_size": np.array([len(g) for g in scene.flips.claims], np.int64),
        "deciding": np.array(deciding, np.int64),
    }
    return head, cols


def _part(head: dict[str, Any], columns: Columns) -> bytes:
    coded = {name: encode(np.asarray(values)) for name, values in columns.items()}
    table, at = {}, 0
    for name, c in coded.items():
        table[name] = [c.kind, c.width, int(c.delta), c.length, at]
        at += len(c.data)
    text = json.dumps(
        {**head, "columns": table}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode("utf-8", "backslashreplace")  # half a surrogate pair has no bytes, but a JSON escape
    planes = [
        c.data[k * c.length : (k + 1) * c.length] for c in coded.values() for k in range(c.width)
    ]
    return gzip_parts([struct.pack("<I", len(text)) + text, *planes])


def _open(data: bytes, index: int) -> tuple[dict[str, Any], Columns]:
    if data[:4] != MAGIC:
        raise PayloadError("not a packed scene: pack it with geo.payload.pack")
    version, count = struct.unpack_from("<HH", data, 4)
    if version == 1:
        raise PayloadError("scene version 1 is read by the player only: pack its timeline again")
    if version > SCENE_VERSION:
        raise PayloadError(f"scene version {version} is newer than {SCENE_VERSION}: update")
    lengths = struct.unpack_from(f"<{count}I", data, 8)
    at = 8 + 4 * count + sum(lengths[:index])
    try:
        body = gzip.decompress(data[at : at + lengths[index]])
        size = struct.unpack_from("<I", body)[0]
        head = json.loads(body[4 : 4 + size])
    except (OSError, EOFError, ValueError, struct.error) as error:
        raise PayloadError(f"damaged scene, part {index}: pack it again") from error
    columns = {}
    for name, (kind, width, delta, length, offset) in head.pop("columns").items():
        start = 4 + size + offset
        coded = Column(kind, width, bool(delta), length, body[start : start + width * length])
        columns[name] = decode(coded)
    return head, columns


def _kind(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else KINDS.index("other")


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def _flips(head: dict[str, Any], texts: dict[str, Any], cols: Columns, tcols: Columns) -> Flips:
    ends = np.cumsum(tcols["deciding_size"])
    groups = np.split(tcols["deciding"], ends[:-1]) if texts["has_claims"] else []
    return Flips(
        **decode_flips(cols, head["flip_base"], head["first_day"]),
        why=tuple(texts["whys"][i] for i in tcols["why"]),
        claims=tuple(tuple(int(c) for c in g) for g in groups),
    )


def _places(
    head: dict[str, Any], cols: Columns, lonlat: NDArray[np.float64]
) -> tuple[ScenePlace, ...]:
    return tuple(
        ScenePlace(
            id=head["place_ids"][i],
            name=head["names"][i],
            name_ar=head["names_ar"][i],
            lon=float(lonlat[i, 0]),
            lat=float(lonlat[i, 1]),
            cell=int(cols["p.cell"][i]),
            kind=head["place_kinds"][int(cols["p.kind"][i])],
            uncertainty_m=float(cols["p.uncertainty_m"][i]),
            population=int(cols["p.population"][i]),
        )
        for i in range(len(head["names"]))
    )


def _lines(kinds: list[str], cols: Columns) -> tuple[Line, ...]:
    points = np.stack([cols["l.x"], cols["l.y"]], axis=1) * LINE_DEG
    parts = np.split(points, np.cumsum(cols["l.size"])[:-1]) if kinds else []
    return tuple(Line(kind=k, points=p) for k, p in zip(kinds, parts, strict=True))
