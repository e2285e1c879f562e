"""What a move of a lever costs: the widgets that are drawn anew, and the bytes that are sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import Future

import pytest
import solara
from solara.server import app, kernel, kernel_context

from scenario_sim.ui import actions, page
from scenario_sim.ui.server import jobs
from scenario_sim.ui.state import AppState, Visit
from scenario_sim.ui.views import theories, why

assert app.apps is not None  # importing it lets widgets send their messages
MAX_MESSAGES, MAX_BYTES = 12, 12_000  # 9 and 9,080 when this was written


class Socket:
    """Keeps what a browser would get."""

    def __init__(self):
        self.sent: list[str] = []

    def send(self, text: str) -> None:
        self.sent.append(text)

    def close(self) -> None:
        pass


class AtOnce:
    """A pool that does the work in the thread that asks for it."""

    def submit(self, work, *arguments) -> Future:
        done: Future = Future()
        done.set_result(work(*arguments))
        return done


@pytest.fixture
def opened(monkeypatch):
    """The page with its picture, in this process and without a server: its socket."""
    monkeypatch.setattr("ipywidgets.Widget.close_all", lambda: None)  # those of other tests
    monkeypatch.setattr(jobs, "SHORT", AtOnce())
    for module in (theories, why):  # they begin when the levers rest
        monkeypatch.setattr(module, "is_quiet", lambda: False)
    monkeypatch.setenv("REACTON_FAST", "1")  # as the server has it
    loop = asyncio.new_event_loop()
    one = kernel.Kernel()
    context = kernel_context.VirtualKernelContext("of moves", one, "session", event_loop=loop)
    kernel_context.contexts[context.id] = context
    socket = Socket()
    one.session.websockets.add(socket)
    with context:
        actions.visit.value = Visit(AppState().with_scenario("status-quo"))
        routes = [solara.Route("/")]
        place = solara.RoutingProvider(children=[page.Page()], routes=routes, pathname="/")
        _, drawn = solara.render(place, handle_error=False)
        yield socket
        drawn.close()
    context.close()
    loop.close()


def test_a_move_sends_little_and_leaves_the_frame_as_it_is(opened, monkeypatch):
    drawn = Counter()
    for name in ("Page", "View", "Header", "Glossary", "Share", "Footer", "Tour"):
        component = getattr(page, name)
        count = lambda *a, _f=component.f, _n=name, **k: (drawn.update([_n]), _f(*a, **k))[1]  # noqa: E731
        monkeypatch.setattr(component, "f", count)
    actions.move_lever("hotline", 0.8)
    actions.move_lever("hotline", 0.7)
    assert drawn.keys() == {"View"}
    drawn.clear()
    opened.sent.clear()
    actions.move_lever("hotline", 0.8)  # a scenario that is known
    assert drawn == {"View": 1}
    assert any('"moved": {"hotline": 0.8}' in text for text in opened.sent)
    assert len(opened.sent) <= MAX_MESSAGES
    assert sum(map(len, opened.sent)) <= MAX_BYTES
