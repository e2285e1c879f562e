"""The server as a process: what it sends, what it refuses, when its work stops and when it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import pytest
from asking import process
from browsing import TOURED, Visitor
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from scenario_sim.simulation.engine import ENGINE_VARIABLE
from scenario_sim.ui.server.limits import MAX_KERNELS_PER_VISITOR, MAX_MESSAGE_BYTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE_S = 60
MOST_END_S = 10  # promised are 5; test machines are noisy
# 1,900 runs of 1,040 weeks: about the most that a link may ask for.
SLOW = {ENGINE_VARIABLE: "numpy"}  # ten seconds of work, where machine code takes half of one
HEAVY = "/?runs=1900&weeks=1040&seed={seed}&page=picture"


@dataclass
class Served:
    process: object
    address: str
    said: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def read(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            request = urllib.request.Request(self.address + path, headers=names)
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def kernel(self, kernel: str = "", origin: str = "", session: str = ""):
        """Open a page's websocket."""
        url = f"ws://{self.host}/jupyter/api/kernels/{kernel or uuid4()}/channels?session_id=a"
        cookie = {"Cookie": f"solara-session-id={session or uuid4()}"}
        return connect(url, origin=origin or self.address, additional_headers=cookie)

    def end(self) -> float:
        """Ask the server to end; return the seconds until it and all that it started are gone."""
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)
        left = psutil.wait_procs(family[1:], timeout=PATIENCE_S)[1]
        assert left == []
        return time.monotonic() - asked

    def works(self, seconds: float = 2) -> bool:
        """Return whether the server's threads compute. Idle ones hardly take CPU time; one that
        computes gets a tenth of a core even on a crowded machine."""
        server = psutil.Process(self.process.pid)
        before = sum(server.cpu_times()[:2])
        time.sleep(seconds)
        return sum(server.cpu_times()[:2]) - before > 0.1 * seconds


@contextmanager
def served(port: int = 0, *words: str, **environment: str):
    """`scenario-sim app` in a process of its own, ready to be visited."""
    env = {**os.environ, "PYTHONUTF8": "1", **environment}
    root = str(Path(__file__).parents[3])
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), root)))
    started = process("app", "--no-open", "--port", port, *words, env=env)
    try:
        found = re.search(r"localhost:(\d+)", started.stderr.readline())
        assert found
        one = Served(started, f"http://127.0.0.1:{found[1]}")
        wait_for(lambda: ready(one), "the server did not start")
        yield one
    finally:
        started.kill()
        one.said += started.communicate(timeout=PATIENCE_S)[1].splitlines()


def ready(one: Served) -> bool:
    assert one.process.poll() is None
    try:
        return one.read("/readyz")[0] == 200
    except OSError:
        return False


def wait_for(there, why: str, seconds: float = PATIENCE_S) -> float:
    """Wait until something is so; return the seconds it took."""
    begun = time.monotonic()
    while not there():
        assert time.monotonic() - begun < seconds, why
        time.sleep(0.1)
    return time.monotonic() - begun


# --- nothing leaves ----------------------------------------------------------------------------------

NOTICE = """
import os, sys

def notice(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        where = args[1] if event == "socket.connect" else args[0]
        if event == "socket.getaddrinfo" or isinstance(where, tuple):
            host = where[0] if isinstance(where, tuple) else where
            if host not in (None, "127.0.0.1", "::1", "localhost"):
                with open(os.environ["LEFT"], "a") as file:
                    file.write(f"{event} {host}\\n")

sys.addaudithook(notice)
"""


def test_no_process_of_the_server_connects_to_anything(browser, tmp_path):
    """Not for a page, and not for a package that is asked for as an asset."""
    (tmp_path / "sitecustomize.py").write_text(NOTICE)
    left = tmp_path / "left.txt"
    with served(PYTHONPATH=str(tmp_path), LEFT=str(left)) as one:
        status, text = one.read("/", X_Script_Name="//evil.example", X_Forwarded_Proto="https")
        assert (status, b"evil.example" in text) == (200, False)
        assert b"evil.example" not in one.read("/")[1]
        for path in ("lodash@4.17.21/lodash.js", "echarts@5.4.0/dist", "left-pad", "x@1/y.html"):
            assert one.read(f"/_solara/cdn/{path}")[0] == 404
        visitor = Visitor(browser, one.address)
        visitor.context.close()
        assert one.read("/_solara/cdn/echarts@5.4.0/dist/echarts.js")[0] == 200
    assert not left.exists(), left.read_text()


