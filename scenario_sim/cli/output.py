"""Output of the commands: results go to standard output, everything else to standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scenario_sim.errors import CONTROL_CHARACTERS

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    from scenario_sim.cli.json_models.header import Output
    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.reporting.html import ReportSection
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.change_explanation import ChangeExplanation
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.stopping import Estimate

ADVICE_TITLE = "Worth a second look ({title}):"
MAX_LINE_WIDTH = 96
PACKAGE = "scenario_sim"  # the name of its logger
PROGRESS = f"{PACKAGE}.progress"  # told without --verbose as well, where a bar cannot be drawn
LOG_FORMAT, DAY_AND_TIME = "%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"
LOG_INTERVAL_S = 30.0  # between two lines in a log
PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}  # for a console


def print_message(text: str) -> None:
    """Print to standard error, with control characters escaped: a terminal would obey them."""
    plain = CONTROL_CHARACTERS.sub(lambda found: repr(found[0])[1:-1], text)
    print(plain, file=sys.stderr, flush=True)


def print_advice(scenario: Scenario, baseline: Scenario | None = None) -> None:
    """Print which settings contradict each other or were never observed, with the reasons.

    Advice that holds for `baseline` as well is left out.
    """
    from scenario_sim.scenario.advice import advise

    found = advise(scenario, baseline)
    if found:
        print_message(ADVICE_TITLE.format(title=scenario.title))
    for advice in found:
        since = f"from {advice.since}: " if advice.since else ""
        line = f"- {since}{advice.words}"
        print_message(textwrap.fill(line, MAX_LINE_WIDTH, subsequent_indent="  "))
        print_message(textwrap.indent(textwrap.fill(advice.reason, MAX_LINE_WIDTH), "    "))


def print_impossible_acts(scenario: Scenario, baseline: Scenario | None = None) -> None:
    """Print which acts the scenario forces in futures where the model could not choose them.

    Acts of `baseline` are left out: those of a shipped scenario are history.
    """
    if not scenario.acts or (baseline and baseline.acts == scenario.acts):
        return  # and nothing is compiled
    from scenario_sim.simulation.what_if import find_impossible_acts

    for act in find_impossible_acts(scenario):
        share = f"{act.runs} of the first {act.of} futures"
        line = (
            f"- {act.day}, {act.state}, {act.name}: in {share} the model could not choose it "
            f"({act.reason}). The scenario forces it all the same: this is its assumption."
        )
        print_message(textwrap.fill(line, MAX_LINE_WIDTH, subsequent_indent="  "))


def make_console() -> Console:
    """Return a console on standard output, as wide as the terminal, or else 100 characters."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(width=width)


