"""The answer to a lesson's question: computed from the model when it is revealed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from scenario_sim.formatting import format_number
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.comparison import Z95, Comparison
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, summarise_outcomes
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.teaching.lesson import Lesson, Question

RUNS, SEED = 1000, 0  # as the page opens: a hand-out and the page give the same number
SCALES = {
    "share": (100.0, "%"),
    "probability": (1000.0, "of 1,000 futures"),
}  # by an outcome's unit


@dataclass(frozen=True)
class LessonAnswer:
    """A value and half of its 95 % Monte-Carlo interval, in `unit`."""

    value: float
    half: float
    unit: str

    @property
    def low(self) -> float:
        return self.value - self.half

    @property
    def high(self) -> float:
        return self.value + self.half

    @property
    def words(self) -> str:
        """`−14 ± 3 %`."""
        return f"{self.figure(self.value)} ± {self.figure(self.half)} {self.unit}"

    def figure(self, value: float) -> str:
        """With no more digits than the futures know."""
        decimals = min(3, max(0, -math.floor(math.log10(self.half)))) if self.half > 0 else 1
        return format_number(value, decimals)


def answer_unit(ask: Question) -> str:
    """What an answer is counted in."""
    if ask.measure == "percent_change":
        return "%"
    if ask.measure == "futures":
        return "of 1,000 futures"
    unit = OUTCOMES_BY_NAME[ask.outcome].unit
    return SCALES.get(unit, (1.0, unit))[1]


def estimate_answer(
    ask: Question, baseline: Trajectory, policy: Trajectory | None = None
) -> LessonAnswer:
    """The answer from a scenario's futures and those under the lesson's levers, on the same luck;
    without the latter nothing moved."""
    front = policy or baseline
    name, unit = ask.outcome, answer_unit(ask)
    scale = SCALES.get(OUTCOMES_BY_NAME[name].unit, (1.0, ""))[0]
    if ask.measure == "mean":
        row = summarise_outcomes(front.outcomes).loc[name]
        return LessonAnswer(scale * row["mean"], scale * Z95 * row["mcse"], unit)
    if ask.measure == "difference":
        row = Comparison(baseline, front).row(name)
        half = (row["high"] - row["low"]) / 2
        return LessonAnswer(scale * row["difference"], scale * half, unit)
    after = front.outcomes[name].to_numpy(float)
    if ask.measure == "futures":
        happened = (after > 0).astype(float)
        return LessonAnswer(1000 * happened.mean(), 1000 * _half(happened), unit)
    before = baseline.outcomes[name].to_numpy(float)
    ratio = after.mean() / before.mean()
    # The error of a ratio of paired means, to first order.
    return LessonAnswer(
        100 * (ratio - 1), 100 * _half(after - ratio * before) / before.mean(), unit
    )


def simulate_answer(lesson: Lesson, step: int, runs: int = RUNS, seed: int = SEED) -> LessonAnswer:
    """Simulates what the answer to a step's question takes."""
    ask = lesson.steps[step].ask
    if ask is None:
        raise ValueError(f"step {step} of {lesson.name} asks nothing")
    return estimate_answer(ask, *map(_futures(runs, seed), lesson.worlds(step)))


def simulate_answers(lesson: Lesson, runs: int = RUNS, seed: int = SEED) -> dict[int, LessonAnswer]:
    """By step, the answers to all that a lesson asks: worlds that its questions share are simulated
    once."""
    futures = cache(_futures(runs, seed))
    return {
        n: estimate_answer(step.ask, *map(futures, lesson.worlds(n)))
        for n, step in enumerate(lesson.steps)
        if step.ask
    }


def _futures(runs: int, seed: int) -> Callable[[Scenario], Trajectory]:
    return partial(simulate, runs=runs, seed=seed, keep="outcomes")


def _half(values: np.ndarray) -> float:
    """Half of the 95 % interval of a mean over runs."""
    return Z95 * float(values.std(ddof=1)) / math.sqrt(values.size)
