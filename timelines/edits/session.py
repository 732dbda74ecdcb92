"""Editing without overwriting: a correction is a new claim that withdraws the old one.

Nothing is ever changed in a store, so that two editors never lose each other's rows. Whoever edits
a claim that another has withdrawn or corrected meanwhile is told so, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from timelines.claims import Claim, Claims
from timelines.contents import Added, Store

RETRACTS = "retracts"


def with_retraction(claim: Claim, keys: Iterable[str]) -> Claim:
    """The claim, withdrawing the claims of these keys."""
    kept = [(name, text) for name, text in claim.extra if name != RETRACTS]
    return replace(claim, extra=(*kept, (RETRACTS, "|".join(keys))))


def retraction(claim: Claim, *, source: str, reported: str, note: str = "") -> Claim:
    """A claim that states nothing and withdraws another: who withdrew it, and when."""
    bare = Claim(
        kind=claim.kind,
        date=claim.date,
        place=claim.place,
        place_id=claim.place_id,
        lon=claim.lon,
        lat=claim.lat,
        actor="",
        source=source,
        status="retracted",
        reported=reported,
        note=note,
    )
    return with_retraction(bare, [claim.key])


def retract(store: Store, claim: Claim, *, source: str, reported: str, note: str = "") -> Added:
    """Withdraw a claim from the day `reported` (ISO) on.

    Raises:
        ConflictError: somebody has withdrawn it already.
        StoreError: the store cannot be written.
    """
    gone = retraction(claim, source=source, reported=reported, note=note)
    return store.add(Claims.of([gone]), {}, guard=[claim.key])


def correct(store: Store, old: Claim, new: Claim) -> Added:
    """Put `new` in the place of `old`, from the day on which `new` was reported.

    Raises:
        ConflictError: somebody has withdrawn or corrected `old` already.
        StoreError: the store cannot be written.
    """
    fresh = with_retraction(new, [old.key])
    if fresh.id == old.id:  # the old claim keeps its id; the new one is named by its content
        fresh = replace(fresh, id="")
    return store.add(Claims.of([fresh]), {}, guard=[old.key])


def undo(store: Store, claims: Iterable[Claim], *, source: str, reported: str) -> Added:
    """Withdraw claims that were just added. What they withdrew counts again.

    Raises:
        ConflictError: somebody has withdrawn one of them already.
        StoreError: the store cannot be written.
    """
    added = list(claims)
    gone = [retraction(c, source=source, reported=reported, note="Undone.") for c in added]
    return store.add(Claims.of(gone), {}, guard=[c.key for c in added])
