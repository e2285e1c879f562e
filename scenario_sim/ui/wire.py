"""How messages leave for a browser: in one go.

Solara hands every message to the server's loop and waits until it is gone: a change of threads, a task
and a way back for each of the dozen messages of a move. Here they stand in line, and one task sends all
that has come meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from typing import Any

from solara.server import starlette
from solara.server.websocket import WebSocketDisconnect

log = logging.getLogger(__name__)

MOST_WAITING = 256  # messages; then whoever sends waits, as a slow line should be felt


class Wire(starlette.WebsocketWrapper):
    """A visitor's websocket. Order is kept. Sending raises WebSocketDisconnect once it is closed."""

    def __init__(self, ws: Any, portal: Any):
        super().__init__(ws, portal)
        self._line: deque[str | bytes] = deque()
        self._lock = threading.Lock()
        self._sending: asyncio.Task | None = None
        self._asked = self._gone = False

    def send_text(self, data: str) -> None:
        self._send(data)

    def send_bytes(self, data: bytes) -> None:
        self._send(data)

    def _send(self, data: str | bytes) -> None:
        with self._lock:
            if self._gone:
                raise WebSocketDisconnect()
            self._line.append(data)
            first, self._asked = not self._asked, True
        try:
            if first:
                self.event_loop.call_soon_threadsafe(self._begin)
            if len(self._line) > MOST_WAITING and threading.get_ident() != self._thread_id:
                asyncio.run_coroutine_threadsafe(self._drained(), self.event_loop).result()
        except RuntimeError as error:  # the loop has ended
            raise WebSocketDisconnect() from error

    def _begin(self) -> None:
        self._sending = self.event_loop.create_task(self._all())

    async def _all(self) -> None:
        try:
            while (data := self._next()) is not None:
                if isinstance(data, str):
                    await self._send_text_exc(data)
                else:
                    await self._send_bytes_exc(data)
        except Exception as error:
            with self._lock:
                self._gone = True
                self._line.clear()
            if not isinstance(error, WebSocketDisconnect):
                log.exception("a page can no longer be told anything")

    def _next(self) -> str | bytes | None:
        with self._lock:
            self._asked = bool(self._line)
            return self._line.popleft() if self._line else None

    async def _drained(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending])


def lay() -> None:
    """For every websocket from now on."""
    starlette.WebsocketWrapper = Wire  # type: ignore[misc]
