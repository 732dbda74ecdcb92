"""How many more places of a country bear a name than are indexed.

The gazetteer that comes with the package lacks most villages. Where it has one Mansura, a report
may mean any of eight: an exact name then says little, and the answer must not be a pin. Counted
were places more than 10 km apart whose names sound alike, in the gazetteers of Who's On First
(CC0; names and coordinates of GeoNames, CC BY 4.0) for Syria, Iraq and Ukraine; names of fewer
than three places are left out. Of other countries nothing is known. ``data/namesakes.csv`` is made
by ``python -m gazetteer.tune_namesakes``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from gazetteer.certainty import RIVAL_M, Ranking
from gazetteer.context import NEAR_SCALE_M, NEAR_WEIGHT, Context
from gazetteer.match import SOUNDS
from gazetteer.memory import F64
from gazetteer.names import forms
from gazetteer.together import HALF_M, WEIGHT

FILE = Path(__file__).parent / "data" / "namesakes.csv"
COUNTED = frozenset({"IQ", "SY", "UA"})
"""Countries whose names were counted, ISO 3166-1 alpha-2."""
AREA_SHARE = 0.1
"""Part of a country's namesakes that lie in the governorate, district or box asked for."""
FAR_M = 150_000.0
"""How far from where the report is about a namesake lies that nobody listed."""
_FAR_NEAR = -NEAR_WEIGHT * math.log1p((FAR_M / NEAR_SCALE_M) ** 2)
_FAR_TOGETHER = WEIGHT / (1 + (FAR_M / HALF_M) ** 2)


@cache
def counted() -> dict[str, dict[str, int]]:
    """Places by flat form of the name, then by country (ISO 3166-1 alpha-2)."""
    found: dict[str, dict[str, int]] = {}
    with FILE.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle)
        next(rows)
        for country, _, form, places in rows:
            found.setdefault(form, {})[country] = int(places)
    return found


def unlisted(
    names: Sequence[str], ranking: Ranking, context: Context, *, together: bool = False
) -> F64:
    """Namesakes of the best candidate of each query (n,) that are likely not indexed.

    Zero where the best is no more than a near spelling. Those of its country count; where no
    country is told and the best is no place of our table, those of every country do. What the
    context says of where the place lies, it says of them too: few lie in the area asked, or near
    the other places of the report.
    """
    more = np.zeros(len(ranking))
    rows = ranking.rows
    some = np.flatnonzero(ranking.sizes)
    some = some[rows.reason[ranking.edges[some]] <= SOUNDS]
    known = counted() if len(some) else {}
    far = (_FAR_NEAR if context.near else 0.0) + (_FAR_TOGETHER if together else 0.0)
    share = AREA_SHARE if context.areas or context.bbox else 1.0
    for query, form in zip(
        some.tolist(), forms([names[i] for i in some.tolist()]).flat, strict=True
    ):
        if form not in known:
            continue
        of = ranking[query]
        at_home = bool(context.country) or of.own[0] > 0
        borne = {k: n for k, n in known[form].items() if k == of.country[0] or not at_home}
        alike = (of.reason <= SOUNDS) & [country in borne for country in of.country]
        alike[1:] &= of.away_m[1:] > RIVAL_M
        gained = min(0.0, far - float(of.gain[0]))
        lacking = sum(borne.values()) - int(np.count_nonzero(alike))
        more[query] = max(0, lacking) * share * math.exp(gained)
    return more
