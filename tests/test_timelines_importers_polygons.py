"""Dated control polygons: kept as drawn, mended where that is small, gaps and doubts said."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import area_km2
from geo.polygons import polygon_series
from tests.importer_cases import zipped
from tests.importer_shapes import SQUARE
from timelines.dates import iso
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping, ImportReport, PolygonSeries, polygons, sniff

TODAY = dt.date(2026, 1, 1)
RUSSIA = FieldMapping(constants={"actor": "russia", "source": "a-map"})


def document(*features: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def area(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    geometry = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def square(west: float = 37.0, south: float = 36.0, side: float = 0.1) -> list[list[list[float]]]:
    return [
        [[west + side * x, south + side * y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    ]


def read(
    data: bytes, mapping: FieldMapping = RUSSIA, name: str = "a_2024-07-08.geojson"
) -> tuple[PolygonSeries, ImportReport]:
    series, report = polygons.parse(data, mapping=mapping, name=name, today=TODAY)
    accounted = report.taken_rows + report.refused_rows + report.repeated
    assert report.rows == accounted + sum(count for _, count in report.skipped)
    assert shapely.is_valid(series.geometry).all()
    return series, report


def test_a_zip_of_days_becomes_a_series_with_its_gaps_named() -> None:
    days = ("20240708", "20240709", "20240712")
    data = zipped(
        {f"data/deepstatemap_data_{day}.geojson": document(area(square())) for day in days}
    )
    assert sniff("mirror.zip", data) == "polygons"
    series, report = read(data, name="mirror.zip")
    assert [iso(day) for day in series.days] == ["2024-07-08", "2024-07-09", "2024-07-12"]
    assert [iso(day) for day in series.missing] == ["2024-07-10", "2024-07-11"]
    assert "2024-07-10 to 2024-07-11" in report.warnings[0]
    assert series.on(series.missing[0]) == ()
    assert series.last_before(series.missing[1]) == series.days[1]
    assert set(series.holder) == {"russia"} and len(series) == 3


def test_a_folder_is_its_zip(tmp_path: Path) -> None:
    files = {
        f"c_2024-07-{d:02d}.geojson": document(area(square(37 + d / 100))) for d in range(1, 20)
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "c_2024-07-30.geojson").symlink_to(tmp_path / "c_2024-07-01.geojson")
    told: list[tuple[int, int]] = []
    series, report = polygons.parse_folder(
        tmp_path, mapping=RUSSIA, today=TODAY, progress=lambda *done: told.append(done)
    )
    assert told[-1] == (19, 19)
    assert series.content_hash == read(zipped(files))[0].content_hash == report.content_hash


def test_the_series_is_what_geo_takes() -> None:
    data = document(
        area(square(), name="a /// Occupied /// geoJSON.status.occupied"),
        area(square(37.1), name="b /// Liberated /// geoJSON.status.dismissed"),
        area(square(37.2), name="c /// Unknown status /// geoJSON.status.unknown"),
    )
    series, _ = read(data, FieldMapping())
    frame, names = series.to_frame()
    regular = polygon_series(frame)
    assert names == ("russia", "ukraine")
    assert sorted(regular["controller"]) == [-2, 0, 1]
    assert regular.attrs["mended"] == 0


def test_deepstate_words_and_its_commentary() -> None:
    keys = ("status.occupied", "territories.crimea", "territories.ordlo", "status.dismissed_at")
    features = [area(square(37 + i), name=f"x /// y /// geoJSON.{k}") for i, k in enumerate(keys)]
    features.append(area(square(50), name="x /// y /// geoJSON.territories.karelia"))
    features.append(area([37, 36], "Point", name="x /// y /// geoJSON.status.attack_direction"))
    series, report = read(document(*features), FieldMapping())
    assert series.holder == ("russia", "russia", "russia", "ukraine")
    assert dict(report.skipped) == {
        "areas that the source marks as no part of the control map": 1,
        "points and lines are no areas of control": 1,
    }
    assert "DeepStateMap" in report.credits[0]


def test_the_answer_of_deepstates_own_interface() -> None:
    inner = json.loads(document(area(square(), name="a /// b /// geoJSON.status.occupied")))
    answer = {"id": 1, "datetime": "08.07 o 21:04", "map": inner}
    series, _ = read(json.dumps(answer).encode(), FieldMapping())
    assert series.holder == ("russia",)


def test_a_property_may_name_the_holder_and_the_day() -> None:
    mapping = FieldMapping(
        columns={"actor": "who", "date": "day"}, values={"actor": {"RF": "russia"}}
    )
    data = document(
        area(square(), who="RF", day="2024-07-08"),
        area(square(38), who="contested", day="2024-07-09"),
        area(square(39), who="", day="2024-07-09"),
        area(square(39), who="RF", day="2202-07-09"),
    )
    series, report = read(data, mapping, "all.geojson")
    assert [(iso(a.day), a.holder, a.status) for a in series] == [
        ("2024-07-08", "russia", "held"),
        ("2024-07-09", "", "contested"),
    ]
    assert [(r.row, r.column) for r in report.refused] == [(3, "actor"), (4, "date")]


def test_heights_null_geometry_and_parts() -> None:
    high = [[[*point, 100.0] for point in square()[0]]]
    data = document(
        area(high), area(None), area([square()[0], square()[0]][:1] * 1), area([[]], "MultiPolygon")
    )
    series, report = read(data)
    assert not shapely.has_z(series.geometry).any()
    assert any("heights" in text for text in report.warnings)
    assert [r.row for r in report.refused] == [2, 4]
    assert report.repeated == 1


def test_small_faults_are_mended_and_said() -> None:
    notch = [[0, 0], [1, 0], [1, 1], [0.5, 1], [0.52, 1.001], [0.5, 0.999], [0, 1], [0, 0]]
    ring = [[37 + x / 10, 36 + y / 10] for x, y in notch]
    series, report = read(document(area([ring])))
    assert any("mended" in text for text in report.warnings)
    drawn = area_km2(shapely.Polygon(SQUARE))[0]
    assert area_km2(series.geometry)[0] == pytest.approx(drawn, rel=0.02)


def test_open_rings_are_closed_and_said() -> None:
    series, report = read(document(area([square()[0][:-1]])))
    assert len(series) == 1 and any("open" in text for text in report.warnings)


def test_overlapping_parts_count_once() -> None:
    both = [square(), square(37.05)]
    series, report = read(document(area(both, "MultiPolygon")))
    wanted = area_km2(shapely.union_all([shapely.Polygon(s[0]) for s in both]))[0]
    assert area_km2(series.geometry)[0] == pytest.approx(wanted, rel=1e-6)
    assert any("mended" in text for text in report.warnings)


@pytest.mark.parametrize("code", [32637, 3857])
def test_metres_are_turned_into_degrees(code: int) -> None:
    from pyproj import Transformer

    turn = Transformer.from_crs(4326, code, always_xy=True).transform
    ring = [list(turn(*point)) for point in square()[0]]
    member = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    series, report = read(document(area([ring]), crs=member))
    assert np.allclose(shapely.get_coordinates(series.geometry[0]).min(axis=0), [37, 36])
    assert any(f"EPSG:{code}" in text for text in report.warnings)


def test_one_rotten_day_leaves_the_others() -> None:
    good = document(area(square()))
    data = zipped(
        {
            "c_2024-07-08.geojson": good,
            "c_2024-07-09.geojson": good[:40],
            "c_2202-07-10.geojson": good,
            "c_2024-07-11.geojson": good,
        }
    )
    series, report = read(data)
    assert [iso(day) for day in series.days] == ["2024-07-08", "2024-07-11"]
    assert report.refused_rows == 2
    texts = " ".join(r.reason for r in report.refused)
    assert "c_2024-07-09" in texts and "2202" in texts


def mirror(days: int) -> bytes:
    """A zip as DeepState's public mirror has it: one border of 3,000 points a day that moves."""
    angles = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    radius = 1 + 0.2 * np.sin(7 * angles) + 0.02 * np.sin(90 * angles)
    files = {}
    for day in range(days):
        shore = radius + 0.0005 * day * (np.cos(angles) > 0.5)
        ring = np.column_stack([37 + shore * np.cos(angles), 48 + shore * np.sin(angles)])
        points = np.vstack([ring, ring[:1]]).round(6).tolist()
        date = dt.date(2023, 7, 8) + dt.timedelta(days=day)
        files[f"deepstatemap_data_{date:%Y%m%d}.geojson"] = document(
            area([[points]], "MultiPolygon")
        )
    return zipped(files)


