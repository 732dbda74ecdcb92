"""Names to places: offline, for the spellings of the news, honest about what it does not know."""

from gazetteer.lookup import Gazetteer, resolve_json
from gazetteer.places import (
    Candidate,
    GazetteerError,
    IndexFileError,
    Match,
    Name,
    Place,
    PlaceError,
    SourceError,
)

__all__ = [
    "Candidate",
    "Gazetteer",
    "GazetteerError",
    "IndexFileError",
    "Match",
    "Name",
    "Place",
    "PlaceError",
    "SourceError",
    "resolve_json",
]
