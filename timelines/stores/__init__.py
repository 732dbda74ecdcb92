"""Which store a text names: a folder, a file, a database, or a bundled timeline."""

from __future__ import annotations

from pathlib import Path

from timelines.contents import Store
from timelines.errors import NotFoundError, StoreError
from timelines.problems import shown
from timelines.stores.folder import CLAIMS_NEEDED, FolderStore

BUNDLED = Path(__file__).resolve().parents[1] / "data"
MAX_PATH = 4_096
FILE_SUFFIXES = (".gpkg", ".sqlite", ".db")
DATABASES = ("postgresql://", "postgresql+psycopg://")


def is_database(where: str | Path) -> bool:
    """Does it name a database, and no file?"""
    return str(where).startswith(DATABASES)


def bundled() -> tuple[str, ...]:
    """Names of the timelines that come with the package."""
    return tuple(sorted(p.parent.name for p in BUNDLED.glob("*/claims.csv")))


def locate(path_or_name: str | Path) -> Path:
    """The folder or file of a timeline: a path (also of its claims.csv), or a bundled name.

    Raises:
        NotFoundError: neither.
    """
    text = str(path_or_name)
    if text in bundled() and not Path(text).exists():
        return BUNDLED / text
    path = Path(text).expanduser()
    if not text or "\x00" in text or len(text) > MAX_PATH or not path.exists():
        raise NotFoundError(
            f"There is no timeline {shown(text)}. Give a folder that holds claims.csv, "
            f"or one of: {', '.join(bundled()) or '(none bundled)'}."
        )
    folder = path.parent if path.is_file() and path.name == "claims.csv" else path
    if folder.is_dir() and not (folder / "claims.csv").is_file():
        raise NotFoundError(
            f"{shown(text)} holds no claims.csv. Make one with the columns "
            f"{','.join(CLAIMS_NEEDED)}."
        )
    return folder


def store_at(where: str | Path) -> Store:
    """The store of a timeline that is there.

    Raises:
        NotFoundError: there is none.
        StoreError: the file is no timeline.
    """
    if is_database(where):
        store = new_store(where)
        if not store.exists():
            raise NotFoundError(f"The database has no timeline {shown(store.name)}.")
        return store
    path = locate(where)
    return FolderStore(path) if path.is_dir() else new_store(path)


def new_store(where: str | Path) -> Store:
    """The store that a text names, whether there is a timeline yet or not.

    Raises:
        StoreError: it names no kind of store.
    """
    text = str(where)
    if text in bundled():
        raise StoreError(f"{text} comes with the package. Copy it: frontlines store copy {text} X")
    if not text or "\x00" in text or len(text) > MAX_PATH:
        raise StoreError(f"{shown(text)} is no path. Name a folder or a .gpkg file.")
    if is_database(text):
        from timelines.stores.postgis import PostgisStore

        return PostgisStore(text)
    path = Path(text).expanduser()
    if path.suffix.lower() in FILE_SUFFIXES:
        from timelines.stores.sqlite import SqliteStore

        return SqliteStore(path)
    if path.is_file() and path.name != "claims.csv":
        raise StoreError(
            f"{shown(text)} is no timeline: it is neither a folder nor a {FILE_SUFFIXES[0]} file."
        )
    return FolderStore(path.parent if path.name == "claims.csv" else path)
