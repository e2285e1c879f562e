"""The first load of the page: bytes over the wire, by file, and seconds to the picture on a warm server.

    python -m benchmarks.first_load           a quarter of a minute; needs chromium
    python -m benchmarks.first_load --aim     fails where a target is missed

The bytes are those of the files as the browser gets them, compressed and with their headers. The
state of the widgets follows over the websocket and is printed apart, uncompressed.
"""

from __future__ import annotations

import argparse
import shutil
import time
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.server import FLAGS, served
from benchmarks.speed import pace, pace_text

MAX_BYTES = 1_160_000  # two thirds of 1.74 MB
MAX_SECONDS = 2.0  # on a warm server
LOADS = 4  # the first one warms the server
TRANSFERRED = """() => performance.getEntries().filter((one) => one.transferSize)
  .map((one) => [one.name, one.transferSize])"""


def load(browser: Browser, address: str) -> tuple[float, dict[str, int], int]:
    """Load the page as a new visitor; return the seconds, bytes by file, and those of the websocket."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    told = [0]

    def count(frame: str | bytes) -> None:
        told[0] += len(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", count))
    begun = time.monotonic()
    page.goto(f"{address}/?page=picture")
    page.wait_for_selector(".sim-chart-fan canvas", timeout=60_000)
    seconds = time.monotonic() - begun
    page.wait_for_timeout(2000)  # fonts and the icon follow the picture
    files = {urlsplit(name).path: size for name, size in page.evaluate(TRANSFERRED)}
    context.close()
    return seconds, files, told[0]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--aim", action="store_true", help="fail where a target is missed")
    given = ask.parse_args()
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise SystemExit("chromium is not installed")
    slower = pace()
    with served() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        loads = [load(browser, address) for _ in range(LOADS)]
        browser.close()
    _, files, told = loads[-1]
    whole, seconds = sum(files.values()), min(seconds for seconds, *_ in loads[1:])
    table = Table("file", "bytes", box=None)
    for name, size in sorted(files.items(), key=lambda row: -row[1]):
        table.add_row(name, f"{size:,}")
    table.add_row("all files", f"{whole:,}", f"at most {MAX_BYTES:,}")
    table.add_row("over the websocket, before compression", f"{told:,}")
    Console().print(table)
    print(f"To the picture, server warm: {seconds:.2f} s (at most {MAX_SECONDS:g} s).")
    print(pace_text(slower))
    if given.aim and (whole > MAX_BYTES or seconds > MAX_SECONDS):
        raise SystemExit("the targets are missed")


if __name__ == "__main__":
    main()
