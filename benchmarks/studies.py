"""Measure the cost of batch studies, as ratios taken in one run.

    python -m benchmarks.studies            about five minutes
    python -m benchmarks.studies --full     also a million runs: ten minutes more
    python -m benchmarks.studies --sobol    only the Sobol study of 30 groups, 1,024 samples and 200 runs

Prints a table. It asserts three things, each with what it is held against beside it: two threads
against one; a finished study found again, in Python and as a command; and `mesa.batch_run`, as Mesa
ships it, with two processes and the Mesa model in NumPy, one run at a time. It wants a quiet machine:
these are times on the clock.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from scenario_sim import EscalationModel, load_scenario, simulate
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.studies import Cell, Store, run_study
from scenario_sim.studies.cells import BLOCK_RUNS
from scenario_sim.studies.evaluate import evaluate
from scenario_sim.studies.executors import Executor, threads
from scenario_sim.studies.store import parquet
from scenario_sim.studies.study_file import Study, load_study, run_study_file

WEEKS = 104
RUNS = 20_000
PAIRS = 5
LARGE = 200_000  # runs of a study that writes all the time
MOST_FOR_STORE = 1.15  # a large study on two threads, stored against unstored
SMALL = (200, 100)  # runs a cell: what `sweep` and `sensitivity` take unless told otherwise
SMALL_RUNS = 4000  # of all small cells together
LEAST_SPEED_UP = 1.7  # two threads against one
MOST_TO_RESUME = 2.0  # seconds, for a finished study
MAX_CHECKSUM_RATIO = 1.25  # reading a store with its checksums checked, against without
LEAST_OVER_MESA = 1600.0  # 8 times what the engine in NumPy reached
MOST_MEMORY = 2_000_000_000  # a million runs
SOBOL_GROUPS, SOBOL_SAMPLES, SOBOL_RUNS = 30, 1024, 200
MOST_FOR_SOBOL = 15.0  # minutes on two threads, indices included
SCENARIO = load_scenario("status-quo").with_weeks(WEEKS)

COMMAND = "import sys; from scenario_sim.cli import main; main(sys.argv[1:])"
RUN = ["run", "status-quo", "--weeks", str(WEEKS), "--runs", str(RUNS), "--json", "--quiet"]
SWEEP = [
    "sweep",
    "status-quo",
    "--weeks",
    "26",
    "--vary",
    "hotline=0:1:20",
    "--runs",
    "20",
    "--json",
]

MILLION = """
import os, resource, sys, threading, time
from pathlib import Path
from scenario_sim import load_scenario
from scenario_sim.studies import Cell, Store, run_study

def family(process):
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process] + [p for child in children for p in family(child)]

def memory():  # what all processes hold; what they share is shared out
    total = 0
    for process in family(str(os.getpid())):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += 1024 * int(rollup.split("Pss:")[1].split()[0])
        except (OSError, IndexError):
            continue
    return total

peak = 0
def watch():
    global peak
    while True:
        try:
            peak = max(peak, memory())
        except OSError:
            pass
        time.sleep(0.5)

if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    cell = Cell(load_scenario("status-quo").with_weeks(104), 7, 1_000_000)
    store = Store(sys.argv[1])
    began = time.perf_counter()
    done = run_study([cell], store, jobs=2)
    made = time.perf_counter() - began
    risk = store.of(cell)["confrontation_risk"]
    assert done.done == 1 and len(risk) == 1_000_000
    began = time.perf_counter()
    assert run_study([cell], store, jobs=2).runs_made == 0
    print(peak, made, time.perf_counter() - began)
