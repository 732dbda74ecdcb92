"""Actors: aliases, names of the day, dated coalitions, sides; colours for those that bring none."""

from __future__ import annotations

import pytest

from timelines.actors import Actor, Actors, Dated, dated_values
from timelines.dates import day
from timelines.errors import DataError
from timelines.ledger import Lineages

NUSRA = Actor(
    "nusra", "Jabhat al-Nusra", aliases=("al-Nusra",), end=day("2016-07-28"), successor="jfs"
)
JFS = Actor("jfs", "Jabhat Fatah al-Sham", begin=day("2016-07-28"), end=day("2017-01-27"),
            successor="hts", sides=(Dated("opposition"),))  # fmt: skip
HTS = Actor("hts", "Hay'at Tahrir al-Sham", begin=day("2017-01-28"), sides=(Dated("opposition"),))
ISIL = Actor("isil", "Islamic State", "داعش", ("IS", "ISIS", "Daesh"))
HALAB = Actor("fatah-halab", "Fatah Halab", sides=(Dated("opposition"),))
SUQOUR = Actor("suqour", "Suqour al-Jabal", member_of=dated_values("fatah-halab@2015-04-26/2017"))
ACTORS = Actors([NUSRA, JFS, HTS, ISIL, HALAB, SUQOUR])


@pytest.mark.parametrize(
    "text, expected",
    [
        ("isil", "isil"),
        ("ISIS", "isil"),
        ("daesh", "isil"),
        ("داعش", "isil"),
        ("AL NUSRA", "nusra"),
        ("Hayat Tahrir al Sham", "hts"),
        ("nobody", None),
        ("", None),
    ],
)
def test_aliases_are_folded(text: str, expected: str | None) -> None:
    assert ACTORS.id_of(text) == expected


@pytest.mark.parametrize(
    "date, name",
    [("2012-01-01", "nusra"), ("2016-07-27", "nusra"), ("2016-07-28", "jfs"),
     ("2017-01-27", "jfs"), ("2017-01-28", "hts"), ("2030-01-01", "hts")],
)  # fmt: skip
def test_one_holder_many_names(date: str, name: str) -> None:
    """Whatever name a source uses, the holder is one, called by the name of the day."""
    for written in ("nusra", "jfs", "hts"):
        assert ACTORS.on(written, day(date)).id == name
        assert ACTORS.lineage(written) == "hts"
        assert ACTORS.allied(written, "nusra", day(date))


def test_coalitions_are_dated() -> None:
    before, inside, after = day("2015-04-25"), day("2015-04-26"), day("2018-01-01")
    assert ACTORS.side("suqour", inside) == "opposition"
    assert ACTORS.side("suqour", before) == ACTORS.side("suqour", after) == "suqour"
    assert ACTORS.members("fatah-halab", inside) == ("suqour",)
    assert ACTORS.members("fatah-halab", before) == ()
    assert ACTORS.allied("suqour", "fatah-halab", inside)
    assert not ACTORS.allied("suqour", "isil", inside)


def test_sides_are_dated() -> None:
    actor = Actor("x", "X", sides=dated_values("government@../2016-06-30|opposition@2016-07-01/.."))
    actors = Actors([actor])
    assert actors.side("x", day("2016-06-30")) == "government"
    assert actors.side("x", day("2016-07-01")) == "opposition"


def test_an_alias_of_two_actors_is_ambiguous_unless_they_are_one() -> None:
    actors = Actors([Actor("a", "Front"), Actor("b", "front")])
    assert actors.candidates("FRONT") == ("a", "b")
    assert actors.id_of("Front") is None
    one = Actors([Actor("a", "Front", successor="b"), Actor("b", "Front")])
    assert one.id_of("Front") == "a"


def test_a_circle_of_successors_is_refused() -> None:
    with pytest.raises(DataError, match=r"circle.*actors\.csv"):
        Actors([Actor("a", "A", successor="b"), Actor("b", "B", successor="a")])


def test_a_circle_of_coalitions_ends() -> None:
    actors = Actors(
        [Actor("a", "A", member_of=(Dated("b"),)), Actor("b", "B", member_of=(Dated("a"),))]
    )
    assert actors.side("a", 0) in ("a", "b")


def test_unknown_actors_get_a_row_and_everybody_a_colour() -> None:
    actors = Actors([Actor("isil", "Islamic State")]).with_unknown(["Foo Brigade", "ISIL", "", "x"])
    assert list(actors) == ["isil", "Foo Brigade", "x"]
    painted = actors.painted()
    looks = [(a.color, a.pattern) for a in painted.values()]
    assert len(set(looks)) == len(looks)
    assert all(color.startswith("#") and len(color) == 7 for color, _ in looks)


def test_many_unknown_actors_differ_in_colour_or_pattern() -> None:
    painted = Actors([Actor(f"a{i}", f"A{i}") for i in range(60)]).painted()
    assert len({(a.color, a.pattern) for a in painted.values()}) == 60


def test_names_of_one_actor_share_a_colour() -> None:
    painted = ACTORS.painted()
    assert painted["nusra"].color == painted["jfs"].color == painted["hts"].color


def test_coalitions_a_thousand_deep_end() -> None:
    chain = [Actor(f"a{i}", f"A{i}", member_of=(Dated(f"a{i + 1}"),)) for i in range(3_000)]
    actors = Actors([*chain, Actor("a3000", "A3000")])
    assert actors.side("a0", 0) in actors
    assert not Lineages(actors).is_broader(2_999, 0, 0)
