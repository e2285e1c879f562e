"""Inputs that a study may vary, within their bounds: settings and coefficients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scenario_sim.data.parameters import Parameter
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError, format_range
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.tables import GROUP_OF, GROUPS

INVALID_STUDY = "this study cannot be made"  # title of errors
COEFFICIENTS = "parameters"
KINDS = (*GROUPS, COEFFICIENTS)
KIND_GROUPS = {"both": ("levers", COEFFICIENTS), "all": KINDS}  # names for several kinds
MAX_GRID_POINTS = 10_000  # of one input on a grid


@dataclass(frozen=True)
class Input:
    """An input and the range over which it is varied.

    Attributes
    ----------
    name : str
    low, high : float
    default : float
        The scenario's own value.
    kind : str
        One of KINDS.
    points : int, optional
        Number of values on a grid.
    values : tuple of float
        The values, if they were listed one by one.
    """

    name: str
    low: float
    high: float
    default: float
    kind: str
    points: int | None = None
    values: tuple[float, ...] = ()


def available_inputs(scenario: Scenario) -> dict[str, tuple[str, Parameter]]:
    """Return everything that a study of this scenario may vary: name -> (kind, bounds)."""
    settings = {p.name: (kind, p) for kind, group in GROUPS.items() for p in group}
    return settings | {n: (COEFFICIENTS, p) for n, p in scenario.cast.parameters.items()}


def inputs_of_kinds(scenario: Scenario, over: str | Sequence[str]) -> tuple[Input, ...]:
    """Return all inputs of some kinds, each over its whole range.

    Parameters
    ----------
    scenario : Scenario
    over : str or sequence of str
        Kinds, with commas between them in one text: `levers`, `hypotheses`, `circumstances`,
        `parameters`, `both` (levers and parameters) or `all`.

    Raises
    ------
    UnknownNameError
    """
    words = over.split(",") if isinstance(over, str) else over
    wanted: list[str] = []
    for word in (word.strip() for word in words):
        if word not in KINDS and word not in KIND_GROUPS:
            raise UnknownNameError("kind of input", word, (*KINDS, *KIND_GROUPS))
        wanted += KIND_GROUPS.get(word, (word,))
    return tuple(
        _whole_range(scenario, name, kind, parameter)
        for name, (kind, parameter) in available_inputs(scenario).items()
        if kind in wanted and parameter.low < parameter.high
    )


def parse_inputs(
    scenario: Scenario,
    vary: Iterable[str] | Mapping[str, Sequence[float]],
    option: str = "--vary",
) -> tuple[Input, ...]:
    """Parse what a study varies.

    Parameters
    ----------
    scenario : Scenario
    vary : iterable of str, or mapping
        Texts: `hotline` (its whole range), `hotline=0:1`, `hotline=0:1:5` (five values on a grid)
        or `rok_government=-1,1` (these values). Or names with (low, high) or (low, high, points).
    option : str
        Name of the option in error messages.

    Raises
    ------
    ScenarioError
        Lists everything that is wrong.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> (hotline,) = parse_inputs(load_scenario("status-quo"), ["hotline=0:1:5"])
    >>> hotline.low, hotline.high, hotline.points
    (0.0, 1.0, 5)
    """
    if isinstance(vary, Mapping):
        vary = [f"{name}={':'.join(f'{v:g}' for v in limits)}" for name, limits in vary.items()]
    found: dict[str, Input] = {}
    problems: list[Problem] = []
    for text in vary:
        try:
            one = _parse_input(scenario, text)
        except ValueError as error:
            problems.append(Problem(f"{option} {text}", str(error)))
            continue
        if one.name in found:
            problems.append(Problem(f"{option} {text}", f"{one.name} is varied twice; drop one"))
        found[one.name] = one
    if problems:
        raise ScenarioError(problems, "this cannot be varied")
    return tuple(found.values())


def apply_inputs(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with these settings and coefficients for all weeks.

    Dated changes of these settings are dropped. Raises ScenarioError, UnknownNameError.
    """
    for name in values:
        if name not in GROUP_OF and name not in scenario.cast.parameters:
            raise UnknownNameError("lever or coefficient", name, available_inputs(scenario))
    settings = {n: float(v) for n, v in values.items() if n in GROUP_OF}
    other = {n: float(v) for n, v in values.items() if n not in GROUP_OF}
    if settings:
        scenario = scenario.with_levers(**settings)
    return scenario.with_parameters(**other) if other else scenario


def _whole_range(scenario: Scenario, name: str, kind: str, parameter: Parameter) -> Input:
    said = scenario.settings() | dict(scenario.parameters)
    default = said.get(name, parameter.default)
    return Input(name, float(parameter.low), float(parameter.high), float(default), kind)


def _parse_input(scenario: Scenario, text: str) -> Input:
    """Parse one text. Raises ValueError with the cure."""
    name, equals, written = (part.strip() for part in text.partition("="))
    everything = available_inputs(scenario)
    if name not in everything:
        raise ValueError(str(UnknownNameError("lever or coefficient", name, everything)))
    kind, parameter = everything[name]
    whole = _whole_range(scenario, name, kind, parameter)
    if not equals:
        return whole
    if "," in written:
        values = tuple(_parse_number(part) for part in written.split(","))
        _check_range(name, values, parameter)
        return Input(name, min(values), max(values), whole.default, kind, len(values), values)
    parts = written.split(":")
    if len(parts) not in (2, 3):
        raise ValueError(f"takes low:high:points, as in {name}={whole.low:g}:{whole.high:g}:5")
    low, high = _parse_number(parts[0]), _parse_number(parts[1])
    _check_range(name, (low, high), parameter)
    points = _parse_points(parts[2]) if len(parts) == 3 else None
    if low > high:
        raise ValueError(f"begins above its end; did you mean {name}={high:g}:{low:g}?")
    if low == high and points != 1:
        raise ValueError(f"does not vary: both ends are {low:g}; --set holds a lever where it is")
    return Input(name, low, high, whole.default, kind, points)


def _parse_number(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"takes numbers, not {written.strip()!r}")
    return value + 0.0


def _parse_points(written: str) -> int:
    try:
        points = int(written)
    except ValueError:
        points = 0
    if not 1 <= points <= MAX_GRID_POINTS:
        raise ValueError(
            f"takes a whole number of points{format_range(1, MAX_GRID_POINTS)}, not {written.strip()}"
        )
    return points


def _check_range(name: str, values: Iterable[float], parameter: Parameter) -> None:
    for value in values:
        if not parameter.low <= value <= parameter.high:
            limits = format_range(float(parameter.low), float(parameter.high))
            raise ValueError(f"{name} takes numbers{limits}, not {value:g}")