def test_a_connection_that_leaves_would_be_noticed(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NOTICE)
    left = tmp_path / "left.txt"
    script = "import urllib.request as u\ntry: u.urlopen('http://192.0.2.1', timeout=0.1)\n"
    env = os.environ | {"PYTHONPATH": str(tmp_path), "LEFT": str(left)}
    done = psutil.Popen([sys.executable, "-c", script + "except OSError: pass"], env=env)
    assert done.wait(PATIENCE_S) == 0
    assert "192.0.2.1" in left.read_text()


# --- what is refused ---------------------------------------------------------------------------------


def test_a_websocket_takes_the_page_s_origin_and_messages_within_bounds():
    with served() as one:
        with pytest.raises(InvalidStatus, match="403"):
            one.kernel(origin="http://evil.example")
        with one.kernel() as line:
            line.send(json.dumps({"header": {"msg_type": "x" * (MAX_MESSAGE_BYTES + 1)}}))
            with pytest.raises(ConnectionClosed) as closed:
                line.recv(timeout=PATIENCE_S)
            assert closed.value.rcvd.code == 1009
        assert one.read("/resourcez")[0] == 404
        assert one.read("/", Host="evil.example:80")[0] == 403
        assert one.read("/")[0] == 200


def test_a_visitor_of_many_pages_reads_why_there_is_no_more():
    session = str(uuid4())
    with served() as one, ExitStack() as opened:
        for _ in range(MAX_KERNELS_PER_VISITOR + 1):
            opened.enter_context(one.kernel(session=session))
        with pytest.raises(InvalidStatus, match="403"):
            one.kernel(session=session)
        status, text = one.read("/", Cookie=f"solara-session-id={session}")
        assert (status, b"Please close one" in text) == (429, True)
        assert one.read("/", Cookie="solara-session-id=other")[0] == 200


def test_a_page_below_a_path_asks_for_everything_below_it(browser):
    with served(0, "--root-path", "/sim") as one:
        visitor = Visitor(browser, f"{one.address}/sim")
        visitor.press("Hotline", "End")
        paths = {urlsplit(url).path for url in visitor.requests if not url.startswith("data:")}
        assert len(paths) > 5
        assert all(path.startswith("/sim/") for path in paths)
        assert urlsplit(visitor.page.url).path == "/sim/"
        assert visitor.complaints == []
        visitor.context.close()


# --- work stops, pages come back ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beacon", "cull", "kept"), [(True, "10m", "600"), (False, "1s", "600"), (False, "10m", "1")]
)
def test_work_stops_when_its_page_is_gone(browser, beacon, cull, kept):
    """At once where the page says that it closes; else some seconds after its websocket is gone, or
    when its kernel is culled."""
    settings = {"SOLARA_KERNEL_CULL_TIMEOUT": cull, "SCENARIO_SIM_WORK_KEPT_S": kept}
    with served(**settings, **SLOW) as one:
        context = browser.new_context()
        context.add_init_script(TOURED)
        page = context.new_page()
        wait_for(lambda: not one.works(), "the first picture is made ahead")
        silent = "" if beacon else "&solara-no-close-beacon"
        page.goto(one.address + HEAVY.format(seed=4) + silent)
        wait_for(one.works, "nothing is computed")
        page.goto("about:blank")
        # On a busy machine work may rest for half a second; four seconds are the end of it.
        took = wait_for(lambda: not one.works(4), "the work goes on")
        print(f"work stopped {took:.1f} s after its page was gone")
        context.close()


SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};
"""


def test_the_work_of_a_page_that_comes_back_is_done(browser):
    """Its network is gone for a while, as that of a phone; its work stops and begins again."""
    with served(SCENARIO_SIM_WORK_KEPT_S="0", **SLOW) as one:
        context = browser.new_context()
        context.add_init_script(TOURED)
        context.add_init_script(SOCKETS)
        page = context.new_page()
        wait_for(lambda: not one.works(), "the first picture is made ahead")
        page.goto(one.address + "/?runs=500&weeks=520&seed=5&page=picture")
        wait_for(one.works, "nothing is computed")
        context.set_offline(True)
        page.evaluate("window.before = true; window.sockets.forEach(socket => socket.close())")
        wait_for(lambda: not one.works(1), "the work goes on")
        context.set_offline(False)
        page.wait_for_function(
            """() => {
              const status = document.querySelector("#ensemble-status");
              return status && status.textContent.startsWith("500 runs");
            }""",
            timeout=300_000,
        )
        assert page.evaluate("window.before"), "the page was not loaded anew"
        context.close()


def test_who_used_their_computing_time_reads_it_and_others_are_served(browser):
    with served(0, "--visitor-cpu", "1", "--allow-host", "a.example", **SLOW) as one:
        greedy = Visitor(browser, one.address, path="/?runs=300&weeks=500&seed=1&page=picture")
        greedy.page.goto(one.address + "/?runs=300&weeks=500&seed=2&page=picture")
        told = greedy.page.locator(".sim-enough").text_content()
        assert "has used its computing time for now: 1 processor seconds" in told
        other = Visitor(browser, one.address, path="/?runs=10&weeks=20&seed=3&page=picture")
        assert "computing time" not in other.page.text_content("#sim-picture")
        for one_of_them in (greedy, other):
            one_of_them.context.close()


def test_a_page_whose_kernel_is_gone_loads_itself_anew(browser):
    """A server that was restarted is as a laptop that slept longer than its kernel was kept."""
    with served() as one:
        visitor = Visitor(browser, one.address)
        visitor.press("Hotline", "End")
        moved, port = visitor.hash, int(one.address.rsplit(":", 1)[1])
        visitor.page.evaluate("window.before = true")
        one.end()
    with served(port):
        visitor.page.wait_for_function("() => !window.before && document.querySelector('.sim')")
        visitor.wait_unlike("")
        assert visitor.hash == moved
        visitor.context.close()


# --- the end -----------------------------------------------------------------------------------------


def test_the_server_ends_soon_with_pages_open_and_work_going_on(browser):
    with served(**SLOW) as one, ExitStack() as opened:
        for seed in range(3):
            context = browser.new_context()
            opened.callback(context.close)
            context.new_page().goto(one.address + HEAVY.format(seed=seed + 7))
        for _ in range(10):
            opened.enter_context(one.kernel())
        wait_for(one.works, "nothing is computed")
        took = one.end()
        print(f"the server ended after {took:.1f} s")
        assert took < MOST_END_S


STUCK = """
import time, solara

@solara.component
def Page():
    print("stuck", flush=True)
    time.sleep(600)
"""


def test_the_server_ends_though_a_page_is_stuck(browser, tmp_path):
    page = tmp_path / "stuck.py"
    page.write_text(STUCK)
    script = (
        "import sys\nfrom pathlib import Path\nfrom scenario_sim.ui.server.process import run\n"
        "run(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), [], '', '')"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        command = [sys.executable, "-c", script, str(page), str(port)]
    started = psutil.Popen(command, cwd=Path(__file__).parents[3])
    one = Served(started, f"http://127.0.0.1:{port}")
    try:
        wait_for(lambda: ready(one), "the server did not start")
        context = browser.new_context()
        context.new_page().goto(one.address)
        wait_for(lambda: one.read("/readyz")[0] == 200, "the server is stuck")
        time.sleep(3)
        took = one.end()
        print(f"the server ended after {took:.1f} s")
        assert took < MOST_END_S
        context.close()
    finally:
        if started.is_running():
            started.kill()
