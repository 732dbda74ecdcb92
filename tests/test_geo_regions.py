"""Many regions: a cluster writes what one machine writes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo import Region, Tessellation, frontline_history, run_regions, territory_history
from geo.crs import length_km
from geo.errors import GeoError
from tests.geo_worlds import changes, world


def regions() -> list[Region]:
    out = []
    for seed in (1, 3, 4, 8, 9):
        w = world(seed)
        day, place, controller = changes(w, 40, 15)
        out.append(
            Region(
                f"world-{seed}",
                w.lon,
                w.lat,
                w.boundary,
                w.controller,
                day,
                place,
                controller,
                w.reach_km,
            )
        )
    return out


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    import distributed

    with warnings.catch_warnings():
        # Of the cluster's own machinery, not of ours.
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as one,
        ):
            yield one


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_writes_what_one_machine_writes(client: Any, tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here = run_regions(regions(), tmp_path / "here")
    there = run_regions(regions(), tmp_path / "there", client=client)
    assert [files.name for files in there] == [region.name for region in regions()]
    for a, b in zip(here, there, strict=True):
        assert a.land.read_bytes() == b.land.read_bytes()
        assert a.fronts.read_bytes() == b.fronts.read_bytes()


def test_the_files_hold_the_histories(tmp_path: Path) -> None:
    for region, files in zip(regions(), run_regions(regions(), tmp_path), strict=True):
        tess = Tessellation(region.lon, region.lat, region.boundary, region.reach_km)
        rows = (region.initial, region.day, region.place, region.controller)
        land = geopandas.read_parquet(files.land)
        assert_geodataframe_equal(land, territory_history(tess, *rows), check_dtype=False)
        fronts = geopandas.read_parquet(files.fronts)
        expected = frontline_history(tess, *rows)
        for column in expected.columns:
            assert fronts[column].astype("Int64").equals(expected[column].astype("Int64")), column
        assert fronts["length_km"].to_numpy() == pytest.approx(
            length_km(fronts.geometry.to_numpy()), rel=1e-7
        )


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "x" * 101])
def test_names_that_are_no_file_names_are_refused(name: str, tmp_path: Path) -> None:
    first = regions()[0]
    bad = Region(name, *(getattr(first, field) for field in list(first.__dataclass_fields__)[1:]))
    with pytest.raises(GeoError, match="file name"):
        run_regions([bad], tmp_path)
    with pytest.raises(GeoError, match="one name"):
        run_regions([first, first], tmp_path)
    assert not np.any([path.suffix == ".parquet" for path in tmp_path.iterdir()])
