"""Counting how many places of a country bear a name, for :mod:`gazetteer.namesakes`.

``python -m gazetteer.tune_namesakes --sets DIR`` rewrites ``data/namesakes.csv`` from
``DIR/gaz_*.tsv.gz``. Nothing here runs when names are looked up.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gazetteer.certainty import RIVAL_M
from gazetteer.context import distance_m
from gazetteer.development import gazetteer_rows
from gazetteer.names import forms
from gazetteer.namesakes import COUNTED, FILE

LEAST = 3
"""Places from which on a name is kept."""


def common_names(path: Path) -> Iterator[tuple[str, str, int]]:
    """(a name, its flat form, places that bear it or sound so) of one country's gazetteer."""
    points: dict[str, list[tuple[float, float]]] = {}
    written: dict[str, str] = {}
    for row in gazetteer_rows(path):
        for name, form in zip(row.names, forms(row.names).flat, strict=True):
            if form:
                points.setdefault(form, []).append((row.lon, row.lat))
                written.setdefault(form, name)
    for form in sorted(points):
        if len(points[form]) >= LEAST and (count := _apart(points[form])) >= LEAST:
            yield written[form], form, count


def _apart(points: Sequence[tuple[float, float]]) -> int:
    """How many of the points lie more than RIVAL_M from all that were counted before."""
    lon, lat = (np.array(axis) for axis in zip(*points, strict=True))
    kept = np.zeros(len(lon), dtype=bool)
    for i in range(len(lon)):
        away = distance_m(lon[kept], lat[kept], (float(lon[i]), float(lat[i])))
        kept[i] = not np.any(away <= RIVAL_M)
    return int(kept.sum())


def write(folder: Path, to: Path = FILE) -> int:
    """Count all countries; the number of names written."""
    rows = [
        (country, *row)
        for country in sorted(COUNTED)
        for row in common_names(folder / f"gaz_{country.lower()}.tsv.gz")
    ]
    with to.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(("country", "name", "form", "places"))
        out.writerows(rows)
    return len(rows)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m gazetteer.tune_namesakes")
    parser.add_argument("--sets", type=Path, required=True, help="folder with gaz_*.tsv.gz")
    count = write(parser.parse_args(argv).sets)
    sys.stdout.write(f"{count} names of {LEAST} places or more\n")


if __name__ == "__main__":
    main(sys.argv[1:])
