"""The installed app, started as a user starts it: by its command, away from the checkout."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import random
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


# Below the ports that the kernel gives to outgoing connections: until the app listens, a browser
# of another test may have taken one of those.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on now."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port is free among {PORTS}")


_GONE = (
    r"starlette\.websockets\.WebSocketDisconnect|starlette\.requests\.ClientDisconnect|"
    r"uvicorn\.protocols\.utils\.ClientDisconnect|websockets\.exceptions\.ConnectionClosed|"
    r"ConnectionResetError|BrokenPipeError"
)
_TRACES = re.compile(
    r"^(?:.*Exception in ASGI application\n|.*Error sending websocket payload\n)?"
    rf"Traceback.*\n(?:(?:Traceback| |During|The above|{_GONE}).*\n|\n)+",
    re.MULTILINE,
)


def without_leavers(log: str) -> str:
    """The log without what Streamlit and its server write when a page is left while they still send
    to it or open its socket: errors which say that nobody is there any more, and nothing else.
    """

    def kept(traces: re.Match[str]) -> str:
        last = traces[0].rstrip().rsplit("\n", 1)[-1]
        return "" if re.match(_GONE, last) else traces[0]

    return _TRACES.sub(kept, log)


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
        process.wait(120)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)), "the server outlived its command"


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=20):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(log.read_text(encoding="utf-8"))
