"""Measure how long a visitor waits: from a key on a lever to the repainted fan, in a headless browser.

    python -m benchmarks.latency            about half a minute
    python -m benchmarks.latency --aim      fails where an aim is missed

Starts the page on a free port and presses arrow keys on levers, each as soon as the picture before is
there. Prints the 50th and 95th percentile to the repainted fan of all 1,000 runs, of worlds that are
new and of the same worlds on the way back, which are cached; the CPU time of a press of either kind,
and what the kernel takes of it. "Calibrated" divides by what the machine is slower than that of
README.md, as `benchmarks.speed` does.
"""

from __future__ import annotations

import argparse
import shutil
from itertools import count

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, served, spent
from benchmarks.speed import fastest, pace, pace_text
from scenario_sim import load_scenario, simulate

LEVERS = ("Exercise scale", "Negotiating demand", "Sanctions enforcement", "US-China rivalry")
STEPS = 7  # notches on each of them, down and back
COLD_PRESSES = 3  # they find the page cold, and are not counted
PAUSE_MS = 60  # from a picture to the next key
AIMS_MS = (120, 200)  # p50, p95, of all 1,000 runs

# Notes when a key goes down, and every moment at which the fan has been drawn anew: a drawing ends
# with the frame that shows it. Nothing but a new picture draws the fan.
WATCH = """
window.marks = {key: 0, paints: []};
const stroke = CanvasRenderingContext2D.prototype.stroke;
let open = false;
CanvasRenderingContext2D.prototype.stroke = function (...given) {
  if (!open && this.canvas.closest(".sim-chart-fan")) {
    open = true;
    requestAnimationFrame(() => setTimeout(() => {
      open = false;
      window.marks.paints.push(performance.now());
    }));
  }
  return stroke.apply(this, given);
};
addEventListener("keydown", () => { window.marks = {key: performance.now(), paints: []}; }, true);
"""
SETTLED = """old => {
  const status = document.querySelector("#ensemble-status").textContent;
  const idle = document.querySelector("#sim-picture").getAttribute("aria-busy") === "false";
  return idle && status.startsWith("1000 runs") && !status.includes(old) &&
    window.marks.paints.length;
}"""


def press(page: Page, key: str) -> float:
    """Press a key; return the ms to the last repaint of the fan."""
    old = page.text_content("#ensemble-status").split(" · ")[1]
    page.keyboard.press(key)
    page.wait_for_function(SETTLED, arg=old, timeout=60_000)
    page.wait_for_timeout(PAUSE_MS)
    marks = page.evaluate("window.marks")
    return marks["paints"][-1] - marks["key"]


def simulated() -> float:
    """Return ms of CPU time that one ensemble takes, as the page asks for it and no more."""
    scenario = load_scenario("status-quo")
    seeds = count(1)
    (seconds,) = fastest(lambda: simulate(scenario, 1000, next(seeds), keep="outcomes"))
    return 1000 * seconds


def measure() -> tuple[dict[str, list[float]], dict[str, np.ndarray]]:
    """Return ms a press by kind, and ms of CPU time a press, (server, browser), by kind."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.add_init_script("try { localStorage.setItem('scenario-sim-toured', 'yes') } catch {}")
        page.goto(f"{address}/?page=picture")
        page.wait_for_function(
            "document.querySelector('#ensemble-status')?.textContent.startsWith('1000 runs')",
            timeout=60_000,
        )
        page.wait_for_timeout(1000)
        times: dict[str, list[float]] = {"a new world": [], "one that is cached": []}
        worked = {kind: np.zeros(2) for kind in times}
        for lever in LEVERS:
            page.get_by_role("slider", name=lever, exact=True).focus()
            for kind, key in zip(times, ("ArrowLeft", "ArrowRight"), strict=True):
                before = np.array(spent(pid))
                times[kind] += [press(page, key) for _ in range(STEPS)]
                worked[kind] += np.array(spent(pid)) - before
        browser.close()
    times["a new world"] = times["a new world"][COLD_PRESSES:]
    presses = STEPS * len(LEVERS)
    return times, {kind: 1000 * seconds / presses for kind, seconds in worked.items()}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--aim", action="store_true", help="fail where an aim is missed")
    given = ask.parse_args()
    before = pace()
    times, worked = measure()
    slower = (before + pace()) / 2
    table = Table("key to", "p50", "p95", "calibrated", "", "wanted p50", "wanted p95", box=None)
    wanted = [f"{ms} ms" for ms in AIMS_MS]
    for kind, found in times.items():
        reached = np.percentile(found, (50, 95))
        table.add_row(kind, *(f"{ms:.0f} ms" for ms in (*reached, *reached / slower)), *wanted)
    Console().print(table)
    for kind, (server, browser) in worked.items():
        print(f"CPU time a press, {kind}: server {server:.0f} ms, browser {browser:.0f} ms.")
    print(f"Simulating one ensemble alone: {simulated():.0f} ms.")
    print(pace_text(slower))
    if given.aim and any(np.percentile(times["a new world"], (50, 95)) > AIMS_MS):
        raise SystemExit("the aims are missed")


if __name__ == "__main__":
    main()
