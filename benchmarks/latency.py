"""Measure how long a visitor waits: from a key on a lever to the repainted fan, in a headless browser.

    python -m benchmarks.latency                about half a minute
    python -m benchmarks.latency --aim          fails where a target is missed
    python -m benchmarks.latency --runs 4000    of more futures

Starts the page on a free port and presses arrow keys on levers, each as soon as the picture before is
there. Prints the 50th and 95th percentile to the repainted fan of all runs: of scenarios that are
new, and of the same scenarios on the way back, which are cached. Prints the CPU time of a press of
either kind, and what the kernel takes of it. Then a lever is dragged, ten steps a second: if moves do not
queue, the last picture is there as soon after the last step as that of a single press. "Calibrated"
divides by what the machine is slower than that of README.md, as `benchmarks.speed` does.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from itertools import count

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, served, spent
from benchmarks.speed import fastest, pace, pace_text
from scenario_sim import load_scenario, simulate
from scenario_sim.data.parameters import SETTINGS

LEVERS = ("Exercise scale", "Negotiating demand", "Sanctions enforcement", "US-China rivalry")
DRAGGED = "US threats and strike talk"
NEW, CACHED = "a new scenario", "one that is cached"
STEPS = 7  # notches on each of them, down and back
COLD_PRESSES = 3  # they find the page cold, and are not counted
PAUSE_MS = 60  # from a picture to the next key
AIMS_MS = {1000: (100, 180), 4000: (250, None)}  # by runs: p50, p95 where there is one
DRAG_STEPS, DRAG_PAUSE_MS = 12, 100  # ten steps a second

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
  return idle && !status.startsWith("0 runs") && !status.includes(old) &&
    window.marks.paints.length;
}"""
ENDED = """digits => {
  const status = document.querySelector("#ensemble-status").textContent;
  return document.querySelector("#sim-picture").getAttribute("aria-busy") === "false" &&
    status.includes(digits) && window.marks.paints.length;
}"""


def press(page: Page, key: str) -> float:
    """Press a key; return the ms to the last repaint of the fan."""
    old = page.text_content("#ensemble-status").split(" · ")[1]
    page.keyboard.press(key)
    page.wait_for_function(SETTLED, arg=old, timeout=60_000)
    page.wait_for_timeout(PAUSE_MS)
    marks = page.evaluate("window.marks")
    return marks["paints"][-1] - marks["key"]


def drag(page: Page, lever: str) -> tuple[float, int]:
    """Drag a lever; return the ms from its last step to the last picture, and how many were drawn."""
    slider = page.get_by_role("slider", name=lever, exact=True)
    slider.focus()
    drawn = 0
    for step in range(DRAG_STEPS):
        if step:
            page.wait_for_timeout(DRAG_PAUSE_MS)
            drawn += page.evaluate("window.marks.paints.length")
        page.keyboard.press("ArrowRight")
    name = next(name for name, one in SETTINGS.items() if one.label == lever)
    moved = load_scenario("status-quo").with_levers(**{name: float(slider.input_value())})
    page.wait_for_function(ENDED, arg=moved.hash[:8], timeout=60_000)
    page.wait_for_timeout(PAUSE_MS)
    marks = page.evaluate("window.marks")
    return marks["paints"][-1] - marks["key"], drawn + len(marks["paints"])


def simulated(runs: int) -> float:
    """Return ms of CPU time that one ensemble takes, as the page asks for it and no more."""
    scenario = load_scenario("status-quo")
    seeds = count(1)
    (seconds,) = fastest(lambda: simulate(scenario, runs, next(seeds), keep="outcomes"))
    return 1000 * seconds


@dataclass(frozen=True)
class Measured:
    """Milliseconds a press by kind; of CPU time, (server, browser), by kind; and of a drag."""

    times: dict[str, list[float]]
    worked: dict[str, np.ndarray]
    dragged: tuple[float, int]


def measure(runs: int) -> Measured:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.add_init_script("try { localStorage.setItem('scenario-sim-toured', 'yes') } catch {}")
        page.goto(f"{address}/?page=picture&runs={runs}")
        page.wait_for_function(
            "n => document.querySelector('#ensemble-status')?.textContent.startsWith(`${n} runs`)",
            arg=runs,
            timeout=60_000,
        )
        page.wait_for_timeout(1000)
        times: dict[str, list[float]] = {NEW: [], CACHED: []}
        worked = {kind: np.zeros(2) for kind in times}
        for lever in LEVERS:
            page.get_by_role("slider", name=lever, exact=True).focus()
            for kind, key in zip(times, ("ArrowLeft", "ArrowRight"), strict=True):
                before = np.array(spent(pid))
                times[kind] += [press(page, key) for _ in range(STEPS)]
                worked[kind] += np.array(spent(pid)) - before
        dragged = drag(page, DRAGGED)
        browser.close()
    times[NEW] = times[NEW][COLD_PRESSES:]
    presses = STEPS * len(LEVERS)
    return Measured(
        times, {kind: 1000 * seconds / presses for kind, seconds in worked.items()}, dragged
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--aim", action="store_true", help="fail where a target is missed")
    ask.add_argument("--runs", type=int, default=1000, help="how many futures")
    given = ask.parse_args()
    before = pace()
    found = measure(given.runs)
    slower = (before + pace()) / 2
    aims = AIMS_MS.get(given.runs, (None, None))
    table = Table("key to", "p50", "p95", "calibrated", "", "at most p50", "at most p95", box=None)
    wanted = [f"{ms} ms" if ms else "" for ms in aims]
    for kind, times in found.times.items():
        reached = np.percentile(times, (50, 95))
        table.add_row(kind, *(f"{ms:.0f} ms" for ms in (*reached, *reached / slower)), *wanted)
    Console().print(table)
    kernel = simulated(given.runs)
    for kind, (server, browser) in found.worked.items():
        beside = server - kernel * (kind == NEW)
        print(
            f"CPU time a press, {kind}: server {server:.0f} ms, {beside:.0f} ms beside the kernel's "
            f"own; browser {browser:.0f} ms."
        )
    print(f"Simulating one ensemble alone: {kernel:.0f} ms.")
    last, pictures = found.dragged
    print(
        f"A drag of {DRAG_STEPS} steps, ten a second: {pictures} pictures, the last one {last:.0f} ms "
        "after the last step."
    )
    print(pace_text(slower))
    reached = np.percentile(found.times[NEW], (50, 95)) / slower
    if given.aim and any(aim and ms > aim for ms, aim in zip(reached, aims, strict=True)):
        raise SystemExit("the targets are missed")


if __name__ == "__main__":
    main()
