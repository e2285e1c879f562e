"""The page on a server of its own, for what a browser measures, and the CPU time that it takes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]  # of chromium


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Serve the page on a free port; yield its address and the id of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "scenario_sim", "app", "--no-open", "--port", str(port)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=env)
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > until:
                        raise SystemExit("the server did not start") from None
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def memory(server: int) -> int:
    """Return the bytes in memory now that are the server's own."""
    status = Path(f"/proc/{server}/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])


def spent(server: int) -> tuple[float, float]:
    """Return the seconds of CPU time so far: of the server, and of the browser.

    The browser is every other process that was started here.
    """
    ours = [os.getpid()]
    for pid in ours:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):  # it has ended meanwhile
                ours += map(int, task.read_text().split())
    return _work(server), sum(_work(pid) for pid in ours if pid != server)


def _work(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
