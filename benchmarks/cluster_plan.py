"""Estimate the cost of a very large study from a small one: core-hours, bytes, tasks.

    python -m benchmarks.cluster_plan                       for 10^9 runs of 104 weeks
    python -m benchmarks.cluster_plan --runs 1e6 --weeks 52

Runs a few blocks through a store on this machine, measures CPU time (the least of three tries) and
bytes on disk, and multiplies. Every block costs the same.
"""

from __future__ import annotations

import argparse
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from rich.console import Console
from rich.table import Table

from scenario_sim import load_scenario, simulate
from scenario_sim.studies.cells import BLOCK_RUNS, Cell
from scenario_sim.studies.dask_executor import MIN_BATCH_RUN_WEEKS
from scenario_sim.studies.run import run_study
from scenario_sim.studies.store.files import WEEKLY
from scenario_sim.studies.store.store import Store

BLOCKS, TRIES = 8, 3
TASK_OVERHEAD = 0.001  # seconds of the scheduler a task, as Dask's documents have it: below one


def measured(weeks: int) -> tuple[float, float, float]:
    """CPU seconds a world-week through a store, and bytes a run: outcomes, histograms."""
    scenario = load_scenario("status-quo").with_weeks(weeks)
    simulate(scenario, 10)  # imports and caches
    runs, spent = BLOCKS * BLOCK_RUNS, inf
    with TemporaryDirectory() as folder:
        for attempt in range(TRIES):  # the least: others may use this machine too
            store = Store(Path(folder) / f"study-{attempt}")
            before = process_time()
            run_study([Cell(scenario, seed=1, runs=runs)], store)
            spent = min(spent, process_time() - before)
        tables = list(store.path.rglob("*.parquet"))
        weekly = sum(path.stat().st_size for path in tables if path.name.endswith(WEEKLY))
        both = sum(path.stat().st_size for path in tables)
    return spent / runs / weeks, (both - weekly) / runs, weekly / runs


def size(bytes_: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if bytes_ < 1000 or unit == "TB":
            return f"{bytes_:.3g} {unit}"
        bytes_ /= 1000
    raise AssertionError


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--runs", type=float, default=1e9)
    ask.add_argument("--weeks", type=int, default=104)
    given = ask.parse_args()
    runs, weeks = int(given.runs), given.weeks

    second, outcomes, weekly = measured(weeks)
    core_hours = second * runs * weeks / 3600
    blocks = -(-runs // BLOCK_RUNS)
    blocks_a_task = max(1, -(-MIN_BATCH_RUN_WEEKS // (BLOCK_RUNS * weeks)))
    tasks = -(-blocks // blocks_a_task)
    a_task = second * blocks_a_task * BLOCK_RUNS * weeks
    flow = (outcomes + weekly) / (second * weeks)  # bytes a second that one core sends

    table = Table(title=f"{runs:,} runs of {weeks} weeks", title_justify="left")
    table.add_column("")
    table.add_column("measured, or worked out", justify="right")
    for name, value in (
        ("CPU time, a world-week through a store", f"{1e6 * second:.2f} us"),
        ("outcomes, a run", f"{outcomes:.0f} B"),
        ("weekly histograms, a run", f"{weekly:.0f} B"),
        ("core-hours", f"{core_hours:,.0f}"),
        ("on 1,000 cores", f"{60 * core_hours / 1000:.1f} min"),
        ("outcomes", size(outcomes * runs)),
        ("weekly histograms", size(weekly * runs)),
        (f"blocks of {BLOCK_RUNS:,} runs", f"{blocks:,}"),
        ("files", f"{2 * blocks:,}"),
        (f"tasks of {blocks_a_task} blocks, {a_task:.1f} s each", f"{tasks:,}"),
        ("scheduler, at a millisecond a task", f"{tasks * TASK_OVERHEAD / 60:.1f} min"),
        ("cores that one scheduler keeps busy", f"{a_task / TASK_OVERHEAD:,.0f}"),
        ("one core sends", f"{size(flow)}/s"),
        ("cores that fill a link of 100 MB/s to the store", f"{1e8 / flow:,.0f}"),
    ):
        table.add_row(name, value)
    Console().print(table)


if __name__ == "__main__":
    main()
