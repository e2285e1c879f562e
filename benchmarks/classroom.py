"""A class on one server: thirty open pages that each move a lever every two seconds.

    python -m benchmarks.classroom            about two minutes
    python -m benchmarks.classroom --pages 5 --seconds 10 --cycles 10

Each page moves one of the simple levers there and back, as a class does that tries what it is shown:
worlds are shared. With `--walk` each goes on along its lever, to worlds that nobody has made yet.

Real pages: each is a window of its own in one headless chromium, which shares the machine with the
server, so the times below are rather too long than too short. Its charts are sent but not painted
unless asked for with `--paint`; the page of the first load is. Then one page more is opened and
closed fifty times. Everything runs on 127.0.0.1; what was started is ended, by its id.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scenario_sim.parameters import SETTINGS
from scenario_sim.scenario_file import load_scenario

ROOT = Path(__file__).parents[1]
EVERY = 2.0  # seconds between a page's moves
MOST_SECONDS = 1.5  # from a key on a lever to the status of the new world, 19 moves in 20
MOST_MEMORY = 1_500_000_000  # bytes of the server with thirty pages open
MOST_FIRST_LOAD = 3.0  # seconds to a picture, server warm
MOST_GROWTH = 0.10  # of the server's memory over the second half of the open-close cycles
MEGABYTE = 1_000_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A page in the background of a real desk is drawn lazily; here every page is in the foreground.
FLAGS += ["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]
# A class brings thirty machines to paint on; here two cores would have to paint for all of them (two
# thirds of a second of CPU time a move). So charts are sent, and read, but not painted.
UNPAINTED = """define([], () => ({
  registerMap() {},
  init: () => ({ setOption() {}, on() {}, resize() {}, dispose() {} }),
}));"""
TOURED = "localStorage.setItem('scenario-sim-toured', 'yes')"
THERE = """() => {
  const status = document.querySelector("#ensemble-status");
  return !!status && !status.textContent.startsWith("0 runs") &&
    document.querySelector("#sim-picture").getAttribute("aria-busy") === "false";
}"""
# From the key, in the page itself: until the status names a new world, and until its picture is whole.
WATCH = """() => void (window.moved = new Promise((resolve) => {
  const digits = () => document.querySelector("#ensemble-status").textContent.split(" · ")[1];
  const old = digits();
  let begun = 0, first = 0;
  document.addEventListener("input", () => (begun = performance.now()), {once: true, capture: true});
  const picture = document.querySelector("#sim-picture");
  const watcher = new MutationObserver(() => {
    if (!begun || digits() === old) return;
    first ||= performance.now();
    if (picture.getAttribute("aria-busy") !== "false") return;
    watcher.disconnect();
    resolve([digits(), (first - begun) / 1000, (performance.now() - begun) / 1000]);
  });
  const what = {subtree: true, childList: true, characterData: true, attributes: true};
  watcher.observe(picture, {...what, attributeFilter: ["aria-busy"]});
}))"""


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The page on a free port: its address and the id of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "solara", "run", str(ROOT / "app.py"), "--no-open"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-check-version"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
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
            yield f"http://127.0.0.1:{port}/?page=picture", process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def memory(pid: int) -> int:
    """Bytes of a process that are its own and in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])


def work(pid: int) -> float:
    """Seconds of CPU time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all it has started, and they in turn."""
    found = [pid]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):  # it has ended meanwhile
                found += map(int, task.read_text().split())
    return found


def clients_work(server: int) -> float:
    """Seconds of CPU time of the browser, that is of everything started here but the server."""
    ours = set(family(os.getpid())) - set(family(server))
    spent = 0.0
    for pid in ours:
        with suppress(OSError):
            spent += work(pid)
    return spent


class Pupil:
    """One page, the lever it moves, and how long each move took."""

    def __init__(self, number: int, walks: bool = False, paints: bool = True):
        names = [lever.name for lever in SETTINGS.values() if lever.simple]
        self.lever = SETTINGS[names[number % len(names)]]
        self.walks, self.paints = walks, paints
        self.key = "ArrowLeft" if number % 2 else "ArrowRight"
        self.first: list[float] = []  # seconds to the first picture of the new world
        self.whole: list[float] = []  # ... and to the picture of all its runs
        self.strayed = 0  # worlds on screen that this page's lever does not make

    async def arrive(self, browser, address: str) -> None:
        self.context = await browser.new_context(viewport={"width": 1280, "height": 800})
        await self.context.add_init_script(TOURED)
        self.page = await self.context.new_page()
        if not self.paints:
            await self.page.route(
                "**/echarts.js",
                lambda route: route.fulfill(body=UNPAINTED, content_type="text/javascript"),
            )
        await self.page.goto(address, timeout=90_000)
        await self.page.wait_for_function(THERE, timeout=90_000)

    async def study(self, until: float, delay: float) -> None:
        """Moves its lever, and looks whether the world on screen is its own."""
        await asyncio.sleep(delay)
        slider = self.page.get_by_role("slider", name=self.lever.label, exact=True)
        value = float(await slider.input_value())
        while time.monotonic() < until:
            begun = time.monotonic()
            self._turn(value)
            await self.page.evaluate(WATCH)
            await slider.press(self.key, timeout=90_000)
            moved = self.page.evaluate("window.moved")
            digits, first, whole = await asyncio.wait_for(moved, 90)
            self.first.append(first)
            self.whole.append(whole)
            value = float(await slider.input_value())
            meant = load_scenario("status-quo").with_levers(**{self.lever.name: value})
            self.strayed += digits != meant.hash[:8]
            await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - begun)))

    def _turn(self, value: float) -> None:
        """Which way next: along the lever to its end, or there and back again."""
        if value <= self.lever.low:
            self.key = "ArrowRight"
        elif value >= self.lever.high:
            self.key = "ArrowLeft"
        elif self.first and not self.walks:
            self.key = "ArrowLeft" if self.key == "ArrowRight" else "ArrowRight"


