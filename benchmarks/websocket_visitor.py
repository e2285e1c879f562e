"""A visitor without a browser: a websocket client that speaks Jupyter's widget protocol.

It opens a page as Solara's script does, moves levers as `levers.vue` does, and reads every message that
a browser would read. It lays out and paints nothing, so thirty of them take little from the server's cores.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

STATUS = re.compile(r"\d+ runs · ([0-9a-f]{8})")
LARGEST_MESSAGE = 10_000_000  # bytes
PATIENCE_S = 60.0


@dataclass
class WebsocketVisitor:
    """One page of one browser.

    Attributes
    ----------
    address : str
        Of the server, as `http://127.0.0.1:8765`.
    path : str
        The page, with its query.
    messages, nbytes : int
        What the page has received, uncompressed.
    """

    address: str
    path: str = "/?page=picture"
    messages: int = 0
    nbytes: int = 0
    digits: str = ""  # of the scenario on screen
    is_busy: bool = True
    _states: dict[str, dict[str, Any]] = field(default_factory=dict)
    _levers: str = ""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrive(self) -> None:
        """Open the page, and wait for its first picture."""
        cookie = await asyncio.to_thread(self._fetch_cookie)
        self._kernel, self._page = str(uuid4()), str(uuid4())
        server = urlsplit(self.address).netloc
        self._socket: ClientConnection = await connect(
            f"ws://{server}/jupyter/api/kernels/{self._kernel}/channels?session_id={self._page}",
            origin=self.address,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            max_size=LARGEST_MESSAGE,
        )
        self._reading = asyncio.create_task(self._read())
        control = str(uuid4())
        await self._send("comm_open", comm_id=control, target_name="solara.control", data={})
        run = {"path": self.path, "appName": None, "dark": False, "themes": None}
        await self._send("comm_msg", comm_id=control, data={"method": "run", "args": run})
        await self._until(lambda: bool(self.digits) and not self.is_busy and bool(self._levers))

    async def move(self, lever: str, value: float, digits: str) -> float:
        """Move a lever; return the seconds until the picture of a scenario's hash is there."""
        begun = time.perf_counter()
        data = {"name": lever, "value": value, "fresh": True}
        content = {"event": "move", "data": data}
        await self._send(
            "comm_msg", comm_id=self._levers, data={"method": "custom", "content": content}
        )
        await self._until(lambda: self.digits == digits and not self.is_busy)
        return time.perf_counter() - begun

    async def leave(self) -> None:
        """Close the page, which ends its kernel."""
        self._reading.cancel()
        await self._socket.close()
        place = f"{self.address}/_solara/api/close/{self._kernel}?session_id={self._page}"
        request = urllib.request.Request(place, data=b"", headers={"Origin": self.address})
        await asyncio.to_thread(lambda: urllib.request.urlopen(request).close())

    def _fetch_cookie(self) -> str:
        with urllib.request.urlopen(f"{self.address}{self.path}") as response:
            return response.headers["Set-Cookie"].partition(";")[0]

    async def _send(self, kind: str, **content: Any) -> None:
        header = {"msg_id": str(uuid4()), "msg_type": kind, "username": "", "session": self._page}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await self._socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))

    async def _until(self, holds: Any) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def _read(self) -> None:
        """Keep the state of every widget, as a browser does."""
        async for text in self._socket:
            self.messages += 1
            self.nbytes += len(text)
            message = json.loads(text)
            content = message["content"]
            state = (content.get("data") or {}).get("state")
            if message["msg_type"] in ("comm_open", "comm_msg") and isinstance(state, dict):
                self._take(content["comm_id"], state)
                self._changed.set()

    def _take(self, widget: str, state: dict[str, Any]) -> None:
        own = self._states.setdefault(widget, {})
        own |= state
        if "hidden" in state and "groups" in state and "start" in state:
            self._levers = widget
        if found := STATUS.search(state.get("unsafe_innerHTML") or ""):
            self.digits = found[1]
        attributes = state.get("attributes") or {}
        if attributes.get("id") == "sim-picture":
            self.is_busy = attributes["aria-busy"] == "true"
