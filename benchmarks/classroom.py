"""A class on one server: thirty visitors that each move a lever every two seconds, beside one browser.

    python -m benchmarks.classroom            about two minutes; needs chromium
    python -m benchmarks.classroom --visitors 5 --seconds 10 --cycles 10
    python -m benchmarks.classroom --every 4.5 --seconds 70     on a machine 2.3 times slower

The machines of a class paint for themselves, so the visitors here are websocket clients that read
every message and paint nothing (`websocket_visitor.py`). One real page in a headless browser shares
the cores with the server, as that of a teacher may. A visitor moves its lever two seconds after the
move before, and not before the picture of that move is there.

Each moves one of the simple levers there and back, as a class does that tries what it is shown:
scenarios are shared. With `--walk` each goes on along its lever, to scenarios that nobody has seen yet.

Then one visitor more comes and goes fifty times. Everything runs on 127.0.0.1; what was started is
ended, by its id.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, memory, served, spent
from benchmarks.speed import pace, pace_text
from benchmarks.websocket_visitor import WebsocketVisitor
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario.files import load_scenario
from scenario_sim.ui.components.levers import step_of

EVERY_S = 2.0  # between two moves of a visitor
MAX_WAIT_S = 0.7  # from a move to the picture of the new scenario, 19 moves in 20
MAX_MEMORY = 700_000_000  # bytes of the server with all visitors there
MAX_FIRST_LOAD_S = 2.0  # to a picture, server warm
MAX_GROWTH = 0.10  # of the server's memory, over the second half of the lesson and of the cycles
MEGABYTE = 1_000_000
SIMPLE = [name for name, lever in SETTINGS.items() if lever.simple]
TOURED = "localStorage.setItem('scenario-sim-toured', 'yes')"
THERE = """() => {
  const status = document.querySelector("#ensemble-status");
  return !!status && !status.textContent.startsWith("0 runs") &&
    document.querySelector("#sim-picture").getAttribute("aria-busy") === "false";
}"""
# Moves a slider by one step in the page itself; returns the seconds to the picture of this scenario.
MOVE = """([name, value, digits]) => new Promise((resolve) => {
  const slider = document.getElementById("lever-" + name);
  const begun = performance.now();
  const picture = document.querySelector("#sim-picture");
  const status = () => document.querySelector("#ensemble-status").textContent;
  const watcher = new MutationObserver(look);
  function look() {
    if (!status().includes(digits) || picture.getAttribute("aria-busy") !== "false") return;
    watcher.disconnect();
    resolve((performance.now() - begun) / 1000);
  }
  watcher.observe(picture, {subtree: true, childList: true, characterData: true, attributes: true});
  slider.value = value;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
})"""


class BrowserVisitor:
    """A page in a real browser, which is laid out and painted."""

    def __init__(self, address: str, browser: Any):
        self.address, self._browser = address, browser

    async def arrive(self) -> None:
        self._context = await self._browser.new_context(viewport={"width": 1280, "height": 800})
        await self._context.add_init_script(TOURED)
        self._page = await self._context.new_page()
        await self._page.goto(f"{self.address}/?page=picture", timeout=90_000)
        await self._page.wait_for_function(THERE, timeout=90_000)

    async def move(self, lever: str, value: float, digits: str) -> float:
        return await self._page.evaluate(MOVE, [lever, value, digits])

    async def leave(self) -> None:
        await self._context.close()


Visitor = WebsocketVisitor | BrowserVisitor


def values_of(lever: str, number: int, walks: bool) -> Iterator[float]:
    """Yield the values to which a visitor moves its lever, without end."""
    setting = SETTINGS[lever]
    step = step_of(setting) * (-1 if number % 2 else 1)
    own = value = load_scenario("status-quo").settings()[lever]
    while True:
        if not setting.low <= round(value + step, 4) <= setting.high:
            step = -step
        value = round(value + step, 4) if walks or value == own else own
        yield value


async def study(visitor: Visitor, number: int, asked: argparse.Namespace) -> list[float]:
    """Move a lever now and then; return how long each picture took.

    The picture must be that of the visitor's own setting; else the wait for it never ends.
    """
    lever = SIMPLE[number % len(SIMPLE)]
    scenario = load_scenario("status-quo")
    await asyncio.sleep(asked.every * number / (asked.visitors + 1))
    end = time.monotonic() + asked.seconds
    waits: list[float] = []
    for value in values_of(lever, number, asked.walk):
        due = time.monotonic() + asked.every
        digits = scenario.with_levers(**{lever: value}).hash[:8]
        waits.append(await visitor.move(lever, value, digits))
        if due > end:
            return waits
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    return waits


async def lesson(address: str, pid: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Measure the first load of a warm server, a class at work, and visitors that come and go."""
    from playwright.async_api import async_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = BrowserVisitor(address, browser)
        loads = []
        for _ in range(3):  # the first one warms the server
            begun = time.monotonic()
            await page.arrive()
            loads.append(time.monotonic() - begun)
            await page.leave()
        worked = await all_at_once(address, page, pid, asked)
        await browser.close()
    sizes = []
    for _ in range(asked.cycles):
        guest = WebsocketVisitor(address)
        await guest.arrive()
        await guest.leave()
        sizes.append(memory(pid))
    return {"load": min(loads[1:]), "sizes": sizes} | worked


