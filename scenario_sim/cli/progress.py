"""How far a study is: a bar where somebody is watching, lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scenario_sim.cli.output import print_message

if TYPE_CHECKING:
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.stopping import Estimate

LOG_INTERVAL_S = 30.0  # how often a log hears how it goes


@contextmanager
def study_progress(
    task: str,
) -> Iterator[tuple[Callable[[int, int], None], Callable[[Cell, Estimate], None]]]:
    """A bar with the time left and the estimate so far; in a log, a line now and then. Yields what
    to tell progress and estimates."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(), TextColumn("{task.fields[estimate]}", style="dim"),
    )  # fmt: skip
    watched = console.is_terminal
    began = spoke = time.monotonic()
    with Progress(*columns, console=console, transient=True, disable=not watched) as bar:
        bar_id = bar.add_task(task, total=None, estimate="")

        def progress(done: int, total: int) -> None:
            nonlocal spoke
            bar.update(bar_id, completed=done, total=total)
            now = time.monotonic()
            if not watched and now - spoke > LOG_INTERVAL_S and done:
                spoke = now
                minutes = (now - began) * (total - done) / done / 60
                shown = bar.tasks[0].fields["estimate"]
                print_message(f"{100 * done / total:.0f} %, about {minutes:,.0f} min left; {shown}")

        def watch(cell: Cell, estimate: Estimate) -> None:
            told = f"{estimate.outcome} {estimate.mean:.4g} ± {estimate.mcse:.1g}"
            bar.update(bar_id, estimate=f"{cell.title}: {told}, {estimate.runs:,} runs")

        yield progress, watch
