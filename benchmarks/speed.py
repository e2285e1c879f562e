"""How fast the engine is: CPU time a world-week, beside a loop that tells how fast the machine is.

    python -m benchmarks.speed            about half a minute
    python -m benchmarks.speed --full     also 100,000 runs of 260 weeks: two minutes more

Prints a table and asserts what does not depend on the machine: ratios, bytes, memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from time import process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from scenario_sim import EscalationModel, compare, load_scenario, simulate
from scenario_sim.ensemble import simulate_side_by_side
from scenario_sim.trajectory import Recording

WEEKS = 104
AIM = 3.0  # CPU microseconds a world-week at 1,000 runs
LEAST_GAIN = 200  # a thousand worlds together, against one after the other
MOST_FOR_A_PAIR = 2.1  # baseline and policy together, against one scenario
MOST_BYTES = 500  # a world-week, recorded
MOST_MEMORY = 2_000_000_000  # 100,000 runs of 260 weeks
CALIBRATED = 0.1  # CPU seconds of the calibration loop on the machine of README.md's figures

LARGE = """
from pathlib import Path
from time import process_time
from scenario_sim import load_scenario, simulate
made = simulate(load_scenario("status-quo").with_weeks(260), 100_000, seed=7, keep="outcomes")
try:  # the high-water mark of this process alone
    status = Path("/proc/self/status").read_text()
    peak = 1024 * int(status.split("VmHWM:")[1].split()[0])
except OSError:
    import resource, sys
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(peak, process_time(), len(made.outcomes))
"""


def calibrate() -> float:
    """CPU seconds of fixed work of the engine's kind: arithmetic on rows of a thousand runs."""
    rows = np.random.default_rng(0).random((40, 1000))

    def work() -> None:
        for _ in range(480):
            for row in rows:
                np.exp(np.minimum(row * 0.5 + 0.1, 1.0) - row)

    return fastest(work)[0]


def pace() -> float:
    """How many times longer this machine takes than that of README.md's figures."""
    return calibrate() / CALIBRATED


def pace_text(found: float) -> str:
    """The same in words."""
    return (
        f"The calibration loop took {found * CALIBRATED:.3f} s, README's machine {CALIBRATED:g} s."
    )


def fastest(*works: Callable[[], object], times: int = 5) -> list[float]:
    """CPU seconds of the quickest of some tries of each: the rest is other people's noise. They take
    turns, so that a ratio of two compares like with like."""
    spent = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, spent, strict=True):
            before = process_time()
            work()
            seconds.append(process_time() - before)
    return [min(seconds) for seconds in spent]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--full", action="store_true", help="also 100,000 runs of 260 weeks")
    full = ask.parse_args().full

    scenario = load_scenario("status-quo").with_weeks(WEEKS)
    policy = scenario.with_levers(exercise_scale=0.1)
    seeds = count(1)  # luck nobody drew before, each time
    slower = pace()
    table = Table("", "measured", "calibrated", "wanted", box=None)

    def row(what: str, value: float, unit: str, wanted: str = "", timed: bool = True) -> None:
        calibrated = f"{value / slower:,.2f} {unit}" if timed else ""
        table.add_row(what, f"{value:,.2f} {unit}", calibrated, wanted)

    def new_luck(runs: int) -> Callable[[], object]:
        return lambda: simulate(scenario, runs, next(seeds))

    def pair() -> None:
        compare(scenario, policy, 1000, next(seeds))

    def known_luck() -> None:
        simulate(policy, 1000, 7)

    policies = [scenario.with_levers(exercise_scale=n / 10) for n in range(8)]

    def one_by_one() -> None:
        for one in policies:
            simulate(one, 200, 7)

    def side_by_side() -> None:
        simulate_side_by_side(policies, 200, 7)

    def model_alone() -> None:
        EscalationModel(scenario, 1, rng=7).run_model()

    sizes = (1, 200, 1000, 4000)
    *new, paired = fastest(*map(new_luck, sizes), pair)
    simulate(scenario, 1000, 7)  # this luck is kept
    known, alone, apart, beside = fastest(known_luck, model_alone, one_by_one, side_by_side)
    per_week = {runs: 1e6 * spent / runs / WEEKS for runs, spent in zip(sizes, new, strict=True)}
    for runs, value in per_week.items():
        wanted = f"at most {AIM:g} us" if runs == 1000 else ""
        row(f"{runs:,} runs, a world-week" if runs > 1 else "one run, a week", value, "us", wanted)
    row("1,000 runs on luck that is known", 1e6 * known / 1000 / WEEKS, "us")
    row("one run of the Mesa model, a week", 1e6 * alone / WEEKS, "us")

    gain = per_week[1] / per_week[1000]
    row("a thousand together, not one by one", gain, "x", f"at least {LEAST_GAIN} x", timed=False)
    for_a_pair = paired / new[sizes.index(1000)]
    row(
        "compare(), to one simulate()", for_a_pair, "x", f"at most {MOST_FOR_A_PAIR} x", timed=False
    )
    row("8 policies of 200 runs side by side, to one by one", beside / apart, "x", timed=False)
    recorded = Recording.bytes_a_world_week(scenario.cast)
    row("recorded, a world-week", recorded, "bytes", f"less than {MOST_BYTES}", timed=False)

    peak = 0.0
    if full:
        done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        peak, seconds, _ = map(float, done.stdout.split())
        row("100,000 runs of 260 weeks", seconds, "s")
        row("the same, at most in memory", peak / 1e6, "MB", "less than 2,000", timed=False)

    Console().print(table)
    print(pace_text(slower))
    assert gain >= LEAST_GAIN, f"a thousand together are only {gain:.0f} times as fast"
    assert for_a_pair <= MOST_FOR_A_PAIR, f"a pair costs {for_a_pair:.2f} times one scenario"
    assert recorded < MOST_BYTES
    assert peak < MOST_MEMORY


if __name__ == "__main__":
    main()
