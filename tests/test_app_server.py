"""What the app's log may say: pages that are left early are no trouble of ours, all else is."""

from __future__ import annotations

from tests.app_server import without_leavers

LEFT = """Exception in ASGI application
Traceback (most recent call last):
  File "starlette_websocket.py", line 516, in _websocket_endpoint
    data = await websocket.receive_bytes()
starlette.websockets.WebSocketDisconnected: WebSocket is not connected.

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "starlette_websocket.py", line 524, in _websocket_endpoint
    await websocket.close()
starlette.websockets.WebSocketDisconnected: Cannot call "send" once a close message has been sent.
"""
OURS = """Exception in ASGI application
Traceback (most recent call last):
  File "serve.py", line 1, in embed
    raise ValueError("x")
ValueError: x
"""


def test_only_leavers_are_left_out() -> None:
    assert without_leavers("begin\n" + LEFT + "end\n") == "begin\nend\n"
    for log in (OURS, LEFT + OURS, OURS + LEFT):
        assert without_leavers(log).count("Traceback") == 1
        assert "ValueError: x" in without_leavers(log)
