"""Plug-ins in Python: functions over arrays of runs and weeks, marked by a decorator.

A plug-in is a module. Its functions that are marked with `outcome` or `quantity`, and the theories
in its `THEORIES`, are its definitions; no registry outside the module exists.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from scenario_sim.data.parameters import Theory
from scenario_sim.data.plugins import (
    Function,
    OwnOutcome,
    OwnQuantity,
    Plugin,
    WeeksFunction,
)
from scenario_sim.errors import Problem, ScenarioFileError
from scenario_sim.scenario.tables import Table
from scenario_sim.simulation.plugins.schema import Name, TheoryTable, Unit

ENTRY_POINTS = "scenario_sim.plugins"  # the group under which packages bring plug-ins
MARK = "_scenario_sim_definition"
MODULE_PREFIX = "scenario_sim_plugin_"


class _Marked(Table):
    """Keys that a decorator gives a function."""

    kind: str
    name: Name
    unit: Unit
    description: str
    reads: tuple[str, ...]
    label: str = ""
    may_be_missing: bool = False


def outcome(
    *,
    unit: str,
    description: str,
    reads: Sequence[str],
    label: str = "",
    may_be_missing: bool = False,
) -> Callable[[WeeksFunction], WeeksFunction]:
    """Mark a function of a plug-in as an outcome, under the function's name.

    The function takes a mapping of arrays, float64 (runs, weeks), and returns one number a run,
    (runs,). A run's number may depend on that run alone.

    Parameters
    ----------
    unit : str
        Its unit, such as weeks.
    description : str
        What it measures, in one sentence.
    reads : sequence of str
        The quantities that it takes, as expressions of TOML plug-ins name them.
    label : str
        A short heading; the default is the name in words.
    may_be_missing : bool
        Whether NaN, no value, is a result.

    Examples
    --------
    >>> @outcome(unit="rungs", description="Range of tension.", reads=["tension"])
    ... def tension_range(weeks):
    ...     return weeks["tension"].max(axis=1) - weeks["tension"].min(axis=1)
    """
    said = {"unit": unit, "description": description, "reads": reads, "label": label}
    return _marker(said | {"kind": "outcome", "may_be_missing": may_be_missing})


def quantity(
    *, unit: str, description: str, reads: Sequence[str]
) -> Callable[[WeeksFunction], WeeksFunction]:
    """Mark a function of a plug-in as a weekly quantity, under the function's name.

    The function takes a mapping of arrays, float64 (runs, weeks), and returns such an array. The
    parameters are those of `outcome`.
    """
    return _marker({"kind": "quantity", "unit": unit, "description": description, "reads": reads})


def _marker(said: dict[str, Any]) -> Callable[[WeeksFunction], WeeksFunction]:
    def mark(function: WeeksFunction) -> WeeksFunction:
        known = getattr(function, "__globals__", {})
        name = getattr(function, "__name__", "")
        # The module of a file is new at each load. An installed one may be loaded again.
        if str(known.get("__name__")).startswith(MODULE_PREFIX) and hasattr(known.get(name), MARK):
            raise ValueError(f"{name} is defined twice; choose another name for one")
        setattr(function, MARK, said)
        return function

    return mark


# --- modules -------------------------------------------------------------------------------------


def load_module(name: str, content: bytes, where: str) -> Plugin:
    """Run a Python file, and return its definitions. Raises ScenarioFileError."""
    digest = Plugin(name, content).digest
    module = ModuleType(MODULE_PREFIX + digest)
    module.__file__ = where
    sys.modules[module.__name__] = module  # dataclasses of the file look their module up
    try:
        exec(compile(content, where, "exec"), module.__dict__)  # the user's own code
    except (Exception, SystemExit) as error:
        raise ScenarioFileError(where, [_problem_of_code(error, where)]) from None
    return _definitions(module, name, content, where)


def load_installed(name: str, entry: EntryPoint) -> Plugin:
    """Import an installed plug-in, and return its definitions. Raises ScenarioFileError."""
    try:
        module = entry.load()
        spec = find_spec(entry.module)
        origin = spec.origin if spec else None
    except (Exception, SystemExit) as error:
        raise ScenarioFileError(name, [_problem_of_code(error, entry.value)]) from None
    if not isinstance(module, ModuleType) or origin is None:
        text = f"its entry point {entry.value} names no module; leave out what follows the colon"
        raise ScenarioFileError(name, [Problem("", text)])
    plugin = _definitions(module, name, Path(origin).read_bytes(), origin)
    return replace(plugin, installed=True)


def _problem_of_code(error: BaseException, where: str) -> Problem:
    """Return what a file raised, with the last of its lines that ran."""
    if isinstance(error, SyntaxError) and error.filename == where:
        return Problem("", f"is no Python: {error.msg}", error.lineno)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == where]
    return Problem("", f"raises {type(error).__name__}: {error}", lines[-1] if lines else None)


def _definitions(module: ModuleType, name: str, content: bytes, where: str) -> Plugin:
    problems: list[Problem] = []
    quantities: list[OwnQuantity] = []
    outcomes: list[OwnOutcome] = []
    for value in dict.fromkeys(v for v in vars(module).values() if callable(v)):
        said = getattr(value, MARK, None)
        if isinstance(said, dict):
            made = _definition(value, said, where, problems)
            if isinstance(made, OwnOutcome):
                outcomes.append(made)
            elif made:
                quantities.append(made)
    theories = _theories(getattr(module, "THEORIES", ()), problems)
    if problems:
        raise ScenarioFileError(where, problems)
    return Plugin(name, content, tuple(quantities), tuple(outcomes), theories)


def _definition(
    function: Any, said: dict[str, Any], where: str, problems: list[Problem]
) -> OwnOutcome | OwnQuantity | None:
    line = function.__code__.co_firstlineno
    try:
        row = _Marked.model_validate({"name": function.__name__, **said})
    except ValidationError as error:
        problems += [
            Problem(
                f"{function.__name__}.{e['loc'][0]}", f"{e['msg']}, not {e['input']!r:.60}", line
            )
            for e in error.errors()
        ]
        return None
    place = f"{where}, line {line}: {row.name}"
    call = Function(function, row.reads, place)
    if row.kind == "quantity":
        return OwnQuantity(row.name, row.unit, row.description, function=call)
    label = row.label or row.name.replace("_", " ").capitalize()
    return OwnOutcome(
        row.name, row.unit, label, row.description, function=call, may_be_missing=row.may_be_missing
    )


def _theories(given: Any, problems: list[Problem]) -> tuple[Theory, ...]:
    found = []
    if not isinstance(given, (list, tuple)) or not all(
        isinstance(t, (Theory, dict)) for t in given
    ):
        problems.append(Problem("THEORIES", "takes a list of Theory, or of tables as in TOML"))
        return ()
    for n, one in enumerate(given):
        try:
            row = TheoryTable.model_validate(one if isinstance(one, dict) else vars(one))
        except ValidationError as error:
            problems += [
                Problem(f"THEORIES[{n}].{'.'.join(map(str, e['loc']))}", e["msg"])
                for e in error.errors()
            ]
        else:
            found.append(Theory(**row.model_dump()))
    return tuple(found)


def locate(problem: Problem, plugin: Plugin) -> Problem:
    """Return a problem of a definition with the line of its function."""
    kind, *rest = problem.place or ("",)
    of_kind: dict[str, tuple[OwnOutcome | OwnQuantity, ...]] = {
        "quantity": plugin.quantities,
        "outcome": plugin.outcomes,
    }
    definition = of_kind[kind][rest[0]] if kind in of_kind else None
    if definition is None or definition.function is None:
        return problem
    line = definition.function.call.__code__.co_firstlineno
    return replace(problem, key=".".join([definition.name, *map(str, rest[1:])]), line=line)
