"""Try what an expert would say: measure it in the model and judge it by the range the statement allows.

A statement is right where every figure's interval lies within its range, and wrong where one lies
outside. It cannot be said where chance leaves a figure open, or where the model lacks what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from scenario_sim.data.parameters import PARAMETERS, SETTINGS, THEORIES
from scenario_sim.data.states import load_cast
from scenario_sim.data.variables import RECORDED_QUANTITIES
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.intervals import Interval
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.claims.estimates import Statistic, TrialScenario, jackknife

TRIAL_RUNS = 2000
RIGHT, TWO_SIDED, WRONG, CANNOT_SAY = "right", "right, two-sided", "wrong", "cannot say"
VERDICTS = (RIGHT, TWO_SIDED, WRONG, CANNOT_SAY)
INFINITY = float("inf")


@dataclass(frozen=True)
class Reading:
    """One figure of a statement and the range that the statement allows.

    Attributes
    ----------
    says : str
        The figure in words.
    worlds : tuple of TrialScenario
        The scenarios on which it is measured; they share their random draws.
    tally : callable
        Maps their trajectories to totals of shape (total, run).
    value : callable
        Maps totals of shape (total, ...) to values of shape (...).
    low, high : float
        The range; how wide it is, is judgement.
    theory : str
        Name of the theory under which it is measured; the model as it is set by default.
    needs : tuple of str
        Actions, outcomes, quantities or coefficients that it takes for granted.
    """

    says: str
    worlds: tuple[TrialScenario, ...]
    tally: Statistic
    value: Callable[[np.ndarray], np.ndarray]
    low: float = -INFINITY
    high: float = INFINITY
    theory: str = ""
    needs: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """Names that the statement takes for granted and the model does not have."""
        names = [*self.needs, *(name for world in self.worlds for name in world.settings)]
        return tuple(
            dict.fromkeys(
                [f"`{name}`" for name in names if name not in known_names()]
                + ([f"theory `{self.theory}`"] if self.theory not in ("", *_theories()) else [])
            )
        )

    @property
    def asked(self) -> str:
        """The range in words."""
        if self.low == -INFINITY:
            return f"at most {self.high:g}"
        return (
            f"at least {self.low:g}" if self.high == INFINITY else f"{self.low:g} to {self.high:g}"
        )


@dataclass(frozen=True)
class Statement:
    """Hold what an expert would say.

    Attributes
    ----------
    number : int
        Its place in the list.
    says : str
        The statement.
    readings : tuple of Reading
        What is measured.
    lacks : str
        What the model would need to speak of it, if it has nothing of the kind.
    """

    number: int
    says: str
    readings: tuple[Reading, ...] = ()
    lacks: str = ""


@dataclass(frozen=True)
class ReadingResult:
    """A reading's value with its 95 % interval; None where the model lacks a name."""

    reading: Reading
    found: Interval | None

    @property
    def verdict(self) -> str:
        """Right, wrong or cannot say."""
        if self.found is None:
            return CANNOT_SAY
        low, high = sorted(float(end) for end in self.found[1:])
        if not np.isfinite(low + high):
            return CANNOT_SAY
        if self.reading.low <= low and high <= self.reading.high:
            return RIGHT
        return WRONG if high < self.reading.low or low > self.reading.high else CANNOT_SAY

    @property
    def text(self) -> str:
        """The figure, its interval and what was asked, in one line."""
        reading = self.reading
        title = _theories().get(reading.theory)
        under = f"; under *{title}*" if title else ""
        if self.found is None:
            return f"{reading.says}{under}: the model has no {', '.join(reading.lacking)}"
        value, low, high = (f"{float(end):.3g}" for end in self.found)
        said = f"{reading.says}{under}: **{value}** ({low} to {high}); asked {reading.asked}"
        return said if self.verdict == RIGHT else f"{said}, *{self.verdict}*"


@dataclass(frozen=True)
class StatementResult:
    """A statement with what the model says.

    Attributes
    ----------
    statement : Statement
        What was tried.
    results : tuple of ReadingResult
        Its readings.
    elsewhere : mapping of str to tuple of ReadingResult
        Readings of the model as it is set, measured under each theory, by its title.
    """

    statement: Statement
    results: tuple[ReadingResult, ...]
    elsewhere: Mapping[str, tuple[ReadingResult, ...]] = field(default_factory=dict)

    @property
    def dissent(self) -> list[str]:
        """Titles of the theories under which a figure of the model as it is set would be wrong."""
        return [
            title
            for title, results in self.elsewhere.items()
            if any(one.verdict == WRONG for one in results)
        ]

    @property
    def verdict(self) -> str:
        """The worst verdict of the readings; two-sided where another theory's reading stands beside."""
        found = {one.verdict for one in self.results}
        if WRONG in found:
            return WRONG
        if CANNOT_SAY in found or not found or self.statement.lacks:
            return CANNOT_SAY
        return TWO_SIDED if any(one.reading.theory for one in self.results) else RIGHT

    @cached_property
    def lines(self) -> list[str]:
        """Say what the model says, a line for each reading."""
        lacks = self.statement.lacks
        return [one.text for one in self.results] + ([f"the model has no {lacks}"] if lacks else [])


def review(
    statements: Iterable[Statement], runs: int = TRIAL_RUNS, seed: int = 0, jobs: int = 1
) -> list[StatementResult]:
    """Try statements in the model that is installed. Deterministic.

    Parameters
    ----------
    statements : iterable of Statement
        What is tried.
    runs, seed : int
        Runs of each scenario, and their seed.
    jobs : int
        Threads; the result does not depend on them.
    """
    made: dict[Scenario, Trajectory] = {}

    def measure(reading: Reading) -> ReadingResult:
        if reading.lacking:
            return ReadingResult(reading, None)
        worlds = [_seen(world, reading.theory) for world in reading.worlds]
        for scenario in worlds:
            if scenario not in made:
                made[scenario] = simulate(scenario, runs, seed, jobs=jobs)
        totals = np.asarray(reading.tally(*(made[scenario] for scenario in worlds)), float)
        return ReadingResult(reading, jackknife(totals, reading.value))

    found = []
    for statement in statements:
        told, plain = [], [one for one in statement.readings if not one.theory]
        for theory in (
            "",
            *_theories(),
        ):  # the weeks of all scenarios at once would fill the memory
            made.clear()
            chosen = (
                [replace(one, theory=theory) for one in plain] if theory else statement.readings
            )
            told.append(tuple(map(measure, chosen)))
        elsewhere = dict(zip(_theories().values(), told[1:], strict=True))
        found.append(StatementResult(statement, told[0], elsewhere))
    return found


def known_names() -> set[str]:
    """Return every name that a reading may take for granted."""
    quantities = {quantity.name for quantity in RECORDED_QUANTITIES}
    return {*SETTINGS, *PARAMETERS, *OUTCOMES_BY_NAME, *load_cast().actions} | quantities


def _theories() -> dict[str, str]:
    """Return the titles of theories by name."""
    return {theory.name: theory.title for theory in THEORIES}


def _seen(world: TrialScenario, name: str) -> Scenario:
    """Return a scenario under a theory, by name."""
    theory = next((one for one in THEORIES if one.name == name), None)
    return world.seen(lambda scenario: scenario.with_theory(theory) if theory else scenario)
