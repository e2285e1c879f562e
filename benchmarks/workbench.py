"""Batch studies against the EMA Workbench's own evaluator, as a ratio taken in one run.

    python -m benchmarks.workbench        about half a minute

The workbench drives the Mesa model in NumPy one world at a time, as it drives any model; a study runs
the compiled model on blocks of 2,000 runs and keeps them in a store. CPU time of one process each, the
least of three tries, in turns. Fails below 1,500 times. The compiled model driven by the workbench one
world at a time is told beside them. (`ema_model(..., runs=1000)` gives workbench users a thousand.)
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.speed import numpy_engine
from scenario_sim import load_scenario
from scenario_sim.studies import Cell, Store, ema_model, run_study
from scenario_sim.studies.cells import BLOCK_RUNS
from scenario_sim.studies.optional import import_optional

TRIES, EXPERIMENTS, BLOCKS, WEEKS = 3, 20, 4, 104
LEAST = 1500.0
SCENARIO = load_scenario("status-quo").with_weeks(WEEKS)


def by_workbench() -> float:
    """CPU seconds a run."""
    ema = import_optional("ema_workbench")
    model = ema_model(SCENARIO, ("confrontation_risk",), runs=1)
    before = process_time()
    with ema.SequentialEvaluator(model) as evaluator:
        evaluator.perform_experiments(scenarios=EXPERIMENTS)
    return (process_time() - before) / EXPERIMENTS


def by_study(folder: Path) -> float:
    """CPU seconds a run, through a store."""
    runs = BLOCKS * BLOCK_RUNS
    before = process_time()
    run_study([Cell(SCENARIO, seed=1, runs=runs)], Store(folder))
    return (process_time() - before) / runs


def main() -> None:
    with TemporaryDirectory() as folder:
        by_study(Path(folder) / "warm")
        tries = []
        for n in range(TRIES):
            with numpy_engine():
                in_numpy = by_workbench()
            tries.append((in_numpy, by_workbench(), by_study(Path(folder) / str(n))))
    theirs, compiled, ours = (min(column) for column in zip(*tries, strict=True))
    ratio = theirs / ours
    print(f"{WEEKS} weeks, blocks of {BLOCK_RUNS:,} runs, one process each")
    print(f"EMA Workbench, one world at a time   {1 / theirs:8,.1f} runs a CPU second")
    print(f"the same on the compiled model       {1 / compiled:8,.1f} runs a CPU second")
    print(f"a study through a store              {1 / ours:8,.1f} runs a CPU second")
    print(f"ratio                                {ratio:8,.0f} x   wanted: >= {LEAST:.0f}")
    sys.exit(0 if ratio >= LEAST else "not reached")


if __name__ == "__main__":
    main()
