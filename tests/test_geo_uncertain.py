"""Land whose change is dated only as a span of days is shown as that, and only within the span."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.features import features_on
from geo.image import image_bytes
from geo.image.drawing import holder_look
from geo.scene import Maybes, Scene
from geo.uncertain import perhaps_on
from geo.webdata import map_data
from tests.scenes import moving_front

SCENE = moving_front()


def window(scene: Scene, row: int) -> Scene:
    """The scene with one of its windows only."""
    keep = slice(row, row + 1)
    m = scene.maybes
    return replace(scene, maybes=Maybes(m.begin[keep], m.end[keep], m.place[keep], m.holder[keep]))


ROWS = [row for row in range(len(SCENE.maybes.begin)) if SCENE.maybes.holder[row] >= 0][:4]


@pytest.mark.parametrize("row", ROWS)
def test_the_land_of_the_place_within_the_window_and_never_outside_it(row: int) -> None:
    scene = window(SCENE, row)
    begin, end = int(scene.maybes.begin[0]), int(scene.maybes.end[0])
    assert perhaps_on(scene, begin - 1) == perhaps_on(scene, end) == []
    for day in (begin, (begin + end) // 2, end - 1):
        (feature,) = perhaps_on(scene, day)
        place = scene.places[int(scene.maybes.place[0])]
        coming = scene.actors[int(scene.maybes.holder[0])]
        assert feature.geometry.contains(shapely.Point(place.lon, place.lat))
        assert feature.properties["actors"][-1] == coming.id
        assert (feature.begin, feature.end) == (begin, end)
        now = [f for f in features_on(scene, day, ["place"])
               if f.properties["place_id"] == place.id]  # fmt: skip
        assert feature.properties["actors"][:-1] == now[0].properties["actors"]


def test_pieces_do_not_overlap_and_lie_in_assessed_land() -> None:
    days = np.unique(SCENE.maybes.begin)[::9].tolist()
    for day in days:
        shapes = [f.geometry for f in perhaps_on(SCENE, day)]
        assert sum(s.area for s in shapes) == pytest.approx(shapely.union_all(shapes).area)


def test_land_that_was_not_known_is_striped_with_empty_land() -> None:
    """Plain colour would say that the newcomer holds it already."""
    scene = window(SCENE, ROWS[0])
    day, place = int(scene.maybes.begin[0]), int(scene.maybes.place[0])
    earlier = (scene.flips.place == place) & (scene.flips.day < int(scene.maybes.end[0]))
    flips = replace(scene.flips, holder=np.where(earlier, -1, scene.flips.holder).astype(np.int32))
    unknown = replace(scene, flips=flips)
    data = map_data(unknown, day)
    (item,) = data["perhaps"]
    coming = scene.actors[int(scene.maybes.holder[0])].color
    assert data["styles"][item["style"]] == {"colors": ["#ffffff", coming], "pattern": "perhaps"}
    look = holder_look(unknown, [scene.actors[int(scene.maybes.holder[0])].id], uncertain=True)
    assert look["facecolor"] != coming
    assert look["hatchcolor"] == coming


def test_maps_say_that_the_date_is_uncertain() -> None:
    scene = window(SCENE, ROWS[0])
    inside, outside = int(scene.maybes.begin[0]), int(scene.maybes.end[0])
    for day, said in ((inside, True), (outside, False)):
        data = map_data(scene, day)
        names = " ".join(row["name"] for row in data["legend"])
        assert ("Date of change uncertain" in names) is said
        assert len(data["perhaps"]) == int(said)
        svg = image_bytes(scene, day, format="svg").decode()
        assert ("Date of change uncertain" in svg) is said
