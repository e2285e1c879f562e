"""Inputs that a study may vary, within their bounds: settings and coefficients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from scenario_sim.data.parameters import COEFFICIENT_TABLES, TABLE_OF_COEFFICIENT, Parameter
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError, format_range
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.tables import GROUP_OF, GROUPS

INVALID_STUDY = "this study cannot be made"  # title of errors
COEFFICIENTS = "parameters"
KINDS = (*GROUPS, COEFFICIENTS)
KIND_GROUPS = {"both": ("levers", COEFFICIENTS), "all": KINDS}  # names for several kinds
MAX_GRID_POINTS = 10_000  # of one input on a grid


@dataclass(frozen=True)
class Range:
    """A range of one input: `Range(0, 1)`, or five values on a grid with `Range(0, 1, points=5)`.

    Attributes
    ----------
    low, high : float
    points : int, optional
        Number of values on a grid, both ends included; 5 by default.
    """

    low: float
    high: float
    points: int | None = None


Values = Range | str | Iterable[float]
Vary = str | Iterable[str] | Mapping[str, Values]  # what `parse_inputs` takes


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
        `parameters`, `both` (levers and parameters) or `all`; or tables of coefficients, as in
        `hazards` or `choices of China`.

    Raises
    ------
    UnknownNameError
    """
    words = over.split(",") if isinstance(over, str) else over
    wanted: list[str] = []
    for word in (word.strip() for word in words):
        if word not in (*KINDS, *KIND_GROUPS, *COEFFICIENT_TABLES):
            raise UnknownNameError(
                "kind of input", word, (*KINDS, *KIND_GROUPS, *COEFFICIENT_TABLES)
            )
        wanted += KIND_GROUPS.get(word, (word,))
    return tuple(
        _whole_range(scenario, name, kind, parameter)
        for name, (kind, parameter) in available_inputs(scenario).items()
        if parameter.low < parameter.high and {kind, TABLE_OF_COEFFICIENT.get(name)} & {*wanted}
    )


def parse_inputs(
    scenario: Scenario,
    vary: Vary,
    option: str = "--vary",
) -> tuple[Input, ...]:
    """Parse what a study varies.

    Parameters
    ----------
    scenario : Scenario
    vary : str, iterable of str, or mapping
        Texts: `hotline` (its whole range), `hotline=0:1`, `hotline=0:1:5` (five values on a grid)
        or `rok_government=-1,1` (these values). Or names, each with its values (a list, tuple or
        array), a `Range`, or a text such as "0:1:5".
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
    >>> (hotline,) = parse_inputs(load_scenario("status-quo"), {"hotline": [0, 0.5, 1]})
    >>> hotline.values
    (0.0, 0.5, 1.0)
    """
    if isinstance(vary, str):
        vary = [vary]
    pairs = vary.items() if isinstance(vary, Mapping) else ((text, None) for text in vary)
    named: Iterable[tuple[Any, Any]] = pairs  # users may give other types
    found: dict[str, Input] = {}
    problems: list[Problem] = []
    for text, values in named:
        try:
            if not isinstance(text, str):
                raise ValueError("takes names, as in hotline=0:1 or {'hotline': [0, 0.5, 1]}")
            if values is None and not isinstance(vary, Mapping):
                one = _parse_input(scenario, text)
            else:
                one = _input_with_values(scenario, text, values)
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
    whole, parameter = _find_input(scenario, name)
    return _parse_values(whole, parameter, written) if equals else whole


def _input_with_values(scenario: Scenario, name: str, values: Values) -> Input:
    """Return an input of a mapping. Raises ValueError with the cure."""
    whole, parameter = _find_input(scenario, name)
    if isinstance(values, str):
        return _parse_values(whole, parameter, values)
    if isinstance(values, Range):
        return _with_range(whole, parameter, values.low, values.high, values.points)
    try:
        listed = list(islice(values, MAX_GRID_POINTS + 1))
    except TypeError:
        listed = []
    if isinstance(values, Mapping) or not 1 <= len(listed) <= MAX_GRID_POINTS:
        raise ValueError(
            f"takes 1 to {MAX_GRID_POINTS:,} values, a range or a text, as in "
            f"[{whole.low:g}, {whole.high:g}], Range({whole.low:g}, {whole.high:g}, points=5) or "
            f'"{whole.low:g}:{whole.high:g}:5", not {values!r:.60}'
        )
    return _with_values(whole, parameter, listed)


def _find_input(scenario: Scenario, name: str) -> tuple[Input, Parameter]:
    everything = available_inputs(scenario)
    if name not in everything:
        raise ValueError(str(UnknownNameError("lever or coefficient", name, everything)))
    kind, parameter = everything[name]
    return _whole_range(scenario, name, kind, parameter), parameter


def _parse_values(whole: Input, parameter: Parameter, written: str) -> Input:
    """Parse `low:high`, `low:high:points` or `value,value`. Raises ValueError with the cure."""
    if "," in written:
        return _with_values(whole, parameter, written.split(","))
    parts = written.split(":")
    if len(parts) not in (2, 3):
        example = f"{whole.name}={whole.low:g}:{whole.high:g}"
        raise ValueError(f"takes low:high:points, as in {example}:5")
    return _with_range(whole, parameter, *parts)


def _with_values(whole: Input, parameter: Parameter, listed: Sequence[float | str]) -> Input:
    values = tuple(_parse_number(one) for one in listed)
    _check_range(whole.name, values, parameter)
    return replace(whole, low=min(values), high=max(values), points=len(values), values=values)


def _with_range(
    whole: Input,
    parameter: Parameter,
    first: float | str,
    last: float | str,
    count: float | str | None = None,
) -> Input:
    low, high = _parse_number(first), _parse_number(last)
    _check_range(whole.name, (low, high), parameter)
    points = None if count is None else _parse_points(count)
    if low > high:
        tail = "" if points is None else f":{points}"
        raise ValueError(f"begins above its end; did you mean {whole.name}={high:g}:{low:g}{tail}?")
    if low == high and points != 1:
        raise ValueError(f"does not vary: both ends are {low:g}; --set holds a lever where it is")
    return replace(whole, low=low, high=high, points=points)


def _parse_number(written: float | str) -> float:
    try:
        value = float(written)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        said = written.strip() if isinstance(written, str) else written
        raise ValueError(f"takes numbers, not {said!r:.60}")
    return value + 0.0


def _parse_points(written: float | str) -> int:
    try:
        points = int(written)
        exact = isinstance(written, str) or points == written
    except (TypeError, ValueError, OverflowError):
        points, exact = 0, False
    if not exact or not 1 <= points <= MAX_GRID_POINTS:
        limits = format_range(1, MAX_GRID_POINTS)
        raise ValueError(f"takes a whole number of points{limits}, not {str(written).strip():.60}")
    return points


def _check_range(name: str, values: Iterable[float], parameter: Parameter) -> None:
    for value in values:
        if not parameter.low <= value <= parameter.high:
            limits = format_range(float(parameter.low), float(parameter.high))
            raise ValueError(f"{name} takes numbers{limits}, not {value:g}")
