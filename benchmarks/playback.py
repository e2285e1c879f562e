"""Measure how fast a single run answers in a headless browser.

    python -m benchmarks.playback            about a minute
    python -m benchmarks.playback --weeks 520 --aim

Opens one world on a free port and measures, in ms: from an arrow key to the frame that shows the
next week; the same while the line is scrubbed; from the button to the second world on the line; and
to the sentence about all futures. `--aim` fails where they miss what is wanted of a quiet machine of
two cores.
"""

from __future__ import annotations

import argparse
import shutil

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, served

RUN = 714  # the near miss of the status quo
STEPS, ACTS = 40, 5
AIMS = {"step": 60, "scrub": 60, "both worlds": 300, "all futures": 1000}  # ms: p50

# From a key (or a move of the scrubber) to the end of the frame that shows it.
STEP = """() => new Promise(done => {
  const began = performance.now();
  const mark = document.querySelector(".sim-map figcaption").textContent;
  %s
  const look = () => requestAnimationFrame(() => setTimeout(() =>
    document.querySelector(".sim-map figcaption").textContent === mark ? look()
      : done(performance.now() - began)));
  look();
})"""
KEY = (
    "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));"
)
SCRUB = """const slider = document.querySelector(".sim-scrub");
  slider.value = (Number(slider.value) + 7) % Number(slider.max);
  slider.dispatchEvent(new Event("input"));"""
# From the button to the second line, and to the effect over the futures.
WITHOUT = """() => new Promise(done => {
  const began = performance.now();
  let both = 0;
  const many = document.querySelectorAll(".sim-line .sim-dot-now").length;
  document.querySelector(".sim-why-deeds .is-main").click();
  const look = () => requestAnimationFrame(() => setTimeout(() => {
    const now = performance.now() - began;
    if (!both && document.querySelectorAll(".sim-line .sim-dot-now").length > many) both = now;
    const across = [...document.querySelectorAll(".sim-across")].pop();
    if (both && across && across.getAttribute("aria-busy") === "false") done([both, now]);
    else look();
  }));
  look();
})"""


def measure(page: Page, address: str, weeks: int) -> dict[str, list[float]]:
    """Return the milliseconds of each step, by its name."""
    page.goto(f"{address}/?page=world&run={RUN}&weeks={weeks}")
    page.locator(".sim-log-list button").first.wait_for()
    page.locator(".sim-band").first.wait_for(state="attached")
    page.wait_for_timeout(1500)
    page.evaluate("document.activeElement.blur()")
    found: dict[str, list[float]] = {name: [] for name in AIMS}
    for _ in range(STEPS):
        found["step"].append(page.evaluate(STEP % KEY))
        found["scrub"].append(page.evaluate(STEP % SCRUB))
    acts = page.locator(".sim-entry.is-provocation")
    for n in range(ACTS):
        acts.nth(2 + 3 * n).click()
        page.locator(".sim-why-deeds .is-main:enabled").wait_for()
        page.wait_for_timeout(1200)
        both, across = page.evaluate(WITHOUT)
        found["both worlds"].append(both)
        found["all futures"].append(across)
        page.wait_for_timeout(800)
        page.get_by_role("button", name="Remove the branch").first.click()
        page.locator(".sim-branches tbody tr").first.wait_for(state="detached")
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--weeks", type=int, default=104)
    ask.add_argument("--aim", action="store_true", help="fail where an aim is missed")
    given = ask.parse_args()
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    with served() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script("try { localStorage.setItem('scenario-sim-toured', 'yes') } catch {}")
        found = measure(page, address, given.weeks)
        browser.close()
    table = Table("one world", "p50", "p95", "best", "wanted p50", box=None)
    missed = []
    for name, times in found.items():
        p50, p95 = np.percentile(times, (50, 95))
        shown = (f"{ms:.0f} ms" for ms in (p50, p95, min(times)))
        table.add_row(name, *shown, f"{AIMS[name]} ms")
        missed += [name] if p50 > AIMS[name] else []
    Console().print(table)
    print(f"Run {RUN} of the status quo over {given.weeks} weeks, among 1,000 futures.")
    if given.aim and missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
