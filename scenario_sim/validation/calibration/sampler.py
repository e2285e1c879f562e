"""Fit coefficients to the record: a design, an emulator of its figures, and walkers on it.

Futures of some two thousand points are simulated once (`design`); a smooth emulator gives the synthetic
likelihood anywhere between them (`emulator`); walkers draw from the posterior (`walkers`), and records
that the model made itself try the whole (`self_check`). Walkers on simulated futures took a night and
did not settle in 26 dimensions; ABC-SMC with importance weights put all its weight on one draw of 150.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.file_io import read_regular_file
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.executors import threads
from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration import targets
from scenario_sim.validation.calibration.design import (
    FITTED,
    STEPS_FOLDER,
    Design,
    marked_names,
    observed_figures,
    simulate_points,
    sobol_shares,
    to_bounds,
    write_error,
    write_file,
)
from scenario_sim.validation.calibration.emulator import (
    Emulator,
    fit_emulator,
    fit_summary,
    summarise,
)
from scenario_sim.validation.calibration.manifest import describe_fit
from scenario_sim.validation.calibration.neural_posterior import fit_neural_posterior
from scenario_sim.validation.calibration.posterior import DIGITS, MISFIT, WEIGHT, Posterior
from scenario_sim.validation.calibration.self_check import check_own_records
from scenario_sim.validation.calibration.walkers import Chains, walk

METHOD = (
    "emulated synthetic likelihood (Wood 2010; Price and others 2018) of regression estimates of the "
    "coefficients, sampled by ensembles of "
    "walkers with differential-evolution moves (emcee)"
)
MAX_KEPT_DRAWS = 400
PLAN_FILE = "plan.json"
IMPORTED = ("emcee", "sklearn", "arviz_stats")

Progress = Callable[[int, int], None]  # points simulated, of how many


@dataclass(frozen=True)
class SearchSize:
    """Size of a fit.

    Attributes
    ----------
    points : int
        Points of the prior that are simulated.
    runs : int
        Futures of each point.
    walkers : int
        Walkers of each ensemble; at least twice the number of coefficients.
    steps : int
        Steps of every walker; the second half is kept.
    sets : int
        Records made by the model itself that try the fit.
    """

    points: int
    runs: int
    walkers: int
    steps: int
    sets: int


QUICK = SearchSize(points=512, runs=25, walkers=40, steps=2_000, sets=100)
FULL = SearchSize(points=2_048, runs=50, walkers=80, steps=4_000, sets=400)
MIN_SIZE = SearchSize(points=64, runs=10, walkers=4, steps=8, sets=8)


def fit_posterior(
    folder: Path,
    size: SearchSize = QUICK,
    seed: int = 0,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    neural: bool = False,
    progress: Progress | None = None,
) -> Posterior:
    """Fit coefficients to the record and save posterior.csv and posterior.toml in `folder`.

    Simulated points are saved there, and the same call in the same folder continues where it stopped.
    Only months to 2019-12 are read.

    Parameters
    ----------
    folder : Path
        Where the fit lives.
    size : SearchSize
        Points, runs, walkers, steps and sets.
    seed : int
        Seed of points, futures, walkers and sets.
    only : sequence of str
        Coefficients marked for calibration; `FITTED` by default.
    jobs : int
        Threads; the result does not depend on them.
    neural : bool
        Add the quantiles of a neural posterior (`neural_posterior`) to the manifest.
    progress : callable, optional
        Called with the points simulated and their number, those of the sets included.

    Raises
    ------
    ScenarioError
        If the folder holds another fit.
    NotInstalled
        If a library of the extra `calibrate` is not installed.
    """
    for module in (*IMPORTED, *(["sbi"] if neural else [])):
        import_optional(module)
    names = tuple(n for n in marked_names() if n in (only or FITTED))
    _check(names, only, size)
    plan = _plan(names, size, seed)
    _open_folder(folder, plan)
    design, tried = _simulate(folder, names, size, seed, jobs, progress)
    summary = fit_summary(design)
    emulator = fit_emulator(summarise(summary, design))
    with threads(jobs) as executor:
        checked = check_own_records(emulator, summary, names, size.sets, seed, executor, tried)
    seen = observed_figures()
    estimates = summary.estimate(seen[None])[0]
    chains = walk(emulator, estimates, size.walkers, size.steps, [seed, 4])
    manifest = plan | describe_fit(design, emulator, chains, checked, seen, estimates)
    if neural:
        told = fit_neural_posterior(design, checked, seen, seed)
        manifest["neural"] = {"engine": plan["engine"], **told}
    found = Posterior(_thin(names, emulator, chains, estimates), manifest)
    found.save(folder)
    return found


def _simulate(
    folder: Path,
    names: tuple[str, ...],
    size: SearchSize,
    seed: int,
    jobs: int,
    progress: Progress | None,
) -> tuple[Design, Progress]:
    """Return the simulated design, and the progress of what follows it."""
    total = size.points + size.sets

    def told(done: int, _: int) -> None:
        if progress:
            progress(done, total)

    shares = sobol_shares(size.points, len(names), seed)
    with threads(jobs) as executor:
        design = simulate_points(names, shares, size.runs, seed, executor, folder, told)
    return design, lambda done, all_sets: told(size.points + done, all_sets)


def _check(names: Sequence[str], only: Sequence[str], size: SearchSize) -> None:
    """Check names and size. Raises ScenarioError or UnknownNameError."""
    for name in only:
        if name not in names:
            raise UnknownNameError("coefficient marked for calibration", name, marked_names())
    least = asdict(MIN_SIZE) | {"walkers": max(MIN_SIZE.walkers, 2 * len(names))}
    problems = [
        Problem(f"--{option} {value}", f"takes a whole number of at least {low} here")
        for (option, low), value in zip(least.items(), astuple(size), strict=True)
        if value < low
    ]
    if size.walkers % 2:
        problems.append(
            Problem(f"--walkers {size.walkers}", "takes an even number: halves move in turn")
        )
    if problems:
        raise ScenarioError(problems, "this cannot be calibrated")


def _plan(names: Sequence[str], size: SearchSize, seed: int) -> dict[str, Any]:
    """Return all that decides what comes out."""
    with record.record_context(None):  # of the record only the figures below are fitted
        engine = engine_version()
    return {
        "engine": engine,
        "record": "CNS, CSIS, Japan MoD, UN documents, KOTRA; the figures below",
        "period": f"{targets.history_scenario().start} up to, not including, {targets.FIT_END}",
        "method": METHOD,
        "observed": [round(value, 6) for value in observed_figures().tolist()],
        "bounds": {n: [float(PARAMETERS[n].low), float(PARAMETERS[n].high)] for n in names},
        "seed": seed,
        **asdict(size),
    }


def _open_folder(folder: Path, plan: Mapping[str, Any]) -> None:
    """Make the folder of this fit. Raises ScenarioError if it holds another one."""
    place = folder / PLAN_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from None
    if not place.exists():
        write_file(
            place, lambda part: part.write_text(json.dumps(plan, indent=1), encoding="utf-8")
        )
    try:
        (folder / STEPS_FOLDER).mkdir(exist_ok=True)
        held = json.loads(read_regular_file(place, MAX_FILE_BYTES))
    except ValueError:
        held = {}
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise ScenarioError(
            [Problem(PLAN_FILE, text)], f"--out {folder} holds no calibration"
        ) from None
    held = held if isinstance(held, dict) else {}
    free = ("walkers", "steps", "sets")  # they come after the simulated points
    cure = "differs from the fit in that folder; take another folder, or the same settings"
    problems = [
        Problem(key, cure)
        for key, value in plan.items()
        if key not in free and held.get(key) != value
    ]
    if problems:
        raise ScenarioError(problems, f"--out {folder} holds another calibration")


def _thin(
    names: Sequence[str], emulator: Emulator, chains: Chains, seen: np.ndarray
) -> pd.DataFrame:
    """Return evenly spaced draws with their misfit, the best first."""
    flat = chains.flat
    rows = np.linspace(0, len(flat) - 1, min(len(flat), MAX_KEPT_DRAWS)).round().astype(int)
    table = pd.DataFrame(to_bounds(names, flat[rows]), columns=list(names))
    table.insert(0, MISFIT, emulator.misfits(flat[rows], seen))
    table.insert(0, WEIGHT, 1 / len(table))
    table = table.map(lambda value: float(f"{value:.{DIGITS}g}"))
    return table.sort_values([MISFIT, *names], kind="stable").reset_index(drop=True)
