"""A class on one server: thirty open pages that each move a lever every two seconds.

    python -m benchmarks.classroom            about two minutes
    python -m benchmarks.classroom --pages 5 --seconds 10 --cycles 10
    python -m benchmarks.classroom --every 4.5 --seconds 70     on a machine 2.3 times slower

Each page moves one of the simple levers there and back, as a class does that tries what it is shown:
worlds are shared. With `--walk` each goes on along its lever, to worlds that nobody has made yet.

Each page is a visitor with a window and a websocket of its own. A script in the page moves the lever
every two seconds, and not before the picture of the move before is there. All pages share the two cores
with the server, which the thirty machines of a class would not: the first page is laid out and painted,
the others keep their document up to date unseen (`--paint` paints them all). The table says what a move
costs the server and the browser in CPU time: moves a second times both have to fit into the cores.

Then one page more is opened and closed fifty times. Everything runs on 127.0.0.1; what was started is
ended, by its id.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import time

from rich.console import Console
from rich.table import Table

from benchmarks.server import memory, served, spent
from benchmarks.speed import pace, pace_text
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario.files import load_scenario

EVERY = 2.0  # seconds between a page's moves
MOST_SECONDS = 1.5  # from a key on a lever to the picture of the new world, 19 moves in 20
MOST_MEMORY = 1_500_000_000  # bytes of the server with thirty pages open
MOST_FIRST_LOAD = 3.0  # seconds to a picture, server warm
MOST_GROWTH = 0.10  # of the server's memory over the second half of the open-close cycles
MEGABYTE = 1_000_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A page in the background of a real desk is drawn lazily; here every page is in the foreground.
FLAGS += ["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]
# A class brings thirty machines to paint on: what one of them shows is painted here, the others' is not.
UNSEEN = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.display = "none";
});"""
UNPAINTED = """define([], () => ({
  registerMap() {},
  init: () => ({ setOption() {}, resize() {}, dispose() {}, getZr: () => ({ on() {}, setSleepAfterStill() {} }) }),
}));"""
TOURED = "localStorage.setItem('scenario-sim-toured', 'yes')"
THERE = """() => {
  const status = document.querySelector("#ensemble-status");
  return !!status && !status.textContent.startsWith("0 runs") &&
    document.querySelector("#sim-picture").getAttribute("aria-busy") === "false";
}"""
# Moves a lever, in the page itself: [[its value, the world on screen, seconds to its picture], ...].
STUDY = """async ({name, walks, left, every, seconds, delay}) => {
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const slider = document.getElementById("lever-" + name);
  const picture = document.querySelector("#sim-picture");
  const digits = () => document.querySelector("#ensemble-status").textContent.split(" · ")[1];
  const idle = () => picture.getAttribute("aria-busy") === "false";
  const line = document.querySelector("#ensemble-status").parentElement;  // who says which world it is
  const until = (there) => new Promise((resolve) => {
    const watcher = new MutationObserver(look);
    function look() {
      if (!there()) return;
      watcher.disconnect();
      resolve();
    }
    watcher.observe(picture, {attributes: true, attributeFilter: ["aria-busy"]});
    watcher.observe(line, {subtree: true, childList: true, characterData: true});
    look();
  });
  await sleep(delay);
  const end = performance.now() + seconds * 1000;
  const moves = [];
  let up = !left;
  while (performance.now() < end) {
    const value = Number(slider.value);
    if (value <= Number(slider.min)) up = true;
    else if (value >= Number(slider.max)) up = false;
    else if (moves.length && !walks) up = !up;
    const old = digits();
    const begun = performance.now();
    slider[up ? "stepUp" : "stepDown"]();
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await until(() => digits() !== old && idle());
    moves.push([Number(slider.value), digits(), (performance.now() - begun) / 1000]);
    await sleep(Math.max(0, begun + every * 1000 - performance.now()));
  }
  return moves;
}"""


