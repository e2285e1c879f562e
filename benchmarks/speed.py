"""Compare CPU time per run and week of the engine with the NumPy model, in one run.

    python -m benchmarks.speed            about a minute
    python -m benchmarks.speed --full     also 1,000,000 runs of 104 weeks, on two threads

Prints a table and fails where a ratio is missed. Absolute figures stand beside a calibration loop,
because they depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from scenario_sim import Scenario, compare, load_plugins, load_scenario, replay, simulate
from scenario_sim.model.kernel.cache import FOLDER_VARIABLE
from scenario_sim.simulation.engine import ENGINE_VARIABLE, engine_description
from scenario_sim.simulation.recording import Recording

WEEKS = 104
CALIBRATED_S = 0.1  # CPU seconds of the calibration loop on the machine of README.md's figures
MIN_GAIN = {1000: 8.0, 200: 15.0}  # the kernel, times the NumPy model, by runs
MAX_REPLAY_MS = 3.0
MIN_THREADS_GAIN = 1.8
MAX_PAIR = 2.1  # compare(), to one simulate()
MAX_OWN_ARITHMETIC = 1.1  # an ensemble with a plug-in's outcomes, to one without
OWN_OUTCOMES = Path(__file__).parents[1] / "docs" / "own-outcomes"
MAX_RECORDED_BYTES = 500
MAX_COLD_START_S, MAX_WARM_START_S = 2.5, 0.1
MAX_MILLION_S, MAX_MILLION_BYTES = 40.0, 1_000_000_000

MILLION = """
import resource, time
from scenario_sim import load_scenario, simulate
quo = load_scenario("status-quo").with_weeks(104)
simulate(quo, 10)
began = time.perf_counter()
made = simulate(quo, 1_000_000, seed=7, keep="outcomes", jobs=2)
assert len(made.outcomes) == 1_000_000 and made.histograms["tension"][50].sum() == 1_000_000
print(time.perf_counter() - began, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
START = """
import time
import mesa, numpy, pandas, scipy.sparse
import scenario_sim.simulation.runner as runner
from scenario_sim.scenario.files import load_scenario
quo = load_scenario("status-quo")
quo.cast
began = time.process_time()
runner.runner_of(quo)
print(time.process_time() - began)
"""


def calibrate() -> float:
    """Return CPU seconds of fixed work: NumPy arithmetic on rows of a thousand runs."""
    rows = np.random.default_rng(0).random((40, 1000))

    def work() -> None:
        for _ in range(480):
            for row in rows:
                np.exp(np.minimum(row * 0.5 + 0.1, 1.0) - row)

    return fastest(work)[0]


def pace() -> float:
    """Return how many times longer this machine takes than that of README.md's figures."""
    return calibrate() / CALIBRATED_S


def pace_text(found: float) -> str:
    """Return the same in words."""
    return (
        f"The calibration loop took {found * CALIBRATED_S:.3f} s, README's machine "
        f"{CALIBRATED_S:g} s."
    )


def fastest(
    *works: Callable[[], object], times: int = 5, clock: Callable[[], float] = process_time
) -> list[float]:
    """Return seconds of the quickest of some tries of each work.

    They take turns, so that a ratio of two compares like with like on a machine whose speed drifts.
    """
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, spent, strict=True):
            before = clock()
            work()
            seconds.append(clock() - before)
    return [min(seconds) for seconds in spent]


@contextmanager
def numpy_engine() -> Iterator[None]:
    """Run worlds on the Mesa model in NumPy for so long."""
    os.environ[ENGINE_VARIABLE] = "numpy"
    try:
        yield
    finally:
        del os.environ[ENGINE_VARIABLE]


def start_seconds(folder: str) -> float:
    """Return CPU seconds from a scenario to its compiled program, in a new process."""
    environment = os.environ | {FOLDER_VARIABLE: folder}
    told = subprocess.check_output([sys.executable, "-c", START], env=environment, text=True)
    return float(told)


class Report:
    """Rows of the table, and what was missed."""

    def __init__(self, slower: float):
        self.slower, self.missed = slower, list[str]()
        self.table = Table("", "measured", "calibrated", "wanted", box=None)

    def time(self, what: str, value: float, unit: str, most: float | None = None) -> None:
        """Add a time; it is not held to what is wanted, for machines differ."""
        wanted = f"at most {most:g} {unit}" if most else ""
        calibrated = f"{value / self.slower:,.2f} {unit}"
        self.table.add_row(what, f"{value:,.2f} {unit}", calibrated, wanted)

    def ratio(self, what: str, value: float, least: float = 0.0, most: float = 0.0) -> None:
        """Add a ratio, which is held to what is wanted."""
        wanted = f"at least {least:g} x" if least else f"at most {most:g} x" if most else ""
        self.table.add_row(what, f"{value:,.2f} x", "", wanted)
        if value < least or (most and value > most):
            self.missed.append(what)

    def size(self, what: str, value: float, unit: str, most: float) -> None:
        """Add a size, which is held to what is wanted."""
        self.table.add_row(what, f"{value:,.0f} {unit}", "", f"at most {most:,.0f} {unit}")
        if value > most:
            self.missed.append(what)


