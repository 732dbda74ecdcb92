"""Files that are either whole or not there.

A process killed in mid-write, or a full disk, leaves half a file under the name that readers
trust; some GDAL drivers do not even raise. So every file is written beside its destination, forced
to the disk, reopened and checked by the caller's own check, and only then moved into place with
`os.replace`, which is atomic on one file system. What a killed process left behind is swept by
the next write into the same folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

_MARK = "frontlines-tmp"
_TEMPORARY = re.compile(rf"^\.{_MARK}-([0-9a-f]{{6}})-(\d+)-[0-9a-f]{{8}}-")
_HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
_ORPHAN_AGE_S = 3600.0


class SafeWriteError(OSError):
    """A file could not be written whole; whatever was there before is untouched."""


def write_atomic(
    path: str | os.PathLike[str],
    content: bytes | Callable[[Path], object],
    *,
    check: Callable[[Path], object] | None = None,
) -> Path:
    """Write `path` whole or not at all, and return it.

    `content` is the bytes, or a function that writes to the temporary path handed to it (same
    folder, same suffix, so that drivers that go by the suffix work). `check` reads the temporary
    file back and raises when it is not what was meant; with bytes the size is always checked.
    Raises `SafeWriteError` with the remedy; the old file, if any, is then still the old file.
    """
    target = Path(path)
    folder = target.parent
    if not folder.is_dir():
        raise SafeWriteError(f"cannot write {target}: the folder {folder} does not exist; make it")
    if target.is_dir():
        raise SafeWriteError(f"cannot write {target}: it is a folder; give a file name")
    sweep_orphans(folder)
    temporary = temporary_beside(target)
    try:
        _fill(temporary, content)
        _force_to_disk(temporary)
        _verify(temporary, content, check)
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
        _force_to_disk(folder)
    except SafeWriteError:
        raise
    except Exception as error:
        raise SafeWriteError(
            f"cannot write {target}: {error or type(error).__name__}; "
            "is the disk full or the folder read-only? nothing was replaced"
        ) from error
    finally:
        _remove_family(temporary)
    return target


def temporary_beside(target: Path) -> Path:
    """A name in the folder of `target`, with its suffix, for a file or folder that is being made:
    what a killed process leaves under it is found and removed by `sweep_orphans`.
    """
    name = f".{_MARK}-{_HOST}-{os.getpid()}-{secrets.token_hex(4)}-{target.name}"
    return target.with_name(name)


def sweep_orphans(folder: Path, *, older_than_s: float = _ORPHAN_AGE_S) -> int:
    """Remove temporary files and folders of dead writers in `folder`; return how many went.

    One goes when it is older than `older_than_s`, or when its process on this machine is gone;
    of another machine that shares the folder only the age is known.
    """
    swept = 0
    for candidate in folder.glob(f".{_MARK}-*"):
        found = _TEMPORARY.match(candidate.name)
        if found is None:
            continue
        with contextlib.suppress(OSError):
            old = time.time() - candidate.stat().st_mtime > older_than_s
            ours = found.group(1) == _HOST
            if old or (ours and not _alive(int(found.group(2)))):
                if candidate.is_dir():
                    shutil.rmtree(candidate)
                else:
                    candidate.unlink()
                swept += 1
    return swept


def _fill(temporary: Path, content: bytes | Callable[[Path], object]) -> None:
    if isinstance(content, bytes):
        temporary.write_bytes(content)
    else:
        content(temporary)


def _verify(
    temporary: Path,
    content: bytes | Callable[[Path], object],
    check: Callable[[Path], object] | None,
) -> None:
    if not temporary.is_file():
        raise SafeWriteError(f"the writer left no file at {temporary}")
    size = temporary.stat().st_size
    if isinstance(content, bytes) and size != len(content):
        raise SafeWriteError(f"{size} of {len(content)} bytes reached the disk; is it full?")
    if check is not None:
        check(temporary)


def _force_to_disk(path: Path) -> None:
    # Folders cannot be opened for this on every system; the file's own fsync is what counts.
    with contextlib.suppress(PermissionError, IsADirectoryError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_family(temporary: Path) -> None:
    # SQLite and GDAL leave companions (-journal, -wal, .aux.xml) beside the file they write.
    prefix = temporary.name
    for candidate in temporary.parent.glob(f".{_MARK}-{_HOST}-{os.getpid()}-*"):
        if candidate.name.startswith(prefix):
            with contextlib.suppress(OSError):
                candidate.unlink()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
