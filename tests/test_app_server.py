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
SENDING = """2026-11-29 15:41:17.000 Error sending websocket payload
Traceback (most recent call last):
  File "starlette_websocket.py", line 347, in _sender
    await self._websocket.send_bytes(payload)
starlette.websockets.WebSocketDisconnected: Cannot call "send" once a close message has been sent.
"""
DOWNLOAD = """Exception in ASGI application
Traceback (most recent call last):
  File "responses.py", line 274, in __call__
    await wrap(partial(self.stream_response, send))
uvicorn.protocols.utils.ClientDisconnected

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "responses.py", line 276, in __call__
    raise ClientDisconnect()
starlette.requests.ClientDisconnect
"""
OURS = """Exception in ASGI application
Traceback (most recent call last):
  File "serve.py", line 1, in embed
    raise ValueError("x")
ValueError: x
"""


def test_only_leavers_are_left_out() -> None:
    for log in (LEFT, SENDING, DOWNLOAD, LEFT + SENDING):
        assert without_leavers("begin\n" + log + "end\n") == "begin\nend\n"
    for log in (OURS, LEFT + OURS, OURS + LEFT):
        assert without_leavers(log).count("Traceback") == 1
        assert "ValueError: x" in without_leavers(log)
