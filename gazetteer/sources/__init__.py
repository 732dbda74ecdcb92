"""Sources of places: reading them, and keeping those the user added.

``add``, ``list`` and ``remove`` are what ``frontlines gazetteer`` calls.
"""

from gazetteer.sources.base import Licence, Problem, Report
from gazetteer.sources.read import Format, format_of
from gazetteer.sources.store import Source, add, listed, remove

list = listed

__all__ = ["Format", "Licence", "Problem", "Report", "Source", "add", "format_of", "list", "remove"]