async def lesson(
    address: str, pid: int, pages: int, seconds: float, cycles: int, walks: bool, paints: bool
) -> dict:
    """A warm server's first load, a class at work, and pages that come and go."""
    from playwright.async_api import async_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        warm = Pupil(0)
        await warm.arrive(browser, address)  # the first visitor warms the server
        await warm.context.close()
        begun = time.monotonic()
        await warm.arrive(browser, address)
        load = time.monotonic() - begun
        await warm.context.close()

        pupils = [Pupil(number, walks, paints) for number in range(pages)]
        for pupil in pupils:
            await pupil.arrive(browser, address)
        until, before = time.monotonic() + seconds, (work(pid), clients_work(pid))
        delays = [EVERY * n / pages for n in range(pages)]
        await asyncio.gather(*(p.study(until, d) for p, d in zip(pupils, delays, strict=True)))
        worked = work(pid) - before[0], clients_work(pid) - before[1]
        full = memory(pid)
        for pupil in pupils:
            await pupil.context.close()

        sizes = []
        for _ in range(cycles):
            await warm.arrive(browser, address)
            await warm.context.close()
            sizes.append(memory(pid))
        await browser.close()
    firsts = sorted(wait for pupil in pupils for wait in pupil.first)
    wholes = sorted(wait for pupil in pupils for wait in pupil.whole)
    return {
        "load": load,
        "moves": len(firsts),
        "work": [spent / len(firsts) for spent in worked],
        "first": [firsts[int(share * (len(firsts) - 1))] for share in (0.5, 0.95)],
        "whole": [wholes[int(share * (len(wholes) - 1))] for share in (0.5, 0.95)],
        "strayed": sum(pupil.strayed for pupil in pupils),
        "full": full,
        "sizes": sizes,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--paint", action="store_true", help="paint the charts of all pages here")
    parser.add_argument("--walk", action="store_true", help="never to a world that is known")
    asked = parser.parse_args()
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # many threads, few heaps
    with served() as (address, pid):
        seen = asyncio.run(
            lesson(address, pid, asked.pages, asked.seconds, asked.cycles, asked.walk, asked.paint)
        )
    sizes = seen["sizes"]
    half = sizes[len(sizes) // 2]
    growth = sizes[-1] / half - 1
    table = Table("", "measured", "at most")
    for name, found, most in (
        ("first load, server warm", f"{seen['load']:.2f} s", f"{MOST_FIRST_LOAD} s"),
        (f"{asked.pages} pages: moves", f"{seen['moves']}", ""),
        ("server, CPU time a move", f"{1000 * seen['work'][0]:.0f} ms", ""),
        ("browser, CPU time a move", f"{1000 * seen['work'][1]:.0f} ms", ""),
        ("move to status, p50", f"{seen['first'][0]:.2f} s", ""),
        ("move to status, p95", f"{seen['first'][1]:.2f} s", f"{MOST_SECONDS} s"),
        ("move to the whole picture, p50", f"{seen['whole'][0]:.2f} s", ""),
        ("move to the whole picture, p95", f"{seen['whole'][1]:.2f} s", ""),
        ("worlds that were another page's", f"{seen['strayed']}", "0"),
        ("server, all pages open", f"{seen['full'] / MEGABYTE:.0f} MB", "1500 MB"),
        (
            f"server after {len(sizes) // 2 + 1} and {len(sizes)} open-close cycles",
            f"{half / MEGABYTE:.0f} MB, {sizes[-1] / MEGABYTE:.0f} MB",
            f"{MOST_GROWTH:.0%} more",
        ),
    ):
        table.add_row(name, found, most)
    Console().print(table)
    assert seen["strayed"] == 0, "a page saw a world that its own levers do not make"
    assert seen["load"] <= MOST_FIRST_LOAD, "the first load takes too long"
    assert seen["first"][1] <= MOST_SECONDS, "a class waits too long"
    assert seen["full"] < MOST_MEMORY, "a class needs too much memory"
    assert growth <= MOST_GROWTH, "memory grows as pages open and close"


if __name__ == "__main__":
    main()
