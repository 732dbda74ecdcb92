"""Land that may already have changed hands: days on which a change is dated only as a window.

Such land is drawn striped, in the colours of who held it and of who came; a map that shows a clean
edge where the sources give a span of days claims more than they do.
"""

from __future__ import annotations

import numpy as np

from geo.antimeridian import cut_antimeridian
from geo.features import Feature, day_text
from geo.pieces import Sweep
from geo.scene import UNKNOWN, Scene
from geo.territory import label_polygons

LAYER = "perhaps"


def perhaps_on(scene: Scene, day: int) -> list[Feature]:
    """The land in such a window on a day, by who held it and who may hold it already.

    Features of the layer `perhaps`, with the properties common to all layers; `actors` has the old
    holder's first, then the new one's; `begin`, `end` are the widest window of the piece.
    """
    maybes = scene.maybes
    rows = np.flatnonzero((maybes.begin <= day) & (day < maybes.end))
    if not rows.size:
        return []
    sweep = Sweep(scene)
    held = np.full(sweep.cells, UNKNOWN, dtype=np.int64)
    past = sweep.day <= day
    for cell, holder in zip(sweep.cell[past].tolist(), sweep.new[past].tolist(), strict=True):
        held[cell] = holder
    windows: dict[tuple[int, int], list[int]] = {}
    for row in rows.tolist():
        cell = scene.places[int(maybes.place[row])].cell
        coming = int(maybes.holder[row])
        if cell >= 0 and held[cell] != coming:
            windows.setdefault((int(held[cell]), coming), []).append(row)
    return [
        feature
        for pair in sorted(windows)
        if (feature := _feature(sweep, pair, np.array(windows[pair]))) is not None
    ]


def _feature(sweep: Sweep, pair: tuple[int, int], rows: np.ndarray) -> Feature | None:
    scene, maybes = sweep.scene, sweep.scene.maybes
    label = np.full(sweep.cells, -1, dtype=np.int64)
    label[[scene.places[int(place)].cell for place in maybes.place[rows]]] = 0
    (shape,) = label_polygons(sweep.land, label)
    if shape is None:
        return None
    before, after = ([scene.actors[n] for n in sweep.actors(holder)] for holder in pair)
    begin, end = int(maybes.begin[rows].min()), int(maybes.end[rows].max())
    old = " / ".join(actor.name for actor in before) or "Not known"
    new = " / ".join(actor.name for actor in after) or "not known"
    actors = [actor.id for actor in (*before, *after)]
    return Feature(
        LAYER,
        cut_antimeridian(np.array([shape], dtype=object))[0],
        begin,
        end,
        {
            "id": f"{LAYER}:{'+'.join(actors)}:{day_text(begin)}",
            "name": f"{old}, perhaps already {new}",
            "actors": list(dict.fromkeys(actors)),
            "sides": sorted({actor.side for actor in (*before, *after) if actor.side}),
            "status": "uncertain",
            "sources": [],
            "places": len(rows),
        },
    )
