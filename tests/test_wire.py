"""How messages leave for a browser."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import starlette.websockets
from solara.server.websocket import WebSocketDisconnect

from scenario_sim.ui import wire


class Socket:
    """What a browser got; after `breaks` messages it is gone."""

    def __init__(self, breaks: int | None = None):
        self.got: list[str | bytes] = []
        self.breaks = breaks

    async def send_text(self, data: str | bytes) -> None:
        await asyncio.sleep(0)
        if len(self.got) == self.breaks:
            raise starlette.websockets.WebSocketDisconnect(1006)
        self.got.append(data)

    send_bytes = send_text


def on_wire(socket: Socket, *jobs) -> None:
    """Each job sends over one wire, from a thread of its own; over once all has left. So is the loop:
    where Playwright has been, this thread has one already."""

    async def all_of_them() -> None:
        line = wire.Wire(socket, portal=object())
        await asyncio.gather(*(asyncio.to_thread(job, line) for job in jobs))
        await line._drained()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asyncio.wait_for(all_of_them(), 60))).result()


def test_messages_leave_in_the_order_in_which_they_came():
    socket = Socket()
    said = {name: [f"{name}{n}" for n in range(300)] for name in "xy"}

    def talk(name):
        return lambda line: [line.send(word) for word in (*said[name], name.encode())]

    on_wire(socket, *map(talk, said))
    for name, words in said.items():
        texts = [word for word in socket.got if isinstance(word, str) and word[0] == name]
        assert texts == words
        assert socket.got.index(name.encode()) > socket.got.index(words[-1])


def test_whoever_sends_waits_for_a_slow_line(monkeypatch):
    monkeypatch.setattr(wire, "MOST_WAITING", 5)
    socket, left = Socket(), []

    def talk(line):
        for n in range(50):
            line.send_text(str(n))
            left.append(len(line._line))

    on_wire(socket, talk)
    assert len(socket.got) == 50 and max(left) <= 6


def test_a_visitor_who_is_gone_is_told_so():
    socket, raised = Socket(breaks=3), threading.Event()

    def talk(line):
        with pytest.raises(WebSocketDisconnect):
            while True:
                line.send_text("more")
        raised.set()

    on_wire(socket, talk)
    assert raised.is_set() and len(socket.got) == 3


def test_the_server_uses_it():
    from solara.server import starlette as server

    from scenario_sim.ui.server.settings import settle

    settle()
    assert server.WebsocketWrapper is wire.Wire
    assert "WebsocketWrapper" in server._kernel_connection.__code__.co_names
