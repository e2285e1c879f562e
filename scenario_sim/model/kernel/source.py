"""Identify the code of the model, to detect a rule that was changed in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CellType, CodeType, FunctionType, ModuleType

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


OWN = frozenset(module.__name__ for module in MODULES)
FIXED = (int, float, str, tuple)  # values that a rule's arithmetic may hold
_known: list[tuple] = []  # every state of the code that was seen, the shipped one first


def code_in_use() -> int:
    """Return a number that identifies the code and constants of all that a trace runs through.

    Equal rules have equal numbers: code objects are equal if their instructions and constants are.
    Comparing them takes 0.1 ms, hashing them ten times as long.
    """
    code = tuple(part for module in MODULES for part in _parts(module))
    if code not in _known:
        _known.append(code)
    return _known.index(code)


def instructions(number: int) -> str:
    """Return the instructions of a state of the code as text, for code that cannot be traced."""
    return "\n".join(map(_as_text, _known[number]))


def _as_text(part: object) -> str:
    """Return code as text that does not depend on its place in memory or on disk."""
    if not isinstance(part, CodeType):
        return repr(part)
    constants = ", ".join(map(_as_text, part.co_consts))
    return f"{part.co_code.hex()} {part.co_names} {constants}"


def _parts(module: ModuleType) -> Iterator:
    for name, value in vars(module).items():
        if name.startswith("__"):
            continue
        if isinstance(value, (int, float)):
            yield name, value
        else:
            yield from _functions(value, module.__name__)


def _functions(value, home: str) -> Iterator:
    if isinstance(value, FunctionType):
        yield from _code_of(value, set())
    elif isinstance(value, type) and value.__module__ == home:
        for member in vars(value).values():
            if isinstance(member, (FunctionType, property)):
                yield from _functions(getattr(member, "fget", member), home)
    elif isinstance(value, (tuple, dict)):
        members: Iterable = value.values() if isinstance(value, dict) else value
        for member in members:
            if isinstance(member, FunctionType):
                yield from _code_of(member, set())


def _code_of(function: FunctionType, seen: set[int]) -> Iterator:
    """Yield a function's code, and for a rule from outside the package what the code refers to.

    The numbers and functions that a notebook's rule refers to may change while its code stays.
    """
    yield function.__code__
    if function.__module__ in OWN or id(function) in seen:
        return
    seen.add(id(function))
    names = _names_in(function.__code__)
    found = {name: function.__globals__[name] for name in names if name in function.__globals__}
    cells = [_content(cell) for cell in function.__closure__ or ()]
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    for value in (*found.values(), *cells, *defaults):
        if isinstance(value, FunctionType):
            yield from _code_of(value, seen)
        elif isinstance(value, FIXED):
            yield repr(value)


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that a function and those written inside it look up, in order."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is not bound yet
        return None
