"""The contract between Python, files and the player."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, is_dataclass, replace

import numpy as np
import pytest
from shapely import box

from geo import scene as contract
from geo.payload import pack, unpack
from geo.tessellation import Tessellation
from tests.scenes import moving_front


def test_a_tessellation_is_land() -> None:
    """What `geo.tessellation` builds has every column that a scene asks of its land."""
    needed = {n for n in vars(contract.Land) if not n.startswith("_")}
    assert needed == {"vertices", "ring_offset", "ring_vertex", "ring_cell"}
    square = box(36.0, 35.0, 38.0, 37.0)
    built = Tessellation([36.5, 37.0, 37.2], [36.0, 36.2, 35.8], square, reach_km=20.0)
    scene = replace(moving_front(3, 1, changes=0, strikes=0), tessellation=built)
    back = unpack(pack(scene)).tessellation
    assert np.array_equal(np.bincount(back.ring_cell), np.bincount(built.ring_cell))
    assert len(back.vertices) == len(built.vertices)


def test_scenes_do_not_change() -> None:
    scene = moving_front(3, 3, changes=5, strikes=5)
    with pytest.raises(FrozenInstanceError):
        scene.title = "another"  # type: ignore[misc]
    values = [v for v in vars(contract).values() if isinstance(v, type) and is_dataclass(v)]
    assert all(v.__dataclass_params__.frozen for v in values)


def test_holder_codes_do_not_meet() -> None:
    """Known, unknown and contested are three different things."""
    assert contract.UNKNOWN == -1
    assert contract.CONTESTED < contract.UNKNOWN
    assert np.iinfo(np.int32).min == contract.NO_DAY_LOW < 0 < contract.NO_DAY_HIGH
