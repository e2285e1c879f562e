"""Search for coefficients that explain the record, with an ensemble of walkers (emcee).

A synthetic likelihood weighs the coefficients marked for calibration, so no likelihood of the model
itself is needed. The best of a sample of the prior begin. The walkers then move by differential
evolution (ter Braak 2006; Nelson and others 2014); the second half of their steps is the posterior.
All candidates share the same random draws, many in one task, so that nothing depends on the number
of processes. Every step is saved: a search that was killed goes on to the same bytes.

ABC-SMC with importance weights (pyabc) was tried first: in 26 dimensions all of its weight lay on one
draw of 150 after five generations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.errors import OutputError, Problem, ScenarioError, UnknownNameError
from scenario_sim.file_io import read_regular_file, replace_file
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.executors import Executor, threads
from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration import targets
from scenario_sim.validation.calibration.likelihood import (
    Candidates,
    calibrated_names,
    compute_misfits,
    observed_targets,
    to_bounds,
)
from scenario_sim.validation.calibration.posterior import DIGITS, MISFIT, WEIGHT, Posterior

METHOD = (
    "synthetic likelihood (Wood 2010; Price and others 2018), sampled by an ensemble of walkers "
    "with differential-evolution moves (emcee)"
)
START_CANDIDATES = 5  # candidates from the prior for each walker
TASKS = 2  # parts of a batch, one for each core of a laptop
MIN_TASK_RUNS = 500
JUMP_SHARE = 0.1  # share of moves that may carry a walker to another mode
MAX_KEPT_DRAWS = 400
MAX_SPLIT_R_HAT = 1.05  # a settled search lies below
MIN_AUTOCORRELATION_TIMES = 10  # that a settled search keeps
PLAN_FILE, STEPS_FOLDER = "plan.json", "steps"

Progress = Callable[[int, int], None]  # steps made, of how many


@dataclass(frozen=True)
class SearchSize:
    """Size of a search.

    Attributes
    ----------
    walkers : int
        At least twice the number of coefficients.
    runs : int
        Futures that weigh one candidate.
    steps : int
        Steps of every walker.
    """

    walkers: int
    runs: int
    steps: int


QUICK = SearchSize(walkers=60, runs=25, steps=100)
FULL = SearchSize(walkers=120, runs=100, steps=2_000)
MIN_SIZE = SearchSize(walkers=4, runs=10, steps=4)


def fit_posterior(
    folder: Path,
    size: SearchSize = QUICK,
    seed: int = 0,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
) -> Posterior:
    """Fit coefficients to the record and save posterior.csv and posterior.toml in `folder`.

    Every step is saved there, and the same call in the same folder continues where it stopped. Only
    months to 2019-12 are read.

    Parameters
    ----------
    folder : Path
        Where the search lives.
    size : SearchSize
        Walkers, runs and steps.
    seed : int
        Seed of the walkers and of the ensembles.
    only : sequence of str
        Some of the coefficients marked for calibration; all by default.
    jobs : int
        Threads; the result does not depend on them.
    progress : callable, optional
        Called with the steps made and their number.

    Raises
    ------
    ScenarioError
        If the folder holds another search.
    NotInstalled
        If emcee is not installed.
    """
    emcee = import_optional("emcee")
    names = tuple(n for n in calibrated_names() if n in only or not only)
    _check(names, only, size)
    plan = _plan(names, size, seed)
    _open_folder(folder, plan)
    with threads(jobs) as executor:
        found = _Search(emcee, folder, names, size, seed, executor, progress).run()
    found = Posterior(found.table, plan | dict(found.manifest))
    found.save(folder)
    return found


def _check(names: Sequence[str], only: Sequence[str], size: SearchSize) -> None:
    """Check names and size. Raises ScenarioError or UnknownNameError."""
    for name in only:
        if name not in names:
            raise UnknownNameError("coefficient marked for calibration", name, calibrated_names())
    least = SearchSize(max(MIN_SIZE.walkers, 2 * len(names)), MIN_SIZE.runs, MIN_SIZE.steps)
    problems = [
        Problem(f"--{option} {value}", f"takes a whole number of at least {low} here")
        for option, value, low in zip(asdict(size), astuple(size), astuple(least), strict=True)
        if value < low
    ]
    if size.walkers % 2:
        problems.append(
            Problem(f"--walkers {size.walkers}", "takes an even number: halves move in turn")
        )
    if problems:
        raise ScenarioError(problems, "this cannot be calibrated")


def _plan(names: Sequence[str], size: SearchSize, seed: int) -> dict[str, Any]:
    """Return all that decides where the walkers go; a larger number of steps continues a search."""
    with record.record_context(None):  # of the record only the figures below are fitted
        engine = engine_version()
    return {
        "engine": engine,
        "record": "CNS, CSIS, Japan MoD, UN documents, KOTRA; the figures below",
        "period": f"{targets.history_scenario().start} up to, not including, {targets.FIT_END}",
        "method": METHOD,
        "figures": [f.name for f in targets.compute_targets(targets.observed_weeks())],
        "observed": [round(value, 6) for value in observed_targets()],
        "bounds": {n: [float(PARAMETERS[n].low), float(PARAMETERS[n].high)] for n in names},
        "seed": seed,
        "walkers": size.walkers,
        "runs": size.runs,
    }


def _open_folder(folder: Path, plan: Mapping[str, Any]) -> None:
    """Make the folder of this search. Raises ScenarioError if it holds another one."""
    place = folder / PLAN_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _write_error(folder, error) from None
    if not place.exists():
        _write_file(
            place, lambda part: part.write_text(json.dumps(plan, indent=1), encoding="utf-8")
        )
    try:
        held = json.loads(read_regular_file(place, MAX_FILE_BYTES))
    except ValueError:
        held = {}
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise ScenarioError(
            [Problem(PLAN_FILE, text)], f"--out {folder} holds no calibration"
        ) from None
    held = held if isinstance(held, dict) else {}
    cure = "differs from the search in that folder; take another folder, or the same settings"
    problems = [Problem(key, cure) for key, value in plan.items() if held.get(key) != value]
    if problems:
        raise ScenarioError(problems, f"--out {folder} holds another calibration")


class _Search:
    """Run one search in its folder; `run` continues it wherever it stands."""

    def __init__(
        self, emcee: ModuleType, folder: Path, names: Sequence[str], size: SearchSize, seed: int,
        executor: Executor, progress: Progress | None,
    ):  # fmt: skip
        self.emcee, self.folder, self.size, self.seed = emcee, folder, size, seed
        self.names, self.seen, self.held = tuple(names), observed_targets(), record.current_record()
        self.executor, self.progress = executor, progress
        try:
            (folder / STEPS_FOLDER).mkdir(exist_ok=True)
        except OSError as error:
            raise _write_error(folder / STEPS_FOLDER, error) from None

    def run(self) -> Posterior:
        """Make every missing step, each from the saved one before, and return the posterior."""
        moves = self.emcee.moves
        sampler = self.emcee.EnsembleSampler(
            self.size.walkers, len(self.names), self._log_posterior, vectorize=True,
            moves=[(moves.DEMove(), 1 - JUMP_SHARE), (moves.DEMove(gamma0=1.0), JUMP_SHARE)],
        )  # fmt: skip
        done = min(self._done(), self.size.steps)
        state = self._read(done) if done >= 0 else self._start()
        for step in range(max(done, 0) + 1, self.size.steps + 1):
            state = next(
                sampler.sample(state, iterations=1, store=False, skip_initial_state_check=True)
            )
            self._write(step, state)
        return self._posterior()

    # --- what is kept ---

    def _place(self, step: int) -> Path:
        return self.folder / STEPS_FOLDER / f"{step:06d}.npz"

    def _done(self) -> int:
        """Return the last step that is saved; -1 if there is none."""
        return max((int(p.stem) for p in (self.folder / STEPS_FOLDER).glob("*.npz")), default=-1)

    def _write(self, step: int, state: Any) -> None:
        _, words, at, has_gauss, gauss = state.random_state
        what = {"coords": state.coords, "log": state.log_prob, "words": words}
        what |= {"luck": np.array([at, has_gauss]), "gauss": np.array([gauss])}

        def save(part: Path) -> None:
            with part.open("wb") as file:
                np.savez(file, **what)

        _write_file(self._place(step), save)
        if self.progress:
            self.progress(step, self.size.steps)

    def _read(self, step: int) -> Any:
        kept = np.load(self._place(step))
        at, has_gauss = (int(n) for n in kept["luck"])
        luck = ("MT19937", kept["words"], at, has_gauss, float(kept["gauss"][0]))
        return self.emcee.State(kept["coords"], log_prob=kept["log"], random_state=luck)

    # --- weighing ---

    def _start(self) -> Any:
        """Return the best candidates of a sample of the prior."""
        luck = np.random.RandomState(np.random.SeedSequence(self.seed).generate_state(4))
        free = luck.logistic(size=(START_CANDIDATES * self.size.walkers, len(self.names)))
        log = self._log_posterior(free)
        best = np.argsort(-log, kind="stable")[: self.size.walkers]
        state = self.emcee.State(free[best], log_prob=log[best], random_state=luck.get_state())
        self._write(0, state)
        return state

    def _log_posterior(self, free: np.ndarray) -> np.ndarray:
        """Return the log posterior of unbounded coefficients, up to a constant, shape (candidate,)."""
        prior = -(np.abs(free) + 2 * np.log1p(np.exp(-np.abs(free)))).sum(axis=1)
        return prior - self._misfits(free) / 2

    def _misfits(self, free: np.ndarray) -> np.ndarray:
        rows = [to_bounds(self.names, row) for row in free]
        size = max(-(-len(rows) // TASKS), -(-MIN_TASK_RUNS // self.size.runs))
        tasks = {self._candidates(rows[at : at + size]): at for at in range(0, len(rows), size)}
        found = np.empty(len(rows))
        for task, result in self.executor(compute_misfits, list(tasks), _world_weeks):
            if isinstance(result, Exception):
                raise result
            found[tasks[task] : tasks[task] + len(result)] = result
        return found

    def _candidates(self, rows: Sequence[tuple[float, ...]]) -> Candidates:
        what = (self.size.runs, self.seed, self.seen, self.held)
        return Candidates(self.names, tuple(rows), *what)

    # --- what it came to ---

    def _posterior(self) -> Posterior:
        last, first = self.size.steps, self.size.steps // 2 + 1
        chain = np.array([np.load(self._place(step))["coords"] for step in range(last + 1)])
        logs = np.array([np.load(self._place(step))["log"] for step in range(last + 1)])
        stay = (chain[1:] == chain[:-1]).all(axis=2)
        half, log = chain[first:], logs[first:]
        many = half.shape[0] * half.shape[1]
        rows = np.linspace(0, many - 1, min(many, MAX_KEPT_DRAWS)).round().astype(int)
        free, log = half.reshape(many, -1)[rows], log.reshape(many)[rows]
        prior = -(np.abs(free) + 2 * np.log1p(np.exp(-np.abs(free)))).sum(axis=1)
        table = pd.DataFrame([to_bounds(self.names, row) for row in free], columns=list(self.names))
        table.insert(0, MISFIT, 2 * (prior - log))
        table.insert(0, WEIGHT, 1 / len(table))
        table = table.map(lambda value: float(f"{value:.{DIGITS}g}"))
        table = table.sort_values([MISFIT, *self.names], kind="stable").reset_index(drop=True)
        time, mixed = _autocorrelation(half).mean(), _split_r_hat(half)
        return Posterior(table, {
            "steps": last,
            "weighed": self.size.walkers * (START_CANDIDATES + last),
            "accepted": round(float(1 - stay.mean()), 4),
            "steps_kept": int(half.shape[0]),
            "autocorrelation_steps": round(float(time), 2),
            "effective_draws": round(float(many / time), 1),
            "largest_split_r_hat": round(float(mixed.max()), 3),
            "settled": bool(mixed.max() < MAX_SPLIT_R_HAT and len(half) > MIN_AUTOCORRELATION_TIMES * time),
            "best_misfit": float(table[MISFIT].min()),
            "median_misfit": float(table[MISFIT].median()),
            "misfit_of_the_hand_set": float(f"{self._hand_set():.{DIGITS}g}"),
        })  # fmt: skip

    def _hand_set(self) -> float:
        usual = tuple(float(PARAMETERS[n].default) for n in self.names)
        return float(compute_misfits(self._candidates([usual]))[0])


def _autocorrelation(chain: np.ndarray) -> np.ndarray:
    """Return the integrated autocorrelation time of each coefficient, in steps.

    It is taken over all walkers and summed up to five times itself (Sokal). The chain has the shape
    (step, walker, coefficient); the result (coefficient,).
    """
    away = chain - chain.mean(axis=(0, 1))
    lags = range(len(chain))
    kept = np.array([(away[k:] * away[: len(away) - k]).mean(axis=(0, 1)) for k in lags])
    times = 2 * np.cumsum(kept / np.maximum(kept[0], 1e-12), axis=0) - 1
    enough = np.arange(len(chain))[:, None] >= 5 * times
    at = np.where(enough.any(axis=0), enough.argmax(axis=0), len(chain) - 1)
    return np.maximum(times[at, np.arange(chain.shape[2])], 1.0)


def _split_r_hat(chain: np.ndarray) -> np.ndarray:
    """Return split R-hat of each coefficient (Gelman and others 2013), walkers pooled.

    It is near 1 where the first half of the steps looks like the second. The chain has the shape
    (step, walker, coefficient); the result (coefficient,).
    """
    halves = np.array_split(chain, 2)
    flat = [half.reshape(-1, chain.shape[2]) for half in halves]
    within = np.mean([f.var(axis=0, ddof=1) for f in flat], axis=0)
    between = np.var([f.mean(axis=0) for f in flat], axis=0, ddof=1)
    return np.sqrt(1 + between / np.maximum(within, 1e-12))


def _world_weeks(task: Candidates) -> int:
    return len(task.values) * task.runs * targets.WEEKS


def _write_file(place: Path, write: Callable[[Path], Any]) -> None:
    """Write a file whole or not at all. Raises OutputError."""
    try:
        replace_file(place, write)
    except OSError as error:
        raise _write_error(place, error) from None


def _write_error(place: Path, error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"--out: {place} could not be written: {reason}; earlier steps are saved")
