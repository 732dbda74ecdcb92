"""Our own table: its reader, and rules that every row keeps."""

from __future__ import annotations

import pytest

from gazetteer import SourceError
from gazetteer.names import script_of
from gazetteer.table import conflict_places, read_places

HEAD = (
    "id,name,name_ar,aliases,lon,lat,uncertainty_m,kind,admin1,population,source,admin2,country\n"
)


def test_row_becomes_a_place() -> None:
    row = "s,Suran (Aleppo),صوران,Souran|Sawran,37.2,36.5,800,village,Aleppo,,WOF 1,Azaz,sy\n"
    (place,) = read_places([HEAD, row])
    assert place.names == ("Suran", "Souran", "Sawran")
    assert (place.admin2, place.country, place.uncertainty_m) == ("Azaz", "SY", 800.0)


@pytest.mark.parametrize(
    ("name", "names"),
    [("al-Busayrah", ("Busayrah",)), ("Al-Qusayr (Homs)", ("Al-Qusayr", "Qusayr"))],
)
def test_long_names_are_known_without_their_article(name: str, names: tuple[str, ...]) -> None:
    (place,) = read_places(["id,name,lon,lat\n", f"x,{name},37,36\n"])
    assert place.names == names


def test_short_names_keep_their_article() -> None:
    (place,) = read_places(["id,name,lon,lat\n", "x,al-Bab,37,36\n"])
    assert place.names == ()


def test_rows_without_coordinates_are_left_out() -> None:
    assert list(read_places([HEAD, "x,X,,,,,,,,,not located,,\n"])) == []


def test_bad_number_names_row_and_column() -> None:
    with pytest.raises(SourceError, match="row 2, column lat: 'north' is not a number"):
        list(read_places([HEAD, "x,X,,,37,north,,,,,s,,\n"]))


def test_older_table_without_the_last_columns_reads_too() -> None:
    (place,) = read_places(["id,name,lon,lat\n", "x,X,37,36\n"])
    assert place.country == "" and place.names == ()


def test_every_row_says_where_it_is_from() -> None:
    places = conflict_places()
    assert len(places) >= 900
    assert len({place.id for place in places}) == len(places)
    for place in places:
        assert place.source and place.kind, place.id
        assert place.uncertainty_m is None or place.uncertainty_m > 0, place.id
        assert not place.name_ar or script_of(place.name_ar) == "Arab", place.id
        assert place.country in ("SY", "IQ") and 32 < place.lat < 37.6, place.id
        assert 35.5 < place.lon < 43.6, place.id
