"""No export is ever half a file: full disks and killed writers leave the old one or the new."""

from __future__ import annotations

import gc
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from geo.export import FORMATS, select, write_export
from geo.safeio import SafeWriteError
from tests.scenes import moving_front

ROOT = Path(__file__).resolve().parent.parent
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
    code = """
        import sys
        from geo.export import FORMATS, write_export
        from tests.scenes import moving_front
        scene = moving_front(6, 5, changes=30, strikes=20)
        while True:
            for name in FORMATS:
                write_export(f"{sys.argv[1]}/map.{name}", scene)
            print("round", flush=True)
    """
    features = select(moving_front(6, 5, changes=30, strikes=20))
    for attempt in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"round\n"
        time.sleep(0.11 * (attempt + 1))
        process.kill()
        process.wait()
        process.stdout.close()
        for name, (_, check) in FORMATS.items():
            check(tmp_path / f"map.{name}", features)
    write_export(tmp_path / "map.kml", SCENE)
    assert {p.name for p in tmp_path.iterdir()} == {f"map.{name}" for name in FORMATS}
