"""The sweep over the days against the plainest reading of the flips, on random worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.pieces import Piece, Sweep, control_pieces, front_pieces
from geo.ringedges import with_edges
from geo.scene import NO_DAY_LOW, Flips, Scene
from tests.scenes import moving_front

BASE = moving_front(4, 3, changes=12, strikes=0)
LAND = BASE.tessellation
CELLS = len(BASE.places)
FIRST, LAST = 0, 12
INSIDE = [
    shapely.Polygon(
        LAND.vertices[LAND.ring_vertex[LAND.ring_offset[r] : LAND.ring_offset[r + 1]]]
    ).representative_point()
    for r in np.argsort(LAND.ring_cell)
]

FLIPS = st.lists(
    st.tuples(
        st.one_of(st.just(NO_DAY_LOW), st.integers(-3, 15)),
        st.integers(0, CELLS - 1),
        st.integers(-2, len(BASE.actors) - 1),
    ),
    max_size=40,
)


def world(rows: list[tuple[int, int, int]], *, shared: bool = False) -> Scene:
    """The lattice with these flips; `shared`: the last place stands on the first one's spot."""
    table = np.array(sorted(rows, key=lambda row: row[:2]), dtype=np.int64).reshape(-1, 3)
    columns = [table[:, n].astype(np.int32) for n in range(3)]
    places = BASE.places
    if shared:
        places = (*places[:-1], replace(places[-1], cell=places[0].cell))
    return replace(
        BASE,
        places=places,
        flips=Flips(*columns, columns[0]),
        claims=(),
        first_day=FIRST,
        last_day=LAST,
    )


def plain(scene: Scene, day: int) -> list[int]:
    """Who holds each cell at the end of a day."""
    held = [-1] * CELLS
    rows = zip(scene.flips.day, scene.flips.place, scene.flips.holder, strict=True)
    for when, place, holder in rows:
        if when <= day:
            held[int(place)] = int(holder)
    return held


def on(pieces: list[Piece], day: int) -> list[Piece]:
    return [
        p for p in pieces
        if (p.begin is None or p.begin <= day) and (p.end is None or day < p.end)
    ]  # fmt: skip


@given(FLIPS)
@settings(max_examples=150, deadline=None)
def test_each_day_of_the_sweep_is_that_day(rows: list[tuple[int, int, int]]) -> None:
    scene = world(rows)
    pieces = control_pieces(Sweep(scene), FIRST, LAST)
    for day in range(FIRST, LAST + 1):
        held = plain(scene, day)
        today = on(pieces, day)
        assert sorted(p.holders[0] for p in today) == sorted(set(held) - {-1})
        for piece in today:
            inside = [cell for cell in range(CELLS) if piece.geometry.contains(INSIDE[cell])]
            assert inside == [c for c in range(CELLS) if held[c] == piece.holders[0]]


@given(FLIPS)
@settings(max_examples=150, deadline=None)
def test_fronts_are_the_borders_of_rivals(rows: list[tuple[int, int, int]]) -> None:
    scene = world(rows)
    land = with_edges(LAND)
    pieces = front_pieces(Sweep(scene), FIRST, LAST)
    ends = land.vertices[land.edge_vertex.reshape(-1, 2)]
    for day in range(FIRST, LAST + 1):
        held = plain(scene, day)
        want = 0.0
        for edge in np.flatnonzero(land.edge_right >= 0):
            a, b = held[land.edge_left[edge]], held[land.edge_right[edge]]
            if a >= 0 and b >= 0 and scene.actors[a].side != scene.actors[b].side:
                want += float(np.linalg.norm(ends[edge][0] - ends[edge][1]))
        got = sum(p.geometry.length for p in on(pieces, day))
        assert np.isclose(got, want)


@given(FLIPS)
@settings(max_examples=100, deadline=None)
def test_pieces_end_where_the_next_one_begins(rows: list[tuple[int, int, int]]) -> None:
    scene = world(rows)
    for pieces in (control_pieces(Sweep(scene), -5, 20), front_pieces(Sweep(scene), -5, 20)):
        for holders in {piece.holders for piece in pieces}:
            chain = [piece for piece in pieces if piece.holders == holders]
            for before, after in zip(chain, chain[1:], strict=False):  # noqa: RUF007
                assert before.end is not None
                assert after.begin is not None
                assert before.end <= after.begin


@given(FLIPS)
@settings(max_examples=100, deadline=None)
def test_places_of_one_cell_speak_together(rows: list[tuple[int, int, int]]) -> None:
    scene = world(rows, shared=True)
    sweep = Sweep(scene)
    pieces = control_pieces(sweep, FIRST, LAST)
    for day in range(FIRST, LAST + 1):
        held = plain(scene, day)
        said = {code for code in (held[0], held[-1]) if code != -1}
        found = [p for p in on(pieces, day) if p.geometry.contains(INSIDE[0])]
        if not said:
            assert found == []
        elif len(said) == 1:
            assert found[0].holders[0] == said.pop()
        else:
            rivals = {actor for code in said for actor in sweep.actors(code)}
            assert set(sweep.actors(found[0].holders[0])) == rivals
            assert found[0].holders[0] < -1


def test_edges_from_rings_are_the_borders() -> None:
    land = with_edges(LAND)
    inner = land.edge_right >= 0
    assert (land.edge_left >= 0).all()
    assert (land.edge_left != land.edge_right).all()
    # A lattice of 4 by 3 cells: 4 * 2 + 3 * 3 borders inside, 14 around.
    assert (int(inner.sum()), int((~inner).sum())) == (17, 14)
