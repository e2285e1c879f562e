"""The search: ABC-SMC (pyabc) over the coefficients marked for calibration.

Each generation keeps the draws whose misfit lies below that of the better half of the one before, and
perturbs them for the next, until the tolerance hardly matters any more: the draws kept are weighted by
exp(-misfit / 2), and once these weights are worth half of the draws, the search ends.

Every candidate has a seed of its own and is weighed on the same futures, many side by side. So nothing
depends on the number of processes, and a search that was killed goes on to the same bytes: pyabc keeps
finished generations in SQLite, and the candidates weighed since lie beside it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.calibration import evidence
from scenario_sim.calibration.misfit import Candidates, bounded, marked, observed, weigh
from scenario_sim.calibration.posterior import DIGITS, MISFIT, WEIGHT, Posterior
from scenario_sim.engine import engine_version
from scenario_sim.errors import Problem, ScenarioError, UnknownName
from scenario_sim.parameters import PARAMETERS
from scenario_sim.studies.executors import Executor, processes
from scenario_sim.studies.extras import needed

WIDTH = 2_000  # worlds side by side
SETTLED = 0.5  # weights worth this share of the draws: the tolerance does not matter any more
BETTER = 0.5  # share of a generation that sets the next tolerance
PERTURBED = 0.5  # of Silverman's bandwidth, as a variance
DRAWS_A_COEFFICIENT = 4  # fewer do not span the space they move in
LEAST_RUNS = 10
AT_ONCE = 4  # chunks of candidates proposed together
PLAN, DATABASE, WEIGHED = "plan.json", "abc.db", "weighed"

Progress = Callable[[int, int], None]  # candidates weighed, of at most how many


@dataclass(frozen=True)
class Size:
    """draws: of a generation. runs: futures of a candidate. most: candidates in all."""

    draws: int
    runs: int
    most: int


QUICK = Size(draws=120, runs=25, most=6_000)
FULL = Size(draws=400, runs=100, most=300_000)


def calibrate(
    folder: Path,
    size: Size = QUICK,
    seed: int = 0,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
) -> Posterior:
    """Fit, keep everything in `folder`, and leave posterior.csv and posterior.toml in it. The same
    call in the same folder goes on where it was. Reads months to 2019-12 only.

    Raises ScenarioError where the folder holds another search, NotInstalled without pyabc.
    """
    pyabc = needed("pyabc")
    names = tuple(n for n in marked() if n in only or not only)
    _check(names, only, size)
    plan = _plan(names, size, seed)
    _claim(folder, plan)
    with processes(jobs, soon=True) as executor:
        search = _Search(pyabc, folder, names, size, seed, executor, progress)
        found = search.run()
    found = Posterior(found.table, plan | dict(found.manifest))
    found.save(folder)
    return found


def _check(names: Sequence[str], only: Sequence[str], size: Size) -> None:
    """Raises ScenarioError, UnknownName."""
    for name in only:
        if name not in names:
            raise UnknownName("coefficient marked for calibration", name, marked())
    least = Size(DRAWS_A_COEFFICIENT * len(names), LEAST_RUNS, size.draws)
    problems = [
        Problem(f"--{option} {value}", f"takes a whole number of at least {low} here")
        for option, value, low in zip(asdict(size), astuple(size), astuple(least), strict=True)
        if value < low
    ]
    if problems:
        raise ScenarioError(problems, "this cannot be calibrated")


def _plan(names: Sequence[str], size: Size, seed: int) -> dict[str, Any]:
    """All that decides what comes out."""
    return {
        "engine": engine_version(),
        "record": "the record in use",
        "period": f"{evidence.history().start} to {evidence.END}, the last day not included",
        "method": "ABC-SMC (pyabc), kernel exp(-misfit / 2), misfit -2 log synthetic likelihood",
        "figures": [f.name for f in evidence.figures(evidence.seen())],
        "observed": [round(value, 6) for value in observed()],
        "parameters": {n: [float(PARAMETERS[n].low), float(PARAMETERS[n].high)] for n in names},
        "seed": seed,
        **asdict(size),
    }


def _claim(folder: Path, plan: Mapping[str, Any]) -> None:
    """The folder for this search. Raises ScenarioError where it holds another."""
    place = folder / PLAN
    text = json.dumps(plan, indent=1)
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    try:
        held = json.loads(place.read_text(encoding="utf-8"))
    except ValueError:
        held = {}
    differing = [key for key in plan if held.get(key) != json.loads(text)[key]]
    if differing:
        cure = "take another folder, or ask for the same"
        raise ScenarioError(
            [
                Problem(key, f"is another in the search that was begun there; {cure}")
                for key in differing
            ],
            f"--out {folder} holds another calibration",
        )


class _Asked(Exception):
    """Candidates are proposed first, to be weighed together: this one has been."""

    def __init__(self, values: Mapping[str, float]):
        self.values = values


class _Search:
    """One search in its folder; `run` takes it up wherever it stands."""

    def __init__(
        self, pyabc: ModuleType, folder: Path, names: Sequence[str], size: Size, seed: int,
        executor: Executor, progress: Progress | None,
    ):  # fmt: skip
        self.pyabc, self.folder, self.size, self.seed = pyabc, folder, size, seed
        self.executor, self.progress = executor, progress
        self.names, self.seen = tuple(names), observed()
        self.answer: float | None = None  # the misfit of the candidate that is being judged
        self.before = 0  # candidates of finished generations
        self.database = f"sqlite:///{folder / DATABASE}"
        (folder / WEIGHED).mkdir(exist_ok=True)
        logging.getLogger("ABC").setLevel(logging.ERROR)

    def run(self) -> Posterior:
        """Generation by generation, each begun from the database: a search that goes on does what
        one that was never stopped does."""
        while True:
            last = self._generations()
            if last >= 0 and self._settled():
                break
            history = self._one_more()
            if history.max_t == last:  # too few candidates are left for another generation
                break
        return self._posterior()

    def _generations(self) -> int:
        """The last finished generation; -1 where there is none."""
        if not (self.folder / DATABASE).exists():
            return -1
        return int(self._history().max_t)

    def _history(self) -> Any:
        history = self.pyabc.History(self.database, create=False)
        history.id = 1
        return history

    def _one_more(self) -> Any:
        """Runs the next generation."""
        abc = self.pyabc.ABCSMC(
            models=self.pyabc.FunctionModel(self._model, name="escalation"),
            parameter_priors=self.pyabc.Distribution(
                **{name: self.pyabc.RV("logistic") for name in self.names}
            ),
            distance_function=_its_misfit,
            population_size=self.size.draws,
            transitions=self.pyabc.MultivariateNormalTransition(scaling=PERTURBED),
            eps=self.pyabc.QuantileEpsilon(alpha=BETTER),
            sampler=_side_by_side(self.pyabc, self),
        )
        if self._generations() >= 0:
            abc.load(self.database, 1)
        else:  # also where the first generation was never finished
            (self.folder / DATABASE).unlink(missing_ok=True)
            abc.new(self.database, {MISFIT: 0.0})
        self.before = int(abc.history.total_nr_simulations)
        return abc.run(max_nr_populations=1)

    def _model(self, values: Mapping[str, float]) -> dict[str, float]:
        if self.answer is None:
            raise _Asked(values)
        return {MISFIT: self.answer}

    def sample(self, sample: Any, wanted: int, simulate_one: Callable, generation: int) -> int:
        """Fills a sample with candidates until `wanted` are accepted; says how many were weighed."""
        done = 0
        room = self.size.most - self.before
        while sample.n_accepted < wanted and done < room:
            expected = (wanted - sample.n_accepted) * (done + 1) / (sample.n_accepted + 1)
            many = int(min(expected, self._chunk * AT_ONCE, room - done)) or 1
            numbers = range(done, done + many)
            misfits = self._weigh(
                generation, done, [self._propose(simulate_one, generation, n) for n in numbers]
            )
            for number, misfit in zip(numbers, misfits, strict=True):
                sample.append(self._judge(simulate_one, generation, number, misfit))
                done += 1
                if sample.n_accepted == wanted:
                    break
        sample.ok = sample.n_accepted == wanted
        return done

    @property
    def _chunk(self) -> int:
        return max(1, WIDTH // self.size.runs)

    def _propose(self, simulate_one: Callable, generation: int, number: int) -> tuple[float, ...]:
        self._begin(generation, number)
        self.answer = None
        try:
            simulate_one()
        except _Asked as asked:
            return bounded(self.names, [asked.values[name] for name in self.names])
        raise AssertionError("the model was not asked")

    def _judge(self, simulate_one: Callable, generation: int, number: int, misfit: float) -> Any:
        """The same proposal again, by the same luck, now that its misfit is known."""
        self._begin(generation, number)
        self.answer = float(misfit)
        return simulate_one()

    def _begin(self, generation: int, number: int) -> None:
        """pyabc draws from NumPy's one generator: a seed for each candidate."""
        words = np.random.SeedSequence([self.seed, generation + 1, number]).generate_state(4)
        np.random.seed(words)  # noqa: NPY002

    def _weigh(self, generation: int, first: int, rows: list[tuple[float, ...]]) -> np.ndarray:
        """Misfits of candidates `first` on, kept chunk by chunk, so that they are weighed once."""
        tasks = {}
        found = np.empty(len(rows))
        for at in range(0, len(rows), self._chunk):
            part = rows[at : at + self._chunk]
            place = self.folder / WEIGHED / f"{generation + 1:03d}-{first + at:06d}.npy"
            task = Candidates(self.names, tuple(part), self.size.runs, self.seed, self.seen)
            kept = _kept(place, len(part))
            if kept is None:
                tasks[task] = (at, place)
            else:
                found[at : at + len(part)] = kept
        for task, result in self.executor(weigh, list(tasks), _world_weeks):
            if isinstance(result, Exception):
                raise result
            at, place = tasks[task]
            found[at : at + len(result)] = result
            _keep(place, result)
        if self.progress:
            self.progress(self.before + first + len(rows), self.size.most)
        return found

    def _population(self) -> pd.DataFrame:
        """The last generation: weight, misfit, coefficients; by misfit."""
        history = self._history()
        particles = history.get_population(t=history.max_t).particles
        rows = [bounded(self.names, [p.parameter[name] for name in self.names]) for p in particles]
        table = pd.DataFrame(rows, columns=self.names)
        table.insert(0, MISFIT, [p.distance for p in particles])
        misfit = table[MISFIT].to_numpy()
        weight = np.array([p.weight for p in particles]) * np.exp((misfit.min() - misfit) / 2)
        table.insert(0, WEIGHT, weight / weight.sum())
        return table.sort_values([MISFIT, *self.names], kind="stable").reset_index(drop=True)

    def _settled(self) -> bool:
        return Posterior(self._population()).effective >= SETTLED * self.size.draws

    def _posterior(self) -> Posterior:
        if self._generations() < 0:
            text = f"is too few for one generation of {self.size.draws} draws"
            raise ScenarioError([Problem(f"--most {self.size.most}", text)], "nothing was fitted")
        history = self._history()
        found = Posterior(self._population().map(lambda v: float(f"{v:.{DIGITS}g}")))
        told = history.get_all_populations()
        told = told[told["t"] >= 0]
        weighed = int(history.total_nr_simulations)
        return Posterior(found.table, {
            "weighed": weighed,
            "accepted_of_last_generation": round(self.size.draws / int(told["samples"].iloc[-1]), 6),
            "tolerances": [float(f"{e:.6g}") for e in told["epsilon"]],
            "effective_draws": round(found.effective, 1),
            "settled": self._settled(),
            "best_misfit": float(found.table[MISFIT].min()),
            "misfit_of_the_hand_set": float(f"{self._hand_set():.{DIGITS}g}"),
        })  # fmt: skip

    def _hand_set(self) -> float:
        usual = tuple(float(PARAMETERS[n].default) for n in self.names)
        return float(
            weigh(Candidates(self.names, (usual,), self.size.runs, self.seed, self.seen))[0]
        )


def _side_by_side(pyabc: ModuleType, search: _Search) -> Any:
    """pyabc's own samplers weigh one candidate at a time; this one weighs many as one vector."""

    class SideBySide(pyabc.sampler.Sampler):  # type: ignore[name-defined]
        def sample_until_n_accepted(self, n, simulate_one, t, **_):
            sample = self._create_empty_sample()
            self.nr_evaluations_ = search.sample(sample, n, simulate_one, t)
            return sample

    return SideBySide()


def _its_misfit(simulated: Mapping[str, float], seen: Mapping[str, float]) -> float:
    return simulated[MISFIT]


def _world_weeks(task: Candidates) -> int:
    return len(task.values) * task.runs * evidence.WEEKS


def _kept(place: Path, many: int) -> np.ndarray | None:
    try:
        kept = np.load(place)
    except (OSError, ValueError, EOFError):  # not there, or cut off when the search was killed
        return None
    return kept if kept.shape == (many,) else None


def _keep(place: Path, misfits: np.ndarray) -> None:
    part = place.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, misfits)
    part.replace(place)