def time_outcomes(report: Report, scenario: Scenario, seeds: Iterator[int]) -> None:
    """Time ensembles of outcomes, compiled and in NumPy, in turns."""

    def compiled(runs: int) -> Callable[[], object]:
        return lambda: simulate(scenario, runs, next(seeds), keep="outcomes")

    def in_numpy(runs: int) -> Callable[[], object]:
        def work() -> None:
            with numpy_engine():
                simulate(scenario, runs, next(seeds), keep="outcomes")

        return work

    for runs in (1000, 200, 1):
        ours, numpys = fastest(compiled(runs), in_numpy(runs), times=5 if runs > 1 else 9)
        micro = 1e6 / runs / WEEKS
        report.time(f"{runs:,} runs, a world-week, outcomes measured", ours * micro, "us")
        report.time("the same, the Mesa model in NumPy", numpys * micro, "us")
        report.ratio("the kernel, times NumPy", numpys / ours, MIN_GAIN.get(runs, 0.0))


def time_weeks(report: Report, scenario: Scenario, seeds: Iterator[int]) -> None:
    """Time a run alone, every week kept, a comparison, and two threads; size a recorded week."""
    policy = scenario.with_levers(exercise_scale=0.1)
    (alone,) = fastest(lambda: replay(scenario, 7, 3), times=40)
    report.time("replay() of one run, from call to result", 1e3 * alone, "ms", MAX_REPLAY_MS)
    weekly, pair = fastest(
        lambda: simulate(scenario, 1000, next(seeds)),
        lambda: compare(scenario, policy, 1000, next(seeds)),
    )
    report.time("1,000 runs, a world-week, every week kept", 1e6 * weekly / 1000 / WEEKS, "us")
    report.ratio("compare(), to one simulate()", pair / weekly, most=MAX_PAIR)
    one, two = fastest(
        lambda: simulate(scenario, 20_000, next(seeds), keep="outcomes"),
        lambda: simulate(scenario, 20_000, next(seeds), keep="outcomes", jobs=2),
        clock=perf_counter,
    )
    report.ratio("two threads against one, 20,000 runs, on the clock", one / two, MIN_THREADS_GAIN)
    report.size(
        "recorded, a world-week", Recording.bytes_per_run_week(scenario.cast), "bytes",
        MAX_RECORDED_BYTES,
    )  # fmt: skip


def time_plugins(report: Report, scenario: Scenario, seeds: Iterator[int]) -> None:
    """Time ensembles with outcomes of the example's plug-ins, to one without."""
    own = scenario.with_plugins(load_plugins(OWN_OUTCOMES / "crises.toml"))
    functions = scenario.with_plugins(load_plugins(OWN_OUTCOMES / "spells.py"))
    for one in (own, functions):
        simulate(one, 10)
    plain, arithmetic, python = fastest(
        *(
            partial(lambda world: simulate(world, 1000, next(seeds), keep="outcomes"), world)
            for world in (scenario, own, functions)
        ),
        times=9,
    )
    report.ratio(
        "five outcomes of arithmetic, to none", arithmetic / plain, most=MAX_OWN_ARITHMETIC
    )
    report.ratio("two outcomes of Python functions, to none", python / plain)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--full", action="store_true", help="also 1,000,000 runs of 104 weeks")
    full = ask.parse_args().full

    scenario = load_scenario("status-quo").with_weeks(WEEKS)
    seeds = count(1)
    simulate(scenario, 10)
    report = Report(pace())
    time_outcomes(report, scenario, seeds)
    time_weeks(report, scenario, seeds)
    time_plugins(report, scenario, seeds)
    with tempfile.TemporaryDirectory() as folder:
        report.time("start: trace and compile", start_seconds(folder), "s", MAX_COLD_START_S)
        warm = min(start_seconds(folder) for _ in range(5))
        report.time("start: from the cache", warm, "s", MAX_WARM_START_S)
    if full:
        took, peak = map(float, subprocess.check_output([sys.executable, "-c", MILLION]).split())
        report.time("1,000,000 runs, two threads, on the clock", took, "s", MAX_MILLION_S)
        report.size("the same, at most in memory", peak / 1e6, "MB", MAX_MILLION_BYTES / 1e6)

    Console().print(report.table)
    print(pace_text(report.slower))
    print(f"Runs as {engine_description()}.")
    if report.missed:
        raise SystemExit("not reached: " + "; ".join(report.missed))


if __name__ == "__main__":
    main()
