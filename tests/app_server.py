"""The installed app, started as a user starts it: by its command, away from the checkout."""

from __future__ import annotations

import importlib.metadata
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REMEDY = "Install the checkout first: run the README's test command (`pip install '.[test]'`)."


def installed_is_this_checkout() -> None:
    """The app runs from site-packages: an old copy there would test yesterday's code.

    Raises:
        RuntimeError: the package is not installed, or differs from the checkout; says the remedy.
    """
    try:
        files = importlib.metadata.files("frontlines") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise RuntimeError(f"frontlines is not installed. {REMEDY}") from error
    stale = []
    for file in files:
        ours = ROOT / str(file)
        if file.parts[0] in ("app.py", "geo", "gazetteer", "timelines") and ours.suffix != ".pyc":
            there = Path(str(file.locate()))
            if not ours.is_file() or ours.read_bytes() != there.read_bytes():
                stale.append(str(file))
    if stale:
        listed = ", ".join(sorted(stale)[:5])
        raise RuntimeError(f"The installed frontlines is not this checkout ({listed}). {REMEDY}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_BLOCK = re.compile(
    r"^Exception in ASGI application\n"
    r"(?:(?:Traceback| |During|starlette\.websockets\.WebSocketDisconnected:).*\n|\n)+",
    re.MULTILINE,
)


def without_leavers(log: str) -> str:
    """The log without what Streamlit writes when a page is left while its socket is being opened:
    it closes a socket that is closed.
    """

    def kept(block: re.Match[str]) -> str:
        last = block[0].rstrip().rsplit("\n", 1)[-1]
        return "" if last.startswith("starlette.websockets.WebSocketDisconnected:") else block[0]

    return _BLOCK.sub(kept, log)


@contextmanager
def running_app(folder: Path, *arguments: str) -> Iterator[str]:
    """The address of `frontlines app`, started in an empty folder and stopped at the end."""
    installed_is_this_checkout()
    port = free_port()
    command = Path(sys.executable).parent / "frontlines"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    log = folder / "app.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(command), "app", *arguments, "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, log)
        yield address
        said = without_leavers(log.read_text(encoding="utf-8"))
        assert "Traceback" not in said, said
    finally:
        process.terminate()
        process.wait(20)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)), "the server outlived its command"


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(log.read_text(encoding="utf-8"))
