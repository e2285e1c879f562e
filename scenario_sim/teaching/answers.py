"""Answers to the questions of a lesson, simulated by the model when they are shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from scenario_sim.errors import lower_first
from scenario_sim.formatting import format_number
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, summarise_outcomes
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.teaching import messages
from scenario_sim.teaching.lesson import Lesson, Question

# The defaults of the page, so that a handout and the page give the same number.
DEFAULT_RUNS, DEFAULT_SEED = 1000, 0
SCALES = {  # of an answer, by its outcome's unit: factor and name
    "share": (100.0, "%"),
    "probability": (1000.0, "of 1,000 futures"),
}


@dataclass(frozen=True)
class LessonAnswer:
    """Value with half of its 95 % Monte-Carlo interval, both in `unit`."""

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
        """Return value, half interval and unit as text, such as `−14 ± 3 %`."""
        return f"{self.figure(self.value)} ± {self.figure(self.half)} {self.unit}"

    def figure(self, value: float) -> str:
        """Format a value with no more decimals than its interval justifies."""
        decimals = min(3, max(0, -math.floor(math.log10(self.half)))) if self.half > 0 else 1
        return format_number(value, decimals)


def answer_unit(ask: Question) -> str:
    """Return the unit of a question's answer."""
    if ask.measure == "percent_change":
        return "%"
    if ask.measure == "futures":
        return messages.OF_FUTURES
    unit = OUTCOMES_BY_NAME[ask.outcome].unit
    return translate(SCALES.get(unit, (1.0, unit))[1])


def describe_answer(ask: Question, answer: LessonAnswer) -> str:
    """Return the answer as a sentence with a noun, a sign and a unit.

    Examples
    --------
    >>> from scenario_sim.teaching import load_lesson
    >>> ask = load_lesson("security-dilemma").steps[1].ask
    >>> describe_answer(ask, LessonAnswer(8.2, 3.1, "%"))
    'In the model the risk rises by 8 % (± 3).'
    """
    outcome = OUTCOMES_BY_NAME[ask.outcome]
    noun = messages.NOUNS.get(ask.outcome, lower_first(outcome.meaning.rstrip(".")))
    half = answer.figure(answer.half)
    if ask.measure == "futures":
        size = f"{answer.figure(answer.value)} {answer.unit}"
        return messages.IN_FUTURES.format(size=size, half=half, noun=noun)
    if ask.measure == "mean":
        counts = (
            noun.startswith(messages.COUNTED_NOUN) and answer.unit != "%"
        )  # which names the unit
        size = answer.figure(answer.value) if counts else _sized(answer, answer.value)
        return messages.IS.format(noun=noun, size=size, half=half)
    if answer.low <= 0 <= answer.high:
        return messages.STAYS.format(noun=noun, size=_sized(answer, answer.value), half=half)
    template = messages.RISES if answer.value > 0 else messages.FALLS
    size = _sized(answer, abs(answer.value), is_change=ask.measure == "difference")
    return template.format(noun=noun, size=size, half=half)


def describe_distance(ask: Question, guess: float, answer: LessonAnswer) -> str:
    """Return how far a guess lies from the answer: `36 percentage points`."""
    return _sized(answer, abs(guess - answer.value), is_change=True)


def _sized(answer: LessonAnswer, value: float, is_change: bool = False) -> str:
    unit = messages.POINTS if is_change and answer.unit == "%" else answer.unit
    return f"{answer.figure(value)} {unit}".strip()


def estimate_answer(
    ask: Question, baseline: Trajectory, policy: Trajectory | None = None
) -> LessonAnswer:
    """Estimate the answer to a question.

    Parameters
    ----------
    ask : Question
        The question.
    baseline : Trajectory
        Futures of the scenario as it stands.
    policy : Trajectory, optional
        Futures under the lesson's levers, from the same seed; None if no lever moved.
    """
    after_levers = policy or baseline
    name, unit = ask.outcome, answer_unit(ask)
    scale = SCALES.get(OUTCOMES_BY_NAME[name].unit, (1.0, ""))[0]
    if ask.measure == "mean":
        row = summarise_outcomes(after_levers.outcomes).loc[name]
        return LessonAnswer(scale * row["mean"], scale * Z95 * row["mcse"], unit)
    if ask.measure == "difference":
        row = Comparison(baseline, after_levers).row(name)
        half = (row["high"] - row["low"]) / 2
        return LessonAnswer(scale * row["difference"], scale * half, unit)
    after = after_levers.outcomes[name].to_numpy(float)
    if ask.measure == "futures":
        happened = (after > 0).astype(float)
        return LessonAnswer(1000 * happened.mean(), 1000 * _half(happened), unit)
    before = baseline.outcomes[name].to_numpy(float)
    ratio = after.mean() / before.mean()
    # The error of a ratio of paired means, to first order.
    return LessonAnswer(
        100 * (ratio - 1), 100 * _half(after - ratio * before) / before.mean(), unit
    )


def simulate_answer(
    lesson: Lesson, step: int, runs: int = DEFAULT_RUNS, seed: int = DEFAULT_SEED
) -> LessonAnswer:
    """Simulate the answer to a step's question.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    step : int
        Index of the step, from 0.
    runs, seed : int
        Number of futures, and random seed.

    Raises
    ------
    ValueError
        For a step without a question.
    """
    ask = lesson.steps[step].ask
    if ask is None:
        raise ValueError(f"step {step} of {lesson.name} asks nothing")
    return estimate_answer(ask, *map(_futures(runs, seed), lesson.scenarios(step)))


def simulate_answers(
    lesson: Lesson, runs: int = DEFAULT_RUNS, seed: int = DEFAULT_SEED
) -> dict[int, LessonAnswer]:
    """Return the answers to all questions of a lesson, by step.

    Scenarios that several questions share are simulated once.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    runs, seed : int
        Number of futures, and random seed.
    """
    futures = cache(_futures(runs, seed))
    return {
        n: estimate_answer(step.ask, *map(futures, lesson.scenarios(n)))
        for n, step in enumerate(lesson.steps)
        if step.ask
    }


def _futures(runs: int, seed: int) -> Callable[[Scenario], Trajectory]:
    return partial(simulate, runs=runs, seed=seed, keep="outcomes")


def _half(values: np.ndarray) -> float:
    """Return half of the 95 % interval of a mean over runs."""
    return Z95 * float(values.std(ddof=1)) / math.sqrt(values.size)
