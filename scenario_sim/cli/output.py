"""Where words go: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import math
import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scenario_sim.errors import CONTROL

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.reporting.html import ReportSection
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.trajectory import Trajectory

HEADER = "Illustrative model, not a forecast."
SECOND_LOOK = "Worth a second look ({title}):"
WIDTH = 96


def print_message(text: str) -> None:
    """Print for the person at the keyboard, out of the way of results.

    Control characters are written as escapes: a terminal would obey them.
    """
    plain = CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    print(plain, file=sys.stderr, flush=True)


def print_advice(scenario: Scenario, beside: Scenario | None = None) -> None:
    """Says which settings contradict each other or were never seen, with the reasons; not what is
    already true of `beside`."""
    from scenario_sim.scenario.advice import advise

    found = advise(scenario, beside)
    if found:
        print_message(SECOND_LOOK.format(title=scenario.title))
    for advice in found:
        since = f"from {advice.since}: " if advice.since else ""
        print_message(textwrap.fill(f"- {since}{advice.words}", WIDTH, subsequent_indent="  "))
        print_message(textwrap.indent(textwrap.fill(advice.reason, WIDTH), "    "))


def make_console() -> Console:
    """Standard output for people: as wide as the terminal, or wide enough for the tables."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(width=width)


def print_json(value: Any, indent: int | None = None) -> None:
    """Valid JSON on standard output, by default on one line; what is missing is null."""
    print(
        json.dumps(without_nan(value), ensure_ascii=False, allow_nan=False, indent=indent),
        flush=True,
    )


def without_nan(value: Any) -> Any:
    """The same with None for numbers that are none, as JSON wants it."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def simulate_theories(
    baseline: Trajectory, policy: Trajectory | None, jobs: int
) -> tuple[TheoryComparison, ...]:
    """What was run, then the same under each theory."""
    from scenario_sim.reporting.html import compare_under_theories

    with progress("The same under each theory") as bar:
        return compare_under_theories(baseline, policy, jobs=jobs, progress=bar)


def write_report_file(
    path: Path,
    baseline: Trajectory,
    policy: Trajectory | None = None,
    jobs: int = 1,
    theories: tuple[TheoryComparison, ...] | None = None,
    parts: Sequence[ReportSection] = (),
) -> None:
    """Writes the report on trajectories, with the same under each theory (worked out here where it
    is not given), and further parts. Raises OutputError; then nothing half-written is left."""
    from scenario_sim.reporting.html import render_report
    from scenario_sim.studies.store.atomic import write_text_file

    theories = theories or simulate_theories(baseline, policy, jobs)
    write_text_file(
        path, render_report(baseline, policy, theories=theories, parts=parts), "--report"
    )
    print_message(f"Written: {path}")


@contextmanager
def progress(task: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left on standard error, where somebody is watching; gone when done.
    Yields what to call with work done and its total."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    percentage = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), percentage, TimeRemainingColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        bar_id = bar.add_task(task, total=None)
        yield lambda done, total: bar.update(bar_id, completed=done, total=total)
