"""Names in a timeline's claims that mean no one place, and how the answer is kept.

A place from the gazetteer, or one put somewhere by hand, becomes a row of places.csv that bears the
name as the claims spell it: every claim of that name then means it, and no claim is touched. Where
places.csv has the place already, the claims are corrected to name its id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from timelines.claims import Claim, Claims
from timelines.edits import Edit, standing, texts_of
from timelines.edits.places import Option
from timelines.folding import fold
from timelines.problems import Problem
from timelines.tables import Table


def unsettled(claims: Table, problems: Iterable[Problem]) -> dict[str, int]:
    """How many standing claims say each name that means no place, or none for certain; most first.

    `problems` are those of the timeline whose claims these are. Claims that give a place's id or a
    position need no name.
    """
    rows = {p.row for p in problems if p.column == "place" and p.file == claims.file}
    if not rows:
        return {}
    names = [name.strip() for name in claims.column("place")]
    wrong = {name for row, name in zip(claims.rows, names, strict=True) if row in rows and name}
    given = zip(claims.column("place_id"), claims.column("lon"), strict=True)
    bare = [not (place_id or lon) for place_id, lon in given]
    stand = standing(Claims(claims.columns, len(claims)))
    said = Counter(names[i] for i in stand if bare[i] and names[i] in wrong)
    return dict(said.most_common())


def settling(
    claims: Iterable[Claim], chosen: Mapping[str, Option]
) -> tuple[list[Edit], list[Mapping[str, str]]]:
    """The corrections, and the rows of places.csv, that make names mean the places chosen.

    `claims` are those that stand. One that gives a place's id or a position is left as it is.
    """
    rows: dict[str, dict[str, str]] = {}
    for name, option in chosen.items():
        if option.row is None:
            continue
        row = rows.setdefault(option.place.id, {**option.row, "aliases": ""})
        known = {fold(one) for one in (option.place.name, *row["aliases"].split("|"))}
        if fold(name) not in known:
            row["aliases"] = "|".join(filter(None, (row["aliases"], name.replace("|", " "))))
    edits = [
        Edit("correct", claim, texts_of(claim) | {"place_id": option.place.id})
        for claim, option in ((claim, chosen.get(claim.place.strip())) for claim in claims)
        if option is not None
        and option.row is None
        and not claim.place_id
        and claim.lon is None
        and claim.lat is None
    ]
    return edits, list(rows.values())
