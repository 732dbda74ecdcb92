"""Tables: OCHA's lists of populated places and admin levels, and any CSV or XLSX with a mapping.

OCHA's common operational data sets come from https://data.humdata.org (CC BY 3.0 IGO).
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gazetteer.places import Place, SourceError
from gazetteer.sources.base import Licence, Report, make_place, names_of, open_bytes, text_of

OCHA = Licence(
    "OCHA common operational data set",
    "CC BY 3.0 IGO",
    "OCHA / Humanitarian Data Exchange",
    "https://data.humdata.org/",
)
PLAIN = Licence("table of places")
COLUMNS = (
    "id",
    "name",
    "name_ar",
    "names",
    "lon",
    "lat",
    "population",
    "kind",
    "uncertainty_m",
    "admin1",
    "admin2",
    "country",
    "source",
)
XLSX_MAX_BYTES = 300_000_000
"""Unpacked size of a workbook that is read; a larger one is better saved as CSV."""
FIELD_MAX = 1_000_000

# Headers as they occur, folded to letters and digits. Earlier ones win.
_KNOWN: dict[str, tuple[str, ...]] = {
    column: tuple(headers.split())
    for column, headers in {
        "id": "pcode adm4pcode featurepcode admin4pcode placepcode code id geonameid adm3pcode "
        "adm2pcode adm1pcode",
        "name": "name nameen featurenameen featurename adm4en admin4nameen locationnameen "
        "locationname placename place toponym title adm3en adm2en adm1en",
        "name_ar": "namear featurenamear adm4ar admin4namear locationnamear arabic adm3ar adm2ar "
        "adm1ar",
        "names": "aliases alternatenames alternativenames othernames variants altnames "
        "featurealtname namealt namenative namelocal featurerefname",
        "lon": "lon longitude long lng x pointx xcoord longitudex xlon",
        "lat": "lat latitude y pointy ycoord latitudey ylat",
        "population": "population pop poptotal totalpopulation",
        "kind": "kind type featuretype featureclass category fclass",
        "uncertainty_m": "uncertaintym uncertainty accuracym",
        "admin1": "admin1 adm1en admin1nameen admin1name governorate governorat",
        "admin2": "admin2 adm3en admin3nameen adm2en admin2nameen district",
        "country": "country countrycode iso2 cc adm0pcode admin0pcode",
        "source": "source src",
    }.items()
}


def column_map(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Our columns to the file's: as given, else by headers known from practice.

    Raises:
        SourceError: a given header is not there, or name and coordinates cannot be found.
    """
    folded = {re.sub(r"[^a-z0-9]", "", header.lower()): header for header in reversed(headers)}
    found: dict[str, str] = {}
    for column in COLUMNS:
        if column in mapping:
            if mapping[column] not in headers:
                raise SourceError(
                    f"there is no column {mapping[column]!r}; the file has {', '.join(headers)}"
                )
            found[column] = mapping[column]
        else:
            header = next((folded[h] for h in _KNOWN[column] if h in folded), None)
            if header is not None and header not in found.values():
                found[column] = header
    missing = [column for column in ("name", "lon", "lat") if column not in found]
    if missing:
        raise SourceError(
            f"no column for {', '.join(missing)} among {', '.join(headers[:30])}; "
            "say which with a mapping such as name=Village,lon=X,lat=Y"
        )
    return found


def licence_of(headers: Iterable[str]) -> Licence:
    """OCHA's terms where a header names a P-code, else those of a table of somebody's own."""
    return OCHA if any("pcode" in header.lower() for header in headers) else PLAIN


def xlsx_heads(path: Path) -> Iterator[str]:
    """The headers of each sheet of a workbook."""
    for rows in _sheets(path):
        yield from (cell for cell in next(rows, ()) if isinstance(cell, str))


def read_csv(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a CSV or TSV with a header row, UTF-8."""
    csv.field_size_limit(FIELD_MAX)
    with open_bytes(path) as handle, text_of(handle) as text:
        head = text.readline()
        delimiter = max(",;\t|", key=head.count)
        headers = next(csv.reader([head], delimiter=delimiter), [])
        columns = column_map(headers, mapping)
        rows = csv.reader(text, delimiter=delimiter)
        row = 1
        while True:
            row += 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                report.leave_out(row, str(error))
                continue
            if any("\ufffd" in cell for cell in cells):
                report.leave_out(row, "it is not UTF-8; save the file in that encoding")
            elif cells:
                place = _place(dict(zip(headers, cells, strict=False)), columns, report, row)
                if place is not None:
                    yield place


def read_xlsx(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of the first sheet of a workbook that has the columns.

    Raises:
        SourceError: the workbook is damaged or too large, or no sheet has the columns.
    """
    wrong = SourceError(f"{path} has no sheet with rows")
    for rows in _sheets(path):
        headers = [str(cell or "") for cell in next(rows, ())]
        try:
            columns = column_map(headers, mapping)
        except SourceError as error:
            wrong = error
            continue
        for row, cells in enumerate(rows, start=2):
            if any(cell is not None for cell in cells):
                place = _place(dict(zip(headers, cells, strict=False)), columns, report, row)
                if place is not None:
                    yield place
        return
    raise wrong


def _sheets(path: Path) -> Iterator[Iterator[tuple[object, ...]]]:
    """The rows of each sheet of a workbook, whatever the file is called."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > XLSX_MAX_BYTES:
            raise SourceError(f"{path} is too large unpacked; save the sheet as CSV")
    with path.open("rb") as handle, ExitStack() as stack:
        try:
            book = load_workbook(handle, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever it stumbles over
            raise SourceError(f"{path} is no readable workbook: {error}") from error
        stack.callback(book.close)
        for sheet in book.worksheets:
            yield _rows(sheet, path)


def _rows(sheet: Any, path: Path) -> Iterator[tuple[object, ...]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except Exception as error:
        raise SourceError(f"a sheet of {path} cannot be read to its end: {error}") from error


def place_of(
    values: Mapping[str, Any], report: Report, row: int, mapping: Mapping[str, str]
) -> Place | None:
    """A place from one record with its own headers, for readers of shapes and features."""
    try:
        columns = column_map(list(values), mapping)
    except SourceError as error:
        report.read += 1
        report.leave_out(row, str(error))
        return None
    return _place(values, columns, report, row)


def _place(
    values: Mapping[str, Any], columns: Mapping[str, str], report: Report, row: int
) -> Place | None:
    own: dict[str, Any] = {column: values.get(header) for column, header in columns.items()}
    others = own.get("names")
    split = re.split(r"[|;]", others) if isinstance(others, str) else others
    # A P-code tells the country; a full name of a country would not be a code.
    country = str(own.get("country") or own.get("id") or "")
    own["country"] = country[:2] if re.match(r"[A-Z]{2}(\d|$)", country) else ""
    own["names"] = names_of(list(split) if split else None)
    return make_place(report, row, own)