def test_a_mirror_is_read_whole_with_progress() -> None:
    told: list[tuple[int, int]] = []
    series, report = polygons.parse(
        mirror(80), mapping=RUSSIA, name="a.zip", today=TODAY, progress=lambda *d: told.append(d)
    )
    assert (len(series), report.refused, series.missing) == (80, (), ())
    assert len(told) > 5 and told[-1] == (80, 80)


def test_nothing_taken_is_an_error_with_the_first_reason() -> None:
    with pytest.raises(DataError, match="nothing says who"):
        read(document(area(square())), FieldMapping())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=12))
def test_areas_stay_as_drawn_in_any_order(drawn: list[tuple[int, int]]) -> None:
    files = {}
    for day, place in drawn:
        name = f"c_{(dt.date(2024, 7, 8) + dt.timedelta(days=day)).isoformat()}.geojson"
        files[name] = document(area(square(37 + place)))
    series, _ = read(zipped(files))
    turned, _ = read(zipped(dict(reversed(files.items()))))
    assert series.content_hash == turned.content_hash
    assert list(series.day) == sorted(series.day)
    assert len(series.days) + len(series.missing) == series.days[-1] - series.days[0] + 1
    for one in series:
        assert one.geometry.equals(shapely.box(*one.geometry.bounds))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_flipped_bytes_never_raise_anything_else(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(document(area(square()), area(square(38))))
    for _ in range(chance.randint(1, 10)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        read(bytes(data))
    except DataError as error:
        assert str(error)


def test_the_registry_says_what_it_makes() -> None:
    assert FORMATS["polygons"].makes == "polygons"
    series, _ = FORMATS["polygons"].parse(
        document(area(square())), mapping=RUSSIA, name="a_2024-07-08.geojson"
    )
    assert isinstance(series, PolygonSeries)
