"""Which code the model consists of, so that a rule changed in a notebook is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType

from scenario_sim.model import (
    agents,
    blackboard,
    choice,
    equations,
    linear_sums,
    model,
    random_draws,
    special_functions,
)

MODULES = (
    *(equations, agents, choice, model, blackboard, linear_sums, random_draws),
    special_functions,
)


def code_of_model() -> tuple:
    """Return the code and the fixed numbers of everything that a trace runs through.

    Code objects are equal where their instructions and constants are: the same for the same rules.
    """
    return tuple(part for module in MODULES for part in _parts(module))


def _parts(module: ModuleType) -> Iterator:
    for name, value in vars(module).items():
        if name.startswith("__"):
            continue
        if isinstance(value, (int, float)):
            yield name, value
        else:
            yield from _functions(value, module.__name__)


def _functions(value, home: str) -> Iterator[CodeType]:
    if isinstance(value, FunctionType):
        yield value.__code__
    elif isinstance(value, type) and value.__module__ == home:
        for member in vars(value).values():
            if isinstance(member, (FunctionType, property)):
                yield from _functions(getattr(member, "fget", member), home)
    elif isinstance(value, (tuple, dict)):
        members: Iterable = value.values() if isinstance(value, dict) else value
        for member in members:
            if isinstance(member, FunctionType):
                yield member.__code__