def make_table(
    left: Iterable[str] = (), right: Iterable[str] = (), no_wrap: bool = False, **options: Any
) -> Table:
    """Return an empty table.

    Parameters
    ----------
    left, right : iterable of str
        Names of the first columns, aligned to the left, and of the others, aligned to the right.
    no_wrap : bool
        Keep each cell on one line.
    **options
        Options of `rich.table.Table`.
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, **options)
    for name in left:
        table.add_column(name, no_wrap=no_wrap)
    for name in right:
        table.add_column(name, justify="right", no_wrap=no_wrap)
    return table


def print_json(value: Any, indent: int | None = None) -> None:
    """Print valid JSON to standard output, by default on one line; missing numbers are null."""
    from scenario_sim.cli.json_models.header import plain_data

    print(
        json.dumps(plain_data(value), ensure_ascii=False, allow_nan=False, indent=indent),
        flush=True,
    )


def print_output(model: type[Output], data: Mapping[str, Any], indent: int | None = None) -> None:
    """Print the JSON output of a command: `data` with its header, checked by its model."""
    checked = model.of(data)
    print_json(checked.model_dump(mode="json", by_alias=True, exclude_unset=True), indent)


# --- reports --------------------------------------------------------------------------------------


def simulate_theories(
    baseline: Trajectory, policy: Trajectory | None, jobs: int
) -> tuple[TheoryComparison, ...]:
    """Return the comparison as it was simulated, then the same under each theory.

    Parameters
    ----------
    baseline, policy : Trajectory
        Futures without and with the policy; the policy may be None.
    jobs : int
        Number of threads.
    """
    from scenario_sim.reporting.html import compare_under_theories

    with progress_bar("The same under each theory") as bar:
        return compare_under_theories(baseline, policy, jobs=jobs, progress=bar)


def write_report_file(
    path: Path,
    baseline: Trajectory,
    policy: Trajectory | None = None,
    jobs: int = 1,
    theories: tuple[TheoryComparison, ...] | None = None,
    parts: Sequence[ReportSection] = (),
    why: ChangeExplanation | None = None,
) -> None:
    """Write the report on trajectories.

    Parameters
    ----------
    path : Path
        File to write; it is written whole or not at all.
    baseline, policy : Trajectory
        Futures without and with the policy; no policy reports on the baseline alone.
    jobs : int
        Number of threads.
    theories : tuple of UnderTheory, optional
        The same under each theory; simulated here where it is not given.
    parts : sequence of ReportSection
        Further sections.
    why : ChangeExplanation, optional
        Why the policy changes the risk, as a section of the report.

    Raises
    ------
    OutputError
        Where the file cannot be written.
    """
    from scenario_sim.reporting.html import render_report
    from scenario_sim.studies.store.atomic import write_text_file

    theories = theories or simulate_theories(baseline, policy, jobs)
    write_text_file(
        path,
        render_report(baseline, policy, theories=theories, parts=parts, why=why),
        "--report",
    )
    print_message(f"Written: {path}")


# --- progress -------------------------------------------------------------------------------------


@contextmanager
def progress_bar(task: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the time left on a terminal, or a log line every 30 seconds.

    Yields its update, update(done, total).
    """
    with study_progress(task) as (update, _):
        yield update


@contextmanager
def study_progress(
    task: str,
) -> Iterator[tuple[Callable[[int, int], None], Callable[[Cell, Estimate], None]]]:
    """Show a study's progress: a bar on a terminal, else a log line every 30 seconds.

    Yields two callbacks: one takes the work done and its total, the other a cell's estimate.
    """
    log = logging.getLogger(PROGRESS)
    with _open_bar() as bar:
        bar_id = bar.add_task(task, total=None, estimate="")
        started = logged = time.monotonic()

        def update(done: int, total: int) -> None:
            nonlocal logged
            bar.update(bar_id, completed=done, total=total)
            now = time.monotonic()
            if bar.disable and now - logged > LOG_INTERVAL_S and done:
                logged = now
                minutes = (now - started) * (total - done) / done / 60
                estimate = bar.tasks[0].fields["estimate"]
                more = f"; {estimate}" if estimate else ""
                log.info(f"{task}: {done / total:.0%}, about {minutes:,.0f} min left{more}")

        def show_estimate(cell: Cell, estimate: Estimate) -> None:
            value = f"{estimate.outcome} {estimate.mean:.4g} ± {estimate.mcse:.1g}"
            bar.update(bar_id, estimate=f"{cell.title}: {value}, {estimate.runs:,} runs")

        yield update, show_estimate


def _open_bar() -> Progress:
    """Return a bar on standard error, disabled where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(), TextColumn("{task.fields[estimate]}", style="dim"),
    )  # fmt: skip
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


# --- log lines: progress where there is no terminal, and more with --verbose ---


class _StandardError(logging.Handler):
    """Handler that looks for standard error anew with each line: tests and notebooks replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(self.format(record), file=sys.stderr, flush=True)


def set_up_logging(verbosity: int) -> None:
    """Send the package's log lines to standard error.

    Parameters
    ----------
    verbosity : int
        0: warnings, and progress without a terminal; 1: also what is done; 2 or more: every block
        of runs too.
    """
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    logger = logging.getLogger(PACKAGE)
    logger.setLevel(level)
    logging.getLogger(PROGRESS).setLevel(min(level, logging.INFO))
    if not any(isinstance(one, _StandardError) for one in logger.handlers):
        handler = _StandardError()
        handler.setFormatter(logging.Formatter(LOG_FORMAT, DAY_AND_TIME))
        logger.addHandler(handler)
