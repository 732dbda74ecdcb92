"""ACLED: what its codebook says is what claims say."""

from __future__ import annotations

import pytest

from tests.importer_reading import read, table
from tests.importer_tables import ACLED_ROW
from timelines.claims import Claim
from timelines.importers import merge


def acled(**change: str) -> Claim:
    claims, report = read("acled", table(ACLED_ROW, change))
    assert report.refused == ()
    return claims[0]


GOV, REBELS, FOREIGN = "Military Forces of Syria", "Opposition Rebels", "Military Forces of Turkey"


TYPES = {GOV: "State forces", REBELS: "Rebel group", FOREIGN: "External/Other forces"}


@pytest.mark.parametrize(
    ("sub_event", "one", "two", "holder"),
    [
        ("Government regains territory", GOV, REBELS, GOV),
        ("Government regains territory", REBELS, GOV, GOV),
        ("Government regains territory", GOV, FOREIGN, GOV),
        ("Non-state actor overtakes territory", GOV, REBELS, REBELS),
        ("Non-state actor overtakes territory", REBELS, GOV, REBELS),
        ("Non-state actor overtakes territory", FOREIGN, GOV, FOREIGN),
        ("Non-state actor overtakes territory", REBELS, FOREIGN, ""),
        ("Government regains territory", REBELS, FOREIGN, ""),
        ("Non-violent transfer of territory", REBELS, "", REBELS),
        ("Non-violent transfer of territory", GOV, "", GOV),
        ("Non-violent transfer of territory", REBELS, GOV, ""),
    ],
)
def test_acled_control_names_a_holder_only_where_one_can_be_meant(
    sub_event: str, one: str, two: str, holder: str
) -> None:
    """The codebook: the order of the two actors has no meaning."""
    claim = acled(
        sub_event_type=sub_event,
        actor1=one,
        actor2=two,
        inter1=TYPES.get(one, ""),
        inter2=TYPES.get(two, ""),
    )
    assert (claim.kind == "control") == bool(holder)
    if holder:
        assert claim.actor == holder
        assert claim.target == (two if holder == one else one)
    assert dict(claim.extra)["sub_event_type"] == sub_event


def test_acled_numeric_types_are_understood() -> None:
    claim = acled(inter1="1", inter2="2")
    assert (claim.kind, claim.actor) == ("control", ACLED_ROW["actor1"])


@pytest.mark.parametrize(
    ("precision", "date"),
    [("1", "2016-02-15"), ("2", "2016-02-12/2016-02-18"), ("3", "2016-02~"), ("", "2016-02-15")],
)
def test_acled_time_precision_becomes_edtf(precision: str, date: str) -> None:
    assert acled(time_precision=precision).date == date
    assert acled(event_date="15 February 2016", time_precision=precision).date == date


def test_acled_place_precision_widens_the_point() -> None:
    radii = [acled(geo_precision=code).uncertainty_m or 0 for code in "123"]
    assert radii == sorted(radii) and len(set(radii)) == 3


@pytest.mark.parametrize(("said", "killed"), [("8", "8"), ("0", ""), ("", ""), ("12.0", "12")])
def test_acled_no_deaths_means_none_were_mentioned(said: str, killed: str) -> None:
    assert acled(fatalities=said).killed == killed


@pytest.mark.parametrize(
    ("sub_event", "kind"),
    [
        ("Air/drone strike", "strike"),
        ("Shelling/artillery/missile attack", "strike"),
        ("Armed clash", "clash"),
        ("Peaceful protest", "other"),
    ],
)
def test_acled_kinds(sub_event: str, kind: str) -> None:
    claim = acled(sub_event_type=sub_event)
    assert claim.kind == kind
    assert claim.weapon == (sub_event if kind == "strike" else "")


def test_acled_upload_times_change_no_claim_and_corrections_are_paired() -> None:
    first, report = read("acled", table(ACLED_ROW))
    later, _ = read("acled", table(ACLED_ROW, {"timestamp": "1800000000"}))
    assert merge(first, later).added == 0
    mended, _ = read("acled", table(ACLED_ROW, {"fatalities": "9"}))
    done = merge(first, mended, retract=True)
    assert done.corrections == ((first[0].id, mended[0].id),)
    assert list(done.claims.column("retracts")) == ["", first[0].id]
    assert [source.id for source in report.sources] == ["acled"] and report.credits


# Column lists as the publishers write them, seen in their schemas, releases and in programs that
# read them; the rows are ours.
ACLED_HEADER = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,tags,timestamp\n"
)


ACLED_ROWS = (
    "SYR1,2016-02-15,2016,1,Political violence,Battles,Non-state actor overtakes territory,"
    "Syrian Democratic Forces,,3,Military Forces of Syria (2000-),,1,13,,760,Middle East,Syria,"
    'Aleppo,A\'zaz,,Tall Rifat,36.47,37.09,1,SOHR; Undisclosed Source,Other,"Took it, they say",3,,'
    "1677628800\n"
    "SYR2,16 May 2025,2025,2,Political violence,Battles,Government regains territory,Rebels,,"
    "Rebel group,Military Forces of Syria (2024-),,State forces,State forces-Rebel group,,760,"
    "Middle East,Syria,Idleb,,,Idleb,35.93,36.63,2,Horrya Press,National,x,0,"
    "crowd size=no report,1747700000\n"
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_whole_acled_export_of_both_vocabularies(mark: str) -> None:
    claims, report = read("acled", (mark + ACLED_HEADER + ACLED_ROWS).encode())
    assert report.refused == ()
    old, new = claims
    assert (old.kind, old.actor, old.target) == (
        "control", "Syrian Democratic Forces", "Military Forces of Syria (2000-)")  # fmt: skip
    assert (new.kind, new.actor, new.target) == (
        "control", "Military Forces of Syria (2024-)", "Rebels")  # fmt: skip
    assert (old.date, new.date) == ("2016-02-15", "2025-05-13/2025-05-19")
    assert (old.uncertainty_m, new.uncertainty_m) == (3000.0, 20000.0)
    assert (old.killed, new.killed) == ("3", "")
