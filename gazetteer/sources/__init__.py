"""Sources of places: reading them, and keeping those the user added.

``add``, ``list`` and ``remove`` are what ``frontlines gazetteer`` calls.
"""

from gazetteer.sources import dialects, geonames, tables
from gazetteer.sources.base import Licence, Problem, Report
from gazetteer.sources.read import Format, format_of
from gazetteer.sources.store import Source, add, listed, remove

list = listed
KNOWN_LICENCES = {
    terms.title: terms for terms in (geonames.LICENCE, dialects.OSM, dialects.WOF, tables.OCHA)
}
"""How the sources that we know ask to be credited, by the name their places carry."""

__all__ = [
    "KNOWN_LICENCES",
    "Format",
    "Licence",
    "Problem",
    "Report",
    "Source",
    "add",
    "format_of",
    "list",
    "remove",
]
