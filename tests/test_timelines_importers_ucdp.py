"""UCDP GED: what its codebook says is what claims say."""

from __future__ import annotations

import json

import pytest

from tests.importer_cases import zipped
from tests.importer_reading import read, table
from tests.importer_tables import UCDP_ROW
from timelines.importers import sniff


@pytest.mark.parametrize(
    ("low", "best", "high", "killed"),
    [("6", "8", "10", "6..10"), ("8", "8", "8", "8"), ("", "8", "", "8"), ("", "", "", "")],
)
def test_ucdp_deaths_are_a_range(low: str, best: str, high: str, killed: str) -> None:
    claims, _ = read("ucdp", table(UCDP_ROW, {"low": low, "best": best, "high": high}))
    assert claims[0].killed == killed


def test_ucdp_events_colour_no_land() -> None:
    claims, _ = read(
        "ucdp", table(UCDP_ROW, *({"id": kind, "type_of_violence": kind} for kind in "123"))
    )
    assert [claim.kind for claim in claims] == ["clash", "clash", "other"]
    assert (claims[0].actor, claims[0].target) == ("Government of Syria", "IS")
    assert claims[0].date == "2016-02-15"


def test_ucdp_span_is_the_date_and_its_own_25_km_the_radius() -> None:
    change = {"date_end": "2016-02-20", "where_prec": "2"}
    (claim,) = read("ucdp", table(UCDP_ROW, change))[0]
    assert (claim.date, claim.uncertainty_m) == ("2016-02-15/2016-02-20", 25_000)


def test_ucdp_zip_csv_and_json_say_the_same() -> None:
    data = table(UCDP_ROW)
    packed = zipped({"readme.pdf": b"x", "GEDEvent_v25_1.csv": data})
    assert sniff("ged251-csv.zip", packed) == "ucdp"
    as_json = json.dumps([UCDP_ROW]).encode()
    assert sniff("a.json", as_json) == sniff("a.csv", data) == "ucdp"
    hashes = {read("ucdp", one)[1].content_hash for one in (data, packed, as_json)}
    assert len(hashes) == 1
