"""Many runs of one scenario: simulate, and replay one of them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Literal

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.forking import parting
from scenario_sim.model import EscalationModel, check_alike
from scenario_sim.outcomes import OUTCOMES, measure
from scenario_sim.record import Record, another, using
from scenario_sim.scenario import Scenario
from scenario_sim.streams import MOST_RUNS, run_ids
from scenario_sim.trajectory import Recorder, Recording, Trajectory

Keep = Literal["weekly", "outcomes"]
Progress = Callable[[int, int], None]  # world-weeks done, of how many; raising in it cancels

WEEKLY_BUDGET = 1_000_000_000  # bytes of weeks that are kept; beyond, outcomes and histograms
OUTCOMES_BUDGET = 4_000_000_000  # bytes of outcomes that one call may hold
BLOCK_BYTES = 150_000_000  # bytes of weeks in work at once
MOST_RUNS_A_BLOCK = 2_000  # more do not run faster: the board leaves the processor's cache

# Weekly histograms with fixed edges: they add up bit for bit whatever the blocks.
EDGES = {
    "tension": np.linspace(0, 8, 161),
    "launch_days": np.arange(9) - 0.5,
    "icbm_stock": np.linspace(0, 200, 201),
    "reach": np.linspace(0, 1, 101),
    "revenue": np.linspace(0, 500, 201),
    "talks_stage": np.arange(5) - 0.5,
}


@dataclass(frozen=True)
class _Work:
    """One block of runs, as a process needs it; `record` is None where the shipped one is in use."""

    scenarios: tuple[Scenario, ...]
    seed: int
    runs: np.ndarray
    keep: Keep
    record: Record | None = field(default_factory=another)


def simulate(
    scenario: Scenario,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Trajectory:
    """Run a scenario many times.

    runs: how many (1 .. 2**40), or run ids; seed: 0 .. 2**63-1. The same (scenario, seed, run) is
    the same world whatever stands beside it, in whichever block or process. keep: "weekly" keeps
    every week where that fits into 1 GB, else outcomes and weekly histograms, as "outcomes" does.
    jobs: processes. progress: called with world-weeks done and their total.
    Raises ScenarioError for runs or seeds that cannot be.
    """
    return simulate_side_by_side((scenario,), runs, seed, keep=keep, jobs=jobs, progress=progress)[0]


def replay(scenario: Scenario, seed: int = 0, run: int = 0) -> Trajectory:
    """One run alone: bit for bit the world it is in any ensemble of that seed."""
    return simulate(scenario, runs=[run], seed=seed)


def simulate_side_by_side(
    scenarios: Sequence[Scenario],
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Trajectory]:
    """Several scenarios of one start, length and states on the same luck, as one vector; those that
    lack other mechanisms (`without`) as one vector each. Raises ScenarioError for others."""
    scenarios = tuple(scenarios)
    check_alike(scenarios)
    if len({frozenset(scenario.without) for scenario in scenarios}) > 1:
        return _vector_by_vector(scenarios, runs, seed, keep, jobs, progress)
    _check_room(runs, len(scenarios))
    ids = run_ids(runs)
    cast, weeks = scenarios[0].cast, scenarios[0].weeks
    need = Recording.bytes_a_world_week(cast) * weeks * len(scenarios)
    weekly = keep == "weekly" and need * ids.size <= WEEKLY_BUDGET
    kept = [Recording.empty(cast, weeks, ids.size if weekly else 0) for _ in scenarios]
    tables: list[list[pd.DataFrame]] = [[] for _ in scenarios]
    counts: list[dict[str, np.ndarray]] = [{} for _ in scenarios]

    size = int(max(1, min(MOST_RUNS_A_BLOCK // len(scenarios), BLOCK_BYTES // need)))
    blocks = [slice(at, min(at + size, ids.size)) for at in range(0, ids.size, size)]
    work = [_Work(scenarios, seed, ids[b], "weekly" if weekly else "outcomes") for b in blocks]
    meter = _Meter(progress, weeks * ids.size * len(scenarios))
    parts = [[whole.part(block) for whole in kept] if weekly else [] for block in blocks]
    for into, results in zip(parts, _results(work, jobs, meter, parts), strict=True):
        for n, (recording, table, histograms) in enumerate(results):
            tables[n].append(table)
            if weekly and recording is not into[n]:  # it comes from another process
                into[n].table[...] = recording.table
                into[n].acts[...] = recording.acts
            for name, counted in histograms.items():
                counts[n][name] = counts[n].get(name, 0) + counted
    return [
        Trajectory(
            scenario=scenario,
            seed=seed,
            runs=ids,
            outcomes=pd.concat(tables[n]).set_index(pd.Index(ids, name="run")),
            recording=kept[n] if weekly else None,
            histograms=counts[n],
        )
        for n, scenario in enumerate(scenarios)
    ]


def _vector_by_vector(
    scenarios: tuple[Scenario, ...],
    runs: int | Sequence[int],
    seed: int,
    keep: Keep,
    jobs: int,
    progress: Progress | None,
) -> list[Trajectory]:
    """Each mechanism's sums have terms of their own, so these cannot be one vector. Their luck is the
    same all the same: it is looked up, not drawn."""
    vectors: dict[frozenset[str], list[int]] = {}
    for n, scenario in enumerate(scenarios):
        vectors.setdefault(frozenset(scenario.without), []).append(n)
    one, done = scenarios[0].weeks * run_ids(runs).size, 0  # world-weeks
    if Recording.bytes_a_world_week(scenarios[0].cast) * one * len(scenarios) > WEEKLY_BUDGET:
        keep = "outcomes"
    found: dict[int, Trajectory] = {}
    for places in vectors.values():

        def tell(more: int, _: int, before: int = done) -> None:
            if progress:
                progress(before + more, one * len(scenarios))

        beside = [scenarios[n] for n in places]
        made = simulate_side_by_side(beside, runs, seed, keep=keep, jobs=jobs, progress=tell)
        found |= zip(places, made, strict=True)
        done += one * len(places)
    return [found[n] for n in range(len(scenarios))]


def _check_room(runs, scenarios: int) -> None:
    if isinstance(runs, int) and not isinstance(runs, bool) and runs <= MOST_RUNS:
        most = OUTCOMES_BUDGET // (8 * (len(OUTCOMES) + 1) * scenarios)
        if runs > most:
            text = f"{runs:,} at once do not fit into memory; at most {most:,}, or run ids in parts"
            raise ScenarioError([Problem("runs", text)], "these runs cannot be made")


class _Meter:
    """Tells how far the work is."""

    def __init__(self, progress: Progress | None, total: int):
        self._progress, self._total, self._done = progress, total, 0

    def add(self, world_weeks: int) -> None:
        self._done += world_weeks
        if self._progress:
            self._progress(self._done, self._total)


def _results(
    work: list[_Work], jobs: int, meter: _Meter, parts: list[list[Recording]]
) -> Iterator[list]:
    """Each block's results in order, here (recorded straight into `parts`) or in other
    processes."""
    if jobs <= 1 or len(work) == 1:
        for block, into in zip(work, parts, strict=True):
            yield _run(block, meter, into)
        return
    with processes(min(jobs, len(work))) as pool:
        for block, results in zip(work, pool.map(_run, work), strict=True):
            meter.add(block.scenarios[0].weeks * block.runs.size * len(block.scenarios))
            yield results


def processes(many: int) -> ProcessPoolExecutor:
    """They leave Ctrl-C to us: the pool ends them, and nobody prints a traceback."""
    quiet = (signal.SIGINT, signal.SIG_IGN)
    return ProcessPoolExecutor(
        many, mp_context=get_context("spawn"), initializer=signal.signal, initargs=quiet
    )


def _run(
    work: _Work, meter: _Meter | None = None, into: Sequence[Recording] = ()
) -> list[tuple[Recording | None, pd.DataFrame, dict[str, np.ndarray]]]:
    """Run one block: (recording or None, outcomes, histograms) for each scenario."""
    first, *others = work.scenarios
    recordings = list(into) or [
        Recording.empty(first.cast, first.weeks, work.runs.size) for _ in work.scenarios
    ]
    with using(work.record):
        model = EscalationModel(given=work.scenarios, runs=work.runs, rng=work.seed)
        part = min((parting(first, other) for other in others), default=0)
        alone = EscalationModel(given=first, runs=work.runs, rng=work.seed) if part else None
    if alone is not None:  # until they part, one of them is all of them
        _record(alone, recordings[:1], part, meter, worth=len(work.scenarios))
        model.take_up(part, alone.board.block)
        alone.__dict__.clear()
        for recording in recordings[1:]:
            recording.table[:, :part] = recordings[0].table[:, :part]
            recording.acts[:, :part] = recordings[0].acts[:, :part]
    _record(model, recordings, model.weeks, meter)
    model.__dict__.clear()  # Mesa's models refer to themselves: this frees the board now
    if work.keep == "weekly":
        return [(recording, measure(recording), {}) for recording in recordings]
    return [(None, measure(recording), histograms(recording)) for recording in recordings]


def _record(
    model: EscalationModel,
    recordings: Sequence[Recording],
    until: int,
    meter: _Meter | None,
    worth: int = 1,
) -> None:
    """Step and record up to a week. worth: how many worlds each of these stands for."""
    recorder = Recorder(model, list(recordings))
    while model.week < until:
        model.advance()
        recorder.record()
        if meter:
            meter.add(model.width * worth)


def histograms(recording: Recording) -> dict[str, np.ndarray]:
    """Counts over runs for every week: name -> int64 (week, bin). The last bin takes the rest."""
    counts = {}
    for name, edges in EDGES.items():
        week_by_run, bins = recording[name], len(edges) - 1
        place = _bins(edges, week_by_run)
        place += bins * np.arange(len(place))[:, None]
        found = np.bincount(place.ravel(), minlength=bins * len(place))
        counts[name] = found.reshape(-1, bins)
    return counts


def _bins(edges: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The bin of each value. Bins are equally wide, so it is worked out and not searched for; what
    rounding put on the wrong side of an edge is put right."""
    inner = np.concatenate([[-np.inf], edges[1:-1], [np.inf]])
    place = (values - edges[0]) / (edges[1] - edges[0])
    place = np.clip(place, 0, len(edges) - 2).astype(np.intp)
    place -= values < inner[place]
    place += values >= inner[place + 1]
    return place
