"""Turn the factors of a study file into columns of its design."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from scenario_sim.data.states import MECHANISMS
from scenario_sim.errors import Problem, ScenarioError, ScenarioSimError, UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import is_path, load_scenario
from scenario_sim.studies.design.designs import DEFAULT_GRID_POINTS
from scenario_sim.studies.design.inputs import (
    Input,
    Range,
    apply_inputs,
    inputs_of_kinds,
    parse_inputs,
)
from scenario_sim.studies.design.policies import (
    parse_policies,
    theories_by_name,
)
from scenario_sim.studies.study_file.schema import FACTOR_KINDS, Factor

Value = float | str
Apply = Callable[[Scenario, Value], Scenario]

# A scenario comes first because it replaces everything, and what is named most exactly comes last.
ORDER = ("scenarios", "policies", "theories", "group", "input", "without", "change")


@dataclass(frozen=True)
class Column:
    """A column of the design: the values that it takes, and what each does to a scenario.

    Attributes
    ----------
    name : str
    kind : str
        One of FACTOR_KINDS.
    factor : str
        Name of its factor, which is its group in Sobol indices.
    apply : callable
        Sets a value in a scenario; inputs are set all at once instead, for each check takes 3 ms.
    levels : tuple
        The values, if they are listed; else `quantile` gives them.
    quantile : callable, optional
        Maps probabilities 0..1 to values.
    low, high : float
        Ends of a range.
    points : int, optional
        Values on a grid.
    distribution : str
        Between the ends.
    input : str
        The input whose value it is; empty for other kinds.
    """

    name: str
    kind: str
    factor: str
    apply: Apply
    levels: tuple[Value, ...] = ()
    quantile: Callable[[np.ndarray], np.ndarray] | None = None
    low: float = 0.0
    high: float = 1.0
    points: int | None = None
    distribution: str = "uniform"
    input: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether its values are numbers, which an analysis can order."""
        return self.kind in ("input", "group")

    def grid(self) -> list[Value]:
        """Return its values on a grid."""
        if self.levels:
            return list(self.levels)
        points = self.points or DEFAULT_GRID_POINTS
        return [float(value) for value in np.linspace(self.low, self.high, points)]

    def sample(self, shares: np.ndarray) -> list[Value]:
        """Return the values at these probabilities, 0..1; listed values are equally likely."""
        if self.levels:
            at = np.minimum((shares * len(self.levels)).astype(int), len(self.levels) - 1)
            return [self.levels[n] for n in at]
        assert self.quantile
        values = np.clip(self.quantile(shares), self.low, self.high)
        return [float(value) for value in values]

    def parse(self, text: object) -> Value:
        """Return a value from a cell of a CSV file. Raises ValueError with the cure."""
        if not self.is_number:
            said = "" if text is None else str(text)
            if said not in self.levels:
                raise ValueError(str(UnknownNameError("level", said, map(str, self.levels))))
            return said
        try:
            value = float(str(text))
        except ValueError:
            value = np.nan
        if not self.low <= value <= self.high:
            raise ValueError(f"takes numbers from {self.low:g} to {self.high:g}, not {text!r}")
        return value


def columns_of(scenario: Scenario, factor: Factor, folder: Path) -> list[Column]:
    """Return the columns of a factor. Raises ScenarioSimError, ValueError with the cure."""
    makers: dict[str, Callable[[Scenario, Factor, Path], Iterator[Column]]] = {
        "input": _input, "group": _group, "scenarios": _scenarios, "policies": _policies,
        "theories": _theories, "without": _without, "change": _change,
    }  # fmt: skip
    assert set(makers) == set(FACTOR_KINDS) == set(ORDER)
    return list(makers[factor.kind](scenario, factor, folder))


