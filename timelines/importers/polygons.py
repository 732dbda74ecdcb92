"""Dated control polygons: one GeoJSON a day, as DeepState, ISW and their mirrors publish."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely

from timelines.dates import EPOCH, iso
from timelines.errors import DataError
from timelines.importers import cells, geojson, holders, jsonsafe, raw
from timelines.importers.collect import plain_name
from timelines.importers.limits import MAX_MEMBERS, MAX_UNPACKED
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.repair import area_of
from timelines.importers.report import Account, ImportReport, Progress, Unfit
from timelines.importers.series import Area, PolygonSeries, series_of, spans
from timelines.importers.shapes import Budget, Points, parts
from timelines.problems import shown

MAX_DAY_BYTES = 30_000_000
FIRST_YEAR = 1900
_STAMP = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_ENDINGS = (".geojson", ".json")


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
    today: dt.date | None = None,
) -> tuple[PolygonSeries, ImportReport]:
    """The series in a zip of one GeoJSON per day, or in one GeoJSON whose features have dates.

    Who holds an area is a property named by `mapping.columns["actor"]`, DeepState's own status
    words (see `holders`), or `mapping.constants["actor"]` for files of one holder. The day is a
    property named by `mapping.columns["date"]`, else in the file's name, else `mapping.on`. Days
    after `today` are refused. Rows of the report are numbers of features within their file, which
    the reason names.

    Raises:
        DataError: no zip and no GeoJSON, or nothing in it could be taken.
    """
    mapping = mapping or FieldMapping()
    content = raw.read_all(data, name or "(unnamed)")
    if content.startswith(raw.ZIP_HEAD):
        archive = raw.open_zip(content, name)
        found = list(raw.members(archive, lambda base: base.endswith(_ENDINGS)))
        files = ((base, raw.read_member(archive, m, MAX_DAY_BYTES)) for base, m in found)
        return parse_files(
            files, len(found), mapping=mapping, name=name, progress=progress, today=today
        )
    return parse_files(
        [(name, content)], 1, mapping=mapping, name=name, progress=progress, today=today
    )


def parse_folder(
    folder: Path,
    *,
    mapping: FieldMapping | None = None,
    progress: Progress | None = None,
    today: dt.date | None = None,
) -> tuple[PolygonSeries, ImportReport]:
    """The series in the GeoJSON files of a folder (links that lead elsewhere are not followed).

    Raises:
        DataError: there is none, or nothing in them could be taken.
    """
    inside = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in _ENDINGS]
    paths = [p for p in inside if p.is_file() and not p.is_symlink()][: MAX_MEMBERS + 1]
    files = ((path.name, _bytes(path)) for path in paths)
    return parse_files(
        files,
        len(paths),
        mapping=mapping or FieldMapping(),
        name=folder.name,
        progress=progress,
        today=today,
    )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_DAY_BYTES + 1)


def parse_files(
    files: Iterable[tuple[str, bytes]],
    total: int,
    *,
    mapping: FieldMapping,
    name: str = "",
    progress: Progress | None = None,
    today: dt.date | None = None,
) -> tuple[PolygonSeries, ImportReport]:
    """The series in named contents; see `parse`."""
    account = Account("polygons", plain_name(name))
    account.columns = tuple(sorted((n, c) for c, n in mapping.columns.items()))
    reader = _Reader(account, mapping, (today or dt.date.today()).toordinal() - EPOCH)
    read = 0
    for done, (file, content) in enumerate(files, 1):
        read += len(content)
        if read > MAX_UNPACKED:
            raise DataError(f"{shown(name)} holds more than {MAX_UNPACKED // 10**6} MB. Split it.")
        reader.file(file, content)
        if progress and (done % 10 == 0 or done == total):
            progress(done, total)
    if not total:
        raise DataError(f"{shown(name)} holds no {' or '.join(_ENDINGS)} file.")
    if not reader.areas:
        first = str(account.refused[0]) if account.refused else "There is no area in it."
        raise DataError(f"Nothing in {shown(account.name)} could be taken. {first}")
    series = series_of(reader.areas, mapping.constants.get("source", ""))
    if series.missing:
        account.warn(
            f"{len(series.missing)} days between {iso(series.days[0])} and "
            f"{iso(series.days[-1])} are missing: {spans(series.missing)}."
        )
    credits = holders.credits_for(series.label)
    report = account.report(len(series), credits=credits, content_hash=series.content_hash)
    return series, report


class _Reader:
    """Files become areas; what does not is in the account."""

    def __init__(self, account: Account, mapping: FieldMapping, today: int) -> None:
        self.areas: list[Area] = []
        self._account, self._mapping, self._today = account, mapping, today
        self._seen: dict[tuple[int, str, str, bytes], str] = {}
        self._file_of: dict[int, str] = {}

    def file(self, name: str, content: bytes) -> None:
        """One file; a wrong one is refused whole, and the others go on."""
        try:
            if len(content) > MAX_DAY_BYTES:
                raise DataError(f"{shown(name)} is larger than {MAX_DAY_BYTES // 10**6} MB.")
            document = jsonsafe.load(content, name, self._mapping.encoding)
            if isinstance(document, dict) and isinstance(document.get("map"), dict):
                document = document["map"]  # as DeepState's own interface wraps it
            features, code = geojson.read(document, name, self._mapping)
            stamped = self._stamp(name)
        except DataError as error:
            self._account.rows += 1
            self._account.refuse(0, "", str(error), "The other files were read.")
            return
        except Unfit as verdict:
            self._account.rows += 1
            reason = f"{shown(name)}: {verdict.reason}"
            self._account.refuse(0, verdict.column, reason, verdict.remedy)
            return
        if stamped is not None:
            if stamped in self._file_of:
                self._account.warn(
                    f"{shown(self._file_of[stamped])} and {shown(name)} are of one day; the "
                    "areas of both are kept."
                )
            self._file_of[stamped] = name
        budget = Budget(code)
        for number, feature in enumerate(features, 1):
            self._feature(name, number, feature, stamped, budget)
        self._notice(budget)

    def _feature(
        self, name: str, number: int, feature: Any, stamped: int | None, budget: Budget
    ) -> None:
        self._account.rows += 1
        try:
            area = self._area(feature, stamped, budget)
        except Unfit as verdict:
            reason = f"{shown(name)}: {verdict.reason}"
            self._account.refuse(number, verdict.column, reason, verdict.remedy)
            return
        if area is None:
            return
        key = (area.day, area.holder, area.status, shapely.to_wkb(area.geometry))
        if key in self._seen:
            self._account.repeated += 1
            return
        self._seen[key] = name
        self._account.taken += 1
        self.areas.append(area)

    def _area(self, feature: Any, stamped: int | None, budget: Budget) -> Area | None:
        properties = geojson.properties_of(feature)
        geometry = feature.get("geometry")
        if geometry is None:
            raise Unfit("geometry", "is null.", "Nothing can be drawn; the feature is left out.")
        found = list(parts(geometry, budget))
        rings: list[list[Points]] = [one for kind, one in found if kind == "Polygon"]
        if not rings:
            self._account.skip("points and lines are no areas of control")
            return None
        if len(rings) < len(found):
            self._account.count("points and lines beside an area were left out.")
        holding = holders.of(properties, self._mapping)
        if holding is None:
            self._account.skip("areas that the source marks as no part of the control map")
            return None
        day = self._day(properties, stamped)
        shape, mended = area_of(rings, budget)
        if mended:
            self._account.count(f"areas were invalid ({mended}); mended.")
        return Area(day, holding.holder, holding.status, shape, holding.label)

    def _day(self, properties: dict[str, str], stamped: int | None) -> int:
        text = properties.get(self._mapping.columns.get("date", ""), "") or (
            self._mapping.on if stamped is None else ""
        )
        if text:
            return self._checked(_one_day(cells.date(text, self._mapping.date_order)))
        if stamped is None:
            remedy = "Put it in the file's name, as in areas_2024-07-08.geojson, or say `on`."
            raise Unfit("date", "has no day.", remedy)
        return stamped

    def _stamp(self, name: str) -> int | None:
        match = _STAMP.search(name)
        if not match:
            return None
        return self._checked(_one_day(f"{match[1]}-{match[3]}-{match[4]}"))

    def _checked(self, day: int) -> int:
        if day > self._today or int(iso(day)[:4]) < FIRST_YEAR:
            what = "has not happened yet" if day > self._today else "is before there were maps"
            raise Unfit("date", f"{iso(day)} {what}.", "Mend the year in the file or its name.")
        return day

    def _notice(self, budget: Budget) -> None:
        if budget.heights:
            self._account.count("rings have heights; left out.", budget.heights)
        for what, number in budget.noticed.items():
            self._account.count(what, number)
        if budget.code != 4326:
            self._account.warn(
                f"Coordinates were turned from EPSG:{budget.code} into WGS84 degrees."
            )


def _one_day(text: str) -> int:
    try:
        return dt.date.fromisoformat(text[:10]).toordinal() - EPOCH
    except ValueError:
        raise Unfit("date", f"{shown(text)} is not one day.", "Write it as 2024-07-08.") from None


def days_of(series: PolygonSeries) -> Iterator[tuple[int, tuple[Area, ...]]]:
    """Every drawn day with its areas."""
    for day in series.days:
        yield day, series.on(day)