class Pupil:
    """One page, the lever it moves, and how long each move took."""

    def __init__(self, number: int, walks: bool = False, paints: bool = True, every: float = EVERY):
        names = [lever.name for lever in SETTINGS.values() if lever.simple]
        self.lever = names[number % len(names)]
        self.walks, self.paints, self.left = walks, paints, bool(number % 2)
        self.every = every
        self.waits: list[float] = []  # seconds to the picture of the new world
        self.strayed = 0  # worlds on screen that this page's lever does not make

    async def arrive(self, browser, address: str) -> None:
        self.context = await browser.new_context(viewport={"width": 1280, "height": 800})
        await self.context.add_init_script(TOURED)
        self.page = await self.context.new_page()
        if not self.paints:
            await self.context.add_init_script(UNSEEN)
            await self.page.route(
                "**/echarts.js",
                lambda route: route.fulfill(body=UNPAINTED, content_type="text/javascript"),
            )
        await self.page.goto(f"{address}/?page=picture", timeout=90_000)
        await self.page.wait_for_function(THERE, timeout=90_000)

    async def study(self, seconds: float, delay: float) -> None:
        """Move the lever and check that the page shows results of its own setting."""
        asked = {"name": self.lever, "walks": self.walks, "left": self.left, "every": self.every}
        asked |= {"seconds": seconds, "delay": 1000 * delay}
        for value, digits, wait in await self.page.evaluate(STUDY, asked):
            self.waits.append(wait)
            meant = load_scenario("status-quo").with_levers(**{self.lever: value})
            self.strayed += digits != meant.hash[:8]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] if values else float("nan")


async def lesson(address: str, pid: int, asked: argparse.Namespace) -> dict:
    """Measure the first load of a warm server, a class at work, and pages that open and close."""
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

        worked = await all_at_once(browser, address, pid, asked)
        sizes = []
        for _ in range(asked.cycles):
            await warm.arrive(browser, address)
            await warm.context.close()
            sizes.append(memory(pid))
        await browser.close()
    return {"load": load, "sizes": sizes} | worked


async def all_at_once(browser, address: str, pid: int, asked: argparse.Namespace) -> dict:
    """Measure a class at work: what its moves cost, and how long each pupil waits."""
    pupils = [
        Pupil(number, asked.walk, asked.paint or not number, asked.every)
        for number in range(asked.pages)
    ]
    for pupil in pupils:
        await pupil.arrive(browser, address)
    before = spent(pid)
    delays = [asked.every * n / asked.pages for n in range(asked.pages)]
    await asyncio.gather(*(p.study(asked.seconds, d) for p, d in zip(pupils, delays, strict=True)))
    worked = [now - then for now, then in zip(spent(pid), before, strict=True)]
    full = memory(pid)
    for pupil in pupils:
        await pupil.context.close()
    waits = [wait for pupil in pupils for wait in pupil.waits]
    return {
        "moves": len(waits),
        "work": [each / len(waits) for each in worked],
        "waits": [percentile(waits, share) for share in (0.5, 0.95)],
        "seen": [percentile(pupils[0].waits, share) for share in (0.5, 0.95)],
        "strayed": sum(pupil.strayed for pupil in pupils),
        "full": full,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--paint", action="store_true", help="lay out and paint all pages here")
    parser.add_argument("--walk", action="store_true", help="never to a world that is known")
    parser.add_argument("--every", type=float, default=EVERY, help="seconds between two moves")
    asked = parser.parse_args()
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # many threads, few heaps
    slower = pace()
    with served() as (address, pid):
        seen = asyncio.run(lesson(address, pid, asked))
    print_measured(seen, asked.pages)
    print(pace_text(slower))
    sizes = seen["sizes"]
    growth = sizes[-1] / sizes[len(sizes) // 2] - 1
    assert seen["strayed"] == 0, "a page saw a world that its own levers do not make"
    assert seen["load"] <= MOST_FIRST_LOAD, "the first load takes too long"
    assert seen["waits"][1] <= MOST_SECONDS, "a class waits too long"
    assert seen["full"] < MOST_MEMORY, "a class needs too much memory"
    assert growth <= MOST_GROWTH, "memory grows as pages open and close"


def print_measured(seen: dict, pages: int) -> None:
    """Print what was measured, and what is the most."""
    sizes = seen["sizes"]
    half = sizes[len(sizes) // 2]
    table = Table("", "measured", "at most")
    for name, found, most in (
        ("first load, server warm", f"{seen['load']:.2f} s", f"{MOST_FIRST_LOAD} s"),
        (f"{pages} pages: moves", f"{seen['moves']}", ""),
        ("server, CPU time a move", f"{1000 * seen['work'][0]:.0f} ms", ""),
        ("browser, CPU time a move", f"{1000 * seen['work'][1]:.0f} ms", ""),
        ("move to picture, p50", f"{seen['waits'][0]:.2f} s", ""),
        ("move to picture, p95", f"{seen['waits'][1]:.2f} s", f"{MOST_SECONDS} s"),
        ("the page that is painted, p50", f"{seen['seen'][0]:.2f} s", ""),
        ("the page that is painted, p95", f"{seen['seen'][1]:.2f} s", ""),
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


if __name__ == "__main__":
    main()