def _input(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    (one,) = parse_inputs(scenario, [factor.input], "input")
    if factor.values:
        (one,) = parse_inputs(scenario, {factor.input: factor.values}, "input")
    elif {"low", "high", "points"} & factor.given:
        low = one.low if factor.low is None else factor.low
        high = one.high if factor.high is None else factor.high
        (one,) = parse_inputs(scenario, {factor.input: Range(low, high, factor.points)}, "input")
    yield _range_column(factor.name or one.name, factor.name or one.name, "input", one, factor)


def _group(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    if isinstance(factor.group, str):
        inputs = inputs_of_kinds(scenario, factor.group)
    else:
        inputs = parse_inputs(scenario, list(factor.group), "group")
        if not factor.name and not factor.each:
            raise ValueError('a group of inputs needs a name, as in name = "missiles"')
    for one in inputs:
        group = one.name if factor.each else factor.name or str(factor.group)
        yield _range_column(one.name, group, "group", one, factor)


def _range_column(name: str, factor_name: str, kind: str, one: Input, factor: Factor) -> Column:
    quantile = _quantile(one, factor)
    return Column(
        name, kind, factor_name, _nothing, tuple(one.values), quantile, one.low, one.high, one.points,
        factor.distribution, one.name,
    )  # fmt: skip


def _nothing(scenario: Scenario, _: Value) -> Scenario:
    return scenario


def _quantile(one: Input, factor: Factor) -> Callable[[np.ndarray], np.ndarray]:
    """Return the quantile function of an input's distribution. Raises ValueError."""
    width = one.high - one.low
    default = min(max(one.default, one.low), one.high)
    if factor.distribution == "uniform" or not width:
        return lambda shares: one.low + width * shares
    from scipy import stats

    if factor.distribution == "triangular":
        mode = default if factor.mode is None else factor.mode
        if not one.low <= mode <= one.high:
            raise ValueError(f"mode lies from {one.low:g} to {one.high:g}, not at {mode:g}")
        triangle = stats.triang((mode - one.low) / width, one.low, width)
        return lambda shares: np.asarray(triangle.ppf(shares))
    mean = default if factor.mean is None else factor.mean
    sd = width / 4 if factor.sd is None else factor.sd
    if not one.low <= mean <= one.high:
        raise ValueError(f"mean lies from {one.low:g} to {one.high:g}, not at {mean:g}")
    normal = stats.truncnorm((one.low - mean) / sd, (one.high - mean) / sd, mean, sd)
    return lambda shares: np.asarray(normal.ppf(shares))


def _scenarios(scenario: Scenario, factor: Factor, folder: Path) -> Iterator[Column]:
    loaded = {name: load_from(name, folder) for name in factor.scenarios}
    yield _listed(factor, "scenario", loaded, lambda _, value: loaded[str(value)])


def load_from(name: str, folder: Path) -> Scenario:
    """Load a shipped scenario, or a file relative to the folder of the study."""
    return load_scenario(str(folder / name) if is_path(name) else name)


def _policies(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    given = factor.policies if isinstance(factor.policies, dict) else list(factor.policies)

    def apply(world: Scenario, value: Value) -> Scenario:
        return parse_policies(world, given)[str(value)]

    yield _listed(factor, "policy", parse_policies(scenario, given), apply)


def _theories(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    if isinstance(factor.theories, str):
        known = theories_by_name(scenario, factor.theories)
    else:
        every = theories_by_name(scenario) | theories_by_name(scenario, "corners")
        for name in factor.theories:
            if name not in every:
                raise UnknownNameError("theory", name, every)
        known = {name: every[name] for name in factor.theories}
    yield _listed(
        factor, "theory", known, lambda world, value: apply_inputs(world, known[str(value)])
    )


def _without(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    known = {text: [one for one in text.split("+") if one] for text in factor.without}
    for name in (name for names in known.values() for name in names):
        if name not in MECHANISMS:
            raise UnknownNameError("mechanism", name, MECHANISMS)
    yield _listed(
        factor,
        "without",
        known,
        lambda world, value: world.with_mechanisms_off(*known[str(value)]),
    )


def _change(scenario: Scenario, factor: Factor, _: Path) -> Iterator[Column]:
    days = {day.isoformat(): day for day in factor.dates}

    def apply(world: Scenario, value: Value) -> Scenario:
        return world.with_changes([(days[str(value)], dict(factor.change))])

    for text in days:
        _try(partial(apply, scenario, text), text)
    name = "+".join(factor.change)
    yield _listed(factor, f"date of {name}", days, apply)


def _listed(factor: Factor, name: str, levels: Iterable[str], apply: Apply) -> Column:
    name = factor.name or name
    return Column(name, factor.kind, name, apply, tuple(levels))


def _try(make: Callable[[], object], name: str | date) -> None:
    """Raise the problems of one level with its name before each."""
    try:
        make()
    except ScenarioError as error:
        told = (Problem("", f"{name}: {p.key}: {p.text}") for p in error.problems)
        raise ScenarioError(told) from None
    except ScenarioSimError as error:
        raise ValueError(f"{name}: {error}") from None
