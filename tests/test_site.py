"""The documentation site builds offline, has no broken link, and asks no other host for anything."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from scenario_sim import list_scenarios
from scenario_sim.cli import serve as command
from scenario_sim.data.parameters import SETTINGS

ROOT = Path(__file__).parents[1]
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?https?:|<link[^>]*stylesheet[^>]*https?:"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr  # strict: a broken link is an error
    return folder


def test_every_lever_and_every_scenario_has_a_page(site):
    assert {p.stem for p in site.glob("levers/*.html")} == {*SETTINGS, "index"}
    assert {p.stem for p in site.glob("scenarios/*.html")} == {*list_scenarios(), "index"}


def test_the_first_page_has_three_doors(site):
    first = (site / "index.html").read_text("utf-8")
    for door in ("Try it", "Teach it", "Study it"):
        assert door in first


def test_the_trace_page_has_its_figures(site):
    page = (site / "trace.html").read_text("utf-8")
    assert "figure:" not in page
    assert (ROOT / "scenario_sim/validation/badge.txt").read_text("utf-8")[:40] in page


def test_no_page_asks_another_host_for_anything(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 60
    assert [page.name for page in pages if FETCHED.search(page.read_text("utf-8"))] == []


def test_the_command_serves_the_site_on_this_machine_alone(site):
    server = command.site_server(site, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        host, port = server.server_address[:2]
        assert host == "127.0.0.1"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/index.html") as answer:
            assert b"scenario-sim" in answer.read()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_without_a_site_the_command_says_how_to_make_one(monkeypatch, refused):
    monkeypatch.setattr(command, "find_shipped", lambda name: None)
    assert "make docs" in refused("docs")


def test_a_port_that_is_taken_gives_way_to_the_next(site, monkeypatch):
    served = []
    monkeypatch.setattr(command, "find_shipped", lambda name: site / "index.html")
    monkeypatch.setattr(
        command, "site_server", lambda folder, port: served.append(port) or Closed()
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command.docs(no_open=True, port=port)
    assert len(served) == 1 and served[0] != port


class Closed:
    """A server that ends at once."""

    server_address = ("127.0.0.1", 0)

    def serve_forever(self):
        raise KeyboardInterrupt

    def server_close(self):
        pass