async def all_at_once(
    address: str, page: BrowserVisitor, pid: int, asked: argparse.Namespace
) -> dict[str, Any]:
    """Measure a class at work: what its moves cost, and how long each visitor waits."""
    visitors: list[Visitor] = [page, *(WebsocketVisitor(address) for _ in range(asked.visitors))]
    for visitor in visitors:
        await visitor.arrive()
    before, held = spent(pid), [memory(pid)]

    async def look() -> None:
        await asyncio.sleep(asked.seconds / 2)
        held.append(memory(pid))

    found = await asyncio.gather(*(study(v, n, asked) for n, v in enumerate(visitors)), look())
    server = spent(pid)[0] - before[0]
    held.append(memory(pid))
    for visitor in visitors:
        await visitor.leave()
    seen, *others = found[: len(visitors)]
    waits = [wait for one in others for wait in one]
    return {
        "moves": len(waits) + len(seen),
        "cpu": server / (len(waits) + len(seen)),
        "waits": np.percentile(waits, (50, 95)),
        "seen": np.percentile(seen, (50, 95)),
        "held": held,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=30, help="that paint nothing")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--walk", action="store_true", help="never to a scenario that is known")
    parser.add_argument("--every", type=float, default=EVERY_S, help="seconds between two moves")
    asked = parser.parse_args()
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # many threads, few heaps
    slower = pace()
    with served() as (address, pid):
        seen = asyncio.run(lesson(address, pid, asked))
    print_measured(seen, asked.visitors)
    print(pace_text(slower))
    problems = [
        text
        for text, missed in (
            ("the first load takes too long", seen["load"] > MAX_FIRST_LOAD_S),
            ("a class waits too long", seen["waits"][1] > MAX_WAIT_S),
            ("the browser waits too long", seen["seen"][1] > MAX_WAIT_S),
            ("a class needs too much memory", max(seen["held"]) > MAX_MEMORY),
            ("memory grows while a class works", growth(seen["held"]) > MAX_GROWTH),
            ("memory grows as visitors come and go", growth(seen["sizes"]) > MAX_GROWTH),
        )
        if missed
    ]
    if problems:
        raise SystemExit("; ".join(problems))


def growth(sizes: list[int]) -> float:
    """Return by which share memory grew over the second half of some measurements."""
    return sizes[-1] / sizes[len(sizes) // 2] - 1


def print_measured(seen: dict[str, Any], visitors: int) -> None:
    """Print what was measured, and the targets."""
    held, sizes = ([size / MEGABYTE for size in seen[key]] for key in ("held", "sizes"))
    half = sizes[len(sizes) // 2]
    most = f"{MAX_MEMORY / MEGABYTE:.0f} MB"
    table = Table("", "measured", "at most")
    for name, found, target in (
        ("first load, server warm", f"{seen['load']:.2f} s", f"{MAX_FIRST_LOAD_S} s"),
        (f"{visitors} visitors and a browser: moves", f"{seen['moves']}", ""),
        ("server, CPU time a move", f"{1000 * seen['cpu']:.0f} ms", ""),
        ("move to picture, p50", f"{seen['waits'][0]:.2f} s", ""),
        ("move to picture, p95", f"{seen['waits'][1]:.2f} s", f"{MAX_WAIT_S} s"),
        ("the browser, p50", f"{seen['seen'][0]:.2f} s", ""),
        ("the browser, p95", f"{seen['seen'][1]:.2f} s", f"{MAX_WAIT_S} s"),
        ("server, all there: begin, half, end", ", ".join(f"{s:.0f}" for s in held) + " MB", most),
        (
            f"server after {len(sizes) // 2 + 1} and {len(sizes)} guests",
            f"{half:.0f} MB, {sizes[-1]:.0f} MB",
            f"{MAX_GROWTH:.0%} more",
        ),
    ):
        table.add_row(name, found, target)
    Console().print(table)


if __name__ == "__main__":
    main()
