"""No export is ever half a file: full disks and killed writers leave the old one or the new."""

from __future__ import annotations

import gc
import resource
import signal
import time
from pathlib import Path

import pytest

from geo.export import FORMATS, select, write_export
from geo.safeio import SafeWriteError
from tests.export_scenes import SMALL, export_for_ever
from tests.forked import rest, started
from tests.scenes import moving_front

SCENE = moving_front()
HOLES = moving_front(30, 20, changes=900, seed=11)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_raises_and_keeps_the_old_file(name: str, tmp_path: Path) -> None:
    """A file-size limit stands in for the full disk: writes come up short the same way."""
    path = write_export(tmp_path / f"map.{name}", SCENE, on=SCENE.first_day, layers=["control"])
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, hard))
        with pytest.raises(SafeWriteError):
            write_export(path, HOLES)
        gc.collect()  # openpyxl's writer, thrown away half way, complains here and not later
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_killed_writer_leaves_whole_files(tmp_path: Path) -> None:
    """Every format, killed at other moments: what is there under its name passes its check."""
    features = select(SMALL)
    for attempt in range(5):
        process, heard = started(export_for_ever, str(tmp_path))
        assert heard.recv_bytes() == b"round"
        time.sleep(0.11 * (attempt + 1))
        process.kill()
        rest(heard)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        for name, (_, check) in FORMATS.items():
            check(tmp_path / f"map.{name}", features)
    write_export(tmp_path / "map.kml", SCENE)
    assert {p.name for p in tmp_path.iterdir()} == {f"map.{name}" for name in FORMATS}
