"""How much of a stranger's file is read: every bound of this folder in one place."""

from __future__ import annotations

MAX_FILE_BYTES = 2_000_000_000
"""A file that is read as a stream (CSV); a year of VIINA's control panel has 600 MB."""
MAX_WHOLE_BYTES = 100_000_000
"""A file that has to be held in memory (JSON, XML, archives, SQLite)."""
MAX_ROWS = 20_000_000
MAX_CLAIMS = 2_000_000
MAX_COLUMNS = 300
MAX_CELL = 20_000
MAX_LISTED = 5_000
"""Refused rows that a report names one by one; the rest is counted."""

MAX_JSON_DEPTH = 40
MAX_JSON_MEMORY = 300_000_000
MAX_XML_DEPTH = 60
MAX_XML_EVENTS = 6_000_000
MAX_XML_TEXT = 2_000_000

MAX_MEMBERS = 20_000
MAX_UNPACKED = 400_000_000
MAX_RATIO = 200
"""Unpacked bytes for one packed byte; text packs at most about a hundredfold."""

MAX_VERTICES = 2_000_000
MAX_RINGS = 500_000
MAX_CROSSINGS = 2_000
"""Pairs of segments that cross, in one file beyond which an invalid area is not mended."""
