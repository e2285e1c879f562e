"""How long a visitor waits: from a key on a lever to the repainted fan, in a headless browser.

    python -m benchmarks.latency            about half a minute
    python -m benchmarks.latency --aim
    python -m benchmarks.latency --pause 500        somebody who looks before going on

Starts the page on a free port, presses arrow keys on a lever as fast as the full picture comes, and
prints the 50th and 95th percentile of two moments: the first repaint (at least 200 runs) and the
full one; and what a press costs in CPU time. The first notch of a lever, 300 ms after it was found, is
told apart from those that go on the same way. "Calibrated" divides by what the machine is slower than
that of README.md, as `benchmarks.speed` does. `--aim` fails where they miss what is wanted of a quiet
machine of two cores.
"""

from __future__ import annotations

import argparse
import shutil

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, served, spent
from benchmarks.speed import pace, pace_text

LEVERS = ("Exercise scale", "Negotiating demand", "Sanctions enforcement", "US-China rivalry")
STEPS = 7  # on each of them
MOST = 40  # presses; more, and a lever is at its end
REACH = 300  # ms from finding a lever to the first key on it
COLD = 3  # presses that find everything cold, and are not counted
AIMS = {"first repaint": (150, 300), "all 1,000 runs": (350, None)}  # ms: p50, p95

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


def press(page: Page, key: str, pause: float) -> tuple[float, float]:
    """One key: ms to the first repaint, and ms to the full one."""
    old = page.text_content("#ensemble-status").split(" · ")[1]
    page.keyboard.press(key)
    page.wait_for_function(SETTLED, arg=old, timeout=60_000)
    page.wait_for_timeout(pause)  # the last frame, and as long as somebody looks at it
    marks = page.evaluate("window.marks")
    return marks["paints"][0] - marks["key"], marks["paints"][-1] - marks["key"]


def measure(presses: int, pause: float) -> tuple[np.ndarray, np.ndarray]:
    """(press, first or full) in ms; and ms of CPU time a press: of the server, of the processes beside
    it, of the browser."""
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
        times = []
        for n in range(presses + COLD):
            if n == COLD:
                before = np.array(spent(pid))
            # A lever after the other, each left off its place: every press asks for a new world.
            if n % STEPS == 0:
                page.get_by_role(
                    "slider", name=LEVERS[n // STEPS % len(LEVERS)], exact=True
                ).focus()
                page.wait_for_timeout(REACH)
            times.append(press(page, "ArrowLeft", pause))
        worked = np.array(spent(pid)) - before
        browser.close()
    return np.array(times[COLD:]), 1000 * worked / presses


def _shown(times: np.ndarray, slower: float) -> list[str]:
    reached = np.percentile(times, (50, 95))
    return [f"{ms:.0f} ms" for ms in (*reached, *reached / slower)]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--presses", type=int, default=MOST, help=f"at most {MOST}")
    ask.add_argument(
        "--pause", type=float, default=60, help="ms from a full picture to the next key"
    )
    ask.add_argument("--aim", action="store_true", help="fail where an aim is missed")
    given = ask.parse_args()
    if not 1 <= given.presses <= MOST:
        ask.error(f"--presses goes from 1 to {MOST}: the levers have no more notches")
    before = pace()
    times, worked = measure(given.presses, given.pause)
    slower = (before + pace()) / 2
    first = (np.arange(len(times)) + COLD) % STEPS == 0
    columns = ("key to", "p50", "p95", "calibrated", "", "wanted p50", "wanted p95")
    table = Table(*columns, box=None)
    missed = []
    for (name, aims), column in zip(AIMS.items(), times.T, strict=True):
        wanted = ["" if aim is None else f"{aim} ms" for aim in aims]
        table.add_row(name, *_shown(column, slower), *wanted)
        table.add_row("  of a lever's first notch", *_shown(column[first], slower))
        table.add_row("  of one more the same way", *_shown(column[~first], slower))
        reached = np.percentile(column, (50, 95))
        missed += [name for ms, aim in zip(reached, aims, strict=True) if aim and ms > aim]
    Console().print(table)
    print(f"{len(times)} presses on the levers of the status quo, each a world of its own.")
    server, beside, browser = worked
    print(
        f"CPU time a press: browser {browser:.0f} ms, server {server:.0f} ms, its worlds {beside:.0f} ms."
    )
    print(pace_text(slower))
    if given.aim and missed:
        raise SystemExit(f"missed: {', '.join(dict.fromkeys(missed))}")


if __name__ == "__main__":
    main()
