"""Control polygons as a timeline: what each day drew is what the timeline says of that day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.territory import territories
from tests.importer_cases import zipped
from tests.test_timelines_importers_polygons import TODAY, area, document, square
from timelines import cli, open_timeline
from timelines.cells import read_areas, write_areas
from timelines.compose import compose
from timelines.dates import iso
from timelines.importers import FieldMapping, PolygonSeries, polygons
from timelines.importers.partition import contents_of
from timelines.series import series as daily
from timelines.stores import store_at
from timelines.stores.folder import FolderStore
from timelines.tally import control_on

KEY = "x /// y /// geoJSON.status."


def days() -> dict[str, bytes]:
    """Russia's land grows over a contested strip, then most of it is given up; two days missing."""
    return {
        "m_20240708.geojson": document(
            area(square(37, 48, 0.5), name=f"{KEY}occupied"),
            area(square(37.5, 48, 0.1), name=f"{KEY}unknown"),
        ),
        "m_20240709.geojson": document(area(square(37, 48, 0.6), name=f"{KEY}occupied")),
        "m_20240712.geojson": document(
            area(square(37, 48, 0.3), name=f"{KEY}occupied"),
            area(square(37.3, 48, 0.1), name=f"{KEY}dismissed"),
        ),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "daily"
    made.mkdir()
    for name, content in days().items():
        (made / name).write_bytes(content)
    return made


def test_an_import_makes_a_timeline_that_every_command_reads(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "war"
    assert cli.main(["import", "polygons", str(folder), "-o", str(where)]) == 0
    assert cli.main(["import", "polygons", str(folder), "-o", str(where)]) == 0
    assert "0 claim(s) added" in capsys.readouterr().err
    assert cli.main(["check", str(where)]) == 0
    capsys.readouterr()
    for day, held in (("2024-07-08", 3), ("2024-07-10", 5), ("2024-07-12", 2)):
        assert cli.main(["state", str(where), "--on", day, "--json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert sum(row["status"] == "held" for row in rows) == held, day
    assert cli.main(["state", str(where), "--on", "2024-07-08", "--json"]) == 0
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (contested,) = [row for row in out if row["status"] == "contested"]
    assert contested["contenders"] == ["russia", "ukraine"]
    assert cli.main(["diff", str(where), "--from", "2024-07-09", "--to", "2024-07-12"]) == 0
    copy = tmp_path / "war.gpkg"
    assert cli.main(["store", "copy", str(where), str(copy)]) == 0
    for name in ("a.geojson", "b.html"):
        command = "export" if name.endswith("json") else "embed"
        given = ["--on", "2024-07-12"] if command == "export" else []
        assert cli.main([command, str(copy), *given, "-o", str(tmp_path / name)]) == 0
    capsys.readouterr()
    land = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    assert {f["properties"]["layer"] for f in land["features"]} >= {"control", "frontline"}


def test_a_longer_series_is_another_timeline(folder: Path, tmp_path: Path) -> None:
    where = tmp_path / "war"
    assert cli.main(["import", "polygons", str(folder), "-o", str(where)]) == 0
    before = {p.name: p.read_bytes() for p in where.iterdir()}
    (folder / "m_20240713.geojson").write_bytes(days()["m_20240709.geojson"])
    assert cli.main(["import", "polygons", str(folder), "-o", str(where)]) == 2
    assert {p.name: p.read_bytes() for p in where.iterdir()} == before


def test_areas_as_drawn_on_the_side(folder: Path, tmp_path: Path) -> None:
    asked = ["import", "polygons", str(folder), "-o", str(tmp_path / "war")]
    assert cli.main([*asked, "--areas", str(tmp_path / "drawn.gpkg")]) == 0
    import pyogrio

    assert pyogrio.read_info(tmp_path / "drawn.gpkg", layer="control")["features"] == 5


def series_of(data: bytes) -> tuple[PolygonSeries, Any]:
    return polygons.parse(data, mapping=FieldMapping(), name="m.zip", today=TODAY)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 4), st.booleans()),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_land_of_a_day_is_what_was_drawn(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[tuple[int, int, int, bool]]]
) -> None:
    files = {
        f"m_2024-07-{8 + day:02d}.geojson": document(
            *(
                area(
                    square(37 + x / 10, 48 + y / 10, side / 10),
                    name=f"{KEY}{'occupied' if first else 'dismissed'}",
                )
                for x, y, side, first in rows
            )
        )
        for day, rows in enumerate(drawn)
    }
    series, report = series_of(zipped(files))
    where = tmp_path_factory.mktemp("w") / "war"
    FolderStore(where).write(contents_of(series, report, "war"))
    timeline = open_timeline(where)
    tess = timeline.land().tessellation
    for day in series.days:
        areas = series.on(day)
        held = control_on(timeline, iso(day))
        land = territories(tess, held)
        of = {
            who: shapely.union_all([a.geometry for a in areas if a.holder == who])
            for who in ("russia", "ukraine")
        }
        both = shapely.intersection(of["russia"], of["ukraine"])
        for code, shape in zip(land["controller"], land.geometry, strict=True):
            name = "" if code < 0 else timeline.lineages.ids[code]
            expected = both if code < 0 else shapely.difference(of[name], both)
            assert shapely.symmetric_difference(shape, expected).area < 1e-9
        covered = shapely.union_all([a.geometry for a in areas]).area
        assert sum(shape.area for shape in land.geometry) == pytest.approx(covered, abs=1e-9)


def test_the_scene_says_how_its_land_came_about(folder: Path, tmp_path: Path) -> None:
    cli.main(["import", "polygons", str(folder), "-o", str(tmp_path / "war")])
    timeline = open_timeline(tmp_path / "war")
    scene = compose(timeline, basemap=False)
    assert "as its source drew it" in scene.rule and "nearest" not in scene.rule
    assert len(scene.places) == 5 and (np.array([p.cell for p in scene.places]) >= 0).all()
    assert any("DeepStateMap" in credit for credit in scene.credits)
    areas = daily(timeline).areas
    assert set(areas["side"]) == {"russia", "ukraine", "contested"}


def test_hostile_files_of_cells(folder: Path, tmp_path: Path) -> None:
    where = tmp_path / "war"
    cli.main(["import", "polygons", str(folder), "-o", str(where)])
    toml = (where / "timeline.toml").read_text("utf-8")
    for name in ("../areas.geojson", "/etc/passwd", "areas.csv", "nowhere.geojson"):
        (where / "timeline.toml").write_text(toml.replace("areas.geojson", name), "utf-8")
        assert cli.main(["check", str(where)]) == 1
    (where / "timeline.toml").write_text(toml, "utf-8")
    for text in ("{", '{"type":"FeatureCollection","features":[{"type":"Feature"}]}', "[" * 10**5):
        (where / "areas.geojson").write_text(text, "utf-8")
        assert cli.main(["export", str(where), "--on", "2024-07-08", "-o", "x.geojson"]) == 1
        assert cli.main(["check", str(where)]) == 1


def test_overlapping_areas_by_hand_are_the_first_ones(tmp_path: Path) -> None:
    where = tmp_path / "mine"
    where.mkdir()
    (where / "timeline.toml").write_text('cells = "districts.geojson"\n', "utf-8")
    (where / "places.csv").write_text("id,name,lon,lat\na,A,37.05,36.05\nb,B,37.15,36.05\n")
    header = "kind,date,place,place_id,actor,source\n"
    (where / "claims.csv").write_text(
        header + "control,2015-10-09,A,a,isil,s\ncontrol,2015-10-09,B,b,rebels,s\n"
    )
    shapes = {"a": shapely.box(37, 36, 37.12, 36.1), "b": shapely.box(37.1, 36, 37.2, 36.1)}
    (where / "districts.geojson").write_text(write_areas(shapes), "utf-8")
    land = territories(
        open_timeline(where).land().tessellation, control_on(open_timeline(where), "2015-10-10")
    )
    west = land.geometry.iloc[0]
    assert shapely.equals(west, shapes["a"])
    assert sum(g.area for g in land.geometry) == pytest.approx(0.02, abs=1e-9)
    back = read_areas(store_at(where).read().files["districts.geojson"], "x")
    assert all(shapely.equals(back[k], shapes[k]) for k in shapes)


def test_the_map_opens_on_all_of_the_land_and_names_who_holds_it(
    folder: Path, tmp_path: Path
) -> None:
    where = tmp_path / "war"
    assert cli.main(["import", "polygons", str(folder), "-o", str(where)]) == 0
    scene = compose(open_timeline(where))
    west, south, east, north = scene.view
    vertices = scene.tessellation.vertices
    assert west < vertices[:, 0].min() and vertices[:, 0].max() < east
    assert south < vertices[:, 1].min() and vertices[:, 1].max() < north
    assert {actor.name for actor in scene.actors} >= {"Russia", "Ukraine"}
