"""The importers of events together: flipped bytes, and whether a timeline takes what they make."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.damage import damaged
from tests.importer_files import CASES
from tests.importer_modules import LEGEND
from tests.importer_reading import read, table
from tests.importer_tables import ACLED_ROW, UCDP_ROW, VIINA_ROW
from tests.test_timelines_importers_modules import MODULE
from timelines.errors import DataError

GOOD = {
    "acled": table(ACLED_ROW),
    "ucdp": table(UCDP_ROW),
    "viina": table(VIINA_ROW),
    "wikimap": MODULE.encode(),
    "timemap": b'[{"description":"x","date":"2/24/2022","latitude":"1","longitude":"2"}]',
}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(GOOD)))
def test_flipped_bytes_never_raise_anything_else(seed: int, fmt: str) -> None:
    try:
        read(fmt, damaged(GOOD[fmt], seed), LEGEND if fmt == "wikimap" else None)
    except DataError as error:
        assert str(error)


@pytest.mark.parametrize("fmt", sorted(GOOD))
def test_what_is_taken_is_a_timeline(fmt: str, tmp_path: Path) -> None:
    """The timeline's own check finds nothing wrong with imported claims."""
    from timelines import check
    from timelines.tables import write_table

    claims, _ = read(fmt, GOOD[fmt], LEGEND if fmt == "wikimap" else None)
    columns = {name: list(column) for name, column in claims.columns.items()}
    (tmp_path / "claims.csv").write_bytes(write_table(columns))
    assert [p for p in check(tmp_path) if p.severity == "error"] == []


def test_every_importer_is_in_the_tables() -> None:
    assert set(GOOD) <= set(CASES)
