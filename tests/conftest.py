"""What several test files share: the command line; one browser and one server a session, and
visitors to it."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from asking import Answer
from browsing import Visitor
from pseudo_language import CODE, forget_catalogues, write_pseudo_catalogue

from scenario_sim.cli import main
from scenario_sim.language import CATALOGUES_VARIABLE, use_language
from scenario_sim.simulation.engine import ENGINE_VARIABLE

# How many examples a property test tries; always the same ones in the CI. `make fuzz` takes `long`.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=bool(os.environ.get("CI")))
EXAMPLES = int(os.environ.get("EXAMPLES", "10000"))
hypothesis.settings.register_profile("long", max_examples=EXAMPLES, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
ROOT = Path(__file__).parents[1]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def missing(what: str):
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and the CI needs it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium, driven by Playwright, with no internet needed.

    The headless shell is the same browser without windows of its own: a
    visit takes 1.7 s of a core, not 2.9.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[str]:
    """Serve the page on a free port; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "scenario_sim", "app", "--no-open", "--port", str(port)]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"PYTHONPATH": path} | environment
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=environment)
    try:
        for _ in range(240):
            assert process.poll() is None, log.read_text()
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                    break
            except OSError:
                time.sleep(0.25)
        else:
            pytest.fail(f"the server did not start:\n{log.read_text()}")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@pytest.fixture(scope="session")
def numpy_server(tmp_path_factory):
    """The page without machine code, on which work takes long enough to be watched."""
    log = tmp_path_factory.mktemp("numpy-server") / "log.txt"
    with serving(log, **{ENGINE_VARIABLE: "numpy"}) as address:
        yield address


@contextmanager
def visiting(browser, server: str):
    """Yield a function that makes visitors; all of them leave at the end."""
    visitors = []

    def arrive(**kwargs) -> Visitor:
        visitors.append(Visitor(browser, server, **kwargs))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    forbidden = [said for one in visitors for said in one.complaints if "Content Security" in said]
    assert forbidden == []


@pytest.fixture(scope="session")
def pseudo_catalogue(tmp_path_factory):
    """A folder with the catalogue of the pseudo-language, made of the translators' template."""
    return write_pseudo_catalogue(tmp_path_factory.mktemp("catalogues"))


@pytest.fixture
def pseudo(pseudo_catalogue, monkeypatch):
    """The pseudo-language is the current one."""
    monkeypatch.setenv(CATALOGUES_VARIABLE, str(pseudo_catalogue))
    forget_catalogues()
    with use_language(CODE):
        yield
    forget_catalogues()


@pytest.fixture
def visit(browser, server):
    with visiting(browser, server) as arrive:
        yield arrive


@pytest.fixture
def visit_numpy(browser, numpy_server):
    with visiting(browser, numpy_server) as arrive:
        yield arrive


@pytest.fixture
def ask(capsys, monkeypatch):
    """Asks the command line in this process."""
    monkeypatch.setenv("COLUMNS", "100")

    def asked(*words, stdin: bytes | None = None) -> Answer:
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        return Answer(end.value.code or 0, *capsys.readouterr())

    return asked


@pytest.fixture
def refused(ask):
    """Asks for something impossible: exit code 2, a message, no traceback, nothing on stdout."""

    def asked(*words, **more) -> str:
        answer = ask(*words, **more)
        assert answer.code == 2
        assert answer.out == ""
        assert "Traceback" not in answer.err
        return answer.err

    return asked
