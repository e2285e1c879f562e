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


_known: list[tuple] = []  # every state of the code that was seen, the shipped one first


def code_in_use() -> int:
    """Return a number for the code and the fixed numbers of everything that a trace runs through.

    It is the same number for the same rules: code objects are equal where their instructions and
    constants are. Comparing them takes a tenth of a millisecond, hashing them ten times that.
    """
    code = tuple(part for module in MODULES for part in _parts(module))
    if code not in _known:
        _known.append(code)
    return _known.index(code)


def instructions(number: int) -> str:
    """Return the instructions of a state of the code as text, where no program stands for it."""
    return repr([getattr(part, "co_code", part) for part in _known[number]])


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
