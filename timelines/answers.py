"""An answer with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from timelines.claims import Claim


@dataclass(frozen=True, slots=True)
class Why:
    """The reason for the state of one place. `str()` is the sentence.

    `since` is an ISO day, empty where not known; `controller` an actor id under its name of the
    day, None unless held; `maybe` an actor that may already have taken the place, or empty;
    `independent` counts the sources of the deciding claims, those that relay one another once.
    """

    text: str
    place_id: str
    place: str
    on: str
    known_on: str
    controller: str | None
    status: str
    contenders: tuple[str, ...]
    since: str
    rule: str
    claim_ids: tuple[str, ...]
    loser_ids: tuple[str, ...]
    independent: int
    deciding: tuple[Claim, ...]
    losers: tuple[Claim, ...]
    maybe: str = ""

    def __str__(self) -> str:
        return self.text