"""


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


class Bench:
    """Studies in a folder that goes away."""

    def __init__(self, folder: Path):
        self.folder, self.seed = folder, 0

    def cell(self, runs: int = RUNS) -> Cell:
        """Luck that nobody drew before."""
        self.seed += 1
        return Cell(SCENARIO, self.seed, runs)

    def stored(self, executor: Executor | None = None, runs: int = RUNS) -> float:
        cell = self.cell(runs)
        store = Store(self.folder / str(cell.seed))
        return seconds(lambda: run_study([cell], store, executor=executor))

    def unstored(self) -> float:
        cell = self.cell()
        return seconds(lambda: simulate(SCENARIO, RUNS, cell.seed, keep="outcomes"))

    def large(self, stored: bool) -> float:
        """Many blocks of one cell on two threads, kept in a store or in memory."""
        cell = self.cell(LARGE)
        if not stored:
            return seconds(lambda: simulate(SCENARIO, LARGE, cell.seed, keep="outcomes", jobs=2))
        return seconds(lambda: run_study([cell], Store(self.folder / str(cell.seed)), jobs=2))

    def small(self, runs: int, stored: bool) -> float:
        """Many small cells, reduced to their means."""
        self.seed += 1
        many = SMALL_RUNS // runs
        worlds = [SCENARIO.with_levers(hotline=n / many) for n in range(many)]
        out = self.folder / f"small{self.seed}" if stored else None
        return seconds(lambda: evaluate(worlds, runs, self.seed, out=out))

    def resumed(self) -> tuple[float, float]:
        """Time a finished study that is asked for again: 200,000 runs, and 1,000 small cells."""
        large = Store(self.folder / "large")
        for _ in range(2):
            run_study([Cell(SCENARIO.with_weeks(1), 1, 200_000)], large)
        found = seconds(lambda: run_study([Cell(SCENARIO.with_weeks(1), 1, 200_000)], large))
        many = [
            Cell(SCENARIO.with_weeks(1).with_levers(hotline=n / 1000), 1, 10) for n in range(1000)
        ]
        wide = Store(self.folder / "wide")
        run_study(many, wide)
        return found, seconds(lambda: run_study(many, wide))

    def read(self) -> tuple[float, float]:
        """All outcomes of 50 blocks, read with the checksums checked and without."""
        store = Store(self.folder / "read")
        run_study([Cell(SCENARIO.with_weeks(26), 1, 50 * BLOCK_RUNS)], store)
        checked, unchecked = [], []
        for _ in range(3 * PAIRS):
            checked.append(seconds(store.outcomes))
            with patch.object(parquet, "is_intact", lambda data: True):
                unchecked.append(seconds(store.outcomes))
        return median(checked), median(unchecked)

    def command(self, *words: str, out: str) -> float:
        """Time a command with all its imports; Python caches its bytecode, as it does by default."""
        typed = [sys.executable, "-c", COMMAND, *words, "--out", str(self.folder / out)]
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}
        run = partial(subprocess.run, typed, check=True, capture_output=True, env=os.environ | kept)
        return seconds(run)


class OneRun(EscalationModel):
    """The same model as `batch_run` drives it: one run a model, to the end of the scenario."""

    def __init__(self, luck: int = 0, rng: object = None):
        super().__init__(given=SCENARIO, runs=[luck], rng=1)


def by_batch_run(few: int = 20, many: int = 100) -> float:
    """Return the runs a second of Mesa's own batch runner with two processes.

    The start of the processes takes longer than the runs; it is left out here as in our own figure.
    """
    from mesa import batch_run

    def work(runs: int) -> float:
        return seconds(
            lambda: batch_run(
                OneRun, {"luck": list(range(runs))}, number_processes=2, max_steps=WEEKS,
                data_collection_period=-1, display_progress=False,
            )
        )  # fmt: skip

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (many - few) / (work(many) - work(few))


def in_turns(*works: Callable[[], float]) -> list[list[float]]:
    """Return the seconds of each function, called PAIRS times; the first one rotates against drift."""
    rounds = []
    for first in range(PAIRS):
        order = [(first + n) % len(works) for n in range(len(works))]
        took = {n: works[n]() for n in order}
        rounds.append([took[n] for n in range(len(works))])
    return rounds


class Report:
    """A table of what is measured and wanted, and the names of what was missed."""

    def __init__(self) -> None:
        title = f"{RUNS:,} runs of {WEEKS} weeks, blocks of {BLOCK_RUNS:,}"
        self.table = Table(title=title, title_justify="left")
        for name in ("", "measured", "wanted"):
            self.table.add_column(name, justify="right" if name else "left")
        self.missed: list[str] = []

    def row(self, name: str, shown: str, wanted: str = "", reached: bool = True) -> None:
        self.table.add_row(name, shown, wanted, style="" if reached else "bold red")
        if not reached:
            self.missed.append(name)

    def resumed(self, name: str, found: float) -> None:
        """Add the time in which finished work is found again."""
        most = f"<= {MOST_TO_RESUME:.0f} s"
        self.row(f"{name} found again", f"{found:.2f} s", most, found <= MOST_TO_RESUME)


def time_running(bench: Bench, report: Report, two: Executor) -> None:
    """Time new studies: on two threads, with a store, and as `mesa.batch_run` runs them."""
    bench.stored(two, 4000)  # warms up
    took = in_turns(bench.stored, lambda: bench.stored(two), bench.unstored)
    speed_up = median(one / both for one, both, _ in took)
    cost = median(one / none for one, _, none in took)
    runs_a_second = RUNS / median(both for _, both, _ in took)
    report.row("two threads against one, median of 5 pairs", f"{speed_up:.2f} x",
               f">= {LEAST_SPEED_UP}", speed_up >= LEAST_SPEED_UP)  # fmt: skip
    report.row("a store against none, median of 5 pairs", f"{cost:.2f} x")
    pairs = in_turns(lambda: bench.large(True), lambda: bench.large(False))
    cost = median(some / none for some, none in pairs)
    report.row(f"the same, {LARGE:,} runs on two threads", f"{cost:.2f} x",
               f"<= {MOST_FOR_STORE}", cost <= MOST_FOR_STORE)  # fmt: skip
    for runs in SMALL:
        pairs = in_turns(lambda: bench.small(runs, True), lambda: bench.small(runs, False))  # noqa: B023
        cost = median(some / none for some, none in pairs)
        report.row(f"the same, cells of {runs} runs", f"{cost:.2f} x")
    report.row("runs a second, two threads and a store", f"{runs_a_second:,.0f}")
    mesa = median(by_batch_run() for _ in range(3))
    report.row("runs a second, mesa.batch_run, two processes", f"{mesa:,.1f}")
    report.row("against mesa.batch_run", f"{runs_a_second / mesa:,.0f} x",
               f">= {LEAST_OVER_MESA:.0f}", runs_a_second / mesa >= LEAST_OVER_MESA)  # fmt: skip


def time_finished(bench: Bench, report: Report) -> None:
    """Time finished studies that are asked for again, in Python and as commands."""
    for name, found in zip(("200 blocks", "1,000 cells"), bench.resumed(), strict=True):
        report.resumed(f"a finished study of {name}", found)
    checked, unchecked = bench.read()
    report.row("outcomes of 50 blocks read, checksums against none", f"{checked / unchecked:.2f} x",
               f"<= {MAX_CHECKSUM_RATIO}", checked / unchecked <= MAX_CHECKSUM_RATIO)  # fmt: skip
    for jobs in ("1", "2"):
        cold = bench.command(*RUN, "--jobs", jobs, out=f"cold{jobs}")
        report.row(f"the command `run` from nothing, threads: {jobs}", f"{cold:.1f} s")
    bench.command(*SWEEP, out="swept")
    for name, words, out in (("run", RUN, "cold1"), ("sweep", SWEEP, "swept")):
        found = median(bench.command(*words, out=out) for _ in range(3))
        report.resumed(f"the command `{name}`, finished before,", found)


def time_million(folder: Path, report: Report) -> None:
    """Time a million runs, and find them again."""
    words = [sys.executable, "-c", MILLION, str(folder / "million")]
    peak, made, found = map(float, subprocess.check_output(words, text=True).split())
    shown = f"{peak / 1e6:,.0f} MB"
    report.row("a million runs, memory at most", shown, "< 2,000 MB", peak < MOST_MEMORY)
    report.row("a million runs, two threads", f"{made / 60:.1f} min")
    report.resumed("a million runs", found)


def sobol_study() -> Study:
    """Return a study of the groups of coefficients, circumstances, and single levers: 30 in all."""
    whole = load_study(Path(__file__).parents[1] / "studies" / "global-sensitivity.toml")
    factors = [f for f in whole.factors if f.group not in ("levers", "hypotheses")]
    levers = list(SETTINGS)[: SOBOL_GROUPS - len(factors)]
    factors += [type(factors[0])(input=name) for name in levers]
    analyses = tuple(one for one in whole.analyses if "." not in one.outcome)  # no windows
    return whole.model_copy(
        update={
            "factors": tuple(factors), "windows": (), "analyses": analyses, "weeks": WEEKS,
            "runs": SOBOL_RUNS,
            "design": whole.design.model_copy(update={"samples": SOBOL_SAMPLES}),
        }
    )  # fmt: skip


def time_sobol(folder: Path, report: Report) -> None:
    """Time a large Sobol study, with its store and its indices, and find it again."""
    study = sobol_study()
    made = seconds(lambda: run_study_file(study, folder / "sobol", jobs=2)) / 60
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    name = f"Sobol, {SOBOL_GROUPS} groups, {SOBOL_SAMPLES:,} samples, {SOBOL_RUNS} runs"
    report.row(name, f"{made:.1f} min", f"<= {MOST_FOR_SOBOL:.0f} min", made <= MOST_FOR_SOBOL)
    report.row("the same, memory at most", f"{peak:,.0f} MB")
    found = seconds(lambda: run_study_file(study, folder / "sobol", jobs=2))
    report.row("the same, found again, indices included", f"{found:.1f} s")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--full", action="store_true", help="also a million runs")
    ask.add_argument("--sobol", action="store_true", help="only the large Sobol study")
    asked = ask.parse_args()
    report = Report()
    with TemporaryDirectory() as folder, threads(2) as two:
        bench = Bench(Path(folder))
        simulate(SCENARIO, 10)
        if asked.sobol:
            time_sobol(Path(folder), report)
        else:
            time_running(bench, report, two)
            time_finished(bench, report)
        if asked.full:
            time_million(Path(folder), report)
    console = Console()
    console.print(report.table)
    console.print(f"{os.cpu_count()} processors", style="dim")
    if report.missed:
        sys.exit("not reached: " + "; ".join(report.missed))


if __name__ == "__main__":
    main()
