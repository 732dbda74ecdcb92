"""A PostgreSQL server with PostGIS for the tests, as an unprivileged user, on a socket of its own.

Found on the machine, else installed from Debian's packages by root, else an error with the remedy:
the tests are never skipped. Or name a server to use, in which schemas may be made:
FRONTLINES_TEST_POSTGIS=postgresql://user@host/database.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIVEN = os.environ.get("FRONTLINES_TEST_POSTGIS", "")
PORT = 54_329
REMEDY = (
    "The store tests need PostgreSQL with PostGIS. Run `apt-get install postgresql "
    "postgresql-postgis` as root, or set FRONTLINES_TEST_POSTGIS=postgresql://user@host/database."
)


def _binaries() -> Path | None:
    """The newest installed server that has PostGIS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    for path in reversed(found):
        version = path.parts[-3]
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return path.parent
    return None


def _installed() -> Path:
    """The server, installed if need be.

    Raises:
        RuntimeError: it is not there and cannot be installed; says the remedy.
    """
    found = _binaries()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "postgresql", "postgresql-postgis"]):
            subprocess.run([*apt, *words], env=quiet, capture_output=True, check=False)
        found = _binaries()
    if found is None:
        raise RuntimeError(REMEDY)
    return found


def timeline_in(server: str) -> str:
    """Where a new timeline may be made in the database of a server."""
    return f"{server}{'&' if '?' in server else '?'}timeline=t_{secrets.token_hex(6)}"


@contextmanager
def running() -> Iterator[str]:
    """The address of a server with an empty database."""
    if GIVEN:
        yield GIVEN
        return
    binaries = _installed()
    folder = Path(tempfile.mkdtemp(prefix="frontlines-pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(*command: str) -> None:
        done = subprocess.run(
            [*prefix, str(binaries / command[0]), *command[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr + done.stdout

    data = str(folder / "data")
    run("initdb", "-D", data, "-A", "trust", "-U", "tc", "--no-sync", "-E", "UTF8")
    options = f"-p {PORT} -k {folder} -c listen_addresses=''"
    run("pg_ctl", "-D", data, "-o", options, "-w", "-t", "300", "-l", str(folder / "log"), "start")
    try:
        run("createdb", "-h", str(folder), "-p", str(PORT), "-U", "tc", "frontlines")
        yield f"postgresql://tc@/frontlines?host={folder}&port={PORT}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", "300", "stop")
        shutil.rmtree(folder, ignore_errors=True)
