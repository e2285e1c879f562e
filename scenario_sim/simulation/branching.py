"""Simulate scenarios that share their first weeks: those weeks are simulated once.

A trial from many origins replays the same past each time. Here the past is the *trunk*, and each
origin's future a *branch* that leaves it in some week. A branch is the same, bit for bit, as its
scenario simulated whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenario_sim.model.kernel.run import Kernel, Outputs, PreparedScenario, padded
from scenario_sim.model.random_draws import check_seed, run_ids
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.runner import CompiledRunner, runner_of


@dataclass(frozen=True)
class Branch:
    """A scenario that equals the trunk up to `week`, exclusive."""

    scenario: Scenario
    week: int


def simulate_branches(
    trunk: Scenario,
    branches: Sequence[Branch],
    runs: int | Sequence[int],
    seed: int = 0,
    keep: Collection[str] = ("launch_days",),
) -> list[Recording]:
    """Return the kept quantities and the acts of each branch from its week on.

    A branch whose inputs differ from the trunk's before its week is simulated whole.

    Parameters
    ----------
    trunk : Scenario
        At least as long as the latest week of a branch.
    branches : sequence of Branch
    runs : int or sequence of int
        Number of runs, or run ids.
    seed : int
        0 .. 2**63-1.
    keep : collection of str
        Recorded quantities.

    Raises
    ------
    ScenarioError
        If runs or seed are out of range.
    """
    check_seed(seed)
    ids = run_ids(runs)
    runner = runner_of(trunk)
    if not isinstance(runner, CompiledRunner):
        return [_whole(branch, ids, seed, keep) for branch in branches]
    kernel = runner.kernel
    shared = kernel.prepare(trunk)
    found: list[Recording | None] = [None] * len(branches)
    state, week = None, 0
    for n in sorted(range(len(branches)), key=lambda n: branches[n].week):
        branch = branches[n]
        prepared = kernel.prepare(branch.scenario)
        if branch.scenario.cast != trunk.cast or not _is_same(shared, prepared, branch.week):
            found[n] = _whole(branch, ids, seed, keep)
            continue
        if branch.week > week:
            outputs, _ = _outputs(kernel, (), shared.weeks, ids.size)
            state = kernel.run(shared, seed, ids, outputs, 0, (week, branch.week), state)
            week = branch.week
        outputs, rows = _outputs(kernel, keep, prepared.weeks, ids.size)
        acts = np.zeros((len(trunk.cast.channels), prepared.weeks, padded(ids.size)), np.int8)
        outputs = replace(outputs, acts=acts)
        kernel.run(prepared, seed, ids, outputs, 0, (week, prepared.weeks), state)
        table = np.array([rows[name][week:, : ids.size] for name in keep])
        found[n] = Recording(trunk.cast, table, acts[:, week:, : ids.size], tuple(keep))
    return [one for one in found if one is not None]


def _is_same(trunk: PreparedScenario, branch: PreparedScenario, week: int) -> bool:
    """Return whether two scenarios have the same inputs before a week."""
    return (
        week <= min(trunk.weeks, branch.weeks)
        and np.array_equal(trunk.start, branch.start)
        and np.array_equal(trunk.uniform[:week], branch.uniform[:week], equal_nan=True)
        and all(
            trunk.shocks.get(w, ()) == branch.shocks.get(w, ())
            for w in trunk.shocks.keys() | branch.shocks.keys()
            if w < week
        )
    )


def _outputs(
    kernel: Kernel, keep: Collection[str], weeks: int, runs: int
) -> tuple[Outputs, dict[str, np.ndarray]]:
    """Return the arrays of a call, and the kept rows by name. Cycles look back along tension."""
    shape = (weeks, padded(runs))
    rows = {name: np.zeros(shape, np.float32) for name in {*keep, "tension"}}
    outputs = Outputs([rows.get(name) for name in kernel.layout.recorded])
    return outputs, {name: rows[name] for name in keep}


def _whole(branch: Branch, ids: np.ndarray, seed: int, keep: Collection[str]) -> Recording:
    weekly = simulate(branch.scenario, ids.tolist(), seed, keep=tuple(keep)).weekly
    table = np.array([weekly[name][branch.week :] for name in keep])
    return Recording(weekly.cast, table, weekly.acts[:, branch.week :], tuple(keep))
