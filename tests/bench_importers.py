"""Imports of the size that publishers have: `python -m pytest tests/bench_importers.py -s`."""

from __future__ import annotations

import time

from tests.test_timelines_importers_polygons import RUSSIA, TODAY, mirror
from timelines.importers import polygons
from timelines.importers.partition import contents_of


def test_769_days_of_control_polygons() -> None:
    data = mirror(769)
    begin = time.perf_counter()
    series, report = polygons.parse(data, mapping=RUSSIA, name="a.zip", today=TODAY)
    took = time.perf_counter() - begin
    made = contents_of(series, report, "war")
    whole = time.perf_counter() - begin
    assert len(series) == 769
    print(
        f"769 days of control polygons, 3,000 points each: {took:.1f} s, as a timeline of "
        f"{len(made.tables['places']):,} pieces of ground {whole:.1f} s (goal 60 s)"
    )
